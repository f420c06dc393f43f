"""What a car does between taking on passengers and being empty again, and when it can be done.

A *leg* is one drive of a passenger: the way out, a return by anybody, or out and back with the driver waiting. A *task*
is a leg by itself, or several that share the car so that it is never empty in between. Between tasks the car drives
empty; inside one it never does. So a duty is home, tasks, home, and its empty metres are what lies between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from matching.geography import IntArray
from transport.problem import POOLED_EXTRA_MIN, Day, Window

NO_LIMIT: Final = 10**12  # minutes; later than any day


@dataclass(frozen=True, slots=True)
class Promise:
    """What a passenger was told: who comes, and the minute boarding starts."""

    driver: int
    at: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive of one passenger. Waiting included, it counts as one of the driver's rides.

    window : minutes in which boarding starts; finish_by : minute by which alighting has ended; limit_min : longest
    time in the car where it is shared; ride_min : minutes in the car, without sharing (for a waiting driver: from the
    departure until the passenger is back and about to alight).
    """

    index: int
    ride: int
    is_return: bool
    start: int
    end: int
    window: Window
    finish_by: int
    persons: int
    board_min: int
    alight_min: int
    ride_min: int
    limit_min: int
    may_share: bool
    is_wait: bool
    promise: Promise | None = None

    @property
    def alone_min(self) -> int:
        """From the start of boarding until the car is empty, driven at once."""
        return self.board_min + self.ride_min + self.alight_min

    def within(self, window: Window, finish_by: int) -> Leg:
        """The same leg with less room in time."""
        return replace(self, window=window, finish_by=finish_by)


@dataclass(frozen=True, slots=True)
class Times:
    """When something can start, and when it is over: started at s in [first, last], over at max(reach, s + length)."""

    first: int
    last: int
    reach: int
    length: int

    def end(self, start: int) -> int:
        return max(self.reach, start + self.length)

    @property
    def briefest_start(self) -> int:
        """The latest start that takes the least time in all."""
        return min(self.last, max(self.first, self.reach - self.length))


Stop = tuple[int, bool]  # position of the leg, and whether it boards (or else alights)


@dataclass(frozen=True, slots=True)
class Task:
    """Legs driven together, from the first boarding to the last alighting."""

    stops: tuple[Stop, ...]
    legs: tuple[int, ...]
    start: int
    end: int
    times: Times
    persons: int
    only_driver: int | None = None  # who was promised, where this task keeps a promise
    kept: tuple[int, ...] = ()
    broken: int = 0


def legs_of(day: Day) -> list[Leg]:
    """Every drive of the day, rides in order, a return by anybody straight after its way out."""
    legs: list[Leg] = []
    for at, ride in enumerate(day.rides):
        there = int(day.minutes[ride.origin, ride.destination])
        back = int(day.minutes[ride.destination, ride.origin])
        is_wait = ride.wait_min is not None
        waited = ride.alight_min + (ride.wait_min or 0) + ride.board_min + back if is_wait else 0
        ways = [(False, ride.origin, ride.origin if is_wait else ride.destination, ride.pickup, there, there + waited)]
        if ride.return_pickup is not None:
            ways.append((True, ride.destination, ride.origin, ride.return_pickup, back, back))
        for is_return, start, end, window, direct, ride_min in ways:
            limit = direct + POOLED_EXTRA_MIN if ride.max_ride_min is None else max(direct, ride.max_ride_min)
            legs.append(
                Leg(
                    index=len(legs),
                    ride=at,
                    is_return=is_return,
                    start=start,
                    end=end,
                    window=window,
                    finish_by=NO_LIMIT,
                    persons=ride.persons,
                    board_min=ride.board_min,
                    alight_min=ride.alight_min,
                    ride_min=ride_min,
                    limit_min=limit,
                    may_share=ride.may_share,
                    is_wait=is_wait,
                )
            )
    return legs


def alone(leg: Leg) -> Task | None:
    """The leg by itself; None where its window is empty or it can't be over in time."""
    first, last = leg.window[0], min(leg.window[1], leg.finish_by - leg.alone_min)
    if first > last:
        return None
    times = Times(first, last, first + leg.alone_min, leg.alone_min)
    return Task(((leg.index, True), (leg.index, False)), (leg.index,), leg.start, leg.end, times, leg.persons)


