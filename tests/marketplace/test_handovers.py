"""A case goes to another organisation with what the resident agreed to; it is received, or it is the owner's again."""

from datetime import timedelta

import pytest

from marketplace import consent, escalation, handovers, privacy, retention
from marketplace.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from marketplace.handovers import Parcel
from marketplace.lifecycle import request_status
from marketplace.models import Channel, ConsentKind, EventKind, HandOverStatus, NoticeKind, RequestStatus
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries.privacy import list_consents_of
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_request, local, on_duty
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
STORY = "Riet heeft hulp nodig bij haar post."
PARCEL = Parcel("Sociaal Team", "balie@voorbeeld.nl", STORY, with_contact=True)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def carla(session):
    return a_coordinator(session, "Carla")


@pytest.fixture
def case(session):
    return a_request(session, requester=a_person(session, "Riet"))


def prepared(session, case, carla, *, agreed_by=None, parcel=PARCEL):
    return handovers.prepare(session, request_id=case.id, parcel=parcel, agreed_by=agreed_by, actor=carla, now=NOW)


def status_of(session, case):
    return request_status([slot.status for slot in requests.list_slots(session, case.id)])


def may_pass(session, case):
    where = {"municipality_id": case.municipality_id, "person_id": case.requester_id}
    return consent.has(session, ConsentKind.HAND_OVER, **where)


def test_nothing_goes_before_the_resident_has_seen_it_and_said_yes(session, case, carla):
    passed = prepared(session, case, carla)
    assert rows.outbox(session, NoticeKind.HAND_OVER_FOR_ORGANISATION) == []
    assert [one.person_id for one in rows.outbox(session, NoticeKind.HAND_OVER_ASKED)] == [case.requester_id]
    assert not may_pass(session, case)
    handovers.answer(session, request_id=case.id, is_yes=True, actor=Actor(case.requester_id), now=NOW)
    assert passed.status is HandOverStatus.SENT
    assert may_pass(session, case)
    (told,) = rows.outbox(session, NoticeKind.HAND_OVER_FOR_ORGANISATION)
    assert (told.email, told.person_id, told.subject) == ("balie@voorbeeld.nl", None, {"hand_over": str(passed.id)})


@pytest.mark.parametrize("channel", [Channel.TELEPHONE, Channel.DESK])
def test_who_has_no_email_says_yes_by_telephone_or_on_paper(session, case, carla, channel):
    passed = prepared(session, case, carla)
    asked = {"request_id": case.id, "hand_over_id": passed.id, "actor": carla, "now": NOW}
    handovers.note_agreed(session, channel=channel, **asked)
    handovers.note_agreed(session, channel=channel, **asked)
    (given,) = list_consents_of(session, case.requester_id)
    assert (given.kind, given.channel, given.recorded_by_id) == (ConsentKind.HAND_OVER, channel, carla.person_id)
    assert len(rows.outbox(session, NoticeKind.HAND_OVER_FOR_ORGANISATION)) == 1


def test_a_no_passes_nothing_on_and_the_owner_hears_it(session, case, carla):
    passed = prepared(session, case, carla)
    handovers.answer(session, request_id=case.id, is_yes=False, actor=Actor(case.requester_id), now=NOW)
    assert passed.status is HandOverStatus.DECLINED
    assert not may_pass(session, case)
    assert [one.person_id for one in rows.outbox(session, NoticeKind.HAND_OVER_RETURNED)] == [carla.person_id]
    assert status_of(session, case) is RequestStatus.OPEN


@pytest.mark.parametrize("by_link", [True, False])
def test_once_received_the_search_ends_and_the_resident_hears_who_goes_on(session, case, carla, by_link):
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    assert status_of(session, case) is RequestStatus.OPEN
    if by_link:
        handovers.confirm(session, hand_over_id=passed.id, is_yes=True, now=NOW)
        handovers.confirm(session, hand_over_id=passed.id, is_yes=False, now=NOW)
    else:
        handovers.note_received(session, request_id=case.id, hand_over_id=passed.id, actor=carla, now=NOW)
    assert passed.status is HandOverStatus.RECEIVED
    assert status_of(session, case) is RequestStatus.CLOSED
    assert case.closed_reason == "referred"
    assert [one.person_id for one in rows.outbox(session, NoticeKind.HAND_OVER_RECEIVED)] == [case.requester_id]
    assert rows.events(session, case.id).count(EventKind.REQUEST_CLOSED) == 1


