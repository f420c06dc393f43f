"""Which duty would help most at these prices: exact, for all shifts at once.

States are (task, offset): the best partial duty that can start the task by `first + offset`. Prices on rides make some
drives worth more than their metres; the cheapest duty of a shift is a shortest path from home to home over the
states. All shifts are columns of the same arrays, so a task costs a handful of array operations however many drivers
there are.

Where no task can come both before and after another, tasks are taken in that order, and a ride cannot be driven twice.
Otherwise, and where a driver's number of rides may bind, states also count rides. A path may then visit a ride
twice, which only makes the bound weaker; `enumerated` returns no such path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.geography import FloatArray, IntArray
from transport.model import BoolArray, Model
from transport.problem import Deadline

FAR: Final = np.inf
NOISE: Final = 1e-6  # metres; prices are floating-point numbers
MOST_EXPANDED_AT_ONCE: Final = 2_000_000


class Arcs:
    """Which task can follow which, and when: s and least are in offsets of the task that follows.

    The task before may start by its offset min(width, p + s) where the task after starts by offset p >= least.
    """

    def __init__(self, model: Model) -> None:
        minutes = model.day.minutes[np.ix_(model.end, model.start)]
        self.metres = model.day.metres[np.ix_(model.end, model.start)]
        possible: BoolArray = model.reach[:, None] + minutes <= model.last[None, :]
        np.fill_diagonal(possible, False)
        possible &= (model.allowed.astype(np.float32) @ model.allowed.astype(np.float32).T) > 0
        self._part_legs(model, possible)
        self.order, self.is_cyclic = _order(possible, model.first)
        self.shift = model.first[None, :] - minutes - (model.length + model.first)[:, None]
        self.least = np.maximum(np.maximum(0, -self.shift), model.reach[:, None] + minutes - model.first[None, :])
        self.possible = possible & (self.least <= (model.last - model.first)[None, :])

    @staticmethod
    def _part_legs(model: Model, possible: BoolArray) -> None:
        """A leg isn't driven twice in a row."""
        with_leg: dict[int, list[int]] = {}
        for at, task in enumerate(model.tasks):
            for index in task.legs:
                with_leg.setdefault(index, []).append(at)
        for tasks in with_leg.values():
            if len(tasks) > 1:
                possible[np.ix_(tasks, tasks)] = False


def _order(possible: BoolArray, first: IntArray) -> tuple[IntArray, bool]:
    """Tasks so that none comes before one it can follow; and whether there is no such order."""
    order = np.argsort(first, kind="stable")
    if not np.tril(possible[np.ix_(order, order)]).any():
        return order, False
    before = possible.sum(axis=0)
    ready: list[int] = np.flatnonzero(before == 0).tolist()
    found: list[int] = []
    while ready:
        at = ready.pop()
        found.append(at)
        before = before - possible[at]
        ready += np.flatnonzero(possible[at] & (before == 0)).tolist()
    if len(found) < len(first):
        return order, True
    return np.array(found, dtype=np.int64), False


@dataclass(frozen=True, slots=True)
class Prices:
    """What duties are charged with: `of_task`, shape (n_tasks,), to start with (metres, less what its rides are worth);
    `of_ride`, shape (n_shifts,), metres for each ride in that shift; `of_shift`, shape (n_shifts,), for using it."""

    of_task: FloatArray
    of_ride: FloatArray
    of_shift: FloatArray


@dataclass(frozen=True, slots=True)
class Found:
    """A duty by positions of shift and tasks, and what it costs at the prices asked for."""

    shift: int
    tasks: tuple[int, ...]
    cost: float


