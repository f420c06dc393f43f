"""Yes, no and "I help", on time, too late and twice."""

from datetime import timedelta

import pytest

from marketplace import matches as match_cases
from marketplace import matchmaking, offering, posting, responses
from marketplace.errors import DoesNotFit, IllegalTransition, NoRoom, NotAllowed, NotFound, SlotTaken
from marketplace.models import (
    DeclineReason,
    EventKind,
    MatchStatus,
    NoticeKind,
    Offer,
    OfferSkill,
    Origin,
    Proposal,
    ProposalStatus,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import matches, offers, requests
from marketplace.responses import Outcome
from tests.support import builders, rows
from tests.support.clock import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(sessions):
    """A request and a volunteer who is asked for it: (request id, offer id, proposal id, actor)."""
    with sessions.begin() as session:
        request, offer = builders.a_request(session), builders.a_volunteer(session)
        proposal = builders.a_proposal(session, request, offer)
        return request.id, offer.id, proposal.id, Actor(offer.person_id)


def accept(sessions, proposal_id, actor, now=NOW):
    with sessions.begin() as session:
        return responses.accept(session, proposal_id=proposal_id, actor=actor, now=now)


def test_a_yes_takes_a_slot_and_room_and_tells_both(sessions, asked):
    request_id, offer_id, proposal_id, actor = asked
    answer = accept(sessions, proposal_id, actor)
    assert answer.outcome is Outcome.MATCHED
    with sessions.read() as session:
        match = matches.get_match(session, answer.match_id)
        assert (match.status, match.origin, match.made_at) == (MatchStatus.AGREED, Origin.ENGINE, NOW)
        assert [slot.status for slot in requests.list_slots(session, request_id)] == [SlotStatus.TAKEN]
        assert session.get_one(Offer, offer_id).engaged == 1
        told = rows.notices(session)
    assert {NoticeKind.MATCH_FOR_REQUESTER, NoticeKind.MATCH_FOR_VOLUNTEER} <= set(told)


def test_a_yes_pressed_twice_is_one_match(sessions, asked):
    _, offer_id, proposal_id, actor = asked
    first, second = accept(sessions, proposal_id, actor), accept(sessions, proposal_id, actor)
    assert first == second
    with sessions.read() as session:
        assert session.get_one(Offer, offer_id).engaged == 1
        assert rows.events(session).count(EventKind.MATCHED) == 1


def test_only_who_was_asked_may_answer(sessions, asked):
    _, _, proposal_id, _ = asked
    with sessions.begin() as session:
        somebody = Actor(builders.a_person(session).id)
    with pytest.raises(NotAllowed):
        accept(sessions, proposal_id, somebody)
    with pytest.raises(NotAllowed), sessions.begin() as session:
        responses.decline(session, proposal_id=proposal_id, actor=somebody, now=NOW)


def test_a_yes_after_the_time_to_answer_is_honoured_while_the_slot_is_free(sessions, asked):
    _, _, proposal_id, actor = asked
    late = NOW + timedelta(hours=30)
    with sessions.begin() as session:
        assert responses.lapse_overdue(session, late) == 1
    assert accept(sessions, proposal_id, actor, now=late + HOUR).outcome is Outcome.MATCHED


def test_a_yes_after_respond_by_is_late_and_kept(sessions, asked):
    request_id, _, proposal_id, actor = asked
    answer = accept(sessions, proposal_id, actor, now=NOW + timedelta(days=8))
    assert (answer.outcome, answer.why) == (Outcome.RESERVE, "late")
    with sessions.read() as session:
        assert requests.list_slots(session, request_id, SlotStatus.FREE)
        assert EventKind.YES_UNHONOURED in rows.events(session)
        assert NoticeKind.YES_UNHONOURED in rows.notices(session)


def test_a_yes_on_a_slot_given_away_meanwhile_is_a_regret(sessions, asked):
    request_id, _, proposal_id, actor = asked
    with sessions.begin() as session:
        other = builders.a_volunteer(session, "Kees")
        responses.apply(session, request_id=request_id, actor=Actor(other.person_id), now=NOW + HOUR)
    with sessions.read() as session:
        assert session.get_one(Proposal, proposal_id).status is ProposalStatus.WITHDRAWN
        assert NoticeKind.PROPOSAL_WITHDRAWN in rows.notices(session)
    answer = accept(sessions, proposal_id, actor, now=NOW + 2 * HOUR)
    assert (answer.outcome, answer.why) == (Outcome.RESERVE, "regret")
    again = accept(sessions, proposal_id, actor, now=NOW + 3 * HOUR)
    assert again == answer
    with sessions.read() as session:
        assert rows.events(session).count(EventKind.YES_UNHONOURED) == 1


def test_a_yes_after_a_no_is_welcome_while_everything_still_fits(sessions, asked):
    _, _, proposal_id, actor = asked
    with sessions.begin() as session:
        responses.decline(session, proposal_id=proposal_id, actor=actor, now=NOW)
    assert accept(sessions, proposal_id, actor, now=NOW + HOUR).outcome is Outcome.MATCHED


def test_a_no_goes_to_the_next_at_once(sessions, asked):
    request_id, _, proposal_id, actor = asked
    with sessions.begin() as session:
        municipality_id = builders.the_municipality(session).id
        next_one = builders.a_volunteer(session, "Kees").id
        responses.decline(session, proposal_id=proposal_id, actor=actor, now=NOW + HOUR)
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW + HOUR)
    with sessions.read() as session:
        live = matches.list_live_proposals(session, request_id)
    assert [proposal.offer_id for proposal in live] == [next_one]


