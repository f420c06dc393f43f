"""Rule 3 for many pairs at once: the longest time on end that a volunteer has for a request.

One bit for each hour of the week, or for each stroke of half hours, tells who has no hour or stroke in common with a
request, and so no time. Who has is decided on the spans themselves, in microseconds, so that the answer is that of
`availability.longest_overlap` to the instant: no grid of time could do that, as a window may begin at any second and
lies only partly after now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.availability import clock_change, local_midnight
from matching.geography import IntArray
from matching.problem import LOCAL, MINUTES_PER_DAY, WeeklySlot, Window

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = date(1970, 1, 1)
MICROSECOND: Final = timedelta(microseconds=1)
BETWEEN_STROKES_US: Final = 30 * MINUTE_US
STROKES_A_DAY: Final = 24 * HOUR_US // BETWEEN_STROKES_US + 1  # both midnights
ROOM_OF_A_DAY: Final = 2 * MINUTES_PER_DAY  # minutes between two days on one line, so that they never touch
BoolArray = NDArray[np.bool_]
WordArray = NDArray[np.uint64]


def to_us(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (instant - EPOCH) // MICROSECOND


class Calendar:
    """The weeks of many volunteers: merged spans in wall-clock minutes, and which hours of the week they touch."""

    def __init__(self, weeks: Sequence[Sequence[WeeklySlot]]) -> None:
        slots = list(chain.from_iterable(weeks))
        weekday = np.array([slot.weekday for slot in slots], dtype=np.int64)
        start = np.array([slot.start_minute for slot in slots], dtype=np.int64)
        end = np.array([slot.end_minute for slot in slots], dtype=np.int64)
        # All days on one line, far enough apart: then one sweep merges what touches.
        line = (np.repeat(np.arange(len(weeks)), [len(week) for week in weeks]) * 7 + weekday) * ROOM_OF_A_DAY
        line_start, line_end = line + start, line + end
        if (line_start[1:] < line_start[:-1]).any():
            order = np.argsort(line_start, kind="stable")
            line_start, line_end = line_start[order], line_end[order]
        reached = np.maximum.accumulate(line_end)
        begins = np.ones(len(slots), dtype=bool)
        begins[1:] = line_start[1:] > reached[:-1]
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(slots)) - 1 if len(first) else first
        self._size = len(weeks)
        self._day = line_start[first] // ROOM_OF_A_DAY
        base = self._day * ROOM_OF_A_DAY
        self._start_us = (line_start[first] - base) * MINUTE_US
        self._end_us = (reached[last] - base) * MINUTE_US
        self._n_of_day = np.bincount(self._day, minlength=7 * len(weeks))
        self._first_of_day = np.append(0, np.cumsum(self._n_of_day))
        self._has_more = self._n_of_day > 1
        # The first span of each day of each volunteer; an empty one where there is none.
        some = np.flatnonzero(self._n_of_day)
        self._first_start_us, self._first_end_us = np.zeros((2, 7 * len(weeks)), np.int64)
        self._first_start_us[some] = self._start_us[self._first_of_day[some]]
        self._first_end_us[some] = self._end_us[self._first_of_day[some]]

    @cached_property
    def hours(self) -> WordArray:
        """Per volunteer a bit for each hour of the week that they have time in, shape (n, 3)."""
        return _hours(self._day // 7, self._day % 7, self._start_us, self._end_us, self._size)

    def at_strokes(self, *, in_between: bool) -> BoolArray:
        """Which volunteers have time at each half hour's stroke of the week, shape (n_strokes, n), or at any time in
        the half hour from then."""
        first, beyond = strokes(self._day % 7, self._start_us, self._end_us, 0 if in_between else 1)
        owner, stroke = ranges(self._day // 7, first, beyond)
        has: BoolArray = np.zeros((7 * STROKES_A_DAY, self._size), dtype=bool)
        has.ravel()[stroke * self._size + owner] = True
        return has

    def table_us(self, needs: Needs, pieces: IntArray, volunteers: IntArray) -> IntArray:
        """The longest time on end in microseconds within each of these pieces that each of these volunteers has,
        shape (n_pieces, n_volunteers); clock changes are the caller's."""
        table = np.zeros((len(pieces), len(volunteers)), np.int64)
        of_piece = needs.weekday[pieces]
        for weekday in np.unique(of_piece).tolist():
            rows, day = np.flatnonzero(of_piece == weekday), volunteers * 7 + weekday
            begin_us, end_us = needs.start_us[pieces[rows]][:, None], needs.end_us[pieces[rows]][:, None]
            lasts = np.minimum(self._first_end_us.take(day), end_us)
            lasts -= np.maximum(self._first_start_us.take(day), begin_us)
            more, nth = np.flatnonzero(self._n_of_day.take(day) > 1), 1
            while len(more):
                span = self._first_of_day.take(day[more]) + nth
                further = np.minimum(self._end_us.take(span), end_us)
                further -= np.maximum(self._start_us.take(span), begin_us)
                lasts[:, more] = np.maximum(lasts[:, more], further)
                nth += 1
                more = more[self._n_of_day.take(day[more]) > nth]
            table[rows] = lasts
        return np.maximum(table, 0, out=table)

    def longest_us(self, needs: Needs, request: IntArray, volunteer: IntArray) -> IntArray:
        """For each pair the longest time on end, in microseconds, in any one window or weekly slot; 0 for none.

        The first piece of every request is held against the first span of that day, then the second, and so on.
        """
        longest = np.zeros(len(request), np.int64)
        monday, has_joint = volunteer * 7, bool(needs.joint.any())
        joined: list[tuple[IntArray, ...]] = []
        for number in range(int(needs.count.max(initial=0))):
            piece, weekday, start_us, end_us = needs.nth(number)
            day = weekday.take(request)
            day += monday
            least_us, most_us = start_us.take(request), end_us.take(request)
            begin = np.maximum(self._first_start_us.take(day), least_us)
            lasts = np.minimum(self._first_end_us.take(day), most_us)
            if has_joint:
                joined.append((np.arange(len(request)), piece.take(request), begin, lasts.copy()))
            lasts -= begin
            np.maximum(longest, lasts, out=longest)
            more, nth = np.flatnonzero(self._has_more.take(day)), 1
            while len(more):
                some = day.take(more)
                span = self._first_of_day.take(some) + nth
                begin = np.maximum(self._start_us.take(span), least_us.take(more))
                end = np.minimum(self._end_us.take(span), most_us.take(more))
                longest[more] = np.maximum(longest.take(more), end - begin)
                if has_joint:
                    joined.append((more, piece.take(request.take(more)), begin, end))
                nth += 1
                more = more[self._n_of_day.take(some) > nth]
        if joined:
            _join(longest, needs, *(np.concatenate(column) for column in zip(*joined, strict=True)))
        return longest


