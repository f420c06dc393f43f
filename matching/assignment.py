"""The exact assignment: who is asked for what, when everything is weighed at once.

Values are points in whole multiples of 1e-6, so that the optimum can be proven in integers. A solver proposes; the
proof is our own: prices for requests and volunteers under which no other choice could be worth more. They are found
as longest paths over the chosen and unchosen pairs and exist exactly where the choice is optimal.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from matching.assignment_problem import BoolArray, Prices, Problem
from matching.assignment_search import find_choice
from matching.assignment_solvers import MICRO, SOLVERS, Solver
from matching.geography import FloatArray, IntArray

GRID_TOLERANCE_UNITS: Final = 1e-9 * MICRO * (1 + 1e-6)  # a billionth of a point, and what a float may be off
LARGEST_POINTS: Final = 1e6


@dataclass(frozen=True)
class Assignment:
    """The chosen pairs, as ascending positions among the pairs given, and what they are worth.

    `optimal` only where that was proven for the values as given. `request_price` and `volunteer_price` (points,
    shape (n_requests,), (n_volunteers,)) are the proof: what one more slot of a request would add, and what would be
    lost with one place less of a volunteer.
    """

    chosen: IntArray
    objective: float
    optimal: bool
    request_price: FloatArray
    volunteer_price: FloatArray


def assign(
    value: ArrayLike,
    request: ArrayLike,
    volunteer: ArrayLike,
    *,
    slots: ArrayLike,
    capacity: ArrayLike,
    unmet_cost: ArrayLike,
    solver: Solver = "highs",
    executor: Executor | None = None,
) -> Assignment:
    """Choose the pairs of greatest total value less the cost of empty slots.

    Parameters
    ----------
    value : float, shape (n_pairs,), points
        What the pair is worth; a pair not listed may not happen, one is left out where its
        value + its request's unmet_cost isn't above 0. At most 1e6 from 0.
    request, volunteer : int, shape (n_pairs,)
        The pair's ends, as positions in slots and capacity. A pair is given once.
    slots, capacity : int, shape (n_requests,), (n_volunteers,)
        How many pairs each may be part of, at least 0.
    unmet_cost : float, shape (n_requests,), points per slot left empty
    solver
        "highs": scipy's linear programming, always there. "flow": OR-Tools' min-cost flow, faster.
    executor
        Where parts that have nothing to do with each other are solved, for large problems; here, one by one, without.

    Raises
    ------
    ValueError
        Lengths differ, a position is out of range, a pair is given twice, a limit is negative or not whole, or a
        value or cost is NaN, infinite or beyond 1e6.

    Notes
    -----
    Not solved by copying seats: with several slots *and* several places, copies let one
    volunteer take two slots of one request. A pair is an arc of capacity 1; the polytope is
    integral (Hoffman & Kruskal 1956), so the LP's vertex is the optimum and its duals explain it.

    Values that aren't multiples of 1e-6 are rounded to them for the choice; the objective is that of the
    values as given, and `optimal` is then false: the choice may be half a micro-point per pair and slot short.
    """
    points, cost = _points("value", value), _points("unmet_cost", unmet_cost)
    ends_r, ends_v = _whole("request", request), _whole("volunteer", volunteer)
    seats, places = _whole("slots", slots), _whole("capacity", capacity)
    _check(points, cost, ends_r, ends_v, seats, places)
    units, cost_units = _to_units(points), _to_units(cost)
    weight = units + cost_units[ends_r] if cost_units.any() else units
    # Leaving a pair out is always allowed, so one that adds nothing is never needed; this settles ties at 0 as well.
    is_useful = weight > 0
    for ends, limits in ((ends_r, seats), (ends_v, places)):
        if not limits.all():
            is_useful &= limits[ends] > 0
    if is_useful.all():
        problem = Problem.of(weight, ends_r, ends_v, seats, places)
    else:
        problem = Problem.of(weight[is_useful], ends_r[is_useful], ends_v[is_useful], seats, places)
    taken, prices = _solve(problem, solver, executor)
    chosen = np.flatnonzero(is_useful)[taken]
    is_exact = _is_on_grid(points, units) and _is_on_grid(cost, cost_units)
    return Assignment(
        chosen=chosen,
        objective=_objective(points, cost, units, cost_units, chosen, ends_r, seats, is_exact=is_exact),
        optimal=prices is not None and is_exact,
        request_price=(prices[0] if prices else np.zeros(len(seats), np.int64)) / MICRO,
        volunteer_price=(prices[1] if prices else np.zeros(len(places), np.int64)) / MICRO,
    )


def _solve(problem: Problem, solver: Solver, executor: Executor | None) -> tuple[BoolArray, Prices | None]:
    """What is taken and the prices that prove it; the other solver is tried where the first one's choice fails."""
    best: BoolArray = np.zeros(len(problem), dtype=bool)
    if not len(problem):
        return best, (np.zeros(len(problem.slots), np.int64), np.zeros(len(problem.capacity), np.int64))
    order: tuple[Solver, ...] = ("highs", "flow") if solver == "highs" else ("flow", "highs")
    for name in order:
        found = find_choice(problem, SOLVERS[name], executor=executor)
        if found is None:
            continue
        taken, prices = found
        if prices is not None:
            return taken, prices
        if problem.weight[taken].sum() > problem.weight[best].sum():
            best = taken
    return best, None


