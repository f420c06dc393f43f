"""One round: whom to ask now and until when, what to withdraw, what to hand to a coordinator.

Asking somebody is worth the chance of their yes, times what it is worth to help this request now, times the chance
that the slot is still free by then; less the bother of being asked, less the price of a yes that comes too late. A
second person is asked while the first may still answer only where that comes out above nothing, and never so that
the expected number of yeses exceeds the free slots. Which volunteers are asked is decided for all requests together,
by an exact assignment on those worths: requests compete for the same people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from matching.acceptance import Habits
from matching.asking_policy import AskingPolicy
from matching.assignment import assign
from matching.availability import next_local_minute
from matching.candidates import Candidates, Screen
from matching.escalating import Escalation, EscalationPolicy, Hope, escalate, escalation_due, explain, needs_escalation
from matching.problem import PROPOSAL_MEMORY, Market, OpenProposal, Request, Volunteer, as_utc
from matching.reasons import Reason, why_this
from matching.rules import fits, is_asking
from matching.scoring import PairScore
from matching.worth import Weights, find_opening, weigh_candidates

__all__ = [
    "AskingPolicy",
    "Escalation",
    "EscalationPolicy",
    "PlannedProposal",
    "Round",
    "decide",
    "escalation_due",
    "explain_again",
    "list_seeking",
    "list_withdrawals",
    "needs_escalation",
    "next_wake",
]


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
class Round:
    """What is to be done now, in the order in which it takes effect; `withdrawals` are (request, volunteer) ids.

    `wake_at` is the next instant, after now, at which a new round could find something else; None where it can't.
    """

    withdrawals: tuple[tuple[str, str], ...]
    escalations: tuple[Escalation, ...]
    proposals: tuple[PlannedProposal, ...]
    wake_at: datetime | None


class Finder(Hope, Protocol):
    """Who may be asked; `candidates.Screen` works it out at once, `standing.StandingView` keeps it up to date."""

    def candidates(self, requests: Iterable[Request]) -> Candidates: ...


class FinderOf(Protocol):
    """Makes a finder of a market at one moment."""

    def __call__(self, market: Market, now: datetime) -> Finder: ...


def decide(
    market: Market,
    now: datetime,
    policy: AskingPolicy | None = None,
    *,
    habits: Habits | None = None,
    finder: FinderOf = Screen,
) -> Round:
    """One round of asking over the whole market at `now`. The same input gives the same round.

    `habits` is what was learnt of how people answer; without it the policy's prior is all that is known.
    """
    now, policy = as_utc("now", now), policy or AskingPolicy()
    habits = habits or Habits(market.skills, policy.prior)
    withdrawn = list_withdrawals(market, now)
    market = _without(market, withdrawn)
    found = finder(market, now)
    # Looked up together they cost little more than one; seeking and handing over ask for each alone.
    found.look_up(r for r in market.requests.values() if _is_waiting(market, r, now) or needs_escalation(market, r))
    proposals, is_unsettled = _propose(market, found, habits, now, policy)
    escalations = escalate(market, found, now, policy.escalation)
    wake_at = next_wake(_with(market, escalations, proposals, now), now, policy, is_unsettled=is_unsettled)
    return Round(tuple(p.pair for p in withdrawn), escalations, proposals, wake_at)


def list_seeking(
    market: Market, now: datetime, policy: AskingPolicy | None = None, *, habits: Habits | None = None
) -> frozenset[str]:
    """Requests for which a round at `now` has to know who else there is: somebody may be asked, or perhaps nobody can.

    Of the volunteers the market needs to hold only those who are being asked. For all other requests a round decides
    the same whether it knows anybody else or not.
    """
    now, policy = as_utc("now", now), policy or AskingPolicy()
    habits = habits or Habits(market.skills, policy.prior)
    market = _without(market, list_withdrawals(market, now))
    is_time = policy.hours.include(now)
    return frozenset(
        request.id
        for request in market.requests.values()
        if (is_time and is_asking(market, request, now) and find_opening(market, habits, request, now, policy).seats)
        or (needs_escalation(market, request) and not market.open_for_request(request.id, now))
        or escalation_due(market, request, now, policy.escalation)
    )


def explain_again(made: Round, market: Market, now: datetime, policy: AskingPolicy) -> Round:
    """The same round with its escalations explained by everybody who does such help.

    Whom to ask follows from those near enough alone, and a round may look at no others; why nobody fits does not.
    `market` holds the requests that are handed over, as they stood before the round; one that is gone by now keeps
    what the round said of it.
    """
    now, gone = as_utc("now", now), set(made.withdrawals)
    market = _without(market, [p for p in market.open_proposals if p.pair in gone])
    escalations = tuple(
        explain(market, request, now, policy.escalation) if (request := market.requests.get(handed.request)) else handed
        for handed in made.escalations
    )
    return replace(made, escalations=escalations)


def list_withdrawals(market: Market, now: datetime) -> list[OpenProposal]:
    """Open proposals that no longer fit: request gone or full, rules 1 to 5 broken, or more than somebody can take."""
    now = as_utc("now", now)
    still_open = [p for p in market.open_proposals if now < p.expires_at]
    elsewhere = [p for p in still_open if p.is_elsewhere and p.volunteer in market.volunteers]
    misfits = [p for p in still_open if not p.is_elsewhere and not _still_fits(market, p, now)]
    fitting = {p for p in still_open if not p.is_elsewhere} - set(misfits)
    # Somebody who lowered their capacity keeps what expires first: that has been waiting for their answer longest.
    kept: Counter[str] = Counter()
    for proposal in sorted(fitting.union(elsewhere), key=lambda p: (p.expires_at, p.request)):
        room = market.volunteers[proposal.volunteer].capacity - market.tasks(proposal.volunteer)
        if kept[proposal.volunteer] < room:
            kept[proposal.volunteer] += 1
        elif not proposal.is_elsewhere:
            misfits.append(proposal)
    return sorted(misfits, key=lambda p: p.pair)


def next_wake(market: Market, now: datetime, policy: AskingPolicy, *, is_unsettled: bool = False) -> datetime | None:
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
    instants += _proposals_drop_out_at(market, now)
    if not policy.hours.include(now):
        instants.append(next_local_minute(now, policy.hours.start_minute))
    elif is_unsettled:
        instants.append(_next_look(now, policy.look_again_min))
    return min((instant for instant in instants if instant > now), default=None)


def _next_look(now: datetime, every_min: int) -> datetime:
    """The next mark on the clock, so that the looks of many rounds fall together."""
    mark = now.replace(minute=0, second=0, microsecond=0)
    return mark + ((now - mark) // timedelta(minutes=every_min) + 1) * timedelta(minutes=every_min)


def _proposals_drop_out_at(market: Market, now: datetime) -> list[datetime]:
    """When volunteers who have been asked enough this week may be asked again."""
    full = [
        asked
        for volunteer_id, asked in market.asked_at.items()
        if (volunteer := market.volunteers.get(volunteer_id)) is not None
        and market.asked_lately(volunteer_id, now) >= volunteer.max_proposals_per_week
    ]
    return [instant + PROPOSAL_MEMORY for asked in full for instant in asked]


def _is_waiting(market: Market, request: Request, now: datetime) -> bool:
    return request.id not in market.held and market.free_slots(request) > 0 and now < request.respond_by


def _still_fits(market: Market, proposal: OpenProposal, now: datetime) -> bool:
    request = market.requests.get(proposal.request)
    volunteer = market.volunteers.get(proposal.volunteer)
    if request is None or volunteer is None:
        return False
    return market.free_slots(request) > 0 and fits(market, volunteer, request, now)


def _propose(
    market: Market, finder: Finder, habits: Habits, now: datetime, policy: AskingPolicy
) -> tuple[tuple[PlannedProposal, ...], bool]:
    """Whom to ask, and whether a later look may find more to do."""
    if not policy.hours.include(now):
        return (), False
    asking = [r for r in market.requests.values() if is_asking(market, r, now)]
    openings = {r.id: find_opening(market, habits, r, now, policy) for r in asking}
    able = finder.candidates(r for r in asking if openings[r.id].seats > 0)
    candidates = _in_order(able)
    may_still = any(openings[r.id].seats == 0 and finder.can_still_be_asked(r) for r in asking)
    if not len(candidates):
        return (), may_still
    weights = weigh_candidates(market, habits, candidates, openings, now, policy)
    worth = np.where(weights.is_too_likely, -1.0, weights.worth)
    chosen = assign(
        np.round(worth, 6),
        candidates.request,
        candidates.volunteer,
        slots=np.array([openings[r].seats for r in candidates.requests], dtype=np.int64),
        capacity=np.array([_room(market, market.volunteers[v], now) for v in candidates.volunteers], dtype=np.int64),
        unmet_cost=np.zeros(len(candidates.requests)),
        solver=policy.solver,
    ).chosen
    plans = tuple(_plan(market, candidates, at, weights, now, policy) for at in chosen.tolist())
    return plans, may_still or len(candidates) > len(plans)


def _in_order(candidates: Candidates) -> Candidates:
    """All by id, so that the choice among equals doesn't depend on where the market came from."""
    requests = sorted(candidates.requests)
    volunteers = sorted({candidates.volunteers[at] for at in candidates.volunteer.tolist()})
    request_at = {id: at for at, id in enumerate(requests)}
    volunteer_at = {id: at for at, id in enumerate(volunteers)}
    request = np.array([request_at[r] for r in candidates.requests], dtype=np.int64)[candidates.request]
    volunteer = np.array([volunteer_at.get(v, -1) for v in candidates.volunteers], np.int64)[candidates.volunteer]
    order = np.lexsort((volunteer, request))
    return Candidates(
        requests=tuple(requests),
        volunteers=tuple(volunteers),
        request=request[order],
        volunteer=volunteer[order],
        distance_km=candidates.distance_km[order],
        overlap_min=candidates.overlap_min[order],
    )


