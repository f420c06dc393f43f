"""A driver's day: yes to it, not this one, how it went. From the mailed link, which never signs in, or signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken
from marketplace.links import DriverDayLinks, StandbyLinks
from marketplace.permissions import Actor
from marketplace.queries import own_drives
from marketplace.queries import rides as queries
from marketplace.rides import answering, results, seeking
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.driving import read_result, typed_result
from web.forms.reading import Form, read_id, read_line
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import driving_day as pages
from web.pages.answering import UnknownLinkPage
from web.pages.driving import HOME
from web.pages.standing_in import read_ask_page

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."


@dataclass(frozen=True)
class Side:
    """A day, its driver, and by which way they came."""

    driver_day_id: UUID
    actor: Actor
    base: str
    is_linked: bool


class LinkDayController(Controller):
    """The signed token in the path is the key: to one day of one driver."""

    path = "/rijden/{token:str}"

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], token: FromPath[str], day_links: Given[DriverDayLinks]) -> Response[str]:
        """The day; opening it changes nothing."""
        if (side := _open(visit, day_links, token)) is None:
            return _unknown(visit)
        return _show(visit, side)

    @get("/blad", sync_to_thread=True)
    def show_sheet(self, visit: Given[Visit], token: FromPath[str], day_links: Given[DriverDayLinks]) -> Answer:
        """The day on paper."""
        if (side := _open(visit, day_links, token)) is None:
            return _unknown(visit)
        return _sheet(visit, side)

    @post("/ja", sync_to_thread=True)
    def accept(self, visit: Given[Visit], token: FromPath[str], day_links: Given[DriverDayLinks]) -> Answer:
        """Yes to the whole day."""
        if (side := _open(visit, day_links, token)) is None:
            return _unknown(visit)
        return _accept(visit, side)

    @post("/niet", sync_to_thread=True)
    def decline(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, day_links: Given[DriverDayLinks]
    ) -> Answer:
        """Not this one."""
        if (side := _open(visit, day_links, token)) is None:
            return _unknown(visit)
        return _decline(visit, side, data)

    @post("/afloop", sync_to_thread=True)
    def tell(self, visit: Given[Visit], token: FromPath[str], data: Typed, day_links: Given[DriverDayLinks]) -> Answer:
        """How one drive went."""
        if (side := _open(visit, day_links, token)) is None:
            return _unknown(visit)
        return _tell(visit, side, data)


class DayController(Controller):
    """The same pages for who is signed in."""

    path = HOME + "/dag/{driver_day_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], driver_day_id: FromPath[UUID]) -> Response[str]:
        """The day."""
        return _show(visit, _side(visit, driver_day_id))

    @get("/blad", sync_to_thread=True)
    def show_sheet(self, visit: Given[Visit], driver_day_id: FromPath[UUID]) -> Answer:
        """The day on paper."""
        return _sheet(visit, _side(visit, driver_day_id))

    @post("/ja", sync_to_thread=True)
    def accept(self, visit: Given[Visit], driver_day_id: FromPath[UUID]) -> Answer:
        """Yes to the whole day."""
        return _accept(visit, _side(visit, driver_day_id))

    @post("/niet", sync_to_thread=True)
    def decline(self, visit: Given[Visit], driver_day_id: FromPath[UUID], data: Typed) -> Answer:
        """Not this one."""
        return _decline(visit, _side(visit, driver_day_id), data)

    @post("/afloop", sync_to_thread=True)
    def tell(self, visit: Given[Visit], driver_day_id: FromPath[UUID], data: Typed) -> Answer:
        """How one drive went."""
        return _tell(visit, _side(visit, driver_day_id), data)


class StandbyLinkController(Controller):
    """May we ask you, this once: the signed token is the key to that one question."""

    path = "/invallen/{token:str}"

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], token: FromPath[str], standby_links: Given[StandbyLinks]) -> Response[str]:
        """For whom, when and where; opening it changes nothing."""
        ask_id = standby_links.read(token)
        return _unknown(visit) if ask_id is None else _ask(visit, ask_id, None, f"/invallen/{token}")

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, standby_links: Given[StandbyLinks]
    ) -> Answer:
        """Yes or no."""
        ask_id = standby_links.read(token)
        return _unknown(visit) if ask_id is None else _answer_ask(visit, ask_id, None, data, f"/invallen/{token}")


class StandbyController(Controller):
    """The same for who is signed in."""

    path = HOME + "/invallen/{ask_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], ask_id: FromPath[UUID]) -> Response[str]:
        """For whom, when and where."""
        return _ask(visit, ask_id, visit.actor, f"{HOME}/invallen/{ask_id}")

    @post(sync_to_thread=True)
    def answer(self, visit: Given[Visit], ask_id: FromPath[UUID], data: Typed) -> Answer:
        """Yes or no."""
        return _answer_ask(visit, ask_id, visit.actor, data, f"{HOME}/invallen/{ask_id}")


def _open(visit: Visit, links: DriverDayLinks, token: str) -> Side | None:
    """Whoever comes by the link acts as its driver, for this day only."""
    driver_day_id = links.read(token)
    if driver_day_id is None:
        return None
    with visit.sessions.read() as session:
        try:
            day = queries.get_driver_day(session, driver_day_id)
        except NotFound:
            return None
        return Side(driver_day_id, Actor(day.person_id), f"/rijden/{token}", is_linked=True)


def _side(visit: Visit, driver_day_id: UUID) -> Side:
    return Side(driver_day_id, visit.actor, f"{HOME}/dag/{driver_day_id}", is_linked=False)


def _unknown(visit: Visit) -> Response[str]:
    return visit.render("answering/unknown.html", UnknownLinkPage(), status=404)


def _show(
    visit: Visit,
    side: Side,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_day_page(
            session,
            side.driver_day_id,
            actor=side.actor,
            base=side.base,
            is_linked=side.is_linked,
            now=visit.now,
            typed=typed,
            errors=sentences_of(dict(problems or {})),
        )
    return visit.render("driving/day.html", page, status=400 if problems else 200)


def _sheet(visit: Visit, side: Side) -> Answer:
    with visit.sessions.read() as session:
        page = pages.read_sheet(session, side.driver_day_id, actor=side.actor, base=side.base, now=visit.now)
    return visit.redirect(side.base) if page is None else visit.render("driving/sheet.html", page)


def _accept(visit: Visit, side: Side) -> Answer:
    try:
        with visit.sessions.begin() as session:
            pages.own_day(session, side.driver_day_id, side.actor)
            answering.accept_day(session, driver_day_id=side.driver_day_id, actor=side.actor, now=visit.now)
    except (IllegalTransition, Overtaken):
        return visit.redirect(side.base, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(side.base, flash="Dank u wel. Wij laten het uw passagiers weten.")


def _decline(visit: Visit, side: Side, data: Form) -> Answer:
    try:
        with visit.sessions.begin() as session:
            promise_id = _promise(session, side, data)
            answering.decline_ride(session, promise_id=promise_id, actor=side.actor, now=visit.now)
    except (IllegalTransition, Overtaken):
        return visit.redirect(side.base, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(side.base, flash="Dank u wel dat u het zegt. Wij zoeken iemand anders.")


def _tell(visit: Visit, side: Side, data: Form) -> Answer:
    try:
        told = read_result(data)
    except InvalidInput as wrong:
        return _show(visit, side, typed=typed_result(data), problems=wrong.problems)
    try:
        with visit.sessions.begin() as session:
            promise_id = _promise(session, side, data)
            results.report(
                session,
                promise_id=promise_id,
                result=told.result,
                parking_cents=told.parking_cents,
                actor=side.actor,
                now=visit.now,
            )
    except (IllegalTransition, Overtaken):
        return visit.redirect(side.base, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(side.base, flash="Dank u wel. Het staat genoteerd.")


def _promise(session: Session, side: Side, data: Form) -> UUID:
    """The drive that a button stands for: one of this day, and of no other."""
    promise_id = read_id(read_line(data, "promise"))
    mine = {row.promise.id for row in own_drives.list_promised(session, side.driver_day_id)}
    if promise_id is None or promise_id not in mine:
        raise NotFound("a drive of this day")
    return promise_id


def _ask(visit: Visit, ask_id: UUID, actor: Actor | None, base: str) -> Response[str]:
    with visit.sessions.read() as session:
        page = read_ask_page(session, ask_id, actor=actor, base=base, now=visit.now)
    return visit.render("driving/ask.html", page)


def _answer_ask(visit: Visit, ask_id: UUID, actor: Actor | None, data: Form, base: str) -> Answer:
    is_yes = read_line(data, "answer") == "yes"
    try:
        with visit.sessions.begin() as session:
            ask = own_drives.get_ask(session, ask_id)
            if ask is None or (actor is not None and ask.person_id != actor.person_id):
                raise NotFound(f"question {ask_id}")
            seeking.answer_standby(
                session, ask_id=ask_id, is_yes=is_yes, actor=actor or Actor(ask.person_id), now=visit.now
            )
    except (IllegalTransition, Overtaken):
        return visit.redirect(base, flash="Er is al iemand gevonden. Toch bedankt.", kind="info")
    visit.after_commit()
    told = "Dank u wel. U krijgt zo de rit met het adres." if is_yes else "Dank u wel dat u het zegt."
    return visit.redirect(base, flash=told)
