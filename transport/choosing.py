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

from matching.geography import FloatArray, IntArray
from transport.master import LEAST_SOLVE_S, Column, Weights
from transport.model import BoolArray, Model
from transport.problem import Deadline
from transport.programme import WHOLE, Programme, Solved, Ties

TRIED_BRANCHES: Final = 6
TRIED_AGAIN: Final = 2  # of these
FEW_TRIED: Final = 3, 1  # where the bound is lowest first: there, more branches bring more than better ones
LOOKED_AT: Final = 40
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
        self.known = inf  # another's value, which the search has to be below too
        self.lowest = -inf  # no choice is below this, as far as is known by now
        self._scores: dict[tuple[int, int], float] = {}  # of branches, when they were tried

    def best(self, cutoff: float, *, lowest_first: bool = False) -> Choice:
        """The least value below the cutoff (a value that is known already). Deep first, or where the bound is lowest:
        then the bound rises soonest."""
        root = self.root(cutoff)
        return self.below(self.programme.nothing_off(), root, cutoff, lowest_first=lowest_first)

    def below(self, off: BoolArray, bound: float, cutoff: float, *, lowest_first: bool = False) -> Choice:
        """The same with some variables off, where nothing can be below the bound."""
        best: tuple[float, IntArray | None] = (cutoff, None)
        waiting = [_Node(off, bound, 0)]
        while waiting:
            if self.known < best[0]:
                best = self.known, None
            at = min(range(len(waiting)), key=lambda at: waiting[at].bound) if lowest_first else -1
            if lowest_first:
                self.lowest = min(best[0], waiting[at].bound)
            node = waiting.pop(at)
            if not is_below(node.bound, best[0]):
                continue
            solved = self.solve(node.off)
            if solved is None:
                waiting.append(node)
                break
            if not is_below(solved.value, best[0]):
                continue
            if solved.is_whole:
                if self.programme.drives_all():
                    best = solved.value, self.programme.chosen(solved.x)
                continue
            children = self._branch(node, solved, best[0], FEW_TRIED if lowest_first else (TRIED_BRANCHES, TRIED_AGAIN))
            if children is None:
                waiting.append(_Node(node.off, max(node.bound, solved.value), node.depth))
                break
            waiting += children
        bound = min([best[0], *(node.bound for node in waiting)])
        self.lowest = max(self.lowest, bound)
        chosen = None if best[1] is None else self._columns(best[1])
        return Choice(chosen, best[0], bound, is_proven=not waiting)

    def by_solver(self, variables: IntArray, cutoff: float, seconds: float) -> Choice | None:
        """A choice below the cutoff among these variables, from a general solver; None where it finds none."""
        left = self.deadline.left()
        found = None if left < LEAST_SOLVE_S else self.programme.whole(variables, min(seconds, left))
        if found is None or not is_below(found[0], cutoff):
            return None
        return Choice(self._columns(found[1]), found[0], -inf, is_proven=False)

    def root(self, cutoff: float) -> float:
        """Cuts, as long as any are broken, and makes the programme small again; few columns are chosen among sooner
        without. Returns the value."""
        value = -inf
        for _ in range(CUT_ROUNDS if self._has_cuts else 0):
            solved = self.solve(self.programme.nothing_off())
            if solved is None:
                return value
            value = solved.value
            if not is_below(value, cutoff) or not self.programme.cut(solved.x):
                self.programme.keep(solved.reduced <= KEPT * value)
                return value
        return value

    def _columns(self, variables: IntArray) -> tuple[Column, ...]:
        return tuple(self.columns[at] for at in variables.tolist() if at < len(self.columns))

    def shares(self, x: FloatArray) -> FloatArray:
        """How much of each leg each shift drives, shape (n_legs, n_shifts + 1); the last is left out."""
        share = np.zeros((self._n_legs, self._n_shifts + 1))
        self.programme.add_shares(share, x)
        return share

    def solve(self, off: BoolArray) -> Solved | None:
        """The programme with these variables off; None without time."""
        self.n_solved += 1
        return self.programme.solve(off, self.deadline)

    def _branch(
        self, node: _Node, solved: Solved, cutoff: float, tried_branches: tuple[int, int]
    ) -> list[_Node] | None:
        """The two sides of the branch that moves the value most, the more promising one last."""
        off = node.off | (solved.reduced > cutoff - solved.value)
        best: tuple[float, list[_Node]] = (-1.0, [])
        for leg, shift in self._candidates(solved.x, *tried_branches):
            sides = []
            for inside in (False, True):
                side = off | self.programme.against(leg, shift, inside=inside)
                tried = self.solve(side)
                if tried is None:
                    return None
                sides.append(_Node(side, max(node.bound, tried.value), node.depth + 1))
            moves = [max(min(side.bound, cutoff) - solved.value, 1e-3) for side in sides]
            score = min(moves) * (max(moves) ** 0.5)
            self._learn(leg, shift, score)
            sides = [side for side in sides if is_below(side.bound, cutoff)]
            if len(sides) < 2:
                return sides
            if score > best[0]:
                best = score, sorted(sides, key=lambda side: -side.bound)
        return best[1]

    def _learn(self, leg: int, shift: int, score: float) -> None:
        before = self._scores.get((leg, shift), score)
        self._scores[leg, shift] = (before + score) / 2

    def _candidates(self, x: FloatArray, most: int, again: int) -> list[tuple[int, int]]:
        """(leg, shift) pairs that are driven in part; a shift too many means left out. Those that moved the value most
        when they were tried before, and the most undecided of those that never were."""
        share = self.shares(x)
        undecided = np.minimum(share, 1 - share)
        order = np.argsort(-undecided, axis=None, kind="stable")[:LOOKED_AT]
        legs, shifts = np.unravel_index(order, share.shape)
        pairs = [
            (int(leg), int(shift)) for leg, shift in zip(legs, shifts, strict=True) if undecided[leg, shift] > WHOLE
        ]
        known = sorted((pair for pair in pairs if pair in self._scores), key=lambda pair: -self._scores[pair])
        new = [pair for pair in pairs if pair not in self._scores]
        chosen = known[:again]
        return chosen + new[: most - len(chosen)]


def is_below(bound: float, cutoff: float) -> bool:
    """Whether a whole number at least `bound` can be below the cutoff."""
    return bound < cutoff - 0.5 and (bound == -inf or ceil(bound - 1e-4) < cutoff - 0.5)
