"""The steps that planning, answering, moving and cancelling share: a promise ends or is kept, a ride follows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, lifecycle, notices, permissions
from marketplace.lifecycle import OPEN_RIDES, PromiseAction, RideAction
from marketplace.models import (
    ActingAs,
    EventKind,
    NoticeKind,
    Promise,
    PromiseStatus,
    Ride,
    RideStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.trips import legs_of


def told_for(ride: Ride) -> UUID:
    """Who hears how a ride stands: who asks in the passenger's name, else the passenger."""
    return ride.representative_id or ride.passenger_id


def tell_passenger(
    session: Session, kind: NoticeKind, ride: Ride, *, key: str, at: datetime, not_before: datetime | None = None
) -> None:
    """One message about a ride to whom it concerns, once an occasion; also to the passenger for whom another asked."""
    for person_id in dict.fromkeys((told_for(ride), ride.passenger_id)):
        tell(session, kind, ride, to=person_id, key=key, at=at, not_before=not_before)


def tell(
    session: Session,
    kind: NoticeKind,
    ride: Ride,
    *,
    to: UUID,
    key: str,
    at: datetime,
    not_before: datetime | None = None,
    **subject: UUID,
) -> None:
    """One message about a ride to one person, once an occasion."""
    notices.queue(
        session,
        kind,
        municipality_id=ride.municipality_id,
        person_id=to,
        at=at,
        key=key,
        not_before=not_before,
        until=None,
        email=None,
        ride=ride.id,
        **subject,
    )


def accept(session: Session, promise: Promise, *, actor: Actor, acting_as: ActingAs, now: datetime) -> None:
    """A driver says yes to a drive. Raises IllegalTransition or Overtaken."""
    lifecycle.advance_promise(session, promise, PromiseAction.ACCEPT, at=now)
    history.about_promise(
        session,
        EventKind.MATCHED,
        promise,
        at=now,
        acting_as=acting_as,
        actor_id=actor.person_id,
        objection_until=now.isoformat(),
        pickup_at=promise.pickup_at.isoformat(),
    )


def let_go(session: Session, promise: Promise, action: PromiseAction, *, actor: Actor | None, now: datetime) -> None:
    """A promise ends before it was driven: by the planning (no actor), by its driver, or by silence."""
    was_accepted = promise.status is PromiseStatus.ACCEPTED
    lifecycle.advance_promise(session, promise, action, at=now)
    by_driver = actor is not None and actor.person_id == promise.person_id
    acting = ActingAs.VOLUNTEER if by_driver else ActingAs.ENGINE
    actor_id = actor.person_id if actor and by_driver else None
    if was_accepted and by_driver:
        history.about_promise(
            session, EventKind.CANCELLED, promise, at=now, acting_as=acting, actor_id=actor_id, by="volunteer"
        )
    if was_accepted:
        history.about_promise(session, EventKind.SLOT_FREED, promise, at=now, acting_as=ActingAs.ENGINE)
        return
    kind = {
        PromiseAction.DECLINE: EventKind.DECLINED,
        PromiseAction.LAPSE: EventKind.LAPSED,
        PromiseAction.WITHDRAW: EventKind.PROPOSAL_WITHDRAWN,
    }[action]
    history.about_promise(session, kind, promise, at=now, acting_as=acting, actor_id=actor_id)


def settle(session: Session, ride: Ride, *, now: datetime) -> None:
    """The status of an open ride follows from who promised to drive it; whom that concerns is told, once."""
    if ride.status not in OPEN_RIDES:
        return
    promises = queries.list_standing_promises(session, ride.id)
    wanted, before = _status_by(ride, promises), ride.status
    if wanted is not before:
        lifecycle.advance_ride(session, ride, _STEPS[wanted], at=now)
    if wanted is RideStatus.AGREED:
        # One drive may have gone to somebody else while the other stayed: that is news as well.
        ride.unsure_at = None
        tell_passenger(session, NoticeKind.RIDE_AGREED, ride, key=occasion(promises), at=now)
    elif before is RideStatus.AGREED:
        # What they counted on has fallen away; that is told at once, and again when somebody else says yes.
        tell_unsure(session, ride, now=now)
    if wanted is RideStatus.ASKED:
        if before is not RideStatus.ASKED:
            ride.next_moment_at = now
    else:
        # Somebody looks again when it should have begun.
        ride.owner_id = ride.escalated_at = ride.escalation = None
        ride.next_moment_at = ride.pickup_until_at
    session.add(ride)
    session.flush()


def tell_unsure(session: Session, ride: Ride, *, now: datetime) -> None:
    """The passenger hears that it is not sure, unless that is the last they heard."""
    if ride.unsure_at is not None:
        return
    ride.unsure_at = now
    session.add(ride)
    tell_passenger(session, NoticeKind.RIDE_UNSURE, ride, key=f"{ride.id}:{now.isoformat()}", at=now)


def occasion(promises: Iterable[Promise]) -> str:
    """The same for the same promises, whatever their order: what a message about them is known by."""
    ids = sorted(str(promise.id) for promise in promises)
    return sha256(":".join(ids).encode()).hexdigest()[:40]


_STEPS: Final = {
    RideStatus.ASKED: RideAction.REOPEN,
    RideStatus.PLANNED: RideAction.PLAN,
    RideStatus.AGREED: RideAction.AGREE,
}


def _status_by(ride: Ride, promises: Sequence[Promise]) -> RideStatus:
    if {promise.leg for promise in promises} != set(legs_of(ride.return_mode)):
        return RideStatus.ASKED
    is_sure = all(promise.status is not PromiseStatus.PROPOSED for promise in promises)
    return RideStatus.AGREED if is_sure else RideStatus.PLANNED


def require_is(actor: Actor, person_id: UUID) -> None:
    """Only who was asked answers. Raises NotAllowed."""
    permissions.require(actor.person_id == person_id)


def tell_day_changed(session: Session, promise: Promise, *, now: datetime) -> None:
    """A driver's day lost a drive without being planned anew: they hear so, once."""
    day = queries.lock_driver_day(session, promise.driver_day_id)
    day.version, day.changed_at = day.version + 1, now
    session.add(day)
    notices.queue(
        session,
        NoticeKind.DRIVER_DAY_CHANGED,
        municipality_id=day.municipality_id,
        person_id=day.person_id,
        at=now,
        key=f"{day.id}:{day.version}",
        driver_day=day.id,
    )
