"""Duties: tasks one after the other from home to home, their minutes, and what is printed of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from matching.geography import IntArray
from transport.model import Shift
from transport.problem import Day
from transport.tasks import Leg, Task, Times, minutes_of, retimed


@dataclass(frozen=True, slots=True)
class Route:
    """What one shift does; its minutes follow."""

    shift: Shift
    tasks: tuple[Task, ...]

    @property
    def legs(self) -> list[int]:
        return [index for task in self.tasks for index in task.legs]


@dataclass(frozen=True, slots=True)
class PlannedStop:
    ride: int
    kind: str
    place: int
    arrive: int
    depart: int


@dataclass(frozen=True, slots=True)
class Duty:
    """A route with its minutes, as printed."""

    driver: int
    window: int
    stops: tuple[PlannedStop, ...]
    leave_home: int
    back_home: int
    metres: int
    empty_metres: int
    is_fixed: bool = False


def empty_metres(route: Route, metres: IntArray) -> int:
    """Metres without a passenger, from and to home included."""
    if not route.tasks:
        return 0
    between = sum(int(metres[a.end, b.start]) for a, b in pairwise(route.tasks))
    home = route.shift.home
    return int(metres[home, route.tasks[0].start]) + between + int(metres[route.tasks[-1].end, home])


def route_times(route: Route, minutes: IntArray) -> Times | None:
    """When the first boarding may start, and when the car is home again; None where the shift can't hold it."""
    home = route.shift.home
    whole: Times | None = None
    place = home
    for task in route.tasks:
        way, own = int(minutes[place, task.start]), task.times
        place = task.end
        if whole is None:
            whole = Times(max(own.first, route.shift.start + way), own.last, 0, own.length)
            whole = replace(whole, reach=own.end(whole.first))
        else:
            if whole.reach + way > own.last:
                return None
            last = min(whole.last, own.last - way - whole.length)
            reach = max(own.reach, whole.reach + way + own.length)
            whole = Times(whole.first, last, reach, whole.length + way + own.length)
        if whole.first > whole.last:
            return None
    if whole is None:
        return None
    way = int(minutes[place, home])
    latest = route.shift.end - way - whole.length
    whole = Times(whole.first, min(whole.last, latest), whole.reach + way, whole.length + way)
    return whole if whole.first <= whole.last and whole.reach <= route.shift.end else None


def duty_min(route: Route, minutes: IntArray) -> int:
    """The fewest minutes the duty takes, from home to home."""
    times = route_times(route, minutes)
    if times is None:
        raise ValueError(f"no minutes fit {route}")
    start = times.briefest_start
    return times.end(start) - start + int(minutes[route.shift.home, route.tasks[0].start])


def starts_of(route: Route, start: int, minutes: IntArray) -> list[int]:
    """The start of each task, the first one at `start` and everything after it at once."""
    starts: list[int] = []
    for at, task in enumerate(route.tasks):
        if at:
            before = route.tasks[at - 1]
            start = max(task.times.first, before.times.end(starts[-1]) + int(minutes[before.end, task.start]))
        starts.append(start)
    return starts


# --- all duties of a day together ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arranged:
    """A route, the start of its first boarding, and the legs with the windows that made it so."""

    route: Route
    start: int
    legs: Sequence[Leg]


def arranged(routes: Sequence[Route], legs: Sequence[Leg], day: Day) -> list[Arranged] | None:
    """Each route with its minutes, so that no return boards before the way out has ended.

    None where no minutes do that. The least minutes of all routes are raised until nothing is raised any more, which
    finds the least solution of a system of differences wherever there is one. Then each duty in turn is made as brief
    as the others' minutes allow.
    """
    driven = {index for route in routes for index in route.legs}
    pairs = [
        (at, at + 1)
        for at in driven
        if at + 1 in driven and legs[at + 1].is_return and legs[at + 1].ride == legs[at].ride
    ]
    now = _fixpoint(routes, legs, pairs, day)
    if now is None:
        return None
    held, current, minute = now
    out_of, back_of = dict(pairs), {back: out for out, back in pairs}
    found = []
    for route in current:
        narrowed = list(held)
        for index in route.legs:
            leg = legs[index]
            if index in out_of and out_of[index] not in route.legs:
                narrowed[index] = leg.within(leg.window, min(leg.finish_by, minute[out_of[index]][0]))
            if index in back_of and back_of[index] not in route.legs:
                narrowed[index] = leg.within(
                    (max(leg.window[0], minute[back_of[index]][1]), leg.window[1]), leg.finish_by
                )
        within = _retimed(route, narrowed, day)
        times = None if within is None else route_times(within, day.minutes)
        if within is None or times is None:  # the others' minutes leave it none but its earliest
            found.append(Arranged(route, minute[route.tasks[0].stops[0][0]][0], held))
            continue
        start = times.briefest_start
        minute.update(_leg_minutes(within, start, narrowed, day))
        found.append(Arranged(within, start, narrowed))
    return found


