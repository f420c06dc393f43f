"""The coordinator's side: the queue, a case beside it, and everything one can do with a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import casework, coordination, representation, undoing
from marketplace.errors import (
    CaseHeld,
    DoesNotFit,
    IllegalTransition,
    InvalidInput,
    MarketplaceError,
    NoRoom,
    NotFound,
    Overtaken,
    ReasonNeeded,
    SlotTaken,
)
from marketplace.models import Channel, HelpRequest
from marketplace.queries import board, matches
from web.dates import when
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.coordinating import (
    NOTHING_SENT,
    SentForm,
    read_part,
    read_relaxation,
    read_widening,
    refused_form,
)
from web.forms.reading import is_ticked, read_id, read_line, read_text, read_whole
from web.guards import requires_staff
from web.labels import escalation
from web.labels.problems import sentence_of
from web.pages import coordinating_case as case_pages
from web.pages import coordinating_helpers as helper_pages
from web.pages.coordinating import HOME, View, case_href, view_of
from web.pages.coordinating_case import Notice
from web.pages.coordinating_queue import build_queue
from web.pages.coordinating_story import last_taken
from web.pages.privacy import MAX_REASON, MIN_REASON, ReasonPage

Act = Callable[..., object]
_LONGEST_SEARCH: Final = 60
_NOT_UNDONE: Final = {
    "time": "De minuut is voorbij. Er is misschien al iemand gemaild of gebeld.",
    "told": "Iemand weet het al, of wordt nu gebeld.",
    "changed": "Er is intussen iets anders gebeurd met deze zaak. Zo staat de zaak nu.",
}
# Somebody else was there first, or it cannot be: the case is shown as it stands, with what is the matter.
_REFUSALS: Final = (SlotTaken, NoRoom, DoesNotFit, Overtaken, IllegalTransition)


@dataclass(frozen=True)
class Desk(Visit):
    """A visit to a coordinator's pages: besides the rest, which part of the queue they are working through."""

    view: View


def provide_desk(visit: Given[Visit], lijst: FromQuery[str] = "", soort: FromQuery[str] = "") -> Desk:
    """The desk as this request finds it."""
    return Desk(visit.request, visit.sessions, visit.site, visit.now, visit.visitor, view_of(lijst, soort))


