"""What the pages of who rides show: each ride with who drives it, and what it cost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from marketplace.lifecycle import STANDING_PROMISES
from marketplace.models import Driver, Person, Promise, PromiseStatus, Ride, RideCost, RideLeg
from marketplace.trips import likely_cents
from transport.travel import Place as Point


@dataclass(frozen=True)
class DriveRow:
    """One drive of a ride and who is to drive it; the number only where they share it."""

    ride_id: UUID
    leg: RideLeg
    driver: str
    telephone: str
    pickup_at: datetime
    is_sure: bool
    # What the passenger pays for it at most, now that it is known who drives.
    likely_cents: int


@dataclass(frozen=True)
class CostRow:
    """What a drive cost, whole cents."""

    ride_id: UUID
    metres: int
    cents: int
    parking_cents: int


def list_drives(session: Session, ride_ids: Sequence[UUID]) -> Mapping[UUID, tuple[DriveRow, ...]]:
    """Who is to drive these rides, or drove them, by ride, the way out first."""
    found: defaultdict[UUID, list[DriveRow]] = defaultdict(list)
    query = (
        select(Promise, Person, Driver, Ride)
        .join(Person, col(Person.id) == Promise.person_id)
        .join(Driver, col(Driver.id) == Promise.driver_id)
        .join(Ride, col(Ride.id) == Promise.ride_id)
        .where(col(Promise.ride_id).in_(ride_ids), col(Promise.status).in_(STANDING_PROMISES))
    )
    for promise, person, driver, ride in session.exec(query.order_by(col(Promise.leg))):
        home = Point("home", driver.latitude, driver.longitude)
        row = DriveRow(
            ride_id=promise.ride_id,
            leg=promise.leg,
            driver=person.first_name,
            telephone=(person.telephone or "") if person.share_telephone else "",
            pickup_at=promise.pickup_at,
            is_sure=promise.status is not PromiseStatus.PROPOSED,
            likely_cents=likely_cents(home, ride, promise.leg),
        )
        found[promise.ride_id].append(row)
    return {ride_id: tuple(rows) for ride_id, rows in found.items()}


def list_promised_to_or_by(
    session: Session, person_id: UUID, *, since: datetime
) -> Sequence[tuple[Promise, Ride, str, str]]:
    """What drivers said yes to from a moment on, to somebody or by them, with both first names; by time."""
    driver, passenger = aliased(Person), aliased(Person)
    query = (
        select(Promise, Ride, driver.first_name, passenger.first_name)
        .join(Ride, col(Ride.id) == Promise.ride_id)
        .join(driver, col(driver.id) == Promise.person_id)
        .join(passenger, col(passenger.id) == Ride.passenger_id)
        .where(
            or_(
                col(Promise.person_id) == person_id,
                col(Ride.passenger_id) == person_id,
                col(Ride.representative_id) == person_id,
            ),
            col(Promise.status).in_((PromiseStatus.ACCEPTED, PromiseStatus.DONE)),
            Promise.pickup_at >= since,
        )
    )
    return session.exec(query.order_by(col(Promise.pickup_at), col(Promise.id))).all()


def list_costs(session: Session, ride_ids: Sequence[UUID]) -> Mapping[UUID, tuple[CostRow, ...]]:
    """What the passenger pays for these rides, by ride; what the organisation pays is not theirs to see."""
    found: defaultdict[UUID, list[CostRow]] = defaultdict(list)
    query = select(RideCost.ride_id, RideCost.metres, RideCost.cents, RideCost.parking_cents).where(
        col(RideCost.ride_id).in_(ride_ids), col(RideCost.is_passengers).is_(True)
    )
    for row in session.exec(query):
        found[row[0]].append(CostRow(*row))
    return {ride_id: tuple(rows) for ride_id, rows in found.items()}


def names_of(session: Session, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """First names, by person."""
    query = select(Person.id, Person.first_name).where(col(Person.id).in_(person_ids))
    return dict(session.exec(query).all())
