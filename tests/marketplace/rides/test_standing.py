"""Rides that repeat: every Tuesday is every Tuesday, by the clock on the wall, once, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.errors import InvalidInput
from marketplace.models import ReturnMode, Ride, RideStatus, Timing
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import asking
from marketplace.trips import from_minutes, minutes_since_midnight, times_of
from marketplace.workdays import is_workday, public_holidays, workdays_after
from tests.support import builders, proof, rows
from tests.support import ride_builders as build
from tests.support.clock import AMSTERDAM, NOW

# A Friday; who must be somewhere just after midnight is fetched the day before, which is early enough, too.
FIRST = build.DAY + timedelta(days=1)


def a_standing(session, passenger, **overrides):
    fields = {"weekdays": (1, 3), "day": FIRST, "until": FIRST + timedelta(days=729)}
    return asking.post_standing(
        session,
        build.asked(**{**fields, **overrides}),
        municipality=builders.the_municipality(session),
        passenger_id=passenger.id,
        actor=Actor(passenger.id),
        now=NOW,
    )


def made(session):
    found = session.exec(rows.all_of(Ride)).all()
    return sorted(found, key=lambda ride: ride.pickup_from_at)


@pytest.mark.database("sqlite")
@settings(max_examples=proof.count(3, 100))
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    minute=st.integers(0, 1439),
    timing=st.sampled_from(Timing),
    steps=st.lists(st.integers(1, 40), min_size=5, max_size=40),
    skipped=st.sets(st.integers(0, 100), max_size=5),
)
def test_over_two_years_no_ride_is_shifted_lost_or_doubled(sessions, weekdays, minute, timing, steps, skipped):
    """Made at any moments, however far apart: on each weekday one ride, at the wanted time; skipped ones not."""
    with sessions.read() as session:
        passenger = builders.a_person(session, "Riet")
        standing = a_standing(session, passenger, weekdays=tuple(weekdays), timing=timing, wanted_minute=minute)
        wanted = [FIRST + timedelta(days=n) for n in range(730) if (FIRST + timedelta(days=n)).weekday() in weekdays]
        gone = {wanted[n] for n in skipped if n < len(wanted)}
        for day in gone:
            asking.skip_day(session, standing_id=standing.id, day=day, actor=Actor(passenger.id), now=NOW)
        now = NOW
        for step in [*steps, *[28] * 30]:
            now += timedelta(days=step)
            asking.make_days(session, standing, now=now)
        rides = [ride for ride in made(session) if ride.standing_id == standing.id]
        # Whoever looks less often than every four weeks finds days that are past, and makes no ride of these.
        missed = days_missed(steps)
        days = [ride.standing_on for ride in rides if ride.status is RideStatus.ASKED]
        assert len(days) == len(set(days))
        assert set(days) <= set(wanted) - gone
        assert {day for day in set(wanted) - gone - set(days) if day not in missed} == set()
        for ride in rides:
            assert_on_time(ride, minute, timing)


def days_missed(steps):
    """Days that lay in the past before they were made."""
    missed, made_until, now = set(), NOW + timedelta(days=28), NOW
    for step in steps:
        now += timedelta(days=step)
        gap = (now - made_until).days + 2
        missed |= {(made_until + timedelta(days=n)).date() for n in range(gap)} if gap > 0 else set()
        made_until = now + timedelta(days=28)
    return missed


def assert_on_time(ride, minute, timing):
    """What was asked is what the clock on the wall shows; an hour that is skipped lies as far after it."""
    wall = datetime.combine(ride.standing_on, time(minute // 60, minute % 60))
    wanted = wall.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    if timing is Timing.FETCH_AT:
        assert ride.pickup_from_at == wanted - timedelta(minutes=10)
        assert ride.pickup_until_at == wanted + timedelta(minutes=15)
    else:
        assert ride.pickup_until_at < wanted
        assert ride.pickup_until_at - ride.pickup_from_at == timedelta(minutes=25)
    shown = wanted.astimezone(AMSTERDAM)
    if shown.replace(tzinfo=None) != wall:
        assert (wall.month, wall.hour) == (3, 2), "only the hour that does not exist is shown otherwise"
    assert ride.day == ride.pickup_from_at.astimezone(AMSTERDAM).date()


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)], ids=str
)
def test_minutes_of_a_day_are_those_that_pass(day, length):
    """On the last Sundays of March and October a day has 23 and 25 hours, and a plan as many minutes."""
    after = from_minutes(day + timedelta(days=1), 0)
    assert minutes_since_midnight(after, day) == 60 * length
    assert all(minutes_since_midnight(from_minutes(day, n), day) == n for n in range(0, 60 * length, 7))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=str)
def test_on_a_day_the_clocks_change_a_ride_is_planned_at_its_time_on_the_wall(sessions, day):
    now = from_minutes(day - timedelta(days=9), 600)
    with sessions.begin() as session:
        driver = build.a_driver(session)
        ride = build.a_ride(session, day=day, timing=Timing.FETCH_AT, wanted_minute=build.wall(10), now=now)
    build.plan_day(sessions, day=day)
    with sessions.read() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert "09:50" <= build.local_time(promise.pickup_at) <= "10:15"
        (duty,) = build.day_of(session, driver, day).duties
        home = from_minutes(day, duty["leave_home"]).astimezone(AMSTERDAM)
        assert 8 <= home.hour < 18


def test_one_day_is_skipped_or_moved_and_the_others_stay(sessions):
    with sessions.begin() as session:
        passenger = builders.a_person(session, "Riet")
        standing = a_standing(session, passenger)
        days = [ride.standing_on for ride in made(session)]
        asking.skip_day(session, standing_id=standing.id, day=days[2], actor=Actor(passenger.id), now=NOW)
        moved = asking.move_day(
            session,
            standing_id=standing.id,
            day=days[3],
            moved_to=days[3] + timedelta(days=1),
            wanted_minute=build.wall(14),
            actor=Actor(passenger.id),
            now=NOW,
        )
        assert (moved.day, moved.standing_on) == (days[3] + timedelta(days=1), days[3])
        open_days = [ride.day for ride in made(session) if ride.status is RideStatus.ASKED]
        assert open_days == sorted({*days, moved.day} - {days[2], days[3]})
        assert asking.make_days(session, standing, now=NOW) == 0


def test_only_the_first_of_a_series_is_counted(sessions):
    with sessions.begin() as session:
        a_standing(session, builders.a_person(session, "Riet"))
        assert [ride.is_counted for ride in made(session)].count(True) == 1


def test_it_ends_and_what_was_still_to_come_with_it(sessions):
    with sessions.begin() as session:
        passenger = builders.a_person(session, "Riet")
        standing = a_standing(session, passenger)
        asking.end_standing(session, standing_id=standing.id, actor=Actor(passenger.id), now=NOW)
        assert {ride.status for ride in made(session)} == {RideStatus.CANCELLED}
        assert queries.list_standing_of(session, passenger.id) == []


# --- two working days ahead ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_on", "first"),
    [
        pytest.param(date(2026, 3, 3), date(2026, 3, 5), id="tuesday"),
        pytest.param(date(2026, 3, 6), date(2026, 3, 10), id="friday"),
        pytest.param(date(2026, 3, 7), date(2026, 3, 10), id="saturday"),
        pytest.param(date(2026, 4, 2), date(2026, 4, 7), id="before-easter"),
        pytest.param(date(2026, 4, 24), date(2026, 4, 29), id="kings-day-is-a-monday"),
        pytest.param(date(2026, 12, 23), date(2026, 12, 28), id="christmas"),
    ],
)
def test_two_working_days_ahead(asked_on, first):
    assert workdays_after(asked_on, 2) == first


def test_public_holidays_are_those_of_the_law():
    """Easter Mondays as Rijksoverheid gives them; King's Day a day early on a Sunday; 5 May every fifth year."""
    mondays = {2024: date(2024, 4, 1), 2025: date(2025, 4, 21), 2026: date(2026, 4, 6), 2027: date(2027, 3, 29)}
    assert all(day in public_holidays(year) for year, day in mondays.items())
    assert date(2025, 4, 26) in public_holidays(2025)
    assert date(2025, 5, 5) in public_holidays(2025)
    assert is_workday(date(2026, 5, 5))


