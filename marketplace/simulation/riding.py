"""A past of rides for the made-up city: drivers with papers, passengers, days planned, driven and still to come.

Through the real use cases, at the moments at which they happen in life. The planner's clock is a counter, so that the
same seed gives the same plans on any machine.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.database import Sessions
from marketplace.errors import InvalidInput, Overtaken
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.known_places import known_places, stop_at
from marketplace.models import (
    Channel,
    ContactBy,
    DriveResult,
    Municipality,
    Person,
    PromiseStatus,
    ReturnMode,
    Ride,
    StaffRoleKind,
    Timing,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import rides as queries
from marketplace.rides import answering, asking, driving, planning, reminding, results
from marketplace.rides.planning import Solve
from marketplace.rides.policies import PAPERS, PLANNING
from marketplace.simulation.city import City, Somebody
from marketplace.trips import NewDriver, NewRide, Stop, instant_of

TICK_S: Final = 0.01  # how much of a second each look at the planner's clock takes
MORNING: Final = (9 * 60, 13 * 60)
DAY: Final = (9 * 60, 17 * 60)
AFTERNOON: Final = (12 * 60 + 30, 17 * 60)
STREETS: Final = ("Bouwlingstraat", "Leijsenstraat", "Ridderstraat", "Zandheuvel", "Arendstraat", "Keiweg")


@dataclass(frozen=True)
class RideSize:
    """How many drive and ride, and over how many days before and after the present."""

    drivers: int = 8
    passengers: int = 20
    rides_a_day: int = 6
    days_before: int = 5
    days_after: int = 4


def live(
    sessions: Sessions,
    city: City,
    *,
    municipality: Municipality,
    seer_id: UUID,
    size: RideSize,
    seed: int,
    now: datetime,
) -> None:
    """Play the days before now, and what of the days after is known by now."""
    town = _Town(sessions, city, municipality, Random(seed), size)
    today = now.astimezone(AMSTERDAM).date()
    days = [today + timedelta(days=n) for n in range(-size.days_before, size.days_after + 1)]
    days = [day for day in days if day.weekday() < 5]
    begin = instant_of(today - timedelta(days=size.days_before + 14), 10 * 60)
    with sessions.begin() as session:
        town.settle(session, seer_id, begin)
    for at, act in sorted((one for day in days for one in town.agenda(day)), key=lambda one: one[0]):
        if at < now:
            act(at)


class _Town:
    def __init__(
        self, sessions: Sessions, city: City, municipality: Municipality, random: Random, size: RideSize
    ) -> None:
        self.sessions, self.city, self.municipality, self.random, self.size = sessions, city, municipality, random, size
        self.passengers: list[tuple[UUID, Stop]] = []
        ticks = count()
        self.solve: Solve = planning.solver(lambda: TICK_S * next(ticks))
        self.policy = replace(PLANNING, seconds=5)

    def settle(self, session: Session, seer_id: UUID, now: datetime) -> None:
        """Who drives, all papers seen; who rides, half of them without e-mail."""
        seer = Actor(seer_id)
        for n in range(self.size.drivers):
            place = self.city.draw_place()
            person = _make(session, self.city.draw_person(place, youngest=45, oldest=74), now)
            hours = self.random.choice((MORNING, AFTERNOON, DAY, DAY))
            driver = driving.save_driver(
                session,
                NewDriver(
                    place=place,
                    seats=self.random.choice((3, 3, 4)),
                    hours=tuple((weekday, *hours) for weekday in sorted(self.random.sample(range(5), 4))),
                    carries=self.random.choice((("rollator",), ("rollator", "folding_wheelchair"))),
                    is_standby=n % 3 == 0,
                    street=self.random.choice(STREETS),
                    house_number=str(self.random.randint(1, 99)),
                ),
                municipality=self.municipality,
                person_id=person.id,
                actor=Actor(person.id),
                now=now,
            )
            _show_papers(session, driver.id, self.municipality, seer, now, ends_soon=n == 0)
        for n in range(self.size.passengers):
            place = self.city.draw_place()
            who = self.city.draw_person(place, youngest=70, oldest=93, has_email=n % 2 == 0)
            street, number = self.random.choice(STREETS), str(self.random.randint(1, 199))
            person = _make(session, who, now)
            person.postcode, person.street, person.house_number = place.postcode, street, number
            self.passengers.append((person.id, Stop.at(place, street=street, house_number=number)))

    def agenda(self, day: date) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """What happens for a day, from asking until the evening."""
        yield instant_of(day, -4 * 24 * 60 + 11 * 60), partial(self._ask, day)
        for minute, act in (
            (-8 * 60 + 2, self._plan),
            (-7 * 60, self._answer),
            (-7 * 60 + 20, self._plan),
            (-6 * 60 + 1, self._remind),
            (-5 * 60, self._answer),
            (19 * 60, self._report),
        ):
            yield instant_of(day, minute), partial(act, day)

    def _ask(self, day: date, now: datetime) -> None:
        with self.sessions.begin() as session:
            for person_id, home in self.random.sample(self.passengers, self.size.rides_a_day):
                with suppress(InvalidInput):  # somebody who rides at that time already
                    self._ask_one(session, person_id, home, day, now)

    def _ask_one(self, session: Session, person_id: UUID, home: Stop, day: date, now: datetime) -> Ride:
        minute = self.random.randrange(9 * 60 + 30, 15 * 60, 15)
        mode = self.random.choice((ReturnMode.WAIT, ReturnMode.LATER, ReturnMode.LATER, ReturnMode.NONE))
        return asking.post_ride(
            session,
            NewRide(
                origin=home,
                destination=stop_at(self.random.choice(known_places()).code, EmbeddedGeocoder()),
                day=day,
                timing=Timing.ARRIVE_BY,
                wanted_minute=minute,
                return_mode=mode,
                wait_minutes=45 if mode is ReturnMode.WAIT else 0,
                return_minute=minute + 90 if mode is ReturnMode.LATER else None,
                companions=self.random.choice((0, 0, 0, 1)),
                needs=self.random.choice(((), ("rollator",))),
                needs_help=self.random.random() < 0.3,
                may_share=self.random.random() < 0.5,
                channel=Channel.WEB,
                accepts_doubt=True,
            ),
            municipality=self.municipality,
            passenger_id=person_id,
            actor=Actor(person_id),
            now=now,
        )

    def _plan(self, day: date, now: datetime) -> None:
        with suppress(Overtaken):
            planning.plan(
                self.sessions,
                municipality_id=self.municipality.id,
                day=day,
                now=now,
                solve=self.solve,
                policy=self.policy,
            )

    def _answer(self, day: date, now: datetime) -> None:
        """Most say yes to their day; now and then not to one ride of it."""
        with self.sessions.begin() as session:
            plan = queries.find_plan(session, self.municipality.id, day)
            for each in queries.list_driver_days(session, plan.id) if plan else ():
                actor = Actor(each.person_id)
                asked = queries.list_promises_of_day(session, each.id, PromiseStatus.PROPOSED)
                if asked and self.random.random() < 0.1:
                    answering.decline_ride(session, promise_id=asked[0].id, actor=actor, now=now)
                if asked and self.random.random() < 0.9:
                    answering.accept_day(session, driver_day_id=each.id, actor=actor, now=now)

    def _remind(self, _day: date, now: datetime) -> None:
        with self.sessions.begin() as session:
            reminding.remind(session, now, self.policy)

    def _report(self, day: date, now: datetime) -> None:
        with self.sessions.begin() as session:
            plan = queries.find_plan(session, self.municipality.id, day)
            for each in queries.list_driver_days(session, plan.id) if plan else ():
                for promise in queries.list_promises_of_day(session, each.id, PromiseStatus.ACCEPTED):
                    session.refresh(promise)
                    if promise.status is PromiseStatus.ACCEPTED:
                        results.report(
                            session,
                            promise_id=promise.id,
                            result=self.random.choice([DriveResult.DRIVEN] * 19 + [DriveResult.NOT_AT_HOME]),
                            parking_cents=self.random.choice((0, 0, 350)),
                            actor=Actor(each.person_id),
                            now=now,
                        )
            planning.give_up_expired(session, now)


def _make(session: Session, who: Somebody, now: datetime) -> Person:
    person = Person(**vars(who), created_at=now)
    if person.email is None:
        person.contact_by = ContactBy.TELEPHONE
    session.add(person)
    session.flush()
    return person


def _show_papers(
    session: Session, driver_id: UUID, municipality: Municipality, seer: Actor, now: datetime, *, ends_soon: bool
) -> None:
    seen_on = now.astimezone(AMSTERDAM).date()
    staff = replace(seer, roles=frozenset({(municipality.id, StaffRoleKind.RIDE_PLANNER)}))
    for code in PAPERS:
        days = 45 if ends_soon and code == "car" else 900
        driving.see_paper(
            session,
            driver_id=driver_id,
            code=code,
            seen_on=seen_on,
            valid_until=seen_on + timedelta(days=days),
            actor=staff,
            now=now,
        )
