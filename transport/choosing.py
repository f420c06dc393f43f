"""The best whole choice among listed duties, by branch and bound.

The linear programme is nearly whole, so trees are small if the branches are chosen with care: each tries out a few
"this ride in this shift, or not" and takes the one that moves the value most (strong branching; Achterberg, Koch &
Martin 2005). The general solvers at hand (SCIP, HiGHS, CP-SAT) also prove these days, but they overrun their time
limit, by minutes where it was seconds; here every step is a small linear programme, and the clock is looked at between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from matching.geography import FloatArray, IntArray
from transport.master import LEAST_SOLVE_S, Column, Weights
from transport.model import BoolArray, Model
from transport.problem import Deadline

TRIED_BRANCHES: Final = 6
WHOLE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen (None where nothing better than the cutoff was found), its value, a bound on any choice, and
    whether the search came to its end. Values leave the weight of the unserved rides out."""

    columns: tuple[Column, ...] | None
    value: float
    bound: float
    is_proven: bool


@dataclass(frozen=True, slots=True)
class _Node:
    off: IntArray  # variables that are 0 here
    bound: float
    depth: int


@dataclass(slots=True)
class _Solved:
    value: float
    x: FloatArray
    reduced: FloatArray = field(repr=False)


class Choosing:
    """Columns of a model with exactly `unserved` rides left out.

    Every leg is in exactly one column or left out with its ride; each shift has one column at most; each driver's
    columns together no more rides than there is room for. All costs are whole numbers.
    """

    def __init__(self, model: Model, weights: Weights, columns: Sequence[Column], unserved: int) -> None:
        self.columns = list(columns)
        left_out = [weights.broken * model.promises_of_ride[ride] for ride in model.legs_of_ride]
        self.cost = np.array([column.cost for column in self.columns] + left_out, dtype=np.float64)
        place = {index: at for at, index in enumerate(model.wanted)}
        self._n_legs, self._n_shifts = len(place), len(model.shifts)
        self._shift = np.array([column.shift for column in self.columns] + [self._n_shifts] * len(left_out))
        members = [[place[index] for index in column.legs] for column in self.columns]
        members += [[place[index] for index in legs] for legs in model.legs_of_ride.values()]
        self._of = np.repeat(np.arange(len(members)), [len(legs) for legs in members])
        self._leg = np.array([leg for legs in members for leg in legs], dtype=np.int64)
        drivers = [shift.driver for shift in model.shifts]
        self._shared = {
            driver: [at for at, other in enumerate(drivers) if other == driver]
            for driver in sorted(set(drivers))
            if drivers.count(driver) > 1
        }
        self._room = {driver: float(model.room[driver]) for driver in self._shared}
        self._unserved = unserved
        self._alive = np.arange(len(self.cost))

    def best(self, cutoff: float, deadline: Deadline) -> Choice:
        """The least value below the cutoff (a value that is known already)."""
        best: tuple[float, IntArray | None] = (cutoff, None)
        self._lay()
        root = self._solve(np.empty(0, dtype=np.int64), deadline)
        if root is None:
            return Choice(None, cutoff, -inf, is_proven=False)
        waiting = [_Node(np.empty(0, dtype=np.int64), root.value, 0)]
        while waiting:
            node = waiting.pop()
            if not _is_below(node.bound, best[0]):
                continue
            solved = self._solve(node.off, deadline)
            if solved is None:
                waiting.append(node)
                break
            if not _is_below(solved.value, best[0]):
                continue
            if node.depth == 0:
                self._drop_expensive(solved, best[0])
                solved = self._solve(node.off, deadline)
                if solved is None:
                    waiting.append(node)
                    break
            if bool(np.all(np.minimum(solved.x, 1 - solved.x) < WHOLE)):
                best = solved.value, self._alive[np.flatnonzero(solved.x > 0.5)]
                continue
            children = self._branch(node, solved, best[0], deadline)
            if children is None:
                waiting.append(node)
                break
            waiting += children
        bound = min([best[0], *(node.bound for node in waiting)])
        chosen = None
        if best[1] is not None:
            chosen = tuple(self.columns[at] for at in best[1].tolist() if at < len(self.columns))
        return Choice(chosen, best[0], bound, is_proven=not waiting)

    def _branch(self, node: _Node, solved: _Solved, cutoff: float, deadline: Deadline) -> list[_Node] | None:
        """The two sides of the branch that moves the value most, the more promising one last."""
        fixed = np.flatnonzero(solved.reduced > cutoff - solved.value)
        off = np.union1d(node.off, fixed)
        best: tuple[float, list[_Node]] = (-1.0, [])
        for leg, shift in self._candidates(solved.x):
            sides = []
            for inside in (False, True):
                side = np.union1d(off, self._against(leg, shift, inside=inside))
                tried = self._solve(side, deadline)
                if tried is None:
                    return None
                sides.append(_Node(side, max(node.bound, tried.value), node.depth + 1))
            sides = [side for side in sides if _is_below(side.bound, cutoff)]
            if len(sides) < 2:
                return sides
            moves = [max(side.bound - solved.value, 1e-3) for side in sides]
            score = min(moves) * (max(moves) ** 0.5)
            if score > best[0]:
                best = score, sorted(sides, key=lambda side: -side.bound)
        return best[1]

    def _candidates(self, x: FloatArray) -> list[tuple[int, int]]:
        """(leg, shift) pairs that are driven in part, the most undecided first; a shift too many means left out."""
        share = np.zeros((self._n_legs, self._n_shifts + 1))
        np.add.at(share, (self._leg_alive, self._shift_alive[self._of_alive]), x[self._of_alive])
        undecided = np.minimum(share, 1 - share)
        order = np.argsort(-undecided, axis=None, kind="stable")[:TRIED_BRANCHES]
        legs, shifts = np.unravel_index(order, share.shape)
        return [
            (int(leg), int(shift)) for leg, shift in zip(legs, shifts, strict=True) if undecided[leg, shift] > WHOLE
        ]

    def _against(self, leg: int, shift: int, *, inside: bool) -> IntArray:
        """Variables that are 0 where the leg is in the shift, or isn't."""
        with_leg = self._of_alive[self._leg_alive == leg]
        is_of_shift = self._shift_alive[with_leg] == shift
        against: IntArray = with_leg[~is_of_shift] if inside else with_leg[is_of_shift]
        return against

    # --- the linear programme --------------------------------------------------------------------------------------

    def _lay(self) -> None:
        """The linear programme over the variables that are left."""
        position = np.full(len(self.cost), -1)
        position[self._alive] = np.arange(len(self._alive))
        keep = position[self._of] >= 0
        self._of_alive, self._leg_alive = position[self._of[keep]], self._leg[keep]
        self._shift_alive = self._shift[self._alive]
        self._off: NDArray[np.bool_] = np.zeros(len(self._alive), dtype=bool)
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.SetSolverSpecificParametersAsString("use_preprocessing: false use_dual_simplex: true")
        infinity = solver.infinity()
        self._variables = [solver.NumVar(0, 1, "") for _ in self._alive]
        objective = solver.Objective()
        objective.SetMinimization()
        for variable, cost in zip(self._variables, self.cost[self._alive].tolist(), strict=True):
            objective.SetCoefficient(variable, cost)
        of_leg = [solver.Constraint(1, 1) for _ in range(self._n_legs)]
        for at, leg in zip(self._of_alive.tolist(), self._leg_alive.tolist(), strict=True):
            of_leg[leg].SetCoefficient(self._variables[at], 1)
        of_shift = [solver.Constraint(-infinity, 1) for _ in range(self._n_shifts)]
        count = solver.Constraint(self._unserved, self._unserved)
        of_driver = {driver: solver.Constraint(-infinity, room) for driver, room in self._room.items()}
        driver_of = {shift: driver for driver, shifts in self._shared.items() for shift in shifts}
        rides = np.bincount(self._of_alive, minlength=len(self._alive))
        for at, shift in enumerate(self._shift_alive.tolist()):
            if shift == self._n_shifts:
                count.SetCoefficient(self._variables[at], 1)
                continue
            of_shift[shift].SetCoefficient(self._variables[at], 1)
            if shift in driver_of:
                of_driver[driver_of[shift]].SetCoefficient(self._variables[at], int(rides[at]))
        self._solver, self._objective = solver, objective

    def _drop_expensive(self, solved: _Solved, cutoff: float) -> None:
        """Leaves out for good what no better choice can hold."""
        self._alive = self._alive[solved.reduced <= cutoff - solved.value]
        self._lay()

    def _solve(self, off: IntArray, deadline: Deadline) -> _Solved | None:
        """The optimum without these variables (an infinite value where there is none); None without time."""
        left = deadline.left()
        if left < LEAST_SOLVE_S:
            return None
        now: BoolArray = np.zeros(len(self._variables), dtype=bool)
        now[off] = True
        for at in np.flatnonzero(now != self._off).tolist():
            self._variables[at].SetUb(0.0 if now[at] else 1.0)
        self._off = now
        self._solver.SetTimeLimit(max(1, int(1000 * left)))
        status = self._solver.Solve()
        if status == pywraplp.Solver.INFEASIBLE:
            return _Solved(inf, np.empty(0), np.empty(0))
        if status != pywraplp.Solver.OPTIMAL:
            return None
        x = np.array([variable.solution_value() for variable in self._variables])
        reduced = np.array([variable.reduced_cost() for variable in self._variables])
        return _Solved(self._objective.Value(), x, reduced)


def _is_below(bound: float, cutoff: float) -> bool:
    """Whether a whole number at least `bound` can be below the cutoff."""
    return bound < inf and ceil(bound - 1e-4) < cutoff - 0.5
