"""The linear programme over duties, which sets the prices of rides and shifts.

Every leg is in exactly one duty or unserved. Equalities matter: with "at least one", a ride driven twice would move a
car without costing empty metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from ortools.linear_solver import pywraplp

from matching.geography import FloatArray, IntArray
from transport.model import Model
from transport.pricing import Prices
from transport.problem import Deadline

LEAST_SOLVE_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Weights:
    """One number for a plan: so much an unserved ride, so much a broken promise, and the empty metres.

    `unserved` and `broken` are so large that nothing below can make up for one of them; `most_metres` and `most_below`
    are the most that empty metres, and broken promises and empty metres together, can come to.
    """

    unserved: float
    broken: float
    most_metres: float
    most_below: float

    @staticmethod
    def of(model: Model) -> Weights:
        broken = float(model.most_empty_metres + 1)
        promises = sum(model.legs[index].promise is not None for index in model.wanted)
        below = broken * (promises + 1)
        return Weights((4 if promises == 0 else 2) * below, broken, broken - 1, below - 1)


@dataclass(frozen=True, slots=True)
class Column:
    """One duty of one shift: positions of shift and tasks, and metres (with the weight of promises it breaks)."""

    shift: int
    tasks: tuple[int, ...]
    cost: float
    legs: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it drives no ride twice, and so can really be driven."""
        return len(set(self.legs)) == len(self.legs)


def column_of(model: Model, weights: Weights, shift: int, tasks: tuple[int, ...]) -> Column:
    """The column of these tasks in this order."""
    return columns_of(model, weights, [shift], [tasks])[0]


def columns_of(
    model: Model, weights: Weights, shifts: Sequence[int], duties: Sequence[tuple[int, ...]]
) -> list[Column]:
    """The columns of these duties: for each its shift, and its tasks in their order."""
    if not duties:
        return []
    tasks, begins = flat(duties)
    last = np.append(begins[1:], len(tasks)) - 1
    home = np.array([model.shifts[shift].home for shift in shifts], dtype=np.int64)
    metres = model.day.metres
    between = np.zeros(len(tasks), dtype=np.int64)  # from the task before, within a duty
    between[1:] = metres[model.end[tasks[:-1]], model.start[tasks[1:]]]
    between[begins] = metres[home, model.start[tasks[begins]]]
    cost = np.add.reduceat(between, begins) + metres[model.end[tasks[last]], home]
    broken = np.add.reduceat(model.broken[tasks], begins)
    worth = (cost + weights.broken * broken).tolist()
    legs_of = [task.legs for task in model.tasks]
    return [
        Column(shift, duty, value, tuple(chain.from_iterable(legs_of[at] for at in duty)))
        for shift, duty, value in zip(shifts, duties, worth, strict=True)
    ]


