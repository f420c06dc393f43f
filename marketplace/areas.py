"""The postcode areas of a municipality, drawn on a plane: what a map of it is made of. Nothing finer is ever on a map.

Source: CBS, "Kerncijfers per postcode" 2020 (CC BY 4.0), simplified to 8 m; see geo/SOURCE.md.
"""

import json
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any, Final

from marketplace.geocoding import EmbeddedGeocoder, neighbourhoods

_FILE: Final = Path(__file__).parent / "geo" / "oosterhout_pc4_areas.geojson"
_KM_PER_DEGREE: Final = 111.2
# Of the plane: one unit is 20 m, finer than the drawing is simplified to on any screen.
UNITS_PER_KM: Final = 50
_LOOKS: Final = 24  # how fine the grid is on which the place of a number is sought

Ring = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Area:
    """The area of a 4-digit postcode: its outlines, and the spot in it where a number has most room around it."""

    postcode4: str
    neighbourhood: str
    rings: tuple[Ring, ...]
    middle: tuple[int, int]
    room: int


@dataclass(frozen=True)
class Plane:
    """Degrees (WGS 84) as units from the north-western corner, squeezed as its middle latitude asks."""

    west: float
    north: float
    squeeze: float

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where a point lies, in whole units to the east and to the south."""
        scale = UNITS_PER_KM * _KM_PER_DEGREE
        return round((longitude - self.west) * self.squeeze * scale), round((self.north - latitude) * scale)


@dataclass(frozen=True)
class Ground:
    """The areas of one municipality, north up, on a plane of this many units."""

    width: int
    height: int
    areas: tuple[Area, ...]
    plane: Plane

    def at(self, latitude: float, longitude: float) -> tuple[int, int]:
        """Where a point lies on the plane; outside the municipality it lies outside the plane."""
        return self.plane.at(longitude, latitude)


@cache
def ground_of(municipality: str) -> Ground | None:
    """The areas of a municipality in order of postcode; None where we have no areas of it."""
    outlines = {
        str(feature["properties"]["postcode4"]): _rings(feature["geometry"])
        for feature in json.loads(_FILE.read_text(encoding="utf-8"))["features"]
        if feature["properties"]["municipality"] == municipality
    }
    if not outlines or not neighbourhoods(municipality):
        return None
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    west, north = min(x for x, _ in points), max(y for _, y in points)
    east, south = max(x for x, _ in points), min(y for _, y in points)
    plane = Plane(west, north, cos(radians((north + south) / 2)))
    width, height = plane.at(east, south)
    areas = [
        _area(code, tuple(_without_repeats([plane.at(*point) for point in ring]) for ring in rings))
        for code, rings in sorted(outlines.items())
    ]
    return Ground(width, height, tuple(areas), plane)


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(x, y) for x, y in ring] for part in parts for ring in part]


def _area(code: str, rings: tuple[Ring, ...]) -> Area:
    place = EmbeddedGeocoder().find(code)
    middle, room = _roomiest(max(rings, key=lambda ring: abs(_surface(ring))))
    return Area(code, place.neighbourhood if place else code, rings, middle, room)


def _without_repeats(ring: list[tuple[int, int]]) -> Ring:
    return tuple(point for point, before in zip(ring, [None, *ring], strict=False) if point != before)


def _surface(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _roomiest(ring: Ring) -> tuple[tuple[int, int], int]:
    """Of a grid of points inside, the one farthest from the outline, and how far that is."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    spots = [
        (min(xs) + across * (2 * i + 1) // (2 * _LOOKS), min(ys) + down * (2 * j + 1) // (2 * _LOOKS))
        for i in range(_LOOKS)
        for j in range(_LOOKS)
    ]
    room, spot = max((_distance_to(ring, spot), spot) for spot in spots if _is_inside(ring, spot))
    return spot, int(room)


def _distance_to(ring: Ring, spot: tuple[int, int]) -> float:
    return min(_distance(spot, a, b) for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def _distance(spot: tuple[int, int], a: tuple[int, int], b: tuple[int, int]) -> float:
    """From a point to a piece of line."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((spot[0] - a[0]) * dx + (spot[1] - a[1]) * dy) / ((dx * dx + dy * dy) or 1)
    t = min(1.0, max(0.0, along))
    return hypot(spot[0] - a[0] - t * dx, spot[1] - a[1] - t * dy)


def _is_inside(ring: Ring, spot: tuple[int, int]) -> bool:
    """Whether a ray to the east crosses the outline an odd number of times."""
    x, y = spot
    crossings = 0
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]):
            crossings += 1
    return crossings % 2 == 1
