"""Other ways to make an assignment, for comparison: those that are exact, and those that only look it.

Each takes an instance and gives (worth, duplicates): duplicates are pairs chosen more than once, which no answer may
hold. Weights are whole micro-points, as in `matching.assignment_problem`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.assignment import assign
from matching.assignment_problem import Problem
from matching.assignment_solvers import MICRO, Solver, solve_highs


@dataclass(frozen=True)
class Instance:
    """One instance by arrays, as `assign` takes it."""

    value: Any
    request: Any
    volunteer: Any
    slots: Any
    capacity: Any

    @property
    def weight(self) -> Any:
        return np.rint(self.value * MICRO).astype(np.int64)


def ours(instance: Instance, solver: Solver, executor: Any = None) -> tuple[float, int]:
    """The whole call: checks, solution, proof, prices."""
    made = assign(
        instance.value,
        instance.request,
        instance.volunteer,
        slots=instance.slots,
        capacity=instance.capacity,
        unmet_cost=np.zeros(len(instance.slots)),
        solver=solver,
        executor=executor,
    )
    assert made.optimal
    return made.objective, 0


@dataclass(frozen=True)
class OrTools:
    """SimpleMinCostFlow with all pairs: arrays made and the network built beforehand, so that `solve` is its alone."""

    flow: Any
    pairs: Any
    weight: Any

    @classmethod
    def of(cls, instance: Instance) -> OrTools:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        n_requests, n_volunteers = len(instance.slots), len(instance.capacity)
        source, sink = n_requests + n_volunteers, n_requests + n_volunteers + 1
        requests, volunteers = np.arange(n_requests), n_requests + np.arange(n_volunteers)
        total = int(min(instance.slots.sum(), instance.capacity.sum()))
        flow, weight = SimpleMinCostFlow(), instance.weight
        pairs = flow.add_arcs_with_capacity_and_unit_cost(
            instance.request, instance.volunteer + n_requests, np.ones(len(weight), np.int64), -weight
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            np.full(n_requests, source), requests, instance.slots, np.zeros(n_requests, np.int64)
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            volunteers, np.full(n_volunteers, sink), instance.capacity, np.zeros(n_volunteers, np.int64)
        )
        flow.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)
        flow.set_node_supply(source, total)
        flow.set_node_supply(sink, -total)
        return cls(flow, pairs, weight)

    def solve(self) -> tuple[float, int]:
        assert self.flow.solve() == self.flow.OPTIMAL
        return int((self.weight * self.flow.flows(self.pairs)).sum()) / MICRO, 0


def highs_alone(instance: Instance) -> tuple[float, int]:
    """scipy's linear programming (HiGHS, sparse) with all pairs at once."""
    weight = instance.weight
    taken = solve_highs(Problem.of(weight, instance.request, instance.volunteer, instance.slots, instance.capacity))
    assert taken is not None
    return int(weight[taken].sum()) / MICRO, 0


def greedy(instance: Instance) -> tuple[float, int]:
    """The best pair first, as long as there is room: what one gets without a solver."""
    slots, capacity, worth = instance.slots.tolist(), instance.capacity.tolist(), 0.0
    ends = list(zip(instance.request.tolist(), instance.volunteer.tolist(), instance.value.tolist(), strict=True))
    for at in np.argsort(-instance.value, kind="stable").tolist():
        request, volunteer, value = ends[at]
        if value > 0 and slots[request] and capacity[volunteer]:
            slots[request] -= 1
            capacity[volunteer] -= 1
            worth += value
    return worth, 0


def copied_dense(instance: Instance) -> tuple[float, int]:
    """scipy's linear_sum_assignment with a row per slot and a column per place."""
    from scipy.optimize import linear_sum_assignment

    seat_of, place_of = _copies(instance)
    table = np.zeros((len(instance.slots), len(instance.capacity)))
    table[instance.request, instance.volunteer] = instance.value
    rows, columns = linear_sum_assignment(table[np.ix_(seat_of, place_of)], maximize=True)
    worth = table[seat_of[rows], place_of[columns]]
    return _worth_and_duplicates(seat_of[rows], place_of[columns], worth)


def copied_sparse(instance: Instance) -> tuple[float, int]:
    """scipy's min_weight_full_bipartite_matching with copies, and for every slot a column that leaves it empty."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    seat_of, place_of = _copies(instance)
    first_seat, first_place = (
        np.cumsum(instance.slots) - instance.slots,
        np.cumsum(instance.capacity) - instance.capacity,
    )
    copies = instance.slots[instance.request] * instance.capacity[instance.volunteer]
    pair = np.repeat(np.arange(len(instance.value)), copies)
    number = np.arange(len(pair)) - np.repeat(np.cumsum(copies) - copies, copies)
    wide = instance.capacity[instance.volunteer[pair]]
    seat = first_seat[instance.request[pair]] + number // wide
    place = first_place[instance.volunteer[pair]] + number % wide
    top = float(instance.value.max()) + 1
    every = np.arange(len(seat_of))
    graph = csr_array(
        (
            np.concatenate([top - instance.value[pair], np.full(len(every), top)]),
            (np.concatenate([seat, every]), np.concatenate([place, len(place_of) + every])),
        ),
        shape=(len(seat_of), len(place_of) + len(every)),
    )
    rows, columns = min_weight_full_bipartite_matching(graph)
    real = columns < len(place_of)
    rows, columns = rows[real], columns[real]
    worth = top - np.asarray(graph[rows, columns]).ravel()
    return _worth_and_duplicates(seat_of[rows], place_of[columns], worth)


def network_simplex(instance: Instance) -> tuple[float, int]:
    """networkx, exact and in plain Python."""
    import networkx

    graph = networkx.DiGraph()
    total = int(instance.slots.sum())
    graph.add_node("from", demand=-total)
    graph.add_node("to", demand=total)
    graph.add_edge("from", "to", capacity=total, weight=0)
    for at, limit in enumerate(instance.slots.tolist()):
        graph.add_edge("from", ("r", at), capacity=limit, weight=0)
    for at, limit in enumerate(instance.capacity.tolist()):
        graph.add_edge(("v", at), "to", capacity=limit, weight=0)
    for r, v, weight in zip(
        instance.request.tolist(), instance.volunteer.tolist(), instance.weight.tolist(), strict=True
    ):
        graph.add_edge(("r", r), ("v", v), capacity=1, weight=-weight)
    return -int(networkx.network_simplex(graph)[0]) / MICRO, 0


def _copies(instance: Instance) -> tuple[Any, Any]:
    return (
        np.repeat(np.arange(len(instance.slots)), instance.slots),
        np.repeat(np.arange(len(instance.capacity)), instance.capacity),
    )


def _worth_and_duplicates(request: Any, volunteer: Any, worth: Any) -> tuple[float, int]:
    real = worth > 0
    pairs = np.column_stack([request[real], volunteer[real]])
    return float(worth[real].sum()), len(pairs) - len(np.unique(pairs, axis=0))
