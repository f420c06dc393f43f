"""After the yes: prima, objection, cancelling, done; and who sees whose details when."""

from datetime import timedelta

import pytest

from marketplace import matches, matchmaking, permissions
from marketplace.errors import IllegalTransition, NotAllowed
from marketplace.models import EventKind, MatchStatus, NoticeKind, Offer, SlotStatus
from marketplace.permissions import Actor
from marketplace.policies import ContactPolicy
from marketplace.queries import matches as match_queries
from marketplace.queries import requests
from marketplace.visibility import Situation
from tests.support import builders, rows
from tests.support.clock import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONTACT = ContactPolicy()


@pytest.fixture
def agreed(sessions):
    """A match in its objection time: (match id, requester, volunteer, request id)."""
    with sessions.begin() as session:
        request, offer = builders.a_request(session), builders.a_volunteer(session)
        match = builders.a_match(session, request, offer)
        return match.id, Actor(request.requester_id), Actor(offer.person_id), request.id


def do(sessions, use_case, match_id, actor, now):
    with sessions.begin() as session:
        return use_case(session, match_id=match_id, actor=actor, now=now)


def sees(sessions, agreed, now):
    match_id, requester, volunteer, request_id = agreed
    with sessions.read() as session:
        match, request = match_queries.get_match(session, match_id), requests.get_request(session, request_id)
        outsider = Actor(builders.a_person(session).id)
    look = [
        permissions.situation_in(who, match, request, now=now, policy=CONTACT) is Situation.CONFIRMED
        for who in (requester, volunteer, outsider)
    ]
    assert look[2] is False
    assert look[0] == look[1]
    return look[0]


def test_details_open_at_prima_and_not_before(sessions, agreed):
    match_id, requester, volunteer, _ = agreed
    assert not sees(sessions, agreed, NOW + HOUR)
    with pytest.raises(NotAllowed):
        do(sessions, matches.confirm, match_id, volunteer, NOW + HOUR)
    do(sessions, matches.confirm, match_id, requester, NOW + HOUR)
    do(sessions, matches.confirm, match_id, requester, NOW + HOUR)
    assert sees(sessions, agreed, NOW + HOUR)
    with sessions.read() as session:
        assert rows.notices(session).count(NoticeKind.DETAILS_OPEN) == 2
        assert rows.events(session).count(EventKind.CONFIRMED) == 1


def test_details_open_by_themselves_when_the_time_to_object_has_passed(sessions, agreed):
    assert not sees(sessions, agreed, NOW + DAY - timedelta(seconds=1))
    assert sees(sessions, agreed, NOW + DAY)
    with sessions.begin() as session:
        assert matches.confirm_overdue(session, NOW + DAY) == 1
        assert matches.confirm_overdue(session, NOW + DAY) == 0
    assert sees(sessions, agreed, NOW + DAY)


def test_details_are_gone_two_weeks_after_the_end(sessions, agreed):
    match_id, requester, volunteer, _ = agreed
    do(sessions, matches.confirm, match_id, requester, NOW)
    do(sessions, matches.finish, match_id, volunteer, NOW + DAY)
    assert sees(sessions, agreed, NOW + 15 * DAY - timedelta(seconds=1))
    assert not sees(sessions, agreed, NOW + 15 * DAY)


def test_an_objection_voids_the_match_bars_the_pair_and_reopens_the_slot(sessions, agreed):
    match_id, requester, _, request_id = agreed
    do(sessions, matches.object_to, match_id, requester, NOW + HOUR)
    do(sessions, matches.object_to, match_id, requester, NOW + HOUR)
    assert not sees(sessions, agreed, NOW + 2 * DAY)
    with sessions.begin() as session:
        match = match_queries.get_match(session, match_id)
        assert match.status is MatchStatus.OBJECTED
        assert session.get_one(Offer, match.offer_id).engaged == 0
        assert requests.list_slots(session, request_id, SlotStatus.FREE)
        municipality_id = match.municipality_id
        other = builders.a_request(session, requester=rows.person(session, requester.person_id)).id
        assert NoticeKind.OBJECTED in rows.notices(session)
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW + 2 * HOUR)
    with sessions.read() as session:
        assert not match_queries.list_live_proposals(session, request_id)
        assert not match_queries.list_live_proposals(session, other)


def test_after_the_time_to_object_it_is_too_late_to_object(sessions, agreed):
    match_id, requester, _, _ = agreed
    with pytest.raises(NotAllowed):
        do(sessions, matches.object_to, match_id, requester, NOW + DAY)


def test_cancelling_tells_the_other_and_puts_the_slot_back_in_the_market_at_once(sessions, agreed):
    match_id, requester, volunteer, request_id = agreed
    do(sessions, matches.confirm, match_id, requester, NOW)
    with sessions.begin() as session:
        next_one = builders.a_volunteer(session, "Kees").id
    match = do(sessions, matches.cancel, match_id, volunteer, NOW + 2 * HOUR)
    do(sessions, matches.cancel, match_id, volunteer, NOW + 2 * HOUR)
    matchmaking.run_round(sessions, municipality_id=match.municipality_id, now=NOW + 2 * HOUR)
    with sessions.read() as session:
        assert [p.offer_id for p in match_queries.list_live_proposals(session, request_id)] == [next_one]
        (told,) = rows.outbox(session, NoticeKind.CANCELLED)
        assert told.person_id == requester.person_id
        assert session.get_one(Offer, match.offer_id).engaged == 0


def test_a_slot_that_comes_free_after_respond_by_gets_new_time(sessions, agreed):
    match_id, requester, volunteer, request_id = agreed
    later = NOW + 9 * DAY
    do(sessions, matches.confirm, match_id, requester, NOW)
    with sessions.begin() as session:
        builders.a_volunteer(session, "Kees")
    match = do(sessions, matches.cancel, match_id, volunteer, later)
    matchmaking.run_round(sessions, municipality_id=match.municipality_id, now=later)
    with sessions.read() as session:
        assert requests.get_request(session, request_id).respond_by == later + 7 * DAY
        assert len(match_queries.list_live_proposals(session, request_id)) == 1


def test_done_thanks_the_volunteer_and_ends_the_request(sessions, agreed):
    match_id, requester, volunteer, request_id = agreed
    with pytest.raises(IllegalTransition):
        do(sessions, matches.finish, match_id, volunteer, NOW)
    do(sessions, matches.confirm, match_id, requester, NOW)
    do(sessions, matches.finish, match_id, requester, NOW + DAY)
    do(sessions, matches.finish, match_id, volunteer, NOW + DAY)
    with sessions.read() as session:
        match = match_queries.get_match(session, match_id)
        assert (match.status, match.ended_at) == (MatchStatus.DONE, NOW + DAY)
        assert session.get_one(Offer, match.offer_id).engaged == 0
        assert requests.get_request(session, request_id).ended_at == NOW + DAY
        assert rows.notices(session).count(NoticeKind.THANKS) == 1


@pytest.mark.parametrize("use_case", [matches.confirm, matches.object_to, matches.cancel, matches.finish])
def test_nobody_else_touches_a_match(sessions, agreed, use_case):
    match_id, _, _, _ = agreed
    with sessions.begin() as session:
        outsider = Actor(builders.a_person(session).id)
    with pytest.raises(NotAllowed):
        do(sessions, use_case, match_id, outsider, NOW)
