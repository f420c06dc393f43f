"""Distances."""

from random import Random

import numpy as np
import pytest

from matching.geography import EARTH_RADIUS_KM, haversine_km, haversine_km_many, is_within


def test_known_distances() -> None:
    """A quarter of a great circle; and Oosterhout town hall to Breda station, some nine kilometres."""
    assert haversine_km(0, 0, 0, 90) == pytest.approx(EARTH_RADIUS_KM * np.pi / 2)
    assert haversine_km(0, 0, 0, 180) == pytest.approx(EARTH_RADIUS_KM * np.pi)
    assert haversine_km(51.6450, 4.8590, 51.5955, 4.7800) == pytest.approx(7.75, abs=0.05)
    assert haversine_km(51.6, 4.8, 51.6, 4.8) == 0


def test_many_distances_are_the_same_distances() -> None:
    rng = np.random.default_rng(0)
    lats, lons = rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500)
    many = haversine_km_many(51.6, 4.8, lats, lons)
    one_by_one = [haversine_km(51.6, 4.8, lat, lon) for lat, lon in zip(lats, lons, strict=True)]
    assert many == pytest.approx(one_by_one, abs=1e-6)


def test_a_reach_is_inclusive() -> None:
    """Whoever lives at exactly the distance they named is near enough."""
    rng = Random(5)
    for _ in range(200):
        km = haversine_km(rng.uniform(50, 53), rng.uniform(4, 7), 51.6, 4.8)
        assert is_within(km, km)
        assert not is_within(km + 1e-6, km)