def test_not_this_kind_rests_it_until_the_offer_changes(sessions, asked):
    _, offer_id, proposal_id, actor = asked
    with sessions.begin() as session:
        responses.decline(session, proposal_id=proposal_id, actor=actor, now=NOW, reason=DeclineReason.NOT_THIS_KIND)
        municipality_id = builders.the_municipality(session).id
        other_request = builders.a_request(session).id
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW + HOUR)
    with sessions.read() as session:
        assert session.get_one(OfferSkill, (offer_id, "garden.hedge")).rested_at == NOW
        assert not matches.list_live_proposals(session, other_request)
    with sessions.begin() as session:
        builders.a_volunteer(session, person=rows.person(session, actor.person_id), now=NOW + 2 * HOUR)
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW + 2 * HOUR)
    with sessions.read() as session:
        assert len(matches.list_live_proposals(session, other_request)) == 1


def test_pause_until_keeps_new_questions_away_and_ends_by_itself(sessions, asked):
    _, _, proposal_id, actor = asked
    until = NOW + timedelta(days=2)
    with sessions.begin() as session:
        responses.decline(
            session, proposal_id=proposal_id, actor=actor, now=NOW, reason=DeclineReason.PAUSE, pause_until=until
        )
        municipality_id = builders.the_municipality(session).id
        other_request = builders.a_request(session).id
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW + HOUR)
    with sessions.read() as session:
        assert not matches.list_live_proposals(session, other_request)
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=until)
    with sessions.read() as session:
        assert len(matches.list_live_proposals(session, other_request)) == 1


def test_whoever_offers_gets_the_slot_under_the_same_rules(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session)
        near = Actor(builders.a_volunteer(session).person_id)
        far = Actor(builders.a_volunteer(session, at=builders.place("4849AB"), reach_km=1.0).person_id)
        stranger = Actor(builders.a_person(session).id)
        request_id = request.id
    with pytest.raises(NotFound), sessions.begin() as session:
        responses.apply(session, request_id=request_id, actor=stranger, now=NOW)
    with pytest.raises(DoesNotFit) as refused, sessions.begin() as session:
        responses.apply(session, request_id=request_id, actor=far, now=NOW)
    assert refused.value.reasons == ("distance",)
    with sessions.begin() as session:
        answer = responses.apply(session, request_id=request_id, actor=near, now=NOW)
        assert responses.apply(session, request_id=request_id, actor=near, now=NOW) == answer
    with sessions.read() as session:
        match = matches.get_match(session, answer.match_id)
        assert match.origin is Origin.APPLICATION
    with pytest.raises(SlotTaken), sessions.begin() as session:
        other = builders.a_volunteer(session, "Kees")
        responses.apply(session, request_id=request_id, actor=Actor(other.person_id), now=NOW)


