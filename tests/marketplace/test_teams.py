"""Who is on duty for what, who is away, and that no case stays behind with somebody who is not there."""

from datetime import timedelta

import pytest

from marketplace import coordination, escalation, ownership, teams
from marketplace.errors import InvalidInput, NotAllowed, ReasonNeeded
from marketplace.invariants import find_violations
from marketplace.models import EventKind, NoticeKind, Rung, StaffRoleKind
from marketplace.permissions import may_work_case
from marketplace.queries import requests
from marketplace.queries.roster import read_roster
from marketplace.teams import Turn
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_request,
    a_team_lead,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW

WEEK = NOW + timedelta(days=7)


@pytest.fixture
def team(sessions):
    with sessions.begin() as session:
        carla, els, trudy = a_coordinator(session, "Carla"), a_coordinator(session, "Els"), a_team_lead(session)
        on_duty(session, carla)
    return carla, els, trudy


def owner(sessions, request):
    with sessions.read() as session:
        return requests.get_request(session, request.id).owner_id


def handed_over(session, **more):
    request = a_request(session, **more)
    ownership.escalate(session, request, reason="no_skill", nearest=[], now=NOW)
    return request


def away(session, who, by, *, stand_in=None, from_at=NOW, until_at=WEEK, now=NOW):
    return teams.note_absence(
        session,
        municipality_id=the_municipality(session).id,
        person_id=who.person_id,
        stand_in_id=stand_in.person_id if stand_in else None,
        from_at=from_at,
        until_at=until_at,
        actor=by,
        now=now,
    )


def test_cases_go_to_the_stand_in_and_come_back(sessions, team):
    carla, els, _ = team
    with sessions.begin() as session:
        taken, waiting = handed_over(session), handed_over(session)
        coordination.take(session, request_id=taken.id, actor=carla, now=NOW)
        away(session, carla, carla, stand_in=els, from_at=NOW + timedelta(days=1))
    assert owner(sessions, taken) == carla.person_id
    with sessions.begin() as session:
        assert teams.pass_cases(session, NOW + timedelta(days=1)) == 2
    assert {owner(sessions, one) for one in (taken, waiting)} == {els.person_id}
    with sessions.begin() as session:
        assert len(rows.outbox(session, NoticeKind.ESCALATED_FOR_COORDINATOR)) == 4
        assert find_violations(session, now=NOW + timedelta(days=1)) == []
        assert teams.pass_cases(session, WEEK) == 2
        assert teams.pass_cases(session, WEEK) == 0
    assert {owner(sessions, one) for one in (taken, waiting)} == {carla.person_id}


def test_what_moved_on_meanwhile_does_not_come_back(sessions, team):
    carla, els, trudy = team
    with sessions.begin() as session:
        request = handed_over(session)
        away(session, carla, carla, stand_in=els)
        coordination.take(session, request_id=request.id, actor=trudy, now=NOW, from_id=els.person_id)
    with sessions.begin() as session:
        teams.pass_cases(session, WEEK)
    assert owner(sessions, request) == trudy.person_id


def test_what_comes_in_meanwhile_goes_to_who_is_there(sessions, team):
    carla, _, trudy = team
    with sessions.begin() as session:
        away(session, carla, carla)
        request = handed_over(session)
    assert owner(sessions, request) == trudy.person_id


def test_who_is_away_gets_nothing_while_anybody_is_there(sessions, team):
    """Carla is away, and the team lead too: it is Els's."""
    carla, els, trudy = team
    with sessions.begin() as session:
        request = handed_over(session)
        away(session, trudy, trudy)
        away(session, carla, carla)
    assert owner(sessions, request) == els.person_id
    with sessions.begin() as session:
        away(session, els, els)
        teams.pass_cases(session, NOW)
        # With everybody away it is still somebody's, with a next moment.
        assert requests.get_request(session, request.id).owner_id is not None
        assert find_violations(session, now=NOW) == []


def test_coming_back_sooner_brings_the_cases_back(sessions, team):
    carla, els, _ = team
    with sessions.begin() as session:
        request = handed_over(session)
        absence = away(session, carla, carla, stand_in=els)
    with sessions.begin() as session, pytest.raises(NotAllowed):
        teams.end_absence(session, absence_id=absence.id, actor=els, now=NOW)
    with sessions.begin() as session:
        for _ in range(2):
            teams.end_absence(session, absence_id=absence.id, actor=carla, now=NOW + timedelta(hours=1))
    assert owner(sessions, request) == carla.person_id
    with sessions.begin() as session:
        later = away(session, carla, carla, from_at=WEEK, until_at=WEEK + timedelta(days=1))
        teams.end_absence(session, absence_id=later.id, actor=carla, now=NOW)


