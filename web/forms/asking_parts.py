"""What the answers about place and time mean: read from what was typed, with every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from marketplace.asks import MAX_MINUTES, MAX_SLOTS, RIDE, Destination, Span, WeekPiece
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Geocoder, Place
from web.forms.reading import WHOLE_WEEK, local_instant, read_day, read_minute, read_place, read_week, read_whole
from web.forms.rides import ride_minutes

Answers = Mapping[str, Any]
GEOCODER: Final[Geocoder] = EmbeddedGeocoder()

DURATIONS: Final = (30, 60, 120, 180, 240, 480)
USUAL_MINUTES: Final = 60
WAITING: Final = (15, 30, 45, 60, 90, 120, 180)
RESPOND_MINUTE: Final = 18 * 60  # "voor vrijdag" is until the end of that working day


class Way(StrEnum):
    """How somebody says when it can be."""

    WEEK = "dagen"
    DATE = "datum"
    ANY = "maakt-niet-uit"


@dataclass(frozen=True)
class Where:
    """The place of help, and of a ride its destination (whether it returns is asked with the time)."""

    place: Place
    street: str
    house_number: str
    is_at_home: bool
    destination_name: str = ""
    destination: Place | None = None


@dataclass(frozen=True)
class When:
    """The times, and what goes with them."""

    windows: tuple[Span, ...]
    weekly: tuple[WeekPiece, ...]
    minutes: int
    slots: int
    is_chosen: bool
    respond_by: datetime | None
    returns: bool = False
    wait_minutes: int = 0


def is_ride(answers: Answers) -> bool:
    """Whether a driver is asked."""
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
    name, destination = "", None
    if is_ride(answers):
        name = str(answers.get("destination_name") or "")
        destination = _place(answers, "destination_postcode", problems)
        problems |= _problems(
            destination_name="destination_missing" if not name else "destination_long" * (len(name) > 80)
        )
        if place is not None and destination is not None and place.postcode == destination.postcode:
            problems["destination_postcode"] = "destination_same"
    if problems or place is None:
        raise InvalidInput(problems)
    is_at_home = answers.get("place") != "elders"
    return Where(place, street, house_number, is_at_home, name, destination)


def read_when(answers: Answers, where: Where | None = None) -> When:
    """The times. A ride's length follows from its two ends. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    slots = read_whole(str(answers.get("slots") or "1"))
    respond_by = _respond_by(answers, problems)
    more: dict[str, Any] = {
        "slots": slots or 0,
        "is_chosen": bool(answers.get("is_chosen")),
        "respond_by": respond_by,
    }
    if is_ride(answers):
        when = _ride_times(answers, where, problems, more)
    else:
        minutes = read_whole(str(answers.get("minutes") or "")) or 0
        if not minutes:
            problems["minutes"] = "minutes_missing"
        windows, weekly = _times(answers, problems)
        when = When(windows, weekly, minutes, **more)
    if not 1 <= when.slots <= MAX_SLOTS:
        problems["slots"] = "slots_range"
    if problems:
        raise InvalidInput(problems)
    return when


def when_field(answers: Answers) -> str:
    """Where the form shows what is wrong with the time: a chip of the week, or the day."""
    return "date" if is_ride(answers) or way_of(answers) is Way.DATE else "when"


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


def _ride_times(answers: Answers, where: Where | None, problems: dict[str, str], more: dict[str, Any]) -> When:
    day, pickup = read_day(str(answers.get("date") or "")), read_minute(str(answers.get("pickup") or ""))
    returns, wait = answers.get("returns") == "ja", read_whole(str(answers.get("wait_minutes") or "")) or 0
    problems |= _problems(
        date="date_missing" * (day is None),
        pickup="pickup_missing" * (pickup is None),
        returns="returns_missing" * (answers.get("returns") not in ("ja", "nee")),
        wait_minutes="wait_missing" * (returns and not 0 < wait <= MAX_MINUTES),
    )
    wait = wait if returns else 0
    minutes = _ride_minutes(where, returns=returns, wait=wait)
    if minutes > MAX_MINUTES:
        problems["date"] = "ride_long"
    if day is None or pickup is None or problems:
        return When((), (), minutes, **more)
    starts_at = local_instant(day, pickup)
    span = Span(starts_at, starts_at + timedelta(minutes=minutes))
    return When((span,), (), minutes, **more, returns=returns, wait_minutes=wait)


def _ride_minutes(where: Where | None, *, returns: bool, wait: int) -> int:
    if where is None or where.destination is None:
        return USUAL_MINUTES  # the place is asked first; until then the time can be checked without it
    return ride_minutes(where.place, Destination(where.destination_name, where.destination, returns, wait))


def _respond_by(answers: Answers, problems: dict[str, str]) -> datetime | None:
    if not (typed := str(answers.get("respond_by") or "")):
        return None
    if (day := read_day(typed)) is None:
        problems["respond_by"] = "respond_by_form"
        return None
    held = read_day(str(answers.get("date") or "")) if is_ride(answers) or way_of(answers) is Way.DATE else None
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
