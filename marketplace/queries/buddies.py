"""Trajectories with a buddy, who was introduced in them, and their talks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS, OPEN_TALKS, OPEN_TRAJECTORIES
from marketplace.models import (
    Absence,
    BuddyTalk,
    Duty,
    Introduction,
    IntroductionStatus,
    OutboxMessage,
    PersonBlock,
    QualificationSeen,
    StaffRole,
    StaffRoleKind,
    TalkStatus,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.queries.blocks import SUSPENDED


def get_trajectory(session: Session, trajectory_id: UUID) -> Trajectory:
    """One trajectory. Raises NotFound."""
    if (found := session.get(Trajectory, trajectory_id)) is None:
        raise NotFound(f"trajectory {trajectory_id}")
    return found


def lock_trajectory(session: Session, trajectory_id: UUID) -> Trajectory:
    """One trajectory, held until the unit ends: what two people say at once is heard one after the other.

    Raises NotFound.
    """
    query = select(Trajectory).where(Trajectory.id == trajectory_id).with_for_update()
    if (found := session.exec(query.execution_options(populate_existing=True)).first()) is None:
        raise NotFound(f"trajectory {trajectory_id}")
    return found


def get_introduction(session: Session, introduction_id: UUID) -> Introduction:
    """One introduction. Raises NotFound."""
    if (found := session.get(Introduction, introduction_id)) is None:
        raise NotFound(f"introduction {introduction_id}")
    return found


def find_live(session: Session, trajectory_id: UUID) -> Introduction | None:
    """Who is introduced in a trajectory now, if anybody is."""
    query = select(Introduction).where(
        Introduction.trajectory_id == trajectory_id, col(Introduction.status).in_(LIVE_INTRODUCTIONS)
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def list_introductions(session: Session, trajectory_id: UUID) -> Sequence[Introduction]:
    """Everybody who was introduced in a trajectory, first to last."""
    query = select(Introduction).where(Introduction.trajectory_id == trajectory_id)
    return session.exec(query.order_by(col(Introduction.introduced_at), col(Introduction.id))).all()


def find_open_of(session: Session, resident_id: UUID, skill_code: str, municipality_id: UUID) -> Trajectory | None:
    """What somebody has open of one kind already: a buddy is asked once."""
    query = select(Trajectory).where(
        Trajectory.resident_id == resident_id,
        Trajectory.skill_code == skill_code,
        Trajectory.municipality_id == municipality_id,
        col(Trajectory.status).in_(OPEN_TRAJECTORIES),
    )
    return session.exec(query).first()


def list_of_person(session: Session, person_id: UUID) -> Sequence[Trajectory]:
    """Where somebody gets a buddy, asked for one, or was introduced as one; the latest first."""
    introduced = select(Introduction.trajectory_id).where(Introduction.person_id == person_id)
    query = select(Trajectory).where(
        or_(
            Trajectory.resident_id == person_id,
            Trajectory.representative_id == person_id,
            col(Trajectory.id).in_(introduced),
        )
    )
    return session.exec(query.order_by(col(Trajectory.asked_at).desc(), col(Trajectory.id))).all()


def list_introductions_of(session: Session, person_id: UUID) -> Sequence[Introduction]:
    """Where somebody was introduced as a buddy, the latest first."""
    query = select(Introduction).where(Introduction.person_id == person_id)
    return session.exec(query.order_by(col(Introduction.introduced_at).desc(), col(Introduction.id))).all()


class WantingApart(NamedTuple):
    """Two who are introduced, of whom one blocked the other; ``blocker_id`` None where the account of one was."""

    introduction_id: UUID
    trajectory_id: UUID
    blocker_id: UUID | None


def list_wanting_apart(session: Session) -> list[WantingApart]:
    """Introductions that still run although one of the two blocked the other, or the account of one is blocked."""
    both = select(Introduction.id, Introduction.trajectory_id).join(
        Trajectory, col(Trajectory.id) == col(Introduction.trajectory_id)
    )
    live = col(Introduction.status).in_(LIVE_INTRODUCTIONS)
    blocked = (
        both.add_columns(col(PersonBlock.blocker_id))
        .join(
            PersonBlock,
            or_(
                (col(PersonBlock.blocker_id) == Trajectory.resident_id)
                & (col(PersonBlock.blocked_id) == Introduction.person_id),
                (col(PersonBlock.blocker_id) == Introduction.person_id)
                & (col(PersonBlock.blocked_id) == Trajectory.resident_id),
            ),
        )
        .where(live)
        .order_by(col(Introduction.id), col(PersonBlock.blocked_at))
    )
    suspended = both.where(
        live, or_(col(Introduction.person_id).in_(SUSPENDED), col(Trajectory.resident_id).in_(SUSPENDED))
    )
    found = [WantingApart(*row) for row in session.execute(blocked)]
    found += [WantingApart(row[0], row[1], None) for row in session.execute(suspended.order_by(col(Introduction.id)))]
    return list({row.introduction_id: row for row in reversed(found)}.values())


# --- talks ---------------------------------------------------------------------------------------------------------


def get_talk(session: Session, talk_id: UUID) -> BuddyTalk:
    """One talk. Raises NotFound."""
    if (found := session.get(BuddyTalk, talk_id)) is None:
        raise NotFound(f"talk {talk_id}")
    return found


def list_talks(session: Session, trajectory_id: UUID) -> Sequence[BuddyTalk]:
    """Every talk of a trajectory, in the order in which they are due."""
    query = select(BuddyTalk).where(BuddyTalk.trajectory_id == trajectory_id)
    return session.exec(query.order_by(col(BuddyTalk.due_at), col(BuddyTalk.side))).all()


def list_talks_of(session: Session, person_id: UUID) -> Sequence[BuddyTalk]:
    """Everything that was asked of one person on the way."""
    query = select(BuddyTalk).where(BuddyTalk.person_id == person_id)
    return session.exec(query.order_by(col(BuddyTalk.due_at))).all()


def find_asked_talk(session: Session, trajectory_id: UUID, person_id: UUID) -> BuddyTalk | None:
    """The talk that waits for somebody's answer, the first first."""
    query = select(BuddyTalk).where(
        BuddyTalk.trajectory_id == trajectory_id,
        BuddyTalk.person_id == person_id,
        BuddyTalk.status == TalkStatus.ASKED,
    )
    return session.exec(query.order_by(col(BuddyTalk.due_at))).first()


