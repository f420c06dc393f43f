"""Any order of anything that happens to a series or a circle, and what must hold after every step.

Never a time lost or doubled; never somebody over what they said; always somebody, a search that runs, or a plain word
that there is nobody. Time goes on through both nights on which the clocks change.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import Session, select

from marketplace import invariants, matches, own_house
from marketplace.errors import MarketplaceError
from marketplace.models import (
    HelpRequest,
    Match,
    MatchStatus,
    Occurrence,
    OccurrenceStatus,
    Offer,
    Rhythm,
    Series,
    SeriesHelper,
    SeriesStatus,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import series as queries
from marketplace.rhythms import instant_of, list_days, local_day
from marketplace.series import changing, going_on, settling
from tests.support import builders, proof, stories
from tests.support.databases import Database
from tests.support.series_builders import a_series, a_walker, joins

# Shortly before the clocks go forward, or back.
BEGINNINGS = (builders.local(2026, 3, 20, 9), builders.local(2026, 10, 16, 9))
Pick = st.integers(min_value=0, max_value=10_000)
ASKED = (
    "every_time_of_a_series_is_cared_for",
    "series_and_their_people_agree",
    "no_slot_is_promised_twice",
    "nobody_has_more_than_their_room",
    "every_open_request_is_somebodys",
    "states_agree",
)
QUESTIONS = tuple(question for question in invariants.INVARIANTS if question.__name__ in ASKED)


class Circle(RuleBasedStateMachine):
    """One series with a few people around it. What is refused must leave everything as it was."""

    make_database: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).make_database()
        self.sessions = self.database.sessions
        self.refused: Counter[str] = Counter()

    def teardown(self) -> None:
        self.database.close()

    @initialize(
        rhythm=st.sampled_from((Rhythm.WEEKLY, Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.LAST)),
        places=st.integers(1, 3),
        minute=st.sampled_from((600, 150, 1380)),
        weekday=st.integers(0, 6),
        beginning=st.sampled_from(BEGINNINGS),
        weeks=st.integers(3, 20),
    )
    def begin(self, rhythm: Rhythm, places: int, minute: int, weekday: int, beginning: Any, weeks: int) -> None:
        self.now = beginning
        first_on = local_day(beginning) + timedelta(days=2 + weekday)
        if rhythm is Rhythm.LAST:
            first_on = next(
                first_on + timedelta(days=n)
                for n in range(40)
                if (first_on + timedelta(days=n + 7)).month != (first_on + timedelta(days=n)).month
            )
        with self.sessions.begin() as session:
            series = a_series(
                session,
                rhythm=rhythm,
                places=places,
                first_on=first_on,
                start_minute=minute,
                minutes=60,
                last_on=first_on + timedelta(weeks=weeks),
                now=beginning,
            )
            self.series_id, self.request_id = series.id, series.request_id
            self.requester_id = session.get_one(HelpRequest, series.request_id).requester_id
            walkers = [a_walker(session, f"Wandelaar{n}", now=beginning) for n in range(5)]
            self.offers = [offer.id for offer in walkers]
            joins(session, series, walkers[0], now=beginning)

    # --- who does what ---------------------------------------------------------------------------------------

    def _try(self, act: Callable[[Session], object], what: str) -> None:
        try:
            with self.sessions.begin() as session:
                act(session)
        except MarketplaceError as refused:
            self.refused[f"{what}: {type(refused).__name__}"] += 1
        self._tick()

    def _tick(self) -> None:
        with self.sessions.begin() as session:
            for series_id in settling.list_due(session, self.now):
                settling.settle_one(session, series_id, now=self.now)

    def _one(self, session: Session, pick: int) -> Occurrence:
        every = sorted(queries.list_occurrences(session, self.series_id), key=lambda one: one.original_on)
        near = [one for one in every if one.starts_at > self.now][:5] or every[-3:]
        return near[pick % len(near)]

    def _who(self, session: Session, one: Occurrence, pick: int) -> Actor:
        people = [self.requester_id, *([one.person_id] if one.person_id else [])]
        return Actor(people[pick % len(people)])

    @rule(pick=Pick)
    def skip(self, pick: int) -> None:
        asker = Actor(self.requester_id)
        self._try(
            lambda session: changing.skip(
                session, occurrence_id=self._one(session, pick).id, actor=asker, now=self.now
            ),
            "skip",
        )

    @rule(pick=Pick)
    def restore(self, pick: int) -> None:
        asker = Actor(self.requester_id)
        self._try(
            lambda session: changing.restore(
                session, occurrence_id=self._one(session, pick).id, actor=asker, now=self.now
            ),
            "restore",
        )

    @rule(pick=Pick, who=Pick, days=st.integers(-9, 40), hours=st.integers(-3, 3))
    def move(self, pick: int, who: int, days: int, hours: int) -> None:
        def act(session: Session) -> None:
            one = self._one(session, pick)
            starts_at = one.starts_at + timedelta(days=days, hours=hours)
            changing.move(
                session, occurrence_id=one.id, starts_at=starts_at, actor=self._who(session, one, who), now=self.now
            )

        self._try(act, "move")

    @rule(pick=Pick)
    def turn_down(self, pick: int) -> None:
        asker = Actor(self.requester_id)
        self._try(
            lambda session: changing.turn_down_move(
                session, occurrence_id=self._one(session, pick).id, actor=asker, now=self.now
            ),
            "turn down",
        )

    @rule(pick=Pick)
    def refuse(self, pick: int) -> None:
        def act(session: Session) -> None:
            one = self._one(session, pick)
            if one.person_id is not None:
                changing.refuse(session, occurrence_id=one.id, actor=Actor(one.person_id), now=self.now)

        self._try(act, "refuse")

    @rule(pick=Pick)
    def stand_in(self, pick: int) -> None:
        """Somebody says yes to a search for one time."""

        def act(session: Session) -> None:
            searches = queries.list_running_searches(session, self.series_id)
            if not searches:
                return
            search = session.get_one(HelpRequest, searches[pick % len(searches)])
            offer = session.get_one(Offer, self.offers[pick % len(self.offers)])
            unable = queries.list_unable(session, municipality_id=search.municipality_id).get(
                str(search.id), frozenset()
            )
            if str(offer.id) not in unable and self._is_free(session, search.id):
                builders.a_match(session, search, offer, now=self.now)

        self._try(act, "stand in")

    @rule(pick=Pick)
    def join(self, pick: int) -> None:
        """Somebody says yes to a place of the series: the first, another of the circle, or a successor."""

        def act(session: Session) -> None:
            offer = session.get_one(Offer, self.offers[pick % len(self.offers)])
            had = select(Match).where(Match.request_id == self.request_id, Match.person_id == offer.person_id)
            if self._is_free(session, self.request_id) and session.exec(had).first() is None:
                joins(session, queries.get_series(session, self.series_id), offer, now=self.now)

        self._try(act, "join")

    def _is_free(self, session: Session, request_id: Any) -> bool:
        free = select(Slot).where(Slot.request_id == request_id, Slot.status == SlotStatus.FREE)
        return session.exec(free).first() is not None

    @rule(pick=Pick)
    def cancel(self, pick: int) -> None:
        """One of the two ends a match, of the series or of a search, on the page of the match."""

        def act(session: Session) -> None:
            running = self._running(session)
            if running:
                match = running[pick % len(running)]
                who = match.person_id if pick % 2 else self.requester_id
                matches.cancel(session, match_id=match.id, actor=Actor(who), now=self.now)

        self._try(act, "cancel")

    def _running(self, session: Session) -> list[Match]:
        live = (MatchStatus.AGREED, MatchStatus.CONFIRMED)
        return [one for one in session.exec(select(Match).order_by(Match.id)) if one.status in live]

    @rule(pick=Pick, days=st.none() | st.integers(0, 40))
    def step_down(self, pick: int, days: int | None) -> None:
        def act(session: Session) -> None:
            rows = queries.list_helpers(session, queries.get_series(session, self.series_id), today=local_day(self.now))
            if rows:
                going_on.step_down(
                    session,
                    series_id=self.series_id,
                    leaves_on=None if days is None else local_day(self.now) + timedelta(days=days),
                    actor=Actor(rows[pick % len(rows)].match.person_id),
                    now=self.now,
                )

        self._try(act, "step down")

    @rule(pick=Pick, most=st.none() | st.integers(1, 4))
    def how_often(self, pick: int, most: int | None) -> None:
        def act(session: Session) -> None:
            rows = queries.list_helpers(session, queries.get_series(session, self.series_id), today=local_day(self.now))
            if rows:
                actor = Actor(rows[pick % len(rows)].match.person_id)
                going_on.set_most(session, series_id=self.series_id, most=most, actor=actor, now=self.now)

        self._try(act, "how often")

    @rule(pick=Pick, ahead=st.integers(0, 30), length=st.integers(1, 25))
    def holiday(self, pick: int, ahead: int, length: int) -> None:
        def act(session: Session) -> None:
            offer = session.get_one(Offer, self.offers[pick % len(self.offers)])
            own_house.plan_holiday(
                session,
                actor=Actor(offer.person_id),
                municipality_id=offer.municipality_id,
                from_at=self.now + timedelta(days=ahead),
                until_at=self.now + timedelta(days=ahead + length),
                now=self.now,
            )

        self._try(act, "holiday")

    @rule(pick=Pick)
    def give_up(self, pick: int) -> None:
        """A person ends a search: there is nobody this time."""
        from marketplace import filling

        def act(session: Session) -> None:
            searches = queries.list_running_searches(session, self.series_id)
            if searches:
                search = session.get_one(HelpRequest, searches[pick % len(searches)])
                filling.close_free_slots(session, search, reason="nobody_found", now=self.now)

        self._try(act, "give up")

    @precondition(lambda self: self.now > BEGINNINGS[0] + timedelta(days=20))
    @rule(weeks=st.none() | st.integers(0, 12))
    def stop(self, weeks: int | None) -> None:
        last_on = None if weeks is None else local_day(self.now) + timedelta(weeks=weeks)
        self._try(
            lambda session: going_on.stop(
                session, series_id=self.series_id, last_on=last_on, actor=Actor(self.requester_id), now=self.now
            ),
            "stop",
        )

    @rule(weeks=st.integers(0, 30))
    def go_on(self, weeks: int) -> None:
        self._try(
            lambda session: going_on.go_on(
                session,
                series_id=self.series_id,
                last_on=local_day(self.now) + timedelta(weeks=weeks),
                actor=Actor(self.requester_id),
                now=self.now,
            ),
            "go on",
        )

    @rule(hours=st.sampled_from((1, 7, 30, 24 * 7, 24 * 17)))
    def time_passes(self, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        # The clockwork comes by at least every six hours.
        while self.now < until:
            self.now = min(self.now + timedelta(hours=6), until)
            self._tick()
            with self.sessions.begin() as session:
                matches.confirm_overdue(session, self.now)
                own_house.begin_holidays(session, self.now)
            self._tick()

    # --- what must hold --------------------------------------------------------------------------------------

    @invariant()
    def no_time_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "series_id"):
            return
        with self.sessions.read() as session:
            series = session.get_one(Series, self.series_id)
            every = session.exec(select(Occurrence).where(Occurrence.series_id == series.id)).all()
            days = Counter(one.original_on for one in every)
            assert max(days.values()) == 1
            made = list(list_days(series.rhythm, first_on=series.first_on, from_on=series.first_on, until_on=max(days)))
            assert sorted(days) == made, "a day of the rhythm is missing, or one is too many"
            if series.status is SeriesStatus.RUNNING:
                assert series.made_until is not None
                wanted = list_days(
                    series.rhythm, first_on=series.first_on, from_on=series.first_on, until_on=series.made_until
                )
                kept = {one.original_on for one in every if one.status is not OccurrenceStatus.DROPPED}
                assert {day for day in wanted if instant_of(day, series.start_minute) > self.now} <= kept | {
                    day for day in days if day > series.last_on
                }
            for one in every:
                if one.moved_at is None:
                    assert one.starts_at == instant_of(one.original_on, series.start_minute)
                    local = one.starts_at.astimezone(AMSTERDAM)
                    shown = local.hour * 60 + local.minute
                    assert shown in (series.start_minute, series.start_minute + 60)

    @invariant()
    def nobody_is_over_what_they_said(self) -> None:
        if not hasattr(self, "series_id"):
            return
        with self.sessions.read() as session:
            said = {one.match_id: one.max_per_month for one in session.exec(select(SeriesHelper))}
            months: Counter[tuple[Any, int, int]] = Counter()
            coming = set()
            standing = (OccurrenceStatus.PLANNED, OccurrenceStatus.HELD, OccurrenceStatus.MISSED)
            for one in session.exec(select(Occurrence)):
                if one.match_id is not None and one.status in standing:
                    on = local_day(one.starts_at)
                    months[one.match_id, on.year, on.month] += 1
                    if one.status is OccurrenceStatus.PLANNED and one.starts_at > self.now:
                        coming.add((one.match_id, on.year, on.month))
            for key in coming:
                most = said.get(key[0])
                assert most is None or months[key] <= most, "somebody is to come more often than they said"

    @invariant()
    def who_comes_can(self) -> None:
        """No refusal, no holiday, and nobody comes to what was skipped or dropped."""
        if not hasattr(self, "series_id"):
            return
        with self.sessions.read() as session:
            refused = queries.list_refused(session, self.series_id)
            for one in session.exec(select(Occurrence).where(Occurrence.starts_at > self.now)):
                if one.status in (OccurrenceStatus.SKIPPED, OccurrenceStatus.DROPPED, OccurrenceStatus.NOBODY):
                    assert one.person_id is None
                elif one.person_id is not None:
                    assert one.person_id not in refused.get(one.id, ())

    @invariant()
    def verify_finds_nothing(self) -> None:
        if not hasattr(self, "series_id"):
            return
        with self.sessions.read() as session:
            found = [(ask.__name__, what) for ask in QUESTIONS for what in ask(session, self.now)]
        assert not found, found


@pytest.mark.slow
def test_whatever_happens_to_a_series_it_adds_up_on_sqlite() -> None:
    count, steps = proof.count(4, 300), proof.count(25, 60)
    stories.play(Circle, stories.each_its_own(), stories=count, steps=steps)
    proof.record("series-sqlite", {"stories": count, "steps_at_most": steps, "found_wrong": 0})


@pytest.mark.slow
@pytest.mark.database("postgresql")
def test_whatever_happens_to_a_series_it_adds_up_on_postgresql(database: Database) -> None:
    count, steps = proof.count(1, 100), proof.count(25, 60)
    stories.play(Circle, stories.emptied(database), stories=count, steps=steps)
    proof.record("series-postgresql", {"stories": count, "steps_at_most": steps, "found_wrong": 0})
