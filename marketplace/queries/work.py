"""What is due: rounds, messages, and who works on what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.models import DueKind, DueRow, JobClaim, Municipality, NoticeKind, OutboxMessage


def find_due_message(session: Session, now: datetime) -> OutboxMessage | None:
    """The message that waits longest, held against other claimers; on PostgreSQL theirs are passed over."""
    due = select(OutboxMessage).where(col(OutboxMessage.next_try_at) <= now)
    order = (col(OutboxMessage.next_try_at), col(OutboxMessage.queued_at), col(OutboxMessage.id))
    return session.exec(due.order_by(*order).limit(1).with_for_update(skip_locked=True)).first()


def was_told(session: Session, kind: NoticeKind, about_id: UUID) -> bool:
    """Whether a message of this kind about this thing was really sent to somebody."""
    is_about = col(OutboxMessage.dedupe_key).startswith(f"{kind.value}:{about_id}", autoescape=True)
    sent = select(OutboxMessage.id).where(is_about, col(OutboxMessage.sent_at).is_not(None))
    return session.exec(sent.limit(1)).first() is not None


def list_municipalities_due(session: Session, now: datetime) -> Sequence[UUID]:
    """The municipalities in which a round was asked for, the longest waiting first."""
    due = select(DueRow.municipality_id, DueRow.due_at).where(
        DueRow.kind == DueKind.ROUND, col(DueRow.done_at).is_(None), DueRow.due_at <= now
    )
    return list(dict.fromkeys(municipality_id for municipality_id, _ in session.exec(due.order_by(col(DueRow.due_at)))))


def list_due_rows(session: Session, municipality_id: UUID, now: datetime) -> Sequence[UUID]:
    """The rounds that were asked for in one municipality and are due."""
    due = select(DueRow.id).where(
        DueRow.municipality_id == municipality_id,
        DueRow.kind == DueKind.ROUND,
        col(DueRow.done_at).is_(None),
        DueRow.due_at <= now,
    )
    return session.exec(due).all()


def list_municipality_ids(session: Session) -> Sequence[UUID]:
    """Every municipality on this installation."""
    return session.exec(select(Municipality.id).order_by(col(Municipality.slug))).all()


def find_claim(session: Session, job: str) -> JobClaim | None:
    """Who works on a job, held against other claimers until the unit ends."""
    return session.exec(select(JobClaim).where(JobClaim.job == job).with_for_update()).one_or_none()
