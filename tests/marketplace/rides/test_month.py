"""A month of rides through the application: each plan keeps the rules, each change is told once, money adds up."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest

from marketplace import invariants
from marketplace.models import (
    DriverDay,
    DriveResult,
    NoticeKind,
    OutboxMessage,
    Promise,
    PromiseStatus,
    Ride,
    RideCost,
    RideStatus,
)
from tests.support import proof, rows
from tests.support import ride_builders as build
from tests.support.databases import KINDS
from tests.support.ride_world import PASSENGERS, RideWorld, record_of
from tests.transport.verifier import faults

DAYS = proof.count(2, 30)
DRIVERS, RIDES = proof.count(10, 60), proof.count(20, 120)
SECONDS = 0.15 if DAYS == 2 else 2.0
PAID = (DriveResult.DRIVEN, DriveResult.NOT_AT_HOME, DriveResult.TURNED_DOWN)


@pytest.fixture
def month(sessions, clock):
    """The days were lived; with what the planner was asked and answered."""
    kept = []
    world = RideWorld(sessions, clock, record_of(build.solve(), kept), Random(20260305), SECONDS)
    world.settle_town(DRIVERS, 3 * RIDES)
    world.live([build.DAY + timedelta(days=7 + n) for n in range(DAYS)], RIDES)
    return world, kept


# In `make test` on one kind: the months of both would take longer than everything else about rides.
@pytest.mark.database(*(KINDS if proof.is_full() else ("sqlite",)))
def test_every_plan_keeps_the_rules_everything_is_told_once_and_the_money_adds_up(
    sessions, clock, month, database_kind
):
    world, kept = month
    wrong = [fault for each in kept for fault in faults(each["day"], each["plan"], each["previous"])]
    assert wrong == []
    told_once(sessions, world)
    driver_days_told_once(sessions)
    cents = money_adds_up(sessions)
    with sessions.read() as session:
        assert [str(each) for each in invariants.find_violations(session, now=clock())] == []
        rides = session.exec(rows.all_of(Ride)).all()
    results = Counter(ride.status for ride in rides)
    assert results[RideStatus.DONE] > len(rides) / 2
    assert not {RideStatus.ASKED, RideStatus.PLANNED, RideStatus.AGREED} & set(results)
    proof.record(
        f"rides_of_a_month_{database_kind}",
        {
            "days": DAYS,
            "drivers": DRIVERS,
            "rides": len(rides),
            "plans": len(kept),
            "results": dict(results),
            "cents": cents,
            "faults": len(wrong),
        },
    )


def told_once(sessions, world):
    """What passengers heard is what happened to their rides: no more, no less."""
    with sessions.read() as session:
        messages = [each for each in session.exec(rows.all_of(OutboxMessage)).all() if each.kind in PASSENGERS]
    told = Counter((each.kind, each.subject["ride"]) for each in messages)
    expected = Counter({(kind, str(ride_id)): count for (kind, ride_id), count in world.expected.items()})
    assert told == expected
    assert {kind for kind, _ in told} >= {NoticeKind.RIDE_AGREED, NoticeKind.RIDE_UNSURE}


def driver_days_told_once(sessions):
    """Each version of a driver's day was told once, by a question or as a change."""
    with sessions.read() as session:
        days = session.exec(rows.all_of(DriverDay)).all()
        kinds = (NoticeKind.DRIVER_DAY, NoticeKind.DRIVER_DAY_CHANGED)
        messages = [each for kind in kinds for each in rows.outbox(session, kind)]
    told = Counter(each.subject["driver_day"] for each in messages)
    assert told == Counter({str(day.id): day.version for day in days})


def money_adds_up(sessions):
    """Of each driver's day: the metres that were driven, from home and back, at 30 cents, rounded once a duty."""
    with sessions.read() as session:
        days = session.exec(rows.all_of(DriverDay)).all()
        done = [each for each in session.exec(rows.all_of(Promise)).all() if each.status is PromiseStatus.DONE]
        costs = session.exec(rows.all_of(RideCost)).all()
        receipts = rows.outbox(session, NoticeKind.RIDE_RECEIPT)
        rides = {ride.id: ride for ride in session.exec(rows.all_of(Ride)).all()}
    by_day = Counter()
    metres_by_day = Counter()
    for cost in costs:
        by_day[cost.driver_day_id] += cost.cents
        metres_by_day[cost.driver_day_id] += cost.metres
    assert {cost.promise_id for cost in costs} == {each.id for each in done if each.result in PAID}
    assert sum(cost.parking_cents for cost in costs) == sum(each.parking_cents for each in done if each.result in PAID)
    whole = 0
    for day in days:
        of_day = [each for each in done if each.driver_day_id == day.id]
        stops = sum(len(duty["stops"]) for duty in day.duties)
        legs = sum(4 if rides[each.ride_id].return_mode.value == "wait" else 2 for each in of_day)
        if stops == legs and all(each.result in PAID for each in of_day):
            # Everything that was planned was driven: the plan says how far.
            expected = [Fraction(duty["metres"] * 30, 1000) for duty in day.duties]
            assert by_day[day.id] == sum(int(cents + Fraction(1, 2)) for cents in expected)
            assert metres_by_day[day.id] == sum(duty["metres"] for duty in day.duties)
            whole += 1
    assert whole > 0
    paying = {cost.ride_id for cost in costs if cost.is_passengers}
    assert {each.subject["ride"] for each in receipts} <= {str(ride_id) for ride_id in paying}
    assert len(receipts) == len({each.subject["ride"] for each in receipts})
    assert sum(cost.cents for cost in costs) == sum(by_day.values())
    return sum(by_day.values())
