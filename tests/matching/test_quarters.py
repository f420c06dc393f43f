"""Quarters of the week only ever rule out who has no time: whoever has enough is never told to have none."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.availability import MINUTE, longest_overlap
from matching.problem import Request, Volunteer, WeeklySlot, Window
from matching.quarters import may_have_time, quarters_of

# Both clock changes, New Year, and an ordinary week.
DAYS = tuple(datetime(*day, tzinfo=UTC) for day in ((2026, 3, 28), (2026, 10, 24), (2026, 12, 31), (2026, 5, 6)))


@st.composite
def slots(draw: st.DrawFn) -> WeeklySlot:
    start = draw(st.integers(0, 1439))
    return WeeklySlot(draw(st.integers(0, 6)), start, draw(st.integers(start + 1, 1440)))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(st.sampled_from(DAYS)) + draw(st.integers(0, 3000)) * MINUTE + draw(st.integers(0, 59)) * SECOND
    return Window(start, start + draw(st.integers(1, 12_000)) * MINUTE)


SECOND = timedelta(seconds=1)


@given(
    st.lists(slots(), max_size=4),
    st.lists(windows(), max_size=2),
    st.lists(slots(), max_size=2),
    st.integers(1, 600),
)
def test_who_has_enough_time_is_never_ruled_out(
    free: list[WeeklySlot], dated: list[Window], weekly: list[WeeklySlot], minutes: int
) -> None:
    if not dated and not weekly:
        return
    somebody = Volunteer("v", 51.6, 4.8, 5.0, frozenset({"garden.mowing"}), tuple(free), 1, 1)
    now = DAYS[0] - timedelta(days=1)
    asked = Request(
        "r", "q", 51.6, 4.8, "garden.mowing", 1, minutes, now + timedelta(days=300), tuple(dated), tuple(weekly)
    )
    if longest_overlap(somebody, asked, now) >= minutes * MINUTE:
        assert may_have_time(quarters_of((), free), quarters_of(dated, weekly), minutes)


def test_who_is_free_on_another_day_or_too_briefly_is_ruled_out() -> None:
    monday = quarters_of((), [WeeklySlot(0, 540, 720)])
    assert not may_have_time(monday, quarters_of((), [WeeklySlot(1, 540, 720)]), 15)
    assert not may_have_time(monday, quarters_of((), [WeeklySlot(0, 660, 900)]), 90)
    assert may_have_time(monday, quarters_of((), [WeeklySlot(0, 660, 900)]), 60)
