"""Asking for a ride, once or every week, and taking it back."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, lifecycle, notices, permissions
from marketplace.asks import RIDE
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.lifecycle import OPEN_RIDES, PromiseAction, RideAction
from marketplace.models import (
    ActingAs,
    AskerKind,
    EventKind,
    Municipality,
    NoticeKind,
    Relation,
    ReturnMode,
    Ride,
    StandingRide,
    StandingRideChange,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import rides as queries
from marketplace.rides import steps
from marketplace.trips import (
    RIDES,
    NewRide,
    RidePolicy,
    Stop,
    Times,
    check_ride,
    expected_price,
    is_late,
    legs_of,
    times_of,
)

WORK_AREA = "transport"


def post_ride(
    session: Session,
    asked: NewRide,
    *,
    municipality: Municipality,
    passenger_id: UUID,
    actor: Actor,
    now: datetime,
    representative: tuple[UUID, Relation] | None = None,
) -> Ride:
    """Ask for one ride. Raises InvalidInput (``day``: ``ride_notice`` where it is too late to be sure), NotAllowed.

    Somebody else than the passenger may ask as staff who type in what they were told, or as the representative.
    """
    is_typed_in = _require_may_ask(actor, municipality.id, passenger_id, representative)
    check_ride(asked, now=now, municipality=municipality.name)
    _refuse_twice(session, asked, passenger_id)
    ride = _ride(asked, times_of(asked), municipality.id, passenger_id, actor, is_typed_in, representative, now)
    ride.is_late = is_late(asked, now)
    session.add(ride)
    session.flush()
    _record_posting(session, ride, actor=actor, is_typed_in=is_typed_in, now=now)
    steps.tell_passenger(session, NoticeKind.RIDE_ASKED, ride, key=str(ride.id), at=now)
    plan_again(session, ride.municipality_id, ride.day, now=now)
    return ride


def post_standing(
    session: Session,
    asked: NewRide,
    *,
    municipality: Municipality,
    passenger_id: UUID,
    actor: Actor,
    now: datetime,
    representative: tuple[UUID, Relation] | None = None,
) -> StandingRide:
    """Ask for a ride on some days of every week. Its first weeks are made at once. Raises as `post_ride`."""
    is_typed_in = _require_may_ask(actor, municipality.id, passenger_id, representative)
    if not asked.weekdays or asked.until is None:
        raise InvalidInput({"weekdays": "weekdays_missing"})
    check_ride(asked, now=now, municipality=municipality.name)
    price = expected_price(asked.origin, asked.destination, return_mode=asked.return_mode, day=asked.day)
    standing = StandingRide(
        **_journey(asked, municipality.id, passenger_id, actor, is_typed_in, representative, now),
        weekdays=sorted(set(asked.weekdays)),
        first_on=asked.day,
        last_on=asked.until,
        least_cents=price.least_cents,
        most_cents=price.most_cents,
    )
    session.add(standing)
    session.flush()
    _record_standing(session, EventKind.STANDING_ASKED, standing, actor, now, weekdays=standing.weekdays)
    notices.queue(
        session,
        NoticeKind.STANDING_RIDE_ASKED,
        municipality_id=municipality.id,
        person_id=standing.representative_id or passenger_id,
        at=now,
        key=str(standing.id),
        standing=standing.id,
    )
    make_days(session, standing, now=now)
    return standing


def make_days(session: Session, standing: StandingRide, *, now: datetime, policy: RidePolicy = RIDES) -> int:
    """Make the rides of a repeating ride, as far ahead as these are made. How many; the second time none."""
    today = now.astimezone(AMSTERDAM).date()
    until = min(standing.last_on, today + timedelta(days=policy.standing_days_ahead))
    first = standing.made_until + timedelta(days=1) if standing.made_until else standing.first_on
    if standing.ended_at is not None or until < first:
        return 0
    changes = {change.day: change for change in queries.list_changes(session, standing.id)}
    made = 0
    for day in (first + timedelta(days=n) for n in range((until - first).days + 1)):
        change = changes.get(day)
        if day.weekday() not in standing.weekdays or (change is not None and change.moved_to is None):
            continue
        made += _make_day(session, standing, day, change, now)
    standing.made_until = until
    session.add(standing)
    session.flush()
    return made


def make_all_days(session: Session, now: datetime, policy: RidePolicy = RIDES) -> int:
    """Every repeating ride is made as far ahead as it should be. How many rides."""
    until = now.astimezone(AMSTERDAM).date() + timedelta(days=policy.standing_days_ahead)
    return sum(
        make_days(session, queries.lock_standing(session, standing_id), now=now, policy=policy)
        for standing_id in queries.list_standing_to_make(session, until)
    )


def skip_day(session: Session, *, standing_id: UUID, day: date, actor: Actor, now: datetime) -> None:
    """This one time not; whoever was to drive is told. Raises NotAllowed, NotFound, InvalidInput."""
    standing = _own_standing(session, standing_id, actor)
    _require_day(standing, day)
    _change(session, standing, day, now)
    ride = queries.find_ride_on(session, standing.id, day)
    if ride is not None and ride.status in OPEN_RIDES:
        cancel_ride(session, ride_id=ride.id, actor=actor, now=now)
    _record_standing(session, EventKind.STANDING_CHANGED, standing, actor, now, day=day.isoformat(), skipped=True)


def move_day(
    session: Session,
    *,
    standing_id: UUID,
    day: date,
    moved_to: date,
    wanted_minute: int | None = None,
    return_minute: int | None = None,
    actor: Actor,
    now: datetime,
) -> Ride:
    """This one time on another day, or at another time. Raises NotAllowed, NotFound, InvalidInput."""
    standing = _own_standing(session, standing_id, actor)
    _require_day(standing, day)
    change = _change(session, standing, day, now)
    change.moved_to, change.wanted_minute, change.return_minute = moved_to, wanted_minute, return_minute
    session.add(change)
    asked = _asked_on(standing, day, change)
    if times_of(asked).pickup_from_at <= now:
        raise InvalidInput({"day": "when_past"})
    if is_late(asked, now):
        raise InvalidInput({"day": "ride_notice"})
    ride = queries.find_ride_on(session, standing.id, day)
    if ride is not None:
        # The one there was makes way; the day of the repeating ride goes with the new one.
        if ride.status in OPEN_RIDES:
            cancel_ride(session, ride_id=ride.id, actor=actor, now=now)
        ride.standing_on = None
        session.add(ride)
        session.flush()
    _record_standing(session, EventKind.STANDING_CHANGED, standing, actor, now, day=day.isoformat())
    _make_day(session, standing, day, change, now)
    found = queries.find_ride_on(session, standing.id, day)
    assert found is not None
    return found


def end_standing(session: Session, *, standing_id: UUID, actor: Actor, now: datetime) -> None:
    """No more of it: every ride still to come is taken back. Raises NotAllowed, NotFound."""
    standing = _own_standing(session, standing_id, actor)
    if standing.ended_at is not None:
        return
    standing.ended_at = now
    session.add(standing)
    for ride in queries.list_rides_of_standing(session, standing.id, after=now):
        cancel_ride(session, ride_id=ride.id, actor=actor, now=now)
    _record_standing(session, EventKind.STANDING_CHANGED, standing, actor, now, ended=True)


def cancel_ride(session: Session, *, ride_id: UUID, actor: Actor, now: datetime, policy: RidePolicy = RIDES) -> Ride:
    """The passenger no longer needs it: whoever was to drive is told. Early or late follows. Raises NotAllowed."""
    ride = queries.lock_ride_and_day(session, ride_id)
    permissions.require(may_act_for(actor, ride))
    if ride.status not in OPEN_RIDES:
        if ride.ended_at is not None and ride.status.value.startswith("cancelled"):
            return ride  # pressed twice: the first press did it
        raise IllegalTransition("ride", ride.status, RideAction.CANCEL)
    live = queries.list_live_promises(session, ride.id)
    near = ride.pickup_from_at - now < timedelta(hours=policy.late_cancel_h)
    for promise in live:
        lifecycle.advance_promise(session, promise, PromiseAction.WITHDRAW, at=now)
        kind = EventKind.CANCELLED if promise.answered_at else EventKind.PROPOSAL_WITHDRAWN
        detail = {"by": "requester"} if promise.answered_at else {}
        acting = acting_as(actor, ride) if promise.answered_at else ActingAs.ENGINE
        history.about_promise(session, kind, promise, at=now, acting_as=acting, actor_id=actor.person_id, **detail)
    lifecycle.advance_ride(session, ride, RideAction.CANCEL_LATE if near and live else RideAction.CANCEL, at=now)
    history.about_ride(
        session,
        EventKind.REQUEST_WITHDRAWN,
        ride,
        at=now,
        acting_as=acting_as(actor, ride),
        actor_id=actor.person_id,
        slots=[history.slot_of(leg) for leg in legs_of(ride.return_mode)],
        late=near and bool(live),
    )
    ride.owner_id, ride.next_moment_at = None, now
    session.add(ride)
    steps.tell_passenger(session, NoticeKind.RIDE_CANCELLED, ride, key=str(ride.id), at=now)
    plan_again(session, ride.municipality_id, ride.day, now=now)
    return ride


def may_act_for(actor: Actor, ride: Ride | StandingRide) -> bool:
    """The passenger, who asks in their name, and staff who work on rides."""
    is_theirs = actor.person_id in (ride.passenger_id, ride.representative_id)
    return is_theirs or actor.has_role(ride.municipality_id, permissions.CASE_WORKERS)


def acting_as(actor: Actor, ride: Ride | StandingRide) -> ActingAs:
    is_theirs = actor.person_id in (ride.passenger_id, ride.representative_id)
    return ActingAs.RESIDENT if is_theirs else ActingAs.STAFF


def plan_again(session: Session, municipality_id: UUID, day: date, *, now: datetime) -> None:
    """A day that has been planned is planned again; one that has not will be, the evening before."""
    plan = queries.find_plan(session, municipality_id, day)
    if plan is not None and plan.published_at is not None:
        due.add_plan(session, municipality_id=municipality_id, day=day, at=now)


def _require_may_ask(
    actor: Actor, municipality_id: UUID, passenger_id: UUID, representative: tuple[UUID, Relation] | None
) -> bool:
    is_typed_in = actor.person_id not in (passenger_id, representative[0] if representative else None)
    permissions.require(not is_typed_in or actor.has_role(municipality_id, permissions.CASE_WORKERS))
    return is_typed_in


def _refuse_twice(session: Session, asked: NewRide, passenger_id: UUID) -> None:
    """The same passenger cannot be fetched at two doors at once; pressing twice makes one ride."""
    times = times_of(asked)
    for other in queries.list_rides_at(session, passenger_id, day=times.day):
        if other.pickup_from_at <= times.pickup_until_at and times.pickup_from_at <= other.pickup_until_at:
            raise InvalidInput({"day": "ride_twice"})


def _journey(
    asked: NewRide,
    municipality_id: UUID,
    passenger_id: UUID,
    actor: Actor,
    is_typed_in: bool,
    representative: tuple[UUID, Relation] | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "municipality_id": municipality_id,
        "passenger_id": passenger_id,
        "representative_id": representative[0] if representative else None,
        "relation": representative[1] if representative else None,
        "entered_by_id": actor.person_id if is_typed_in else None,
        "channel": asked.channel,
        "origin": asked.origin.as_json(),
        "destination": asked.destination.as_json(),
        "timing": asked.timing,
        "wanted_minute": asked.wanted_minute,
        "return_mode": asked.return_mode,
        "wait_minutes": asked.wait_minutes if asked.return_mode is ReturnMode.WAIT else 0,
        "return_minute": asked.return_minute if asked.return_mode is ReturnMode.LATER else None,
        "persons": asked.persons,
        "needs": list(asked.needs),
        "needs_help": asked.needs_help,
        "may_share": asked.may_share,
        "prefers": [str(driver_id) for driver_id in asked.prefers],
        "remark": asked.remark.strip(),
        "asked_at": now,
    }


def _ride(
    asked: NewRide,
    times: Times,
    municipality_id: UUID,
    passenger_id: UUID,
    actor: Actor,
    is_typed_in: bool,
    representative: tuple[UUID, Relation] | None,
    now: datetime,
) -> Ride:
    price = expected_price(asked.origin, asked.destination, return_mode=asked.return_mode, day=asked.day)
    return Ride(
        **_journey(asked, municipality_id, passenger_id, actor, is_typed_in, representative, now),
        least_cents=price.least_cents,
        most_cents=price.most_cents,
        **vars(times),
        day=times.day,
        next_moment_at=now,
    )


def _asked_on(standing: StandingRide, day: date, change: StandingRideChange | None) -> NewRide:
    """What is asked on one day of a repeating ride."""
    moved = change if change is not None and change.moved_to is not None else None
    return NewRide(
        origin=Stop.from_json(standing.origin),
        destination=Stop.from_json(standing.destination),
        day=moved.moved_to if moved and moved.moved_to else day,
        timing=standing.timing,
        wanted_minute=moved.wanted_minute if moved and moved.wanted_minute is not None else standing.wanted_minute,
        return_mode=standing.return_mode,
        wait_minutes=standing.wait_minutes,
        return_minute=moved.return_minute if moved and moved.return_minute is not None else standing.return_minute,
        companions=standing.persons - 1,
        needs=tuple(standing.needs),
        needs_help=standing.needs_help,
        may_share=standing.may_share,
        prefers=tuple(UUID(driver_id) for driver_id in standing.prefers),
        remark=standing.remark,
        channel=standing.channel,
    )


def _make_day(
    session: Session, standing: StandingRide, day: date, change: StandingRideChange | None, now: datetime
) -> bool:
    asked = _asked_on(standing, day, change)
    times = times_of(asked)
    if times.pickup_from_at <= now or queries.find_ride_on(session, standing.id, day) is not None:
        return False
    is_first = not queries.has_rides(session, standing.id)
    representative = (standing.representative_id, standing.relation) if standing.representative_id else None
    is_typed_in = standing.entered_by_id is not None
    actor = Actor(standing.entered_by_id or standing.representative_id or standing.passenger_id)
    ride = _ride(
        asked,
        times,
        standing.municipality_id,
        standing.passenger_id,
        actor,
        is_typed_in,
        representative,  # type: ignore[arg-type]
        now,
    )
    ride.standing_id, ride.standing_on, ride.is_counted = standing.id, day, is_first
    session.add(ride)
    session.flush()
    _record_posting(session, ride, actor=actor, is_typed_in=is_typed_in, now=now)
    plan_again(session, ride.municipality_id, ride.day, now=now)
    return True


def _change(session: Session, standing: StandingRide, day: date, now: datetime) -> StandingRideChange:
    change = session.get(StandingRideChange, (standing.id, day))
    change = change or StandingRideChange(standing_id=standing.id, day=day, changed_at=now)
    change.moved_to = change.wanted_minute = change.return_minute = None
    change.changed_at = now
    session.add(change)
    session.flush()
    return change


def _require_day(standing: StandingRide, day: date) -> None:
    if not standing.first_on <= day <= standing.last_on or day.weekday() not in standing.weekdays:
        raise InvalidInput({"day": "standing_day"})


def _own_standing(session: Session, standing_id: UUID, actor: Actor) -> StandingRide:
    standing = queries.lock_standing(session, standing_id)
    permissions.require(may_act_for(actor, standing))
    return standing


def _record_posting(session: Session, ride: Ride, *, actor: Actor, is_typed_in: bool, now: datetime) -> None:
    history.about_ride(
        session,
        EventKind.REQUEST_POSTED,
        ride,
        at=now,
        acting_as=ActingAs.STAFF if is_typed_in else ActingAs.RESIDENT,
        actor_id=actor.person_id,
        person_id=ride.passenger_id,
        work_area=WORK_AREA,
        skill=RIDE,
        neighbourhood=str(ride.origin["neighbourhood"]),
        asker_kind=AskerKind.PRIVATE.value,
        channel=ride.channel.value,
        slots=len(legs_of(ride.return_mode)),
        respond_by=ride.pickup_until_at.isoformat(),
        is_ride=True,
        assisted=is_typed_in,
        relation=ride.relation.value if ride.relation else None,
    )


def _record_standing(
    session: Session, kind: EventKind, standing: StandingRide, actor: Actor, now: datetime, **detail: Any
) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=standing.municipality_id,
        acting_as=acting_as(actor, standing),
        actor_id=actor.person_id,
        person_id=standing.passenger_id,
        standing=str(standing.id),
        **detail,
    )
