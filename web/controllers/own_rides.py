"""The rides of who rides: how they stand, and taking one back."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.rides import asking
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_day, read_line, read_minute
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import own_rides as pages
from web.pages.own_rides import ADDRESS

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."
_FIELDS: Final = {"day": "day", "wanted_minute": "at", "return_minute": "back_at"}


class OwnRidesController(Controller):
    """For whoever rides, or asks for another."""

    path = ADDRESS
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], nieuw: FromQuery[str] = "") -> Response[str]:
        """To come, every week, and what has been."""
        with visit.sessions.read() as session:
            page = pages.read_rides_page(session, actor=visit.actor, is_new=bool(nieuw), now=visit.now)
        return visit.render("own_rides/rides.html", page)

    @get("/{ride_id:uuid}", sync_to_thread=True)
    def show_ride(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Response[str]:
        """How one ride stands."""
        with visit.sessions.read() as session:
            page = pages.read_ride_page(session, ride_id, actor=visit.actor, now=visit.now)
        return visit.render("own_rides/ride.html", page)

    @get("/{ride_id:uuid}/afzeggen", sync_to_thread=True)
    def ask_cancel(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Answer:
        """Are you sure?"""
        with visit.sessions.read() as session:
            page = pages.read_cancel_page(session, ride_id, actor=visit.actor, now=visit.now)
        if page is None:
            return visit.redirect(f"{ADDRESS}/{ride_id}", flash=_CHANGED, kind="info")
        return visit.render("meeting/sure.html", page)

    @post("/{ride_id:uuid}/afzeggen", sync_to_thread=True)
    def cancel(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Redirect:
        """Not after all, or this one time not."""
        here = f"{ADDRESS}/{ride_id}"
        try:
            with visit.sessions.begin() as session:
                ride = pages.own_ride(session, ride_id, visit.actor)
                if ride.standing_id is not None and ride.standing_on is not None:
                    asking.skip_day(
                        session, standing_id=ride.standing_id, day=ride.standing_on, actor=visit.actor, now=visit.now
                    )
                else:
                    asking.cancel_ride(session, ride_id=ride_id, actor=visit.actor, now=visit.now)
        except IllegalTransition:
            return visit.redirect(here, flash=_CHANGED, kind="info")
        visit.after_commit()
        return visit.redirect(here, flash="De rit is afgezegd. Wie zou rijden, krijgt bericht.")

    @get("/{ride_id:uuid}/verzetten", sync_to_thread=True)
    def ask_move(self, visit: Given[Visit], ride_id: FromPath[UUID]) -> Answer:
        """This one time, when then?"""
        return _ask_move(visit, ride_id)

    @post("/{ride_id:uuid}/verzetten", sync_to_thread=True)
    def move(self, visit: Given[Visit], ride_id: FromPath[UUID], data: Typed) -> Answer:
        """One time on another day, or at another time."""
        typed = {name: read_line(data, name) for name in ("day", "at", "back_at")}
        day, minute, back = read_day(typed["day"]), read_minute(typed["at"]), read_minute(typed["back_at"])
        missing = {"day": "date_missing" * (day is None), "at": "ride_time_missing" * (minute is None)}
        if problems := {name: code for name, code in missing.items() if code}:
            return _ask_move(visit, ride_id, typed=typed, problems=problems)
        try:
            with visit.sessions.begin() as session:
                ride = pages.own_ride(session, ride_id, visit.actor)
                if ride.standing_id is None or ride.standing_on is None or day is None:
                    return visit.redirect(f"{ADDRESS}/{ride_id}", flash=_CHANGED, kind="info")
                moved = asking.move_day(
                    session,
                    standing_id=ride.standing_id,
                    day=ride.standing_on,
                    moved_to=day,
                    wanted_minute=minute,
                    return_minute=back,
                    actor=visit.actor,
                    now=visit.now,
                )
                path = f"{ADDRESS}/{moved.id}"
        except InvalidInput as wrong:
            problems = {_FIELDS.get(name, "day"): code for name, code in wrong.problems.items()}
            return _ask_move(visit, ride_id, typed=typed, problems=problems)
        visit.after_commit()
        return visit.redirect(path, flash="Deze ene rit is verzet. De andere keren blijven zoals ze zijn.")

    @get("/elke-week/{standing_id:uuid}/stoppen", sync_to_thread=True)
    def ask_stop(self, visit: Given[Visit], standing_id: FromPath[UUID]) -> Response[str]:
        """Are you sure about all of them?"""
        with visit.sessions.read() as session:
            page = pages.read_stop_page(session, standing_id, actor=visit.actor)
        return visit.render("meeting/sure.html", page)

    @post("/elke-week/{standing_id:uuid}/stoppen", sync_to_thread=True)
    def stop(self, visit: Given[Visit], standing_id: FromPath[UUID]) -> Redirect:
        """No more of it."""
        with visit.sessions.begin() as session:
            pages.own_standing(session, standing_id, visit.actor)
            asking.end_standing(session, standing_id=standing_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect(ADDRESS, flash="Deze ritten stoppen. Wie zou rijden, krijgt bericht.")


def _ask_move(
    visit: Visit, ride_id: UUID, *, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> Answer:
    with visit.sessions.read() as session:
        page = pages.read_move_page(
            session, ride_id, actor=visit.actor, now=visit.now, typed=typed, errors=sentences_of(dict(problems or {}))
        )
    if page is None:
        return visit.redirect(f"{ADDRESS}/{ride_id}", flash=_CHANGED, kind="info")
    return visit.render("own_rides/move.html", page, status=400 if problems else 200)
