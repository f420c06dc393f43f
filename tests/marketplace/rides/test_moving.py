"""The planner's hand: the cost before it is done, why it can't be, undo; and what the figures make of it."""

from datetime import timedelta

import pytest

from marketplace.errors import NotAllowed, NotFound
from marketplace.metrics.definitions import Row
from marketplace.metrics.report import make_report
from marketplace.models import NoticeKind, PromiseStatus, RideStatus, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import answering, driving, moving, planning
from marketplace.rides.moving import DoesNotFitDriver
from tests.support import builders, rows
from tests.support import ride_builders as build

EVENING = build.evening_before()
LATER = EVENING + timedelta(minutes=20)


@pytest.fixture
def planner(sessions):
    with sessions.begin() as session:
        return builders.a_coordinator(session, "Gerard", kind=StaffRoleKind.RIDE_PLANNER)


def act(use_case, sessions, ride, planner, *, now=LATER, **more):
    return use_case(sessions, ride_id=ride.id, actor=planner, now=now, solve=build.solve(), policy=build.QUICK, **more)


def two_drivers_and_a_ride(sessions, **more):
    with sessions.begin() as session:
        near, far = build.a_driver(session), build.a_driver(session, "Fien", at=build.place("4849AA"))
        ride = build.a_ride(session, **more)
    build.plan_day(sessions)
    return near, far, ride


def holder(sessions, ride):
    with sessions.read() as session:
        promises = build.promises_of(session, ride.id)
        return promises[0].driver_id if promises else None


def is_mediated(sessions):
    """How the figures rule the one match there is, which stands in the row of rides and in no other."""
    with sessions.read() as session:
        report = make_report(
            session,
            municipality_id=builders.the_municipality(session).id,
            from_on=build.NOW.date(),
            to_on=build.DAY,
            now=LATER + timedelta(days=9),
        )
    assert report.rows[Row.MARKETPLACE].matches.denominator == 0
    rides = report.rows[Row.RIDES]
    assert rides == report.rows[Row.BOTH]
    assert rides.fill.rate.denominator == 1
    assert rides.fill.rate.numerator == rides.matches.numerator or rides.matches.denominator > 1
    return rides.fill.rate.numerator == 0


def accept(sessions, driver, now=LATER + timedelta(minutes=5)):
    with sessions.begin() as session:
        day = build.day_of(session, driver)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(driver.person_id), now=now)


def test_the_cost_is_known_before_it_is_done(sessions, planner):
    """What weighing says is what the day is afterwards; weighing itself changes nothing."""
    near, far, ride = two_drivers_and_a_ride(sessions)
    weighed = act(moving.weigh, sessions, ride, planner, driver_id=far.id)
    assert weighed.reason == ""
    assert weighed.empty_metres > 0
    assert holder(sessions, ride) == near.id
    with sessions.read() as session:
        before = sum(duty["empty_metres"] for duty in build.day_of(session, near).duties)
    moved = act(moving.move, sessions, ride, planner, driver_id=far.id)
    assert moved == weighed
    with sessions.read() as session:
        (duty,) = build.day_of(session, far).duties
        assert duty["empty_metres"] - before == weighed.empty_metres
        assert (duty["leave_home"], duty["back_home"]) == (weighed.leave_home, weighed.back_home)
        assert build.day_of(session, near).duties == []


def test_it_stays_where_it_was_put_when_the_day_is_planned_again(sessions, planner):
    _, far, ride = two_drivers_and_a_ride(sessions)
    act(moving.move, sessions, ride, planner, driver_id=far.id)
    accept(sessions, far)
    build.plan_day(sessions, now=LATER + timedelta(minutes=10))
    assert holder(sessions, ride) == far.id
    with sessions.read() as session:
        assert queries.get_ride(session, ride.id).status is RideStatus.AGREED


def test_undone_it_is_whose_it_was(sessions, planner):
    near, far, ride = two_drivers_and_a_ride(sessions)
    act(moving.move, sessions, ride, planner, driver_id=far.id)
    act(moving.undo, sessions, ride, planner, now=LATER + timedelta(minutes=1))
    assert holder(sessions, ride) == near.id
    with pytest.raises(NotFound):
        act(moving.undo, sessions, ride, planner, now=LATER + timedelta(minutes=2))


def test_a_day_of_which_one_ride_was_moved_beforehand_is_still_planned_in_the_evening(sessions, planner):
    with sessions.begin() as session:
        near = build.a_driver(session)
        far = build.a_driver(session, "Fien", at=build.place("4849AA"))
        moved, other = build.a_ride(session), build.a_ride(session, wanted_minute=build.wall(13))
    act(moving.move, sessions, moved, planner, driver_id=far.id, now=build.NOW)
    with sessions.begin() as session:
        assert planning.ask_for_evening_plans(session, EVENING) == 1
    build.plan_day(sessions)
    assert (holder(sessions, moved), holder(sessions, other)) == (far.id, near.id)


