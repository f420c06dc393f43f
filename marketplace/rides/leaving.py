"""Who leaves for good: their rides are taken back, their driving stops, and no door is left of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import anonymising
from marketplace.lifecycle import OPEN_RIDES
from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import drivers as driver_queries
from marketplace.queries import ride_costs
from marketplace.queries import rides as queries
from marketplace.rides import asking, driving


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """Take back their own rides and stop driving; the others are told."""
    actor = Actor(person.id, person.first_name)
    for standing in queries.list_standing_of(session, person.id):
        if standing.passenger_id == person.id:
            asking.end_standing(session, standing_id=standing.id, actor=actor, now=now)
    for ride in queries.list_rides_of(session, person.id, from_on=date.min):
        if ride.passenger_id == person.id and ride.status in OPEN_RIDES:
            asking.cancel_ride(session, ride_id=ride.id, actor=actor, now=now)
        elif ride.representative_id == person.id:
            ride.representative_id = ride.relation = None
            session.add(ride)
    for driver in driver_queries.list_drivers_of(session, person.id):
        driving.stop_driving(session, driver_id=driver.id, actor=actor, now=now)


def forget(session: Session, person: Person) -> None:
    """Which house they were fetched from, where they went, and where their car stands."""
    for ride in queries.list_rides_of(session, person.id, from_on=date.min):
        if ride.passenger_id == person.id:
            anonymising.forget_stops(ride)
            session.add(ride)
    for standing in queries.list_standing_of_passenger(session, person.id):
        anonymising.forget_stops(standing)
        session.add(standing)
    for driver in driver_queries.list_all_of(session, person.id):
        anonymising.forget_driver(driver)
        session.add(driver)


def export(session: Session, person_id: UUID) -> dict[str, Any]:
    """Their rides, as plain values, and what they drove; of others nothing but a first name."""
    hidden = {"municipality_id", "passenger_id", "representative_id", "entered_by_id", "owner_id", "escalation"}
    hidden |= {"pinned_driver_id", "prefers", "version"}
    rides = [
        ride for ride in queries.list_rides_of(session, person_id, from_on=date.min) if ride.passenger_id == person_id
    ]
    drivers = driver_queries.list_all_of(session, person_id)
    return {
        "rides": [_plain(ride, hidden) for ride in rides],
        "repeating_rides": [_plain(row, hidden) for row in queries.list_standing_of_passenger(session, person_id)],
        "driving": [_plain(driver, {"municipality_id", "person_id"}) for driver in drivers],
        "driven": [
            {
                "day": line.day.isoformat(),
                "with": line.passenger.first_name,
                "metres": line.metres,
                "cents": line.cents,
                "parking_cents": line.parking_cents,
            }
            for driver in drivers
            for line in ride_costs.list_lines(
                session,
                municipality_id=driver.municipality_id,
                first=date.min,
                last=date.max,
                driver_id=driver.id,
            )
        ],
    }


def _plain(row: Any, hidden: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in hidden}
