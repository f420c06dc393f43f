"""A day of rides: planned the evening before, accepted by drivers, planned again at every change."""

from datetime import timedelta

import pytest

from marketplace.errors import Overtaken
from marketplace.models import NoticeKind, OutboxMessage, PromiseStatus, ReturnMode, RideStatus
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import answering, asking, driving
from tests.support import ride_builders as build
from tests.support import rows

EVENING = build.evening_before()
LATER = EVENING + timedelta(minutes=20)


def accept(sessions, driver, now=LATER):
    with sessions.begin() as session:
        day = build.day_of(session, driver)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(driver.person_id), now=now)


def status(sessions, ride):
    with sessions.read() as session:
        return queries.get_ride(session, ride.id).status


def told(sessions, kind):
    with sessions.read() as session:
        return [message.person_id for message in rows.outbox(session, kind)]


def test_a_ride_is_planned_accepted_and_told(sessions):
    """One driver, one ride: proposed the evening before, agreed at the driver's yes; the passenger hears who."""
    with sessions.begin() as session:
        driver = build.a_driver(session)
        ride = build.a_ride(session)
    assert build.plan_day(sessions)
    with sessions.read() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert (promise.driver_id, promise.status) == (driver.id, PromiseStatus.PROPOSED)
    assert status(sessions, ride) is RideStatus.PLANNED
    assert told(sessions, NoticeKind.DRIVER_DAY) == [driver.person_id]
    assert told(sessions, NoticeKind.RIDE_AGREED) == []
    accept(sessions, driver)
    assert status(sessions, ride) is RideStatus.AGREED
    assert told(sessions, NoticeKind.RIDE_AGREED) == [ride.passenger_id]


def test_planning_again_without_a_change_changes_nothing_and_tells_nobody(sessions):
    with sessions.begin() as session:
        driver = build.a_driver(session)
        ride = build.a_ride(session, return_mode=ReturnMode.LATER, return_minute=build.wall(13))
    build.plan_day(sessions)
    accept(sessions, driver)
    with sessions.read() as session:
        before = [promise.id for promise in build.promises_of(session, ride.id)]
        messages = len(session.exec(rows.all_of(OutboxMessage)).all())
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        assert [promise.id for promise in build.promises_of(session, ride.id)] == before
        assert len(before) == 2
        assert len(session.exec(rows.all_of(OutboxMessage)).all()) == messages
    assert status(sessions, ride) is RideStatus.AGREED


def test_not_this_one_goes_to_somebody_else(sessions):
    with sessions.begin() as session:
        near, far = build.a_driver(session), build.a_driver(session, "Fien", at=build.place("4849AA"))
        ride = build.a_ride(session)
    build.plan_day(sessions)
    with sessions.begin() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert promise.driver_id == near.id
        answering.decline_ride(session, promise_id=promise.id, actor=Actor(near.person_id), now=LATER)
    assert status(sessions, ride) is RideStatus.ASKED
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert promise.driver_id == far.id


def test_without_valid_papers_nobody_is_planned(sessions):
    with sessions.begin() as session:
        build.a_driver(session, has_papers=False)
        ride = build.a_ride(session)
    build.plan_day(sessions)
    assert status(sessions, ride) is RideStatus.ASKED


def test_a_ride_that_is_taken_back_frees_the_driver_who_hears_so(sessions):
    with sessions.begin() as session:
        driver = build.a_driver(session)
        ride = build.a_ride(session)
    build.plan_day(sessions)
    accept(sessions, driver)
    with sessions.begin() as session:
        asking.cancel_ride(session, ride_id=ride.id, actor=Actor(ride.passenger_id), now=LATER)
    assert status(sessions, ride) is RideStatus.CANCELLED_LATE
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        assert build.day_of(session, driver).duties == []
    assert told(sessions, NoticeKind.DRIVER_DAY_CHANGED) == [driver.person_id]
    assert told(sessions, NoticeKind.RIDE_CANCELLED) == [ride.passenger_id]


def test_a_day_that_changed_while_it_was_planned_is_not_written(sessions):
    """The plan was made of a day that is no longer so: nothing of it is kept."""
    with sessions.begin() as session:
        driver = build.a_driver(session)
        ride = build.a_ride(session)

    def slow(day, previous, seconds):
        found = build.solve()(day, previous, seconds)
        with sessions.begin() as session:
            driving.change_day(
                session, driver_id=driver.id, day=build.DAY, windows=(), actor=Actor(driver.person_id), now=EVENING
            )
        return found

    with pytest.raises(Overtaken):
        build.plan_day(sessions, solver=slow)
    assert status(sessions, ride) is RideStatus.ASKED
