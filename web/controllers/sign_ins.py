"""Where I am signed in, ending that, and showing once more that it is me."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from marketplace import credentials, second_factor, signing
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.models import AttemptKind
from marketplace.passwords import Hasher
from marketplace.permissions import Actor
from marketplace.queries import credentials as queries
from marketplace.queries.people import get_person
from marketplace.second_factor import FactorKeys
from marketplace.signing import Present
from web.cookies import Cookies, safe_path
from web.dependencies import AfterCommit, Given
from web.forms.credentials import read_back, read_code, read_secret
from web.guards import requires_sign_in
from web.keeping import client, keep_sign_in
from web.pages.credentials import ProofPage, SignInsPage, make_lines
from web.rendering import HttpRequest, Site, redirect, render

Typed = URLEncodedBody[dict[str, str | list[str]]]
HOME: Final = "/mijn/inloggen"
_WRONG_PASSWORD: Final = "Dit is niet uw wachtwoord. Probeer het nog eens, of vraag een link aan."  # noqa: S105
_WRONG_CODE: Final = "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code."


class SignInsController(Controller):
    """For whoever is signed in, about themselves."""

    path = HOME
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], present: Given[Present]
    ) -> Response[str]:
        """How I sign in, and where I am signed in."""
        now, person_id = clock(), present.actor.person_id
        with sessions.read() as session:
            factor = queries.find_second_factor(session, person_id)
            page = SignInsPage(
                email=get_person(session, person_id).email or "",
                has_password=queries.find_password(session, person_id) is not None,
                shows_second_factor=is_staff(present),
                has_second_factor=factor is not None and factor.confirmed_at is not None,
                codes_left=queries.count_recovery_codes(session, person_id),
                sign_ins=make_lines(
                    signing.list_running(session, person_id, now=now), here=present.sign_in_id, now=now
                ),
            )
        return render("credentials/sign_ins.html", page, request=request)

    @post("/{sign_in_id:uuid}/beeindigen", sync_to_thread=True)
    def end_one(
        self,
        request: HttpRequest,
        sign_in_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Redirect:
        """Sign out on another device."""
        with sessions.begin() as session:
            credentials.end_sign_in(session, sign_in_id, actor=actor, now=clock())
        return redirect(HOME, request=request, flash="Op dat apparaat bent u uitgelogd.")

    @post("/overal-uit", sync_to_thread=True)
    def end_others(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], present: Given[Present]
    ) -> Redirect:
        """Sign out everywhere but here."""
        with sessions.begin() as session:
            credentials.end_others(session, present.actor.person_id, keep=present.sign_in_id, now=clock())
        return redirect(HOME, request=request, flash="U bent nu alleen nog op dit apparaat ingelogd.")

    @get("/bevestigen", sync_to_thread=True)
    def ask_proof(
        self, request: HttpRequest, sessions: Given[Sessions], present: Given[Present], terug: FromQuery[str] = ""
    ) -> Response[str] | Redirect:
        """Ask once more who it is. Who showed that just now goes on."""
        back = safe_path(terug) or ""
        if present.is_fresh:
            return redirect(back or HOME, request=request)
        page = _proof_page(sessions, present, back)
        return render("credentials/proof.html", page, request=request)

    @post("/bevestigen", sync_to_thread=True)
    def prove(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        hasher: Given[Hasher],
        factor_keys: Given[FactorKeys],
        jar: Given[Cookies],
    ) -> Response[str] | Redirect:
        """A password or a code shows who it is."""
        now, back, code = clock(), read_back(data), read_code(data, "code")
        if code:
            is_right = try_code(sessions, present, code, keys=factor_keys, request=request, clock=clock)
        else:
            is_right = _try_password(sessions, present, read_secret(data, "password"), hasher, request, clock)
        if not is_right:
            errors = {"code": _WRONG_CODE} if code else {"password": _WRONG_PASSWORD}
            page = _proof_page(sessions, present, back, errors)
            return render("credentials/proof.html", page, request=request, status=400)
        with sessions.begin() as session:
            signed_in = signing.prove(session, present.sign_in_id, now=now, with_second_factor=bool(code))
        response = redirect(back or HOME, request=request)
        keep_sign_in(response, signed_in, jar=jar, now=now)
        return response

    @post("/bevestigen/link", sync_to_thread=True)
    def prove_by_link(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        present: Given[Present],
        site: Given[Site],
        jar: Given[Cookies],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """A link in one's own mailbox shows it too; it leads back to where one was going."""
        with sessions.begin() as session:
            if email := get_person(session, present.actor.person_id).email:
                signing.ask_link(session, email=email, municipality_id=site.municipality_id, now=clock())
        after_commit()
        response = redirect("/kijk-in-uw-mail", request=request)
        response.set_cookie(jar.make_return(read_back(data) or HOME))
        return response


def is_staff(present: Present) -> bool:
    """Whether somebody has a role here, used or not."""
    return bool(present.actor.roles) or present.owes_second_factor


def try_code(
    sessions: Sessions, present: Present, code: str, *, keys: FactorKeys, request: HttpRequest, clock: Clock
) -> bool:
    """Count one try of a code, and look whether it is right. Raises TooManyTries."""
    now, person_id = clock(), present.actor.person_id
    noted = credentials.count_try(sessions, str(person_id), AttemptKind.CODE, now=now, client=client(request))
    with sessions.begin() as session:
        is_right = second_factor.check(session, person_id, code, keys=keys, now=now)
    if is_right:
        credentials.mark_good(sessions, noted)
    return is_right


def _try_password(
    sessions: Sessions, present: Present, password: str, hasher: Hasher, request: HttpRequest, clock: Clock
) -> bool:
    with sessions.read() as session:
        address = get_person(session, present.actor.person_id).email or ""
    found = credentials.check_password(
        sessions, address=address, password=password, hasher=hasher, now=clock(), client=client(request)
    )
    return found == present.actor.person_id


def _proof_page(sessions: Sessions, present: Present, back: str, errors: dict[str, str] | None = None) -> ProofPage:
    with sessions.read() as session:
        factor = queries.find_second_factor(session, present.actor.person_id)
        return ProofPage(
            back,
            has_password=queries.find_password(session, present.actor.person_id) is not None,
            has_second_factor=factor is not None and factor.confirmed_at is not None,
            errors=errors or {},
        )
