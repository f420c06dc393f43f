"""Which duty would help most at these prices: exact, for all shifts at once.

States are (task, offset): the best partial duty that can start the task by `first + offset`. Prices on rides make some
drives worth more than their metres; the cheapest duty of a shift is a shortest path from home to home over the
states. All shifts are columns of the same arrays, so a task costs a handful of array operations however many drivers
there are.

Where no task can come both before and after another, tasks are taken in that order, and a ride cannot be driven twice.
Otherwise, and where a driver's number of rides may bind, states also count rides. A path may then visit a ride
twice, which only makes the bound weaker; `listing` leaves such paths out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.arcs import Arcs
from transport.model import Model
from transport.problem import Deadline

FAR: Final = np.inf


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
        self._lay_homes()
        self.least: FloatArray = np.empty((0, 0))
        self.prices = Prices(np.empty(0), np.empty(0), np.empty(0))

    def _lay_homes(self) -> None:
        """From home to each state, and from each task home, by shift."""
        model, day, arcs = self.model, self.model.day, self.arcs
        chosen = [model.shifts[at] for at in self.shifts.tolist()]
        home = np.array([shift.home for shift in chosen], dtype=np.int64)
        start = np.array([shift.start for shift in chosen], dtype=np.int64)
        end = np.array([shift.end for shift in chosen], dtype=np.int64)
        self.allowed = model.allowed[:, self.shifts]
        out_minutes, out_metres = day.minutes[np.ix_(home, model.start)].T, day.metres[np.ix_(home, model.start)].T
        self.home_least = np.maximum(0, start[None, :] + out_minutes - model.first[:, None])
        self.home_least[~self.allowed] = 10**9
        rows = arcs.task_of_row
        offset = np.arange(len(rows)) - arcs.base[rows]
        self.from_home = np.where(offset[:, None] >= self.home_least[rows], out_metres[rows].astype(np.float64), FAR)
        back_minutes = day.minutes[np.ix_(model.end, home)]
        latest = end[None, :] - back_minutes
        by = np.minimum(latest - (model.length + model.first)[:, None], arcs.width[:, None])
        possible = (by >= 0) & (model.reach[:, None] <= latest) & self.allowed
        self.close_row = np.where(possible, arcs.base[:-1][:, None] + by, arcs.nowhere)
        self.back_home = day.metres[np.ix_(model.end, home)].astype(np.float64)

    def price(self, prices: Prices) -> FloatArray:
        """The cheapest duty that ends with each task, shape (n_tasks, n_shifts); FAR where there is none.

        Raises OutOfTime.
        """
        self.prices = prices
        columns = self._n * self.n_levels
        own = prices.of_task[:, None] + self.model.n_rides[:, None] * prices.of_ride[self.shifts][None, :]
        self.own = np.where(self.allowed, own, FAR)
        self.least = np.full((self.arcs.nowhere + 1, columns), FAR)
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
        low, high = self.arcs.base[at], self.arcs.base[at + 1]
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
        for rows, metres in (self.arcs.loose[at], self.arcs.tight[at]):
            if len(rows):
                best = (self.least[rows, begin:end] + metres).min(axis=0) + spread
                np.minimum(target, best, out=target)

    # --- the duties themselves -------------------------------------------------------------------------------------

    def duties(self, closed: FloatArray, *, each: int, below: float) -> list[Found]:
        """Up to `each` duties a shift, with different last tasks, that cost less than `below`; cheapest first."""
        each = min(each, closed.shape[0])
        if each == 0:
            return []
        ends = np.argpartition(closed, each - 1, axis=0)[:each]
        costs = np.take_along_axis(closed, ends, axis=0)
        rank, column = np.nonzero(costs < below)
        order = np.lexsort((costs[rank, column], column))
        rank, column = rank[order], column[order]
        task = ends[rank, column]
        paths = self._paths(task, column)
        return [
            Found(int(self.shifts[of]), tasks, float(cost))
            for of, tasks, cost in zip(column, paths, costs[rank, column], strict=True)
        ]

    def _paths(self, task: IntArray, column: IntArray) -> list[tuple[int, ...]]:
        """The tasks of the cheapest duties of these shifts that end with these tasks, all traced back together."""
        arcs = self.arcs
        row, cell = self.close_row[task, column], column
        if self.most_rides is not None:
            by_level = self.least[row[:, None], np.arange(self.n_levels)[None, :] * self._n + column[:, None]]
            cell = np.argmin(by_level, axis=1) * self._n + column
        paths: list[list[int]] = [[at] for at in task.tolist()]
        going = np.arange(len(task))
        while len(going):
            step = np.zeros_like(task) if self.most_rides is None else self.model.n_rides[task] * self._n
            begins = (step == 0) | ((cell >= step - self._n) & (cell < step))
            home = np.where(begins, self.from_home[row, column], FAR)
            asking, arc = arcs.into(task)
            offset = row - arcs.base[task]
            fits = (offset[asking] >= arcs.least[arc]) & (cell >= step)[asking]
            asking, arc = asking[fits], arc[fits]
            before = arcs.before[arc]
            from_row = arcs.base[before] + np.minimum(arcs.width[before], offset[asking] + arcs.shift[arc])
            value = self.least[from_row, (cell - step)[asking]] + arcs.metres[arc]
            begin = np.flatnonzero(np.diff(asking, prepend=-1))
            least = np.full(len(going), FAR)
            if len(begin):
                least[asking[begin]] = np.minimum.reduceat(value, begin)
            on = np.flatnonzero(least < home)
            hits = np.flatnonzero(value <= least[asking])
            first = np.full(len(going), -1)
            first[asking[hits[::-1]]] = hits[::-1]  # of equals the first
            chosen = first[on]
            going, column = going[on], column[on]
            task, row, cell = before[chosen], from_row[chosen], (cell - step)[on]
            for at, one in zip(going.tolist(), task.tolist(), strict=True):
                paths[at].append(one)
        return [tuple(reversed(path)) for path in paths]
