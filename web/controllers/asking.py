"""Asking for help: one question a page. Answers wait in a draft that only this browser's cookie finds."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from marketplace import drafts
from marketplace.asks import BUDDIES
from marketplace.errors import NotFound
from marketplace.models import Draft, DraftKind
from marketplace.queries import market, offers, people
from marketplace.settings import Settings
from matching.skills import SkillTable
from matching.text import guess_skills
from web import dates, publishing
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.asking import KEEPERS, Step, check_step, first_open_step, preferred_of
from web.forms.asking_parts import Answers, is_ride
from web.forms.reading import Form, read_id
from web.labels.problems import sentences_of
from web.pages import asking as pages
from web.pages.asking import address_of
from web.pages.buddy_asking import ADDRESS as MAATJE
from web.pages.riding import ADDRESS as RIDES

COOKIE: Final = "vraag"
SUGGESTIONS: Final = 3
_KEPT_S: Final = int(drafts.KEPT_FOR.total_seconds())
_START: Final = "Begin hier met uw vraag. Daarna gaan wij verder."
_STILL_OPEN: Final = "Deze vraag staat nog open. Daarna gaan wij verder."
_TEMPLATES: Final = {step: f"asking/{step.name.lower()}.html" for step in Step}


class AskingController(Controller):
    """Open to everybody: who asks is the last question but one."""

    path = pages.ADDRESS

    @get("/", sync_to_thread=True)
    def begin(self, visit: Given[Visit], jar: Given[Cookies], vrijwilliger: FromQuery[str] = "") -> Response[str]:
        """In your own words; perhaps somebody from the list is to be asked first."""
        with visit.sessions.read() as session:
            answers = _answers(_find(visit, session, jar))
            if vrijwilliger:
                answers["preferred_offer_id"] = vrijwilliger
            return _page(visit, session, Step.WHAT, answers)

    @post("/", sync_to_thread=True)
    def tell(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Keep the text and go on to the kind."""
        return _answer(visit, Step.WHAT, data, jar=jar)

    @get("/{name:str}", sync_to_thread=True)
    def show(self, visit: Given[Visit], name: FromPath[str], jar: Given[Cookies], keuze: FromQuery[str] = "") -> Answer:
        """One question. Where an earlier one is open, that comes first."""
        return _show(visit, _step(name), jar=jar, chosen=keuze)

    @post("/{name:str}", sync_to_thread=True)
    def answer(self, visit: Given[Visit], name: FromPath[str], data: Typed, jar: Given[Cookies]) -> Answer:
        """Keep the answer and go on to the first question that is still open."""
        return _answer(visit, _step(name), data, jar=jar)

    @get("/klopt-dit", sync_to_thread=True)
    def check(self, visit: Given[Visit], jar: Given[Cookies]) -> Answer:
        """Everything on one page, each line with the way back to it."""
        return _show(visit, Step.CHECK, jar=jar)

    @post("/klopt-dit", sync_to_thread=True)
    def place(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Post the request; of somebody we do not know yet, the mail comes first."""
        with visit.sessions.begin() as session:
            draft = _find(visit, session, jar)
            if draft is None:
                before = read_id(str(data.get("draft", "")))
                path = publishing.placed_before(session, before, visitor=visit.visitor)
                return visit.redirect(path) if path else visit.redirect(pages.ADDRESS, flash=_START, kind="info")
            step = first_open_step(draft.answers, **_facts(visit))
            if step is not None:
                return _ask_again(visit, session, step, draft)
            path = publishing.place(
                session, draft, visitor=visit.visitor, now=visit.now, waits_at=f"{pages.ADDRESS}/kijk-in-uw-mail"
            )
        visit.after_commit()
        return visit.redirect(path)

    @get("/kijk-in-uw-mail", sync_to_thread=True)
    def sent(self, visit: Given[Visit], jar: Given[Cookies], settings: Given[Settings]) -> Response[str]:
        """The mail is on its way; until it is opened nothing has been posted."""
        with visit.sessions.read() as session:
            draft = _find(visit, session, jar)
            email = str(draft.answers.get("email", "")) if draft else ""
        page = pages.MailPage(email, "/postbus" if settings.keeps_mail_here else "", address_of(Step.WHO))
        return visit.render("asking/mail.html", page)


def _step(name: str) -> Step:
    try:
        step = Step(name)
    except ValueError:
        raise NotFound(f"question {name}") from None
    if step in (Step.WHAT, Step.CHECK):
        raise NotFound("the first and the last question have ways of their own")
    return step


def _show(visit: Visit, step: Step, *, jar: Cookies, chosen: str = "") -> Answer:
    with visit.sessions.read() as session:
        draft = _find(visit, session, jar)
        if draft is None:
            return visit.redirect(pages.ADDRESS, flash=_START, kind="info")
        before = _open_before(visit, step, draft.answers)
        if before is not None:
            return visit.redirect(address_of(before), flash=_STILL_OPEN, kind="info")
        return _page(visit, session, step, draft.answers, chosen=chosen, draft=draft)


def _find(visit: Visit, session: Session, jar: Cookies) -> Draft | None:
    return drafts.find(session, visit.request.cookies.get(jar.name(COOKIE)), DraftKind.REQUEST, now=visit.now)


def _answers(draft: Draft | None) -> dict[str, Any]:
    return dict(draft.answers) if draft else {}


def _facts(visit: Visit) -> dict[str, Any]:
    """What an answer is checked by, besides the answers before it."""
    return {"municipality": visit.site.municipality, "now": visit.now, "is_known": visit.visitor is not None}


def _open_before(visit: Visit, step: Step, answers: Answers) -> Step | None:
    """A question that must be answered before this one can be asked."""
    needed = {
        Step.KIND: (Step.WHAT,),
        Step.WHERE: (Step.WHAT, Step.KIND),
        Step.WHEN: (Step.WHAT, Step.KIND),
        Step.WHO: (),
        Step.CHECK: (Step.WHAT, Step.KIND, Step.WHERE, Step.WHEN, Step.WHO),
    }
    for one in needed[step]:
        if check_step(one, answers, **_facts(visit)):
            return one
    return None


def _answer(visit: Visit, step: Step, data: Form, *, jar: Cookies) -> Answer:
    kept = KEEPERS[step](data)
    with visit.sessions.begin() as session:
        draft = _find(visit, session, jar)
        answers = _answers(draft) | kept
        if step is Step.WHAT and draft is not None and draft.answers.get("text") != kept["text"]:
            answers["skill"] = ""  # other words may be about another kind
        problems = check_step(step, answers, **_facts(visit))
        if step is Step.KIND and answers["skill"] not in market.read_skill_table(session):
            problems = {"": "skill_missing"}
        if problems:
            return _page(visit, session, step, answers, problems=problems)
        if step is Step.KIND and is_ride(answers):
            # A ride is asked in its own way; what was told so far is about something else.
            return visit.redirect(RIDES)
        if step is Step.KIND and answers["skill"] in BUDDIES:
            # A buddy is asked of a person, not of the engine.
            return visit.redirect(f"{MAATJE}?soort={answers['skill']}")
        token = None
        if draft is None:
            draft, token = drafts.begin(
                session, DraftKind.REQUEST, municipality_id=visit.site.municipality_id, now=visit.now
            )
        drafts.note(session, draft, answers)
    following = first_open_step(answers, **_facts(visit)) or Step.CHECK
    response = visit.redirect(address_of(following))
    if token:
        response.set_cookie(jar.make(jar.name(COOKIE), token, max_age_s=_KEPT_S))
    return response


def _ask_again(visit: Visit, session: Session, step: Step, draft: Draft) -> Response[str]:
    """What was well when it was typed is not any more, such as a day that has passed."""
    return _page(visit, session, step, draft.answers, problems=check_step(step, draft.answers, **_facts(visit)))


def _page(
    visit: Visit,
    session: Session,
    step: Step,
    answers: Answers,
    *,
    problems: dict[str, str] | None = None,
    chosen: str = "",
    draft: Draft | None = None,
) -> Response[str]:
    skills, today = market.read_skill_table(session), dates.day_of(visit.now)
    preferred = _preferred_name(session, answers)
    person = people.get_person(session, visit.visitor.person_id) if visit.visitor else None
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    teller = pages.Teller(skills, visit.site.municipality, today, name, preferred)
    own: dict[str, Any] = {
        Step.WHAT: lambda: {
            "preferred_id": str(preferred_of(answers) or "") if preferred else "",
            "preferred_name": preferred,
        },
        Step.KIND: lambda: _kinds(skills, answers, shows_all=chosen == "alle"),
        Step.WHERE: dict,
        Step.WHEN: lambda: pages.when_fields(answers, chosen=chosen, today=today),
        Step.WHO: lambda: {"is_known": visit.visitor is not None},
        Step.CHECK: lambda: {
            "is_known": visit.visitor is not None,
            "draft_id": str(draft.id) if draft else "",
        },
    }
    page = pages.make_page(
        step, pages.with_defaults(answers), teller, errors=sentences_of(problems or {}), **own[step]()
    )
    return visit.render(_TEMPLATES[step], page, status=400 if problems else 200)


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
