"""Made-up days of AutoMaatje for the benches: a municipality of villages, drivers with hours, rides to a few places.

Everything is synthetic, from a fixed seed. Boarding takes 8 minutes and alighting 7; pick-up windows are 10 to 20
minutes; half of the passengers are waited for, or (`later`) fetched by anybody; three rides in ten need a car that
takes a rollator (four cars in five do), six in a hundred one that takes a wheelchair (one car in eight).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Json = dict[str, Any]

KM_PER_DEGREE: Final = 111.195
LAT, LON = 51.645, 4.861


@dataclass(frozen=True)
class Size:
    """How large a day is, and over how many kilometres it lies."""

    drivers: int
    rides: int
    width_km: float
    height_km: float

    @property
    def name(self) -> str:
        return f"{self.drivers}/{self.rides}"


SIZES: Final = (Size(60, 120, 10, 8), Size(150, 320, 16, 12), Size(300, 800, 25, 20))


def a_day(seed: int, size: Size, *, pooled: float = 0.0, later: float = 0.0) -> Json:
    """One day. `pooled` of the rides may share, `later` of them are fetched again by anybody."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((0, 0), (size.width_km, size.height_km), (11, 2))
    popularity = rng.dirichlet(np.full(11, 1.5))
    places: list[Json] = []

    def place(spread_km: float, centre: int | None = None) -> str:
        at = int(rng.choice(11, p=popularity)) if centre is None else centre
        x, y = centres[at] + rng.normal(0, spread_km, 2)
        lon = LON + x / (KM_PER_DEGREE * np.cos(np.radians(LAT)))
        places.append({"id": f"p{len(places)}", "lat": round(LAT + y / KM_PER_DEGREE, 6), "lon": round(float(lon), 6)})
        return str(places[-1]["id"])

    targets = [place(0.7) for _ in range(max(8, size.rides // 10))]
    drivers = [_driver(rng, at, place(0.7)) for at in range(size.drivers)]
    rides = [_ride(rng, at, place(0.7), targets, pooled, later) for at in range(size.rides)]
    travel = {"kind": "great_circle", "detour": 1.3, "km_per_hour": 40, "overhead_min": 2}
    return {"travel": travel, "places": places, "drivers": drivers, "rides": rides}


def _driver(rng: np.random.Generator, at: int, home: str) -> Json:
    kind = rng.random()
    if kind < 0.4:
        start, end = 510 + int(rng.integers(0, 5)) * 15, 720 + int(rng.integers(0, 5)) * 15
    elif kind < 0.8:
        start, end = 750 + int(rng.integers(0, 5)) * 15, 990 + int(rng.integers(0, 5)) * 15
    else:
        start, end = 540 + int(rng.integers(0, 5)) * 15, 900 + int(rng.integers(0, 9)) * 15
    carries = [need for need, share in (("rollator", 0.8), ("wheelchair", 0.12)) if rng.random() < share]
    return {
        "id": f"d{at}", "home": home, "windows": [[start, end]], "seats": int(rng.integers(2, 5)), "carries": carries,
        "max_rides": int(rng.integers(3, 7)),
    }  # fmt: skip


def _ride(rng: np.random.Generator, at: int, start: str, targets: list[str], pooled: float, later: float) -> Json:
    first = int(rng.integers(110, 190)) * 5 if rng.random() < 0.9 else int(rng.integers(104, 200)) * 5
    back: Json | None = None
    kind = rng.random()
    if kind < later:
        returns = first + int(rng.integers(14, 30)) * 5
        back = {"mode": "later", "pickup": [returns, returns + 20]}
    elif kind < later + (1 - later) / 2:
        back = {"mode": "wait", "minutes": int(rng.integers(4, 19)) * 5}
    end = str(rng.choice(targets))
    return {
        "id": f"r{at}", "from": start, "to": end, "pickup": [first, first + int(rng.integers(2, 5)) * 5],
        "persons": 1 if rng.random() < 0.85 else 2, "board_min": 8, "alight_min": 7, "return": back,
        "needs": [need for need, share in (("rollator", 0.3), ("wheelchair", 0.06)) if rng.random() < share],
        "pool": bool(rng.random() < pooled), "max_ride_min": None, "prefer": [], "avoid": [],
    }  # fmt: skip
