"""Who lives near enough to some places to help there, by their own reach: never fewer than that, and hardly more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, inf, radians
from typing import Any, Final, NamedTuple

import numpy as np
from sqlmodel import Session

from marketplace.models.offers import CLASS, REACHES_KM, ROW, ZONES_EAST, ZONES_NORTH
from marketplace.queries import market_statements as statements
from marketplace.queries.market_statements import ANYWHERE_KM, read_rows
from marketplace.queries.several import told
from matching.geography import KM_PER_DEGREE, haversine_km_many
from matching.quarters import ALWAYS, may_have_time, quarters_of_piece

HAIR_KM: Final = 1e-3
_MARGIN: Final = 1.01
MOST_ZONES: Final = 600  # for each kind of help
_FAR_FROM_THE_DATE_LINE: Final = 150.0
_ALL_AROUND: Final = 1e6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of help is asked, and for how many minutes in which quarters of the week (`matching.quarters`):
    always and for none, where time doesn't matter."""

    skill_code: str
    latitude: float
    longitude: float
    minutes: int = 0
    quarters: int = ALWAYS


def list_near(session: Session, places: Sequence[Place], beyond_km: float) -> Iterator[str]:
    """Ids of offers that may be within reach (and ``beyond_km`` more) of a place for their kind of help, and may have
    time then; perhaps one more than once."""
    wanted: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        wanted[place.skill_code].append(place)
    of_kind = list(wanted.values())
    homes: defaultdict[int, list[Any]] = defaultdict(list)
    for home in _look_around(session, of_kind, beyond_km, **_degrees_to_a_km(places)):
        homes[home.number].append(home)
    for number, found in homes.items():
        yield from _list_nearest(found, of_kind[number], beyond_km)


def _look_around(
    session: Session, of_kind: Sequence[Sequence[Place]], beyond_km: float, *, north: float, east: float
) -> Sequence[Any]:
    """Offers around the box of the places of each kind of help, with the number of that kind."""
    boxes, far = [], len(REACHES_KM) * CLASS
    for number, places in enumerate(of_kind):
        box = _Box.of(places)
        zones, further = _zones_around(box, beyond_km, north=north, east=east)
        far = min(far, further)
        edges = {f"{edge}_edge": at for edge, at in box._asdict().items()}
        boxes.append({"number": number, **edges, "word": f"%{places[0].skill_code}%", "zones": zones})
    named = {"boxes": told(boxes), "far": far, "north": north, "east": east, "beyond_km": beyond_km}
    return read_rows(session, statements.NEAR, named)


def _zones_around(box: "_Box", beyond_km: float, *, north: float, east: float) -> tuple[list[int], int]:
    """The zones in which they may live who go near enough, class by class of how far people go, and the number from
    which on everybody may."""
    zones: list[int] = []
    for number, up_to in enumerate(REACHES_KM):
        wide = up_to + beyond_km + HAIR_KM
        rows = _zones(box.south - wide * north, box.north + wide * north, 90, ZONES_NORTH)
        columns = _zones(box.west - wide * east, box.east + wide * east, 180, ZONES_EAST)
        if len(zones) + len(rows) * len(columns) > MOST_ZONES:
            # Too many to be named: whoever goes farther than the class before is looked up without them.
            return zones, number * CLASS
        zones += [number * CLASS + row * ROW + column for row in rows for column in columns]
    return zones, len(REACHES_KM) * CLASS


class _Box(NamedTuple):
    """Between which latitudes and longitudes places lie."""

    south: float
    north: float
    west: float
    east: float

    @classmethod
    def of(cls, places: Iterable[Place]) -> "_Box":
        norths, easts = zip(*((place.latitude, place.longitude) for place in places), strict=True)
        return cls(min(norths), max(norths), min(easts), max(easts))


def _zones(low: float, high: float, shift: int, to_a_degree: int) -> range:
    """The zones between two latitudes or longitudes, whichever way the database rounds, within what there is."""
    first, last = floor((low + shift) * to_a_degree), ceil((high + shift) * to_a_degree)
    return range(max(first, 0), min(last, 2 * shift * to_a_degree) + 1)


def _list_nearest(homes: Sequence[Any], places: Sequence[Place], beyond_km: float) -> Iterator[str]:
    """Which of these offers are within their own reach of one of these places and may have time then: never one too
    few."""
    lats, lons, reaches = (np.array([home[at] for home in homes], dtype=np.float64) for at in (2, 3, 4))
    far = np.where(reaches > ANYWHERE_KM, inf, reaches + beyond_km + HAIR_KM)
    for place in places:
        reached = np.flatnonzero(haversine_km_many(place.latitude, place.longitude, lats, lons) <= far)
        for home in map(homes.__getitem__, reached.tolist()):
            if may_have_time(_quarters_of_week(home.week_in_brief), place.quarters, place.minutes):
                yield home.id


# A country has thousands of weeks, and a town hundreds.
@lru_cache(maxsize=1 << 14)
def _quarters_of_week(week: str) -> int:
    bits = 0
    for word in week.split():
        bits |= _quarters_of_word(word)
    return bits


# A country has thousands of pieces of week, and few different ones.
@lru_cache(maxsize=1 << 14)
def _quarters_of_word(word: str) -> int:
    return quarters_of_piece(*(int(part) for part in word.split(":")))


def _degrees_to_a_km(places: Iterable[Place]) -> dict[str, float]:
    """How many degrees a kilometre is at most, north and east of these places, for up to ANYWHERE_KM of them.

    A circle of d km around latitude φ spans asin(sin(d/R) / cos φ) of longitude either way: with cos φ at least a
    half that is less than 1 % above d / (R cos φ). Nearer to a pole, or to the date line, longitude rules nobody out.
    """
    north = _MARGIN / KM_PER_DEGREE
    least = min((cos(radians(place.latitude)) for place in places), default=1.0)
    is_plain = least >= 0.5 and all(abs(place.longitude) <= _FAR_FROM_THE_DATE_LINE for place in places)
    return {"north": north, "east": north / least if is_plain else _ALL_AROUND}
