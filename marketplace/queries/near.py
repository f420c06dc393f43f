"""Who lives near enough to some places to help there, by their own reach: never fewer than that, and hardly more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, inf, radians
from typing import Any, Final, NamedTuple

from sqlmodel import Session

from marketplace.models.offers import CLASS, REACHES_KM, ROW, ZONES_EAST, ZONES_NORTH
from marketplace.queries import market_statements as statements
from marketplace.queries.market_statements import ANYWHERE_KM, read_rows
from matching.geography import KM_PER_DEGREE, haversine_km
from matching.quarters import ALWAYS, may_have_time, quarters_of_piece

HAIR_KM: Final = 1e-3
_MARGIN: Final = 1.01
MOST_ZONES: Final = 2_000
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
    degrees = _degrees_to_a_km(places)
    wanted: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        wanted[place.skill_code].append(place)
    for home in _look_around(session, wanted, beyond_km, **degrees):
        asked = [place for code in home.skills_in_brief.split() for place in wanted.get(code, ())]
        if asked and _is_near(home, asked, beyond_km):
            yield home.id


def _look_around(
    session: Session, wanted: Mapping[str, Sequence[Place]], beyond_km: float, *, north: float, east: float
) -> Iterator[Any]:
    """Offers around the boxes of places of each kind of help, class by class of how far people go."""
    boxes = [_Box.of(places) for places in wanted.values()]
    box = _Box.of(place for places in wanted.values() for place in places)
    named: dict[str, Any] = {"north": north, "east": east, "beyond_km": beyond_km}
    for n, (code, one) in enumerate(zip(wanted, boxes, strict=True)):
        named |= {f"{edge}_edge_{n}": value for edge, value in one._asdict().items()} | {f"word_{n}": f"%{code}%"}
    in_zones, far = statements.near_in_zones(len(boxes)), statements.near_far(len(boxes))
    zones: list[int] = []
    for number, up_to in enumerate(REACHES_KM):
        wide = up_to + beyond_km + HAIR_KM
        rows = _zones(box.south - wide * north, box.north + wide * north, 90, ZONES_NORTH)
        columns = _zones(box.west - wide * east, box.east + wide * east, 180, ZONES_EAST)
        if len(zones) + len(rows) * len(columns) > MOST_ZONES:
            # Too many to be named: whoever goes farther than the class before is looked up without them.
            yield from read_rows(session, in_zones, {**named, "zones": zones})
            yield from read_rows(session, far, {**named, "above_km": (0.0, *REACHES_KM)[number]})
            return
        zones += [number * CLASS + row * ROW + column for row in rows for column in columns]
    yield from read_rows(session, in_zones, {**named, "zones": zones})
    yield from read_rows(session, far, {**named, "above_km": REACHES_KM[-1]})


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


def _is_near(home: Any, places: Iterable[Place], beyond_km: float) -> bool:
    """Whether one of these places is within the reach of an offer that may have time: never no where it is."""
    far = inf if home.reach_km > ANYWHERE_KM else home.reach_km + beyond_km + HAIR_KM
    free = _quarters_of_week(home.week_in_brief)
    return any(
        may_have_time(free, place.quarters, place.minutes)
        and haversine_km(home.latitude, home.longitude, place.latitude, place.longitude) <= far
        for place in places
    )


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