@dataclass(frozen=True)
class Needs:
    """When requests may take place: pieces of days in wall-clock microseconds; those of request r stand from first[r]
    to first[r + 1]. `joint` is 0, or numbers a clock change: the piece before it and the one after it have the same
    number, and what reaches from the one into the other is time on end."""

    first: IntArray
    weekday: IntArray
    start_us: IntArray
    end_us: IntArray
    joint: IntArray

    @classmethod
    def of(cls, windows: Sequence[Sequence[Window]], weekly: Sequence[Sequence[WeeklySlot]], now: datetime) -> Needs:
        """Windows as far as they lie after now, and weekly slots, per request."""
        of_window, *dated = _pieces(windows, now)
        slots = list(chain.from_iterable(weekly))
        of_slot = np.repeat(np.arange(len(weekly)), [len(one) for one in weekly])
        recurring = (
            np.array([slot.weekday for slot in slots], dtype=np.int64),
            np.array([slot.start_minute for slot in slots], dtype=np.int64) * MINUTE_US,
            np.array([slot.end_minute for slot in slots], dtype=np.int64) * MINUTE_US,
            np.zeros(len(slots), np.int64),
        )
        request = np.concatenate([of_window, of_slot])
        order = np.argsort(request, kind="stable")
        columns = (np.concatenate(both)[order] for both in zip(dated, recurring, strict=True))
        return cls(np.searchsorted(request[order], np.arange(len(windows) + 1)), *columns)

    @cached_property
    def count(self) -> IntArray:
        """How many pieces each request has."""
        return np.diff(self.first)

    def nth(self, number: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Of each request the piece of this number, its weekday, start and end; an empty one where there is none."""
        if number not in self._nth:
            piece = np.minimum(self.first[:-1] + number, max(0, len(self.weekday) - 1))
            has = self.count > number
            weekday, start_us, end_us = (column[piece] * has for column in (self.weekday, self.start_us, self.end_us))
            self._nth[number] = piece, weekday, start_us, end_us
        return self._nth[number]

    @cached_property
    def _nth(self) -> dict[int, tuple[IntArray, IntArray, IntArray, IntArray]]:
        return {}

    @cached_property
    def hours(self) -> WordArray:
        """Per request a bit for each hour of the week that it may take place in, shape (n, 3)."""
        request = np.repeat(np.arange(len(self.count)), self.count)
        return _hours(request, self.weekday, self.start_us, self.end_us, len(self.count))

    @cached_property
    def same(self) -> tuple[IntArray, IntArray]:
        """Pieces that are the same part of the same weekday, counted once: the first of each, and for every piece its
        place among those."""
        ends, end = np.unique(self.end_us, return_inverse=True)
        _, start = np.unique(self.start_us, return_inverse=True)
        key = (start * len(ends) + end) * 7 + self.weekday
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        return first, place


def _pieces(windows: Sequence[Sequence[Window]], now: datetime) -> tuple[IntArray, ...]:
    """Windows cut at local midnights and clock changes: request, weekday, start and end (wall clock), joint."""
    flat = list(chain.from_iterable(windows))
    of_window = np.repeat(np.arange(len(windows)), [len(one) for one in windows])
    start = np.maximum(np.array([(w.start_at - EPOCH) // MICROSECOND for w in flat], dtype=np.int64), to_us(now))
    end = np.array([(w.end_at - EPOCH) // MICROSECOND for w in flat], dtype=np.int64)
    ahead = np.flatnonzero(start < end)
    if not len(ahead):
        return tuple(np.zeros(0, np.int64) for _ in range(5))
    cuts, weekday, wall_zero, after_change = _days(int(start[ahead].min()), int(end[ahead].max()))
    first = np.searchsorted(cuts, start[ahead], side="right") - 1
    beyond = np.searchsorted(cuts, end[ahead], side="left")
    row, segment = ranges(ahead, first, beyond)
    begin, finish = np.maximum(start[row], cuts[segment]), np.minimum(end[row], cuts[segment + 1])
    # A change joins two pieces of the same window; its number is the window's and the day's.
    changed = after_change[segment] & (begin == cuts[segment])
    has_after = np.zeros(len(segment), dtype=bool)
    has_after[:-1] = changed[1:] & (row[1:] == row[:-1])
    changed[1:] &= row[1:] == row[:-1]
    if len(changed):
        changed[0] = False
    joint = np.where(changed, np.arange(len(segment)), np.where(has_after, np.arange(len(segment)) + 1, 0))
    return of_window[row], weekday[segment], begin - wall_zero[segment], finish - wall_zero[segment], joint


def _days(first_us: int, last_us: int) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Stretches of local days between clock changes: where each begins (and the last ends), its weekday, the instant at
    which its clock would have shown 00:00, and whether it follows a clock change. Instants in microseconds."""
    day = (EPOCH + first_us * MICROSECOND).astimezone(LOCAL).date()
    last = (EPOCH + last_us * MICROSECOND).astimezone(LOCAL).date()
    begins: list[datetime] = []
    days: list[date] = []
    follows: list[bool] = []
    while day <= last:
        change = clock_change(day)
        for begin in (local_midnight(day),) if change is None else (local_midnight(day), change):
            begins.append(begin)
            days.append(day)
            follows.append(begin == change)
        day += timedelta(days=1)
    cuts = np.array([to_us(begin) for begin in (*begins, local_midnight(day))], dtype=np.int64)
    offsets = [(begin.astimezone(LOCAL).utcoffset() or timedelta()) // MICROSECOND for begin in begins]
    zero = np.array([(on - EPOCH_DAY).days for on in days], dtype=np.int64) * 24 * HOUR_US - np.array(offsets, np.int64)
    return cuts, np.array([on.weekday() for on in days], dtype=np.int64), zero, np.array(follows, dtype=bool)


def _join(longest: IntArray, needs: Needs, pair: IntArray, piece: IntArray, begin: IntArray, end: IntArray) -> None:
    """Time on end across a clock change: what reaches up to it, and what goes on from there."""
    joint = needs.joint[piece]
    size = int(needs.joint.max()) + 1
    is_after = (piece > 0) & (needs.joint[piece - 1] == joint)  # the piece before this one bears the same number
    lasts = (joint > 0) & (end > begin)
    up_to = np.flatnonzero(lasts & ~is_after & (end == needs.end_us[piece]))
    on_from = np.flatnonzero(lasts & is_after & (begin == needs.start_us[piece]))
    keys_before, keys_after = pair[up_to] * size + joint[up_to], pair[on_from] * size + joint[on_from]
    _, before, after = np.intersect1d(keys_before, keys_after, return_indices=True)
    before, after = up_to[before], on_from[after]
    np.maximum.at(longest, pair[before], (end - begin)[before] + (end - begin)[after])


def ranges(what: IntArray, first: IntArray, beyond: IntArray) -> tuple[IntArray, IntArray]:
    """Each of `what` as often as its range is long, and the numbers of the ranges one after another."""
    counts = np.maximum(0, beyond - first)
    total = int(counts.sum())
    offset = np.repeat(np.cumsum(counts) - counts - first, counts)
    return np.repeat(what, counts), np.arange(total) - offset


def strokes(weekday: IntArray, start_us: IntArray, end_us: IntArray, steps: int) -> tuple[IntArray, IntArray]:
    """For each piece of a day the strokes of half hours, numbered through the week, from which on it holds `steps` of
    them on end, as the first and the one beyond the last; for 0, those of the half hours that it touches.

    Whatever lasts that many half hours holds as many strokes on end, whenever it begins: two pieces that have so much
    time in common have a stroke in common here.
    """
    if steps:
        first, beyond = -(-start_us // BETWEEN_STROKES_US), end_us // BETWEEN_STROKES_US + 2 - steps
    else:
        first, beyond = start_us // BETWEEN_STROKES_US, -(-end_us // BETWEEN_STROKES_US)
    day = weekday * STROKES_A_DAY
    return day + first, day + np.where(start_us < end_us, np.maximum(first, beyond), first)


def _hours(owner: IntArray, weekday: IntArray, start_us: IntArray, end_us: IntArray, n: int) -> WordArray:
    """Per owner a bit for each hour of the week that a piece touches, shape (n, 3)."""
    real = np.flatnonzero(start_us < end_us)
    base = weekday[real] * 24
    piece, hour = ranges(real, base + start_us[real] // HOUR_US, base + (end_us[real] - 1) // HOUR_US + 1)
    touched = np.zeros((n, 3 * 64), dtype=bool)
    touched[owner[piece], hour] = True
    return np.packbits(touched, axis=1).view(np.uint64)
