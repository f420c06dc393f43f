"""What the answers about place and time mean: read from what was typed, with every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from marketplace.asks import MAX_SLOTS, RIDE, NewSeries, Span, WeekPiece
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Geocoder, Place
from web.forms.reading import WHOLE_WEEK, local_instant, read_day, read_minute, read_place, read_week, read_whole
from web.forms.series import read_places, read_series

Answers = Mapping[str, Any]
GEOCODER: Final[Geocoder] = EmbeddedGeocoder()

DURATIONS: Final = (30, 60, 120, 180, 240, 480)
USUAL_MINUTES: Final = 60
RESPOND_MINUTE: Final = 18 * 60  # "voor vrijdag" is until the end of that working day


class Way(StrEnum):
    """How somebody says when it can be."""

    WEEK = "dagen"
    DATE = "datum"
    ANY = "maakt-niet-uit"
    # Not once, but every week or month.
    SERIES = "vaker"


@dataclass(frozen=True)
class Where:
    """The place of help."""

    place: Place
    street: str
    house_number: str
    is_at_home: bool


@dataclass(frozen=True)
class When:
    """The times, and what goes with them."""

    windows: tuple[Span, ...]
    weekly: tuple[WeekPiece, ...]
    minutes: int
    slots: int
    is_chosen: bool
    respond_by: datetime | None
    series: NewSeries | None = None


def is_ride(answers: Answers) -> bool:
    """Whether a driver is asked; that has pages of its own."""
    return answers.get("skill") == RIDE


def way_of(answers: Answers) -> Way:
    """How somebody said when it can be; days of the week where they did not say yet."""
    try:
        return Way(str(answers.get("way") or Way.WEEK))
    except ValueError:
        return Way.WEEK


def read_where(answers: Answers, municipality: str) -> Where:
    """The place. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    place = _place(answers, "postcode", problems)
    if place is not None and place.municipality != municipality:
        problems["postcode"] = "postcode_elsewhere"
    street, house_number = str(answers.get("street") or ""), str(answers.get("house_number") or "")
    problems |= _problems(
        house_number="house_number_missing" if not house_number else "house_number_long" * (len(house_number) > 10),
        street="street_missing" if not street else "street_long" * (len(street) > 80),
    )
    if problems or place is None:
        raise InvalidInput(problems)
    is_at_home = answers.get("place") != "elders"
    return Where(place, street, house_number, is_at_home)


def read_when(answers: Answers) -> When:
    """The times. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    slots = read_whole(str(answers.get("slots") or "1"))
    respond_by = _respond_by(answers, problems)
    more: dict[str, Any] = {
        "slots": slots or 0,
        "is_chosen": bool(answers.get("is_chosen")),
        "respond_by": respond_by,
    }
    minutes = read_whole(str(answers.get("minutes") or "")) or 0
    if not minutes:
        problems["minutes"] = "minutes_missing"
    if way_of(answers) is Way.SERIES:
        series = read_series(answers, problems)
        when = When((), (), minutes, **{**more, "slots": read_places(answers)}, series=series)
    else:
        windows, weekly = _times(answers, problems)
        when = When(windows, weekly, minutes, **more)
    if not 1 <= when.slots <= MAX_SLOTS:
        problems["slots"] = "slots_range"
    if problems:
        raise InvalidInput(problems)
    return when


def when_field(answers: Answers) -> str:
    """Where the form shows what is wrong with the time: a chip of the week, or the day."""
    return "date" if way_of(answers) in (Way.DATE, Way.SERIES) else "when"


def _times(answers: Answers, problems: dict[str, str]) -> tuple[tuple[Span, ...], tuple[WeekPiece, ...]]:
    way = way_of(answers)
    if way is Way.DATE:
        return _dated(answers, problems), ()
    weekly = read_week(WHOLE_WEEK if way is Way.ANY else answers.get("when") or ())
    if not weekly:
        problems["when"] = "when_missing"
    return (), weekly


def _dated(answers: Answers, problems: dict[str, str]) -> tuple[Span, ...]:
    day = read_day(str(answers.get("date") or ""))
    first, last = (read_minute(str(answers.get(name) or "")) for name in ("from", "until"))
    missing = {"date": day is None, "from": first is None, "until": last is None}
    problems |= {name: f"{name}_missing" for name, is_missing in missing.items() if is_missing}
    if day is None or first is None or last is None:
        return ()
    if last <= first:
        problems["until"] = "when_order"
        return ()
    return (Span(local_instant(day, first), local_instant(day, last)),)


def _respond_by(answers: Answers, problems: dict[str, str]) -> datetime | None:
    if not (typed := str(answers.get("respond_by") or "")):
        return None
    if (day := read_day(typed)) is None:
        problems["respond_by"] = "respond_by_form"
        return None
    is_dated = way_of(answers) in (Way.DATE, Way.SERIES)
    held = read_day(str(answers.get("date") or "")) if is_dated else None
    if held is not None and day >= held:
        problems["respond_by"] = "respond_by_late"
    return local_instant(day, RESPOND_MINUTE)


def _place(answers: Answers, field: str, problems: dict[str, str]) -> Place | None:
    try:
        return read_place(str(answers.get(field) or ""), GEOCODER, field=field)
    except InvalidInput as refused:
        problems |= refused.problems
        return None


def _problems(**codes: str) -> dict[str, str]:
    return {field: code for field, code in codes.items() if code}
