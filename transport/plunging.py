"""Whole plans from the listed duties of a larger day, quickly and by chance, each one better than the last.

A plunge decides which shift drives a ride where the linear programme has nearly decided that, solves it again, and so
on; what some shifts still share among them is left to a choice: many shifts and a few seconds of a general solver, or
few shifts and our own branch and bound. Nothing is priced, and a little chance in the order leads to other plans. Every
second plunge leans towards the best plan, so that it looks for a better one near it (Danna, Rothberg & Le Pape 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Final

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.choosing import Choice, Choosing, is_below
from transport.master import Column, Weights
from transport.model import BoolArray, Model
from transport.problem import Deadline
from transport.programme import WHOLE
from transport.tours import Route

DECIDED: Final = 0.7  # of a ride in one shift
MOST_DECIDED: Final = 25  # at once
LEAST_DECIDED: Final = 2
CHANCE: Final = 0.15  # of a ride, more or less
LEANS: Final = 0.4  # of a ride, for being driven so in the best plan
BY_CHOICE: Final = 30  # shifts that are left to branch and bound
CHOICE_S: Final = 0.7
SOLVER_EVERY: Final = 6  # plunges; so many of them, the first ones, end sooner:
SOLVER_TIMES: Final = 4
BY_SOLVER: Final = 55  # shifts are then left to a general solver; with more it takes longer and as often finds nothing
SOLVER_S: Final = 1.5
GIVEN: Final = 3_000  # of the cheapest duties
FURTHEST: Final = 0.05  # of the value above the linear programme; what is further away isn't worth going on with


class Plunging:
    """Choices among columns of a model with `unserved` rides left out. `begin` are positions of columns to begin with.

    Every value leaves the weight of the unserved rides out.
    """

    def __init__(
        self,
        model: Model,
        weights: Weights,
        columns: Sequence[Column],
        unserved: int,
        deadline: Deadline,
        begin: IntArray,
    ) -> None:
        self.deadline = deadline
        self._choosing = Choosing(model, weights, columns, unserved, deadline, begin=begin)
        self._leg = {index: at for at, index in enumerate(model.wanted)}
        self._shift = {shift: at for at, shift in enumerate(model.shifts)}
        self._rng = np.random.default_rng(0)
        self._furthest: float | None = None
        self._times = 0

    def better(self, cutoff: float, best: Sequence[Route]) -> Choice | None:
        """A choice below the cutoff, which is the value of the best plan if there is one; without one the plunge is the
        quick kind. None where this plunge found none."""
        self._choosing.deadline = self.deadline
        if self._furthest is None:
            root = self._choosing.root(inf)
            self._furthest = (1 + FURTHEST) * root if isfinite(root) else inf  # few columns aren't solved beforehand
        is_by_solver = bool(best) and self._times % SOLVER_EVERY < SOLVER_TIMES
        leaning = LEANS * self._driven(best) if best and self._times % 2 == 0 else None
        self._times += bool(best)
        off = self._choosing.programme.nothing_off()
        while (solved := self._choosing.solve(off)) is not None:
            if not is_below(solved.value, min(cutoff, self._furthest)):
                return None
            share = self._choosing.shares(solved.x)
            undecided = (share > WHOLE) & (share < 1 - WHOLE)
            n_undecided = np.count_nonzero(undecided[:, :-1].any(axis=0))
            if is_by_solver and n_undecided <= BY_SOLVER:
                possible = np.flatnonzero(~off & (solved.reduced <= cutoff - solved.value))
                cheapest = possible[np.argsort(solved.reduced[possible], kind="stable")[:GIVEN]]
                return self._choosing.by_solver(cheapest, cutoff, SOLVER_S)
            if solved.is_whole or n_undecided <= BY_CHOICE:
                self._choosing.deadline = self.deadline.sooner(CHOICE_S)
                choice = self._choosing.below(off, solved.value, cutoff)
                return None if choice.columns is None else choice
            off = off | (solved.reduced > cutoff - solved.value)
            for leg, shift in self._decided(share if leaning is None else share + leaning, undecided):
                off |= self._choosing.programme.against(leg, shift, inside=True)
        return None

    def _decided(self, share: FloatArray, undecided: BoolArray) -> list[tuple[int, int]]:
        """(leg, shift) pairs to decide next: those nearly decided, or else the two nearest to it."""
        legs, shifts = np.nonzero(undecided)
        known = share[legs, shifts]
        order = np.argsort(-(known + self._rng.uniform(0, CHANCE, len(known))), kind="stable")
        near = order[known[order] >= DECIDED][:MOST_DECIDED]
        chosen = near if len(near) else order[:LEAST_DECIDED]
        return [(int(legs[at]), int(shifts[at])) for at in chosen]

    def _driven(self, routes: Sequence[Route]) -> FloatArray:
        """1 for the shift in which a leg is driven, shape (n_legs, n_shifts + 1); the last is left out."""
        driven = np.zeros((len(self._leg), len(self._shift) + 1))
        driven[:, -1] = 1
        for route in routes:
            for index in route.legs:
                driven[self._leg[index], -1] = 0
                driven[self._leg[index], self._shift[route.shift]] = 1
        return driven
