"""Finding people, staff and who is on duty."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.models import Duty, Municipality, Person, QualificationSeen, StaffRole, StaffRoleKind


def get_person(session: Session, person_id: UUID) -> Person:
    """One person. Raises NotFound."""
    if (person := session.get(Person, person_id)) is None:
        raise NotFound(f"person {person_id}")
    return person


def find_person_by_email(session: Session, email: str) -> Person | None:
    """Who is known by this address, whatever its capitals."""
    return session.exec(select(Person).where(Person.email == email.strip().lower())).first()


def get_municipality(session: Session, slug: str) -> Municipality:
    """One municipality by its short name. Raises NotFound."""
    if (found := session.exec(select(Municipality).where(Municipality.slug == slug)).first()) is None:
        raise NotFound(f"municipality {slug}")
    return found


def list_municipality_ids(session: Session) -> Sequence[UUID]:
    """Every municipality of this installation."""
    return session.exec(select(Municipality.id).order_by(col(Municipality.slug))).all()


def list_qualifications(session: Session, person_id: UUID) -> Sequence[QualificationSeen]:
    """What was seen of somebody, latest first."""
    query = select(QualificationSeen).where(QualificationSeen.person_id == person_id)
    return session.exec(query.order_by(col(QualificationSeen.seen_on).desc())).all()


def find_on_duty(session: Session, *, municipality_id: UUID, area: str, now: datetime) -> UUID | None:
    """Who is on duty now for an area (4-digit postcode), else for the whole municipality, else None."""
    query = select(Duty.person_id, Duty.area).where(
        Duty.municipality_id == municipality_id,
        col(Duty.from_at) <= now,
        col(Duty.until_at) > now,
        or_(col(Duty.area).is_(None), col(Duty.area) == area),
    )
    rows = session.exec(query.order_by(col(Duty.from_at), col(Duty.id))).all()
    # Who has the area itself comes before who has everything; sorted() keeps the order within each.
    found = sorted(rows, key=lambda row: row[1] is None)
    return found[0][0] if found else None


def find_team_lead(session: Session, *, municipality_id: UUID, now: datetime) -> UUID | None:
    """The team lead of a municipality; where there is none, the coordinator who has been one longest."""
    query = select(StaffRole.person_id, StaffRole.kind).where(
        StaffRole.municipality_id == municipality_id,
        col(StaffRole.kind).in_((StaffRoleKind.TEAM_LEAD, StaffRoleKind.COORDINATOR)),
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )
    rows = session.exec(query.order_by(col(StaffRole.from_at), col(StaffRole.id))).all()
    leads = [person for person, kind in rows if kind is StaffRoleKind.TEAM_LEAD]
    return leads[0] if leads else (rows[0][0] if rows else None)


def find_second(session: Session, *, municipality_id: UUID, area: str, besides: UUID, now: datetime) -> UUID | None:
    """A colleague who answers for an area beside somebody: on duty there, else the team lead, else any coordinator."""
    for found in (
        find_on_duty(session, municipality_id=municipality_id, area=area, now=now),
        find_team_lead(session, municipality_id=municipality_id, now=now),
    ):
        if found not in (None, besides):
            return found
    query = select(StaffRole.person_id).where(
        StaffRole.municipality_id == municipality_id,
        col(StaffRole.kind).in_((StaffRoleKind.TEAM_LEAD, StaffRoleKind.COORDINATOR)),
        StaffRole.person_id != besides,
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )
    return session.exec(query.order_by(col(StaffRole.from_at), col(StaffRole.id)).limit(1)).first()


def count_staff(session: Session) -> int:
    """How many staff roles there are on this installation."""
    return session.exec(select(func.count()).select_from(StaffRole)).one()
