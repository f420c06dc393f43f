"""The team: who does what and how much, who is on duty and away, the times of the ladder, organisations that help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.geocoding import EmbeddedGeocoder, postcodes4
from marketplace.models import Duty as DutyRow
from marketplace.models import Rung, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import ladder, roster, teams, workbench
from web import dates
from web.labels.skills import WORK_AREAS
from web.pages.coordinating import HOME

TEAM: Final = f"{HOME}/team"
ROLES: Final[Mapping[StaffRoleKind, str]] = {
    StaffRoleKind.COORDINATOR: "bemiddelaar",
    StaffRoleKind.TEAM_LEAD: "teamleider",
    StaffRoleKind.RIDE_PLANNER: "ritplanner",
    StaffRoleKind.BUDDY_COORDINATOR: "buddycoördinator",
}
RUNGS: Final[Mapping[Rung, str]] = {
    Rung.WIDER: "Ruimer: de hulpvrager",
    Rung.ORGANISATIONS: "Organisaties",
    Rung.COORDINATOR: "Bemiddelaar heeft",
    Rung.TEAM_LEAD: "Naar de gemeente na",
    Rung.MUNICIPALITY: "De gemeente opnieuw na",
}
AHEAD: Final = timedelta(days=14)
EVERYWHERE: Final = ("", "Overal")
EVERYTHING: Final = ("", "Alles")


@dataclass(frozen=True)
class Duty:
    """A line of the roster."""

    duty_id: str
    text: str


@dataclass(frozen=True)
class Away:
    """Somebody who is or will be away."""

    absence_id: str
    text: str
    may_end: bool


@dataclass(frozen=True)
class Organisation:
    """Somebody who wants to hear of requests that nobody answers."""

    person_id: str
    text: str


@dataclass(frozen=True)
class Sent:
    """A form that could not be taken, with what was typed."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed in a field."""
        return self.values.get(name, otherwise)

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return self.errors.get(name, "")


NOTHING: Final = Sent()


@dataclass(frozen=True)
class TeamPage:
    """Everything about the team."""

    workers: tuple[tuple[str, ...], ...]
    # The next two weeks, and what lies beyond.
    duties: tuple[Duty, ...]
    later_duties: tuple[Duty, ...]
    away: tuple[Away, ...]
    organisations: tuple[Organisation, ...]
    times: tuple[tuple[str, ...], ...]
    is_lead: bool
    people: tuple[tuple[str, str], ...]
    me: str
    areas: tuple[tuple[str, str], ...]
    work_areas: tuple[tuple[str, str], ...]
    rungs: tuple[tuple[str, str], ...]
    sent: Sent
    title: str = "Team en gebieden"


def build_team(
    session: Session, *, municipality_id: UUID, municipality: str, actor: Actor, now: datetime, sent: Sent = NOTHING
) -> TeamPage:
    """The page as it stands. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    is_lead = actor.has_role(municipality_id, frozenset({StaffRoleKind.TEAM_LEAD}))
    workers = teams.list_workers(session, municipality_id, now=now)
    held = workbench.count_held_by(session, municipality_id)
    duties, soon = teams.list_duties(session, municipality_id, now=now), now + AHEAD
    return TeamPage(
        workers=tuple(
            (
                one.first_name,
                ", ".join(ROLES[kind] for kind in one.kinds),
                str(one.cases),
                str(one.late),
                str(one.held),
                str(held.get(one.person_id, 0)),
            )
            for one in workers
        ),
        duties=tuple(_duty(duty, name) for duty, name in duties if duty.from_at < soon),
        later_duties=tuple(_duty(duty, name) for duty, name in duties if duty.from_at >= soon),
        away=tuple(
            Away(
                str(one.id),
                f"{name} is weg {_span(one.from_at, one.until_at)}. {_stand_in(stand_in)}",
                is_lead or one.person_id == actor.person_id,
            )
            for one, name, stand_in in roster.list_absences(session, municipality_id, now=now)
        ),
        organisations=tuple(
            Organisation(str(person.id), f"{one.organisation} ({person.first_name}): {_kinds(one.work_areas)}")
            for one, person in ladder.list_organisations(session, municipality_id)
        ),
        times=_times(session, municipality_id),
        is_lead=is_lead,
        people=tuple((str(one.person_id), one.first_name) for one in workers),
        me=str(actor.person_id),
        areas=(EVERYWHERE, *((code, _where(code)) for code in postcodes4(municipality))),
        work_areas=(EVERYTHING, *WORK_AREAS.items()),
        rungs=tuple((rung.value, words) for rung, words in RUNGS.items()),
        sent=sent,
    )


def _duty(duty: DutyRow, name: str) -> Duty:
    where, what = _where(duty.area), _what(duty.work_area)
    return Duty(str(duty.id), f"{name}: {where}, {what}, {_span(duty.from_at, duty.until_at)}")


def _times(session: Session, municipality_id: UUID) -> tuple[tuple[str, ...], ...]:
    """For all work areas, and for each that has times of its own: ordinary and urgent."""
    ladders = ladder.read_ladders(session, municipality_id)
    own = sorted({work_area for work_area, _ in ladders.chosen if work_area})
    return tuple(
        (
            f"{_what(work_area or None)}{', met haast' if is_urgent else ''}",
            _share(times.wider_share),
            _share(times.organisations_share),
            str(times.coordinator_workdays),
            str(times.team_lead_workdays),
            str(times.municipality_workdays),
        )
        for work_area in ("", *own)
        for is_urgent in (False, True)
        for times in (ladders.get(work_area, is_urgent),)
    )


def _share(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _where(area: str | None) -> str:
    if not area:
        return "overal"
    place = EmbeddedGeocoder().find(area)
    return f"{area} {place.neighbourhood}" if place else area


def _what(work_area: str | None) -> str:
    return WORK_AREAS.get(work_area, work_area).lower() if work_area else "alles"


def _kinds(work_areas: Sequence[str]) -> str:
    return ", ".join(_what(one) for one in work_areas) if work_areas else "alles"


def _span(from_at: datetime, until_at: datetime) -> str:
    first, last = dates.day_of(from_at), dates.day_of(until_at)
    return f"van {dates.day(first)} tot {dates.day(last)}"


def _stand_in(name: str) -> str:
    return f"{name} neemt waar." if name else "Wie dienst heeft, neemt waar."
