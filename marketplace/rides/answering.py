"""What drivers say to a day that was planned for them: yes to all of it, not this one, or after all not."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import IllegalTransition
from marketplace.lifecycle import LIVE_PROMISES, PromiseAction
from marketplace.models import ActingAs, DriverDay, Promise, PromiseStatus
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import steps
from marketplace.rides.asking import plan_again


def accept_day(session: Session, *, driver_day_id: UUID, actor: Actor, now: datetime) -> DriverDay:
    """Yes to everything that is asked for a day; pressed twice it stays so. Raises NotFound, NotAllowed."""
    day = queries.get_driver_day(session, driver_day_id)
    queries.lock_plan(session, day.municipality_id, day.day)
    session.refresh(day)
    steps.require_is(actor, day.person_id)
    for promise in queries.list_promises_of_day(session, day.id, PromiseStatus.PROPOSED):
        steps.accept(session, promise, actor=actor, acting_as=ActingAs.VOLUNTEER, now=now)
        steps.settle(session, queries.lock_ride(session, promise.ride_id), now=now)
    return day


def accept_ride(session: Session, *, promise_id: UUID, actor: Actor, now: datetime) -> Promise:
    """Yes to one drive. Raises NotFound, NotAllowed, IllegalTransition where it is no longer asked."""
    promise = _own(session, promise_id, actor)
    if promise.status is not PromiseStatus.ACCEPTED:
        steps.accept(session, promise, actor=actor, acting_as=ActingAs.VOLUNTEER, now=now)
        steps.settle(session, queries.lock_ride(session, promise.ride_id), now=now)
    return promise


def decline_ride(session: Session, *, promise_id: UUID, actor: Actor, now: datetime) -> Promise:
    """Not this one, or after all not: somebody else is planned. Raises NotFound, NotAllowed, IllegalTransition."""
    promise = _own(session, promise_id, actor)
    if promise.status is PromiseStatus.DECLINED:
        return promise  # pressed twice: the first press did it
    if promise.status not in LIVE_PROMISES or promise.pickup_at <= now:
        raise IllegalTransition("promise", promise.status, PromiseAction.DECLINE)
    steps.let_go(session, promise, PromiseAction.DECLINE, actor=actor, now=now)
    ride = queries.lock_ride(session, promise.ride_id)
    # By hand it was this driver's; now it is anybody's again.
    ride.pinned_driver_id = None
    session.add(ride)
    steps.settle(session, ride, now=now)
    plan_again(session, ride.municipality_id, ride.day, now=now)
    return promise


def _own(session: Session, promise_id: UUID, actor: Actor) -> Promise:
    promise = queries.lock_promise(session, promise_id)
    steps.require_is(actor, promise.person_id)
    return promise
