"""The ladder: its times in a municipality, and which requests have come to the next rung."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from marketplace.models import (
    HelpRequest,
    LadderTime,
    OrganisationContact,
    Person,
    Rung,
    Skill,
    Slot,
    SlotStatus,
    StaffRole,
    StaffRoleKind,
)
from marketplace.policies import LADDER, URGENT_BELOW, LadderPolicy

# Which field of the policy a rung's time is.
FIELDS: Final[Mapping[Rung, str]] = {
    Rung.WIDER: "wider_share",
    Rung.ORGANISATIONS: "organisations_share",
    Rung.COORDINATOR: "coordinator_workdays",
    Rung.TEAM_LEAD: "team_lead_workdays",
    Rung.MUNICIPALITY: "municipality_workdays",
}
SHARES: Final = frozenset({Rung.WIDER, Rung.ORGANISATIONS})


@dataclass(frozen=True)
class Ladders:
    """The times of one municipality, by work area ("" is every) and urgency."""

    chosen: Mapping[tuple[str, bool], LadderPolicy]
    work_areas: Mapping[str, str]

    def of(self, request: HelpRequest) -> LadderPolicy:
        """What holds for a request: what was chosen for its work area, else for all, else the default."""
        work_area, is_urgent = self.work_areas.get(request.skill_code, ""), is_urgent_request(request)
        return self.get(work_area, is_urgent)

    def get(self, work_area: str, is_urgent: bool) -> LadderPolicy:
        """The same, by name."""
        return self.chosen.get((work_area, is_urgent)) or self.chosen.get(("", is_urgent)) or LADDER


def is_urgent_request(request: HelpRequest) -> bool:
    """Whether an answer is wanted within two days of the present version."""
    return request.respond_by - request.version_at < URGENT_BELOW


def read_ladders(session: Session, municipality_id: UUID) -> Ladders:
    """The times of a municipality. A work area's own times are those for all with what differs."""
    rows = session.exec(select(LadderTime).where(LadderTime.municipality_id == municipality_id)).all()
    chosen: dict[tuple[str, bool], LadderPolicy] = {}
    for row in sorted(rows, key=lambda row: row.work_area):
        key = (row.work_area, row.is_urgent)
        before = chosen.get(key) or chosen.get(("", row.is_urgent)) or LADDER
        amount: Any = row.amount if row.rung in SHARES else round(row.amount)
        chosen[key] = replace(before, **{FIELDS[row.rung]: amount})
    work_areas = dict(session.exec(select(Skill.code, Skill.work_area)).all())
    return Ladders(chosen, work_areas)


def list_asking_alone(session: Session, now: datetime) -> Sequence[HelpRequest]:
    """Requests with a free slot that lie with the engine and may climb below the coordinator."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest).where(
        col(HelpRequest.rung).in_((Rung.ENGINE, Rung.WIDER)),
        col(HelpRequest.owner_id).is_(None),
        col(HelpRequest.escalated_at).is_(None),
        col(HelpRequest.held_at).is_(None),
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.respond_by) > now,
        col(HelpRequest.id).in_(free),
        or_(col(HelpRequest.quiet_until).is_(None), col(HelpRequest.quiet_until) <= now),
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at), col(HelpRequest.id))).all()


def list_handed_over_early(session: Session, now: datetime) -> Sequence[HelpRequest]:
    """Requests with a free slot that a person has, but nobody took yet, and that never went wider in this version."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest).where(
        col(HelpRequest.escalated_at) <= now,
        col(HelpRequest.went_wider_at).is_(None),
        col(HelpRequest.held_at).is_(None),
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.respond_by) > now,
        col(HelpRequest.id).in_(free),
        or_(col(HelpRequest.quiet_until).is_(None), col(HelpRequest.quiet_until) <= now),
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at), col(HelpRequest.id))).all()


def list_organisations_to_ask(
    session: Session, municipality_id: UUID, *, work_area: str, asked_before: datetime, most: int
) -> Sequence[OrganisationContact]:
    """Organisations that want to hear of this kind of help and were not asked lately, the longest ago first."""
    query = select(OrganisationContact).where(
        OrganisationContact.municipality_id == municipality_id,
        or_(col(OrganisationContact.asked_at).is_(None), col(OrganisationContact.asked_at) <= asked_before),
    )
    found = [row for row in session.exec(query).all() if not row.work_areas or work_area in row.work_areas]
    return sorted(found, key=lambda row: (row.asked_at is not None, row.asked_at, str(row.person_id)))[:most]


def list_organisations(session: Session, municipality_id: UUID) -> Sequence[tuple[OrganisationContact, Person]]:
    """Every organisation that wants to hear of requests."""
    query = (
        select(OrganisationContact, Person)
        .join(Person, col(Person.id) == col(OrganisationContact.person_id))
        .where(OrganisationContact.municipality_id == municipality_id)
    )
    return session.exec(query.order_by(col(OrganisationContact.organisation), col(Person.id))).all()


def list_readers(session: Session, municipality_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Who of the municipality follows what happens here."""
    query = select(StaffRole.person_id).where(
        StaffRole.municipality_id == municipality_id,
        StaffRole.kind == StaffRoleKind.READER,
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )
    return session.exec(query.order_by(col(StaffRole.from_at), col(StaffRole.id))).all()
