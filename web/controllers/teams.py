"""The team: duties, absences, areas handed over, the times of the ladder, organisations that help out."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace import teams
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Rung
from marketplace.policies import local_midnight
from marketplace.teams import Turn
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import is_ticked, read_day, read_id, read_line, read_many, read_text
from web.guards import requires_staff
from web.labels.skills import WORK_AREAS
from web.pages.teams import NOTHING, TEAM, Sent, build_team

_SENTENCES: Final[Mapping[str, str]] = {
    "days_order": "Kies een laatste dag die nog komt, en niet vóór de eerste.",
    "days_long": "Kies hoogstens een jaar.",
    "day_missing": "Vul een datum in, bijvoorbeeld 3-3-2026.",
    "staff_unknown": "Kies een collega die aan zaken werkt.",
    "stand_in_unknown": "Kies een andere collega, of niemand.",
    "away_already": "Voor deze dagen staat al een afwezigheid. Haal die eerst weg.",
    "share_range": "Vul een percentage in van 1 tot en met 100.",
    "workdays_range": "Vul een aantal werkdagen in van 1 tot en met 30.",
    "rungs_order": "De hulpvrager komt vóór de organisaties. Kies een ander percentage.",
    "rung_unknown": "Kies een trede.",
    "email_unknown": "Dit e-mailadres kennen wij niet. Vraag hen eerst om zich aan te melden.",
    "organisation_name_missing": "Vul de naam van de organisatie in.",
}
_FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "duty": {"person": "duty_person", "from": "duty_from", "until": "duty_until"},
    "away": {"person": "away_person", "stand_in": "away_stand_in", "from": "away_from", "until": "away_until"},
    "hand": {"to": "hand_to"},
    "ladder": {"amount": "ladder_amount"},
    "organisation": {"email": "organisation_email", "organisation": "organisation_name"},
}


class TeamController(Controller):
    """For those who work on cases; what only a team lead may do, the use cases refuse."""

    path = TEAM
    guards = [requires_staff]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Who does what, and how much."""
        return _show(visit)

    @post("/dienst", sync_to_thread=True)
    def plan_duty(self, visit: Given[Visit], data: Typed) -> Answer:
        """Somebody is on duty."""

        def act(session: Session) -> object:
            from_at, until_at = _days(data, "duty_from", "duty_until")
            area, work_area = read_line(data, "duty_area"), read_line(data, "duty_work_area")
            turn = Turn(
                _person(data, "duty_person"),
                area[:4] or None,
                work_area if work_area in WORK_AREAS else None,
                from_at,
                until_at,
            )
            return teams.plan_duty(
                session, turn, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
            )

        return _do(visit, act, "De dienst staat in het rooster.", form="duty", data=data)

    @post("/dienst/{duty_id:uuid}/weg", sync_to_thread=True)
    def drop_duty(self, visit: Given[Visit], duty_id: FromPath[UUID]) -> Answer:
        """Not after all."""

        def act(session: Session) -> object:
            teams.drop_duty(session, duty_id=duty_id, actor=visit.actor, now=visit.now)
            return None

        return _do(visit, act, "De dienst is weg.")

    @post("/gebied", sync_to_thread=True)
    def hand_over(self, visit: Given[Visit], data: Typed) -> Answer:
        """An area goes to a colleague."""
        told: list[tuple[int, int]] = []

        def act(session: Session) -> object:
            told.append(
                teams.hand_over(
                    session,
                    municipality_id=visit.site.municipality_id,
                    from_id=_person(data, "hand_from"),
                    to_id=_person(data, "hand_to"),
                    with_cases=is_ticked(data, "hand_cases"),
                    actor=visit.actor,
                    now=visit.now,
                )
            )
            return None

        answer = _do(visit, act, "", form="hand", data=data)
        if not told:
            return answer
        duties, cases = told[0]
        return visit.redirect(TEAM, flash=f"Overgedragen: {duties} diensten en {cases} zaken.")

    @post("/weg", sync_to_thread=True)
    def note_absence(self, visit: Given[Visit], data: Typed) -> Answer:
        """Somebody will be away."""

        def act(session: Session) -> object:
            from_at, until_at = _days(data, "away_from", "away_until")
            return teams.note_absence(
                session,
                municipality_id=visit.site.municipality_id,
                person_id=_person(data, "away_person"),
                stand_in_id=read_id(read_line(data, "away_stand_in")),
                from_at=from_at,
                until_at=until_at,
                actor=visit.actor,
                now=visit.now,
            )

        return _do(visit, act, "Het staat er. De zaken gaan op die dag vanzelf over.", form="away", data=data)

    @post("/weg/{absence_id:uuid}/terug", sync_to_thread=True)
    def end_absence(self, visit: Given[Visit], absence_id: FromPath[UUID]) -> Answer:
        """Back, or staying after all."""

        def act(session: Session) -> object:
            teams.end_absence(session, absence_id=absence_id, actor=visit.actor, now=visit.now)
            return None

        return _do(visit, act, "Welkom terug. Wat nog open staat, komt terug.")

    @post("/ladder", sync_to_thread=True)
    def set_time(self, visit: Given[Visit], data: Typed) -> Answer:
        """When a request climbs."""

        def act(session: Session) -> object:
            rung = read_line(data, "ladder_rung")
            if rung not in set(Rung):
                raise InvalidInput({"amount": "rung_unknown"})
            work_area = read_line(data, "ladder_work_area")
            teams.set_ladder_time(
                session,
                municipality_id=visit.site.municipality_id,
                work_area=work_area if work_area in WORK_AREAS else "",
                is_urgent=is_ticked(data, "ladder_urgent"),
                rung=Rung(rung),
                amount=_amount(Rung(rung), read_line(data, "ladder_amount")),
                actor=visit.actor,
            )
            return None

        return _do(visit, act, "De tijden zijn aangepast.", form="ladder", data=data)

    @post("/organisaties", sync_to_thread=True)
    def add_organisation(self, visit: Given[Visit], data: Typed) -> Answer:
        """They want to hear of it."""

        def act(session: Session) -> object:
            return teams.add_organisation(
                session,
                municipality_id=visit.site.municipality_id,
                email=read_line(data, "organisation_email"),
                organisation=read_line(data, "organisation_name"),
                work_areas=frozenset(read_many(data, "organisation_areas")) & frozenset(WORK_AREAS),
                actor=visit.actor,
                now=visit.now,
            )

        done = "Deze organisatie hoort nu van vragen die niemand beantwoordt."
        return _do(visit, act, done, form="organisation", data=data)

    @post("/organisaties/{person_id:uuid}/weg", sync_to_thread=True)
    def remove_organisation(self, visit: Given[Visit], person_id: FromPath[UUID]) -> Answer:
        """No longer."""

        def act(session: Session) -> object:
            where = visit.site.municipality_id
            teams.remove_organisation(session, municipality_id=where, person_id=person_id, actor=visit.actor)
            return None

        return _do(visit, act, "Deze organisatie hoort niets meer.")


