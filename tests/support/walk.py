"""Following people through the site: Chromium, a real socket and a real mail server; every page they see is checked."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as Tab
from sqlmodel import SQLModel, col, select

from app import build
from marketplace import jobs
from marketplace.jobs import Means
from marketplace.models import NoticeChannel, OutboxMessage
from marketplace.settings import Settings
from tests.support.browser import TELEPHONE, Console, assert_accessible, assert_fits, new_context
from tests.support.clock import MovableClock
from tests.support.databases import Database
from tests.support.server import listening_socket, serving_on
from tests.support.site import lent_site, site_settings
from tests.support.smtp import Received, Sink
from web.cookies import Cookies

_TRIES: Final = 500
PATIENCE_MS: Final = 15_000  # with which something to press that is not there fails
SIGN_IN: Final = Cookies("", is_https=False).sign_in


@dataclass
class Town:
    """The site and everybody on it, at a time that only the test moves."""

    browser: Browser
    base_url: str
    clock: MovableClock
    sink: Sink
    database: Database
    has_javascript: bool
    _means: Means
    _visitors: list["Visitor"] = field(default_factory=list)

    def somebody(self) -> "Visitor":
        """A browser with cookies of its own, on a telephone."""
        context = new_context(self.browser, javascript=self.has_javascript, viewport=TELEPHONE)
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(self, context.new_page())
        self._visitors.append(visitor)
        return visitor

    def let_time_pass(self, **by: float) -> None:
        """The clock moves and the jobs do what has become due, mails included."""
        self.clock.move(**by)
        self.do_what_is_due()

    def do_what_is_due(self) -> None:
        """Every job until none was in another's way, and every mail sent: the server's own threads may be at it too."""
        for _ in range(_TRIES):
            if not jobs.run_once(self._means) and not self._unsent():
                return
            time.sleep(0.02)  # the server's thread has it now
        raise AssertionError(f"after {_TRIES} rounds of the jobs there are still {self._unsent()} mails to send")

    def mail(self, to: str, about: str) -> Received:
        """The last mail to somebody whose subject has these words; waits for it."""
        while True:
            there = self.sink.to(to)
            found = [mail for mail in there if about in mail.subject]
            if found:
                return found[-1]
            self.sink.wait_for(to=to, count=len(there) + 1)

    def mails(self, to: str) -> str:
        """Everything that somebody was ever mailed, both parts."""
        return "\n".join(part for mail in self.sink.to(to) for part in (mail.subject, mail.text, mail.html))

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the database, to see whether anything changed; but not which process did what is due."""
        with self.database.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
                for name, table in SQLModel.metadata.tables.items()
                if name != "job_claim"
            }

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.tab.context.close()
        complaints = [error for visitor in self._visitors for error in visitor.console.errors]
        assert not complaints, complaints

    def _unsent(self) -> int:
        with self.database.sessions.read() as session:
            waiting = select(OutboxMessage.id).where(
                col(OutboxMessage.channel) == NoticeChannel.EMAIL,
                col(OutboxMessage.sent_at).is_(None),
                col(OutboxMessage.failed_at).is_(None),
                col(OutboxMessage.next_try_at).is_not(None),
            )
            return len(session.exec(waiting).all())


class Visitor:
    """Somebody at a browser. Whatever brings a new page checks that page."""

    def __init__(self, town: Town, tab: Tab) -> None:
        self.town, self.tab = town, tab
        self.console = Console(tab)
        # The source of every page shown, for what must never be on one.
        self.seen: list[str] = []

    @property
    def heading(self) -> str:
        return self.tab.locator("h1").inner_text()

    @property
    def path(self) -> str:
        return self.tab.url.removeprefix(self.town.base_url)

    @property
    def text(self) -> str:
        """What there is to read in the main part of the page."""
        return " ".join(self.tab.locator("main").inner_text().split())

    def open(self, address: str) -> "Visitor":
        """Go to a path, or to the link in a mail."""
        self.tab.goto(address if address.startswith("http") else self.town.base_url + address)
        return self._look()

    def follow(self, words: str) -> "Visitor":
        """Take the link with these words."""
        return self._press(self.tab.get_by_role("link", name=words, exact=True))

    def follow_start(self, words: str) -> "Visitor":
        """Take the one link in the main part whose words begin so: a card, a line of one's own page, a big door."""
        return self._press(self.tab.locator("main").get_by_role("link", name=re.compile("^" + re.escape(words))))

    def press(self, words: str) -> "Visitor":
        """Press the button with these words."""
        return self._press(self.tab.get_by_role("button", name=words, exact=True))

    def press_first(self, begins: str) -> "Visitor":
        """Press the first button whose words begin so."""
        return self._press(self.tab.get_by_role("button", name=re.compile("^" + re.escape(begins))).first)

    def fill(self, **fields: str) -> "Visitor":
        """Type into fields, by their names."""
        for name, value in fields.items():
            self.tab.locator(f"[name='{name}']").fill(value)
        return self

    def unfold(self, words: str) -> "Visitor":
        """Open what is folded under these words."""
        self.tab.locator("summary", has=self.tab.get_by_text(words, exact=True)).click()
        return self

    def choose(self, *words: str) -> "Visitor":
        """Tap the chips, cards and tick boxes with these words."""
        for one in words:
            self.tab.locator("label", has=self.tab.get_by_text(one, exact=True)).click()
        return self

    def choose_from(self, name: str, value: str) -> "Visitor":
        """Tap the chip of a group that stands for this value."""
        self.tab.locator(f"label:has([name='{name}'][value='{value}'])").click()
        return self

    def sign_in(self, email: str) -> "Visitor":
        """Through the mailed link, from the page that asks for it."""
        self.fill(email=email).press("Stuur mij een link")
        link = self.town.mail(email, "Uw link om in te loggen").links[0]
        return self.open(link).press("Log mij in")

    @property
    def is_signed_in(self) -> bool:
        return any(cookie.get("name") == SIGN_IN for cookie in self.tab.context.cookies())

    def _press(self, what: Locator) -> "Visitor":
        with self.tab.expect_navigation():
            what.click()
        return self._look()

    def _look(self) -> "Visitor":
        self.seen.append(self.tab.content())
        assert self.tab.locator("h1").count() == 1, f"{self.tab.url} has {self.tab.locator('h1').count()} <h1>"
        assert_fits(self.tab, width=TELEPHONE["width"])
        if self.town.has_javascript:
            assert_accessible(self.tab)
        assert not self.console.errors, self.console.errors
        return self


def mailing_settings(database: Database, base_url: str, sink: Sink, folder: Path) -> Settings:
    """A site under test that speaks to a mail server."""
    return site_settings(database.url, folder, BASE_URL=base_url, SMTP_HOST=sink.host, SMTP_PORT=str(sink.port))


@contextmanager
def running_town(
    database: Database, clock: MovableClock, sink: Sink, browser: Browser, folder: Path, *, has_javascript: bool
) -> Iterator[Town]:
    """The site on a real socket and a real mail server; jobs run when the test lets time pass."""
    with listening_socket() as (bound, base_url):
        settings = mailing_settings(database, base_url, sink, folder)
        house = build(settings, clock=clock, engine=database.engine)
        with lent_site(settings, clock, database.engine) as site, serving_on(bound, site):
            town = Town(browser, base_url, clock, sink, database, has_javascript, house.means)
            yield town
            town.close()
