"""Signing in by a mailed link or a password, and out."""

import logging
import re
from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from marketplace import credentials, drafts, signing
from marketplace.database import Sessions
from marketplace.errors import LinkUsed, MarketplaceError, NotFound
from marketplace.links import SignInLinks
from marketplace.passwords import Hasher
from marketplace.permissions import Actor
from marketplace.queries import signing as queries
from marketplace.settings import Settings
from web import keeping, publishing
from web.cookies import Cookies, safe_path
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.credentials import read_back, read_secret
from web.forms.reading import read_line
from web.pages.signing import AskLinkPage, ConfirmPage, LinkUsedPage, MailSentPage

log = logging.getLogger(__name__)

# Whether an address exists only a mail can tell; this catches slips of the finger.
_LOOKS_LIKE_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_WRONG_EMAIL: Final = "Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."
_WRONG_PASSWORD: Final = "Dit wachtwoord hoort niet bij dit adres. Probeer het nog eens, of kies voor een link."  # noqa: S105
_TOO_LATE: Final = "U bent ingelogd. Wat u invulde is niet meer bewaard. Vul het nog eens in."
_NOT_TAKEN: Final = "U bent ingelogd. Wat u invulde kan nu niet meer zo. Kijk het nog eens na."
HOME: Final = "/mijn"
HOME_OF_STAFF: Final = "/werk"


def looks_like_email(typed: str) -> bool:
    """Whether this could be one address."""
    return len(typed) <= 254 and _LOOKS_LIKE_EMAIL.fullmatch(typed) is not None


