"""What it is worth to ask this volunteer for this request: points per part, kept apart so that a page can say why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from math import exp, isfinite
from operator import attrgetter
from typing import Final

from matching.candidates import Candidates
from matching.problem import Market, Request, Volunteer


@dataclass(frozen=True, slots=True)
class PairScore:
    """Points for one pair; `load` and `lately` are at most 0, the others at least 0."""

    match: float = 0.0  # that the request is helped at all
    distance: float = 0.0  # close by
    time: float = 0.0  # more time on end than the task takes
    specialist: float = 0.0  # somebody with few skills, so that who can do everything stays free
    load: float = 0.0  # tasks this volunteer already has
    lately: float = 0.0  # proposals this volunteer already had this week
    newcomer: float = 0.0  # somebody who never had a task here
    waiting: float = 0.0  # how much of its time the request has waited
    urgency: float = 0.0  # posted with little time to respond

    @property
    def total(self) -> float:
        return float(sum(_parts_of(self)))


# Which parts there are is found out once, not for each of thousands of pairs.
_parts_of: Final = attrgetter(*(part.name for part in fields(PairScore)))


@dataclass(frozen=True, slots=True)
class ScoringWeights:
    """How many points each part is worth at most. Penalties together stay below `match_points`, so that a total
    is positive and nobody's request is left because the only volunteer is busy."""

    match_points: float = 100.0
    distance_points: float = 30.0
    distance_scale_km: float = 3.0
    time_points: float = 5.0
    specialist_points: float = 6.0
    load_points: float = 20.0
    lately_points: float = 20.0
    newcomer_points: float = 10.0
    waiting_points: float = 20.0
    urgency_points: float = 20.0

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if not (isfinite(value) and value >= 0):
                raise ValueError(f"{part.name} must be at least 0, not {value!r}")
        if self.distance_scale_km == 0:
            raise ValueError("distance_scale_km must be above 0")
        if self.load_points + self.lately_points >= self.match_points:
            raise ValueError("match_points must exceed load_points and lately_points together")

    @property
    def most_points(self) -> float:
        """What the best possible pair scores."""
        parts = (self.match_points, self.distance_points, self.time_points, self.specialist_points)
        return sum(parts) + self.newcomer_points + self.waiting_points + self.urgency_points


def score_pair(
    market: Market,
    volunteer: Volunteer,
    request: Request,
    now: datetime,
    *,
    distance_km: float,
    overlap_min: float,
    is_urgent: bool,
    weights: ScoringWeights,
) -> PairScore:
    """The points of one pair that may be asked; `overlap_min` is the longest time on end the volunteer has."""
    spare = overlap_min / request.minutes - 1
    return PairScore(
        match=weights.match_points,
        distance=weights.distance_points * exp(-distance_km / weights.distance_scale_km),
        time=weights.time_points * min(1.0, max(0.0, spare)),
        specialist=weights.specialist_points / max(1, len(volunteer.skills)),
        load=-weights.load_points * _saturating(market.engaged(volunteer.id, now)),
        lately=-weights.lately_points * _saturating(market.asked_lately(volunteer.id, now)),
        newcomer=weights.newcomer_points if market.is_newcomer(volunteer.id) else 0.0,
        waiting=weights.waiting_points * share_waited(market.posted_at[request.id], request.respond_by, now),
        urgency=weights.urgency_points if is_urgent else 0.0,
    )


def score_candidates(
    market: Market, candidates: Candidates, now: datetime, *, urgent: frozenset[str], weights: ScoringWeights
) -> list[PairScore]:
    """The points of every candidate, in their order; `urgent` holds request ids."""
    rows = zip(candidates.pairs(), candidates.distance_km.tolist(), candidates.overlap_min.tolist(), strict=True)
    return [
        score_pair(
            market,
            market.volunteers[volunteer_id],
            market.requests[request_id],
            now,
            distance_km=km,
            overlap_min=minutes,
            is_urgent=request_id in urgent,
            weights=weights,
        )
        for (request_id, volunteer_id), km, minutes in rows
    ]


def share_waited(posted_at: datetime, respond_by: datetime, now: datetime) -> float:
    """Which part, 0 to 1, of the time from posting to respond-by has passed."""
    whole = (respond_by - posted_at).total_seconds()
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (now - posted_at).total_seconds() / whole))


def _saturating(count: int) -> float:
    """0, 1/2, 2/3, 3/4 …: the first task weighs most and no number of them outweighs the help itself."""
    return count / (1 + count)