@pytest.mark.parametrize(
    ("car", "asked", "reason"),
    [
        pytest.param({"seats": 1}, {"companions": 1}, "too_many_persons", id="seats"),
        pytest.param({"carries": ()}, {"needs": ("rollator",)}, "no_driver_with_rollator", id="rollator"),
        pytest.param({"hours": [(weekday, 840, 1080) for weekday in range(7)]}, {}, "outside_all_windows", id="hours"),
        pytest.param({"has_papers": False}, {}, "driver_not_there", id="papers"),
    ],
)
def test_a_refusal_says_why(sessions, planner, car, asked, reason):
    with sessions.begin() as session:
        build.a_driver(session)
        other = build.a_driver(session, "Fien", **car)
        ride = build.a_ride(session, **asked)
    build.plan_day(sessions)
    assert act(moving.weigh, sessions, ride, planner, driver_id=other.id).reason == reason
    with pytest.raises(DoesNotFitDriver) as refused:
        act(moving.move, sessions, ride, planner, driver_id=other.id)
    assert refused.value.reason == reason


def test_a_barred_pair_is_overruled_by_nobody(sessions, planner):
    _, far, ride = two_drivers_and_a_ride(sessions)
    with sessions.begin() as session:
        builders.a_barred_pair(session, far.person_id, ride.passenger_id)
    assert act(moving.weigh, sessions, ride, planner, driver_id=far.id).reason == "avoided"
    with pytest.raises(DoesNotFitDriver) as refused:
        act(moving.move, sessions, ride, planner, driver_id=far.id)
    assert refused.value.reason == "avoided"


def test_only_staff_move(sessions):
    near, _, ride = two_drivers_and_a_ride(sessions)
    with pytest.raises(NotAllowed):
        act(moving.weigh, sessions, ride, Actor(near.person_id), driver_id=near.id)


def test_the_regional_taxi_drives_it(sessions, planner):
    with sessions.begin() as session:
        ride = build.a_ride(session)
        moving.refer_to_taxi(session, ride_id=ride.id, actor=planner, now=LATER)
        assert queries.get_ride(session, ride.id).status is RideStatus.REFERRED
        assert len(rows.outbox(session, NoticeKind.RIDE_REFERRED)) == 1


# --- mediated or not -----------------------------------------------------------------------------------------------


def test_a_published_plan_that_is_accepted_is_unmediated(sessions, planner):
    near, _, _ = two_drivers_and_a_ride(sessions)
    accept(sessions, near)
    assert not is_mediated(sessions)


def test_a_plan_made_again_is_unmediated(sessions, planner):
    near, far, ride = two_drivers_and_a_ride(sessions)
    accept(sessions, near)
    with sessions.begin() as session:
        (promise,) = build.promises_of(session, ride.id)
        answering.decline_ride(
            session, promise_id=promise.id, actor=Actor(near.person_id), now=LATER + timedelta(minutes=10)
        )
    build.plan_day(sessions, now=LATER + timedelta(minutes=11))
    accept(sessions, far, now=LATER + timedelta(minutes=20))
    assert not is_mediated(sessions)
    assert holder(sessions, ride) == far.id


@pytest.mark.parametrize("was_agreed", [False, True])
def test_moved_by_hand_is_mediated(sessions, planner, was_agreed):
    near, far, ride = two_drivers_and_a_ride(sessions)
    if was_agreed:
        accept(sessions, near, now=LATER - timedelta(minutes=5))
    act(moving.move, sessions, ride, planner, driver_id=far.id)
    accept(sessions, far)
    assert is_mediated(sessions)


def test_coupled_from_standby_by_the_planner_is_mediated_and_agreed_at_once(sessions, planner):
    """The planner called somebody who drives at no fixed hours, and gave them hours and the ride."""
    with sessions.begin() as session:
        standby = build.a_driver(session, "Sien", hours=(), is_standby=True)
        ride = build.a_ride(session)
        driving.change_day(
            session, driver_id=standby.id, day=build.DAY, windows=((540, 780),), actor=planner, now=LATER
        )
    act(moving.move, sessions, ride, planner, driver_id=standby.id, is_agreed=True)
    with sessions.read() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert promise.status is PromiseStatus.ACCEPTED
        assert queries.get_ride(session, ride.id).status is RideStatus.AGREED
    assert is_mediated(sessions)
