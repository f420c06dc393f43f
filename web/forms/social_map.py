"""What somebody looks for on the social map, and what staff fill in about places and activities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from marketplace.asks import WeekPiece
from marketplace.errors import InvalidInput
from marketplace.geocoding import Geocoder
from marketplace.geocoding import Place as Point
from marketplace.models import ActivityKind, Known, PlaceKind
from marketplace.together.places import NewActivity, NewPlace, OtherDay
from web.forms.reading import Form, is_ticked, read_day, read_line, read_minute
from web.labels.requests import DAYS
from web.labels.together import KIND_SLUGS

E = TypeVar("E", bound=StrEnum)
WHENS: Final = ("vandaag", "morgen", "weekend", "feestdag")
_CODE4: Final = re.compile(r"[1-9][0-9]{3}")
_HOURS: Final = re.compile(r"(\d{1,2}[:.]\d{2})\s*(?:-|tot)\s*(\d{1,2}[:.]\d{2})")
_PRICE: Final = re.compile(r"(\d{1,3})(?:[.,](\d{2}))?")


@dataclass(frozen=True)
class MapSearch:
    """What somebody looks for; everything may be empty. ``when`` empty is the coming week."""

    when: str = ""
    neighbourhood: str = ""
    kind: str = ""
    wheelchair: bool = False
    free: bool = False

    def href(self, path: str = "/samen", **changed: str) -> str:
        """The address of this search, with something else in it."""
        fields = {
            "dag": self.when,
            "wijk": self.neighbourhood,
            "soort": self.kind,
            "rolstoel": "ja" if self.wheelchair else "",
            "gratis": "ja" if self.free else "",
        }
        query = urlencode({name: value for name, value in {**fields, **changed}.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def is_narrowed(self) -> bool:
        """Whether there would be more to see without it."""
        return bool(self.when or self.neighbourhood or self.kind or self.wheelchair or self.free)


def read_map_search(typed: Mapping[str, Any]) -> MapSearch:
    """A search; a filter that does not exist filters nothing."""
    when, kind = read_line(typed, "dag"), read_line(typed, "soort")
    return MapSearch(
        when=when if when in WHENS else "",
        neighbourhood=read_line(typed, "wijk")[:60],
        kind=kind if kind in KIND_SLUGS else "",
        wheelchair=is_ticked(typed, "rolstoel"),
        free=is_ticked(typed, "gratis"),
    )


def keep(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: read_line(form, name) for name in names}


PLACE_FIELDS: Final = ("name", "kind", "about", "street", "postcode", "telephone", "website", "wheelchair")
ACTIVITY_FIELDS: Final = (
    *("title", "kind", "about", "cost", "on_holidays", "from_on", "until_on", "off", "extra"),
    *(f"hours_{weekday}" for weekday in range(7)),
)


def read_place_form(typed: Mapping[str, str], geocoder: Geocoder) -> NewPlace:
    """A place; four digits of its postcode are enough. Raises InvalidInput."""
    point = _point(typed["postcode"], geocoder)
    return NewPlace(
        name=typed["name"],
        kind=_one_of(PlaceKind, typed["kind"], PlaceKind.OTHER),
        about=typed["about"],
        street=typed["street"],
        point=point,
        telephone=typed["telephone"],
        website=typed["website"],
        wheelchair=_one_of(Known, typed["wheelchair"], Known.UNKNOWN),
    )


def read_activity_form(typed: Mapping[str, str], place_id: UUID) -> NewActivity:
    """An activity, with a line of hours for each day of the week. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    weekly = tuple(
        WeekPiece(weekday, start, end)
        for weekday in range(7)
        for start, end in _read_hours(typed[f"hours_{weekday}"], f"hours_{weekday}", problems)
    )
    dated = (*_read_off(typed["off"], problems), *_read_extra(typed["extra"], problems))
    first, last = (read_day(typed[name]) if typed[name] else None for name in ("from_on", "until_on"))
    for name, day in (("from_on", first), ("until_on", last)):
        if typed[name] and day is None:
            problems[name] = "date_missing"
    cents = _read_price(typed["cost"], problems)
    if problems:
        raise InvalidInput(problems)
    return NewActivity(
        place_id=place_id,
        title=typed["title"],
        kind=_one_of(ActivityKind, typed["kind"], ActivityKind.OPEN_HOUSE),
        about=typed["about"],
        cost_cents=cents,
        on_holidays=_one_of(Known, typed["on_holidays"], Known.UNKNOWN),
        weekly=weekly,
        dated=dated,
        from_on=first,
        until_on=last,
    )


def hours_field(weekday: int) -> tuple[str, str]:
    """The name of the field of a day of the week, and what it is called."""
    return f"hours_{weekday}", DAYS[weekday].capitalize()


def write_hours(pieces: list[tuple[int, int]]) -> str:
    """``10.00-12.00, 14.00-16.00``."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in sorted(pieces))


def _clock(minute: int) -> str:
    return f"{minute // 60}.{minute % 60:02d}"


def _point(typed: str, geocoder: Geocoder) -> Point | None:
    digits = typed.replace(" ", "").upper()
    if not digits:
        return None
    found = geocoder.find(digits) if _CODE4.match(digits) else None
    if found is None:
        raise InvalidInput({"postcode": "postcode_unknown"})
    return found


def _read_hours(typed: str, field: str, problems: dict[str, str]) -> list[tuple[int, int]]:
    found = []
    for part in (one.strip() for one in re.split(r",|;| en ", typed) if one.strip()):
        match = _HOURS.fullmatch(part)
        start, end = (read_minute(match[1]), read_minute(match[2])) if match else (None, None)
        if start is None or end is None or end <= start:
            problems[field] = "hours_form"
            return []
        found.append((start, end))
    return found


def _read_off(typed: str, problems: dict[str, str]) -> list[OtherDay]:
    days = [read_day(part) for part in re.split(r"[,;]", typed) if part.strip()]
    if any(day is None for day in days):
        problems["off"] = "dates_form"
    return [OtherDay(day) for day in days if day is not None]


def _read_extra(typed: str, problems: dict[str, str]) -> list[OtherDay]:
    found = []
    for part in (one.strip() for one in re.split(r"[,;]", typed) if one.strip()):
        day_words, _, hours = part.partition(" ")
        day, own = read_day(day_words), dict[str, str]()
        pieces = _read_hours(hours, "extra", own)
        if day is None or own or len(pieces) != 1:
            problems["extra"] = "extra_form"
            return []
        found.append(OtherDay(day, pieces[0]))
    return found


def _read_price(typed: str, problems: dict[str, str]) -> int | None:
    if not typed:
        return None
    found = _PRICE.fullmatch(typed.replace("€", "").strip())
    if found is None:
        problems["cost"] = "cost_form"
        return None
    return int(found[1]) * 100 + int(found[2] or 0)


def _one_of(kinds: type[E], typed: str, usual: E) -> E:
    return {kind.value: kind for kind in kinds}.get(typed, usual)
