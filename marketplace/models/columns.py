"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Set before the first table: migrations on SQLite need every constraint to have a name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, always comes back aware in UTC (SQLite forgets the offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset, got the naive {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """In one step where the database keeps text: a round reads thousands of instants."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


# SQLModel annotates sa_type as a class, but takes configured instances; Any says so once, here.
UtcDateTime: Any = _UtcDateTime
Json: Any = JSON
Sequence: Any = BigInteger().with_variant(Integer, "sqlite")


def enum_of(kind: type[StrEnum], *, check: str = "") -> Any:
    """A string column that holds the *values* of an enum under a CHECK, so that adding one is a plain migration.

    ``check`` names the constraint where one table has two columns of a kind.
    """
    return SqlEnum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=check or kind.__name__.lower(),
    )


_source: ContextVar[Callable[[], UUID]] = ContextVar("source of ids", default=uuid4)


def new_id() -> UUID:
    """An identifier that nobody can guess from another one."""
    return _source.get()()


@contextmanager
def ids_drawn_from(random: Random) -> Iterator[None]:
    """Identifiers from a seed instead, for a made-up past that must come out the same every time."""
    token = _source.set(lambda: UUID(int=random.getrandbits(128), version=4))
    try:
        yield
    finally:
        _source.reset(token)
