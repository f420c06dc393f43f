"""The page that everybody sees first."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from litestar import Controller, Response, get

from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.metrics.report import Headline, headline
from marketplace.queries.listing import list_open_cards
from web import dates
from web.dependencies import Given
from web.pages.cards import cards_of
from web.pages.start import StartPage
from web.rendering import HttpRequest, Site, render

CARDS: Final = 6
# Of fewer matches "of ten" would say something that the next one changes.
FEWEST_MATCHES: Final = 10
# The figure reads months of events and hardly moves in an hour; the page that everybody opens must not wait for it.
KEPT_FOR: Final = timedelta(hours=1)


class _KeptHeadlines:
    """The figure of each municipality as it was reckoned last, for each database."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Sessions, dict[UUID, tuple[datetime, Headline]]] = WeakKeyDictionary()

    def find(self, sessions: Sessions, municipality_id: UUID, *, now: datetime) -> Headline:
        """As it is, or was at most an hour ago. Two who come at once may both reckon it: no harm."""
        kept = self._kept.setdefault(sessions, {})
        at, figure = kept.get(municipality_id, (None, None))
        if at is None or figure is None or not at <= now < at + KEPT_FOR:
            with sessions.read() as session:
                figure = headline(session, municipality_id=municipality_id, now=now)
            kept[municipality_id] = (now, figure)
        return figure


_headlines: Final = _KeptHeadlines()


class StartController(Controller):
    """Open to everybody."""

    @get("/", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], site: Given[Site]
    ) -> Response[str]:
        """What kind of place this is, and two doors."""
        now = clock()
        figure = _headlines.find(sessions, site.municipality_id, now=now)
        with sessions.read() as session:
            rows = list_open_cards(session, municipality_id=site.municipality_id, now=now, limit=CARDS)
        page = StartPage(
            cards=cards_of(rows, today=dates.day_of(now)),
            of_ten=figure.of_ten if figure.matches >= FEWEST_MATCHES else None,
        )
        return render("start/start.html", page, request=request)
