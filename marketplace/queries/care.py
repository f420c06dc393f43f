"""How volunteers fare: since when they help, what they were asked, what they did, and who spoke with them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.models import (
    CareKind,
    CareTouch,
    Match,
    MatchStatus,
    Offer,
    Person,
    Proposal,
    ProposalStatus,
    QualificationSeen,
)

# So far back what somebody was asked is read.
ASKED_SINCE: Final = timedelta(days=90)
_UNTOLD: Final = (ProposalStatus.UNDONE, ProposalStatus.WITHDRAWN)


@dataclass
class Fares:
    """One volunteer, in numbers."""

    offer_id: UUID
    person_id: UUID
    first_name: str
    neighbourhood: str
    since: datetime
    paused_until: datetime | None
    # Every match ever, and those that were done with when the last one was.
    matches: int = 0
    done: int = 0
    last_done_at: datetime | None = None
    # What they were asked, the latest first: when, and what became of it.
    asked: list[tuple[datetime, ProposalStatus]] = field(default_factory=list)
    # Of each certificate until when the newest holds; None for ever.
    certificates: dict[str, date | None] = field(default_factory=dict)
    spoken_at: datetime | None = None
    thanked_at: datetime | None = None


def list_fares(session: Session, municipality_id: UUID, *, now: datetime, offer_id: UUID | None = None) -> list[Fares]:
    """Everybody who helps in a municipality, or one of them, by first name."""
    query = (
        select(Offer, Person.first_name)
        .join(Person, col(Person.id) == col(Offer.person_id))
        .where(Offer.municipality_id == municipality_id, col(Offer.left_at).is_(None), col(Person.erased_at).is_(None))
    )
    if offer_id is not None:
        query = query.where(Offer.id == offer_id)
    fares = {
        offer.person_id: Fares(
            offer.id, offer.person_id, name, offer.neighbourhood, offer.offered_at, offer.paused_until
        )
        for offer, name in session.exec(query)
    }
    _add_matches(session, municipality_id, fares)
    _add_asked(session, municipality_id, fares, now - ASKED_SINCE)
    _add_certificates(session, municipality_id, fares)
    _add_touches(session, municipality_id, fares)
    return sorted(fares.values(), key=lambda one: (one.first_name, str(one.person_id)))


def get_fares(session: Session, municipality_id: UUID, offer_id: UUID, *, now: datetime) -> Fares:
    """One of them. Raises NotFound."""
    found = list_fares(session, municipality_id, now=now, offer_id=offer_id)
    if not found:
        raise NotFound(f"volunteer {offer_id}")
    return found[0]


def list_certificates(session: Session, municipality_id: UUID, person_id: UUID) -> list[QualificationSeen]:
    """What was seen of somebody, the latest first."""
    query = select(QualificationSeen).where(
        QualificationSeen.municipality_id == municipality_id, QualificationSeen.person_id == person_id
    )
    return list(session.exec(query.order_by(col(QualificationSeen.seen_on).desc(), col(QualificationSeen.id))))


def _add_matches(session: Session, municipality_id: UUID, fares: dict[UUID, Fares]) -> None:
    query = (
        select(Match.person_id, Match.status, func.count(), func.max(Match.ended_at))
        .where(Match.volunteer_municipality_id == municipality_id, Match.status != MatchStatus.UNDONE)
        .group_by(col(Match.person_id), col(Match.status))
    )
    for person_id, status, count, last in session.exec(query):
        if (one := fares.get(person_id)) is not None:
            one.matches += count
            if status is MatchStatus.DONE:
                one.done, one.last_done_at = count, last


def _add_asked(session: Session, municipality_id: UUID, fares: dict[UUID, Fares], since: datetime) -> None:
    query = (
        select(Proposal.person_id, Proposal.proposed_at, Proposal.status)
        .where(
            Proposal.volunteer_municipality_id == municipality_id,
            col(Proposal.proposed_at) > since,
            col(Proposal.status).not_in(_UNTOLD),
        )
        .order_by(col(Proposal.proposed_at).desc(), col(Proposal.id))
    )
    for person_id, at, status in session.exec(query):
        if (one := fares.get(person_id)) is not None:
            one.asked.append((at, ProposalStatus(status)))


def _add_certificates(session: Session, municipality_id: UUID, fares: dict[UUID, Fares]) -> None:
    query = select(QualificationSeen).where(QualificationSeen.municipality_id == municipality_id)
    held: dict[UUID, dict[str, list[date | None]]] = defaultdict(lambda: defaultdict(list))
    for seen in session.exec(query):
        held[seen.person_id][seen.code].append(seen.valid_until)
    for person_id, codes in held.items():
        if (one := fares.get(person_id)) is not None:
            # As for the gate: whichever holds longest counts, and one without an end holds for ever.
            one.certificates = {
                code: None if None in untils else max(until for until in untils if until is not None)
                for code, untils in codes.items()
            }


def _add_touches(session: Session, municipality_id: UUID, fares: dict[UUID, Fares]) -> None:
    query = (
        select(CareTouch.person_id, CareTouch.kind, func.max(CareTouch.at))
        .where(CareTouch.municipality_id == municipality_id)
        .group_by(col(CareTouch.person_id), col(CareTouch.kind))
    )
    for person_id, kind, at in session.exec(query):
        if (one := fares.get(person_id)) is not None:
            if kind is CareKind.SPOKEN:
                one.spoken_at = at
            else:
                one.thanked_at = at
