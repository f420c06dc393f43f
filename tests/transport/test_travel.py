"""How far and how long a drive is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.geography import KM_PER_DEGREE
from transport.travel import GreatCircleTravel, Place

HOME = Place("home", 51.6461, 4.8619)


def north_of_home(km: float) -> Place:
    return Place(f"{km} km", HOME.lat + km / KM_PER_DEGREE, HOME.lon)


def test_roads_are_longer_than_the_great_circle() -> None:
    travel = GreatCircleTravel(detour=1.3)
    assert travel.metres(HOME, north_of_home(10)) == 13_000


@pytest.mark.parametrize(
    ("km", "minutes"),
    [
        pytest.param(4, 8, id="exactly-eight-minutes-stay-eight"),
        pytest.param(4.001, 9, id="a-little-more-is-nine"),
        pytest.param(0.0001, 3, id="the-overhead-counts-for-every-drive"),
    ],
)
def test_a_drive_takes_its_overhead_and_whole_minutes(km: float, minutes: int) -> None:
    assert GreatCircleTravel(detour=1.0, km_per_hour=40, overhead_min=2).minutes(HOME, north_of_home(km)) == minutes


def test_from_a_place_to_itself_is_nothing_but_two_places_at_one_point_are_two() -> None:
    travel = GreatCircleTravel()
    neighbour = Place("neighbour", HOME.lat, HOME.lon)
    assert (travel.metres(HOME, HOME), travel.minutes(HOME, HOME)) == (0, 0)
    assert (travel.metres(HOME, neighbour), travel.minutes(HOME, neighbour)) == (0, 2)


places = st.builds(Place, st.text(min_size=1), st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_there_is_as_far_as_back(origin: Place, destination: Place) -> None:
    travel = GreatCircleTravel()
    assert travel.metres(origin, destination) == travel.metres(destination, origin)
    assert travel.minutes(origin, destination) == travel.minutes(destination, origin) >= 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"detour": -1}, "detour"), ({"km_per_hour": 0}, "km_per_hour"), ({"overhead_min": float("nan")}, "overhead_min")],
)
def test_a_model_that_cannot_be_names_its_field(wrong: dict[str, float], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        GreatCircleTravel(**wrong)


@pytest.mark.parametrize(("id", "lat", "lon", "field"), [("", 0, 0, "id"), ("x", 91, 0, "lat"), ("x", 0, 181, "lon")])
def test_a_place_that_cannot_be_names_its_field(id: str, lat: float, lon: float, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Place(id, lat, lon)
