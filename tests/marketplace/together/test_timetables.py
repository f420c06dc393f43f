"""When something goes on: the clock on the wall, days that are otherwise, and holidays."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.models import Known
from marketplace.policies import AMSTERDAM
from marketplace.timetables import (
    Times,
    coming_holidays,
    holiday_code,
    is_lonely,
    list_sittings,
    next_sitting,
    weekend_of,
)
from marketplace.workdays import public_holidays

SUNDAYS = Times(weekly=((6, 14 * 60, 16 * 60),))


@pytest.mark.parametrize("day", [date(2026, 3, 22), date(2026, 3, 29), date(2026, 10, 25)])
def test_a_weekly_time_stays_what_the_clock_on_the_wall_says_when_the_clock_changes(day):
    (sitting,) = list_sittings(SUNDAYS, day, day)
    assert sitting.starts_at.astimezone(AMSTERDAM).hour == 14
    assert sitting.ends_at - sitting.starts_at == timedelta(hours=2)


def test_a_day_that_is_otherwise_replaces_the_weekly_times_and_a_day_off_is_off():
    saturday, sunday = date(2026, 3, 7), date(2026, 3, 8)
    times = Times(weekly=SUNDAYS.weekly, dated={sunday: None, saturday: (600, 720)})
    assert [one.starts_at.astimezone(AMSTERDAM).date() for one in list_sittings(times, saturday, sunday)] == [saturday]


@pytest.mark.parametrize(
    ("on_holidays", "told"),
    [(Known.NO, []), (Known.YES, [True]), (Known.UNKNOWN, [False])],
    ids=["closed", "open", "nobody-knows"],
)
def test_on_a_holiday_it_goes_on_as_far_as_is_known(on_holidays, told):
    christmas = date(2026, 12, 25)
    times = Times(weekly=((4, 600, 720),), on_holidays=on_holidays)
    assert [one.is_sure for one in list_sittings(times, christmas, christmas)] == told


def test_a_dated_time_on_a_holiday_is_sure():
    christmas = date(2026, 12, 25)
    times = Times(dated={christmas: (600, 720)}, on_holidays=Known.NO)
    assert [one.is_sure for one in list_sittings(times, christmas, christmas)] == [True]


def test_weekly_times_hold_between_their_first_and_last_day():
    times = Times(weekly=SUNDAYS.weekly, from_on=date(2026, 3, 8), until_on=date(2026, 3, 15))
    found = list_sittings(times, date(2026, 3, 1), date(2026, 3, 31))
    assert [one.starts_at.astimezone(AMSTERDAM).day for one in found] == [8, 15]


def test_the_next_one_is_the_first_that_has_not_begun():
    begin = datetime(2026, 3, 8, 14, tzinfo=AMSTERDAM)
    assert next_sitting(SUNDAYS, begin - timedelta(seconds=1), within_days=14).starts_at == begin
    assert next_sitting(SUNDAYS, begin, within_days=14).starts_at == begin + timedelta(days=7)
    assert next_sitting(SUNDAYS, begin, within_days=6) is None


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_weekend_is_saturday_and_sunday_or_what_is_left_of_it(day):
    first, last = weekend_of(day)
    assert last.weekday() == 6
    assert first.weekday() == (6 if day.weekday() == 6 else 5)
    assert day <= last <= day + timedelta(days=6)
    assert is_lonely(last)


@given(st.integers(2020, 2035))
def test_every_public_holiday_has_a_name_and_no_other_day(year):
    for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365)):
        assert bool(holiday_code(day)) == (day in public_holidays(year))


def test_the_coming_holiday_comes_with_those_that_touch_it():
    assert coming_holidays(date(2026, 12, 1), within_days=45) == (date(2026, 12, 25), date(2026, 12, 26))
    assert coming_holidays(date(2026, 3, 3), within_days=45) == (date(2026, 4, 5), date(2026, 4, 6))
    assert coming_holidays(date(2026, 6, 1), within_days=30) == ()
    assert holiday_code(date(2026, 12, 25)) == "christmas"