def _room(market: Market, volunteer: Volunteer, now: datetime) -> int:
    """How many more proposals this volunteer may get: room for tasks, and what is left of the week."""
    tasks = volunteer.capacity - market.engaged(volunteer.id, now)
    week = volunteer.max_proposals_per_week - market.asked_lately(volunteer.id, now)
    return max(0, min(tasks, week))


def _plan(
    market: Market,
    candidates: Candidates,
    at: int,
    weights: Weights,
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
        weights.scores[at],
        distance_km=float(candidates.distance_km[at]),
        overlap_min=float(candidates.overlap_min[at]),
    )
    expires_at = policy.expires_at(market.posted_at[request.id], request.respond_by, now)
    return PlannedProposal(request.id, volunteer.id, expires_at, weights.scores[at], float(weights.chance[at]), reasons)


def _without(market: Market, withdrawn: list[OpenProposal]) -> Market:
    """The market after these proposals were withdrawn: asked once is asked, but nobody is waiting any more."""
    if not withdrawn:
        return market
    gone = set(withdrawn)
    return replace(
        market,
        open_proposals=tuple(p for p in market.open_proposals if p not in gone),
        proposed=market.proposed | {p.pair for p in withdrawn if not p.is_of_old},
    )


def _with(
    market: Market, escalations: tuple[Escalation, ...], proposals: tuple[PlannedProposal, ...], now: datetime
) -> Market:
    """The market after this round was carried out."""
    if not escalations and not proposals:
        return market
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
