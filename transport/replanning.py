"""A changed day, planned from the plan there was: fixed duties stay, and as few promises as can be are broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from transport.feasibility import check_duty
from transport.model import Model, build, shifts_of, split
from transport.planning import Job, Plan, plan_job
from transport.problem import Day, Deadline
from transport.reading import fields, flag, items, one_of, parse, refuse, text_of, whole
from transport.tasks import Leg, Promise, Stop, Task, alone, legs_of, promised_variants, together
from transport.tours import Duty, PlannedStop, Route, route_times

KINDS: Final = ("pickup", "dropoff", "return_pickup", "return_dropoff")
_DUTY_KEYS: Final = ("driver", "window", "stops", "leave_home", "back_home", "metres", "empty_metres")
_STOP_KEYS: Final = ("ride", "kind", "place", "arrive", "depart")


@dataclass(frozen=True, slots=True)
class GivenStop:
    ride: str
    kind: str
    place: str
    arrive: int
    depart: int


@dataclass(frozen=True, slots=True)
class GivenDuty:
    """A duty of the previous plan, by ids, which may have left the day."""

    driver: str
    window: int
    stops: tuple[GivenStop, ...]
    leave_home: int
    back_home: int
    metres: int
    empty_metres: int
    is_fixed: bool


def read_plan(text: bytes) -> tuple[GivenDuty, ...]:
    """The duties of a plan as printed before. Raises BadInput."""
    document = fields("plan", parse("plan", text), ("duties",), ("unserved", "objective", "bound", "proven"))
    return tuple(_given(f"duties[{at}]", value) for at, value in enumerate(items("duties", document["duties"])))


def _given(where: str, value: Any) -> GivenDuty:
    row = fields(where, value, _DUTY_KEYS, ("fixed",))
    stops = []
    for at, entry in enumerate(items(f"{where}.stops", row["stops"])):
        label = f"{where}.stops[{at}]"
        stop = fields(label, entry, _STOP_KEYS)
        if stop["kind"] not in KINDS:
            refuse(f"{label}.kind", f"must be one of {', '.join(KINDS)}")
        ride, place = text_of(f"{label}.ride", stop["ride"]), text_of(f"{label}.place", stop["place"])
        arrive, depart = whole(f"{label}.arrive", stop["arrive"]), whole(f"{label}.depart", stop["depart"])
        stops.append(GivenStop(ride, stop["kind"], place, arrive, depart))
    return GivenDuty(
        driver=text_of(f"{where}.driver", row["driver"]),
        window=whole(f"{where}.window", row["window"]),
        stops=tuple(stops),
        leave_home=whole(f"{where}.leave_home", row["leave_home"]),
        back_home=whole(f"{where}.back_home", row["back_home"]),
        metres=whole(f"{where}.metres", row["metres"]),
        empty_metres=whole(f"{where}.empty_metres", row["empty_metres"]),
        is_fixed=flag(f"{where}.fixed", row.get("fixed", False)),
    )


def replan_day(
    day: Day, previous: Sequence[GivenDuty], deadline: Deadline, tell: Callable[[Plan], None] | None = None
) -> Plan:
    """The best plan of the changed day found before the deadline. Raises BadInput where a fixed duty can't stay."""
    return plan_job(job_from(day, previous), deadline, tell)


def job_from(day: Day, previous: Sequence[GivenDuty]) -> Job:
    """What is left to plan, with every promise of the previous plan. Raises BadInput."""
    fixed = tuple(_fixed(f"duties[{at}]", duty, day) for at, duty in enumerate(previous) if duty.is_fixed)
    legs = _promised(legs_of(day), previous, day)
    held, room = _held_by(fixed, legs, day)
    taken = {(duty.driver, duty.window) for duty in fixed}
    shifts = tuple(shift for shift in shifts_of(day) if (shift.driver, shift.window) not in taken)
    done = {index for duty in fixed for index in _legs_in(duty, legs)}
    wanted = tuple(leg.index for leg in held if leg.index not in done)
    job = Job(day, tuple(held), wanted, shifts, room, fixed)
    return replace(job, kept_routes=_kept_routes(previous, job))


# --- fixed duties --------------------------------------------------------------------------------------------------


