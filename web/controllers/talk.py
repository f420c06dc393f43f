"""Writing to each other as the two of a match or with a buddy, reporting what is not right, and blocking somebody."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.buddies import apart
from marketplace.buddies.policies import BuddyPolicy
from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken
from marketplace.models import ReportKind
from marketplace.talk import blocking, conversing, reporting
from marketplace.talk.conversing import ContactDetailsInside
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import is_ticked, read_id, read_line, read_text
from web.guards import requires_sign_in
from web.pages import talk as pages

_CLOSED = "U kunt elkaar hier niet meer schrijven."


class ConversationController(Controller):
    """Only for the two of a match, or who is a buddy and who has one."""

    path = "/koppelingen/{match_id:uuid}"
    guards = [requires_sign_in]

    @get("/berichten", sync_to_thread=True)
    def show(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Response[str]:
        """What was written; looking marks it as read."""
        return _show(visit, match_id)

    @post("/berichten", sync_to_thread=True)
    def write(self, visit: Given[Visit], match_id: FromPath[UUID], data: Typed) -> Answer:
        """One message. A number that may not be shared yet is asked about once, and nothing typed is lost."""
        text, token = read_text(data, "text"), read_line(data, "nummer")
        try:
            with visit.sessions.begin() as session:
                conversing.write(
                    session,
                    pair_id=match_id,
                    text=text,
                    token=token,
                    actor=visit.actor,
                    now=visit.now,
                    knowingly=is_ticked(data, "toch"),
                )
        except ContactDetailsInside as asked:
            return _show(visit, match_id, typed=text, token=token, asks_again=True, problems=asked.problems)
        except InvalidInput as refused:
            return _show(visit, match_id, typed=text, token=token, problems=refused.problems)
        except (IllegalTransition, Overtaken):
            return visit.redirect(f"/koppelingen/{match_id}/berichten", flash=_CLOSED, kind="info")
        visit.after_commit()
        return visit.redirect(f"/koppelingen/{match_id}/berichten", flash="Uw bericht is verstuurd.")

    @get("/blokkeren", sync_to_thread=True)
    def ask_block(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Response[str]:
        """Really never again?"""
        with visit.sessions.read() as session:
            page = pages.read_block_page(session, match_id, actor=visit.actor)
        return visit.render("meeting/sure.html", page)

    @post("/blokkeren", sync_to_thread=True)
    def block(self, visit: Given[Visit], match_id: FromPath[UUID], buddy_policy: Given[BuddyPolicy]) -> Redirect:
        """Never again; what runs is cancelled."""
        with visit.sessions.begin() as session:
            blocking.block_in_pair(session, pair_id=match_id, actor=visit.actor, now=visit.now)
            apart.part(session, visit.now, policy=buddy_policy)
        visit.after_commit()
        return visit.redirect("/mijn/blokkades", flash="Gedaan. U komt elkaar bij ons niet meer tegen.")


class BlockedPeopleController(Controller):
    """Whom one blocked, and taking it back."""

    path = "/mijn/blokkades"
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Everybody."""
        with visit.sessions.read() as session:
            page = pages.read_blocked_people(session, visit.actor, now=visit.now)
        return visit.render("talk/blocked_people.html", page)

    @post("/{person_id:uuid}/terug", sync_to_thread=True)
    def unblock(self, visit: Given[Visit], person_id: FromPath[UUID]) -> Redirect:
        """After all not."""
        with visit.sessions.begin() as session:
            blocking.unblock(session, other_id=person_id, actor=visit.actor)
        return visit.redirect("/mijn/blokkades", flash="Gedaan. U kunt elkaar weer tegenkomen.")


class ReportingController(Controller):
    """For whoever is signed in."""

    path = "/melden"
    guards = [requires_sign_in]

    @get("/{what:str}/{subject_id:uuid}", sync_to_thread=True)
    def ask(
        self, visit: Given[Visit], what: FromPath[str], subject_id: FromPath[UUID], afspraak: FromQuery[str] = ""
    ) -> Response[str]:
        """What is wrong with it?"""
        return _ask(visit, what, subject_id, match_id=read_id(afspraak))

    @post("/{what:str}/{subject_id:uuid}", sync_to_thread=True)
    def report(self, visit: Given[Visit], what: FromPath[str], subject_id: FromPath[UUID], data: Typed) -> Answer:
        """It lies before a person from now on."""
        kind, words, match_id = (
            read_line(data, "kind"),
            read_text(data, "words"),
            read_id(read_line(data, "afspraak")),
        )
        try:
            with visit.sessions.begin() as session:
                reporting.report(
                    session,
                    pages.about_of(what),
                    subject_id,
                    kind=ReportKind(kind) if kind in set(ReportKind) else None,
                    words=words,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                    pair_id=match_id,
                )
        except InvalidInput as refused:
            typed = {"kind": kind, "words": words}
            return _ask(visit, what, subject_id, match_id=match_id, typed=typed, problems=refused.problems)
        visit.after_commit()
        more = f"?afspraak={match_id}" if match_id else ""
        return visit.redirect(f"/melden/bedankt{more}")

    @get("/bedankt", sync_to_thread=True)
    def thanks(self, visit: Given[Visit], afspraak: FromQuery[str] = "") -> Response[str]:
        """What happens next."""
        match_id = read_id(afspraak)
        with visit.sessions.read() as session:
            page = pages.read_reported_page(session, match_id, actor=visit.actor)
        return visit.render("talk/reported.html", page)


def _show(visit: Visit, match_id: UUID, **more: Any) -> Response[str]:
    with visit.sessions.begin() as session:
        opened = conversing.open_conversation(session, pair_id=match_id, actor=visit.actor, now=visit.now)
        page = pages.read_conversation_page(session, opened, actor=visit.actor, now=visit.now, **more)
    return visit.render("talk/conversation.html", page, status=400 if more.get("problems") else 200)


def _ask(visit: Visit, what: str, subject_id: UUID, *, match_id: UUID | None, **more: Any) -> Response[str]:
    with visit.sessions.read() as session:
        if not what:
            raise NotFound(what)
        page = pages.read_report_page(session, what, subject_id, match_id=match_id, actor=visit.actor, **more)
    return visit.render("talk/report.html", page, status=400 if more.get("problems") else 200)
