"""Two solvers of one linear programme. Neither is trusted: what they choose is proven, or not, in `assignment_proof`.

Not solved by copying seats: with several slots *and* several places, copies let one volunteer take two slots of one
request. A pair is a variable between 0 and 1, or an arc of capacity 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np

from matching.assignment_problem import BoolArray, Problem

Solver = Literal["highs", "flow"]

MICRO: Final = 1_000_000  # units of value per point


def solve_highs(problem: Problem) -> BoolArray | None:
    """The linear programme's vertex: pairs between 0 and 1, a row per request and per volunteer."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n_pairs, n_requests, n_volunteers = len(problem), len(problem.slots), len(problem.capacity)
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


def solve_flow(problem: Problem) -> BoolArray | None:
    """The same polytope as a flow from a source over requests, pairs and volunteers to a sink; None if it can't be."""
    try:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
    except ImportError:
        return None
    n_requests, n_volunteers = len(problem.slots), len(problem.capacity)
    source, sink = n_requests + n_volunteers, n_requests + n_volunteers + 1
    total = int(min(problem.slots.sum(), problem.capacity.sum()))
    # The solver scales costs by the number of nodes and divides from there: what all have in common is taken out, and
    # half of what pairs are usually worth is charged where flow leaves the source or enters the sink.
    weight = problem.weight // np.gcd.reduce(problem.weight)
    usual = int(weight.max() + weight.min()) // 2
    flow = SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        problem.request, problem.volunteer + n_requests, np.ones(len(weight), np.int64), usual - weight
    )
    requests, volunteers = np.arange(n_requests), n_requests + np.arange(n_volunteers)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(n_requests, source), requests, problem.slots, np.full(n_requests, -(usual // 2))
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        volunteers, np.full(n_volunteers, sink), problem.capacity, np.full(n_volunteers, usual // 2 - usual)
    )
    flow.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)  # what is left empty
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    if flow.solve() != flow.OPTIMAL:
        return None
    taken: BoolArray = flow.flows(pairs) > 0
    return taken


SOLVERS: Final[dict[Solver, Callable[[Problem], BoolArray | None]]] = {"highs": solve_highs, "flow": solve_flow}