def list_talks_due(session: Session, now: datetime) -> Sequence[UUID]:
    """Planned talks whose moment came, as ids."""
    query = select(BuddyTalk.id).where(BuddyTalk.status == TalkStatus.PLANNED, col(BuddyTalk.due_at) <= now)
    return session.exec(query.order_by(col(BuddyTalk.due_at), col(BuddyTalk.id))).all()


def list_talks_unanswered(session: Session, asked_before: datetime) -> Sequence[UUID]:
    """Talks that were asked before a moment, not answered, and not asked again, as ids."""
    query = select(BuddyTalk.id).where(
        BuddyTalk.status == TalkStatus.ASKED,
        col(BuddyTalk.asked_at) <= asked_before,
        col(BuddyTalk.reminded_at).is_(None),
    )
    return session.exec(query.order_by(col(BuddyTalk.asked_at), col(BuddyTalk.id))).all()


def list_open_talks(session: Session, introduction_id: UUID) -> Sequence[BuddyTalk]:
    """What is still to be asked or answered between two people."""
    query = select(BuddyTalk).where(BuddyTalk.introduction_id == introduction_id, col(BuddyTalk.status).in_(OPEN_TALKS))
    return session.exec(query).all()


# --- who waits -----------------------------------------------------------------------------------------------------


def list_waiting(session: Session, municipality_id: UUID, skill_code: str) -> Sequence[UUID]:
    """Who waits for a buddy, in the order of the list: who had begun before, then who waits longest."""
    query = select(Trajectory.id).where(
        Trajectory.municipality_id == municipality_id,
        Trajectory.skill_code == skill_code,
        Trajectory.status == TrajectoryStatus.WAITING,
    )
    order = (col(Trajectory.is_first).desc(), col(Trajectory.waiting_since), col(Trajectory.id))
    return session.exec(query.order_by(*order)).all()


def count_started(session: Session, municipality_id: UUID, skill_code: str, *, since: datetime, now: datetime) -> int:
    """How many began with a buddy since a moment."""
    query = (
        select(func.count())
        .select_from(Introduction)
        .join(Trajectory, col(Trajectory.id) == col(Introduction.trajectory_id))
        .where(
            Trajectory.municipality_id == municipality_id,
            Trajectory.skill_code == skill_code,
            col(Introduction.started_at) > since,
            col(Introduction.started_at) <= now,
        )
    )
    return session.exec(query).one()


def find_first_asked_at(session: Session, municipality_id: UUID, skill_code: str) -> datetime | None:
    """Since when buddies are asked for here at all."""
    query = select(func.min(Trajectory.asked_at)).where(
        Trajectory.municipality_id == municipality_id, Trajectory.skill_code == skill_code
    )
    return session.exec(query).one()


# --- what comes of time ----------------------------------------------------------------------------------------------


def list_answers_overdue(session: Session, now: datetime) -> Sequence[UUID]:
    """Introductions that nobody answered in time, as ids of their trajectories."""
    asked = (IntroductionStatus.ASKED, IntroductionStatus.OFFERED)
    query = select(Introduction.trajectory_id).where(
        col(Introduction.status).in_(asked), col(Introduction.answer_by) <= now
    )
    return session.exec(query.order_by(col(Introduction.answer_by), col(Introduction.id))).all()


def list_meetings_over(session: Session, before: datetime) -> Sequence[UUID]:
    """First meetings that have been, after which nobody was asked yet how to go on; ids of their trajectories."""
    query = select(Introduction.trajectory_id).where(
        Introduction.status == IntroductionStatus.MEETING, col(Introduction.meets_at) <= before
    )
    return session.exec(query).all()


