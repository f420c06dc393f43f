"""Fixtures for every test. What they are made of is in tests/support; docs/testing.md explains how to use them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

pytest.register_assert_rewrite("tests.support")

from marketplace.database import Sessions  # noqa: E402
from tests.support import proof  # noqa: E402
from tests.support.clock import NOW, MovableClock  # noqa: E402
from tests.support.databases import (  # noqa: E402
    KINDS,
    Database,
    PostgresDatabase,
    SqliteDatabase,
    memory_directory,
    postgres_server,
    postgres_template,
    sqlite_template,
)
from tests.support.smtp import Sink, running_sink  # noqa: E402

# `make test` plays the same examples every time; `make proof` looks for new ones. Nothing is judged by its speed.
_quiet = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
settings.register_profile("test", max_examples=50, derandomize=True, database=None, **_quiet)
settings.register_profile("proof", max_examples=2000, **_quiet)
settings.load_profile("proof" if proof.is_full() else "test")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What touches a database runs on both kinds, unless a `database` marker says why not by naming one."""
    if "database_kind" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        metafunc.parametrize("database_kind", marker.args if marker and marker.args else KINDS)
    if "javascript" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("javascript")
        metafunc.parametrize("javascript", marker.args if marker and marker.args else ("on",))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """`make test` sets NO_SKIPS: a test that was skipped has shown nothing, so the run has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NO_SKIPS") == "1" and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Skipped tests count as failures here; the reasons are above.", red=True)
        session.exitstatus = exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing under test may find the developer's own database, by accident or otherwise."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


# --- time --------------------------------------------------------------------------------------------------------


@pytest.fixture
def now() -> datetime:
    """Tuesday 3 March 2026, ten in the morning in Amsterdam, as aware UTC."""
    return NOW


@pytest.fixture
def clock() -> MovableClock:
    """Stands at `now` until the test moves it."""
    return MovableClock(NOW)


# --- databases ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _sqlite_template() -> Path:
    return sqlite_template()


@pytest.fixture(scope="session")
def _postgres_database() -> Iterator[PostgresDatabase]:
    server = postgres_server()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = PostgresDatabase(server, postgres_template(server), f"mve_test_{os.getpid()}_{worker}")
    yield database
    database.close()


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database with nothing in it but what the migrations put there; the test runs once on each kind."""
    if database_kind == "postgresql":
        postgres: PostgresDatabase = request.getfixturevalue("_postgres_database")
        postgres.reset()
        yield postgres
        return
    folder = Path(tempfile.mkdtemp(prefix="mve-test-", dir=memory_directory(tmp_path)))
    sqlite = SqliteDatabase(request.getfixturevalue("_sqlite_template"), folder)
    yield sqlite
    sqlite.close()
    shutil.rmtree(folder)


@pytest.fixture
def database_url(database: Database) -> str:
    return database.url


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return database.sessions


# --- mail --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server on the loopback that keeps what it gets."""
    with running_sink() as sink:
        yield sink
