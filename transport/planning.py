"""Plans a day: a feasible plan at once, better ones while there is time, and a bound on what any plan can reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from typing import Final

import numpy as np

from matching.geography import IntArray
from transport.exact import solve, value_of
from transport.hints import Hint
from transport.insertion import Insertion
from transport.master import Weights
from transport.model import Model, Shift, Worth, build, coupled, shifts_of, split
from transport.neighbourhoods import Neighbourhoods
from transport.ordering import Ordering
from transport.problem import Day, Deadline, OutOfTime
from transport.tasks import Leg, legs_of
from transport.tours import Arranged, Duty, Route, arranged, duty_of, empty_metres, preferred_drives, ways

TO_THE_END: Final = 20_000  # tasks times shifts of which the optimum can be hoped for
A_SECOND: Final = 19_000  # tasks times shifts of which a second's share of the linear programme can be solved
PARTS_SHARE: Final = 0.75  # of the time goes into parts of a larger day; the rest into a bound on the whole
POOLING_SHARE: Final = 0.25  # of the time, at most, goes into finding ways of sharing cars


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan is better than this, first things first."""

    unserved: int
    broken: int
    empty_metres: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Duties in the order of drivers and windows, what nobody drives, and how good that is proven to be."""

    duties: tuple[Duty, ...]
    unserved: tuple[int, ...]
    worth: Worth
    bound: Bound | None
    is_proven: bool


@dataclass(frozen=True, eq=False)
class Job:
    """What is to be planned of a day: everything, or what a replan leaves open.

    wanted : legs to plan; room : rides each driver may still drive; fixed : duties that stay as they are
    kept_routes : what of a previous plan can be driven on
    """

    day: Day
    legs: tuple[Leg, ...]
    wanted: tuple[int, ...]
    shifts: tuple[Shift, ...]
    room: IntArray
    fixed: tuple[Duty, ...] = ()
    kept_routes: tuple[Route, ...] = ()


def job_of(day: Day) -> Job:
    """A whole day, nothing planned yet."""
    legs = tuple(legs_of(day))
    room = np.array([driver.max_rides for driver in day.drivers], dtype=np.int64)
    return Job(day, legs, tuple(range(len(legs))), shifts_of(day), room)


@dataclass(slots=True)
class Best:
    """The best plan so far; `tell` hears of each better one. Routes that clash in time are refused."""

    job: Job
    tell: Callable[[Plan], None] | None = None
    routes: tuple[Route, ...] = ()
    worth: Worth = field(default_factory=lambda: Worth(10**9, 0, 0))
    bound: Bound | None = None
    _arranged: list[Arranged] = field(default_factory=list)
    _also: tuple[int, int] = (0, 0)

    def offer(self, routes: Sequence[Route]) -> bool:
        """Takes the routes if they are better; among equals by preferred drives, then by the minutes of the duties."""
        worth = worth_of(routes, self.job)
        if worth > self.worth:
            return False
        arrangement = arranged(routes, self.job.legs, self.job.day)
        if arrangement is None:
            return False
        duties = [duty_of(each, self.job.day) for each in arrangement]
        also = (
            -preferred_drives(routes, self.job.legs, self.job.day),
            sum(duty.back_home - duty.leave_home for duty in duties),
        )
        if (worth, also) >= (self.worth, self._also):
            return False
        self.routes, self.worth, self._also, self._arranged = tuple(routes), worth, also, arrangement
        if self.tell is not None:
            self.tell(self.plan())
        return True

    def raise_bound(self, bound: Bound) -> None:
        if self.bound is None or _key(bound) > _key(self.bound):
            self.bound = bound
            if self.tell is not None:
                self.tell(self.plan())

    def plan(self) -> Plan:
        """The best plan as it is now."""
        job = self.job
        duties = [*job.fixed, *(duty_of(each, job.day) for each in self._arranged)]
        served = served_rides(self.routes, job)
        is_proven = (
            self.bound is not None
            and (self.bound.unserved, self.bound.broken) == (self.worth.unserved, self.worth.broken)
            and int(np.ceil(self.bound.empty_metres)) >= self.worth.empty_metres
        )
        return Plan(
            duties=tuple(sorted(duties, key=lambda duty: (duty.driver, duty.window))),
            unserved=tuple(ride for ride in range(len(job.day.rides)) if ride not in served),
            worth=self.worth,
            bound=self.bound,
            is_proven=is_proven,
        )


def _key(bound: Bound) -> tuple[int, int, float]:
    return bound.unserved, bound.broken, bound.empty_metres


def served_rides(routes: Sequence[Route], job: Job) -> set[int]:
    """Rides of which every leg is driven, by these routes or by a fixed duty."""
    driven = {index for route in routes for index in route.legs}
    missing = {job.legs[index].ride for index in job.wanted if index not in driven}
    return set(range(len(job.day.rides))) - missing


def worth_of(routes: Sequence[Route], job: Job) -> Worth:
    """What counts of these routes and the fixed duties together."""
    driven = {index for route in routes for index in route.legs}
    undriven = [index for index in job.wanted if index not in driven]
    broken = sum(task.broken for route in routes for task in route.tasks)
    broken += sum(job.legs[index].promise is not None for index in undriven)
    metres = sum(empty_metres(route, job.day.metres) for route in routes)
    return Worth(
        unserved=len({job.legs[index].ride for index in undriven}),
        broken=broken,
        empty_metres=metres + sum(duty.empty_metres for duty in job.fixed),
    )


def plan_day(day: Day, deadline: Deadline, tell: Callable[[Plan], None] | None = None) -> Plan:
    """The best plan found before the deadline. `tell` is given each better one as it is found.

    Raises ValueError for what cannot be a day; a day that cannot be served is a plan with rides unserved.
    """
    return plan_job(job_of(day), deadline, tell)


def plan_job(job: Job, deadline: Deadline, tell: Callable[[Plan], None] | None = None) -> Plan:
    """The same for what a replan leaves open."""
    best = Best(job, tell)
    best.offer(())
    first_plan(job, best, deadline)
    with suppress(OutOfTime):
        improve(job, best, deadline.before(_closing_s(job)))
    return best.plan()


def empty_plan(job: Job) -> Plan:
    """Nothing but the fixed duties."""
    best = Best(job)
    best.offer(())
    return best.plan()


def _closing_s(job: Job) -> float:
    """Seconds that making the plan of the best routes takes, generously."""
    return 0.01 + 2e-5 * len(job.day.rides) * (1 + len(job.day.drivers) // 100)


def first_plan(job: Job, best: Best, deadline: Deadline) -> None:
    """Inserts what can be inserted, without sharing cars more than before, ways out and returns parted."""
    promised = {leg.ride: leg.promise.at for leg in job.legs if leg.is_return and leg.promise is not None}
    legs = split(job.legs, promised)
    also = [task for route in job.kept_routes for task in route.tasks]
    model = build(job.day, legs, job.wanted, job.shifts, job.room, deadline, may_pool=False, also=also)
    best.offer(job.kept_routes)
    insertion = Insertion(model, job.kept_routes)
    insertion.run(deadline)
    best.offer(insertion.routes())


def improve(job: Job, best: Best, deadline: Deadline) -> None:
    """Towards the optimum and its proof; by parts first where the day is too large to begin with that."""

    def model_of(legs: Sequence[Leg]) -> Model:
        soon = deadline.sooner(POOLING_SHARE * max(0.0, deadline.left()))
        return build(job.day, legs, job.wanted, job.shifts, job.room, soon)

    root = model_of(job.legs)
    if not root.wanted:
        best.raise_bound(Bound(0, 0, _fixed_metres(job)))
        return
    weights = Weights.of(root)

    def on_bound(value: float) -> None:
        if root.is_complete:
            best.raise_bound(_bound(value, weights, job))

    size = len(root.tasks) * len(root.shifts)
    if size > TO_THE_END:
        left = max(0.0, deadline.left())
        if size > A_SECOND * left:
            _improve_by_parts(job, root, best, deadline.sooner(PARTS_SHARE * left))
        value = value_of(best.routes, root, weights)
        outcome = solve(root, weights, best.routes, value, deadline, offer=best.offer, on_bound=on_bound, is_large=True)
        _improve_by_parts(job, root, best, deadline, outcome.hints)
        return
    ordering = Ordering(job.legs, model_of, best.offer, on_bound, deadline)
    ordering.run(root, weights, best.routes, value_of(best.routes, root, weights))


def _improve_by_parts(job: Job, root: Model, best: Best, deadline: Deadline, hints: Sequence[Hint] = ()) -> None:
    """Where returns must wait, ways out and returns are parted as they are planned now."""
    now = ways(best.routes, job.legs, job.day)
    at = {
        job.legs[out].ride: (now[out][1] + now[back][0]) // 2
        for out, back in coupled(job.legs)
        if {out, back} <= set(now)
    }
    model = root if not coupled(job.legs) else build(
        job.day, split(job.legs, at), job.wanted, job.shifts, job.room, deadline,
        also=[task for route in best.routes for task in route.tasks],
    )  # fmt: skip
    known = set(model.tasks)
    routes = [route for route in best.routes if known.issuperset(route.tasks)]
    Neighbourhoods(model, best.offer, deadline, hints).run(routes)


def _fixed_metres(job: Job) -> int:
    return sum(duty.empty_metres for duty in job.fixed)


def _bound(value: float, weights: Weights, job: Job) -> Bound:
    """What a bound on the weighted value says, first things first."""
    unserved = max(0, ceil((value - weights.most_below) / weights.unserved - 1e-9))
    rest = max(0.0, value - weights.unserved * unserved)
    broken = max(0, ceil((rest - weights.most_metres) / weights.broken - 1e-9))
    metres = max(0.0, rest - weights.broken * broken)
    return Bound(unserved, broken, round(metres + _fixed_metres(job), 3))
