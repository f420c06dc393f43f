"""What the ride planner's board shows: a day's drivers, rides and promises, with names; addresses are read apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from marketplace.lifecycle import STANDING_PROMISES
from marketplace.models import DayPlan, Driver, DriverDay, Event, Person, Promise, Ride, RideStatus
from marketplace.queries import drivers as driver_queries
from marketplace.queries import rides as queries
from marketplace.queries.board import EventRow


@dataclass(frozen=True)
class BoardRows:
    """A day of one municipality."""

    plan: DayPlan | None
    drivers: Sequence[Driver]
    windows: Mapping[UUID, tuple[tuple[int, int], ...]]
    driver_days: Mapping[UUID, DriverDay]
    rides: Sequence[Ride]
    promises: Sequence[Promise]
    # First names, by person.
    names: Mapping[UUID, str]

    def driver_name(self, driver_id: UUID) -> str:
        """Who drives."""
        person_id = next((driver.person_id for driver in self.drivers if driver.id == driver_id), None)
        return self.names.get(person_id, "een chauffeur") if person_id else "een chauffeur"


def read_day(session: Session, municipality_id: UUID, day: date) -> BoardRows:
    """Everything of a day but addresses and telephone numbers."""
    plan = queries.find_plan(session, municipality_id, day)
    found = driver_queries.list_drivers(session, municipality_id)
    days = queries.list_driver_days(session, plan.id) if plan else ()
    rides = queries.list_rides(session, municipality_id, day)
    promises = list_standing(session, [ride.id for ride in rides])
    people = {driver.person_id for driver in found} | {ride.passenger_id for ride in rides}
    return BoardRows(
        plan=plan,
        drivers=found,
        windows=driver_queries.windows_of_day(session, found, day),
        driver_days={each.driver_id: each for each in days},
        rides=rides,
        promises=promises,
        names=first_names(session, list(people)),
    )


def list_standing(session: Session, ride_ids: Sequence[UUID]) -> Sequence[Promise]:
    """Who is to drive these rides, or drove them, by time."""
    query = select(Promise).where(col(Promise.ride_id).in_(ride_ids), col(Promise.status).in_(STANDING_PROMISES))
    return session.exec(query.order_by(col(Promise.pickup_at), col(Promise.id))).all()


def first_names(session: Session, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """First names, by person."""
    return dict(session.exec(select(Person.id, Person.first_name).where(col(Person.id).in_(person_ids))).all())


def next_day(session: Session, municipality_id: UUID, *, from_on: date) -> date | None:
    """The first day from this one on with a ride that was not cancelled."""
    cancelled = (RideStatus.CANCELLED, RideStatus.CANCELLED_LATE)
    query = select(func.min(Ride.day)).where(
        Ride.municipality_id == municipality_id, Ride.day >= from_on, col(Ride.status).not_in(cancelled)
    )
    return session.exec(query).one()


def count_waiting(session: Session, municipality_id: UUID, *, from_on: date) -> Sequence[tuple[date, int]]:
    """How many rides nobody drives yet, by day, from a day on."""
    query = select(col(Ride.day), func.count()).where(
        Ride.municipality_id == municipality_id, Ride.status == RideStatus.ASKED, Ride.day >= from_on
    )
    return session.exec(query.group_by(col(Ride.day)).order_by(col(Ride.day))).all()


def list_ride_events(session: Session, ride_id: UUID) -> list[EventRow]:
    """The whole history of a ride, newest first."""
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
        .where(col(Event.ride_id) == ride_id)
    )
    newest_first = query.order_by(col(Event.at).desc(), col(Event.seq).desc())
    return [EventRow(*row) for row in session.execute(newest_first)]


def list_people_who_drive(session: Session, municipality_id: UUID) -> Sequence[tuple[Driver, Person]]:
    """Who drives here, by name."""
    query = (
        select(Driver, Person)
        .join(Person, col(Person.id) == Driver.person_id)
        .where(Driver.municipality_id == municipality_id, col(Driver.left_at).is_(None))
    )
    return session.exec(query.order_by(col(Person.first_name), col(Person.last_name), col(Driver.id))).all()