def flat(lists: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Lists of at least one number behind one another, and where each begins."""
    length = np.array([len(each) for each in lists], dtype=np.int64)
    return np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(length.sum())), np.cumsum(length) - length


@dataclass(frozen=True, slots=True)
class Solution:
    """The optimum over the columns so far: value, duals by row (see Master) and how much of each column."""

    value: float
    of_leg: FloatArray
    of_shift: FloatArray
    of_driver: FloatArray
    of_count: float
    chosen: FloatArray
    unserved: FloatArray


class Master:
    """The linear programme over columns, re-solved from its last basis each time columns are added.

    Rows: each wanted leg exactly once; each shift at most once; each driver with several shifts at most `room` rides;
    and at least `fewest` unserved rides, once that many are known to be unavoidable.
    """

    def __init__(self, model: Model, weights: Weights) -> None:
        self.model, self.weights = model, weights
        self.columns: list[Column] = []
        self.fewest = 0
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        # Presolve would throw away the basis that makes each further solve cheap.
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing: false")
        infinity = self._solver.infinity()
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self._of_leg = {index: self._solver.Constraint(1, 1) for index in model.wanted}
        self._of_shift = [self._solver.Constraint(-infinity, 1) for _ in model.shifts]
        drivers = [shift.driver for shift in model.shifts]
        self.shared_drivers = sorted({driver for driver in drivers if drivers.count(driver) > 1})
        self._of_driver = {
            driver: self._solver.Constraint(-infinity, float(model.room[driver])) for driver in self.shared_drivers
        }
        self._of_count = self._solver.Constraint(0, infinity)
        self._unserved = []
        for ride, legs in model.legs_of_ride.items():
            variable = self._solver.NumVar(0, infinity, "")
            self._objective.SetCoefficient(variable, self.unserved_cost(ride))
            self._of_count.SetCoefficient(variable, 1)
            for index in legs:
                self._of_leg[index].SetCoefficient(variable, 1)
            self._unserved.append(variable)
        self._variables: list[pywraplp.Variable] = []

    def unserved_cost(self, ride: int) -> float:
        return self.weights.unserved + self.weights.broken * self.model.promises_of_ride[ride]

    def add(self, column: Column) -> bool:
        """Adds a column unless it is known."""
        key = (column.shift, column.tasks)
        if key in self._known:
            return False
        self._known.add(key)
        self.columns.append(column)
        variable = self._solver.NumVar(0, self._solver.infinity(), "")
        self._objective.SetCoefficient(variable, column.cost)
        times: dict[int, int] = {}
        for index in column.legs:
            times[index] = times.get(index, 0) + 1
        for index, count in times.items():
            self._of_leg[index].SetCoefficient(variable, count)
        self._of_shift[column.shift].SetCoefficient(variable, 1)
        driver = self.model.shifts[column.shift].driver
        if driver in self._of_driver:
            self._of_driver[driver].SetCoefficient(variable, len(column.legs))
        self._variables.append(variable)
        return True

    def require_unserved(self, fewest: int) -> None:
        """Fewer than this are known to be impossible."""
        self.fewest = fewest
        self._of_count.SetLb(fewest)

    def solve(self, deadline: Deadline) -> Solution | None:
        """The optimum over the columns; None where the deadline comes first."""
        left = deadline.left()
        if left < LEAST_SOLVE_S:
            return None
        self._solver.SetTimeLimit(max(1, int(1000 * left)))
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return Solution(
            value=self._objective.Value(),
            of_leg=np.array([row.dual_value() for row in self._of_leg.values()]),
            of_shift=np.minimum(0.0, [row.dual_value() for row in self._of_shift]),
            of_driver=np.minimum(0.0, [row.dual_value() for row in self._of_driver.values()]),
            of_count=max(0.0, self._of_count.dual_value()),
            chosen=np.array([variable.solution_value() for variable in self._variables]),
            unserved=np.array([variable.solution_value() for variable in self._unserved]),
        )

    def prices(self, duals: Solution) -> Prices:
        """What the duals say a duty's parts are worth."""
        model = self.model
        of_leg = dict(zip(model.wanted, duals.of_leg.tolist(), strict=True))
        of_driver = dict(zip(self.shared_drivers, duals.of_driver.tolist(), strict=True))
        return Prices(
            of_task=np.array(
                [self.weights.broken * task.broken - sum(of_leg[index] for index in task.legs) for task in model.tasks]
            ),
            of_ride=np.array([-of_driver.get(shift.driver, 0.0) for shift in model.shifts]),
            of_shift=-np.asarray(duals.of_shift, dtype=np.float64),
        )

    def value_of(self, duals: Solution) -> float:
        """What the prices say every plan costs at least, before what any shift can still save (Lagrange)."""
        value: float = float(duals.of_leg.sum() + duals.of_shift.sum()) + self.fewest * duals.of_count
        value += sum(
            float(self.model.room[driver]) * dual
            for driver, dual in zip(self.shared_drivers, duals.of_driver.tolist(), strict=True)
        )
        of_leg = dict(zip(self.model.wanted, duals.of_leg.tolist(), strict=True))
        for ride, legs in self.model.legs_of_ride.items():
            reduced = self.unserved_cost(ride) - sum(of_leg[index] for index in legs) - duals.of_count
            value += min(0.0, float(reduced))
        return value
