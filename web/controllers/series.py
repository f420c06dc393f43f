"""Help that returns: its page, one time that changes, going on, stopping, how often and how it goes."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import coordination, meetings
from marketplace.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound, Overtaken, ReasonNeeded
from marketplace.models import HowItWas, Occurrence
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.rhythms import instant_of
from marketplace.series import changing, going_on
from web import dates
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_day, read_line, read_minute, read_text, read_whole
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import series as pages
from web.pages.series import ADDRESS

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."
_NOW: Final = "nu"
# What somebody does with one time, by the end of the address: the use case, and what they are told.
_ACTS: Final[Mapping[str, tuple[Callable[..., Occurrence], str]]] = {
    "niet": (changing.skip, "Deze keer gaat het niet door. De andere keren blijven."),
    "toch-wel": (changing.restore, "Het gaat deze keer toch door."),
    "kan-niet": (changing.refuse, "Dank u wel dat u het zegt. Wij regelen iemand anders."),
    "past-niet": (changing.turn_down_move, "Het staat weer op de gewone dag. Wij zoeken iemand die dan kan."),
    "niemand": (changing.miss, "Dank u wel. Iemand van ons kijkt ernaar."),
}


class SeriesController(Controller):
    """For who asks, who helps in it, who comes once, and staff; for everybody else it is not there."""

    path = f"{ADDRESS}/{{series_id:uuid}}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], series_id: FromPath[UUID]) -> Answer:
        """The next times, and what one can do with each."""
        return _show(visit, series_id)

    @post("/keer/{occurrence_id:uuid}/{act:str}", sync_to_thread=True)
    def change(
        self, visit: Given[Visit], series_id: FromPath[UUID], occurrence_id: FromPath[UUID], act: FromPath[str]
    ) -> Redirect:
        """Not this once, after all, I cannot, it does not suit me, nobody came."""
        if act not in _ACTS:
            raise NotFound(f"act {act}")
        use_case, told = _ACTS[act]
        here = f"{ADDRESS}/{series_id}"
        try:
            with visit.sessions.begin() as session:
                one = _own(session, visit, series_id, occurrence_id)
                more: dict[str, Any] = {}
                if act == "kan-niet" and one.person_id is not None and one.person_id != visit.actor.person_id:
                    more["of_person"] = one.person_id
                use_case(session, occurrence_id=occurrence_id, actor=visit.actor, now=visit.now, **more)
        except (IllegalTransition, Overtaken):
            return visit.redirect(here, flash=_CHANGED, kind="info")
        visit.after_commit()
        return visit.redirect(here, flash=told)

    @get("/keer/{occurrence_id:uuid}/andere-dag", sync_to_thread=True)
    def ask_move(self, visit: Given[Visit], series_id: FromPath[UUID], occurrence_id: FromPath[UUID]) -> Answer:
        """Which day then, this once?"""
        return _ask_move(visit, series_id, occurrence_id)

    @post("/keer/{occurrence_id:uuid}/andere-dag", sync_to_thread=True)
    def move(
        self, visit: Given[Visit], series_id: FromPath[UUID], occurrence_id: FromPath[UUID], data: Typed
    ) -> Answer:
        """One time on another day, or at another time."""
        typed = {name: read_line(data, name) for name in ("day", "at")}
        day, minute = read_day(typed["day"]), read_minute(typed["at"])
        if day is None or minute is None:
            missing = {"day": "date_missing" * (day is None), "at": "series_time_missing" * (minute is None)}
            return _ask_move(visit, series_id, occurrence_id, typed, {k: v for k, v in missing.items() if v})
        here = f"{ADDRESS}/{series_id}"
        try:
            with visit.sessions.begin() as session:
                _own(session, visit, series_id, occurrence_id)
                changing.move(
                    session,
                    occurrence_id=occurrence_id,
                    starts_at=instant_of(day, minute),
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as wrong:
            return _ask_move(visit, series_id, occurrence_id, typed, wrong.problems)
        except (IllegalTransition, Overtaken):
            return visit.redirect(here, flash=_CHANGED, kind="info")
        visit.after_commit()
        return visit.redirect(here, flash="Deze ene keer is verzet. De andere keren blijven zoals ze zijn.")

    @post("/doorgaan", sync_to_thread=True)
    def go_on(self, visit: Given[Visit], series_id: FromPath[UUID], data: Typed) -> Answer:
        """It goes on for so many months."""
        months = read_whole(read_line(data, "months")) or 0
        if not 0 < months <= 12:
            return _show(visit, series_id, {"months": "series_months"})
        last_on = pages.last_day_of_months(months, dates.day_of(visit.now))
        return _do(visit, series_id, going_on.go_on, "Fijn. Het gaat door.", last_on=last_on)

    @get("/stoppen", sync_to_thread=True)
    def ask_stop(self, visit: Given[Visit], series_id: FromPath[UUID]) -> Response[str]:
        """What is the last time?"""
        return _ask_stop(visit, series_id)

    @post("/stoppen", sync_to_thread=True)
    def stop(self, visit: Given[Visit], series_id: FromPath[UUID], data: Typed) -> Answer:
        """Who asks needs it no longer, or who helps stops."""
        chosen = read_line(data, "last")
        last_on = read_day(chosen)
        if chosen != _NOW and last_on is None:
            return _ask_stop(visit, series_id, {"last": "series_last_missing"})
        with visit.sessions.read() as session:
            series = queries.get_series(session, series_id)
            request = requests.get_request(session, series.request_id)
            viewer = pages.find_viewer(session, series, request, visit.actor, visit.now)
        if viewer.steers:
            return _do(visit, series_id, going_on.stop, "Het stopt. Wie u helpt, hoort het meteen.", last_on=last_on)
        told = "Dank u wel voor al uw hulp. Wij zoeken iemand anders."
        return _do(visit, series_id, going_on.step_down, told, back="/mijn", leaves_on=last_on)

    @post("/hoe-vaak", sync_to_thread=True)
    def set_most(self, visit: Given[Visit], series_id: FromPath[UUID], data: Typed) -> Answer:
        """A helper of a circle says how often a month at most."""
        typed = read_line(data, "most")
        most = read_whole(typed) if typed else None
        if typed and most is None:
            return _show(visit, series_id, {"most": "series_most"})
        return _do(visit, series_id, going_on.set_most, "Dank u wel. Wij houden ons daaraan.", most=most)

    @post("/hoe-gaat-het", sync_to_thread=True)
    def say_how(self, visit: Given[Visit], series_id: FromPath[UUID], data: Typed) -> Answer:
        """How it goes."""
        how = {one.value: one for one in HowItWas}.get(read_line(data, "how"))
        if how is None:
            return _show(visit, series_id, {"how": "series_how_missing"})
        told = "Dank u wel. Iemand van ons belt u." if how is HowItWas.BAD else "Dank u wel voor uw antwoord."
        return _do(visit, series_id, going_on.say_how, told, how=how, remark=read_text(data, "remark"))

    @post("/uren", sync_to_thread=True)
    def log_hours(self, visit: Given[Visit], series_id: FromPath[UUID], data: Typed) -> Answer:
        """How long somebody helped so far, in all."""
        try:
            minutes = round(float(read_line(data, "hours").replace(",", ".")) * 60)
            with visit.sessions.begin() as session:
                series = queries.get_series(session, series_id)
                request = requests.get_request(session, series.request_id)
                viewer = pages.find_viewer(session, series, request, visit.actor, visit.now)
                if viewer.helper is None:
                    raise NotAllowed("hours of another")
                meetings.log_hours(
                    session,
                    match_id=viewer.helper.match.id,
                    minutes=minutes,
                    actor=visit.actor,
                    now=visit.now,
                    longest_min=meetings.LONGEST_IN_ALL_MIN,
                )
        except (ValueError, OverflowError, InvalidInput):
            return _show(visit, series_id, {"hours": "series_hours"})
        return visit.redirect(f"{ADDRESS}/{series_id}", flash="Dank u wel. Uw uren zijn bewaard.")


def _own(session: Any, visit: Visit, series_id: UUID, occurrence_id: UUID) -> Occurrence:
    """The time, where it is of this series and somebody has to do with it. Raises NotFound."""
    one = queries.get_occurrence(session, occurrence_id)
    series = queries.get_series(session, series_id)
    if one.series_id != series.id:
        raise NotFound(f"occurrence {occurrence_id}")
    pages.find_viewer(session, series, requests.get_request(session, series.request_id), visit.actor, visit.now)
    return one


def _show(visit: Visit, series_id: UUID, problems: Mapping[str, str] | None = None) -> Answer:
    try:
        with visit.sessions.begin() as session:
            series = queries.get_series(session, series_id)
            request = requests.get_request(session, series.request_id)
            viewer = pages.find_viewer(session, series, request, visit.actor, visit.now)
            if viewer.is_staff:
                # Names stand on it: looking at it is looking at the case.
                coordination.read_case(session, request_id=request.id, actor=visit.actor, now=visit.now)
    except ReasonNeeded as needed:
        return visit.redirect(f"/werk/{needed.request_id}")
    with visit.sessions.read() as session:
        page = pages.read_series_page(
            session, series_id, actor=visit.actor, now=visit.now, errors=sentences_of(dict(problems or {}))
        )
    return visit.render("series/series.html", page, status=400 if problems else 200)


def _ask_move(
    visit: Visit,
    series_id: UUID,
    occurrence_id: UUID,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Answer:
    with visit.sessions.read() as session:
        _own(session, visit, series_id, occurrence_id)
        page = pages.read_move_page(
            session,
            occurrence_id,
            actor=visit.actor,
            now=visit.now,
            typed=typed,
            errors=sentences_of(dict(problems or {})),
        )
    if page is None:
        return visit.redirect(f"{ADDRESS}/{series_id}", flash=_CHANGED, kind="info")
    return visit.render("series/move.html", page, status=400 if problems else 200)


def _ask_stop(visit: Visit, series_id: UUID, problems: Mapping[str, str] | None = None) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_stop_page(
            session, series_id, actor=visit.actor, now=visit.now, errors=sentences_of(dict(problems or {}))
        )
    return visit.render("series/stop.html", page, status=400 if problems else 200)


def _do(
    visit: Visit, series_id: UUID, use_case: Callable[..., Any], told: str, *, back: str = "", **more: Any
) -> Answer:
    here = f"{ADDRESS}/{series_id}"
    try:
        with visit.sessions.begin() as session:
            series = queries.get_series(session, series_id)
            request = requests.get_request(session, series.request_id)
            pages.find_viewer(session, series, request, visit.actor, visit.now)
            use_case(session, series_id=series_id, actor=visit.actor, now=visit.now, **more)
    except InvalidInput as wrong:
        return _show(visit, series_id, wrong.problems)
    except (IllegalTransition, Overtaken):
        return visit.redirect(here, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(back or here, flash=told)
