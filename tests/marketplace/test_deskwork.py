"""Calls and letters: one pair of hands, tried again, a letter in the end, and the answer done as who gave it."""

from datetime import timedelta

import pytest

from marketplace import deskwork, notices
from marketplace.deskwork import POLICY, InHand
from marketplace.errors import NotAllowed, NotFound
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import (
    ActingAs,
    ContactBy,
    EventKind,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    Offer,
    OfferSkill,
    OutboxMessage,
    ProposalStatus,
)
from marketplace.queries import deskwork as queries
from marketplace.queries import matches
from tests.support import builders, rows
from tests.support.clock import NOW
from web.relaying import Line, answer

HOUR = timedelta(hours=1)
BY_CALL = {"email": None, "contact_by": ContactBy.TELEPHONE, "postcode": "4901AB", "street": "Dorpstraat"}


def a_call(session, kind=NoticeKind.PROPOSAL, **person):
    """A volunteer without e-mail whom the engine asked, and the call that waits for it."""
    piet = builders.a_person(session, "Piet", **{**BY_CALL, **person})
    request = builders.a_request(session)
    proposal = builders.a_proposal(session, request, builders.a_volunteer(session, person=piet))
    notices.queue(
        session,
        kind,
        municipality_id=request.municipality_id,
        person_id=piet.id,
        at=NOW,
        key=str(proposal.id),
        request=request.id,
        proposal=proposal.id,
    )
    (message,) = rows.outbox(session, kind)
    return message, proposal


def test_a_call_is_in_one_pair_of_hands_until_it_is_laid_back_or_forgotten(sessions):
    with sessions.begin() as session:
        message, _ = a_call(session)
        carla, dirk = builders.a_coordinator(session), builders.a_coordinator(session, "Dirk")
        deskwork.take(session, message.id, actor=carla, now=NOW)
        fence = message.fence
        deskwork.take(session, message.id, actor=carla, now=NOW)
        assert message.fence == fence, "pressed twice it is still the same"
        with pytest.raises(InHand):
            deskwork.take(session, message.id, actor=dirk, now=NOW)
        forgotten = NOW + timedelta(minutes=POLICY.in_hand_minutes)
        deskwork.take(session, message.id, actor=dirk, now=forgotten)
        with pytest.raises(InHand):
            deskwork.held(session, message.id, actor=carla, now=forgotten)
        deskwork.give_back(session, message.id, actor=dirk, now=forgotten)
        deskwork.take(session, message.id, actor=carla, now=forgotten)


def test_only_staff_of_that_municipality_call_and_only_calls_are_called(sessions):
    with sessions.begin() as session:
        message, _ = a_call(session)
        (mail,) = rows.outbox(session, NoticeKind.REQUEST_POSTED)
        elsewhere = builders.a_coordinator(session, municipality=builders.another_municipality(session))
        with pytest.raises(NotAllowed):
            deskwork.take(session, message.id, actor=elsewhere, now=NOW)
        with pytest.raises(NotFound):
            deskwork.take(session, mail.id, actor=builders.a_coordinator(session), now=NOW)


def test_who_does_not_answer_is_tried_again_and_then_gets_a_letter(sessions):
    with sessions.begin() as session:
        message, _ = a_call(session)
        carla, now = builders.a_coordinator(session), NOW
        for tried in range(1, POLICY.tries + 1):
            deskwork.take(session, message.id, actor=carla, now=now)
            is_letter = deskwork.not_reached(session, message, actor=carla, now=now)
            assert is_letter is (tried == POLICY.tries)
            now += timedelta(hours=POLICY.again_after_h)
        assert message.channel is NoticeChannel.LETTER
        assert [row.id for row in queries.list_letters(session, message.municipality_id, now=now)] == [message.id]
        where = {"municipality_id": message.municipality_id, "actor": carla, "now": now}
        assert deskwork.post(session, [message.id], **where) == 1
        assert deskwork.post(session, [message.id], **where) == 0
        assert message.outcome == "posted"


def test_a_try_at_night_waits_for_the_morning(sessions):
    with sessions.begin() as session:
        message, _ = a_call(session)
        evening, carla = builders.local(2026, 3, 3, 20), builders.a_coordinator(session)
        deskwork.take(session, message.id, actor=carla, now=evening)
        deskwork.not_reached(session, message, actor=carla, now=evening)
        assert message.next_try_at == builders.local(2026, 3, 4, 8)


def relay(sessions, message_id, carla, given, now=NOW):
    with sessions.begin() as session:
        message = deskwork.take(session, message_id, actor=carla, now=now)
        return answer(Line(session, message, carla, now), given)


