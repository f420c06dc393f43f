"""Thresholds: the defaults, and the moments just before and after them."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.policies import (
    AMSTERDAM,
    CoordinatorPolicy,
    ObjectionPolicy,
    RespondByPolicy,
    next_asking_moment,
)
from tests.support.clock import NOW


@pytest.mark.parametrize(
    ("hours_to_appointment", "expected_hours"),
    [
        pytest.param(None, 168, id="no-appointment: a week"),
        pytest.param(300, 168, id="far-appointment: still a week"),
        pytest.param(100, 76, id="nearer: a day before"),
        pytest.param(28, 4, id="just enough: a day before is four hours from now"),
        pytest.param(27, 13.5, id="too near: halfway to the appointment"),
        pytest.param(10, 5, id="today: halfway"),
    ],
)
def test_an_answer_is_wanted_in_time_for_the_appointment(hours_to_appointment, expected_hours):
    first = None if hours_to_appointment is None else NOW + timedelta(hours=hours_to_appointment)
    assert RespondByPolicy().respond_by(NOW, first) == NOW + timedelta(hours=expected_hours)


@pytest.mark.parametrize(
    ("hours_to_appointment", "expected_hours"),
    [
        pytest.param(None, 24, id="no-appointment"),
        pytest.param(60, 24, id="far"),
        pytest.param(48, 24, id="exactly-two-days"),
        pytest.param(10, 5, id="half-the-time-left"),
        pytest.param(1, 1, id="at-least-an-hour"),
        pytest.param(-5, 24, id="begun-already"),
    ],
)
def test_the_requester_may_object_for_a_day_or_half_the_time_that_is_left(hours_to_appointment, expected_hours):
    first = None if hours_to_appointment is None else NOW + timedelta(hours=hours_to_appointment)
    assert ObjectionPolicy().until(NOW, first) == NOW + timedelta(hours=expected_hours)


@pytest.mark.parametrize(
    ("since", "deadline"),
    [
        pytest.param((2026, 3, 3, 10), (2026, 3, 4, 10), id="tuesday"),
        pytest.param((2026, 3, 6, 16), (2026, 3, 9, 16), id="friday-to-monday"),
        pytest.param((2026, 3, 7, 12), (2026, 3, 10, 0), id="on-saturday-it-has-the-whole-monday"),
        pytest.param((2026, 3, 29, 4), (2026, 3, 31, 0), id="early-on-a-sunday-when-the-clock-changes-too"),
        pytest.param((2026, 3, 27, 10), (2026, 3, 30, 10), id="over-the-clock-change-it-stays-ten"),
    ],
)
def test_a_coordinator_has_one_working_day(since, deadline):
    begin = datetime(*since, tzinfo=AMSTERDAM)
    assert CoordinatorPolicy().deadline(begin) == datetime(*deadline, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("local", "next_local"),
    [
        pytest.param((2026, 3, 3, 20, 59), (2026, 3, 3, 20, 59), id="last-minute-of-the-day"),
        pytest.param((2026, 3, 3, 21, 0), (2026, 3, 4, 8, 0), id="too-late"),
        pytest.param((2026, 3, 3, 3, 0), (2026, 3, 3, 8, 0), id="at-night"),
        pytest.param((2026, 3, 28, 22, 0), (2026, 3, 29, 8, 0), id="the-short-night"),
    ],
)
def test_nobody_is_asked_before_eight_or_after_nine_in_the_evening(local, next_local):
    found = next_asking_moment(datetime(*local, tzinfo=AMSTERDAM).astimezone(UTC))
    assert found == datetime(*next_local, tzinfo=AMSTERDAM)
