"""Asking for a ride: one question a page. Answers wait in a draft that only this browser's cookie finds."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace import drafts
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Draft, DraftKind
from marketplace.queries import people
from marketplace.settings import Settings
from web import publishing
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import riding as forms
from web.forms.reading import Form, read_id
from web.forms.riding import Answers, Step
from web.labels.problems import sentences_of
from web.pages import riding as pages
from web.pages.asking import MailPage
from web.pages.riding import ADDRESS, address_of

COOKIE: Final = "rit"
_KEPT_S: Final = int(drafts.KEPT_FOR.total_seconds())
_START: Final = "Begin hier met uw rit. Daarna gaan wij verder."
_STILL_OPEN: Final = "Deze vraag staat nog open. Daarna gaan wij verder."
_TEMPLATES: Final = {step: f"riding/{step.name.lower()}.html" for step in Step} | {Step.WHO: "asking/who.html"}


class RidingController(Controller):
    """Open to everybody: who asks is the last question but one."""

    path = ADDRESS

    @get("/", sync_to_thread=True)
    def begin(self, visit: Given[Visit], jar: Given[Cookies]) -> Response[str]:
        """Where to?"""
        with visit.sessions.read() as session:
            return _page(visit, session, Step.TO, _answers(_find(visit, session, jar)))

    @post("/", sync_to_thread=True)
    def tell(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Keep where it goes and go on."""
        return _answer(visit, Step.TO, data, jar=jar)

    @get("/{name:str}", sync_to_thread=True)
    def show(self, visit: Given[Visit], name: FromPath[str], jar: Given[Cookies]) -> Answer:
        """One question. Where an earlier one is open, that comes first."""
        return _show(visit, _step(name), jar=jar)

    @post("/{name:str}", sync_to_thread=True)
    def answer(self, visit: Given[Visit], name: FromPath[str], data: Typed, jar: Given[Cookies]) -> Answer:
        """Keep the answer and go on to the first question that is still open."""
        return _answer(visit, _step(name), data, jar=jar)

    @get("/klopt-dit", sync_to_thread=True)
    def check(self, visit: Given[Visit], jar: Given[Cookies]) -> Answer:
        """Everything on one page, each line with the way back to it, and what it costs."""
        return _show(visit, Step.CHECK, jar=jar)

    @post("/klopt-dit", sync_to_thread=True)
    def place(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Ask for the ride; of somebody we do not know yet, the mail comes first."""
        with visit.sessions.begin() as session:
            draft = _find(visit, session, jar)
            if draft is None:
                before = read_id(str(data.get("draft", "")))
                path = publishing.placed_before(session, before, visitor=visit.visitor)
                return visit.redirect(path) if path else visit.redirect(ADDRESS, flash=_START, kind="info")
            step = forms.first_open_step(draft.answers, **_facts(visit))
            if step is not None:
                problems = forms.check_step(step, draft.answers, **_facts(visit))
                return _page(visit, session, step, draft.answers, problems=problems)
            if pages.is_doubtful(draft.answers, visit.now) and data.get("doubt") != "ja":
                # It has become late since the page was opened: it is said before anything is asked.
                return _page(visit, session, Step.CHECK, draft.answers, draft=draft)
            drafts.note(session, draft, {"doubt": data.get("doubt") == "ja"})
            try:
                with session.begin_nested():
                    path = publishing.place(
                        session, draft, visitor=visit.visitor, now=visit.now, waits_at=f"{ADDRESS}/kijk-in-uw-mail"
                    )
            except InvalidInput as wrong:
                problems = forms.on_forms(wrong.problems)
                return _page(visit, session, Step.CHECK, draft.answers, problems=problems, draft=draft)
        visit.after_commit()
        return visit.redirect(path)

    @get("/kijk-in-uw-mail", sync_to_thread=True)
    def sent(self, visit: Given[Visit], jar: Given[Cookies], settings: Given[Settings]) -> Response[str]:
        """The mail is on its way; until it is opened nothing has been asked."""
        with visit.sessions.read() as session:
            draft = _find(visit, session, jar)
            email = str(draft.answers.get("email", "")) if draft else ""
        page = MailPage(email, "/postbus" if settings.keeps_mail_here else "", address_of(Step.WHO))
        return visit.render("asking/mail.html", page)


def _step(name: str) -> Step:
    try:
        step = Step(name)
    except ValueError:
        raise NotFound(f"question {name}") from None
    if step in (Step.TO, Step.CHECK):
        raise NotFound("the first and the last question have ways of their own")
    return step


def _show(visit: Visit, step: Step, *, jar: Cookies) -> Answer:
    with visit.sessions.read() as session:
        draft = _find(visit, session, jar)
        if draft is None:
            return visit.redirect(ADDRESS, flash=_START, kind="info")
        before = _open_before(visit, step, draft.answers)
        if before is not None:
            return visit.redirect(address_of(before), flash=_STILL_OPEN, kind="info")
        return _page(visit, session, step, draft.answers, draft=draft)


def _find(visit: Visit, session: Session, jar: Cookies) -> Draft | None:
    return drafts.find(session, visit.request.cookies.get(jar.name(COOKIE)), DraftKind.RIDE, now=visit.now)


def _answers(draft: Draft | None) -> dict[str, Any]:
    return dict(draft.answers) if draft else {}


def _facts(visit: Visit) -> dict[str, Any]:
    """What an answer is checked by, besides the answers before it."""
    return {"municipality": visit.site.municipality, "now": visit.now, "is_known": visit.visitor is not None}


def _open_before(visit: Visit, step: Step, answers: Answers) -> Step | None:
    """The first question before this one that is not answered."""
    for one in Step:
        if one is step:
            return None
        if forms.check_step(one, answers, **_facts(visit)):
            return one
    return None


def _answer(visit: Visit, step: Step, data: Form, *, jar: Cookies) -> Answer:
    kept = forms.keep(step, data)
    with visit.sessions.begin() as session:
        draft = _find(visit, session, jar)
        answers = _answers(draft) | kept
        if problems := forms.check_step(step, answers, **_facts(visit)):
            return _page(visit, session, step, answers, problems=problems)
        token = None
        if draft is None:
            draft, token = drafts.begin(
                session, DraftKind.RIDE, municipality_id=visit.site.municipality_id, now=visit.now
            )
        drafts.note(session, draft, answers)
    following = forms.first_open_step(answers, **_facts(visit)) or Step.CHECK
    response = visit.redirect(address_of(following))
    if token:
        response.set_cookie(jar.make(jar.name(COOKIE), token, max_age_s=_KEPT_S))
    return response


def _page(
    visit: Visit,
    session: Session,
    step: Step,
    answers: Answers,
    *,
    problems: dict[str, str] | None = None,
    draft: Draft | None = None,
) -> Response[str]:
    person = people.get_person(session, visit.visitor.person_id) if visit.visitor else None
    typed = dict(answers)
    if step is Step.FROM and person is not None and "postcode" not in answers:
        # Most rides begin at home, and who was here before need not say again where that is.
        typed |= {"postcode": person.postcode, "street": person.street, "house_number": person.house_number}
    page = pages.make_page(
        step,
        typed,
        now=visit.now,
        known_name=f"{person.first_name} {person.last_name}".strip() if person else "",
        is_known=person is not None,
        draft_id=str(draft.id) if draft else "",
        errors=sentences_of(problems or {}),
    )
    return visit.render(_TEMPLATES[step], page, status=400 if problems else 200)