class SigningController(Controller):
    """Open to everybody: nobody is signed in yet."""

    @get("/inloggen", sync_to_thread=True)
    def show(self, visit: Given[Visit], terug: FromQuery[str] = "") -> Answer:
        """Ask for an address. Who is signed in already goes on."""
        back = safe_path(terug)
        if visit.visitor is not None:
            return visit.redirect(back or _home(visit.visitor))
        return visit.render("signing/ask.html", AskLinkPage(back=back or ""))

    @post("/inloggen", sync_to_thread=True)
    def ask(self, visit: Given[Visit], data: URLEncodedBody[dict[str, str]], jar: Given[Cookies]) -> Answer:
        """Send a link, and say the same to everybody, in the same time: whoever it is, is looked up afterwards."""
        email, back = data.get("email", "").strip(), safe_path(data.get("terug"))
        if not looks_like_email(email):
            page = AskLinkPage(email=email, back=back or "", errors={"email": _WRONG_EMAIL})
            return visit.render("signing/ask.html", page, status=400)
        with visit.sessions.begin() as session:
            session.connection()  # a database that is away is said now, not after the answer
        visit.after_commit()
        response = visit.redirect("/kijk-in-uw-mail")
        response.background = BackgroundTask(_ask_link, visit.sessions, email, visit.site.municipality_id, visit.now)
        # The next answer on this connection would wait for that, and so tell how long it took.
        response.headers["Connection"] = "close"
        if back:
            response.set_cookie(jar.make_return(back))
        return response

    @post("/inloggen/wachtwoord", sync_to_thread=True)
    def sign_in_with_password(
        self, visit: Given[Visit], data: Typed, jar: Given[Cookies], hasher: Given[Hasher]
    ) -> Answer:
        """The right password signs in. A wrong one, a wrong address and somebody without a password look the same."""
        typed, back = read_line(data, "address"), read_back(data)
        password = read_secret(data, "password")
        problems = _missing(typed, password)
        person_id = None
        if not problems:
            address = signing.normalise_email(typed)
            person_id = credentials.check_password(
                visit.sessions,
                address=address,
                password=password,
                hasher=hasher,
                now=visit.now,
                client=keeping.client(visit.request),
            )
        if person_id is None:
            page = AskLinkPage(back=back, address=typed, errors=problems or {"password": _WRONG_PASSWORD})
            return visit.render("signing/ask.html", page, status=400)
        with visit.sessions.begin() as session:
            signed_in = signing.start(session, person_id, now=visit.now, device=keeping.device(visit.request))
            if before := visit.request.cookies.get(jar.sign_in):
                signing.end(session, before, now=visit.now)
            actor = Actor(person_id, roles=queries.list_roles(session, person_id, at=visit.now))
        response = visit.redirect(back or _home(actor))
        keeping.keep_sign_in(response, signed_in, jar=jar, now=visit.now)
        return response

    @get("/kijk-in-uw-mail", sync_to_thread=True)
    def sent(self, visit: Given[Visit], settings: Given[Settings]) -> Response[str]:
        """A mail is on its way."""
        postbox = "/postbus" if settings.keeps_mail_here else ""
        return visit.render("signing/sent.html", MailSentPage(postbox))

    @get("/inloggen/{token:str}", sync_to_thread=True)
    def open_link(self, visit: Given[Visit], token: FromPath[str], sign_in_links: Given[SignInLinks]) -> Response[str]:
        """The mailed link was opened: show the button that uses it, and use nothing yet."""
        link_id = sign_in_links.read(token)
        if link_id is None:
            return _used(visit)
        with visit.sessions.read() as session:
            try:
                link = signing.look_at(session, link_id=link_id, now=visit.now)
            except LinkUsed:
                return _used(visit, token)
            draft = queries.find_draft(session, link.draft_id) if link.draft_id else None
            page = ConfirmPage.of(visit.request.url.path, draft.kind if draft else None)
        return visit.render("signing/confirm.html", page)

    @post("/inloggen/{token:str}", sync_to_thread=True)
    def sign_in(
        self, visit: Given[Visit], token: FromPath[str], sign_in_links: Given[SignInLinks], jar: Given[Cookies]
    ) -> Answer:
        """Use the link: a new token for this browser, and what was being made is made."""
        link_id = sign_in_links.read(token)
        if link_id is None:
            return _used(visit)
        try:
            with visit.sessions.begin() as session:
                signed_in = signing.redeem(
                    session, link_id=link_id, now=visit.now, device=keeping.device(visit.request)
                )
                if before := visit.request.cookies.get(jar.sign_in):
                    signing.end(session, before, now=visit.now)
                actor = Actor(signed_in.person_id, roles=queries.list_roles(session, signed_in.person_id, at=visit.now))
                path, flash = _finish(session, signed_in.draft_id, actor, now=visit.now)
        except LinkUsed:
            return _used(visit, token)
        visit.after_commit()
        back = jar.read_return(visit.request.cookies.get(jar.return_to))
        response = visit.redirect(publishing.with_return(path, back) or back or _home(actor), flash=flash, kind="error")
        keeping.keep_sign_in(response, signed_in, jar=jar, now=visit.now)
        response.set_cookie(jar.clear(jar.return_to))
        return response

    @post("/inloggen/{token:str}/nieuw", sync_to_thread=True)
    def ask_again(self, visit: Given[Visit], token: FromPath[str], sign_in_links: Given[SignInLinks]) -> Redirect:
        """Send a new link to where the old one went."""
        link_id = sign_in_links.read(token)
        if link_id is None:
            return visit.redirect("/inloggen")
        with visit.sessions.begin() as session:
            signing.ask_again(session, link_id=link_id, municipality_id=visit.site.municipality_id, now=visit.now)
        visit.after_commit()
        return visit.redirect("/kijk-in-uw-mail")

    @post("/uitloggen", sync_to_thread=True)
    def sign_out(self, visit: Given[Visit], jar: Given[Cookies]) -> Redirect:
        """Sign out here, and leave nothing behind in this browser."""
        if token := visit.request.cookies.get(jar.sign_in):
            with visit.sessions.begin() as session:
                signing.end(session, token, now=visit.now)
        response = visit.redirect("/")
        response.set_cookie(jar.clear(jar.sign_in))
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


def _ask_link(sessions: Sessions, email: str, municipality_id: UUID, now: datetime) -> None:
    try:
        with sessions.begin() as session:
            signing.ask_link(session, email=email, municipality_id=municipality_id, now=now)
    except OperationalError:  # no mail comes, and the page says what to do then
        log.warning("a link to sign in was not sent: the database was not available")


def _missing(typed: str, password: str) -> dict[str, str]:
    problems = {} if looks_like_email(typed) else {"address": _WRONG_EMAIL}
    return problems if password else problems | {"password": "Vul uw wachtwoord in."}


def _used(visit: Visit, token: str = "") -> Response[str]:
    """Without the token we cannot tell whose link it was."""
    page = LinkUsedPage(action=f"/inloggen/{token}/nieuw" if token else "")
    return visit.render("signing/used.html", page, status=410)


def _finish(session: Session, draft_id: UUID | None, actor: Actor, *, now: datetime) -> tuple[str, str]:
    """Where to go, and what to say if what they typed cannot be taken any more. Signed in they are in any case."""
    if draft_id is None:
        return "", ""
    try:
        draft = drafts.take(session, draft_id, now=now)
    except NotFound:
        return "", _TOO_LATE
    try:
        with session.begin_nested():
            return publishing.publish(session, draft.id, actor=actor, now=now), ""
    except MarketplaceError:
        return publishing.FORMS[draft.kind], _NOT_TAKEN


def _home(actor: Actor) -> str:
    return HOME_OF_STAFF if actor.is_staff else HOME
