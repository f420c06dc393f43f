"""Statuses, actions and the tables of what may follow what. The only writer of ``status``.

Every step is one conditional UPDATE on the status and version that were read, so of two people who
press at once one wins and the other gets ``Overtaken``, ``SlotTaken`` or ``NoRoom``, on both databases.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from marketplace.errors import NoRoom, Overtaken, SlotTaken
from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import (
    Appointment,
    AppointmentStatus,
    Concern,
    ConcernOutcome,
    ConcernStatus,
    HandOver,
    HandOverStatus,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    Origin,
    Promise,
    PromiseStatus,
    Proposal,
    ProposalStatus,
    RequestStatus,
    Ride,
    RideStatus,
    Slot,
    SlotStatus,
)
from matching.geography import haversine_km


class ProposalAction(StrEnum):
    ACCEPT = "accept"
    SAY_YES_AND_WAIT = "say_yes_and_wait"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REFUSE = "refuse"
    UNDO = "undo"


class MatchAction(StrEnum):
    CONFIRM = "confirm"
    OBJECT = "object"
    CANCEL = "cancel"
    FINISH = "finish"
    UNDO = "undo"


class AppointmentAction(StrEnum):
    AGREE = "agree"
    DROP = "drop"


class SlotAction(StrEnum):
    TAKE = "take"
    FREE = "free"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class RideAction(StrEnum):
    PLAN = "plan"
    AGREE = "agree"
    REOPEN = "reopen"
    CANCEL = "cancel"
    CANCEL_LATE = "cancel_late"
    REFER = "refer"
    FINISH = "finish"
    MISS = "miss"
    TURN_DOWN = "turn_down"
    EXPIRE = "expire"


class PromiseAction(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    FINISH = "finish"


class HandOverAction(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"
    RECEIVE = "receive"
    RETURN = "return"
    WITHDRAW = "withdraw"


class ConcernAction(StrEnum):
    TAKE = "take"
    CLOSE = "close"


PROPOSAL_TRANSITIONS: Final[Mapping[tuple[ProposalStatus, ProposalAction], ProposalStatus]] = {
    (ProposalStatus.OPEN, ProposalAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.OPEN, ProposalAction.SAY_YES_AND_WAIT): ProposalStatus.WAITING,
    (ProposalStatus.OPEN, ProposalAction.DECLINE): ProposalStatus.DECLINED,
    (ProposalStatus.OPEN, ProposalAction.WITHDRAW): ProposalStatus.WITHDRAWN,
    (ProposalStatus.OPEN, ProposalAction.LAPSE): ProposalStatus.LAPSED,
    (ProposalStatus.WAITING, ProposalAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.WAITING, ProposalAction.REFUSE): ProposalStatus.REFUSED,
    (ProposalStatus.WAITING, ProposalAction.WITHDRAW): ProposalStatus.WITHDRAWN,
    (ProposalStatus.WAITING, ProposalAction.LAPSE): ProposalStatus.LAPSED,
    (ProposalStatus.WAITING, ProposalAction.DECLINE): ProposalStatus.DECLINED,
    # A yes after the time to answer is still welcome while the slot is free.
    (ProposalStatus.LAPSED, ProposalAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.LAPSED, ProposalAction.SAY_YES_AND_WAIT): ProposalStatus.WAITING,
    (ProposalStatus.WITHDRAWN, ProposalAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.WITHDRAWN, ProposalAction.SAY_YES_AND_WAIT): ProposalStatus.WAITING,
    (ProposalStatus.DECLINED, ProposalAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.DECLINED, ProposalAction.SAY_YES_AND_WAIT): ProposalStatus.WAITING,
    # Staff take back what they did a moment before, and nobody was told.
    (ProposalStatus.OPEN, ProposalAction.UNDO): ProposalStatus.UNDONE,
    (ProposalStatus.ACCEPTED, ProposalAction.UNDO): ProposalStatus.UNDONE,
}  # every pair not listed is refused

MATCH_TRANSITIONS: Final[Mapping[tuple[MatchStatus, MatchAction], MatchStatus]] = {
    (MatchStatus.AGREED, MatchAction.CONFIRM): MatchStatus.CONFIRMED,
    (MatchStatus.AGREED, MatchAction.OBJECT): MatchStatus.OBJECTED,
    (MatchStatus.AGREED, MatchAction.CANCEL): MatchStatus.CANCELLED,
    (MatchStatus.CONFIRMED, MatchAction.CANCEL): MatchStatus.CANCELLED,
    (MatchStatus.CONFIRMED, MatchAction.FINISH): MatchStatus.DONE,
    (MatchStatus.AGREED, MatchAction.UNDO): MatchStatus.UNDONE,
}

SLOT_TRANSITIONS: Final[Mapping[tuple[SlotStatus, SlotAction], SlotStatus]] = {
    (SlotStatus.FREE, SlotAction.TAKE): SlotStatus.TAKEN,
    (SlotStatus.FREE, SlotAction.WITHDRAW): SlotStatus.WITHDRAWN,
    (SlotStatus.FREE, SlotAction.CLOSE): SlotStatus.CLOSED,
    (SlotStatus.TAKEN, SlotAction.FREE): SlotStatus.FREE,
    (SlotStatus.TAKEN, SlotAction.FINISH): SlotStatus.DONE,
    (SlotStatus.TAKEN, SlotAction.WITHDRAW): SlotStatus.WITHDRAWN,
}

APPOINTMENT_TRANSITIONS: Final[Mapping[tuple[AppointmentStatus, AppointmentAction], AppointmentStatus]] = {
    (AppointmentStatus.PROPOSED, AppointmentAction.AGREE): AppointmentStatus.AGREED,
    (AppointmentStatus.PROPOSED, AppointmentAction.DROP): AppointmentStatus.DROPPED,
    (AppointmentStatus.AGREED, AppointmentAction.DROP): AppointmentStatus.DROPPED,
}

RIDE_TRANSITIONS: Final[Mapping[tuple[RideStatus, RideAction], RideStatus]] = {
    (RideStatus.ASKED, RideAction.PLAN): RideStatus.PLANNED,
    # A driver who said yes beforehand: on standby, or to the ride planner.
    (RideStatus.ASKED, RideAction.AGREE): RideStatus.AGREED,
    (RideStatus.PLANNED, RideAction.AGREE): RideStatus.AGREED,
    (RideStatus.PLANNED, RideAction.REOPEN): RideStatus.ASKED,
    (RideStatus.AGREED, RideAction.REOPEN): RideStatus.ASKED,
    # Somebody else, or another time: a new yes is needed.
    (RideStatus.AGREED, RideAction.PLAN): RideStatus.PLANNED,
    (RideStatus.ASKED, RideAction.CANCEL): RideStatus.CANCELLED,
    (RideStatus.PLANNED, RideAction.CANCEL): RideStatus.CANCELLED,
    (RideStatus.AGREED, RideAction.CANCEL): RideStatus.CANCELLED,
    (RideStatus.PLANNED, RideAction.CANCEL_LATE): RideStatus.CANCELLED_LATE,
    (RideStatus.AGREED, RideAction.CANCEL_LATE): RideStatus.CANCELLED_LATE,
    (RideStatus.ASKED, RideAction.REFER): RideStatus.REFERRED,
    (RideStatus.ASKED, RideAction.EXPIRE): RideStatus.NOT_DRIVEN,
    (RideStatus.PLANNED, RideAction.EXPIRE): RideStatus.NOT_DRIVEN,
    (RideStatus.AGREED, RideAction.EXPIRE): RideStatus.NOT_DRIVEN,
    (RideStatus.AGREED, RideAction.FINISH): RideStatus.DONE,
    (RideStatus.AGREED, RideAction.MISS): RideStatus.NOT_AT_HOME,
    (RideStatus.AGREED, RideAction.TURN_DOWN): RideStatus.TURNED_DOWN,
}

PROMISE_TRANSITIONS: Final[Mapping[tuple[PromiseStatus, PromiseAction], PromiseStatus]] = {
    (PromiseStatus.PROPOSED, PromiseAction.ACCEPT): PromiseStatus.ACCEPTED,
    (PromiseStatus.PROPOSED, PromiseAction.DECLINE): PromiseStatus.DECLINED,
    (PromiseStatus.PROPOSED, PromiseAction.WITHDRAW): PromiseStatus.WITHDRAWN,
    (PromiseStatus.PROPOSED, PromiseAction.LAPSE): PromiseStatus.LAPSED,
    # After all not.
    (PromiseStatus.ACCEPTED, PromiseAction.DECLINE): PromiseStatus.DECLINED,
    (PromiseStatus.ACCEPTED, PromiseAction.WITHDRAW): PromiseStatus.WITHDRAWN,
    (PromiseStatus.ACCEPTED, PromiseAction.FINISH): PromiseStatus.DONE,
}

HAND_OVER_TRANSITIONS: Final[Mapping[tuple[HandOverStatus, HandOverAction], HandOverStatus]] = {
    (HandOverStatus.ASKED, HandOverAction.AGREE): HandOverStatus.SENT,
    (HandOverStatus.ASKED, HandOverAction.DECLINE): HandOverStatus.DECLINED,
    # The resident did not answer in time either.
    (HandOverStatus.ASKED, HandOverAction.RETURN): HandOverStatus.RETURNED,
    (HandOverStatus.ASKED, HandOverAction.WITHDRAW): HandOverStatus.WITHDRAWN,
    (HandOverStatus.SENT, HandOverAction.RECEIVE): HandOverStatus.RECEIVED,
    (HandOverStatus.SENT, HandOverAction.RETURN): HandOverStatus.RETURNED,
    (HandOverStatus.SENT, HandOverAction.WITHDRAW): HandOverStatus.WITHDRAWN,
}

CONCERN_TRANSITIONS: Final[Mapping[tuple[ConcernStatus, ConcernAction], ConcernStatus]] = {
    (ConcernStatus.NEW, ConcernAction.TAKE): ConcernStatus.HANDLED,
    # A colleague of the small group goes on with it.
    (ConcernStatus.HANDLED, ConcernAction.TAKE): ConcernStatus.HANDLED,
    (ConcernStatus.NEW, ConcernAction.CLOSE): ConcernStatus.CLOSED,
    (ConcernStatus.HANDLED, ConcernAction.CLOSE): ConcernStatus.CLOSED,
}

LIVE_PROPOSALS: Final = (ProposalStatus.OPEN, ProposalStatus.WAITING)
RUNNING_MATCHES: Final = (MatchStatus.AGREED, MatchStatus.CONFIRMED)
STANDING_APPOINTMENTS: Final = (AppointmentStatus.PROPOSED, AppointmentStatus.AGREED)
STANDING_MATCHES: Final = (*RUNNING_MATCHES, MatchStatus.DONE)
LIVE_HAND_OVERS: Final = (HandOverStatus.ASKED, HandOverStatus.SENT)
OPEN_RIDES: Final = (RideStatus.ASKED, RideStatus.PLANNED, RideStatus.AGREED)
LIVE_PROMISES: Final = (PromiseStatus.PROPOSED, PromiseStatus.ACCEPTED)
STANDING_PROMISES: Final = (*LIVE_PROMISES, PromiseStatus.DONE)


def request_status(slots: Sequence[SlotStatus]) -> RequestStatus:
    """What a request's status is, from those of its slots (at least one)."""
    free, taken, done = (slots.count(s) for s in (SlotStatus.FREE, SlotStatus.TAKEN, SlotStatus.DONE))
    if free:
        return RequestStatus.PARTLY_FILLED if taken or done else RequestStatus.OPEN
    if taken:
        return RequestStatus.FILLED
    if done:
        return RequestStatus.DONE
    return RequestStatus.CLOSED if SlotStatus.CLOSED in slots else RequestStatus.WITHDRAWN


