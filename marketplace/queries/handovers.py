"""Cases on their way to another organisation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.lifecycle import LIVE_HAND_OVERS
from marketplace.models import HandOver, HandOverStatus, HelpRequest


def get_hand_over(session: Session, hand_over_id: UUID) -> HandOver:
    """One. Raises NotFound."""
    if (found := session.get(HandOver, hand_over_id)) is None:
        raise NotFound(f"hand-over {hand_over_id}")
    return found


def lock_hand_over(session: Session, hand_over_id: UUID) -> HandOver:
    """One, held against others until the unit ends. Raises NotFound."""
    query = select(HandOver).where(HandOver.id == hand_over_id).with_for_update()
    if (found := session.exec(query.execution_options(populate_existing=True)).first()) is None:
        raise NotFound(f"hand-over {hand_over_id}")
    return found


def find_live(session: Session, request_id: UUID) -> HandOver | None:
    """The one that is on its way, if any."""
    query = select(HandOver).where(HandOver.request_id == request_id, col(HandOver.status).in_(LIVE_HAND_OVERS))
    return session.exec(query).first()


def is_answer_wanted(session: Session, request_id: UUID) -> bool:
    """Whether the resident has still to say whether their story may go along."""
    live = find_live(session, request_id)
    return live is not None and live.status is HandOverStatus.ASKED


def find_newest(session: Session, request_id: UUID) -> HandOver | None:
    """The last one of a request, however it ended."""
    query = select(HandOver).where(HandOver.request_id == request_id)
    return session.exec(query.order_by(col(HandOver.asked_at).desc(), col(HandOver.id)).limit(1)).first()


def list_of_requests(session: Session, request_ids: Sequence[UUID]) -> Sequence[HandOver]:
    """Every one of these requests, oldest first."""
    query = select(HandOver).where(col(HandOver.request_id).in_(request_ids))
    return session.exec(query.order_by(col(HandOver.asked_at), col(HandOver.id))).all()


def list_live_of(session: Session, person_id: UUID) -> Sequence[UUID]:
    """Those of somebody's own requests that are on their way, as ids."""
    query = (
        select(HandOver.id)
        .join(HelpRequest, col(HelpRequest.id) == col(HandOver.request_id))
        .where(HelpRequest.requester_id == person_id, col(HandOver.status).in_(LIVE_HAND_OVERS))
    )
    return session.exec(query).all()


def list_overdue(session: Session, now: datetime) -> Sequence[UUID]:
    """Those that nobody answered in time, or whose request ended meanwhile, as ids."""
    query = (
        select(HandOver.id)
        .join(HelpRequest, col(HelpRequest.id) == col(HandOver.request_id))
        .where(
            col(HandOver.status).in_(LIVE_HAND_OVERS),
            (col(HandOver.due_at) <= now) | col(HelpRequest.ended_at).is_not(None),
        )
    )
    return session.exec(query.order_by(col(HandOver.due_at), col(HandOver.id))).all()