class CoordinatingController(Controller):
    """For those who work on cases; whose cases, `marketplace.permissions` says."""

    path = HOME
    guards = [requires_staff]
    dependencies = {"desk": Provide(provide_desk, sync_to_thread=False)}

    @get(sync_to_thread=True)
    def show_queue(self, desk: Given[Desk], bladzijde: FromQuery[str] = "") -> Response[str]:
        """What waits for somebody, what is due first on top."""
        with desk.sessions.read() as session:
            page = build_queue(
                session,
                actor=desk.actor,
                municipality_id=desk.site.municipality_id,
                view=desk.view,
                number=read_whole(bladzijde) or 1,
                now=desk.now,
            )
        return desk.render("coordinating/queue.html", page)

    @get("/{request_id:uuid}", sync_to_thread=True)
    def show_case(self, desk: Given[Desk], request_id: FromPath[UUID], zoek: FromQuery[str] = "") -> Answer:
        """One case with everything that is known of it. Looking is logged."""
        try:
            return _show_case(desk, request_id, search=" ".join(zoek.split())[:_LONGEST_SEARCH])
        except ReasonNeeded:
            return desk.redirect(case_href(request_id, desk.view, "waarom"))

    @get("/{request_id:uuid}/waarom", sync_to_thread=True)
    def ask_reason(self, desk: Given[Desk], request_id: FromPath[UUID]) -> Answer:
        """Why does somebody open a colleague's case? Its people can read the answer."""
        return _ask_reason(desk, request_id)

    @post("/{request_id:uuid}/waarom", sync_to_thread=True)
    def give_reason(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """The reason is logged, and the case opens."""
        reason = read_line(data, "reason")
        if not MIN_REASON <= len(reason) <= MAX_REASON:
            return _ask_reason(
                desk, request_id, typed=reason, code="look_reason_missing" if not reason else "look_reason_length"
            )
        with desk.sessions.begin() as session:
            coordination.read_case(session, request_id=request_id, actor=desk.actor, now=desk.now, reason=reason)
        return desk.redirect(case_href(request_id, desk.view))

    @post("/{request_id:uuid}/nemen", sync_to_thread=True)
    def take(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """This coordinator takes the case; the engine asks nobody new."""
        from_id = read_id(read_line(data, "from_id"))
        act = partial(coordination.take, request_id=request_id, actor=desk.actor, from_id=from_id)
        done = "Deze zaak is nu van u. De zoekmachine vraagt niemand meer."
        return _do(desk, request_id, act, done, undoable="take")

    @post("/{request_id:uuid}/teruggeven", sync_to_thread=True)
    def give_back(self, desk: Given[Desk], request_id: FromPath[UUID]) -> Answer:
        """The engine goes on."""
        act = partial(coordination.give_back, request_id=request_id, actor=desk.actor)
        return _do(desk, request_id, act, "De zoekmachine zoekt weer verder.", form="give_back", undoable="give_back")

    @post("/{request_id:uuid}/notitie", sync_to_thread=True)
    def note(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Write something down."""
        text = read_text(data, "note_text")
        act = partial(coordination.note, request_id=request_id, actor=desk.actor, text=text)
        return _do(desk, request_id, act, "Uw notitie staat in de geschiedenis.", form="note", data=data)

    @post("/{request_id:uuid}/contact", sync_to_thread=True)
    def log_contact(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Somebody was spoken to."""
        act = partial(
            coordination.log_contact,
            request_id=request_id,
            actor=desk.actor,
            text=read_text(data, "contact_text"),
            is_about_who=is_ticked(data, "contact_about_who"),
            outcome=read_line(data, "uitkomst"),
        )
        return _do(desk, request_id, act, "Het contact staat in de geschiedenis.", form="contact", data=data)

    @post("/{request_id:uuid}/verruimen", sync_to_thread=True)
    def widen(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Ask wider."""

        def act(session: Session, *, now: datetime) -> object:
            widening = read_widening(data)
            return coordination.widen(session, request_id=request_id, widening=widening, actor=desk.actor, now=now)

        done = "De vraag is ruimer. De zoekmachine vraagt opnieuw."
        return _do(desk, request_id, act, done, form="widen", data=data, undoable="widen")

    @post("/{request_id:uuid}/koppelingen/{match_id:uuid}/gedaan", sync_to_thread=True)
    def finish(self, desk: Given[Desk], request_id: FromPath[UUID], match_id: FromPath[UUID]) -> Answer:
        """It was done after all."""
        act = partial(coordination.finish, match_id=match_id, actor=desk.actor)
        return _do(desk, request_id, act, "Genoteerd: het is gedaan.")

    @post("/{request_id:uuid}/namens", sync_to_thread=True)
    def end_representation(self, desk: Given[Desk], request_id: FromPath[UUID]) -> Answer:
        """One of the two said by telephone that nobody asks in the other's name any more."""
        act = partial(representation.end, request_id=request_id, actor=desk.actor, channel=Channel.TELEPHONE)
        return _do(desk, request_id, act, "De hulpvrager beslist nu zelf. De ander hoort het.")

    @post("/{request_id:uuid}/sluiten", sync_to_thread=True)
    def close(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """End the search."""
        reason, text = read_line(data, "close_reason"), read_text(data, "close_text")
        act = partial(coordination.close, request_id=request_id, reason=reason, text=text, actor=desk.actor)
        done = "De zoektocht is klaar. De hulpvrager krijgt bericht."
        return _do(desk, request_id, act, done, form="close", data=data, undoable="close")

    @post("/{request_id:uuid}/doorverwijzen", sync_to_thread=True)
    def refer(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Somebody else helps better: the search ends, and to whom stands in the history."""
        to = read_line(data, "refer_to")

        def act(session: Session, *, now: datetime) -> object:
            if not to:
                raise InvalidInput({"to": "refer_missing"})
            text = f"Naar {to}"
            return coordination.close(
                session, request_id=request_id, reason="referred", text=text, actor=desk.actor, now=now
            )

        return _do(desk, request_id, act, f"Doorverwezen naar {to}.", form="refer", data=data, undoable="refer")

    @post("/{request_id:uuid}/splitsen", sync_to_thread=True)
    def split(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """A part of it becomes a request of its own."""
        act = partial(casework.split, request_id=request_id, actor=desk.actor, **read_part(data))
        done = "Er zijn nu twee vragen. De zoekmachine zoekt voor de nieuwe."
        return _do(desk, request_id, act, done, form="split", data=data, undoable="split")

    @post("/{request_id:uuid}/samenvoegen", sync_to_thread=True)
    def merge(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """The same was asked twice."""
        other_id = read_id(read_line(data, "merge_other"))
        if other_id is None:
            return _do(desk, request_id, _refuse("other", "other_missing"), "", form="merge", data=data)
        act = partial(casework.merge, request_id=request_id, other_id=other_id, actor=desk.actor)
        done = "De twee vragen zijn één. De oudste gaat door."
        return _do(desk, request_id, act, done, form="merge", data=data, undoable="merge", also=(other_id,))

    @post("/{request_id:uuid}/ruimer", sync_to_thread=True)
    def ask_relaxation(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """May something give way? Who asked is asked."""
        kind, amount = read_relaxation(data)
        act = partial(casework.ask_relaxation, request_id=request_id, kind=kind, amount=amount, actor=desk.actor)
        return _do(desk, request_id, act, "De hulpvrager krijgt deze vraag.", form="relax", data=data, undoable="relax")

    @post("/{request_id:uuid}/ongedaan", sync_to_thread=True)
    def undo(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """What was just done is taken back, if nobody knows of it yet."""
        step_id = read_id(read_line(data, "stap"))
        if step_id is None:
            raise NotFound("step")
        try:
            with desk.sessions.begin() as session:
                undoing.undo(session, step_id=step_id, actor=desk.actor, now=desk.now)
        except undoing.CannotUndo as refused:
            return _show_case(desk, request_id, refused=refused)
        return _back(desk, request_id, "Het is ongedaan gemaakt. Niemand kreeg bericht.")

    @post("/{request_id:uuid}/vragen", sync_to_thread=True)
    def ask(self, desk: Given[Desk], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Have a volunteer asked."""
        offer_id = read_id(read_line(data, "offer_id"))
        if offer_id is None:
            raise NotFound("offer")
        act = partial(coordination.propose, request_id=request_id, offer_id=offer_id, actor=desk.actor)
        name = _name_of(desk, offer_id)
        return _do(desk, request_id, act, f"{name} krijgt de vraag.", name=name, undoable="ask")

    @get("/{request_id:uuid}/koppelen/{offer_id:uuid}", sync_to_thread=True)
    def show_couple(self, desk: Given[Desk], request_id: FromPath[UUID], offer_id: FromPath[UUID]) -> Answer:
        """How to reach both, and the tick that both said yes. Looking is logged."""
        return _show_couple(desk, request_id, offer_id)

    @post("/{request_id:uuid}/koppelen/{offer_id:uuid}", sync_to_thread=True)
    def couple(self, desk: Given[Desk], request_id: FromPath[UUID], offer_id: FromPath[UUID], data: Typed) -> Answer:
        """Both said yes: the match is made."""
        if not is_ticked(data, "agreed"):
            wrong = InvalidInput({"agreed": "agreed_missing"})
            return _show_couple(desk, request_id, offer_id, sent=refused_form("couple", data, wrong))
        act = partial(coordination.couple, request_id=request_id, offer_id=offer_id, actor=desk.actor)
        name = _name_of(desk, offer_id)
        done = f"{name} is gekoppeld. Allebei krijgen ze bericht."
        return _do(desk, request_id, act, done, name=name, undoable="couple")

    @get("/{request_id:uuid}/koppelingen/{match_id:uuid}", sync_to_thread=True)
    def show_remove(self, desk: Given[Desk], request_id: FromPath[UUID], match_id: FromPath[UUID]) -> Answer:
        """Why is somebody taken off a case?"""
        return _show_remove(desk, request_id, match_id)

    @post("/{request_id:uuid}/koppelingen/{match_id:uuid}", sync_to_thread=True)
    def remove(self, desk: Given[Desk], request_id: FromPath[UUID], match_id: FromPath[UUID], data: Typed) -> Answer:
        """Undo a match of our own accord."""
        try:
            with desk.sessions.begin() as session:
                if matches.get_match(session, match_id).request_id != request_id:
                    raise NotFound("match")
                text = read_text(data, "remove_text")
                coordination.remove(session, match_id=match_id, actor=desk.actor, text=text, now=desk.now)
        except InvalidInput as wrong:
            return _show_remove(desk, request_id, match_id, sent=refused_form("remove", data, wrong))
        except _REFUSALS as refused:
            return _show_case(desk, request_id, refused=refused)
        return _back(desk, request_id, "De koppeling is weg. De plek is weer vrij, en beiden krijgen bericht.")


def _do(
    desk: Desk,
    request_id: UUID,
    act: Act,
    done: str,
    *,
    form: str = "",
    data: Mapping[str, Any] | None = None,
    name: str = "",
    undoable: str = "",
    also: tuple[UUID, ...] = (),
) -> Answer:
    """Run one use case and go back to the case; what is refused is told on the case itself, as it then stands.

    ``undoable`` names what can be taken back for a minute, and ``also`` the other requests that it changes.
    """
    try:
        with desk.sessions.begin() as session:
            run = partial(act, session, now=desk.now)
            if undoable:
                ids = (request_id, *also)
                undoing.record(session, undoable, run, request_ids=ids, actor=desk.actor, now=desk.now)
            else:
                run()
    except InvalidInput as wrong:
        return _show_case(desk, request_id, sent=refused_form(form, data or {}, wrong))
    except _REFUSALS as refused:
        return _show_case(desk, request_id, refused=refused, name=name)
    return _back(desk, request_id, done)


def _refuse(field: str, code: str) -> Act:
    def act(_session: Session, *, now: datetime) -> object:
        raise InvalidInput({field: code})

    return act


def _back(desk: Desk, request_id: UUID, done: str) -> Redirect:
    desk.after_commit()
    return desk.redirect(case_href(request_id, desk.view), flash=done)


def _look(desk: Desk, request_id: UUID) -> HelpRequest:
    """Log the look, in a short transaction of its own. Raises NotAllowed, NotFound."""
    with desk.sessions.begin() as session:
        return coordination.read_case(session, request_id=request_id, actor=desk.actor, now=desk.now)


def _show_case(
    desk: Desk,
    request_id: UUID,
    *,
    search: str = "",
    sent: SentForm = NOTHING_SENT,
    refused: MarketplaceError | None = None,
    name: str = "",
) -> Response[str]:
    request = _look(desk, request_id)
    with desk.sessions.read() as session:
        page = case_pages.build_case(
            session,
            request,
            actor=desk.actor,
            view=desk.view,
            organisation=desk.site.organisation,
            now=desk.now,
            search=search,
            sent=sent,
            notice=_notice(session, desk, request, refused, name) if refused else None,
        )
    status = 409 if refused else 400 if sent.name else 200
    return desk.render("coordinating/case.html", page, status=status)


def _ask_reason(desk: Desk, request_id: UUID, *, typed: str = "", code: str = "") -> Response[str]:
    page = ReasonPage(
        action=case_href(request_id, desk.view, "waarom"),
        back=HOME,
        typed=typed,
        errors={"reason": sentence_of(code)} if code else {},
    )
    return desk.render("privacy/reason.html", page, status=400 if code else 200)


def _show_couple(desk: Desk, request_id: UUID, offer_id: UUID, *, sent: SentForm = NOTHING_SENT) -> Answer:
    request = _look(desk, request_id)
    with desk.sessions.begin() as session:
        coordination.look_up_helper(session, request_id=request_id, offer_id=offer_id, actor=desk.actor, now=desk.now)
    with desk.sessions.read() as session:
        page = helper_pages.build_couple(
            session,
            request,
            offer_id,
            view=desk.view,
            actor=desk.actor,
            organisation=desk.site.organisation,
            now=desk.now,
            sent=sent,
        )
    if page is None:
        return _gone(desk, request_id, "Dit kan nu niet meer. Zo staat de zaak nu.")
    return desk.render("coordinating/couple.html", page, status=400 if sent.name else 200)


def _show_remove(desk: Desk, request_id: UUID, match_id: UUID, *, sent: SentForm = NOTHING_SENT) -> Answer:
    request = _look(desk, request_id)
    with desk.sessions.read() as session:
        page = case_pages.build_remove(session, request, match_id, view=desk.view, sent=sent)
    if page is None:
        return _gone(desk, request_id, "Deze koppeling loopt niet meer. Zo staat de zaak nu.")
    return desk.render("coordinating/remove.html", page, status=400 if sent.name else 200)


def _gone(desk: Desk, request_id: UUID, why: str) -> Redirect:
    return desk.redirect(case_href(request_id, desk.view), flash=why, kind="info")


def _notice(session: Session, desk: Desk, request: HelpRequest, refused: MarketplaceError, name: str) -> Notice:
    """What went otherwise than meant: who was first and when, or what does not fit."""
    if isinstance(refused, CaseHeld):
        holder = board.find_first_name(session, refused.holder_id)
        text = f"{holder} nam deze zaak {when(refused.held_at, now=desk.now)}. U kunt de zaak overnemen."
        return Notice("Een collega was u net voor", text)
    if isinstance(refused, undoing.CannotUndo):
        return Notice("Dit kan niet meer ongedaan", _NOT_UNDONE[refused.why])
    if isinstance(refused, SlotTaken):
        taken = last_taken(session, request.id, desk.now) or "Er is geen plek meer vrij."
        return Notice("Er is geen plek meer vrij", f"{taken} Er is nu niets veranderd.")
    if isinstance(refused, NoRoom):
        return Notice(f"{name} heeft geen plaats meer", f"{name} helpt al het aantal mensen dat is afgesproken.")
    if isinstance(refused, DoesNotFit):
        return Notice(f"{name} past hier niet bij", escalation.refusal(refused.reasons, name))
    return Notice("Er is intussen iets veranderd", "Er is nu niets gebeurd. Zo staat de zaak nu.")


def _name_of(desk: Desk, offer_id: UUID) -> str:
    with desk.sessions.read() as session:
        return board.get_helper(session, offer_id).first_name
