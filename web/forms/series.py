"""Help that returns, as it is asked: how often, from which day, at what time, until when, and with whom."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from marketplace.asks import NewSeries
from marketplace.models import Rhythm
from marketplace.rhythms import monthly_rhythm
from web.forms.reading import read_day, read_minute, read_whole

MONTHLY: Final = "maand"
RHYTHMS: Final[Mapping[str, Rhythm | None]] = {
    "week": Rhythm.WEEKLY,
    "twee-weken": Rhythm.FORTNIGHTLY,
    # Which of the month follows from the first day.
    MONTHLY: None,
}
RHYTHM_WORDS: Final = (
    ("week", "Elke week"),
    ("twee-weken", "Om de week"),
    (MONTHLY, "Elke maand"),
)
MONTH_WORDS: Final = (("3", "3 maanden"), ("6", "6 maanden"), ("12", "een jaar"))
USUAL_MONTHS: Final = "6"
CIRCLE: Final = "kring"
FIELDS: Final = ("rhythm", "months", "last_on", "turns", "circle")


def read_series(
    answers: Mapping[str, Any], problems: dict[str, str], *, day: str = "date", at: str = "from"
) -> NewSeries | None:
    """The series that was asked; None with what is wrong. ``day`` and ``at`` are the fields of the first time."""
    chosen = str(answers.get("rhythm") or "")
    first_on, minute = read_day(str(answers.get(day) or "")), read_minute(str(answers.get(at) or ""))
    missing = {
        "rhythm": "" if chosen in RHYTHMS else "series_rhythm_missing",
        day: "" if first_on else "date_missing",
        at: "" if minute is not None else "series_time_missing",
    }
    problems |= {field: code for field, code in missing.items() if code}
    if first_on is None or minute is None or chosen not in RHYTHMS:
        return None
    rhythm = RHYTHMS[chosen] or monthly_rhythm(first_on)
    typed = str(answers.get("last_on") or "")
    last_on = read_day(typed) if typed else months_after(first_on, read_whole(str(answers.get("months") or "")) or 6)
    if last_on is None:
        problems["last_on"] = "date_missing"
        return None
    return NewSeries(rhythm, first_on, minute, last_on, is_reviewed=not typed)


def read_places(answers: Mapping[str, Any]) -> int:
    """How many take turns; one alone comes every time."""
    if answers.get("turns") != CIRCLE:
        return 1
    return max(read_whole(str(answers.get("circle") or "")) or 3, 2)


def months_after(day: date, months: int) -> date:
    """So many months later, never past a year."""
    return day + timedelta(days=min(months * 365 // 12, 365))
