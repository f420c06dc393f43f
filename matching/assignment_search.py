"""From a problem to a proven choice, looking closely at a few pairs and briefly at all the others.

Most pairs are never in question: somebody nearer has time. So the solver gets the best few pairs of every request
and of every volunteer. Its prices are then held against *all* pairs: where none is worth more than the prices of its
two ends, the choice is optimal for all of them (weak duality; Dantzig & Wolfe 1960 call it pricing). Where some are,
they are let in, and only what they can change is solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Final

import numpy as np

from matching.assignment_problem import BoolArray, Prices, Problem
from matching.assignment_proof import find_prices
from matching.geography import IntArray

Solve = Callable[[Problem], BoolArray | None]
Found = tuple[BoolArray, Prices | None]  # which pairs are taken, and what proves it

FEW: Final = 2_000  # pairs up to which narrowing costs more than it saves
BEST_OF_EACH: Final = 16  # pairs of each request and each volunteer, on top of what they can take
WORTH_NARROWING: Final = 0.7  # above this share of all pairs, all are solved at once
REPAIRS: Final = 12
SEVERAL: Final = 50_000  # pairs from which on it pays to look for parts that have nothing to do with each other
PART: Final = 20_000  # pairs solved together, where they can be taken apart
A_STEP: Final = 1e-4  # micro-points; in a sparse graph a step of length 0 would be none


def find_choice(problem: Problem, solve: Solve, *, executor: Executor | None = None) -> Found | None:
    """The best choice that `solve` leads to, with the prices that prove it; None where it has no valid answer."""
    pool = _promising(problem)
    part = problem.only(pool)
    taken = _solve_apart(part, solve, executor)
    is_whole = True  # whether `taken` is what the solver made of this very pool
    for _ in range(REPAIRS):
        if taken is None or not part.keeps_limits(taken):
            return None
        prices = find_prices(part, taken)
        if prices is None and is_whole:
            return _among_all(problem, pool, taken), None
        if prices is None:
            taken, is_whole = _solve_apart(part, solve, executor), True
            continue
        slack = prices[0][problem.request] + prices[1][problem.volunteer] - problem.weight
        slack[pool] = 0
        gain = -int(slack.min())
        if gain == 0:
            return _among_all(problem, pool, taken), prices
        # Those that are nearly missed come along: the change that lets a missed pair in may well need them.
        slack[pool] = gain
        was_taken = _among_all(problem, pool, taken)
        joins = slack < gain
        joins[pool] = True
        pool = np.flatnonzero(joins)
        part = problem.only(pool)
        taken, is_whole = _repair(part, was_taken[pool], prices, gain, solve), False
    taken = _solve_apart(problem, solve, executor)
    if taken is None or not problem.keeps_limits(taken):
        return None
    return taken, find_prices(problem, taken)


def _among_all(problem: Problem, pool: IntArray, taken: BoolArray) -> BoolArray:
    among = np.zeros(len(problem), dtype=bool)
    among[pool[taken]] = True
    return among


def _promising(problem: Problem) -> IntArray:
    """Positions of the pairs that are among the best of their request or of their volunteer."""
    if len(problem) > FEW:
        best = problem.weight >= _nth_best(problem.weight, problem.request, BEST_OF_EACH + problem.slots)
        best |= problem.weight >= _nth_best(problem.weight, problem.volunteer, BEST_OF_EACH + problem.capacity)
        promising = np.flatnonzero(best)
        if len(promising) <= WORTH_NARROWING * len(problem):
            return promising
    return np.arange(len(problem))


def _nth_best(weight: IntArray, row: IntArray, n: IntArray) -> IntArray:
    """For each pair the n-th best weight of its row, from 0 and rounded down a little; 0 in rows of n or fewer."""
    top = int(weight.max(initial=0))
    # One number per pair, so that one plain sort puts rows together and the best of each first.
    coarser = max(0, top.bit_length() + len(n).bit_length() - 62)
    shift = (top >> coarser).bit_length()
    key = (row << shift) | ((top - weight) >> coarser)
    key.sort()
    counts = np.bincount(row, minlength=len(n))
    long = np.flatnonzero(counts > n)
    at = (np.cumsum(counts) - counts + n)[long]
    found = np.zeros(len(n), np.int64)
    found[long] = top - ((((key[at] & ((1 << shift) - 1)) + 1) << coarser) - 1)
    return found[row]


def _solve_apart(problem: Problem, solve: Solve, executor: Executor | None) -> BoolArray | None:
    """What the solver takes, asked apart for parts that have nothing to do with each other."""
    parts = list(_parts(problem)) if len(problem) >= SEVERAL else []
    if len(parts) <= 1:
        return solve(problem)
    numbered = [problem.only(part).renumbered() for part in parts]
    answers = executor.map(solve, numbered) if executor is not None else map(solve, numbered)
    taken = np.zeros(len(problem), dtype=bool)
    for part, answer in zip(parts, answers, strict=True):
        if answer is None:
            return None
        taken[part] = answer
    return taken


def _parts(problem: Problem) -> Iterator[IntArray]:
    """Positions of pairs in groups that share no request and no volunteer; none where most hang together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_nodes = len(problem.slots) + len(problem.capacity)
    ends = (problem.request, problem.volunteer + len(problem.slots))
    links = coo_array((np.ones(len(problem), np.int8), ends), shape=(n_nodes, n_nodes))
    component = connected_components(links, directed=False)[1][problem.request]
    sizes = np.bincount(component)
    if sizes.max() > len(problem) // 2:
        return
    group = ((np.cumsum(sizes) - sizes) // PART)[component]
    order = np.argsort(group, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _repair(part: Problem, taken: BoolArray, prices: Prices, gain: int, solve: Solve) -> BoolArray | None:
    """The choice after missed pairs were let in: what they could change is solved again, the rest stays.

    Measured by prices, a change that begins with a missed pair gains no more than that pair's worth beyond its prices,
    at most `gain`; pairs further away than that are not looked at. Should that have been too narrow, the
    proof fails and the whole pool is solved.
    """
    slack = prices[0][part.request] + prices[1][part.volunteer] - part.weight
    missed = (slack < 0) & ~taken
    inside = np.flatnonzero(_within_gain(part, taken, missed, prices, slack, gain))
    stays = taken.copy()
    stays[inside] = False
    used_r, used_v = part.used(stays)
    again = Problem(
        part.weight[inside], part.request[inside], part.volunteer[inside], part.slots - used_r, part.capacity - used_v
    )
    answer = solve(again.renumbered())
    if answer is None:
        return None
    stays[inside] = answer
    return stays


def _within_gain(
    part: Problem, taken: BoolArray, missed: BoolArray, prices: Prices, slack: IntArray, gain: int
) -> BoolArray:
    """Pairs that a change that pays off might take or give up.

    Nodes are requests, volunteers, one that stands for "nobody" and one to begin from; an arc is a step of a change
    (take a pair, give one up, leave a slot or a place empty, fill an empty one) and as long as what it costs at these
    prices, never less than 0. A change that begins with a missed pair must return to it at less than its gain; the
    missed pairs of less gain begin that much further away.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n_requests, n_volunteers = len(part.slots), len(part.capacity)
    nobody, origin = n_requests + n_volunteers, n_requests + n_volunteers + 1
    price_r, price_v = prices
    used_r, used_v = part.used(taken)
    request, volunteer = part.request, part.volunteer + n_requests
    takes = (slack < gain) & ~taken & ~missed
    has_r, room_r = np.flatnonzero(used_r), np.flatnonzero(used_r < part.slots)
    has_v, room_v = np.flatnonzero(used_v), np.flatnonzero(used_v < part.capacity)
    # Of several missed pairs of one volunteer the one of greatest gain counts; a sparse graph would add them up.
    first = np.full(n_volunteers, gain, np.int64)
    np.minimum.at(first, part.volunteer[missed], gain + slack[missed])
    starts = np.unique(part.volunteer[missed])
    steps = [
        (request[takes], volunteer[takes], slack[takes]),
        (volunteer[taken], request[taken], -slack[taken]),
        (has_r, np.full(len(has_r), nobody), price_r[has_r]),
        (np.full(len(room_r), nobody), room_r, np.zeros(len(room_r), np.int64)),
        (np.full(len(has_v), nobody), has_v + n_requests, price_v[has_v]),
        (room_v + n_requests, np.full(len(room_v), nobody), np.zeros(len(room_v), np.int64)),
        (np.full(len(starts), origin), starts + n_requests, first[starts]),
    ]
    tail, head, cost = (np.concatenate(column) for column in zip(*steps, strict=True))
    is_short = cost < gain
    size = (origin + 1, origin + 1)
    graph = csr_array((cost[is_short] + A_STEP, (tail[is_short], head[is_short])), shape=size)
    there = dijkstra(graph, indices=origin, limit=gain)
    back = dijkstra(graph.T.tocsr(), indices=np.unique(request[missed]), min_only=True, limit=gain)
    by_taking = there[request] + slack + back[volunteer] < gain
    by_giving_up = there[volunteer] - slack + back[request] < gain
    pays: BoolArray = missed | np.where(taken, by_giving_up, by_taking)
    return pays
