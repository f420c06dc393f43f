"""Ages, to the day and by the clock in Oosterhout."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import ages
from marketplace.policies import AMSTERDAM
from marketplace.queries.market import year_of_birth
from marketplace.young.parents import _born_at_latest

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(0, 20), st.integers(-3, 3))
def test_an_age_is_reached_on_one_day_and_kept(born_on, years, off):
    """The day before they are a year younger; the same day counts whichever way one asks."""
    day = ages.reaches(born_on, years) + timedelta(days=off)
    assert (ages.age_on(born_on, day) >= years) == (off >= 0)


@given(DAYS, st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.sampled_from([12, 16, 18]))
def test_who_has_an_age_today_was_born_on_that_day_at_the_latest(born_on, today, years):
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    assert (born_on <= _born_at_latest(noon, years)) == (ages.reaches(born_on, years) <= today)


@given(DAYS, st.dates(date(2031, 1, 1), date(2040, 12, 31)))
def test_the_market_counts_years_as_birthdays_do(born_on, today):
    """The rules of matching know the year only: until the birthday somebody counts as born a year later."""
    assert today.year - year_of_birth(born_on, today) == ages.age_on(born_on, today)


@pytest.mark.parametrize(
    ("now", "is_child"),
    [
        # 12 September is summer time: the day begins at 22:00 UTC.
        pytest.param(datetime(2027, 9, 11, 21, 59, tzinfo=UTC), True, id="a-minute-before-midnight"),
        pytest.param(datetime(2027, 9, 11, 22, 0, tzinfo=UTC), False, id="midnight-in-oosterhout"),
    ],
)
def test_sixteen_begins_at_midnight_in_oosterhout(now, is_child):
    assert ages.needs_parent(date(2011, 9, 12), now) is is_child
    assert ages.released_at(date(2011, 9, 12)) == datetime(2027, 9, 12, tzinfo=AMSTERDAM)


def test_who_was_born_on_a_leap_day_is_sixteen_on_it_and_fifteen_until_march():
    assert ages.reaches(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert ages.reaches(date(2012, 2, 29), 15) == date(2027, 3, 1)


def test_of_whom_no_day_of_birth_is_kept_needs_nobody():
    assert not ages.needs_parent(None, datetime(2026, 3, 3, tzinfo=UTC))


def test_a_policy_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="in this order"):
        ages.AgePolicy(youngest=17)
    with pytest.raises(ValueError, match="above 0"):
        ages.AgePolicy(parent_answers_days=0)
