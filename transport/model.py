"""The day as the planner sees it: shifts that can be driven, tasks that can be done, who may do which, what counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.geography import IntArray
from transport.pooling import shared_tasks
from transport.problem import Day, Deadline, may_drive
from transport.tasks import NO_LIMIT, Leg, Task, alone, promised_variants

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shift:
    """One driver in one of their windows: what becomes a duty once it has tasks."""

    driver: int
    window: int
    start: int
    end: int
    home: int


@dataclass(frozen=True, slots=True, order=True)
class Worth:
    """How good a plan is: least is best, first things first."""

    unserved: int
    broken: int
    empty_metres: int


@dataclass(frozen=True, eq=False)
class Model:
    """Tasks for shifts, independent of each other in time: a return no longer asks when its way out ends.

    legs : every leg of the day, by its index
    wanted : the legs to be planned, ascending; every task is made of these
    room : int, shape (n_drivers,), rides that each driver may still drive
    first, last, reach, length, start, end, n_rides, broken : int, shape (n_tasks,), as in `Task` and `Times`
    allowed : bool, shape (n_tasks, n_shifts): car, people, promise and the shift's own window allow it
    is_complete : whether every way of sharing a car is among the tasks
    """

    day: Day
    legs: tuple[Leg, ...]
    wanted: tuple[int, ...]
    shifts: tuple[Shift, ...]
    tasks: tuple[Task, ...]
    room: IntArray
    first: IntArray
    last: IntArray
    reach: IntArray
    length: IntArray
    start: IntArray
    end: IntArray
    n_rides: IntArray
    broken: IntArray
    allowed: BoolArray
    is_complete: bool

    @cached_property
    def legs_of_ride(self) -> dict[int, tuple[int, ...]]:
        """The wanted legs by ride."""
        found: dict[int, tuple[int, ...]] = {}
        for index in self.wanted:
            ride = self.legs[index].ride
            found[ride] = (*found.get(ride, ()), index)
        return found

    @cached_property
    def promises_of_ride(self) -> dict[int, int]:
        """How many promises are broken where the ride isn't driven."""
        return {
            ride: sum(self.legs[index].promise is not None for index in legs)
            for ride, legs in self.legs_of_ride.items()
        }

    @cached_property
    def single_of_leg(self) -> dict[int, tuple[int, ...]]:
        """The tasks that are one leg by itself: at most two, one of them keeping its promise."""
        found: dict[int, tuple[int, ...]] = {}
        for at, task in enumerate(self.tasks):
            if len(task.legs) == 1:
                found[task.legs[0]] = (*found.get(task.legs[0], ()), at)
        return found

    @cached_property
    def most_empty_metres(self) -> int:
        """No plan of this model drives more metres empty: an upper bound, and a coarse one."""
        if not self.tasks or not self.shifts:
            return 0
        homes = np.unique(np.array([shift.home for shift in self.shifts], dtype=np.int64))
        ends = np.unique(self.end)
        into = self.day.metres[np.ix_(np.concatenate([ends, homes]), self.start)].max(axis=0)
        most_into_leg: dict[int, int] = {}
        for at, task in enumerate(self.tasks):
            for index in task.legs:
                most_into_leg[index] = max(most_into_leg.get(index, 0), int(into[at]))
        back = int(self.day.metres[np.ix_(ends, homes)].max())
        return sum(most_into_leg.values()) + min(len(self.wanted), len(self.shifts)) * back

    def restricted(self, wanted: Sequence[int], shifts: Sequence[int], room: IntArray) -> Model:
        """The part of it that has to do with these legs (by index) and these shifts (by position)."""
        inside = set(wanted)
        keep = np.array([at for at, task in enumerate(self.tasks) if inside.issuperset(task.legs)], dtype=np.int64)
        return replace(
            self,
            wanted=tuple(sorted(wanted)),
            shifts=tuple(self.shifts[at] for at in shifts),
            tasks=tuple(self.tasks[at] for at in keep.tolist()),
            room=room,
            first=self.first[keep],
            last=self.last[keep],
            reach=self.reach[keep],
            length=self.length[keep],
            start=self.start[keep],
            end=self.end[keep],
            n_rides=self.n_rides[keep],
            broken=self.broken[keep],
            allowed=self.allowed[np.ix_(keep, np.array(shifts, dtype=np.int64))],
        )


