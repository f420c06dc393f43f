"""Reading what came out of a form: trimmed text, ticks, days, times and pieces of the week. Knows no page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final, TypeAlias
from uuid import UUID

from marketplace.asks import WeekPiece
from marketplace.errors import InvalidInput
from marketplace.geocoding import Geocoder, Place, normalise_postcode
from marketplace.policies import AMSTERDAM

# A name that was sent more than once comes as a list.
Form: TypeAlias = Mapping[str, str | list[str]]

LONGEST: Final = 4000  # more than any field takes, so that a page can say that it is too long
MORNING: Final = (8 * 60, 12 * 60)
AFTERNOON: Final = (12 * 60, 18 * 60)
EVENING: Final = (18 * 60, 22 * 60)
PARTS: Final[Mapping[str, tuple[int, int]]] = {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING}
WHOLE_WEEK: Final = tuple(f"{day}-{part}" for day in range(1, 8) for part in PARTS)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_YEARS: Final = range(2000, 2200)  # what lies outside is a slip, and near the ends dates cannot be reckoned with


def read_text(form: Mapping[str, Any], name: str) -> str:
    """One line or more, trimmed, without control characters; the last value where it was sent twice."""
    value = form.get(name, "")
    if isinstance(value, list):
        value = value[-1] if value else ""
    lines = str(value)[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign.isprintable() or sign == "\n").strip()


def read_line(form: Mapping[str, Any], name: str) -> str:
    """One line: breaks and runs of spaces become one space."""
    return " ".join(read_text(form, name).split())


def read_many(form: Mapping[str, Any], name: str) -> list[str]:
    """Every value that was ticked."""
    value = form.get(name, [])
    return [str(one)[:100] for one in (value if isinstance(value, list) else [value]) if one]


def is_ticked(form: Mapping[str, Any], name: str) -> bool:
    """Whether a box was ticked."""
    return bool(read_many(form, name))


def read_id(typed: str) -> UUID | None:
    """What a button or a link stands for; None for anything else."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def read_whole(typed: str) -> int | None:
    """A whole number of at most six digits; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else None


def read_day(typed: str) -> date | None:
    """A day as browsers send it (2026-03-03) or as people type it (3-3-2026); None for anything else."""
    parts = re.split(r"[-/. ]+", typed.strip())
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def read_minute(typed: str) -> int | None:
    """A time of day (10:00 or 10.00) as minutes since midnight; None for anything else."""
    found = _TIME.fullmatch(typed.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def local_instant(day: date, minute: int) -> datetime:
    """The instant at which the clock on the wall shows this time on that day."""
    return datetime.combine(day, time(minute // 60, minute % 60), AMSTERDAM)


def read_place(typed: str, geocoder: Geocoder, *, field: str = "postcode") -> Place:
    """The place of a postcode. Raises InvalidInput: missing, not a postcode, or one that does not exist."""
    if not typed.strip():
        raise InvalidInput({field: f"{field}_missing"})
    try:
        place = geocoder.find(normalise_postcode(typed))
    except InvalidInput as refused:
        raise InvalidInput({field: next(iter(refused.problems.values()))}) from refused
    if place is None:
        raise InvalidInput({field: "postcode_unknown"})
    return place


def read_week(values: Iterable[str]) -> tuple[WeekPiece, ...]:
    """Ticks such as "1-morning" (1 is Monday) as pieces of the week; parts that touch become one piece."""
    pieces: list[WeekPiece] = []
    for value in sorted(set(values) & set(WHOLE_WEEK), key=WHOLE_WEEK.index):
        day, part = value.split("-")
        start, end = PARTS[part]
        if pieces and pieces[-1].weekday == int(day) - 1 and pieces[-1].end_minute == start:
            pieces[-1] = WeekPiece(int(day) - 1, pieces[-1].start_minute, end)
        else:
            pieces.append(WeekPiece(int(day) - 1, start, end))
    return tuple(pieces)


def ticks_of(pieces: Sequence[Any]) -> list[str]:
    """The other way: which ticks stand for these pieces of the week.

    Times that came from elsewhere may begin or end within a part of the day; who has half of it has the tick, so
    that nobody loses their evenings by opening the form and keeping it.
    """
    return [
        f"{piece.weekday + 1}-{part}"
        for piece in pieces
        for part, (start, end) in PARTS.items()
        if 2 * (min(piece.end_minute, end) - max(piece.start_minute, start)) >= end - start
    ]


def is_email(text: str) -> bool:
    """Whether a text can be the address of one mailbox; what cannot be mailed to is asked again, not kept."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None
