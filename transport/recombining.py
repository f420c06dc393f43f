"""A better plan of a larger day from the duties listed near its linear programme: plunges (`plunging`) by turns with
some shifts at a time, chosen anew.

Which shifts go together follows from where plan and programme disagree (`hints`). Nothing is priced any more, so that a
choice takes a fraction of a second; how many shifts are chosen at once follows from how hard that turns out to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from matching.geography import FloatArray, IntArray
from transport.choosing import Choosing
from transport.hints import Hints
from transport.master import Column, flat
from transport.plunging import Plunging
from transport.problem import Deadline
from transport.relaxing import Relaxation, cheapest_of_equals
from transport.tours import Route, empty_metres

FIRST_SIZE: Final = 40  # shifts
LEAST_SIZE: Final = 15
GROWS: Final = 1.1
SHRINKS: Final = 0.85
SECONDS_EACH: Final = 0.8
EASY: Final = 0.4  # of these seconds
FRUITLESS: Final = 300  # plunges and parts in a row
IN_A_ROW: Final = 6  # plunges, and then parts without any gain
SEEK_SHARE: Final = 0.3  # of the time, for a first plan where there is none
NEAR: Final = 300.0  # metres, reduced cost of what the choice begins with


class Recombining:
    """Improves routes that leave out no more rides than the linear programme proves unavoidable."""

    def __init__(
        self,
        relaxation: Relaxation,
        columns: Sequence[Column],
        offer: Callable[[Sequence[Route]], object],
    ) -> None:
        self.model, self.weights, self.offer = relaxation.model, relaxation.weights, offer
        self._relaxation = relaxation
        self._at_shift = {shift: at for at, shift in enumerate(self.model.shifts)}
        relaxed = [column for column in relaxation.master.columns if column.is_whole]
        self.columns = cheapest_of_equals([*columns, *relaxed])
        self._reduced: FloatArray = relaxation.reduced_costs_of(self.columns)
        self._legs, self._begins = flat([column.legs for column in self.columns])
        self._n_legs = np.diff(self._begins, append=len(self._legs))
        self._shift = np.array([column.shift for column in self.columns], dtype=np.int64)
        self._driver = np.array([shift.driver for shift in self.model.shifts], dtype=np.int64)[self._shift]
        self._hints = Hints(relaxation.hints())
        self._rng = np.random.default_rng(0)
        self._size = float(FIRST_SIZE)
        self._tried: set[tuple[frozenset[int], frozenset[int]]] = set()

    def run(
        self, routes: Sequence[Route], deadline: Deadline, is_over: Callable[[float], bool] = lambda value: False
    ) -> tuple[Route, ...]:
        """Until the deadline, or until a long row of plunges and parts brought nothing; `is_over` is asked after each,
        with what the routes cost by now. Without routes to begin with a few plunges seek the first."""
        now = tuple(routes)
        if not self.columns:
            return now
        plunging = Plunging(
            self.model, self.weights, self.columns, self._relaxation.master.fewest, deadline,
            begin=np.flatnonzero(self._reduced <= NEAR),
        )  # fmt: skip
        fruitless, in_a_row, is_plunging = 0, 0, True
        seeking = deadline.sooner(SEEK_SHARE * max(0.0, deadline.left()))
        while not deadline.is_past() and fruitless < FRUITLESS:
            plunging.deadline = deadline if now else seeking
            better = self._plunged(plunging, now) if is_plunging else self._improved(now, deadline)
            fruitless = 0 if better is not None else fruitless + 1
            in_a_row = 0 if better is not None and not is_plunging else in_a_row + 1
            now = now if better is None else better
            if not now:
                if fruitless == IN_A_ROW or seeking.is_past():
                    break
                continue
            if is_over(self._cost(now, set(self.model.wanted))):
                break
            if in_a_row == IN_A_ROW:
                in_a_row, is_plunging = 0, not is_plunging
        return now

    def _plunged(self, plunging: Plunging, routes: tuple[Route, ...]) -> tuple[Route, ...] | None:
        cutoff = self._cost(routes, set(self.model.wanted)) if routes else self.weights.most_below + 1
        choice = plunging.better(cutoff, routes)
        if choice is None or choice.columns is None:
            return None
        whole = self._relaxation.routes(choice.columns)
        return whole if self.offer(whole) else None

    def _cost(self, routes: Sequence[Route], wanted: set[int]) -> float:
        """What these routes cost where these legs are wanted, without the weight of the unserved rides."""
        undriven = wanted.difference(*(route.legs for route in routes))
        return sum(
            empty_metres(route, self.model.day.metres) + self.weights.broken * sum(task.broken for task in route.tasks)
            for route in routes
        ) + self.weights.broken * sum(self.model.legs[index].promise is not None for index in undriven)

    def _improved(self, routes: tuple[Route, ...], deadline: Deadline) -> tuple[Route, ...] | None:
        by_shift = {self._at_shift[route.shift]: route for route in routes}
        shift_of_leg = {index: at for at, route in by_shift.items() for index in route.legs}
        shifts, first = self._hints.around(shift_of_leg, int(self._size), self._rng)
        inside = self._of_whole_rides([by_shift[at] for at in shifts if at in by_shift])
        shifts = [at for at in shifts if at not in by_shift or by_shift[at] in inside]
        outside = [route for route in routes if route not in inside]
        undriven = {index for index in self.model.wanted if index not in shift_of_leg}
        part = frozenset(shifts), frozenset(undriven.union(*(route.legs for route in inside)))
        whole = None
        if part in self._tried:
            self._size = min(self._size * GROWS, float(len(self.model.shifts)))
        else:
            self._tried.add(part)
            better = self._chosen(shifts, inside, outside, undriven, deadline)
            whole = None if better is None else (*outside, *better)
        if whole is not None and not self.offer(whole):
            whole = None
        self._hints.learn(first, is_better=whole is not None)
        return whole

    def _of_whole_rides(self, routes: list[Route]) -> list[Route]:
        """Without duties that drive half of a ride whose other half is elsewhere."""
        while True:
            driven = {index for route in routes for index in route.legs}
            whole = {
                index for index in driven if driven.issuperset(self.model.legs_of_ride[self.model.legs[index].ride])
            }
            kept = [route for route in routes if whole.issuperset(route.legs)]
            if len(kept) == len(routes):
                return kept
            routes = kept

    def _chosen(
        self, shifts: list[int], inside: list[Route], outside: list[Route], undriven: set[int], deadline: Deadline
    ) -> tuple[Route, ...] | None:
        """Better routes of these shifts, with as many rides left out as now."""
        wanted = undriven.union(*(route.legs for route in inside))
        room = self.model.room.copy()
        for route in outside:
            room[route.shift.driver] -= len(route.legs)
        part = self.model.restricted(sorted(wanted), shifts, room)
        place = {at: position for position, at in enumerate(shifts)}
        known = self._within(shifts, wanted, room)
        columns = [replace(self.columns[at], shift=place[int(self._shift[at])]) for at in known.tolist()]
        left_out = len({self.model.legs[index].ride for index in undriven})
        cost = self._cost(inside, wanted)
        left = deadline.left()
        begin = np.flatnonzero(self._reduced[known] <= NEAR)
        choice = Choosing(part, self.weights, columns, left_out, deadline.sooner(SECONDS_EACH), begin=begin).best(cost)
        took = left - deadline.left()
        if choice.is_proven and took < EASY * SECONDS_EACH:
            self._size = min(self._size * GROWS, float(len(self.model.shifts)))
        elif not choice.is_proven:
            self._size = max(self._size * SHRINKS, float(LEAST_SIZE))
        if choice.columns is None:
            return None
        return self._relaxation.routes(replace(column, shift=shifts[column.shift]) for column in choice.columns)

    def _within(self, shifts: list[int], wanted: set[int], room: IntArray) -> IntArray:
        """Columns of these shifts with no other legs than these, and no more than there is room for."""
        is_wanted = np.zeros(len(self.model.legs), dtype=bool)
        is_wanted[list(wanted)] = True
        is_inside = np.zeros(len(self.model.shifts), dtype=bool)
        is_inside[shifts] = True
        has_all = np.add.reduceat(is_wanted[self._legs], self._begins) == self._n_legs
        has_room = self._n_legs <= room[self._driver]
        return np.flatnonzero(is_inside[self._shift] & has_all & has_room)
