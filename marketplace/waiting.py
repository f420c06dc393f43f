"""The waiting list of a shift: who is next when a place comes free, and who no longer waits.

The list comes before the engine. Whoever said that the last moment is fine is placed at once; everybody else is asked,
with a time to answer, also late on the day itself, as long as it is a decent hour.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, lifecycle, notices
from marketplace.errors import NoRoom, ShiftsOverlap
from marketplace.lifecycle.clubs import WaitingAction, advance_waiting
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    NoticeKind,
    Origin,
    Proposal,
    SlotStatus,
    WaitingPlace,
    WaitingStatus,
)
from marketplace.policies import ASKING, WAITING, next_asking_moment
from marketplace.queries import market, matches, offers, requests, shifts
from matching import rules

# Why this volunteer: they waited for it.
WAITED: Final = "waiting_list"
# What becomes of a yes that was given beforehand: a match, or a choice to be made; False where no place is left.
Take = Callable[[Session, HelpRequest, Proposal, datetime], bool]


def move_up(session: Session, request: HelpRequest, *, take: Take, now: datetime) -> None:
    """Give the free places of a shift to who waits, first come first; then the engine goes on.

    The caller holds the request. Safe to call at any time: who is asked already keeps their turn.
    """
    if request.vacancy_id is None or request.ended_at is not None:
        return
    queue = shifts.list_live(session, request.id, WaitingStatus.WAITING)
    if not ASKING.hours.include(now):
        if queue:
            request.list_first_until = next_asking_moment(now) + timedelta(minutes=WAITING.margin_minutes)
            session.add(request)
        return
    starts_at = requests.find_first_appointment(session, request.id)
    answer_by = _answer_by(request, starts_at, now)
    is_coming = starts_at is None or now < starts_at
    for place in queue if is_coming else ():
        if not _is_room(session, request):
            break
        is_asked_anyway = matches.find_live_proposal(session, request.id, place.person_id) is not None
        if is_asked_anyway or (not place.is_sure and answer_by is None):
            continue
        if not _still_fits(session, request, place, now):
            _pass_over(session, request, place, now)
        elif place.is_sure:
            _place(session, request, place, take, now)
        else:
            assert answer_by is not None
            _ask(session, request, place, answer_by, now)
    _let_engine_wait(session, request, now)


def came_from_list(proposal: Proposal) -> bool:
    """Whether somebody was asked or placed because they waited for it."""
    return any(reason.get("code") == WAITED for reason in proposal.reasons)


def needs_time(session: Session, request: HelpRequest, *, now: datetime) -> bool:
    """Whether somebody waits for a free place of a shift for which nobody could answer in time any more."""
    least = timedelta(minutes=WAITING.least_minutes)
    if request.vacancy_id is None or request.ended_at is not None or request.respond_by - now >= least:
        return False
    starts_at = requests.find_first_appointment(session, request.id)
    if starts_at is not None and starts_at - now < 2 * least:
        return False
    return bool(shifts.list_live(session, request.id, WaitingStatus.WAITING)) and _is_room(session, request)


def is_reserved(session: Session, request: HelpRequest, *, for_proposal: UUID | None = None) -> bool:
    """Whether every free place is kept for somebody of the waiting list who was asked; for them it is not."""
    if request.vacancy_id is None:
        return False
    if for_proposal is not None and shifts.find_by_proposal(session, for_proposal) is not None:
        return False
    asked = shifts.count_asked(session, request.id)
    return bool(asked) and asked >= len(requests.list_slots(session, request.id, SlotStatus.FREE))


def note_yes(session: Session, request: HelpRequest, proposal: Proposal, *, now: datetime) -> None:
    """Somebody said yes or was placed: they wait no longer."""
    if request.vacancy_id is None:
        return
    place = shifts.find_live(session, request.id, proposal.person_id)
    if place is not None:
        advance_waiting(session, place, WaitingAction.PLACE, at=now, proposal_id=proposal.id)
        _let_engine_wait(session, request, now)


def note_no(session: Session, request: HelpRequest, proposal: Proposal, *, now: datetime) -> bool:
    """Who was asked said no, or nothing in time. Whether it was somebody of the list: then the next is asked."""
    place = shifts.find_by_proposal(session, proposal.id) if request.vacancy_id is not None else None
    if place is None:
        return False
    advance_waiting(session, place, WaitingAction.SKIP, at=now)
    return True


def note_withdrawn(session: Session, request: HelpRequest, proposal: Proposal, *, now: datetime) -> None:
    """The place went to somebody else: who was asked for it is the first of the list again."""
    place = shifts.find_by_proposal(session, proposal.id) if request.vacancy_id is not None else None
    if place is not None:
        advance_waiting(session, place, WaitingAction.RETURN, at=now)


def end_all(session: Session, request: HelpRequest, *, now: datetime, is_told: bool = True) -> None:
    """Nobody waits any more: the shift is not held, or is over. The caller holds the request."""
    if request.vacancy_id is None:
        return
    for place in shifts.list_live(session, request.id):
        advance_waiting(session, place, WaitingAction.END, at=now)
        if is_told:
            notices.about_request(
                session, NoticeKind.WAITING_OVER, request, to=place.person_id, at=now, key=f"{place.id}"
            )
    request.list_first_until = None
    session.add(request)


def _answer_by(request: HelpRequest, starts_at: datetime | None, now: datetime) -> datetime | None:
    """Until when who is asked may answer: not past respond-by, nor in the night if it can wait until the morning."""
    until = WAITING.answer_by(now, starts_at)
    if until is None:
        return None
    if not ASKING.hours.include(until):
        morning = next_asking_moment(until) + timedelta(hours=1)
        if starts_at is None or morning <= now + (starts_at - now) / 2:
            until = morning
    is_in_time = request.respond_by - now >= timedelta(minutes=WAITING.least_minutes)
    return min(until, request.respond_by) if is_in_time else None


def _is_room(session: Session, request: HelpRequest) -> bool:
    free = requests.list_slots(session, request.id, SlotStatus.FREE)
    return shifts.count_asked(session, request.id) < len(free)


def _still_fits(session: Session, request: HelpRequest, place: WaitingPlace, now: datetime) -> bool:
    if shifts.has_other_at_that_time(session, request.id, place.person_id):
        return False
    scene = market.read_market(
        session,
        municipality_id=request.municipality_id,
        now=now,
        request_ids=[request.id],
        offer_ids=[place.offer_id],
    )
    volunteer, wanted = scene.volunteers.get(str(place.offer_id)), scene.requests.get(str(request.id))
    if volunteer is None or wanted is None or not rules.was_never_matched(scene, volunteer, wanted, now):
        return False
    return rules.still_fits(scene, volunteer, wanted, now)


def _propose(
    session: Session, request: HelpRequest, place: WaitingPlace, expires_at: datetime, now: datetime
) -> Proposal:
    """Their own application, made when they joined the list, comes to its turn."""
    offer = offers.get_offer(session, place.offer_id)
    proposal = lifecycle.make_proposal(
        session, request, offer, origin=Origin.APPLICATION, expires_at=expires_at, now=now
    )
    proposal.reasons = [{"code": WAITED, "amount": None}]
    session.add(proposal)
    history.about_proposal(session, EventKind.PROPOSED, proposal, at=now, acting_as=ActingAs.ENGINE, why=WAITED)
    return proposal


def _ask(session: Session, request: HelpRequest, place: WaitingPlace, answer_by: datetime, now: datetime) -> None:
    proposal = _propose(session, request, place, answer_by, now)
    advance_waiting(session, place, WaitingAction.ASK, at=now, proposal_id=proposal.id)
    notices.about_proposal(session, NoticeKind.PROPOSAL, proposal, at=now, key=f"{proposal.id}:{proposal.version}")


def _place(session: Session, request: HelpRequest, place: WaitingPlace, take: Take, now: datetime) -> None:
    proposal = _propose(session, request, place, max(request.respond_by, now + timedelta(minutes=1)), now)
    try:
        with session.begin_nested():
            is_taken = take(session, request, proposal, now)
    except (NoRoom, ShiftsOverlap):
        session.refresh(proposal)
        is_taken = False
    if not is_taken:
        lifecycle.advance_proposal(session, proposal, lifecycle.ProposalAction.WITHDRAW, at=now)
        session.refresh(place)
        _pass_over(session, request, place, now)


def _pass_over(session: Session, request: HelpRequest, place: WaitingPlace, now: datetime) -> None:
    advance_waiting(session, place, WaitingAction.SKIP, at=now)
    history.about_request(
        session,
        EventKind.WAITING_LEFT,
        request,
        at=now,
        acting_as=ActingAs.ENGINE,
        person_id=place.person_id,
        why="no_longer_fits",
    )


def _let_engine_wait(session: Session, request: HelpRequest, now: datetime) -> None:
    """As long as every free place is asked of the list, the engine asks nobody; then it goes on at once."""
    was_waiting = request.list_first_until is not None
    request.list_first_until = None
    if is_reserved(session, request):
        asked = shifts.list_live(session, request.id, WaitingStatus.ASKED)
        proposals = [session.get_one(Proposal, place.proposal_id) for place in asked]
        request.list_first_until = max(proposal.expires_at for proposal in proposals)
    elif was_waiting:
        due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
    session.add(request)
