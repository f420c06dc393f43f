"""Worries: passed on from one's own page, handled by the few who may."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import concerns
from marketplace.errors import CaseHeld, InvalidInput
from marketplace.queries import concerns as queries
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.concerns import read_colleague, read_next, read_outcome, read_step, read_worry
from web.forms.reading import read_id, read_line, read_text
from web.guards import requires_concern_handler, requires_sign_in
from web.pages import concerns as pages

_TYPED: Final = ("whom", "who", "kind", "text", "told", "why_not")
_TYPED_BY_STAFF: Final = ("kind", "text", "next", "outcome", "close_text", "to")


class WorryController(Controller):
    """For whoever is signed in: mostly somebody who helps."""

    path = pages.OWN
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], over: FromQuery[str] = "") -> Response[str]:
        """Whom to call at once; the form; and what I passed on before. ``over``: a match, whose other it is about."""
        with visit.sessions.read() as session:
            about = queries.find_helped_in(session, visit.actor.person_id, read_id(over))
            page = pages.read_worry_page(
                session,
                actor=visit.actor,
                municipality_id=visit.site.municipality_id,
                now=visit.now,
                typed={"whom": str(about)} if about else {},
            )
        return visit.render("concerns/worry.html", page)

    @post("/", sync_to_thread=True)
    def pass_on(self, visit: Given[Visit], data: Typed) -> Answer:
        """It lies with somebody from now on."""
        where = _where(visit)
        try:
            with visit.sessions.begin() as session:
                concerns.raise_concern(session, read_worry(data), **where)
        except InvalidInput as refused:
            typed = {name: read_text(data, name) for name in _TYPED}
            with visit.sessions.read() as session:
                page = pages.read_worry_page(session, **where, typed=typed, problems=refused.problems)
            return visit.render("concerns/worry.html", page, status=400)
        visit.after_commit()
        return visit.redirect(f"{pages.OWN}/doorgegeven")

    @get("/doorgegeven", sync_to_thread=True)
    def thanks(self, visit: Given[Visit]) -> Response[str]:
        """What happens next."""
        return visit.render("concerns/thanks.html", pages.thanks_page(visit.site.organisation))


class ConcernController(Controller):
    """For the small group; to anybody else a worry looks as if it were not there."""

    path = pages.STAFF
    guards = [requires_concern_handler]

    @get("/", sync_to_thread=True)
    def list_all(self, visit: Given[Visit]) -> Response[str]:
        """What waits, and what was closed."""
        with visit.sessions.read() as session:
            page = pages.read_list_page(session, visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("concerns/list.html", page)

    @get("/{concern_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], concern_id: FromPath[UUID]) -> Response[str]:
        """One worry. Looking is logged."""
        return _show(visit, concern_id)

    @post("/{concern_id:uuid}/nemen", sync_to_thread=True)
    def take(self, visit: Given[Visit], concern_id: FromPath[UUID], data: Typed) -> Answer:
        """It is this handler's now; a colleague who was first is named."""
        from_id = read_id(read_line(data, "from_id"))
        try:
            return _do(visit, concern_id, data, concerns.take, "Dit signaal is nu van u.", from_id=from_id)
        except CaseHeld:
            return _show(visit, concern_id, told="Een collega heeft dit intussen genomen. U kunt het overnemen.")

    @post("/{concern_id:uuid}/stap", sync_to_thread=True)
    def note(self, visit: Given[Visit], concern_id: FromPath[UUID], data: Typed) -> Answer:
        """What was done, and when it is looked at again."""
        return _do(
            visit,
            concern_id,
            data,
            concerns.note_step,
            "Uw stap is bewaard.",
            kind=read_step(data),
            text=read_text(data, "text"),
            next_moment_at=read_next(data),
        )

    @post("/{concern_id:uuid}/collega", sync_to_thread=True)
    def pass_on(self, visit: Given[Visit], concern_id: FromPath[UUID], data: Typed) -> Answer:
        """A colleague goes on with it."""
        told = "Uw collega heeft dit nu, en krijgt bericht."
        return _do(visit, concern_id, data, concerns.pass_on, told, to_id=read_colleague(data))

    @post("/{concern_id:uuid}/sluiten", sync_to_thread=True)
    def close(self, visit: Given[Visit], concern_id: FromPath[UUID], data: Typed) -> Answer:
        """It is done."""
        outcome, text = read_outcome(data), read_text(data, "close_text")
        return _do(visit, concern_id, data, concerns.close, "Dit signaal is afgerond.", outcome=outcome, text=text)


def _do(
    visit: Visit, concern_id: UUID, data: Typed, act: Callable[..., object], told: str, **more: Any
) -> Response[str] | Redirect:
    """Take one step; what is missing comes back with everything that was typed."""
    try:
        with visit.sessions.begin() as session:
            act(session, concern_id=concern_id, **_where(visit), **more)
    except InvalidInput as refused:
        typed = {name: read_text(data, name) for name in _TYPED_BY_STAFF}
        return _show(visit, concern_id, typed=typed, problems=refused.problems)
    visit.after_commit()
    return visit.redirect(f"{pages.STAFF}/{concern_id}", flash=told)


def _show(
    visit: Visit,
    concern_id: UUID,
    *,
    told: str = "",
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.begin() as session:
        page = _read(session, visit, concern_id, told, typed, problems)
    return visit.render("concerns/concern.html", page, status=400 if problems else 409 if told else 200)


def _read(
    session: Session,
    visit: Visit,
    concern_id: UUID,
    told: str,
    typed: dict[str, str] | None,
    problems: dict[str, str] | None,
) -> pages.ConcernPage:
    opened = concerns.open_concern(session, concern_id=concern_id, **_where(visit))
    return pages.read_concern_page(session, opened, **_where(visit), told=told, typed=typed, problems=problems)


def _where(visit: Visit) -> dict[str, Any]:
    return {"actor": visit.actor, "municipality_id": visit.site.municipality_id, "now": visit.now}
