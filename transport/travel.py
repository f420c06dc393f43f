"""How far and how long a drive is, where nothing better than the great circle is known."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite

import numpy as np

from matching.geography import FloatArray, IntArray, haversine_km, haversine_km_many

# A drive of exactly ten minutes must not become eleven through the last digit of a floating-point number.
ROUNDING_SLACK_MIN = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a car stops, in WGS 84 degrees. Two places at one point are still two places."""

    id: str
    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("id must be a non-empty string")
        for name, value, limit in (("lat", self.lat, 90), ("lon", self.lon, 180)):
            if not (isfinite(value) and abs(value) <= limit):
                raise ValueError(f"{name} must be between -{limit} and {limit}, not {value!r}")


@dataclass(frozen=True, slots=True)
class GreatCircleTravel:
    """Roads are `detour` times as long as the great circle, driven at `km_per_hour`, with `overhead_min` for each
    drive to get away and to park. (European cities average a detour of 1.34; Environment and Planning B, 2023.)"""

    detour: float = 1.3
    km_per_hour: float = 40.0
    overhead_min: float = 2.0

    def __post_init__(self) -> None:
        for name in ("detour", "overhead_min"):
            if not (isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name)!r}")
        if not (isfinite(self.km_per_hour) and self.km_per_hour > 0):
            raise ValueError(f"km_per_hour must be above 0, not {self.km_per_hour!r}")

    def road_km(self, origin: Place, destination: Place) -> float:
        """Kilometres by road, not rounded; 0 from a place to itself."""
        if origin.id == destination.id:
            return 0.0
        return haversine_km(origin.lat, origin.lon, destination.lat, destination.lon) * self.detour

    def metres(self, origin: Place, destination: Place) -> int:
        """Metres by road, rounded half up."""
        return floor(1000 * self.road_km(origin, destination) + 0.5)

    def minutes(self, origin: Place, destination: Place) -> int:
        """Whole minutes the drive takes, rounded up; 0 from a place to itself."""
        if origin.id == destination.id:
            return 0
        driving = 60 * self.road_km(origin, destination) / self.km_per_hour
        return ceil(self.overhead_min + driving - ROUNDING_SLACK_MIN)


def great_circle_matrices(travel: GreatCircleTravel, lats: FloatArray, lons: FloatArray) -> tuple[IntArray, IntArray]:
    """Minutes and metres between all places at once, as `minutes` and `metres` of the model give them one by one.

    lats, lons have shape (n,), degrees; both results have shape (n, n), from the row's place to the column's.
    """
    km = np.array([haversine_km_many(lat, lon, lats, lons) for lat, lon in zip(lats, lons, strict=True)])
    with np.errstate(over="ignore"):
        km = km.reshape(len(lats), len(lats)) * travel.detour
    # Out of range becomes far too much rather than something negative; whoever reads input refuses it.
    with np.errstate(over="ignore"):
        metres = np.minimum(np.floor(1000 * km + 0.5), 2.0**62)
        minutes = np.minimum(np.ceil(travel.overhead_min + 60 * km / travel.km_per_hour - ROUNDING_SLACK_MIN), 2.0**62)
    for matrix in (metres, minutes):
        np.fill_diagonal(matrix, 0)
    return minutes.astype(np.int64), metres.astype(np.int64)