def shifts_of(day: Day) -> tuple[Shift, ...]:
    return tuple(
        Shift(at, number, *window, driver.home)
        for at, driver in enumerate(day.drivers)
        for number, window in enumerate(driver.windows)
    )


def build(
    day: Day,
    legs: Sequence[Leg],
    wanted: Sequence[int],
    shifts: Sequence[Shift],
    room: IntArray,
    deadline: Deadline,
    *,
    may_pool: bool = True,
    also: Iterable[Task] = (),
) -> Model:
    """The model of these legs for these shifts. Where the deadline comes first, not every way of sharing is in it.

    `also` are tasks to have in it anyway, such as a previous plan's.
    """
    asked = [legs[index] for index in wanted]
    shared: list[Task] = []
    is_complete = sum(leg.may_share for leg in asked) < 2
    if may_pool and not is_complete:
        shared, is_complete = shared_tasks(day, legs, asked, deadline)
    whole = [*(task for leg in asked if (task := alone(leg)) is not None), *shared]
    variants = [variant for task in whole for variant in promised_variants(task, legs, day.minutes)]
    tasks = tuple(dict.fromkeys([*variants, *also]))
    return Model(
        day=day,
        legs=tuple(legs),
        wanted=tuple(wanted),
        shifts=tuple(shifts),
        tasks=tasks,
        room=room,
        first=_whole(task.times.first for task in tasks),
        last=_whole(task.times.last for task in tasks),
        reach=_whole(task.times.reach for task in tasks),
        length=_whole(task.times.length for task in tasks),
        start=_whole(task.start for task in tasks),
        end=_whole(task.end for task in tasks),
        n_rides=_whole(len(task.legs) for task in tasks),
        broken=_whole(task.broken for task in tasks),
        allowed=_allowed(day, legs, shifts, tasks, room),
        is_complete=is_complete,
    )


def _whole(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


def _allowed(
    day: Day, legs: Sequence[Leg], shifts: Sequence[Shift], tasks: Sequence[Task], room: IntArray
) -> BoolArray:
    fits = np.array([[may_drive(driver, ride) for driver in day.drivers] for ride in day.rides], dtype=bool)
    fits = fits.reshape(len(day.rides), len(day.drivers))
    driver_of = np.array([shift.driver for shift in shifts], dtype=np.int64)
    seats = np.array([day.drivers[shift.driver].seats for shift in shifts], dtype=np.int64)
    starts = np.array([shift.start for shift in shifts], dtype=np.int64)
    ends = np.array([shift.end for shift in shifts], dtype=np.int64)
    may = np.zeros((len(tasks), len(shifts)), dtype=bool)
    for at, task in enumerate(tasks):
        rides = list({legs[index].ride for index in task.legs})
        everybody: BoolArray = np.logical_and.reduce(fits[rides], axis=0)
        row = everybody[driver_of] & (seats >= task.persons) & (room[driver_of] >= len(task.legs))
        row &= (starts <= task.times.last) & (ends >= task.times.reach)
        if task.only_driver is not None:
            row &= driver_of == task.only_driver
        may[at] = row
    return may


def coupled(legs: Sequence[Leg]) -> list[tuple[int, int]]:
    """Ways out and their returns whose windows alone do not keep them in order."""
    found = []
    for leg, following in pairwise(legs):
        if following.is_return and following.ride == leg.ride and latest_end(leg) > following.window[0]:
            found.append((leg.index, following.index))
    return found


def latest_end(leg: Leg) -> int:
    """The latest minute by which the passenger of this leg has alighted, whoever else is in the car."""
    in_car = max(leg.ride_min, leg.limit_min) if leg.may_share else leg.ride_min
    return min(leg.finish_by, leg.window[1] + leg.board_min + in_car + leg.alight_min, NO_LIMIT)


def split(legs: Sequence[Leg], at: dict[int, int]) -> list[Leg]:
    """Legs with their coupled windows parted: the way out ends, and its return starts, at the minute given by ride."""
    parted = list(legs)
    for out, back in coupled(legs):
        minute = at.get(legs[out].ride)
        if minute is None:
            soonest = max(legs[out].window[0] + legs[out].alone_min, legs[back].window[0])
            latest = min(latest_end(legs[out]), legs[back].window[1])
            minute = max(soonest, (soonest + latest) // 2)
        parted[out] = legs[out].within(legs[out].window, min(legs[out].finish_by, minute))
        parted[back] = legs[back].within(
            (max(legs[back].window[0], minute), legs[back].window[1]), legs[back].finish_by
        )
    return parted
