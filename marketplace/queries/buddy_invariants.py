"""Trajectories, introductions and talks that cannot be: what `marketplace.invariants` asks the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import and_, exists, func, or_
from sqlmodel import Session, col

from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS, OPEN_TALKS, OPEN_TRAJECTORIES
from marketplace.models import (
    BuddyTalk,
    Event,
    EventKind,
    Introduction,
    IntroductionStatus,
    StaffRole,
    TalkStatus,
    Trajectory,
    TrajectoryStatus,
)


def list_open(session: Session) -> Sequence[Any]:
    """Open trajectories: id, municipality, owner, whether that is staff there, next moment, when the owner was told."""
    is_staff = exists().where(
        col(StaffRole.person_id) == col(Trajectory.owner_id),
        col(StaffRole.municipality_id) == col(Trajectory.municipality_id),
    )
    columns = (
        col(Trajectory.id),
        col(Trajectory.municipality_id),
        col(Trajectory.owner_id),
        is_staff,
        col(Trajectory.next_moment_at),
        col(Trajectory.told_at),
    )
    return session.execute(sa.select(*columns).where(col(Trajectory.status).in_(OPEN_TRAJECTORIES))).all()


def list_out_of_step(session: Session) -> Sequence[Any]:
    """Trajectories whose status is not that of who is introduced in them: id, status, the introduction's status."""
    live = and_(col(Introduction.trajectory_id) == col(Trajectory.id), col(Introduction.status).in_(LIVE_INTRODUCTIONS))
    status, introduced = col(Trajectory.status), col(Introduction.status)
    running = IntroductionStatus.RUNNING
    fits = or_(
        and_(
            status.in_((TrajectoryStatus.INTAKE, TrajectoryStatus.WAITING, TrajectoryStatus.ENDED)),
            introduced.is_(None),
        ),
        and_(status == TrajectoryStatus.ACQUAINTING, introduced.is_not(None), introduced != running),
        and_(status == TrajectoryStatus.RUNNING, introduced.is_not(None), introduced == running),
    )
    query = sa.select(col(Trajectory.id), status, introduced).outerjoin(Introduction, live).where(~fits)
    return session.execute(query).all()


def list_talks_astray(session: Session, overdue: datetime) -> Sequence[Any]:
    """Talks that are still to be held by two who are no pair, or that nobody was asked for in time: ids."""
    is_pair = col(Introduction.status) == IntroductionStatus.RUNNING
    is_forgotten = and_(col(BuddyTalk.status) == TalkStatus.PLANNED, col(BuddyTalk.due_at) < overdue)
    query = (
        sa.select(col(BuddyTalk.id))
        .join(Introduction, col(Introduction.id) == col(BuddyTalk.introduction_id))
        .where(col(BuddyTalk.status).in_(OPEN_TALKS), or_(~is_pair, is_forgotten))
    )
    return session.execute(query).scalars().all()


def list_talks_one_sided(session: Session) -> Sequence[Any]:
    """Weeks in which not both sides have a talk: introduction, week, how many."""
    query = sa.select(col(BuddyTalk.introduction_id), col(BuddyTalk.week), func.count()).group_by(
        col(BuddyTalk.introduction_id), col(BuddyTalk.week)
    )
    return session.execute(query.having(func.count() != 2)).all()


def list_begun_told_wrong(session: Session) -> Sequence[Any]:
    """Pairs that began and have not exactly one event of it, or have one and did not begin: ids."""
    made = (
        sa.select(func.count())
        .where(
            col(Event.introduction_id) == col(Introduction.id),
            col(Event.kind) == EventKind.MATCHED,
            col(Event.at) == col(Introduction.started_at),
        )
        .correlate(Introduction)
        .scalar_subquery()
    )
    has_begun = col(Introduction.started_at).is_not(None)
    every = (
        sa.select(func.count())
        .where(col(Event.introduction_id) == col(Introduction.id), col(Event.kind) == EventKind.MATCHED)
        .correlate(Introduction)
        .scalar_subquery()
    )
    wrong = or_(and_(has_begun, made != 1), and_(has_begun, every != 1), and_(~has_begun, every != 0))
    return session.execute(sa.select(col(Introduction.id)).where(wrong)).scalars().all()
