"""What every candidate is worth, all at once: the totals of `scoring.score_pair`, for thousands of pairs.

A test holds the two against each other; where they differ, scoring.py is right.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from matching.candidates import Candidates
from matching.geography import FloatArray
from matching.problem import Market
from matching.scoring import ScoringWeights, share_waited


def value_candidates(
    market: Market, candidates: Candidates, now: datetime, *, urgent: frozenset[str], weights: ScoringWeights
) -> FloatArray:
    """Points per candidate, shape (n_pairs,), rounded to the micro-points that `assign` proves in; urgent: request ids.

    What depends on one person or one request is worked out once for each.
    """
    of_volunteer = _of_volunteers(market, candidates.volunteers, now, weights)
    requests = [market.requests[request_id] for request_id in candidates.requests]
    of_request = np.array(
        [
            weights.match_points
            + weights.waiting_points * share_waited(market.posted_at[request.id], request.respond_by, now)
            + (weights.urgency_points if request.id in urgent else 0.0)
            for request in requests
        ]
    )
    minutes = np.array([request.minutes for request in requests], dtype=np.float64)
    spare = candidates.overlap_min / minutes[candidates.request] - 1
    points = of_request[candidates.request] + of_volunteer[candidates.volunteer]
    points += weights.distance_points * np.exp(-candidates.distance_km / weights.distance_scale_km)
    points += weights.time_points * np.clip(spare, 0.0, 1.0)
    rounded: FloatArray = np.round(points, 6)
    return rounded


def _of_volunteers(market: Market, volunteers: tuple[str, ...], now: datetime, weights: ScoringWeights) -> FloatArray:
    """Most people are newcomers without a task; only the others are looked at one by one."""
    skills = np.array([len(market.volunteers[volunteer].skills) for volunteer in volunteers], dtype=np.float64)
    points: FloatArray = weights.specialist_points / np.maximum(1.0, skills)
    is_busy = market.engaged_volunteers | market.asked_at.keys()
    for at, volunteer in enumerate(volunteers):
        if volunteer in is_busy:
            engaged, asked = market.engaged(volunteer, now), market.asked_lately(volunteer, now)
            points[at] -= weights.load_points * engaged / (1 + engaged) + weights.lately_points * asked / (1 + asked)
        if market.is_newcomer(volunteer):
            points[at] += weights.newcomer_points
    return points
