"""A day as the planner is given it: read in one short transaction, and recognised again by its digest.

Everything is put in the form of the planner's interface (a day, and the plan there was), minutes since local midnight.
What has begun is left out: its driver is on the road, and its passengers were told when.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle import LIVE_PROMISES, STANDING_PROMISES
from marketplace.models import (
    DayPlan,
    Driver,
    DriverDay,
    Promise,
    PromiseStatus,
    ReturnMode,
    Ride,
    RideLeg,
    StandbyAsk,
)
from marketplace.queries import drivers as driver_queries
from marketplace.queries import rides as queries
from marketplace.rides.driving import has_papers
from marketplace.rides.hours import read_hours, without
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.trips import (
    TRAVEL,
    Stop,
    alight_min,
    board_min,
    home_of,
    legs_of,
    minutes_between,
    minutes_since_midnight,
)
from transport.travel import Place as Point

Json = dict[str, Any]
# A ride of which the way out is behind us goes on under a name of its own, as a ride from there back.
REST: Final = ":return"
THERE: Final = ":out"


@dataclass(frozen=True)
class Hand:
    """What a ride planner wants by hand: this ride with that driver, or with nobody (None)."""

    ride_id: UUID
    driver_id: UUID | None


@dataclass(frozen=True)
class Scene:
    """A day of one municipality, or the part of it that some drivers drive.

    day, previous : as `transport` reads them; previous None where nothing was promised yet
    begun : what drivers are already on the road for, by driver
    """

    municipality_id: UUID
    day_on: date
    now: datetime
    day: Json
    previous: Json | None
    begun: Mapping[UUID, tuple[Json, ...]]
    modes: Mapping[str, ReturnMode]
    digest: str
    only: frozenset[UUID] | None = None
    hand: Hand | None = None

    @property
    def has_rides(self) -> bool:
        return bool(self.day["rides"])


@dataclass
class _Facts:
    """What was read of a day."""

    plan: DayPlan | None
    rides: Sequence[Ride]
    drivers: Sequence[Driver]
    windows: Mapping[UUID, tuple[tuple[int, int], ...]]
    promises: Mapping[UUID, list[Promise]]
    asks: Mapping[UUID, list[StandbyAsk]]
    driver_days: Mapping[UUID, DriverDay]
    barred: frozenset[tuple[UUID, UUID]]
    now_minute: int
    notice_min: int
    modes: Mapping[str, ReturnMode]
    # Every ride of the day, whatever became of it, and where the cars of those who drive on it stand.
    known: Mapping[str, Ride]
    homes: Mapping[UUID, Point]
    # Who said to have time on this day at all; who let a question about it pass.
    available: frozenset[UUID]
    silent: frozenset[UUID]


def read_scene(
    session: Session,
    *,
    municipality_id: UUID,
    day: date,
    now: datetime,
    policy: PlanningPolicy = PLANNING,
    hand: Hand | None = None,
    only: frozenset[UUID] | None = None,
) -> Scene:
    """The day as it stands. ``only``: of these drivers and what they drive; ``hand``: with one ride moved."""
    facts = _read(session, municipality_id, day, now, policy)
    begun = {driver_id: _begun(each, facts) for driver_id, each in facts.driver_days.items()}
    on_the_road = begun_legs(begun, facts.modes)
    places: dict[str, Json] = {}
    drivers = [driver for driver in facts.drivers if only is None or driver.id in only]
    driver_rows = [row for driver in drivers if (row := _driver_row(driver, facts, begun, places)) is not None]
    known = frozenset(row["id"] for row in driver_rows)
    rows = [
        _ride_row(part, ride, facts, places, known)
        for ride in facts.rides
        for part in _parts_of(ride, facts, on_the_road, only=only, hand=hand)
    ]
    ride_rows = [row for row in rows if row is not None]
    travel = {
        "kind": "great_circle",
        "detour": TRAVEL.detour,
        "km_per_hour": TRAVEL.km_per_hour,
        "overhead_min": int(TRAVEL.overhead_min),
    }
    document = {"travel": travel, "places": list(places.values()), "drivers": driver_rows, "rides": ride_rows}
    previous = _previous(facts, begun, ride_rows)
    digest = _digest(document, previous, facts)
    return Scene(municipality_id, day, now, document, previous, begun, dict(facts.modes), digest, only, hand)


# --- reading -------------------------------------------------------------------------------------------------------


def _read(session: Session, municipality_id: UUID, day: date, now: datetime, policy: PlanningPolicy) -> _Facts:
    plan = queries.find_plan(session, municipality_id, day)
    rides = queries.list_open_rides(session, municipality_id, day)
    promises: defaultdict[UUID, list[Promise]] = defaultdict(list)
    known = queries.list_rides(session, municipality_id, day)
    for promise in queries.list_promises_of_rides(session, [ride.id for ride in known]):
        promises[promise.ride_id].append(promise)
    asks: defaultdict[UUID, list[StandbyAsk]] = defaultdict(list)
    for ask in queries.list_standby_asks(session, [ride.id for ride in rides]):
        asks[ask.ride_id].append(ask)
    driver_days = {each.driver_id: each for each in queries.list_driver_days(session, plan.id)} if plan else {}
    drivers = driver_queries.list_drivers(session, municipality_id)
    papers = driver_queries.list_papers(session, municipality_id, [driver.person_id for driver in drivers])
    drivers = [driver for driver in drivers if has_papers(papers.get(driver.person_id, ()), day)]
    facts = _Facts(
        plan=plan,
        rides=rides,
        drivers=drivers,
        windows={},
        promises=promises,
        asks=asks,
        driver_days=driver_days,
        barred=driver_queries.list_barred(session, municipality_id),
        now_minute=minutes_since_midnight(now, day),
        notice_min=policy.notice_min,
        modes={str(ride.id): ride.return_mode for ride in known},
        known={str(ride.id): ride for ride in known},
        homes={driver_id: home_of(driver_queries.get_driver(session, driver_id)) for driver_id in driver_days},
        available=frozenset(),
        silent=queries.list_silent(session, plan.id) if plan else frozenset(),
    )
    said_yes: defaultdict[UUID, list[Ride]] = defaultdict(list)
    for ride in rides:
        for ask in asks.get(ride.id, ()):
            if ask.is_yes:
                said_yes[ask.driver_id].append(ride)
    hours = read_hours(
        session,
        drivers,
        said_yes,
        day=day,
        now_minute=facts.now_minute,
        own_days=frozenset(each.id for each in driver_days.values()),
        policy=policy,
    )
    facts.windows, facts.available = hours.left, hours.available
    return facts


# --- what has begun --------------------------------------------------------------------------------------------------


def _begun(each: DriverDay, facts: _Facts) -> tuple[Json, ...]:
    """Duties whose driver has left home, without what was taken back or given back since.

    Of a driver who can't go on, only what they already drive.
    """
    can_go_on = each.driver_id in facts.available
    kept = []
    for duty in each.duties:
        if duty["leave_home"] > facts.now_minute:
            continue
        boarded = {(stop["ride"], _leg_of(stop, facts)) for stop in duty["stops"] if _boarded(stop, facts)}
        stops = [
            stop
            for stop in duty["stops"]
            if _holds(each, stop, facts) and (can_go_on or (stop["ride"], _leg_of(stop, facts)) in boarded)
        ]
        if stops:
            # What was taken out makes the kilometres that were planned too many.
            driven = _metres_of(each, stops, facts) if len(stops) < len(duty["stops"]) else {}
            kept.append({**duty, "stops": stops, **driven})
    return tuple(kept)


def _metres_of(each: DriverDay, stops: Sequence[Json], facts: _Facts) -> Json:
    """How far a duty is with these stops, and how much of it without a passenger."""
    at, aboard, metres, empty = facts.homes[each.driver_id], 0, 0, 0
    ends = [_point_of(stop, facts) for stop in stops]
    for stop, point in zip([*stops, None], [*ends, facts.homes[each.driver_id]], strict=True):
        way = TRAVEL.metres(at, point)
        metres, empty, at = metres + way, empty + (0 if aboard else way), point
        if stop is not None:
            aboard += 1 if stop["kind"].endswith("pickup") else -1
    return {"metres": metres, "empty_metres": empty}


def _point_of(stop: Json, facts: _Facts) -> Point:
    ride = facts.known[stop["ride"]]
    is_origin = stop["kind"] in ("pickup", "return_dropoff")
    return Stop.from_json(ride.origin if is_origin else ride.destination).point


def _holds(each: DriverDay, stop: Json, facts: _Facts) -> bool:
    """Whether this driver still is to drive this, or drove it."""
    leg = _leg_of(stop, facts)
    promises = facts.promises.get(UUID(stop["ride"]), ())
    return any(_is_standing(one) and one.leg is leg and one.driver_id == each.driver_id for one in promises)


def _boarded(stop: Json, facts: _Facts) -> bool:
    return stop["kind"] in ("pickup", "return_pickup") and int(stop["arrive"]) <= facts.now_minute


def _leg_of(stop: Json, facts: _Facts) -> RideLeg:
    return leg_of(stop["kind"], facts.modes.get(stop["ride"], ReturnMode.NONE))


def leg_of(kind: str, mode: ReturnMode) -> RideLeg:
    """The drive that a stop belongs to: where the driver waits there is but one."""
    is_return = kind.startswith("return_") and mode is ReturnMode.LATER
    return RideLeg.RETURN if is_return else RideLeg.OUT


def begun_legs(begun: Mapping[UUID, tuple[Json, ...]], modes: Mapping[str, ReturnMode]) -> set[tuple[str, RideLeg]]:
    """The drives that are on the road."""
    stops = (stop for duties in begun.values() for duty in duties for stop in duty["stops"])
    return {(stop["ride"], leg_of(stop["kind"], modes.get(stop["ride"], ReturnMode.NONE))) for stop in stops}


# --- rows of the interface -------------------------------------------------------------------------------------------


def _driver_row(
    driver: Driver, facts: _Facts, begun: Mapping[UUID, tuple[Json, ...]], places: dict[str, Json]
) -> Json | None:
    """A driver with what is left of their day; None where nothing is."""
    mine = begun.get(driver.id, ())
    windows = list(facts.windows.get(driver.id, ()))
    for duty in mine:
        windows = without(windows, range(duty["leave_home"], duty["back_home"]))
    driven = len(begun_legs({driver.id: mine}, facts.modes))
    if not windows or driver.max_rides <= driven:
        return None
    home = f"home:{driver.id}"
    places[home] = {"id": home, "lat": driver.latitude, "lon": driver.longitude}
    return {
        "id": str(driver.id),
        "home": home,
        "windows": [[start, end] for start, end in windows],
        "seats": driver.seats,
        "carries": sorted(driver.carries),
        "max_rides": driver.max_rides - driven,
    }


@dataclass(frozen=True)
class _Part:
    """Drives of a ride that are planned together; ``holder`` alone may drive them where it is given."""

    key: str
    legs: tuple[RideLeg, ...]
    holder: UUID | None = None
    keeps_minute: bool = False


def _parts_of(
    ride: Ride, facts: _Facts, on_the_road: set[tuple[str, RideLeg]], *, only: frozenset[UUID] | None, hand: Hand | None
) -> Iterator[_Part]:
    """What of a ride is still to be planned: all of it, what is left of it, or what these drivers drive of it."""
    key = str(ride.id)
    legs = tuple(leg for leg in legs_of(ride.return_mode) if (key, leg) not in on_the_road)
    if not legs:
        return
    # A return may stand in a duty that has begun while the way out lost its driver, and the other way round.
    is_whole = len(legs) == len(legs_of(ride.return_mode))
    name = key if is_whole else key + (REST if legs == (RideLeg.RETURN,) else THERE)
    if hand is not None and hand.ride_id == ride.id:
        if hand.driver_id is not None:
            yield _Part(name, legs, hand.driver_id)
        return
    if only is None:
        pinned = ride.pinned_driver_id
        yield _Part(name, legs, pinned if pinned in facts.windows else None)
        return
    held = {promise.leg: promise.driver_id for promise in facts.promises.get(ride.id, ()) if _is_live(promise)}
    mine = [leg for leg in legs if held.get(leg) in only]
    if len(mine) == len(legs_of(ride.return_mode)) and len(set(held.values())) == 1:
        yield _Part(key, tuple(mine), held[mine[0]])
        return
    for leg in mine:
        is_one = len(legs_of(ride.return_mode)) == 1
        suffix = REST if leg is RideLeg.RETURN else "" if is_one else THERE
        yield _Part(key + suffix, (leg,), held[leg], keeps_minute=True)


def _ride_row(part: _Part, ride: Ride, facts: _Facts, places: dict[str, Json], known: frozenset[str]) -> Json | None:
    """A part of a ride; None where its time has passed."""
    out, back = _pickup_of(RideLeg.OUT, part, ride, facts), _pickup_of(RideLeg.RETURN, part, ride, facts)
    pickup = out if RideLeg.OUT in part.legs else back
    if pickup is None or (RideLeg.RETURN in part.legs and back is None):
        return None
    origin, destination = _place_ids(ride, places)
    if RideLeg.OUT not in part.legs:
        origin, destination = destination, origin
    returns: Json | None = None
    if ride.return_mode is ReturnMode.WAIT:
        returns = {"mode": "wait", "minutes": ride.wait_minutes}
    elif len(part.legs) == 2:
        returns = {"mode": "later", "pickup": list(back or ())}
    return {
        "id": part.key,
        "from": origin,
        "to": destination,
        "pickup": list(pickup),
        "persons": ride.persons,
        "needs": list(ride.needs),
        "board_min": board_min(ride.needs_help),
        "alight_min": alight_min(ride.needs_help),
        "return": returns,
        "pool": ride.may_share,
        "max_ride_min": None,
        "prefer": [driver_id for driver_id in ride.prefers if driver_id in known],
        "avoid": sorted(_avoided(part, ride, facts, known)),
    }


def _pickup_of(leg: RideLeg, part: _Part, ride: Ride, facts: _Facts) -> tuple[int, int] | None:
    """In which minutes boarding may begin; None where that is past, or the drive is none of this part."""
    if leg not in part.legs:
        return None
    promised = {each.leg: each for each in facts.promises.get(ride.id, ()) if _is_standing(each)}
    if part.keeps_minute and leg in promised:
        minute = minutes_since_midnight(promised[leg].pickup_at, ride.day)
        return minute, minute
    first_at, last_at = ride.pickup_from_at, ride.pickup_until_at
    if leg is RideLeg.OUT and RideLeg.RETURN not in part.legs and RideLeg.RETURN in promised:
        # Who fetches them back comes when they said.
        takes = board_min(ride.needs_help) + alight_min(ride.needs_help)
        takes += minutes_between(Stop.from_json(ride.origin), Stop.from_json(ride.destination))
        last_at = min(last_at, promised[RideLeg.RETURN].pickup_at - timedelta(minutes=takes))
    if leg is RideLeg.RETURN:
        assert ride.return_from_at is not None
        assert ride.return_until_at is not None
        first_at, last_at = ride.return_from_at, ride.return_until_at
        if RideLeg.OUT not in part.legs and RideLeg.OUT in promised:
            # Nobody is fetched before they have arrived; a driver who is late is waited for.
            first_at = max(first_at, promised[RideLeg.OUT].finish_at)
            last_at = max(first_at, last_at)
    # Who was told a minute keeps it; nobody else is fetched, or sent out, at a moment's notice.
    soon = 1 if leg in promised else facts.notice_min
    earliest = max(0, facts.now_minute + soon)
    first, last = (minutes_since_midnight(at, ride.day) for at in (first_at, last_at))
    first = max(first, earliest)
    return (first, last) if first <= last else None


def _avoided(part: _Part, ride: Ride, facts: _Facts, known: frozenset[str]) -> set[str]:
    """Drivers who may not have this: barred, said no or nothing, or others than the one who must."""
    if part.holder is not None:
        return set(known) - {str(part.holder)}
    people = {str(driver.id): driver.person_id for driver in facts.drivers}
    found = {name for name in known if (ride.passenger_id, people[name]) in facts.barred}
    found |= {name for name in known if people[name] == ride.passenger_id}
    ended = (PromiseStatus.DECLINED, PromiseStatus.LAPSED)
    found |= {str(each.driver_id) for each in facts.promises.get(ride.id, ()) if each.status in ended}
    found |= {str(ask.driver_id) for ask in facts.asks.get(ride.id, ()) if ask.is_yes is False}
    # Who let one question of this day pass is not asked another; what they have already is another matter.
    holders = {str(each.driver_id) for each in facts.promises.get(ride.id, ()) if _is_live(each)}
    found |= {str(driver_id) for driver_id in facts.silent} - holders
    return found & known


def _place_ids(ride: Ride, places: dict[str, Json]) -> tuple[str, str]:
    """Both ends; one door is one place for all who go there."""
    stops = {"from": Stop.from_json(ride.origin), "to": Stop.from_json(ride.destination)}
    ids = {end: stop.key or f"{end}:{ride.id}" for end, stop in stops.items()}
    if ids["from"] == ids["to"]:
        ids = {end: f"{end}:{ride.id}" for end in stops}
    for end, stop in stops.items():
        places.setdefault(ids[end], {"id": ids[end], "lat": stop.latitude, "lon": stop.longitude})
    return ids["from"], ids["to"]


def _previous(facts: _Facts, begun: Mapping[UUID, tuple[Json, ...]], rows: Sequence[Json]) -> Json | None:
    """The plan there was, as far as it is still to be driven, by the names that the rows give."""
    names = _names_of_legs(rows)
    live = {
        (str(each.ride_id), each.leg, each.driver_id)
        for promises in facts.promises.values()
        for each in promises
        if _is_live(each)
    }
    duties = []
    for each in facts.driver_days.values():
        started = {duty["leave_home"] for duty in begun.get(each.driver_id, ())}
        for duty in each.duties:
            if duty["leave_home"] in started and duty["leave_home"] <= facts.now_minute:
                continue
            stops = []
            for stop in duty["stops"]:
                leg = _leg_of(stop, facts)
                name = names.get((stop["ride"], leg))
                if name is not None and (stop["ride"], leg, each.driver_id) in live:
                    stops.append({**stop, "ride": name, "kind": _kind_in(name, stop["kind"])})
            if stops:
                window = _window_at(facts.windows.get(each.driver_id, ()), duty["leave_home"])
                duties.append({**duty, "driver": str(each.driver_id), "window": window, "stops": stops})
    if not duties:
        return None
    return {"duties": duties}


def _names_of_legs(rows: Sequence[Json]) -> dict[tuple[str, RideLeg], str]:
    found = {}
    for row in rows:
        ride_id, _, rest = row["id"].partition(":")
        if rest != REST[1:]:
            found[ride_id, RideLeg.OUT] = row["id"]
        if rest == REST[1:] or (not rest and (row["return"] or {}).get("mode") == "later"):
            found[ride_id, RideLeg.RETURN] = row["id"]
    return found


def _kind_in(name: str, kind: str) -> str:
    """A stop of a return that is planned by itself is a plain one there."""
    return kind.removeprefix("return_") if name.endswith(REST) else kind


def _window_at(windows: Sequence[tuple[int, int]], minute: int) -> int:
    return next((at for at, (start, end) in enumerate(windows) if start <= minute <= end), 0)


def _is_live(promise: Promise) -> bool:
    return promise.status in LIVE_PROMISES


def _is_standing(promise: Promise) -> bool:
    return promise.status in STANDING_PROMISES


def _digest(document: Json, previous: Json | None, facts: _Facts) -> str:
    """What the plan is made of. Whoever finds another one when writing has planned a day that is no longer so."""
    version = facts.plan.version if facts.plan else 0
    promises = sorted((str(each.id), each.status.value) for promises in facts.promises.values() for each in promises)
    text = json.dumps([document, previous, version, promises], sort_keys=True)
    return sha256(text.encode()).hexdigest()
