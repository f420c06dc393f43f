"""Asking for help: one question a page. Answers wait in a draft that only this browser's cookie finds."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import drafts, signing
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import NotFound
from marketplace.models import Draft, DraftKind
from marketplace.permissions import Actor
from marketplace.queries import market, offers, people
from marketplace.queries.signing import find_draft
from marketplace.settings import Settings
from matching.skills import SkillTable
from matching.text import guess_skills
from web import dates, publishing
from web.cookies import Cookies
from web.dependencies import AfterCommit, Given
from web.forms.asking import KEEPERS, Step, check_step, first_open_step, preferred_of
from web.forms.asking_parts import Answers, is_ride
from web.labels.problems import sentences_of
from web.pages import asking as pages
from web.pages.asking import address_of
from web.rendering import HttpRequest, Site, redirect, render

COOKIE: Final = "vraag"
SUGGESTIONS: Final = 3
_KEPT_S: Final = int(drafts.KEPT_FOR.total_seconds())
_START: Final = "Begin hier met uw vraag. Daarna gaan wij verder."
_STILL_OPEN: Final = "Deze vraag staat nog open. Daarna gaan wij verder."
_TEMPLATES: Final = {step: f"asking/{step.name.lower()}.html" for step in Step}

Typed = URLEncodedBody[dict[str, str | list[str]]]


class AskingController(Controller):
    """Open to everybody: who asks is the last question but one."""

    path = pages.ADDRESS

    @get("/", sync_to_thread=True)
    def begin(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
        vrijwilliger: FromQuery[str] = "",
    ) -> Response[str]:
        """In your own words; perhaps somebody from the list is to be asked first."""
        with sessions.read() as session:
            answers = _answers(_find(request, session, jar, clock()))
            if vrijwilliger:
                answers["preferred_offer_id"] = vrijwilliger
            return _page(request, session, Step.WHAT, answers, visitor=visitor, site=site, now=clock())

    @post("/", sync_to_thread=True)
    def tell(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
    ) -> Response[str] | Redirect:
        """Keep the text and go on to the kind."""
        return _answer(request, Step.WHAT, data, sessions, jar=jar, visitor=visitor, site=site, now=clock())

    @get("/{name:str}", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        name: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
        keuze: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """One question. Where an earlier one is open, that comes first."""
        step = _step(name)
        return _show(request, step, sessions, jar=jar, visitor=visitor, site=site, now=clock(), chosen=keuze)

    @post("/{name:str}", sync_to_thread=True)
    def answer(
        self,
        request: HttpRequest,
        name: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
    ) -> Response[str] | Redirect:
        """Keep the answer and go on to the first question that is still open."""
        return _answer(request, _step(name), data, sessions, jar=jar, visitor=visitor, site=site, now=clock())

    @get("/klopt-dit", sync_to_thread=True)
    def check(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
    ) -> Response[str] | Redirect:
        """Everything on one page, each line with the way back to it."""
        return _show(request, Step.CHECK, sessions, jar=jar, visitor=visitor, site=site, now=clock())

    @post("/klopt-dit", sync_to_thread=True)
    def place(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        jar: Given[Cookies],
        visitor: Given[Actor | None],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Post the request; of somebody we do not know yet, the mail comes first."""
        now = clock()
        with sessions.begin() as session:
            draft = _find(request, session, jar, now)
            if draft is None:
                return _done_before(request, session, str(data.get("draft", "")), visitor)
            step = first_open_step(draft.answers, municipality=site.municipality, now=now, is_known=visitor is not None)
            if step is not None:
                return _ask_again(request, session, step, draft, visitor=visitor, site=site, now=now)
            path = _place(session, draft, visitor, now=now)
        after_commit()
        return redirect(path, request=request)

    @get("/kijk-in-uw-mail", sync_to_thread=True)
    def sent(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        jar: Given[Cookies],
        settings: Given[Settings],
    ) -> Response[str]:
        """The mail is on its way; until it is opened nothing has been posted."""
        with sessions.read() as session:
            draft = _find(request, session, jar, clock())
            email = str(draft.answers.get("email", "")) if draft else ""
        page = pages.MailPage(email, "/postbus" if settings.keeps_mail_here else "")
        return render("asking/mail.html", page, request=request)


def _step(name: str) -> Step:
    try:
        step = Step(name)
    except ValueError:
        raise NotFound(f"question {name}") from None
    if step in (Step.WHAT, Step.CHECK):
        raise NotFound("the first and the last question have ways of their own")
    return step


def _show(
    request: HttpRequest,
    step: Step,
    sessions: Sessions,
    *,
    jar: Cookies,
    visitor: Actor | None,
    site: Site,
    now: datetime,
    chosen: str = "",
) -> Response[str] | Redirect:
    with sessions.read() as session:
        draft = _find(request, session, jar, now)
        if draft is None:
            return redirect(pages.ADDRESS, request=request, flash=_START, kind="info")
        before = _open_before(step, draft.answers, site=site, now=now, is_known=visitor is not None)
        if before is not None:
            return redirect(address_of(before), request=request, flash=_STILL_OPEN, kind="info")
        return _page(
            request, session, step, draft.answers, visitor=visitor, site=site, now=now, chosen=chosen, draft=draft
        )


def _find(request: HttpRequest, session: Session, jar: Cookies, now: datetime) -> Draft | None:
    return drafts.find(session, request.cookies.get(jar.name(COOKIE)), DraftKind.REQUEST, now=now)


def _answers(draft: Draft | None) -> dict[str, Any]:
    return dict(draft.answers) if draft else {}


