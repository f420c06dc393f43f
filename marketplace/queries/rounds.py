"""What a round of asking looks at first: which requests are open, and which of them need a look at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, case, or_
from sqlmodel import Session, col, func, select, update

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import Event, HelpRequest, Offer, Origin, Proposal, ProposalStatus, Slot, SlotStatus
from marketplace.models.columns import UtcDateTime


@dataclass(frozen=True)
class OpenRequest:
    """A request with a free slot, and how it stands with the asking."""

    id: UUID
    version_at: datetime
    respond_by: datetime
    is_escalated: bool
    is_held: bool
    owner_id: UUID | None
    next_moment_at: datetime
    free: int
    # Proposals that may still become a yes, and when the first of them ends.
    live: int = 0
    first_expiry_at: datetime | None = None
    # Somebody who was asked changed their offer since, paused, left or is full.
    may_misfit: bool = False


_MUNICIPALITY: Final[Any] = bindparam("municipality_id", type_=Uuid())
_NOW: Final[Any] = bindparam("now", type_=UtcDateTime())


def _open() -> Any:
    free = (
        select(Slot.request_id, func.count().label("free"))
        .where(col(Slot.municipality_id) == _MUNICIPALITY, Slot.status == SlotStatus.FREE)
        .group_by(col(Slot.request_id))
        .subquery()
    )
    columns = (
        HelpRequest.id,
        HelpRequest.version_at,
        HelpRequest.respond_by,
        HelpRequest.escalated_at,
        HelpRequest.held_at,
        HelpRequest.owner_id,
        HelpRequest.next_moment_at,
        free.c.free,
    )
    return (
        select(*columns)  # type: ignore[call-overload]
        .join(free, free.c.request_id == HelpRequest.id)
        .where(
            col(HelpRequest.ended_at).is_(None),
            or_(col(HelpRequest.quiet_until).is_(None), col(HelpRequest.quiet_until) <= _NOW),
            or_(col(HelpRequest.list_first_until).is_(None), col(HelpRequest.list_first_until) <= _NOW),
        )
        .order_by(HelpRequest.posted_at, HelpRequest.id)
    )


def _asked() -> Any:
    asked_by_engine = and_(col(Proposal.origin) == Origin.ENGINE, col(Proposal.status) == ProposalStatus.OPEN)
    has_changed = or_(
        col(Offer.changed_at) > col(Proposal.proposed_at),
        col(Offer.paused_until) > _NOW,
        col(Offer.left_at).is_not(None),
        col(Offer.engaged) >= col(Offer.capacity),
    )
    return (
        select(
            Proposal.request_id,
            func.count(),
            func.min(Proposal.expires_at),
            func.max(case((and_(asked_by_engine, has_changed), 1), else_=0)),
        )
        .join(Offer, col(Offer.id) == Proposal.offer_id)
        .where(
            col(Proposal.municipality_id) == _MUNICIPALITY,
            col(Proposal.status).in_(LIVE_PROPOSALS),
            col(Proposal.expires_at) > _NOW,
        )
        .group_by(col(Proposal.request_id))
    )


# Built once: a round looks at these every few minutes, and after everything that happens.
_OPEN: Final[Any] = _open()
_ASKED: Final[Any] = _asked()
_SET_NEXT_MOMENT: Final[Any] = (
    update(HelpRequest)
    # Each by a parameter of its own: beside a list as one, SQLite rather looks through all that have no owner.
    .where(
        col(HelpRequest.id).in_(bindparam("request_ids", type_=Uuid(), expanding=True)),
        col(HelpRequest.owner_id).is_(None),
    )
    .values(next_moment_at=bindparam("at", type_=UtcDateTime()))
)
_LAST_EVENT: Final[Any] = select(func.max(Event.seq))


def list_open(session: Session, *, municipality_id: UUID, now: datetime) -> Sequence[OpenRequest]:
    """Every request of a municipality with a free slot, the longest waiting first."""
    at = {"municipality_id": municipality_id, "now": now}
    asked = {
        request_id: {"live": live, "first_expiry_at": expiry, "may_misfit": bool(misfit)}
        for request_id, live, expiry, misfit in session.exec(_ASKED, params=at)
    }
    return [
        OpenRequest(
            id=row.id,
            version_at=row.version_at,
            respond_by=row.respond_by,
            is_escalated=row.escalated_at is not None,
            is_held=row.held_at is not None,
            owner_id=row.owner_id,
            next_moment_at=row.next_moment_at,
            free=row.free,
            **asked.get(row.id, {}),
        )
        for row in session.exec(_OPEN, params=at)
    ]


def has_open(session: Session, municipality_id: UUID) -> bool:
    """Whether any request of a municipality has a free slot."""
    free = select(Slot.request_id).where(Slot.municipality_id == municipality_id, Slot.status == SlotStatus.FREE)
    return session.exec(free.limit(1)).first() is not None


def last_event(session: Session) -> int:
    """The number of the newest event: while it stands still, nothing that matters to a round has changed."""
    return session.exec(_LAST_EVENT).one() or 0


def set_next_moment(session: Session, request_ids: Sequence[UUID], at: datetime) -> None:
    """When the engine looks at requests that it owns; those of a coordinator are left alone."""
    session.flush()
    session.connection().execute(_SET_NEXT_MOMENT, {"request_ids": request_ids, "at": at})
