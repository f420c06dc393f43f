"""A town that rides: drivers with cars and hours, passengers who ask, and days that are lived through the jobs.

Everything is done by the use cases and the jobs, at moments of a clock that the world moves. After each step it writes
down what passengers and drivers should have heard of, by comparing the day before and after; a test compares that with
the outbox.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, select

from marketplace import jobs
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.jobs import Means
from marketplace.known_places import known_places, stop_at
from marketplace.models import (
    Driver,
    DriverDay,
    DriveResult,
    NoticeKind,
    Person,
    Promise,
    PromiseStatus,
    ReturnMode,
    Ride,
    RideStatus,
    Timing,
)
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import answering, asking, driving, results, seeking
from marketplace.rides.planning import Solve
from marketplace.rides.policies import PLANNING
from marketplace.trips import MINUTES_A_DAY, Stop, instant_of
from tests.support import ride_builders as build
from tests.support.builders import a_person, place, the_municipality
from tests.support.clock import MovableClock

POSTCODES: Final = ("4901", "4902", "4903", "4904", "4905", "4906", "4907", "4908", "4849", "4909", "4911")
RIDE_JOBS: Final = frozenset(
    {
        "repeating-rides", "evening-plans", "lapse-drives", "standby", "hand-on-rides", "expired-rides", "remind-rides",
        "driven", "statements", "yearly-limit", "papers", "rides", "past-minutes",
    }
)  # fmt: skip
# What happened to a ride, as its passenger should hear of it.
PASSENGERS: Final = (
    NoticeKind.RIDE_AGREED,
    NoticeKind.RIDE_UNSURE,
    NoticeKind.RIDE_CANCELLED,
    NoticeKind.RIDE_NOT_DRIVEN,
)

Act = Callable[[], None]
Seen = dict[UUID, tuple[RideStatus, frozenset[UUID], UUID]]


@dataclass
class RideWorld:
    """``expected`` counts (kind, ride) that passengers should have been told."""

    sessions: Sessions
    clock: MovableClock
    solve: Solve
    rng: Random
    seconds: float
    drivers: list[Driver] = field(default_factory=list)
    passengers: list[tuple[Person, Stop]] = field(default_factory=list)
    expected: Counter[tuple[NoticeKind, UUID]] = field(default_factory=Counter)
    unsure: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        policy = replace(PLANNING, seconds=self.seconds)
        self.means = Means(self.sessions, self.clock, ride_planning=policy, solve=self.solve)
        self.jobs = [job for job in jobs.JOBS if job.name in RIDE_JOBS]

    # --- who there is ----------------------------------------------------------------------------------------------

    def settle_town(self, n_drivers: int, n_passengers: int) -> None:
        """Drivers with a morning, an afternoon or a day; a few on standby. Passengers at doors of their own."""
        with self.sessions.begin() as session:
            for n in range(n_drivers):
                hours = self.rng.choice(((8 * 60, 13 * 60), (12 * 60, 18 * 60), (8 * 60, 18 * 60)))
                self.drivers.append(
                    build.a_driver(
                        session,
                        f"Chauffeur{n}",
                        at=place(self.rng.choice(POSTCODES) + "AA"),
                        hours=tuple((weekday, *hours) for weekday in range(7)),
                        seats=self.rng.choice((3, 3, 4)),
                        carries=self.rng.choice(((), ("rollator",), ("rollator", "folding_wheelchair"))),
                        max_rides=self.rng.choice((4, 6)),
                        is_standby=n % 5 == 0,
                    )
                )
            for n in range(n_passengers):
                postcode = self.rng.choice(POSTCODES)
                stop = Stop.at(place(postcode + "AB"), street="Straat", house_number=str(n + 1))
                self.passengers.append((a_person(session, f"Reiziger{n}"), stop))

    # --- a day -----------------------------------------------------------------------------------------------------

    def live(self, days: Sequence[date], rides_a_day: int) -> None:
        """Everything that happens on these days, in the order in which it does: they run into each other."""
        acts = [act for day in days for act in self._agenda(day, rides_a_day)]
        for at, act in sorted(acts, key=lambda one: one[0]):
            self.clock.set(at)
            with self.watching():
                act()

    def _agenda(self, day: date, rides: int) -> Iterator[tuple[datetime, Act]]:
        """From asking, five days before, until the day after; with what goes otherwise on an ordinary day."""
        sure = partial(self.answer, day, silent=0.0, declines=0.0)
        agenda: tuple[tuple[int, tuple[Act, ...]], ...] = (
            (-5 * MINUTES_A_DAY + 11 * 60, (partial(self.ask_rides, day, rides),)),
            (-8 * 60 + 1, (self.tick,)),
            (-7 * 60, (partial(self.answer, day, silent=0.06, declines=0.1), self.tick)),
            (-6 * 60 + 1, (self.tick,)),
            (-5 * 60, (sure, self.tick)),
            (-4 * 60 + 1, (self.tick,)),
            (-4 * 60 + 30, (sure,)),
            (7 * 60, (partial(self.somebody_is_ill, day), self.tick)),
            (7 * 60 + 15, (sure,)),
            (8 * 60, (partial(self.somebody_cancels, day), self.tick)),
            (8 * 60 + 10, (sure,)),
            (11 * 60, (partial(self.somebody_backs_out, day), self.tick)),
            (11 * 60 + 10, (sure,)),
            (18 * 60 + 30, (self.tick,)),
            (19 * 60, (partial(self.report, day),)),
            (MINUTES_A_DAY + 20 * 60 + 2, (self.tick,)),
        )
        for minute, acts in agenda:
            for after, act in enumerate(acts):
                yield instant_of(day, minute + after), act

    def ask_rides(self, day: date, count: int) -> None:
        """Passengers ask, some days before; nobody twice on one day."""
        with self.sessions.begin() as session:
            for person, home in self.rng.sample(self.passengers, count):
                self._ask(session, person, home, day)

    def _ask(self, session: Session, person: Person, home: Stop, day: date) -> None:
        there = stop_at(self.rng.choice(known_places()).code, EmbeddedGeocoder())
        minute = self.rng.randrange(9 * 60 + 30, 15 * 60, 5)
        mode = self.rng.choice((ReturnMode.NONE, ReturnMode.WAIT, ReturnMode.LATER))
        asking.post_ride(
            session,
            build.asked(
                day=day,
                origin=home,
                destination=there,
                timing=self.rng.choice(tuple(Timing)),
                wanted_minute=minute,
                return_mode=mode,
                wait_minutes=self.rng.choice((30, 45)) if mode is ReturnMode.WAIT else 0,
                return_minute=minute + self.rng.choice((75, 105)) if mode is ReturnMode.LATER else None,
                companions=self.rng.choice((0, 0, 0, 1)),
                needs=self.rng.choice(((), (), ("rollator",), ("folding_wheelchair",))),
                may_share=self.rng.random() < 0.4,
            ),
            municipality=the_municipality(session),
            passenger_id=person.id,
            actor=Actor(person.id),
            now=self.clock(),
        )

    def tick(self) -> None:
        """Every job that has to do with rides, until none has anything left to do."""
        for _ in range(2):
            for job in self.jobs:
                job.run(self.means)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Compare the rides before and after."""
        before = self._look()
        yield
        after = self._look()
        for ride_id, (status, promises, _) in after.items():
            was, had, _ = before.get(ride_id, (RideStatus.ASKED, frozenset[UUID](), ride_id))
            if status is RideStatus.AGREED and (was is not RideStatus.AGREED or promises != had):
                self.expected[NoticeKind.RIDE_AGREED, ride_id] += 1
                self.unsure.discard(ride_id)
            if status in (RideStatus.CANCELLED, RideStatus.CANCELLED_LATE) and was is not status:
                self.expected[NoticeKind.RIDE_CANCELLED, ride_id] += 1
            if status is RideStatus.NOT_DRIVEN and was is not status:
                self.expected[NoticeKind.RIDE_NOT_DRIVEN, ride_id] += 1
            lost = was is RideStatus.AGREED and status in (RideStatus.ASKED, RideStatus.PLANNED)
            if (lost or self._is_planners(ride_id)) and ride_id not in self.unsure:
                self.expected[NoticeKind.RIDE_UNSURE, ride_id] += 1
                self.unsure.add(ride_id)

    def _look(self) -> Seen:
        with self.sessions.read() as session:
            rides = session.exec(select(Ride)).all()
            live: dict[UUID, set[UUID]] = {}
            for promise in session.exec(select(Promise)):
                if promise.status in (PromiseStatus.PROPOSED, PromiseStatus.ACCEPTED, PromiseStatus.DONE):
                    live.setdefault(promise.ride_id, set()).add(promise.id)
            self._planners = {ride.id for ride in rides if ride.escalated_at is not None}
            return {ride.id: (ride.status, frozenset(live.get(ride.id, ())), ride.id) for ride in rides}

    def _is_planners(self, ride_id: UUID) -> bool:
        return ride_id in self._planners

    # --- what people do --------------------------------------------------------------------------------------------

    def answer(self, day: date, *, silent: float, declines: float) -> None:
        """Drivers who are asked say yes to their day; some not to one ride of it, some nothing. Standby says yes."""
        with self.sessions.begin() as session:
            for driver_day in self._days(session, day):
                asked = queries.list_promises_of_day(session, driver_day.id, PromiseStatus.PROPOSED)
                if not asked or self.rng.random() < silent:
                    continue
                actor = Actor(driver_day.person_id)
                if self.rng.random() < declines:
                    answering.decline_ride(session, promise_id=asked[0].id, actor=actor, now=self.clock())
                answering.accept_day(session, driver_day_id=driver_day.id, actor=actor, now=self.clock())
            self._answer_standby(session, day)

    def _answer_standby(self, session: Session, day: date) -> None:
        """Half of who is asked to stand in does, where nobody was before them."""
        rides = [ride.id for ride in self._open(session, day)]
        for ask in queries.list_standby_asks(session, rides):
            session.refresh(ask)
            if ask.answered_at is None and ask.answer_by > self.clock():
                is_yes = self.rng.random() < 0.5
                with suppress(IllegalTransition), session.begin_nested():
                    seeking.answer_standby(
                        session, ask_id=ask.id, is_yes=is_yes, actor=Actor(ask.person_id), now=self.clock()
                    )

    def somebody_is_ill(self, day: date) -> None:
        """A driver who was to drive today does not."""
        with self.sessions.begin() as session:
            busy = [each for each in self._days(session, day) if each.duties]
            if busy:
                ill = self.rng.choice(busy)
                driving.change_day(
                    session, driver_id=ill.driver_id, day=day, windows=(), actor=Actor(ill.person_id), now=self.clock()
                )

    def somebody_cancels(self, day: date) -> None:
        with self.sessions.begin() as session:
            coming = [ride for ride in self._open(session, day) if ride.pickup_from_at > self.clock()]
            if coming:
                ride = self.rng.choice(coming)
                asking.cancel_ride(session, ride_id=ride.id, actor=Actor(ride.passenger_id), now=self.clock())

    def somebody_backs_out(self, day: date) -> None:
        """After all not, of a drive of this afternoon."""
        with self.sessions.begin() as session:
            coming = [
                promise
                for each in self._days(session, day)
                for promise in queries.list_promises_of_day(session, each.id, PromiseStatus.ACCEPTED)
                if promise.pickup_at > self.clock() + timedelta(hours=2)
            ]
            if coming:
                promise = self.rng.choice(coming)
                answering.decline_ride(session, promise_id=promise.id, actor=Actor(promise.person_id), now=self.clock())

    def report(self, day: date) -> None:
        """Most drivers say how it went; the rest is taken as driven the day after."""
        with self.sessions.begin() as session:
            for each in self._days(session, day):
                if self.rng.random() < 0.1:
                    continue
                for promise in queries.list_promises_of_day(session, each.id, PromiseStatus.ACCEPTED):
                    session.refresh(promise)
                    if promise.status is PromiseStatus.ACCEPTED:
                        self._report(session, promise)

    def _report(self, session: Session, promise: Promise) -> None:
        rare = (DriveResult.NOT_AT_HOME, DriveResult.TURNED_DOWN, DriveResult.NOT_DRIVEN)
        results.report(
            session,
            promise_id=promise.id,
            result=self.rng.choice([DriveResult.DRIVEN] * 17 + list(rare)),
            parking_cents=self.rng.choice((0, 0, 0, 250, 475)),
            actor=Actor(promise.person_id),
            now=self.clock(),
        )

    def _days(self, session: Session, day: date) -> list[DriverDay]:
        plan = queries.find_plan(session, the_municipality(session).id, day)
        return list(queries.list_driver_days(session, plan.id)) if plan else []

    def _open(self, session: Session, day: date) -> list[Ride]:
        return list(queries.list_open_rides(session, the_municipality(session).id, day))


def record_of(solve: Solve, kept: list[dict[str, Any]]) -> Solve:
    """A solver that keeps what it was asked and what it answered."""

    def keeping(day: dict[str, Any], previous: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        plan = solve(day, previous, seconds)
        kept.append({"day": day, "previous": previous, "plan": plan})
        return plan

    return keeping
