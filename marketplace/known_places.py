"""Public places that people name instead of an address: hospital, station, activity centre. See geo/SOURCE.md."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from marketplace.errors import NotFound
from marketplace.geocoding import Geocoder
from marketplace.trips import Stop

_FILE: Final = Path(__file__).parent / "geo" / "oosterhout_known_places.csv"


@dataclass(frozen=True)
class KnownPlace:
    """``kind``: hospital, station, activity_centre, village_hall or library."""

    code: str
    name: str
    kind: str
    street: str
    town: str
    postcode4: str


@cache
def known_places() -> Sequence[KnownPlace]:
    """All of them, as they stand in the file: what is asked most comes first."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(KnownPlace(**row) for row in csv.DictReader(lines))


def stop_at(code: str, geocoder: Geocoder) -> Stop:
    """A known place as where somebody gets in or out. Raises NotFound."""
    for place in known_places():
        if place.code == code and (found := geocoder.find(place.postcode4)) is not None:
            return Stop.at(found, name=place.name, street=place.street, known=place.code)
    raise NotFound(f"known place {code}")
