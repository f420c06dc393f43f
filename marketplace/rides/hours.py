"""When each driver can be on the road on a day: what they said, less what is taken elsewhere and what is past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.models import Driver, ReturnMode, Ride
from marketplace.queries import drivers as driver_queries
from marketplace.rides.policies import PlanningPolicy
from marketplace.trips import (
    Stop,
    alight_min,
    board_min,
    from_minutes,
    instant_of,
    minutes_between,
    minutes_since_midnight,
)

Windows = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hours:
    """``left``: minutes since midnight, by driver; ``available``: who said to have time on this day at all."""

    left: Mapping[UUID, Windows]
    available: frozenset[UUID]


def read_hours(
    session: Session,
    drivers: Sequence[Driver],
    said_yes: Mapping[UUID, Sequence[Ride]],
    *,
    day: date,
    now_minute: int,
    own_days: frozenset[UUID],
    policy: PlanningPolicy,
) -> Hours:
    """When each driver can be on the road, in minutes since midnight: hours, and what standby said yes to, less what
    is taken elsewhere and what is past."""
    said = driver_queries.windows_of_day(session, drivers, day)
    away = driver_queries.list_away_on(session, [driver.id for driver in drivers], day)
    first = epoch_minute(from_minutes(day, 0))
    taken = driver_queries.list_taken(
        session,
        [driver.person_id for driver in drivers],
        first=first,
        last=first + 2 * 1440,
        besides=own_days,
    )
    earliest = now_minute + 1 if now_minute >= 0 else 0
    found: dict[UUID, tuple[tuple[int, int], ...]] = {}
    available = set()
    for driver in drivers:
        if driver.id in away:
            continue
        pieces = [
            (minutes_since_midnight(instant_of(day, start), day), minutes_since_midnight(instant_of(day, end), day))
            for start, end in said.get(driver.id, ())
        ]
        pieces += [_span_of(ride, driver, day, policy) for ride in said_yes.get(driver.id, ())]
        if pieces:
            available.add(driver.id)
        busy = [minute - first for minute in taken.get(driver.person_id, ())]
        left = without(_merged(pieces), busy)
        left = [(max(start, earliest), end) for start, end in left if end > earliest]
        if left:
            found[driver.id] = tuple(left)
    return Hours(found, frozenset(available))


def _span_of(ride: Ride, driver: Driver, day: date, policy: PlanningPolicy) -> tuple[int, int]:
    """From leaving home for this ride alone until being home again, with some room."""
    origin, destination = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
    home = Stop("", driver.postcode, "", "", driver.latitude, driver.longitude, known=f"home:{driver.id}")
    start = minutes_since_midnight(ride.pickup_from_at, day) - minutes_between(home, origin)
    last_at = ride.return_until_at or ride.pickup_until_at
    there = minutes_between(origin, destination)
    aboard = board_min(ride.needs_help) + there + alight_min(ride.needs_help)
    end = minutes_since_midnight(last_at, day) + aboard
    if ride.return_mode is ReturnMode.WAIT:
        end += ride.wait_minutes + aboard
    ends_at = destination if ride.return_mode is ReturnMode.NONE else origin
    end += minutes_between(ends_at, home)
    return max(0, start - policy.standby_margin_min), end + policy.standby_margin_min


def _merged(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def without(pieces: Sequence[tuple[int, int]], busy: Sequence[int]) -> list[tuple[int, int]]:
    """Pieces less the minutes that are taken."""
    left = []
    for start, end in pieces:
        at = start
        for minute in busy:
            if at <= minute < end:
                if minute > at:
                    left.append((at, minute))
                at = minute + 1
        if at < end:
            left.append((at, end))
    return left


def epoch_minute(at: datetime) -> int:
    """Whole minutes since 1970, in UTC."""
    return int(at.timestamp() // 60)
