"""What the pages of who drives show: their days with whom they drive, and what they may stand in for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.lifecycle import STANDING_PROMISES
from marketplace.models import DriverDay, Person, Promise, Ride, StandbyAsk


@dataclass(frozen=True)
class PromisedRow:
    """A drive with its ride and its passenger."""

    promise: Promise
    ride: Ride
    passenger: Person


def list_promised(session: Session, driver_day_id: UUID) -> Sequence[PromisedRow]:
    """The drives that stand on one day of a driver, by time."""
    query = (
        select(Promise, Ride, Person)
        .join(Ride, col(Ride.id) == Promise.ride_id)
        .join(Person, col(Person.id) == Ride.passenger_id)
        .where(Promise.driver_day_id == driver_day_id, col(Promise.status).in_(STANDING_PROMISES))
    )
    rows = session.exec(query.order_by(col(Promise.pickup_at), col(Promise.id)))
    return [PromisedRow(*row) for row in rows]


def list_promises_of_days(session: Session, driver_day_ids: Sequence[UUID]) -> Sequence[Promise]:
    """The drives that stand on some days of drivers."""
    query = select(Promise).where(
        col(Promise.driver_day_id).in_(driver_day_ids), col(Promise.status).in_(STANDING_PROMISES)
    )
    return session.exec(query.order_by(col(Promise.pickup_at), col(Promise.id))).all()


def list_days(session: Session, driver_id: UUID, *, from_on: date, most: int) -> Sequence[DriverDay]:
    """The days of a driver from a day on, the last first."""
    query = select(DriverDay).where(DriverDay.driver_id == driver_id, DriverDay.day >= from_on)
    return session.exec(query.order_by(col(DriverDay.day).desc()).limit(most)).all()


def list_open_asks(session: Session, driver_id: UUID, now: datetime) -> Sequence[tuple[StandbyAsk, Ride]]:
    """For which rides somebody may still stand in."""
    query = (
        select(StandbyAsk, Ride)
        .join(Ride, col(Ride.id) == StandbyAsk.ride_id)
        .where(
            StandbyAsk.driver_id == driver_id,
            col(StandbyAsk.answered_at).is_(None),
            StandbyAsk.answer_by > now,
        )
    )
    return session.exec(query.order_by(col(StandbyAsk.answer_by))).all()


def get_ask(session: Session, ask_id: UUID) -> StandbyAsk | None:
    """One question to stand in."""
    return session.get(StandbyAsk, ask_id)


def passengers_of(session: Session, person_ids: Sequence[UUID]) -> Mapping[UUID, Person]:
    """The people who ride, by person."""
    query = select(Person).where(col(Person.id).in_(person_ids))
    return {person.id: person for person in session.exec(query)}
