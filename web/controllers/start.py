"""The page that everybody sees first."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from litestar import Controller, Response, get, post

from marketplace.database import Sessions
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.metrics.report import Headline, headline
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_line, read_place
from web.labels.problems import sentences_of
from web.pages.start import StartPage, find_nearby, read_start

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
    def show(self, visit: Given[Visit], jar: Given[Cookies]) -> Response[str]:
        """What kind of place this is, and two doors."""
        return visit.render("start/start.html", _read(visit, jar))

    @post("/dichtbij", sync_to_thread=True)
    def choose_place(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """From where "nearby" counts: kept in this browser alone, until it is told to forget."""
        typed, postcode = read_line(data, "postcode")[:20], ""
        if "vergeet" not in data:
            try:
                postcode = read_place(typed, EmbeddedGeocoder()).postcode
            except InvalidInput as refused:
                problems = sentences_of(refused.problems)
                page = _read(visit, jar, typed=typed, problems=problems)
                return visit.render("start/start.html", page, status=400)
        response = visit.redirect("/#buurt")
        response.cookies.append(jar.keep_choice(jar.nearby, postcode))
        return response


def _read(visit: Visit, jar: Cookies, *, typed: str = "", problems: dict[str, str] | None = None) -> StartPage:
    figure = _headlines.find(visit.sessions, visit.site.municipality_id, now=visit.now)
    of_ten = figure.of_ten if figure.matches >= FEWEST_MATCHES else None
    with visit.sessions.read() as session:
        nearby = find_nearby(
            session,
            visit.visitor,
            visit.request.cookies.get(jar.nearby, ""),
            municipality_id=visit.site.municipality_id,
            geocoder=EmbeddedGeocoder(),
        )
        return read_start(
            session,
            nearby,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            of_ten=of_ten,
            typed=typed,
            errors=problems,
            visitor_id=visit.visitor.person_id if visit.visitor else None,
        )
