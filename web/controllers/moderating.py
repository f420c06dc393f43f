"""Reports and blocked accounts, for the desk."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from marketplace.errors import InvalidInput
from marketplace.talk import moderating, suspending
from marketplace.talk.moderating import Decision
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_line, read_text
from web.guards import requires_desk
from web.pages import moderating as pages

_DECIDED: Final = {
    Decision.FINE: "Genoteerd: het is goed.",
    Decision.ASK_CHANGE: "De schrijver krijgt bericht. Tot die tijd ziet niemand de tekst.",
    Decision.HIDE: "Het is verborgen. De schrijver krijgt bericht.",
    Decision.WARN: "De schrijver krijgt uw uitleg.",
    Decision.BLOCK: "Het account is geblokkeerd. De persoon krijgt bericht en kan bezwaar maken.",
}


class ModeratingController(Controller):
    """For the desk; somebody whom a report is about does not see it, also where they work here."""

    path = pages.REPORTS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def list_all(self, visit: Given[Visit]) -> Response[str]:
        """What waits, whose account is blocked, and what was settled."""
        with visit.sessions.read() as session:
            page = pages.read_list(session, visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("moderating/list.html", page)

    @get("/{report_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], report_id: FromPath[UUID]) -> Response[str]:
        """One report. Looking is logged."""
        return _show(visit, report_id)

    @post("/{report_id:uuid}/gesprek", sync_to_thread=True)
    def look_around(self, visit: Given[Visit], report_id: FromPath[UUID], data: Typed) -> Response[str]:
        """The conversation around it, with a reason that both people can read."""
        reason = read_text(data, "reason")
        try:
            return _show(visit, report_id, reason=reason or "-")
        except InvalidInput as refused:
            return _show(visit, report_id, typed={"reason": reason}, problems=refused.problems)

    @post("/{report_id:uuid}/notitie", sync_to_thread=True)
    def note(self, visit: Given[Visit], report_id: FromPath[UUID], data: Typed) -> Answer:
        """Something to remember."""
        return _do(visit, report_id, data, moderating.note, "Genoteerd.", text=read_text(data, "text"))

    @post("/{report_id:uuid}/besluit", sync_to_thread=True)
    def decide(self, visit: Given[Visit], report_id: FromPath[UUID], data: Typed) -> Answer:
        """What comes of it."""
        typed = read_line(data, "decision")
        decision = Decision(typed) if typed in set(Decision) else None
        flash = _DECIDED[decision] if decision else ""
        told = read_text(data, "told")
        return _do(visit, report_id, data, moderating.decide, flash, decision=decision, told=told)


class SuspensionController(Controller):
    """Blocked accounts, for the desk of the municipality that blocked them."""

    path = pages.BLOCKED
    guards = [requires_desk]

    @get("/{suspension_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], suspension_id: FromPath[UUID]) -> Response[str]:
        """Why, and what its owner says."""
        return _show_suspension(visit, suspension_id)

    @post("/{suspension_id:uuid}/besluit", sync_to_thread=True)
    def decide(self, visit: Given[Visit], suspension_id: FromPath[UUID], data: Typed) -> Answer:
        """It stays so, or the account is free again."""
        typed = {"decision": read_line(data, "decision"), "answer": read_text(data, "answer")}
        try:
            with visit.sessions.begin() as session:
                suspending.decide(
                    session,
                    suspension_id=suspension_id,
                    is_free={"vrij": True, "blijft": False}.get(typed["decision"]),
                    answer=typed["answer"],
                    **_where(visit),
                )
        except InvalidInput as refused:
            return _show_suspension(visit, suspension_id, typed=typed, problems=refused.problems)
        visit.after_commit()
        return visit.redirect(f"{pages.BLOCKED}/{suspension_id}", flash="Besloten. De persoon krijgt bericht.")


def _do(visit: Visit, report_id: UUID, data: Typed, act: Callable[..., object], flash: str, **more: Any) -> Answer:
    try:
        with visit.sessions.begin() as session:
            act(session, report_id=report_id, **_where(visit), **more)
    except InvalidInput as refused:
        typed = {name: read_text(data, name) for name in ("text", "decision", "told")}
        return _show(visit, report_id, typed=typed, problems=refused.problems)
    visit.after_commit()
    return visit.redirect(f"{pages.REPORTS}/{report_id}", flash=flash)


def _show(visit: Visit, report_id: UUID, *, reason: str = "", **more: Any) -> Response[str]:
    with visit.sessions.begin() as session:
        seen = moderating.look(session, report_id=report_id, reason=reason, **_where(visit))
        page = pages.read_report_page(session, seen, now=visit.now, **more)
    return visit.render("moderating/report.html", page, status=400 if more.get("problems") else 200)


def _show_suspension(visit: Visit, suspension_id: UUID, **more: Any) -> Response[str]:
    with visit.sessions.read() as session:
        suspension = suspending.get_for_staff(session, suspension_id, visit.site.municipality_id, visit.actor)
        page = pages.read_suspension_page(session, suspension, actor=visit.actor, now=visit.now, **more)
    return visit.render("moderating/suspension.html", page, status=400 if more.get("problems") else 200)


def _where(visit: Visit) -> dict[str, Any]:
    return {"actor": visit.actor, "municipality_id": visit.site.municipality_id, "now": visit.now}
