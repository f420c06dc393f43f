"""The ride planner's hand: give a ride to a driver, with the cost shown before it is done, and undo it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import history, lifecycle, permissions
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, MarketplaceError, NotFound
from marketplace.lifecycle import OPEN_RIDES, RideAction
from marketplace.models import ActingAs, EventKind, NoticeKind, Ride, RideMove, RideStatus
from marketplace.permissions import Actor
from marketplace.queries import drivers as driver_queries
from marketplace.queries import rides as queries
from marketplace.rides import planning, publishing, steps
from marketplace.rides.asking import plan_again
from marketplace.rides.planning import Solve
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.rides.publishing import ByHand
from marketplace.rides.scene import Hand, Json, Scene, read_scene
from transport.reading import read_day
from transport.reasons import why_unserved

# A few drivers and their rides: solved to the end in a moment.
SECONDS: float = 2.0


class DoesNotFitDriver(MarketplaceError):
    """This driver cannot take this ride beside what they drive already. Codes are those of `transport`'s reasons."""

    def __init__(self, reason: str, nearest: list[dict[str, Any]]) -> None:
        super().__init__(reason)
        self.reason, self.nearest = reason, nearest


@dataclass(frozen=True)
class Move:
    """What moving a ride would cost. ``reason`` empty: it fits; else why it does not, and what would help.

    empty_metres : more (or fewer, below 0) metres without a passenger, over both drivers
    broken : minutes or drivers of others that were promised and would change
    leave_home, back_home : the driver's duty with this ride, minutes since local midnight
    """

    ride_id: UUID
    driver_id: UUID | None
    reason: str = ""
    nearest: list[dict[str, Any]] = field(default_factory=list)
    empty_metres: int = 0
    broken: int = 0
    leave_home: int | None = None
    back_home: int | None = None


def weigh(
    sessions: Sessions,
    *,
    ride_id: UUID,
    driver_id: UUID | None,
    actor: Actor,
    now: datetime,
    solve: Solve,
    policy: PlanningPolicy = PLANNING,
) -> Move:
    """What it would cost to give a ride to a driver (None: to nobody). Changes nothing. Raises NotAllowed, NotFound."""
    try:
        with sessions.read() as session:
            scene = _read(session, ride_id, driver_id, actor, now, policy)
            before = _empty_metres_of(session, scene)
    except DoesNotFitDriver as refused:
        return Move(ride_id, driver_id, refused.reason, refused.nearest)
    return _weighed(scene, solve(scene.day, scene.previous, SECONDS), before)


def move(
    sessions: Sessions,
    *,
    ride_id: UUID,
    driver_id: UUID | None,
    actor: Actor,
    now: datetime,
    solve: Solve,
    is_agreed: bool = False,
    undoing: UUID | None = None,
    policy: PlanningPolicy = PLANNING,
) -> Move:
    """Give a ride to a driver (None: to nobody). ``is_agreed``: the driver said yes to the planner, as on standby.

    Mediated, whoever says yes after it. Raises DoesNotFitDriver, Overtaken, NotAllowed, NotFound, IllegalTransition.
    """
    with sessions.read() as session:
        scene = _read(session, ride_id, driver_id, actor, now, policy)
        before = _empty_metres_of(session, scene)
    found = solve(scene.day, scene.previous, SECONDS)
    weighed = _weighed(scene, found, before)
    if weighed.reason:
        raise DoesNotFitDriver(weighed.reason, weighed.nearest)
    with sessions.begin() as session:
        planning.require_same(session, scene, policy)
        ride = queries.lock_ride(session, ride_id)
        session.add(
            RideMove(
                municipality_id=ride.municipality_id,
                ride_id=ride.id,
                from_driver_id=_holder_of(session, ride),
                to_driver_id=driver_id,
                moved_at=now,
                moved_by_id=actor.person_id,
            )
        )
        ride.pinned_driver_id = driver_id
        session.add(ride)
        by_hand = ByHand(actor, ride.id, is_agreed)
        publishing.publish(session, scene, found, policy=policy, by_hand=by_hand)
        if driver_id is None:
            ride.owner_id, ride.next_moment_at = actor.person_id, ride.pickup_from_at
            session.add(ride)
        _mark_undone(session, ride_id, undoing, now)
    return weighed


def undo(
    sessions: Sessions,
    *,
    ride_id: UUID,
    actor: Actor,
    now: datetime,
    solve: Solve,
    policy: PlanningPolicy = PLANNING,
) -> Move:
    """Back to whose the ride was before the last move by hand. Raises as `move`, and NotFound without one."""
    with sessions.read() as session:
        last = queries.find_last_move(session, ride_id)
        if last is None:
            raise NotFound(f"a move of ride {ride_id}")
        driver_id, move_id = last.from_driver_id, last.id
    return move(
        sessions,
        ride_id=ride_id,
        driver_id=driver_id,
        actor=actor,
        now=now,
        solve=solve,
        undoing=move_id,
        policy=policy,
    )


