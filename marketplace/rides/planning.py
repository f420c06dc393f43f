"""Planning a day: read (short), compute (no transaction open), write (short, if it still is the day that was read)."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlmodel import Session, col

from marketplace import due
from marketplace.database import Sessions
from marketplace.errors import Overtaken
from marketplace.models import DriverMinute, RideLeg, RideStatus
from marketplace.queries import rides as queries
from marketplace.rides import publishing
from marketplace.rides.hours import epoch_minute
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.rides.scene import Json, Scene, read_scene
from transport.planning import job_of, plan_job
from transport.problem import Deadline
from transport.reading import read_day
from transport.replanning import job_from, read_plan
from transport.writing import plan_json

Monotonic = Callable[[], float]
# How long minutes that are past are kept, for who looks into what went wrong.
KEPT: Final = timedelta(days=7)


class Solve(Protocol):
    """Plans a day in the form of the interface: by itself, or from the plan there was."""

    def __call__(self, day: Json, previous: Json | None, seconds: float) -> Json: ...


def solver(clock: Monotonic) -> Solve:
    """The planner in this process. ``clock`` counts seconds."""

    def solve(day: Json, previous: Json | None, seconds: float) -> Json:
        return solve_day(day, previous, seconds, clock)

    return solve


def solve_day(day: Json, previous: Json | None, seconds: float, clock: Monotonic) -> Json:
    """A plan of a day in about so many seconds; values in and out, so that another process may do it."""
    known = read_day(json.dumps(day).encode())
    job = job_of(known) if previous is None else job_from(known, read_plan(json.dumps(previous).encode()))
    plan = plan_job(job, Deadline(clock, clock() + seconds))
    found: dict[str, Any] = json.loads(plan_json(known, plan, is_replan=previous is not None))
    return found


def plan(
    sessions: Sessions,
    *,
    municipality_id: UUID,
    day: date,
    now: datetime,
    solve: Solve,
    policy: PlanningPolicy = PLANNING,
) -> bool:
    """Plan the rides of a day, or plan them again, and publish. Whether there was anything to plan.

    Raises Overtaken where the day changed meanwhile, or somebody's time was taken: it is planned again then.
    """
    with sessions.read() as session:
        scene = read_scene(session, municipality_id=municipality_id, day=day, now=now, policy=policy)
        is_planned = queries.find_plan(session, municipality_id, day) is not None
    if not scene.has_rides and not is_planned:
        return False
    found = solve(scene.day, scene.previous, policy.seconds)
    with sessions.begin() as session:
        require_same(session, scene, policy)
        publishing.publish(session, scene, found, policy=policy)
    return True


def require_same(session: Session, scene: Scene, policy: PlanningPolicy = PLANNING) -> None:
    """Raises Overtaken where the day is no longer what it was when it was read. Holds its plan until the unit ends."""
    # There may be no plan yet to hold: two who plan a day for the first time must not pass each other.
    publishing.hold_plan(session, scene.municipality_id, scene.day_on)
    found = read_scene(
        session,
        municipality_id=scene.municipality_id,
        day=scene.day_on,
        now=scene.now,
        policy=policy,
        hand=scene.hand,
        only=scene.only,
    )
    if found.digest != scene.digest:
        raise Overtaken(f"the rides of {scene.day_on} changed while they were planned")


def ask_for_evening_plans(session: Session, now: datetime, policy: PlanningPolicy = PLANNING) -> int:
    """Days whose evening before has come and that have rides but no plan are to be planned. How many."""
    asked = 0
    for day in publishing.days_in_reach(now, policy):
        for municipality_id in queries.list_unplanned(session, day):
            if not queries.list_plans_due(session, municipality_id, day, now):
                due.add_plan(session, municipality_id=municipality_id, day=day, at=now)
                asked += 1
    return asked


def lapse_overdue(session: Session, now: datetime) -> int:
    """Drivers who did not answer in time: somebody else is planned. How many drives."""
    overdue = queries.list_overdue_promises(session, now)
    for promise in overdue:
        publishing.let_lapse(session, promise, now=now)
    return len(overdue)


def forget_minutes(session: Session, now: datetime) -> int:
    """Minutes of a week ago need no guarding any more. How many."""
    gone: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(DriverMinute).where(col(DriverMinute.minute) < epoch_minute(now - KEPT))
    )
    return gone.rowcount


def give_up_expired(session: Session, now: datetime) -> int:
    """Rides whose time has come and for which nobody stands. How many."""
    given_up = 0
    for found in queries.list_expired(session, now):
        ride = queries.lock_ride_and_day(session, found.id)
        if ride.status not in (RideStatus.ASKED, RideStatus.PLANNED):
            continue
        # Of a ride whose way out is being driven the way back may still be found.
        has_left = any(promise.leg is RideLeg.OUT for promise in queries.list_standing_promises(session, ride.id))
        if not has_left or ride.return_until_at is None or ride.return_until_at < now:
            publishing.give_up(session, ride, now=now)
            given_up += 1
    return given_up
