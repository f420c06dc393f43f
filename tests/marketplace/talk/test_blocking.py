"""Who wants nothing to do with somebody never meets them again: engine, applications, choice, coordinator, lists."""

from datetime import timedelta

import pytest

from marketplace import coordination, invariants, matchmaking, responses
from marketplace.candidacy import describe_candidate
from marketplace.errors import DoesNotFit, InvalidInput
from marketplace.models import EventKind, MatchStatus, NoticeKind, PersonBlock, ProposalStatus, Slot, SlotStatus
from marketplace.permissions import Actor
from marketplace.queries import browsing, listing, matches
from marketplace.queries.blocks import list_hidden_from
from marketplace.talk import blocking
from matching.rules import Rule
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_request_for,
    a_volunteer,
    the_municipality,
)
from tests.support.clock import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


def block(session, one, other):
    where = the_municipality(session).id
    return blocking.block(session, other_id=other, municipality_id=where, actor=Actor(one), now=NOW)


def are_apart(session):
    return [finding for finding in invariants.find_violations(session, now=NOW) if "apart" in finding.invariant]


@pytest.mark.parametrize("by_volunteer", [True, False], ids=["by-who-helps", "by-who-asks"])
def test_the_engine_never_asks_them_for_each_other(sessions, by_volunteer):
    with sessions.begin() as session:
        riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet")
        pair = (offer.person_id, riet.id) if by_volunteer else (riet.id, offer.person_id)
        block(session, *pair)
        request = a_request(session, requester=riet)
        where, request_id = the_municipality(session).id, request.id
    matchmaking.run_round(sessions, municipality_id=where, now=NOW)
    with sessions.begin() as session:
        assert matches.list_proposals(session, request_id) == []
        blocking.unblock(session, other_id=pair[1], actor=Actor(pair[0]))
    matchmaking.run_round(sessions, municipality_id=where, now=NOW + HOUR)
    with sessions.read() as session:
        assert len(matches.list_proposals(session, request_id)) == 1, "taken back, they may meet again"


@pytest.mark.database("sqlite")
def test_nobody_overrules_it_and_the_coordinator_sees_why(session):
    riet, offer, carla = a_person(session, "Riet"), a_volunteer(session, "Piet", is_public=True), a_coordinator(session)
    request = a_request(session, requester=riet)
    block(session, riet.id, offer.person_id)
    pair = {"request_id": request.id, "offer_id": offer.id, "now": NOW}
    with pytest.raises(DoesNotFit) as refused:
        responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
    assert refused.value.reasons == (Rule.AVOIDED.value,)
    for act in (coordination.propose, coordination.couple):
        with pytest.raises(DoesNotFit):
            act(session, **pair, actor=carla)
    with pytest.raises(DoesNotFit):
        responses.ask_volunteer(session, **pair, actor=Actor(riet.id))
    seen = describe_candidate(session, municipality_id=request.municipality_id, **pair)
    assert seen is not None
    assert Rule.AVOIDED in seen.misfits
    assert not seen.may_be_coupled


@pytest.mark.database("sqlite")
def test_they_are_not_shown_to_each_other_and_to_everybody_else_as_before(session):
    riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet", is_public=True)
    other, where = a_person(session, "Bep"), the_municipality(session).id
    request = a_request(session, requester=riet)
    block(session, riet.id, offer.person_id)

    def lists(visitor_id):
        asked = listing.list_open_cards(session, municipality_id=where, now=NOW, visitor_id=visitor_id)
        helping = browsing.list_public_offers(session, municipality_id=where, now=NOW, visitor_id=visitor_id)
        return {one.id for one in asked}, {one.id for one in helping}

    assert lists(offer.person_id)[0] == set()
    assert lists(riet.id)[1] == set()
    assert lists(other.id) == lists(None) == ({request.id}, {offer.id})
    assert list_hidden_from(session, riet.id) == {offer.person_id}
    assert list_hidden_from(session, offer.person_id) == {riet.id}


@pytest.mark.parametrize("by_volunteer", [True, False], ids=["by-who-helps", "by-who-asks"])
def test_what_runs_between_them_is_cancelled_kindly_without_a_reason(session, by_volunteer):
    riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet")
    match = a_match(session, a_request(session, requester=riet), offer)
    asked = a_proposal(session, a_request(session, requester=riet), offer)
    blocker = offer.person_id if by_volunteer else riet.id
    blocking.block_in_pair(session, pair_id=match.id, actor=Actor(blocker), now=NOW)
    session.refresh(match)
    session.refresh(asked)
    assert match.status is MatchStatus.CANCELLED
    assert asked.status is ProposalStatus.WITHDRAWN
    slot = session.get_one(Slot, (match.request_id, match.slot_number))
    assert slot.status is SlotStatus.FREE, "somebody else is looked for at once"
    (told,) = rows.outbox(session, NoticeKind.CANCELLED)
    assert told.person_id == (riet.id if by_volunteer else offer.person_id)
    assert set(told.subject) == {"request", "match", "proposal"}, "nothing says why"
    assert EventKind.CANCELLED in rows.events(session, match.request_id)
    assert are_apart(session) == []


@pytest.mark.database("sqlite")
def test_a_yes_by_an_old_link_brings_nobody_back(session):
    riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet")
    asked = a_proposal(session, a_request(session, requester=riet), offer)
    block(session, riet.id, offer.person_id)
    answer = responses.accept(session, proposal_id=asked.id, actor=Actor(offer.person_id), now=NOW)
    assert answer.match_id is None


@pytest.mark.database("sqlite")
def test_who_asks_for_another_blocks_for_both(session):
    """Else the engine would ask the same helper for them again."""
    riet, els, offer = a_person(session, "Riet"), a_person(session, "Els"), a_volunteer(session, "Piet")
    match = a_match(session, a_request_for(session, riet, els), offer)
    blocking.block_in_pair(session, pair_id=match.id, actor=Actor(els.id), now=NOW)
    assert {one.blocker_id for one in session.exec(rows.all_of(PersonBlock))} == {riet.id, els.id}


@pytest.mark.database("sqlite")
def test_pressed_twice_it_stands_and_nobody_blocks_themselves(session):
    riet, piet = a_person(session, "Riet"), a_person(session, "Piet")
    assert block(session, riet.id, piet.id) is block(session, riet.id, piet.id)
    with pytest.raises(InvalidInput):
        block(session, riet.id, riet.id)


@pytest.mark.database("sqlite")
def test_what_came_between_them_at_the_same_moment_ends_too(session):
    """A round that had read before the block may still have written: it is found and undone."""
    riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet")
    block(session, riet.id, offer.person_id)
    late = a_proposal(session, a_request(session, requester=riet), offer)
    assert are_apart(session) != []
    assert blocking.look_again(session, NOW) == 1
    session.refresh(late)
    assert late.status is ProposalStatus.WITHDRAWN
    assert are_apart(session) == []
    assert blocking.look_again(session, NOW) == 0