def _do(
    visit: Visit,
    act: Callable[[Session], object],
    done: str,
    *,
    form: str = "",
    data: Mapping[str, Any] | None = None,
) -> Answer:
    try:
        with visit.sessions.begin() as session:
            act(session)
    except InvalidInput as wrong:
        fields = _FORMS.get(form, {})
        errors = {fields.get(name, ""): _SENTENCES.get(code, code) for name, code in wrong.problems.items()}
        typed = {name: read_text(data or {}, name) for name in data or {}}
        return _show(visit, Sent(typed, errors))
    visit.after_commit()
    return visit.redirect(TEAM, flash=done)


def _show(visit: Visit, sent: Sent = NOTHING) -> Response[str]:
    with visit.sessions.read() as session:
        page = build_team(
            session,
            municipality_id=visit.site.municipality_id,
            municipality=visit.site.municipality,
            actor=visit.actor,
            now=visit.now,
            sent=sent,
        )
    return visit.render("coordinating/team.html", page, status=400 if sent.errors else 200)


def _person(data: Mapping[str, Any], name: str) -> UUID:
    found = read_id(read_line(data, name))
    if found is None:
        raise NotFound("person")
    return found


def _days(data: Mapping[str, Any], first: str, last: str) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, by the clock on the wall."""
    begin, end = read_day(read_line(data, first)), read_day(read_line(data, last))
    if begin is None or end is None:
        missing = {"from": begin, "until": end}
        raise InvalidInput({name: "day_missing" for name, day in missing.items() if day is None})
    return local_midnight(begin), local_midnight(end + timedelta(days=1))


def _amount(rung: Rung, typed: str) -> float | None:
    """A percentage below the coordinator, working days from there; empty takes the choice back."""
    if not typed:
        return None
    is_share = rung in (Rung.WIDER, Rung.ORGANISATIONS)
    if not typed.isdecimal():
        raise InvalidInput({"amount": "share_range" if is_share else "workdays_range"})
    return int(typed) / 100 if is_share else float(int(typed))
