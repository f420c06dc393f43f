"""One day of rides, as plain frozen values: places, drivers, rides and how far and how long everything is.

Times are whole minutes since local midnight, distances whole metres, places positions in the two matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from matching.geography import IntArray

POOLED_EXTRA_MIN: Final = 15  # what sharing the car may cost a passenger who named no limit

Window = tuple[int, int]  # whole minutes, both ends included


@dataclass(frozen=True, slots=True)
class Driver:
    """Somebody with a car: where it stands, when it may drive, whom it can take."""

    id: str
    home: int
    windows: tuple[Window, ...]
    seats: int
    carries: frozenset[str]
    max_rides: int


@dataclass(frozen=True, slots=True)
class Ride:
    """One passenger's journey. At most one of wait_min (the driver stays) and return_pickup (anybody) is set."""

    id: str
    origin: int
    destination: int
    pickup: Window
    persons: int
    needs: tuple[str, ...]
    board_min: int
    alight_min: int
    wait_min: int | None
    return_pickup: Window | None
    pool: bool
    max_ride_min: int | None
    prefer: frozenset[str]
    avoid: frozenset[str]

    @property
    def may_share(self) -> bool:
        """Whether others may be in the car; never while the driver waits for this passenger."""
        return self.pool and self.wait_min is None


@dataclass(frozen=True, eq=False)
class Day:
    """Everything there is to plan.

    minutes, metres : int, shape (n_places, n_places)
        From the row's place to the column's; not necessarily the same as back, and detours may be shorter.
    """

    places: tuple[str, ...]
    minutes: IntArray
    metres: IntArray
    drivers: tuple[Driver, ...]
    rides: tuple[Ride, ...]


class OutOfTime(Exception):
    """The deadline came in the middle of something whose half is worth nothing."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When to stop. The clock is handed in: this package reads none."""

    clock: Callable[[], float]
    at: float

    def left(self) -> float:
        """Seconds that may still be used; below 0 where it is past."""
        return self.at - self.clock()

    def is_past(self) -> bool:
        return self.clock() >= self.at

    def check(self) -> None:
        """Raises OutOfTime where it is past."""
        if self.is_past():
            raise OutOfTime

    def sooner(self, seconds: float) -> Deadline:
        """The deadline that many seconds from now, or this one where it comes first."""
        return Deadline(self.clock, min(self.at, self.clock() + seconds))

    def before(self, seconds: float) -> Deadline:
        """A deadline that leaves so many seconds for what has to come after it."""
        return Deadline(self.clock, self.at - seconds)


def may_drive(driver: Driver, ride: Ride) -> bool:
    """Whether the car and the two people fit; time apart."""
    return (
        ride.persons <= driver.seats
        and driver.carries.issuperset(ride.needs)
        and driver.id not in ride.avoid
        and driver.max_rides > 0
    )
