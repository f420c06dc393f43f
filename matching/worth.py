"""What asking somebody is worth now: the chance of their yes, what that yes does, and what asking costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from matching.acceptance import Habits
from matching.asking_policy import AskingPolicy
from matching.availability import MINUTE, longest_overlap
from matching.candidates import Candidates
from matching.candidates_calendar import BoolArray
from matching.geography import FloatArray
from matching.problem import Market, Request, Volunteer, as_utc
from matching.rules import distance_km
from matching.scoring import PairScore, score_candidates


@dataclass(frozen=True, slots=True)
class Opening:
    """A request for which somebody may be asked: `seats` people at most, each with a chance of a yes of at most
    `most_likely`; with the chance `still_free` that those asked before leave a slot for one more yes."""

    seats: int
    most_likely: float
    still_free: float
    pressure: float


@dataclass(frozen=True)
class Weights:
    """Of candidates, in their order: the points, the chance of a yes, what asking them is worth in points, and
    whether one more yes that likely would be more than can be expected to find a slot. All of shape (n_pairs,)."""

    scores: Sequence[PairScore]
    chance: FloatArray
    worth: FloatArray
    is_too_likely: BoolArray


@dataclass(frozen=True, slots=True)
class Weight:
    """Of one person: the points and their parts, the chance of a yes, and what asking is worth in points."""

    score: PairScore
    chance: float
    worth: float


def find_opening(market: Market, habits: Habits, request: Request, now: datetime, policy: AskingPolicy) -> Opening:
    """What one more yes would do for a request with a free slot."""
    free = market.free_slots(request)
    open_now = {p.volunteer for p in market.open_for_request(request.id, now)}
    waiting = [ask for ask in habits.waiting(request.id) if not market.was_matched((request.id, ask.volunteer))]
    likely = [habits.still_says_yes(ask, now) for ask in waiting]
    # Somebody who is being asked, of whom no more is known.
    likely += [habits.prior.answer_share * habits.prior.yes_share] * len(open_now - {ask.volunteer for ask in waiting})
    room = free - sum(likely)
    listed_h = max(0.0, (now - market.posted_at[request.id]) / timedelta(hours=1))
    no_offer = habits.no_offer_within(request.skill, policy.offers_within_h / free, listed_h, now)
    still_free = _fewer_than(free, likely) * no_offer
    hours_left = (request.respond_by - now) / timedelta(hours=1)
    pressure = 1 + policy.pressure * 2 ** (-hours_left / policy.pressure_half_h)
    uncovered = free - len(open_now)
    seats = uncovered if uncovered > 0 else 1
    most_likely = room / seats
    best = min(1.0, most_likely) * _gain(policy.weights.most_points * pressure, still_free, policy)
    return Opening(seats if best > policy.bother_points else 0, most_likely, still_free, pressure)


def weigh_people(
    market: Market, habits: Habits, request: Request, people: Sequence[Volunteer], now: datetime, policy: AskingPolicy
) -> tuple[Weight, ...]:
    """What asking each of these people is worth, also where a rule forbids it; the request has a free slot."""
    if not people:
        return ()
    now = as_utc("now", now)
    candidates = Candidates(
        requests=(request.id,),
        volunteers=tuple(person.id for person in people),
        request=np.zeros(len(people), dtype=np.int64),
        volunteer=np.arange(len(people)),
        distance_km=np.array([distance_km(person, request) for person in people]),
        overlap_min=np.array([longest_overlap(person, request, now) / MINUTE for person in people]),
    )
    opening = find_opening(market, habits, request, now, policy)
    weights = weigh_candidates(market, habits, candidates, {request.id: opening}, now, policy)
    rows = zip(weights.scores, weights.chance.tolist(), weights.worth.tolist(), strict=True)
    return tuple(Weight(*row) for row in rows)


def _gain(points: float, still_free: float, policy: AskingPolicy) -> float:
    """What a yes is worth, given the chance that there is still a slot for it."""
    return still_free * points - (1 - still_free) * policy.regret_points


def weigh_candidates(
    market: Market,
    habits: Habits,
    candidates: Candidates,
    openings: Mapping[str, Opening],
    now: datetime,
    policy: AskingPolicy,
) -> Weights:
    """What each candidate is worth; `openings` by the ids of their requests."""
    asked = [market.requests[request_id] for request_id in candidates.requests]
    urgent = frozenset(r.id for r in asked if policy.is_urgent(market.posted_at[r.id], r.respond_by))
    scores = score_candidates(market, candidates, now, urgent=urgent, weights=policy.weights)
    chance = _chances(market, habits, candidates, now)
    people = [candidates.volunteers[v] for v in candidates.volunteer.tolist()]
    slow = policy.slow_discount * (1 - habits.soon_shares(people, policy.prompt_h, now))
    of_pair = [openings[candidates.requests[at]] for at in candidates.request.tolist()]
    gain = [
        _gain(score.total * opening.pressure, opening.still_free, policy)
        for score, opening in zip(scores, of_pair, strict=True)
    ]
    worth: FloatArray = chance * np.array(gain) * (1 - slow) - policy.bother_points
    return Weights(scores, chance, worth, chance > np.array([opening.most_likely for opening in of_pair]))


def _chances(market: Market, habits: Habits, candidates: Candidates, now: datetime) -> FloatArray:
    chance = np.zeros(len(candidates))
    for at, request_id in enumerate(candidates.requests):
        rows = np.flatnonzero(candidates.request == at)
        people = [candidates.volunteers[v] for v in candidates.volunteer[rows].tolist()]
        lately = [market.asked_lately(v, now) for v in people]
        chance[rows] = habits.chances(market.requests[request_id], people, candidates.distance_km[rows], lately, now)
    return chance


def _fewer_than(count: int, chances: list[float]) -> float:
    """The chance that fewer than `count` of these independent things happen."""
    happened = [1.0] + [0.0] * count
    for chance in chances:
        for n in range(count, 0, -1):
            happened[n] = happened[n] * (1 - chance) + happened[n - 1] * chance
        happened[0] *= 1 - chance
    return sum(happened[:count])
