"""Every pair that may be asked now: for one request a look-up, for a whole market some tens of milliseconds.

The same rules as `matching.rules`, worked out by arrays instead of pair by pair. A test holds the two against each
other; where they differ, rules.py is right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.candidates_calendar import MINUTE_US, Needs, to_us
from matching.candidates_roster import Near, Places, Roster
from matching.geography import FloatArray, IntArray
from matching.problem import LOCAL, Market, Request, as_utc
from matching.rules import DAYTIME, AskingHours

BoolArray = NDArray[np.bool_]


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

    def only(self, pairs: IntArray | BoolArray | slice) -> Fit:
        return Fit(self.request[pairs], self.volunteer[pairs], self.distance_km[pairs], self.overlap_min[pairs])


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
            self._row.update((request.id, first + at) for at, request in enumerate(unknown))
            if len(unknown) == len(asked):
                return fit
        fits = [self._part(self._row[request.id]) for request in asked]
        return Fit(
            np.repeat(np.arange(len(asked)), [len(fit.volunteer) for fit in fits]),
            _joined([fit.volunteer for fit in fits], np.int64),
            _joined([fit.distance_km for fit in fits], np.float64),
            _joined([fit.overlap_min for fit in fits], np.float64),
        )

    def _part(self, row: int) -> Fit:
        found = self._found[bisect_right(self._found, row, key=lambda one: one.first) - 1]
        begin, end = found.cuts[row - found.first : row - found.first + 2].tolist()
        return found.fit.only(slice(begin, end))

    def _look_up(self, asked: Sequence[Request]) -> Fit:
        needs = Needs.of([request.windows for request in asked], [request.weekly for request in asked], self.now)
        terms = _Terms.of(self.market, asked, self.roster)
        places = Places.of(asked, needs.hours)
        wanted: dict[str, list[int]] = {}
        for at, request in enumerate(asked):
            wanted.setdefault(request.skill, []).append(at)
        blocks = self.roster.near({skill: np.array(at) for skill, at in wanted.items()}, places)
        avoided = self._avoided(asked)
        found = [self._screened(near, needs, terms, avoided) for near in blocks]
        fit = Fit(
            _joined([part.request for part in found], np.int64),
            _joined([part.volunteer for part in found], np.int64),
            _joined([part.distance_km for part in found], np.float64),
            _joined([part.overlap_min for part in found], np.float64),
        )
        return fit.only(np.argsort(fit.request, kind="stable"))

    def _screened(self, near: Near, needs: Needs, terms: _Terms, avoided: IntArray) -> Fit:
        """Of those within reach the ones who keep the rest of rules 1 to 4, and avoid."""
        overlap_us = self.roster.calendar.longest_us(needs, near.place, near.volunteer)
        keep = (overlap_us >= terms.minutes_us[near.place]) & self._terms_hold(near, terms)
        if len(avoided):
            keep &= ~np.isin(near.place * len(self.roster) + near.volunteer, avoided)
        return Fit(near.place[keep], near.volunteer[keep], near.km[keep], overlap_us[keep] / MINUTE_US)

    def _terms_hold(self, near: Near, terms: _Terms) -> BoolArray:
        roster, request, volunteer = self.roster, near.place, near.volunteer
        keep = terms.is_possible[request]
        for word in range(terms.required.shape[1]):
            required = terms.required[:, word]
            if terms.requires[word]:
                keep &= (required[request] & ~roster.qualifications.bits[:, word][volunteer]) == 0
        if terms.any_language:
            shares = ~terms.names_language[request]
            for word in range(terms.languages.shape[1]):
                shares |= (terms.languages[:, word][request] & roster.languages.bits[:, word][volunteer]) != 0
            keep &= shares
        if terms.any_age:
            year = self.now.astimezone(LOCAL).year
            keep &= (terms.min_age[request] <= 0) | (year - roster.born[volunteer] >= terms.min_age[request])
        return keep

    def _avoided(self, asked: Sequence[Request]) -> IntArray:
        """Keys of the pairs in which one avoids the other."""
        position, avoiding, size = self.roster.position, self.roster.avoiding, len(self.roster)
        keys: list[int] = []
        for at, request in enumerate(asked):
            if request.requester in avoiding:
                keys += (at * size + person for person in avoiding[request.requester])
            if request.avoid:
                keys += (at * size + position[person] for person in request.avoid if person in position)
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


@dataclass(frozen=True)
class _Terms:
    """What requests ask of a person, per request; sets of codes as rows of bits."""

    required: NDArray[np.uint64]
    languages: NDArray[np.uint64]
    names_language: BoolArray
    min_age: IntArray
    minutes_us: IntArray
    is_possible: BoolArray  # whether there is anybody with each of the qualifications

    @cached_property
    def requires(self) -> list[bool]:
        """Whether any request asks for a qualification, per word of bits."""
        return [bool(word.any()) for word in self.required.T]

    @cached_property
    def any_language(self) -> bool:
        return bool(self.names_language.any())

    @cached_property
    def any_age(self) -> bool:
        return bool((self.min_age > 0).any())

    @classmethod
    def of(cls, market: Market, asked: Sequence[Request], roster: Roster) -> _Terms:
        required = [market.required(request) for request in asked]
        possible = {codes: roster.qualifications.are_owned(codes) for codes in set(required)}
        return cls(
            required=roster.qualifications.rows(required),
            languages=roster.languages.rows([request.languages for request in asked]),
            names_language=np.array([bool(request.languages) for request in asked], dtype=bool),
            min_age=np.array([request.min_age for request in asked], dtype=np.int64),
            minutes_us=np.array([request.minutes for request in asked], dtype=np.int64) * MINUTE_US,
            is_possible=np.array([possible[codes] for codes in required], dtype=bool),
        )


def _of_one(volunteer: IntArray) -> Fit:
    nothing = np.zeros(len(volunteer))
    return Fit(np.zeros(len(volunteer), np.int64), volunteer, nothing, nothing)


def _joined(arrays: Sequence[NDArray[Any]], kind: type[np.int64 | np.float64]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, kind)