def test_who_cannot_do_it_sends_it_back(session, case, carla):
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    handovers.confirm(session, hand_over_id=passed.id, is_yes=False, now=NOW)
    assert passed.status is HandOverStatus.RETURNED
    assert case.owner_id == carla.person_id
    assert case.next_moment_at > NOW
    assert len(rows.outbox(session, NoticeKind.HAND_OVER_RETURNED)) == 1


def test_what_nobody_answers_comes_back_after_three_working_days(session, case, carla):
    """Prepared on Tuesday 3 March: Wednesday, Thursday and Friday to answer."""
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    assert passed.due_at == case.next_moment_at == local(2026, 3, 7)
    assert handovers.return_overdue(session, passed.due_at - timedelta(seconds=1)) == 0
    assert handovers.return_overdue(session, passed.due_at) == 1
    assert handovers.return_overdue(session, passed.due_at) == 0
    assert (passed.status, case.owner_id) == (HandOverStatus.RETURNED, carla.person_id)
    assert case.next_moment_at > passed.due_at


def test_a_case_on_its_way_has_an_owner_and_is_not_handed_on(session, case, carla):
    on_duty(session, carla)
    prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    escalation.hand_on_overdue(session, NOW + timedelta(days=2))
    assert case.owner_id == carla.person_id


def test_one_case_goes_one_way_at_a_time(session, case, carla):
    passed = prepared(session, case, carla)
    with pytest.raises(InvalidInput):
        prepared(session, case, carla)
    handovers.withdraw(session, request_id=case.id, hand_over_id=passed.id, actor=carla, now=NOW)
    assert prepared(session, case, carla).status is HandOverStatus.ASKED
    with pytest.raises(IllegalTransition):
        handovers.note_received(session, request_id=case.id, hand_over_id=passed.id, actor=carla, now=NOW)


@pytest.mark.parametrize(
    ("parcel", "field"),
    [
        pytest.param(Parcel("", "", STORY, True), "organisation", id="to-nobody"),
        pytest.param(Parcel("MEE", "balie", STORY, True), "email", id="no-address"),
        pytest.param(Parcel("MEE", "", "", True), "story", id="without-a-story"),
    ],
)
def test_what_is_missing_is_asked(session, case, carla, parcel, field):
    with pytest.raises(InvalidInput) as refused:
        prepared(session, case, carla, parcel=parcel)
    assert set(refused.value.problems) == {field}


def test_nobody_else_answers_or_hands_over(session, case, carla):
    passed = prepared(session, case, carla)
    stranger = Actor(a_person(session, "Sjaak").id)
    with pytest.raises(NotFound):
        handovers.answer(session, request_id=case.id, is_yes=True, actor=stranger, now=NOW)
    asked = {"request_id": case.id, "hand_over_id": passed.id, "actor": stranger, "now": NOW}
    with pytest.raises(NotAllowed):
        handovers.note_agreed(session, channel=Channel.WEB, **asked)
    other = a_request(session)
    with pytest.raises(NotFound):
        handovers.withdraw(session, **(asked | {"actor": carla, "request_id": other.id}))


def test_consent_taken_back_stops_what_is_on_its_way(session, case, carla):
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    privacy.take_back(session, ConsentKind.HAND_OVER, actor=Actor(case.requester_id), now=NOW)
    assert passed.status is HandOverStatus.WITHDRAWN
    assert not handovers.is_readable(passed, now=NOW)
    assert not may_pass(session, case)


def test_the_story_goes_with_the_words_of_the_request(session, case, carla):
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    handovers.confirm(session, hand_over_id=passed.id, is_yes=True, now=NOW)
    retention.forget(session, now=NOW + timedelta(days=366))
    assert (passed.story, passed.email) == ("", None)


def test_how_to_reach_the_resident_is_shown_after_a_yes_and_for_two_weeks(session, case, carla):
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE)
    assert not handovers.shows_contact(passed, now=NOW)
    handovers.confirm(session, hand_over_id=passed.id, is_yes=True, now=NOW)
    assert handovers.shows_contact(passed, now=NOW)
    assert not handovers.shows_contact(passed, now=NOW + timedelta(days=14))


def test_without_the_residents_details_only_the_story_is_read(session, case, carla):
    parcel = Parcel("Sociaal Team", "", STORY, with_contact=False)
    passed = prepared(session, case, carla, agreed_by=Channel.TELEPHONE, parcel=parcel)
    handovers.confirm(session, hand_over_id=passed.id, is_yes=True, now=NOW)
    assert handovers.is_readable(passed, now=NOW)
    assert not handovers.shows_contact(passed, now=NOW)
