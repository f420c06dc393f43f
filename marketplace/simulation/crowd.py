"""How the synthetic people behave. Every number is an assumption, listed in docs/demo.md beside the results."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import coordination, escalation, matches, matchmaking, responses
from marketplace.coordination import Widening
from marketplace.database import Sessions
from marketplace.errors import MarketplaceError
from marketplace.models import DeclineReason, EventKind, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, ASKING
from marketplace.queries import crowd
from marketplace.queries import requests as request_queries
from matching.acceptance import Habits as Learnt

Act = Callable[[Session, datetime], object]
# Rounds follow an event within seconds; played, those of two hours are taken together.
SETTLES_AFTER: Final = timedelta(hours=2)
# The site learns from every answer; played, from all of a week together.
LEARNS_EVERY: Final = timedelta(days=7)


@dataclass(frozen=True)
class Habits:
    """What people tend to do; shares are 0 to 1, delays are mean hours."""

    answer_after_h: float = 6.0
    distance_scale_km: float = 8.0
    not_this_kind: float = 0.08
    pause: float = 0.04
    says_prima: float = 0.6
    prima_after_h: float = 5.0
    objects: float = 0.015
    volunteer_cancels: float = 0.03
    chooses: float = 0.8
    browses_per_day: float = 20.0
    coordinator_after_h: float = 8.0
    coordinator_couples: float = 0.5
    coordinator_widens: float = 0.2


@dataclass
class Stage:
    """A moving clock over the real use cases: what is planned happens in order, jobs tick in between."""

    sessions: Sessions
    random: Random
    municipality_id: UUID
    now: datetime
    habits: Habits = field(default_factory=Habits)
    temper: dict[UUID, tuple[float, float]] = field(default_factory=dict)
    skills_of: dict[UUID, frozenset[str]] = field(default_factory=dict)
    _plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _seen: int = 0
    _settle_at: datetime | None = None
    _learnt: Learnt | None = None
    _learns_at: datetime | None = None

    def plan(self, at: datetime, act: Act) -> None:
        """Have something happen at a moment (at once, where that has passed)."""
        heappush(self._plans, (max(at, self.now), next(self._numbers), act))

    def play(self, until: datetime, *, tick: timedelta = timedelta(hours=4)) -> None:
        """Let time pass. Jobs run at every tick; the engine looks a little after whatever happened."""
        next_tick = self.now + tick
        while (at := min(moment for moment in (next_tick, self._settle_at, self._next_plan()) if moment)) < until:
            self.now = at
            if at == self._settle_at:
                self._settle()
            elif at == next_tick:
                next_tick += tick
                self._tick(tick)
            elif self._act(heappop(self._plans)[2]):
                self._settle_at = self._settle_at or at + SETTLES_AFTER
        self.now = until

    def _next_plan(self) -> datetime | None:
        return self._plans[0][0] if self._plans else None

    def later(self, mean_h: float) -> datetime:
        """Some time from now, exponentially distributed, moved to a decent hour."""
        at = self.now + timedelta(hours=self.random.expovariate(1 / mean_h))
        hour = at.astimezone(AMSTERDAM).hour
        return at if 7 <= hour < 23 else at + timedelta(hours=(31 - hour) % 24)

    def _act(self, act: Act) -> bool:
        try:
            with self.sessions.begin() as session:
                act(session, self.now)
        except MarketplaceError:
            return False  # somebody was too late, or it no longer fits: that is life, and nothing changed
        return True

    def _tick(self, tick: timedelta) -> None:
        with self.sessions.begin() as session:
            changes = responses.lapse_overdue(session, self.now)
            changes += matches.confirm_overdue(session, self.now)
            changes += escalation.hand_on_overdue(session, self.now)
            crowd.tick_off_rounds(session, self.now)
        self._browse(self._draw_count(self.habits.browses_per_day * (tick / timedelta(days=1))))
        # The clockwork has the engine look every few minutes; most of that finds what it found before.
        is_morning = ASKING.hours.include(self.now) and not ASKING.hours.include(self.now - tick)
        if changes or is_morning:
            self._settle()

    def _draw_count(self, mean: float) -> int:
        return int(mean) + (self.random.random() < mean % 1)

    def _settle(self) -> None:
        self._settle_at = None
        matchmaking.run_round(self.sessions, municipality_id=self.municipality_id, now=self.now, learnt=self._learn())
        self._look_around()

    def _learn(self) -> Learnt:
        """How people answered so far, as it was lately."""
        if self._learnt is None or self._learns_at is None or self.now >= self._learns_at:
            with self.sessions.read() as session:
                self._learnt = matchmaking.learn(session, municipality_id=self.municipality_id, now=self.now)
            self._learns_at = self.now + LEARNS_EVERY
        return self._learnt

    def _look_around(self) -> None:
        """People notice what is new since they last looked, and plan what they do about it."""
        with self.sessions.read() as session:
            for seq, kind, request_id, proposal_id, match_id, person_id in crowd.list_news(session, self._seen):
                self._seen = seq
                if kind is EventKind.PROPOSED:
                    self._plan_answer(proposal_id, *crowd.find_asked(session, proposal_id))
                elif kind is EventKind.YES_WAITS:
                    self._plan_choice(proposal_id, Actor(crowd.find_requester_id(session, request_id)))
                elif kind in (EventKind.ESCALATED, EventKind.CASE_REASSIGNED) and person_id is not None:
                    self._plan_case(request_id, self._staff(person_id))
                elif kind is EventKind.MATCHED:
                    requester = Actor(crowd.find_requester_id(session, request_id))
                    self._plan_meeting(match_id, Actor(person_id), requester, self._ends_at(session, request_id))

    def _plan_answer(self, proposal_id: UUID, person_id: UUID, distance_km: float) -> None:
        answers, agrees = self.temper.get(person_id, (0.8, 0.6))
        if self.random.random() > answers:
            return  # silence
        actor = Actor(person_id)
        at = self.later(self.habits.answer_after_h)
        says_yes = self.random.random() < agrees * (0.5 + 0.5 * 2.718 ** (-distance_km / self.habits.distance_scale_km))
        if says_yes:
            self.plan(at, lambda s, now: responses.accept(s, proposal_id=proposal_id, actor=actor, now=now))
            return
        reason, pause_until = self._draw_no(at)
        self.plan(
            at,
            lambda s, now: responses.decline(
                s, proposal_id=proposal_id, actor=actor, now=now, reason=reason, pause_until=pause_until
            ),
        )

    def _draw_no(self, at: datetime) -> tuple[DeclineReason, datetime | None]:
        draw = self.random.random()
        if draw < self.habits.not_this_kind:
            return DeclineReason.NOT_THIS_KIND, None
        if draw < self.habits.not_this_kind + self.habits.pause:
            return DeclineReason.PAUSE, at + timedelta(days=14)
        return DeclineReason.NOT_NOW, None

    def _plan_choice(self, proposal_id: UUID, requester: Actor) -> None:
        at = self.later(self.habits.prima_after_h)
        if self.random.random() < self.habits.chooses:
            self.plan(at, lambda s, now: responses.choose(s, proposal_id=proposal_id, actor=requester, now=now))
        elif self.random.random() < 0.5:
            self.plan(at, lambda s, now: responses.refuse(s, proposal_id=proposal_id, actor=requester, now=now))

    def _plan_meeting(self, match_id: UUID, volunteer: Actor, requester: Actor, ends_at: datetime) -> None:
        at, draw = self.later(self.habits.prima_after_h), self.random.random()
        if draw < self.habits.objects:
            self.plan(at, lambda s, now: matches.object_to(s, match_id=match_id, actor=requester, now=now))
            return
        if draw < self.habits.objects + self.habits.says_prima:
            self.plan(at, lambda s, now: matches.confirm(s, match_id=match_id, actor=requester, now=now))
        if self.random.random() < self.habits.volunteer_cancels:
            cancels_at = self.later(30)
            self.plan(cancels_at, lambda s, now: matches.cancel(s, match_id=match_id, actor=volunteer, now=now))
        who = self.random.choice((volunteer, requester))
        self.plan(ends_at, lambda s, now: matches.finish(s, match_id=match_id, actor=who, now=now))

    def _ends_at(self, session: Session, request_id: UUID) -> datetime:
        windows = request_queries.list_windows(session, request_id)
        least = self.now + timedelta(hours=26)
        if windows:
            return max(least, windows[-1].ends_at + timedelta(hours=self.random.uniform(1, 30)))
        return least + timedelta(days=self.random.uniform(2, 20))

    def _plan_case(self, request_id: UUID, staff: Actor) -> None:
        self.plan(self._office_hours(), lambda s, now: self._work_case(s, request_id, staff, now))

    def _office_hours(self) -> datetime:
        at = (self.now + timedelta(hours=self.random.expovariate(1 / self.habits.coordinator_after_h))).astimezone(
            AMSTERDAM
        )
        while at.weekday() >= 5 or not 9 <= at.hour < 17:
            at += timedelta(hours=1)
        return at

    def _work_case(self, session: Session, request_id: UUID, staff: Actor, now: datetime) -> None:
        request = coordination.read_case(session, request_id=request_id, actor=staff, now=now)
        draw = self.random.random()
        if draw < self.habits.coordinator_couples:
            coordination.take(session, request_id=request_id, actor=staff, now=now)
            if self._couple_somebody(session, request_id, request.skill_code, staff, now):
                return
            draw = 1.0
        if draw < self.habits.coordinator_couples + self.habits.coordinator_widens:
            widening = Widening(is_any_time=True, extra_days=7)
            coordination.widen(session, request_id=request_id, widening=widening, actor=staff, now=now)
            return
        reason = self.random.choice(("nobody_found", "referred", "helped_elsewhere"))
        coordination.close(session, request_id=request_id, reason=reason, text="", actor=staff, now=now)

    def _couple_somebody(
        self, session: Session, request_id: UUID, skill_code: str, staff: Actor, now: datetime
    ) -> bool:
        for offer_id in crowd.list_offers_of_kind(session, skill_code)[:5]:
            try:
                with session.begin_nested():
                    coordination.couple(session, request_id=request_id, offer_id=offer_id, actor=staff, now=now)
            except MarketplaceError:
                continue
            return True
        return False

    def _browse(self, visitors: int) -> None:
        """So many people look at the list, and offer on what they can do."""
        if not visitors or not self.skills_of:
            return
        with self.sessions.read() as session:
            listed = crowd.list_open(session, self.now)
        for person_id in self.random.choices(list(self.skills_of), k=visitors):
            fitting = [request_id for request_id, code in listed if code in self.skills_of[person_id]]
            if fitting:
                self._offer_on(self.random.choice(fitting), Actor(person_id))

    def _offer_on(self, request_id: UUID, volunteer: Actor) -> None:
        self._act(lambda s, now: responses.apply(s, request_id=request_id, actor=volunteer, now=now))

    def _staff(self, person_id: UUID) -> Actor:
        return Actor(person_id, roles=frozenset({(self.municipality_id, StaffRoleKind.COORDINATOR)}))
