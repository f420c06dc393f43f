"""What many requests have in common, worked out once for many volunteers.

A hundred requests ask for the same kind of help, the same papers, the same Tuesday morning. A table has a row for each
distinct thing that is asked and a column for each volunteer; what a request asks is a few of its rows. Bits stand 64 to
a word, so that a town is compared with all that it is asked in some thousands of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np

from matching.candidates_calendar import BETWEEN_STROKES_US, BoolArray, Calendar, Needs, WordArray, ranges, strokes
from matching.geography import IntArray

SHARED: Final = 4  # requests that a part of the week must occur in, on average, for a table to be worth its making
LARGEST: Final = 4_000_000  # entries of a table of times
MANY: Final = 168  # requests from which on a table of the half hours of the week pays

Asked = TypeVar("Asked", bound=Hashable)


def packed(table: BoolArray) -> WordArray:
    """Rows of bits, 64 columns a word; what is left of the last word is 0."""
    n_rows, n_columns = table.shape
    octets = np.zeros((n_rows, -(-n_columns // 64) * 8), np.uint8)
    octets[:, : -(-n_columns // 8)] = np.packbits(table, axis=1)
    words: WordArray = octets.view(np.uint64)
    return words


def ones(words: WordArray, at_once: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Row and column of every bit that is set, row by row, some `at_once` of them."""
    counts = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
    cuts = np.searchsorted(np.cumsum(counts), np.arange(at_once, int(counts.sum()), at_once))
    for begin, end in pairwise([0, *cuts.tolist(), len(words)]):
        octets = words[begin:end].view(np.uint8).ravel()
        some = np.flatnonzero(octets != 0)  # numpy finds what is dense much faster, so what is empty is left out first
        bit = np.flatnonzero(np.unpackbits(octets[some]).view(np.bool_))
        row = np.repeat(np.arange(begin, end), counts[begin:end])
        yield row, some[bit >> 3] * 8 + (bit & 7) - (row - begin) * (words.shape[1] * 64)