def _fixed(where: str, given: GivenDuty, day: Day) -> Duty:
    driver = one_of(f"{where}.driver", given.driver, {driver.id: at for at, driver in enumerate(day.drivers)})
    if given.window >= len(day.drivers[driver].windows):
        refuse(f"{where}.window", f"{given.driver!r} has no window {given.window}")
    if not given.stops:
        refuse(f"{where}.stops", "must hold a ride")
    rides = {ride.id: at for at, ride in enumerate(day.rides)}
    places = {name: at for at, name in enumerate(day.places)}
    stops = tuple(
        PlannedStop(
            one_of(f"{where}.stops[{at}].ride", stop.ride, rides),
            stop.kind,
            one_of(f"{where}.stops[{at}].place", stop.place, places),
            stop.arrive,
            stop.depart,
        )
        for at, stop in enumerate(given.stops)
    )
    duty = Duty(
        driver, given.window, stops, given.leave_home, given.back_home, given.metres, given.empty_metres, is_fixed=True
    )
    check_duty(where, duty, day)
    return duty


def _legs_in(duty: Duty, legs: Sequence[Leg]) -> dict[int, tuple[PlannedStop, PlannedStop]]:
    """The legs a duty drives, with the stops where each boards and alights."""
    at_stop = {(stop.ride, stop.kind): stop for stop in duty.stops}
    found = {}
    for leg in legs:
        boards = at_stop.get((leg.ride, "return_pickup" if leg.is_return else "pickup"))
        alights = at_stop.get((leg.ride, "return_dropoff" if leg.is_return or leg.is_wait else "dropoff"))
        if boards is not None and alights is not None:
            found[leg.index] = boards, alights
    return found


def _held_by(fixed: Sequence[Duty], legs: Sequence[Leg], day: Day) -> tuple[list[Leg], Any]:
    """Legs with what fixed duties leave of their windows, and the rides each driver may still drive."""
    held = list(legs)
    room = np.array([driver.max_rides for driver in day.drivers], dtype=np.int64)
    seen: set[int] = set()
    taken: set[tuple[int, int]] = set()
    for number, duty in enumerate(fixed):
        driven = _legs_in(duty, legs)
        name = day.drivers[duty.driver].id
        if (duty.driver, duty.window) in taken:
            refuse("duties", f"{name!r} has two fixed duties in window {duty.window}")
        if 2 * len(driven) != sum(not (legs_wait(stop, day) and stop.kind in KINDS[1:3]) for stop in duty.stops):
            refuse("duties", f"fixed duty {number} drives a ride in part or twice")
        for index in driven:
            if index in seen:
                refuse("duties", f"ride {day.rides[legs[index].ride].id!r} is in two fixed duties")
        seen.update(driven)
        taken.add((duty.driver, duty.window))
        room[duty.driver] -= len(driven)
        if room[duty.driver] < 0:
            refuse("duties", f"{name!r} drives more than {day.drivers[duty.driver].max_rides} rides in fixed duties")
        for index, (boards, alights) in driven.items():
            leg = held[index]
            at = boards.depart - leg.board_min
            held[index] = leg.within((at, at), alights.depart)
    for index in seen:
        leg = held[index]
        if leg.is_return:
            out = held[index - 1]
            if index - 1 in seen and out.finish_by > leg.window[0]:
                refuse("duties", f"ride {day.rides[leg.ride].id!r} returns before it has arrived in fixed duties")
            if index - 1 not in seen:
                held[index - 1] = out.within(out.window, min(out.finish_by, leg.window[0]))
        elif index + 1 < len(held) and held[index + 1].ride == leg.ride and index + 1 not in seen:
            back = held[index + 1]
            held[index + 1] = back.within((max(back.window[0], leg.finish_by), back.window[1]), back.finish_by)
    return held, room


def legs_wait(stop: PlannedStop, day: Day) -> bool:
    return day.rides[stop.ride].wait_min is not None


# --- promises ------------------------------------------------------------------------------------------------------


def _promised(legs: Sequence[Leg], previous: Sequence[GivenDuty], day: Day) -> list[Leg]:
    """Legs with what their passengers were told, as far as they are still in the day."""
    drivers = {driver.id: at for at, driver in enumerate(day.drivers)}
    at_leg = {(day.rides[leg.ride].id, leg.is_return): leg.index for leg in legs}
    found = list(legs)
    for number, duty in enumerate(previous):
        for at, stop in enumerate(duty.stops):
            index = at_leg.get((stop.ride, stop.kind == "return_pickup"))
            if index is None or not stop.kind.endswith("pickup"):
                continue
            if found[index].promise is not None:
                refuse(f"duties[{number}].stops[{at}].ride", f"{stop.ride!r} is driven twice")
            promise = Promise(drivers.get(duty.driver, NOBODY), stop.depart - legs[index].board_min)
            found[index] = replace(legs[index], promise=promise)
    return found


