"""What every handler is given: who comes, and when."""

import pytest
from litestar import Litestar, get
from sqlalchemy import Engine

from marketplace.database import Sessions
from marketplace.settings import Settings
from tests.support.builders import a_person
from tests.support.clock import NOW, MovableClock
from tests.support.pages import Page
from tests.support.site import SignIn, make_site
from web.dependencies import Given, Visit

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def site(settings: Settings, clock: MovableClock, engine: Engine) -> Litestar:
    """A site that is this test's alone: each puts a route of its own there."""
    return make_site(settings, clock, engine)


def test_a_page_for_somebody_asks_nobody_to_sign_in_even_without_a_guard(
    site: Litestar, page: Page, sign_in: SignIn, sessions: Sessions
) -> None:
    @get("/tests/wie", sync_to_thread=True)
    def who(visit: Given[Visit]) -> str:
        return visit.actor.first_name

    site.register(who)
    response = page.send("GET", "/tests/wie")
    assert response.headers["location"].startswith("/inloggen")
    with sessions.begin() as session:
        person_id = a_person(session, "Riet").id
    sign_in(page, person_id)
    assert page.send("GET", "/tests/wie").text == "Riet"


def test_a_visit_has_one_instant_however_long_the_page_takes(site: Litestar, page: Page, clock: MovableClock) -> None:
    @get("/tests/wanneer", sync_to_thread=True)
    def when(visit: Given[Visit]) -> str:
        clock.move(hours=1)
        return visit.now.isoformat()

    site.register(when)
    assert page.send("GET", "/tests/wanneer").text == NOW.isoformat()
