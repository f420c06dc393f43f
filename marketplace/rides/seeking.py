"""A ride that nobody drives: standby drivers are asked, then the ride planner has it, with what would help."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, notices
from marketplace.errors import IllegalTransition
from marketplace.models import (
    ActingAs,
    Driver,
    EventKind,
    NoticeKind,
    Promise,
    Ride,
    RideStatus,
    StandbyAsk,
)
from marketplace.permissions import Actor
from marketplace.queries import drivers as driver_queries
from marketplace.queries import rides as queries
from marketplace.queries.roster import read_roster
from marketplace.rides import steps
from marketplace.rides.driving import has_papers
from marketplace.rides.policies import PLANNING, PlanningPolicy
from matching.geography import haversine_km

# A ride of which the time is so near that the planning sends nobody out any more.
# Nobody is told more often than this that a ride waits for them.
LEAST_TIME: Final = timedelta(minutes=20)
TOO_NEAR: Final = {"reason": "no_time_left", "nearest": []}


def seek(
    session: Session, ride: Ride, why: dict[str, Any], *, policy: PlanningPolicy = PLANNING, now: datetime
) -> None:
    """Nobody drives it by this plan: ask the nearest on standby; where nobody is left to ask, it is the planner's."""
    if ride.status is not RideStatus.ASKED:
        return
    ride.escalation = {"reason": why["reason"], "nearest": why["nearest"]}
    session.add(ride)
    if ride.owner_id is not None:
        return
    asks = queries.list_standby_asks(session, [ride.id])
    if waiting := [ask for ask in asks if ask.answered_at is None and ask.answer_by > now]:
        ride.next_moment_at = min(ask.answer_by for ask in waiting)
        return
    asked = [_ask(session, ride, driver, policy, now) for driver in _candidates(session, ride, policy)]
    if asked:
        ride.next_moment_at = min(ask.answer_by for ask in asked)
        return
    hand_to_planner(session, ride, now=now)


def hand_to_planner(session: Session, ride: Ride, *, now: datetime) -> None:
    """The ride planner has it now, with why nobody drives it; the passenger hears that it is not sure yet."""
    planner = queries.find_ride_planner(session, ride.municipality_id, now)
    ride.owner_id, ride.escalated_at = planner, now
    ride.next_moment_at = _halfway(ride, now)
    session.add(ride)
    history.about_ride(
        session,
        EventKind.ESCALATED,
        ride,
        at=now,
        acting_as=ActingAs.ENGINE,
        person_id=planner,
        reason=(ride.escalation or {}).get("reason"),
    )
    key = f"{ride.id}:{now.isoformat()}"
    if planner is not None:
        steps.tell(session, NoticeKind.RIDE_FOR_PLANNER, ride, to=planner, key=key, at=now)
    steps.tell_unsure(session, ride, now=now)


def answer_standby(session: Session, *, ask_id: UUID, is_yes: bool, actor: Actor, now: datetime) -> StandbyAsk:
    """A standby driver says yes or no; the first yes counts, and the day is planned again with it.

    Raises NotFound, NotAllowed, IllegalTransition where somebody else drives it already.
    """
    ask = queries.get_ask(session, ask_id)
    steps.require_is(actor, ask.person_id)
    # The day is held: of two who say yes at once the first is first.
    ride = queries.lock_ride_and_day(session, ask.ride_id)
    session.refresh(ask)
    if ask.answered_at is not None:
        return ask  # pressed twice: the first answer counts
    asks = queries.list_standby_asks(session, [ride.id])
    is_taken = any(other.is_yes for other in asks)
    if is_yes and (ride.status is not RideStatus.ASKED or is_taken):
        raise IllegalTransition("ride", ride.status, "drive on standby")
    ask.answered_at, ask.is_yes = now, is_yes
    session.add(ask)
    history.about_ride(
        session,
        EventKind.STANDBY_ANSWERED,
        ride,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        person_id=ask.person_id,
        yes=is_yes,
    )
    if is_yes:
        for other in asks:
            if other.id != ask.id and other.answered_at is None:
                _tell(session, NoticeKind.STANDBY_OVER, other, now)
    still_asked = any(other.answered_at is None and other.answer_by > now for other in asks)
    if is_yes or not still_asked:
        due.add_plan(session, municipality_id=ride.municipality_id, day=ride.day, at=now)
    return ask


