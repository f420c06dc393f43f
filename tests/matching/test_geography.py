"""Distances, and who lives near enough."""

from random import Random

import numpy as np
import pytest

from matching.geography import EARTH_RADIUS_KM, ReachIndex, haversine_km, haversine_km_many, is_within


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


def test_the_index_finds_exactly_those_who_reach_the_point() -> None:
    """Also near the poles and the date line, and with reaches from nothing to a thousand kilometres."""
    rng = Random(1)
    for centre in ((51.6, 4.8), (0.0, 179.99), (89.9, 0.0), (-51.0, -180.0)):
        people = [
            (
                max(-90, min(90, centre[0] + rng.uniform(-0.5, 0.5))),
                rng.uniform(-1, 1) + centre[1],
                rng.choice([0, 2, 6, 6.1, 50, 1000]),
            )
            for _ in range(300)
        ]
        people = [(lat, (lon + 180) % 360 - 180, reach) for lat, lon, reach in people]
        lats, lons, reach = (np.array(column, dtype=float) for column in zip(*people, strict=True))
        index = ReachIndex(lats, lons, reach)
        for _ in range(20):
            lat, lon = max(-90, min(90, centre[0] + rng.uniform(-0.3, 0.3))), centre[1]
            found, km = index.within_reach(lat, lon)
            expected = [n for n, (a, b, r) in enumerate(people) if is_within(haversine_km(a, b, lat, lon), r)]
            assert found.tolist() == expected
            assert km == pytest.approx([haversine_km(people[n][0], people[n][1], lat, lon) for n in expected], abs=1e-6)


def test_a_reach_is_inclusive() -> None:
    """Whoever lives at exactly the distance they named is near enough, by the scalar sum and by the index."""
    rng = Random(5)
    for _ in range(200):
        lat, lon = rng.uniform(50, 53), rng.uniform(4, 7)
        km = haversine_km(lat, lon, 51.6, 4.8)
        assert is_within(km, km)
        found, _ = ReachIndex(np.array([lat]), np.array([lon]), np.array([km])).within_reach(51.6, 4.8)
        assert found.tolist() == [0]


def test_nobody_is_near_in_an_empty_town() -> None:
    found, km = ReachIndex(np.zeros(0), np.zeros(0), np.zeros(0)).within_reach(51.6, 4.8)
    assert (len(found), len(km)) == (0, 0)
