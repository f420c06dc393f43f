"""What a coordinator sees: the queue, and everything that stands on one case. Columns, never entities."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.models import (
    ActingAs,
    Event,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    Origin,
    Person,
    Proposal,
    ProposalStatus,
    Skill,
    Slot,
    SlotStatus,
    StaffRole,
    StaffRoleKind,
)
from marketplace.queries.meetings import in_trouble


class Pile(StrEnum):
    """Which cases are looked at."""

    MINE = "mine"
    EVERYBODYS = "everybodys"
    TEAM = "team"
    OPEN = "open"
    ENDED = "ended"


class QueueRow(NamedTuple):
    """One line of the queue."""

    request_id: UUID
    skill_label: str
    neighbourhood: str
    requester: str
    organisation: str
    posted_at: datetime
    escalated_at: datetime | None
    escalation: dict[str, Any] | None
    held_at: datetime | None
    next_moment_at: datetime
    ended_at: datetime | None
    owner_id: UUID | None
    owner: str | None


class Reachable(NamedTuple):
    """Somebody with how to reach them; for staff only."""

    first_name: str
    last_name: str
    telephone: str | None
    email: str | None


class ProposalRow(NamedTuple):
    """Somebody who was asked or offered."""

    proposal_id: UUID
    offer_id: UUID
    first_name: str
    origin: Origin
    status: ProposalStatus
    proposed_at: datetime
    expires_at: datetime
    answered_at: datetime | None


class MatchRow(NamedTuple):
    """Somebody who helps, or was going to."""

    match_id: UUID
    first_name: str
    slot_number: int
    origin: Origin
    status: MatchStatus
    made_at: datetime
    objection_until: datetime


class EventRow(NamedTuple):
    """One thing that happened to a case."""

    at: datetime
    kind: EventKind
    acting_as: ActingAs
    actor: str | None
    person: str | None
    slot_number: int | None
    detail: dict[str, Any]


class HelperRow(NamedTuple):
    """Somebody who helps, as a coordinator sees them among others."""

    offer_id: UUID
    first_name: str
    neighbourhood: str
    engaged: int
    capacity: int
    paused_until: datetime | None
    last_asked_at: datetime | None


class NameRow(NamedTuple):
    """What a search looks through."""

    offer_id: UUID
    first_name: str
    last_name: str
    neighbourhood: str


_FREE = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)


class Board:
    """The queue of one municipality, as one member of staff may see it."""

    def __init__(
        self,
        session: Session,
        *,
        municipality_id: UUID,
        person_id: UUID,
        day_began_at: datetime,
        only_kinds: tuple[str, ...] | None = None,
    ) -> None:
        """``only_kinds``: how the kinds of help begin that they may see; None for all."""
        self._session, self._municipality_id, self._person_id = session, municipality_id, person_id
        self._only_kinds, self._day_began_at = only_kinds, day_began_at

    def list_rows(self, pile: Pile, *, limit: int, offset: int = 0) -> list[QueueRow]:
        """The cases of a pile: a person's before the engine's, and what is due first on top."""
        owner = aliased(Person)
        columns = (
            col(HelpRequest.id),
            col(Skill.label_nl),
            col(HelpRequest.neighbourhood),
            col(Person.first_name),
            col(HelpRequest.organisation_name),
            col(HelpRequest.posted_at),
            col(HelpRequest.escalated_at),
            col(HelpRequest.escalation),
            col(HelpRequest.held_at),
            col(HelpRequest.next_moment_at),
            col(HelpRequest.ended_at),
            col(HelpRequest.owner_id),
            col(owner.first_name),
        )
        query = (
            select(*columns)  # type: ignore[call-overload]
            .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
            .join(Person, col(Person.id) == col(HelpRequest.requester_id))
            .outerjoin(owner, col(owner.id) == col(HelpRequest.owner_id))
            .where(*self._of(pile))
        )
        latest_first = (col(HelpRequest.ended_at).desc(), col(HelpRequest.id))
        due_first = (col(HelpRequest.owner_id).is_(None), col(HelpRequest.next_moment_at), col(HelpRequest.id))
        query = query.order_by(*(latest_first if pile is Pile.ENDED else due_first)).limit(limit).offset(offset)
        return [QueueRow(*row) for row in self._session.execute(query)]

    def count(self) -> dict[Pile, int]:
        """How many cases each pile has, in one select."""
        counted = [
            select(func.count()).select_from(HelpRequest).where(*self._of(pile)).scalar_subquery().label(pile.value)
            for pile in Pile
        ]
        row = self._session.execute(select(*counted)).one()
        return dict(zip(Pile, row, strict=True))

    def count_late(self, pile: Pile, now: datetime) -> int:
        """How many cases of a pile a person should have acted on by now."""
        late = (col(HelpRequest.owner_id).is_not(None), col(HelpRequest.next_moment_at) <= now)
        query = select(func.count()).select_from(HelpRequest).where(*self._of(pile), *late)
        return 0 if pile is Pile.ENDED else self._session.exec(query).one()

    def _of(self, pile: Pile) -> tuple[ColumnElement[bool], ...]:
        where: list[ColumnElement[bool]] = [col(HelpRequest.municipality_id) == self._municipality_id]
        if self._only_kinds is not None:
            begins = [col(HelpRequest.skill_code).startswith(kind, autoescape=True) for kind in self._only_kinds]
            where.append(or_(false(), *begins))
        if pile is Pile.ENDED:
            return (*where, col(HelpRequest.ended_at) >= self._day_began_at)
        needs_somebody = or_(col(HelpRequest.id).in_(_FREE), col(HelpRequest.id).in_(in_trouble()))
        where += [col(HelpRequest.ended_at).is_(None), needs_somebody]
        if pile is Pile.MINE:
            where.append(col(HelpRequest.owner_id) == self._person_id)
        elif pile is Pile.EVERYBODYS:
            where.append(col(HelpRequest.owner_id).is_not(None))
        elif pile is Pile.TEAM:
            where.append(col(HelpRequest.owner_id).in_(self._team_leads()))
        return tuple(where)

    @cached_property
    def team_leads(self) -> frozenset[UUID]:
        """Who leads the team today."""
        return frozenset(self._session.exec(self._team_leads()))

    def _team_leads(self) -> Any:
        return select(StaffRole.person_id).where(
            StaffRole.municipality_id == self._municipality_id,
            StaffRole.kind == StaffRoleKind.TEAM_LEAD,
            or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > self._day_began_at),
        )


def get_person(session: Session, person_id: UUID) -> Reachable:
    """Who somebody is and how to reach them."""
    columns = (col(Person.first_name), col(Person.last_name), col(Person.telephone), col(Person.email))
    return Reachable(*session.execute(select(*columns).where(col(Person.id) == person_id)).one())


def get_helper(session: Session, offer_id: UUID) -> Reachable:
    """Who somebody is that offers help, and how to reach them. Raises NotFound."""
    columns = (col(Person.first_name), col(Person.last_name), col(Person.telephone), col(Person.email))
    query = select(*columns).join(Offer, col(Offer.person_id) == col(Person.id)).where(col(Offer.id) == offer_id)
    if (found := session.execute(query).first()) is None:
        raise NotFound(f"offer {offer_id}")
    return Reachable(*found)


def get_skill_label(session: Session, code: str) -> str:
    """What a kind of help is called."""
    return session.exec(select(Skill.label_nl).where(col(Skill.code) == code)).one()


def find_first_name(session: Session, person_id: UUID | None) -> str:
    """A first name; empty where there is nobody."""
    if person_id is None:
        return ""
    return session.exec(select(Person.first_name).where(col(Person.id) == person_id)).first() or ""


def list_first_names(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """First names, by person."""
    query = select(Person.id, Person.first_name).where(col(Person.id).in_(person_ids))
    return dict(session.exec(query).all())


def list_proposals(session: Session, request_id: UUID) -> list[ProposalRow]:
    """Everybody who was asked for a request or offered, oldest first."""
    columns = (
        col(Proposal.id),
        col(Proposal.offer_id),
        col(Person.first_name),
        col(Proposal.origin),
        col(Proposal.status),
        col(Proposal.proposed_at),
        col(Proposal.expires_at),
        col(Proposal.answered_at),
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Proposal.person_id))
        .where(col(Proposal.request_id) == request_id, col(Proposal.status) != ProposalStatus.UNDONE)
    )
    return [ProposalRow(*row) for row in session.execute(query.order_by(Proposal.proposed_at, Proposal.id))]


def list_matches(session: Session, request_id: UUID) -> list[MatchRow]:
    """Every match of a request, also what was undone, oldest first."""
    columns = (
        col(Match.id),
        col(Person.first_name),
        col(Match.slot_number),
        col(Match.origin),
        col(Match.status),
        col(Match.made_at),
        col(Match.objection_until),
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Match.person_id))
        .where(col(Match.request_id) == request_id, col(Match.status) != MatchStatus.UNDONE)
    )
    return [MatchRow(*row) for row in session.execute(query.order_by(Match.made_at, Match.id))]


def list_events(session: Session, request_id: UUID) -> list[EventRow]:
    """The whole history of a request, newest first."""
    actor, person = aliased(Person), aliased(Person)
    columns = (
        col(Event.at),
        col(Event.kind),
        col(Event.acting_as),
        col(actor.first_name),
        col(person.first_name),
        col(Event.slot_number),
        col(Event.detail),
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .outerjoin(actor, col(actor.id) == col(Event.actor_id))
        .outerjoin(person, col(person.id) == col(Event.person_id))
        .where(col(Event.request_id) == request_id)
    )
    newest_first = query.order_by(col(Event.at).desc(), col(Event.seq).desc())
    return [EventRow(*row) for row in session.execute(newest_first)]


def has_looked(session: Session, *, request_id: UUID, actor_id: UUID, person_id: UUID, since: datetime) -> bool:
    """Whether somebody's look at a case and this person in it was logged since a moment."""
    query = select(Event.seq).where(
        Event.request_id == request_id,
        Event.kind == EventKind.CASE_READ,
        Event.actor_id == actor_id,
        Event.person_id == person_id,
        col(Event.at) > since,
    )
    return session.exec(query.limit(1)).first() is not None


