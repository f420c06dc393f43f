"""What became of a drive: driven, nobody at home, not wanted at the door, not driven; and what follows from it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, lifecycle, permissions
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.lifecycle import OPEN_RIDES, PromiseAction, RideAction
from marketplace.models import (
    ActingAs,
    DriveResult,
    EventKind,
    NoticeKind,
    Promise,
    PromiseStatus,
    Ride,
    RideStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import money, steps
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.trips import legs_of

MOST_PARKING_CENTS: Final = 10_000
# The first of these that happened to one of its drives is what became of the ride.
_STEPS: Final = (
    (DriveResult.NOT_AT_HOME, RideAction.MISS),
    (DriveResult.TURNED_DOWN, RideAction.TURN_DOWN),
    (DriveResult.NOT_DRIVEN, RideAction.EXPIRE),
    (DriveResult.DRIVEN, RideAction.FINISH),
)


def report(
    session: Session,
    *,
    promise_id: UUID,
    result: DriveResult,
    parking_cents: int = 0,
    actor: Actor,
    now: datetime,
) -> Promise:
    """The driver, or staff who were told, says how a drive went; pressed twice the first answer stays.

    Raises InvalidInput, NotAllowed, IllegalTransition before its time or where it was never agreed.
    """
    promise = queries.lock_promise(session, promise_id)
    is_own = actor.person_id == promise.person_id
    permissions.require(is_own or actor.has_role(promise.municipality_id, permissions.CASE_WORKERS))
    if promise.status is PromiseStatus.DONE:
        return promise
    if not 0 <= parking_cents <= MOST_PARKING_CENTS:
        raise InvalidInput({"parking_cents": "parking_range"})
    if promise.status is not PromiseStatus.ACCEPTED or now < promise.pickup_at:
        raise IllegalTransition("promise", promise.status, PromiseAction.FINISH)
    acting = ActingAs.VOLUNTEER if is_own else ActingAs.STAFF
    _finish(session, promise, result, parking_cents, acting=acting, actor_id=actor.person_id, now=now)
    return promise


def finish_silent(session: Session, now: datetime, policy: PlanningPolicy = PLANNING) -> int:
    """Drives of which nobody said anything for a day are taken as driven. How many."""
    silent = queries.list_unreported(session, now - timedelta(hours=policy.silent_done_h))
    for promise in silent:
        queries.lock_promise(session, promise.id)
        if promise.status is PromiseStatus.ACCEPTED:  # its other drive may have ended it
            _finish(session, promise, DriveResult.DRIVEN, 0, acting=ActingAs.ENGINE, actor_id=None, now=now)
    return len(silent)


def _finish(
    session: Session,
    promise: Promise,
    result: DriveResult,
    parking_cents: int,
    *,
    acting: ActingAs,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    lifecycle.advance_promise(session, promise, PromiseAction.FINISH, at=now)
    promise.result, promise.parking_cents = result, parking_cents
    session.add(promise)
    history.about_promise(
        session, EventKind.RIDE_RESULT, promise, at=now, acting_as=acting, actor_id=actor_id, result=result.value
    )
    if result is DriveResult.DRIVEN:
        history.about_promise(session, EventKind.DONE, promise, at=now, acting_as=acting, actor_id=actor_id)
    ride = queries.lock_ride(session, promise.ride_id)
    _follow(session, ride, result, now)
    money.settle_day(session, queries.lock_driver_day(session, promise.driver_day_id), now=now)


def _follow(session: Session, ride: Ride, result: DriveResult, now: datetime) -> None:
    """A ride is over when all its drives are, or when the passenger was not there to begin with."""
    if result in (DriveResult.NOT_AT_HOME, DriveResult.NOT_DRIVEN):
        _let_planner_look(session, ride, now)
    if result is DriveResult.NOT_DRIVEN:
        steps.tell_passenger(session, NoticeKind.RIDE_NOT_DRIVEN, ride, key=str(ride.id), at=now)
    if result is not DriveResult.DRIVEN:
        for other in queries.list_live_promises(session, ride.id):
            steps.let_go(session, other, PromiseAction.WITHDRAW, actor=None, now=now)
            steps.tell_day_changed(session, other, now=now)
    done = [each for each in queries.list_standing_promises(session, ride.id) if each.status is PromiseStatus.DONE]
    is_over = len(done) == len(legs_of(ride.return_mode)) or result is not DriveResult.DRIVEN
    if not is_over or ride.status not in OPEN_RIDES:
        return
    if ride.status is not RideStatus.AGREED:
        # The way out was driven while the return had still to be answered: that is over, too.
        lifecycle.advance_ride(session, ride, RideAction.AGREE, at=now)
    results = {each.result for each in done}
    action = next(action for found, action in _STEPS if found in results)
    lifecycle.advance_ride(session, ride, action, at=now)
    ride.owner_id = None
    session.add(ride)
    session.flush()


def _let_planner_look(session: Session, ride: Ride, now: datetime) -> None:
    """Nobody at home, or nobody who came: a ride planner calls, for it may be more than forgotten."""
    planner = queries.find_ride_planner(session, ride.municipality_id, now)
    if planner is not None:
        steps.tell(session, NoticeKind.RIDE_MISSED, ride, to=planner, key=str(ride.id), at=now)
