"""The exact assignment: who is asked for what, when everything is weighed at once.

Values are points in whole multiples of 1e-6, so that the optimum can be proven in integers. A solver proposes; the
proof is our own: prices for requests and volunteers under which no other choice could be worth more. They are found
as longest paths over the chosen and unchosen pairs and exist exactly where the choice is optimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.geography import FloatArray, IntArray

Solver = Literal["highs", "flow"]
BoolArray = NDArray[np.bool_]

MICRO: Final = 1_000_000  # units of value per point
GRID_TOLERANCE: Final = 1e-9  # points
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


@dataclass(frozen=True)
class _Problem:
    """Only the pairs worth choosing, in whole micro-points; limits clipped to one more than can be used."""

    weight: IntArray
    request: IntArray
    volunteer: IntArray
    slots: IntArray
    capacity: IntArray


def assign(
    value: ArrayLike,
    request: ArrayLike,
    volunteer: ArrayLike,
    *,
    slots: ArrayLike,
    capacity: ArrayLike,
    unmet_cost: ArrayLike,
    solver: Solver = "highs",
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
    weight = units + cost_units[ends_r]
    # Leaving a pair out is always allowed, so one that adds nothing is never needed; this settles ties at 0 as well.
    useful = np.flatnonzero((weight > 0) & (seats[ends_r] > 0) & (places[ends_v] > 0))
    problem = _problem(weight[useful], ends_r[useful], ends_v[useful], seats, places)
    taken, prices = _solve(problem, solver)
    chosen = useful[taken]
    return Assignment(
        chosen=chosen,
        objective=_objective(points, cost, units, cost_units, chosen, ends_r, seats),
        optimal=prices is not None and _is_on_grid(points) and _is_on_grid(cost),
        request_price=(prices[0] if prices else np.zeros(len(seats), np.int64)) / MICRO,
        volunteer_price=(prices[1] if prices else np.zeros(len(places), np.int64)) / MICRO,
    )


def fastest_solver() -> Solver:
    """The flow solver where OR-Tools is installed."""
    from importlib.util import find_spec

    return "flow" if find_spec("ortools") is not None else "highs"


def is_on_grid(points: FloatArray) -> BoolArray:
    """Which numbers are, within 1e-9, whole multiples of 1e-6."""
    near: BoolArray = np.abs(points * MICRO - np.rint(points * MICRO)) <= GRID_TOLERANCE * MICRO * (1 + 1e-6)
    return near


def _is_on_grid(points: FloatArray) -> bool:
    return bool(is_on_grid(points).all())


def _points(name: str, given: ArrayLike) -> FloatArray:
    array = np.asarray(given)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise ValueError(f"{name} must be a one-dimensional array of numbers")
    points = array.astype(np.float64)
    if not np.isfinite(points).all():
        raise ValueError(f"{name} must not hold NaN or infinity")
    if (np.abs(points) > LARGEST_POINTS).any():
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
    return array.astype(np.int64)


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
    keys = np.sort(request * max(1, len(capacity)) + volunteer)
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("request, volunteer hold a pair that is given twice")


def _to_units(points: FloatArray) -> IntArray:
    units: IntArray = np.rint(points * MICRO).astype(np.int64)
    return units


def _problem(weight: IntArray, request: IntArray, volunteer: IntArray, slots: IntArray, capacity: IntArray) -> _Problem:
    return _Problem(
        weight,
        request,
        volunteer,
        np.minimum(slots, np.bincount(request, minlength=len(slots)) + 1),
        np.minimum(capacity, np.bincount(volunteer, minlength=len(capacity)) + 1),
    )


def _objective(
    points: FloatArray,
    cost: FloatArray,
    units: IntArray,
    cost_units: IntArray,
    chosen: IntArray,
    request: IntArray,
    slots: IntArray,
) -> float:
    """Worth of the choice: to the last unit where the numbers are on the grid, in floating point where they aren't."""
    empty = slots - np.bincount(request[chosen], minlength=len(slots))
    if _is_on_grid(points) and _is_on_grid(cost):
        # Python integers: many slots times a large cost may pass 2**63.
        charged = sum(int(c) * int(e) for c, e in zip(cost_units[cost_units != 0], empty[cost_units != 0], strict=True))
        return (int(units[chosen].sum()) - charged) / MICRO
    return float(points[chosen].sum() - (cost * empty).sum())


def _solve(problem: _Problem, solver: Solver) -> tuple[IntArray, tuple[IntArray, IntArray] | None]:
    """Chosen positions and the prices that prove them; the other solver is tried where the first one's choice fails."""
    if not len(problem.weight):
        return np.zeros(0, np.int64), _prices(problem, np.zeros(0, bool))
    order: tuple[Solver, ...] = ("highs", "flow") if solver == "highs" else ("flow", "highs")
    best: BoolArray | None = None
    for name in order:
        taken = _solve_highs(problem) if name == "highs" else _solve_flow(problem)
        if taken is None or not _keeps_limits(problem, taken):
            continue
        prices = _prices(problem, taken)
        if prices is not None:
            return np.flatnonzero(taken), prices
        if best is None or problem.weight[taken].sum() > problem.weight[best].sum():
            best = taken
    return np.flatnonzero(best if best is not None else np.zeros(len(problem.weight), bool)), None


