"""What a coordinator does with a case, and what it does to the figure."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from marketplace import coordination, matches, matchmaking, responses
from marketplace.coordination import Widening
from marketplace.database import Sessions
from marketplace.errors import CaseHeld, DoesNotFit, InvalidInput, NoRoom, NotAllowed, SlotTaken
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Because, Happening, Ruling
from marketplace.models import (
    Event,
    EventKind,
    HelpRequest,
    MatchStatus,
    NoticeKind,
    Origin,
    OutboxMessage,
    Proposal,
    ProposalStatus,
    SlotStatus,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import matches as match_queries
from marketplace.queries import offers, requests
from matching.rules import Rule
from tests.support.builders import (
    a_barred_pair,
    a_coordinator,
    a_match,
    a_proposal,
    a_request,
    a_volunteer,
    a_window,
    another_municipality,
    local,
    place,
)
from tests.support.clock import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def read(sessions: Sessions, request: HelpRequest) -> HelpRequest:
    with sessions.read() as session:
        return requests.get_request(session, request.id)


def slots(sessions: Sessions, request: HelpRequest) -> list[SlotStatus]:
    with sessions.read() as session:
        return [slot.status for slot in requests.list_slots(session, request.id)]


def proposals(sessions: Sessions, request: HelpRequest) -> list[Proposal]:
    with sessions.read() as session:
        return list(match_queries.list_proposals(session, request.id))


def told(sessions: Sessions, kind: NoticeKind) -> set[UUID | None]:
    with sessions.read() as session:
        return set(session.exec(select(OutboxMessage.person_id).where(OutboxMessage.kind == kind)))


def rulings(sessions: Sessions, request: HelpRequest) -> dict[UUID, Ruling]:
    """What the figures make of what happened: events in, rulings out."""
    with sessions.read() as session:
        rows = session.exec(select(Event).where(Event.request_id == request.id).order_by(col(Event.seq))).all()
    return rule_matches(
        Happening(row.seq or 0, row.at, row.kind, row.acting_as, request.id, row.slot_number, row.match_id, row.detail)
        for row in rows
    )


def ask_round(sessions: Sessions, request: HelpRequest, *, now=NOW) -> list[Proposal]:
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=now)
    return proposals(sessions, request)


# --- who may ---------------------------------------------------------------------------------------------------------


def test_only_staff_of_the_municipality_work_a_case(sessions):
    with sessions.begin() as session:
        request, offer = a_request(session), a_volunteer(session)
        strangers = [
            a_coordinator(session, "Elders", municipality=another_municipality(session)),
            a_coordinator(session, "Lezer", kind=StaffRoleKind.READER),
            a_coordinator(session, "Planner", kind=StaffRoleKind.RIDE_PLANNER),
            Actor(request.requester_id),
        ]
    verbs = [
        lambda s, who: coordination.read_case(s, request_id=request.id, actor=who, now=NOW),
        lambda s, who: coordination.look_up_helper(s, request_id=request.id, offer_id=offer.id, actor=who, now=NOW),
        lambda s, who: coordination.take(s, request_id=request.id, actor=who, now=NOW),
        lambda s, who: coordination.give_back(s, request_id=request.id, actor=who, now=NOW),
        lambda s, who: coordination.note(s, request_id=request.id, actor=who, text="x", now=NOW),
        lambda s, who: coordination.propose(s, request_id=request.id, offer_id=offer.id, actor=who, now=NOW),
        lambda s, who: coordination.couple(s, request_id=request.id, offer_id=offer.id, actor=who, now=NOW),
        lambda s, who: coordination.widen(s, request_id=request.id, widening=Widening(), actor=who, now=NOW),
        lambda s, who: coordination.close(s, request_id=request.id, reason="referred", text="", actor=who, now=NOW),
    ]
    for who in strangers:
        for verb in verbs:
            with pytest.raises(NotAllowed), sessions.begin() as session:
                verb(session, who)
    with sessions.read() as session:
        kinds = set(session.exec(select(Event.kind).where(Event.request_id == request.id)))
    assert kinds == {EventKind.REQUEST_POSTED}


def test_a_ride_planner_works_cases_about_transport(sessions):
    with sessions.begin() as session:
        planner = a_coordinator(session, kind=StaffRoleKind.RIDE_PLANNER)
        request = a_request(session, skill="transport.escort")
        assert coordination.take(session, request_id=request.id, actor=planner, now=NOW).held_at == NOW


# --- taking and giving back ------------------------------------------------------------------------------------------


def test_of_a_case_that_is_held_nobody_new_is_asked(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        a_volunteer(session)
        request = a_request(session)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
    assert ask_round(sessions, request) == []
    with sessions.begin() as session:
        coordination.give_back(session, request_id=request.id, actor=carla, now=NOW)
    assert len(ask_round(sessions, request)) == 1


def test_what_was_asked_before_it_was_taken_runs_on(sessions):
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session)
        request = a_request(session)
        asked = a_proposal(session, request, piet)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
        answer = responses.accept(session, proposal_id=asked.id, actor=Actor(piet.person_id), now=NOW)
    assert answer.match_id is not None
    assert not rulings(sessions, request)[answer.match_id].mediated


def test_two_coordinators_do_not_take_a_case_from_each_other_unseen(sessions):
    with sessions.begin() as session:
        carla, els, request = a_coordinator(session, "Carla"), a_coordinator(session, "Els"), a_request(session)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
    with pytest.raises(CaseHeld) as refused, sessions.begin() as session:
        coordination.take(session, request_id=request.id, actor=els, now=NOW + HOUR)
    assert (refused.value.holder_id, refused.value.held_at) == (carla.person_id, NOW)
    with sessions.begin() as session:
        coordination.take(session, request_id=request.id, actor=els, now=NOW + HOUR, from_id=carla.person_id)
    assert read(sessions, request).owner_id == els.person_id


def test_after_respond_by_a_case_is_not_given_back(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
    with pytest.raises(InvalidInput), sessions.begin() as session:
        coordination.give_back(session, request_id=request.id, actor=carla, now=request.respond_by)
    assert read(sessions, request).owner_id == carla.person_id


# --- asking and coupling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "far",
    [
        pytest.param({"at": place("4849AB")}, id="beyond-their-reach"),
        pytest.param({"languages": ("pl",)}, id="another-language"),
        pytest.param({"skills": ("home.groceries",)}, id="another-kind"),
    ],
)
def test_a_person_may_ask_whom_the_engine_would_not(sessions, far):
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session, **far)
        request = a_request(session, languages=("nl",))
    assert ask_round(sessions, request) == []
    with sessions.begin() as session:
        asked = coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert (asked.origin, asked.expires_at) == (Origin.COORDINATOR, NOW + DAY)
    assert told(sessions, NoticeKind.PROPOSAL) == {piet.person_id}


@pytest.mark.parametrize(
    ("volunteer", "rule"),
    [
        pytest.param({"skills": ("admin.paperwork",)}, Rule.QUALIFICATION, id="without-the-certificate"),
        pytest.param({"seen": ("vog",), "birth_year": 2010}, Rule.AGE, id="too-young"),
        pytest.param({"seen": ("vog",), "birth_year": None}, Rule.AGE, id="age-unknown"),
    ],
)
@pytest.mark.parametrize("verb", [coordination.propose, coordination.couple])
def test_what_protects_people_a_coordinator_does_not_overrule(sessions, volunteer, rule, verb):
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session, **volunteer)
        request = a_request(session, skill="admin.paperwork", min_age=18)
    with pytest.raises(DoesNotFit) as refused, sessions.begin() as session:
        verb(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert rule.value in refused.value.reasons
    assert proposals(sessions, request) == []


def test_two_who_are_barred_are_not_brought_together(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        a_barred_pair(session, piet.person_id, request.requester_id)
    with pytest.raises(DoesNotFit), sessions.begin() as session:
        coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)


def test_nobody_is_asked_twice_at_once(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    with pytest.raises(DoesNotFit) as refused, sessions.begin() as session:
        coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert refused.value.reasons == (Rule.ASKED_BEFORE.value,)


def test_asked_at_night_somebody_hears_it_in_the_morning_and_has_a_day_from_then(sessions):
    night = local(2026, 3, 3, 23)
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        asked = coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=night)
    assert asked.expires_at == local(2026, 3, 5, 8)
    with sessions.read() as session:
        mail = session.exec(select(OutboxMessage).where(OutboxMessage.kind == NoticeKind.PROPOSAL)).one()
    assert mail.next_try_at == local(2026, 3, 4, 8)


def test_after_respond_by_a_coordinator_may_still_have_somebody_asked(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
    late = request.respond_by + HOUR
    with sessions.begin() as session:
        asked = coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=late)
    assert late < asked.expires_at == read(sessions, request).respond_by


def test_a_yes_to_a_coordinators_question_is_a_mediated_match(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        asked = coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    with sessions.begin() as session:
        answer = responses.accept(session, proposal_id=asked.id, actor=Actor(piet.person_id), now=NOW + HOUR)
    assert [reason.because for reason in rulings(sessions, request)[answer.match_id].because] == [Because.PROPOSED]


def test_coupling_makes_a_mediated_match_and_tells_both(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        match = coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert (match.origin, match.status) == (Origin.COORDINATOR, MatchStatus.AGREED)
    ruling = rulings(sessions, request)[match.id]
    assert (ruling.mediated, ruling.because[0].because) == (True, Because.CHOSE)
    assert told(sessions, NoticeKind.MATCH_FOR_REQUESTER) == {request.requester_id}
    assert told(sessions, NoticeKind.MATCH_FOR_VOLUNTEER) == {piet.person_id}
    assert slots(sessions, request) == [SlotStatus.TAKEN]


def test_coupling_mediates_its_own_slot_only(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session, slots=2)
        by_hand, by_engine = a_volunteer(session, "Piet"), a_volunteer(session, "Kees")
        coupled = coordination.couple(session, request_id=request.id, offer_id=by_hand.id, actor=carla, now=NOW)
        found = a_match(session, request, by_engine, now=NOW + HOUR)
    assert {match: ruling.mediated for match, ruling in rulings(sessions, request).items()} == {
        coupled.id: True,
        found.id: False,
    }


def test_coupling_twice_makes_one_match(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session, slots=2)
        once = coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
        twice = coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert once.id == twice.id
    assert slots(sessions, request) == [SlotStatus.TAKEN, SlotStatus.FREE]


def test_coupling_somebody_who_was_asked_already_answers_that_question(sessions):
    with sessions.begin() as session:
        carla, piet, request = a_coordinator(session), a_volunteer(session), a_request(session)
        asked = a_proposal(session, request, piet)
        match = coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    assert match.proposal_id == asked.id
    assert rulings(sessions, request)[match.id].mediated


def test_a_slot_that_is_gone_is_not_given_away_again(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        piet, kees = a_volunteer(session, "Piet"), a_volunteer(session, "Kees")
        a_match(session, request, piet)
    with pytest.raises(SlotTaken), sessions.begin() as session:
        coordination.couple(session, request_id=request.id, offer_id=kees.id, actor=carla, now=NOW)
    with pytest.raises(SlotTaken), sessions.begin() as session:
        coordination.propose(session, request_id=request.id, offer_id=kees.id, actor=carla, now=NOW)


def test_who_has_no_room_is_not_coupled_even_when_asked_before(sessions):
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session, capacity=1)
        request = a_request(session)
        a_proposal(session, request, piet)
        a_match(session, a_request(session), piet)
    with pytest.raises(NoRoom), sessions.begin() as session:
        coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
    with sessions.read() as session:
        assert offers.get_offer(session, piet.id).engaged == 1


# --- widening --------------------------------------------------------------------------------------------------------


def test_widening_begins_a_new_version_and_the_engine_asks_again(sessions):
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session)
        request = a_request(session, windows=(a_window(72, 3),), languages=("pl",))
        said_no = a_proposal(session, request, piet)
        responses.decline(session, proposal_id=said_no.id, actor=Actor(piet.person_id), now=NOW)
    assert len(ask_round(sessions, request)) == 1
    later = NOW + HOUR
    with sessions.begin() as session:
        widening = Widening(minutes=60, is_any_time=True, is_any_language=True, extra_days=3)
        coordination.widen(session, request_id=request.id, widening=widening, actor=carla, now=later)
    wider = read(sessions, request)
    assert (wider.minutes, wider.languages, wider.version_at) == (60, [], later)
    assert wider.respond_by == request.respond_by + 3 * DAY
    assert [asked.status for asked in ask_round(sessions, request, now=later)] == [
        ProposalStatus.DECLINED,
        ProposalStatus.OPEN,
    ]


def test_who_let_a_question_lapse_is_asked_again_only_once_it_has_ended(sessions):
    """Its time is over and the request was widened, but nobody ended it yet: the round waits with this one person."""
    with sessions.begin() as session:
        carla, piet = a_coordinator(session), a_volunteer(session)
        request = a_request(session, windows=(a_window(24 * 7, 3),))
        a_proposal(session, request, piet)
    later = NOW + 2 * DAY
    with sessions.begin() as session:
        widening = Widening(is_any_time=True, extra_days=3)
        coordination.widen(session, request_id=request.id, widening=widening, actor=carla, now=later)
    assert [asked.status for asked in ask_round(sessions, request, now=later)] == [ProposalStatus.OPEN]
    with sessions.begin() as session:
        responses.lapse_overdue(session, later)
    assert [asked.status for asked in ask_round(sessions, request, now=later)] == [
        ProposalStatus.LAPSED,
        ProposalStatus.OPEN,
    ]


@pytest.mark.parametrize(
    ("was_escalated", "mediated"), [pytest.param(True, True, id="after"), pytest.param(False, False, id="before")]
)
def test_widening_mediates_what_follows_only_after_escalation(sessions, was_escalated, mediated):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
    if was_escalated:
        ask_round(sessions, request)
    with sessions.begin() as session:
        coordination.widen(session, request_id=request.id, widening=Widening(), actor=carla, now=NOW + HOUR)
        match = a_match(session, request, a_volunteer(session), now=NOW + 2 * HOUR)
    assert rulings(sessions, request)[match.id].mediated is mediated


@pytest.mark.parametrize(
    ("widening", "field"),
    [
        (Widening(minutes=180), "minutes"),
        (Widening(minutes=0), "minutes"),
        (Widening(extra_days=0), "extra_days"),
        (Widening(extra_days=61), "extra_days"),
    ],
)
def test_wider_is_wider(sessions, widening, field):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
    with pytest.raises(InvalidInput) as refused, sessions.begin() as session:
        coordination.widen(session, request_id=request.id, widening=widening, actor=carla, now=NOW)
    assert set(refused.value.problems) == {field}


# --- writing down ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_about_who", "mediated"), [(True, True), (False, False)])
def test_contact_about_who_comes_mediates_and_other_contact_does_not(sessions, is_about_who, mediated):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        coordination.note(session, request_id=request.id, actor=carla, text="Gezien.", now=NOW)
        coordination.log_contact(
            session, request_id=request.id, actor=carla, text="Riet gebeld.", is_about_who=is_about_who, now=NOW
        )
        match = a_match(session, request, a_volunteer(session), now=NOW + HOUR)
    assert rulings(sessions, request)[match.id].mediated is mediated


def test_reading_and_taking_leave_the_figure_alone_and_every_look_is_kept(sessions):
    with sessions.begin() as session:
        carla, request, piet = a_coordinator(session), a_request(session), a_volunteer(session)
        for minutes in (0, 0.5, 2):
            now = NOW + timedelta(minutes=minutes)
            coordination.read_case(session, request_id=request.id, actor=carla, now=now)
        coordination.look_up_helper(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW)
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
        match = a_match(session, request, piet, now=NOW + HOUR)
        looks = session.exec(select(Event.person_id).where(Event.kind == EventKind.CASE_READ)).all()
    assert sorted(looks, key=str) == sorted([request.requester_id] * 2 + [piet.person_id], key=str)
    assert not rulings(sessions, request)[match.id].mediated


# --- closing and removing --------------------------------------------------------------------------------------------


def test_closing_a_partly_filled_request_leaves_what_is_agreed(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session, slots=3)
        match = a_match(session, request, a_volunteer(session, "Piet"))
        asked = a_proposal(session, request, a_volunteer(session, "Kees"))
        coordination.close(session, request_id=request.id, reason="nobody_found", text="", actor=carla, now=NOW)
    assert slots(sessions, request) == [SlotStatus.TAKEN, SlotStatus.CLOSED, SlotStatus.CLOSED]
    assert read(sessions, request).ended_at is None
    assert told(sessions, NoticeKind.PROPOSAL_WITHDRAWN) == {asked.person_id}
    assert told(sessions, NoticeKind.REQUEST_CLOSED) == {request.requester_id}
    with sessions.begin() as session:
        matches.confirm(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
        matches.finish(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW + DAY)
    assert read(sessions, request).ended_at == NOW + DAY


def test_closing_an_open_request_ends_it_and_twice_is_once(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        for reason in ("referred", "nobody_found"):
            coordination.close(session, request_id=request.id, reason=reason, text="", actor=carla, now=NOW)
    after = read(sessions, request)
    assert (after.ended_at, after.closed_reason) == (NOW, "referred")


def test_closing_needs_a_reason_we_know(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
    with pytest.raises(InvalidInput), sessions.begin() as session:
        coordination.close(session, request_id=request.id, reason="", text="Zomaar", actor=carla, now=NOW)


def test_removing_somebody_reopens_the_slot_and_the_next_match_of_it_is_mediated(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        piet, kees = a_volunteer(session, "Piet"), a_volunteer(session, "Kees")
        removed = a_match(session, request, piet)
        coordination.remove(session, match_id=removed.id, actor=carla, text="Het klikte niet.", now=NOW + HOUR)
    assert slots(sessions, request) == [SlotStatus.FREE]
    assert told(sessions, NoticeKind.CANCELLED) == {request.requester_id, piet.person_id}
    with sessions.begin() as session:
        following = a_match(session, request, kees, now=NOW + 2 * HOUR)
        assert offers.get_offer(session, piet.id).engaged == 0
    ruled = rulings(sessions, request)
    assert (ruled[removed.id].mediated, ruled[following.id].mediated) == (False, True)


def test_who_was_removed_is_not_asked_for_it_again(sessions):
    with sessions.begin() as session:
        carla, request, piet = a_coordinator(session), a_request(session), a_volunteer(session)
        match = a_match(session, request, piet)
        coordination.remove(session, match_id=match.id, actor=carla, text="Het klikte niet.", now=NOW + HOUR)
    assert len(ask_round(sessions, request, now=NOW + HOUR)) == 1
    with pytest.raises(DoesNotFit), sessions.begin() as session:
        coordination.couple(session, request_id=request.id, offer_id=piet.id, actor=carla, now=NOW + 2 * HOUR)
