"""Who keeps the lasting rules for each open request, kept up to date while things happen one at a time.

`candidates.Screen` works out a whole market at once, by arrays; where a market changes by one person or one request
at a time, most of that is the same as a moment ago. The rules are those of `matching.rules`, asked pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from matching.availability import MINUTE, longest_overlap
from matching.candidates import Candidates
from matching.problem import LOCAL, Market, Request, Volunteer
from matching.rules import LASTING, ONCE, PAUSE, ROOM, WEEK, Rule, distance_km

_LASTING_BUT_TIME: Final = tuple(holds for rule, holds in LASTING if rule not in (Rule.SKILL, Rule.TIME))
_NOW: Final = tuple(holds for _, holds in (PAUSE, ROOM, WEEK, *ONCE))


@dataclass(slots=True)
class _Found:
    """Per volunteer the distance in km and the time on end in minutes, as it stays from one instant to another."""

    pairs: dict[str, tuple[float, float]]
    since: datetime
    until: datetime
    changed: set[str]  # people to look at again


class Standing:
    """The people of one market by what they can do, and per open request who could ever help."""

    def __init__(self) -> None:
        self._able: dict[str, dict[str, Volunteer]] = {}
        self._known: dict[str, Volunteer] = {}
        self._found: dict[str, tuple[Request, _Found]] = {}

    def put_volunteer(self, volunteer: Volunteer) -> None:
        """Somebody is new, or has changed."""
        self.drop_volunteer(volunteer.id)
        self._known[volunteer.id] = volunteer
        for skill in volunteer.skills:
            self._able.setdefault(skill, {})[volunteer.id] = volunteer
        self._look_again(volunteer.id, volunteer.skills)

    def drop_volunteer(self, volunteer_id: str) -> None:
        """Somebody has gone."""
        known = self._known.pop(volunteer_id, None)
        if known is None:
            return
        for skill in known.skills:
            del self._able[skill][volunteer_id]
        self._look_again(volunteer_id, known.skills)

    def drop_request(self, request_id: str) -> None:
        """Nobody will be sought for this request any more."""
        self._found.pop(request_id, None)

    def lasting(self, market: Market, request: Request, now: datetime) -> dict[str, tuple[float, float]]:
        """Who keeps rules 1 to 4 and avoid: distance in km, longest time on end in minutes."""
        able = self._able.get(request.skill, {})
        kept = self._found.get(request.id)
        if kept is not None and kept[0] is request and kept[1].since <= now <= kept[1].until:
            found = kept[1]
        else:
            found = _Found({}, now, _same_until(request, now), set(able))
            self._found[request.id] = request, found
        for volunteer_id in found.changed:
            found.pairs.pop(volunteer_id, None)
            if volunteer_id in able and (pair := _lasting(market, able[volunteer_id], request, now)):
                found.pairs[volunteer_id] = pair
        found.changed.clear()
        return found.pairs

    def _look_again(self, volunteer_id: str, skills: frozenset[str]) -> None:
        for request, found in self._found.values():
            if request.skill in skills:
                found.changed.add(volunteer_id)


def _lasting(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> tuple[float, float] | None:
    if not all(holds(market, volunteer, request, now) for holds in _LASTING_BUT_TIME):
        return None
    overlap = longest_overlap(volunteer, request, now)
    return (distance_km(volunteer, request), overlap / MINUTE) if overlap >= request.minutes * MINUTE else None


def _same_until(request: Request, now: datetime) -> datetime:
    """Until when the lasting rules give the same answer: a window that has begun shrinks, at New Year ages change."""
    if any(window.start_at < now < window.end_at for window in request.windows):
        return now
    new_year = datetime(now.astimezone(LOCAL).year + 1, 1, 1, tzinfo=LOCAL).astimezone(UTC)
    starts = (window.start_at for window in request.windows if window.start_at >= now)
    return min((*starts, new_year - timedelta(microseconds=1)))


class StandingView:
    """What `asking` wants to know of one market at one moment; the same questions as `candidates.Screen` answers."""

    def __init__(self, standing: Standing, market: Market, now: datetime) -> None:
        self._standing, self._market, self._now = standing, market, now

    def look_up(self, requests: Iterable[Request]) -> None:
        """Nothing to do: what lasts is kept from one moment to the next."""

    def candidates(self, requests: Iterable[Request]) -> Candidates:
        """The pairs of these requests that rules 1 to 7 and 9 allow."""
        market, now = self._market, self._now
        asked = tuple(requests)
        position: dict[str, int] = {}
        rows: list[tuple[int, int, float, float]] = []
        for at, request in enumerate(asked):
            for volunteer_id, (km, minutes) in self._standing.lasting(market, request, now).items():
                volunteer = market.volunteers[volunteer_id]
                if all(holds(market, volunteer, request, now) for holds in _NOW):
                    rows.append((at, position.setdefault(volunteer_id, len(position)), km, minutes))
        return Candidates(
            requests=tuple(request.id for request in asked),
            volunteers=tuple(position),
            request=np.array([row[0] for row in rows], dtype=np.int64),
            volunteer=np.array([row[1] for row in rows], dtype=np.int64),
            distance_km=np.array([row[2] for row in rows], dtype=np.float64),
            overlap_min=np.array([row[3] for row in rows], dtype=np.float64),
        )

    def ever_fit(self, request: Request) -> list[str]:
        """Who could ever help: `rules.could_ever_fit`."""
        market, now = self._market, self._now
        fit = self._standing.lasting(market, request, now)
        return [v for v in fit if _is_back(market.volunteers[v], now, request.respond_by)]

    def can_still_be_asked(self, request: Request) -> bool:
        """Whether anybody who could ever help was neither asked nor matched for this request yet."""
        market, now = self._market, self._now
        people = (market.volunteers[v] for v in self.ever_fit(request))
        return any(all(holds(market, person, request, now) for _, holds in ONCE) for person in people)


def _is_back(volunteer: Volunteer, now: datetime, by: datetime) -> bool:
    return volunteer.paused_until is None or volunteer.paused_until < by or now >= volunteer.paused_until
