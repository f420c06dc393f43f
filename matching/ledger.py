"""What is known of a market while things happen in it one at a time, and what follows from each by itself.

The ledger keeps no opinion: whom to ask, what to withdraw and what to escalate is decided by `matching.asking` on the
market as it stands; `Engine` puts the two together. Raises BadInput where an event can't have happened.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from matching.acceptance import Ask, Habits, Listing
from matching.asking import AskingPolicy, FinderOf, PlannedProposal, Round, decide
from matching.escalating import Escalation
from matching.events import (
    Applied,
    Coupled,
    Event,
    MatchFinished,
    MatchReleased,
    Remembered,
    RequestCancelled,
    RequestChanged,
    RequestHeld,
    RequestPosted,
    Responded,
    Tick,
    VolunteerKnown,
    VolunteerLeft,
)
from matching.instances import BadInput
from matching.problem import PROPOSAL_MEMORY, Market, OpenProposal, Pair, Request, SkillTable, Volunteer
from matching.rules import distance_km, may_apply, still_fits
from matching.standing import Standing, StandingView


@dataclass(slots=True)
class _Case:
    """A request and all that came of it."""

    request: Request
    posted_at: datetime
    is_held: bool = False
    is_escalated: bool = False
    is_cancelled: bool = False
    running: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    proposed: set[str] = field(default_factory=set)  # since the last change
    skill: str = field(init=False)  # as first posted, and when: how the list of requests knows it
    first_posted_at: datetime = field(init=False)
    was_listed: bool = False

    def __post_init__(self) -> None:
        self.skill, self.first_posted_at = self.request.skill, self.posted_at

    @property
    def free(self) -> int:
        return self.request.slots - len(self.running) - len(self.finished)


@dataclass(slots=True)
class _Proposal:
    id: str
    request: str
    volunteer: str
    expires_at: datetime
    ask: Ask
    is_open: bool = True  # neither answered, nor withdrawn, nor settled by other means; it may have expired
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A proposal that was made, under its id."""

    id: str
    plan: PlannedProposal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event led to, in the order in which it takes effect."""

    matched: tuple[Pair, ...]
    withdrawn: tuple[str, ...]
    escalated: tuple[Escalation, ...]
    proposals: tuple[Made, ...]
    wake_at: datetime | None


class Decide(Protocol):
    """A way of asking: `asking.decide`, or another to compare it with."""

    def __call__(
        self, market: Market, now: datetime, policy: AskingPolicy, *, habits: Habits, finder: FinderOf
    ) -> Round: ...


class Engine:
    """The asking engine over a market that changes one event at a time."""

    def __init__(self, skills: SkillTable, policy: AskingPolicy | None = None, *, decide: Decide = decide) -> None:
        self.policy = policy or AskingPolicy()
        self._decide = decide
        self.habits = Habits(skills, self.policy.prior)
        self._ledger = Ledger(skills, self.habits)
        self._now: datetime | None = None
        self._told_wake: datetime | None = None
        self._was_tick = False

    def take(self, now: datetime, event: Event) -> Outcome:
        """One event, and everything that is done because of it. Raises BadInput; the event then changed nothing."""
        if self._now is not None and now < self._now:
            raise BadInput(f"now: goes back, from {self._now.isoformat()} to {now.isoformat()}")
        matched = self._ledger.apply(event, now)
        is_repeated = isinstance(event, Tick) and self._was_tick and now == self._now
        self._now, self._was_tick = now, isinstance(event, Tick)
        round_ = self._decide(self._ledger.market(now), now, self.policy, habits=self.habits, finder=self._ledger.view)
        withdrawn = self._ledger.withdraw(round_.withdrawals, now)
        for escalation in round_.escalations:
            self._ledger.note_escalated(escalation.request)
        made = tuple(self._ledger.propose(plan, now) for plan in round_.proposals)
        # A caller who plans every wake-up separately must not be woken ever more often.
        wake_at = None if is_repeated and round_.wake_at == self._told_wake else round_.wake_at
        self._told_wake = round_.wake_at
        return Outcome(tuple(matched), withdrawn, round_.escalations, made, wake_at)


class Ledger:
    """Facts, kept so that a market of what is open can be handed out at any moment."""

    def __init__(self, skills: SkillTable, habits: Habits) -> None:
        self._skills, self._habits = skills, habits
        self._standing = Standing()
        self._volunteers: dict[str, Volunteer] = {}
        self._left: dict[str, Volunteer] = {}
        self._cases: dict[str, _Case] = {}
        self._live: dict[str, _Case] = {}  # those that may still ask or be escalated
        self._proposals: dict[str, _Proposal] = {}
        self._open: dict[Pair, _Proposal] = {}
        self._asked_at: dict[str, tuple[datetime, ...]] = {}
        self._unwanted: set[tuple[str, str]] = set()
        self._running: defaultdict[str, set[str]] = defaultdict(set)  # per volunteer, requests
        self._experienced: set[str] = set()

    def view(self, market: Market, now: datetime) -> StandingView:
        """Who fits, in a market that was handed out before."""
        return StandingView(self._standing, market, now)

    def market(self, now: datetime) -> Market:
        """The market as it stands: what is over is left out."""
        for pair in [pair for pair, proposal in self._open.items() if proposal.expires_at <= now]:
            del self._open[pair]
        for request_id in [r for r, case in self._live.items() if _is_over(case, now)]:
            self._unlist(self._cases[request_id], now)
            self._retire(request_id)
        live = self._live
        return Market(
            skills=self._skills,
            volunteers=self._volunteers,
            requests={request_id: case.request for request_id, case in live.items()},
            posted_at={request_id: case.posted_at for request_id, case in live.items()},
            held=frozenset(request_id for request_id, case in live.items() if case.is_held),
            escalated=frozenset(request_id for request_id, case in live.items() if case.is_escalated),
            running=frozenset((r, v) for v, requests in self._running.items() for r in requests),
            finished=frozenset((r, v) for r, case in live.items() for v in case.finished),
            matched_before=frozenset((r, v) for r, case in live.items() for v in case.undone),
            open_proposals=tuple(
                OpenProposal(p.request, p.volunteer, p.expires_at, p.volunteer not in self._cases[p.request].proposed)
                for p in self._open.values()
            ),
            proposed=frozenset((r, v) for r, case in live.items() for v in case.proposed),
            asked_at=self._asked_at,
            unwanted=frozenset(self._unwanted),
            left=self._left,
            experienced=self._experienced,
        )

    def apply(self, event: Event, now: datetime) -> list[Pair]:
        """What the event itself changes; the matches that it made. Raises BadInput before anything is changed."""
        match event:
            case VolunteerKnown(volunteer):
                self._know(volunteer, now)
            case VolunteerLeft(volunteer_id):
                self._leave(volunteer_id)
            case RequestPosted(request):
                self._post(request, now)
            case RequestChanged(request):
                self._change(request, now)
            case RequestCancelled(request_id):
                self._cancel(request_id, now)
            case RequestHeld(request_id):
                self._case(request_id).is_held = True
            case Coupled(request_id, volunteer_id):
                return self._couple(request_id, volunteer_id, now)
            case Applied(request_id, volunteer_id):
                return self._offer(request_id, volunteer_id, now)
            case Responded():
                return self._respond(event, now)
            case MatchReleased(request_id, volunteer_id):
                self._end(request_id, volunteer_id, now, is_undone=True)
            case MatchFinished(request_id, volunteer_id):
                self._end(request_id, volunteer_id, now, is_undone=False)
            case Remembered():
                self._remember(event, now)
            case Tick():
                pass
        return []

    def withdraw(self, pairs: tuple[Pair, ...], now: datetime) -> tuple[str, ...]:
        """Call proposals back; their ids."""
        ids = []
        for pair in pairs:
            proposal = self._open.pop(pair)
            proposal.is_open = False
            proposal.ask = replace(proposal.ask, withdrawn_at=now)
            self._habits.note(proposal.ask)
            ids.append(proposal.id)
        return tuple(ids)

    def note_escalated(self, request_id: str) -> None:
        """A request was handed over; once per version."""
        self._cases[request_id].is_escalated = True

    def propose(self, plan: PlannedProposal, now: datetime) -> Made:
        """Ask somebody; the proposal's id."""
        case, volunteer = self._cases[plan.request], self._volunteers[plan.volunteer]
        before = tuple(at for at in self._asked_at.get(volunteer.id, ()) if at > now - PROPOSAL_MEMORY)
        km = _metres(volunteer, case.request)
        ask = Ask(plan.request, volunteer.id, case.request.skill, km, len(before), now)
        proposal = _Proposal(f"p{len(self._proposals) + 1}", plan.request, volunteer.id, plan.expires_at, ask)
        self._proposals[proposal.id] = self._open[plan.request, volunteer.id] = proposal
        self._asked_at[volunteer.id] = (*before, now)
        case.proposed.add(volunteer.id)
        self._habits.note(ask)
        return Made(proposal.id, plan)

    def _know(self, volunteer: Volunteer, now: datetime) -> None:
        self._habits.note_known(volunteer.id, now)
        self._left.pop(volunteer.id, None)
        self._volunteers[volunteer.id] = volunteer
        self._standing.put_volunteer(volunteer)
        self._unwanted = {(v, skill) for v, skill in self._unwanted if v != volunteer.id}

    def _leave(self, volunteer_id: str) -> None:
        volunteer = self._person(volunteer_id)
        self._volunteers.pop(volunteer_id, None)
        self._left[volunteer_id] = volunteer
        self._standing.drop_volunteer(volunteer_id)

    def _post(self, request: Request, now: datetime) -> None:
        if request.id in self._cases:
            raise BadInput(f"request.id: {request.id!r} was posted before")
        self._cases[request.id] = self._live[request.id] = _Case(request, now)
        self._habits.note_listing(request.id, Listing(request.skill, now))

    def _change(self, request: Request, now: datetime) -> None:
        case = self._case(request.id, "request.id")
        if case.is_cancelled:
            raise BadInput(f"request.id: {request.id!r} was cancelled")
        taken = len(case.running) + len(case.finished)
        if request.slots < taken:
            raise BadInput(f"request.slots: must not be fewer than the {taken} matches it has")
        case.request, case.posted_at = request, now
        case.is_held = case.is_escalated = False
        case.proposed.clear()
        self._live[request.id] = case

    def _cancel(self, request_id: str, now: datetime) -> None:
        case = self._case(request_id)
        case.is_cancelled = True
        self._unlist(case, now)
        for volunteer_id in case.running:
            self._running[volunteer_id].discard(request_id)
        case.undone |= case.running
        case.running.clear()
        self._retire(request_id)

    def _couple(self, request_id: str, volunteer_id: str, now: datetime) -> list[Pair]:
        case, volunteer = self._case(request_id), self._person(volunteer_id)
        if volunteer_id in case.running | case.finished:
            raise BadInput(f"volunteer: {volunteer_id!r} has a slot of {request_id!r} already")
        if case.is_cancelled or case.free <= 0:
            raise BadInput(f"request: {request_id!r} has no free slot")
        self._close(request_id, volunteer_id, now)
        return self._match(case, volunteer.id, now)

    def _offer(self, request_id: str, volunteer_id: str, now: datetime) -> list[Pair]:
        case, volunteer = self._case(request_id), self._person(volunteer_id)
        if case.is_cancelled or not may_apply(self._look(case), volunteer, case.request, now):
            return []
        is_answer = self._close(request_id, volunteer_id, now)
        if not is_answer:
            km = _metres(volunteer, case.request)
            own = Ask(request_id, volunteer_id, case.request.skill, km, 0, now, "accepted", None, now, is_own=True)
            self._habits.note(own)
        return self._match(case, volunteer_id, now, by_offer=not is_answer)

    def _respond(self, event: Responded, now: datetime) -> list[Pair]:
        proposal = self._proposals.get(event.proposal)
        if proposal is None:
            raise BadInput(f"proposal: unknown proposal {event.proposal!r}")
        if proposal.is_answered:
            raise BadInput(f"proposal: {event.proposal!r} was answered before")
        case = self._cases[proposal.request]
        proposal.is_answered = True
        is_open = proposal.is_open and now < proposal.expires_at
        has_slot = proposal.volunteer in case.running | case.finished
        is_honoured = event.answer == "accepted" and not has_slot and self._is_honoured(case, proposal, is_open, now)
        pair = proposal.request, proposal.volunteer
        if self._open.get(pair) is proposal:
            del self._open[pair]
        elif is_honoured:  # a yes to an old question settles the one that was asked since
            self._close(*pair, now)
        proposal.is_open = False
        # A yes by somebody who has a slot by other means adds nothing to what is known of the proposal.
        if proposal.ask.answer is None and not (has_slot and event.answer == "accepted"):
            answered_at = now if proposal.ask.withdrawn_at is None else None
            proposal.ask = replace(proposal.ask, answer=event.answer, reason=event.reason, answered_at=answered_at)
            self._habits.note(proposal.ask)
        if event.answer == "declined" and event.reason == "not_this_kind":
            self._unwanted.add((proposal.volunteer, proposal.ask.skill))
        return self._match(case, proposal.volunteer, now) if is_honoured else []

    def _is_honoured(self, case: _Case, proposal: _Proposal, is_open: bool, now: datetime) -> bool:
        if case.is_cancelled or case.free <= 0:
            return False
        if is_open:
            return True
        if now >= case.request.respond_by or proposal.volunteer in case.undone:
            return False
        return still_fits(self._look(case), self._person(proposal.volunteer), case.request, now)

    def _end(self, request_id: str, volunteer_id: str, now: datetime, *, is_undone: bool) -> None:
        case = self._case(request_id)
        self._person(volunteer_id)
        if volunteer_id not in case.running:
            raise BadInput(f"volunteer: {volunteer_id!r} has no running match with {request_id!r}")
        case.running.discard(volunteer_id)
        self._running[volunteer_id].discard(request_id)
        (case.undone if is_undone else case.finished).add(volunteer_id)
        # A slot that is empty at respond-by, from that very instant on as well, is for a coordinator.
        if is_undone and not case.is_cancelled and now <= case.request.respond_by:
            self._live[request_id] = case

    def _remember(self, event: Remembered, now: datetime) -> None:
        volunteer = self._person(event.volunteer)
        if event.proposed_at > now:
            raise BadInput("proposed_at: must not lie after now")
        answer = None if event.answer == "none" else event.answer
        km = _metres(volunteer, event.request)
        ask = Ask(event.request.id, volunteer.id, event.request.skill, km, 0, event.proposed_at, answer, is_over=True)
        self._habits.remember(ask)

    def _match(self, case: _Case, volunteer_id: str, now: datetime, *, by_offer: bool = False) -> list[Pair]:
        self._unlist(case, now, by_offer=by_offer)
        case.running.add(volunteer_id)
        case.undone.discard(volunteer_id)
        self._running[volunteer_id].add(case.request.id)
        self._experienced.add(volunteer_id)
        return [(case.request.id, volunteer_id)]

    def _unlist(self, case: _Case, now: datetime, *, by_offer: bool = False) -> None:
        """The first match, or the end, of a request on the public list."""
        if not case.was_listed:
            case.was_listed = True
            until = min(now, max(case.first_posted_at, case.request.respond_by))
            self._habits.note_listing(case.request.id, Listing(case.skill, case.first_posted_at, until, by_offer))

    def _close(self, request_id: str, volunteer_id: str, now: datetime) -> bool:
        """A yes by other means than an answer settles the pair's open proposal, if there is one."""
        proposal = self._open.get((request_id, volunteer_id))
        if proposal is None or now >= proposal.expires_at:
            return False
        del self._open[request_id, volunteer_id]
        proposal.is_open = False
        proposal.ask = replace(proposal.ask, answer="accepted", answered_at=now)
        self._habits.note(proposal.ask)
        return True

    def _look(self, case: _Case) -> Market:
        """Just enough of the market to judge one request."""
        request_id = case.request.id
        return Market(
            skills=self._skills,
            volunteers=self._volunteers,
            requests={request_id: case.request},
            posted_at={request_id: case.posted_at},
            running=frozenset((r, v) for v, requests in self._running.items() for r in requests),
            finished=frozenset((request_id, v) for v in case.finished),
            matched_before=frozenset((request_id, v) for v in case.undone),
            open_proposals=tuple(OpenProposal(p.request, p.volunteer, p.expires_at) for p in self._open.values()),
        )

    def _retire(self, request_id: str) -> None:
        self._live.pop(request_id, None)
        self._standing.drop_request(request_id)

    def _case(self, request_id: str, name: str = "request") -> _Case:
        if request_id not in self._cases:
            raise BadInput(f"{name}: unknown request {request_id!r}")
        return self._cases[request_id]

    def _person(self, volunteer_id: str) -> Volunteer:
        volunteer = self._volunteers.get(volunteer_id) or self._left.get(volunteer_id)
        if volunteer is None:
            raise BadInput(f"volunteer: unknown volunteer {volunteer_id!r}")
        return volunteer


def _metres(volunteer: Volunteer, request: Request) -> float:
    """Kilometres to the metre, as they are kept with a proposal."""
    return round(distance_km(volunteer, request), 3)


def _is_over(case: _Case, now: datetime) -> bool:
    """Whether nothing will be asked or escalated for it any more, unless something happens to it."""
    if case.free <= 0:
        return True
    return now >= case.request.respond_by and (case.is_escalated or case.is_held)
