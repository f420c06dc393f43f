"""Somebody under sixteen at somebody's home: a coordinator looks first, and what they do counts as it was ruled."""

from datetime import date, timedelta

import pytest

from marketplace import ages, coordination, minors, responses
from marketplace.errors import NotAllowed
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import ApprovalStatus, Event, EventKind, MatchStatus, NoticeKind, ProposalStatus
from marketplace.permissions import Actor
from marketplace.queries import mine, young
from marketplace.responses import Outcome
from marketplace.young import pairs, parents
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    on_duty,
)
from tests.support.clock import NOW
from tests.support.young_builders import FOURTEEN, a_young_volunteer

DAY = timedelta(days=1)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def carla(session):
    """The coordinator on duty."""
    found = a_coordinator(session)
    on_duty(session, found)
    return found


@pytest.fixture
def sam(session):
    """Fourteen, with a parent's yes: the offer and the consent's id."""
    return a_young_volunteer(session)


def yes(session, offer, request, *, now=NOW):
    proposal = a_proposal(session, request, offer, now=now)
    return responses.accept(session, proposal_id=proposal.id, actor=Actor(offer.person_id), now=now)


def approval_of(session, request, offer):
    return young.find_live_approval(session, request.id, offer.person_id)


def ruling(session, match_id):
    """How the figures count a match, from the events as they were written."""
    told = [one for one in rows.all_events(session) if one.request_id is not None]
    happened = [
        Happening(one.seq, one.at, one.kind, one.acting_as, one.request_id, one.slot_number, one.match_id, one.detail)
        for one in told
    ]
    return rule_matches(happened)[match_id]


def test_outside_the_home_a_yes_counts_at_once(session, sam):
    offer, _ = sam
    assert yes(session, offer, a_request(session, is_at_home=False)).outcome is Outcome.MATCHED


def test_at_home_a_yes_waits_for_the_coordinator_on_duty_and_approving_mediates_nothing(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    answer = yes(session, offer, request)
    assert (answer.outcome, answer.match_id) == (Outcome.LOOKED_AT, None)
    again = responses.accept(session, proposal_id=answer.proposal_id, actor=Actor(offer.person_id), now=NOW)
    assert again == answer
    approval = approval_of(session, request, offer)
    assert (approval.owner_id, approval.due_at) == (carla.person_id, minors.decides_by(NOW))
    assert [one.person_id for one in rows.outbox(session, NoticeKind.PAIR_FOR_COORDINATOR)] == [carla.person_id]
    match = pairs.approve(session, approval_id=approval.id, actor=carla, now=NOW + DAY)
    assert pairs.approve(session, approval_id=approval.id, actor=carla, now=NOW + DAY) == match
    assert (match.status, match.made_at) == (MatchStatus.AGREED, NOW + DAY)
    assert (ruling(session, match.id).mediated, ruling(session, match.id).assisted) == (False, False)


def test_refused_the_next_match_of_the_slot_is_mediated(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    answer = yes(session, offer, request)
    pairs.refuse(session, approval_id=approval_of(session, request, offer).id, actor=carla, now=NOW)
    assert [one.person_id for one in rows.outbox(session, NoticeKind.PAIR_NOT_APPROVED)] == [offer.person_id]
    proposal = responses.matches.get_proposal(session, answer.proposal_id)
    assert proposal.status is ProposalStatus.REFUSED
    match = a_match(session, request, a_volunteer(session), now=NOW + DAY)
    assert ruling(session, match.id).mediated


def test_only_who_works_there_decides(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    yes(session, offer, request)
    approval = approval_of(session, request, offer)
    for act in (pairs.approve, pairs.refuse):
        with pytest.raises(NotAllowed):
            act(session, approval_id=approval.id, actor=Actor(request.requester_id), now=NOW)


def test_who_chooses_themselves_sees_nobody_before_a_coordinator_looked(session, carla, sam):
    offer, _ = sam
    request = a_request(session, is_chosen_by_requester=True)
    answer = yes(session, offer, request)
    requester = Actor(request.requester_id)
    assert list(mine.list_waiting_rows(session, request.id, now=NOW)) == []
    with pytest.raises(NotAllowed):
        responses.choose(session, proposal_id=answer.proposal_id, actor=requester, now=NOW)
    assert pairs.approve(session, approval_id=approval_of(session, request, offer).id, actor=carla, now=NOW) is None
    assert [row.first_name for row in mine.list_waiting_rows(session, request.id, now=NOW)] == ["Sam"]
    match = responses.choose(session, proposal_id=answer.proposal_id, actor=requester, now=NOW)
    assert not ruling(session, match.id).mediated


def test_a_coordinator_who_couples_has_looked(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    match = coordination.couple(session, request_id=request.id, offer_id=offer.id, actor=carla, now=NOW)
    assert approval_of(session, request, offer).status is ApprovalStatus.APPROVED
    assert ruling(session, match.id).mediated


def test_what_is_not_decided_in_time_goes_on_with_somebody_else(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    answer = yes(session, offer, request)
    later = minors.decides_by(NOW)
    assert responses.lapse_overdue(session, later - timedelta(seconds=1)) == 0
    assert responses.lapse_overdue(session, later) == 1
    assert pairs.follow_time(session, later) == 1
    assert approval_of(session, request, offer) is None
    assert responses.matches.get_proposal(session, answer.proposal_id).status is ProposalStatus.LAPSED


def test_a_place_that_went_to_another_needs_no_look(session, carla, sam):
    offer, _ = sam
    request = a_request(session)
    yes(session, offer, request)
    approval = approval_of(session, request, offer)
    a_match(session, request, a_volunteer(session))
    assert pairs.approve(session, approval_id=approval.id, actor=carla, now=NOW) is None
    assert approval.status is ApprovalStatus.MOOT


def test_on_the_birthday_a_waiting_yes_counts_by_itself(session, carla):
    offer, _ = a_young_volunteer(session)
    birthday = ages.released_at(FOURTEEN)
    request = a_request(session, now=birthday - timedelta(hours=3))
    yes(session, offer, request, now=birthday - timedelta(hours=2))
    assert pairs.follow_time(session, birthday - timedelta(seconds=1)) == 0
    parents.release(session, birthday)
    assert pairs.follow_time(session, birthday) == 1
    made = [one for one in session.exec(rows.all_of(Event)) if one.kind is EventKind.MATCHED]
    assert [one.person_id for one in made] == [offer.person_id]


def test_a_stop_ends_what_a_coordinator_was_to_look_at(session, carla, sam):
    offer, consent_id = sam
    request = a_request(session)
    yes(session, offer, request)
    approval = approval_of(session, request, offer)
    parents.withdraw(session, consent_id=consent_id, now=NOW)
    session.refresh(approval)
    assert approval.status is ApprovalStatus.MOOT


def test_a_grown_up_is_looked_at_by_nobody(session):
    offer = a_volunteer(session, person=a_person(session, "Noor", born_on=date(2009, 3, 3)), now=NOW)
    assert yes(session, offer, a_request(session)).outcome is Outcome.MATCHED
