"""Worries that were passed on. Whoever asks here says who looks: nobody but the handlers gets a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle import STANDING_PROMISES
from marketplace.models import (
    Absence,
    Concern,
    ConcernStatus,
    ConcernStep,
    Duty,
    HelpRequest,
    Introduction,
    Match,
    MatchStatus,
    Person,
    Promise,
    Ride,
    StaffRole,
    StaffRoleKind,
    Trajectory,
)
from marketplace.permissions import Actor, may_handle_concerns

# Of so long ago somebody may still worry about whom they helped.
HELPED_SINCE: Final = timedelta(days=183)
_MOST: Final = 100


@dataclass(frozen=True)
class OpenConcern:
    """A worry that waits, for the list of those who handle them: not a word of what it is or whom it is about."""

    id: UUID
    since: datetime
    next_at: datetime
    owner_id: UUID
    owner: str
    is_taken: bool


@dataclass(frozen=True)
class ConcernRow:
    """The same in their own list, with who it is about."""

    concern: Concern
    about: str
    owner: str


@dataclass(frozen=True)
class StepRow:
    """A step, with the first name of who took it; empty for the clock."""

    step: ConcernStep
    who: str


def list_open_for(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> list[OpenConcern]:
    """The worries that wait, what is due first on top; for whoever does not handle them, nothing."""
    rows = _list(session, municipality_id, actor, is_open=True)
    return [
        OpenConcern(
            id=row.concern.id,
            since=row.concern.raised_at,
            next_at=row.concern.next_moment_at,
            owner_id=row.concern.owner_id,
            owner=row.owner,
            is_taken=row.concern.status is ConcernStatus.HANDLED,
        )
        for row in rows
        if row.concern.raised_at <= now
    ]


def list_for(session: Session, municipality_id: UUID, *, actor: Actor, is_open: bool) -> Sequence[ConcernRow]:
    """The list of those who handle worries: open by what is due first, closed by what ended last."""
    return _list(session, municipality_id, actor, is_open=is_open)


def _list(session: Session, municipality_id: UUID, actor: Actor, *, is_open: bool) -> list[ConcernRow]:
    if not may_handle_concerns(actor, municipality_id):
        return []
    query = (
        select(Concern, Person.first_name)
        .join(Person, col(Person.id) == col(Concern.owner_id))
        .where(
            Concern.municipality_id == municipality_id,
            or_(col(Concern.about_id).is_(None), Concern.about_id != actor.person_id),
        )
    )
    if is_open:
        query = query.where(col(Concern.ended_at).is_(None))
        query = query.order_by(col(Concern.next_moment_at), col(Concern.id))
    else:
        query = query.where(col(Concern.ended_at).is_not(None))
        query = query.order_by(col(Concern.ended_at).desc(), col(Concern.id))
    found = session.exec(query.limit(_MOST)).all()
    names = _names(session, {concern.about_id for concern, _ in found} - {None})
    return [
        ConcernRow(concern, names.get(concern.about_id, "") if concern.about_id else concern.about_words, owner)
        for concern, owner in found
    ]


def get_concern(session: Session, concern_id: UUID) -> Concern:
    """One worry. Raises NotFound."""
    if (found := session.get(Concern, concern_id)) is None:
        raise NotFound(f"concern {concern_id}")
    return found


def lock_concern(session: Session, concern_id: UUID) -> Concern:
    """One worry, held against colleagues until the unit ends. Raises NotFound."""
    query = select(Concern).where(Concern.id == concern_id).with_for_update()
    if (found := session.exec(query.execution_options(populate_existing=True)).first()) is None:
        raise NotFound(f"concern {concern_id}")
    return found


def list_steps(session: Session, concern_id: UUID) -> list[StepRow]:
    """What was done about it, oldest first."""
    query = (
        select(ConcernStep, Person.first_name)
        .outerjoin(Person, col(Person.id) == col(ConcernStep.actor_id))
        .where(ConcernStep.concern_id == concern_id)
        .order_by(col(ConcernStep.seq))
    )
    return [StepRow(step, name or "") for step, name in session.exec(query)]


def list_raised_by(session: Session, person_id: UUID) -> Sequence[Concern]:
    """What somebody passed on, the latest first."""
    query = select(Concern).where(Concern.raised_by_id == person_id)
    return session.exec(query.order_by(col(Concern.raised_at).desc(), col(Concern.id)).limit(_MOST)).all()


def list_about(session: Session, person_id: UUID) -> Sequence[Concern]:
    """Every worry about somebody. For erasing; no page asks this."""
    return session.exec(select(Concern).where(Concern.about_id == person_id).with_for_update()).all()


def list_near(session: Session, person_id: UUID) -> Sequence[Concern]:
    """Every worry that somebody passed on: its words may name them. For erasing."""
    return session.exec(select(Concern).where(Concern.raised_by_id == person_id).with_for_update()).all()


def list_bare_steps(session: Session, concern_ids: Sequence[UUID]) -> Sequence[ConcernStep]:
    """The steps of these."""
    return session.exec(select(ConcernStep).where(col(ConcernStep.concern_id).in_(concern_ids))).all()


def list_ended_with_words(session: Session, before: datetime, *, limit: int) -> Sequence[Concern]:
    """Worries that ended before a moment and still say something."""
    says = or_(Concern.text != "", col(Concern.about_id).is_not(None), col(Concern.raised_by_id).is_not(None))
    query = select(Concern).where(col(Concern.ended_at) < before, says)
    return session.exec(query.order_by(col(Concern.ended_at)).limit(limit)).all()


def list_same(session: Session, raised_by_id: UUID, text: str, *, since: datetime) -> Sequence[Concern]:
    """What the same person passed on in the same words since a moment: a form that was sent twice."""
    query = select(Concern).where(
        Concern.raised_by_id == raised_by_id, Concern.text == text, col(Concern.raised_at) > since
    )
    return session.exec(query).all()


def list_to_look_after(session: Session, now: datetime) -> Sequence[UUID]:
    """Open worries whose moment came, or whose owner does not handle them now, as ids."""
    able = _able(now).subquery()
    has_owner = (
        select(able.c.person_id)
        .where(able.c.person_id == Concern.owner_id, able.c.municipality_id == Concern.municipality_id)
        .exists()
    )
    query = select(Concern.id).where(
        col(Concern.ended_at).is_(None), or_(col(Concern.next_moment_at) <= now, ~has_owner)
    )
    return session.exec(query.order_by(col(Concern.next_moment_at), col(Concern.id))).all()


def find_handler(
    session: Session, municipality_id: UUID, *, now: datetime, besides: frozenset[UUID] = frozenset()
) -> UUID | None:
    """Who gets the next worry: on duty before not, with fewest open before most; nobody where there is no handler."""
    load = (
        select(func.count())
        .select_from(Concern)
        .where(Concern.owner_id == StaffRole.person_id, col(Concern.ended_at).is_(None))
        .scalar_subquery()
    )
    on_duty = (
        select(Duty.id)
        .where(
            Duty.municipality_id == municipality_id,
            Duty.person_id == StaffRole.person_id,
            col(Duty.from_at) <= now,
            col(Duty.until_at) > now,
        )
        .exists()
    )
    query = (
        _able(now)
        .where(StaffRole.municipality_id == municipality_id, col(StaffRole.person_id).not_in(besides))
        .order_by(on_duty.desc(), load, col(StaffRole.from_at), col(StaffRole.person_id))
    )
    found = session.exec(query.limit(1)).first()
    return found[0] if found else None


def list_handlers(session: Session, municipality_id: UUID, *, now: datetime) -> Sequence[tuple[UUID, str]]:
    """The small group, by first name."""
    query = (
        select(Person.id, Person.first_name)
        .join(StaffRole, col(StaffRole.person_id) == col(Person.id))
        .where(StaffRole.municipality_id == municipality_id, *_holds(now))
    )
    return session.exec(query.order_by(col(Person.first_name), col(Person.id))).all()


def list_people_helped_by(
    session: Session, person_id: UUID, municipality_id: UUID, *, now: datetime
) -> Sequence[tuple[UUID, str, str]]:
    """Whom somebody helps or drives, or did in the last half year: id, first name and neighbourhood."""
    matched = (
        select(Person.id, Person.first_name, HelpRequest.neighbourhood)
        .join(HelpRequest, col(HelpRequest.requester_id) == col(Person.id))
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .where(
            Match.person_id == person_id,
            Match.municipality_id == municipality_id,
            col(Match.status).in_((MatchStatus.AGREED, MatchStatus.CONFIRMED, MatchStatus.DONE)),
            or_(col(Match.ended_at).is_(None), col(Match.ended_at) > now - HELPED_SINCE),
        )
    )
    driven = (
        select(Person.id, Person.first_name, col(Ride.origin)["neighbourhood"].as_string())
        .join(Ride, col(Ride.passenger_id) == col(Person.id))
        .join(Promise, col(Promise.ride_id) == col(Ride.id))
        .where(
            Promise.person_id == person_id,
            Promise.municipality_id == municipality_id,
            col(Promise.status).in_(STANDING_PROMISES),
            col(Promise.pickup_at) > now - HELPED_SINCE,
        )
    )
    accompanied = (
        select(Person.id, Person.first_name, Trajectory.neighbourhood)
        .join(Trajectory, col(Trajectory.resident_id) == col(Person.id))
        .join(Introduction, col(Introduction.trajectory_id) == col(Trajectory.id))
        .where(
            Introduction.person_id == person_id,
            Introduction.municipality_id == municipality_id,
            col(Introduction.started_at).is_not(None),
            or_(col(Introduction.ended_at).is_(None), col(Introduction.ended_at) > now - HELPED_SINCE),
        )
    )
    queries = (driven, matched, accompanied)
    found = {row[0]: (row[0], row[1], row[2] or "") for query in queries for row in session.exec(query)}
    return sorted((row for row in found.values() if row[0] != person_id), key=lambda row: (row[1], str(row[0])))


def find_helped_in(session: Session, person_id: UUID, match_id: UUID | None) -> UUID | None:
    """Whom somebody helps in one of their own matches; None for any other id."""
    query = (
        select(HelpRequest.requester_id)
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .where(Match.id == match_id, Match.person_id == person_id)
    )
    return session.exec(query).first() if match_id else None


def _able(now: datetime) -> Any:
    """Who handles worries and is there."""
    is_away = (
        select(Absence.id)
        .where(
            Absence.municipality_id == StaffRole.municipality_id,
            Absence.person_id == StaffRole.person_id,
            col(Absence.from_at) <= now,
            col(Absence.until_at) > now,
            col(Absence.ended_at).is_(None),
        )
        .exists()
    )
    return select(StaffRole.person_id, StaffRole.municipality_id).where(*_holds(now), ~is_away)


def _holds(now: datetime) -> tuple[Any, ...]:
    return (
        StaffRole.kind == StaffRoleKind.CONCERN_HANDLER,
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )


def _names(session: Session, ids: set[UUID | None]) -> dict[UUID, str]:
    rows = session.exec(select(Person.id, Person.first_name, Person.last_name).where(col(Person.id).in_(ids)))
    return {person_id: f"{first} {last}".strip() for person_id, first, last in rows}
