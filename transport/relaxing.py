"""The linear programme over all duties there could be, solved by asking for ever better duties at its own prices.

Its value bounds every plan, and so do the prices on the way there (Desrochers, Desrosiers & Solomon 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Final

import numpy as np

from matching.geography import FloatArray
from transport.counting import Counting
from transport.hints import Hint
from transport.master import Column, Master, Solution, Weights, column_of, columns_of, flat
from transport.model import Model
from transport.pricing import Prices
from transport.problem import Deadline, OutOfTime
from transport.tours import Route

DUTIES_EACH: Final = 4
MOST_LISTED: Final = 60_000
LEAST_SHARE: Final = 1e-6
SLACK: Final = 1e-3  # metres by which a bound is lowered for the digits that prices lose


class Relaxation:
    """Column generation for one model.

    bound : on the weighted value of any plan; solution : the latest optimum over the columns so far
    """

    def __init__(self, model: Model, weights: Weights, deadline: Deadline) -> None:
        self.model, self.weights = model, weights
        self.master = Master(model, weights)
        self.bound = -np.inf
        self.solution: Solution | None = None
        self._counting = Counting(model, deadline)
        self._at_bound: Prices | None = None

    def know(self, routes: Iterable[Route]) -> None:
        """Adds the duties of a plan, as far as they are made of this model's tasks."""
        at_task = {task: at for at, task in enumerate(self.model.tasks)}
        at_shift = {shift: at for at, shift in enumerate(self.model.shifts)}
        for route in routes:
            if route.shift in at_shift and all(task in at_task for task in route.tasks):
                tasks = tuple(at_task[task] for task in route.tasks)
                self.master.add(column_of(self.model, self.weights, at_shift[route.shift], tasks))

    def relax(
        self,
        deadline: Deadline,
        on_bound: Callable[[float], None] | None = None,
        is_enough: Callable[[float, float], bool] | None = None,
    ) -> bool:
        """Solves to the end, or until its value and bound are enough. Returns whether it came there before the
        deadline. Raises OutOfTime too."""
        while True:
            solution = self.master.solve(deadline)
            if solution is None:
                return False
            self.solution = solution
            new = self._add_better(solution)
            if on_bound is not None:
                on_bound(self.bound)
            if is_enough is not None and is_enough(solution.value, self.bound):
                return True
            if new:
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

    def _add_better(self, solution: Solution) -> bool:
        """Adds duties that would lower the value at these prices; raises the bound by the best of each shift."""
        prices = self.master.prices(solution)
        savings, found = self._counting.price(prices, each=DUTIES_EACH, below=-SLACK)
        bound = self.master.value_of(solution) + savings - SLACK
        if bound > self.bound:
            self.bound, self._at_bound = bound, prices
        new = [self.master.add(column_of(self.model, self.weights, duty.shift, duty.tasks)) for duty in found]
        return any(new)

    def reduced_costs(self) -> FloatArray:
        """Of all columns so far, at the prices of the latest optimum."""
        return self.reduced_costs_of(self.master.columns)

    def reduced_costs_of(self, columns: Sequence[Column]) -> FloatArray:
        """Of any columns of this model, at the same prices."""
        if self.solution is None:
            return np.zeros(len(columns))
        prices, model = self.master.prices(self.solution), self.model
        breaks = self.weights.broken * model.broken
        worth = prices.of_task - breaks  # the weight of promises is in a column's cost
        if not columns:
            return np.zeros(0)
        tasks, begins = flat([column.tasks for column in columns])
        shift = np.array([column.shift for column in columns], dtype=np.int64)
        n_legs = np.array([len(column.legs) for column in columns])
        cost = np.array([column.cost for column in columns])
        reduced: FloatArray = cost + np.add.reduceat(worth[tasks], begins)
        return reduced + n_legs * prices.of_ride[shift] + prices.of_shift[shift]

    def hints(self) -> tuple[Hint, ...]:
        """The duties of the latest optimum."""
        if self.solution is None:
            return ()
        share = self.solution.chosen
        columns = self.master.columns
        return tuple(
            Hint(columns[at].shift, columns[at].legs, float(share[at])) for at in np.flatnonzero(share > LEAST_SHARE)
        )

    def list_within(self, gap: float, deadline: Deadline, most: int = MOST_LISTED) -> list[Column] | None:
        """Every duty that a plan can hold whose value is within the gap of the bound; None where they are more than
        `most`, or where there is no time for it."""
        if self._at_bound is None:
            return None
        try:
            found = self._counting.within(self._at_bound, gap + SLACK, most, deadline)
            duties = found or []
            deadline.check()
            columns = columns_of(
                self.model, self.weights, [duty.shift for duty in duties], [duty.tasks for duty in duties]
            )
        except OutOfTime:
            return None
        return None if found is None else cheapest_of_equals(columns)

    def routes(self, columns: Iterable[Column]) -> tuple[Route, ...]:
        return tuple(
            Route(self.model.shifts[column.shift], tuple(self.model.tasks[at] for at in column.tasks))
            for column in columns
        )


def cheapest_of_equals(columns: Iterable[Column]) -> list[Column]:
    """Of the duties of one shift with the same rides, one that costs least."""
    best: dict[tuple[int, frozenset[int]], Column] = {}
    for column in columns:
        key = column.shift, frozenset(column.legs)
        if key not in best or column.cost < best[key].cost:
            best[key] = column
    return list(best.values())
