"""The forms after the match: a date, how it was, and the hours."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.errors import InvalidInput
from marketplace.meetings import Said
from marketplace.models import HowItWas
from marketplace.policies import AMSTERDAM
from web.forms.reading import (
    Form,
    is_ticked,
    local_instant,
    read_day,
    read_id,
    read_line,
    read_minute,
    read_text,
    read_whole,
)

OTHER: Final = "anders"
_MOST: Final = 5
_DAYS_AHEAD: Final = 14
# Nobody can be asked to come within the hour.
_SOONEST: Final = timedelta(hours=2)


def read_moment(typed: Form) -> datetime:
    """One of the times on the page, or a day and a time of one's own. Raises InvalidInput."""
    chosen = read_line(typed, "when")
    if chosen and chosen != OTHER:
        return _instant(chosen)
    if not chosen and not read_line(typed, "day"):
        raise InvalidInput({"when": "moment_missing"})
    day, minute = read_day(read_line(typed, "day")), read_minute(read_line(typed, "time"))
    problems = {"day": "" if day else "date_missing", "time": "" if minute is not None else "time_missing"}
    if day is None or minute is None:
        raise InvalidInput({field: code for field, code in problems.items() if code})
    return local_instant(day, minute)


def read_seen(typed: Form, name: str = "seen") -> UUID | None:
    """Which standing date somebody saw when they sent the form."""
    return read_id(read_line(typed, name))


def suggest_moments(windows: Sequence[Any], weekly: Sequence[Any], minutes: int, *, now: datetime) -> list[datetime]:
    """A few times within those of the request, the first first."""
    found = {start for start in _starts(windows, weekly, timedelta(minutes=minutes), now) if start > now + _SOONEST}
    return sorted(found)[:_MOST]


def _starts(windows: Sequence[Any], weekly: Sequence[Any], length: timedelta, now: datetime) -> Iterable[datetime]:
    for window in windows:
        start = window.starts_at
        while start + length <= window.ends_at:
            yield start
            start += max(length, timedelta(hours=1))
    today = now.astimezone(AMSTERDAM).date()
    for ahead in range(_DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        for piece in weekly:
            if piece.weekday == day.weekday() and timedelta(minutes=piece.end_minute - piece.start_minute) >= length:
                # Nobody wants to be helped at eight in the morning when the whole day will do.
                yield local_instant(day, max(piece.start_minute, min(10 * 60, piece.end_minute - _minutes(length))))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _instant(typed: str) -> datetime:
    try:
        instant = datetime.fromisoformat(typed)
    except ValueError:
        raise InvalidInput({"when": "moment_missing"}) from None
    if instant.tzinfo is None:
        raise InvalidInput({"when": "moment_missing"})
    return instant


def read_said(typed: Form) -> Said:
    """Three answers, and perhaps a word. Raises InvalidInput with every question that was left open."""
    how, helps, again = (read_line(typed, name) for name in ("how", "helps", "again"))
    known = {one.value for one in HowItWas}
    problems = {
        "how": "" if how in known else "how_missing",
        "helps": "" if helps in known else "helps_missing",
        "again": "" if again in ("ja", "nee") else "again_missing",
    }
    if any(problems.values()):
        raise InvalidInput({field: code for field, code in problems.items() if code})
    return Said(
        how=HowItWas(how),
        helps_to_manage=HowItWas(helps),
        would_again=again == "ja",
        remark=read_text(typed, "remark"),
        may_be_told=is_ticked(typed, "may_be_told"),
    )


def keep_told(typed: Form) -> dict[str, str]:
    """What was typed about how it was, to show again."""
    return {name: read_line(typed, name) for name in ("how", "helps", "again", "remark", "may_be_told", "hours")}


def read_hours(typed: Form) -> int:
    """How long it took, in minutes. Raises InvalidInput."""
    minutes = read_whole(read_line(typed, "hours"))
    if not minutes:
        raise InvalidInput({"hours": "hours_range"})
    return minutes
