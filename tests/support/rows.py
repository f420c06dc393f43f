"""What a test looks at afterwards: events, notices and rows, in the order in which they came."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from marketplace.models import Event, EventKind, NoticeKind, OutboxMessage, Person

Row = TypeVar("Row", bound=SQLModel)


def events(session: Session, request_id: UUID | None = None) -> list[EventKind]:
    """The kinds of what happened, to one request or at all."""
    query = select(Event.kind).order_by(col(Event.seq))
    found = session.exec(query if request_id is None else query.where(Event.request_id == request_id))
    return [EventKind(kind) for kind in found]


def notices(session: Session) -> list[NoticeKind]:
    """The kinds of what people are told."""
    found = session.exec(select(OutboxMessage.kind).order_by(col(OutboxMessage.queued_at)))
    return [NoticeKind(kind) for kind in found]


def outbox(session: Session, kind: NoticeKind) -> Sequence[OutboxMessage]:
    """The messages of one kind."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()


def person(session: Session, person_id: UUID) -> Person:
    """One person."""
    return session.get_one(Person, person_id)


def all_events(session: Session) -> Sequence[Event]:
    """Everything that happened."""
    return session.exec(select(Event).order_by(col(Event.seq))).all()


def all_of(table: type[Row]) -> SelectOfScalar[Row]:
    """A select of every row of a table."""
    return select(table)
