"""The map of the list: how many requests each postcode area has, and never a point of anybody."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from marketplace import areas
from marketplace.areas import Area, Ring
from marketplace.geocoding import neighbourhoods

# A name is written in its area where it fits there, in units of the map; about this wide is a letter.
_LETTER: Final = 10
_LINE: Final = 26
_MARGIN: Final = 4


@dataclass(frozen=True)
class AreaShape:
    """One area: its outline, where its number stands, and the list of its requests."""

    outline: str
    x: int
    y: int
    name: str
    written_name: str
    count: int
    href: str
    is_on: bool

    @property
    def shade(self) -> int:
        """0 to 3: the more requests, the deeper; the number says it too."""
        return min(3, (self.count + 2) // 3)


@dataclass(frozen=True)
class AreaMap:
    """For `area_map` of `_macros/area_map.html`: a picture, and the same choice as links."""

    view_box: str
    shapes: tuple[AreaShape, ...]
    # (href, words, is_on): everywhere first, then by name.
    links: tuple[tuple[str, str, bool], ...]


def slug_of(name: str) -> str:
    """``Centrum en Strijen`` → ``centrum-en-strijen``, as it stands in addresses."""
    return "-".join(name.lower().split())


def find_neighbourhood(slug: str, municipality: str) -> str | None:
    """The name that a slug stands for; None for everywhere, and for one that does not exist."""
    return next((name for name in neighbourhoods(municipality) if slug_of(name) == slug), None)


def area_map(
    municipality: str, found_in: Iterable[str], *, chosen: str | None, href: Callable[[str], str]
) -> AreaMap | None:
    """The map of a municipality. ``found_in`` names the neighbourhood of each request; None where we have no areas."""
    ground = areas.ground_of(municipality)
    if ground is None:
        return None
    counts = Counter(found_in)
    shapes = tuple(_shape(area, counts[area.neighbourhood], chosen, href) for area in ground.areas)
    links = sorted((shape.name, shape.count, shape.href, shape.is_on) for shape in shapes)
    return AreaMap(
        view_box=f"{-_MARGIN} {-_MARGIN} {ground.width + 2 * _MARGIN} {ground.height + 2 * _MARGIN}",
        shapes=tuple(sorted(shapes, key=lambda shape: shape.is_on)),  # what is drawn last lies on top
        links=(
            (href(""), f"Heel {municipality}: {counts.total()}", chosen is None),
            *((link, f"{name}: {count}", is_on) for name, count, link, is_on in links),
        ),
    )


def _shape(area: Area, count: int, chosen: str | None, href: Callable[[str], str]) -> AreaShape:
    fits = len(area.neighbourhood) * _LETTER <= 2.4 * area.room and area.room > _LINE
    return AreaShape(
        outline="".join(outline_of(ring) for ring in area.rings),
        x=area.middle[0],
        y=area.middle[1],
        name=area.neighbourhood,
        written_name=area.neighbourhood if fits else "",
        count=count,
        href=href(slug_of(area.neighbourhood)),
        is_on=area.neighbourhood == chosen,
    )


def outline_of(ring: Ring) -> str:
    """A ring as SVG draws it, each point from the one before: shorter than where it lies."""
    (x, y), rest = ring[0], ring[1:]
    steps = []
    for to_x, to_y in rest:
        steps.append(f"{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")
