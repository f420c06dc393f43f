"""A good plan from the linear programme: decide what is nearly decided, price what is left anew, and so on.

Deciding duties leaves a smaller day, which the same column generation solves in a fraction of the time; its new duties
fit what was decided, so little is lost on the way down (diving with column generation; Sadykov et al. 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Final

import numpy as np

from transport.choosing import Choosing
from transport.insertion import Insertion
from transport.master import Column, Weights
from transport.model import Model
from transport.problem import Deadline, OutOfTime
from transport.programme import WHOLE
from transport.relaxing import Relaxation, cheapest_of_equals
from transport.tours import Route, route_times

DECIDED: Final = 0.9  # of a duty in the linear programme
AT_LEAST: Final = 0.2  # of the shifts that are left are decided at once
CLOSE_ENOUGH: Final = 1e-3  # of the metres: how near the end each smaller programme is solved
ROUND_SHARE: Final = 0.25  # of the time left, at most, until more is decided
CARRIED: Final = 25  # duties a shift that a smaller programme starts with
BY_CHOICE: Final = 30  # shifts that are left to one choice among the duties known
CHOICE_S: Final = 1.5
MOST_LISTED: Final = 4_000
LISTED: Final = 0.003  # of the metres, above the linear programme


def dive(relaxation: Relaxation, deadline: Deadline) -> tuple[Route, ...]:
    """Routes over the tasks of the relaxed model. Where time is short the rest is inserted."""
    model = relaxation.model
    soon = deadline.before(1e-6 * len(model.wanted) * len(model.shifts))
    routes: list[Route] = []
    with suppress(OutOfTime):
        _down(relaxation, soon, routes)
    insertion = Insertion(model, _of_whole_rides(routes, model))
    insertion.run(deadline)
    return tuple(insertion.routes())


def _down(relaxation: Relaxation, deadline: Deadline, routes: list[Route]) -> None:
    """Adds decided routes until nothing is left to decide. Raises OutOfTime."""
    has_chosen = False
    while relaxation.model.shifts and relaxation.model.wanted:
        if not has_chosen and len(relaxation.model.shifts) <= BY_CHOICE:
            has_chosen = True
            chosen = _chosen(relaxation, deadline.sooner(CHOICE_S))
            if chosen is not None:
                routes += chosen
                return
        decided = _decided(relaxation)
        if not decided:
            return
        routes += relaxation.routes(decided)
        relaxation = _rest(relaxation, decided, deadline)
        soon = deadline.sooner(ROUND_SHARE * max(0.0, deadline.left()))
        relaxation.relax(soon, is_enough=partial(_is_near, relaxation.weights))


def _is_near(weights: Weights, value: float, bound: float) -> bool:
    return value - bound <= CLOSE_ENOUGH * (value % weights.unserved)


def _decided(relaxation: Relaxation) -> list[Column]:
    """Duties of different shifts and rides, those first of which there is most in the linear programme."""
    if relaxation.solution is None:
        return []
    columns, share = relaxation.master.columns, relaxation.solution.chosen
    room, driver_of = relaxation.model.room.copy(), [shift.driver for shift in relaxation.model.shifts]
    at_least = max(1, int(AT_LEAST * len(relaxation.model.shifts)))
    decided: list[Column] = []
    shifts: set[int] = set()
    legs: set[int] = set()
    for at in np.argsort(-share, kind="stable").tolist():
        if share[at] < (DECIDED if len(decided) >= at_least else WHOLE):
            break
        column = columns[at]
        has_room = len(column.legs) <= room[driver_of[column.shift]]  # there may be other windows of this driver
        if column.is_whole and has_room and column.shift not in shifts and legs.isdisjoint(column.legs):
            decided.append(column)
            room[driver_of[column.shift]] -= len(column.legs)
            shifts.add(column.shift)
            legs.update(column.legs)
    return decided


def _rest(relaxation: Relaxation, decided: Sequence[Column], deadline: Deadline) -> Relaxation:
    """The smaller day, with the cheapest duties known of each shift that are still possible in it."""
    model = relaxation.model
    room = model.room.copy()
    for column in decided:
        room[model.shifts[column.shift].driver] -= len(column.legs)
    legs = {index for column in decided for index in column.legs}
    shifts = {column.shift for column in decided}
    left = [at for at in range(len(model.shifts)) if at not in shifts]
    part = model.restricted([index for index in model.wanted if index not in legs], left, room)
    rest = Relaxation(part, Weights.of(part), deadline)
    order = np.argsort(relaxation.reduced_costs(), kind="stable").tolist()
    columns = (relaxation.master.columns[at] for at in order)
    known = (
        column
        for column in columns
        if column.is_whole
        and column.shift not in shifts
        and legs.isdisjoint(column.legs)
        and len(column.legs) <= room[model.shifts[column.shift].driver]
    )
    rest.know(relaxation.routes(islice(known, CARRIED * len(left))))
    return rest


def _chosen(relaxation: Relaxation, deadline: Deadline) -> tuple[Route, ...] | None:
    """The best choice among the duties known and those that cost little more than the best."""
    master, weights = relaxation.master, relaxation.weights
    gap = max(LISTED * (relaxation.bound % weights.unserved), 10.0)
    listed = relaxation.list_within(gap, deadline, MOST_LISTED) or []
    columns = cheapest_of_equals([*(column for column in master.columns if column.is_whole), *listed])
    choice = Choosing(relaxation.model, weights, columns, master.fewest, deadline).best(np.inf)
    return None if choice.columns is None else relaxation.routes(choice.columns)


def _of_whole_rides(routes: Sequence[Route], model: Model) -> list[Route]:
    """Without tasks of which only a part of a ride is driven; without a duty that then no longer fits its shift."""
    found = list(routes)
    while True:
        driven = {index for route in found for index in route.legs}
        halves = {index for index in driven if not driven.issuperset(model.legs_of_ride[model.legs[index].ride])}
        if not halves:
            return found
        kept = [
            Route(route.shift, tuple(task for task in route.tasks if halves.isdisjoint(task.legs))) for route in found
        ]
        found = [route for route in kept if route.tasks and route_times(route, model.day.minutes) is not None]
