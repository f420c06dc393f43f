"""The pictures of docs/screenshots, of the made-up city: python -m tests.journeys.screenshots"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlmodel import Session, col, select

from marketplace import demo
from marketplace.links import AnswerLinks
from marketplace.models import AskerKind, HelpRequest, Proposal, ProposalStatus, Slot, SlotStatus
from marketplace.queries import people
from tests.support.browser import DESK, TELEPHONE, new_context, running_browser
from tests.support.clock import NOW, MovableClock
from tests.support.databases import ROOT, SqliteDatabase, sqlite_template
from tests.support.site import keep_sign_in, live_site, sign_in_token, site_settings

FOLDER: Final = ROOT / "docs" / "screenshots"
SLUG: Final = "oosterhout"
TALL_PX: Final = 1400
SIZE: Final = demo.SIZES["small"]
Row = TypeVar("Row")


class Studio:
    """The made-up city, served, with a browser in front of it."""

    def __init__(self, database: SqliteDatabase, browser: Browser, base_url: str, folder: Path) -> None:
        self._database, self._browser, self._base_url, self._folder = database, browser, base_url, folder

    def find(self, look_up: Callable[[Session, UUID], Row]) -> Row:
        """Something of the city."""
        with self._database.sessions.read() as session:
            return look_up(session, people.get_municipality(session, SLUG).id)

    def tab(self, *, is_telephone: bool, person_id: UUID | None = None) -> Tab:
        """A tab of somebody, or of anybody."""
        tab = new_context(self._browser, viewport=TELEPHONE if is_telephone else DESK).new_page()
        if person_id is not None:
            token = sign_in_token(self._database.sessions, person_id, now=NOW)
            keep_sign_in(tab, token, self._base_url)
        return tab

    def shoot(
        self, name: str, address: str, *, is_telephone: bool, person_id: UUID | None = None, is_tall: bool = False
    ) -> None:
        """Take one picture of what one sees before scrolling."""
        tab = self.tab(is_telephone=is_telephone, person_id=person_id)
        tab.goto(self._base_url + address)
        if is_tall:
            tab.set_viewport_size({"width": DESK["width"], "height": TALL_PX})
        self.keep(name, tab)

    def keep(self, name: str, tab: Tab) -> None:
        """Take a picture of a tab as it stands."""
        tab.evaluate("document.fonts.ready")
        tab.screenshot(path=self._folder / f"{name}.png")
        tab.context.close()

    def ask(self, tab: Tab) -> None:
        """Answer the first question."""
        tab.goto(f"{self._base_url}/hulp-vragen")
        tab.locator("#text").fill("Mijn tuin wordt mij te veel. Wie maait het gras en knipt de heg?")
        tab.get_by_role("button", name="Ga verder").click()
        tab.wait_for_url("**/soort")


def find_case(session: Session, municipality_id: UUID) -> HelpRequest:
    """A case that lies with somebody: best one that still has time, and a story of who was asked before."""
    wanted = select(HelpRequest).where(
        HelpRequest.municipality_id == municipality_id,
        col(HelpRequest.owner_id).is_not(None),
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.id).in_(select(Slot.request_id).where(Slot.status == SlotStatus.FREE)),
    )
    said_no = set(session.exec(select(Proposal.request_id).where(Proposal.status == ProposalStatus.DECLINED)))
    return max(session.exec(wanted), key=lambda case: (case.respond_by > NOW, case.id in said_no, case.posted_at))


def find_proposal(session: Session, municipality_id: UUID) -> Proposal:
    """Somebody is asked and has not answered yet."""
    private = select(HelpRequest.id).where(HelpRequest.asker_kind == AskerKind.PRIVATE)
    wanted = select(Proposal).where(
        Proposal.municipality_id == municipality_id,
        col(Proposal.request_id).in_(private),
        Proposal.status == ProposalStatus.OPEN,
        Proposal.expires_at > NOW,
    )
    found = session.exec(wanted.order_by(col(Proposal.distance_km).desc())).first()
    assert found is not None, "nobody in the city was asked anything"
    return found


def take_all(folder: Path) -> None:
    """Fill a city, serve it and take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, running_browser() as browser:
        database = SqliteDatabase(sqlite_template(), Path(kept))
        demo.fill(database.sessions, municipality_slug=SLUG, now=NOW, size=SIZE)
        with live_site(database, MovableClock(NOW), Path(kept)) as base_url:
            secret = site_settings(database.url, Path(kept)).secret_key
            studio = Studio(database, browser, base_url, folder)
            case = studio.find(find_case)
            proposal = AnswerLinks(secret).path(studio.find(find_proposal).id)
            studio.shoot("start-1280", "/", is_telephone=False, is_tall=True)
            studio.shoot("start-360", "/", is_telephone=True)
            asking = studio.tab(is_telephone=True)
            studio.ask(asking)
            studio.keep("asking-360", asking)
            studio.shoot("proposal-360", proposal, is_telephone=True)
            studio.shoot("case-1280", f"/werk/{case.id}", is_telephone=False, person_id=case.owner_id, is_tall=True)
            studio.shoot("figures-1280", "/cijfers", is_telephone=False, person_id=case.owner_id)
        database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go")
    take_all(parser.parse_args().folder)
