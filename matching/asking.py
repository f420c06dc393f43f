"""One round: whom to ask now and until when, what to withdraw, what to hand to a coordinator.

The asking rule is simple and keeps its word: never more open proposals for a request than it has free slots, so
the number of yeses can't exceed them. Which volunteers are asked is decided for all requests together, by an exact
assignment on points times the chance of a yes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np

from matching.acceptance import AcceptancePrior, chance_of_yes
from matching.assignment import Solver, assign
from matching.availability import next_local_minute
from matching.candidates import Candidates, Screen, proposals_drop_out_at
from matching.problem import Market, OpenProposal, Request, Volunteer, as_utc
from matching.reasons import NearMiss, Reason, WhyNobody, nearest, why_nobody, why_this
from matching.rules import AskingHours, fits, is_asking
from matching.scoring import PairScore, ScoringWeights, score_candidates


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """When a request goes to a coordinator: at the later of `before_respond_by_h` hours before respond-by and the
    instant at which `share_of_time` of the time from posting to respond-by has passed; at once where nobody can
    ever fit or everybody who could has been asked in vain; at respond-by at the latest."""

    before_respond_by_h: float = 48.0
    share_of_time: float = 2 / 3
    nearest_at_most: int = 3

    def __post_init__(self) -> None:
        if not self.before_respond_by_h >= 0:
            raise ValueError(f"before_respond_by_h must be at least 0, not {self.before_respond_by_h!r}")
        if not 0 <= self.share_of_time <= 1:
            raise ValueError(f"share_of_time must be between 0 and 1, not {self.share_of_time!r}")
        if self.nearest_at_most < 0:
            raise ValueError(f"nearest_at_most must be at least 0, not {self.nearest_at_most!r}")

    def due_at(self, posted_at: datetime, respond_by: datetime) -> datetime:
        """When a request with an empty slot is handed over, whatever its chances."""
        posted_at, respond_by = as_utc("posted_at", posted_at), as_utc("respond_by", respond_by)
        before = respond_by - timedelta(hours=self.before_respond_by_h)
        # Two thirds in floating point could fall a microsecond early, which would be premature: divide exactly.
        part = _part(respond_by - posted_at, self.share_of_time)
        return min(respond_by, max(before, posted_at + part))


@dataclass(frozen=True, slots=True)
class AskingPolicy:
    """How people are asked. `answer_h` hours to answer, `urgent_answer_h` where less than `urgent_below_h` hours lie
    between posting and respond-by; never past respond-by."""

    answer_h: float = 24.0
    urgent_answer_h: float = 4.0
    urgent_below_h: float = 48.0
    hours: AskingHours = field(default_factory=AskingHours)
    escalation: EscalationPolicy = field(default_factory=EscalationPolicy)
    prior: AcceptancePrior = field(default_factory=AcceptancePrior)
    weights: ScoringWeights = field(default_factory=ScoringWeights)
    solver: Solver = "highs"

    def __post_init__(self) -> None:
        for name in ("answer_h", "urgent_answer_h", "urgent_below_h"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)!r}")

    def is_urgent(self, posted_at: datetime, respond_by: datetime) -> bool:
        return as_utc("respond_by", respond_by) - as_utc("posted_at", posted_at) < timedelta(hours=self.urgent_below_h)

    def expires_at(self, posted_at: datetime, respond_by: datetime, now: datetime) -> datetime:
        """Until when somebody asked now may answer."""
        is_urgent = self.is_urgent(posted_at, respond_by)
        answer = timedelta(hours=self.urgent_answer_h if is_urgent else self.answer_h)
        return min(as_utc("now", now) + answer, as_utc("respond_by", respond_by))


@dataclass(frozen=True, slots=True)
class PlannedProposal:
    """Somebody to ask now: until when, what it scores, how likely a yes is thought to be, and what speaks for them."""

    request: str
    volunteer: str
    expires_at: datetime
    score: PairScore
    chance: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request for a coordinator: why the engine finds nobody, and who would do if one thing gave way."""

    request: str
    reason: WhyNobody
    nearest: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be done now, in the order in which it takes effect; `withdrawals` are (request, volunteer) ids.

    `wake_at` is the next instant, after now, at which a new round could find something else; None where it can't.
    """

    withdrawals: tuple[tuple[str, str], ...]
    escalations: tuple[Escalation, ...]
    proposals: tuple[PlannedProposal, ...]
    wake_at: datetime | None


def decide(market: Market, now: datetime, policy: AskingPolicy | None = None) -> Round:
    """One round of asking over the whole market at `now`. The same input gives the same round."""
    now, policy = as_utc("now", now), policy or AskingPolicy()
    withdrawn = list_withdrawals(market, now)
    market = _without(market, withdrawn)
    screen = Screen(market, now)
    escalations = _escalate(market, screen, now, policy.escalation)
    proposals = _propose(market, screen, now, policy)
    wake_at = next_wake(_with(market, escalations, proposals, now), now, policy)
    return Round(tuple(p.pair for p in withdrawn), escalations, proposals, wake_at)


def list_withdrawals(market: Market, now: datetime) -> list[OpenProposal]:
    """Open proposals that no longer fit: request gone or full, rules 1 to 5 broken, or more than somebody can take."""
    now = as_utc("now", now)
    still_open = [p for p in market.open_proposals if now < p.expires_at]
    misfits = [p for p in still_open if not _still_fits(market, p, now)]
    # Somebody who lowered their capacity keeps what expires first: that has been waiting for their answer longest.
    kept: Counter[str] = Counter()
    for proposal in sorted(set(still_open) - set(misfits), key=lambda p: (p.expires_at, p.request)):
        room = market.volunteers[proposal.volunteer].capacity - market.tasks(proposal.volunteer)
        if kept[proposal.volunteer] >= room:
            misfits.append(proposal)
        else:
            kept[proposal.volunteer] += 1
    return sorted(misfits, key=lambda p: p.pair)


def escalation_due(market: Market, request: Request, now: datetime, policy: EscalationPolicy) -> bool:
    """Whether the time has come to hand over a request that still has an empty slot."""
    return needs_escalation(market, request) and now >= policy.due_at(market.posted_at[request.id], request.respond_by)


def needs_escalation(market: Market, request: Request) -> bool:
    """Whether the request has an empty slot and neither a coordinator nor an escalation yet."""
    is_ours = request.id not in market.held and request.id not in market.escalated
    return is_ours and market.free_slots(request) > 0


def next_wake(market: Market, now: datetime, policy: AskingPolicy) -> datetime | None:
    """The next instant after now at which something can change without anybody doing anything."""
    waiting = [r for r in market.requests.values() if _is_waiting(market, r, now)]
    if not waiting:
        return None
    instants = [request.respond_by for request in waiting]
    instants += [
        policy.escalation.due_at(market.posted_at[r.id], r.respond_by) for r in waiting if needs_escalation(market, r)
    ]
    instants += [p.expires_at for p in market.open_proposals]
    instants += [v.paused_until for v in market.volunteers.values() if v.paused_until is not None]
    instants += proposals_drop_out_at(market, now)
    if not policy.hours.include(now):
        instants.append(next_local_minute(now, policy.hours.start_minute))
    return min((instant for instant in instants if instant > now), default=None)


def _is_waiting(market: Market, request: Request, now: datetime) -> bool:
    return request.id not in market.held and market.free_slots(request) > 0 and now < request.respond_by


def _still_fits(market: Market, proposal: OpenProposal, now: datetime) -> bool:
    request = market.requests.get(proposal.request)
    volunteer = market.volunteers.get(proposal.volunteer)
    if request is None or volunteer is None:
        return False
    return market.free_slots(request) > 0 and fits(market, volunteer, request, now)


def _escalate(market: Market, screen: Screen, now: datetime, policy: EscalationPolicy) -> tuple[Escalation, ...]:
    due = [
        request
        for request in market.requests.values()
        if needs_escalation(market, request)
        and (escalation_due(market, request, now, policy) or _is_hopeless(market, screen, request, now))
    ]
    return tuple(
        Escalation(r.id, why_nobody(market, r, now), nearest(market, r, now, limit=policy.nearest_at_most)) for r in due
    )


def _is_hopeless(market: Market, screen: Screen, request: Request, now: datetime) -> bool:
    """Whether nobody can ever fit, or everybody who could has been asked and none of them can still answer."""
    if len(screen.ever_fit(request)) == 0:
        return True
    return not market.open_for_request(request.id, now) and not screen.can_still_be_asked(request)


def _propose(market: Market, screen: Screen, now: datetime, policy: AskingPolicy) -> tuple[PlannedProposal, ...]:
    seats = _seats_to_ask_for(market, now, policy)
    candidates = screen.candidates(market.requests[request_id] for request_id in seats)
    if not len(candidates):
        return ()
    urgent = frozenset(r for r in seats if policy.is_urgent(market.posted_at[r], market.requests[r].respond_by))
    scores = score_candidates(market, candidates, now, urgent=urgent, weights=policy.weights)
    asked = np.array([market.asked_lately(v, now) for v in candidates.volunteers], dtype=np.int64)
    chance = chance_of_yes(policy.prior, candidates.distance_km, asked[candidates.volunteer])
    value = np.round(chance * np.array([score.total for score in scores]), 6)
    chosen = assign(
        value,
        candidates.request,
        candidates.volunteer,
        slots=np.array([seats[r] for r in candidates.requests], dtype=np.int64),
        capacity=np.array([_room(market, market.volunteers[v], now) for v in candidates.volunteers], dtype=np.int64),
        unmet_cost=np.zeros(len(candidates.requests)),
        solver=policy.solver,
    ).chosen
    return tuple(_plan(market, candidates, at, scores[at], float(chance[at]), now, policy) for at in chosen.tolist())


def _seats_to_ask_for(market: Market, now: datetime, policy: AskingPolicy) -> dict[str, int]:
    """For each request that may be asked for now: free slots for which nobody has been asked yet."""
    if not policy.hours.include(now):
        return {}
    asking = (r for r in market.requests.values() if is_asking(market, r, now))
    seats = {r.id: market.free_slots(r) - len(market.open_for_request(r.id, now)) for r in asking}
    return {request_id: count for request_id, count in seats.items() if count > 0}


def _room(market: Market, volunteer: Volunteer, now: datetime) -> int:
    """How many more proposals this volunteer may get: room for tasks, and what is left of the week."""
    tasks = volunteer.capacity - market.engaged(volunteer.id, now)
    week = volunteer.max_proposals_per_week - market.asked_lately(volunteer.id, now)
    return max(0, min(tasks, week))


def _plan(
    market: Market,
    candidates: Candidates,
    at: int,
    score: PairScore,
    chance: float,
    now: datetime,
    policy: AskingPolicy,
) -> PlannedProposal:
    request = market.requests[candidates.requests[candidates.request[at]]]
    volunteer = market.volunteers[candidates.volunteers[candidates.volunteer[at]]]
    reasons = why_this(
        market,
        volunteer,
        request,
        now,
        score,
        distance_km=float(candidates.distance_km[at]),
        overlap_min=float(candidates.overlap_min[at]),
    )
    expires_at = policy.expires_at(market.posted_at[request.id], request.respond_by, now)
    return PlannedProposal(request.id, volunteer.id, expires_at, score, chance, reasons)


def _without(market: Market, withdrawn: list[OpenProposal]) -> Market:
    """The market after these proposals were withdrawn: asked once is asked, but nobody is waiting any more."""
    if not withdrawn:
        return market
    gone = set(withdrawn)
    return replace(
        market,
        open_proposals=tuple(p for p in market.open_proposals if p not in gone),
        proposed=market.proposed | {p.pair for p in withdrawn},
    )


def _with(
    market: Market, escalations: tuple[Escalation, ...], proposals: tuple[PlannedProposal, ...], now: datetime
) -> Market:
    """The market after this round was carried out."""
    asked_at = dict(market.asked_at)
    for proposal in proposals:
        asked_at[proposal.volunteer] = (*asked_at.get(proposal.volunteer, ()), now)
    opened = tuple(OpenProposal(p.request, p.volunteer, p.expires_at) for p in proposals)
    return replace(
        market,
        escalated=market.escalated | {e.request for e in escalations},
        open_proposals=market.open_proposals + opened,
        asked_at=asked_at,
    )


def _part(whole: timedelta, share: float) -> timedelta:
    """A share of a duration, rounded up to a whole microsecond; a share near a third or two thirds is taken as such."""
    exact = Fraction(share).limit_denominator(1_000_000)
    microseconds = whole // timedelta(microseconds=1)
    return timedelta(microseconds=-((-microseconds * exact.numerator) // exact.denominator))
