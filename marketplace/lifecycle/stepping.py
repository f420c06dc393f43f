"""One step of one row: refused where no table lists it, and where somebody else was first."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import CursorResult, and_, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from marketplace.errors import IllegalTransition, Overtaken

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def next_status(table: Mapping[tuple[S, A], S], what: str, status: S, action: A) -> S:
    """What a status becomes by an action. Raises IllegalTransition for every pair that the table does not list."""
    if (after := table.get((status, action))) is None:
        raise IllegalTransition(what, status, action)
    return after


def step(session: Session, row: Any, after: StrEnum, **stamps: Any) -> None:
    """Give a row its next status where nobody else did meanwhile. Raises Overtaken."""
    table = type(row)
    keys = list(table.__table__.primary_key.columns)
    session.flush()
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(table)
        .where(and_(*(column == getattr(row, column.name) for column in keys)))
        .where(table.status == row.status, table.version == row.version)
        .values(status=after, version=row.version + 1, **stamps)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise Overtaken(f"{table.__name__} changed meanwhile")
    for name, value in {"status": after, "version": row.version + 1, **stamps}.items():
        set_committed_value(row, name, value)
