"""Asking for help: what is taken, what is refused, and what follows from it."""

from datetime import timedelta

import pytest

from marketplace import matchmaking, posting
from marketplace.asks import RIDE, Destination, Span, WeekPiece
from marketplace.errors import InvalidInput, NotAllowed
from marketplace.lifecycle import request_status
from marketplace.models import ActingAs, AskerKind, Channel, EventKind, NoticeKind, RequestStatus, SlotStatus
from marketplace.permissions import Actor
from marketplace.queries import matches, requests
from tests.support import builders, rows
from tests.support.clock import NOW

HOUR = timedelta(hours=1)


def test_a_posted_request_has_slots_an_owner_a_next_moment_and_a_round_that_is_due(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session, slots=3)
        slots = requests.list_slots(session, request.id)
        assert [slot.status for slot in slots] == [SlotStatus.FREE] * 3
        assert (request.owner_id, request.next_moment_at) == (None, NOW)
        assert request.respond_by == NOW + timedelta(days=7)
        assert rows.events(session, request.id) == [EventKind.REQUEST_POSTED]
        assert rows.notices(session) == [NoticeKind.REQUEST_POSTED]


def test_the_first_round_asks_at_once_and_sets_the_next_moment(sessions):
    with sessions.begin() as session:
        offer_id = builders.a_volunteer(session).id
        request = builders.a_request(session)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.read() as session:
        (proposal,) = matches.list_live_proposals(session, request.id)
        assert (proposal.offer_id, proposal.expires_at) == (offer_id, NOW + 24 * HOUR)
        assert requests.get_request(session, request.id).next_moment_at == proposal.expires_at
        assert [reason["code"] for reason in proposal.reasons][:2] == ["skill", "distance"]


def test_where_nobody_can_ever_fit_a_person_looks_at_once(sessions):
    with sessions.begin() as session:
        lead = builders.a_team_lead(session)
        request = builders.a_request(session)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.read() as session:
        handed_over = requests.get_request(session, request.id)
        assert handed_over.owner_id == lead.person_id
        assert handed_over.escalation["reason"] == "no_skill"
        assert handed_over.next_moment_at == NOW + timedelta(days=1)
        assert {NoticeKind.ESCALATED_FOR_COORDINATOR, NoticeKind.ESCALATED_FOR_REQUESTER} <= set(rows.notices(session))


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        ({"skill": "garden.flying"}, {"skill": "skill_missing"}),
        ({"text": "   "}, {"text": "text_missing"}),
        ({"text": "a" * 1001}, {"text": "text_long"}),
        ({"slots": 0}, {"slots": "slots_range"}),
        ({"slots": 21}, {"slots": "slots_range"}),
        ({"weekly": ()}, {"when": "when_missing"}),
        ({"weekly": (WeekPiece(0, 540, 600),)}, {"when": "when_short"}),
        ({"windows": (Span(NOW - HOUR, NOW + 5 * HOUR),)}, {"when": "when_past"}),
        ({"windows": (Span(NOW + 5 * HOUR, NOW + 5 * HOUR),)}, {"when": "when_order"}),
        ({"windows": (Span(NOW + timedelta(days=400), NOW + timedelta(days=401)),)}, {"when": "when_far"}),
        ({"respond_by": NOW}, {"respond_by": "respond_by_past"}),
        ({"asker_kind": AskerKind.ORGANISATION}, {"organisation_name": "organisation_name_missing"}),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) and value else None,
)
def test_what_cannot_be_taken_is_named_and_nothing_is_stored(sessions, overrides, problem):
    with pytest.raises(InvalidInput) as refused, sessions.begin() as session:
        builders.a_request(session, **overrides)
    assert refused.value.problems == problem
    with sessions.read() as session:
        assert not rows.events(session)


def test_help_is_asked_for_in_the_municipality_itself(sessions):
    with pytest.raises(InvalidInput) as refused, sessions.begin() as session:
        builders.a_request(session, at=builders.place("4811AB"))
    assert refused.value.problems == {"postcode": "postcode_elsewhere"}


@pytest.mark.parametrize(
    ("asked_on", "ride_on", "is_in_time"),
    [
        pytest.param((3, 3), (3, 5), True, id="tuesday-for-thursday"),
        pytest.param((3, 3), (3, 4), False, id="tuesday-for-wednesday"),
        pytest.param((3, 6), (3, 9), False, id="friday-for-monday"),
        pytest.param((3, 6), (3, 10), True, id="friday-for-tuesday"),
    ],
)
def test_a_ride_is_asked_two_working_days_ahead(sessions, asked_on, ride_on, is_in_time):
    at = builders.local(2026, *asked_on, 12)
    leaves_at = builders.local(2026, *ride_on, 9)
    there = Destination("Amphia", builders.place("4901DH"), returns=True, wait_minutes=45)
    with sessions.begin() as session:

        def ask():
            return builders.a_request(
                session,
                skill=RIDE,
                now=at,
                windows=(Span(leaves_at, leaves_at + 2 * HOUR),),
                destination=there,
                is_at_home=False,
            )

        if is_in_time:
            assert ask().destination["name"] == "Amphia"
            return
        with pytest.raises(InvalidInput) as refused:
            ask()
    assert refused.value.problems == {"when": "ride_notice"}


def test_staff_type_in_what_they_are_told_and_both_are_kept(sessions):
    with sessions.begin() as session:
        coordinator, riet = builders.a_coordinator(session), builders.a_person(session, "Riet")
        request = builders.a_request(session, requester=riet, by=coordinator, channel=Channel.TELEPHONE)
        assert (request.requester_id, request.entered_by_id) == (riet.id, coordinator.person_id)
        event = rows.all_events(session)[0]
    assert event.acting_as is ActingAs.STAFF
    assert event.detail["assisted"] is True


def test_nobody_else_posts_in_somebodys_name(sessions):
    with pytest.raises(NotAllowed), sessions.begin() as session:
        other_town = builders.a_coordinator(session, municipality=builders.another_municipality(session))
        builders.a_request(session, by=other_town)


def test_looking_further_gives_a_week_more_and_the_engine_asks_again(sessions):
    later = NOW + timedelta(days=6)
    with sessions.begin() as session:
        builders.a_team_lead(session)
        request = builders.a_request(session)
        requester = Actor(request.requester_id)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.begin() as session:
        wider = posting.look_further(session, request_id=request.id, actor=requester, now=later)
        assert (wider.respond_by, wider.owner_id, wider.escalated_at) == (later + timedelta(days=7), None, None)
        builders.a_volunteer(session)
        with pytest.raises(NotAllowed):
            posting.look_further(session, request_id=request.id, actor=Actor(builders.a_person(session).id), now=later)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=later)
    with sessions.read() as session:
        assert len(matches.list_live_proposals(session, request.id)) == 1


def test_a_withdrawn_request_is_over_and_stays_so(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session)
        builders.a_volunteer(session)
        posting.withdraw_request(session, request_id=request.id, actor=Actor(request.requester_id), now=NOW)
        statuses = [slot.status for slot in requests.list_slots(session, request.id)]
    assert request_status(statuses) is RequestStatus.WITHDRAWN
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW + HOUR)
    with sessions.read() as session:
        assert not matches.list_proposals(session, request.id)
