"""What people are to be told: rows in the outbox, written in the same transaction as what they tell of.

Only ids are stored. The words, links and addresses are made when a message is sent, so that a mail
never says more than the person may see at that moment.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from marketplace.models import NoticeKind, OutboxMessage


def queue(
    session: Session,
    kind: NoticeKind,
    *,
    municipality_id: UUID,
    at: datetime,
    key: str,
    person_id: UUID | None = None,
    email: str | None = None,
    not_before: datetime | None = None,
    **subject: UUID,
) -> None:
    """Queue one message to one person (or, before they are known, one address).

    ``key`` names the occasion: of the same kind, person and occasion the database keeps the first only.
    ``subject`` holds the ids that the message is about: request, proposal, match, link, draft.
    """
    message = OutboxMessage(
        municipality_id=municipality_id,
        kind=kind,
        person_id=person_id,
        email=email,
        subject={name: str(value) for name, value in subject.items()},
        dedupe_key=f"{kind.value}:{key}:{person_id or 'address'}",
        queued_at=at,
        next_try_at=max(at, not_before) if not_before else at,
    )
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(OutboxMessage).values(**message.model_dump()).on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
