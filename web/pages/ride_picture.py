"""The pictures of a day of rides: a line of time for each driver, and where they drive. The words stand beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace import areas
from web.pages.areas import outline_of

FIRST_HOUR: Final = 8
LAST_HOUR: Final = 20
_EVERY_HOURS: Final = 2
_MARGIN: Final = 30

Span = tuple[int, int]  # whole minutes since local midnight


@dataclass(frozen=True)
class Ride:
    """One passenger in the car. ``tone`` as of a status tag; it also hatches or outlines what is not yet sure."""

    id: UUID
    span: Span
    name: str
    tone: str
    href: str
    is_on: bool = False


@dataclass(frozen=True)
class Bar:
    """A piece of the line, in percent of its width."""

    left: str
    width: str
    kind: str
    name: str = ""
    ride_id: str = ""
    href: str = ""
    is_on: bool = False


@dataclass(frozen=True)
class Hour:
    """Where an hour stands, and its number."""

    left: str
    words: str


@dataclass(frozen=True)
class TimeLine:
    """One driver's day: when they can, when they are away from home, and with whom."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Scale:
    """The hours that a day's lines show, the same for all of them."""

    first: int
    last: int

    @property
    def hours(self) -> tuple[Hour, ...]:
        """Every second hour."""
        shown = range(self.first // 60, self.last // 60 + 1)
        return tuple(Hour(self.at(hour * 60), str(hour)) for hour in shown if hour % _EVERY_HOURS == 0)

    def at(self, minute: int) -> str:
        """Where a minute stands, in percent; what lies outside stands at the end."""
        within = min(max(minute, self.first), self.last)
        return f"{100 * (within - self.first) / (self.last - self.first):.2f}%"

    def line(self, *, windows: Iterable[Span], away: Iterable[Span], rides: Iterable[Ride]) -> TimeLine:
        """A driver's line: what is drawn last lies on top."""
        bars = [self._bar(span, "window") for span in windows]
        bars += [self._bar(span, "away") for span in away]
        for ride in sorted(rides, key=lambda one: one.is_on):
            bar = self._bar(ride.span, ride.tone)
            bars.append(Bar(bar.left, bar.width, ride.tone, ride.name, str(ride.id), ride.href, ride.is_on))
        return TimeLine(tuple(bars))

    def _bar(self, span: Span, kind: str) -> Bar:
        left, right = (float(self.at(minute)[:-1]) for minute in span)
        return Bar(f"{left:.2f}%", f"{max(right - left, 0.6):.2f}%", kind)


def scale_of(spans: Iterable[Span]) -> Scale:
    """From eight till eight, or wider where somebody drives earlier or later."""
    known = list(spans)
    first = min([FIRST_HOUR, *(start // 60 for start, _ in known)])
    last = max([LAST_HOUR, *(-(-end // 60) for _, end in known)])
    return Scale(first * 60, last * 60)


# --- where -------------------------------------------------------------------------------------------------------

Degrees = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True)
class Drive:
    """A duty to draw: from home along its stops and home again."""

    driver_id: UUID
    name: str
    stops: tuple[Degrees, ...]
    is_on: bool = False


@dataclass(frozen=True)
class MapLine:
    """A duty as it is drawn."""

    points: str
    name: str
    is_on: bool


@dataclass(frozen=True)
class MapStop:
    """A stop of the chosen duty, with its number; or the pick-up of a ride that nobody drives yet."""

    x: int
    y: int
    words: str
    kind: str


@dataclass(frozen=True)
class DayMap:
    """For `day_map` of `_macros/day.html`."""

    view_box: str
    grounds: tuple[str, ...]
    lines: tuple[MapLine, ...]
    stops: tuple[MapStop, ...]


def day_map(municipality: str, drives: Sequence[Drive], waiting: Sequence[Degrees]) -> DayMap | None:
    """The areas, the duties over them, and as crosses where somebody waits; None where we have no areas."""
    ground = areas.ground_of(municipality)
    if ground is None:
        return None
    lines, stops = [], []
    xs, ys = [0, ground.width], [0, ground.height]
    for drive in sorted(drives, key=lambda one: one.is_on):
        points = [ground.at(*stop) for stop in drive.stops]
        xs += [x for x, _ in points]
        ys += [y for _, y in points]
        lines.append(MapLine(" ".join(f"{x},{y}" for x, y in points), drive.name, drive.is_on))
        if drive.is_on:
            # One mark a place: whoever is fetched and brought back has several numbers there.
            numbers: dict[tuple[int, int], list[str]] = {}
            for number, point in enumerate(points[1:-1], start=1):
                numbers.setdefault(point, []).append(str(number))
            stops += [MapStop(*point, ", ".join(words), "stop") for point, words in numbers.items()]
            stops.append(MapStop(*points[0], "", "home"))
    for place in waiting:
        x, y = ground.at(*place)
        stops.append(MapStop(x, y, "", "waiting"))
        xs, ys = [*xs, x], [*ys, y]
    west, north = min(xs) - _MARGIN, min(ys) - _MARGIN
    return DayMap(
        view_box=f"{west} {north} {max(xs) + _MARGIN - west} {max(ys) + _MARGIN - north}",
        grounds=tuple("".join(outline_of(ring) for ring in area.rings) for area in ground.areas),
        lines=tuple(lines),
        stops=tuple(stops),
    )