def _keeps_limits(problem: _Problem, taken: BoolArray) -> bool:
    used_r = np.bincount(problem.request[taken], minlength=len(problem.slots))
    used_v = np.bincount(problem.volunteer[taken], minlength=len(problem.capacity))
    return bool((used_r <= problem.slots).all() and (used_v <= problem.capacity).all())


def _solve_highs(problem: _Problem) -> BoolArray | None:
    """The linear programme's vertex: pairs between 0 and 1, a row per request and per volunteer."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n_pairs, n_requests, n_volunteers = len(problem.weight), len(problem.slots), len(problem.capacity)
    rows = np.concatenate([problem.request, problem.volunteer + n_requests])
    columns = np.tile(np.arange(n_pairs), 2)
    limits = csr_array((np.ones(2 * n_pairs), (rows, columns)), shape=(n_requests + n_volunteers, n_pairs))
    result: Any = linprog(
        -problem.weight / MICRO,
        A_ub=limits,
        b_ub=np.concatenate([problem.slots, problem.capacity]).astype(np.float64),
        bounds=(0, 1),
        method="highs-ds",
    )
    if result.x is None:
        return None
    taken: BoolArray = np.rint(result.x) == 1
    return taken


def _solve_flow(problem: _Problem) -> BoolArray | None:
    """The same polytope as a flow from a source over requests, pairs and volunteers to a sink; None if it can't be."""
    try:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
    except ImportError:
        return None
    n_requests, n_volunteers = len(problem.slots), len(problem.capacity)
    source, sink = n_requests + n_volunteers, n_requests + n_volunteers + 1
    total = int(min(problem.slots.sum(), problem.capacity.sum()))
    flow = SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        problem.request, problem.volunteer + n_requests, np.ones(len(problem.weight), np.int64), -problem.weight
    )
    requests, volunteers = np.arange(n_requests), n_requests + np.arange(n_volunteers)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(n_requests, source), requests, problem.slots, np.zeros(n_requests, np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        volunteers, np.full(n_volunteers, sink), problem.capacity, np.zeros(n_volunteers, np.int64)
    )
    flow.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)  # what is left empty
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    if flow.solve() != flow.OPTIMAL:
        return None
    taken: BoolArray = flow.flows(pairs) > 0
    return taken


def _prices(problem: _Problem, taken: BoolArray) -> tuple[IntArray, IntArray] | None:
    """Prices y of requests and z of volunteers that prove a choice optimal, or None where there are none.

    y, z ≥ 0, and 0 where a limit has room; y + z ≥ weight for a pair left out, ≤ weight for one chosen. These are
    the conditions of complementary slackness. With b = −z they are differences, and the least solution is the
    longest path from a node that stands for 0; it is missing exactly where a cycle of positive length shows how to
    improve the choice. Each pass settles one more change of partner along those paths.
    """
    weight, request, volunteer = problem.weight, problem.request, problem.volunteer
    has_room_r = np.bincount(request[taken], minlength=len(problem.slots)) < problem.slots
    used_v = np.bincount(volunteer[taken], minlength=len(problem.capacity))
    # Whoever is full has a chosen pair, whose weight bounds the price; so any low enough floor is none.
    is_full = (used_v == problem.capacity) & (used_v > 0)
    floor = np.where(is_full, -int(weight.max(initial=0)), 0).astype(np.int64)
    out = _Grouped.by(request[~taken], volunteer[~taken], weight[~taken], len(problem.slots))
    back = _Grouped.by(volunteer[taken], request[taken], -weight[taken], len(problem.capacity))
    start = np.zeros(len(problem.slots), np.int64)
    price_r = start
    for _ in range(int(taken.sum()) + 2):
        price_v = back.longest(price_r, floor)
        following = out.longest(price_v, start)
        if (price_v > 0).any() or (following[has_room_r] > 0).any():
            return None
        if (following == price_r).all():
            return following, -price_v
        price_r = following
    return None


@dataclass(frozen=True)
class _Grouped:
    """Arcs sorted by the node they lead to."""

    heads: IntArray
    starts: IntArray
    tails: IntArray
    weight: IntArray

    @classmethod
    def by(cls, head: IntArray, tail: IntArray, weight: IntArray, n_nodes: int) -> _Grouped:
        order = np.argsort(head, kind="stable")
        counts = np.bincount(head, minlength=n_nodes)
        heads = np.flatnonzero(counts)
        starts = (np.cumsum(counts) - counts)[heads]
        return cls(heads, starts, tail[order], weight[order])

    def longest(self, at_tail: IntArray, floor: IntArray) -> IntArray:
        """For each node the greatest of its floor and what its arcs bring."""
        best = floor.copy()
        if len(self.heads):
            brought = np.maximum.reduceat(at_tail[self.tails] + self.weight, self.starts)
            best[self.heads] = np.maximum(best[self.heads], brought)
        return best