def advance_proposal(session: Session, proposal: Proposal, action: ProposalAction, *, at: datetime) -> None:
    """Take one step with a proposal. Raises IllegalTransition or Overtaken."""
    after = next_status(PROPOSAL_TRANSITIONS, "proposal", proposal.status, action)
    step(session, proposal, after, answered_at=at)


def advance_match(session: Session, match: Match, action: MatchAction, *, at: datetime) -> None:
    """Take one step with a match; the volunteer's room follows. Raises IllegalTransition or Overtaken."""
    after = next_status(MATCH_TRANSITIONS, "match", match.status, action)
    stamp = {"confirmed_at": at} if action is MatchAction.CONFIRM else {"ended_at": at}
    step(session, match, after, **stamp)
    if after not in RUNNING_MATCHES:
        _give_room_back(session, match.offer_id)
    if after not in STANDING_MATCHES:
        _drop_appointments(session, match.id)


def advance_appointment(session: Session, appointment: Appointment, action: AppointmentAction, *, at: datetime) -> None:
    """Take one step with a date. Raises IllegalTransition or Overtaken."""
    after = next_status(APPOINTMENT_TRANSITIONS, "appointment", appointment.status, action)
    stamp = {"answered_at": at} if action is AppointmentAction.AGREE else {}
    step(session, appointment, after, sequence=appointment.sequence + 1, **stamp)


