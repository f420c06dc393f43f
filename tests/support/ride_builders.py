"""Drivers, rides and planned days, with the boring part filled in; made by the use cases themselves."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.database import Sessions
from marketplace.geocoding import Place
from marketplace.models import (
    Driver,
    DriverDay,
    Municipality,
    Person,
    Promise,
    QualificationSeen,
    Ride,
    Timing,
)
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import asking, driving, planning
from marketplace.rides.policies import PAPERS, PLANNING, PlanningPolicy
from marketplace.trips import NewDriver, NewRide, Stop
from tests.support.builders import a_person, place, the_municipality
from tests.support.clock import AMSTERDAM, NOW

# Thursday: two working days after NOW.
DAY: Final = date(2026, 3, 5)
QUICK: Final = replace(PLANNING, seconds=0.5)
EVERY_DAY: Final = tuple((weekday, 8 * 60, 18 * 60) for weekday in range(7))


def evening_before(day: date = DAY) -> datetime:
    """When a day is planned for the first time."""
    return QUICK.plans_from(day)


def wall(hour: int, minute: int = 0) -> int:
    """A time on the clock, as minutes since midnight."""
    return hour * 60 + minute


def a_stop(postcode: str = "4901AB", number: str = "1", **more: Any) -> Stop:
    """A front door."""
    return Stop.at(place(postcode), street="Straat", house_number=number, **more)


HOSPITAL: Final = "4901DH"


def a_driver(
    session: Session,
    first_name: str = "Dirk",
    *,
    at: Place | None = None,
    hours: Iterable[tuple[int, int, int]] = EVERY_DAY,
    has_papers: bool = True,
    person: Person | None = None,
    municipality: Municipality | None = None,
    now: datetime = NOW - timedelta(days=100),
    **overrides: Any,
) -> Driver:
    """Somebody with a car who drives every day from eight to six, all papers seen."""
    person = person or a_person(session, first_name)
    where = municipality or the_municipality(session)
    fields: dict[str, Any] = {"place": at or place(), "seats": 3, "hours": tuple(hours), "carries": ("rollator",)}
    driver = driving.save_driver(
        session,
        NewDriver(**{**fields, **overrides}),
        municipality=where,
        person_id=person.id,
        actor=Actor(person.id),
        now=now,
    )
    for code in PAPERS if has_papers else ():
        session.add(
            QualificationSeen(
                municipality_id=where.id,
                person_id=person.id,
                code=code,
                seen_on=now.date(),
                seen_by_id=person.id,
                valid_until=date(2030, 1, 1),
            )
        )
    session.flush()
    return driver


def asked(**overrides: Any) -> NewRide:
    """From a front door in the centre to Dommelbergen, to be there at eleven on Thursday."""
    fields: dict[str, Any] = {
        "origin": a_stop(),
        "destination": a_stop("4907AA", "10", name="Activiteitencentrum"),
        "day": DAY,
        "timing": Timing.ARRIVE_BY,
        "wanted_minute": wall(11),
    }
    return NewRide(**{**fields, **overrides})


def a_ride(
    session: Session,
    *,
    passenger: Person | None = None,
    by: Actor | None = None,
    now: datetime = NOW,
    **overrides: Any,
) -> Ride:
    """A ride as asked on the site by the passenger."""
    passenger = passenger or a_person(session, "Riet")
    return asking.post_ride(
        session,
        asked(**overrides),
        municipality=the_municipality(session),
        passenger_id=passenger.id,
        actor=by or Actor(passenger.id, passenger.first_name),
        now=now,
    )


def solve() -> planning.Solve:
    """The planner by the real clock."""
    return planning.solver(time.monotonic)


def plan_day(
    sessions: Sessions,
    *,
    day: date = DAY,
    now: datetime | None = None,
    policy: PlanningPolicy = QUICK,
    solver: planning.Solve | None = None,
) -> bool:
    """Plan a day, by default the evening before."""
    with sessions.read() as session:
        municipality_id = the_municipality(session).id
    return planning.plan(
        sessions,
        municipality_id=municipality_id,
        day=day,
        now=now or evening_before(day),
        solve=solver or solve(),
        policy=policy,
    )


def promises_of(session: Session, ride_id: UUID) -> list[Promise]:
    """Who is to drive a ride, the way out first."""
    return list(queries.list_standing_promises(session, ride_id))


def day_of(session: Session, driver: Driver, day: date = DAY) -> DriverDay:
    """What a driver does on a day."""
    plan = queries.find_plan(session, driver.municipality_id, day)
    assert plan is not None
    return next(each for each in queries.list_driver_days(session, plan.id) if each.driver_id == driver.id)


def local_time(at: datetime) -> str:
    """What the clock on the wall shows."""
    return f"{at.astimezone(AMSTERDAM):%H:%M}"
