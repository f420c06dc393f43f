"""The whole site as tests meet it: its settings, the site on a test's database, and being signed in."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from litestar import Litestar
from litestar.testing import TestClient
from playwright.sync_api import Page as Tab
from sqlalchemy import Engine

from app import build, move_in, site_for
from marketplace import signing
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.models import SignInLink
from marketplace.passwords import CHEAP, Hasher
from marketplace.settings import Settings
from tests.support.databases import Database
from tests.support.pages import BASE_URL, Page
from tests.support.server import listening_socket, serving_on
from web.cookies import Cookies

SignIn = Callable[[Page | Tab, UUID], None]


def site_settings(database_url: str, folder: Path, **more: str) -> Settings:
    """The settings of a site under test: no scheduler, mail kept here, https unless told otherwise."""
    environ = {
        "DATABASE_URL": database_url,
        "BASE_URL": BASE_URL,
        "SECRET_KEY": "only-for-the-tests-" + "0" * 32,
        "POSTBOX": str(folder / "postbox"),
        "SMS_FOLDER": str(folder / "sms"),
        "SCHEDULER": "off",
        "STAFF_SECOND_FACTOR": "off",
    }
    return Settings.from_environ(environ | more)


def make_site(settings: Settings, clock: Clock, engine: Engine) -> Litestar:
    """The whole site for a test that adds routes to it, which `lent_site` would hand on to the next."""
    return move_in(site_for(settings), build(settings, clock=clock, engine=engine, hasher=Hasher(CHEAP)))


# Putting the routes together takes longer than most tests: sites that no test uses just now, by what they know of the
# settings (`app.site_for`).
_Known = tuple[str, bool, bool]
_unused: Final[defaultdict[_Known, list[Litestar]]] = defaultdict(list)


@contextmanager
def lent_site(settings: Settings, clock: Clock, engine: Engine) -> Iterator[Litestar]:
    """The whole site in a house of its own, for one test."""
    unused = _unused[settings.secret_key, settings.is_https, settings.keeps_mail_here]
    site = unused.pop() if unused else site_for(settings)
    yield move_in(site, build(settings, clock=clock, engine=engine, hasher=Hasher(CHEAP)))
    unused.append(site)


@contextmanager
def visitor(site: Litestar) -> Iterator[Page]:
    """A browser without JavaScript on a site in this process."""
    with TestClient(site, base_url=BASE_URL) as client:
        yield Page(client._transport)  # its visitors share the site, not their cookies


@contextmanager
def live_site(database: Database, clock: Clock, folder: Path) -> Iterator[str]:
    """The site on a real socket, in a thread; gives its address."""

    with listening_socket() as (bound, base_url):
        settings = site_settings(database.url, folder, BASE_URL=base_url)
        with lent_site(settings, clock, database.engine) as site, serving_on(bound, site):
            yield base_url


def sign_in_token(sessions: Sessions, person_id: UUID, *, now: datetime) -> str:
    """What a browser holds after using a mailed link, made by the use case that the page calls."""
    with sessions.begin() as session:
        link = SignInLink(
            email="test@example.org", person_id=person_id, requested_at=now, expires_at=now + timedelta(minutes=10)
        )
        session.add(link)
        session.flush()
        return signing.redeem(session, link_id=link.id, now=now).token


def keep_sign_in(who: Page | Tab, token: str, base_url: str) -> None:
    """Put the token where the site will look for it, in either kind of browser."""
    name = Cookies("", is_https=base_url.startswith("https://")).sign_in
    if isinstance(who, Page):
        who.cookies.set(name, token, domain=base_url.split("://")[1], path="/")
    else:
        who.context.add_cookies([{"name": name, "value": token, "url": base_url}])