def advance_slot(session: Session, slot: Slot, action: SlotAction, *, at: datetime) -> None:
    """Take one step with a slot. Raises IllegalTransition or Overtaken."""
    after = next_status(SLOT_TRANSITIONS, "slot", slot.status, action)
    step(session, slot, after, **({"free_since_at": at} if action is SlotAction.FREE else {}))


def advance_ride(session: Session, ride: Ride, action: RideAction, *, at: datetime) -> None:
    """Take one step with a ride. Raises IllegalTransition or Overtaken."""
    after = next_status(RIDE_TRANSITIONS, "ride", ride.status, action)
    step(session, ride, after, **({} if after in OPEN_RIDES else {"ended_at": at}))


def advance_promise(session: Session, promise: Promise, action: PromiseAction, *, at: datetime) -> None:
    """Take one step with a promise to drive. Raises IllegalTransition or Overtaken."""
    after = next_status(PROMISE_TRANSITIONS, "promise", promise.status, action)
    is_answer = action in (PromiseAction.ACCEPT, PromiseAction.DECLINE)
    stamps = {"answered_at": at} if is_answer else {}
    step(session, promise, after, **stamps, **({} if after in LIVE_PROMISES else {"ended_at": at}))


def advance_hand_over(session: Session, hand_over: HandOver, action: HandOverAction, *, at: datetime) -> None:
    """Take one step with a hand-over. Raises IllegalTransition or Overtaken."""
    after = next_status(HAND_OVER_TRANSITIONS, "hand-over", hand_over.status, action)
    step(session, hand_over, after, **({"agreed_at": at} if action is HandOverAction.AGREE else {"ended_at": at}))


