"""The linear programme over listed duties that plans are chosen by, with only those duties in it that matter now.

One programme serves all branches: what a branch rules out is switched off, and the last basis is where the next solve
begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from ortools.linear_solver import pywraplp
from scipy.sparse import csc_array, csr_array, hstack

from matching.geography import FloatArray, IntArray
from transport.cutting import broken_triples
from transport.master import LEAST_SOLVE_S, Column, Weights
from transport.model import BoolArray, Model
from transport.problem import Deadline

ADDED_AT_ONCE: Final = 250
MOST_ITERATIONS: Final = 20_000
WHOLE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Solved:
    """value; x by the variables that are in the programme now; reduced cost by every variable."""

    value: float
    x: FloatArray
    reduced: FloatArray

    @property
    def is_whole(self) -> bool:
        return bool(np.all(np.minimum(self.x, np.abs(1 - self.x)) < WHOLE))


@dataclass(frozen=True, slots=True)
class Ties:
    """What to minimise instead, by column, where the costs may come to no more than `most`."""

    cost: Sequence[float]
    most: float


class Programme:
    """The linear programme over the listed columns, of which only those that matter are in it at any time.

    Variables are the columns, then the rides left out. Rows: legs, shifts, drivers with several shifts, and the count.
    """

    def __init__(
        self, model: Model, weights: Weights, columns: Sequence[Column], unserved: int, ties: Ties | None
    ) -> None:
        left_out = [weights.broken * model.promises_of_ride[ride] for ride in model.legs_of_ride]
        self.cost = np.array([column.cost for column in columns] + left_out, dtype=np.float64)
        place = {index: at for at, index in enumerate(model.wanted)}
        n_legs, n_shifts = len(place), len(model.shifts)
        members = [[place[index] for index in column.legs] for column in columns]
        members += [[place[index] for index in legs] for legs in model.legs_of_ride.values()]
        of = np.repeat(np.arange(len(members)), [len(legs) for legs in members])
        leg = np.array([at for legs in members for at in legs], dtype=np.int64)
        self._shift = np.array([column.shift for column in columns] + [n_shifts] * len(left_out), dtype=np.int64)
        drivers = [shift.driver for shift in model.shifts]
        shared = sorted({driver for driver in drivers if drivers.count(driver) > 1})
        driver_row = np.array(
            [n_legs + n_shifts + shared.index(driver) if driver in shared else -1 for driver in drivers] + [-1]
        )
        rides = np.bincount(of, minlength=len(members))
        count_row = n_legs + n_shifts + len(shared)
        every = np.arange(len(members))
        at_shift = np.where(self._shift < n_shifts, n_legs + self._shift, count_row)
        counted = every[driver_row[self._shift] >= 0]
        priced = every if ties is not None else every[:0]
        self._matrix = csr_array(
            (
                np.concatenate([np.ones(len(of) + len(every)), rides[counted], self.cost[priced]]),
                (
                    np.concatenate([of, every, counted, priced]),
                    np.concatenate(
                        [leg, at_shift, driver_row[self._shift[counted]], np.full(len(priced), count_row + 1)]
                    ),
                ),
            ),
            shape=(len(members), count_row + 1 + (ties is not None)),
        )
        self._n_plain = n_legs + n_shifts
        self._by_variable = self._matrix[:, :n_legs].tocsr()
        self._legs = self._by_variable.tocsc()
        if ties is not None:
            self.cost = np.concatenate([np.asarray(ties.cost, dtype=np.float64), np.zeros(len(left_out))])
        room = [float(model.room[driver]) for driver in shared]
        self._between = [(1.0, 1.0)] * n_legs + [(-inf, 1.0)] * n_shifts + [(-inf, most) for most in room]
        self._between.append((float(unserved), float(unserved)))
        if ties is not None:
            self._between.append((-inf, ties.most))
        self._n_legs, self._count_row, self._spare_cost = n_legs, count_row, weights.unserved
        self._lay()
        self.add(np.arange(len(columns), len(members)))

    def _lay(self) -> None:
        """Rows, and what keeps them feasible at a price: a leg nobody drives, and rides left out beyond the count."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = solver.infinity()
        self._rows = [solver.Constraint(max(low, -infinity), high) for low, high in self._between]
        self._objective = solver.Objective()
        self._objective.SetMinimization()
        self._undriven = [solver.NumVar(0, infinity, "") for _ in range(self._n_legs)]
        for row, undriven in zip(self._rows, self._undriven, strict=False):
            self._objective.SetCoefficient(undriven, 2 * self._spare_cost)
            row.SetCoefficient(undriven, 1)
        for sign, times in ((-1, 1), (1, 2)):
            spare = solver.NumVar(0, infinity, "")
            self._objective.SetCoefficient(spare, times * self._spare_cost)
            self._rows[self._count_row].SetCoefficient(spare, sign)
        self._solver = solver
        self._variables: list[pywraplp.Variable] = []
        self._inside = np.empty(0, dtype=np.int64)
        self._is_inside: BoolArray = np.zeros(len(self.cost), dtype=bool)
        self._off: BoolArray = np.zeros(0, dtype=bool)

    def nothing_off(self) -> BoolArray:
        off: BoolArray = np.zeros(len(self.cost), dtype=bool)
        return off

    def add(self, variables: IntArray) -> None:
        """Takes these into the programme."""
        matrix = self._matrix
        for at in variables.tolist():
            variable = self._solver.NumVar(0, 1, "")
            self._objective.SetCoefficient(variable, self.cost[at])
            for entry in range(matrix.indptr[at], matrix.indptr[at + 1]):
                self._rows[matrix.indices[entry]].SetCoefficient(variable, matrix.data[entry])
            self._variables.append(variable)
        self._inside = np.concatenate([self._inside, variables])
        self._is_inside[variables] = True
        self._off = np.concatenate([self._off, np.zeros(len(variables), dtype=bool)])

    def solve(self, off: BoolArray, deadline: Deadline) -> Solved | None:
        """The optimum over all variables but those that are off; None without time."""
        now = off[self._inside]
        for at in np.flatnonzero(now != self._off).tolist():
            self._variables[at].SetUb(0.0 if now[at] else 1.0)
        self._off = now
        is_dual = True  # what was switched off is mended by the dual method, what is added by the primal one
        while True:
            left = deadline.left()
            if left < LEAST_SOLVE_S:
                return None
            if not self._solved(is_dual, left):
                return None
            duals = np.array([row.dual_value() for row in self._rows])
            reduced: FloatArray = self.cost - self._matrix @ duals
            missing = np.flatnonzero((reduced < -WHOLE * 100) & ~off & ~self._is_inside)
            if len(missing) == 0:
                x = np.array([variable.solution_value() for variable in self._variables])
                return Solved(self._objective.Value(), x, reduced)
            is_dual = False
            self.add(missing[np.argsort(reduced[missing], kind="stable")[:ADDED_AT_ONCE]])

    def whole(self, variables: IntArray, seconds: float) -> tuple[float, IntArray] | None:
        """A good whole choice among these variables by a general solver, and its value; None where it finds none."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to load, and small days never ask for it

        low, high = np.array(self._between).T
        rows = LinearConstraint(self._matrix[variables].T.tocsr(), low, high)
        found = milp(
            self.cost[variables],
            constraints=rows,
            bounds=Bounds(0, 1),
            integrality=np.ones(len(variables)),
            options={"time_limit": seconds},
        )
        return None if found.x is None else (float(found.fun), variables[found.x > 0.5])

    def cut(self, x: FloatArray) -> int:
        """Adds rows that the last optimum breaks and no whole choice does; how many."""
        part = np.flatnonzero(x > WHOLE)
        holds = self._matrix[self._inside[part]][:, : self._n_plain].toarray()
        triples = broken_triples(holds.T, x[part])
        if not len(triples):
            return 0
        by_row = self._matrix[:, : self._n_plain].tocsc()
        cuts = csc_array(
            (np.ones(triples.size), (triples.ravel(), np.repeat(np.arange(len(triples)), 3))),
            shape=(self._n_plain, len(triples)),
        )
        has_two = (by_row @ cuts >= 2).astype(np.float64).tocsr()
        inside = has_two[self._inside].tocsc()
        for at in range(len(triples)):
            row = self._solver.Constraint(-self._solver.infinity(), 1)
            for variable in inside.indices[inside.indptr[at] : inside.indptr[at + 1]].tolist():
                row.SetCoefficient(self._variables[variable], 1)
            self._rows.append(row)
            self._between.append((-inf, 1.0))
        self._matrix = hstack([self._matrix, has_two]).tocsr()
        return len(triples)

    def keep(self, variables: BoolArray) -> None:
        """Takes all others out of the programme; they come back when they are missed."""
        inside = self._inside[variables[self._inside]]
        self._lay()
        self.add(inside)

    def _solved(self, is_dual: bool, left: float) -> bool:
        """Solves from where it stood; from the beginning where that goes round in circles, as GLOP may."""
        parameters = pywraplp.MPSolverParameters()
        for method in ("true" if is_dual else "false", "true"):
            self._solver.SetSolverSpecificParametersAsString(
                f"use_preprocessing: false use_dual_simplex: {method} max_number_of_iterations: {MOST_ITERATIONS}"
            )
            self._solver.SetTimeLimit(max(1, int(1000 * left)))
            if self._solver.Solve(parameters) == pywraplp.Solver.OPTIMAL:
                return True
            parameters.SetIntegerParam(
                pywraplp.MPSolverParameters.INCREMENTALITY, pywraplp.MPSolverParameters.INCREMENTALITY_OFF
            )
        return False

    def drives_all(self) -> bool:
        """Whether the last optimum drives every leg, or leaves its whole ride out."""
        return all(variable.solution_value() < WHOLE for variable in self._undriven)

    def chosen(self, x: FloatArray) -> IntArray:
        """The variables that are 1."""
        return self._inside[np.flatnonzero(x > 0.5)]

    def add_shares(self, share: FloatArray, x: FloatArray) -> None:
        """Adds how much of each leg each shift drives; share has shape (n_legs, n_shifts + 1)."""
        part = np.flatnonzero(x > WHOLE)
        legs = self._by_variable[self._inside[part]].tocoo()
        np.add.at(share, (legs.col, self._shift[self._inside[part]][legs.row]), x[part][legs.row])

    def against(self, leg: int, shift: int, *, inside: bool) -> BoolArray:
        """Variables that are 0 where the leg is in the shift, or isn't."""
        begin, end = self._legs.indptr[leg], self._legs.indptr[leg + 1]
        with_leg = self._legs.indices[begin:end]
        is_of_shift = self._shift[with_leg] == shift
        found: BoolArray = np.zeros(len(self.cost), dtype=bool)
        found[with_leg[~is_of_shift] if inside else with_leg[is_of_shift]] = True
        return found
