"""A plan becomes promises: what stays is kept, what changed is withdrawn and proposed, and everybody is told once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from marketplace import history, lifecycle, notices
from marketplace.errors import Overtaken
from marketplace.lifecycle import LIVE_PROMISES, PromiseAction, RideAction
from marketplace.models import (
    ActingAs,
    DayPlan,
    Driver,
    DriverDay,
    DriverMinute,
    EventKind,
    NoticeKind,
    Origin,
    Promise,
    PromiseStatus,
    ReturnMode,
    Ride,
    RideLeg,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import drivers as driver_queries
from marketplace.queries import rides as queries
from marketplace.rides import seeking, steps
from marketplace.rides.asking import plan_again
from marketplace.rides.hours import epoch_minute
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.rides.scene import REST, Json, Scene, begun_legs, leg_of
from marketplace.trips import board_min, from_minutes

_MINUTES: Final[Any] = DriverMinute.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Drive:
    """One drive of a plan: who, and when the passenger gets in and out."""

    ride_id: UUID
    leg: RideLeg
    driver_id: UUID
    pickup_at: datetime
    finish_at: datetime


@dataclass(frozen=True)
class ByHand:
    """That a ride planner did it, and whether the driver said yes to them already."""

    actor: Actor
    ride_id: UUID
    is_agreed: bool = False


def publish(
    session: Session, scene: Scene, found: Json, *, policy: PlanningPolicy = PLANNING, by_hand: ByHand | None = None
) -> DayPlan:
    """Write a plan that was made of this scene. The caller has seen that the scene still holds.

    Raises Overtaken where a driver's time was taken by another plan meanwhile.
    """
    now = scene.now
    plan = _keep_plan(session, scene, found, now)
    rides = {ride.id: ride for ride in queries.list_open_rides(session, scene.municipality_id, scene.day_on)}
    drives = {(drive.ride_id, drive.leg): drive for drive in drives_of(scene, found, rides)}
    kept = _let_go_of_changed(session, scene, rides, drives, by_hand, now)
    days = _write_days(session, scene, plan, found, now)
    proposed = [
        _promise(session, drive, rides[drive.ride_id], days[drive.driver_id], policy, by_hand, now)
        for key, drive in drives.items()
        if key not in kept
    ]
    _record_published(session, scene, plan, found, by_hand, now)
    for ride in rides.values():
        steps.settle(session, ride, now=now)
    _tell_drivers(session, scene, days, proposed, now)
    whys = {why["ride"].partition(":")[0]: why for why in found["unserved"]}
    if scene.only is None:
        for key, why in whys.items():
            seeking.seek(session, rides[UUID(key)], why, policy=policy, now=now)
        planned = {row["id"].partition(":")[0] for row in scene.day["rides"]}
        for key, ride in rides.items():
            if str(key) not in planned:
                # No minute is left in which a driver could still be sent.
                seeking.seek(session, ride, seeking.TOO_NEAR, policy=policy, now=now)
    session.flush()
    return plan


def drives_of(scene: Scene, found: Json, rides: Mapping[UUID, Ride]) -> Iterator[Drive]:
    """The drives of a plan."""
    for duty in found["duties"]:
        stops = list(_named(scene, duty["stops"]))
        ends = {(stop["ride"], stop["kind"]): stop for stop in stops}
        for stop in stops:
            mode = scene.modes[stop["ride"]]
            is_board = stop["kind"].endswith("pickup")
            if not is_board or (stop["kind"] == "return_pickup" and mode is not ReturnMode.LATER):
                continue
            leg = leg_of(stop["kind"], mode)
            is_back = leg is RideLeg.RETURN or mode is ReturnMode.WAIT
            last = ends[stop["ride"], "return_dropoff" if is_back else "dropoff"]
            ride = rides[UUID(stop["ride"])]
            begins = stop["depart"] - board_min(ride.needs_help)
            yield Drive(
                ride.id,
                leg,
                UUID(duty["driver"]),
                from_minutes(scene.day_on, begins),
                from_minutes(scene.day_on, last["depart"]),
            )


def days_in_reach(now: datetime, policy: PlanningPolicy = PLANNING) -> tuple[date, ...]:
    """The days that are planned by now: today, and tomorrow once its evening before has come."""
    today = now.astimezone(AMSTERDAM).date()
    tomorrow = today + timedelta(days=1)
    return (today, tomorrow) if now >= policy.plans_from(tomorrow) else (today,)


def let_lapse(session: Session, promise: Promise, *, now: datetime) -> None:
    """No answer in time: the drive is planned for somebody else."""
    queries.lock_promise(session, promise.id)
    if promise.status is not PromiseStatus.PROPOSED:
        return  # answered at the last moment
    steps.let_go(session, promise, PromiseAction.LAPSE, actor=None, now=now)
    ride = queries.lock_ride(session, promise.ride_id)
    steps.settle(session, ride, now=now)
    plan_again(session, ride.municipality_id, ride.day, now=now)


def give_up(session: Session, ride: Ride, *, now: datetime) -> None:
    """Nobody drove it: whoever was asked hears so, and the passenger, who heard before that it was unsure."""
    for promise in queries.list_live_promises(session, ride.id):
        steps.let_go(session, promise, PromiseAction.WITHDRAW, actor=None, now=now)
    lifecycle.advance_ride(session, ride, RideAction.EXPIRE, at=now)
    ride.owner_id = None
    session.add(ride)
    history.about_ride(
        session, EventKind.RIDE_RESULT, ride, at=now, acting_as=ActingAs.ENGINE, result=ride.status.value
    )
    steps.tell_passenger(session, NoticeKind.RIDE_NOT_DRIVEN, ride, key=str(ride.id), at=now)


# --- the plan and its days -----------------------------------------------------------------------------------------


def hold_plan(session: Session, municipality_id: UUID, day: date) -> DayPlan:
    """The plan of a day, made where there is none, held until the unit ends. Raises Overtaken."""
    plan = queries.lock_plan(session, municipality_id, day)
    if plan is not None:
        return plan
    plan = DayPlan(municipality_id=municipality_id, day=day, version=0, objective={})
    session.add(plan)
    try:
        session.flush()
    except IntegrityError as clash:  # another one planned it for the first time at this moment
        raise Overtaken(f"{day} was planned by somebody else") from clash
    return plan


def _keep_plan(session: Session, scene: Scene, found: Json, now: datetime) -> DayPlan:
    plan = hold_plan(session, scene.municipality_id, scene.day_on)
    plan.version, plan.digest = plan.version + 1, scene.digest
    if scene.only is None:
        plan.published_at = now
        plan.objective, plan.is_proven = found["objective"], found["proven"]
    session.add(plan)
    session.flush()
    return plan


def _named(scene: Scene, stops: Sequence[Json]) -> Iterator[Json]:
    """Stops by the ride they belong to, and called as in the ride as a whole."""
    for stop in stops:
        key, _, rest = stop["ride"].partition(":")
        kind = f"return_{stop['kind']}" if rest == REST[1:] else stop["kind"]
        yield {**stop, "ride": key, "kind": kind}


def _write_days(session: Session, scene: Scene, plan: DayPlan, found: Json, now: datetime) -> dict[UUID, DriverDay]:
    """Every driver's day: what has begun, and what is planned now. Their minutes are claimed for it."""
    duties: dict[UUID, list[Json]] = {
        driver_id: list(begun)
        for driver_id, begun in scene.begun.items()
        if scene.only is None or driver_id in scene.only
    }
    for duty in found["duties"]:
        row = {name: duty[name] for name in ("leave_home", "back_home", "metres", "empty_metres")}
        row["stops"] = list(_named(scene, duty["stops"]))
        duties.setdefault(UUID(duty["driver"]), []).append(row)
    days = {day.driver_id: day for day in queries.list_driver_days(session, plan.id)}
    changed = []
    for driver_id, mine in duties.items():
        mine.sort(key=lambda duty: (duty["leave_home"], duty["back_home"]))
        day = days.get(driver_id)
        if day is not None and day.duties == mine:
            continue
        if day is None:
            day = days[driver_id] = _new_day(session, plan, driver_id, now)
        _change_day(session, day, mine, now)
        changed.append(day)
    _claim_minutes(session, changed)
    return days


