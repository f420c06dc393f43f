"""Engines and transactions. One request or job is one unit; only this module commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

BUSY_TIMEOUT_MS: Final = 20_000
# What a connection may keep of the file: two megabytes, as is usual, are less than one round of matching reads.
CACHE_KIB: Final = 32_768
# Somebody waits for this at a page.
CLEANING_WAITS_MS: Final = 1_000


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3), set up so that what is acknowledged is kept."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"DATABASE_URL: only sqlite and postgresql are known, got {parsed.get_backend_name()!r}")
    engine = create_engine(parsed, connect_args={"timeout": 20})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite does, and says of which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    # What is deleted is overwritten at once: who was erased must not be found in the file's free space.
    for pragma in (
        "secure_delete=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def hurry(engine: Engine) -> None:
    """For filling a made-up city: SQLite waits for no disk, and wipes nothing. A crash may spoil it; then it is filled
    anew."""
    if engine.dialect.name == "sqlite":
        for pragma in ("synchronous=OFF", "secure_delete=OFF", "cache_size=-65536"):
            event.listen(engine, "connect", lambda connection, _record, p=pragma: connection.execute(f"PRAGMA {p}"))


def _begin_sqlite(connection: Connection) -> None:
    # A unit that reads and then writes fails at once when another wrote in between, whatever the
    # busy timeout; taking the write lock at the start makes it wait its turn instead.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def clean(engine: Engine) -> bool:
    """Leave nothing of what was deleted beside the tables; outside any transaction. Whether it could all be done.

    SQLite overwrites what it deletes, but its log holds the pages as they were; PostgreSQL keeps dead rows until a
    vacuum. Somebody who reads at this moment holds the log: then the next call empties it.
    """
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        if engine.dialect.name == "sqlite":
            driver.execute(f"PRAGMA busy_timeout={CLEANING_WAITS_MS}")
            is_busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            return not is_busy
        driver.autocommit = True
        driver.execute("VACUUM")
        driver.autocommit = False
        return True
    finally:
        raw.close()


class Sessions:
    """Opens sessions: ``begin`` for a unit that writes, ``read`` for one that only looks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(writes=True)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that writes: committed at the end, rolled back where anything is raised."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads; anything it changed is rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            # What was read may be looked at afterwards; a rollback would empty it.
            session.expunge_all()
            session.rollback()
