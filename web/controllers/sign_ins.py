"""Where I am signed in, ending that, and showing once more that it is me."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace import credentials, second_factor, signing
from marketplace.models import AttemptKind
from marketplace.passwords import Hasher
from marketplace.queries import credentials as queries
from marketplace.queries.people import get_person
from marketplace.second_factor import FactorKeys
from marketplace.signing import Present
from web.cookies import Cookies, safe_path
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.credentials import read_back, read_code, read_secret
from web.guards import requires_sign_in
from web.keeping import client, keep_sign_in
from web.pages.credentials import ProofPage, SignInsPage, make_lines

HOME: Final = "/mijn/inloggen"
_WRONG_PASSWORD: Final = "Dit is niet uw wachtwoord. Probeer het nog eens, of vraag een link aan."  # noqa: S105
_WRONG_CODE: Final = "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code."


class SignInsController(Controller):
    """For whoever is signed in, about themselves."""

    path = HOME
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], present: Given[Present]) -> Response[str]:
        """How I sign in, and where I am signed in."""
        person_id = present.actor.person_id
        with visit.sessions.read() as session:
            factor = queries.find_second_factor(session, person_id)
            page = SignInsPage(
                email=get_person(session, person_id).email or "",
                has_password=queries.find_password(session, person_id) is not None,
                shows_second_factor=is_staff(present),
                has_second_factor=factor is not None and factor.confirmed_at is not None,
                codes_left=queries.count_recovery_codes(session, person_id),
                sign_ins=make_lines(
                    signing.list_running(session, person_id, now=visit.now), here=present.sign_in_id, now=visit.now
                ),
            )
        return visit.render("credentials/sign_ins.html", page)

    @post("/{sign_in_id:uuid}/beeindigen", sync_to_thread=True)
    def end_one(self, visit: Given[Visit], sign_in_id: FromPath[UUID]) -> Redirect:
        """Sign out on another device."""
        with visit.sessions.begin() as session:
            credentials.end_sign_in(session, sign_in_id, actor=visit.actor, now=visit.now)
        return visit.redirect(HOME, flash="Op dat apparaat bent u uitgelogd.")

    @post("/overal-uit", sync_to_thread=True)
    def end_others(self, visit: Given[Visit], present: Given[Present]) -> Redirect:
        """Sign out everywhere but here."""
        with visit.sessions.begin() as session:
            credentials.end_others(session, present.actor.person_id, keep=present.sign_in_id, now=visit.now)
        return visit.redirect(HOME, flash="U bent nu alleen nog op dit apparaat ingelogd.")

    @get("/bevestigen", sync_to_thread=True)
    def ask_proof(self, visit: Given[Visit], present: Given[Present], terug: FromQuery[str] = "") -> Answer:
        """Ask once more who it is. Who showed that just now goes on."""
        back = safe_path(terug) or ""
        if present.is_fresh:
            return visit.redirect(back or HOME)
        page = _proof_page(visit, present, back)
        return visit.render("credentials/proof.html", page)

    @post("/bevestigen", sync_to_thread=True)
    def prove(
        self,
        visit: Given[Visit],
        data: Typed,
        present: Given[Present],
        hasher: Given[Hasher],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
    ) -> Answer:
        """A password or a code shows who it is."""
        back, code = read_back(data), read_code(data, "code")
        if code:
            is_right = try_code(visit, present, code, keys=factor_keys)
        else:
            is_right = _try_password(visit, present, read_secret(data, "password"), hasher)
        if not is_right:
            errors = {"code": _WRONG_CODE} if code else {"password": _WRONG_PASSWORD}
            page = _proof_page(visit, present, back, errors)
            return visit.render("credentials/proof.html", page, status=400)
        with visit.sessions.begin() as session:
            signed_in = signing.prove(session, present.sign_in_id, now=visit.now, with_second_factor=bool(code))
        response = visit.redirect(back or HOME)
        keep_sign_in(response, signed_in, jar=jar, now=visit.now)
        return response

    @post("/bevestigen/link", sync_to_thread=True)
    def prove_by_link(self, visit: Given[Visit], data: Typed, present: Given[Present], jar: Given[Cookies]) -> Redirect:
        """A link in one's own mailbox shows it too; it leads back to where one was going."""
        with visit.sessions.begin() as session:
            if email := get_person(session, present.actor.person_id).email:
                signing.ask_link(session, email=email, municipality_id=visit.site.municipality_id, now=visit.now)
        visit.after_commit()
        response = visit.redirect("/kijk-in-uw-mail")
        response.set_cookie(jar.make_return(read_back(data) or HOME))
        return response


def is_staff(present: Present) -> bool:
    """Whether somebody has a role here, used or not."""
    return bool(present.actor.roles) or present.owes_second_factor


def try_code(visit: Visit, present: Present, code: str, *, keys: FactorKeys) -> bool:
    """Count one try of a code, and look whether it is right. Raises TooManyTries."""
    person_id = present.actor.person_id
    noted = credentials.count_try(
        visit.sessions, str(person_id), AttemptKind.CODE, now=visit.now, client=client(visit.request)
    )
    with visit.sessions.begin() as session:
        is_right = second_factor.check(session, person_id, code, keys=keys, now=visit.now)
    if is_right:
        credentials.mark_good(visit.sessions, noted)
    return is_right


def _try_password(visit: Visit, present: Present, password: str, hasher: Hasher) -> bool:
    with visit.sessions.read() as session:
        address = get_person(session, present.actor.person_id).email or ""
    found = credentials.check_password(
        visit.sessions, address=address, password=password, hasher=hasher, now=visit.now, client=client(visit.request)
    )
    return found == present.actor.person_id


def _proof_page(visit: Visit, present: Present, back: str, errors: dict[str, str] | None = None) -> ProofPage:
    with visit.sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
        return ProofPage(
            back,
            has_password=queries.find_password(session, present.actor.person_id) is not None,
            has_second_factor=factor is not None and factor.confirmed_at is not None,
            errors=errors or {},
        )