def _open_before(step: Step, answers: Answers, *, site: Site, now: datetime, is_known: bool) -> Step | None:
    """A question that must be answered before this one can be asked."""
    needed = {
        Step.KIND: (Step.WHAT,),
        Step.WHERE: (Step.WHAT, Step.KIND),
        Step.WHEN: (Step.WHAT, Step.KIND, *([Step.WHERE] if is_ride(answers) else [])),
        Step.WHO: (),
        Step.CHECK: (Step.WHAT, Step.KIND, Step.WHERE, Step.WHEN, Step.WHO),
    }
    for one in needed[step]:
        if check_step(one, answers, municipality=site.municipality, now=now, is_known=is_known):
            return one
    return None


def _answer(
    request: HttpRequest,
    step: Step,
    data: dict[str, str | list[str]],
    sessions: Sessions,
    *,
    jar: Cookies,
    visitor: Actor | None,
    site: Site,
    now: datetime,
) -> Response[str] | Redirect:
    kept = KEEPERS[step](data)
    facts: dict[str, Any] = {"municipality": site.municipality, "now": now, "is_known": visitor is not None}
    with sessions.begin() as session:
        draft = _find(request, session, jar, now)
        answers = _answers(draft) | kept
        if step is Step.WHAT and draft is not None and draft.answers.get("text") != kept["text"]:
            answers["skill"] = ""  # other words may be about another kind
        problems = check_step(step, answers, **facts)
        if step is Step.KIND and answers["skill"] not in market.read_skill_table(session):
            problems = {"": "skill_missing"}
        if problems:
            return _page(request, session, step, answers, visitor=visitor, site=site, now=now, problems=problems)
        token = None
        if draft is None:
            draft, token = drafts.begin(session, DraftKind.REQUEST, municipality_id=site.municipality_id, now=now)
        drafts.note(session, draft, answers)
    following = first_open_step(answers, **facts) or Step.CHECK
    response = redirect(address_of(following), request=request)
    if token:
        response.set_cookie(jar.make(jar.name(COOKIE), token, max_age_s=_KEPT_S))
    return response


def _place(session: Session, draft: Draft, visitor: Actor | None, *, now: datetime) -> str:
    if visitor is not None:
        return publishing.publish(session, draft.id, actor=visitor, now=now)
    signing.ask_link(
        session,
        email=str(draft.answers["email"]),
        municipality_id=draft.municipality_id,
        now=now,
        draft_id=draft.id,
    )
    return f"{pages.ADDRESS}/kijk-in-uw-mail"


def _done_before(request: HttpRequest, session: Session, typed_id: str, visitor: Actor | None) -> Redirect:
    """Pressed twice, or in an old tab: show what the draft has become, where it has become something."""
    draft = None
    with suppress(ValueError):
        draft = find_draft(session, UUID(typed_id))
    if draft is None or draft.became_id is None or visitor is None:
        return redirect(pages.ADDRESS, request=request, flash=_START, kind="info")
    return redirect(publishing.page_of(DraftKind.REQUEST, draft.became_id), request=request)


def _ask_again(
    request: HttpRequest,
    session: Session,
    step: Step,
    draft: Draft,
    *,
    visitor: Actor | None,
    site: Site,
    now: datetime,
) -> Response[str]:
    """What was well when it was typed is not any more, such as a day that has passed."""
    problems = check_step(step, draft.answers, municipality=site.municipality, now=now, is_known=visitor is not None)
    return _page(request, session, step, draft.answers, visitor=visitor, site=site, now=now, problems=problems)


def _page(
    request: HttpRequest,
    session: Session,
    step: Step,
    answers: Answers,
    *,
    visitor: Actor | None,
    site: Site,
    now: datetime,
    problems: dict[str, str] | None = None,
    chosen: str = "",
    draft: Draft | None = None,
) -> Response[str]:
    skills, today = market.read_skill_table(session), dates.day_of(now)
    preferred = _preferred_name(session, answers)
    person = people.get_person(session, visitor.person_id) if visitor else None
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    teller = pages.Teller(skills, site.municipality, today, name, preferred)
    own: dict[str, Any] = {
        Step.WHAT: lambda: {
            "preferred_id": str(preferred_of(answers) or "") if preferred else "",
            "preferred_name": preferred,
        },
        Step.KIND: lambda: _kinds(skills, answers, shows_all=chosen == "alle"),
        Step.WHERE: lambda: {"is_ride": is_ride(answers)},
        Step.WHEN: lambda: pages.when_fields(answers, chosen=chosen, today=today),
        Step.WHO: lambda: {"is_known": visitor is not None},
        Step.CHECK: lambda: {
            "is_known": visitor is not None,
            "expense": pages.expense_words(answers, site.municipality),
            "draft_id": str(draft.id) if draft else "",
        },
    }
    page = pages.make_page(
        step, pages.with_defaults(answers), teller, errors=sentences_of(problems or {}), **own[step]()
    )
    return render(_TEMPLATES[step], page, request=request, status=400 if problems else 200)


def _kinds(skills: SkillTable, answers: Answers, *, shows_all: bool) -> dict[str, Any]:
    guesses = guess_skills(str(answers.get("text") or ""), skills, limit=SUGGESTIONS)
    if shows_all or not guesses:
        return {"groups": pages.all_kinds(skills)}
    return {"suggestions": pages.kinds_of(skills, tuple(guess.code for guess in guesses))}


def _preferred_name(session: Session, answers: Answers) -> str:
    """Who is to be asked first, while their offer is one that everybody may see."""
    if (offer_id := preferred_of(answers)) is None:
        return ""
    try:
        offer = offers.get_offer(session, offer_id)
    except NotFound:
        return ""
    if not offer.is_public or offer.left_at is not None:
        return ""
    return people.get_person(session, offer.person_id).first_name