def list_due(session: Session, now: datetime) -> Sequence[UUID]:
    """Open trajectories whose moment came, as ids."""
    query = select(Trajectory.id).where(
        col(Trajectory.status).in_(OPEN_TRAJECTORIES), col(Trajectory.next_moment_at) <= now
    )
    return session.exec(query.order_by(col(Trajectory.next_moment_at), col(Trajectory.id))).all()


def list_running(session: Session) -> Sequence[UUID]:
    """Trajectories in which somebody is introduced: their certificates are looked at, as ids."""
    status = (TrajectoryStatus.ACQUAINTING, TrajectoryStatus.RUNNING)
    return session.exec(select(Trajectory.id).where(col(Trajectory.status).in_(status))).all()


def list_with_other_owner(session: Session, now: datetime) -> Sequence[UUID]:
    """Open trajectories whose owner is not there, works there no longer, or is nobody; and those to give back."""
    is_away = (
        _away(now)
        .where(Absence.person_id == Trajectory.owner_id, Absence.municipality_id == Trajectory.municipality_id)
        .exists()
    )
    works = (
        select(StaffRole.id)
        .where(
            StaffRole.person_id == Trajectory.owner_id,
            StaffRole.municipality_id == Trajectory.municipality_id,
            *_holds(now),
        )
        .exists()
    )
    query = select(Trajectory.id).where(
        col(Trajectory.status).in_(OPEN_TRAJECTORIES),
        or_(col(Trajectory.owner_id).is_(None), is_away, ~works, col(Trajectory.passed_from_id).is_not(None)),
    )
    return session.exec(query.order_by(col(Trajectory.asked_at), col(Trajectory.id))).all()


def is_there(session: Session, municipality_id: UUID, person_id: UUID, *, now: datetime) -> bool:
    """Whether somebody of the staff works there now and is not away."""
    works = select(StaffRole.id).where(
        StaffRole.person_id == person_id, StaffRole.municipality_id == municipality_id, *_holds(now)
    )
    away = _away(now).where(Absence.person_id == person_id, Absence.municipality_id == municipality_id)
    return session.exec(works.limit(1)).first() is not None and session.exec(away.limit(1)).first() is None


def find_coordinator(
    session: Session, municipality_id: UUID, area: str, *, now: datetime, besides: frozenset[UUID] = frozenset()
) -> UUID | None:
    """Which buddy coordinator gets the next: who stands in, on duty before not, fewest open before most; or nobody."""
    load = (
        select(func.count())
        .select_from(Trajectory)
        .where(Trajectory.owner_id == StaffRole.person_id, col(Trajectory.status).in_(OPEN_TRAJECTORIES))
        .scalar_subquery()
    )
    on_duty = (
        select(Duty.id)
        .where(
            Duty.municipality_id == municipality_id,
            Duty.person_id == StaffRole.person_id,
            or_(col(Duty.area).is_(None), Duty.area == area),
            col(Duty.from_at) <= now,
            col(Duty.until_at) > now,
        )
        .exists()
    )
    is_away = (
        _away(now).where(Absence.person_id == StaffRole.person_id, Absence.municipality_id == municipality_id).exists()
    )
    query = (
        select(StaffRole.person_id)
        .where(
            StaffRole.municipality_id == municipality_id,
            StaffRole.kind == StaffRoleKind.BUDDY_COORDINATOR,
            *_holds(now),
            ~is_away,
            col(StaffRole.person_id).not_in(besides),
        )
        .order_by(on_duty.desc(), load, col(StaffRole.from_at), col(StaffRole.person_id))
    )
    return session.exec(query.limit(1)).first()


def _away(now: datetime) -> Any:
    return select(Absence.id).where(
        col(Absence.from_at) <= now, col(Absence.until_at) > now, col(Absence.ended_at).is_(None)
    )


def _holds(now: datetime) -> tuple[Any, ...]:
    return (col(StaffRole.from_at) <= now, or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now))


def has_notice(session: Session, dedupe_key: str) -> bool:
    """Whether somebody was told something on this occasion."""
    query = select(OutboxMessage.id).where(OutboxMessage.dedupe_key == dedupe_key)
    return session.exec(query).first() is not None


# --- papers --------------------------------------------------------------------------------------------------------


class Paper(NamedTuple):
    """A certificate that was seen, and until when it holds: None for ever."""

    code: str
    until: date | None


def list_papers(session: Session, municipality_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, dict[str, Paper]]:
    """Of each of these people and of each kind the certificate that holds longest."""
    query = select(QualificationSeen).where(
        QualificationSeen.municipality_id == municipality_id, col(QualificationSeen.person_id).in_(person_ids)
    )
    found: dict[UUID, dict[str, Paper]] = {person_id: {} for person_id in person_ids}
    for seen in session.exec(query):
        best = found[seen.person_id].get(seen.code)
        paper = Paper(seen.code, seen.valid_until)
        if best is None or (best.until is not None and (paper.until is None or paper.until > best.until)):
            found[seen.person_id][seen.code] = paper
    return found