@dataclass(frozen=True, slots=True)
class Chain:
    """The stops of a task as a system of differences between their minutes.

    A stop's minute is when boarding starts, or when the car arrives to alight. Stop k comes at least gaps[k] after stop
    k - 1; a passenger's arrival at most `limit` after boarding ended.
    """

    gaps: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    limits: tuple[tuple[int, int, int], ...]  # (boarding stop, alighting stop, most minutes between their minutes)
    last_service: int

    def earliest(self, start: int) -> list[int] | None:
        """The least minutes with the first stop at `start` or later; None where there are none."""
        minutes = [max(start, self.lows[0])]
        for gap, low in zip(self.gaps[1:], self.lows[1:], strict=True):
            minutes.append(max(low, minutes[-1] + gap))
        while (late := self._first_over_limit(minutes)) is not None:
            boards, alights, most = late
            minutes[boards] = minutes[alights] - most  # board later rather than sit in the car
            for at in range(boards + 1, len(minutes)):
                minutes[at] = max(minutes[at], minutes[at - 1] + self.gaps[at])
            if any(minute > high for minute, high in zip(minutes, self.highs, strict=True)):
                return None
        fits = all(minute <= high for minute, high in zip(minutes, self.highs, strict=True))
        return minutes if fits else None

    def _first_over_limit(self, minutes: Sequence[int]) -> tuple[int, int, int] | None:
        for limit in self.limits:
            if minutes[limit[1]] - minutes[limit[0]] > limit[2]:
                return limit
        return None

    def times(self) -> Times | None:
        """When the whole chain can be started and is over; None where never."""
        soonest = self.earliest(-NO_LIMIT)
        if soonest is None:
            return None
        reach = soonest[-1] + self.last_service
        if len(self.gaps) == 2 and not self.limits:
            return Times(soonest[0], min(self.highs[0], self.highs[1] - self.gaps[1]), reach, reach - soonest[0])
        # With windows out of the way and the first stop at 0, each stop's least minute is its distance from the first.
        free = Chain(self.gaps, (0, *([-NO_LIMIT] * (len(self.gaps) - 1))), (NO_LIMIT,) * len(self.gaps), self.limits,
                     self.last_service)  # fmt: skip
        distance = free.earliest(0)
        if distance is None:
            return None
        last = min(high - way for high, way in zip(self.highs, distance, strict=True))
        if last < soonest[0]:
            return None
        return Times(soonest[0], last, reach, distance[-1] + self.last_service)


def chain_of(stops: Sequence[Stop], legs: Sequence[Leg], minutes: IntArray) -> Chain:
    """The differences between the stops of legs that share the car. Also for a chain that isn't over yet."""
    gaps, lows, highs, boards_at = [0], [], [], {}
    limits: list[tuple[int, int, int]] = []
    place, service = -1, 0
    for at, (index, boards) in enumerate(stops):
        leg = legs[index]
        where = leg.start if boards else leg.end
        if at:
            gaps.append(service + int(minutes[place, where]))
        if boards:
            boards_at[index] = at
            low, high, service = *leg.window, leg.board_min
        else:
            low, high, service = -NO_LIMIT, leg.finish_by - leg.alight_min, leg.alight_min
            limits.append((boards_at[index], at, leg.board_min + leg.limit_min))
        lows.append(low)
        highs.append(high)
        place = where
    return Chain(tuple(gaps), tuple(lows), tuple(highs), tuple(limits), service)


def together(stops: tuple[Stop, ...], legs: Sequence[Leg], minutes: IntArray) -> Task | None:
    """Legs that share the car in this order of stops; None where no minutes fit."""
    times = chain_of(stops, legs, minutes).times()
    if times is None:
        return None
    aboard, most = 0, 0
    for index, boards in stops:
        aboard += legs[index].persons if boards else -legs[index].persons
        most = max(most, aboard)
    found = tuple(sorted({index for index, _ in stops}))
    return Task(stops, found, legs[stops[0][0]].start, legs[stops[-1][0]].end, times, most)


def retimed(task: Task, legs: Sequence[Leg], minutes: IntArray) -> Task | None:
    """The same stops with the legs' present windows, promises kept as before; None where no minutes fit any more."""
    held = _held(task.kept, legs)
    if held is None:
        return None
    made = alone(held[task.legs[0]]) if len(task.legs) == 1 else together(task.stops, held, minutes)
    if made is None:
        return None
    return replace(made, only_driver=task.only_driver, kept=task.kept, broken=task.broken)


def minutes_of(task: Task, start: int, legs: Sequence[Leg], minutes: IntArray) -> list[int]:
    """The minute of each stop with boarding at the first one starting at `start`, everything after it at once."""
    if len(task.legs) == 1:
        leg = legs[task.legs[0]]
        return [start, start + leg.board_min + leg.ride_min]
    held = _held(task.kept, legs)
    found = None if held is None else chain_of(task.stops, held, minutes).earliest(start)
    if found is None or found[0] != start:
        raise ValueError(f"task {task.stops} cannot start at {start}")
    return found


def promised_variants(task: Task, legs: Sequence[Leg], minutes: IntArray) -> Iterable[Task]:
    """The task keeping none of its promises (at a price), and keeping each set of them that one driver can keep."""
    promised = [(index, promise) for index in task.legs if (promise := legs[index].promise) is not None]
    yield replace(task, broken=len(promised))
    for mask in range(1, 1 << len(promised)):
        kept = [pair for bit, pair in enumerate(promised) if mask >> bit & 1]
        drivers = {promise.driver for _, promise in kept}
        if len(drivers) > 1 or min(drivers) < 0:  # below 0: who was promised has left the day
            continue
        names = tuple(index for index, _ in kept)
        variant = replace(task, only_driver=drivers.pop(), kept=names, broken=len(promised) - len(kept))
        made = retimed(variant, legs, minutes)
        if made is not None:
            yield made


def _held(kept: tuple[int, ...], legs: Sequence[Leg]) -> Sequence[Leg] | None:
    """The legs, with those whose promise is kept at their promised minute; None where that minute is not allowed."""
    if not kept:
        return legs
    held = list(legs)
    for index in kept:
        leg = legs[index]
        if leg.promise is None or not leg.window[0] <= leg.promise.at <= leg.window[1]:
            return None
        held[index] = leg.within((leg.promise.at, leg.promise.at), leg.finish_by)
    return held