def fastest_solver() -> Solver:
    """The flow solver where OR-Tools is installed."""
    from importlib.util import find_spec

    return "flow" if find_spec("ortools") is not None else "highs"


def is_on_grid(points: FloatArray) -> bool:
    """Whether all are, within 1e-9, whole multiples of 1e-6."""
    return _is_on_grid(points, _to_units(points))


def is_one_on_grid(points: float) -> bool:
    """The same for one number; a million arrays of one take their time."""
    units = points * MICRO
    return abs(units - round(units)) <= GRID_TOLERANCE_UNITS


def _is_on_grid(points: FloatArray, units: IntArray) -> bool:
    off = np.abs(points * MICRO - units)
    return bool(off.max(initial=0.0) <= GRID_TOLERANCE_UNITS)


def _points(name: str, given: ArrayLike) -> FloatArray:
    array = np.asarray(given)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise ValueError(f"{name} must be a one-dimensional array of numbers")
    points = array.astype(np.float64, copy=False)
    # Of NaN neither the least nor the greatest is a number.
    low, high = float(points.min(initial=0.0)), float(points.max(initial=0.0))
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"{name} must not hold NaN or infinity")
    if low < -LARGEST_POINTS or high > LARGEST_POINTS:
        raise ValueError(f"{name} must not go beyond {LARGEST_POINTS:g}")
    return points


def _whole(name: str, given: ArrayLike) -> IntArray:
    array = np.asarray(given)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{name} must be a one-dimensional array of whole numbers")
    if array.size and int(array.min()) < 0:
        raise ValueError(f"{name} must not be negative")
    if array.dtype == np.uint64:
        array = np.minimum(array, np.uint64(2**63 - 1))
    return array.astype(np.int64, copy=False)


def _check(
    value: FloatArray, cost: FloatArray, request: IntArray, volunteer: IntArray, slots: IntArray, capacity: IntArray
) -> None:
    if not len(value) == len(request) == len(volunteer):
        raise ValueError("value, request and volunteer must have one length")
    if len(cost) != len(slots):
        raise ValueError("unmet_cost and slots must have one length")
    for name, ends, limits in (("request", request, slots), ("volunteer", volunteer, capacity)):
        if len(ends) and int(ends.max()) >= len(limits):
            raise ValueError(f"{name} holds a position that is out of range")
    keys = request * max(1, len(capacity)) + volunteer
    if not (keys[1:] > keys[:-1]).all():
        keys.sort()
        if (keys[1:] == keys[:-1]).any():
            raise ValueError("request, volunteer hold a pair that is given twice")


def _to_units(points: FloatArray) -> IntArray:
    units: IntArray = np.rint(points * MICRO).astype(np.int64)
    return units


def _objective(
    points: FloatArray,
    cost: FloatArray,
    units: IntArray,
    cost_units: IntArray,
    chosen: IntArray,
    request: IntArray,
    slots: IntArray,
    *,
    is_exact: bool,
) -> float:
    """Worth of the choice: to the last unit where the numbers are on the grid, in floating point where they aren't."""
    empty = slots - np.bincount(request[chosen], minlength=len(slots))
    if not is_exact:
        return float(points[chosen].sum() - (cost * empty).sum())
    # Python integers: many slots times a large cost may pass 2**63.
    costly = np.flatnonzero(cost_units)
    charged = sum(c * e for c, e in zip(cost_units[costly].tolist(), empty[costly].tolist(), strict=True))
    worth: int = int(units[chosen].sum()) - charged
    return worth / MICRO
