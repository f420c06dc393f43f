"""Postcode → point. The embedded table knows one point per 4-digit postcode of the Netherlands.

Sources: CBS (PC4 areas 2020, CC BY 4.0) and GeoNames (postal codes NL 2017, CC BY 4.0); see geo/SOURCE.md.
"""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from marketplace.errors import InvalidInput
from marketplace.models import Precision

_FOLDER = Path(__file__).parent / "geo"
_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Z]{2})")


@dataclass(frozen=True)
class Place:
    """A point (WGS 84 degrees) with the precision it has and the name it goes by in public."""

    postcode: str
    neighbourhood: str
    municipality: str
    latitude: float
    longitude: float
    precision: Precision


class Geocoder(Protocol):
    """Finds the point of a postcode."""

    def find(self, postcode: str) -> Place | None:
        """The place of a normalised postcode (``4901AB``), or None where it is unknown."""


def normalise_postcode(typed: str) -> str:
    """``4901 ab`` → ``4901AB``. Raises InvalidInput on ``postcode``."""
    found = _POSTCODE.fullmatch(typed.strip().upper())
    if found is None:
        raise InvalidInput({"postcode": "postcode_form"})
    return found[1] + found[2]


def show_postcode(postcode: str) -> str:
    """``4901AB`` → ``4901 AB``."""
    return f"{postcode[:4]} {postcode[4:]}".strip()


class EmbeddedGeocoder:
    """One point per 4-digit postcode: good to about a kilometre, works without a network."""

    def find(self, postcode: str) -> Place | None:
        """See Geocoder.find."""
        row = _points().get(postcode[:4])
        if row is None:
            return None
        return Place(
            postcode=postcode,
            neighbourhood=_neighbourhoods().get(postcode[:4], row["place"]),
            municipality=row["municipality_2021"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            precision=Precision.POSTCODE4,
        )


def neighbourhoods(municipality: str) -> tuple[str, ...]:
    """The names that pages and filters use within a municipality, in order of postcode."""
    codes = sorted(code for code, row in _points().items() if row["municipality_2021"] == municipality)
    return tuple(dict.fromkeys(_neighbourhoods().get(code, _points()[code]["place"]) for code in codes))


def postcodes4(municipality: str) -> tuple[str, ...]:
    """The 4-digit postcodes of a municipality."""
    return tuple(sorted(code for code, row in _points().items() if row["municipality_2021"] == municipality))


@cache
def _points() -> Mapping[str, dict[str, str]]:
    with (_FOLDER / "pc4_nl.csv").open(encoding="utf-8", newline="") as lines:
        return {row["postcode4"]: row for row in csv.DictReader(lines)}


@cache
def _neighbourhoods() -> Mapping[str, str]:
    with (_FOLDER / "oosterhout_neighbourhoods.csv").open(encoding="utf-8", newline="") as lines:
        return {row["postcode4"]: row["neighbourhood"] for row in csv.DictReader(lines)}


def population(postcode4: str) -> int:
    """How many people live in a 4-digit postcode (1 January 2021, rounded to 5); 0 where it is not known."""
    return int(_points()[postcode4]["population_2021"] or 0)


def ages(postcode4: str) -> Mapping[range, int]:
    """How many people of each age group (in years) live in a 4-digit postcode of Oosterhout (CBS, 1 January 2021)."""
    return _ages()[postcode4]


def outlines(postcode4: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The outer rings of a 4-digit postcode's area, as (longitude, latitude) points; simplified to about 8 m."""
    return _outlines()[postcode4]


@cache
def _ages() -> Mapping[str, dict[range, int]]:
    found: dict[str, dict[range, int]] = {}
    with (_FOLDER / "oosterhout_pc4_population_by_age.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            numbers = [int(number) for number in re.findall(r"[0-9]+", row["age_group"])]
            group = range(numbers[0], numbers[-1] + 1 if len(numbers) > 1 else numbers[0] + 10)
            found.setdefault(row["postcode4"], {})[group] = int(row["population"])
    return found


@cache
def _outlines() -> Mapping[str, tuple[tuple[tuple[float, float], ...], ...]]:
    with (_FOLDER / "oosterhout_pc4_areas.geojson").open(encoding="utf-8") as text:
        areas = json.load(text)["features"]
    return {str(area["properties"]["postcode4"]): _rings(area["geometry"]) for area in areas}


def _rings(geometry: dict[str, Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(tuple((lon, lat) for lon, lat in polygon[0]) for polygon in polygons)
