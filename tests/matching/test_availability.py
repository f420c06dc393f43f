"""Weekly patterns against dated windows, held against a clock that is read minute by minute."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from matching.availability import (
    MINUTE,
    clock_text,
    least_shift,
    longest_in_window,
    longest_overlap,
    merged_week,
    next_local_minute,
    read_clock,
)
from matching.problem import WeeklySlot, Window
from tests.matching.builders import NOW, a_request, a_volunteer
from tests.support import proof

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # the day before the clock goes forward
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the day before it goes back
ORDINARY = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def is_available(slots: tuple[WeeklySlot, ...], instant: datetime) -> bool:
    local = instant.astimezone(AMSTERDAM)
    minute = local.hour * 60 + local.minute
    return any(s.weekday == local.weekday() and s.start_minute <= minute < s.end_minute for s in slots)


def longest_minute_by_minute(slots: tuple[WeeklySlot, ...], start_at: datetime, end_at: datetime) -> int:
    """The longest run of minutes on which the clock on the wall shows an available time, cut at local midnight."""
    longest = run = 0
    instant = start_at
    while instant < end_at:
        is_midnight = instant.astimezone(AMSTERDAM).strftime("%H:%M") == "00:00"
        run = (0 if is_midnight else run) + 1 if is_available(slots, instant) else 0
        longest = max(longest, run)
        instant += MINUTE
    return longest


def some_slots(rng: Random, near: datetime) -> tuple[WeeklySlot, ...]:
    day = near.astimezone(AMSTERDAM).weekday()
    found = []
    for _ in range(rng.randrange(1, 5)):
        start = rng.choice([0, 60, 105, 120, 135, 150, 165, 180, 210, 540, 1380])
        end = min(1440, start + rng.choice([15, 30, 45, 60, 120, 240, 1440]))
        found.append(WeeklySlot((day + rng.randrange(3)) % 7, start, end))
    return tuple(found)


@pytest.mark.parametrize("around", [SPRING, AUTUMN, ORDINARY], ids=["spring", "autumn", "ordinary"])
def test_the_longest_time_on_end_is_what_the_clock_on_the_wall_says(around: datetime) -> None:
    """Both clock-change nights and a night in June, against every minute."""
    rng = Random(1)
    for _ in range(proof.count(60, 1200)):
        slots = some_slots(rng, around)
        start_at = around + timedelta(minutes=rng.randrange(0, 1500))
        end_at = start_at + timedelta(minutes=rng.choice([20, 90, 240, 900, 2000]))
        now = start_at + timedelta(minutes=rng.choice([-60, 0, 17, 200]))
        expected = longest_minute_by_minute(slots, max(start_at, now), end_at)
        assert longest_in_window(merged_week(slots), Window(start_at, end_at), now) == expected * MINUTE


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        pytest.param("2026-03-29", 60, 240, 120, id="three-hours-on-the-clock-last-two-in-spring"),
        pytest.param("2026-03-29", 120, 180, 0, id="the-hour-that-is-skipped-in-spring"),
        pytest.param("2026-10-25", 60, 240, 240, id="three-hours-on-the-clock-last-four-in-autumn"),
        pytest.param("2026-10-25", 135, 165, 30, id="half-an-hour-that-happens-twice-in-autumn"),
        pytest.param("2026-10-25", 0, 1440, 1500, id="a-day-of-25-hours"),
        pytest.param("2026-03-29", 0, 1440, 1380, id="a-day-of-23-hours"),
    ],
)
def test_minutes_are_elapsed_minutes_when_the_clock_is_changed(day: str, start: int, end: int, expected: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=AMSTERDAM)
    window = Window(midnight - timedelta(hours=5), midnight + timedelta(days=2))
    week = merged_week((WeeklySlot(6, start, end),))
    assert longest_in_window(week, window, LONG_AGO) == expected * MINUTE


def test_pieces_that_touch_are_one() -> None:
    week = merged_week((WeeklySlot(0, 600, 660), WeeklySlot(0, 540, 600), WeeklySlot(0, 650, 700)))
    assert week[0] == ((540, 700),)


def test_a_window_is_cut_at_local_midnight() -> None:
    """An hour before and an hour after midnight are two separate hours, whoever is available through both."""
    evening = datetime(2026, 6, 10, 23, 0, tzinfo=AMSTERDAM)
    week = merged_week((WeeklySlot(2, 1380, 1440), WeeklySlot(3, 0, 60)))
    assert longest_in_window(week, Window(evening, evening + timedelta(hours=2)), LONG_AGO) == 60 * MINUTE


def test_only_what_lies_after_now_counts() -> None:
    window = Window(NOW - timedelta(hours=2), NOW + timedelta(minutes=45))
    assert longest_in_window(merged_week(a_volunteer().available), window, NOW) == 45 * MINUTE
    assert longest_in_window(merged_week(a_volunteer().available), window, NOW + timedelta(hours=1)) == 0 * MINUTE


def test_one_weekly_slot_is_enough_and_two_are_not_added_up() -> None:
    volunteer = a_volunteer(available=(WeeklySlot(1, 540, 580), WeeklySlot(3, 900, 950)))
    request = a_request(windows=(), weekly=(WeeklySlot(1, 500, 600), WeeklySlot(3, 840, 960)))
    assert longest_overlap(volunteer, request, NOW) == 50 * MINUTE


def shift_by_trying(volunteer_slots: tuple[WeeklySlot, ...], window: Window, minutes: int, now: datetime) -> int:
    """Move the window a minute further, both ways, until it fits."""
    week = merged_week(volunteer_slots)
    for by in range(20_000):
        for step in (-by, by):
            start_at = max(window.start_at + step * MINUTE, now)
            end_at = window.end_at + step * MINUTE
            if start_at < end_at and longest_in_window(week, Window(start_at, end_at), now) >= minutes * MINUTE:
                return by
    raise AssertionError("no move helps")


@pytest.mark.parametrize("around", [SPRING, AUTUMN, ORDINARY], ids=["spring", "autumn", "ordinary"])
def test_the_least_move_of_a_window_is_found_by_trying_every_minute_too(around: datetime) -> None:
    rng = Random(3)
    for _ in range(proof.count(8, 150)):
        slot = WeeklySlot(
            (around.astimezone(AMSTERDAM).weekday() + rng.randrange(3)) % 7, rng.choice([0, 60, 600]), 700
        )
        start_at = around + timedelta(minutes=rng.randrange(-300, 1500), seconds=rng.randrange(60))
        window = Window(start_at, start_at + timedelta(minutes=rng.choice([60, 90, 200])))
        request = a_request(windows=(window,), minutes=rng.choice([30, 60]))
        found = least_shift(a_volunteer(available=(slot,)), request, around)
        assert found == shift_by_trying((slot,), window, request.minutes, around)


def weekly_shift_by_trying(volunteer_slots: tuple[WeeklySlot, ...], slot: WeeklySlot, minutes: int) -> int | None:
    free = {d.weekday * 1440 + m for d in volunteer_slots for m in range(d.start_minute, d.end_minute)}
    begin, length = slot.weekday * 1440 + slot.start_minute, slot.end_minute - slot.start_minute
    for by in range(10_080):
        for step in (-by, by):
            run = longest = 0
            for at in range(begin + step, begin + step + length):
                run = (0 if at % 1440 == 0 else run) + 1 if at % 10_080 in free else 0
                longest = max(longest, run)
            if longest >= minutes:
                return by
    return None


def test_the_least_move_of_a_weekly_slot_is_found_by_trying_every_minute_too() -> None:
    """Across midnight and around the end of the week."""
    rng = Random(4)
    for _ in range(proof.count(12, 200)):
        start = rng.choice([0, 500, 1300])
        mine = (WeeklySlot(rng.randrange(7), start, start + rng.choice([40, 140])),)
        begin = rng.choice([0, 700, 1380])
        slot = WeeklySlot(rng.choice([0, 6, mine[0].weekday]), begin, begin + rng.choice([35, 60]))
        request = a_request(windows=(), weekly=(slot,), minutes=rng.choice([30, 50]))
        assert least_shift(a_volunteer(available=mine), request, NOW) == weekly_shift_by_trying(
            mine, slot, request.minutes
        )


def test_no_move_helps_somebody_who_is_never_free_long_enough() -> None:
    assert least_shift(a_volunteer(available=(WeeklySlot(0, 0, 30),)), a_request(), NOW) is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-03T07:30+01:00", "2026-03-03T08:00+01:00", id="this-morning"),
        pytest.param("2026-03-03T08:00+01:00", "2026-03-04T08:00+01:00", id="never-now-itself"),
        pytest.param("2026-03-28T22:00+01:00", "2026-03-29T08:00+02:00", id="a-short-night"),
        pytest.param("2026-10-24T22:00+02:00", "2026-10-25T08:00+01:00", id="a-long-night"),
    ],
)
def test_eight_in_the_morning_is_eight_on_the_local_clock(now: str, expected: str) -> None:
    assert next_local_minute(datetime.fromisoformat(now), 8 * 60) == datetime.fromisoformat(expected)


def test_a_day_ends_at_twenty_four() -> None:
    assert read_clock("end", "24:00") == 1440
    assert clock_text(1440) == "24:00"


@pytest.mark.parametrize("text", ["24:01", "9:00", "12:60", "12.30", "", "25:00", "-1:00", "１2:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="end"):
        read_clock("end", text)