def test_offering_on_a_request_one_was_asked_for_answers_that_question(sessions, asked):
    request_id, _, proposal_id, actor = asked
    with sessions.begin() as session:
        answer = responses.apply(session, request_id=request_id, actor=actor, now=NOW)
    assert answer.proposal_id == proposal_id
    with sessions.read() as session:
        assert matches.get_match(session, answer.match_id).origin is Origin.ENGINE


def test_nobody_helps_themselves(sessions):
    with sessions.begin() as session:
        offer = builders.a_volunteer(session)
        request = builders.a_request(session, requester=rows.person(session, offer.person_id))
        with pytest.raises(DoesNotFit) as refused:
            responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
    assert refused.value.reasons == ("avoided",)


def test_a_full_volunteer_is_told_so_and_nothing_changes(sessions, asked):
    _, offer_id, proposal_id, actor = asked
    with sessions.begin() as session:
        other = builders.a_request(session)
        responses.apply(session, request_id=other.id, actor=actor, now=NOW)
        offers.get_offer(session, offer_id).capacity = 1
    with pytest.raises(NoRoom):
        accept(sessions, proposal_id, actor)
    with sessions.read() as session:
        assert session.get_one(Proposal, proposal_id).status is ProposalStatus.OPEN


def test_a_requester_who_chooses_decides_among_those_who_offered(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session, is_chosen_by_requester=True)
        requester = Actor(request.requester_id)
        first, second = (builders.a_volunteer(session, name) for name in ("Piet", "Kees"))
        yeses = [
            responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
            for offer in (first, second)
        ]
        request_id = request.id
    assert [answer.outcome for answer in yeses] == [Outcome.WAITING, Outcome.WAITING]
    with pytest.raises(NotAllowed), sessions.begin() as session:
        responses.choose(session, proposal_id=yeses[1].proposal_id, actor=Actor(first.person_id), now=NOW)
    with sessions.begin() as session:
        match = responses.choose(session, proposal_id=yeses[1].proposal_id, actor=requester, now=NOW + HOUR)
        again = responses.choose(session, proposal_id=yeses[1].proposal_id, actor=requester, now=NOW + HOUR)
        assert again.id == match.id
    assert (match.person_id, match.made_at) == (second.person_id, NOW + HOUR)
    with sessions.read() as session:
        assert session.get_one(Proposal, yeses[0].proposal_id).status is ProposalStatus.WITHDRAWN
        assert not requests.list_slots(session, request_id, SlotStatus.FREE)


def test_somebody_not_chosen_is_thanked_and_cannot_come_back_through_the_old_link(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session, is_chosen_by_requester=True)
        offer = builders.a_volunteer(session)
        answer = responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
        responses.refuse(session, proposal_id=answer.proposal_id, actor=Actor(request.requester_id), now=NOW)
        responses.refuse(session, proposal_id=answer.proposal_id, actor=Actor(request.requester_id), now=NOW)
        assert NoticeKind.YES_NOT_CHOSEN in rows.notices(session)
        with pytest.raises(IllegalTransition):
            responses.accept(session, proposal_id=answer.proposal_id, actor=Actor(offer.person_id), now=NOW)


def test_a_yes_nobody_chose_within_a_day_is_thanked_and_freed(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session, is_chosen_by_requester=True)
        offer = builders.a_volunteer(session, capacity=1)
        answer = responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
        assert responses.lapse_overdue(session, NOW + 23 * HOUR) == 0
        assert responses.lapse_overdue(session, NOW + 24 * HOUR) == 1
        assert session.get_one(Proposal, answer.proposal_id).status is ProposalStatus.LAPSED


