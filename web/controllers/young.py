"""Somebody under eighteen wants to help: their day of birth, a parent who agrees, and the page of that parent."""

from datetime import date
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import ages, drafts, signing
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.links import GuardianLinks
from marketplace.models import Draft, DraftKind
from marketplace.queries import people
from marketplace.young import pairs, parents
from marketplace.young.parents import Child
from web import publishing
from web.controllers.offering import YOUNG
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import is_ticked, read_line
from web.forms.young import ASKED_PARENT, BORN_ON, child_of, kept_born_on, read_born_on, read_parent
from web.guards import requires_desk
from web.pages import young as pages

# Whether a parent was asked before, or is a child here themselves, is nobody's business: it looks as if we asked.
_NOT_TOLD: Final = frozenset({"parent_asked_before", "parent_no_grown_up", "parent_asked_often"})


class YoungController(Controller):
    """One question a page; the draft is found by a cookie of this browser only."""

    path = "/helpen"

    @get("/jong", sync_to_thread=True)
    def show_birthday(self, visit: Given[Visit], jar: Given[Cookies]) -> Answer:
        """When were you born?"""
        with visit.sessions.read() as session:
            if _find(visit, session, jar) is None:
                return visit.redirect("/helpen")
        return visit.render("young/birthday.html", pages.BirthdayPage())

    @post("/jong", sync_to_thread=True)
    def keep_birthday(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Under sixteen a parent comes first; from sixteen on it goes as with everybody."""
        born_on = read_born_on(data)
        if problems := parents.check_birth_date(born_on, visit.now):
            page = pages.BirthdayPage(read_line(data, BORN_ON), pages.sentences(problems))
            return visit.render("young/birthday.html", page, status=400)
        assert born_on is not None
        with visit.sessions.begin() as session:
            if (draft := _find(visit, session, jar)) is None:
                return visit.redirect("/helpen")
            if ages.needs_parent(born_on, visit.now):
                drafts.note(session, draft, {BORN_ON: born_on.isoformat()})
                return visit.redirect("/helpen/ouder")
            is_minor = ages.is_below(born_on, ages.POLICY.grown_up, visit.now)
            drafts.note(session, draft, {BORN_ON: born_on.isoformat() if is_minor else ""})
            path = publishing.place(session, draft, visitor=visit.visitor, now=visit.now, waits_at="/kijk-in-uw-mail")
        visit.after_commit()
        return _done(visit, path, jar)

    @get("/ouder", sync_to_thread=True)
    def show_parent(self, visit: Given[Visit], jar: Given[Cookies]) -> Answer:
        """Who is your father or mother?"""
        with visit.sessions.read() as session:
            draft = _find(visit, session, jar)
            if draft is None or kept_born_on(draft.answers) is None:
                return visit.redirect("/helpen")
        return visit.render("young/parent.html", pages.ParentPage())

    @post("/ouder", sync_to_thread=True)
    def ask_parent(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """A mail, or a call, to the parent; and one to the child that we wait."""
        parent, problems = read_parent(data)
        try:
            with visit.sessions.begin() as session:
                draft = _find(visit, session, jar)
                born_on = kept_born_on(draft.answers) if draft is not None else None
                if draft is None or born_on is None:
                    return visit.redirect("/helpen")
                child = _child(session, visit, draft, born_on)
                if problems := problems or parents.check_parent(child, parent):
                    raise InvalidInput(problems)
                drafts.note(session, draft, {ASKED_PARENT: "ja"})
                parents.ask(
                    session,
                    child,
                    parent,
                    municipality_id=visit.site.municipality_id,
                    draft_id=draft.id,
                    now=visit.now,
                )
        except InvalidInput as refused:
            if not _NOT_TOLD & set(refused.problems.values()):
                page = pages.ParentPage(parent, pages.sentences(refused.problems))
                return visit.render("young/parent.html", page, status=400)
        visit.after_commit()
        return _done(visit, "/helpen/wacht", jar)

    @get("/wacht", sync_to_thread=True)
    def show_waiting(self, visit: Given[Visit]) -> Response[str]:
        """We wait for a parent."""
        return visit.render("young/waiting.html", pages.WaitingPage())


class GuardianController(Controller):
    """The signed token in the path is the key, to one child's helping. Opening changes nothing."""

    path = "/ouder/{token:str}"

    @get(sync_to_thread=True)
    def show(
        self, visit: Given[Visit], token: FromPath[str], guardian_links: Given[GuardianLinks], stop: FromQuery[str] = ""
    ) -> Response[str]:
        """What it is, and two answers; after the yes what the child does, and a way to stop."""
        return _show_guardian(visit, token, guardian_links, asks_stop=bool(stop))

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, guardian_links: Given[GuardianLinks]
    ) -> Answer:
        """Yes, no, or stop; anything else is nothing."""
        said = read_line(data, "antwoord")
        consent_id = pages.read_token(guardian_links, token)
        if said == "ja" and not is_ticked(data, "is_parent"):
            problems = pages.sentences({"is_parent": "is_parent_missing"})
            return _show_guardian(visit, token, guardian_links, errors=problems)
        try:
            with visit.sessions.begin() as session:
                if said == "ja":
                    _let_join(session, parents.give(session, consent_id=consent_id, now=visit.now), visit)
                elif said == "nee":
                    parents.refuse(session, consent_id=consent_id, now=visit.now)
                elif said == "stop":
                    parents.withdraw(session, consent_id=consent_id, now=visit.now)
        except IllegalTransition:
            return visit.redirect(guardian_links.path(consent_id))
        visit.after_commit()
        return visit.redirect(guardian_links.path(consent_id))


