"""Looking where somebody lives who rides or drives: for the ride planner only, and logged like every look."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, permissions
from marketplace.models import Driver, Ride, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import drivers, rides

PLANNERS = frozenset({StaffRoleKind.RIDE_PLANNER})


def open_ride(session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> Ride:
    """A ride with its addresses. Who rides can read afterwards who looked. Raises NotFound, NotAllowed."""
    ride = rides.get_ride(session, ride_id)
    permissions.require(actor.has_role(ride.municipality_id, PLANNERS))
    _log(session, ride.municipality_id, ride.passenger_id, actor, file_looks.RIDE, now)
    return ride


def open_driver(session: Session, *, driver_id: UUID, actor: Actor, now: datetime) -> Driver:
    """A driver with where they live. They can read afterwards who looked. Raises NotFound, NotAllowed."""
    driver = drivers.get_driver(session, driver_id)
    permissions.require(actor.has_role(driver.municipality_id, PLANNERS))
    _log(session, driver.municipality_id, driver.person_id, actor, file_looks.DRIVER, now)
    return driver


def _log(session: Session, municipality_id: UUID, person_id: UUID, actor: Actor, action: str, now: datetime) -> None:
    file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        action=action,
        reason="",
        now=now,
    )