def _fixpoint(
    routes: Sequence[Route], legs: Sequence[Leg], pairs: Sequence[tuple[int, int]], day: Day
) -> tuple[list[Leg], list[Route], dict[int, tuple[int, int]]] | None:
    """Legs with the windows of returns raised, routes by them, and each leg's (boarding, alighted) minutes."""
    held = list(legs)
    current: list[Route] = []
    minute: dict[int, tuple[int, int]] = {}
    stale = set(range(len(routes)))
    at_leg = {index: at for at, route in enumerate(routes) for index in route.legs}
    current = list(routes)
    while stale:
        for at in sorted(stale):
            within = _retimed(routes[at], held, day)
            times = None if within is None else route_times(within, day.minutes)
            if within is None or times is None:
                return None
            current[at] = within
            minute.update(_leg_minutes(within, times.first, held, day))
        stale = set()
        for out, back in pairs:
            if minute[back][0] < minute[out][1]:
                leg = held[back]
                held[back] = leg.within((minute[out][1], leg.window[1]), leg.finish_by)
                stale.add(at_leg[back])
    return held, current, minute


def ways(routes: Sequence[Route], legs: Sequence[Leg], day: Day) -> dict[int, tuple[int, int]]:
    """By leg: the minutes boarding starts and alighting has ended, each route by itself as early as it can be."""
    found: dict[int, tuple[int, int]] = {}
    for route in routes:
        times = route_times(route, day.minutes)
        if times is not None:
            found |= _leg_minutes(route, times.first, legs, day)
    return found


def _retimed(route: Route, legs: Sequence[Leg], day: Day) -> Route | None:
    tasks = [retimed(task, legs, day.minutes) for task in route.tasks]
    fitting = tuple(task for task in tasks if task is not None)
    return Route(route.shift, fitting) if len(fitting) == len(tasks) else None


def _leg_minutes(route: Route, start: int, legs: Sequence[Leg], day: Day) -> dict[int, tuple[int, int]]:
    """By leg: the minute boarding starts, and the minute alighting has ended."""
    boards: dict[int, int] = {}
    found: dict[int, tuple[int, int]] = {}
    for task, begun in zip(route.tasks, starts_of(route, start, day.minutes), strict=True):
        for (index, is_boarding), minute in zip(task.stops, minutes_of(task, begun, legs, day.minutes), strict=True):
            if is_boarding:
                boards[index] = minute
            else:
                found[index] = (boards[index], minute + legs[index].alight_min)
    return found


# --- as printed ----------------------------------------------------------------------------------------------------


def duty_of(plan: Arranged, day: Day) -> Duty:
    """The duty as printed: it leaves as late and is home as early as its stops allow."""
    route, start, legs = plan.route, plan.start, plan.legs
    home = route.shift.home
    stops: list[PlannedStop] = []
    place, free = home, start - int(day.minutes[home, route.tasks[0].start])
    leave_home, metres = free, 0
    for task, begun in zip(route.tasks, starts_of(route, start, day.minutes), strict=True):
        for (index, boards), minute in zip(task.stops, minutes_of(task, begun, legs, day.minutes), strict=True):
            if not boards and legs[index].is_wait:
                continue  # written together with its boarding
            for stop in _stops_of(legs[index], boards, minute, free + _minutes(day, place, legs[index], boards), day):
                metres += int(day.metres[place, stop.place])
                place, free = stop.place, stop.depart
                stops.append(stop)
    return Duty(
        driver=route.shift.driver,
        window=route.shift.window,
        stops=tuple(stops),
        leave_home=leave_home,
        back_home=free + int(day.minutes[place, home]),
        metres=metres + int(day.metres[place, home]),
        empty_metres=empty_metres(route, day.metres),
    )


def _minutes(day: Day, place: int, leg: Leg, boards: bool) -> int:
    return int(day.minutes[place, leg.start if boards else leg.end])


def _stops_of(leg: Leg, boards: bool, minute: int, arrive: int, day: Day) -> Iterable[PlannedStop]:
    """What the car does at this stop of the leg; out, waiting and back at once where the driver waits."""
    way = "return_" if leg.is_return else ""
    if not boards:
        yield PlannedStop(leg.ride, f"{way}dropoff", leg.end, arrive, minute + leg.alight_min)
        return
    departs = minute + leg.board_min
    yield PlannedStop(leg.ride, f"{way}pickup", leg.start, arrive, departs)
    if not leg.is_wait:
        return
    ride = day.rides[leg.ride]
    there = departs + int(day.minutes[ride.origin, ride.destination])
    alighted = there + leg.alight_min
    returns = alighted + (ride.wait_min or 0) + leg.board_min
    back = returns + int(day.minutes[ride.destination, ride.origin])
    yield PlannedStop(leg.ride, "dropoff", ride.destination, there, alighted)
    yield PlannedStop(leg.ride, "return_pickup", ride.destination, alighted, returns)
    yield PlannedStop(leg.ride, "return_dropoff", ride.origin, back, back + leg.alight_min)


def preferred_drives(routes: Iterable[Route], legs: Sequence[Leg], day: Day) -> int:
    """Drives by a driver the passenger prefers; a return by anybody is a drive of its own."""
    return sum(
        day.drivers[route.shift.driver].id in day.rides[legs[index].ride].prefer
        for route in routes
        for index in route.legs
    )
