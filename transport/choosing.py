"""The best whole choice among listed duties, by branch and bound.

The linear programme is nearly whole, so trees are small if the branches are chosen with care: each tries out a few
"this ride in this shift, or not" and takes the one that moves the value most (strong branching; Achterberg, Koch &
Martin 2005). The general solvers at hand (SCIP, HiGHS, CP-SAT) also prove these days, but they overrun their time
limit, by minutes where it was seconds; here every step is a small linear programme, and the clock is looked at between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Final

import numpy as np
from ortools.linear_solver import pywraplp
from scipy.sparse import csc_array, csr_array, hstack

from matching.geography import FloatArray, IntArray
from transport.cutting import broken_triples
from transport.master import LEAST_SOLVE_S, Column, Weights
from transport.model import BoolArray, Model
from transport.problem import Deadline

TRIED_BRANCHES: Final = 6
TRIED_AGAIN: Final = 2  # of these
LOOKED_AT: Final = 40
ADDED_AT_ONCE: Final = 250
MOST_ITERATIONS: Final = 20_000
WHOLE: Final = 1e-6
CUT_ROUNDS: Final = 6
CUT_ABOVE: Final = 1_000  # columns
KEPT: Final = 5e-4  # of the value: reduced cost up to which a column stays in the programme


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
    off: BoolArray  # variables that are 0 here
    bound: float
    depth: int


@dataclass(frozen=True, slots=True)
class _Solved:
    """value; x by the variables that are in the programme now; reduced cost by every variable."""

    value: float
    x: FloatArray
    reduced: FloatArray


@dataclass(frozen=True, slots=True)
class Ties:
    """What to minimise instead, by column, where the costs may come to no more than `most`."""

    cost: Sequence[float]
    most: float


class Choosing:
    """Columns of a model with `unserved` rides left out, and more only at their weight.

    Every leg is in exactly one column or left out with its ride; each shift has one column at most; each driver's
    columns together no more rides than there is room for. All costs are whole numbers. `begin` are positions of columns
    to begin with; it takes longer without.
    """

    def __init__(
        self,
        model: Model,
        weights: Weights,
        columns: Sequence[Column],
        unserved: int,
        deadline: Deadline,
        ties: Ties | None = None,
        *,
        begin: IntArray | None = None,
    ) -> None:
        self.columns, self.deadline = list(columns), deadline
        self.programme = Programme(model, weights, columns, unserved, ties)
        if begin is not None:
            self.programme.add(begin)
        self._n_legs, self._n_shifts = len(model.wanted), len(model.shifts)
        self._has_cuts = ties is None and len(columns) > CUT_ABOVE
        self.n_solved = 0
        self._scores: dict[tuple[int, int], float] = {}  # of branches, when they were tried

    def best(self, cutoff: float, *, lowest_first: bool = False) -> Choice:
        """The least value below the cutoff (a value that is known already). Deep first, or where the bound is lowest:
        then the bound rises soonest."""
        best: tuple[float, IntArray | None] = (cutoff, None)
        root = self._root(cutoff)
        waiting = [_Node(np.zeros(len(self.programme.cost), dtype=bool), root, 0)]
        while waiting:
            at = min(range(len(waiting)), key=lambda at: waiting[at].bound) if lowest_first else -1
            node = waiting.pop(at)
            if not _is_below(node.bound, best[0]):
                continue
            solved = self._solve(node.off)
            if solved is None:
                waiting.append(node)
                break
            if not _is_below(solved.value, best[0]):
                continue
            if bool(np.all(np.minimum(solved.x, np.abs(1 - solved.x)) < WHOLE)):
                if self.programme.drives_all():
                    best = solved.value, self.programme.chosen(solved.x)
                continue
            children = self._branch(node, solved, best[0])
            if children is None:
                waiting.append(_Node(node.off, max(node.bound, solved.value), node.depth))
                break
            waiting += children
        bound = min([best[0], *(node.bound for node in waiting)])
        chosen = None if best[1] is None else self._columns(best[1])
        return Choice(chosen, best[0], bound, is_proven=not waiting)

    def _root(self, cutoff: float) -> float:
        """Cuts, as long as any are broken, and makes the programme small again; few columns are chosen among sooner
        without. Returns the value."""
        off: BoolArray = np.zeros(len(self.programme.cost), dtype=bool)
        value = -inf
        for _ in range(CUT_ROUNDS if self._has_cuts else 0):
            solved = self._solve(off)
            if solved is None:
                return value
            value = solved.value
            if not _is_below(value, cutoff) or not self.programme.cut(solved.x):
                self.programme.keep(solved.reduced <= KEPT * value)
                return value
        return value

    def _columns(self, variables: IntArray) -> tuple[Column, ...]:
        return tuple(self.columns[at] for at in variables.tolist() if at < len(self.columns))

    def _shares(self, x: FloatArray) -> FloatArray:
        """How much of each leg each shift drives, shape (n_legs, n_shifts + 1); the last is left out."""
        share = np.zeros((self._n_legs, self._n_shifts + 1))
        self.programme.add_shares(share, x)
        return share

    def _solve(self, off: BoolArray) -> _Solved | None:
        self.n_solved += 1
        return self.programme.solve(off, self.deadline)

    def _branch(self, node: _Node, solved: _Solved, cutoff: float) -> list[_Node] | None:
        """The two sides of the branch that moves the value most, the more promising one last."""
        off = node.off | (solved.reduced > cutoff - solved.value)
        best: tuple[float, list[_Node]] = (-1.0, [])
        for leg, shift in self._candidates(solved.x):
            sides = []
            for inside in (False, True):
                side = off | self.programme.against(leg, shift, inside=inside)
                tried = self._solve(side)
                if tried is None:
                    return None
                sides.append(_Node(side, max(node.bound, tried.value), node.depth + 1))
            moves = [max(min(side.bound, cutoff) - solved.value, 1e-3) for side in sides]
            score = min(moves) * (max(moves) ** 0.5)
            self._learn(leg, shift, score)
            sides = [side for side in sides if _is_below(side.bound, cutoff)]
            if len(sides) < 2:
                return sides
            if score > best[0]:
                best = score, sorted(sides, key=lambda side: -side.bound)
        return best[1]

    def _learn(self, leg: int, shift: int, score: float) -> None:
        before = self._scores.get((leg, shift), score)
        self._scores[leg, shift] = (before + score) / 2

    def _candidates(self, x: FloatArray) -> list[tuple[int, int]]:
        """(leg, shift) pairs that are driven in part; a shift too many means left out. Those that moved the value most
        when they were tried before, and the most undecided of those that never were."""
        share = self._shares(x)
        undecided = np.minimum(share, 1 - share)
        order = np.argsort(-undecided, axis=None, kind="stable")[:LOOKED_AT]
        legs, shifts = np.unravel_index(order, share.shape)
        pairs = [
            (int(leg), int(shift)) for leg, shift in zip(legs, shifts, strict=True) if undecided[leg, shift] > WHOLE
        ]
        known = sorted((pair for pair in pairs if pair in self._scores), key=lambda pair: -self._scores[pair])
        new = [pair for pair in pairs if pair not in self._scores]
        chosen = known[:TRIED_AGAIN]
        return chosen + new[: TRIED_BRANCHES - len(chosen)]


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

    def solve(self, off: BoolArray, deadline: Deadline) -> _Solved | None:
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
                return _Solved(self._objective.Value(), x, reduced)
            is_dual = False
            self.add(missing[np.argsort(reduced[missing], kind="stable")[:ADDED_AT_ONCE]])

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


def _is_below(bound: float, cutoff: float) -> bool:
    """Whether a whole number at least `bound` can be below the cutoff."""
    return bound < cutoff - 0.5 and (bound == -inf or ceil(bound - 1e-4) < cutoff - 0.5)
