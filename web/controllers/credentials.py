"""How I sign in: a password, another e-mail address, and for staff the code of a telephone."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import credentials, second_factor, signing
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import InvalidInput, LinkUsed, NotAllowed
from marketplace.links import AddressLinks
from marketplace.models import AttemptKind
from marketplace.passwords import Hasher
from marketplace.permissions import Actor
from marketplace.queries import credentials as queries
from marketplace.queries.people import get_person
from marketplace.second_factor import FactorKeys
from marketplace.settings import Settings
from marketplace.signing import Present
from web.controllers.sign_ins import HOME, Typed, is_staff, try_code
from web.controllers.signing import looks_like_email
from web.cookies import Cookies, safe_path
from web.dependencies import AfterCommit, Given
from web.errors import LINK_USED
from web.forms.credentials import read_back, read_code, read_secret
from web.forms.reading import read_line
from web.guards import requires_fresh_proof, requires_fresh_sign_in, requires_sign_in
from web.keeping import client, keep_sign_in
from web.labels.problems import sentences_of
from web.pages.credentials import (
    AddressPage,
    AddressSentPage,
    AddressTakenPage,
    CodePage,
    ConfirmAddressPage,
    PasswordPage,
    RecoveryCodesPage,
    RecoveryPage,
    SetUpPage,
)
from web.rendering import HttpRequest, Site, redirect, render

CODE: Final = "/inloggen/code"
SET_UP: Final = f"{HOME}/tweede-stap"


class CredentialsController(Controller):
    """What only the owner may change: each of these asks for a fresh proof first."""

    path = HOME
    guards = (requires_fresh_proof,)

    @get("/wachtwoord", sync_to_thread=True)
    def show_password(self, request: HttpRequest, sessions: Given[Sessions], present: Given[Present]) -> Response[str]:
        """Choose a password."""
        return render("credentials/password.html", _password_page(sessions, present), request=request)

    @post("/wachtwoord", sync_to_thread=True)
    def set_password(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        hasher: Given[Hasher],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Keep it; other devices are signed out."""
        try:
            credentials.set_password(
                sessions,
                actor=present.actor,
                password=read_secret(data, "password"),
                context=(site.municipality, site.organisation),
                hasher=hasher,
                municipality_id=site.municipality_id,
                now=clock(),
                keep=present.sign_in_id,
            )
        except InvalidInput as refused:
            page = _password_page(sessions, present, sentences_of(refused.problems))
            return render("credentials/password.html", page, request=request, status=400)
        after_commit()
        return redirect(HOME, request=request, flash="Uw wachtwoord is bewaard. Op andere apparaten bent u uitgelogd.")

    @post("/wachtwoord/weg", sync_to_thread=True)
    def remove_password(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """From now on by link."""
        with sessions.begin() as session:
            credentials.remove_password(
                session,
                actor=present.actor,
                municipality_id=site.municipality_id,
                now=clock(),
                keep=present.sign_in_id,
            )
        after_commit()
        return redirect(HOME, request=request, flash="Uw wachtwoord is weg. U logt nu in met een link.")

    @get("/adres", sync_to_thread=True)
    def show_address(self, request: HttpRequest, sessions: Given[Sessions], actor: Given[Actor]) -> Response[str]:
        """Give another address."""
        with sessions.read() as session:
            page = AddressPage(get_person(session, actor.person_id).email or "")
        return render("credentials/address.html", page, request=request)

    @post("/adres", sync_to_thread=True)
    def ask_address(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        site: Given[Site],
        settings: Given[Settings],
        after_commit: Given[AfterCommit],
    ) -> Response[str]:
        """Mail the new address, and say the same whoever has it."""
        typed = read_line(data, "email")
        try:
            with sessions.begin() as session:
                email = get_person(session, actor.person_id).email or ""
                _ask_address(session, typed, actor, site, clock)
        except InvalidInput as refused:
            page = AddressPage(email, typed, sentences_of(refused.problems))
            return render("credentials/address.html", page, request=request, status=400)
        after_commit()
        sent = AddressSentPage(typed, "/postbus" if settings.keeps_mail_here else "")
        return render("credentials/address_sent.html", sent, request=request)


def _ask_address(session: Session, typed: str, actor: Actor, site: Site, clock: Clock) -> None:
    if not looks_like_email(typed):
        raise InvalidInput({"email": "email_form"})
    credentials.ask_address(
        session,
        actor=actor,
        address=signing.normalise_email(typed),
        municipality_id=site.municipality_id,
        now=clock(),
    )


def _password_page(sessions: Sessions, present: Present, errors: dict[str, str] | None = None) -> PasswordPage:
    with sessions.read() as session:
        has_password = queries.find_password(session, present.actor.person_id) is not None
    return PasswordPage(has_password, is_staff(present), errors or {})


class AddressController(Controller):
    """The link that was mailed to a new address: its signed token is the key."""

    path = "/nieuw-adres"

    @get("/{token:str}", sync_to_thread=True)
    def look(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        address_links: Given[AddressLinks],
    ) -> Response[str]:
        """Show the button, and use nothing yet: mail scanners open links too."""
        with sessions.read() as session:
            email = credentials.look_at_address(session, link_id=_read(address_links, token), now=clock())
        page = ConfirmAddressPage(request.url.path, email)
        return render("credentials/confirm_address.html", page, request=request)

    @post("/{token:str}", sync_to_thread=True)
    def confirm(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        address_links: Given[AddressLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """From now on this is the address; the old one is told."""
        present = request.scope.get("auth")
        keep = present.sign_in_id if isinstance(present, Present) else None
        try:
            with sessions.begin() as session:
                credentials.confirm_address(
                    session,
                    link_id=_read(address_links, token),
                    municipality_id=site.municipality_id,
                    now=clock(),
                    keep=keep,
                )
        except InvalidInput:
            return render("credentials/address_taken.html", AddressTakenPage(), request=request, status=409)
        after_commit()
        return redirect(HOME, request=request, flash="Uw nieuwe e-mailadres is bewaard.")


def _read(links: AddressLinks, token: str) -> UUID:
    link_id = links.read(token)
    if link_id is None:
        raise LinkUsed(LINK_USED.title)
    return link_id


class CodeController(Controller):
    """Staff who signed in give the code of their telephone, or one from paper."""

    path = "/inloggen"
    guards = (requires_sign_in,)

    @get("/code", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], present: Given[Present], terug: FromQuery[str] = ""
    ) -> Response[str] | Redirect:
        """Ask for the code; who has no telephone set up does that first."""
        back = safe_path(terug) or ""
        if not present.lacks_second_factor:
            return redirect(back or HOME, request=request)
        if not _is_on(sessions, present):
            return redirect(SET_UP, request=request)
        return render("credentials/code.html", CodePage(back), request=request)

    @post("/code", sync_to_thread=True)
    def check(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
    ) -> Response[str] | Redirect:
        """The right code, for the first time, opens what is entrusted to staff."""
        now, back, code = clock(), read_back(data), read_code(data, "code")
        if not code:
            page = CodePage(back, sentences_of({"code": "code_missing"}))
            return render("credentials/code.html", page, request=request, status=400)
        if not try_code(sessions, present, code, keys=factor_keys, request=request, clock=clock):
            page = CodePage(back, sentences_of({"code": "code_wrong"}))
            return render("credentials/code.html", page, request=request, status=400)
        with sessions.begin() as session:
            signed_in = signing.prove(session, present.sign_in_id, now=now, with_second_factor=True)
        response = redirect(back or "/werk", request=request)
        keep_sign_in(response, signed_in, jar=jar, now=now)
        return response

    @get("/noodcode", sync_to_thread=True)
    def show_recovery(
        self, request: HttpRequest, sessions: Given[Sessions], present: Given[Present]
    ) -> Response[str] | Redirect:
        """The telephone is gone: ask for a code from paper."""
        if not _is_on(sessions, present):
            return redirect(SET_UP, request=request)
        return render("credentials/recovery.html", RecoveryPage(""), request=request)

    @post("/noodcode", sync_to_thread=True)
    def recover(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        factor_keys: Given[FactorKeys],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """The code is used up; the lost telephone counts no more and a new one is set up."""
        now, typed, person_id = clock(), read_line(data, "code"), present.actor.person_id
        credentials.count_try(sessions, str(person_id), AttemptKind.RECOVERY, now=now, client=client(request))
        with sessions.begin() as session:
            is_right = second_factor.recover(session, person_id, typed, keys=factor_keys, now=now)
            if is_right:
                credentials.changed(
                    session, person_id, municipality_id=site.municipality_id, now=now, keep=present.sign_in_id
                )
        if not is_right:
            page = RecoveryPage("", typed, sentences_of({"code": "recovery_wrong"}))
            return render("credentials/recovery.html", page, request=request, status=400)
        after_commit()
        return redirect(SET_UP, request=request, flash="Uw noodcode klopt. Zet nu een nieuwe telefoon klaar.")


class SecondFactorController(Controller):
    """Staff set up the telephone that gives their codes."""

    path = SET_UP
    guards = (requires_fresh_sign_in,)

    @get("/", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        present: Given[Present],
        site: Given[Site],
        settings: Given[Settings],
        factor_keys: Given[FactorKeys],
    ) -> Response[str] | Redirect:
        """Not begun, being set up, or done."""
        if not is_staff(present):
            raise NotAllowed("the second factor is for staff")
        if present.lacks_second_factor and _is_on(sessions, present):
            return redirect(f"{CODE}?terug={SET_UP}", request=request)
        page = _set_up_page(sessions, present, site, settings, factor_keys)
        return render("credentials/set_up.html", page, request=request)

    @post("/begin", sync_to_thread=True)
    def begin(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], present: Given[Present]
    ) -> Redirect:
        """Make a secret for a telephone; the one before counts until the new one gave a code."""
        if not is_staff(present):
            raise NotAllowed("the second factor is for staff")
        with sessions.begin() as session:
            second_factor.begin(
                session, actor=present.actor, has_second_factor=not present.lacks_second_factor, now=clock()
            )
        return redirect(SET_UP, request=request)

    @post("/klaar", sync_to_thread=True)
    def confirm(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        settings: Given[Settings],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """The telephone shows that it works; the codes for paper are shown this once."""
        now, person_id = clock(), present.actor.person_id
        credentials.count_try(sessions, str(person_id), AttemptKind.CODE, now=now, client=client(request))
        try:
            with sessions.begin() as session:
                codes = second_factor.confirm(
                    session,
                    actor=present.actor,
                    code=read_code(data, "code"),
                    keys=factor_keys,
                    has_second_factor=not present.lacks_second_factor,
                    now=now,
                )
                if codes:
                    credentials.changed(
                        session, person_id, municipality_id=site.municipality_id, now=now, keep=present.sign_in_id
                    )
                    signed_in = signing.prove(session, present.sign_in_id, now=now, with_second_factor=True)
        except NotAllowed:  # the button was pressed twice
            return redirect(SET_UP, request=request)
        if not codes:
            errors = sentences_of({"code": "code_wrong"})
            page = _set_up_page(sessions, present, site, settings, factor_keys, errors)
            return render("credentials/set_up.html", page, request=request, status=400)
        after_commit()
        response = render("credentials/codes.html", RecoveryCodesPage(codes, "/werk"), request=request)
        keep_sign_in(response, signed_in, jar=jar, now=now)
        return response

    @post("/noodcodes", sync_to_thread=True)
    def renew_codes(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        factor_keys: Given[FactorKeys],
        after_commit: Given[AfterCommit],
    ) -> Response[str]:
        """Ten new codes; those before mean nothing any more."""
        person_id = present.actor.person_id
        if present.lacks_second_factor or not is_staff(present):
            raise NotAllowed("codes are for who gave one of their telephone")
        with sessions.begin() as session:
            codes = second_factor.renew_recovery_codes(session, person_id, keys=factor_keys)
            credentials.changed(
                session, person_id, municipality_id=site.municipality_id, now=clock(), keep=present.sign_in_id
            )
        after_commit()
        return render("credentials/codes.html", RecoveryCodesPage(codes, HOME), request=request)


def _is_on(sessions: Sessions, present: Present) -> bool:
    with sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
    return factor is not None and factor.confirmed_at is not None


def _set_up_page(
    sessions: Sessions,
    present: Present,
    site: Site,
    settings: Settings,
    keys: FactorKeys,
    errors: dict[str, str] | None = None,
) -> SetUpPage:
    with sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
        return SetUpPage.of(
            factor,
            keys.secret(factor.next_seed) if factor else "",
            email=get_person(session, present.actor.person_id).email or "",
            site=f"{site.name} {site.municipality}",
            codes_left=queries.count_recovery_codes(session, present.actor.person_id),
            errors=errors,
        )
