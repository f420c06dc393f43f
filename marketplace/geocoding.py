"""Postcode → point. The embedded table knows one point per 4-digit postcode of the Netherlands.

Sources: CBS (PC4 areas 2020, CC BY 4.0) and GeoNames (postal codes NL 2017, CC BY 4.0); see geo/SOURCE.md.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

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
