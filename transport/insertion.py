"""A first plan within a fraction of a second: rides into duties one by one, first the one that would regret waiting.

The regret of a ride is what its second best duty costs more than its best (Potvin & Rousseau 1993). All rides still
unplaced are weighed against one duty at once, so a day of 800 rides takes about a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.model import Model
from transport.problem import Deadline
from transport.tours import Route

NOWHERE: Final = np.inf


@dataclass(slots=True)
class _Line:
    """A shift's tasks, with the earliest end of each and the latest start that keeps the rest in time."""

    tasks: list[int] = field(default_factory=list)
    free_at: list[int] = field(default_factory=list)
    start_by: list[int] = field(default_factory=list)


class Insertion:
    """Routes under construction over the single-leg tasks of a model, plus whatever tasks the routes came with."""

    def __init__(self, model: Model, routes: Iterable[Route] = (), *, broken_weight: float = 1e9) -> None:
        self.model = model
        self._weight = broken_weight
        self._minutes, self._metres = model.day.minutes, model.day.metres
        self._lines = [_Line() for _ in model.shifts]
        self._room = model.room.copy()
        self._driver = np.array([shift.driver for shift in model.shifts], dtype=np.int64)
        self._candidates = np.array(
            sorted(at for found in model.single_of_leg.values() for at in found), dtype=np.int64
        )
        self._row_of_leg = {index: row for row, index in enumerate(model.wanted)}
        self._rows = np.array(
            [self._row_of_leg[model.tasks[at].legs[0]] for at in self._candidates.tolist()], dtype=np.int64
        )
        n_legs, n_shifts = len(model.wanted), len(model.shifts)
        self._cost = np.full((n_legs, n_shifts), NOWHERE)
        self._choice = np.zeros((n_legs, n_shifts), dtype=np.int64)  # task
        self._position = np.zeros((n_legs, n_shifts), dtype=np.int64)
        self._placed: dict[int, int] = {}  # leg → shift
        at_task = {task: at for at, task in enumerate(model.tasks)}
        at_shift = {shift: at for at, shift in enumerate(model.shifts)}
        for route in routes:
            self._take(at_shift[route.shift], [at_task[task] for task in route.tasks])
        for shift in range(n_shifts):
            self._weigh(shift)

    def routes(self) -> list[Route]:
        """What has been built, shifts without a task left out."""
        return [
            Route(shift, tuple(self.model.tasks[at] for at in line.tasks))
            for shift, line in zip(self.model.shifts, self._lines, strict=True)
            if line.tasks
        ]

    def run(self, deadline: Deadline, noise: FloatArray | None = None) -> None:
        """Places rides while there is time and room. `noise`, shape (n_shifts,), metres, makes for another order."""
        model = self.model
        waiting = {
            ride: [self._row_of_leg[index] for index in legs]
            for ride, legs in model.legs_of_ride.items()
            if not any(index in self._placed for index in legs)
        }
        ride_of_row = {rows[0]: ride for ride, rows in waiting.items()}
        active = np.zeros(len(model.wanted), dtype=bool)
        active[list(ride_of_row)] = True
        while active.any() and not deadline.is_past():
            row = self._most_regretful(np.flatnonzero(active), noise)
            if row is None:
                break
            active[row] = False
            self._place_all(waiting[ride_of_row[row]])

    def _most_regretful(self, rows: IntArray, noise: FloatArray | None) -> int | None:
        cost = self._cost[rows]
        if noise is not None:
            cost = cost + noise[None, :]
        if cost.shape[1] > 1:
            two = np.partition(cost, 1, axis=1)[:, :2]
        else:
            two = np.column_stack([cost, np.full(len(rows), NOWHERE)])
        possible = np.isfinite(two[:, 0])
        if not possible.any():
            return None
        best = np.where(possible, two[:, 0], 0.0)
        regret = np.where(possible, np.minimum(two[:, 1], 1e12) - best, -np.inf)
        return int(rows[np.argmax(regret)])

    def _place_all(self, rows: Sequence[int]) -> bool:
        """The legs of one ride, each where it is cheapest; none of them where one can't be placed."""
        placed: list[tuple[int, int]] = []
        for row in rows:
            shift = int(np.argmin(self._cost[row])) if self._cost.shape[1] else 0
            if not self._cost.shape[1] or not np.isfinite(self._cost[row, shift]):
                for at, task in placed:
                    self._drop(at, task)
                return False
            task = int(self._choice[row, shift])
            line = self._lines[shift].tasks
            position = int(self._position[row, shift])
            self._take(shift, [*line[:position], task, *line[position:]])
            self._weigh_driver(shift)
            placed.append((shift, task))
        return True

    def _drop(self, shift: int, task: int) -> None:
        self._take(shift, [at for at in self._lines[shift].tasks if at != task])
        self._weigh_driver(shift)

    def _take(self, shift: int, tasks: list[int]) -> None:
        """Sets a shift's tasks and the times that follow. They must fit; promised routes were checked before."""
        model, line = self.model, self._lines[shift]
        driver = int(self._driver[shift])
        for at in line.tasks:
            self._room[driver] += len(model.tasks[at].legs)
            for index in model.tasks[at].legs:
                self._placed.pop(index, None)
        place, now = model.shifts[shift].home, model.shifts[shift].start
        free_at: list[int] = []
        for at in tasks:
            task = model.tasks[at]
            start = max(task.times.first, now + int(self._minutes[place, task.start]))
            place, now = task.end, task.times.end(start)
            free_at.append(now)
            self._room[driver] -= len(task.legs)
            for index in task.legs:
                self._placed[index] = shift
        place, by = model.shifts[shift].home, model.shifts[shift].end
        start_by: list[int] = []
        for at in reversed(tasks):
            task = model.tasks[at]
            by = min(task.times.last, by - int(self._minutes[task.end, place]) - task.times.length)
            place = task.start
            start_by.append(by)
        line.tasks, line.free_at, line.start_by = tasks, free_at, start_by[::-1]

    def _weigh_driver(self, shift: int) -> None:
        """Anew, what each leg costs in this shift and in the others of the same driver, who share its room."""
        for other in np.flatnonzero(self._driver == self._driver[shift]).tolist():
            self._weigh(other)

    def _weigh(self, shift: int) -> None:
        model, line, own = self.model, self._lines[shift], self.model.shifts[shift]
        self._cost[:, shift] = NOWHERE
        if self._room[own.driver] < 1:
            return
        fits = model.allowed[self._candidates, shift]
        tasks, rows = self._candidates[fits], self._rows[fits]
        if len(tasks) == 0:
            return
        before = np.array([own.home, *(model.tasks[at].end for at in line.tasks)], dtype=np.int64)
        after = np.array([*(model.tasks[at].start for at in line.tasks), own.home], dtype=np.int64)
        free_at = np.array([own.start, *line.free_at], dtype=np.int64)
        be_by = np.array([*line.start_by, own.end], dtype=np.int64)
        starts, ends = model.start[tasks], model.end[tasks]
        begin = np.maximum(free_at[:, None] + self._minutes[np.ix_(before, starts)], model.first[tasks])
        over = np.maximum(begin + model.length[tasks], model.reach[tasks])
        ways_on = self._minutes[np.ix_(ends, after)].T
        possible = (begin <= model.last[tasks]) & (over + ways_on <= be_by[:, None])
        more = (
            self._metres[np.ix_(before, starts)]
            + self._metres[np.ix_(ends, after)].T
            - (self._metres[before, after] if line.tasks else np.zeros(1, dtype=np.int64))[:, None]
            + self._weight * model.broken[tasks]
        )
        cost = np.where(possible, more, NOWHERE)
        position = np.argmin(cost, axis=0)
        least = cost[position, np.arange(len(tasks))]
        order = np.argsort(-least, kind="stable")  # of a leg's two tasks the cheaper comes last and stays
        self._cost[rows[order], shift] = least[order]
        self._choice[rows[order], shift] = tasks[order]
        self._position[rows[order], shift] = position[order]
