"""Two who want the same driver at the same time: the database lets one of them, never both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from marketplace import invariants
from marketplace.errors import MarketplaceError
from marketplace.lifecycle import LIVE_PROMISES
from marketplace.models import DriverMinute, Promise, ReturnMode, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.rides import asking, moving, planning
from tests.support import builders, proof, rows
from tests.support import ride_builders as build

ATTEMPTS = proof.count(20, 500)
# An hour of waiting, so that nobody can drive both one after the other.
WAITING = {"return_mode": ReturnMode.WAIT, "wait_minutes": 60}


def together(*acts):
    """Each act in a thread of its own, begun at one moment. What each gave back, or the refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except MarketplaceError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def overlapping(sessions):
    """Pairs of live drives of one person that are on the road at once."""
    with sessions.read() as session:
        live = [each for each in session.exec(rows.all_of(Promise)).all() if each.status in LIVE_PROMISES]
        taken = len(session.exec(rows.all_of(DriverMinute)).all())
    pairs = [
        (one.id, other.id)
        for at, one in enumerate(live)
        for other in live[at + 1 :]
        if one.person_id == other.person_id and one.pickup_at < other.finish_at and other.pickup_at < one.finish_at
    ]
    return pairs, len(live), taken


@pytest.mark.races
def test_two_planners_give_one_driver_two_rides_at_once(sessions, database_kind):
    """Both drag another passenger to the same driver for eleven o'clock; one succeeds, the other is told why not."""
    with sessions.begin() as session:
        driver = build.a_driver(session)
        planner = builders.a_coordinator(session, "Gerard", kind=StaffRoleKind.RIDE_PLANNER)
        pairs = [
            [
                build.a_ride(
                    session,
                    passenger=builders.a_person(session),
                    day=build.DAY + timedelta(days=n),
                    now=build.NOW + timedelta(days=n - 10),
                    **WAITING,
                )
                for _ in range(2)
            ]
            for n in range(ATTEMPTS)
        ]
    solve, won = build.solve(), 0
    for n, pair in enumerate(pairs):
        now = build.evening_before(build.DAY + timedelta(days=n))
        acts = [
            partial(
                moving.move,
                sessions,
                ride_id=ride.id,
                driver_id=driver.id,
                actor=planner,
                now=now,
                solve=solve,
                policy=build.QUICK,
            )
            for ride in pair
        ]
        won += sum(not isinstance(answer, MarketplaceError) for answer in together(*acts))
    found, live, taken = overlapping(sessions)
    assert found == []
    assert live == won == ATTEMPTS
    assert taken > 0
    proof.record(f"rides_by_two_planners_{database_kind}", {"attempts": ATTEMPTS, "both": len(found)})


@pytest.mark.races
def test_two_towns_plan_one_driver_at_once(sessions, database_kind):
    """Somebody drives in two municipalities; both plan the same morning at one moment. One of them gets the morning."""
    with sessions.begin() as session:
        here, there = builders.the_municipality(session), builders.another_municipality(session, "breda")
        person = builders.a_person(session, "Dirk")
        for town in (here, there):
            build.a_driver(session, person=person, municipality=town)
        asks = []
        for n in range(ATTEMPTS):
            day = build.DAY + timedelta(days=n)
            for town in (here, there):
                passenger = builders.a_person(session)
                origin = build.a_stop() if town is here else build.a_stop("4811AA")
                asking.post_ride(
                    session,
                    build.asked(day=day, origin=origin, **WAITING),
                    municipality=town,
                    passenger_id=passenger.id,
                    actor=Actor(passenger.id),
                    now=build.NOW + timedelta(days=n - 10),
                )
            asks.append(day)
    solve, refused = build.solve(), 0
    for day in asks:
        acts = [
            partial(
                planning.plan,
                sessions,
                municipality_id=town.id,
                day=day,
                now=build.evening_before(day),
                solve=solve,
                policy=build.QUICK,
            )
            for town in (here, there)
        ]
        refused += sum(isinstance(answer, MarketplaceError) for answer in together(*acts))
    found, live, _ = overlapping(sessions)
    assert found == []
    assert live == ATTEMPTS
    with sessions.read() as session:
        wrong = [str(each) for each in invariants.find_violations(session, now=build.NOW)]
        assert wrong == []
    proof.record(f"rides_of_two_towns_{database_kind}", {"attempts": ATTEMPTS, "both": len(found), "refused": refused})
