"""What people read when something is refused or goes wrong. Facts come from exceptions, words from here."""

import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from litestar import Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from marketplace import errors
from web.cookies import safe_path
from web.guards import ProofNeeded, SecondFactorOwed
from web.rendering import HttpRequest, render

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """One title, one or two sentences, one way on."""

    title: str
    sentences: tuple[str, ...]
    action: str = "Naar de voorpagina"
    href: str = "/"
    reference: str = ""


NOT_FOUND = ErrorPage(
    "Deze pagina is er niet",
    ("Misschien is de link oud, of is er een letter weggevallen.", "Kijk op de voorpagina, of bel ons."),
)
NOT_ALLOWED = ErrorPage(
    "Deze pagina is niet voor u",
    ("U bent ingelogd met een naam die dit niet mag zien.", "Klopt dat niet? Bel ons."),
    "Naar mijn pagina",
    "/mijn",
)
OVERTAKEN = ErrorPage(
    "Iemand was u net voor",
    ("Er is intussen iets veranderd. Er is nu niets gebeurd.", "Open de pagina opnieuw. Dan ziet u hoe het staat."),
)
NOT_NOW = ErrorPage(
    "Dit kan nu niet meer",
    ("De stand is intussen anders. Er is nu niets gebeurd.", "Open de pagina opnieuw. Dan ziet u hoe het staat."),
)
SLOT_TAKEN = ErrorPage(
    "Er is al iemand gevonden",
    ("Dank u wel dat u wilt helpen.", "Deze hulpvraag heeft nu genoeg mensen. Er zijn er nog meer."),
    "Bekijk andere hulpvragen",
    "/hulpvragen",
)
NO_ROOM = ErrorPage(
    "U helpt al genoeg mensen",
    ("U hebt gezegd hoeveel mensen u tegelijk wilt helpen. Dat aantal is bereikt.", "U kunt dit zelf veranderen."),
    "Naar mijn pagina",
    "/mijn",
)
SHIFTS_OVERLAP = ErrorPage(
    "U helpt op dat moment al ergens anders",
    ("Om deze tijd hebt u al een andere dienst.", "Wilt u liever deze? Zeg dan eerst de andere af."),
    "Naar mijn pagina",
    "/mijn",
)
LAPSED = ErrorPage(
    "De tijd om te antwoorden is voorbij",
    ("Dank u wel dat u toch nog keek.", "Iemand anders is gevraagd. Er zijn nog meer hulpvragen."),
    "Bekijk andere hulpvragen",
    "/hulpvragen",
)
LINK_USED = ErrorPage(
    "Deze link werkt niet meer",
    ("Een link werkt één keer, en tien minuten lang.", "Vraag een nieuwe link aan. Dat kost één minuut."),
    "Vraag een nieuwe link aan",
    "/inloggen",
)
DOES_NOT_FIT = ErrorPage(
    "Deze hulpvraag past niet bij uw aanbod",
    ("Dank u wel dat u wilt helpen.", "Bij deze hulpvraag is iets anders nodig. Er zijn nog meer hulpvragen."),
    "Bekijk andere hulpvragen",
    "/hulpvragen",
)
WRONG_INPUT = ErrorPage(
    "Er klopt iets niet in wat u invulde", ("Ga terug en kijk het nog eens na.", "Lukt het niet? Bel ons.")
)
STALE_FORM = ErrorPage(
    "Deze pagina stond te lang open",
    ("Er is niets gebeurd en niets verstuurd.", "Open de pagina opnieuw en probeer het nog eens."),
)
BUSY = ErrorPage(
    "Het is nu even druk",
    ("Er is niets kwijt, maar wij konden dit niet opslaan.", "Wacht een halve minuut en probeer het nog eens."),
)
BROKEN = ErrorPage(
    "Er ging bij ons iets mis",
    ("Dat ligt niet aan u. Probeer het straks nog eens.", "Blijft het zo? Bel ons en noem dit nummer."),
)
WRONG_REQUEST = ErrorPage("Dit lukt zo niet", ("Ga terug en probeer het op een andere manier.", "Of bel ons."))
TOO_OFTEN = ErrorPage("Dat was wat vaak", ("Wacht een paar minuten en probeer het nog eens.",))
TOO_MANY_TRIES = ErrorPage(
    "Dat was te vaak",
    ("Wij kijken een kwartier niet meer naar wachtwoorden en codes.", "Met een link in uw mail kunt u wel inloggen."),
    "Stuur mij een link",
    "/inloggen",
)

ACCOUNT_BLOCKED = ErrorPage(
    "Dit account is geblokkeerd",
    ("Hier kan nu geen vraag of aanbod bij.", "Is dat niet goed? Bel ons. Dan kijken wij er samen naar."),
)

