"""The ride planner's board: choose a ride, choose a driver, see what it costs, and only then do it."""

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace import due
from marketplace.errors import IllegalTransition, NotFound, Overtaken
from marketplace.queries import ride_board
from marketplace.rides import moving
from marketplace.rides.moving import DoesNotFitDriver, Move
from marketplace.rides.planning import Solve
from web import dates
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import Form, is_ticked, read_day, read_id, read_line
from web.guards import requires_ride_planner
from web.labels.requests import sentence_case
from web.pages.ride_board import HOME, NOBODY, board_href, read_board, why_not

_CHANGED: Final = "Er is intussen iets veranderd in deze dag. Kijk nog eens."


class RideBoardController(Controller):
    """For ride planners, and for nobody else: here stands who goes where."""

    path = HOME
    guards = [requires_ride_planner]

    @get(sync_to_thread=True)
    def begin(self, visit: Given[Visit], dag: FromQuery[str] = "") -> Redirect:
        """The day that was chosen, else today, or the first day after it on which anybody rides."""
        on = read_day(dag)
        if on is None:
            on = dates.day_of(visit.now)
            with visit.sessions.read() as session:
                on = ride_board.next_day(session, visit.site.municipality_id, from_on=on) or on
        return visit.redirect(board_href(on))

    @get("/{day:str}", sync_to_thread=True)
    def show(
        self,
        visit: Given[Visit],
        day: FromPath[str],
        solve: Given[Solve],
        rit: FromQuery[str] = "",
        chauffeur: FromQuery[str] = "",
    ) -> Response[str]:
        """A day; with a ride chosen and a driver for it, also what that would cost. Nothing is changed by looking."""
        on, ride_id = _day(day), read_id(rit)
        weighed = _weigh(visit, ride_id, chauffeur, solve) if ride_id is not None and chauffeur else None
        with visit.sessions.read() as session:
            page = read_board(
                session,
                municipality_id=visit.site.municipality_id,
                municipality=visit.site.municipality,
                day=on,
                now=visit.now,
                ride_id=ride_id,
                driver=chauffeur if weighed is not None else "",
                weighed=weighed,
            )
        return visit.render("ride_board/board.html", page)

    @post("/{day:str}/verplaatsen", sync_to_thread=True)
    def move(self, visit: Given[Visit], day: FromPath[str], data: Typed, solve: Given[Solve]) -> Answer:
        """Give the ride to this driver, or to nobody."""
        ride_id = _ride(data)
        driver_id = _driver(read_line(data, "driver"))

        def act() -> Move:
            return moving.move(
                visit.sessions,
                ride_id=ride_id,
                driver_id=driver_id,
                actor=visit.actor,
                now=visit.now,
                solve=solve,
                is_agreed=is_ticked(data, "is_agreed"),
            )

        told = (
            "De rit is weer van niemand." if driver_id is None else "De rit is verplaatst. Wie het aangaat, hoort het."
        )
        return _do(visit, _day(day), ride_id, act, told)

    @post("/{day:str}/ongedaan", sync_to_thread=True)
    def undo(self, visit: Given[Visit], day: FromPath[str], data: Typed, solve: Given[Solve]) -> Answer:
        """Back to whose the ride was before the last move."""
        ride_id = _ride(data)

        def act() -> Move:
            return moving.undo(visit.sessions, ride_id=ride_id, actor=visit.actor, now=visit.now, solve=solve)

        return _do(visit, _day(day), ride_id, act, "Het is ongedaan gemaakt.")

    @post("/{day:str}/plannen", sync_to_thread=True)
    def plan(self, visit: Given[Visit], day: FromPath[str]) -> Redirect:
        """Plan the day now, or again: what is promised stays where it can."""
        on = _day(day)
        with visit.sessions.begin() as session:
            due.add_plan(session, municipality_id=visit.site.municipality_id, day=on, at=visit.now)
        visit.after_commit()
        told = "De planning wordt gemaakt. Open deze dag over een halve minuut opnieuw."
        return visit.redirect(board_href(on), flash=told, kind="info")


def _day(typed: str) -> date:
    """The day that an address names. Raises NotFound."""
    day = read_day(typed)
    if day is None:
        raise NotFound(f"day {typed}")
    return day


def _weigh(visit: Visit, ride_id: UUID, chauffeur: str, solve: Solve) -> Move | None:
    try:
        driver_id = _driver(chauffeur)
        return moving.weigh(
            visit.sessions, ride_id=ride_id, driver_id=driver_id, actor=visit.actor, now=visit.now, solve=solve
        )
    except (IllegalTransition, NotFound):
        return None


def _ride(data: Form) -> UUID:
    ride_id = read_id(read_line(data, "ride"))
    if ride_id is None:
        raise NotFound("ride")
    return ride_id


def _driver(typed: str) -> UUID | None:
    """A driver, or None for nobody. Raises NotFound for anything else."""
    driver_id = read_id(typed)
    if driver_id is None and typed != NOBODY:
        raise NotFound("driver")
    return driver_id


def _do(visit: Visit, day: date, ride_id: UUID, act: Callable[[], Move], told: str) -> Redirect:
    here = board_href(day, ride=ride_id, at="verplaatsen")
    try:
        act()
    except DoesNotFitDriver as refused:
        return visit.redirect(here, flash=sentence_case(why_not(refused.reason, "deze chauffeur")), kind="error")
    except (Overtaken, IllegalTransition):
        return visit.redirect(here, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash=told)
