"""What a driver gets back: so much a kilometre, counted from the driver's home and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from transport.travel import Place

Metres = Callable[[Place, Place], int]  # such as GreatCircleTravel().metres


@dataclass(frozen=True, slots=True)
class ReimbursementPolicy:
    """AutoMaatje: € 0.30 a kilometre. It pays for the car, not for the time, and is no wage."""

    cents_per_km: int = 30

    def __post_init__(self) -> None:
        if self.cents_per_km < 0:
            raise ValueError(f"cents_per_km must be at least 0, not {self.cents_per_km!r}")


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """The metres that count, and the whole cents they bring."""

    metres: int
    cents: int


def reimburse_ride(
    metres: Metres, *, home: Place, origin: Place, destination: Place, is_return: bool, policy: ReimbursementPolicy
) -> Reimbursement:
    """One ride on its own: home → from → to, back to from where the passenger is brought back, and home."""
    stops = [home, origin, destination, *([origin] if is_return else []), home]
    return reimburse_metres(sum(metres(start, end) for start, end in pairwise(stops)), policy)


def reimburse_metres(metres: int, policy: ReimbursementPolicy) -> Reimbursement:
    """Cents for a number of metres.

    Rounded once, at the end, to the nearest cent, half a cent up: in the driver's favour, and never leg by leg, so
    that a ride with more stops doesn't gain by its roundings. Whole numbers throughout. Raises ValueError below 0.
    """
    if metres < 0:
        raise ValueError(f"metres must be at least 0, not {metres!r}")
    return Reimbursement(metres, (metres * policy.cents_per_km + 500) // 1000)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a kilometre brings from which day on; a ride is paid by the tariff of its own day."""

    from_on: tuple[tuple[date, ReimbursementPolicy], ...]

    def __post_init__(self) -> None:
        days = [day for day, _ in self.from_on]
        if not days or any(later <= sooner for sooner, later in pairwise(days)):
            raise ValueError("from_on must hold at least one day, each later than the one before")

    def policy_on(self, day: date) -> ReimbursementPolicy:
        """The policy that holds on a day. Raises ValueError before the first one."""
        holding = [policy for begins, policy in self.from_on if begins <= day]
        if not holding:
            raise ValueError(f"no tariff holds on {day}, the first begins on {self.from_on[0][0]}")
        return holding[-1]


def split_over_rides(cents: int, alone_metres: Sequence[int]) -> tuple[int, ...]:
    """The cents of a duty, shared by its rides as far as each would have been driven by itself, from home and back.

    Whole cents that add up to the duty's: what rounding down leaves goes to the largest remainders, the first of equals
    first. Rides of no length at all share evenly. Raises ValueError below 0, or where there is no ride.
    """
    if cents < 0 or not alone_metres or min(alone_metres) < 0:
        raise ValueError(f"cents and alone_metres must be at least 0, and one ride at least, not {cents!r}")
    parts = list(alone_metres) if any(alone_metres) else [1] * len(alone_metres)
    whole = sum(parts)
    shares = [cents * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: -(cents * parts[at] % whole))
    for at in by_remainder[: cents - sum(shares)]:
        shares[at] += 1
    return tuple(shares)
