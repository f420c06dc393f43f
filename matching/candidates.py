"""Every pair that may be asked now: for one request a look-up, for a whole market some tens of milliseconds.

The same rules as `matching.rules`, worked out by arrays instead of pair by pair. A test holds the two against each
other; where they differ, rules.py is right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.candidates_calendar import MINUTE_US, BoolArray, Needs, to_us
from matching.candidates_roster import Places, Roster
from matching.candidates_table import Distinct, Times, ones
from matching.geography import FloatArray, IntArray
from matching.problem import LOCAL, Market, Request, as_utc
from matching.rules import DAYTIME, AskingHours

TOWN: Final = 4_000_000  # pairs that are looked at at once, whatever the kind of help
FEW: Final = 2_000  # people of a kind of help above whom it may pay to seek with a tree
RARE: Final = 0.02  # share of pairs within reach below which it does
SAMPLE: Final = 16  # requests by which that share is judged
AT_ONCE: Final = 2_000  # requests of one kind of help that are held against a tree together
IN_CACHE: Final = 16_000  # pairs that are measured together


@dataclass(frozen=True)
class Candidates:
    """Pairs that may be asked, ordered by request and then volunteer as they stand in the market.

    `requests` and `volunteers` are ids; `request`, `volunteer` (int, shape (n_pairs,)) are positions in them;
    `distance_km` and `overlap_min` (float, shape (n_pairs,)) say how far, and how long on end there is time.
    """

    requests: tuple[str, ...]
    volunteers: tuple[str, ...]
    request: IntArray
    volunteer: IntArray
    distance_km: FloatArray
    overlap_min: FloatArray

    def __len__(self) -> int:
        return len(self.request)

    def pairs(self) -> list[tuple[str, str]]:
        """The pairs as ids."""
        return [
            (self.requests[r], self.volunteers[v])
            for r, v in zip(self.request.tolist(), self.volunteer.tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Fit:
    """Pairs that keep some rules, by position; distances and overlaps beside them. All of shape (n_pairs,)."""

    request: IntArray
    volunteer: IntArray
    distance_km: FloatArray
    overlap_min: FloatArray

    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.request, self.volunteer, self.distance_km, self.overlap_min

    def only(self, pairs: BoolArray | slice) -> Fit:
        if isinstance(pairs, np.ndarray):
            if pairs.all():
                return self
            chosen = np.flatnonzero(pairs)  # sought once, not by each of the four
            return Fit(*(column.take(chosen) for column in self._columns()))
        return Fit(self.request[pairs], self.volunteer[pairs], self.distance_km[pairs], self.overlap_min[pairs])


@dataclass(frozen=True)
class _Block:
    """Requests and volunteers, by position, that are held against each other together; all of one kind of help, or of
    every kind."""

    requests: IntArray
    volunteers: IntArray
    skill: str | None
    is_wide: bool  # whether a tree is to seek the pairs


@dataclass(frozen=True)
class _Found:
    """What was looked up together: rows from `first` on, each of them from one cut to the next."""

    first: int
    fit: Fit
    cuts: IntArray


def find_candidates(market: Market, now: datetime, *, hours: AskingHours = DAYTIME) -> Candidates:
    """Every pair for which `rules.may_ask` holds at `now`."""
    screen = Screen(market, now)
    return screen.candidates(list_asking(market, screen.now) if hours.include(now) else ())


def list_asking(market: Market, now: datetime) -> list[Request]:
    """The requests for which `rules.is_asking` holds."""
    return [
        request
        for request in market.requests.values()
        if now < request.respond_by and request.id not in market.held and market.free_slots(request) > 0
    ]


class Screen:
    """One market at one moment; says who fits which request.

    Parameters
    ----------
    roster
        The market's volunteers as arrays, in the market's order, where they are at hand already; they are the part
        that takes time, and stay the same while requests come and go.
    """

    def __init__(self, market: Market, now: datetime, *, roster: Roster | None = None) -> None:
        self.market, self.now = market, as_utc("now", now)
        self.roster = Roster(market.volunteers.values()) if roster is None else roster
        self._found: list[_Found] = []
        self._row: dict[str, int] = {}

    def look_up(self, requests: Iterable[Request]) -> None:
        """Find who could help with these all at once, which costs little more than one by one for each of a few."""
        self._lasting(tuple(requests))

    def candidates(self, requests: Iterable[Request]) -> Candidates:
        """The pairs of these requests that rules 1 to 7 and 9 allow."""
        asked = tuple(requests)
        fit = self._lasting(asked)
        free = fit.only(self._may_be_asked(fit.volunteer))
        new = free.only(self._are_new(asked, free))
        return Candidates(
            requests=tuple(request.id for request in asked),
            volunteers=self.roster.ids,
            request=new.request,
            volunteer=new.volunteer,
            distance_km=new.distance_km,
            overlap_min=new.overlap_min,
        )

    def ever_fit(self, request: Request) -> IntArray:
        """Who could ever help: `rules.could_ever_fit`, as positions."""
        fit = self._lasting((request,)).volunteer
        paused_until = self.roster.paused_until_us[fit]
        someday: IntArray = fit[(paused_until <= to_us(self.now)) | (paused_until < to_us(request.respond_by))]
        return someday

    def can_still_be_asked(self, request: Request) -> bool:
        """Whether anybody who could ever help was neither asked nor matched for this request yet."""
        ever = self.ever_fit(request)
        return len(ever) > 0 and bool(self._are_new((request,), _of_one(ever)).any())

    def _lasting(self, asked: Sequence[Request]) -> Fit:
        """Who keeps rules 1 to 4 and avoid; each request is looked up once."""
        unknown = [request for request in asked if request.id not in self._row]
        if unknown:
            fit = self._look_up(unknown)
            first = len(self._row)
            self._found.append(_Found(first, fit, np.searchsorted(fit.request, np.arange(len(unknown) + 1))))
            # Plain numbers: a hundred thousand small objects more would keep the collector of garbage busy.
            self._row.update(zip([request.id for request in unknown], range(first, first + len(unknown)), strict=True))
            if len(unknown) == len(asked):
                return fit
        fits = [self._part(self._row[request.id]) for request in asked]
        return Fit(
            np.repeat(np.arange(len(asked)), [len(fit.volunteer) for fit in fits]),
            np.concatenate([_NOBODY.volunteer, *(fit.volunteer for fit in fits)]),
            np.concatenate([_NOBODY.distance_km, *(fit.distance_km for fit in fits)]),
            np.concatenate([_NOBODY.overlap_min, *(fit.overlap_min for fit in fits)]),
        )

    def _part(self, row: int) -> Fit:
        found = self._found[bisect_right(self._found, row, key=lambda one: one.first) - 1]
        begin, end = found.cuts[row - found.first : row - found.first + 2].tolist()
        return found.fit.only(slice(begin, end))

    def _look_up(self, asked: Sequence[Request]) -> Fit:
        if not asked or not len(self.roster):
            return _NOBODY
        needs = Needs.of([request.windows for request in asked], [request.weekly for request in asked], self.now)
        minutes_us = np.array([request.minutes for request in asked], dtype=np.int64) * MINUTE_US
        places = Places.of(asked)
        found = [self._fit(block, asked, needs, minutes_us, places) for block in self._blocks(asked, places)]
        fit = _joined(found)
        avoided = self._avoided(asked)
        return fit.only(~np.isin(self._keys(fit), avoided)) if len(avoided) else fit

    def _blocks(self, asked: Sequence[Request], places: Places) -> Iterator[_Block]:
        """All at once where that is a small table; else by kind of help."""
        if len(asked) * len(self.roster) <= TOWN and len(asked) > 1:
            yield _Block(np.arange(len(asked)), np.arange(len(self.roster)), skill=None, is_wide=False)
            return
        wanted: dict[str, list[int]] = {}
        for at, request in enumerate(asked):
            wanted.setdefault(request.skill, []).append(at)
        for skill, positions in wanted.items():
            skilled, requests = self.roster.skilled(skill), np.array(positions, dtype=np.int64)
            if len(skilled):
                is_wide = self._is_wide(skilled, places.points[requests])
                rows = AT_ONCE if is_wide else max(1, TOWN // len(skilled))
                for begin in range(0, len(requests), rows):
                    yield _Block(requests[begin : begin + rows], skilled, skill, is_wide=is_wide)

    def _is_wide(self, skilled: IntArray, points: FloatArray) -> bool:
        """Whether most people live out of reach of most places, so that a tree leaves them out."""
        if len(skilled) <= FEW or len(points) < SAMPLE:
            return len(skilled) > FEW
        some = points[:: len(points) // SAMPLE]
        return self.roster.share_within_reach(some, skilled) < RARE

    def _fit(self, block: _Block, asked: Sequence[Request], needs: Needs, minutes_us: IntArray, places: Places) -> Fit:
        """Who keeps rules 1 to 4 for the requests of a block."""
        terms = self._terms([asked[at] for at in block.requests.tolist()], block.volunteers)
        times = Times(self.roster.calendar, needs, block.requests, block.volunteers)
        least_us, is_town = minutes_us[block.requests], block.skill is None
        pairs: Iterable[tuple[IntArray, IntArray]]
        if block.skill is not None and block.is_wide:
            row, column = self.roster.near(block.skill, places.points[block.requests])
            in_order = np.argsort(row * len(block.volunteers) + column)
            pairs = [(row[in_order], column[in_order])]
        else:
            bits = times.bits(least_us)
            if is_town:
                terms.append(Distinct.of([request.skill for request in asked], self._has_skill))
            elif len(block.requests) > 1:
                terms.append(self.roster.might_reach(places.points[block.requests], block.volunteers))
            for term in terms:
                bits = term.bits() if bits is None else np.bitwise_and(bits, term.bits(), out=bits)
            assert bits is not None
            pairs, terms = ones(bits, IN_CACHE), []
        found = []
        for row, column in pairs:
            # Of a whole town positions in the block are positions in the market.
            place, person = (row, column) if is_town else (block.requests[row], block.volunteers[column])
            kept, km = self.roster.reached(places, place, person)
            row, column = row.take(kept), column.take(kept)
            longest_us = times.longest_us(row, column)
            keep = longest_us >= least_us.take(row)
            for term in terms:
                keep &= term.holds(row, column)
            place, person = (row, column) if is_town else (place.take(kept), person.take(kept))
            near = Fit(place, person, km, longest_us / MINUTE_US)
            found.append(near.only(keep))
        return _in_a_row(found)

    def _has_skill(self, skill: str) -> BoolArray:
        has = np.zeros(len(self.roster), dtype=bool)
        has[self.roster.skilled(skill)] = True
        return has

    def _terms(self, asked: Sequence[Request], who: IntArray) -> list[Distinct]:
        """What these requests ask of a person, besides a kind of help, a place and time."""
        roster, year = self.roster, self.now.astimezone(LOCAL).year
        terms = [
            Distinct.of(
                [self.market.required(request) for request in asked],
                lambda codes: roster.qualifications.have_all(codes, who),
            )
        ]
        if any(request.languages for request in asked):
            terms.append(
                Distinct.of(
                    [request.languages for request in asked],
                    lambda codes: roster.languages.have_any(codes, who) if codes else np.ones(len(who), dtype=bool),
                )
            )
        if any(request.min_age > 0 for request in asked):
            terms.append(
                Distinct.of(
                    [request.min_age for request in asked], lambda age: (year - roster.born[who] >= age) | (age <= 0)
                )
            )
        return terms

    def _avoided(self, asked: Sequence[Request]) -> IntArray:
        """Keys of the pairs in which one avoids the other."""
        size = len(self.roster)
        keys: list[int] = []
        avoided = self.roster.avoided
        for at in [at for at, request in enumerate(asked) if request.requester in avoided]:
            keys += (at * size + person for person in self.roster.avoiding[asked[at].requester])
        for at in [at for at, request in enumerate(asked) if request.avoid]:
            position = self.roster.position
            keys += (at * size + position[person] for person in asked[at].avoid if person in position)
        return np.array(keys, dtype=np.int64)

    def _keys(self, fit: Fit) -> IntArray:
        keys: IntArray = fit.request * len(self.roster) + fit.volunteer
        return keys

    def _may_be_asked(self, volunteer: IntArray) -> BoolArray:
        """Not paused, and rules 6 and 7, for each position; asked once for each person."""
        seen = np.zeros(len(self.roster), dtype=bool)
        seen[volunteer] = True
        who = np.flatnonzero(seen)
        roster = self.roster
        free = roster.paused_until_us[who] <= to_us(self.now)
        market, now = self.market, self.now
        engaged = self._counted(who, market.engaged_volunteers, lambda person: market.engaged(person, now))
        asked = self._counted(who, market.asked_at.keys(), lambda person: market.asked_lately(person, now))
        free &= (engaged < roster.capacity[who]) & (asked < roster.per_week[who])
        seen[who] = free
        may: BoolArray = seen[volunteer]
        return may

    def _counted(self, who: IntArray, known: Set[str], count: Callable[[str], int]) -> IntArray:
        """A count for each position; whoever is not known has none. The fewer of the two are looked at."""
        ids, position = self.roster.ids, self.roster.position
        if len(who) < len(known):
            return np.array([count(ids[at]) for at in who.tolist()], dtype=np.int64)
        counted = np.zeros(len(self.roster), np.int64)
        for person in known:
            if person in position:
                counted[position[person]] = count(person)
        return counted[who]

    def _are_new(self, asked: Sequence[Request], fit: Fit) -> BoolArray:
        """Rule 9."""
        market, position = self.market, self.roster.position
        keys = [
            at * len(self.roster) + position[volunteer_id]
            for at, request in enumerate(asked)
            for volunteer_id in market.met(request.id)
            if volunteer_id in position
        ]
        new = ~np.isin(self._keys(fit), np.array(keys, dtype=np.int64)) if keys else np.ones(len(fit.request), bool)
        for skill, people in self._unwanted.items():
            of_skill = np.array([request.skill == skill for request in asked], dtype=bool)
            if of_skill.any():
                new &= ~(of_skill[fit.request] & np.isin(fit.volunteer, people))
        return new

    @cached_property
    def _unwanted(self) -> Mapping[str, list[int]]:
        position = self.roster.position
        unwanted: dict[str, list[int]] = {}
        for volunteer_id, skill in self.market.unwanted:
            if volunteer_id in position:
                unwanted.setdefault(skill, []).append(position[volunteer_id])
        return unwanted


def _of_one(volunteer: IntArray) -> Fit:
    nothing = np.zeros(len(volunteer))
    return Fit(np.zeros(len(volunteer), np.int64), volunteer, nothing, nothing)


def _joined(found: list[Fit]) -> Fit:
    """All in the order of requests, of parts that are each in that order."""
    fit = _in_a_row(found)
    if (fit.request[1:] >= fit.request[:-1]).all():
        return fit
    order = np.argsort(fit.request, kind="stable")
    columns: list[NDArray[Any]] = [fit.request, fit.volunteer, fit.distance_km, fit.overlap_min]
    del fit
    for at in range(len(columns)):
        columns[at] = columns[at][order]
    return Fit(*columns)


def _in_a_row(found: list[Fit]) -> Fit:
    """One after another; the parts are given up one column after another, as there may be millions."""
    if len(found) == 1:
        return found[0]
    parts = [[part.request, part.volunteer, part.distance_km, part.overlap_min] for part in (_NOBODY, *found)]
    found.clear()
    columns = []
    for at in range(4):
        columns.append(np.concatenate([part[at] for part in parts]))
        for part in parts:
            part[at] = part[at][:0]
    return Fit(*columns)


_NOBODY: Final = Fit(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