def test_a_yes_by_telephone_makes_the_match_assisted_and_unmediated(sessions):
    with sessions.begin() as session:
        message, proposal = a_call(session)
        carla, ids = builders.a_coordinator(session), (message.id, proposal.id)
    assert relay(sessions, ids[0], carla, "ja")
    with sessions.begin() as session:
        match = matches.find_match_of_proposal(session, ids[1])
        assert match is not None
        done = session.get_one(OutboxMessage, ids[0])
        assert (done.outcome, done.done_by_id, done.sent_at) == ("ja", carla.person_id, NOW)
        told = [(event.kind, event.acting_as) for event in rows.all_events(session)][-2:]
        assert told == [
            (EventKind.PROPOSAL_RELAYED, ActingAs.STAFF),
            (EventKind.MATCHED, ActingAs.VOLUNTEER),
        ]
        with pytest.raises(InHand):
            deskwork.take(session, ids[0], actor=carla, now=NOW)
        (ruling,) = rule_matches(happenings(session)).values()
        assert (ruling.mediated, ruling.assisted) == (False, True)


def happenings(session):
    """What happened to requests, as the figures read it."""
    return [
        Happening(
            event.seq, event.at, event.kind, event.acting_as, event.request_id,
            slot_number=event.slot_number, match_id=event.match_id, detail=event.detail,
        )
        for event in rows.all_events(session)
        if event.request_id is not None
    ]  # fmt: skip


@pytest.mark.parametrize(("given", "is_rested"), [("nu-niet", False), ("dit-niet", True)])
def test_a_no_by_telephone_is_their_no(sessions, given, is_rested):
    with sessions.begin() as session:
        message, proposal = a_call(session)
        carla, ids = builders.a_coordinator(session), (message.id, proposal.id)
    assert relay(sessions, ids[0], carla, given)
    with sessions.read() as session:
        assert matches.get_proposal(session, ids[1]).status is ProposalStatus.DECLINED
        (held,) = session.exec(rows.all_of(OfferSkill)).all()
        assert (held.rested_at is not None) is is_rested


def test_who_wants_no_calls_is_not_called_again_and_rests_where_no_mail_reaches_them(sessions):
    with sessions.begin() as session:
        message, proposal = a_call(session)
        carla, ids = builders.a_coordinator(session), (message.id, proposal.id, proposal.offer_id)
    assert relay(sessions, ids[0], carla, "niet-bellen")
    with sessions.begin() as session:
        offer = session.get_one(Offer, ids[2])
        assert offer.paused_until is not None
        person = rows.person(session, offer.person_id)
        assert (person.may_be_called, person.contact_by) == (False, ContactBy.LETTER)
        assert queries.list_calls_to(session, person.id, now=NOW) == []
        assert matches.get_proposal(session, ids[1]).status is ProposalStatus.DECLINED


def test_an_answer_that_comes_too_late_is_thanked_and_nothing_breaks(sessions):
    """Somebody else said yes meanwhile; the caller is told, and the call is done."""
    with sessions.begin() as session:
        message, proposal = a_call(session)
        carla, ids = builders.a_coordinator(session), (message.id, proposal.id)
        deskwork.take(session, message.id, actor=carla, now=NOW)
        request = session.get_one(builders.HelpRequest, proposal.request_id)
        builders.a_match(session, request, builders.a_volunteer(session, "Sanne"))
    assert "Een ander was net eerder" in relay(sessions, ids[0], carla, "ja")
    with sessions.read() as session:
        assert matches.get_proposal(session, ids[1]).reserve == "regret"


def test_the_resident_says_prima_by_telephone(sessions):
    with sessions.begin() as session:
        riet, carla = builders.a_person(session, "Riet", **BY_CALL), builders.a_coordinator(session)
        request = builders.a_request(session, requester=riet)
        match = builders.a_match(session, request, builders.a_volunteer(session))
        (message,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        ids = (message.id, match.id)
    assert relay(sessions, ids[0], carla, "prima")
    with sessions.begin() as session:
        assert matches.get_match(session, ids[1]).status is MatchStatus.CONFIRMED
        more = deskwork.take_next(session, session.get_one(OutboxMessage, ids[0]).person_id, actor=carla, now=NOW)
        assert more is not None, "Riet is still on the line for what else there is to tell"


def test_an_answer_that_belongs_to_another_kind_of_call_does_nothing(sessions):
    with sessions.begin() as session:
        message, proposal = a_call(session)
        carla, ids = builders.a_coordinator(session), (message.id, proposal.id)
    assert relay(sessions, ids[0], carla, "prima") == ""
    assert relay(sessions, ids[0], carla, "nonsense") == ""
    with sessions.read() as session:
        assert matches.get_proposal(session, ids[1]).status is ProposalStatus.OPEN


def test_what_must_be_answered_soonest_is_called_first(sessions):
    with sessions.begin() as session:
        message, _ = a_call(session)
        riet = builders.a_person(session, "Riet", **BY_CALL)
        later = builders.a_request(session, requester=riet)
        builders.a_match(session, later, builders.a_volunteer(session, "Sanne"), now=NOW - HOUR)
        calls = queries.list_calls(session, message.municipality_id, now=NOW)
        assert [call.kind for call in calls][:2] == [NoticeKind.MATCH_FOR_REQUESTER, NoticeKind.PROPOSAL]
        assert calls[-1].until is None