class Network:
    """The states of some shifts of a model. With `most_rides`, shape (n_shifts,), states count rides up to that."""

    def __init__(
        self, model: Model, arcs: Arcs, shifts: IntArray, most_rides: IntArray | None, deadline: Deadline
    ) -> None:
        self.model, self.arcs, self.shifts, self.deadline = model, arcs, shifts, deadline
        self.most_rides = most_rides
        self.n_levels = 1 if most_rides is None else max(1, int(most_rides.max(initial=1)))
        self._n = len(shifts)
        self.width = model.last - model.first
        self.base = np.concatenate([[0], np.cumsum(self.width + 1)])
        self._task_of_row = np.repeat(np.arange(len(model.tasks)), self.width + 1)
        self._nowhere = int(self.base[-1])  # a row of states that can't be reached
        self._lay_arcs()
        self._lay_homes()
        self.least: FloatArray = np.empty((0, 0))
        self._prices = Prices(np.empty(0), np.empty(0), np.empty(0))

    def _lay_arcs(self) -> None:
        """By task: the rows of what may come before, apart those for which the offset doesn't matter."""
        self._loose: list[tuple[IntArray, FloatArray]] = []
        self._tight: list[tuple[IntArray, FloatArray]] = []
        self.before: list[IntArray] = []
        arcs, width = self.arcs, self.width
        for at in range(len(self.model.tasks)):
            self.deadline.check()
            before = np.flatnonzero(arcs.possible[:, at])
            self.before.append(before)
            shift, least = arcs.shift[before, at], arcs.least[before, at]
            metres = arcs.metres[before, at].astype(np.float64)
            is_loose = (least == 0) & (shift >= width[before])
            loose = before[is_loose]
            self._loose.append((self.base[loose] + width[loose], metres[is_loose][:, None]))
            tight, shift, least = before[~is_loose], shift[~is_loose], least[~is_loose]
            offsets = np.arange(width[at] + 1)
            rows = self.base[tight][:, None] + np.minimum(width[tight][:, None], offsets[None, :] + shift[:, None])
            rows = np.where(offsets[None, :] >= least[:, None], rows, self._nowhere)
            self._tight.append((rows, metres[~is_loose][:, None, None]))

    def _lay_homes(self) -> None:
        """From home to each state, and from each task home, by shift."""
        model, day = self.model, self.model.day
        chosen = [model.shifts[at] for at in self.shifts.tolist()]
        home = np.array([shift.home for shift in chosen], dtype=np.int64)
        start = np.array([shift.start for shift in chosen], dtype=np.int64)
        end = np.array([shift.end for shift in chosen], dtype=np.int64)
        self.allowed = model.allowed[:, self.shifts]
        out_minutes, out_metres = day.minutes[np.ix_(home, model.start)].T, day.metres[np.ix_(home, model.start)].T
        self.home_least = np.maximum(0, start[None, :] + out_minutes - model.first[:, None])
        self.home_least[~self.allowed] = 10**9
        rows = self._task_of_row
        offset = np.arange(len(rows)) - self.base[rows]
        self.from_home = np.where(offset[:, None] >= self.home_least[rows], out_metres[rows].astype(np.float64), FAR)
        back_minutes = day.minutes[np.ix_(model.end, home)]
        latest = end[None, :] - back_minutes
        by = np.minimum(latest - (model.length + model.first)[:, None], self.width[:, None])
        possible = (by >= 0) & (model.reach[:, None] <= latest) & self.allowed
        self.close_row = np.where(possible, self.base[:-1][:, None] + by, self._nowhere)
        self.back_home = day.metres[np.ix_(model.end, home)].astype(np.float64)

    def price(self, prices: Prices) -> FloatArray:
        """The cheapest duty that ends with each task, shape (n_tasks, n_shifts); FAR where there is none.

        Raises OutOfTime.
        """
        self._prices = prices
        columns = self._n * self.n_levels
        own = prices.of_task[:, None] + self.model.n_rides[:, None] * prices.of_ride[self.shifts][None, :]
        self.own = np.where(self.allowed, own, FAR)
        self.least = np.full((self._nowhere + 1, columns), FAR)
        order = self.arcs.order.tolist()
        if self.most_rides is None:
            for at in order:
                self._relax(at, 0, columns, 0)
        elif not self.arcs.is_cyclic:
            for at in order:
                step = int(self.model.n_rides[at]) * self._n
                self._relax(at, 0, columns - step, step)
        else:
            for level in range(self.n_levels):
                for at in order:
                    step = int(self.model.n_rides[at]) * self._n
                    to = level * self._n
                    self._relax(at, max(0, to - step), max(0, to - step) + (self._n if to >= step else 0), step)
        if self.most_rides is None:
            ends = self.least[self.close_row, np.arange(self._n)[None, :]]
        else:
            too_many = np.arange(self.n_levels)[:, None] >= self.most_rides[None, :]
            self.least[:, too_many.ravel()] = FAR
            cells = np.arange(self._n)[None, :]
            ends = self.least[self.close_row, cells]
            for level in range(1, self.n_levels):
                np.minimum(ends, self.least[self.close_row, level * self._n + cells], out=ends)
        closed: FloatArray = ends + self.back_home + prices.of_shift[self.shifts][None, :]
        return closed

    def _relax(self, at: int, begin: int, end: int, step: int) -> None:
        """The states of one task from those before it, columns begin to end, counted `step` columns further."""
        self.deadline.check()
        low, high = self.base[at], self.base[at + 1]
        block = self.least[low:high]
        own = self.own[at]
        first = max(0, step - self._n)  # the columns of a duty that begins with this task
        if first < block.shape[1] and (self.most_rides is None or not self.arcs.is_cyclic or begin == 0):
            home = self.from_home[low:high] + own
            np.minimum(block[:, first : first + self._n], home, out=block[:, first : first + self._n])
        if end <= begin:
            return
        spread = own if step == 0 or end - begin == self._n else np.tile(own, (end - begin) // self._n)
        target = block[:, begin + step : end + step]
        rows, metres = self._loose[at]
        if len(rows):
            best = (self.least[rows, begin:end] + metres).min(axis=0) + spread
            np.minimum(target, best, out=target)
        rows, metres = self._tight[at]
        if len(rows):
            best = (self.least[rows, begin:end] + metres).min(axis=0) + spread
            np.minimum(target, best, out=target)

    # --- the duties themselves -------------------------------------------------------------------------------------

    def duties(self, closed: FloatArray, *, each: int, below: float) -> list[Found]:
        """Up to `each` duties a shift, with different last tasks, that cost less than `below`; cheapest first."""
        found: list[Found] = []
        each = min(each, closed.shape[0])
        if each == 0:
            return found
        ends = np.argpartition(closed, each - 1, axis=0)[:each]
        for column in np.flatnonzero((closed < below).any(axis=0)).tolist():
            for at in sorted(ends[:, column].tolist(), key=lambda task: float(closed[task, column])):
                cost = float(closed[at, column])
                if cost < below:
                    found.append(Found(int(self.shifts[column]), self._path(at, column), cost))
        return found

    def _path(self, at: int, column: int) -> tuple[int, ...]:
        """The tasks of the cheapest duty of this shift that ends with this task."""
        row = int(self.close_row[at, column])
        cell = column
        if self.most_rides is not None:
            level = int(np.argmin(self.least[row, column :: self._n]))
            cell = level * self._n + column
        tasks = [at]
        while True:
            low = int(self.base[at])
            step = 0 if self.most_rides is None else int(self.model.n_rides[at]) * self._n
            begins = step == 0 or step - self._n <= cell < step
            home = self.from_home[row, column] if begins else FAR
            rows, values = [np.empty(0, dtype=np.int64)], [np.empty(0)]
            if cell >= step:
                loose, metres = self._loose[at]
                rows.append(loose)
                values.append(self.least[loose, cell - step] + metres[:, 0])
                tight, metres = self._tight[at]
                rows.append(tight[:, row - low])
                values.append(self.least[rows[-1], cell - step] + metres[:, 0, 0])
            every = np.concatenate(values)
            best = int(np.argmin(every)) if len(every) else 0
            if len(every) == 0 or home <= every[best]:
                return tuple(reversed(tasks))
            row = int(np.concatenate(rows)[best])
            cell -= step
            at = int(self._task_of_row[row])
            tasks.append(at)

    def enumerated(self, closed: FloatArray, below: float, most: int, deadline: Deadline) -> list[Found] | None:
        """Every duty that costs at most `below` at the prices last asked for; None where there are more than `most`.

        Backwards from the last task: what is known of the way from home to each state says exactly whether
        a partial duty can still be finished cheaply enough.
        """
        return _Enumeration(self, closed, below + NOISE, most, deadline).run()


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


class _Enumeration:
    def __init__(self, network: Network, closed: FloatArray, below: float, most: int, deadline: Deadline) -> None:
        self.net, self.closed, self.below, self.most, self.deadline = network, closed, below, most, deadline
        model = network.model
        self.counts = np.array([len(before) for before in network.before], dtype=np.int64)
        self.begins = np.concatenate([[0], np.cumsum(self.counts)])[:-1]
        self.before = np.concatenate([*network.before, np.empty(0, dtype=np.int64)])
        after = np.repeat(np.arange(len(model.tasks)), self.counts)
        self.shift = network.arcs.shift[self.before, after]
        self.least = network.arcs.least[self.before, after]
        self.metres = network.arcs.metres[self.before, after].astype(np.float64)
        self.bits = self._leg_bits() if network.arcs.is_cyclic or bool((model.n_rides > 1).any()) else None
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
            offset=net.close_row[task, column] - net.base[task],
            after=net.back_home[task, column] + net._prices.of_shift[net.shifts][column],
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
            if total > 4 * self.most or self.deadline.is_past():
                return None
            found += self._finished(layers)
            if len(found) > self.most:
                return None
            parts = list(self._extended(labels))
            if any(part is None for part in parts):
                return None
            labels = _joined([part for part in parts if part is not None], labels)
        return found

    def _finished(self, layers: list[_Labels]) -> list[Found]:
        """The labels of the last layer from which the duty may begin."""
        net, labels = self.net, layers[-1]
        row = net.base[labels.task] + labels.offset
        cost = net.from_home[row, labels.column] + net.own[labels.task, labels.column] + labels.after
        found = []
        for at in np.flatnonzero(cost <= self.below).tolist():
            tasks: list[int] = []
            label = at
            for layer in reversed(layers):
                tasks.append(int(layer.task[label]))
                label = int(layer.parent[label])
            found.append(Found(int(net.shifts[labels.column[at]]), tuple(tasks), float(cost[at])))
        return found

    def _extended(self, labels: _Labels) -> list[_Labels | None]:
        """Each label with every task that may come before it and still leaves the duty cheap enough."""
        parts: list[_Labels | None] = []
        ends = np.cumsum(self.counts[labels.task])
        begin = 0
        while begin < len(labels.task):
            done = int(ends[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, done + MOST_EXPANDED_AT_ONCE, side="right")))
            parts.append(None if self.deadline.is_past() else self._extended_slice(labels, begin, end))
            begin = end
        return parts

    def _extended_slice(self, labels: _Labels, begin: int, end: int) -> _Labels:
        net = self.net
        counts = self.counts[labels.task[begin:end]]
        parent = np.repeat(np.arange(begin, end), counts)
        first = np.repeat(self.begins[labels.task[begin:end]] - (np.cumsum(counts) - counts), counts)
        arc = first + np.arange(len(parent))
        fits = labels.offset[parent] >= self.least[arc]
        parent, arc = parent[fits], arc[fits]
        before, column, after_task = self.before[arc], labels.column[parent], labels.task[parent]
        offset = np.minimum(net.width[before], labels.offset[parent] + self.shift[arc])
        after = labels.after[parent] + net.own[after_task, column] + self.metres[arc]
        rides = labels.rides[parent] + net.model.n_rides[before]
        row = net.base[before] + offset
        if net.most_rides is None:
            reach = self.reachable[row, column]
            keep = reach + after <= self.below
        else:
            left = net.most_rides[column] - labels.rides[parent]
            level = np.clip(left - 1, 0, net.n_levels - 1)
            reach = self.reachable[row, level * len(net.shifts) + column]
            keep = (reach + after <= self.below) & (rides <= net.most_rides[column])
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
