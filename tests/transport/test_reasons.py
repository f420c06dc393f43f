"""Why a ride is not served, and the smallest change that would help."""

import copy
import random

import pytest

from tests.transport.brute_force import Everything
from tests.transport.days import a_driver, a_random_day, a_ride
from tests.transport.planned import planned

# Home a, from b to c: five minutes each way, home again nine; boarding and alighting five each.
TABLE = [[0, 5, 9], [5, 0, 5], [9, 5, 0]]
PLACES = [{"id": name, "lat": 51.6, "lon": 4.86} for name in "abc"]


def the_reason(drivers, ride, *others):
    day = {
        "travel": {"kind": "matrix", "minutes": TABLE, "metres": TABLE},
        "places": PLACES,
        "drivers": drivers,
        "rides": [ride, *others],
    }
    (entry,) = [entry for entry in planned(day)["unserved"] if entry["ride"] == ride["id"]]
    return entry["reason"], [(change["driver"], change["relax"], change["by"]) for change in entry["nearest"]]


RIDE = a_ride("r1", "b", "c", [550, 560])


@pytest.mark.parametrize(
    ("drivers", "ride", "expected"),
    [
        pytest.param(
            [a_driver("d1", "a", [[500, 700]], seats=1)], RIDE | {"persons": 3},
            ("too_many_persons", [("d1", "seats", 2)]), id="seats",
        ),
        pytest.param(
            [a_driver("d1", "a", [[500, 700]])], RIDE | {"needs": ["rollator"]},
            ("no_driver_with_rollator", [("d1", "need", "rollator")]), id="a-need",
        ),
        pytest.param(
            [a_driver("d1", "a", [[500, 700]], carries=["rollator"])], RIDE | {"needs": ["rollator", "wheelchair"]},
            ("no_driver_with_wheelchair", [("d1", "need", "wheelchair")]), id="the-first-need-nobody-has",
        ),
        pytest.param([a_driver("d1", "a", [[500, 700]])], RIDE | {"avoid": ["d1"]}, ("avoided", []), id="avoided"),
        pytest.param(
            [a_driver("d1", "a", [[560, 700]])], RIDE,
            ("outside_all_windows", [("d1", "pickup", 5), ("d1", "window", 5)]), id="boards-at-565-at-the-earliest",
        ),
        pytest.param(
            [a_driver("d1", "a", [[500, 570]])], RIDE,
            ("outside_all_windows", [("d1", "pickup", 4), ("d1", "window", 4)]), id="home-at-574-at-the-earliest",
        ),
        pytest.param(
            [a_driver("d1", "a", [[550, 560]])], RIDE,
            ("outside_all_windows", [("d1", "window", 19)]), id="too-short-a-window-is-no-matter-of-the-pick-up",
        ),
        pytest.param([a_driver("d1", "a", [[500, 700]], max_rides=0)], RIDE, ("no_time_left", []), id="no-rides-left"),
        pytest.param([], RIDE, ("too_many_persons", []), id="nobody-at-all"),
    ],
)  # fmt: skip
def test_the_first_filter_that_leaves_nobody(drivers, ride, expected):
    assert the_reason(drivers, ride) == expected


def test_who_is_busy_has_no_time_left():
    """Two rides at one moment; the one that means more empty metres is left out, though alone it would fit."""
    near, far = a_ride("r2", "a", "b", [555, 555]), a_ride("r3", "c", "b", [555, 555])
    assert the_reason([a_driver("d1", "a", [[500, 700]])], far, near) == ("no_time_left", [])


def relaxed(day, ride, change):
    """Every day in which just that is changed, with that driver and that ride alone."""
    (driver,) = [copy.deepcopy(driver) for driver in day["drivers"] if driver["id"] == change["driver"]]
    wanted = copy.deepcopy(ride)
    if change["relax"] == "seats":
        driver["seats"] += change["by"]
    if change["relax"] == "need":
        driver["carries"].append(change["by"])
    if change["relax"] == "pickup":
        windows = [wanted["pickup"]]
        if wanted["return"] and wanted["return"]["mode"] == "later":
            windows.append(wanted["return"]["pickup"])
    else:
        windows = driver["windows"]
    by = change["by"] if change["relax"] in ("pickup", "window") else 0
    for window in windows:
        first, last = window
        for sooner in range(by + 1):
            window[:] = [first - sooner, last + by - sooner]
            yield day | {"drivers": [driver], "rides": [wanted]}
        window[:] = [first, last]


def is_served(days):
    return any(Everything(copy.deepcopy(day)).best()[0] == 0 for day in days)


def test_each_change_helps_and_none_smaller_does():
    """Tried out by brute force, one driver and one ride at a time."""
    rng = random.Random(1)
    found = 0
    for seed in range(40):
        day = a_random_day(50_000 + seed, 2, 3)
        for ride in day["rides"]:
            ride["prefer"] = ride["avoid"] = []
        for entry in planned(day)["unserved"]:
            (ride,) = [ride for ride in day["rides"] if ride["id"] == entry["ride"]]
            for change in entry["nearest"]:
                if change["by"] in range(60, 10_000) and rng.random() < 0.9:
                    continue  # brute force tries every minute
                assert is_served(relaxed(day, ride, change)), (seed, entry)
                if isinstance(change["by"], int):
                    assert not is_served(relaxed(day, ride, change | {"by": change["by"] - 1})), (seed, entry)
                found += 1
    assert found > 20
