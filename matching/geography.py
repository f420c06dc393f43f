"""Great-circle distance, one at a time or by the thousand."""

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
