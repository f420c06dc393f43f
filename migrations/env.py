"""How alembic reaches the database and what it compares with. Runs on SQLite and PostgreSQL alike."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

import marketplace.models  # noqa: F401  (fills the metadata)
from marketplace.database import make_engine
from marketplace.models.columns import UtcDateTime
from marketplace.settings import Settings


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as plain SQLAlchemy: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, TypeEngine):
        if item.__class__.__module__.startswith("sqlmodel."):
            length = getattr(item, "length", None)
            return f"sa.String(length={length})" if length else "sa.String()"
        if isinstance(item, UtcDateTime):
            return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one must not touch the rows that point at it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(
                f"the migration left rows that point at nothing, in {sorted({row[0] for row in broken})}"
            )
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run what was asked: upgrade, downgrade, or compare."""
    engine: Engine | None = context.config.attributes.get("engine")
    given = engine is not None
    if engine is None:
        engine = make_engine(Settings.from_environ(os.environ).database_url)
    with engine.execution_options(writes=True).connect() as connection, without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            # SQLite changes a table by making it anew, which alembic writes as a batch; PostgreSQL runs it as it is.
            render_as_batch=context.config.attributes.get("batch", True),
            compare_type=True,
            compare_server_default=True,
            render_item=render,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    if not given:
        engine.dispose()


run()