def test_too_late_is_said_so_and_can_be_asked_knowing_it(sessions):
    with sessions.begin() as session:
        passenger = builders.a_person(session, "Riet")
        tomorrow = NOW.date() + timedelta(days=1)
        with pytest.raises(InvalidInput) as refused:
            build.a_ride(session, passenger=passenger, day=tomorrow)
        assert refused.value.problems == {"day": "ride_notice"}
        ride = build.a_ride(session, passenger=passenger, day=tomorrow, accepts_doubt=True)
        assert ride.is_late


def test_pressed_twice_is_one_ride(sessions):
    with sessions.begin() as session:
        passenger = builders.a_person(session, "Riet")
        build.a_ride(session, passenger=passenger)
        with pytest.raises(InvalidInput) as refused:
            build.a_ride(session, passenger=passenger)
    assert refused.value.problems == {"day": "ride_twice"}


def test_who_must_be_somewhere_is_there_in_time_however_long_it_takes(sessions):
    """The last minute of fetching still brings them there before the wanted time."""
    asked = build.asked(return_mode=ReturnMode.LATER, return_minute=build.wall(13), needs_help=True, may_share=True)
    times = times_of(asked)
    wanted = from_minutes(asked.day, asked.wanted_minute)
    assert times.pickup_until_at < wanted
    assert times.return_from_at == from_minutes(asked.day, build.wall(13))