def take_concern(session: Session, concern: Concern) -> None:
    """Somebody of the small group goes on with a worry. Raises IllegalTransition or Overtaken."""
    step(session, concern, next_status(CONCERN_TRANSITIONS, "concern", concern.status, ConcernAction.TAKE))


def close_concern(session: Session, concern: Concern, outcome: ConcernOutcome, *, at: datetime) -> None:
    """A worry is done with. Raises IllegalTransition or Overtaken."""
    after = next_status(CONCERN_TRANSITIONS, "concern", concern.status, ConcernAction.CLOSE)
    step(session, concern, after, ended_at=at, outcome=outcome)


def restore(session: Session, row: Proposal | Slot, status: StrEnum, **stamps: Any) -> None:
    """Put a row back as it was before an act that is taken back; only for `undoing`, which knows that nobody was told.

    Raises Overtaken.
    """
    step(session, row, status, **stamps)


def make_proposal(
    session: Session,
    request: HelpRequest,
    offer: Offer,
    *,
    origin: Origin,
    expires_at: datetime,
    now: datetime,
) -> Proposal:
    """Somebody is put forward by a person, not by the engine: the reason is who did it."""
    proposal = Proposal(
        municipality_id=request.municipality_id,
        volunteer_municipality_id=offer.municipality_id,
        request_id=request.id,
        offer_id=offer.id,
        person_id=offer.person_id,
        origin=origin,
        proposed_at=now,
        expires_at=expires_at,
        reasons=[{"code": origin.value, "amount": None}],
        score={},
        distance_km=round(haversine_km(offer.latitude, offer.longitude, request.latitude, request.longitude), 3),
    )
    session.add(proposal)
    session.flush()
    return proposal


def make_match(
    session: Session, proposal: Proposal, free_slots: Sequence[Slot], *, at: datetime, objection_until: datetime
) -> Match:
    """Both said yes: take room and a slot, and make the match.

    ``free_slots`` are tried in order; the conditional UPDATE decides a race. Raises NoRoom or SlotTaken.
    """
    _take_room(session, proposal.offer_id)
    slot = _take_first(session, proposal.request_id, free_slots, at=at)
    match = Match(
        municipality_id=proposal.municipality_id,
        volunteer_municipality_id=proposal.volunteer_municipality_id,
        request_id=proposal.request_id,
        slot_number=slot.number,
        offer_id=proposal.offer_id,
        person_id=proposal.person_id,
        proposal_id=proposal.id,
        origin=proposal.origin,
        made_at=at,
        objection_until=objection_until,
    )
    session.add(match)
    try:
        session.flush()
    except IntegrityError as clash:  # the unique slot (or pair) decides what the look-up could not see
        raise SlotTaken(proposal.request_id) from clash
    return match


def _take_room(session: Session, offer_id: UUID) -> None:
    taken: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Offer)
        .where(col(Offer.id) == offer_id, col(Offer.engaged) < col(Offer.capacity))
        .values(engaged=Offer.engaged + 1)
        .execution_options(synchronize_session="fetch")
    )
    if taken.rowcount != 1:
        raise NoRoom(offer_id)


def _give_room_back(session: Session, offer_id: UUID) -> None:
    session.execute(
        update(Offer)
        .where(col(Offer.id) == offer_id)
        .values(engaged=Offer.engaged - 1)
        .execution_options(synchronize_session="fetch")
    )


def _drop_appointments(session: Session, match_id: UUID) -> None:
    """A match that does not go on has no date."""
    session.execute(
        update(Appointment)
        .where(col(Appointment.match_id) == match_id, col(Appointment.status).in_(STANDING_APPOINTMENTS))
        .values(status=AppointmentStatus.DROPPED, version=Appointment.version + 1, sequence=Appointment.sequence + 1)
        .execution_options(synchronize_session="fetch")
    )


def _take_first(session: Session, request_id: UUID, free_slots: Sequence[Slot], *, at: datetime) -> Slot:
    for slot in free_slots:
        try:
            advance_slot(session, slot, SlotAction.TAKE, at=at)
        except Overtaken:
            continue
        return slot
    raise SlotTaken(request_id)
