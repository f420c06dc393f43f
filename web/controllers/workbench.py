"""One piece of work that is no request: look at it, take it, put it off, say that it is done."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from marketplace import workbench
from marketplace.errors import CaseHeld, NotFound
from marketplace.models import WorkKind
from marketplace.queries import board
from web.dates import when
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_id, read_line
from web.guards import requires_desk
from web.labels.workbench import KIND_OF, SLUGS
from web.pages.coordinating import HOME, TASKS, View, view_of
from web.pages.workbench import build_task

Act = Callable[..., object]


class WorkbenchController(Controller):
    """For the desk."""

    path = TASKS
    guards = [requires_desk]

    @get("/{kind:str}/{about_id:uuid}", sync_to_thread=True)
    def show(
        self,
        visit: Given[Visit],
        kind: FromPath[str],
        about_id: FromPath[UUID],
        lijst: FromQuery[str] = "",
        soort: FromQuery[str] = "",
    ) -> Answer:
        """What it is, and how to reach the people of it. Looking is logged."""
        view, wanted = view_of(lijst, soort), _kind(kind)
        try:
            return _show(visit, wanted, about_id, view)
        except NotFound:
            return _over(visit, view)

    @post("/{kind:str}/{about_id:uuid}/nemen", sync_to_thread=True)
    def take(
        self,
        visit: Given[Visit],
        kind: FromPath[str],
        about_id: FromPath[UUID],
        data: Typed,
        lijst: FromQuery[str] = "",
        soort: FromQuery[str] = "",
    ) -> Answer:
        """It is this person's now; a colleague who was first is named."""
        act = partial(workbench.take, from_id=read_id(read_line(data, "from_id")))
        return _do(visit, act, _kind(kind), about_id, view_of(lijst, soort), "Dit is nu van u.", stays=True)

    @post("/{kind:str}/{about_id:uuid}/terugleggen", sync_to_thread=True)
    def lay_down(
        self,
        visit: Given[Visit],
        kind: FromPath[str],
        about_id: FromPath[UUID],
        lijst: FromQuery[str] = "",
        soort: FromQuery[str] = "",
    ) -> Answer:
        """A colleague may do it."""
        view = view_of(lijst, soort)
        return _do(visit, workbench.lay_down, _kind(kind), about_id, view, "Een collega kan dit nu doen.")

    @post("/{kind:str}/{about_id:uuid}/later", sync_to_thread=True)
    def put_off(
        self,
        visit: Given[Visit],
        kind: FromPath[str],
        about_id: FromPath[UUID],
        lijst: FromQuery[str] = "",
        soort: FromQuery[str] = "",
    ) -> Answer:
        """In a week again."""
        view = view_of(lijst, soort)
        return _do(visit, workbench.put_off, _kind(kind), about_id, view, "U ziet dit over een week weer.")

    @post("/{kind:str}/{about_id:uuid}/klaar", sync_to_thread=True)
    def finish(
        self,
        visit: Given[Visit],
        kind: FromPath[str],
        about_id: FromPath[UUID],
        lijst: FromQuery[str] = "",
        soort: FromQuery[str] = "",
    ) -> Answer:
        """It was dealt with."""
        return _do(visit, workbench.finish, _kind(kind), about_id, view_of(lijst, soort), "Dit is klaar.")


def _kind(slug: str) -> WorkKind:
    kind = KIND_OF.get(slug)
    if kind is None or kind is WorkKind.CASE:
        raise NotFound(slug)
    return kind


def _do(
    visit: Visit, act: Act, kind: WorkKind, about_id: UUID, view: View, done: str, *, stays: bool = False
) -> Answer:
    where = visit.site.municipality_id
    try:
        with visit.sessions.begin() as session:
            act(session, kind, about_id, municipality_id=where, actor=visit.actor, now=visit.now)
    except CaseHeld as held:
        return _show(visit, kind, about_id, view, held=held)
    except NotFound:
        return _over(visit, view)
    return visit.redirect(view.href(f"{TASKS}/{SLUGS[kind]}/{about_id}") if stays else view.href(HOME), flash=done)


def _show(visit: Visit, kind: WorkKind, about_id: UUID, view: View, *, held: CaseHeld | None = None) -> Response[str]:
    where = visit.site.municipality_id
    with visit.sessions.begin() as session:
        item = workbench.look(session, kind, about_id, municipality_id=where, actor=visit.actor, now=visit.now)
        told = _told(session, visit, held) if held else ""
        page = build_task(session, item, view=view, actor=visit.actor, now=visit.now, told=told)
    return visit.render("coordinating/task.html", page, status=409 if held else 200)


def _told(session: Session, visit: Visit, held: CaseHeld) -> str:
    holder = board.find_first_name(session, held.holder_id)
    return f"{holder} nam dit {when(held.held_at, now=visit.now)}."


def _over(visit: Visit, view: View) -> Answer:
    return visit.redirect(view.href(HOME), flash="Dit hoeft niet meer: er is intussen iets veranderd.", kind="info")
