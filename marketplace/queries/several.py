"""Many values, or many rows, as one parameter: a statement reads the same for three ids and for three hundred.

With a parameter for each value both the library and the database would read it anew for every number of them.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Dialect, Float, Integer, String, Uuid, bindparam, cast, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_KINDS: dict[type, Any] = {UUID: Uuid(), str: String(), int: Integer(), float: Float()}


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
        if self.kind is not UUID:
            return json.dumps(list(value))
        # As SQLite keeps them; out of all at once is quicker than out of each.
        return json.dumps([one if isinstance(one, str) else one.hex for one in value]).replace("-", "")


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
    """Whether a column's value is among those of the parameter ``name``: ids (also as text), or what ``kind`` says."""
    return _IsOneOf(column, bindparam(name, type_=_Several(kind)))


def is_one_of_its(column: Any, values: Any) -> Any:
    """Whether a column's value is among those that a column of `rows_of` holds."""
    return _IsOneOf(column, values)


class _Rows(FunctionElement[Any]):
    name = "rows"
    inherit_cache = True


@compiles(_Rows, "sqlite")
def _rows_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Rows, "postgresql")
def _rows_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **kw)} AS JSONB))"


class _Field(FunctionElement[Any]):
    """What a row has under a name."""

    name = "field"
    inherit_cache = True


@compiles(_Field, "sqlite")
def _field_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    row, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_extract({row}, '$.{name}')"


@compiles(_Field, "postgresql")
def _field_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    row, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({row} ->> '{name}')"


class _Numbers(_Field):
    """The whole numbers that a row has under a name."""

    name = "numbers"
    inherit_cache = True


@compiles(_Numbers, "postgresql")
def _numbers_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    row, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"ARRAY(SELECT CAST(jsonb_array_elements_text({row} -> '{name}') AS INTEGER))"


def rows_of(parameter: str, **columns: type) -> Any:
    """A table of the rows in one parameter, as `told` writes them: its columns by name and kind; ``list`` holds whole
    numbers, for `is_one_of_its`."""
    row = _Rows(bindparam(parameter, type_=String())).table_valued("value").c.value
    fields = (_field(row, literal_column(name), kind).label(name) for name, kind in columns.items())
    # Worked out once, not again for every row that is held against them.
    return select(*fields).cte(parameter).prefix_with("MATERIALIZED")


def _field(row: Any, name: Any, kind: type) -> Any:
    return _Numbers(row, name) if kind is list else cast(_Field(row, name), _KINDS[kind])


def told(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as one parameter."""
    return json.dumps(list(rows))
