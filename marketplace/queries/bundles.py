"""Messages that go along in another one, at the moment that their reader chose."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from marketplace.models import OutboxMessage


def get_digest_id(session: Session, dedupe_key: str) -> UUID:
    """The message that was queued under this key."""
    return session.exec(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == dedupe_key)).one()


def list_bundled(session: Session, digest_id: UUID) -> Sequence[OutboxMessage]:
    """What goes along in a message and was not told yet, the oldest first."""
    query = select(OutboxMessage).where(OutboxMessage.bundle_id == digest_id, col(OutboxMessage.sent_at).is_(None))
    return session.exec(query.order_by(col(OutboxMessage.queued_at), col(OutboxMessage.id))).all()


def mark_told(session: Session, digest_id: UUID, at: datetime) -> None:
    """Who was told this was told what went along in it."""
    session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.bundle_id) == digest_id, col(OutboxMessage.sent_at).is_(None))
        .values(sent_at=at)
    )


def list_left_behind(session: Session) -> Sequence[UUID]:
    """What was queued for a message that had just gone."""
    digest = aliased(OutboxMessage)
    gone = select(digest.id).where(
        or_(col(digest.sent_at).is_not(None), col(digest.error) == "moot"), col(digest.next_try_at).is_(None)
    )
    left = select(OutboxMessage.id).where(
        col(OutboxMessage.bundle_id).in_(gone),
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.next_try_at).is_(None),
        OutboxMessage.error == "",
    )
    return session.exec(left).all()


def release(session: Session, message_ids: Sequence[UUID], now: datetime) -> None:
    """These go by themselves, now."""
    session.execute(
        update(OutboxMessage).where(col(OutboxMessage.id).in_(message_ids)).values(bundle_id=None, next_try_at=now)
    )