NOBODY: Final = -1  # a driver who has left the day


def _kept_routes(previous: Sequence[GivenDuty], job: Job) -> tuple[Route, ...]:
    """What can be driven on as promised: the previous routes without what has left the day or no longer fits."""
    shifts = {(job.day.drivers[shift.driver].id, shift.window): shift for shift in job.shifts}
    legs = split(job.legs, promised_parting(job.legs))
    routes = []
    for duty in previous:
        shift = shifts.get((duty.driver, duty.window))
        if duty.is_fixed or shift is None:
            continue
        tasks = [task for stops in _emptied(duty, job) if (task := _kept_task(stops, legs, job)) is not None]
        model = _model_with(tasks, legs, job)
        at_task = {task: at for at, task in enumerate(model.tasks)}
        column = job.shifts.index(shift)
        fitting = [task for task in tasks if task in at_task and model.allowed[at_task[task], column]]
        routes.append(_shortened(Route(shift, tuple(fitting)), job))
    return _of_whole_rides(routes, job)


def _of_whole_rides(routes: Sequence[Route], job: Job) -> tuple[Route, ...]:
    """Without tasks that drive only part of a ride; dropping one may leave another such."""
    while True:
        driven = {index for route in routes for index in route.legs}
        kept = [
            Route(route.shift, tuple(task for task in route.tasks if _rides_whole(task, driven, job)))
            for route in routes
        ]
        if sum(len(route.tasks) for route in kept) == sum(len(route.tasks) for route in routes):
            return tuple(route for route in kept if route.tasks)
        # In a given matrix a shorter round may take longer; what fits no more goes too.
        routes = [_shortened(route, job) for route in kept]


def promised_parting(legs: Sequence[Leg]) -> dict[int, int]:
    """Where a return was promised, its way out has ended by then."""
    return {leg.ride: leg.promise.at for leg in legs if leg.is_return and leg.promise is not None}


def _model_with(tasks: Sequence[Task], legs: Sequence[Leg], job: Job) -> Model:
    wanted = sorted({index for task in tasks for index in task.legs})
    never = Deadline(lambda: 0.0, 1.0)
    return build(job.day, legs, wanted, job.shifts, job.room, never, may_pool=False, also=tasks)


def _rides_whole(task: Task, driven: set[int], job: Job) -> bool:
    """Whether every ride of the task has all its wanted legs driven."""
    rides = {job.legs[index].ride for index in task.legs}
    return all(index in driven for index in job.wanted if job.legs[index].ride in rides)


def _emptied(duty: GivenDuty, job: Job) -> list[tuple[Stop, ...]]:
    """The stops of the legs still wanted, parted where the car is empty."""
    wanted = set(job.wanted)
    at_leg = {(job.day.rides[job.legs[index].ride].id, job.legs[index].is_return): index for index in wanted}
    parts: list[tuple[Stop, ...]] = []
    stops: list[Stop] = []
    aboard: set[int] = set()
    for stop in duty.stops:
        is_return, boards = stop.kind.startswith("return_"), stop.kind.endswith("pickup")
        index = at_leg.get((stop.ride, is_return))
        waits = at_leg.get((stop.ride, False))
        if waits is not None and job.legs[waits].is_wait:
            index = waits if stop.kind in ("pickup", "return_dropoff") else None
        if index is None or boards == (index in aboard):
            continue
        stops.append((index, boards))
        aboard ^= {index}
        if not aboard:
            parts.append(tuple(stops))
            stops = []
    return parts


def _kept_task(stops: tuple[Stop, ...], legs: Sequence[Leg], job: Job) -> Task | None:
    """The task that keeps all its promises, where there is one."""
    if len(stops) == 2:
        made = alone(legs[stops[0][0]])
    elif all(legs[index].may_share for index, _ in stops):
        made = together(stops, legs, job.day.minutes)
    else:
        made = None
    variants = [] if made is None else list(promised_variants(made, legs, job.day.minutes))
    return next((task for task in variants if task.broken == 0), None)


def _shortened(route: Route, job: Job) -> Route:
    """As many of its tasks as fit the shift, dropping as few as it takes, one by one."""
    while route.tasks and (
        route_times(route, job.day.minutes) is None or len(route.legs) > job.room[route.shift.driver]
    ):
        without = [Route(route.shift, (*route.tasks[:at], *route.tasks[at + 1 :])) for at in range(len(route.tasks))]
        route = next((each for each in without if route_times(each, job.day.minutes) is not None), without[-1])
    return route
