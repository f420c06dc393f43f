"""What every candidate is worth, all at once: the totals of `scoring.score_pair`, for thousands of pairs.

A test holds the two against each other; where they differ, scoring.py is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from matching.candidates import Candidates
from matching.candidates_calendar import to_us
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
    minutes = np.array([request.minutes for request in requests], dtype=np.float64)
    spare = candidates.overlap_min / minutes[candidates.request] - 1
    points = of_request[candidates.request] + of_volunteer[candidates.volunteer]
    points += weights.distance_points * np.exp(-candidates.distance_km / weights.distance_scale_km)
    points += weights.time_points * np.clip(spare, 0.0, 1.0)
    rounded: FloatArray = np.round(points, 6)
    return rounded


def _shares_waited(market: Market, requests: Sequence[Request], now: datetime) -> FloatArray:
    """`scoring.share_waited` of each request."""
    posted_us = np.array([to_us(market.posted_at[request.id]) for request in requests], dtype=np.int64)
    whole_us = np.array([to_us(request.respond_by) for request in requests], dtype=np.int64) - posted_us
    waited: FloatArray = np.clip((to_us(now) - posted_us) / np.maximum(whole_us, 1), 0.0, 1.0)
    waited[whole_us <= 0] = 1.0
    return waited


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
