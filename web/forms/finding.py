"""What somebody looks for in a list: read kindly, because addresses are typed, shortened and sent on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from marketplace.geocoding import EmbeddedGeocoder, Geocoder
from web.forms.reading import read_line, read_place, read_whole

# The words in the address, because people read and send addresses too.
AREA_SLUGS: Final[Mapping[str, str]] = {
    "gezelschap": "meeting_company",
    "huis-en-tuin": "house_garden_kitchen",
    "vervoer": "transport",
    "clubs": "clubs_organisations",
}
DISTANCES_KM: Final = (2, 5, 10)
_DISTANCES: Final = frozenset(str(km) for km in DISTANCES_KM)


Point = tuple[float, float]


@dataclass(frozen=True)
class Search:
    """What somebody looks for; everything may be empty."""

    area: str = ""
    neighbourhood: str = ""
    postcode: str = ""
    distance: str = ""
    day: str = ""
    page: int = 1

    def href(self, path: str = "/hulpvragen", **changed: str) -> str:
        """The address of this search, with something else in it, from its first page on."""
        fields = {
            "gebied": self.area,
            "wijk": self.neighbourhood,
            "postcode": self.postcode,
            "afstand": self.distance,
            "dag": self.day,
        }
        query = urlencode({name: value for name, value in {**fields, **changed}.items() if value})
        return f"{path}?{query}" if query else path

    def page_href(self) -> str:
        """The address up to where the number of the page follows."""
        base = self.href()
        return f"{base}{'&' if '?' in base else '?'}pagina="

    @property
    def is_narrowed(self) -> bool:
        """Whether there would be more to see without it."""
        return bool(self.area or self.neighbourhood or self.distance or self.day)


def read_search(typed: Mapping[str, Any]) -> Search:
    """A search; a filter that does not exist filters nothing."""
    area, day, distance = (read_line(typed, name) for name in ("gebied", "dag", "afstand"))
    return Search(
        area=area if area in AREA_SLUGS else "",
        neighbourhood=read_line(typed, "wijk")[:60],
        postcode=read_line(typed, "postcode")[:20],
        distance=distance if distance in _DISTANCES else "",
        day=day if day in {"1", "2", "3", "4", "5", "6", "7"} else "",
        page=read_page(typed),
    )


def read_page(typed: Mapping[str, Any]) -> int:
    """The number of a page; the first for what is none."""
    return max(1, read_whole(read_line(typed, "pagina")) or 1)


def read_point(search: Search, *, knows_own: bool, geocoder: Geocoder | None = None) -> Point | None:
    """Where a search counts from; None where nothing was typed. Raises InvalidInput on ``postcode``."""
    if not search.postcode and (knows_own or not search.distance):
        return None
    place = read_place(search.postcode, geocoder or EmbeddedGeocoder())
    return place.latitude, place.longitude
