"""What concerns one person: what waits for them, what they agreed, and what has been. Columns, not entities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, or_, select

from marketplace.lifecycle import RUNNING_MATCHES, request_status
from marketplace.models import (
    ApprovalStatus,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    Origin,
    PairApproval,
    Person,
    Proposal,
    ProposalStatus,
    RequestStatus,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
)
from marketplace.queries.listing import WeeklyRow, WindowRow
from marketplace.queries.meetings import returns


@dataclass(frozen=True)
class Times:
    """When something can be."""

    windows: tuple[WindowRow, ...] = ()
    weekly: tuple[WeeklyRow, ...] = ()


@dataclass(frozen=True)
class AskedRow:
    """A proposal that this volunteer has not answered."""

    proposal_id: UUID
    request_id: UUID
    skill_label: str
    neighbourhood: str
    asker: str
    expires_at: datetime


@dataclass(frozen=True)
class MatchRow:
    """A match of which this person is one side; ``other`` is the first name of the other one."""

    match_id: UUID
    request_id: UUID
    skill_code: str
    skill_label: str
    neighbourhood: str
    other: str
    is_volunteer: bool
    status: MatchStatus
    objection_until: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    volunteer_id: UUID


@dataclass(frozen=True)
class RequestRow:
    """A request that this person asked."""

    request_id: UUID
    skill_code: str
    skill_label: str
    text: str
    posted_at: datetime
    respond_by: datetime
    next_moment_at: datetime
    is_escalated: bool
    ended_at: datetime | None
    status: RequestStatus
    waiting: int


@dataclass(frozen=True)
class WaitingRow:
    """A volunteer who said yes and waits for the requester's choice: no more than both may know now."""

    proposal_id: UUID
    first_name: str
    neighbourhood: str
    sentence: str
    distance_km: float
    reasons: list[dict[str, Any]]
    expires_at: datetime


def list_asked(session: Session, person_id: UUID, *, now: datetime) -> Sequence[AskedRow]:
    """Proposals that wait for this volunteer's answer, the first to lapse first."""
    columns = (
        Proposal.id,
        Proposal.request_id,
        Skill.label_nl,
        HelpRequest.neighbourhood,
        Person.first_name,
        Proposal.expires_at,
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .join(Person, col(Person.id) == HelpRequest.requester_id)
        .where(Proposal.person_id == person_id, Proposal.status == ProposalStatus.OPEN, col(Proposal.expires_at) > now)
        .order_by(Proposal.expires_at, Proposal.id)
    )
    return [AskedRow(*row) for row in session.execute(query)]


def list_matches(session: Session, person_id: UUID, *, is_running: bool, limit: int = 50) -> Sequence[MatchRow]:
    """Matches of this person on either side: those that run, oldest first; or those that ended, latest first."""
    as_volunteer = _matches(person_id, is_volunteer=True, is_running=is_running, limit=limit)
    as_requester = _matches(person_id, is_volunteer=False, is_running=is_running, limit=limit)
    rows = [(row, True) for row in session.execute(as_volunteer)]
    rows += [(row, False) for row in session.execute(as_requester)]
    rows.sort(key=lambda pair: pair[0].made_at if is_running else pair[0].ended_at, reverse=not is_running)
    return [
        MatchRow(
            match_id=row.id,
            request_id=row.request_id,
            skill_code=row.skill_code,
            skill_label=row.label_nl,
            neighbourhood=row.neighbourhood,
            other=row.first_name,
            is_volunteer=is_volunteer,
            status=row.status,
            objection_until=row.objection_until,
            confirmed_at=row.confirmed_at,
            ended_at=row.ended_at,
            volunteer_id=row.person_id,
        )
        for row, is_volunteer in rows[:limit]
    ]


def _matches(person_id: UUID, *, is_volunteer: bool, is_running: bool, limit: int) -> Any:
    other = aliased(Person)
    columns = (
        Match.id,
        Match.request_id,
        HelpRequest.skill_code,
        Skill.label_nl,
        HelpRequest.neighbourhood,
        other.first_name,
        Match.status,
        Match.made_at,
        Match.objection_until,
        Match.confirmed_at,
        Match.ended_at,
        Match.person_id,
    )
    theirs = col(HelpRequest.requester_id) if is_volunteer else col(Match.person_id)
    runs = col(Match.status).in_(RUNNING_MATCHES)
    order: ColumnElement[Any] = col(Match.made_at).asc() if is_running else col(Match.ended_at).desc()
    return (
        select(*columns)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .join(other, col(other.id) == theirs)
        .where(
            Match.person_id == person_id if is_volunteer else _is_asked_by(person_id),
            # What returns stands with its next time, once it is sure.
            and_(runs, ~(returns() & (col(Match.status) == MatchStatus.CONFIRMED))) if is_running else ~runs,
        )
        .order_by(order, Match.id)
        .limit(limit)
    )


def _is_asked_by(person_id: UUID) -> ColumnElement[bool]:
    """Asked by this person, for themselves or for another."""
    return or_(col(HelpRequest.requester_id) == person_id, col(HelpRequest.representative_id) == person_id)


def _is_own_question() -> ColumnElement[bool]:
    """Not the search for somebody to stand in once, which their series tells of; unless they choose who comes."""
    return or_(col(HelpRequest.occurrence_id).is_(None), col(HelpRequest.is_chosen_by_requester))


