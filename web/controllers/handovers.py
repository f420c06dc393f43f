"""Handing a case over: by staff, with the resident's yes, to an organisation that has nothing but a link."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import handovers
from marketplace.errors import CaseHeld, IllegalTransition, InvalidInput, NotFound, SlotTaken
from marketplace.handovers import Parcel
from marketplace.links import HandOverLinks
from marketplace.models import Channel
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import Form, is_ticked, read_id, read_line, read_text
from web.guards import requires_sign_in, requires_staff
from web.pages import handovers as pages

_FIELDS: Final = ("organisation", "email", "story", "with_contact", "agreed_by")
_AGREED: Final = {"telefoon": Channel.TELEPHONE, "papier": Channel.DESK}
_ASK: Final = "vraag"


class HandOverController(Controller):
    """For who works on the case."""

    path = "/werk/{request_id:uuid}/overdragen"
    guards = [requires_staff]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Response[str]:
        """How it stands, or the form to begin."""
        with visit.sessions.read() as session:
            page = pages.read_staff_page(session, request_id, actor=visit.actor, now=visit.now)
        return visit.render("handovers/staff.html", page)

    @post("/", sync_to_thread=True)
    def prepare(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """What goes along, to whom, and how the resident says yes."""
        try:
            agreed_by = _read_agreed(data)
            with visit.sessions.begin() as session:
                handovers.prepare(
                    session,
                    request_id=request_id,
                    parcel=_read_parcel(data),
                    agreed_by=agreed_by,
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            typed = {name: read_text(data, name) for name in _FIELDS}
            with visit.sessions.read() as session:
                page = pages.read_staff_page(
                    session, request_id, actor=visit.actor, now=visit.now, typed=typed, problems=refused.problems
                )
            return visit.render("handovers/staff.html", page, status=400)
        except (CaseHeld, SlotTaken):
            told = "Een collega heeft deze zaak, of ze is al rond. Er is niets doorgegeven."
            return visit.redirect(f"/werk/{request_id}", flash=told, kind="info")
        visit.after_commit()
        done = "Het verhaal gaat nu door." if agreed_by else "De hulpvrager krijgt de vraag of dit mag."
        return visit.redirect(f"/werk/{request_id}/overdragen", flash=done)

    @post("/akkoord", sync_to_thread=True)
    def agree(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """The resident said yes by telephone, or on paper."""
        channel = _AGREED.get(read_line(data, "hoe"), Channel.TELEPHONE)
        return _do(visit, request_id, data, handovers.note_agreed, "Het verhaal gaat nu door.", channel=channel)

    @post("/ontvangen", sync_to_thread=True)
    def receive(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """The other organisation goes on with it."""
        return _do(visit, request_id, data, handovers.note_received, "De overdracht is rond.")

    @post("/terug", sync_to_thread=True)
    def withdraw(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """After all not."""
        return _do(visit, request_id, data, handovers.withdraw, "De overdracht is gestopt. De zaak is van u.")


class OwnHandOverController(Controller):
    """For whose story it is."""

    path = "/mijn/vragen/{request_id:uuid}/overdracht"
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Response[str]:
        """Every word that would go along."""
        with visit.sessions.read() as session:
            page = pages.read_own_page(session, request_id, actor=visit.actor)
        return visit.render("handovers/own.html", page)

    @post("/", sync_to_thread=True)
    def answer(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Redirect:
        """Yes or no; anything else is neither."""
        keuze = read_line(data, "keuze")
        here = f"/mijn/vragen/{request_id}/overdracht"
        if keuze not in ("ja", "nee"):
            return visit.redirect(here)
        with visit.sessions.begin() as session:
            handovers.answer(session, request_id=request_id, is_yes=keuze == "ja", actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect(here)


class HandOverLinkController(Controller):
    """The signed token in the path is the key, to one hand-over. Opening changes nothing."""

    path = "/overdracht/{token:str}"

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], token: FromPath[str], hand_over_links: Given[HandOverLinks]) -> Response[str]:
        """The story, and two answers; once they took it, how to reach the resident."""
        with visit.sessions.read() as session:
            page = pages.read_link_page(session, _read(hand_over_links, token), now=visit.now)
        return visit.render("handovers/link.html", page)

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, hand_over_links: Given[HandOverLinks]
    ) -> Redirect:
        """They take it, or it comes back."""
        hand_over_id, said = _read(hand_over_links, token), read_line(data, "antwoord")
        if said in ("ja", "nee"):
            with visit.sessions.begin() as session:
                handovers.confirm(session, hand_over_id=hand_over_id, is_yes=said == "ja", now=visit.now)
            visit.after_commit()
        return visit.redirect(hand_over_links.path(hand_over_id))


def _read(links: HandOverLinks, token: str) -> UUID:
    if (hand_over_id := links.read(token)) is None:
        raise NotFound("a link of ours")
    return hand_over_id


def _read_parcel(data: Form) -> Parcel:
    return Parcel(
        organisation=read_line(data, "organisation"),
        email=read_line(data, "email").lower(),
        story=read_text(data, "story"),
        with_contact=is_ticked(data, "with_contact"),
    )


def _read_agreed(data: Form) -> Channel | None:
    how = read_line(data, "agreed_by")
    if how not in (*_AGREED, _ASK):
        raise InvalidInput({"agreed_by": "agreed_by_missing"})
    return _AGREED.get(how)


def _do(visit: Visit, request_id: UUID, data: Form, act: Callable[..., object], done: str, **more: Any) -> Redirect:
    here = f"/werk/{request_id}/overdragen"
    hand_over_id = read_id(read_line(data, "overdracht"))
    if hand_over_id is None:
        raise NotFound("hand-over")
    try:
        with visit.sessions.begin() as session:
            act(session, request_id=request_id, hand_over_id=hand_over_id, actor=visit.actor, now=visit.now, **more)
    except IllegalTransition:
        return visit.redirect(here, flash="Het staat intussen anders. Kijk hieronder.", kind="info")
    visit.after_commit()
    return visit.redirect(here, flash=done)