def numbered(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Which of the numbers below `size` occur, ascending, and for each code its place among those."""
    occurs = np.zeros(size, dtype=bool)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


@dataclass(frozen=True)
class Distinct:
    """Which of some distinct things each request asks."""

    table: BoolArray  # shape (n_distinct, n_volunteers)
    number: IntArray  # shape (n_requests,)

    @classmethod
    def of(cls, asked: Sequence[Asked], row_of: Callable[[Asked], BoolArray]) -> Distinct:
        """`row_of` tells of one thing that is asked which volunteers have it."""
        place: dict[Asked, int] = {}
        number = np.array([place.setdefault(one, len(place)) for one in asked], dtype=np.int64)
        return cls(np.array([row_of(one) for one in place]), number)

    def bits(self) -> WordArray:
        """Per request the volunteers who have what it asks."""
        return packed(self.table)[self.number]

    def holds(self, row: IntArray, column: IntArray) -> BoolArray:
        """The same for some pairs."""
        held: BoolArray = self.table.ravel().take(self.number[row] * self.table.shape[1] + column)
        return held


class Times:
    """The longest time on end that some volunteers have for some requests; both by position among those."""

    def __init__(self, calendar: Calendar, needs: Needs, requests: IntArray, volunteers: IntArray) -> None:
        self._calendar, self._needs, self._requests, self._volunteers = calendar, needs, requests, volunteers
        self._row, piece = ranges(np.arange(len(requests)), needs.first[requests], needs.first[requests + 1])
        self._piece = piece
        self._count = needs.count[requests]
        self._table: IntArray | None = None
        if len(requests) >= SHARED:
            first_of, place = needs.same
            distinct, self._place = numbered(place[piece], len(first_of))
            if len(distinct) * SHARED <= len(piece) and len(distinct) * len(volunteers) <= LARGEST:
                of_pieces = calendar.table_us(needs, first_of[distinct], volunteers)
                self._table = np.concatenate([of_pieces, np.zeros((1, len(volunteers)), np.int64)])
        # Where a window reaches across a clock change, two pieces may be one: those are looked at pair by pair.
        self._is_screened = False  # whether pairs without a time in common are mostly left out by now
        self._is_joined = np.zeros(len(requests), dtype=bool)
        self._is_joined[self._row[needs.joint[piece] > 0]] = True

    def bits(self, least_us: IntArray) -> WordArray | None:
        """Per request, who may have so much time on end; None where that is better asked pair by pair."""
        if self._table is None:
            return self._staying(least_us) if len(self._requests) >= MANY else None
        lengths, length = np.unique(least_us, return_inverse=True)
        wanted = length[self._row] * len(self._table) + self._place
        distinct, at = numbered(wanted, len(lengths) * len(self._table))
        cuts = np.searchsorted(distinct, np.arange(1, len(lengths)) * len(self._table))
        rows = np.concatenate(
            [
                packed(self._table[some % len(self._table)] >= least)
                for some, least in zip(np.split(distinct, cuts), lengths.tolist(), strict=True)
            ]
        )
        able = np.zeros((len(self._requests), rows.shape[1]), np.uint64)
        some = np.flatnonzero(self._count)
        if len(some):
            able[some] = np.bitwise_or.reduceat(rows[at], (np.cumsum(self._count) - self._count)[some], axis=0)
        able[self._is_joined] = ~np.uint64(0)
        return able

    @cached_property
    def _begins(self) -> list[IntArray]:
        """Where in the table the first piece of each request begins, the second, and so on; the last row, in which
        nobody has time, where there is none."""
        assert self._table is not None
        first, begins = np.cumsum(self._count) - self._count, []
        for at in range(int(self._count.max(initial=0))):
            has = np.flatnonzero(self._count > at)
            begin = np.full(len(self._count), len(self._table) - 1)
            begin[has] = self._place[first[has] + at]
            begins.append(begin * len(self._volunteers))
        return begins

    def _staying(self, least_us: IntArray) -> WordArray:
        """Per request, who might have time for as many whole half hours on end as it takes, as all told by their
        strokes; where it takes less than one, who has any time in the same half hour."""
        needs, self._is_screened = self._needs, True
        able = np.zeros((len(self._requests), -(-len(self._volunteers) // 64)), np.uint64)
        lasting = (least_us // BETWEEN_STROKES_US)[self._row]
        staying = at_one = self._at_strokes(in_between=False)
        reached = 1
        for count in np.unique(lasting).tolist():
            some = np.flatnonzero(lasting == count)
            piece = self._piece[some]
            first, beyond = strokes(needs.weekday[piece], needs.start_us[piece], needs.end_us[piece], count)
            row, stroke = ranges(self._row[some], first, beyond)
            while reached < count:
                staying, reached = staying[:-1] & at_one[reached:], reached + 1
            if len(row):
                heads = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
                has = staying if count else self._at_strokes(in_between=True)
                able[row[heads]] = np.bitwise_or.reduceat(has[stroke], heads, axis=0)
        able[self._is_joined] = ~np.uint64(0)
        return able

    def _at_strokes(self, *, in_between: bool) -> WordArray:
        has = self._calendar.at_strokes(in_between=in_between)
        return packed(has if len(self._volunteers) == has.shape[1] else has.take(self._volunteers, axis=1))

    def longest_us(self, row: IntArray, column: IntArray) -> IntArray:
        """For each pair the longest time on end, in microseconds; 0 for none."""
        if self._table is None:
            return self._measured(row, column)
        flat, longest = self._table.ravel(), np.zeros(len(row), np.int64)
        for begin in self._begins:
            at = begin.take(row)
            at += column
            np.maximum(longest, flat.take(at), out=longest)
        joined = np.flatnonzero(self._is_joined.take(row)) if self._is_joined.any() else row[:0]
        if len(joined):
            longest[joined] = self._measured(row[joined], column[joined])
        return longest

    def _measured(self, row: IntArray, column: IntArray) -> IntArray:
        request, volunteer = self._requests.take(row), self._volunteers.take(column)
        if self._is_screened:
            return self._calendar.longest_us(self._needs, request, volunteer)
        longest = np.zeros(len(row), np.int64)
        here, there = self._needs.hours, self._calendar.hours
        shared = here[request, 0] & there[volunteer, 0]
        for word in range(1, here.shape[1]):
            shared |= here[request, word] & there[volunteer, word]
        some = np.flatnonzero(shared)
        longest[some] = self._calendar.longest_us(self._needs, request[some], volunteer[some])
        return longest
