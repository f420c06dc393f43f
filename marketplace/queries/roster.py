"""Who of the staff is there, for which areas, and who takes over from whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, or_, select

from marketplace.models import Absence, Duty, PassedCase, Person, Skill, StaffRole, StaffRoleKind


class Turn(NamedTuple):
    """A line of the duty roster that holds now; None stands for every area, or every work area."""

    person_id: UUID
    area: str | None
    work_area: str | None


@dataclass(frozen=True)
class Roster:
    """The staff of one municipality at one moment."""

    # In the order in which they began.
    turns: tuple[Turn, ...]
    # Team leads before coordinators, and within each who has been one longest first.
    staff: tuple[tuple[UUID, StaffRoleKind], ...]
    # Who is away, with who takes their place.
    away: Mapping[UUID, UUID | None]
    work_areas: Mapping[str, str]

    def on_duty(self, area: str, skill_code: str) -> UUID | None:
        """Who is on duty for a place (4-digit postcode) and a kind of help, the most particular first; or nobody."""
        work_area = self.work_areas.get(skill_code)
        fitting = [
            turn
            for turn in self.turns
            if turn.area in (None, area) and turn.work_area in (None, work_area) and self.is_there(turn.person_id)
        ]
        # sorted() keeps the order in which they began within each.
        found = sorted(fitting, key=lambda turn: (turn.area is None, turn.work_area is None))
        return found[0].person_id if found else None

    def covers(self, person_id: UUID, area: str, skill_code: str) -> bool:
        """Whether a place and a kind of help are somebody's; who is on duty for nothing in particular has everything.

        Whose turn it is says `on_duty`; here also a second one on duty counts.
        """
        mine, work_area = [turn for turn in self.turns if turn.person_id == person_id], self.work_areas.get(skill_code)
        stands_in_for = {absent for absent, stand_in in self.away.items() if stand_in == person_id}
        theirs = [turn for turn in self.turns if turn.person_id in stands_in_for]
        return not mine or any(
            turn.area in (None, area) and turn.work_area in (None, work_area) for turn in (*mine, *theirs)
        )

    @property
    def team_lead(self) -> UUID | None:
        """Who gets what nobody else does: a team lead, else the coordinator who has been one longest.

        Who is there comes before who is away; with everybody away it is still somebody.
        """
        return self._first(self.staff)

    def owner_for(self, area: str, skill_code: str, *, besides: UUID | None = None) -> UUID | None:
        """Whose a case is that nobody took: on duty, else the team lead, else any coordinator who is there."""
        for found in (self.on_duty(area, skill_code), self.team_lead):
            if found is not None and found != besides:
                return found
        return self._first([one for one in self.staff if one[0] != besides]) or self.team_lead

    def stand_in_of(self, person_id: UUID) -> UUID | None:
        """Who takes the place of somebody who is away, if that was said and they are there themselves."""
        stand_in = self.away.get(person_id)
        return stand_in if stand_in is not None and self.is_there(stand_in) else None

    def is_there(self, person_id: UUID) -> bool:
        """Whether somebody is not away."""
        return person_id not in self.away

    def _first(self, staff: Sequence[tuple[UUID, StaffRoleKind]]) -> UUID | None:
        there = [person_id for person_id, _ in staff if self.is_there(person_id)]
        return next(iter([*there, *(person_id for person_id, _ in staff)]), None)


def read_roster(session: Session, municipality_id: UUID, *, now: datetime) -> Roster:
    """Who is on duty, who leads and who is away at this moment."""
    turns = (
        select(Duty.person_id, Duty.area, Duty.work_area)
        .where(Duty.municipality_id == municipality_id, col(Duty.from_at) <= now, col(Duty.until_at) > now)
        .order_by(col(Duty.from_at), col(Duty.id))
    )
    roles = (
        select(StaffRole.person_id, StaffRole.kind)
        .where(
            StaffRole.municipality_id == municipality_id,
            col(StaffRole.kind).in_((StaffRoleKind.TEAM_LEAD, StaffRoleKind.COORDINATOR)),
            col(StaffRole.from_at) <= now,
            or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
        )
        .order_by(col(StaffRole.from_at), col(StaffRole.id))
    )
    away = select(Absence.person_id, Absence.stand_in_id).where(
        Absence.municipality_id == municipality_id, col(Absence.from_at) <= now, col(Absence.until_at) > now
    )
    staff = sorted(session.exec(roles).all(), key=lambda row: row[1] is not StaffRoleKind.TEAM_LEAD)
    return Roster(
        turns=tuple(Turn(*row) for row in session.exec(turns)),
        staff=tuple((person_id, StaffRoleKind(kind)) for person_id, kind in staff),
        away=dict(session.exec(away).all()),
        work_areas=dict(session.exec(select(Skill.code, Skill.work_area)).all()),
    )


# --- absences ------------------------------------------------------------------------------------------------------


def list_beginning(session: Session, now: datetime) -> Sequence[Absence]:
    """Absences that have begun and whose cases were not passed on yet."""
    query = select(Absence).where(
        col(Absence.from_at) <= now, col(Absence.until_at) > now, col(Absence.begun_at).is_(None)
    )
    return session.exec(query.order_by(col(Absence.from_at), col(Absence.id)).with_for_update()).all()


def list_running(session: Session, now: datetime) -> Sequence[Absence]:
    """Absences that began and are not over: what comes to somebody meanwhile is passed on as well."""
    query = select(Absence).where(col(Absence.begun_at).is_not(None), col(Absence.until_at) > now)
    return session.exec(query.order_by(col(Absence.from_at), col(Absence.id))).all()


def list_ending(session: Session, now: datetime) -> Sequence[Absence]:
    """Absences that are over and whose cases did not come back yet."""
    query = select(Absence).where(
        col(Absence.until_at) <= now, col(Absence.begun_at).is_not(None), col(Absence.ended_at).is_(None)
    )
    return session.exec(query.order_by(col(Absence.until_at), col(Absence.id)).with_for_update()).all()


def list_absences(session: Session, municipality_id: UUID, *, now: datetime) -> Sequence[tuple[Absence, str, str]]:
    """Absences of now and later, with the first names of who is away and of who takes their place."""
    people = {row[0]: row[1] for row in session.exec(select(Person.id, Person.first_name).join(StaffRole))}
    query = select(Absence).where(Absence.municipality_id == municipality_id, col(Absence.until_at) > now)
    rows = session.exec(query.order_by(col(Absence.from_at), col(Absence.id))).all()
    return [(row, people.get(row.person_id, ""), people.get(row.stand_in_id or row.id, "")) for row in rows]


def list_passed(session: Session, absence_id: UUID) -> Sequence[PassedCase]:
    """The cases that were passed on in an absence and did not come back."""
    query = select(PassedCase).where(PassedCase.absence_id == absence_id, col(PassedCase.returned_at).is_(None))
    return session.exec(query).all()