_REFUSALS: dict[type[Exception], tuple[int, ErrorPage]] = {
    errors.NotFound: (404, NOT_FOUND),
    errors.NotAllowed: (403, NOT_ALLOWED),
    errors.InvalidInput: (400, WRONG_INPUT),
    errors.IllegalTransition: (409, NOT_NOW),
    errors.Overtaken: (409, OVERTAKEN),
    errors.SlotTaken: (409, SLOT_TAKEN),
    errors.NoRoom: (409, NO_ROOM),
    errors.ShiftsOverlap: (409, SHIFTS_OVERLAP),
    errors.DoesNotFit: (409, DOES_NOT_FIT),
    errors.ProposalLapsed: (410, LAPSED),
    errors.LinkUsed: (410, LINK_USED),
    errors.TooManyTries: (429, TOO_MANY_TRIES),
    errors.AccountBlocked: (409, ACCOUNT_BLOCKED),
    errors.MarketplaceError: (409, NOT_NOW),
}
_BY_STATUS = {
    400: WRONG_REQUEST,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: WRONG_REQUEST,
    413: WRONG_REQUEST,
    429: TOO_OFTEN,
}

# What the framework calls it when a form is sent twice and the browser gives up the first: a double tap, not a bug.
_HUNG_UP: Final = "client disconnected prematurely"

_Handler = Callable[[HttpRequest, Any], Response[Any]]


def handlers() -> ExceptionHandlersMap:
    """Which exception becomes which page."""
    refused: dict[int | type[Exception], _Handler] = {kind: _refusal(*answer) for kind, answer in _REFUSALS.items()}
    return {
        **refused,
        NotAuthorizedException: sign_in_first,
        SecondFactorOwed: second_factor_first,
        ProofNeeded: proof_first,
        OperationalError: busy,
        NoConnection: busy,
        HTTPException: by_status,
        Exception: broken,
    }


def _refusal(status: int, page: ErrorPage) -> _Handler:
    def refuse(request: HttpRequest, _refused: Exception) -> Response[Any]:
        return render("errors/error.html", page, request=request, status=status)

    return refuse


def sign_in_first(request: HttpRequest, _refused: NotAuthorizedException) -> Response[Any]:
    """Somebody has to sign in; afterwards they come back to where they were going."""
    return _first("/inloggen", 401, request)


def second_factor_first(request: HttpRequest, _refused: SecondFactorOwed) -> Response[Any]:
    """Staff have to give the code of their telephone; afterwards they come back."""
    return _first("/inloggen/code", 403, request)


def proof_first(request: HttpRequest, _refused: ProofNeeded) -> Response[Any]:
    """Somebody has to prove anew who they are; afterwards they come back."""
    return _first("/mijn/inloggen/bevestigen", 403, request)


def _first(page: str, status: int, request: HttpRequest) -> Response[Any]:
    back = _whence(request)
    href = f"{page}?terug={quote(back, safe='/')}" if back else page
    if request.headers.get("HX-Request"):  # a redirect would land inside the piece of page that htmx fetches
        return Response("", status_code=status, headers={"HX-Redirect": href})
    return Response("", status_code=303, headers={"Location": href})


def _whence(request: HttpRequest) -> str | None:
    """The page itself where it can be asked for again, else the page that the form stood on."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        query = request.scope["query_string"].decode("latin-1")
        return safe_path(request.scope["path"] + (f"?{query}" if query else ""))
    return safe_path(urlsplit(request.headers.get("Referer", "")).path)


def by_status(request: HttpRequest, refused: HTTPException) -> Response[Any]:
    """What the framework refuses: unknown pages, wrong methods, stale forms."""
    if refused.detail == _HUNG_UP:
        log.info("whoever asked left while sending, on %s", _route(request))
        return Response("", status_code=400)  # nobody is there to read a page
    if refused.status_code >= 500:
        return broken(request, refused)
    page = _BY_STATUS.get(refused.status_code, WRONG_REQUEST)
    if refused.status_code == 403 and "CSRF" in refused.detail:
        page = STALE_FORM
    headers = {name: value for name, value in (refused.headers or {}).items() if name.lower() == "allow"}
    return render("errors/error.html", page, request=request, status=refused.status_code, headers=headers)


def busy(request: HttpRequest, refused: Exception) -> Response[Any]:
    """The database is locked, full of connections, or away."""
    log.warning("database not available: %s on %s", type(refused).__name__, _route(request))
    return render("errors/error.html", BUSY, request=request, status=503, headers={"Retry-After": "30"})


def broken(request: HttpRequest, failure: Exception) -> Response[Any]:
    """A bug. The log gets where it happened and a number to find it by; messages may hold what people typed."""
    reference = secrets.token_hex(4)
    frames = "".join(traceback.format_tb(failure.__traceback__))
    log.error("%s on %s (%s)\n%s", type(failure).__qualname__, _route(request), reference, frames)
    page = ErrorPage(BROKEN.title, BROKEN.sentences, BROKEN.action, BROKEN.href, reference)
    return render("errors/error.html", page, request=request, status=500)


def _route(request: HttpRequest) -> str:
    """The method and the pattern of the route: a path itself may hold a token."""
    handler = dict(request.scope).get("route_handler")
    return f"{request.method} {'|'.join(sorted(getattr(handler, 'paths', ())))}"
