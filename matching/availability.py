"""Weekly availability against weekly slots and dated windows, in the local time of Oosterhout.

Somebody is available at an instant if the clock on the wall, at that instant, shows a time in one of their slots.
From that one sentence follow both clock-change nights: in spring 01:00–04:00 lasts two hours, in autumn four, and
in autumn 02:15–02:45 happens twice, half an hour each. Windows are cut at local midnight; pieces of availability
that touch are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from matching.problem import LOCAL, MINUTES_PER_DAY, Request, Volunteer, WeeklySlot, Window

Span = tuple[int, int]  # half-open, wall-clock minutes of one day
Stretch = tuple[datetime, datetime]  # half-open, instants in UTC
Week = tuple[tuple[Span, ...], ...]  # per weekday, Monday first: disjoint spans in order

MINUTE: Final = timedelta(minutes=1)
DAYS_TO_LOOK: Final = 15  # a weekly slot returns within 7 days, or 14 where a clock change swallows it once


@lru_cache(maxsize=20_000)
def merged_week(slots: tuple[WeeklySlot, ...]) -> Week:
    """The slots per weekday, with those that touch or overlap made one."""
    days: list[list[Span]] = [[] for _ in range(7)]
    for slot in sorted(slots, key=lambda s: (s.weekday, s.start_minute)):
        spans = days[slot.weekday]
        if spans and slot.start_minute <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], slot.end_minute))
        else:
            spans.append((slot.start_minute, slot.end_minute))
    return tuple(tuple(spans) for spans in days)


@lru_cache(maxsize=4096)
def local_midnight(day: date) -> datetime:
    """The instant, in UTC, at which a local day begins."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The date on the calendar in Oosterhout."""
    return instant.astimezone(LOCAL).date()


@dataclass(frozen=True, slots=True)
class DayPiece:
    """A stretch within one local day during which the clock isn't changed; wall time = instant + offset."""

    start_at: datetime
    end_at: datetime
    midnight_at: datetime  # the instant at which this day's wall clock would have shown 00:00 under this offset
    weekday: int

    def at_wall_minute(self, minute: int) -> datetime:
        return self.midnight_at + minute * MINUTE


@lru_cache(maxsize=4096)
def clock_change(day: date) -> datetime | None:
    """The instant within a local day at which the clock is put forward or back, if there is one."""
    low, high = local_midnight(day), local_midnight(day + timedelta(days=1))
    if high - low == timedelta(days=1):
        return None
    offset = low.astimezone(LOCAL).utcoffset()
    while high - low > MINUTE:  # every clock change in Dutch history since 1940 was on a whole minute of UTC
        middle = low + ((high - low) // MINUTE // 2) * MINUTE
        if middle.astimezone(LOCAL).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=1024)  # one window is held against many volunteers in a row
def day_pieces(start_at: datetime, end_at: datetime) -> tuple[DayPiece, ...]:
    """Cut a stretch of time at local midnights and at clock changes, in order."""
    pieces: list[DayPiece] = []
    day = local_day(start_at)
    while start_at < end_at:
        tomorrow = day + timedelta(days=1)
        day_end = min(end_at, local_midnight(tomorrow))
        change = clock_change(day)
        cuts = [start_at, day_end]
        if change is not None and start_at < change < day_end:
            cuts.insert(1, change)
        pieces += (_piece(day, begin, end) for begin, end in pairwise(cuts))
        start_at, day = day_end, tomorrow
    return tuple(pieces)


def _piece(day: date, start_at: datetime, end_at: datetime) -> DayPiece:
    offset = start_at.astimezone(LOCAL).utcoffset() or timedelta()
    return DayPiece(start_at, end_at, datetime.combine(day, time(), UTC) - offset, day.weekday())


def available_stretches(week: Week, start_at: datetime, end_at: datetime) -> Iterator[Stretch]:
    """When somebody is available between two instants: per local day, touching pieces made one, in order."""
    pending: Stretch | None = None
    for piece in day_pieces(start_at, end_at):
        for span_start, span_end in week[piece.weekday]:
            begin = max(piece.start_at, piece.at_wall_minute(span_start))
            end = min(piece.end_at, piece.at_wall_minute(span_end))
            if begin >= end:
                continue
            if pending is not None and begin == pending[1] and not _is_midnight(begin):
                pending = (pending[0], end)
                continue
            if pending is not None:
                yield pending
            pending = (begin, end)
    if pending is not None:
        yield pending


def _is_midnight(instant: datetime) -> bool:
    return instant == local_midnight(local_day(instant))


