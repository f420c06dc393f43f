"""Pricing with as little counting as will do: states that count rides are many times as many as states that don't.

A driver drives no more rides than there is room for. A duty priced without counting costs no more than one that keeps
to it, so it bounds; and where the cheapest duty keeps to it anyway, it is the cheapest. Only shifts whose cheapest duty
doesn't are priced with counting; while the prices are still wild these are many, and are left until few others are
found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.arcs import Arcs
from transport.listing import listed
from transport.model import Model
from transport.pricing import Found, Network, Prices
from transport.problem import Deadline


class Counting:
    """All shifts of a model. Everything here raises OutOfTime."""

    def __init__(self, model: Model, deadline: Deadline) -> None:
        self.model, self.deadline = model, deadline
        self.room: IntArray = np.array([model.room[shift.driver] for shift in model.shifts], dtype=np.int64)
        every = np.arange(len(model.shifts))
        self._plain: Network | None = None
        self._counted: Network | None = None
        if not model.tasks or not model.shifts:
            return
        self._arcs = Arcs(model, deadline)
        if self._arcs.is_cyclic:
            self._counted = self._counting(every, np.minimum(self.room, _most_in_window(model)))
        else:
            self._plain = Network(model, self._arcs, every, None, deadline)

    def price(self, prices: Prices, *, each: int, below: float) -> tuple[float, list[Found]]:
        """What all shifts together can save at these prices, at most (0 or less), and duties that cost less than
        `below`, up to `each` a shift."""
        if self._plain is None:
            if self._counted is None:
                return 0.0, []
            savings, found = _priced(self._counted, prices, each, below)
            return float(savings.sum()), found
        savings, found = _priced(self._plain, prices, each, below)
        fitting = [duty for duty in found if self._fits(duty)]
        over = self._over(found)
        if len(over) and len(over) >= len({duty.shift for duty in fitting}):
            self._counted = self._counting(over, self.room[over])
            savings[over], found = _priced(self._counted, prices, each, below)
            fitting = [duty for duty in fitting if duty.shift not in set(over.tolist())] + found
        return float(savings.sum()), fitting

    def within(self, prices: Prices, below: float, most: int, deadline: Deadline) -> list[Found] | None:
        """Every duty that costs at most `below` at these prices; None where they are more than `most`."""
        if self._plain is None:
            if self._counted is None:
                return []
            closed = self._counted.price(prices)
            return listed(self._counted, closed, self.room, below, most, deadline)
        closed = self._plain.price(prices)
        over = self._over(self._plain.duties(closed, each=1, below=below))
        closed[:, over] = np.inf
        found = listed(self._plain, closed, self.room, below, most, deadline)
        if found is None or not len(over):
            return found
        counted = self._counting(over, self.room[over])
        more = listed(counted, counted.price(prices), self.room[over], below, most - len(found), deadline)
        return None if more is None else found + more

    def _counting(self, shifts: IntArray, most: IntArray) -> Network:
        return Network(self.model, self._arcs, shifts, most, self.deadline)

    def _fits(self, duty: Found) -> bool:
        return int(self.model.n_rides[list(duty.tasks)].sum()) <= int(self.room[duty.shift])

    def _over(self, found: Sequence[Found]) -> IntArray:
        """Shifts whose cheapest duty has more rides than there is room for."""
        cheapest: dict[int, Found] = {}
        for duty in found:
            cheapest.setdefault(duty.shift, duty)
        return np.array([shift for shift, duty in cheapest.items() if not self._fits(duty)], dtype=np.int64)


def _priced(network: Network, prices: Prices, each: int, below: float) -> tuple[FloatArray, list[Found]]:
    closed = network.price(prices)
    savings: FloatArray = np.minimum(closed.min(axis=0), 0.0)
    return savings, network.duties(closed, each=each, below=below)


def _most_in_window(model: Model) -> IntArray:
    """The most rides there is time for in each shift, tasks repeated at will."""
    per_ride = float(np.min(model.length / model.n_rides))
    span = np.array([shift.end - shift.start for shift in model.shifts], dtype=np.float64)
    most: IntArray = np.full(len(model.shifts), len(model.wanted), dtype=np.int64)
    if per_ride > 0:
        most = np.minimum(most, np.floor(span / per_ride).astype(np.int64))
    most = np.maximum(most, 1)
    return most
