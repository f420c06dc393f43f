"""Finding rides, promises and the plan of a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle import LIVE_PROMISES, OPEN_RIDES, STANDING_PROMISES
from marketplace.models import (
    DayPlan,
    DriverDay,
    DueKind,
    DueRow,
    Promise,
    PromiseStatus,
    Ride,
    RideMove,
    RideStatus,
    StaffRole,
    StaffRoleKind,
    StandbyAsk,
    StandingRide,
    StandingRideChange,
)
from marketplace.queries.roster import read_roster


def get_ride(session: Session, ride_id: UUID) -> Ride:
    """One ride. Raises NotFound."""
    if (ride := session.get(Ride, ride_id)) is None:
        raise NotFound(f"ride {ride_id}")
    return ride


def lock_ride(session: Session, ride_id: UUID) -> Ride:
    """One ride, held against changes by others until the unit ends. Raises NotFound."""
    query = select(Ride).where(Ride.id == ride_id).with_for_update()
    ride = session.exec(query.execution_options(populate_existing=True)).first()
    if ride is None:
        raise NotFound(f"ride {ride_id}")
    return ride


def lock_ride_and_day(session: Session, ride_id: UUID) -> Ride:
    """One ride, and the plan of its day before it: whoever changes a day holds its plan first. Raises NotFound."""
    ride = get_ride(session, ride_id)
    lock_plan(session, ride.municipality_id, ride.day)
    return lock_ride(session, ride_id)


def list_open_rides(session: Session, municipality_id: UUID, day: date) -> Sequence[Ride]:
    """Rides of a day that are asked, planned or agreed, earliest first."""
    query = select(Ride).where(
        Ride.municipality_id == municipality_id, Ride.day == day, col(Ride.status).in_(OPEN_RIDES)
    )
    return session.exec(query.order_by(col(Ride.pickup_from_at), col(Ride.id))).all()


def list_rides(session: Session, municipality_id: UUID, day: date) -> Sequence[Ride]:
    """Every ride of a day, whatever became of it, earliest first."""
    query = select(Ride).where(Ride.municipality_id == municipality_id, Ride.day == day)
    return session.exec(query.order_by(col(Ride.pickup_from_at), col(Ride.id))).all()


def list_rides_of(session: Session, person_id: UUID, *, from_on: date) -> Sequence[Ride]:
    """Rides that somebody makes, or asked for another, from a day on."""
    is_theirs = or_(col(Ride.passenger_id) == person_id, col(Ride.representative_id) == person_id)
    query = select(Ride).where(is_theirs, Ride.day >= from_on)
    return session.exec(query.order_by(col(Ride.pickup_from_at), col(Ride.id))).all()


def list_rides_at(session: Session, passenger_id: UUID, *, day: date) -> Sequence[Ride]:
    """What one passenger has open on a day."""
    query = select(Ride).where(Ride.passenger_id == passenger_id, Ride.day == day, col(Ride.status).in_(OPEN_RIDES))
    return session.exec(query.order_by(col(Ride.pickup_from_at))).all()


def list_standing_of(session: Session, person_id: UUID) -> Sequence[StandingRide]:
    """Repeating rides that somebody makes, or asked for another, which have not ended."""
    is_theirs = or_(col(StandingRide.passenger_id) == person_id, col(StandingRide.representative_id) == person_id)
    query = select(StandingRide).where(is_theirs, col(StandingRide.ended_at).is_(None))
    return session.exec(query.order_by(col(StandingRide.first_on), col(StandingRide.id))).all()


def get_standing(session: Session, standing_id: UUID) -> StandingRide:
    """One repeating ride. Raises NotFound."""
    if (found := session.get(StandingRide, standing_id)) is None:
        raise NotFound(f"repeating ride {standing_id}")
    return found


def lock_standing(session: Session, standing_id: UUID) -> StandingRide:
    """One repeating ride, held against changes by others until the unit ends. Raises NotFound."""
    query = select(StandingRide).where(StandingRide.id == standing_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"repeating ride {standing_id}")
    return found


def list_standing_to_make(session: Session, until: date) -> Sequence[UUID]:
    """Repeating rides with days up to this one that have no ride yet."""
    query = select(StandingRide.id).where(
        col(StandingRide.ended_at).is_(None),
        StandingRide.first_on <= until,
        or_(
            col(StandingRide.made_until).is_(None),
            (col(StandingRide.made_until) < until) & (col(StandingRide.made_until) < col(StandingRide.last_on)),
        ),
    )
    return session.exec(query.order_by(col(StandingRide.id))).all()


def list_changes(session: Session, standing_id: UUID) -> Sequence[StandingRideChange]:
    """Days of a repeating ride that go otherwise."""
    query = select(StandingRideChange).where(StandingRideChange.standing_id == standing_id)
    return session.exec(query.order_by(col(StandingRideChange.day))).all()


def find_ride_on(session: Session, standing_id: UUID, day: date) -> Ride | None:
    """The ride of one day of a repeating ride, if it was made already."""
    return session.exec(select(Ride).where(Ride.standing_id == standing_id, Ride.standing_on == day)).first()


def list_rides_of_standing(session: Session, standing_id: UUID, *, after: datetime) -> Sequence[Ride]:
    """Rides of a repeating ride that are still to come and open."""
    query = select(Ride).where(
        Ride.standing_id == standing_id, Ride.pickup_from_at > after, col(Ride.status).in_(OPEN_RIDES)
    )
    return session.exec(query.order_by(col(Ride.pickup_from_at))).all()


# --- promises -----------------------------------------------------------------------------------------------------


def get_promise(session: Session, promise_id: UUID) -> Promise:
    """One promise. Raises NotFound."""
    if (promise := session.get(Promise, promise_id)) is None:
        raise NotFound(f"promise {promise_id}")
    return promise


def lock_promise(session: Session, promise_id: UUID) -> Promise:
    """One promise as it is now, with the plan of its day held until the unit ends. Raises NotFound."""
    promise = get_promise(session, promise_id)
    day = get_driver_day(session, promise.driver_day_id)
    lock_plan(session, day.municipality_id, day.day)
    session.refresh(promise)
    return promise


def list_promises(session: Session, ride_id: UUID) -> Sequence[Promise]:
    """Every promise of a ride, oldest first."""
    query = select(Promise).where(Promise.ride_id == ride_id)
    return session.exec(query.order_by(col(Promise.proposed_at), col(Promise.leg), col(Promise.id))).all()


def list_standing_promises(session: Session, ride_id: UUID) -> Sequence[Promise]:
    """Who is to drive a ride, or drove it: the way out first."""
    query = select(Promise).where(Promise.ride_id == ride_id, col(Promise.status).in_(STANDING_PROMISES))
    return session.exec(query.order_by(col(Promise.leg), col(Promise.id))).all()


def list_promises_of_rides(session: Session, ride_ids: Iterable[UUID]) -> Sequence[Promise]:
    """Every promise of some rides."""
    query = select(Promise).where(col(Promise.ride_id).in_(list(ride_ids)))
    return session.exec(query.order_by(col(Promise.proposed_at), col(Promise.id))).all()


def list_promises_of_day(session: Session, driver_day_id: UUID, *statuses: PromiseStatus) -> Sequence[Promise]:
    """What one driver promised for a day, by time."""
    query = select(Promise).where(Promise.driver_day_id == driver_day_id)
    query = query.where(col(Promise.status).in_(statuses)) if statuses else query
    return session.exec(query.order_by(col(Promise.pickup_at), col(Promise.id))).all()


def list_overdue_promises(session: Session, now: datetime) -> Sequence[Promise]:
    """Promises that were proposed and not answered in time."""
    query = select(Promise).where(Promise.status == PromiseStatus.PROPOSED, col(Promise.answer_by) <= now)
    return session.exec(query.order_by(col(Promise.answer_by), col(Promise.id))).all()


def list_standby_asks(session: Session, ride_ids: Iterable[UUID]) -> Sequence[StandbyAsk]:
    """Standby drivers who were asked for these rides, in the order in which they were."""
    query = select(StandbyAsk).where(col(StandbyAsk.ride_id).in_(list(ride_ids)))
    return session.exec(query.order_by(col(StandbyAsk.asked_at), col(StandbyAsk.id))).all()


# --- the plan of a day ---------------------------------------------------------------------------------------------


def find_plan(session: Session, municipality_id: UUID, day: date) -> DayPlan | None:
    """The plan of a day."""
    return session.exec(select(DayPlan).where(DayPlan.municipality_id == municipality_id, DayPlan.day == day)).first()


def lock_plan(session: Session, municipality_id: UUID, day: date) -> DayPlan | None:
    """The plan of a day, held against changes by others until the unit ends."""
    query = select(DayPlan).where(DayPlan.municipality_id == municipality_id, DayPlan.day == day).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def list_driver_days(session: Session, plan_id: UUID) -> Sequence[DriverDay]:
    """What every driver does by one plan."""
    return session.exec(select(DriverDay).where(DriverDay.plan_id == plan_id).order_by(col(DriverDay.id))).all()


def get_driver_day(session: Session, driver_day_id: UUID) -> DriverDay:
    """What one driver does on one day. Raises NotFound."""
    if (found := session.get(DriverDay, driver_day_id)) is None:
        raise NotFound(f"driver day {driver_day_id}")
    return found


def lock_driver_day(session: Session, driver_day_id: UUID) -> DriverDay:
    """The same, held against changes by others until the unit ends. Raises NotFound."""
    query = select(DriverDay).where(DriverDay.id == driver_day_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"driver day {driver_day_id}")
    return found


def list_days_due(session: Session, now: datetime) -> Sequence[tuple[UUID, date]]:
    """Days whose rides are to be planned now, the longest waiting first."""
    query = select(DueRow.municipality_id, col(DueRow.day)).where(
        DueRow.kind == DueKind.RIDES, col(DueRow.done_at).is_(None), DueRow.due_at <= now
    )
    found = [(where, day) for where, day in session.exec(query.order_by(col(DueRow.due_at))) if day is not None]
    return list(dict.fromkeys(found))


def list_plans_due(session: Session, municipality_id: UUID, day: date, now: datetime) -> Sequence[UUID]:
    """The rows that ask for one day to be planned."""
    query = select(DueRow.id).where(
        DueRow.kind == DueKind.RIDES,
        DueRow.municipality_id == municipality_id,
        DueRow.day == day,
        col(DueRow.done_at).is_(None),
        DueRow.due_at <= now,
    )
    return session.exec(query).all()


def list_unplanned(session: Session, day: date) -> Sequence[UUID]:
    """Municipalities with a ride on this day, or before it and still to come, and no plan for it."""
    planned = select(DayPlan.municipality_id).where(DayPlan.day == day, col(DayPlan.published_at).is_not(None))
    query = select(Ride.municipality_id).where(
        Ride.day == day, col(Ride.status).in_(OPEN_RIDES), col(Ride.municipality_id).not_in(planned)
    )
    return session.exec(query.distinct()).all()


def find_ride_planner(session: Session, municipality_id: UUID, now: datetime) -> UUID | None:
    """Who plans rides here: the ride planner there who has been one longest, else who stands in, else the team lead.

    With nobody else it is a ride planner who is away: it is always somebody.
    """
    query = select(StaffRole.person_id).where(
        StaffRole.municipality_id == municipality_id,
        StaffRole.kind == StaffRoleKind.RIDE_PLANNER,
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )
    planners = session.exec(query.order_by(col(StaffRole.from_at), col(StaffRole.id))).all()
    roster = read_roster(session, municipality_id, now=now)
    there = [person_id for person_id in planners if roster.is_there(person_id)]
    stand_ins = [found for person_id in planners if (found := roster.stand_in_of(person_id)) is not None]
    able = {*planners, roster.team_lead}
    stand_ins = [person_id for person_id in stand_ins if person_id in able]
    return next(iter([*there, *stand_ins, *([roster.team_lead] if roster.team_lead else []), *planners]), None)


def find_last_move(session: Session, ride_id: UUID) -> RideMove | None:
    """The last time a planner moved this ride by hand and did not undo it."""
    query = select(RideMove).where(RideMove.ride_id == ride_id, col(RideMove.undone_at).is_(None))
    return session.exec(query.order_by(col(RideMove.moved_at).desc(), col(RideMove.id)).limit(1)).first()


def list_expired(session: Session, now: datetime) -> Sequence[Ride]:
    """Rides whose time has come and for which nobody stands."""
    waiting = (RideStatus.ASKED, RideStatus.PLANNED)
    query = select(Ride).where(col(Ride.status).in_(waiting), col(Ride.pickup_until_at) < now)
    return session.exec(query.order_by(col(Ride.pickup_until_at), col(Ride.id))).all()


def list_live_promises(session: Session, ride_id: UUID) -> Sequence[Promise]:
    """Who is to drive a ride: proposed or accepted."""
    query = select(Promise).where(Promise.ride_id == ride_id, col(Promise.status).in_(LIVE_PROMISES))
    return session.exec(query.order_by(col(Promise.leg), col(Promise.id))).all()


def has_rides(session: Session, standing_id: UUID) -> bool:
    """Whether any day of a repeating ride was made."""
    return session.exec(select(Ride.id).where(Ride.standing_id == standing_id).limit(1)).first() is not None


def list_planned_days(session: Session, municipality_id: UUID, *, from_on: date) -> Sequence[date]:
    """Days that have a plan, from a day on."""
    query = select(col(DayPlan.day)).where(
        DayPlan.municipality_id == municipality_id, DayPlan.day >= from_on, col(DayPlan.published_at).is_not(None)
    )
    return list(session.exec(query.order_by(col(DayPlan.day))).all())


def list_silent(session: Session, plan_id: UUID) -> frozenset[UUID]:
    """Drivers who let a question about this day pass without an answer."""
    query = (
        select(Promise.driver_id)
        .join(DriverDay, col(DriverDay.id) == Promise.driver_day_id)
        .where(DriverDay.plan_id == plan_id, Promise.status == PromiseStatus.LAPSED)
    )
    return frozenset(session.exec(query))


def get_ask(session: Session, ask_id: UUID) -> StandbyAsk:
    """What a standby driver was asked. Raises NotFound."""
    if (found := session.get(StandbyAsk, ask_id)) is None:
        raise NotFound(f"standby question {ask_id}")
    return found


def list_waiting_in_vain(session: Session, now: datetime) -> Sequence[Ride]:
    """Rides without a driver or a planner, whose standby drivers were asked and let their time pass."""
    asked = select(StandbyAsk.ride_id)
    query = select(Ride).where(
        Ride.status == RideStatus.ASKED,
        col(Ride.owner_id).is_(None),
        col(Ride.next_moment_at) <= now,
        col(Ride.pickup_until_at) > now,
        col(Ride.id).in_(asked),
    )
    return session.exec(query.order_by(col(Ride.next_moment_at), col(Ride.id))).all()


def list_unreported(session: Session, before: datetime) -> Sequence[Promise]:
    """Drives that were agreed, were over before a moment, and of which nobody said how they went."""
    query = select(Promise).where(Promise.status == PromiseStatus.ACCEPTED, col(Promise.finish_at) < before)
    return session.exec(query.order_by(col(Promise.finish_at), col(Promise.id))).all()


def list_agreed_on(session: Session, day: date, *, after: datetime) -> Sequence[Ride]:
    """Rides of a day that are agreed and still to begin, everywhere."""
    query = select(Ride).where(Ride.day == day, Ride.status == RideStatus.AGREED, Ride.pickup_until_at > after)
    return session.exec(query.order_by(col(Ride.pickup_from_at), col(Ride.id))).all()


def list_driver_days_on(session: Session, day: date) -> Sequence[DriverDay]:
    """What every driver does on a day, everywhere."""
    return session.exec(select(DriverDay).where(DriverDay.day == day).order_by(col(DriverDay.id))).all()


def list_standing_of_passenger(session: Session, person_id: UUID) -> Sequence[StandingRide]:
    """Every repeating ride of one passenger, also those that ended."""
    query = select(StandingRide).where(StandingRide.passenger_id == person_id)
    return session.exec(query.order_by(col(StandingRide.asked_at))).all()


def list_left_lying(session: Session, now: datetime) -> Sequence[Ride]:
    """Rides without a driver whose owner should have acted by now, and that can still be driven."""
    query = select(Ride).where(
        Ride.status == RideStatus.ASKED,
        col(Ride.owner_id).is_not(None),
        col(Ride.next_moment_at) <= now,
        col(Ride.pickup_from_at) > now,
    )
    return session.exec(query.order_by(col(Ride.next_moment_at), col(Ride.id))).all()
