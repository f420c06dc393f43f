"""From a problem to a proven choice, looking closely at a few pairs and briefly at all the others.

Most pairs are never in question: somebody nearer has time. So the solver gets the best few pairs of every request,
and of every volunteer where those are scarce. Its prices are then held against *all* pairs: where none is worth more
than the prices of its two ends, the choice is optimal for all of them (weak duality; Dantzig & Wolfe 1960 call it
pricing). Where some are, they are let in one by one; where those are too many, all pairs are solved together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Final

import numpy as np

from matching.assignment_paths import let_in
from matching.assignment_problem import BoolArray, Prices, Problem
from matching.assignment_proof import find_prices
from matching.geography import IntArray

Solve = Callable[[Problem], BoolArray | None]
Found = tuple[BoolArray, Prices | None]  # which pairs are taken, and what proves it

FEW: Final = 2_000  # pairs up to which narrowing costs more than it saves
BEST_IF_PLENTY: Final = 14  # pairs of each request, on top of its slots, where there are places enough
BEST_IF_EVEN: Final = 20  # the same where there are just about, and for volunteers: changes reach furthest
BEST_IF_SCARCE: Final = 14  # the same where there are far too few
PLENTY: Final = 1.25  # places for a slot from which on there are enough
SCARCE: Final = 0.85  # up to which there are far too few
WORTH_NARROWING: Final = 0.7  # above this share of all pairs, all are solved at once
SEVERAL: Final = 100_000  # pairs from which on it pays to look for parts that have nothing to do with each other
PART: Final = 20_000  # pairs solved together, where they can be taken apart


def find_choice(problem: Problem, solve: Solve, *, executor: Executor | None = None) -> Found | None:
    """The best choice that `solve` leads to, with the prices that prove it; None where it has no valid answer."""
    for pool in (_promising(problem), np.arange(len(problem))):
        part = problem if len(pool) == len(problem) else problem.only(pool)
        taken = _solve_apart(part, solve, executor)
        if taken is None or not part.keeps_limits(taken):
            return None
        prices = find_prices(part, taken)
        if part is problem:
            return taken, prices
        among = _among_all(problem, pool, taken)
        if prices is None:
            return among, None
        if found := let_in(problem, among, prices):
            return found
    raise AssertionError("the last pool is all pairs")  # pragma: no cover


def _among_all(problem: Problem, pool: IntArray, taken: BoolArray) -> BoolArray:
    among = np.zeros(len(problem), dtype=bool)
    among[pool[taken]] = True
    return among


def _promising(problem: Problem) -> IntArray:
    """Positions of the pairs that are among the best of their request, or of their volunteer where those are scarce."""
    if len(problem) > FEW:
        places = problem.capacity.sum() / max(1, problem.slots.sum())
        is_plenty = places >= PLENTY
        few = BEST_IF_PLENTY if is_plenty else BEST_IF_SCARCE if places <= SCARCE else BEST_IF_EVEN
        best = problem.weight >= _nth_best(problem.weight, problem.request, few + problem.slots)
        if not is_plenty:
            best |= problem.weight >= _nth_best(problem.weight, problem.volunteer, few + problem.capacity)
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
    return found.take(row)


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
