"""From a choice that is best among some pairs to one that is best among all, one missed pair at a time.

A choice and the prices that prove it among some pairs leave others out. Where a pair left out is worth more than the
prices of its two ends, taking it may pay: if those it drives away find another way at less cost than it gains. Measured
by the prices no step of such a way costs less than nothing, so the cheapest way is a shortest path, and its lengths are
what the prices must change by to hold for the missed pair as well (Ahuja, Magnanti & Orlin 1993, ch. 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.assignment_problem import BoolArray, Prices, Problem
from matching.assignment_proof import are_prices
from matching.geography import IntArray

ROUNDS: Final = 12
REACH: Final = 3  # times the most that can be gained: prices change a little with every pair that is let in
PATIENCE: Final = 30  # looks at every pair, more or less, above which solving again is quicker


def let_in(problem: Problem, taken: BoolArray, prices: Prices) -> tuple[BoolArray, Prices] | None:
    """The best choice among all pairs and the prices that prove it, from those among some; None where that is too much.

    `prices` prove `taken` but for pairs not taken that are worth more than the prices of their ends.
    """
    taken, price_r, price_v = taken.copy(), prices[0].copy(), prices[1].copy()
    for _ in range(ROUNDS):
        slack = price_r.take(problem.request)
        slack += price_v.take(problem.volunteer)
        slack -= problem.weight
        of_taken = slack[taken]
        slack[taken] = 0
        missed = np.flatnonzero(slack < 0)
        if not len(missed):
            proves = (of_taken <= 0).all() and are_prices(problem, taken, (price_r, price_v))
            return (taken, (price_r, price_v)) if proves else None
        # What is further from its prices than can be gained is on no way that pays, as long as prices stay about as
        # they are; whether that was so is looked at in the next round.
        gains = -slack[missed]
        near = np.flatnonzero((slack < min(int(gains.sum()), REACH * int(gains.max()))) | taken)
        if len(missed) * len(near) > PATIENCE * len(problem):
            return None
        among = _Among(problem.only(near), taken[near], price_r, price_v)
        for at in np.searchsorted(near, missed[np.argsort(-gains, kind="stable")]).tolist():
            among.take(at)
        taken[near] = among.taken
    return None


@dataclass
class _Among:
    """Some pairs, which of them are taken, and prices, which change in place."""

    problem: Problem
    taken: BoolArray
    price_r: IntArray
    price_v: IntArray

    def take(self, missed: int) -> None:
        """Take a pair if the cheapest way to make room for it costs less than it gains; change prices either way."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        problem, n_requests = self.problem, len(self.problem.slots)
        nobody = n_requests + len(problem.capacity)
        request, volunteer = int(problem.request[missed]), int(problem.volunteer[missed])
        gain = int(problem.weight[missed] - self.price_r[request] - self.price_v[volunteer])
        if gain <= 0 or self.taken[missed]:
            return
        tail, head, cost, pair = self._steps(gain)
        steps = csr_array((cost.astype(np.float64), (tail, head)), shape=(nobody + 1, nobody + 1))
        far, before = dijkstra(steps, indices=n_requests + volunteer, limit=gain, return_predecessors=True)
        reached = int(min(far[request], gain))
        by = np.minimum(far, reached).astype(np.int64)
        self.price_r += by[:n_requests] - by[nobody]
        self.price_v -= by[n_requests:nobody] - by[nobody]
        # Only who has nothing yet can have come out below 0, and for them 0 is as good.
        np.maximum(self.price_r, 0, out=self.price_r)
        np.maximum(self.price_v, 0, out=self.price_v)
        if reached < gain:
            self.taken[missed] = True
            at = request
            while at != n_requests + volunteer:
                step = int(pair[(tail == before[at]) & (head == at)][0])
                if step >= 0:
                    self.taken[step] ^= True
                at = int(before[at])

    def _steps(self, gain: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Every step of a change that costs less than `gain`: from, to, cost, and the pair it takes or gives up (−1 for
        none). Nodes are requests, volunteers and "nobody", who leaves a slot or a place empty or takes it."""
        problem, n_requests = self.problem, len(self.problem.slots)
        nobody = n_requests + len(problem.capacity)
        used_r, used_v = problem.used(self.taken)
        slack = self.price_r[problem.request] + self.price_v[problem.volunteer] - problem.weight
        takes = np.flatnonzero((slack >= 0) & (slack < gain) & ~self.taken)
        gives = np.flatnonzero(self.taken & (slack > -gain))
        has_r = np.flatnonzero((used_r > 0) & (self.price_r < gain))
        has_v = np.flatnonzero((used_v > 0) & (self.price_v < gain))
        room_r, room_v = np.flatnonzero(used_r < problem.slots), np.flatnonzero(used_v < problem.capacity)
        kinds = (
            (problem.request[takes], problem.volunteer[takes] + n_requests, slack[takes], takes),
            (problem.volunteer[gives] + n_requests, problem.request[gives], -slack[gives], gives),
            _all_at(has_r, nobody, self.price_r[has_r], is_from=True),
            _all_at(room_r, nobody, np.zeros(len(room_r), np.int64), is_from=False),
            _all_at(has_v + n_requests, nobody, self.price_v[has_v], is_from=False),
            _all_at(room_v + n_requests, nobody, np.zeros(len(room_v), np.int64), is_from=True),
        )
        tail, head, cost, pair = (np.concatenate(column) for column in zip(*kinds, strict=True))
        return tail, head, cost, pair


def _all_at(node: IntArray, other: int, cost: IntArray, *, is_from: bool) -> tuple[IntArray, ...]:
    others = np.full(len(node), other)
    ends = (node, others) if is_from else (others, node)
    return *ends, cost, np.full(len(node), -1)
