"""Finding requests, their slots and times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    HelpRequest,
    Occurrence,
    OccurrenceStatus,
    RequestWeekly,
    RequestWindow,
    Series,
    Slot,
    SlotStatus,
)
from marketplace.policies import AMSTERDAM
from marketplace.queries.market_statements import read_rows
from marketplace.queries.meetings import in_trouble
from marketplace.queries.several import is_one_of


def get_request(session: Session, request_id: UUID) -> HelpRequest:
    """One request. Raises NotFound."""
    if (request := session.get(HelpRequest, request_id)) is None:
        raise NotFound(f"request {request_id}")
    return request


def lock_request(session: Session, request_id: UUID) -> HelpRequest:
    """One request, held against changes by others until the unit ends. Raises NotFound."""
    query = select(HelpRequest).where(HelpRequest.id == request_id).with_for_update()
    # Read anew: what this session saw before it had to wait may have changed meanwhile.
    request = session.exec(query.execution_options(populate_existing=True)).first()
    if request is None:
        raise NotFound(f"request {request_id}")
    return request


_HELD: Final[Any] = (
    select(HelpRequest.id)
    .where(is_one_of(HelpRequest.id, "request_ids"))
    .order_by(col(HelpRequest.id))
    .with_for_update()
)


def lock_requests(session: Session, request_ids: Sequence[UUID]) -> None:
    """Hold these requests until the unit ends, in one order so that nobody waits in a ring; none of them is read."""
    read_rows(session, _HELD, {"request_ids": request_ids})


def list_slots(session: Session, request_id: UUID, status: SlotStatus | None = None) -> Sequence[Slot]:
    """The slots of a request in order of number, all or those of one status."""
    query = select(Slot).where(Slot.request_id == request_id).order_by(col(Slot.number))
    return session.exec(query if status is None else query.where(Slot.status == status)).all()


def get_slot(session: Session, request_id: UUID, number: int) -> Slot:
    """One slot. Raises NotFound."""
    if (slot := session.get(Slot, (request_id, number))) is None:
        raise NotFound(f"slot {number} of request {request_id}")
    return slot


def list_windows(session: Session, request_id: UUID) -> Sequence[RequestWindow]:
    """The dated times of a request, earliest first."""
    query = select(RequestWindow).where(RequestWindow.request_id == request_id)
    return session.exec(query.order_by(col(RequestWindow.starts_at))).all()


def list_weekly(session: Session, request_id: UUID) -> Sequence[RequestWeekly]:
    """The weekly times of a request, from Monday on."""
    query = select(RequestWeekly).where(RequestWeekly.request_id == request_id)
    return session.exec(query.order_by(col(RequestWeekly.weekday), col(RequestWeekly.start_minute))).all()


def list_weekdays(session: Session, request_id: UUID) -> frozenset[int]:
    """The weekdays on which somebody is asked for, 0 for Monday, by the calendar on the wall."""
    dated = {piece.starts_at.astimezone(AMSTERDAM).weekday() for piece in list_windows(session, request_id)}
    return frozenset(dated | {piece.weekday for piece in list_weekly(session, request_id)})


def find_first_appointment(session: Session, request_id: UUID) -> datetime | None:
    """When the first dated time of a request begins, of a series the first to which nobody comes yet.

    None where it is on weekdays only.
    """
    if windows := list_windows(session, request_id):
        return windows[0].starts_at
    query = (
        select(func.min(Occurrence.starts_at))
        .join(Series, col(Series.id) == Occurrence.series_id)
        .where(
            Series.request_id == request_id,
            Occurrence.status == OccurrenceStatus.PLANNED,
            col(Occurrence.person_id).is_(None),
        )
    )
    return session.exec(query).one()


def find_open_of(session: Session, person_id: UUID) -> Sequence[HelpRequest]:
    """The requests of one person that have a free slot, newest first."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest).where(HelpRequest.requester_id == person_id, col(HelpRequest.id).in_(free))
    return session.exec(query.order_by(col(HelpRequest.posted_at).desc())).all()


def list_handed_over_before(session: Session, now: datetime) -> Sequence[HelpRequest]:
    """Requests with a free slot, or with help that went wrong, whose coordinator should have acted by now."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest).where(
        col(HelpRequest.owner_id).is_not(None),
        col(HelpRequest.next_moment_at) <= now,
        col(HelpRequest.ended_at).is_(None),
        or_(col(HelpRequest.id).in_(free), col(HelpRequest.id).in_(in_trouble())),
    )
    return session.exec(query.order_by(col(HelpRequest.next_moment_at))).all()


def list_given_back_in_vain(session: Session, now: datetime) -> Sequence[HelpRequest]:
    """Requests with a free slot that a coordinator gave back and for which the engine's time is over."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest).where(
        col(HelpRequest.owner_id).is_(None),
        col(HelpRequest.escalated_at).is_not(None),
        col(HelpRequest.respond_by) <= now,
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.id).in_(free),
    )
    return session.exec(query.order_by(col(HelpRequest.respond_by))).all()