def _let_join(session: Session, waiter: parents.Waiter | None, visit: Visit) -> None:
    if waiter is not None:
        signing.ask_link(
            session,
            email=waiter.email,
            municipality_id=waiter.municipality_id,
            now=visit.now,
            draft_id=waiter.draft_id,
        )


def _show_guardian(
    visit: Visit,
    token: str,
    links: GuardianLinks,
    *,
    asks_stop: bool = False,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_guardian_page(
            session, token, links=links, asks_stop=asks_stop, errors=errors or {}, now=visit.now
        )
    return visit.render("young/guardian.html", page, status=400 if errors else 200)


def _find(visit: Visit, session: Session, jar: Cookies) -> Draft | None:
    return drafts.find(session, visit.request.cookies.get(jar.name(YOUNG)), DraftKind.OFFER, now=visit.now)


def _done(visit: Visit, path: str, jar: Cookies) -> Redirect:
    response = visit.redirect(path)
    response.set_cookie(jar.clear(jar.name(YOUNG)))
    return response


def _child(session: Session, visit: Visit, draft: Draft, born_on: date) -> Child:
    """As they typed it; who is signed in is who they are here."""
    if visit.visitor is None:
        return child_of(draft.answers, born_on)
    person = people.get_person(session, visit.visitor.person_id)
    return Child(person.first_name, person.email or "", person.telephone or "", born_on, person.id)


class YoungWorkController(Controller):
    """For the desk: who waits, counted; pairs to look at; and a stop that a parent told by telephone."""

    path = "/werk/jong"
    guards = [requires_desk]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """All of it on one page."""
        with visit.sessions.read() as session:
            page = pages.read_young_work(session, visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("young/work.html", page)

    @post("/{approval_id:uuid}/goed", sync_to_thread=True)
    def approve(self, visit: Given[Visit], approval_id: FromPath[UUID]) -> Redirect:
        """The pair may be, with somebody else present."""
        with visit.sessions.begin() as session:
            match = pairs.approve(session, approval_id=approval_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        told = "De twee horen het nu." if match else "Genoteerd. Het hoeft niet meer, of de hulpvrager kiest nog."
        return visit.redirect("/werk/jong", flash=told)

    @post("/{approval_id:uuid}/liever-niet", sync_to_thread=True)
    def refuse(self, visit: Given[Visit], approval_id: FromPath[UUID]) -> Redirect:
        """Rather not; somebody else is asked."""
        try:
            with visit.sessions.begin() as session:
                pairs.refuse(session, approval_id=approval_id, actor=visit.actor, now=visit.now)
        except IllegalTransition:
            return visit.redirect("/werk/jong", flash="Het staat intussen anders. Kijk hieronder.", kind="info")
        visit.after_commit()
        return visit.redirect("/werk/jong", flash="De helper is bedankt. Wij vragen iemand anders.")

    @post("/{consent_id:uuid}/stop", sync_to_thread=True)
    def stop(self, visit: Given[Visit], consent_id: FromPath[UUID]) -> Redirect:
        """A parent said by telephone that it stops."""
        try:
            with visit.sessions.begin() as session:
                parents.withdraw_for(
                    session,
                    consent_id=consent_id,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                )
        except IllegalTransition:
            return visit.redirect("/werk/jong", flash="Het staat intussen anders. Kijk hieronder.", kind="info")
        visit.after_commit()
        return visit.redirect("/werk/jong", flash="Het is gestopt. Wat was afgesproken, is afgezegd.")