def list_requests(session: Session, person_id: UUID, *, is_open: bool, limit: int = 50) -> Sequence[RequestRow]:
    """What this person asked: with a slot that is still free, or without; the latest first."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    wanted = col(HelpRequest.id).in_(free)
    columns = (
        HelpRequest.id,
        HelpRequest.skill_code,
        Skill.label_nl,
        HelpRequest.text,
        HelpRequest.posted_at,
        HelpRequest.respond_by,
        HelpRequest.next_moment_at,
        HelpRequest.escalated_at,
        HelpRequest.ended_at,
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .where(_is_asked_by(person_id), wanted if is_open else ~wanted, _is_own_question())
        .order_by(col(HelpRequest.posted_at).desc(), HelpRequest.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    statuses, waiting = _statuses(session, ids), _count_waiting(session, ids)
    return [
        RequestRow(
            request_id=row.id,
            skill_code=row.skill_code,
            skill_label=row.label_nl,
            text=row.text,
            posted_at=row.posted_at,
            respond_by=row.respond_by,
            next_moment_at=row.next_moment_at,
            is_escalated=row.escalated_at is not None,
            ended_at=row.ended_at,
            status=statuses[row.id],
            waiting=waiting[row.id],
        )
        for row in rows
    ]


def list_waiting_rows(session: Session, request_id: UUID, *, now: datetime) -> Sequence[WaitingRow]:
    """Who said yes to a request and waits for its requester, first come first."""
    columns = (
        Proposal.id,
        Person.first_name,
        Offer.neighbourhood,
        Offer.sentence,
        Proposal.distance_km,
        Proposal.reasons,
        Proposal.expires_at,
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Offer, col(Offer.id) == Proposal.offer_id)
        .join(Person, col(Person.id) == Proposal.person_id)
        .where(
            Proposal.request_id == request_id,
            Proposal.status == ProposalStatus.WAITING,
            col(Proposal.expires_at) > now,
            ~is_looked_at(),
        )
        .order_by(Proposal.answered_at, Proposal.id)
    )
    return [WaitingRow(*row) for row in session.execute(query)]


def count_answers(session: Session, request_id: UUID) -> Counter[ProposalStatus]:
    """How those who were asked for a request have answered; who offered of their own accord was not asked."""
    query = (
        select(Proposal.status, func.count())
        .where(
            Proposal.request_id == request_id,
            Proposal.origin != Origin.APPLICATION,
            Proposal.status != ProposalStatus.UNDONE,
        )
        .group_by(col(Proposal.status))
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})


def list_matches_of(session: Session, request_id: UUID) -> Sequence[tuple[UUID, str, MatchStatus]]:
    """The standing matches of a request: id, first name of the volunteer, status."""
    query = (
        select(Match.id, Person.first_name, Match.status)
        .join(Person, col(Person.id) == Match.person_id)
        .where(Match.request_id == request_id, col(Match.status).in_((*RUNNING_MATCHES, MatchStatus.DONE)))
        .order_by(col(Match.made_at))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def read_times(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, Times]:
    """When each of these requests can be."""
    windows: dict[UUID, list[WindowRow]] = {request_id: [] for request_id in request_ids}
    weekly: dict[UUID, list[WeeklyRow]] = {request_id: [] for request_id in request_ids}
    dated = select(RequestWindow.request_id, RequestWindow.starts_at, RequestWindow.ends_at)
    for row in session.exec(
        dated.where(col(RequestWindow.request_id).in_(request_ids)).order_by(col(RequestWindow.starts_at))
    ):
        windows[row[0]].append(WindowRow(*row[1:]))
    piece = RequestWeekly
    columns = (piece.request_id, piece.weekday, piece.start_minute, piece.end_minute, piece.rhythm)
    pieces = sa.select(*map(col, columns))
    order = (col(piece.weekday), col(piece.start_minute))
    for found in session.execute(pieces.where(col(piece.request_id).in_(request_ids)).order_by(*order)):
        weekly[found[0]].append(WeeklyRow(*found[1:]))
    return {one: Times(tuple(windows[one]), tuple(weekly[one])) for one in request_ids}


def has_coming_time(session: Session, request_id: UUID, *, now: datetime) -> bool:
    """Whether the help can still be: a week comes again, a dated time only before it begins."""
    coming = select(RequestWindow.request_id).where(
        RequestWindow.request_id == request_id, col(RequestWindow.starts_at) > now
    )
    weekly = select(RequestWeekly.request_id).where(RequestWeekly.request_id == request_id)
    wanted = or_(col(HelpRequest.id).in_(coming), col(HelpRequest.id).in_(weekly))
    return session.exec(select(HelpRequest.id).where(HelpRequest.id == request_id, wanted)).first() is not None


def _statuses(session: Session, ids: Sequence[UUID]) -> dict[UUID, RequestStatus]:
    slots: dict[UUID, list[Any]] = {request_id: [] for request_id in ids}
    for request_id, status in session.exec(select(Slot.request_id, Slot.status).where(col(Slot.request_id).in_(ids))):
        slots[request_id].append(status)
    return {request_id: request_status(found) for request_id, found in slots.items()}


def is_looked_at() -> ColumnElement[bool]:
    """Whether a coordinator has still to look at this yes, so that nobody chooses it yet."""
    return exists().where(
        col(PairApproval.proposal_id) == col(Proposal.id), col(PairApproval.status) == ApprovalStatus.ASKED
    )


def _count_waiting(session: Session, ids: Sequence[UUID]) -> Counter[UUID]:
    query = (
        select(Proposal.request_id, func.count())
        .where(col(Proposal.request_id).in_(ids), Proposal.status == ProposalStatus.WAITING, ~is_looked_at())
        .group_by(col(Proposal.request_id))
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})
