"""The transition tables, and who wins when two press at once."""

import itertools
from datetime import timedelta

import pytest

from marketplace import lifecycle
from marketplace.errors import IllegalTransition, NoRoom, Overtaken, SlotTaken
from marketplace.lifecycle import AppointmentAction, MatchAction, ProposalAction, SlotAction
from marketplace.models import (
    AppointmentStatus,
    MatchStatus,
    Offer,
    Proposal,
    ProposalStatus,
    RequestStatus,
    Slot,
    SlotStatus,
)
from marketplace.queries import requests
from tests.support import builders
from tests.support.clock import NOW


@pytest.mark.parametrize(
    ("slots", "status"),
    [
        (("free",), "open"),
        (("free", "taken"), "partly_filled"),
        (("free", "done"), "partly_filled"),
        (("taken", "taken"), "filled"),
        (("taken", "done"), "filled"),
        (("taken", "closed"), "filled"),
        (("done", "done"), "done"),
        (("done", "closed"), "done"),
        (("closed", "withdrawn"), "closed"),
        (("withdrawn",), "withdrawn"),
    ],
)
def test_a_requests_status_follows_from_its_slots(slots, status):
    assert lifecycle.request_status([SlotStatus(slot) for slot in slots]) is RequestStatus(status)


@pytest.mark.parametrize(
    ("table", "statuses", "actions"),
    [
        (lifecycle.PROPOSAL_TRANSITIONS, ProposalStatus, ProposalAction),
        (lifecycle.MATCH_TRANSITIONS, MatchStatus, MatchAction),
        (lifecycle.SLOT_TRANSITIONS, SlotStatus, SlotAction),
        (lifecycle.APPOINTMENT_TRANSITIONS, AppointmentStatus, AppointmentAction),
    ],
    ids=["proposal", "match", "slot", "appointment"],
)
def test_every_action_and_every_status_but_the_first_is_reached_in_its_table(table, statuses, actions):
    assert {action for _, action in table} == set(actions)
    first = next(iter(statuses))
    assert set(table.values()) | {first} == set(statuses)


def test_what_is_over_stays_over():
    ended = (MatchStatus.DONE, MatchStatus.OBJECTED, MatchStatus.CANCELLED)
    assert not [pair for pair in itertools.product(ended, MatchAction) if pair in lifecycle.MATCH_TRANSITIONS]
    over = (SlotStatus.DONE, SlotStatus.WITHDRAWN, SlotStatus.CLOSED)
    assert not [pair for pair in itertools.product(over, SlotAction) if pair in lifecycle.SLOT_TRANSITIONS]


def test_a_step_that_is_not_in_the_table_is_refused(sessions):
    with sessions.begin() as session:
        proposal = builders.a_proposal(session, builders.a_request(session), builders.a_volunteer(session))
        lifecycle.advance_proposal(session, proposal, ProposalAction.ACCEPT, at=NOW)
        with pytest.raises(IllegalTransition):
            lifecycle.advance_proposal(session, proposal, ProposalAction.DECLINE, at=NOW)
        assert proposal.status is ProposalStatus.ACCEPTED


def test_whoever_read_an_older_version_is_overtaken(sessions):
    with sessions.begin() as session:
        proposal_id = builders.a_proposal(session, builders.a_request(session), builders.a_volunteer(session)).id
    with sessions.read() as session:
        stale = session.get_one(Proposal, proposal_id)
    with sessions.begin() as session:
        lifecycle.advance_proposal(session, session.get_one(Proposal, proposal_id), ProposalAction.LAPSE, at=NOW)
    with pytest.raises(Overtaken), sessions.begin() as session:
        lifecycle.advance_proposal(session, stale, ProposalAction.ACCEPT, at=NOW)
    with sessions.read() as session:
        assert session.get_one(Proposal, proposal_id).status is ProposalStatus.LAPSED


def test_a_volunteer_without_room_takes_no_slot(sessions):
    with sessions.begin() as session:
        request, offer = builders.a_request(session), builders.a_volunteer(session, capacity=1)
        builders.a_match(session, builders.a_request(session), offer)
        proposal = builders.a_proposal(session, request, offer)
        request_id, offer_id = request.id, offer.id
        free = requests.list_slots(session, request_id, SlotStatus.FREE)
        with pytest.raises(NoRoom), session.begin_nested():
            lifecycle.make_match(session, proposal, free, at=NOW, objection_until=NOW)
    with sessions.read() as session:
        assert session.get_one(Slot, (request_id, 1)).status is SlotStatus.FREE
        assert session.get_one(Offer, offer_id).engaged == 1


def test_a_slot_that_is_gone_gives_the_volunteers_room_back(sessions):
    with sessions.begin() as session:
        request, offer = builders.a_request(session), builders.a_volunteer(session)
        proposal = builders.a_proposal(session, request, offer)
        offer_id = offer.id
        with pytest.raises(SlotTaken), session.begin_nested():
            lifecycle.make_match(session, proposal, [], at=NOW, objection_until=NOW + timedelta(hours=1))
    with sessions.read() as session:
        assert session.get_one(Offer, offer_id).engaged == 0
