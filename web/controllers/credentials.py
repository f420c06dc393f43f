"""How I sign in: a password, another e-mail address, and for staff the code of a telephone."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import credentials, second_factor, signing
from marketplace.errors import InvalidInput, LinkUsed, NotAllowed
from marketplace.links import AddressLinks
from marketplace.models import AttemptKind
from marketplace.passwords import Hasher
from marketplace.queries import credentials as queries
from marketplace.queries.people import get_person
from marketplace.second_factor import FactorKeys
from marketplace.settings import Settings
from marketplace.signing import Present
from web.controllers.sign_ins import HOME, is_staff, try_code
from web.controllers.signing import looks_like_email
from web.cookies import Cookies, safe_path
from web.dependencies import Answer, Given, Typed, Visit
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

CODE: Final = "/inloggen/code"
SET_UP: Final = f"{HOME}/tweede-stap"


class CredentialsController(Controller):
    """What only the owner may change: each of these asks for a fresh proof first."""

    path = HOME
    guards = (requires_fresh_proof,)

    @get("/wachtwoord", sync_to_thread=True)
    def show_password(self, visit: Given[Visit], present: Given[Present]) -> Response[str]:
        """Choose a password."""
        return visit.render("credentials/password.html", _password_page(visit, present))

    @post("/wachtwoord", sync_to_thread=True)
    def set_password(self, visit: Given[Visit], data: Typed, present: Given[Present], hasher: Given[Hasher]) -> Answer:
        """Keep it; other devices are signed out."""
        try:
            credentials.set_password(
                visit.sessions,
                actor=present.actor,
                password=read_secret(data, "password"),
                context=(visit.site.municipality, visit.site.organisation),
                hasher=hasher,
                municipality_id=visit.site.municipality_id,
                now=visit.now,
                keep=present.sign_in_id,
            )
        except InvalidInput as refused:
            page = _password_page(visit, present, sentences_of(refused.problems))
            return visit.render("credentials/password.html", page, status=400)
        visit.after_commit()
        return visit.redirect(HOME, flash="Uw wachtwoord is bewaard. Op andere apparaten bent u uitgelogd.")

    @post("/wachtwoord/weg", sync_to_thread=True)
    def remove_password(self, visit: Given[Visit], present: Given[Present]) -> Redirect:
        """From now on by link."""
        with visit.sessions.begin() as session:
            credentials.remove_password(
                session,
                actor=present.actor,
                municipality_id=visit.site.municipality_id,
                now=visit.now,
                keep=present.sign_in_id,
            )
        visit.after_commit()
        return visit.redirect(HOME, flash="Uw wachtwoord is weg. U logt nu in met een link.")

    @get("/adres", sync_to_thread=True)
    def show_address(self, visit: Given[Visit]) -> Response[str]:
        """Give another address."""
        with visit.sessions.read() as session:
            page = AddressPage(get_person(session, visit.actor.person_id).email or "")
        return visit.render("credentials/address.html", page)

    @post("/adres", sync_to_thread=True)
    def ask_address(self, visit: Given[Visit], data: Typed, settings: Given[Settings]) -> Response[str]:
        """Mail the new address, and say the same whoever has it."""
        typed = read_line(data, "email")
        try:
            with visit.sessions.begin() as session:
                email = get_person(session, visit.actor.person_id).email or ""
                _ask_address(visit, session, typed)
        except InvalidInput as refused:
            page = AddressPage(email, typed, sentences_of(refused.problems))
            return visit.render("credentials/address.html", page, status=400)
        visit.after_commit()
        sent = AddressSentPage(typed, "/postbus" if settings.keeps_mail_here else "")
        return visit.render("credentials/address_sent.html", sent)


def _ask_address(visit: Visit, session: Session, typed: str) -> None:
    if not looks_like_email(typed):
        raise InvalidInput({"email": "email_form"})
    credentials.ask_address(
        session,
        actor=visit.actor,
        address=signing.normalise_email(typed),
        municipality_id=visit.site.municipality_id,
        now=visit.now,
    )


def _password_page(visit: Visit, present: Present, errors: dict[str, str] | None = None) -> PasswordPage:
    with visit.sessions.read() as session:
        has_password = queries.find_password(session, present.actor.person_id) is not None
    return PasswordPage(has_password, is_staff(present), errors or {})


class AddressController(Controller):
    """The link that was mailed to a new address: its signed token is the key."""

    path = "/nieuw-adres"

    @get("/{token:str}", sync_to_thread=True)
    def look(self, visit: Given[Visit], token: FromPath[str], address_links: Given[AddressLinks]) -> Response[str]:
        """Show the button, and use nothing yet: mail scanners open links too."""
        with visit.sessions.read() as session:
            email = credentials.look_at_address(session, link_id=_read(address_links, token), now=visit.now)
        page = ConfirmAddressPage(visit.request.url.path, email)
        return visit.render("credentials/confirm_address.html", page)

    @post("/{token:str}", sync_to_thread=True)
    def confirm(self, visit: Given[Visit], token: FromPath[str], address_links: Given[AddressLinks]) -> Answer:
        """From now on this is the address; the old one is told."""
        present = visit.request.scope.get("auth")
        keep = present.sign_in_id if isinstance(present, Present) else None
        try:
            with visit.sessions.begin() as session:
                credentials.confirm_address(
                    session,
                    link_id=_read(address_links, token),
                    municipality_id=visit.site.municipality_id,
                    now=visit.now,
                    keep=keep,
                )
        except InvalidInput:
            return visit.render("credentials/address_taken.html", AddressTakenPage(), status=409)
        visit.after_commit()
        return visit.redirect(HOME, flash="Uw nieuwe e-mailadres is bewaard.")


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
    def show(self, visit: Given[Visit], present: Given[Present], terug: FromQuery[str] = "") -> Answer:
        """Ask for the code; who has no telephone set up does that first."""
        back = safe_path(terug) or ""
        if not present.lacks_second_factor:
            return visit.redirect(back or HOME)
        if not _is_on(visit, present):
            return visit.redirect(SET_UP)
        return visit.render("credentials/code.html", CodePage(back))

    @post("/code", sync_to_thread=True)
    def check(
        self,
        visit: Given[Visit],
        data: Typed,
        present: Given[Present],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
    ) -> Answer:
        """The right code, for the first time, opens what is entrusted to staff."""
        back, code = read_back(data), read_code(data, "code")
        if not code:
            page = CodePage(back, sentences_of({"code": "code_missing"}))
            return visit.render("credentials/code.html", page, status=400)
        if not try_code(visit, present, code, keys=factor_keys):
            page = CodePage(back, sentences_of({"code": "code_wrong"}))
            return visit.render("credentials/code.html", page, status=400)
        with visit.sessions.begin() as session:
            signed_in = signing.prove(session, present.sign_in_id, now=visit.now, with_second_factor=True)
        response = visit.redirect(back or "/werk")
        keep_sign_in(response, signed_in, jar=jar, now=visit.now)
        return response

    @get("/noodcode", sync_to_thread=True)
    def show_recovery(self, visit: Given[Visit], present: Given[Present]) -> Answer:
        """The telephone is gone: ask for a code from paper."""
        if not _is_on(visit, present):
            return visit.redirect(SET_UP)
        return visit.render("credentials/recovery.html", RecoveryPage(""))

    @post("/noodcode", sync_to_thread=True)
    def recover(
        self, visit: Given[Visit], data: Typed, present: Given[Present], factor_keys: Given[FactorKeys]
    ) -> Answer:
        """The code is used up; the lost telephone counts no more and a new one is set up."""
        typed, person_id = read_line(data, "code"), present.actor.person_id
        credentials.count_try(
            visit.sessions, str(person_id), AttemptKind.RECOVERY, now=visit.now, client=client(visit.request)
        )
        with visit.sessions.begin() as session:
            is_right = second_factor.recover(session, person_id, typed, keys=factor_keys, now=visit.now)
            if is_right:
                _changed(visit, session, present)
        if not is_right:
            page = RecoveryPage("", typed, sentences_of({"code": "recovery_wrong"}))
            return visit.render("credentials/recovery.html", page, status=400)
        visit.after_commit()
        return visit.redirect(SET_UP, flash="Uw noodcode klopt. Zet nu een nieuwe telefoon klaar.")


class SecondFactorController(Controller):
    """Staff set up the telephone that gives their codes."""

    path = SET_UP
    guards = (requires_fresh_sign_in,)

    @get("/", sync_to_thread=True)
    def show(
        self, visit: Given[Visit], present: Given[Present], settings: Given[Settings], factor_keys: Given[FactorKeys]
    ) -> Answer:
        """Not begun, being set up, or done."""
        if not is_staff(present):
            raise NotAllowed("the second factor is for staff")
        if present.lacks_second_factor and _is_on(visit, present):
            return visit.redirect(f"{CODE}?terug={SET_UP}")
        page = _set_up_page(visit, present, settings, factor_keys)
        return visit.render("credentials/set_up.html", page)

    @post("/begin", sync_to_thread=True)
    def begin(self, visit: Given[Visit], present: Given[Present]) -> Redirect:
        """Make a secret for a telephone; the one before counts until the new one gave a code."""
        if not is_staff(present):
            raise NotAllowed("the second factor is for staff")
        with visit.sessions.begin() as session:
            second_factor.begin(
                session, actor=present.actor, has_second_factor=not present.lacks_second_factor, now=visit.now
            )
        return visit.redirect(SET_UP)

    @post("/klaar", sync_to_thread=True)
    def confirm(
        self,
        visit: Given[Visit],
        data: Typed,
        present: Given[Present],
        settings: Given[Settings],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
    ) -> Answer:
        """The telephone shows that it works; the codes for paper are shown this once."""
        person_id = present.actor.person_id
        credentials.count_try(
            visit.sessions, str(person_id), AttemptKind.CODE, now=visit.now, client=client(visit.request)
        )
        try:
            with visit.sessions.begin() as session:
                codes = second_factor.confirm(
                    session,
                    actor=present.actor,
                    code=read_code(data, "code"),
                    keys=factor_keys,
                    has_second_factor=not present.lacks_second_factor,
                    now=visit.now,
                )
                if codes:
                    _changed(visit, session, present)
                    signed_in = signing.prove(session, present.sign_in_id, now=visit.now, with_second_factor=True)
        except NotAllowed:  # the button was pressed twice
            return visit.redirect(SET_UP)
        if not codes:
            errors = sentences_of({"code": "code_wrong"})
            page = _set_up_page(visit, present, settings, factor_keys, errors)
            return visit.render("credentials/set_up.html", page, status=400)
        visit.after_commit()
        response = visit.render("credentials/codes.html", RecoveryCodesPage(codes, "/werk"))
        keep_sign_in(response, signed_in, jar=jar, now=visit.now)
        return response

    @post("/noodcodes", sync_to_thread=True)
    def renew_codes(
        self, visit: Given[Visit], present: Given[Present], factor_keys: Given[FactorKeys]
    ) -> Response[str]:
        """Ten new codes; those before mean nothing any more."""
        person_id = present.actor.person_id
        if present.lacks_second_factor or not is_staff(present):
            raise NotAllowed("codes are for who gave one of their telephone")
        with visit.sessions.begin() as session:
            codes = second_factor.renew_recovery_codes(session, person_id, keys=factor_keys)
            _changed(visit, session, present)
        visit.after_commit()
        return visit.render("credentials/codes.html", RecoveryCodesPage(codes, HOME))


def _changed(visit: Visit, session: Session, present: Present) -> None:
    """How they sign in is not what it was: other devices are signed out, and they are told."""
    credentials.changed(
        session,
        present.actor.person_id,
        municipality_id=visit.site.municipality_id,
        now=visit.now,
        keep=present.sign_in_id,
    )


def _is_on(visit: Visit, present: Present) -> bool:
    with visit.sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
    return factor is not None and factor.confirmed_at is not None


def _set_up_page(
    visit: Visit, present: Present, settings: Settings, keys: FactorKeys, errors: dict[str, str] | None = None
) -> SetUpPage:
    with visit.sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
        return SetUpPage.of(
            factor,
            keys.secret(factor.next_seed) if factor else "",
            email=get_person(session, present.actor.person_id).email or "",
            site=f"{visit.site.name} {visit.site.municipality}",
            codes_left=queries.count_recovery_codes(session, present.actor.person_id),
            errors=errors,
        )
