"""Random days as the JSON they come in: small ones with every feature, for tests."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]


def a_driver(id: str, home: str, windows: list[list[int]], **other: Any) -> Json:
    return {"id": id, "home": home, "windows": windows, "seats": 3, "carries": [], "max_rides": 4} | other


def a_ride(id: str, start: str, end: str, pickup: list[int], **other: Any) -> Json:
    return {
        "id": id, "from": start, "to": end, "pickup": pickup, "persons": 1, "needs": [], "board_min": 5,
        "alight_min": 5, "return": None, "pool": False, "max_ride_min": None, "prefer": [], "avoid": [],
    } | other  # fmt: skip


def a_random_day(seed: int, n_drivers: int, n_rides: int, *, hours: int = 4, wide: float = 0.2) -> Json:
    """Everything the interface allows, mixed; `wide` of the pick-ups have windows of hours."""
    rng = random.Random(seed)
    span = 60 * hours
    n_places = rng.randint(max(2, n_rides), 2 * n_rides + n_drivers)
    places = [
        {"id": f"h{at}", "lat": round(51.62 + rng.random() * 0.06, 5), "lon": round(4.82 + rng.random() * 0.1, 5)}
        for at in range(n_places)
    ]
    names = [place["id"] for place in places]
    shape = rng.random()  # some days are all of one kind
    drivers = []
    for at in range(n_drivers):
        start = 480 + rng.randint(0, span // 2)
        windows = [[start, start + rng.randint(30, span)]]
        if rng.random() < 0.3:
            later = windows[0][1] + rng.randint(1, 60)
            windows.append([later, later + rng.randint(20, 150)])
        if rng.random() < 0.2:
            windows.reverse()
        carries = [need for need in ("rollator", "wheelchair") if rng.random() < 0.6]
        seats, most = rng.randint(1, 4), rng.choice([0, 1, 2, 2, 3, 5])
        drivers.append(a_driver(f"d{at}", rng.choice(names), windows, seats=seats, carries=carries, max_rides=most))
    rides = [
        _a_random_ride(rng, at, names, [driver["id"] for driver in drivers], span, wide, shape) for at in range(n_rides)
    ]
    travel: Json = {"kind": "great_circle", "detour": 1.3, "km_per_hour": 40, "overhead_min": rng.choice([0, 2])}
    if rng.random() < 0.4:
        travel = _a_random_matrix(rng, n_places)
    return {"travel": travel, "places": places, "drivers": drivers, "rides": rides}


def _a_random_ride(
    rng: random.Random, at: int, names: list[str], drivers: list[str], span: int, wide: float, shape: float
) -> Json:
    start, end = rng.sample(names, 2)
    first = 480 + rng.randint(0, span)
    last = first + (rng.randint(30, 180) if rng.random() < wide else rng.choice([0, 10, 20]))
    back: Json | None = None
    kind = rng.random()
    if kind < 0.2:
        back = {"mode": "wait", "minutes": rng.choice([0, 10, 30])}
    elif kind < 0.45:
        later = first + rng.randint(0, 120)
        back = {"mode": "later", "pickup": [later, later + rng.choice([0, 20, 60])]}
    return a_ride(
        f"r{at}", start, end, [first, last],
        persons=rng.choice([1, 1, 1, 2, 3]),
        needs=[need for need in ("wheelchair", "rollator") if rng.random() < 0.2],
        board_min=rng.choice([0, 3, 5]),
        alight_min=rng.choice([0, 2, 5]),
        pool=rng.random() < (0.9 if shape < 0.4 else 0.3),
        max_ride_min=rng.choice([None, None, 0, 20, 60]),
        prefer=[name for name in drivers if rng.random() < 0.2],
        avoid=[name for name in drivers if rng.random() < 0.1],
        **{"return": back},
    )  # fmt: skip


def _a_random_matrix(rng: random.Random, size: int) -> Json:
    """Small numbers, some of them 0 or far from any triangle, there other than back."""

    def table(most: int) -> list[list[int]]:
        return [[0 if a == b else rng.randint(0, most) for b in range(size)] for a in range(size)]

    return {"kind": "matrix", "minutes": table(rng.choice([1, 10, 25])), "metres": table(rng.choice([3, 5000]))}


def a_changed_day(seed: int, day: Json, plan: Json, *, fixed_share: float = 0.3) -> tuple[Json, Json]:
    """The day after a cancellation, a sick driver, a late request or a mix, and the plan with some duties fixed."""
    rng = random.Random(seed)
    day = {**day, "rides": [dict(ride) for ride in day["rides"]], "drivers": list(day["drivers"])}
    plan = {**plan, "duties": [dict(duty) for duty in plan["duties"]]}
    fixed = [duty for duty in plan["duties"] if rng.random() < fixed_share]
    for duty in fixed:
        duty["fixed"] = True
    held_drivers = {duty["driver"] for duty in fixed}
    held_rides = {stop["ride"] for duty in fixed for stop in duty["stops"]}
    change = rng.choice(["cancelled", "sick", "late", "all"])
    if change in ("cancelled", "all"):
        loose = [ride for ride in day["rides"] if ride["id"] not in held_rides]
        if loose:
            day["rides"].remove(rng.choice(loose))
    if change in ("sick", "all"):
        well = [driver for driver in day["drivers"] if driver["id"] not in held_drivers]
        if well:
            gone = rng.choice(well)
            day["drivers"].remove(gone)
            for ride in day["rides"]:
                for key in ("prefer", "avoid"):
                    ride[key] = [name for name in ride[key] if name != gone["id"]]
    if change in ("late", "all"):
        names = [place["id"] for place in day["places"]]
        late = _a_random_ride(rng, 99, names, [driver["id"] for driver in day["drivers"]], 240, 0.3, rng.random())
        day["rides"].append(late)
    return day, plan
