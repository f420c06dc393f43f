"""Rides, promises and minutes that cannot be: what `marketplace.invariants` asks the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import and_, exists, func, or_
from sqlmodel import Session, col, select

from marketplace.lifecycle import OPEN_RIDES, STANDING_PROMISES
from marketplace.models import (
    DriverDay,
    DriveResult,
    DriverMinute,
    Promise,
    PromiseStatus,
    Ride,
    RideCost,
    RideStatus,
    StaffRole,
)

_PAID = (DriveResult.DRIVEN, DriveResult.NOT_AT_HOME, DriveResult.TURNED_DOWN)


def list_open_rides(session: Session) -> Sequence[Any]:
    """Open rides: id, status, return mode, owner, whether that is staff there, next moment, last moment of boarding."""
    is_staff = exists().where(
        col(StaffRole.person_id) == col(Ride.owner_id), col(StaffRole.municipality_id) == col(Ride.municipality_id)
    )
    columns = (
        col(Ride.id),
        col(Ride.status),
        col(Ride.return_mode),
        col(Ride.owner_id),
        is_staff,
        col(Ride.next_moment_at),
        col(Ride.pickup_until_at),
    )
    return session.execute(sa.select(*columns).where(col(Ride.status).in_(OPEN_RIDES))).all()


def list_standing(session: Session) -> Sequence[Any]:
    """Standing promises of open rides: ride, leg, status."""
    query = (
        sa.select(col(Promise.ride_id), col(Promise.leg), col(Promise.status))
        .join(Ride, col(Ride.id) == col(Promise.ride_id))
        .where(col(Promise.status).in_(STANDING_PROMISES), col(Ride.status).in_(OPEN_RIDES))
    )
    return session.execute(query).all()


def list_live_promises_of_ended(session: Session) -> Sequence[Any]:
    """Promises that go on of rides that do not: their ids."""
    live = (PromiseStatus.PROPOSED, PromiseStatus.ACCEPTED)
    query = (
        sa.select(col(Promise.id))
        .join(Ride, col(Ride.id) == col(Promise.ride_id))
        .where(col(Promise.status).in_(live), col(Ride.status).not_in(OPEN_RIDES))
    )
    return session.execute(query).scalars().all()


def list_ended_wrong(session: Session) -> Sequence[Any]:
    """Rides that are over without a moment of it, or the other way round: their ids."""
    is_open = col(Ride.status).in_(OPEN_RIDES)
    wrong = or_(and_(is_open, col(Ride.ended_at).is_not(None)), and_(~is_open, col(Ride.ended_at).is_(None)))
    return session.execute(sa.select(col(Ride.id)).where(wrong)).scalars().all()


def list_days_with_minutes(session: Session, from_on: date) -> Sequence[tuple[DriverDay, int]]:
    """Driver days from a day on, and how many minutes they have taken."""
    taken = (
        select(func.count()).where(col(DriverMinute.driver_day_id) == col(DriverDay.id)).correlate(DriverDay)
    ).scalar_subquery()
    return [(day, count) for day, count in session.exec(select(DriverDay, taken).where(DriverDay.day >= from_on))]


def list_costs_wrong(session: Session) -> Sequence[Any]:
    """Drives of counted days without a cost, and costs of drives that nobody pays: promise ids."""
    has_cost = exists().where(col(RideCost.promise_id) == col(Promise.id))
    is_paid = and_(col(Promise.status) == PromiseStatus.DONE, col(Promise.result).in_(_PAID))
    is_counted = col(DriverDay.settled_at).is_not(None)
    wrong = or_(and_(is_counted, is_paid, ~has_cost), and_(~is_counted, has_cost), and_(~is_paid, has_cost))
    query = sa.select(col(Promise.id)).join(DriverDay, col(DriverDay.id) == col(Promise.driver_day_id))
    return session.execute(query.where(wrong)).scalars().all()


def list_overdue(session: Session, before: datetime) -> Sequence[Any]:
    """Rides that nobody gave up long after their time: their ids."""
    waiting = (RideStatus.ASKED, RideStatus.PLANNED)
    last = func.coalesce(col(Ride.return_until_at), col(Ride.pickup_until_at))
    return session.execute(sa.select(col(Ride.id)).where(col(Ride.status).in_(waiting), last < before)).scalars().all()