def test_a_resident_asks_a_listed_volunteer_and_nobody_else_is_asked_meanwhile(sessions):
    with sessions.begin() as session:
        builders.a_volunteer(session, "Kees")
        listed = builders.a_volunteer(session, "Piet", is_public=True)
        request = builders.a_request(session)
        requester = Actor(request.requester_id)
        proposal = responses.ask_volunteer(session, request_id=request.id, offer_id=listed.id, actor=requester, now=NOW)
        municipality_id, request_id = request.municipality_id, request.id
    assert (proposal.origin, proposal.expires_at) == (Origin.RESIDENT_CHOICE, NOW + 24 * HOUR)
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW)
    with sessions.begin() as session:
        assert len(matches.list_live_proposals(session, request_id)) == 1
        with pytest.raises(DoesNotFit, match="others_asked"):
            responses.ask_volunteer(session, request_id=request_id, offer_id=listed.id, actor=requester, now=NOW)
        answer = responses.accept(session, proposal_id=proposal.id, actor=Actor(listed.person_id), now=NOW)
        assert matches.get_match(session, answer.match_id).origin is Origin.RESIDENT_CHOICE


def test_only_public_offers_are_asked_directly_and_only_for_ones_own_request(sessions):
    with sessions.begin() as session:
        private, listed = builders.a_volunteer(session), builders.a_volunteer(session, "Kees", is_public=True)
        request = builders.a_request(session)
        requester = Actor(request.requester_id)
        with pytest.raises(NotFound):
            responses.ask_volunteer(session, request_id=request.id, offer_id=private.id, actor=requester, now=NOW)
        with pytest.raises(NotAllowed):
            responses.ask_volunteer(
                session, request_id=request.id, offer_id=listed.id, actor=Actor(private.person_id), now=NOW
            )


def test_a_question_asked_at_night_is_sent_in_the_morning(sessions):
    night = builders.local(2026, 3, 3, 23, 30)
    morning = builders.local(2026, 3, 4, 8, 0)
    with sessions.begin() as session:
        listed = builders.a_volunteer(session, is_public=True)
        request = builders.a_request(session, now=night)
        proposal = responses.ask_volunteer(
            session, request_id=request.id, offer_id=listed.id, actor=Actor(request.requester_id), now=night
        )
        due_at = rows.outbox(session, NoticeKind.PROPOSAL)[0].next_try_at
    assert (due_at, proposal.expires_at) == (morning, morning + 24 * HOUR)


def test_leaving_ends_being_asked_but_not_what_was_agreed(sessions, asked):
    request_id, _, proposal_id, actor = asked
    answer = accept(sessions, proposal_id, actor)
    with sessions.begin() as session:
        municipality_id = builders.the_municipality(session).id
        offering.leave(session, actor=actor, municipality_id=municipality_id, now=NOW)
        match_cases.confirm(
            session,
            match_id=answer.match_id,
            actor=Actor(requests.get_request(session, request_id).requester_id),
            now=NOW,
        )
        assert matches.get_match(session, answer.match_id).status is MatchStatus.CONFIRMED


def test_withdrawing_a_request_tells_whoever_was_asked_and_whoever_had_agreed(sessions):
    with sessions.begin() as session:
        request = builders.a_request(session, slots=2)
        agreed, waiting = builders.a_volunteer(session, "Piet"), builders.a_volunteer(session, "Kees")
        builders.a_match(session, request, agreed)
        builders.a_proposal(session, request, waiting)
        requester = Actor(request.requester_id)
        posting.withdraw_request(session, request_id=request.id, actor=requester, now=NOW + HOUR)
        posting.withdraw_request(session, request_id=request.id, actor=requester, now=NOW + HOUR)
        told = rows.notices(session)
        assert {slot.status for slot in requests.list_slots(session, request.id)} == {SlotStatus.WITHDRAWN}
        assert session.get_one(Offer, agreed.id).engaged == 0
    assert (told.count(NoticeKind.CANCELLED), told.count(NoticeKind.PROPOSAL_WITHDRAWN)) == (1, 1)
