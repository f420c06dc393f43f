"""What became of a ride, and what it cost: to the cent, shared by who rode."""

from datetime import date, timedelta

import pytest

from marketplace.errors import IllegalTransition
from marketplace.models import DriveResult, NoticeKind, ReturnMode, RideCost, RideStatus
from marketplace.permissions import Actor
from marketplace.queries import ride_costs
from marketplace.queries import rides as queries
from marketplace.rides import answering, money, results
from tests.support import builders, rows
from tests.support import ride_builders as build
from transport.reimbursement import ReimbursementPolicy, reimburse_metres

EVENING = build.evening_before()
LATER = EVENING + timedelta(minutes=20)
AFTERWARDS = EVENING + timedelta(hours=24)


def agreed(sessions, *passengers, **more):
    """One driver, who said yes to a ride of each of these."""
    with sessions.begin() as session:
        driver = build.a_driver(session)
        rides = [build.a_ride(session, passenger=builders.a_person(session, name), **more) for name in passengers]
    build.plan_day(sessions)
    with sessions.begin() as session:
        day = build.day_of(session, driver)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(driver.person_id), now=LATER)
    return driver, rides


def report(sessions, driver, ride, result=DriveResult.DRIVEN, parking_cents=0, now=AFTERWARDS):
    with sessions.begin() as session:
        for promise in build.promises_of(session, ride.id):
            if promise.result is None:
                results.report(
                    session,
                    promise_id=promise.id,
                    result=result,
                    parking_cents=parking_cents,
                    actor=Actor(driver.person_id),
                    now=now,
                )


def costs(sessions):
    with sessions.read() as session:
        return session.exec(rows.all_of(RideCost)).all()


def status(sessions, ride):
    with sessions.read() as session:
        return queries.get_ride(session, ride.id).status


def test_a_shared_car_costs_what_was_driven_and_each_pays_their_part(sessions):
    driver, rides = agreed(sessions, "Riet", "Wil", may_share=True)
    for ride in rides:
        report(sessions, driver, ride)
    with sessions.read() as session:
        day = build.day_of(session, driver)
        metres = sum(duty["metres"] for duty in day.duties)
        counted = session.exec(rows.all_of(RideCost)).all()
        whole = sum(reimburse_metres(duty["metres"], ReimbursementPolicy()).cents for duty in day.duties)
    assert sum(cost.metres for cost in counted) == metres
    assert sum(cost.cents for cost in counted) == whole
    assert {status(sessions, ride) for ride in rides} == {RideStatus.DONE}
    assert all(cost.is_passengers for cost in counted)
    with sessions.read() as session:
        assert len(rows.outbox(session, NoticeKind.RIDE_RECEIPT)) == 2


def test_parking_stands_apart(sessions):
    driver, (ride,) = agreed(sessions, "Riet")
    report(sessions, driver, ride, parking_cents=350)
    (cost,) = costs(sessions)
    assert cost.parking_cents == 350
    with sessions.read() as session:
        metres = build.day_of(session, driver).duties[0]["metres"]
    assert cost.cents == reimburse_metres(metres, ReimbursementPolicy()).cents


def test_nobody_at_home_costs_the_passenger_nothing_and_the_planner_calls(sessions):
    with sessions.begin() as session:
        planner = builders.a_coordinator(session, "Gerard", kind=builders.StaffRoleKind.RIDE_PLANNER)
    driver, (ride,) = agreed(sessions, "Riet", return_mode=ReturnMode.LATER, return_minute=build.wall(13))
    with sessions.begin() as session:
        out, _back = build.promises_of(session, ride.id)
        results.report(
            session, promise_id=out.id, result=DriveResult.NOT_AT_HOME, actor=Actor(driver.person_id), now=out.pickup_at
        )
    assert status(sessions, ride) is RideStatus.NOT_AT_HOME
    (cost,) = costs(sessions)
    assert not cost.is_passengers
    assert cost.cents > 0
    with sessions.read() as session:
        assert [message.person_id for message in rows.outbox(session, NoticeKind.RIDE_MISSED)] == [planner.person_id]
        assert rows.outbox(session, NoticeKind.RIDE_RECEIPT) == []


def test_before_its_time_nothing_is_reported(sessions):
    driver, (ride,) = agreed(sessions, "Riet")
    with pytest.raises(IllegalTransition):
        report(sessions, driver, ride, now=LATER)


def test_who_says_nothing_has_driven(sessions):
    _, (ride,) = agreed(sessions, "Riet")
    with sessions.begin() as session:
        assert results.finish_silent(session, AFTERWARDS) == 0
        assert results.finish_silent(session, AFTERWARDS + timedelta(hours=24)) == 1
    assert status(sessions, ride) is RideStatus.DONE
    assert len(costs(sessions)) == 1


def test_the_statement_of_a_month_and_the_limit_of_a_year(sessions):
    driver, (ride,) = agreed(sessions, "Riet")
    report(sessions, driver, ride)
    (cost,) = costs(sessions)
    april = AFTERWARDS + timedelta(days=30)
    with sessions.begin() as session:
        assert money.write_statements(session, AFTERWARDS + timedelta(days=3)) == 0
        assert [money.write_statements(session, april) for _ in range(2)] == [1, 1]
        lines = ride_costs.list_lines(
            session,
            municipality_id=driver.municipality_id,
            first=date(2026, 3, 1),
            last=date(2026, 3, 31),
            driver_id=driver.id,
        )
        near = money.MoneyPolicy(yearly_limit_cents=cost.cents)
        assert money.warn_of_limit(session, AFTERWARDS) == 0
        assert money.warn_of_limit(session, AFTERWARDS, near) == 1
    assert [(line.ride_id, line.cents) for line in lines] == [(ride.id, cost.cents)]
    with sessions.read() as session:
        assert len(rows.outbox(session, NoticeKind.DRIVER_STATEMENT)) == 1
        assert len(rows.outbox(session, NoticeKind.DRIVER_LIMIT)) == 1
