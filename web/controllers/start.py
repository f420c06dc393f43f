"""The page that everybody sees first."""

from typing import Final

from litestar import Controller, Response, get

from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.metrics.report import headline
from marketplace.queries.listing import list_open_cards
from web import dates
from web.dependencies import Given
from web.pages.cards import cards_of
from web.pages.start import StartPage
from web.rendering import HttpRequest, Site, render

CARDS: Final = 6
# Of fewer matches "of ten" would say something that the next one changes.
FEWEST_MATCHES: Final = 10


class StartController(Controller):
    """Open to everybody."""

    @get("/", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], site: Given[Site]
    ) -> Response[str]:
        """What kind of place this is, and two doors."""
        now = clock()
        with sessions.read() as session:
            rows = list_open_cards(session, municipality_id=site.municipality_id, now=now, limit=CARDS)
            figure = headline(session, municipality_id=site.municipality_id, now=now)
        page = StartPage(
            cards=cards_of(rows, today=dates.day_of(now)),
            of_ten=figure.of_ten if figure.matches >= FEWEST_MATCHES else None,
        )
        return render("start/start.html", page, request=request)
