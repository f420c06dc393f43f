"""The assignment in whole numbers: what the solvers, the proof and the search share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.geography import IntArray

BoolArray = NDArray[np.bool_]
Prices = tuple[IntArray, IntArray]  # of requests' slots and of volunteers' places, in micro-points


@dataclass(frozen=True)
class Problem:
    """Only pairs worth choosing: `weight` (micro-points, above 0), `request` and `volunteer` per pair; limits beside
    them, clipped to one more than can be used."""

    weight: IntArray
    request: IntArray
    volunteer: IntArray
    slots: IntArray
    capacity: IntArray

    @classmethod
    def of(
        cls, weight: IntArray, request: IntArray, volunteer: IntArray, slots: IntArray, capacity: IntArray
    ) -> Problem:
        """With the limits clipped."""
        return cls(
            weight,
            request,
            volunteer,
            np.minimum(slots, np.bincount(request, minlength=len(slots)) + 1),
            np.minimum(capacity, np.bincount(volunteer, minlength=len(capacity)) + 1),
        )

    def __len__(self) -> int:
        return len(self.weight)

    def only(self, pairs: IntArray | BoolArray) -> Problem:
        """The same limits, and these pairs."""
        return Problem(self.weight[pairs], self.request[pairs], self.volunteer[pairs], self.slots, self.capacity)

    def renumbered(self) -> Problem:
        """Only the requests and volunteers that have a pair, numbered anew."""
        requests, request = _numbered(self.request, len(self.slots))
        volunteers, volunteer = _numbered(self.volunteer, len(self.capacity))
        return Problem(self.weight, request, volunteer, self.slots[requests], self.capacity[volunteers])

    def used(self, taken: BoolArray) -> tuple[IntArray, IntArray]:
        """How many of the taken pairs each request and each volunteer is part of."""
        return (
            np.bincount(self.request[taken], minlength=len(self.slots)),
            np.bincount(self.volunteer[taken], minlength=len(self.capacity)),
        )

    def keeps_limits(self, taken: BoolArray) -> bool:
        """Whether nobody is part of more taken pairs than they may be."""
        used_r, used_v = self.used(taken)
        return bool((used_r <= self.slots).all() and (used_v <= self.capacity).all())


def _numbered(ends: IntArray, n_nodes: int) -> tuple[IntArray, IntArray]:
    """The nodes that occur, ascending, and for each end its place among them."""
    occurs = np.zeros(n_nodes, dtype=bool)
    occurs[ends] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[ends]
