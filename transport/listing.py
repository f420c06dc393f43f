"""Every duty within some cost at the prices last asked for: what the choice of the best plan is made among.

Backwards from the last task: what is known of the way from home to each state says exactly whether a partial duty can
still be finished cheaply enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.geography import FloatArray, IntArray
from transport.pricing import Found, Network
from transport.problem import Deadline

NOISE: Final = 1e-6  # metres; prices are floating-point numbers
MOST_EXPANDED_AT_ONCE: Final = 2_000_000


def listed(
    network: Network, closed: FloatArray, room: IntArray, below: float, most: int, deadline: Deadline
) -> list[Found] | None:
    """Every duty of at most `room` rides, shape (n_shifts,), that costs at most `below`; None where they are more
    than `most`. `closed` is what the network answered at its last prices. Raises OutOfTime."""
    return _Listing(network, closed, room, below + NOISE, most, deadline).run()


@dataclass(slots=True)
class _Labels:
    """Ends of duties: from `task`, started by `offset`, to home, costing `after` beyond the task itself."""

    column: IntArray
    task: IntArray
    offset: IntArray
    after: FloatArray
    rides: IntArray
    parent: IntArray  # position in the layer before
    legs: NDArray[np.uint64] | None


class _Listing:
    def __init__(
        self, network: Network, closed: FloatArray, room: IntArray, below: float, most: int, deadline: Deadline
    ) -> None:
        self.net, self.arcs, self.closed, self.room = network, network.arcs, closed, room
        self.below, self.most, self.deadline = below, most, deadline
        model = network.model
        self.bits = self._leg_bits() if self.arcs.is_cyclic or bool((model.n_rides > 1).any()) else None
        n_levels, n = network.n_levels, len(network.shifts)
        self.reachable = network.least
        if network.most_rides is not None:
            by_level = network.least.reshape(-1, n_levels, n)
            self.reachable = np.minimum.accumulate(by_level, axis=1).reshape(-1, n_levels * n)

    def _leg_bits(self) -> NDArray[np.uint64]:
        model = self.net.model
        place = {index: at for at, index in enumerate(model.wanted)}
        bits = np.zeros((len(model.tasks), (len(place) + 63) // 64), dtype=np.uint64)
        for at, task in enumerate(model.tasks):
            for index in task.legs:
                bits[at, place[index] // 64] |= np.uint64(1 << (place[index] % 64))
        return bits

    def run(self) -> list[Found] | None:
        net = self.net
        task, column = np.nonzero(self.closed <= self.below)
        labels = _Labels(
            column=column,
            task=task,
            offset=net.close_row[task, column] - self.arcs.base[task],
            after=net.back_home[task, column] + net.prices.of_shift[net.shifts][column],
            rides=net.model.n_rides[task],
            parent=np.full(len(task), -1),
            legs=None if self.bits is None else self.bits[task],
        )
        layers: list[_Labels] = []
        found: list[Found] = []
        total = 0
        while len(labels.task):
            layers.append(labels)
            total += len(labels.task)
            self.deadline.check()
            if total > 4 * self.most:
                return None
            found += self._finished(layers)
            if len(found) > self.most:
                return None
            labels = _joined(self._extended(labels), labels)
        return found

    def _finished(self, layers: list[_Labels]) -> list[Found]:
        """The labels of the last layer from which the duty may begin."""
        net, labels = self.net, layers[-1]
        row = self.arcs.base[labels.task] + labels.offset
        cost = net.from_home[row, labels.column] + net.own[labels.task, labels.column] + labels.after
        found = []
        for at in np.flatnonzero(cost <= self.below).tolist():
            self.deadline.check()
            tasks: list[int] = []
            label = at
            for layer in reversed(layers):
                tasks.append(int(layer.task[label]))
                label = int(layer.parent[label])
            found.append(Found(int(net.shifts[labels.column[at]]), tuple(tasks), float(cost[at])))
        return found

    def _extended(self, labels: _Labels) -> list[_Labels]:
        """Each label with every task that may come before it and still leaves the duty cheap enough."""
        parts: list[_Labels] = []
        ends = np.cumsum(self.arcs.counts[labels.task])
        begin = 0
        while begin < len(labels.task):
            done = int(ends[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, done + MOST_EXPANDED_AT_ONCE, side="right")))
            self.deadline.check()
            parts.append(self._extended_slice(labels, begin, end))
            begin = end
        return parts

    def _extended_slice(self, labels: _Labels, begin: int, end: int) -> _Labels:
        net = self.net
        parent, arc = self.arcs.into(labels.task[begin:end])
        parent += begin
        fits = labels.offset[parent] >= self.arcs.least[arc]
        parent, arc = parent[fits], arc[fits]
        before, column, after_task = self.arcs.before[arc], labels.column[parent], labels.task[parent]
        offset = np.minimum(self.arcs.width[before], labels.offset[parent] + self.arcs.shift[arc])
        after = labels.after[parent] + net.own[after_task, column] + self.arcs.metres[arc]
        rides = labels.rides[parent] + net.model.n_rides[before]
        row = self.arcs.base[before] + offset
        if net.most_rides is None:
            reach = self.reachable[row, column]
        else:
            left = net.most_rides[column] - labels.rides[parent]
            level = np.clip(left - 1, 0, net.n_levels - 1)
            reach = self.reachable[row, level * len(net.shifts) + column]
        keep = (reach + after <= self.below) & (rides <= self.room[column])
        legs = None
        if self.bits is not None and labels.legs is not None:
            keep &= ~(labels.legs[parent] & self.bits[before]).any(axis=1)
            legs = labels.legs[parent][keep] | self.bits[before[keep]]
        return _Labels(column[keep], before[keep], offset[keep], after[keep], rides[keep], parent[keep], legs)


def _joined(parts: list[_Labels], before: _Labels) -> _Labels:
    if not parts:
        parts = [_empty(before)]
    return _Labels(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.task for part in parts]),
        np.concatenate([part.offset for part in parts]),
        np.concatenate([part.after for part in parts]),
        np.concatenate([part.rides for part in parts]),
        np.concatenate([part.parent for part in parts]),
        None if parts[0].legs is None else np.concatenate([part.legs for part in parts if part.legs is not None]),
    )


def _empty(like: _Labels) -> _Labels:
    none = np.empty(0, dtype=np.int64)
    legs = None if like.legs is None else like.legs[:0]
    return _Labels(none, none, none, np.empty(0), none, none, legs)
