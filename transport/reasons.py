"""Why a ride is not served, and the smallest change by which one driver could serve it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from matching.geography import IntArray
from transport.model import BoolArray, Shift, shifts_of
from transport.problem import Day, Ride
from transport.tasks import Leg, legs_of

MOST_CHANGES: Final = 3
RELAXATIONS: Final = ("pickup", "window", "seats", "need")
IMPOSSIBLE: Final = 10**9


@dataclass(frozen=True, slots=True)
class Change:
    """What one driver would need: minutes, seats, or a thing to carry."""

    driver: int
    relax: str
    by: int | str


@dataclass(frozen=True, slots=True)
class WhyNot:
    ride: int
    reason: str
    nearest: tuple[Change, ...]


def why_unserved(day: Day, unserved: Sequence[int]) -> list[WhyNot]:
    """The reason of each, and at most three changes; each by itself, as if the day held no other ride."""
    legs: dict[int, list[Leg]] = {}
    for leg in legs_of(day):
        legs.setdefault(leg.ride, []).append(leg)
    shifts = _Shifts(day, shifts_of(day))
    found = []
    for ride in unserved:
        ways = _Ways(shifts, legs[ride])
        found.append(WhyNot(ride, _reason(day, ride, ways), tuple(_nearest(day, ride, ways))))
    return found


class _Shifts:
    """All windows of all drivers, by position; and pairs of windows of one driver, the first over before the second."""

    def __init__(self, day: Day, shifts: Sequence[Shift]) -> None:
        self.day = day
        self.driver = np.array([shift.driver for shift in shifts], dtype=np.int64)
        self.start = np.array([shift.start for shift in shifts], dtype=np.int64)
        self.end = np.array([shift.end for shift in shifts], dtype=np.int64)
        self.home = np.array([shift.home for shift in shifts], dtype=np.int64)
        of_driver: dict[int, list[int]] = {}
        for at, shift in enumerate(shifts):
            of_driver.setdefault(shift.driver, []).append(at)
        self.pairs = [
            (one, other)
            for own in of_driver.values()
            for one, other in permutations(own, 2)
            if shifts[one].end <= shifts[other].start
        ]


class _Ways:
    """For one ride: by how many minutes a pick-up or a window must widen so that a shift can drive it alone.

    pickup, window : int, shape (n_drivers,); 0 where nothing needs to, IMPOSSIBLE where it wouldn't help
    """

    def __init__(self, shifts: _Shifts, legs: Sequence[Leg]) -> None:
        day = shifts.day
        self.fits_somebody = [self._short(shifts, leg)[0] for leg in legs]
        if len(legs) == 1:
            pickup, window = self._short(shifts, legs[0])
            by_shift = [(shifts.driver, pickup, window)]
        else:
            by_shift = [(shifts.driver, *self._both_in_one(shifts, *legs))]
            if shifts.pairs:
                by_shift.append(self._one_in_each(shifts, *legs))
        self.pickup = np.full(len(day.drivers), IMPOSSIBLE)
        self.window = np.full(len(day.drivers), IMPOSSIBLE)
        for driver, pickup, window in by_shift:
            np.minimum.at(self.pickup, driver, pickup)
            np.minimum.at(self.window, driver, window)

    @staticmethod
    def _short(shifts: _Shifts, leg: Leg) -> tuple[IntArray, IntArray]:
        """Minutes short by shift, of the pick-up's window and of the shift's, for one leg by itself."""
        minutes = shifts.day.minutes
        there, back = minutes[shifts.home, leg.start], minutes[leg.end, shifts.home]
        soonest, latest = shifts.start + there, shifts.end - back - leg.alone_min
        pickup = np.maximum(np.maximum(soonest - leg.window[1], leg.window[0] - latest), 0)
        pickup = np.where(soonest <= latest, pickup, IMPOSSIBLE)
        window = np.full(len(shifts.home), IMPOSSIBLE)
        for start in (leg.window[0], leg.window[1], soonest, latest):
            begun = np.clip(start, leg.window[0], leg.window[1])
            more = np.maximum(shifts.start - (begun - there), 0) + np.maximum(
                begun + leg.alone_min + back - shifts.end, 0
            )
            window = np.minimum(window, np.where(begun >= there, more, IMPOSSIBLE))
        return pickup, window

    @staticmethod
    def _both_in_one(shifts: _Shifts, out: Leg, back: Leg) -> tuple[IntArray, IntArray]:
        """The same for a way out and its return in one duty, the driver waiting in between."""
        minutes = shifts.day.minutes
        there, home = minutes[shifts.home, out.start], minutes[back.end, shifts.home]
        gap = out.alone_min + int(minutes[out.end, back.start])
        soonest, latest = shifts.start + there, shifts.end - home - back.alone_min
        # The way out gives: its return as late as it may be.
        returned = np.minimum(back.window[1], latest)
        by_out = np.maximum(np.maximum(soonest - out.window[1], out.window[0] - (returned - gap)), 0)
        by_out = np.where((returned >= back.window[0]) & (soonest <= returned - gap), by_out, IMPOSSIBLE)
        # The return gives: the way out as soon as it may be.
        begun = np.maximum(out.window[0], soonest)
        by_back = np.maximum(np.maximum(begun + gap - back.window[1], back.window[0] - latest), 0)
        by_back = np.where((begun <= out.window[1]) & (begun + gap <= latest), by_back, IMPOSSIBLE)
        window = np.full(len(shifts.home), IMPOSSIBLE)
        last = min(out.window[1], back.window[1] - gap)
        if out.window[0] <= last:
            for start in (out.window[0], last, soonest, latest - gap, back.window[0] - gap):
                at = np.clip(start, out.window[0], last)
                over = np.maximum(at + gap, back.window[0]) + back.alone_min + home
                more = np.maximum(shifts.start - (at - there), 0) + np.maximum(over - shifts.end, 0)
                window = np.minimum(window, np.where(at >= there, more, IMPOSSIBLE))
        return np.minimum(by_out, by_back), window

    def _one_in_each(self, shifts: _Shifts, out: Leg, back: Leg) -> tuple[IntArray, IntArray, IntArray]:
        """The same with the return in a later window of the same driver: one of the two must fit as it is."""
        first = np.array([one for one, _ in shifts.pairs], dtype=np.int64)
        second = np.array([other for _, other in shifts.pairs], dtype=np.int64)
        (out_pickup, out_window), (back_pickup, back_window) = self._short(shifts, out), self._short(shifts, back)
        found = []
        for a, b in ((out_pickup, back_pickup), (out_window, back_window)):
            one, other = a[first], b[second]
            found.append(np.where((one == 0) | (other == 0), np.maximum(one, other), IMPOSSIBLE))
        return shifts.driver[first], found[0], found[1]


def _filters(day: Day, ride: Ride) -> Iterator[tuple[str, BoolArray]]:
    yield "too_many_persons", np.array([driver.seats >= ride.persons for driver in day.drivers], dtype=bool)
    for need in ride.needs:
        yield f"no_driver_with_{need}", np.array([need in driver.carries for driver in day.drivers], dtype=bool)
    yield "avoided", np.array([driver.id not in ride.avoid for driver in day.drivers], dtype=bool)


def _reason(day: Day, at: int, ways: _Ways) -> str:
    left = np.ones(len(day.drivers), dtype=bool)
    for reason, passes in _filters(day, day.rides[at]):
        left &= passes
        if not left.any():
            return reason
    shifts = shifts_of(day)
    driver = np.array([shift.driver for shift in shifts], dtype=np.int64)
    for short in ways.fits_somebody:
        if not ((short == 0) & left[driver]).any():
            return "outside_all_windows"
    return "no_time_left"


def _nearest(day: Day, at: int, ways: _Ways) -> Iterable[Change]:
    ride = day.rides[at]
    n_drives = 1 if ride.return_pickup is None else 2
    found: list[tuple[int, int, str, Change]] = []
    for number, driver in enumerate(day.drivers):
        if driver.id in ride.avoid or driver.max_rides < n_drives:
            continue
        seats = ride.persons - driver.seats
        lacking = [need for need in ride.needs if need not in driver.carries]
        pickup, window = int(ways.pickup[number]), int(ways.window[number])
        if seats <= 0 and not lacking:
            for relax, by in (("pickup", pickup), ("window", window)):
                if 0 < by < IMPOSSIBLE:
                    found.append((RELAXATIONS.index(relax), by, driver.id, Change(number, relax, by)))
        elif pickup == 0 and not lacking:
            found.append((2, seats, driver.id, Change(number, "seats", seats)))
        elif pickup == 0 and seats <= 0 and len(lacking) == 1:
            found.append((3, 0, driver.id, Change(number, "need", lacking[0])))
    found.sort(key=lambda entry: (entry[0], entry[1], str(entry[3].by) if entry[0] == 3 else "", entry[2]))
    return [change for *_, change in found[:MOST_CHANGES]]
