"""One ride on the planner's desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import asking, looking, moving, results
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.driving import read_result
from web.forms.reading import read_id, read_line
from web.guards import requires_ride_planner
from web.labels.problems import sentences_of
from web.pages.own_rides import SurePage
from web.pages.ride_board import HOME
from web.pages.ride_case import read_ride_case

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."


class Act(Protocol):
    """Something that is done with a ride."""

    def __call__(self, session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> object: ...


class RideCaseController(Controller):
    """For ride planners. Looking is logged."""

    path = HOME + "/rit/{ride_id:uuid}"
    guards = [requires_ride_planner]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Response[str]:
        """From door to door, who rides and who drives."""
        return _show(visit, ride_id)

    @post("/taxi", sync_to_thread=True)
    def refer(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Redirect:
        """Nobody can: the regional taxi drives."""
        return _do(visit, ride_id, moving.refer_to_taxi, "De passagier krijgt bericht dat de regiotaxi rijdt.")

    @post("/terug-naar-planning", sync_to_thread=True)
    def give_back(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Redirect:
        """The planning looks again."""
        return _do(visit, ride_id, moving.give_back, "De planning zoekt weer.")

    @post("/afloop", sync_to_thread=True)
    def tell(self, visit: Given[Visit], ride_id: FromPath[UUID], data: Typed) -> Answer:
        """The driver rang to say how it went."""
        try:
            told = read_result(data)
        except InvalidInput as wrong:
            return _show(visit, ride_id, problems=wrong.problems)

        def report(session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> object:
            mine = {promise.id for promise in queries.list_standing_promises(session, ride_id)}
            promise_id = read_id(read_line(data, "promise"))
            if promise_id is None or promise_id not in mine:
                raise NotFound("a drive of this ride")
            return results.report(
                session,
                promise_id=promise_id,
                result=told.result,
                parking_cents=told.parking_cents,
                actor=actor,
                now=now,
            )

        return _do(visit, ride_id, report, "Het staat genoteerd.")

    @get("/afzeggen", sync_to_thread=True)
    def ask_cancel(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Response[str]:
        """Are you sure?"""
        here = f"{HOME}/rit/{ride_id}"
        page = SurePage(
            title="Zegt de passagier deze rit af?",
            lead="U doet dit omdat de passagier het vroeg.",
            more="Wie zou rijden, krijgt meteen bericht.",
            action=f"{here}/afzeggen",
            button="Ja, zeg de rit af",
            back=here,
            back_words="Nee, laat de rit staan",
        )
        return visit.render("meeting/sure.html", page)

    @post("/afzeggen", sync_to_thread=True)
    def cancel(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Redirect:
        """The passenger rang: not after all."""
        return _do(visit, ride_id, asking.cancel_ride, "De rit is afgezegd. Wie zou rijden, krijgt bericht.")


def _show(visit: Visit, ride_id: UUID, *, problems: Mapping[str, str] | None = None) -> Response[str]:
    errors = sentences_of(dict(problems or {}))
    with visit.sessions.begin() as session:
        ride = looking.open_ride(session, ride_id=ride_id, actor=visit.actor, now=visit.now)
        page = read_ride_case(session, ride, now=visit.now, errors=errors)
    return visit.render("ride_board/ride.html", page, status=400 if problems else 200)


def _do(visit: Visit, ride_id: UUID, act: Act, told: str) -> Redirect:
    here = f"{HOME}/rit/{ride_id}"
    try:
        with visit.sessions.begin() as session:
            act(session, ride_id=ride_id, actor=visit.actor, now=visit.now)
    except (IllegalTransition, Overtaken):
        return visit.redirect(here, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash=told)
