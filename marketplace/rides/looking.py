"""Looking into the file of somebody who rides or drives: for who plans rides, and logged like every look.

Where a driver lives is for the ride planner only, also where rides fall to the team lead.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, permissions
from marketplace.models import Driver, Ride
from marketplace.permissions import Actor
from marketplace.queries import drivers, rides
from marketplace.visibility import STAFF, Field, may_see


def open_ride(session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> Ride:
    """A ride with its addresses. Who rides can read afterwards who looked. Raises NotFound, NotAllowed."""
    ride = rides.get_ride(session, ride_id)
    permissions.require(actor.has_role(ride.municipality_id, permissions.RIDE_WORKERS))
    _log(session, ride.municipality_id, ride.passenger_id, actor, file_looks.RIDE, now)
    return ride


def sees_home(actor: Actor, municipality_id: UUID) -> bool:
    """Whether somebody of the staff may read where a driver lives."""
    return any(
        where == municipality_id and may_see(Field.START_ADDRESS, STAFF[kind])
        for where, kind in actor.roles
        if kind in STAFF
    )


def open_driver(session: Session, *, driver_id: UUID, actor: Actor, now: datetime, with_home: bool = False) -> Driver:
    """A driver; ``with_home``: to change where they live. They can read afterwards who looked.

    Raises NotFound, NotAllowed.
    """
    driver = drivers.get_driver(session, driver_id)
    permissions.require(actor.has_role(driver.municipality_id, permissions.RIDE_WORKERS))
    permissions.require(not with_home or sees_home(actor, driver.municipality_id))
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
