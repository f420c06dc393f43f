"""Giving a slot away and getting it back: the one place where a yes becomes a match and a match is undone."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, lifecycle, minors, notices, ownership, permissions, waiting
from marketplace.errors import ShiftsOverlap, SlotTaken
from marketplace.lifecycle import MatchAction, ProposalAction, SlotAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    NoticeKind,
    Offer,
    Proposal,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import ChoosingPolicy, ObjectionPolicy, RespondByPolicy
from marketplace.queries import matches, requests, series, shifts

CHOOSING: Final = ChoosingPolicy()
OBJECTION: Final = ObjectionPolicy()
RESPOND_BY: Final = RespondByPolicy()


def fill_slot(
    session: Session,
    request: HelpRequest,
    proposal: Proposal,
    *,
    actor: Actor | None,
    acting_as: ActingAs,
    now: datetime,
) -> Match | None:
    """The last yes: the proposal is accepted and takes a free slot, or None where none is left.

    The caller holds the request (`queries.requests.lock_request`). Without an actor the engine acts. Raises NoRoom
    where the volunteer is full, ShiftsOverlap where they have another shift at that time.
    """
    # Whatever led here: somebody under sixteen comes into no home that no coordinator looked at.
    permissions.require(not minors.must_wait(session, request, proposal.person_id, now))
    free = requests.list_slots(session, request.id, SlotStatus.FREE)
    until = OBJECTION.until(now, requests.find_first_appointment(session, request.id))
    try:
        with session.begin_nested():
            lifecycle.advance_proposal(session, proposal, ProposalAction.ACCEPT, at=now)
            match = lifecycle.make_match(session, proposal, free, at=now, objection_until=until)
            # Their offer is held by now: of two shifts taken in one second, the second sees the first.
            if request.vacancy_id is not None and shifts.has_other_at_that_time(
                session, request.id, proposal.person_id
            ):
                raise ShiftsOverlap(request.id)
    except SlotTaken:
        # The savepoint undid it in the database; what is held here still shows the attempt.
        for row in (proposal, *free):
            session.refresh(row)
        return None
    offer = session.get_one(Offer, match.offer_id)
    history.about_match(
        session,
        EventKind.MATCHED,
        match,
        at=now,
        acting_as=acting_as,
        actor_id=actor.person_id if actor else None,
        objection_until=until.isoformat(),
        volunteer_neighbourhood=offer.neighbourhood,
    )
    _tell_both(session, request, match, now)
    series.wake(session, request, at=now)
    waiting.note_yes(session, request, proposal, now=now)
    if len(free) == 1:
        withdraw_live_proposals(session, request, now=now, why="filled")
    return match


def wait_for_choice(
    session: Session, request: HelpRequest, proposal: Proposal, *, actor: Actor | None, now: datetime
) -> None:
    """A yes waits for the requester, who chooses. Without an actor the engine says it, as was agreed beforehand."""
    lifecycle.advance_proposal(session, proposal, ProposalAction.SAY_YES_AND_WAIT, at=now)
    proposal.expires_at = now + timedelta(hours=CHOOSING.hours)
    session.add(proposal)
    history.about_proposal(
        session,
        EventKind.YES_WAITS,
        proposal,
        at=now,
        acting_as=ActingAs.VOLUNTEER if actor else ActingAs.ENGINE,
        actor_id=actor.person_id if actor else None,
    )
    notices.about_proposal(
        session,
        NoticeKind.YES_WAITS,
        proposal,
        at=now,
        to=notices.told_for(request),
        key=f"{proposal.id}:{proposal.version}",
    )
    waiting.note_yes(session, request, proposal, now=now)


def wait_for_coordinator(
    session: Session, request: HelpRequest, proposal: Proposal, *, actor: Actor | None, now: datetime
) -> None:
    """A yes of somebody under sixteen to a home waits for the coordinator on duty, as for a choice."""
    lifecycle.advance_proposal(session, proposal, ProposalAction.SAY_YES_AND_WAIT, at=now)
    proposal.expires_at = minors.ask_approval(session, request, proposal, now).due_at
    session.add(proposal)
    history.about_proposal(
        session,
        EventKind.YES_WAITS,
        proposal,
        at=now,
        acting_as=ActingAs.VOLUNTEER if actor else ActingAs.ENGINE,
        actor_id=actor.person_id if actor else None,
    )
    waiting.note_yes(session, request, proposal, now=now)


def move_up(session: Session, request: HelpRequest, *, now: datetime) -> None:
    """Free places go to who waits for them. The caller holds the request.

    Where the time to respond is over, or nearly, and the shift is still to come, that time begins anew.
    """
    if waiting.needs_time(session, request, now=now):
        _ask_anew(session, request, now, requests.find_first_appointment(session, request.id))
        session.add(request)
    waiting.move_up(session, request, take=_take, now=now)


def note_no(session: Session, request: HelpRequest, proposal: Proposal, *, now: datetime) -> None:
    """Somebody said no, or nothing in time: if they were asked from the waiting list, the next one is."""
    if waiting.note_no(session, request, proposal, now=now):
        move_up(session, request, now=now)


def _take(session: Session, request: HelpRequest, proposal: Proposal, now: datetime) -> bool:
    """A yes that was given when somebody joined the list, for this moment."""
    if minors.must_wait(session, request, proposal.person_id, now):
        wait_for_coordinator(session, request, proposal, actor=None, now=now)
        return True
    if request.is_chosen_by_requester:
        wait_for_choice(session, request, proposal, actor=None, now=now)
        return True
    return fill_slot(session, request, proposal, actor=None, acting_as=ActingAs.ENGINE, now=now) is not None


def withdraw_live_proposals(session: Session, request: HelpRequest, *, now: datetime, why: str) -> None:
    """Nobody else is needed: whoever was asked, or said yes and waits, is thanked."""
    for proposal in matches.list_live_proposals(session, request.id):
        lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
        history.about_proposal(
            session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.ENGINE, why=why
        )
        notices.about_proposal(
            session, NoticeKind.PROPOSAL_WITHDRAWN, proposal, at=now, key=f"{proposal.id}:{proposal.version}"
        )
        waiting.note_withdrawn(session, request, proposal, now=now)


def finish_match(
    session: Session, request: HelpRequest, match: Match, *, acting_as: ActingAs, actor_id: UUID | None, now: datetime
) -> None:
    """It was done: the slot is done, the volunteer is thanked and has room again. Raises IllegalTransition."""
    lifecycle.advance_match(session, match, MatchAction.FINISH, at=now)
    slot = requests.get_slot(session, request.id, match.slot_number)
    lifecycle.advance_slot(session, slot, SlotAction.FINISH, at=now)
    history.about_match(session, EventKind.DONE, match, at=now, acting_as=acting_as, actor_id=actor_id)
    end_request_if_over(session, request, now=now)
    notices.about_match(session, NoticeKind.THANKS, match, to=match.person_id, at=now)
    series.wake(session, request, at=now)


def reopen_slot(
    session: Session,
    request: HelpRequest,
    match: Match,
    *,
    acting_as: ActingAs,
    now: datetime,
    needed_at: datetime | None = None,
) -> None:
    """An undone match gives its slot back, and the slot goes into the market at once.

    ``needed_at`` is an appointment so near that somebody must be found before it: the asking starts anew, in a hurry.
    """
    slot = requests.get_slot(session, request.id, match.slot_number)
    lifecycle.advance_slot(session, slot, SlotAction.FREE, at=now)
    history.about_request(session, EventKind.SLOT_FREED, request, at=now, acting_as=acting_as, slot_number=slot.number)
    ownership.give_to_engine(request, now=now)
    if needed_at is not None or request.respond_by <= now:
        _ask_anew(session, request, now, needed_at or requests.find_first_appointment(session, request.id))
    session.add(request)
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
    series.wake(session, request, at=now)
    # What staff do may be taken back for a minute, and nobody is told until then: the list moves up after it.
    if acting_as is not ActingAs.STAFF:
        move_up(session, request, now=now)


def close_free_slots(session: Session, request: HelpRequest, *, reason: str, now: datetime) -> list[int]:
    """Nobody is looked for any more; what is agreed stands. The numbers of the slots that were free.

    The caller holds the request, and records why.
    """
    free = requests.list_slots(session, request.id, SlotStatus.FREE)
    if free:
        for slot in free:
            lifecycle.advance_slot(session, slot, SlotAction.CLOSE, at=now)
        withdraw_live_proposals(session, request, now=now, why="closed")
        request.closed_reason = reason
        session.add(request)
        end_request_if_over(session, request, now=now)
        series.wake(session, request, at=now)
    return [slot.number for slot in free]


def end_request_if_over(session: Session, request: HelpRequest, *, now: datetime) -> None:
    """A request of which nothing is free or taken any more has ended."""
    statuses = [slot.status for slot in requests.list_slots(session, request.id)]
    if SlotStatus.FREE not in statuses and SlotStatus.TAKEN not in statuses:
        request.ended_at = now
        session.add(request)
        if SlotStatus.DONE not in statuses:
            waiting.end_all(session, request, now=now)


def _ask_anew(session: Session, request: HelpRequest, now: datetime, first: datetime | None) -> None:
    # The time to respond was over when the slot came free (without a new one nobody could be asked), or is too long.
    coming = first if first is not None and first > now else None
    request.respond_by = RESPOND_BY.respond_by(now, coming)
    request.version_at = now
    history.about_request(
        session,
        EventKind.REQUEST_CHANGED,
        request,
        at=now,
        acting_as=ActingAs.ENGINE,
        respond_by=request.respond_by.isoformat(),
    )


def _tell_both(session: Session, request: HelpRequest, match: Match, now: datetime) -> None:
    for kind, person_id in (
        (NoticeKind.MATCH_FOR_REQUESTER, notices.told_for(request)),
        (NoticeKind.MATCH_FOR_VOLUNTEER, match.person_id),
    ):
        notices.about_match(session, kind, match, to=person_id, at=now)
