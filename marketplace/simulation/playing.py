"""A world played against a way of asking. The player is told what any engine is told, and nothing else."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Protocol

from marketplace.simulation.empty_slots import Diary, Why, explain
from marketplace.simulation.worlds import START, Person, Reaction, World, decent, reaction, visits
from matching.events import (
    Applied,
    Event,
    MatchFinished,
    MatchReleased,
    RequestPosted,
    Responded,
    Tick,
    VolunteerKnown,
)
from matching.ledger import Outcome
from matching.problem import Market, Request
from matching.rules import distance_km, fits


class Player(Protocol):
    """A way of asking."""

    def take(self, now: datetime, event: Event) -> Outcome: ...


@dataclass
class Tally:
    """What came of it. Times in hours; `chances` pairs what was thought likely with what came of it; `empty` has a
    request and a reason for each slot that nobody had when the time to respond was over."""

    slots: int = 0
    matched: int = 0
    by_offer: int = 0
    proposals: int = 0
    regrets: int = 0
    late_yeses: int = 0
    withdrawn: int = 0
    escalated: int = 0
    hours: list[float] = field(default_factory=list)
    asked: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    chances: list[tuple[float, bool]] = field(default_factory=list)
    empty: list[tuple[str, Why]] = field(default_factory=list)


@dataclass
class _Open:
    """A request as the world sees it."""

    request: Request
    posted_at: datetime
    able: list[str]
    taken: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    had: set[str] = field(default_factory=set)
    ever: int = 0

    @property
    def free(self) -> int:
        return self.request.slots - len(self.taken)


@dataclass
class _Asked:
    request: str
    volunteer: str
    expires_at: datetime
    chance: float
    is_withdrawn: bool = False


class Game:
    """One world and one player."""

    def __init__(self, world: World, player: Player, market: Market) -> None:
        self.world, self.player, self.tally = world, player, Tally()
        self._scene = market  # only for the rules of who may offer; the player never sees it
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._number = count()
        self._open: dict[str, _Open] = {}
        self._asked: dict[str, _Asked] = {}
        self._busy: defaultdict[str, set[str]] = defaultdict(set)
        self._pending: defaultdict[str, set[str]] = defaultdict(set)
        self.diaries: defaultdict[str, Diary] = defaultdict(Diary)
        self._ticks: set[datetime] = set()
        self._able: dict[str, list[Request]] = defaultdict(list)

    def play(self) -> Tally:
        """Everything that happens, in order."""
        for person in self.world.people.values():
            self._at(person.joins_at, self._join, person)
            for at in visits(self.world, person):
                self._at(at, self._visit, person)
        for at, request in self.world.requests:
            self._at(at, self._post, request)
        while self._queue:
            at, _, act = heapq.heappop(self._queue)
            if at >= self.world.ends_at:
                break
            act(at)
        return self.tally

    def _at(self, at: datetime, act: Callable[..., None], *about: Any) -> None:
        heapq.heappush(self._queue, (at, next(self._number), lambda now: act(now, *about)))

    def _tick_at(self, at: datetime) -> None:
        if at not in self._ticks:
            self._ticks.add(at)
            self._at(at, self._tick)

    def _tick(self, now: datetime) -> None:
        self._ticks.discard(now)
        self._tell(now, Tick())

    def _join(self, now: datetime, person: Person) -> None:
        self._tell(now, VolunteerKnown(person.volunteer))

    def _post(self, now: datetime, request: Request) -> None:
        people = self.world.people.values()
        able = [p.volunteer.id for p in people if p.joins_at <= now and fits(self._scene, p.volunteer, request, now)]
        self._open[request.id] = _Open(request, now, able)
        for volunteer_id in able:
            self._able[volunteer_id].append(request)
        self.tally.slots += request.slots
        self._tell(now, RequestPosted(request))
        self._at(request.respond_by, self._settle, request.id)

    def _visit(self, now: datetime, person: Person) -> None:
        """Somebody looks at what is open and fits them, and may offer for what appeals to them."""
        volunteer = person.volunteer
        still = [r for r in self._able[volunteer.id] if now < r.respond_by]
        self._able[volunteer.id] = still
        if self._load(volunteer.id, now) >= volunteer.capacity:
            return
        for request in still:
            case = self._open[request.id]
            if case.free <= 0 or volunteer.id in case.taken:
                continue
            if reaction(self.world, person, request, distance_km(volunteer, request)).would_offer:
                self._tell(now, Applied(request.id, volunteer.id))
                return

    def _load(self, volunteer_id: str, now: datetime) -> int:
        waiting = [p for p in self._pending[volunteer_id] if now < self._asked[p].expires_at]
        self._pending[volunteer_id] = set(waiting)
        return len(self._busy[volunteer_id]) + len(waiting)

    def _tell(self, now: datetime, event: Event) -> bool:
        outcome = self.player.take(now, event)
        for request_id, volunteer_id in outcome.matched:
            self._match(now, request_id, volunteer_id, is_offer=isinstance(event, Applied))
        for proposal_id in outcome.withdrawn:
            asked = self._asked[proposal_id]
            asked.is_withdrawn = True
            self._pending[asked.volunteer].discard(proposal_id)
            self.diaries[asked.volunteer].note_settled((asked.request, asked.volunteer), now)
            self.tally.withdrawn += 1
        self.tally.escalated += len(outcome.escalated)
        for made in outcome.proposals:
            self._ask(now, made.id, made.plan)
        if outcome.wake_at is not None:
            self._tick_at(outcome.wake_at)
        return bool(outcome.matched)

    def _ask(self, now: datetime, proposal_id: str, plan: Any) -> None:
        self.tally.proposals += 1
        self.tally.asked[plan.volunteer] += 1
        self._asked[proposal_id] = _Asked(plan.request, plan.volunteer, plan.expires_at, plan.chance)
        self._pending[plan.volunteer].add(proposal_id)
        self.diaries[plan.volunteer].note_asked((plan.request, plan.volunteer), now, plan.expires_at)
        self._open[plan.request].asked.add(plan.volunteer)
        person, request = self.world.people[plan.volunteer], self._open[plan.request].request
        felt = reaction(self.world, person, request, distance_km(person.volunteer, request))
        will_answer = felt.will_answer and person.is_awake(now)
        self.tally.chances.append((plan.chance, will_answer and felt.says_yes))
        if will_answer:
            answers_at = decent(now + felt.delay, Random(f"{self.world.seed}/{proposal_id}/morning"))
            self._at(answers_at, self._answer, proposal_id, felt)

    def _answer(self, now: datetime, proposal_id: str, felt: Reaction) -> None:
        asked = self._asked[proposal_id]
        self._pending[asked.volunteer].discard(proposal_id)
        case = self._open[asked.request]
        if asked.volunteer in case.taken or (asked.is_withdrawn and not felt.answers_after_withdrawal):
            return
        diary = self.diaries[asked.volunteer]
        diary.note_settled((asked.request, asked.volunteer), now)
        if not felt.says_yes:
            kind = "not_this_kind" if felt.is_dislike and felt.dice < 0.5 else "not_now" if felt.dice < 0.8 else "other"
            if kind == "not_this_kind":
                diary.note_unwanted(case.request.skill, now)
            self._tell(now, Responded(proposal_id, "declined", kind))  # type: ignore[arg-type]
            return
        was_open = asked.is_withdrawn or now < asked.expires_at
        if not self._tell(now, Responded(proposal_id, "accepted")):
            is_regret = was_open and case.free <= 0
            self.tally.regrets += is_regret
            self.tally.late_yeses += not is_regret

    def _match(self, now: datetime, request_id: str, volunteer_id: str, *, is_offer: bool) -> None:
        case = self._open[request_id]
        case.taken.add(volunteer_id)
        case.had.add(volunteer_id)
        self._busy[volunteer_id].add(request_id)
        self.diaries[volunteer_id].note_task((request_id, volunteer_id), now)
        if case.ever < case.request.slots:
            self.tally.hours.append((now - case.posted_at) / timedelta(hours=1))
        case.ever += 1
        self.tally.by_offer += is_offer
        rng = Random(f"{self.world.seed}/{request_id}/{volunteer_id}/after")
        if rng.random() < self.world.assumptions.released_share:
            self._at(now + timedelta(days=rng.expovariate(1)), self._end, MatchReleased(request_id, volunteer_id))
        else:
            days = rng.expovariate(1 / self.world.assumptions.task_days)
            ends_at = max(now, case.request.respond_by) + timedelta(days=days)
            self._at(ends_at, self._end, MatchFinished(request_id, volunteer_id))

    def _end(self, now: datetime, event: MatchReleased | MatchFinished) -> None:
        self._busy[event.volunteer].discard(event.request)
        self.diaries[event.volunteer].note_task_over((event.request, event.volunteer), now)
        if isinstance(event, MatchReleased):
            self._open[event.request].taken.discard(event.volunteer)
        self._tell(now, event)

    def _settle(self, now: datetime, request_id: str) -> None:
        """What counts is who has a slot when the time to respond is over."""
        self._tell(now, Tick())
        case = self._open[request_id]
        self.tally.matched += len(case.taken)
        if case.free:
            self.tally.empty += [(request_id, why) for why in explain(case.free, self._count_willing(case))]

    def _count_willing(self, case: _Open) -> Counter[Why]:
        """Who is willing and has none of its slots, by what became of it."""
        found: Counter[Why] = Counter()
        until = case.request.respond_by
        for id, person in self.world.people.items():
            since = max(case.posted_at, person.joins_at)
            if id in case.taken or since >= until or not self._is_willing(case, person, since):
                continue
            if id in case.asked or id in case.had:
                found[Why.IN_VAIN] += 1
            elif self.diaries[id].could_be_asked(person.volunteer, case.request.skill, since, until):
                found[Why.NOT_ASKED] += 1
            else:
                found[Why.BARRED] += 1
        return found

    def _is_willing(self, case: _Open, person: Person, since: datetime) -> bool:
        """Whether somebody had it, or fits and would have said yes, had they been asked at one of four moments."""
        if person.volunteer.id in case.had:
            return True
        if person.joins_at <= case.posted_at:
            is_able = person.volunteer.id in case.able
        else:
            is_able = fits(self._scene, person.volunteer, case.request, since)
        if not is_able:
            return False
        times = [since + (case.request.respond_by - since) * n / 4 for n in range(4)]
        felt = reaction(self.world, person, case.request, distance_km(person.volunteer, case.request))
        return felt.will_answer and felt.says_yes and any(person.is_awake(at) for at in times)


def play(world: World, player: Player, skills: Any) -> Tally:
    """One world played by one player."""
    volunteers = {v: person.volunteer for v, person in world.people.items()}
    everybody = Market(skills=skills, volunteers=volunteers, requests={}, posted_at={})
    return Game(world, player, everybody).play()


__all__ = ["START", "Game", "Player", "Tally", "play"]
