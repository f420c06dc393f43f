"""A made-up town told to `python -m matching policy` line by line, and how long each line takes to answer."""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import numpy as np

from bench._worlds import NOW, SKILLS
from matching.availability import clock_text
from matching.problem import Market, Request, Volunteer, WeeklySlot
from matching.stream import answers

BETWEEN_REQUESTS: Final = timedelta(minutes=9)
SAYS_YES: Final = 0.4
SAYS_NO: Final = 0.2  # the others do not answer


class Town:
    """First who there is, then one request after another; people answer after some hours, or never."""

    def __init__(self, market: Market, requests: int, seed: int) -> None:
        self._market, self._rng = market, np.random.default_rng(seed)
        self._due: list[tuple[datetime, int, str, dict[str, Any]]] = []
        self._number = count()
        for person in market.volunteers.values():
            self._put(NOW, "volunteer", volunteer=_person(person))
        at = NOW
        for request in list(market.requests.values())[:requests]:
            self._put(at, "request", request=_request(request))
            at += BETWEEN_REQUESTS
        self._last = at
        self.spent: dict[str, list[float]] = {}

    def _put(self, at: datetime, event: str, **more: Any) -> None:
        heapq.heappush(self._due, (at, next(self._number), event, more))

    def play(self) -> dict[str, list[float]]:
        """Seconds per line, by kind of event, until the last request has been posted."""
        kind, started = "", 0.0

        def lines() -> Iterator[bytes]:
            nonlocal kind, started
            while self._due:
                at, _, kind, more = heapq.heappop(self._due)
                if at > self._last:
                    return
                line = json.dumps({"event": kind, "now": at.isoformat(), **more}).encode()
                self._now = at
                started = time.perf_counter()
                yield line

        for answer in answers(lines(), SKILLS):
            self.spent.setdefault(kind, []).append(time.perf_counter() - started)
            self._hear(json.loads(answer))
        return self.spent

    def _hear(self, answer: dict[str, Any]) -> None:
        if answer["wake_at"]:
            self._put(datetime.fromisoformat(answer["wake_at"]).astimezone(UTC), "tick")
        for proposal in answer["proposals"]:
            draw, hours = self._rng.random(), float(self._rng.exponential(6.0))
            if draw < SAYS_YES + SAYS_NO:
                said = "accepted" if draw < SAYS_YES else "declined"
                at = self._now + timedelta(seconds=round(hours * 3600))
                self._put(at, "response", proposal=proposal["id"], answer=said)


def _person(person: Volunteer) -> dict[str, Any]:
    return {
        "id": person.id,
        "lat": person.lat,
        "lon": person.lon,
        "max_km": person.max_km,
        "skills": sorted(person.skills),
        "available": [_slot(slot) for slot in person.available],
        "capacity": person.capacity,
        "max_proposals_per_week": person.max_proposals_per_week,
        "qualifications": sorted(person.qualifications),
        "languages": sorted(person.languages),
        "born": person.born,
        "avoid": sorted(person.avoid),
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "requester": request.requester,
        "lat": request.lat,
        "lon": request.lon,
        "skill": request.skill,
        "slots": request.slots,
        "minutes": request.minutes,
        "respond_by": request.respond_by.isoformat(),
        "windows": [{"start": w.start_at.isoformat(), "end": w.end_at.isoformat()} for w in request.windows],
        "weekly": [_slot(slot) for slot in request.weekly],
        "languages": sorted(request.languages),
        "min_age": request.min_age,
    }


def _slot(slot: WeeklySlot) -> dict[str, Any]:
    return {"weekday": slot.weekday, "start": clock_text(slot.start_minute), "end": clock_text(slot.end_minute)}
