"""The proof of an assignment: prices under which no other choice could be worth more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.assignment_problem import BoolArray, Prices, Problem
from matching.geography import IntArray


def find_prices(problem: Problem, taken: BoolArray) -> Prices | None:
    """Prices y of requests and z of volunteers that prove a choice optimal, or None where there are none.

    y, z ≥ 0, and 0 where a limit has room; y + z ≥ weight for a pair left out, ≤ weight for one chosen. These are
    the conditions of complementary slackness. With b = −z they are differences, and the least solution is the
    longest path from a node that stands for 0; it is missing exactly where a cycle of positive length shows how to
    improve the choice. Each pass settles one more change of partner along those paths.
    """
    weight, request, volunteer = problem.weight, problem.request, problem.volunteer
    used_r, used_v = problem.used(taken)
    has_room_r = used_r < problem.slots
    # Whoever is full has a chosen pair, whose weight bounds the price; so any low enough floor is none.
    is_full = (used_v == problem.capacity) & (used_v > 0)
    floor = np.where(is_full, -int(weight.max(initial=0)), 0).astype(np.int64)
    left, used = np.flatnonzero(~taken), np.flatnonzero(taken)
    out = _Grouped.by(request.take(left), volunteer.take(left), weight.take(left), len(problem.slots))
    back = _Grouped.by(volunteer.take(used), request.take(used), -weight.take(used), len(problem.capacity))
    start = np.zeros(len(problem.slots), np.int64)
    price_r = start
    for _ in range(len(used) + 2):
        price_v = back.longest(price_r, floor)
        following = out.longest(price_v, start)
        if (price_v > 0).any() or (following[has_room_r] > 0).any():
            return None
        if (following == price_r).all():
            return following, -price_v
        price_r = following
    return None


def are_prices(problem: Problem, taken: BoolArray, prices: Prices) -> bool:
    """Whether prices are at least 0, and 0 where a limit has room."""
    return all(
        bool((used <= limit).all() and (price >= 0).all() and not price[used < limit].any())
        for used, limit, price in zip(problem.used(taken), (problem.slots, problem.capacity), prices, strict=True)
    )


@dataclass(frozen=True)
class _Grouped:
    """Arcs sorted by the node they lead to."""

    heads: IntArray
    starts: IntArray
    tails: IntArray
    weight: IntArray

    @classmethod
    def by(cls, head: IntArray, tail: IntArray, weight: IntArray, n_nodes: int) -> _Grouped:
        if len(head) and (head[1:] < head[:-1]).any():
            order = np.argsort(head, kind="stable")
            head, tail, weight = head[order], tail[order], weight[order]
        counts = np.bincount(head, minlength=n_nodes)
        heads = np.flatnonzero(counts)
        starts = (np.cumsum(counts) - counts)[heads]
        return cls(heads, starts, tail, weight)

    def longest(self, at_tail: IntArray, floor: IntArray) -> IntArray:
        """For each node the greatest of its floor and what its arcs bring."""
        best = floor.copy()
        if len(self.heads):
            along = at_tail.take(self.tails)
            along += self.weight
            brought = np.maximum.reduceat(along, self.starts)
            best[self.heads] = np.maximum(best[self.heads], brought)
        return best
