"""What rides cost: by ride, by driver and month, and in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.models import Driver, Person, Promise, Ride, RideCost


@dataclass(frozen=True)
class CostLine:
    """One drive in a driver's statement, or in an export. Cents are whole; parking stands apart."""

    day: date
    ride_id: UUID
    promise_id: UUID
    driver_id: UUID
    passenger: Person
    origin: str
    destination: str
    metres: int
    cents: int
    parking_cents: int
    is_passengers: bool


def list_costs(session: Session, ride_id: UUID) -> Sequence[RideCost]:
    """What the drives of one ride cost."""
    query = select(RideCost).where(RideCost.ride_id == ride_id)
    return session.exec(query.order_by(col(RideCost.counted_at), col(RideCost.promise_id))).all()


def list_lines(
    session: Session,
    *,
    municipality_id: UUID,
    first: date,
    last: date,
    driver_id: UUID | None = None,
) -> list[CostLine]:
    """What was driven from one day until another, both included: of one driver, or of all; by day and time."""
    query = (
        select(RideCost, Ride, Person)
        .join(Ride, col(Ride.id) == RideCost.ride_id)
        .join(Person, col(Person.id) == RideCost.passenger_id)
        .join(Promise, col(Promise.id) == RideCost.promise_id)
        .where(RideCost.municipality_id == municipality_id, RideCost.day >= first, RideCost.day <= last)
    )
    if driver_id is not None:
        query = query.where(RideCost.driver_id == driver_id)
    found = session.exec(query.order_by(col(RideCost.day), col(Promise.pickup_at), col(RideCost.promise_id)))
    return [
        CostLine(
            day=cost.day,
            ride_id=cost.ride_id,
            promise_id=cost.promise_id,
            driver_id=cost.driver_id,
            passenger=passenger,
            origin=str(ride.origin["neighbourhood"]),
            destination=str(ride.destination["name"] or ride.destination["neighbourhood"]),
            metres=cost.metres,
            cents=cost.cents,
            parking_cents=cost.parking_cents,
            is_passengers=cost.is_passengers,
        )
        for cost, ride, passenger in found
    ]


def list_paid_drivers(session: Session, *, first: date, last: date) -> Sequence[Driver]:
    """Drivers who drove something between these days, both included."""
    paid = select(RideCost.driver_id).where(RideCost.day >= first, RideCost.day <= last)
    query = select(Driver).where(col(Driver.id).in_(paid))
    return session.exec(query.order_by(col(Driver.joined_at), col(Driver.id))).all()


def sum_by_driver(session: Session, *, first: date, last: date) -> Sequence[tuple[UUID, int]]:
    """Cents by driver between these days, parking apart, the most first."""
    total = func.sum(RideCost.cents)
    query = select(RideCost.driver_id, total).where(RideCost.day >= first, RideCost.day <= last)
    grouped = query.group_by(col(RideCost.driver_id)).order_by(total.desc(), col(RideCost.driver_id))
    return [(driver_id, int(cents)) for driver_id, cents in session.exec(grouped)]
