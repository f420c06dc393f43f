"""Rides for the small world: one behind us, one under way, two that are planned, one that nobody drives, one a week."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, select

from marketplace.database import Sessions
from marketplace.links import DriverDayLinks, StandbyLinks
from marketplace.models import (
    Driver,
    DriverDay,
    DriveResult,
    Person,
    Promise,
    PromiseStatus,
    StaffRoleKind,
    StandbyAsk,
    Timing,
)
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import answering, asking, moving, results
from marketplace.settings import Settings
from tests.support.builders import a_coordinator, a_person, the_municipality
from tests.support.clock import NOW
from tests.support.ride_builders import DAY, a_driver, a_ride, asked, plan_day, solve, wall

TODAY = NOW.date()
_BEFORE = NOW - timedelta(days=5)


@dataclass(frozen=True)
class WorldOfRides:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_rides(sessions: Sessions, settings: Settings, riet_id: UUID) -> WorldOfRides:
    """Rik plans, Dirk drives, Anna stands by, Riet rides."""
    people, places = _ask(sessions, riet_id)
    for ahead in (-1, 0):
        day = TODAY + timedelta(days=ahead)
        plan_day(sessions, day=day)
        _agree(sessions, people["dirk"], day)
    plan_day(sessions, day=DAY, now=NOW - timedelta(hours=1))
    moved = UUID(places["moved_trip"])
    rik = Actor(people["rik"], "Rik", frozenset({(UUID(places["here"]), StaffRoleKind.RIDE_PLANNER)}))
    moving.move(sessions, ride_id=moved, driver_id=UUID(places["driver"]), actor=rik, now=NOW, solve=solve())
    with sessions.begin() as session:
        _tell_yesterday(session)
        days = {day.day: day.id for day in session.exec(select(DriverDay)).all() if day.person_id == people["dirk"]}
        ask = session.exec(select(StandbyAsk)).one()
        series = queries.list_rides_of_standing(session, UUID(places["standing"]), after=NOW)
        places |= {
            "past_day": str(days[TODAY - timedelta(days=1)]),
            "driven_day": str(days[TODAY]),
            "asked_day": str(days[DAY]),
            "driven_day_token": DriverDayLinks(settings.secret_key).sign(days[TODAY]),
            "asked_day_token": DriverDayLinks(settings.secret_key).sign(days[DAY]),
            "standby_ask": str(ask.id),
            "standby_token": StandbyLinks(settings.secret_key).sign(ask.id),
            "series_trip": str(series[0].id),
        }
    return WorldOfRides(people, places)


def _ask(sessions: Sessions, riet_id: UUID) -> tuple[dict[str, UUID], dict[str, str]]:
    with sessions.begin() as session:
        rik = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER)
        dirk = a_driver(session, "Dirk", street="Dorpstraat", house_number="3")
        halted = a_driver(session, "Hans", has_papers=False)
        anna = a_driver(session, "Anna", hours=(), is_standby=True, now=NOW - timedelta(days=50))
        riet, cor = session.get_one(Person, riet_id), a_person(session, "Cor")
        past = a_ride(session, passenger=riet, day=TODAY - timedelta(days=1), now=_BEFORE)
        now_driving = a_ride(
            session, passenger=riet, day=TODAY, now=_BEFORE, timing=Timing.FETCH_AT, wanted_minute=wall(9, 30)
        )
        trip = a_ride(session, passenger=riet, needs=("rollator",), remark="Bel twee keer.")
        moved = a_ride(session, passenger=cor, wanted_minute=wall(14))
        nobodys = a_ride(session, passenger=a_person(session, "Wim"), wanted_minute=wall(22))
        standing = asking.post_standing(
            session,
            asked(day=DAY + timedelta(days=7), weekdays=(3,), until=DAY + timedelta(days=70)),
            municipality=the_municipality(session),
            passenger_id=riet.id,
            actor=Actor(riet.id),
            now=NOW,
        )
        people = {"rik": rik.person_id, "dirk": dirk.person_id, "anna": anna.person_id}
        named = {
            "here": dirk.municipality_id,
            "driver": dirk.id,
            "halted_driver": halted.id,
            "past_trip": past.id,
            "now_trip": now_driving.id,
            "trip": trip.id,
            "moved_trip": moved.id,
            "nobodys_trip": nobodys.id,
            "standing": standing.id,
        }
        return people, {name: str(value) for name, value in named.items()}


def _agree(sessions: Sessions, person_id: UUID, day: object) -> None:
    with sessions.begin() as session:
        found = session.exec(select(DriverDay).where(DriverDay.person_id == person_id, DriverDay.day == day)).one()
        answering.accept_day(session, driver_day_id=found.id, actor=Actor(person_id), now=_BEFORE + timedelta(days=4))


def _tell_yesterday(session: Session) -> None:
    over = select(Promise).where(Promise.status == PromiseStatus.ACCEPTED, Promise.finish_at < NOW - timedelta(hours=9))
    for promise in session.exec(over).all():
        driver = session.get_one(Driver, promise.driver_id)
        results.report(
            session,
            promise_id=promise.id,
            result=DriveResult.DRIVEN,
            parking_cents=250,
            actor=Actor(driver.person_id),
            now=NOW,
        )
