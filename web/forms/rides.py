"""What follows from a ride's two ends: how long it takes, and about what the driver gets back for it."""

from dataclasses import dataclass
from typing import Final

from marketplace.asks import Destination
from marketplace.geocoding import Place
from matching.geography import KM_PER_DEGREE
from transport import reimbursement
from transport.travel import GreatCircleTravel
from transport.travel import Place as Stop

TRAVEL: Final = GreatCircleTravel()
POLICY: Final = reimbursement.ReimbursementPolicy()
BOARDING_MIN: Final = 5  # to get in, and again to get out
# The driver is not known yet: somebody round the corner, or as far as a usual reach.
FURTHEST_DRIVER_KM: Final = 5.0


@dataclass(frozen=True)
class Expense:
    """Whole euros, from a driver round the corner to one at the end of a usual reach."""

    least_euro: int
    most_euro: int


def ride_minutes(origin: Place, destination: Destination) -> int:
    """From getting in until getting out for the last time."""
    there = TRAVEL.minutes(_stop("from", origin), _stop("to", destination.place)) + 2 * BOARDING_MIN
    return 2 * there + destination.wait_minutes if destination.returns else there


def expected_expense(origin: Place, destination: Destination) -> Expense:
    """What the passenger pays the driver, about: € 0.30 a kilometre from the driver's home and back."""
    least = _cents(origin, destination, driver_km=0)
    most = _cents(origin, destination, driver_km=FURTHEST_DRIVER_KM)
    return Expense(max(1, least // 100), -(-most // 100))


def _cents(origin: Place, destination: Destination, *, driver_km: float) -> int:
    # Away from where the ride goes, so that the driver is further from both ends.
    is_south = destination.place.latitude > origin.latitude
    shift = driver_km / KM_PER_DEGREE * (-1 if is_south else 1)
    return reimbursement.reimburse_ride(
        TRAVEL.metres,
        home=Stop("home", origin.latitude + shift, origin.longitude),
        origin=_stop("from", origin),
        destination=_stop("to", destination.place),
        is_return=destination.returns,
        policy=POLICY,
    ).cents


def _stop(name: str, place: Place) -> Stop:
    return Stop(name, place.latitude, place.longitude)
