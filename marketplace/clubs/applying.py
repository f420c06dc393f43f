"""Offering for a vacancy: answers to its questions, and waiting for a place in a shift that is full."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import filling, history, lifecycle, waiting
from marketplace.errors import DoesNotFit, InvalidInput, NotFound, ShiftsOverlap
from marketplace.lifecycle import ProposalAction
from marketplace.lifecycle.clubs import WaitingAction, advance_waiting
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Offer,
    SlotStatus,
    VacancyAnswer,
    WaitingPlace,
    WaitingStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import market, matches, offers, requests, shifts
from marketplace.queries import vacancies as queries
from matching import rules
from matching.rules import Rule

LONGEST_ANSWER: Final = 500
# What may be otherwise by the time a place comes free, and what limits being asked only.
_MAY_CHANGE: Final = frozenset({Rule.CAPACITY, Rule.WEEKLY_LIMIT, Rule.ASKED_BEFORE, Rule.UNWANTED_KIND, Rule.PAUSED})


def save_answers(session: Session, *, vacancy_id: UUID, answers: Sequence[str], actor: Actor, now: datetime) -> None:
    """What somebody answers to the questions of a vacancy; answered again, the last answer counts.

    Raises InvalidInput: question_1 and so on → code.
    """
    vacancy = queries.get(session, vacancy_id)
    given = [*(answer.strip() for answer in answers), *[""] * len(vacancy.questions)][: len(vacancy.questions)]
    problems = {
        f"question_{number}": "vacancy_answer_missing" if not answer else "vacancy_answer_long"
        for number, answer in enumerate(given, 1)
        if not answer or len(answer) > LONGEST_ANSWER
    }
    if problems:
        raise InvalidInput(problems)
    for number, answer in enumerate(given, 1):
        row = session.get(VacancyAnswer, (vacancy_id, actor.person_id, number))
        if row is None:
            row = VacancyAnswer(
                vacancy_id=vacancy_id, person_id=actor.person_id, number=number, text=answer, answered_at=now
            )
        row.text, row.answered_at = answer, now
        session.add(row)
    session.flush()


def join_list(session: Session, *, request_id: UUID, is_sure: bool, actor: Actor, now: datetime) -> WaitingPlace:
    """Wait for a place in a shift that is full. Asked twice, the first time counts, with the last choice of is_sure.

    Raises NotFound without an offer, DoesNotFit with the rules that forbid it (also "free": there is a place now, and
    "request_closed"), ShiftsOverlap.
    """
    request = requests.lock_request(session, request_id)
    offer = offers.find_live_offer_of(session, actor.person_id, request.municipality_id)
    if offer is None or request.vacancy_id is None:
        raise NotFound("an offer to wait with")
    if (known := shifts.find_live(session, request_id, actor.person_id)) is not None:
        known.is_sure = is_sure
        session.add(known)
        return known
    _require_wait(session, request, offer, now)
    place = WaitingPlace(
        municipality_id=request.municipality_id,
        request_id=request_id,
        person_id=actor.person_id,
        offer_id=offer.id,
        is_sure=is_sure,
        joined_at=now,
    )
    session.add(place)
    _record(session, EventKind.WAITING_JOINED, request, actor, now)
    session.flush()
    return place


def leave_list(session: Session, *, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Wait no longer. Who was just asked says no by it, and the next is asked. Pressed twice is once."""
    request = requests.lock_request(session, request_id)
    place = shifts.find_live(session, request_id, actor.person_id)
    if place is None:
        return
    was_asked = place.status is WaitingStatus.ASKED
    advance_waiting(session, place, WaitingAction.LEAVE, at=now)
    _record(session, EventKind.WAITING_LEFT, request, actor, now)
    if was_asked and place.proposal_id is not None:
        proposal = matches.get_proposal(session, place.proposal_id)
        if proposal.status in lifecycle.LIVE_PROPOSALS:
            lifecycle.advance_proposal(session, proposal, ProposalAction.DECLINE, at=now)
            history.about_proposal(
                session,
                EventKind.DECLINED,
                proposal,
                at=now,
                acting_as=ActingAs.VOLUNTEER,
                actor_id=actor.person_id,
                reason="not_now",
            )
        filling.move_up(session, request, now=now)


def leave_all_lists(session: Session, *, actor: Actor, now: datetime) -> None:
    """Somebody stops helping, or leaves for good."""
    for place in queries.list_waiting_of(session, actor.person_id, only_live=True):
        leave_list(session, request_id=place.request_id, actor=actor, now=now)


def look_after_lists(session: Session, now: datetime) -> int:
    """Free places go to who waits for them, and lists of what is over are closed. How many shifts were looked at."""
    ready, stale = shifts.list_requests_to_move_up(session, now), shifts.list_requests_with_stale_lists(session, now)
    for request_id in stale:
        waiting.end_all(session, requests.lock_request(session, request_id), now=now, is_told=False)
    for request_id in ready:
        if request_id not in stale:
            filling.move_up(session, requests.lock_request(session, request_id), now=now)
    return len(ready) + len(stale)


def _require_wait(session: Session, request: HelpRequest, offer: Offer, now: datetime) -> None:
    starts_at = requests.find_first_appointment(session, request.id)
    if request.ended_at is not None or (starts_at is not None and starts_at <= now):
        raise DoesNotFit(("request_closed",))
    is_free = requests.list_slots(session, request.id, SlotStatus.FREE) and not waiting.is_reserved(session, request)
    if is_free:
        raise DoesNotFit(("free",))
    if matches.find_standing_match(session, request.id, offer.person_id) is not None:
        raise DoesNotFit((Rule.MATCHED_BEFORE.value,))
    if shifts.has_other_at_that_time(session, request.id, offer.person_id):
        raise ShiftsOverlap(request.id)
    scene = market.read_market(
        session, municipality_id=request.municipality_id, now=now, request_ids=[request.id], offer_ids=[offer.id]
    )
    volunteer, wanted = scene.volunteers.get(str(offer.id)), scene.requests.get(str(request.id))
    if volunteer is None or wanted is None:
        raise DoesNotFit(("request_closed",))
    broken = [rule for rule in rules.refused_by_person(scene, volunteer, wanted, now) if rule not in _MAY_CHANGE]
    if broken:
        raise DoesNotFit(tuple(rule.value for rule in broken))


def _record(session: Session, kind: EventKind, request: HelpRequest, actor: Actor, now: datetime) -> None:
    history.about_request(
        session,
        kind,
        request,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        person_id=actor.person_id,
    )
