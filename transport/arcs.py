"""Which task can follow which, and how late: the arcs that duties are paths over, laid out once for all prices."""

from __future__ import annotations

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.model import BoolArray, Model
from transport.problem import Deadline


class Arcs:
    """Arcs between the states (task, offset) of a model; started at `first + offset`, offset at most `width`.

    The task before may start by its offset min(width, p + shift) where the task after starts by offset p >= least.

    possible : bool, shape (n_tasks, n_tasks); order : tasks so that none comes before one it can follow, where there is
    such an order, or else `is_cyclic`
    base : the row of each task's first state; `nowhere` is a row of states that can't be reached
    begins, counts : by task, its arcs from those before it in the flat arrays before, shift, least and metres
    loose, tight : by task, (rows, metres) of the states before it; loose ones whatever its own offset

    Raises OutOfTime.
    """

    def __init__(self, model: Model, deadline: Deadline) -> None:
        self.width = model.last - model.first
        self.base = np.concatenate([[0], np.cumsum(self.width + 1)])
        self.nowhere = int(self.base[-1])
        self.task_of_row = np.repeat(np.arange(len(model.tasks)), self.width + 1)
        minutes = model.day.minutes[np.ix_(model.end, model.start)]
        possible: BoolArray = model.reach[:, None] + minutes <= model.last[None, :]
        np.fill_diagonal(possible, False)
        deadline.check()
        possible &= (model.allowed.astype(np.float32) @ model.allowed.astype(np.float32).T) > 0
        _part_legs(model, possible)
        deadline.check()
        self.order, self.is_cyclic = _order(possible, model.first, deadline)
        shift = model.first[None, :] - minutes - (model.length + model.first)[:, None]
        least = np.maximum(np.maximum(0, -shift), model.reach[:, None] + minutes - model.first[None, :])
        deadline.check()
        self.possible: BoolArray = possible & (least <= self.width[None, :])
        deadline.check()
        after, self.before = np.nonzero(self.possible.T)
        self.counts = np.bincount(after, minlength=len(model.tasks))
        self.begins = np.cumsum(self.counts) - self.counts
        self.shift, self.least = shift[self.before, after], least[self.before, after]
        self.metres = model.day.metres[model.end[self.before], model.start[after]].astype(np.float64)
        self.loose: list[tuple[IntArray, FloatArray]] = []
        self.tight: list[tuple[IntArray, FloatArray]] = []
        for at in range(len(model.tasks)):
            deadline.check()
            self._lay(at)

    def _lay(self, at: int) -> None:
        part = slice(int(self.begins[at]), int(self.begins[at] + self.counts[at]))
        before, shift, least, metres = self.before[part], self.shift[part], self.least[part], self.metres[part]
        is_loose = (least == 0) & (shift >= self.width[before])
        loose = before[is_loose]
        self.loose.append((self.base[loose] + self.width[loose], metres[is_loose][:, None]))
        tight, shift, least = before[~is_loose], shift[~is_loose], least[~is_loose]
        offsets = np.arange(self.width[at] + 1)
        rows = self.base[tight][:, None] + np.minimum(self.width[tight][:, None], offsets[None, :] + shift[:, None])
        rows = np.where(offsets[None, :] >= least[:, None], rows, self.nowhere)
        self.tight.append((rows, metres[~is_loose][:, None, None]))

    def into(self, tasks: IntArray) -> tuple[IntArray, IntArray]:
        """Every arc into these tasks: positions of the asking task, and of the arc."""
        counts = self.counts[tasks]
        asking = np.repeat(np.arange(len(tasks)), counts)
        first = np.repeat(self.begins[tasks] - (np.cumsum(counts) - counts), counts)
        return asking, first + np.arange(len(asking))


def _part_legs(model: Model, possible: BoolArray) -> None:
    """A leg isn't driven twice in a row."""
    with_leg: dict[int, list[int]] = {}
    for at, task in enumerate(model.tasks):
        for index in task.legs:
            with_leg.setdefault(index, []).append(at)
    for tasks in with_leg.values():
        if len(tasks) > 1:
            possible[np.ix_(tasks, tasks)] = False


def _order(possible: BoolArray, first: IntArray, deadline: Deadline) -> tuple[IntArray, bool]:
    """Tasks so that none comes before one it can follow; and whether there is no such order."""
    order = np.argsort(first, kind="stable")
    if not np.tril(possible[np.ix_(order, order)]).any():
        return order, False
    before = possible.sum(axis=0)
    ready: list[int] = np.flatnonzero(before == 0).tolist()
    found: list[int] = []
    while ready:
        deadline.check()
        at = ready.pop()
        found.append(at)
        before = before - possible[at]
        ready += np.flatnonzero(possible[at] & (before == 0)).tolist()
    if len(found) < len(first):
        return order, True
    return np.array(found, dtype=np.int64), False
