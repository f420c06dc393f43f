"""A series from its posting to its end: once asked, somebody each time, one time that changes, and stopping."""

from datetime import date, timedelta

from marketplace import matchmaking
from marketplace.database import Sessions
from marketplace.models import OccurrenceStatus, Rhythm, SeriesStatus
from marketplace.permissions import Actor
from marketplace.queries import matches, requests
from marketplace.queries import series as queries
from marketplace.series import changing, going_on, settling
from tests.support.builders import local
from tests.support.clock import NOW
from tests.support.series_builders import a_series, a_walker, joins, occurrences, queries_request


def test_times_are_made_eight_weeks_ahead_and_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series = a_series(session)
        settling.settle(session, series, now=NOW)
        days = [one.original_on for one in occurrences(session, series)]
        assert days == [date(2026, 3, 10) + timedelta(weeks=n) for n in range(8)]
        settling.settle(session, series, now=NOW + timedelta(days=8))
        assert len(occurrences(session, series)) == 9


def test_ten_stays_ten_where_the_clocks_change(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series = a_series(session)
        starts = {one.original_on: one.starts_at for one in occurrences(session, series)}
        assert starts[date(2026, 3, 24)] == local(2026, 3, 24, 10)
        assert starts[date(2026, 3, 31)] == local(2026, 3, 31, 10)
        assert starts[date(2026, 3, 31)] - starts[date(2026, 3, 24)] == timedelta(days=7, hours=-1)


def test_one_yes_is_for_every_time(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        assert {one.person_id for one in occurrences(session, series)} == {walker.person_id}


def test_a_skipped_time_leaves_the_others_and_may_come_back(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        asker = Actor(queries_request(session, series).requester_id)
        first, second, *_ = occurrences(session, series)
        changing.skip(session, occurrence_id=first.id, actor=asker, now=NOW)
        assert (first.status, first.person_id) == (OccurrenceStatus.SKIPPED, None)
        assert second.person_id == walker.person_id
        assert not queries.list_searches(session, series.id)
        changing.restore(session, occurrence_id=first.id, actor=asker, now=NOW)
        assert (first.status, first.person_id) == (OccurrenceStatus.PLANNED, walker.person_id)


def test_who_cannot_come_once_is_stood_in_for_by_a_search_of_its_own(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker, other = a_series(session), a_walker(session), a_walker(session, "Anna")
        joins(session, series, walker)
        one = occurrences(session, series)[2]
        changing.refuse(session, occurrence_id=one.id, actor=Actor(walker.person_id), now=NOW)
        (search,) = queries.list_searches(session, series.id)
        assert search.occurrence_id == one.id
        assert search.respond_by < one.starts_at
        assert one.person_id is None
        from tests.support.builders import a_match

        a_match(session, search, other)
        settling.settle(session, series, now=NOW)
        session.refresh(one)
        assert one.person_id == other.person_id
        after = one.starts_at + timedelta(hours=2)
        settling.settle(session, series, now=after)
        session.refresh(one)
        assert one.status is OccurrenceStatus.HELD
        assert requests.get_request(session, search.id).ended_at is not None


def test_the_engine_asks_nobody_who_said_no_to_that_time(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker, other = a_series(session), a_walker(session), a_walker(session, "Anna")
        joins(session, series, walker)
        one = occurrences(session, series)[2]
        changing.refuse(session, occurrence_id=one.id, actor=Actor(walker.person_id), now=NOW)
        (search,) = queries.list_running_searches(session, series.id)
        here, expected = series.municipality_id, other.person_id
    matchmaking.run_round(sessions, municipality_id=here, now=NOW)
    with sessions.read() as session:
        assert [proposal.person_id for proposal in matches.list_proposals(session, search)] == [expected]


def test_a_holiday_frees_the_times_in_it(sessions: Sessions) -> None:
    from marketplace import own_house

    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        own_house.plan_holiday(
            session,
            actor=Actor(walker.person_id),
            municipality_id=series.municipality_id,
            from_at=local(2026, 3, 16),
            until_at=local(2026, 3, 30),
            now=NOW,
        )
        session.refresh(series)
        assert series.next_moment_at <= NOW
        settling.settle(session, series, now=NOW)
        free = [one.original_on for one in occurrences(session, series) if one.person_id is None]
        assert free == [date(2026, 3, 17), date(2026, 3, 24)]
        assert len(queries.list_running_searches(session, series.id)) == 2
        own_house.drop_holiday(session, actor=Actor(walker.person_id), municipality_id=series.municipality_id, now=NOW)
        settling.settle(session, series, now=NOW)
        assert all(one.person_id == walker.person_id for one in occurrences(session, series))
        assert not queries.list_running_searches(session, series.id)


def test_a_series_stops_on_its_day_and_everybody_is_thanked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        asker = Actor(queries_request(session, series).requester_id)
        going_on.stop(session, series_id=series.id, last_on=date(2026, 3, 17), actor=asker, now=NOW)
        kept = [one.original_on for one in occurrences(session, series) if one.status is OccurrenceStatus.PLANNED]
        assert kept == [date(2026, 3, 10), date(2026, 3, 17)]
        settling.settle(session, series, now=local(2026, 3, 17, 12))
        assert series.status is SeriesStatus.ENDED
        assert queries_request(session, series).ended_at is not None


def test_to_stop_later_than_was_said_brings_the_times_between_back(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        asker = Actor(queries_request(session, series).requester_id)
        for last_on in (date(2026, 3, 17), date(2026, 4, 7)):
            going_on.stop(session, series_id=series.id, last_on=last_on, actor=asker, now=NOW)
        coming = {one.original_on: one.person_id for one in occurrences(session, series) if one.person_id}
        assert max(coming) == date(2026, 4, 7)
        assert len(coming) == 5


def test_who_stops_comes_until_their_day_while_a_successor_is_found(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker, next_one = a_series(session), a_walker(session), a_walker(session, "Anna")
        joins(session, series, walker)
        going_on.step_down(
            session, series_id=series.id, leaves_on=date(2026, 3, 17), actor=Actor(walker.person_id), now=NOW
        )
        who = {one.original_on: one.person_id for one in occurrences(session, series)}
        assert who[date(2026, 3, 10)] == who[date(2026, 3, 17)] == walker.person_id
        assert who[date(2026, 3, 24)] is None
        joins(session, series, next_one, now=NOW + timedelta(hours=1))
        who = {one.original_on: one.person_id for one in occurrences(session, series)}
        assert who[date(2026, 3, 17)] == walker.person_id
        assert who[date(2026, 3, 24)] == next_one.person_id


def test_a_circle_takes_turns_and_swaps_within_itself_first(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series = a_series(session, places=3)
        people = [a_walker(session, name) for name in ("Piet", "Anna", "Joost")]
        for offer in people:
            joins(session, series, offer)
        turns = [one.person_id for one in occurrences(session, series)]
        assert {turns.count(offer.person_id) for offer in people} <= {2, 3}
        one = occurrences(session, series)[1]
        whose = one.person_id
        assert whose is not None
        changing.refuse(session, occurrence_id=one.id, actor=Actor(whose), now=NOW)
        session.refresh(one)
        assert one.person_id not in (None, whose)
        assert not queries.list_searches(session, series.id)
        after = [one.person_id for one in occurrences(session, series)]
        assert sorted(map(str, after)) == sorted(map(str, turns))


def test_monthly_is_the_same_weekday_of_the_month(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series = a_series(session, rhythm=Rhythm.SECOND)
        assert [one.original_on for one in occurrences(session, series)] == [date(2026, 3, 10), date(2026, 4, 14)]


def test_a_pressed_button_twice_is_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        series, walker = a_series(session), a_walker(session)
        joins(session, series, walker)
        one = occurrences(session, series)[0]
        for _ in range(2):
            changing.refuse(session, occurrence_id=one.id, actor=Actor(walker.person_id), now=NOW)
        assert len(queries.list_searches(session, series.id)) == 1
