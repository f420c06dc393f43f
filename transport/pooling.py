"""Passengers who share the car: every order of stops in which it is never empty in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from transport.problem import Day, Deadline, may_drive
from transport.tasks import Leg, Stop, Task, chain_of, together

MOST_SHARED_TASKS: Final = 2000  # beyond this the master problem drowns; the plan stays good, the bound is lost
LOOK_AT_CLOCK_EVERY: Final = 64


def shared_tasks(day: Day, legs: Sequence[Leg], asked: Sequence[Leg], deadline: Deadline) -> tuple[list[Task], bool]:
    """Tasks of two legs or more among those asked for, and whether they are all there are.

    A depth-first walk over orders of stops: a partial order is dropped as soon as no minutes fit it, or no driver may
    take all of its passengers. Shorter detours exist in a given matrix, so nothing is concluded from pairs to triples.
    Sharing by two comes first, so that what a deadline cuts off is what is rarely of use.
    """
    sharing = [leg for leg in asked if leg.may_share and leg.window[0] <= leg.window[1]]
    if len(sharing) < 2:
        return [], True
    walk = _Walk(day, legs, sharing, deadline)
    found: list[Task] = []
    for most_legs in range(2, len(sharing) + 1):
        before = len(found)
        for task in walk.orders(most_legs):
            found.append(task)
            if len(found) > MOST_SHARED_TASKS:
                return found, False
        if walk.is_cut_off:
            return found, False
        if len(found) == before and not walk.went_deeper:
            break
    return found, True


class _Walk:
    """Orders of stops over legs that may share; n legs at a time."""

    def __init__(self, day: Day, legs: Sequence[Leg], sharing: Sequence[Leg], deadline: Deadline) -> None:
        self.day, self.legs, self.sharing, self.deadline = day, legs, sharing, deadline
        self.is_cut_off = False
        self.went_deeper = False
        self._steps = 0
        self._coupled = {
            one.index
            for leg, other in pairwise(legs)
            if other.is_return and other.ride == leg.ride
            for one in (leg, other)
        }
        self._bound = self._coupled | {leg.index for leg in legs if leg.promise is not None}
        self._may = {
            leg.index: np.array([may_drive(driver, day.rides[leg.ride]) for driver in day.drivers], dtype=bool)
            for leg in sharing
        }
        self._seats = np.array([driver.seats for driver in day.drivers], dtype=np.int64)
        self._room = np.array([driver.max_rides for driver in day.drivers], dtype=np.int64)
        self._start = np.array([leg.start for leg in sharing], dtype=np.int64)
        self._board_min = np.array([leg.board_min for leg in sharing], dtype=np.int64)
        self._first = np.array([leg.window[0] for leg in sharing], dtype=np.int64)
        self._last = np.array([leg.window[1] for leg in sharing], dtype=np.int64)
        # In a given matrix a detour may be shorter: the least minutes over any of the places a shared car can stop at.
        places = np.unique(np.array([place for leg in sharing for place in (leg.start, leg.end)], dtype=np.int64))
        least = day.minutes[np.ix_(places, places)].copy()
        for by in range(len(places)):
            np.minimum(least, least[:, by : by + 1] + least[by : by + 1, :], out=least)
        start_at = np.searchsorted(places, self._start)
        self._least_to_end = {leg.index: least[start_at, np.searchsorted(places, leg.end)] for leg in sharing}

    def orders(self, n_legs: int) -> Iterator[Task]:
        """Every task of exactly so many legs."""
        self.went_deeper = False
        best: dict[tuple[tuple[int, ...], int, int], list[Task]] = {}
        for leg in self.sharing:
            for task in self._extend(((leg.index, True),), (leg.index,), leg.persons, leg.persons, n_legs):
                # Between the same two places, an order that can always stand in for another makes it superfluous;
                # not where a return waits for the passenger or a minute was promised: then those inside the task count.
                key = (task.legs, task.start, task.end)
                if not self._bound.isdisjoint(task.legs):
                    yield task
                elif not any(_stands_in(other, task) for other in best.get(key, [])):
                    best[key] = [other for other in best.get(key, []) if not _stands_in(task, other)] + [task]
        for tasks in best.values():
            yield from tasks

    def _extend(
        self, stops: tuple[Stop, ...], aboard: tuple[int, ...], persons: int, most: int, n_legs: int
    ) -> Iterator[Task]:
        self._steps += 1
        if self.is_cut_off or (self._steps % LOOK_AT_CLOCK_EVERY == 0 and self.deadline.is_past()):
            self.is_cut_off = True
            return
        minutes = chain_of(stops, self.legs, self.day.minutes).earliest(-(10**12)) if len(stops) > 1 else [0]
        if minutes is None:
            return
        seen = {index for index, _ in stops}
        self.went_deeper = self.went_deeper or len(seen) == n_legs
        for index in aboard:
            longer = (*stops, (index, False))
            rest = tuple(other for other in aboard if other != index)
            if rest:
                yield from self._extend(longer, rest, persons - self.legs[index].persons, most, n_legs)
            elif len(seen) == n_legs:
                task = together(longer, self.legs, self.day.minutes)
                if task is not None:
                    yield task
        if len(seen) == n_legs:
            return
        now = minutes[-1] if len(stops) > 1 else self.legs[stops[0][0]].window[0]
        for leg in self._in_time(now, stops, aboard):
            load = persons + leg.persons
            if leg.index not in seen and self._somebody_may({*seen, leg.index}, max(most, load)):
                yield from self._extend(
                    (*stops, (leg.index, True)), (*aboard, leg.index), load, max(most, load), n_legs
                )

    def _in_time(self, now: int, stops: tuple[Stop, ...], aboard: tuple[int, ...]) -> Iterator[Leg]:
        """Legs that can still be boarded without those aboard being late for certain: cheap, and necessary."""
        index, boards = stops[-1]
        here = self.legs[index]
        place, service = (here.start, here.board_min) if boards else (here.end, here.alight_min)
        ways = self.day.minutes[place, self._start]
        possible = self._last >= now + service + ways
        elapsed = self._since_boarding(stops)
        for other in aboard:
            leg = self.legs[other]
            longer = elapsed[other] + ways + self._board_min + self._least_to_end[other]
            waited = self._first + self._board_min + self._least_to_end[other] - leg.window[1] - leg.board_min
            possible &= np.maximum(longer, waited) <= leg.limit_min
        for at in np.flatnonzero(possible).tolist():
            leg = self.sharing[at]
            if leg.is_return and leg.index - 1 in aboard:
                continue  # still on the way out
            if not leg.is_return and leg.index in self._coupled and (leg.index + 1, True) in stops:
                continue  # already on the way back
            yield leg

    def _since_boarding(self, stops: tuple[Stop, ...]) -> dict[int, int]:
        """Least minutes from the departure of each boarding to the departure of the last stop."""
        elapsed: dict[int, int] = {}
        total = 0
        for at in range(len(stops) - 1, -1, -1):
            index, boards = stops[at]
            leg = self.legs[index]
            if boards:
                elapsed[index] = total
            if at:
                before, boarded = stops[at - 1]
                place = self.legs[before].start if boarded else self.legs[before].end
                total += int(self.day.minutes[place, leg.start if boards else leg.end])
                total += leg.board_min if boards else leg.alight_min
        return elapsed

    def _somebody_may(self, seen: set[int], most: int) -> bool:
        may = (self._seats >= most) & (self._room >= len(seen))
        for index in seen:
            may = may & self._may[index]
        return bool(may.any())


def _stands_in(one: Task, other: Task) -> bool:
    """Whether `one` can be driven whenever `other` can, is over no later, and takes no more seats."""
    a, b = one.times, other.times
    return (
        a.first <= b.first
        and a.last >= b.last
        and a.end(b.first) <= b.reach
        and a.length <= b.length
        and one.persons <= other.persons
    )
