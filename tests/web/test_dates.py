"""Time and distance as people say them."""

from datetime import UTC, date, timedelta

import pytest

from tests.support.builders import local
from web import dates

TUESDAY = local(2026, 3, 3, 10)


def test_a_moment_is_a_day_and_a_time():
    assert dates.moment(TUESDAY) == "dinsdag 3 maart om 10.00 uur"
    assert dates.moment(local(2026, 12, 31, 9, 5)) == "donderdag 31 december om 9.05 uur"


def test_a_moment_of_another_year_says_so():
    today = date(2026, 3, 3)
    assert dates.moment(local(2027, 1, 4, 10), today=today) == "maandag 4 januari 2027 om 10.00 uur"
    assert dates.moment(TUESDAY, today=today) == "dinsdag 3 maart om 10.00 uur"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "vandaag"), (1, "morgen"), (2, "donderdag"), (6, "maandag"), (7, "dinsdag 10 maart"), (-1, "maandag 2 maart")],
)
def test_a_day_nearby_is_called_as_people_call_it(days, words):
    today = date(2026, 3, 3)
    assert dates.near_day(today + timedelta(days=days), today=today) == words


def test_the_clock_on_the_wall_counts_also_in_summer():
    """An hour after midnight in Amsterdam is still the day before in UTC."""
    assert dates.moment(local(2026, 7, 14, 0, 30)) == "dinsdag 14 juli om 0.30 uur"
    night = local(2026, 3, 29, 1, 30).astimezone(UTC)
    assert dates.clock_time(night + timedelta(hours=1)) == "3.30 uur", "the clock skipped an hour"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2, "dinsdag 3 maart, 10.00 tot 12.00 uur"),
        (14, "dinsdag 3 maart, 10.00 tot 24.00 uur"),
        (24, "dinsdag 3 maart om 10.00 uur tot woensdag 4 maart om 10.00 uur"),
    ],
)
def test_a_window_names_its_day_once(hours, words):
    assert dates.window(TUESDAY, TUESDAY + timedelta(hours=hours)) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (10, "10 minuten"),
        (15, "een kwartier"),
        (30, "een half uur"),
        (60, "één uur"),
        (75, "één uur en 15 minuten"),
        (90, "anderhalf uur"),
        (120, "twee uur"),
        (600, "10 uur"),
    ],
)
def test_how_long_something_takes(minutes, words):
    assert dates.duration(minutes) == words


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (0, "vlakbij"),
        (0.49, "vlakbij"),
        (0.5, "2 minuten fietsen (0,5 km)"),
        (2.4, "10 minuten fietsen (2,4 km)"),
        (39.9, "40 km"),
    ],
)
def test_how_far_it_is_by_bicycle(km, words):
    assert dates.distance(km) == words
