"""What people see when they look around: one request, and the offers that their owners made public."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    AskerKind,
    HelpRequest,
    Municipality,
    Offer,
    OfferAvailability,
    OfferSkill,
    Person,
    Proposal,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
)
from marketplace.models.matches import ProposalStatus
from marketplace.queries import blocks
from marketplace.queries.blocks import SUSPENDED
from marketplace.queries.listing import WeeklyRow, WindowRow
from marketplace.queries.moderation import HELD_OFFERS
from marketplace.visibility import Situation, shown_name


@dataclass(frozen=True)
class RequestFacts:
    """One request, of whatever state. Only ``web.pages`` decides which of this somebody sees."""

    id: UUID
    municipality_id: UUID
    organisation: str
    requester_id: UUID
    requester_name: str
    asker_kind: AskerKind
    organisation_name: str
    skill_code: str
    skill_label: str
    work_area: str
    requires: frozenset[str]
    min_age: int
    languages: tuple[str, ...]
    text: str
    minutes: int
    neighbourhood: str
    latitude: float
    longitude: float
    is_at_home: bool
    is_chosen_by_requester: bool
    destination: dict[str, Any] | None
    respond_by: datetime
    ended_at: datetime | None
    free_slots: int
    windows: tuple[WindowRow, ...]
    weekly: tuple[WeeklyRow, ...]


@dataclass(frozen=True)
class PublicOffer:
    """An offer that its owner made public: a first name, a neighbourhood, and what they wrote for everybody."""

    id: UUID
    person_id: UUID
    first_name: str
    neighbourhood: str
    sentence: str
    # (code, label, work area), in the order of the codes.
    skills: tuple[tuple[str, str, str], ...]
    week: tuple[WeeklyRow, ...]


def get_facts(session: Session, request_id: UUID) -> RequestFacts:
    """What is known of one request. Raises NotFound."""
    query = (
        select(HelpRequest, Person.first_name, Skill, Municipality.organisation)
        .join(Person, col(Person.id) == col(HelpRequest.requester_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .join(Municipality, col(Municipality.id) == col(HelpRequest.municipality_id))
        .where(HelpRequest.id == request_id)
    )
    if (found := session.exec(query).first()) is None:
        raise NotFound(f"request {request_id}")
    request, first_name, skill, organisation = found
    return RequestFacts(
        id=request.id,
        municipality_id=request.municipality_id,
        organisation=organisation,
        requester_id=request.requester_id,
        requester_name=first_name,
        asker_kind=request.asker_kind,
        organisation_name=request.organisation_name,
        skill_code=skill.code,
        skill_label=skill.label_nl,
        work_area=skill.work_area,
        requires=frozenset(skill.requires) | frozenset(request.requires),
        min_age=request.min_age,
        languages=tuple(request.languages),
        text=request.text,
        minutes=request.minutes,
        neighbourhood=request.neighbourhood,
        latitude=request.latitude,
        longitude=request.longitude,
        is_at_home=request.is_at_home,
        is_chosen_by_requester=request.is_chosen_by_requester,
        destination=request.destination,
        respond_by=request.respond_by,
        ended_at=request.ended_at,
        free_slots=count_free_slots(session, request_id),
        windows=_windows(session, request_id),
        weekly=_weekly(session, request_id),
    )


def count_free_slots(session: Session, request_id: UUID) -> int:
    """How many places are open."""
    query = select(func.count()).where(Slot.request_id == request_id, Slot.status == SlotStatus.FREE)
    return session.exec(query).one()


def list_public_offers(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    work_area: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    visitor_id: UUID | None = None,
) -> Sequence[PublicOffer]:
    """Offers whose owner made them public, not paused and not left; who changed theirs last comes first.

    Without those whom ``visitor_id`` blocked, or who did them.
    """
    hidden = blocks.list_hidden_from(session, visitor_id)
    query = _public(_offer_columns(), municipality_id, now, work_area, hidden)
    rows = session.execute(
        query.order_by(col(Offer.changed_at).desc(), col(Offer.id)).limit(limit).offset(offset)
    ).all()
    return _to_offers(session, rows)


def count_public_offers(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    work_area: str | None = None,
    visitor_id: UUID | None = None,
) -> int:
    """How many there are of `list_public_offers`."""
    hidden = blocks.list_hidden_from(session, visitor_id)
    found: int = session.execute(_public((func.count(),), municipality_id, now, work_area, hidden)).scalar_one()
    return found


def get_public_offer(
    session: Session, offer_id: UUID, *, municipality_id: UUID, now: datetime, visitor_id: UUID | None = None
) -> PublicOffer:
    """One of `list_public_offers`. Raises NotFound, also where its owner took it off the list."""
    public = _public(_offer_columns(), municipality_id, now, None, blocks.list_hidden_from(session, visitor_id))
    rows = session.execute(public.where(col(Offer.id) == offer_id)).all()
    if not rows:
        raise NotFound(f"public offer {offer_id}")
    return _to_offers(session, rows)[0]


def find_others_asked_until(session: Session, request_id: UUID, *, now: datetime) -> datetime | None:
    """Until when somebody may still answer for this request: then another may be asked. None where nobody is asked."""
    live = (ProposalStatus.OPEN, ProposalStatus.WAITING)
    query = select(func.min(Proposal.expires_at)).where(
        Proposal.request_id == request_id, col(Proposal.status).in_(live), col(Proposal.expires_at) > now
    )
    return session.exec(query).first()


def _public(
    columns: tuple[Any, ...],
    municipality_id: UUID,
    now: datetime,
    work_area: str | None,
    hidden: frozenset[UUID] = frozenset(),
) -> Any:
    awake: ColumnElement[bool] = or_(col(Offer.paused_until).is_(None), col(Offer.paused_until) <= now)
    query = (
        select(*columns)
        .select_from(Offer)
        .join(Person, col(Person.id) == col(Offer.person_id))
        .where(
            Offer.municipality_id == municipality_id,
            col(Offer.is_public).is_(True),
            col(Offer.left_at).is_(None),
            col(Offer.id).not_in(HELD_OFFERS),
            col(Offer.person_id).not_in(SUSPENDED),
            awake,
        )
    )
    if hidden:
        query = query.where(col(Offer.person_id).not_in(hidden))
    if work_area is None:
        return query
    skilled = select(OfferSkill.offer_id).join(Skill, col(Skill.code) == col(OfferSkill.skill_code))
    return query.where(
        col(Offer.id).in_(skilled.where(Skill.work_area == work_area, col(OfferSkill.rested_at).is_(None)))
    )


def _offer_columns() -> tuple[Any, ...]:
    return (
        Offer.id,
        Offer.person_id,
        Person.first_name,
        Person.shows_initial_only,
        Offer.neighbourhood,
        Offer.sentence,
    )


def _to_offers(session: Session, rows: Sequence[Any]) -> Sequence[PublicOffer]:
    ids = [row.id for row in rows]
    skills, weeks = _skills_of(session, ids), _weeks_of(session, ids)
    return [
        PublicOffer(
            id=row.id,
            person_id=row.person_id,
            first_name=shown_name(row.first_name, Situation.PUBLIC, shows_initial_only=row.shows_initial_only),
            neighbourhood=row.neighbourhood,
            sentence=row.sentence,
            skills=tuple(skills.get(row.id, ())),
            week=tuple(weeks.get(row.id, ())),
        )
        for row in rows
    ]


def _skills_of(session: Session, ids: list[UUID]) -> dict[UUID, list[tuple[str, str, str]]]:
    found: defaultdict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    query = (
        select(OfferSkill.offer_id, Skill.code, Skill.label_nl, Skill.work_area)
        .join(Skill, col(Skill.code) == col(OfferSkill.skill_code))
        .where(col(OfferSkill.offer_id).in_(ids), col(OfferSkill.rested_at).is_(None))
    )
    for offer_id, *skill in session.exec(query.order_by(col(Skill.code))):
        found[offer_id].append((skill[0], skill[1], skill[2]))
    return found


def _weeks_of(session: Session, ids: list[UUID]) -> dict[UUID, list[WeeklyRow]]:
    piece = OfferAvailability
    found: defaultdict[UUID, list[WeeklyRow]] = defaultdict(list)
    query = select(piece.offer_id, piece.weekday, piece.start_minute, piece.end_minute)
    for row in session.exec(
        query.where(col(piece.offer_id).in_(ids)).order_by(col(piece.weekday), col(piece.start_minute))
    ):
        found[row[0]].append(WeeklyRow(*row[1:]))
    return found


def _windows(session: Session, request_id: UUID) -> tuple[WindowRow, ...]:
    query = select(RequestWindow.starts_at, RequestWindow.ends_at).where(RequestWindow.request_id == request_id)
    return tuple(WindowRow(*row) for row in session.exec(query.order_by(col(RequestWindow.starts_at))))


def _weekly(session: Session, request_id: UUID) -> tuple[WeeklyRow, ...]:
    piece = RequestWeekly
    query = select(piece.weekday, piece.start_minute, piece.end_minute, col(piece.rhythm)).where(
        piece.request_id == request_id
    )
    return tuple(WeeklyRow(*row) for row in session.exec(query.order_by(col(piece.weekday), col(piece.start_minute))))
