"""A small town with a desk of three, whose days bring some of everything: for what must hold whatever happens."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Self
from uuid import UUID

from marketplace import (
    casework,
    coordination,
    escalation,
    matches,
    matchmaking,
    meetings,
    posting,
    relaxing,
    responses,
    teams,
    undoing,
)
from marketplace.coordination import Widening
from marketplace.database import Sessions, make_engine
from marketplace.errors import MarketplaceError
from marketplace.models import (
    Absence,
    DeclineReason,
    HelpRequest,
    Match,
    Offer,
    OutboxMessage,
    Proposal,
    ProposalStatus,
    RelaxationQuestion,
    Slot,
    SlotStatus,
    UndoStep,
)
from marketplace.permissions import Actor
from tests.support import builders, rows
from tests.support.clock import NOW

SKILLS: Final = ("garden.hedge", "company.coffee", "transport.escort")


_KILLED_WITHIN_S: Final = 0.5
# Forks of a process that has loaded everything and has no threads: a new one each time would take seconds to begin.
_PROCESSES: Final = get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


class Killed(Exception):
    """The process was gone before its commit."""


class Town:
    """A desk of three and whatever the day brings. What is refused leaves everything as it was."""

    def __init__(
        self,
        sessions: Sessions,
        seed: int,
        *,
        where: UUID,
        staff: Sequence[Actor],
        now: datetime = NOW,
        tell: Callable[[datetime], object] = lambda now: None,
    ) -> None:
        self.sessions, self.random, self.now = sessions, random.Random(seed), now
        self.where, self.staff = where, list(staff)
        self.met: Counter[str] = Counter()
        self._tell = tell

    @classmethod
    def founded(cls, sessions: Sessions, seed: int) -> Self:
        """A new town in an empty database."""
        until = NOW + timedelta(days=4000)
        with sessions.begin() as session:
            where = builders.the_municipality(session).id
            staff = [builders.a_coordinator(session, name) for name in ("Carla", "Els")]
            staff.append(builders.a_team_lead(session))
            builders.on_duty(session, staff[0], until_at=until)
            builders.on_duty(session, staff[1], area="4907", until_at=until)
            for number in range(6):
                skill = SKILLS[number % len(SKILLS)]
                builders.a_volunteer(session, f"V{number}", skills=(skill,), capacity=2, asked_per_week=7)
        return cls(sessions, seed, where=where, staff=staff)

    def days_of_a_process_that_is_killed(self, database_url: str) -> None:
        """Days lived in a process of its own, which is cut off (SIGKILL) at any moment of them."""
        here, there = _PROCESSES.Pipe(duplex=False)
        given = (there, database_url, self.random.getrandbits(32), self.where, self.staff, self.now)
        process = _PROCESSES.Process(target=_live, args=given)
        process.start()
        there.close()
        here.recv()  # It has opened the database, and begins.
        time.sleep(self.random.uniform(0, _KILLED_WITHIN_S))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, f"it ended by itself: {process.exitcode}"
        self.met["process killed"] += 1
        with suppress(EOFError, OSError):  # the last moment that it told of is where the others go on
            while True:
                self.now = here.recv()

    def later(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self._tell(self.now)

    def a_day(self) -> None:
        """Some of everything, hour by hour, and the jobs, of which some do not run."""
        for _ in range(self.random.randint(2, 5)):
            self.later(self.random.uniform(0.5, 5))
            self.try_out(self.random.choice(self.deeds()))
            self.run_jobs()
        self.later(self.random.uniform(1, 8))
        self.run_jobs()

    def deeds(self) -> list[Callable[[Any], Any]]:
        return [
            *(self.somebody_asks,) * 2,
            *(self.somebody_answers,) * 2,
            *(self.a_case_is_worked,) * 4,
            self.who_asked_says_something,
            self.somebody_falls_ill,
            self.somebody_is_back,
            self.a_mail_fails,
            self.a_match_ends,
            self.an_area_is_handed_over,
        ]

    def try_out(self, deed: Callable[[Any], Any]) -> None:
        """One unit of work. One in ten is killed before its commit; then it never was."""
        is_killed = self.random.random() < 0.1
        try:
            with self.sessions.begin() as session:
                deed(session)
                if is_killed:
                    raise Killed
        except Killed:
            self.met["killed"] += 1
        except MarketplaceError:
            self.met["refused"] += 1
            return
        self.met[deed.__name__] += 1

    def run_jobs(self) -> None:
        now = self.now
        steps: list[Callable[[Any], Any]] = [
            partial(step, now=now)
            for step in (
                responses.lapse_overdue,
                matches.confirm_overdue,
                meetings.nudge,
                meetings.offer_on,
                teams.pass_cases,
                escalation.hand_on_overdue,
            )
        ]
        for step in steps:
            if self.random.random() < 0.9:
                with self.sessions.begin() as session:
                    step(session)
        for run in (escalation.climb_alone, escalation.catch_up):
            if self.random.random() < 0.9:
                run(self.sessions, now)
        if self.random.random() < 0.9:
            matchmaking.run_round(self.sessions, municipality_id=self.where, now=now)

    # --- what happens ----------------------------------------------------------------------------------------------

    def pick(self, session: Any, table: Any, where: Callable[[Any], bool] = lambda row: True) -> Any:
        found = [row for row in session.exec(rows.all_of(table)) if where(row)]
        if not found:
            raise MarketplaceError("nothing to pick from")
        return self.random.choice(found)

    def open_case(self, session: Any) -> HelpRequest:
        slot = self.pick(session, Slot, lambda row: row.status is SlotStatus.FREE)
        request: HelpRequest = session.get_one(HelpRequest, slot.request_id)
        return request

    def somebody_asks(self, session: Any) -> None:
        builders.a_request(
            session, skill=self.random.choice(SKILLS), slots=self.random.randint(1, 2), minutes=60, now=self.now
        )

    def somebody_answers(self, session: Any) -> None:
        proposal = self.pick(session, Proposal, lambda row: row.status is ProposalStatus.OPEN)
        actor = Actor(proposal.person_id)
        if self.random.random() < 0.5:
            responses.accept(session, proposal_id=proposal.id, actor=actor, now=self.now)
        else:
            reason = self.random.choice([DeclineReason.NOT_NOW, DeclineReason.TOO_FAR, DeclineReason.OTHER])
            responses.decline(session, proposal_id=proposal.id, actor=actor, now=self.now, reason=reason)

    def a_case_is_worked(self, session: Any) -> None:
        request, who = self.open_case(session), self.random.choice(self.staff)
        offer = self.pick(session, Offer)
        given: dict[str, Any] = {"request_id": request.id, "actor": who, "now": self.now}
        acts: dict[str, Callable[[], Any]] = {
            "take": partial(coordination.take, session, **given, from_id=request.owner_id),
            "give_back": partial(coordination.give_back, session, **given),
            "widen": partial(coordination.widen, session, **given, widening=Widening(is_any_time=True)),
            "ask": partial(coordination.propose, session, **given, offer_id=offer.id),
            "couple": partial(coordination.couple, session, **given, offer_id=offer.id),
            "close": partial(coordination.close, session, **given, reason="nobody_found", text=""),
            "split": partial(
                casework.split, session, **given, text="Nog iets.", skill_code=SKILLS[0], minutes=60, slots=0
            ),
        }
        name = self.random.choice([*acts, "take", "take"])
        undoing.record(session, name, acts[name], request_ids=(request.id,), actor=who, now=self.now)
        if self.random.random() < 0.2:
            steps = [step for step in session.exec(rows.all_of(UndoStep)) if step.at == self.now]
            for step in steps:
                undoing.undo(session, step_id=step.id, actor=who, now=self.now + timedelta(seconds=30))
                self.met["undone"] += 1

    def who_asked_says_something(self, session: Any) -> None:
        questions = [one for one in session.exec(rows.all_of(RelaxationQuestion)) if one.answered_at is None]
        if questions:
            question = self.random.choice(questions)
            asker = Actor(session.get_one(HelpRequest, question.request_id).requester_id)
            is_yes = self.random.random() < 0.5
            relaxing.answer(session, question_id=question.id, is_yes=is_yes, actor=asker, now=self.now)
            return
        request = self.open_case(session)
        act = self.random.choice((posting.look_further, posting.withdraw_request))
        act(session, request_id=request.id, actor=Actor(request.requester_id), now=self.now)

    def somebody_falls_ill(self, session: Any) -> None:
        who = self.random.choice(self.staff)
        stand_in = self.random.choice([None, *(one.person_id for one in self.staff if one != who)])
        teams.note_absence(
            session,
            municipality_id=self.where,
            person_id=who.person_id,
            stand_in_id=stand_in,
            from_at=self.now,
            until_at=self.now + timedelta(days=self.random.randint(1, 9)),
            actor=who,
            now=self.now,
        )

    def somebody_is_back(self, session: Any) -> None:
        absence = self.pick(session, Absence, lambda row: row.ended_at is None)
        teams.end_absence(session, absence_id=absence.id, actor=Actor(absence.person_id), now=self.now)

    def a_mail_fails(self, session: Any) -> None:
        message = self.pick(session, OutboxMessage, lambda row: row.sent_at is None and row.failed_at is None)
        message.failed_at, message.next_try_at, message.error = max(self.now, message.queued_at), None, "smtp-550"
        message.attempts += 1
        session.add(message)

    def a_match_ends(self, session: Any) -> None:
        match = self.pick(session, Match)
        requester = Actor(session.get_one(HelpRequest, match.request_id).requester_id)
        act, actor = self.random.choice(
            (
                (matches.object_to, requester),
                (matches.confirm, requester),
                (matches.cancel, Actor(match.person_id)),
                (matches.finish, requester),
            )
        )
        act(session, match_id=match.id, actor=actor, now=self.now)

    def an_area_is_handed_over(self, session: Any) -> None:
        one, other = self.random.sample(self.staff, 2)
        teams.hand_over(
            session,
            municipality_id=self.where,
            from_id=one.person_id,
            to_id=other.person_id,
            with_cases=True,
            actor=self.staff[2],
            now=self.now,
        )


def _live(there: Connection, database_url: str, seed: int, where: UUID, staff: Sequence[Actor], now: datetime) -> None:
    town = Town(Sessions(make_engine(database_url)), seed, where=where, staff=staff, now=now, tell=there.send)
    there.send(now)
    while True:
        town.a_day()
