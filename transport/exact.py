"""The best plan of a model and the proof: column generation, enumeration within the gap, and a whole-number choice.

The linear programme over all duties there could be (Desrochers, Desrosiers & Solomon 1992) is solved by asking for ever
better duties at its own prices. Its value is a bound. Every duty of a better plan than the best known one costs, at
those prices, no more than the gap between the two; so all of these are listed, and the choice among them is the optimum
(Baldacci, Christofides & Mingozzi 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import numpy as np

from transport.choosing import Choosing, Ties
from transport.counting import Counting
from transport.master import Column, Master, Solution, Weights, column_of
from transport.model import Model
from transport.pricing import Found, Prices
from transport.problem import Deadline
from transport.tours import Route, duty_min, preferred_drives

DUTIES_EACH: Final = 4
MOST_LISTED: Final = 60_000
FIRST_GAP: Final = 0.003  # of the metres; on most days the optimum is that near to the linear programme
GUESS_GROWS: Final = 1.6
LAST_GUESS: Final = 0.04  # the next one is every duty there is
RELAX_SHARE: Final = 0.55  # of the time, before a plan is made of what there is
TIES_S: Final = 1.0  # at most, once nothing but ties is left
SLACK: Final = 1e-3  # metres by which a bound is lowered for the digits that prices lose


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a model.

    routes : better than what was known, or None; value : theirs, or of what was known
    bound : on the value of any plan of this model; is_settled : whether no better plan is left (it is the value)
    """

    routes: tuple[Route, ...] | None
    value: float
    bound: float
    is_settled: bool


class Solver:
    """Column generation for one model."""

    def __init__(self, model: Model, weights: Weights, deadline: Deadline) -> None:
        self.model, self.weights, self.deadline = model, weights, deadline
        self.master = Master(model, weights)
        self.counting = Counting(model, deadline)
        self.bound = -np.inf
        self._at_bound: Prices | None = None

    def know(self, routes: Iterable[Route]) -> None:
        """Adds the duties of a plan, as far as they are made of this model's tasks."""
        at_task = {task: at for at, task in enumerate(self.model.tasks)}
        at_shift = {shift: at for at, shift in enumerate(self.model.shifts)}
        for route in routes:
            if route.shift in at_shift and all(task in at_task for task in route.tasks):
                tasks = tuple(at_task[task] for task in route.tasks)
                self.master.add(column_of(self.model, self.weights, at_shift[route.shift], tasks))

    def relax(self, deadline: Deadline, on_bound: Callable[[float], None] | None = None) -> bool:
        """Solves the linear programme. Returns whether it came to its end before the deadline."""
        while True:
            solution = self.master.solve(deadline)
            if solution is None:
                return False
            found = self._better_duties(solution)
            if on_bound is not None:
                on_bound(self.bound)
            new = [self.master.add(column_of(self.model, self.weights, duty.shift, duty.tasks)) for duty in found]
            if any(new):
                if deadline.is_past():
                    return False
                continue
            fewest = self.fewest()
            if fewest <= self.master.fewest:
                return True
            self.master.require_unserved(fewest)  # a whole number: what is below it in between is cut off

    def fewest(self) -> int:
        """So many rides stay unserved in every plan."""
        return max(0, ceil((self.bound - self.weights.most_below) / self.weights.unserved - 1e-9))

    def _better_duties(self, solution: Solution) -> list[Found]:
        """Duties that would lower the value at these prices; the bound that follows from the best of each shift."""
        prices = self.master.prices(solution)
        value = self.master.value_of(solution)
        saving, found = self.counting.price(prices, each=DUTIES_EACH, below=-SLACK)
        bound = value + saving - SLACK
        if bound > self.bound:
            self.bound, self._at_bound = bound, prices
        return found

    def list_within(self, gap: float, deadline: Deadline) -> list[Column] | None:
        """Every duty that a plan can hold whose value is within the gap of the bound; None where they are too many."""
        if self._at_bound is None:
            return None
        found = self.counting.within(self._at_bound, gap + SLACK, MOST_LISTED, deadline)
        if found is None:
            return None
        return _cheapest_of_equals(column_of(self.model, self.weights, duty.shift, duty.tasks) for duty in found)

    def routes(self, columns: Iterable[Column]) -> tuple[Route, ...]:
        return tuple(
            Route(self.model.shifts[column.shift], tuple(self.model.tasks[at] for at in column.tasks))
            for column in columns
        )


def _settle_ties(
    solver: Solver,
    routes: Sequence[Route],
    value: float,
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
) -> None:
    """Of the plans that are as good, one with more drives by preferred drivers, then with briefer duties."""
    model, base = solver.model, solver.weights.unserved * solver.master.fewest
    columns = solver.list_within(value - solver.bound, deadline)
    if columns is None or value - base >= solver.weights.unserved:
        return
    preferred_min = sum(shift.end - shift.start for shift in model.shifts) + 1
    made = solver.routes(columns)
    ties = Ties([float(_second(route, model, preferred_min)) for route in made], value - base)
    known = float(sum(_second(route, model, preferred_min) for route in routes))
    choosing = Choosing(model, solver.weights, columns, solver.master.fewest, deadline, ties)
    choice = choosing.best(known)
    if choice.columns is not None:
        offer(solver.routes(choice.columns))


