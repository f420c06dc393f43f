"""Every pair that may be asked now, for a whole market at once.

The same rules as `matching.rules`, worked out by arrays instead of pair by pair: 1 500 volunteers and 300 open
requests take some tens of milliseconds. A test holds the two against each other; where they differ, rules.py is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.availability import (
    day_pieces,
    local_midnight,
    longest_in_window,
    merged_week,
)
from matching.geography import FloatArray, IntArray, ReachIndex
from matching.problem import LOCAL, PROPOSAL_MEMORY, Market, Request, Volunteer, Window, as_utc
from matching.rules import DAYTIME, AskingHours, is_asking

BoolArray = NDArray[np.bool_]
DAY: Final = timedelta(days=1)
MICROSECOND: Final = timedelta(microseconds=1)
MINUTE_US: Final = 60_000_000
UNKNOWN_YEAR: Final = 10_000  # born so late that no age is ever reached


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
    """The volunteers, as positions, who keep the lasting rules for one request; distances and overlaps beside them."""

    volunteer: IntArray
    distance_km: FloatArray
    overlap_min: FloatArray


def find_candidates(market: Market, now: datetime, *, hours: AskingHours = DAYTIME) -> Candidates:
    """Every pair for which `rules.may_ask` holds at `now`."""
    screen = Screen(market, now)
    asking = [r for r in market.requests.values() if is_asking(market, r, now)] if hours.include(now) else []
    return screen.candidates(asking)


class Screen:
    """One market at one moment as arrays; says who fits which request."""

    def __init__(self, market: Market, now: datetime) -> None:
        self.market, self.now = market, as_utc("now", now)
        self.volunteers = tuple(market.volunteers.values())
        self._position = {volunteer.id: at for at, volunteer in enumerate(self.volunteers)}
        self._reach = ReachIndex(
            np.array([v.lat for v in self.volunteers], dtype=np.float64),
            np.array([v.lon for v in self.volunteers], dtype=np.float64),
            np.array([v.max_km for v in self.volunteers], dtype=np.float64),
        )
        self._skills = self._who(volunteer.skills for volunteer in self.volunteers)
        self._qualifications = self._who(volunteer.qualifications for volunteer in self.volunteers)
        self._languages = self._who(volunteer.languages for volunteer in self.volunteers)
        self._avoiding = self._who(volunteer.avoid for volunteer in self.volunteers)
        born = [UNKNOWN_YEAR if v.born is None else v.born for v in self.volunteers]
        self._age = self.now.astimezone(LOCAL).year - np.array(born, dtype=np.int64)
        self._fits: dict[str, Fit] = {}

    def candidates(self, requests: Iterable[Request]) -> Candidates:
        """The pairs of these requests that rules 1 to 7 and 9 allow."""
        asked = tuple(requests)
        found = [self._askable(request) for request in asked]
        counts = [len(fit.volunteer) for fit in found]
        return Candidates(
            requests=tuple(request.id for request in asked),
            volunteers=tuple(volunteer.id for volunteer in self.volunteers),
            request=np.repeat(np.arange(len(asked), dtype=np.int64), counts),
            volunteer=np.concatenate([fit.volunteer for fit in found] or [np.zeros(0, np.int64)]),
            distance_km=np.concatenate([fit.distance_km for fit in found] or [np.zeros(0)]),
            overlap_min=np.concatenate([fit.overlap_min for fit in found] or [np.zeros(0)]),
        )

    def ever_fit(self, request: Request) -> IntArray:
        """Who could ever help: `rules.could_ever_fit`, as positions."""
        fit = self.lasting(request).volunteer
        is_back = np.array([self._is_back(at, request.respond_by) for at in fit.tolist()], dtype=bool)
        someday: IntArray = fit[self._is_awake[fit] | is_back]
        return someday

    def can_still_be_asked(self, request: Request) -> bool:
        """Whether anybody who could ever help was neither asked nor matched for this request yet."""
        return any(self._is_new(request, at) for at in self.ever_fit(request).tolist())

    def lasting(self, request: Request) -> Fit:
        """Who keeps rules 1 to 4 and avoid."""
        if request.id not in self._fits:
            self._fits[request.id] = self._lasting(request)
        return self._fits[request.id]

    def _lasting(self, request: Request) -> Fit:
        near, km = self._reach.within_reach(request.lat, request.lon)
        keep = self._mask(self._skills, request.skill)[near]
        for code in self.market.required(request):
            keep &= self._mask(self._qualifications, code)[near]
        if request.languages:
            keep &= np.logical_or.reduce([self._mask(self._languages, code)[near] for code in request.languages])
        if request.min_age > 0:
            keep &= self._age[near] >= request.min_age
        keep &= ~self._avoided(request)[near]
        overlap_us = self._longest_us(request, near[keep])
        has_time = overlap_us >= request.minutes * MINUTE_US
        return Fit(near[keep][has_time], km[keep][has_time], overlap_us[has_time] / MINUTE_US)

    def _askable(self, request: Request) -> Fit:
        fit = self.lasting(request)
        free = self._is_awake[fit.volunteer] & self._has_room[fit.volunteer] & self._may_be_asked[fit.volunteer]
        new = [bool(is_free) and self._is_new(request, at) for is_free, at in zip(free, fit.volunteer, strict=True)]
        keep = np.array(new, dtype=bool)
        return Fit(fit.volunteer[keep], fit.distance_km[keep], fit.overlap_min[keep])

    def _is_new(self, request: Request, at: int) -> bool:
        """Rule 9."""
        volunteer_id = self.volunteers[at].id
        pair = request.id, volunteer_id
        market = self.market
        return not (
            market.was_matched(pair) or market.was_asked(pair) or (volunteer_id, request.skill) in market.unwanted
        )

    def _who(self, codes: Iterable[frozenset[str]]) -> Mapping[str, BoolArray]:
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for at, owned in enumerate(codes):
            for code in owned:
                positions[code].append(at)
        masks = {code: self._nobody.copy() for code in positions}
        for code, owners in positions.items():
            masks[code][owners] = True
        return masks

    def _mask(self, masks: Mapping[str, BoolArray], code: str) -> BoolArray:
        return masks.get(code, self._nobody)

    def _avoided(self, request: Request) -> BoolArray:
        avoided = self._mask(self._avoiding, request.requester).copy()
        avoided[[self._position[v] for v in request.avoid if v in self._position]] = True
        return avoided

    def _is_back(self, at: int, by: datetime) -> bool:
        paused_until = self.volunteers[at].paused_until
        return paused_until is None or paused_until < by

    @cached_property
    def _nobody(self) -> BoolArray:
        return np.zeros(len(self.volunteers), dtype=bool)

    @cached_property
    def _is_awake(self) -> BoolArray:
        return np.array([v.paused_until is None or self.now >= v.paused_until for v in self.volunteers], dtype=bool)

    @cached_property
    def _has_room(self) -> BoolArray:
        return np.array([self.market.engaged(v.id, self.now) < v.capacity for v in self.volunteers], dtype=bool)

    @cached_property
    def _may_be_asked(self) -> BoolArray:
        return np.array(
            [self.market.asked_lately(v.id, self.now) < v.max_proposals_per_week for v in self.volunteers], dtype=bool
        )

    @cached_property
    def _weekly(self) -> tuple[IntArray, ...]:
        """Per weekday, rows of (volunteer, start, end) in wall-clock microseconds, sorted by volunteer."""
        rows: list[list[tuple[int, int, int]]] = [[] for _ in range(7)]
        for at, volunteer in enumerate(self.volunteers):
            for weekday, spans in enumerate(merged_week(volunteer.available)):
                rows[weekday] += [(at, start * MINUTE_US, end * MINUTE_US) for start, end in spans]
        return tuple(np.array(day, dtype=np.int64).reshape(-1, 3) for day in rows)

    def _longest_us(self, request: Request, who: IntArray) -> IntArray:
        """For each position, the longest time on end that `availability.longest_overlap` finds, in microseconds."""
        longest = np.zeros(len(self.volunteers), dtype=np.int64)
        pieces = {(s.weekday, s.start_minute * MINUTE_US, s.end_minute * MINUTE_US) for s in request.weekly}
        odd_windows: list[Window] = []
        for window in request.windows:
            plain, odd = _wall_pieces(window, self.now)
            pieces |= plain
            odd_windows += odd
        for weekday, start, end in pieces:
            rows = self._weekly[weekday]
            overlap = np.minimum(rows[:, 2], end) - np.maximum(rows[:, 1], start)
            np.maximum.at(longest, rows[:, 0], overlap)
        chosen = longest[who]
        for window in odd_windows:
            slow = [_longest_in_window_us(self.volunteers[at], window, self.now) for at in who.tolist()]
            chosen = np.maximum(chosen, np.array(slow, dtype=np.int64))
        return chosen


def _wall_pieces(window: Window, now: datetime) -> tuple[set[tuple[int, int, int]], list[Window]]:
    """A window's days as (weekday, start, end) in wall-clock microseconds; days with a clock change as windows."""
    plain: set[tuple[int, int, int]] = set()
    odd: list[Window] = []
    for piece in day_pieces(max(window.start_at, now), window.end_at):
        day = piece.start_at.astimezone(LOCAL).date()
        midnight, tomorrow = local_midnight(day), local_midnight(day + DAY)
        if tomorrow - midnight != DAY:
            odd.append(Window(piece.start_at, min(window.end_at, tomorrow)))
            continue
        start, end = (piece.start_at - midnight) // MICROSECOND, (piece.end_at - midnight) // MICROSECOND
        plain.add((piece.weekday, start, end))
    return plain, odd


def _longest_in_window_us(volunteer: Volunteer, window: Window, now: datetime) -> int:
    return longest_in_window(merged_week(volunteer.available), window, now) // MICROSECOND


def proposals_drop_out_at(market: Market, now: datetime) -> list[datetime]:
    """When volunteers who have been asked enough this week may be asked again."""
    full = [v.id for v in market.volunteers.values() if market.asked_lately(v.id, now) >= v.max_proposals_per_week]
    instants = (asked + PROPOSAL_MEMORY for volunteer_id in full for asked in market.asked_at.get(volunteer_id, ()))
    return [instant for instant in instants if instant > now]
