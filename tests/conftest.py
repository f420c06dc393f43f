"""Fixtures for every test. What they are made of is in tests/support; docs/testing.md explains how to use them."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zlib import crc32

import hypothesis
import pytest
from sqlalchemy import Engine

pytest.register_assert_rewrite("tests.support")

from marketplace.database import Sessions  # noqa: E402
from tests.support import proof  # noqa: E402
from tests.support.clock import NOW, MovableClock  # noqa: E402
from tests.support.databases import (  # noqa: E402
    KINDS,
    Database,
    PostgresDatabase,
    lent_sqlite,
    postgres_server,
    postgres_template,
)
from tests.support.smtp import Sink, running_sink  # noqa: E402

if TYPE_CHECKING:
    from litestar import Litestar
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

    from marketplace.settings import Settings
    from tests.support.browser import Console
    from tests.support.pages import Page
    from tests.support.site import SignIn

# `make test` plays the same examples every time; `make proof` looks for new ones. Nothing is judged by its speed.
_quiet = hypothesis.settings(
    deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
hypothesis.settings.register_profile("test", _quiet, max_examples=50, derandomize=True, database=None)
hypothesis.settings.register_profile("proof", _quiet, max_examples=2000)
hypothesis.settings.load_profile("proof" if proof.is_full() else "test")


# Pages are the thinnest layer: in `make test` one test of them in so many runs on both kinds, in `make proof` all do.
PAGES_ON_BOTH: Final = proof.count(9, 1)


def _kinds_for(definition: Any) -> Sequence[str]:
    is_of_pages = definition.path.parent.name == "web"
    if is_of_pages and crc32(definition.nodeid.encode()) % PAGES_ON_BOTH:
        return KINDS[:1]
    return KINDS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What touches a database runs on both kinds, unless a `database` marker says why not by naming one."""
    if "database_kind" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        kinds = marker.args if marker and marker.args else _kinds_for(metafunc.definition)
        metafunc.parametrize("database_kind", kinds)
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
def _postgres_database() -> Iterator[PostgresDatabase]:
    server = postgres_server()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = PostgresDatabase(server, postgres_template(server), f"mve_test_{os.getpid()}_{worker}")
    yield database
    database.close()


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database with nothing in it but what the migrations put there; the test runs once on each kind."""
    if database_kind == "postgresql":
        postgres: PostgresDatabase = request.getfixturevalue("_postgres_database")
        postgres.reset()
        yield postgres
        return
    with lent_sqlite() as sqlite:
        yield sqlite


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


# --- the site ----------------------------------------------------------------------------------------------------
# tests.support.site imports the whole application; inside the fixtures, so that the pure packages' tests start fast.


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> "Settings":
    """The settings of the site under test: https, no scheduler, mail kept here."""
    from tests.support.site import site_settings

    return site_settings(database_url, tmp_path)


@pytest.fixture
def site(settings: "Settings", clock: MovableClock, engine: Engine) -> "Iterator[Litestar]":
    """The whole site on the test's database, with the test's clock."""
    from tests.support.site import lent_site

    with lent_site(settings, clock, engine) as site:
        yield site


@pytest.fixture
def page(site: "Litestar") -> Iterator["Page"]:
    """A visitor without JavaScript; checks every page it is shown. `page.another()` is somebody else."""
    from tests.support.site import visitor

    with visitor(site) as page:
        yield page


@pytest.fixture
def live(database: Database, clock: MovableClock, tmp_path: Path) -> Iterator[str]:
    """The address of the whole site on a real socket, with the test's database and clock: for Chromium."""
    from tests.support.site import live_site

    with live_site(database, clock, tmp_path) as base_url:
        yield base_url


@pytest.fixture
def sign_in(request: pytest.FixtureRequest, sessions: Sessions, clock: MovableClock) -> "SignIn":
    """`sign_in(page, person.id)` or `sign_in(tab, person.id)`: signed in without the walk through the mail."""
    from tests.support.pages import BASE_URL, Page
    from tests.support.site import keep_sign_in, sign_in_token

    def sign_in(who: "Page | Tab", person_id: UUID) -> None:
        base_url = BASE_URL if isinstance(who, Page) else request.getfixturevalue("live")
        keep_sign_in(who, sign_in_token(sessions, person_id, now=clock()), base_url)

    return sign_in


# --- Chromium ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for the whole run."""
    from tests.support.browser import running_browser

    with running_browser() as browser:
        yield browser


@pytest.fixture
def context(browser: "Browser", javascript: str) -> Iterator["BrowserContext"]:
    """A visitor with a telephone and cookies of their own; JavaScript on, or off, or both by the marker."""
    from tests.support.browser import new_context

    context = new_context(browser, javascript=javascript == "on")
    yield context
    context.close()


@pytest.fixture
def console() -> "Console":
    """What the `tab` complained of. A test takes out what it made go wrong on purpose: `expect_errors`."""
    from tests.support.browser import Console

    return Console()


@pytest.fixture
def tab(context: "BrowserContext", console: "Console") -> Iterator["Tab"]:
    """A tab of that visitor. Whatever the console complains of fails the test."""
    tab = context.new_page()
    console.listen(tab)
    yield tab
    assert not console.errors, console.errors