def list_helpers(session: Session, offer_ids: Sequence[UUID]) -> dict[UUID, HelperRow]:
    """Those who help, by the id of their offer, with when they were last asked for anything."""
    asked = func.max(col(Proposal.proposed_at)).label("last_asked_at")
    columns = (
        col(Offer.id),
        col(Person.first_name),
        col(Offer.neighbourhood),
        col(Offer.engaged),
        col(Offer.capacity),
        col(Offer.paused_until),
    )
    was_asked = and_(
        col(Proposal.offer_id) == col(Offer.id),
        col(Proposal.origin) != Origin.APPLICATION,
        col(Proposal.status) != ProposalStatus.UNDONE,
    )
    query = (
        select(*columns, asked)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Offer.person_id))
        .outerjoin(Proposal, was_asked)
        .where(col(Offer.id).in_(list(offer_ids)))
        .group_by(*columns)
    )
    return {row[0]: HelperRow(*row) for row in session.execute(query)}


def list_names(session: Session) -> list[NameRow]:
    """Everybody who helps and has not left, to search through."""
    columns = (col(Offer.id), col(Person.first_name), col(Person.last_name), col(Offer.neighbourhood))
    query = select(*columns).join(Person, col(Person.id) == col(Offer.person_id)).where(col(Offer.left_at).is_(None))
    return [NameRow(*row) for row in session.execute(query.order_by(col(Person.first_name), col(Offer.id)))]


def count_slots(session: Session, request_id: UUID) -> dict[SlotStatus, int]:
    """How many slots of a request have each status."""
    query = select(Slot.status, func.count()).where(Slot.request_id == request_id).group_by(col(Slot.status))
    return {SlotStatus(status): count for status, count in session.exec(query)}
