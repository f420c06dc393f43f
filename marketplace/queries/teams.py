"""The staff of a municipality: who works on cases, for what, and how much each has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlmodel import Session, col, func, or_, select

from marketplace.models import Absence, Duty, HelpRequest, Person, Slot, SlotStatus, StaffRole, StaffRoleKind
from marketplace.permissions import CASE_WORKERS
from marketplace.queries.meetings import in_trouble


@dataclass(frozen=True)
class Worker:
    """Somebody of the staff, with how much lies with them."""

    person_id: UUID
    first_name: str
    kinds: tuple[StaffRoleKind, ...]
    cases: int
    held: int
    late: int


def list_case_workers(session: Session, municipality_id: UUID, *, now: datetime) -> frozenset[UUID]:
    """Who works on cases in a municipality."""
    return frozenset(person_id for person_id, _, _ in _roles(session, municipality_id, now))


def list_workers(session: Session, municipality_id: UUID, *, now: datetime) -> list[Worker]:
    """The same by name, with how many cases lie with each, how many of those they took, and how many are late."""
    query = (
        select(
            HelpRequest.owner_id,
            func.count(),
            func.count(col(HelpRequest.held_at)),
            func.sum(case((col(HelpRequest.next_moment_at) <= now, 1), else_=0)),
        )
        .where(HelpRequest.municipality_id == municipality_id, *_open())
        .group_by(col(HelpRequest.owner_id))
    )
    load = {owner: (count, held, int(late or 0)) for owner, count, held, late in session.exec(query)}
    names: dict[UUID, tuple[str, list[StaffRoleKind]]] = {}
    for person_id, first_name, kind in _roles(session, municipality_id, now):
        names.setdefault(person_id, (first_name, []))[1].append(StaffRoleKind(kind))
    return [
        Worker(person_id, first_name, tuple(kinds), *load.get(person_id, (0, 0, 0)))
        for person_id, (first_name, kinds) in names.items()
    ]


def list_open_cases_of(session: Session, municipality_id: UUID, person_id: UUID) -> Sequence[UUID]:
    """The cases that lie with somebody and still need somebody, what is due first on top."""
    query = select(HelpRequest.id).where(
        HelpRequest.municipality_id == municipality_id, HelpRequest.owner_id == person_id, *_open()
    )
    return session.exec(query.order_by(col(HelpRequest.next_moment_at), col(HelpRequest.id))).all()


def list_duties(
    session: Session, municipality_id: UUID, *, now: datetime, most: int = 60
) -> Sequence[tuple[Duty, str]]:
    """The roster of now and later, with first names."""
    query = (
        select(Duty, Person.first_name)
        .join(Person, col(Person.id) == col(Duty.person_id))
        .where(Duty.municipality_id == municipality_id, col(Duty.until_at) > now)
    )
    return session.exec(query.order_by(col(Duty.from_at), col(Duty.id)).limit(most)).all()


def list_duties_of(session: Session, municipality_id: UUID, person_id: UUID, *, now: datetime) -> Sequence[Duty]:
    """What somebody is and will be on duty for."""
    query = select(Duty).where(
        Duty.municipality_id == municipality_id, Duty.person_id == person_id, col(Duty.until_at) > now
    )
    return session.exec(query.order_by(col(Duty.from_at), col(Duty.id))).all()


def find_overlapping_absence(
    session: Session, municipality_id: UUID, person_id: UUID, from_at: datetime, until_at: datetime
) -> Absence | None:
    """An absence of somebody that has a moment in common with these days."""
    query = select(Absence).where(
        Absence.municipality_id == municipality_id,
        Absence.person_id == person_id,
        col(Absence.from_at) < until_at,
        col(Absence.until_at) > from_at,
    )
    return session.exec(query).first()


def lock_absence(session: Session, absence_id: UUID) -> Absence | None:
    """One absence, held against others until the unit ends."""
    return session.exec(select(Absence).where(Absence.id == absence_id).with_for_update()).first()


def _open() -> tuple[Any, ...]:
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    return (
        col(HelpRequest.ended_at).is_(None),
        or_(col(HelpRequest.id).in_(free), col(HelpRequest.id).in_(in_trouble())),
    )


def _roles(session: Session, municipality_id: UUID, now: datetime) -> Sequence[tuple[UUID, str, str]]:
    query = (
        select(StaffRole.person_id, Person.first_name, StaffRole.kind)
        .join(Person, col(Person.id) == col(StaffRole.person_id))
        .where(
            StaffRole.municipality_id == municipality_id,
            col(StaffRole.kind).in_(CASE_WORKERS),
            col(StaffRole.from_at) <= now,
            or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
        )
    )
    return session.exec(query.order_by(col(Person.first_name), col(Person.id), col(StaffRole.kind))).all()
