"""Quarters of an hour of the local week as bits: a quick way to tell that two never have enough time together.

A quarter that is touched by a minute counts whole: enough common bits prove nothing, too few prove that it can't be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Final

from matching.availability import MINUTE, day_pieces
from matching.problem import MINUTES_PER_DAY, WeeklySlot, Window

QUARTER: Final = 15
_A_DAY: Final = MINUTES_PER_DAY // QUARTER
ALWAYS: Final = (1 << 7 * _A_DAY) - 1
_WEEK: Final = timedelta(days=7)


def quarters_of(windows: Iterable[Window], weekly: Iterable[WeeklySlot]) -> int:
    """The quarters, from Monday 00:00 (the lowest bit), that any of these touches; all, near a change of the clock."""
    bits = 0
    for slot in weekly:
        bits |= quarters_of_piece(slot.weekday, slot.start_minute, slot.end_minute)
    for window in windows:
        bits |= _quarters_of_window(window)
    return bits


@lru_cache(maxsize=4096)
def quarters_of_piece(weekday: int, start_minute: int, end_minute: int) -> int:
    """The same of one piece of a day; half-open, in minutes since midnight, ``end_minute`` at most 1440."""
    first, end = start_minute // QUARTER, -(-end_minute // QUARTER)
    return ((1 << (end - first)) - 1) << (weekday * _A_DAY + first)


def may_have_time(free: int, wanted: int, minutes: int) -> bool:
    """Whether so many minutes on end may lie in both."""
    both = free & wanted
    left = -(-minutes // QUARTER) - 1  # quarters that have to follow on the first
    step = 1
    while both and left > 0:
        step = min(step, left)
        both &= both >> step
        left -= step
        step *= 2
    return both != 0


@lru_cache(maxsize=4096)
def _quarters_of_window(window: Window) -> int:
    if window.end_at - window.start_at >= _WEEK:
        return ALWAYS
    bits = 0
    pieces = day_pieces(window.start_at, window.end_at)
    if len({(piece.weekday, piece.midnight_at) for piece in pieces}) > len({piece.weekday for piece in pieces}):
        return ALWAYS  # an hour that comes twice has more minutes than quarters
    for piece in pieces:
        start, end = ((at - piece.midnight_at) / MINUTE for at in (piece.start_at, piece.end_at))
        bits |= quarters_of_piece(piece.weekday, int(start), min(MINUTES_PER_DAY, -int(-end // 1)))
    return bits