def longest_in_window(week: Week, window: Window, now: datetime) -> timedelta:
    """The longest time on end, within the window as far as it lies after now, that somebody is available."""
    start_at = max(window.start_at, now)
    stretches = available_stretches(week, start_at, window.end_at)
    return max((end - begin for begin, end in stretches), default=timedelta())


def longest_in_slot(week: Week, slot: WeeklySlot) -> timedelta:
    """The longest time on end within a weekly slot that somebody is available."""
    overlaps = (min(end, slot.end_minute) - max(start, slot.start_minute) for start, end in week[slot.weekday])
    return max(0, max(overlaps, default=0)) * MINUTE


def longest_overlap(volunteer: Volunteer, request: Request, now: datetime) -> timedelta:
    """The longest time on end that the volunteer could give, in any one window or weekly slot of the request."""
    week = merged_week(volunteer.available)
    weekly = (longest_in_slot(week, slot) for slot in request.weekly)
    dated = (longest_in_window(week, window, now) for window in request.windows)
    return max((*weekly, *dated), default=timedelta())


def least_shift(volunteer: Volunteer, request: Request, now: datetime) -> int | None:
    """The least whole minutes by which one window or weekly slot must move, earlier or later, to fit.

    None where no move helps: nothing the volunteer is available for, or nothing that is asked, lasts long enough.
    """
    week = merged_week(volunteer.available)
    shifts = [shift for slot in request.weekly for shift in _slot_shifts(week, slot, request.minutes)]
    shifts += [shift for window in request.windows for shift in _window_shifts(week, window, request.minutes, now)]
    return min(shifts, default=None)


def _slot_shifts(week: Week, slot: WeeklySlot, minutes: int) -> Iterator[int]:
    """Distances to each span of the week, and of the weeks around it, that is long enough."""
    if slot.end_minute - slot.start_minute < minutes:
        return
    slot_day = slot.weekday * MINUTES_PER_DAY
    for weekday, spans in enumerate(week):
        for start, end in spans:
            if end - start < minutes:
                continue
            for week_offset in (-7, 0, 7):
                day = (weekday + week_offset) * MINUTES_PER_DAY - slot_day
                yield _nearest_to_zero(day + start + minutes - slot.end_minute, day + end - minutes - slot.start_minute)


def _window_shifts(week: Week, window: Window, minutes: int, now: datetime) -> Iterator[int]:
    """Distances to each occurrence, after now and around the window, of availability that is long enough."""
    length = minutes * MINUTE
    if window.end_at - window.start_at < length:
        return
    around = timedelta(days=DAYS_TO_LOOK)
    # Begin at a midnight, so that the pieces at the edge are whole.
    first = local_midnight(local_day(window.start_at - around))
    last = local_midnight(local_day(max(window.end_at, now) + around))
    for begin, end in available_stretches(week, max(first, now), last):
        if end - begin < length:
            continue
        earliest = -((window.end_at - begin - length) // MINUTE)  # rounded up
        latest = (end - length - window.start_at) // MINUTE  # rounded down
        if earliest <= latest:
            yield _nearest_to_zero(earliest, latest)


def _nearest_to_zero(low: int, high: int) -> int:
    """How far zero is from a range of whole numbers."""
    return max(low, -high, 0)


def local_minute(instant: datetime) -> int:
    """Minutes since midnight on the local clock."""
    local = instant.astimezone(LOCAL)
    return local.hour * 60 + local.minute


def next_local_minute(now: datetime, minute: int) -> datetime:
    """The first instant after now at which the local clock shows this minute of the day (and :00 seconds)."""
    for day in _days_from(local_day(now)):
        instant = (datetime.combine(day, time(), LOCAL) + minute * MINUTE).astimezone(UTC)
        if instant > now:
            return instant
    raise AssertionError("every day has this minute")  # pragma: no cover


def _days_from(day: date) -> Iterable[date]:
    return (day + timedelta(days=offset) for offset in range(3))


def clock_text(minute: int) -> str:
    """Minutes since midnight as people write it, "24:00" for the end of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_clock(name: str, text: str) -> int:
    """Minutes since midnight of "HH:MM"; "24:00" ends a day. Raises ValueError that names the field."""
    hour, colon, minute = text.partition(":")
    is_clock = colon and len(hour) == 2 and len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    if not is_clock or int(minute) > 59 or int(hour) * 60 + int(minute) > MINUTES_PER_DAY:
        raise ValueError(f"{name} must be a time as HH:MM, not {text!r}")
    return int(hour) * 60 + int(minute)