@pytest.mark.parametrize(
    ("from_days", "until_days", "code"),
    [
        pytest.param(3, 3, "days_order", id="no-time"),
        pytest.param(-5, -1, "days_order", id="over"),
        pytest.param(0, 500, "days_long", id="too-long"),
    ],
)
def test_days_that_cannot_be_are_refused(sessions, team, from_days, until_days, code):
    carla, *_ = team
    with sessions.begin() as session, pytest.raises(InvalidInput) as refused:
        away(
            session,
            carla,
            carla,
            from_at=NOW + timedelta(days=from_days),
            until_at=NOW + timedelta(days=until_days),
        )
    assert code in refused.value.problems.values()


def test_one_is_away_once_and_not_in_ones_own_place(sessions, team):
    carla, els, _ = team
    with sessions.begin() as session:
        away(session, carla, carla)
        with pytest.raises(InvalidInput):
            away(session, carla, carla)
        with pytest.raises(InvalidInput):
            away(session, els, els, stand_in=els)
        with pytest.raises(NotAllowed):
            away(session, carla, els)


def test_the_most_particular_duty_comes_first(sessions, team):
    carla, els, trudy = team
    with sessions.begin() as session:
        where = the_municipality(session).id
        for area, work_area, who in (("4901", None, els), (None, "transport", trudy)):
            turn = Turn(who.person_id, area, work_area, NOW, WEEK)
            teams.plan_duty(session, turn, municipality_id=where, actor=trudy, now=NOW)
        roster = read_roster(session, where, now=NOW)
        assert roster.on_duty("4901", "garden.hedge") == els.person_id
        assert roster.on_duty("4902", "garden.hedge") == carla.person_id
        assert roster.on_duty("4902", "transport.escort") == trudy.person_id
        assert roster.on_duty("4901", "transport.escort") == els.person_id


def test_another_work_area_opens_with_a_typed_reason_only(sessions, team):
    carla, els, trudy = team
    with sessions.begin() as session:
        where = the_municipality(session).id
        turn = Turn(els.person_id, None, "transport", NOW, WEEK)
        teams.plan_duty(session, turn, municipality_id=where, actor=trudy, now=NOW)
        garden, ride = a_request(session), a_request(session, skill="transport.escort")
    with sessions.begin() as session:
        coordination.read_case(session, request_id=ride.id, actor=els, now=NOW)
        coordination.read_case(session, request_id=garden.id, actor=carla, now=NOW)
        with pytest.raises(ReasonNeeded):
            coordination.read_case(session, request_id=garden.id, actor=els, now=NOW)
        coordination.read_case(session, request_id=garden.id, actor=els, now=NOW, reason="Carla is ziek")


def test_an_area_is_handed_over_with_its_open_cases(sessions, team):
    carla, els, trudy = team
    with sessions.begin() as session:
        request = handed_over(session)
        where = the_municipality(session).id
        moved = teams.hand_over(
            session,
            municipality_id=where,
            from_id=carla.person_id,
            to_id=els.person_id,
            with_cases=True,
            actor=trudy,
            now=NOW,
        )
        assert moved == (1, 1)
        assert read_roster(session, where, now=NOW).on_duty("4901", "garden.hedge") == els.person_id
        assert EventKind.CASE_REASSIGNED in rows.events(session, request.id)
        with pytest.raises(NotAllowed):
            teams.hand_over(
                session,
                municipality_id=where,
                from_id=els.person_id,
                to_id=carla.person_id,
                with_cases=True,
                actor=carla,
                now=NOW,
            )
    assert owner(sessions, request) == els.person_id


def test_a_rung_is_kept_when_a_case_is_passed_on(sessions, team):
    carla, els, trudy = team
    with sessions.begin() as session:
        request = handed_over(session)
    with sessions.begin() as session:
        escalation.hand_on_overdue(session, NOW + timedelta(days=2))
        away(session, trudy, trudy, stand_in=els, from_at=NOW + timedelta(days=2), now=NOW + timedelta(days=2))
        found = requests.get_request(session, request.id)
        assert (found.owner_id, found.rung) == (els.person_id, Rung.TEAM_LEAD)
    assert carla


def test_planners_of_rides_and_buddies_have_their_own_cases_only(sessions):
    with sessions.begin() as session:
        rob = a_coordinator(session, "Rob", kind=StaffRoleKind.RIDE_PLANNER)
        bo = a_coordinator(session, "Bo", kind=StaffRoleKind.BUDDY_COORDINATOR)
        kinds = ("transport.escort", "company.buddy", "garden.hedge")
        escort, buddy, hedge = (a_request(session, skill=one) for one in kinds)
        assert [may_work_case(rob, one) for one in (escort, buddy, hedge)] == [True, False, False]
        assert [may_work_case(bo, one) for one in (escort, buddy, hedge)] == [False, True, False]
