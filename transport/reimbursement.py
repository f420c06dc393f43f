"""What a driver gets back: so much a kilometre, counted from the driver's home and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
