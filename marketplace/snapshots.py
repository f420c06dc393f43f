"""Rows as plain values, and plain values as the columns of a table want them: what is kept so that it can come back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid
from sqlalchemy import Enum as SqlEnum
from sqlmodel import SQLModel

from marketplace.models.columns import UtcDateTime


def plain(row: SQLModel, *names: str) -> dict[str, Any]:
    """A row, or some of its columns, as JSON keeps it; an instant in one way only, however it came."""
    return {name: _as_json(value) for name, value in row.model_dump(include=set(names) or None).items()}


def values(table: type[SQLModel], was: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Plain values as the columns of a table want them."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    return {name: _value(columns[name].type, was[name]) for name in names}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | StrEnum) else value


def _value(kind: Any, given: Any) -> Any:
    if given is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(given)
    if isinstance(kind, Date):
        return date.fromisoformat(given)
    if isinstance(kind, Uuid):
        return UUID(given)
    return kind.python_type(given) if isinstance(kind, SqlEnum) else given
