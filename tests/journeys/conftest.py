"""A town to walk through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.clock import MovableClock
from tests.support.databases import Database
from tests.support.smtp import Sink
from tests.support.walk import Town, running_town


@pytest.fixture
def town(
    database: Database, clock: MovableClock, sink: Sink, browser: Browser, javascript: str, tmp_path: Path
) -> Iterator[Town]:
    """The site on a real socket, mailing through a real mail server, and Chromium to look at it with."""
    with running_town(database, clock, sink, browser, tmp_path, has_javascript=javascript == "on") as town:
        yield town
