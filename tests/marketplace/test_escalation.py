"""Who gets a case that the engine cannot solve, and who gets it when that person does not act."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from marketplace import coordination, escalation, matchmaking, ownership
from marketplace.database import Sessions
from marketplace.models import Event, EventKind, HelpRequest, NoticeKind, OutboxMessage
from marketplace.permissions import Actor
from marketplace.policies import CoordinatorPolicy
from marketplace.queries import requests
from tests.support.builders import (
    a_coordinator,
    a_request,
    a_team_lead,
    a_volunteer,
    local,
    on_duty,
    place,
)
from tests.support.clock import NOW

DAY = timedelta(days=1)


def play(sessions: Sessions, request: HelpRequest, *, now: datetime = NOW) -> HelpRequest:
    """One round of the engine, and the request as it then stands."""
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=now)
    return read(sessions, request)


def read(sessions: Sessions, request: HelpRequest) -> HelpRequest:
    with sessions.read() as session:
        return requests.get_request(session, request.id)


def kinds(sessions: Sessions, request: HelpRequest) -> list[EventKind]:
    with sessions.read() as session:
        query = select(Event.kind).where(Event.request_id == request.id).order_by(col(Event.seq))
        return list(session.exec(query))


def escalated(session: Session, *, now: datetime = NOW, **more: object) -> HelpRequest:
    request = requests.lock_request(session, a_request(session, now=now, **more).id)
    ownership.escalate(session, request, reason="no_skill", nearest=[], now=now)
    return request


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_who_has_the_area_comes_before_who_has_everything(sessions):
    with sessions.begin() as session:
        everywhere, area, elsewhere = (a_coordinator(session, name) for name in ("Els", "Carla", "Ria"))
        a_team_lead(session)
        on_duty(session, everywhere)
        on_duty(session, elsewhere, area="4849")
        on_duty(session, area, area="4901")
        request = a_request(session, at=place("4901AB"))
    assert play(sessions, request).owner_id == area.person_id


def test_outside_the_areas_it_is_who_has_everything(sessions):
    with sessions.begin() as session:
        everywhere, area = a_coordinator(session, "Els"), a_coordinator(session, "Carla")
        on_duty(session, area, area="4849")
        on_duty(session, everywhere)
        request = a_request(session)
    assert play(sessions, request).owner_id == everywhere.person_id


def test_with_nobody_on_duty_the_team_lead_gets_it(sessions):
    with sessions.begin() as session:
        coordinator, lead = a_coordinator(session), a_team_lead(session)
        on_duty(session, coordinator, from_at=NOW - 7 * DAY, until_at=NOW)
        request = a_request(session)
    assert play(sessions, request).owner_id == lead.person_id


def test_without_a_team_lead_the_coordinator_who_has_been_one_longest_gets_it(sessions):
    with sessions.begin() as session:
        a_coordinator(session, "Nieuw", from_at=NOW - DAY)
        old = a_coordinator(session, "Oud", from_at=NOW - 900 * DAY)
        a_coordinator(session, "Straks", from_at=NOW + DAY)
        request = a_request(session)
    assert play(sessions, request).owner_id == old.person_id


def test_who_asks_and_who_gets_it_are_both_told(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        request = a_request(session)
    play(sessions, request)
    with sessions.read() as session:
        told = {(row.kind, row.person_id) for row in session.exec(select(OutboxMessage))}
    assert (NoticeKind.ESCALATED_FOR_REQUESTER, request.requester_id) in told
    assert (NoticeKind.ESCALATED_FOR_COORDINATOR, carla.person_id) in told


def test_a_case_comes_with_the_reason_and_the_nearest_misses(sessions):
    with sessions.begin() as session:
        a_coordinator(session)
        piet = a_volunteer(session, at=place("4849AB"))
        request = a_request(session)
    story = play(sessions, request).escalation
    assert story["reason"] == "out_of_range"
    assert [(miss["offer"], miss["relax"]) for miss in story["nearest"]] == [(str(piet.id), "max_km")]


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_version_is_handed_over_at_most_once(sessions):
    with sessions.begin() as session:
        a_coordinator(session)
        request = a_request(session)
    for hours in range(0, 200, 40):
        play(sessions, request, now=NOW + timedelta(hours=hours))
    assert kinds(sessions, request).count(EventKind.ESCALATED) == 1


def test_a_wider_version_may_be_handed_over_again(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
    play(sessions, request)
    later = NOW + timedelta(hours=1)
    with sessions.begin() as session:
        widening = coordination.Widening(is_any_time=True)
        coordination.widen(session, request_id=request.id, widening=widening, actor=carla, now=later)
    assert read(sessions, request).owner_id is None
    assert play(sessions, request, now=later).owner_id == carla.person_id
    assert kinds(sessions, request).count(EventKind.ESCALATED) == 2


def test_what_a_coordinator_holds_is_not_handed_over(sessions):
    with sessions.begin() as session:
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        on_duty(session, els)
        request = a_request(session)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
    assert play(sessions, request, now=NOW + 6 * DAY).owner_id == carla.person_id
    assert EventKind.ESCALATED not in kinds(sessions, request)


# --- in time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "deadline"),
    [
        pytest.param(local(2026, 3, 3, 10), local(2026, 3, 4, 10), id="tuesday-to-wednesday"),
        pytest.param(local(2026, 3, 6, 16, 30), local(2026, 3, 9, 16, 30), id="over-the-weekend"),
        pytest.param(local(2026, 3, 7, 11), local(2026, 3, 10), id="from-saturday-the-whole-monday"),
        pytest.param(local(2026, 3, 8, 23, 59), local(2026, 3, 10), id="from-sunday-the-whole-monday"),
        pytest.param(local(2026, 3, 27, 9), local(2026, 3, 30, 9), id="the-clock-goes-forward"),
        pytest.param(local(2026, 10, 23, 9), local(2026, 10, 26, 9), id="the-clock-goes-back"),
    ],
)
def test_a_coordinator_has_one_working_day_by_the_clock_on_the_wall(since, deadline):
    assert CoordinatorPolicy().deadline(since) == deadline


@pytest.mark.parametrize(
    ("since", "deadline"),
    [
        pytest.param(local(2026, 3, 6, 16), local(2026, 3, 9, 16), id="a-weekend"),
        pytest.param(local(2026, 3, 27, 9), local(2026, 3, 30, 9), id="the-clock-goes-forward"),
    ],
)
def test_who_does_not_act_within_a_working_day_loses_the_case_to_the_team_lead(sessions, since, deadline):
    with sessions.begin() as session:
        carla, lead = a_coordinator(session), a_team_lead(session)
        on_duty(session, carla, until_at=since + 30 * DAY)
        request = escalated(session, now=since)
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, deadline - timedelta(minutes=1)) == 0
    assert read(sessions, request).owner_id == carla.person_id
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, deadline) == 1
    after = read(sessions, request)
    assert (after.owner_id, after.next_moment_at > deadline) == (lead.person_id, True)
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, deadline) == 0


def test_what_the_team_lead_has_stays_there_and_is_looked_at_again(sessions):
    with sessions.begin() as session:
        lead = a_team_lead(session)
        request = escalated(session)
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, NOW + DAY) == 0
    after = read(sessions, request)
    assert (after.owner_id, after.next_moment_at) == (lead.person_id, NOW + 2 * DAY)


def test_a_case_that_ended_is_nobodys_work(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        a_team_lead(session)
        on_duty(session, carla)
        request = escalated(session)
        coordination.close(session, request_id=request.id, reason="referred", text="", actor=carla, now=NOW)
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, NOW + 9 * DAY) == 0


def test_what_was_given_back_in_vain_comes_back_to_who_is_on_duty(sessions):
    """The engine hands a version over once; without this, nobody would own the case after respond-by."""
    with sessions.begin() as session:
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        on_duty(session, carla, until_at=NOW + 3 * DAY)
        on_duty(session, els, from_at=NOW + 3 * DAY)
        request = escalated(session)
        coordination.give_back(session, request_id=request.id, actor=carla, now=NOW)
    over = read(sessions, request).respond_by
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, over - timedelta(minutes=1)) == 0
    with sessions.begin() as session:
        assert escalation.hand_on_overdue(session, over) == 1
        assert escalation.hand_on_overdue(session, over) == 0
    after = read(sessions, request)
    assert (after.owner_id, after.next_moment_at > over) == (els.person_id, True)


def test_every_open_request_has_an_owner_and_a_next_moment(sessions):
    """The engine without a person, or a person: through handing over, taking, giving back and the end of the time."""
    with sessions.begin() as session:
        carla, lead = a_coordinator(session, "Carla"), a_team_lead(session)
        on_duty(session, carla)
        request = a_request(session)
    stations: list[tuple[object, bool]] = []

    def note(now: datetime) -> None:
        case = read(sessions, request)
        stations.append((case.owner_id, case.next_moment_at > now))

    play(sessions, request)
    note(NOW)
    act(sessions, request, coordination.take, carla, NOW)
    note(NOW)
    act(sessions, request, coordination.give_back, carla, NOW)
    play(sessions, request)
    note(NOW)
    for days in (8, 11):
        play(sessions, request, now=NOW + days * DAY)
        with sessions.begin() as session:
            escalation.hand_on_overdue(session, NOW + days * DAY)
        note(NOW + days * DAY)
    assert stations == [
        (carla.person_id, True),
        (carla.person_id, True),
        (None, True),
        (carla.person_id, True),
        (lead.person_id, True),
    ]


def act(sessions: Sessions, request: HelpRequest, verb: object, who: Actor, now: datetime) -> None:
    with sessions.begin() as session:
        verb(session, request_id=request.id, actor=who, now=now)  # type: ignore[operator]
