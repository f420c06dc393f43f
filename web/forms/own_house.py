"""The form of a holiday."""

from datetime import datetime

from marketplace.errors import InvalidInput
from marketplace.policies import local_midnight
from web.forms.reading import Form, read_day, read_line


def read_holiday(typed: Form) -> tuple[datetime, datetime]:
    """The midnights at which a holiday begins and ends. Raises InvalidInput."""
    first, last = (read_day(read_line(typed, name)) for name in ("holiday_from", "holiday_until"))
    if first is None or last is None:
        wrong = {"holiday_from": first, "holiday_until": last}
        raise InvalidInput({field: "date_missing" for field, day in wrong.items() if day is None})
    return local_midnight(first), local_midnight(last)
