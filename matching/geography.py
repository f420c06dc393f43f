"""Great-circle distance, one at a time or by the thousand, and an index that knows who lives near enough."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM: Final = 6371.0088  # IUGG mean radius R1
KM_PER_DEGREE: Final = EARTH_RADIUS_KM * np.pi / 180

# Two correct ways to compute one distance differ in the last digits. "Within max_km, inclusive" must not depend on
# which of them is used, so a micrometre is allowed for.
REACH_TOLERANCE_KM: Final = 1e-9

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def haversine_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Kilometres over the great circle between two points in WGS 84 degrees (Sinnott 1984)."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    half_north = sin((phi_b - phi_a) / 2)
    half_east = sin(radians(lon_b - lon_a) / 2)
    a = half_north * half_north + cos(phi_a) * cos(phi_b) * half_east * half_east
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, a)))


def haversine_km_many(lat: float, lon: float, lats: FloatArray, lons: FloatArray) -> FloatArray:
    """Kilometres from one point to each of many; lats and lons have shape (n,), degrees."""
    phi, phis = np.radians(lat), np.radians(lats)
    half_north = np.sin((phis - phi) / 2)
    half_east = np.sin(np.radians(lons - lon) / 2)
    a = half_north * half_north + np.cos(phi) * np.cos(phis) * half_east * half_east
    km: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, a)))
    return km


def is_within(km: float, max_km: float) -> bool:
    """Whether a distance counts as within reach (inclusive)."""
    return km <= max_km + REACH_TOLERANCE_KM


class ReachIndex:
    """Who, of many people each with a reach of their own, may be asked to come to a point.

    People are sorted into bands of latitude, as high as twice a usual reach: a band needs no care at the poles or
    the date line. The few who travel further than `far_km` are kept apart and always looked at, so that one driver
    with a reach of 60 km doesn't make every search a wide one.
    """

    def __init__(self, lats: FloatArray, lons: FloatArray, reach_km: FloatArray, *, far_km: float = 6.0) -> None:
        self._lats, self._lons, self._reach_km = lats, lons, reach_km
        self._band_degrees = 2 * far_km / KM_PER_DEGREE
        self._far = np.flatnonzero(reach_km > far_km)
        near = np.flatnonzero(reach_km <= far_km)
        bands = np.floor(lats[near] / self._band_degrees).astype(np.int64)
        order = np.argsort(bands, kind="stable")
        self._near, self._near_bands = near[order], bands[order]

    def within_reach(self, lat: float, lon: float) -> tuple[IntArray, FloatArray]:
        """Positions (ascending) of those whose reach covers the point, and their distances in km."""
        nearby = self._nearby(lat)
        km = haversine_km_many(lat, lon, self._lats[nearby], self._lons[nearby])
        reach = self._reach_km[nearby]
        inside = km <= reach + REACH_TOLERANCE_KM
        # The vectorised sine may differ from the scalar one in the last digits; the scalar one decides at the edge.
        for edge in np.flatnonzero(np.abs(km - reach - REACH_TOLERANCE_KM) < REACH_TOLERANCE_KM / 2):
            person = nearby[edge]
            exact = haversine_km(float(self._lats[person]), float(self._lons[person]), lat, lon)
            inside[edge] = is_within(exact, float(reach[edge]))
        return nearby[inside], km[inside]

    def _nearby(self, lat: float) -> IntArray:
        """Everybody in the band of the point and its two neighbours, and everybody with a far reach."""
        band = int(np.floor(lat / self._band_degrees))
        low, high = np.searchsorted(self._near_bands, [band - 1, band + 2])
        return np.sort(np.concatenate([self._near[low:high], self._far]))
