"""Many values as one parameter: a statement reads the same for three ids and for three hundred.

With a parameter for each value both the library and the database would read it anew for every number of them.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Dialect, Integer, String, Uuid, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_KINDS: dict[type, Any] = {UUID: Uuid(), str: String(), int: Integer()}


class _Several(TypeDecorator[Any]):
    """Values of one kind: an array where the database has those, JSON where it hasn't."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_native = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(_KINDS[self.kind]) if is_native else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return list(value)
        return json.dumps([one.hex for one in value] if self.kind is UUID else list(value))


class _IsOneOf(FunctionElement[bool]):
    name = "is_one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        # A database without booleans would be asked whether this is 1, and look for that in no index.
        return self


@compiles(_IsOneOf, "sqlite")
def _in_json(element: Any, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter


@compiles(_IsOneOf, "postgresql")
def _in_array(element: Any, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY ({values})"


def is_one_of(column: Any, name: str, kind: type = UUID) -> Any:
    """Whether a column's value is among those of the parameter ``name``: ids, or what ``kind`` says."""
    return _IsOneOf(column, bindparam(name, type_=_Several(kind)))
