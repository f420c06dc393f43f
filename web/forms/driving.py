"""What a driver says of their car and days. Hours are typed as people write them: ``9.00-12.00 en 13.00-17.00``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marketplace import trips
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.models import DriveResult
from marketplace.trips import NewDriver
from web.forms.reading import Form, is_ticked, read_day, read_line, read_many, read_minute, read_place, read_whole

Span = tuple[int, int]
_LINES: Final = ("postcode", "street", "house_number", "seats", "max_rides")
_BETWEEN: Final = re.compile(r"(?:,|;|\ben\b|/)")
_UNTIL: Final = re.compile(r"\s*(?:-|–|tot)\s*")
_MOST_CENTS: Final = 10_000


def hours_field(weekday: int) -> str:
    """The name of the field of a day of the week; 0 is Monday."""
    return f"hours_{weekday}"


def keep(form: Form) -> dict[str, Any]:
    """What stands in the fields of the car and the week, to be shown again."""
    return {
        **{name: read_line(form, name) for name in _LINES},
        **{hours_field(day): read_line(form, hours_field(day)) for day in range(7)},
        "carries": read_many(form, "carries"),
        "is_standby": is_ticked(form, "is_standby"),
    }


def read_driver(typed: Mapping[str, Any]) -> NewDriver:
    """The driver that this tells. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    hours: list[tuple[int, int, int]] = []
    for weekday in range(7):
        name = hours_field(weekday)
        try:
            hours += [(weekday, start, end) for start, end in read_hours(str(typed.get(name) or ""))]
        except InvalidInput:
            problems[name] = "hours_form"
    place = None
    try:
        place = read_place(str(typed.get("postcode") or ""), EmbeddedGeocoder())
    except InvalidInput as refused:
        problems |= refused.problems
    for name, code in (("street", "street_missing"), ("house_number", "house_number_missing")):
        if not typed.get(name):
            problems[name] = code
    if problems or place is None:
        raise InvalidInput(problems)
    told = NewDriver(
        place=place,
        seats=read_whole(str(typed.get("seats") or "")) or 0,
        hours=tuple(hours),
        carries=tuple(need for need in trips.NEEDS if need in (typed.get("carries") or ())),
        max_rides=read_whole(str(typed.get("max_rides") or "")) or 0,
        is_standby=bool(typed.get("is_standby")),
        street=str(typed["street"])[:80],
        house_number=str(typed["house_number"])[:10],
    )
    try:
        trips.check_driver(told)
    except InvalidInput as refused:
        raise InvalidInput({_FIELDS.get(name, name): code for name, code in refused.problems.items()}) from refused
    return told


# The week has no field of its own: its first day stands for it.
_FIELDS: Final = {"hours": hours_field(0)}


def read_hours(typed: str) -> tuple[Span, ...]:
    """Pieces of a day, in the order of the clock; none where nothing was typed. Raises InvalidInput on ``hours``."""
    if not typed.strip():
        return ()
    pieces = []
    for piece in _BETWEEN.split(typed.lower().replace("uur", "")):
        ends = [_minute(end) for end in _UNTIL.split(piece.strip())]
        if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
            raise InvalidInput({"hours": "hours_form"})
        pieces.append((ends[0], ends[1]))
    return tuple(sorted(pieces))


def hours_words(pieces: Iterable[Span]) -> str:
    """The other way: ``9.00-12.00 en 13.00-17.00``."""
    return " en ".join(f"{_clock(start)}-{_clock(end)}" for start, end in pieces)


def read_away(form: Form) -> tuple[date, date | None]:
    """A holiday, both days included; without a last day a pause until further notice. Raises InvalidInput."""
    first, last = read_day(read_line(form, "first_on")), read_day(read_line(form, "last_on"))
    if first is None:
        raise InvalidInput({"first_on": "date_missing"})
    if read_line(form, "last_on") and last is None:
        raise InvalidInput({"last_on": "date_missing"})
    return first, last


RESULTS: Final = {
    "gereden": DriveResult.DRIVEN,
    "niet-thuis": DriveResult.NOT_AT_HOME,
    "niet-mee": DriveResult.TURNED_DOWN,
    "niet-gereden": DriveResult.NOT_DRIVEN,
}


@dataclass(frozen=True)
class ToldResult:
    """How a drive went, and what parking cost."""

    result: DriveResult
    parking_cents: int


def typed_result(form: Form) -> dict[str, str]:
    """What stands in the fields of one drive; a page has several, so each has the number of its drive."""
    number = read_line(form, "number")
    return {name: read_line(form, name) for name in (f"result_{number}", f"parking_{number}")}


def read_result(form: Form) -> ToldResult:
    """How one drive went. Raises InvalidInput with every problem at once."""
    (result_field, result), (parking_field, parking) = typed_result(form).items()
    problems = {} if result in RESULTS else {result_field: "result_missing"}
    cents = 0
    try:
        cents = read_cents(parking)
    except InvalidInput:
        problems[parking_field] = "euros_form"
    if problems:
        raise InvalidInput(problems)
    return ToldResult(RESULTS[result], cents)


def read_cents(typed: str) -> int:
    """Euros as people type them (``3``, ``3,50``, ``€ 3.50``), as cents; nothing is 0. Raises InvalidInput."""
    plain = typed.replace("€", "").replace(" ", "").replace(",", ".")
    try:
        euros = Decimal(plain or "0")
    except InvalidOperation:
        raise InvalidInput({"parking": "euros_form"}) from None
    cents = euros * 100
    if not euros.is_finite() or cents != int(cents) or not 0 <= cents <= _MOST_CENTS:
        raise InvalidInput({"parking": "euros_form"})
    return int(cents)


def _minute(typed: str) -> int | None:
    """``9`` and ``9.00`` are the same; the day may end at 24.00."""
    if typed in ("24", "24.00", "24:00"):
        return 24 * 60
    return read_minute(f"{typed}.00" if typed.isdigit() else typed)


def _clock(minute: int) -> str:
    return f"{minute // 60}.{minute % 60:02d}"