def _new_day(session: Session, plan: DayPlan, driver_id: UUID, now: datetime) -> DriverDay:
    driver = driver_queries.get_driver(session, driver_id)
    day = DriverDay(
        municipality_id=plan.municipality_id,
        plan_id=plan.id,
        driver_id=driver_id,
        person_id=driver.person_id,
        day=plan.day,
        duties=[],
        version=0,
        changed_at=now,
    )
    session.add(day)
    try:
        session.flush()
    except IntegrityError as clash:
        raise Overtaken(f"the day of driver {driver_id} was planned by somebody else") from clash
    return day


def _change_day(session: Session, day: DriverDay, duties: list[Json], now: datetime) -> None:
    """Only the version that was read is changed. Raises Overtaken."""
    session.flush()
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(DriverDay)
        .where(col(DriverDay.id) == day.id, col(DriverDay.version) == day.version)
        .values(duties=duties, changed_at=now, version=day.version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise Overtaken(f"driver day {day.id} changed meanwhile")
    session.refresh(day)


def _claim_minutes(session: Session, days: Sequence[DriverDay]) -> None:
    """Half-open: a duty may begin in the minute in which another one ends. Raises Overtaken."""
    session.flush()
    session.execute(delete(DriverMinute).where(col(DriverMinute.driver_day_id).in_([day.id for day in days])))
    rows = [
        {"person_id": day.person_id, "minute": minute, "driver_day_id": day.id}
        for day in days
        for duty in day.duties
        for minute in range(
            epoch_minute(from_minutes(day.day, duty["leave_home"])),
            epoch_minute(from_minutes(day.day, duty["back_home"])),
        )
    ]
    if not rows:
        return
    try:
        session.execute(insert(_MINUTES), rows)
    except IntegrityError as clash:  # the same person drives elsewhere at that time
        raise Overtaken("a driver's time was taken meanwhile") from clash


# --- promises ------------------------------------------------------------------------------------------------------


def _let_go_of_changed(
    session: Session,
    scene: Scene,
    rides: Mapping[UUID, Ride],
    drives: Mapping[tuple[UUID, RideLeg], Drive],
    by_hand: ByHand | None,
    now: datetime,
) -> set[tuple[UUID, RideLeg]]:
    """Promises that the plan does not keep end; those it keeps stay as they are, whatever the driver said. Which those
    are."""
    on_the_road = begun_legs(scene.begun, scene.modes)
    planned = {(row["id"].partition(":")[0]) for row in scene.day["rides"]}
    kept = set()
    for promise in queries.list_promises_of_rides(session, rides):
        key = promise.ride_id, promise.leg
        if promise.status not in LIVE_PROMISES or (str(promise.ride_id), promise.leg) in on_the_road:
            continue
        drive = drives.get(key)
        if drive is not None and (drive.driver_id, drive.pickup_at) == (promise.driver_id, promise.pickup_at):
            if promise.finish_at != drive.finish_at:
                promise.finish_at = drive.finish_at
                session.add(promise)
            kept.add(key)
            continue
        is_moved = by_hand is not None and by_hand.ride_id == promise.ride_id
        if scene.only is not None and str(promise.ride_id) not in planned and not is_moved:
            continue
        if drive is None and scene.only is not None and promise.driver_id not in scene.only:
            continue
        if is_moved and by_hand is not None:
            _record_moved(session, by_hand.actor, rides[promise.ride_id], promise.leg, now)
        steps.let_go(session, promise, PromiseAction.WITHDRAW, actor=None, now=now)
    return kept


def _promise(
    session: Session,
    drive: Drive,
    ride: Ride,
    day: DriverDay,
    policy: PlanningPolicy,
    by_hand: ByHand | None,
    now: datetime,
) -> Promise:
    is_moved = by_hand is not None and by_hand.ride_id == ride.id
    promise = Promise(
        municipality_id=ride.municipality_id,
        ride_id=ride.id,
        leg=drive.leg,
        driver_day_id=day.id,
        driver_id=drive.driver_id,
        person_id=day.person_id,
        pickup_at=drive.pickup_at,
        finish_at=drive.finish_at,
        origin=Origin.COORDINATOR if is_moved else Origin.ENGINE,
        proposed_at=now,
        answer_by=policy.answer_by(drive.pickup_at, ride.day, now),
    )
    session.add(promise)
    try:
        session.flush()
    except IntegrityError as clash:  # the unique standing promise decides
        raise Overtaken(f"ride {drive.ride_id} was given to somebody else") from clash
    if is_moved and by_hand is not None:
        if not _has_moved(session, promise):
            _record_moved(session, by_hand.actor, ride, drive.leg, now)
        acting, actor_id = ActingAs.STAFF, by_hand.actor.person_id
    else:
        acting, actor_id = ActingAs.ENGINE, None
    history.about_promise(session, EventKind.PROPOSED, promise, at=now, acting_as=acting, actor_id=actor_id)
    if (is_moved and by_hand is not None and by_hand.is_agreed) or seeking.said_yes(session, promise):
        driver = Actor(promise.person_id)
        steps.accept(session, promise, actor=driver, acting_as=ActingAs.VOLUNTEER, now=now)
    return promise


def _has_moved(session: Session, promise: Promise) -> bool:
    """Whether it was somebody's before, whose end says already that it was moved."""
    earlier = [each for each in queries.list_promises(session, promise.ride_id) if each.leg is promise.leg]
    return any(each.ended_at == promise.proposed_at for each in earlier)


def _record_moved(session: Session, actor: Actor, ride: Ride, leg: RideLeg, now: datetime) -> None:
    history.about_ride(
        session,
        EventKind.RIDE_MOVED,
        ride,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        slot_number=history.slot_of(leg),
    )


def _record_published(
    session: Session, scene: Scene, plan: DayPlan, found: Json, by_hand: ByHand | None, now: datetime
) -> None:
    history.record(
        session,
        EventKind.PLAN_PUBLISHED,
        at=now,
        municipality_id=scene.municipality_id,
        acting_as=ActingAs.STAFF if by_hand else ActingAs.ENGINE,
        actor_id=by_hand.actor.person_id if by_hand else None,
        day=scene.day_on.isoformat(),
        version=plan.version,
        unserved=len(found["unserved"]),
    )


# --- telling -------------------------------------------------------------------------------------------------------


def _tell_drivers(
    session: Session, scene: Scene, days: Mapping[UUID, DriverDay], proposed: Sequence[Promise], now: datetime
) -> None:
    """Whose day changed hears so, once for each version: as a question where there is something to say yes to."""
    asked = {promise.driver_id for promise in proposed if promise.status is PromiseStatus.PROPOSED}
    for day in days.values():
        if day.changed_at != now:
            continue
        kind = NoticeKind.DRIVER_DAY if day.driver_id in asked else NoticeKind.DRIVER_DAY_CHANGED
        tell_driver(session, kind, day, now=now)


def tell_driver(session: Session, kind: NoticeKind, day: DriverDay, *, now: datetime, key: str = "") -> None:
    """One message to a driver about their day."""
    notices.queue(
        session,
        kind,
        municipality_id=day.municipality_id,
        person_id=day.person_id,
        at=now,
        key=key or f"{day.id}:{day.version}",
        driver_day=day.id,
    )


def driver_of(session: Session, promise: Promise) -> Driver:
    """Who promised."""
    return driver_queries.get_driver(session, promise.driver_id)
