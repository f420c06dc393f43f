"""Mails that did not arrive: which, to whom, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.models import NoticeChannel, NoticeKind, OutboxMessage, Person
from marketplace.models.work import CONFIDENTIAL

SHOWN = 200


@dataclass(frozen=True)
class FailedMail:
    """A mail that nobody will get, to somebody who is known here."""

    id: UUID
    kind: NoticeKind
    first_name: str
    failed_at: datetime
    error: str
    request_id: str


def list_failed(session: Session, municipality_id: UUID) -> Sequence[FailedMail]:
    """Mails given up in one municipality, the newest first, to people who are still here."""
    query = (
        select(OutboxMessage, Person.first_name)
        .join(Person, col(Person.id) == OutboxMessage.person_id)
        .where(
            OutboxMessage.municipality_id == municipality_id,
            OutboxMessage.channel == NoticeChannel.EMAIL,
            col(OutboxMessage.failed_at).is_not(None),
            col(OutboxMessage.done_by_id).is_(None),
            col(OutboxMessage.kind).not_in(CONFIDENTIAL),
            col(Person.erased_at).is_(None),
        )
        .order_by(col(OutboxMessage.failed_at).desc(), col(OutboxMessage.id))
        .limit(SHOWN)
    )
    return [
        FailedMail(row.id, row.kind, name, row.failed_at, row.error, row.subject.get("request", ""))
        for row, name in session.exec(query)
        if row.failed_at is not None
    ]


def find_oldest_waiting(session: Session, *, now: datetime) -> timedelta | None:
    """How long the mail that waits longest is overdue; None where none is. What is for later does not wait."""
    due = (OutboxMessage.channel == NoticeChannel.EMAIL, col(OutboxMessage.next_try_at).is_not(None))
    tried = select(func.min(OutboxMessage.queued_at)).where(*due, OutboxMessage.error != "")
    untried = select(func.min(OutboxMessage.next_try_at)).where(
        *due, OutboxMessage.error == "", col(OutboxMessage.next_try_at) <= now
    )
    since = [found for query in (tried, untried) if (found := session.exec(query).one()) is not None]
    return now - min(since) if since else None


def lock_message(session: Session, message_id: UUID) -> OutboxMessage | None:
    """One message, held against others until the unit ends."""
    query = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()
