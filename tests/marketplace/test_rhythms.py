"""The days of a rhythm against dateutil's, and local times on the nights when the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from marketplace.models import Rhythm
from marketplace.rhythms import instant_of, is_of, list_days, monthly_rhythm
from tests.support.clock import AMSTERDAM

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
_WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
_NUMBERS = {Rhythm.FIRST: 1, Rhythm.SECOND: 2, Rhythm.THIRD: 3, Rhythm.FOURTH: 4, Rhythm.LAST: -1}


def by_dateutil(rhythm: Rhythm, first_on: date, from_on: date, until_on: date) -> list[date]:
    begin = datetime.combine(first_on, datetime.min.time())
    if rhythm in _NUMBERS:
        day = _WEEKDAYS[first_on.weekday()](_NUMBERS[rhythm])
        rule = rrule.rrule(rrule.MONTHLY, dtstart=begin, byweekday=day)
    else:
        rule = rrule.rrule(rrule.WEEKLY, dtstart=begin, interval=1 if rhythm is Rhythm.WEEKLY else 2)
    lower, upper = (datetime.combine(day, datetime.min.time()) for day in (from_on, until_on))
    return [moment.date() for moment in rule.between(lower, upper, inc=True)]


@given(st.sampled_from(Rhythm), DAYS, st.integers(-60, 400), st.integers(0, 200))
def test_the_days_are_those_of_the_calendar_standard(rhythm: Rhythm, first_on: date, ahead: int, length: int) -> None:
    from_on = first_on + timedelta(days=ahead)
    until_on = from_on + timedelta(days=length)
    days = list(list_days(rhythm, first_on=first_on, from_on=from_on, until_on=until_on))
    assert days == by_dateutil(rhythm, first_on, from_on, until_on)


@given(DAYS)
def test_every_month_is_the_rhythm_that_has_the_day_it_begins_on(first_on: date) -> None:
    rhythm = monthly_rhythm(first_on)
    assert is_of(rhythm, first_on, first_on=first_on) or rhythm is Rhythm.LAST


@given(DAYS, st.integers(0, 1439))
def test_local_time_survives_the_clocks(day: date, minute: int) -> None:
    """What one reads on the wall is what was said, but for the hour that does not exist."""
    local = instant_of(day, minute).astimezone(AMSTERDAM)
    shown = local.hour * 60 + local.minute
    assert local.date() == day
    assert shown == minute or (shown == minute + 60 and 120 <= minute < 180 and day.month == 3)


@pytest.mark.parametrize(
    ("day", "minute", "instant"),
    [
        pytest.param(date(2026, 3, 29), 150, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="skipped-is-an-hour-on"),
        pytest.param(date(2026, 10, 25), 150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="doubled-is-the-first"),
        pytest.param(date(2026, 3, 24), 600, datetime(2026, 3, 24, 9, 0, tzinfo=UTC), id="ten-in-winter"),
        pytest.param(date(2026, 3, 31), 600, datetime(2026, 3, 31, 8, 0, tzinfo=UTC), id="ten-in-summer"),
    ],
)
def test_the_hours_that_clocks_change_are_decided(day: date, minute: int, instant: datetime) -> None:
    assert instant_of(day, minute) == instant
