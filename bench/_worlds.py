"""Made-up towns for the benches: people and requests as the engine knows them, the same for the same seed.

A town has eleven centres on ten by eight kilometres; towns lie ten kilometres apart, so that reaches cross borders.
Volunteers have one to six kinds of help, some common and some rare, and walk, cycle or drive; help is wanted in parts
of days in the two weeks to come. Nothing here is measured in a real town but the sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, cos, radians, sqrt
from typing import Any, Final

import numpy as np

from matching.problem import Market, Request, Volunteer, WeeklySlot, Window
from matching.skills import read_skills

NOW: Final = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
SKILLS: Final = read_skills()
SOUTH_WEST: Final = (51.0, 4.0)
KM_NORTH: Final = 111.195  # to a degree
PARTS: Final = ((540, 750), (750, 1020), (1020, 1110), (1110, 1290))  # of a day, in minutes
SLOTS: Final = tuple(WeeklySlot(day, *part) for day in range(7) for part in PARTS)
EARNED: Final = {"vog": 0.6, "car": 0.7, "driving_licence": 0.8, "buddy_training": 0.1}


@dataclass(frozen=True)
class Size:
    """How many towns, and how many people and requests in a usual one."""

    name: str
    towns: int
    volunteers: int
    requests: int


MUNICIPALITY: Final = Size("municipality", 1, 1476, 980)
SCARCE: Final = Size("municipality, scarce (supply 0.7 of demand)", 1, 1476, 2560)
EVEN: Final = Size("municipality, even (supply 1.0 of demand)", 1, 1476, 1790)
REGION: Final = Size("region", 10, 1367, 908)
NATION_100K: Final = Size("nation, 98 000", 340, 288, 191)
NATION_500K: Final = Size("nation, 508 000", 340, 1494, 992)


def a_market(size: Size, seed: int) -> Market:
    """A market in which every request is open and nobody has been asked yet."""
    rng = np.random.default_rng(seed)
    (homes, town_of_home), (places, town_of_place) = _settled(rng, size)
    volunteers = _volunteers(rng, homes, town_of_home)
    requests = _requests(rng, places, town_of_place)
    waited = rng.integers(0, 7 * 24, len(requests)).tolist()
    return Market(
        skills=SKILLS,
        volunteers={volunteer.id: volunteer for volunteer in volunteers},
        requests={request.id: request for request in requests},
        posted_at={r.id: NOW - timedelta(hours=h) for r, h in zip(requests, waited, strict=True)},
    )


def town_of(id: str) -> int:
    """The town of a volunteer or a request, by their id."""
    return int(id.split(".")[1])


def _settled(rng: np.random.Generator, size: Size) -> list[tuple[Any, list[int]]]:
    """Where people live and where help is wanted, as degrees, and in which town; town by town."""
    side = ceil(sqrt(size.towns))
    share = rng.lognormal(0, 0.6, size.towns) if size.towns > 1 else np.ones(1)
    share /= share.mean()
    homes: list[Any] = []
    places: list[Any] = []
    for town in range(size.towns):
        centres = np.column_stack([rng.uniform(0, 10, 11), rng.uniform(0, 8, 11)]) + 10 * np.array(divmod(town, side))
        weight = rng.dirichlet(np.full(11, 1.5))
        for found, usual in ((homes, size.volunteers), (places, size.requests)):
            count = round(usual * share[town])
            found.append(centres[rng.choice(11, count, p=weight)] + rng.normal(0, 0.7, (count, 2)))
    return [
        (_degrees(np.vstack(found)), [town for town, those in enumerate(found) for _ in those])
        for found in (homes, places)
    ]


def _degrees(km: Any) -> Any:
    lats = SOUTH_WEST[0] + km[:, 1] / KM_NORTH
    return np.column_stack([lats, SOUTH_WEST[1] + km[:, 0] / (KM_NORTH * cos(radians(SOUTH_WEST[0] + 1)))])


def _popularity() -> Any:
    weight = 1 / np.arange(1, len(SKILLS) + 1) ** 0.7
    return weight / weight.sum()


def _volunteers(rng: np.random.Generator, homes: Any, town: list[int]) -> list[Volunteer]:
    count = len(homes)
    codes = np.array(list(SKILLS))
    rank = np.argsort(-(rng.gumbel(size=(count, len(codes))) + np.log(_popularity())), axis=1)[:, :6]
    how_many = rng.integers(1, 7, count)
    how = rng.random(count)
    reach = np.select(
        [how < 0.3, how < 0.7], [rng.uniform(1, 2.5, count), rng.uniform(2.5, 6, count)], rng.uniform(5, 15, count)
    )
    free = rng.random((count, len(SLOTS))) < rng.uniform(0.05, 0.35, count)[:, None]
    earned = {code: rng.random(count) < share for code, share in EARNED.items()}
    capacity = rng.choice([1, 2, 3, 4], count, p=[0.45, 0.3, 0.15, 0.1])
    born = rng.integers(1935, 2010, count)
    polish = rng.random(count) < 0.05
    kinds = [frozenset(codes[row[:n]].tolist()) for row, n in zip(rank, how_many.tolist(), strict=True)]
    return [
        Volunteer(
            f"v.{town[at]}.{at}",
            lat=float(homes[at, 0]),
            lon=float(homes[at, 1]),
            max_km=float(reach[at]),
            skills=kinds[at],
            available=tuple(SLOTS[part] for part in np.flatnonzero(free[at]).tolist()),
            capacity=int(capacity[at]),
            max_proposals_per_week=4,
            qualifications=frozenset(code for code, has in earned.items() if has[at]),
            languages=frozenset({"nl", "pl"} if polish[at] else {"nl"}),
            born=int(born[at]),
            avoid=frozenset({f"p{at}"}),
        )
        for at in range(count)
    ]


def _requests(rng: np.random.Generator, places: Any, town: list[int]) -> list[Request]:
    count = len(places)
    codes = list(SKILLS)
    skill = rng.choice(len(codes), count, p=_popularity())
    slots = rng.choice([1, 2, 3, 5], count, p=[0.75, 0.12, 0.09, 0.04])
    day, part = rng.integers(1, 14, (count, 3)), rng.integers(0, len(PARTS), (count, 3))
    how_many = rng.integers(1, 4, count)
    is_weekly = rng.random(count) < 0.3
    minutes = rng.choice([30, 60, 90], count)
    language = rng.random(count) < 0.03
    adult = rng.random(count) < 0.2
    midnight = NOW.replace(hour=0) - timedelta(hours=1)  # Amsterdam's, in winter
    requests = []
    for at in range(count):
        days, parts = day[at, : how_many[at]].tolist(), part[at, : how_many[at]].tolist()
        chosen = [(on, *PARTS[of]) for on, of in zip(days, parts, strict=True)]
        requests.append(
            Request(
                f"r.{town[at]}.{at}",
                requester=f"q{at}",
                lat=float(places[at, 0]),
                lon=float(places[at, 1]),
                skill=codes[skill[at]],
                slots=int(slots[at]),
                minutes=int(minutes[at]),
                respond_by=NOW + timedelta(days=9),
                windows=() if is_weekly[at] else tuple(_window(midnight, *one) for one in chosen),
                weekly=tuple(WeeklySlot(on % 7, begin, end) for on, begin, end in chosen) if is_weekly[at] else (),
                languages=frozenset({"pl", "nl"}) if language[at] else frozenset(),
                min_age=18 if adult[at] else 0,
            )
        )
    return requests


def _window(midnight: datetime, day: int, begin: int, end: int) -> Window:
    return Window(midnight + timedelta(days=day, minutes=begin), midnight + timedelta(days=day, minutes=end))