def _second(route: Route, model: Model, preferred_min: int) -> int:
    """Minutes of the duty, less a great many for each drive by a preferred driver."""
    return duty_min(route, model.day.minutes) - preferred_min * preferred_drives([route], model.legs, model.day)


def _dive(
    solver: Solver,
    best: Outcome,
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
    *,
    is_relaxed: bool = True,
) -> Outcome:
    """A good plan soon, from the duties asked for so far: what lies above it need not be looked at."""
    master = solver.master
    base = solver.weights.unserved * master.fewest
    gap = max(FIRST_GAP * (solver.bound - base), 10.0)
    listed = solver.list_within(gap, deadline) if is_relaxed else None
    columns = _cheapest_of_equals([*(column for column in master.columns if column.is_whole), *(listed or ())])
    choosing = Choosing(solver.model, solver.weights, columns, master.fewest, deadline)
    choice = choosing.dive(best.value - base)
    if choice.columns is None:
        return best
    best = replace(best, routes=solver.routes(choice.columns), value=choice.value + base)
    offer(best.routes or ())
    return best


def _cheapest_of_equals(columns: Iterable[Column]) -> list[Column]:
    """Of the duties of one shift with the same rides, one that costs least."""
    best: dict[tuple[int, frozenset[int]], Column] = {}
    for column in columns:
        key = column.shift, frozenset(column.legs)
        if key not in best or column.cost < best[key].cost:
            best[key] = column
    return list(best.values())


def value_of(routes: Sequence[Route], model: Model, weights: Weights) -> float:
    """The weighted value of routes made of this model's legs."""
    driven = {index for route in routes for index in route.legs}
    value = 0.0
    for ride, legs in model.legs_of_ride.items():
        if not driven.issuperset(legs):
            value += weights.unserved + weights.broken * model.promises_of_ride[ride]
    for route in routes:
        places = [route.shift.home, *(place for task in route.tasks for place in (task.start, task.end))]
        places.append(route.shift.home)
        value += sum(int(model.day.metres[a, b]) for a, b in zip(places[::2], places[1::2], strict=True))
        value += weights.broken * sum(task.broken for task in route.tasks)
    return value


def solve(
    model: Model,
    weights: Weights,
    known: Sequence[Route],
    known_value: float,
    deadline: Deadline,
    *,
    offer: Callable[[Sequence[Route]], object],
    on_bound: Callable[[float], None],
    only_dive: bool = False,
    with_ties: bool = True,
) -> Outcome:
    """The best plan of the model below a known value, and its proof, as far as the deadline lets it.

    `offer` hears of each plan found on the way, `on_bound` of each bound on the weighted value. With `only_dive` a
    good plan is enough.
    """
    solver = Solver(model, weights, deadline)
    solver.know(known)
    best = Outcome(None, known_value, -np.inf, is_settled=False)
    if not solver.relax(deadline.sooner(RELAX_SHARE * max(0.0, deadline.left())), on_bound):
        best = _dive(solver, best, deadline, offer, is_relaxed=False)
        if not solver.relax(deadline, on_bound):
            return replace(best, bound=solver.bound)
    on_bound(solver.bound)
    if only_dive:
        return _dive(solver, best, deadline, offer)
    best = _close(solver, best, deadline, offer, on_bound)
    if best.is_settled and with_ties:
        _settle_ties(solver, best.routes or tuple(known), best.value, deadline.sooner(TIES_S), offer)
    return best


def _close(
    solver: Solver,
    best: Outcome,
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
    on_bound: Callable[[float], None],
) -> Outcome:
    """Lists the duties within a guessed gap and chooses, until the guess was large enough."""
    weights, master = solver.weights, solver.master
    guess, bound = FIRST_GAP, solver.bound
    best = _dive(solver, best, deadline, offer)
    while best.value - bound > SLACK:
        base = weights.unserved * master.fewest
        most = base + weights.most_below - solver.bound  # no plan with so few unserved is further away
        gap = min(best.value - solver.bound, max(guess * (solver.bound - base), 10.0) if guess < LAST_GUESS else most)
        columns = solver.list_within(gap, deadline)
        if columns is None:
            return replace(best, bound=bound)
        choosing = Choosing(solver.model, weights, columns, master.fewest, deadline)
        choice = choosing.best(min(best.value, solver.bound + gap + 1) - base)
        if choice.columns is not None and choice.value + base < best.value - SLACK:
            best = replace(best, routes=solver.routes(choice.columns), value=choice.value + base)
            offer(best.routes or ())
        # No plan of these duties is below the choice's bound, and no other one below the gap.
        bound = max(bound, min(choice.bound + base, solver.bound + gap, best.value))
        on_bound(bound)
        if not choice.is_proven:
            return replace(best, bound=bound)
        guess *= GUESS_GROWS
        if gap >= most and best.value >= base + weights.unserved:
            # All plans that leave out no more were among the choices, and there are none.
            master.require_unserved(master.fewest + 1)
            guess = FIRST_GAP
            if not solver.relax(deadline, on_bound):
                return replace(best, bound=max(bound, solver.bound))
            bound = max(bound, solver.bound)
    return replace(best, bound=best.value, is_settled=True)