def refer_to_taxi(session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> Ride:
    """Nobody can drive it: the regional taxi does, and the passenger hears so. Raises NotAllowed, IllegalTransition."""
    ride = queries.lock_ride_and_day(session, ride_id)
    _require_planner(actor, ride)
    if ride.status is RideStatus.REFERRED:
        return ride
    if queries.list_live_promises(session, ride.id):
        raise IllegalTransition("ride", ride.status, RideAction.REFER)
    lifecycle.advance_ride(session, ride, RideAction.REFER, at=now)
    ride.owner_id = None
    session.add(ride)
    for kind in (EventKind.RIDE_REFERRED, EventKind.REQUEST_CLOSED):
        history.about_ride(session, kind, ride, at=now, acting_as=ActingAs.STAFF, actor_id=actor.person_id)
    steps.tell_passenger(session, NoticeKind.RIDE_REFERRED, ride, key=str(ride.id), at=now)
    return ride


def give_back(session: Session, *, ride_id: UUID, actor: Actor, now: datetime) -> Ride:
    """The planning looks for a driver again, for anybody. Raises NotAllowed."""
    ride = queries.lock_ride_and_day(session, ride_id)
    _require_planner(actor, ride)
    ride.owner_id = ride.escalated_at = ride.pinned_driver_id = None
    ride.next_moment_at = now
    session.add(ride)
    plan_again(session, ride.municipality_id, ride.day, now=now)
    return ride


def _require_planner(actor: Actor, ride: Ride) -> None:
    permissions.require(actor.has_role(ride.municipality_id, permissions.CASE_WORKERS))


def _read(
    session: Session, ride_id: UUID, driver_id: UUID | None, actor: Actor, now: datetime, policy: PlanningPolicy
) -> Scene:
    ride = queries.get_ride(session, ride_id)
    _require_planner(actor, ride)
    if ride.status not in OPEN_RIDES:
        raise IllegalTransition("ride", ride.status, RideAction.PLAN)
    holders = {promise.driver_id for promise in queries.list_live_promises(session, ride.id)}
    only = frozenset(holders | ({driver_id} if driver_id else set()))
    if driver_id is not None:
        _require_may_meet(session, ride, driver_id)
    return read_scene(
        session,
        municipality_id=ride.municipality_id,
        day=ride.day,
        now=now,
        policy=policy,
        hand=Hand(ride_id, driver_id),
        only=only,
    )


def _require_may_meet(session: Session, ride: Ride, driver_id: UUID) -> None:
    """A pair that is barred is never overruled, by nobody. Raises DoesNotFitDriver."""
    driver = driver_queries.get_driver(session, driver_id)
    is_barred = (ride.passenger_id, driver.person_id) in driver_queries.list_barred(session, ride.municipality_id)
    if is_barred or ride.passenger_id == driver.person_id:
        raise DoesNotFitDriver("avoided", [])


def _mark_undone(session: Session, ride_id: UUID, undoing: UUID | None, now: datetime) -> None:
    """The move that was undone, and the one that undid it, are no longer there to be undone."""
    if undoing is None:
        return
    undone = session.get_one(RideMove, undoing)
    undone.undone_at = now
    session.add(undone)
    session.flush()
    # Only now: both may have been made at one instant, and the last of those that are left is the one that undid it.
    if (mine := queries.find_last_move(session, ride_id)) is not None:
        mine.undone_at = now
        session.add(mine)


def _holder_of(session: Session, ride: Ride) -> UUID | None:
    live = queries.list_live_promises(session, ride.id)
    return live[0].driver_id if live else None


def _empty_metres_of(session: Session, scene: Scene) -> int:
    """What these drivers drive empty now, of what is still to be driven."""
    plan = queries.find_plan(session, scene.municipality_id, scene.day_on)
    days = queries.list_driver_days(session, plan.id) if plan else ()
    only = scene.only or frozenset()
    begun = {driver_id: {duty["leave_home"] for duty in duties} for driver_id, duties in scene.begun.items()}
    return sum(
        duty["empty_metres"]
        for day in days
        if day.driver_id in only
        for duty in day.duties
        if duty["leave_home"] not in begun.get(day.driver_id, ())
    )


def _weighed(scene: Scene, found: Json, before: int) -> Move:
    assert scene.hand is not None
    ride_id, driver_id = scene.hand.ride_id, scene.hand.driver_id
    if driver_id is not None and str(driver_id) not in {row["id"] for row in scene.day["drivers"]}:
        return Move(ride_id, driver_id, "driver_not_there")
    if driver_id is not None and not _has(scene.day["rides"], ride_id):
        return Move(ride_id, driver_id, "ride_is_past")
    if found["unserved"]:
        # Either this ride, or one that would have to make way for it.
        if any(why["ride"].startswith(str(ride_id)) for why in found["unserved"]):
            return Move(ride_id, driver_id, *_why_alone(scene, ride_id, driver_id))
        return Move(ride_id, driver_id, "another_would_lose")
    duty = next((duty for duty in found["duties"] if _drives(duty, ride_id)), None)
    broken = found["objective"].get("broken_promises", 0)
    own = sum(_drives(duty, ride_id) for duty in (scene.previous or {"duties": ()})["duties"])
    return Move(
        ride_id,
        driver_id,
        empty_metres=found["objective"]["empty_metres"] - before,
        broken=max(0, broken - own),
        leave_home=duty["leave_home"] if duty else None,
        back_home=duty["back_home"] if duty else None,
    )


def _why_alone(scene: Scene, ride_id: UUID, driver_id: UUID | None) -> tuple[str, list[dict[str, Any]]]:
    """Why this driver cannot take this ride, the others left aside, and what would have to give way."""
    own = [row for row in scene.day["drivers"] if row["id"] == str(driver_id)]
    asked = [{**row, "avoid": [], "prefer": []} for row in scene.day["rides"] if row["id"].startswith(str(ride_id))]
    day = read_day(json.dumps({**scene.day, "drivers": own, "rides": asked}).encode())
    why = why_unserved(day, [0])[0]
    nearest = [{"driver": str(driver_id), "relax": change.relax, "by": change.by} for change in why.nearest]
    return why.reason, nearest


def _has(rows: list[Json], ride_id: UUID) -> bool:
    return any(row["id"].startswith(str(ride_id)) for row in rows)


def _drives(duty: Json, ride_id: UUID) -> bool:
    return any(stop["ride"].startswith(str(ride_id)) for stop in duty["stops"])
