"""What every candidate is worth, all at once: the totals of `scoring.score_pair`, for thousands of pairs.

A test holds the two against each other; where they differ, scoring.py is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from matching.candidates import Candidates
from matching.geography import FloatArray
from matching.problem import Market, Request
from matching.scoring import ScoringWeights


def value_candidates(
    market: Market, candidates: Candidates, now: datetime, *, urgent: frozenset[str], weights: ScoringWeights
) -> FloatArray:
    """Points per candidate, shape (n_pairs,), rounded to the micro-points that `assign` proves in; urgent: request ids.

    What depends on one person or one request is worked out once for each.
    """
    of_volunteer = _of_volunteers(market, candidates.volunteers, now, weights)
    requests = [market.requests[request_id] for request_id in candidates.requests]
    of_request = weights.match_points + weights.waiting_points * _shares_waited(market, requests, now)
    if urgent:
        of_request[[request.id in urgent for request in requests]] += weights.urgency_points
    points: FloatArray = of_request.take(candidates.request)
    points += of_volunteer.take(candidates.volunteer)
    part = np.divide(candidates.distance_km, -weights.distance_scale_km)
    np.exp(part, out=part)
    part *= weights.distance_points
    points += part
    minutes = np.array([request.minutes for request in requests], dtype=np.float64)
    np.divide(candidates.overlap_min, minutes.take(candidates.request), out=part)
    part -= 1
    np.clip(part, 0.0, 1.0, out=part)
    part *= weights.time_points
    points += part
    return np.round(points, 6, out=points)


def _shares_waited(market: Market, requests: Sequence[Request], now: datetime) -> FloatArray:
    """`scoring.share_waited` of each request."""
    posted_at = np.array([market.posted_at[request.id].timestamp() for request in requests], dtype=np.float64)
    whole = np.array([request.respond_by.timestamp() for request in requests], dtype=np.float64) - posted_at
    is_ahead = whole > 0
    waited: FloatArray = np.clip((now.timestamp() - posted_at) / np.where(is_ahead, whole, 1.0), 0.0, 1.0)
    waited[~is_ahead] = 1.0
    return waited


def _of_volunteers(market: Market, volunteers: tuple[str, ...], now: datetime, weights: ScoringWeights) -> FloatArray:
    """Most people are newcomers without a task; only the others are looked at one by one."""
    skills = np.array([len(market.volunteers[volunteer].skills) for volunteer in volunteers], dtype=np.float64)
    points: FloatArray = weights.specialist_points / np.maximum(1.0, skills)
    points[market.are_newcomers(volunteers)] += weights.newcomer_points
    is_busy = market.engaged_volunteers | market.asked_at.keys()
    for at in [at for at, volunteer in enumerate(volunteers) if volunteer in is_busy] if is_busy else ():
        engaged, asked = market.engaged(volunteers[at], now), market.asked_lately(volunteers[at], now)
        points[at] -= weights.load_points * engaged / (1 + engaged) + weights.lately_points * asked / (1 + asked)
    return points
