"""What a message about a ride needs, read at the moment of sending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel

from marketplace.lifecycle import LIVE_PROMISES
from marketplace.models import (
    Driver,
    DriverDay,
    OutboxMessage,
    Person,
    Promise,
    PromiseStatus,
    QualificationSeen,
    Ride,
    RideCost,
    RideLeg,
    StandbyAsk,
    StandingRide,
)
from marketplace.queries import ride_costs, rides
from marketplace.trips import home_of, likely_cents

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Drive:
    """One drive of a driver's day, as a mail may tell of it: no address, and not where it goes."""

    promise: Promise
    passenger: Person
    neighbourhood: str

    @property
    def is_asked(self) -> bool:
        return self.promise.status is PromiseStatus.PROPOSED


@dataclass(frozen=True)
class RideFacts:
    """What a message about AutoMaatje is about. What it has no id of, or what is gone, is None."""

    ride: Ride | None
    passenger: Person | None
    # Who is to drive, the way out first, with the person.
    promises: Sequence[tuple[Promise, Person]]
    # What the passenger pays these drivers, parking apart; less where others share the car.
    likely_cents: int
    costs: Sequence[RideCost]
    standing: StandingRide | None
    driver_day: DriverDay | None
    # What a driver has still to answer, and what they have promised already; each with who rides and from where.
    drives: Sequence[Drive]
    ask: StandbyAsk | None
    paper: QualificationSeen | None
    # Whose paper it is.
    holder: Person | None

    @property
    def asked(self) -> Sequence[Drive]:
        """What a driver has still to answer."""
        return [drive for drive in self.drives if drive.is_asked]

    @property
    def agreed(self) -> Sequence[Drive]:
        """What a driver has promised."""
        return [drive for drive in self.drives if not drive.is_asked]


def read_ride_facts(session: Session, message: OutboxMessage) -> RideFacts | None:
    """What a message says about rides; None where it is about something else."""
    subject = message.subject
    if not {"ride", "standing", "driver_day", "standby", "paper"} & subject.keys():
        return None
    ride = _find(session, Ride, subject)
    day = _find(session, DriverDay, subject, name="driver_day")
    promises = rides.list_promises_of_day(session, day.id) if day else ()
    standing = _find(session, StandingRide, subject, name="standing")
    about = ride or standing
    paper = _find(session, QualificationSeen, subject, name="paper")
    return RideFacts(
        ride=ride,
        passenger=session.get(Person, about.passenger_id) if about else None,
        promises=_with_people(session, rides.list_standing_promises(session, ride.id)) if ride else (),
        likely_cents=_likely_cents(session, ride) if ride else 0,
        costs=ride_costs.list_costs(session, ride.id) if ride else (),
        standing=standing,
        driver_day=day,
        drives=[_drive(session, promise) for promise in promises if promise.status in LIVE_PROMISES],
        ask=_find(session, StandbyAsk, subject, name="standby"),
        paper=paper,
        holder=session.get(Person, paper.person_id) if paper else None,
    )


def _drive(session: Session, promise: Promise) -> Drive:
    ride = session.get_one(Ride, promise.ride_id)
    begins = ride.destination if promise.leg is RideLeg.RETURN else ride.origin
    return Drive(promise, session.get_one(Person, ride.passenger_id), str(begins["neighbourhood"]))


def _with_people(session: Session, promises: Sequence[Promise]) -> list[tuple[Promise, Person]]:
    return [(promise, session.get_one(Person, promise.person_id)) for promise in promises]


def _likely_cents(session: Session, ride: Ride) -> int:
    total = 0
    for promise in rides.list_standing_promises(session, ride.id):
        driver = session.get_one(Driver, promise.driver_id)
        total += likely_cents(home_of(driver), ride, promise.leg)
    return total


def _find(session: Session, kind: type[Row], subject: Mapping[str, str], *, name: str = "ride") -> Row | None:
    row_id = subject.get(name)
    return session.get(kind, UUID(row_id)) if row_id else None