def look_again(session: Session, now: datetime) -> int:
    """Standby drivers who let their time pass: the next are asked, or the planner has it. How many rides."""
    rides = queries.list_waiting_in_vain(session, now)
    for ride in rides:
        ride.next_moment_at = now + timedelta(minutes=5)
        session.add(ride)
        due.add_plan(session, municipality_id=ride.municipality_id, day=ride.day, at=now)
    return len(rides)


def hand_on_overdue(session: Session, now: datetime) -> int:
    """A ride with which the ride planner did nothing in half of the time that was left goes to the team lead. How many.

    What lies with the team lead is put before them again, each time in half of what is left.
    """
    rides = queries.list_left_lying(session, now)
    for found in rides:
        ride = queries.lock_ride_and_day(session, found.id)
        lead = read_roster(session, ride.municipality_id, now=now).team_lead or ride.owner_id
        if ride.status is not RideStatus.ASKED or lead is None:
            continue
        ride.owner_id, ride.next_moment_at = lead, _halfway(ride, now)
        session.add(ride)
        history.about_ride(
            session, EventKind.CASE_REASSIGNED, ride, at=now, acting_as=ActingAs.ENGINE, person_id=lead, why="overdue"
        )
        key = f"{ride.id}:{now.isoformat()}"
        steps.tell(session, NoticeKind.RIDE_FOR_PLANNER, ride, to=lead, key=key, at=now)
    return len(rides)


def _halfway(ride: Ride, now: datetime) -> datetime:
    return now + max((ride.pickup_from_at - now) / 2, LEAST_TIME)


def said_yes(session: Session, promise: Promise) -> bool:
    """Whether this driver said yes to this very ride when asked on standby."""
    asks = queries.list_standby_asks(session, [promise.ride_id])
    return any(ask.driver_id == promise.driver_id and ask.is_yes for ask in asks)


def _candidates(session: Session, ride: Ride, policy: PlanningPolicy) -> list[Driver]:
    """Who is on standby and could take them, the nearest first; nobody twice."""
    asked = {ask.driver_id for ask in queries.list_standby_asks(session, [ride.id])}
    asked |= {promise.driver_id for promise in queries.list_promises(session, ride.id)}
    barred = driver_queries.list_barred(session, ride.municipality_id)
    drivers = [
        driver
        for driver in driver_queries.list_drivers(session, ride.municipality_id)
        if driver.is_standby
        and driver.id not in asked
        and driver.seats >= ride.persons
        and set(ride.needs) <= set(driver.carries)
        and driver.person_id != ride.passenger_id
        and (ride.passenger_id, driver.person_id) not in barred
    ]
    away = driver_queries.list_away_on(session, [driver.id for driver in drivers], ride.day)
    papers = driver_queries.list_papers(session, ride.municipality_id, [driver.person_id for driver in drivers])
    able = [
        driver for driver in drivers if driver.id not in away and has_papers(papers.get(driver.person_id, ()), ride.day)
    ]
    lat, lon = ride.origin["latitude"], ride.origin["longitude"]
    able.sort(key=lambda driver: (haversine_km(driver.latitude, driver.longitude, lat, lon), str(driver.id)))
    return able[: policy.standby_at_once]


def _ask(session: Session, ride: Ride, driver: Driver, policy: PlanningPolicy, now: datetime) -> StandbyAsk:
    ask = StandbyAsk(
        municipality_id=ride.municipality_id,
        ride_id=ride.id,
        driver_id=driver.id,
        person_id=driver.person_id,
        asked_at=now,
        answer_by=policy.answer_by(ride.pickup_from_at, ride.day, now),
    )
    session.add(ask)
    session.flush()
    history.about_ride(
        session, EventKind.STANDBY_ASKED, ride, at=now, acting_as=ActingAs.ENGINE, person_id=driver.person_id
    )
    _tell(session, NoticeKind.STANDBY_ASK, ask, now)
    return ask


def _tell(session: Session, kind: NoticeKind, ask: StandbyAsk, now: datetime) -> None:
    notices.queue(
        session,
        kind,
        municipality_id=ask.municipality_id,
        person_id=ask.person_id,
        at=now,
        key=str(ask.id),
        ride=ask.ride_id,
        standby=ask.id,
    )
