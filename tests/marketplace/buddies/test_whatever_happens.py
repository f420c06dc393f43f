"""Any order of anything in trajectories with a buddy: what people, the coordinator, the clock and illness do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import select

from marketplace import invariants
from marketplace.buddies import agreeing, asking, ending, intake, introducing, looking_after, talks
from marketplace.buddies.intake import Intake
from marketplace.buddies.policies import BUDDY, PAPERS
from marketplace.buddies.talks import Question, Reply, TalkSaid
from marketplace.errors import MarketplaceError
from marketplace.lifecycle.buddy import OPEN_TALKS, OPEN_TRAJECTORIES
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import (
    Absence,
    BuddyGroup,
    BuddySide,
    BuddyTalk,
    Event,
    EventKind,
    Introduction,
    IntroductionStatus,
    Offer,
    QualificationSeen,
    TalkStatus,
    Trajectory,
    TrajectoryEnding,
)
from marketplace.permissions import Actor
from tests.support import builders, proof, stories
from tests.support.buddy_builders import a_buddy, a_buddy_coordinator, a_trajectory, running, see_paper
from tests.support.clock import AMSTERDAM, NOW
from tests.support.databases import Database

Pick = st.integers(min_value=0, max_value=10_000)
Yes = st.sampled_from((True, True, True, False))
QUESTIONS = (
    invariants.every_trajectory_is_somebodys,
    invariants.trajectories_and_introductions_agree,
    invariants.no_talk_is_lost_or_doubled,
)
PLAYED = {"introduced": 0, "begun": 0, "talks held": 0, "ended": 0}


class Town(RuleBasedStateMachine):
    """Three residents, five buddies of whom three are trained, two coordinators who may be away."""

    make_database: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).make_database()
        self.sessions = self.database.sessions
        self.now: datetime = NOW

    def teardown(self) -> None:
        if hasattr(self, "bo"):
            self.count()
        self.database.close()

    @initialize()
    def found_the_town(self) -> None:
        with self.sessions.begin() as session:
            self.bo, self.ben = a_buddy_coordinator(session), a_buddy_coordinator(session, "Ben")
            builders.a_team_lead(session)
            self.residents = [builders.a_person(session, name).id for name in ("Riet", "Kees", "Nel")]
            self.buddies = [
                a_buddy(session, "Bas").id,
                a_buddy(session, "Els", until=NOW.date() + timedelta(days=100)).id,
                a_buddy(session, "Jan", until=NOW.date() + timedelta(days=5)).id,
                a_buddy(session, "Untrained", papers=("vog",)).id,
                a_buddy(session, "Expired", until=NOW.date() - timedelta(days=1)).id,
            ]
            for resident in self.residents[:2]:
                a_trajectory(session, resident=session.get_one(builders.Person, resident))
            # One pair is on its way already, so that every story has talks.
            bas = session.get_one(Offer, self.buddies[0])
            running(session, self.bo, bas, resident=session.get_one(builders.Person, self.residents[2]))
            self.now = NOW + timedelta(days=3)
            looking_after.look_after(session, self.now)

    # --- machinery -----------------------------------------------------------------------------------------------

    def attempt(self, use_case: Callable[..., Any], **arguments: Any) -> None:
        """Do it in one unit. A refusal is fine; it must be one that the marketplace knows."""
        try:
            with self.sessions.begin() as session:
                use_case(session, now=self.now, **arguments)
        except MarketplaceError:
            pass

    def one(self, table: Any, number: int) -> Any:
        with self.sessions.read() as session:
            found = session.exec(select(table).order_by(table.id)).all()
        return found[number % len(found)] if found else None

    def party(self, trajectory: Trajectory, side: int) -> Actor:
        with self.sessions.read() as session:
            query = select(Introduction.person_id).where(Introduction.trajectory_id == trajectory.id)
            introduced = session.exec(query.order_by(Introduction.introduced_at.desc())).first()  # type: ignore[attr-defined]
        return Actor(introduced if side % 2 and introduced else trajectory.resident_id)

    def go_on_until(self, now: datetime) -> None:
        """Time passes a few days at a time, as the clockwork sees it."""
        while self.now < now:
            self.now = min(now, self.now + timedelta(days=9))
            with self.sessions.begin() as session:
                looking_after.look_after(session, self.now)

    # --- what people do --------------------------------------------------------------------------------------------

    @rule(number=Pick, is_family=st.booleans())
    def ask(self, number: int, is_family: bool) -> None:
        with self.sessions.begin() as session:
            person = session.get_one(builders.Person, self.residents[number % 3])
            skill = "company.family" if is_family else "company.buddy"
            a_trajectory(session, resident=person, skill=skill, now=self.now)

    @rule(number=Pick, side=Pick, is_yes=Yes)
    def answer(self, number: int, side: int, is_yes: bool) -> None:
        one = self.one(Trajectory, number)
        actor = self.party(one, side)
        self.attempt(introducing.answer, trajectory_id=one.id, is_yes=is_yes, actor=actor)

    @rule(number=Pick, side=Pick, is_yes=Yes)
    def go_on(self, number: int, side: int, is_yes: bool) -> None:
        one = self.one(Trajectory, number)
        actor = self.party(one, side)
        self.attempt(introducing.go_on, trajectory_id=one.id, is_yes=is_yes, actor=actor)

    @rule(number=Pick, side=Pick)
    def agree(self, number: int, side: int) -> None:
        one = self.one(Trajectory, number)
        self.attempt(agreeing.agree, trajectory_id=one.id, actor=self.party(one, side))

    @rule(number=Pick, reply=st.sampled_from(Reply), whole=Yes)
    def say_how_it_goes(self, number: int, reply: Reply, whole: bool) -> None:
        talk = self.one(BuddyTalk, number)
        if talk is not None:
            said = TalkSaid(dict.fromkeys(Question if whole else list(Question)[:3], reply))
            self.attempt(talks.answer, talk_id=talk.id, said=said, actor=Actor(talk.person_id))

    @rule(number=Pick, side=Pick, seldom=st.integers(0, 5))
    def stop(self, number: int, side: int, seldom: int) -> None:
        one = self.one(Trajectory, number)
        if seldom == 0:
            self.attempt(ending.stop, trajectory_id=one.id, actor=self.party(one, side))
        elif seldom == 1:
            self.attempt(asking.withdraw, trajectory_id=one.id, actor=self.party(one, side))

    # --- what the coordinator does ---------------------------------------------------------------------------------

    @rule(number=Pick, held=Yes)
    def talk_first(self, number: int, held: bool) -> None:
        one = self.one(Trajectory, number)
        if held:
            told = Intake("Naar buiten.", "", frozenset({BuddyGroup.ELDERLY}), ("nl",))
            self.attempt(intake.hold, trajectory_id=one.id, intake=told, actor=self.bo)
        else:
            self.attempt(intake.plan, trajectory_id=one.id, at=self.now + timedelta(days=2), actor=self.bo)

    @rule(number=Pick, who=Pick)
    def introduce(self, number: int, who: int) -> None:
        offer_id = self.buddies[who % len(self.buddies)]
        self.attempt(
            introducing.introduce, trajectory_id=self.one(Trajectory, number).id, offer_id=offer_id, actor=self.bo
        )

    @rule(number=Pick)
    def walk_to_a_beginning(self, number: int) -> None:
        """The way on which everything goes well, so that stories get far."""
        one = self.one(Trajectory, number)
        self.talk_first(number, held=True)
        for who in range(len(self.buddies)):
            self.introduce(number, who)
        for side in (1, 0):
            self.answer(number, side, is_yes=True)
        self.meet(number, days=1)
        self.go_on_until(self.now + timedelta(days=2))
        for side in (0, 1):
            self.go_on(number, side, is_yes=True)
        self.propose(number, weeks=52)
        for side in (0, 1):
            self.attempt(agreeing.agree, trajectory_id=one.id, actor=self.party(one, side))

    @rule(number=Pick, days=st.integers(-1, 10))
    def meet(self, number: int, days: int) -> None:
        one, at = self.one(Trajectory, number), self.now + timedelta(days=days)
        self.attempt(introducing.plan_meeting, trajectory_id=one.id, at=at, where="De Slotjes", actor=self.ben)

    @rule(number=Pick, weeks=st.integers(1, 110))
    def propose(self, number: int, weeks: int) -> None:
        day = self.now.astimezone(AMSTERDAM).date() + timedelta(weeks=weeks)
        one = self.one(Trajectory, number)
        self.attempt(agreeing.propose, trajectory_id=one.id, goal="Samen naar de markt.", ends_on=day, actor=self.bo)

    @rule(number=Pick, how=st.integers(0, 7))
    def close(self, number: int, how: int) -> None:
        one = self.one(Trajectory, number)
        if how == 0:
            self.attempt(intake.close_by_staff, trajectory_id=one.id, ending=TrajectoryEnding.OTHER_HELP, actor=self.bo)
        elif how in (1, 2):
            self.attempt(ending.end_well, trajectory_id=one.id, look_back="Fijn.", what_next="Koffie.", actor=self.bo)
        elif how == 3:
            self.attempt(ending.stop_for, trajectory_id=one.id, side=BuddySide.BUDDY, actor=self.bo)
        elif how == 4:
            self.attempt(introducing.take_back, trajectory_id=one.id, actor=self.bo)
        elif how == 5:
            self.attempt(intake.look_later, trajectory_id=one.id, at=self.now + timedelta(days=20), actor=self.bo)

    @rule(number=Pick)
    def read_answer(self, number: int) -> None:
        talk = self.one(BuddyTalk, number)
        if talk is not None:
            self.attempt(talks.see, talk_id=talk.id, actor=self.bo)

    @rule(number=Pick, days=st.integers(1, 400))
    def renew_papers(self, number: int, days: int) -> None:
        with self.sessions.begin() as session:
            offer = session.get_one(Offer, self.buddies[number % 3])
            for code in PAPERS:
                see_paper(session, offer, code, until=self.now.date() + timedelta(days=days))

    @rule(which=st.booleans(), days=st.integers(1, 30))
    def be_away(self, which: bool, days: int) -> None:
        who = self.bo if which else self.ben
        with self.sessions.begin() as session:
            session.add(
                Absence(
                    municipality_id=builders.the_municipality(session).id,
                    person_id=who.person_id,
                    from_at=self.now,
                    until_at=self.now + timedelta(days=days),
                    noted_by_id=who.person_id,
                )
            )
        with self.sessions.begin() as session:
            looking_after.look_after(session, self.now)

    # --- what time does ----------------------------------------------------------------------------------------------

    @rule(days=st.integers(0, 40), hours=st.integers(1, 23))
    def let_time_pass(self, days: int, hours: int) -> None:
        self.go_on_until(self.now + timedelta(days=days, hours=hours))

    @rule()
    def over_the_clock_change(self) -> None:
        """To the morning after the next night in which the clock is moved."""
        local = self.now.astimezone(AMSTERDAM).replace(hour=12)
        while (local + timedelta(days=1)).utcoffset() == local.utcoffset():
            local += timedelta(days=1)
        self.go_on_until((local + timedelta(days=1)).astimezone(NOW.tzinfo))

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "bo"):
            return
        with self.sessions.read() as session:
            for question in QUESTIONS:
                assert list(question(session, self.now)) == []
            introductions = session.exec(select(Introduction)).all()
            found = session.exec(select(BuddyTalk)).all()
            for one in session.exec(select(Trajectory)).all():
                self.is_somebodys(one)
            for pair in introductions:
                own = [talk for talk in found if talk.introduction_id == pair.id]
                self.talks_are_whole(pair, own)

    def is_somebodys(self, one: Trajectory) -> None:
        if one.status in OPEN_TRAJECTORIES:
            assert one.owner_id is not None
            # What is due from this very moment on is told by the next run of the clockwork.
            assert one.next_moment_at >= self.now or one.told_at is not None
        else:
            assert one.ended_at is not None

    def talks_are_whole(self, pair: Introduction, own: list[BuddyTalk]) -> None:
        """In each week of the period both were asked, or will be, at ten on the wall; once, while it lasts."""
        if pair.started_at is None:
            assert not own
            return
        assert pair.ends_on is not None
        last = (pair.ends_on - pair.started_at.astimezone(AMSTERDAM).date()).days // 7
        wanted = {(week, side) for week in BUDDY.weeks_until(last) for side in BuddySide}
        assert {(talk.week, talk.side) for talk in own} == wanted
        assert len(own) == len(wanted)
        for talk in own:
            due = talk.due_at.astimezone(AMSTERDAM)
            assert (due.hour, due.minute) == (10, 0)
            assert due.date() == pair.started_at.astimezone(AMSTERDAM).date() + timedelta(weeks=talk.week)
            is_open = talk.status in OPEN_TALKS
            assert not is_open or pair.status is IntroductionStatus.RUNNING
            assert talk.status is not TalkStatus.PLANNED or talk.due_at > self.now

    def count(self) -> None:
        """Nobody was ever introduced without papers that held that day; every beginning is one mediated match."""
        with self.sessions.read() as session:
            introductions = session.exec(select(Introduction)).all()
            papers = session.exec(select(QualificationSeen)).all()
            for pair in introductions:
                for moment in filter(None, (pair.introduced_at, pair.started_at)):
                    day = moment.astimezone(AMSTERDAM).date()
                    held = {
                        paper.code
                        for paper in papers
                        if paper.person_id == pair.person_id and (paper.valid_until is None or paper.valid_until >= day)
                    }
                    assert held >= set(PAPERS)
            assert invariants.find_violations(session, now=self.now) == []
            begun = [pair for pair in introductions if pair.started_at is not None]
            events = session.exec(select(Event).where(Event.trajectory_id.is_not(None))).all()  # type: ignore[union-attr]
            rulings = rule_matches(map(happening, events))
            assert set(rulings) == {pair.id for pair in begun}
            assert all(ruling.mediated for ruling in rulings.values())
            PLAYED["introduced"] += len(introductions)
            PLAYED["begun"] += len(begun)
            PLAYED["talks held"] += sum(event.kind is EventKind.BUDDY_TALK_HELD for event in events)
            PLAYED["ended"] += sum(event.kind is EventKind.DONE for event in events)


def happening(event: Event) -> Happening:
    """An event as the figures read it."""
    assert event.seq is not None
    assert event.trajectory_id is not None
    return Happening(
        request_id=event.trajectory_id,
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        acting_as=event.acting_as,
        slot_number=event.slot_number,
        match_id=event.introduction_id,
        detail=event.detail,
    )


def _play(make_database: stories.MakeDatabase, kind: str, *, count: int, steps: int) -> None:
    PLAYED.update(dict.fromkeys(PLAYED, 0))
    # A story that goes wrong is told as it was: making it shorter takes minutes.
    stories.play(Town, make_database, stories=count, steps=steps, phases=(Phase.generate,))
    proof.record(f"buddies-{kind}", {"stories": count, "steps each at most": steps, **PLAYED})
    assert PLAYED["begun"] >= count, "every story begins with a pair on its way"


def test_whatever_happens_nobody_is_forgotten_on_sqlite():
    _play(stories.each_its_own(), "sqlite", count=proof.count(2, 300), steps=proof.count(15, 60))


@pytest.mark.database("postgresql")
def test_whatever_happens_nobody_is_forgotten_on_postgresql(database):
    _play(stories.emptied(database), "postgresql", count=proof.count(1, 100), steps=proof.count(15, 60))
