"""Days too large to solve at once: again and again some duties that belong together, solved as a day of their own.

Where a linear programme has been solved, the part is mostly one that it would plan differently. Otherwise it is chosen
around a ride that is not served (or, now and then, around a duty), near in metres and in time. Unserved rides from
thereabouts join in. Everything outside stays as it is, so that a better part is a better plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from matching.geography import IntArray
from transport.exact import solve, value_of
from transport.hints import Hint, Hints
from transport.master import Weights
from transport.model import Model
from transport.problem import Deadline, OutOfTime
from transport.tours import Route

SHIFTS_AT_ONCE: Final = 26
UNSERVED_AT_ONCE: Final = 26
SECONDS_EACH: Final = 3.0
HINTED_AT_ONCE: Final = 40
HINTED: Final = 0.8  # of the parts
NEAR_MIN: Final = 150  # minutes before and after


class Neighbourhoods:
    """Improves routes of a model. `offer` takes whole plans; the seed decides where to look."""

    def __init__(
        self,
        model: Model,
        offer: Callable[[Sequence[Route]], bool],
        deadline: Deadline,
        hints: Sequence[Hint] = (),
        *,
        seed: int = 0,
    ) -> None:
        self.model, self.offer, self.deadline = model, offer, deadline
        self._hints = Hints(hints) if hints else None
        self._first: int | None = None  # of the hinted part that is being looked at
        self._rng = np.random.default_rng(seed)
        self._at_shift = {shift: at for at, shift in enumerate(model.shifts)}
        self._starts = np.array([shift.start for shift in model.shifts], dtype=np.int64)
        self._ends = np.array([shift.end for shift in model.shifts], dtype=np.int64)

    def run(self, routes: Sequence[Route]) -> tuple[Route, ...]:
        """Until the deadline, or until a long row of parts brought nothing."""
        now = tuple(routes)
        fruitless = 0
        while not self.deadline.is_past() and fruitless < 3 * len(self.model.shifts):
            try:
                better = self._improved(now)
            except OutOfTime:
                better = None  # this part took too long; another may not
            if self._hints is not None and self._first is not None:
                self._hints.learn(self._first, is_better=better is not None)
            fruitless = 0 if better is not None else fruitless + 1
            now = now if better is None else better
        return now

    def _improved(self, routes: tuple[Route, ...]) -> tuple[Route, ...] | None:
        by_shift = {self._at_shift[route.shift]: route for route in routes}
        driven = {index for route in routes for index in route.legs}
        place, minute = self._centre(routes, driven)
        shifts, hinted = self._near(place, minute, by_shift), set[int]()
        self._first = None
        if self._hints is not None and routes and self._rng.random() < HINTED:
            shift_of_leg = {index: at for at, route in by_shift.items() for index in route.legs}
            shifts, self._first = self._hints.around(shift_of_leg, HINTED_AT_ONCE, self._rng)
            hinted = self._whole_rides(self._hints.legs_of(shifts) - driven)
        inside = [by_shift[at] for at in shifts if at in by_shift]
        wanted = self._whole_rides({index for route in inside for index in route.legs})
        inside_legs = {index for route in inside for index in route.legs}
        if wanted != inside_legs:  # a duty that drives half of a ride whose other half is elsewhere stays out of it
            inside = [route for route in inside if wanted.issuperset(route.legs)]
            held = [self._at_shift[route.shift] for route in by_shift.values() if route not in inside]
            shifts = [at for at in shifts if at not in held]
            wanted = {index for route in inside for index in route.legs}
        outside = [route for route in routes if route not in inside]
        wanted |= hinted or self._unserved_near(place, minute, driven)
        part = self.model.restricted(sorted(wanted), shifts, self._room(outside))
        weights = Weights.of(part)
        before = value_of(inside, part, weights)
        outcome = solve(
            part, weights, inside, before, self.deadline.sooner(SECONDS_EACH), offer=_nothing, on_bound=_nothing,
            with_ties=False,
        )  # fmt: skip
        if outcome.routes is None:
            return None
        whole = (*outside, *outcome.routes)
        return whole if self.offer(whole) else None

    def _centre(self, routes: tuple[Route, ...], driven: set[int]) -> tuple[int, int]:
        """A place and a minute."""
        undriven = [index for index in self.model.wanted if index not in driven]
        if undriven and (not routes or self._rng.random() < 0.7):
            leg = self.model.legs[int(self._rng.choice(undriven))]
            return leg.start, leg.window[0]
        if not routes:
            return 0, 0
        task = self._rng.choice(np.array([task for route in routes for task in route.tasks], dtype=object))
        return int(task.start), int(task.times.first)

    def _near(self, place: int, minute: int, by_shift: dict[int, Route]) -> list[int]:
        metres = self.model.day.metres[place]
        far = np.empty(len(self.model.shifts))
        for at, shift in enumerate(self.model.shifts):
            places = [shift.home]
            if at in by_shift:
                places += [task.start for task in by_shift[at].tasks]
            far[at] = min(int(metres[one]) for one in places)
        far *= self._rng.uniform(0.7, 1.3, len(far))
        far[(self._starts > minute + NEAR_MIN) | (self._ends < minute - NEAR_MIN)] = np.inf
        order = np.argsort(far, kind="stable")[:SHIFTS_AT_ONCE]
        return [int(at) for at in order if np.isfinite(far[at])]

    def _whole_rides(self, legs: set[int]) -> set[int]:
        """Those of the legs whose ride has all its legs among them."""
        return {index for index in legs if legs.issuperset(self.model.legs_of_ride[self.model.legs[index].ride])}

    def _unserved_near(self, place: int, minute: int, driven: set[int]) -> set[int]:
        rides = [ride for ride, legs in self.model.legs_of_ride.items() if driven.isdisjoint(legs)]
        metres = self.model.day.metres[place]

        def away(ride: int) -> float:
            leg = self.model.legs[self.model.legs_of_ride[ride][0]]
            return float(metres[leg.start]) + 100.0 * max(0, abs(leg.window[0] - minute) - NEAR_MIN)

        near = sorted(rides, key=away)[:UNSERVED_AT_ONCE]
        return {index for ride in near for index in self.model.legs_of_ride[ride]}

    def _room(self, outside: Sequence[Route]) -> IntArray:
        room = self.model.room.copy()
        for route in outside:
            room[route.shift.driver] -= len(route.legs)
        return room


def _nothing(_: object) -> None:
    return None
