"""Finding people, staff and who is on duty."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.models import Municipality, Person, QualificationSeen, StaffRole, StaffRoleKind
from marketplace.queries.roster import read_roster


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


def find_second(
    session: Session, *, municipality_id: UUID, area: str, skill_code: str, besides: UUID, now: datetime
) -> UUID | None:
    """A colleague who answers for an area beside somebody: on duty there, else the team lead, else any coordinator."""
    roster = read_roster(session, municipality_id, now=now)
    for found in (roster.on_duty(area, skill_code), roster.team_lead):
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
