"""What rides cost: so much a kilometre from the driver's home and back, shared by who rode, in whole cents.

The passenger pays the driver. Where nobody was at home, or the passenger did not want to go, the organisation does: a
driver never loses by it. Parking is paid apart, by the same.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import notices
from marketplace.models import (
    Driver,
    DriverDay,
    DriveResult,
    NoticeKind,
    Promise,
    PromiseStatus,
    Ride,
    RideCost,
    RideLeg,
)
from marketplace.policies import AMSTERDAM
from marketplace.queries import drivers as driver_queries
from marketplace.queries import ride_costs as costs
from marketplace.queries import rides as queries
from marketplace.rides import steps
from marketplace.rides.scene import Json, leg_of
from marketplace.trips import TARIFF, Stop, alone_metres, home_of, round_metres
from transport.reimbursement import reimburse_metres, split_over_rides

_PASSENGERS: Final = frozenset({DriveResult.DRIVEN})
_PAID: Final = frozenset({DriveResult.DRIVEN, DriveResult.NOT_AT_HOME, DriveResult.TURNED_DOWN})


@dataclass(frozen=True)
class MoneyPolicy:
    """Up to how much a volunteer may be paid in a year without tax, and when that is said to come near.

    2 100 euro: the volunteers' scheme of 2025 (Wet op de loonbelasting 1964, article 2, paragraph 6).
    """

    yearly_limit_cents: int = 210_000
    warn_from_share: float = 0.9
    # A month is written up when all that was driven in it has been reported, or taken as driven.
    statement_on_day: int = 3

    def __post_init__(self) -> None:
        if self.yearly_limit_cents <= 0 or not 0 < self.warn_from_share <= 1:
            raise ValueError("MoneyPolicy: a limit above 0, and a share of it")


MONEY: Final = MoneyPolicy()


def settle_day(session: Session, day: DriverDay, *, now: datetime) -> bool:
    """Count what a driver's day cost, once everything of it has been reported. Whether it was counted now."""
    promises = queries.list_promises_of_day(session, day.id)
    if day.settled_at is not None or any(each.status is PromiseStatus.ACCEPTED for each in promises):
        return False
    done = {(str(each.ride_id), each.leg): each for each in promises if each.status is PromiseStatus.DONE}
    if not done or any(each.status is PromiseStatus.PROPOSED and each.pickup_at > now for each in promises):
        return False
    driver = driver_queries.get_driver(session, day.driver_id)
    rides = {each.ride_id: queries.get_ride(session, each.ride_id) for each in done.values()}
    for duty in day.duties:
        _settle_duty(session, day, duty, done, driver, rides, now)
    day.settled_at = now
    session.add(day)
    session.flush()
    for ride in rides.values():
        _give_receipt(session, ride, now)
    return True


def write_statements(session: Session, now: datetime, policy: MoneyPolicy = MONEY) -> int:
    """Drivers hear, once, that the month that is over has been written up. How many drivers have one."""
    today = now.astimezone(AMSTERDAM).date()
    if today.day < policy.statement_on_day:
        return 0
    last = today.replace(day=1) - timedelta(days=1)
    drivers = costs.list_paid_drivers(session, first=last.replace(day=1), last=last)
    for driver in drivers:
        _tell_driver(session, NoticeKind.DRIVER_STATEMENT, driver, f"{driver.id}:{last:%Y-%m}", now)
    return len(drivers)


def warn_of_limit(session: Session, now: datetime, policy: MoneyPolicy = MONEY) -> int:
    """Who comes near the yearly limit hears so once a year, and the ride planner with them. How many drivers."""
    today = now.astimezone(AMSTERDAM).date()
    warned = 0
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    for driver_id, cents in costs.sum_by_driver(session, first=first, last=last):
        if cents < policy.warn_from_share * policy.yearly_limit_cents:
            continue
        driver = driver_queries.get_driver(session, driver_id)
        key = f"{driver.id}:{today.year}"
        _tell_driver(session, NoticeKind.DRIVER_LIMIT, driver, key, now)
        planner = queries.find_ride_planner(session, driver.municipality_id, now)
        if planner is not None:
            notices.queue(
                session,
                NoticeKind.DRIVER_LIMIT,
                municipality_id=driver.municipality_id,
                person_id=planner,
                at=now,
                key=key,
                driver=driver.id,
            )
        warned += 1
    return warned


def _settle_duty(
    session: Session,
    day: DriverDay,
    duty: Json,
    done: dict[tuple[str, RideLeg], Promise],
    driver: Driver,
    rides: dict[UUID, Ride],
    now: datetime,
) -> None:
    """The kilometres that were driven, and their cents, shared by the drives as far as each is by itself."""
    mine: dict[tuple[str, RideLeg], Promise] = {}
    stops = []
    for stop in duty["stops"]:
        promise = _find(stop, done, rides)
        if promise is None or promise.result not in _PAID:
            continue
        mine[str(promise.ride_id), promise.leg] = promise
        ride = rides[promise.ride_id]
        ends = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
        stops.append(ends[0] if stop["kind"] in ("pickup", "return_dropoff") else ends[1])
    if not mine:
        return
    promises = list(mine.values())
    # Where all was driven as planned, as far as the plan says; else as far as is left of it.
    is_whole = len(stops) == len(duty["stops"])
    metres = int(duty["metres"]) if is_whole else round_metres(home_of(driver), stops)
    paid = reimburse_metres(metres, TARIFF.policy_on(day.day))
    alone = [alone_metres(home_of(driver), rides[each.ride_id], each.leg) for each in promises]
    shares = zip(split_over_rides(metres, alone), split_over_rides(paid.cents, alone), promises, strict=True)
    for share_metres, share_cents, promise in shares:
        session.add(
            RideCost(
                promise_id=promise.id,
                municipality_id=day.municipality_id,
                ride_id=promise.ride_id,
                driver_id=driver.id,
                driver_day_id=day.id,
                passenger_id=rides[promise.ride_id].passenger_id,
                day=day.day,
                metres=share_metres,
                cents=share_cents,
                parking_cents=promise.parking_cents,
                is_passengers=promise.result in _PASSENGERS,
                counted_at=now,
            )
        )


def _find(stop: Json, done: dict[tuple[str, RideLeg], Promise], rides: dict[UUID, Ride]) -> Promise | None:
    ride = rides.get(UUID(stop["ride"]))
    return None if ride is None else done.get((stop["ride"], leg_of(stop["kind"], ride.return_mode)))


def _give_receipt(session: Session, ride: Ride, now: datetime) -> None:
    """Once everything of a ride has been counted, the passenger hears what it cost."""
    standing = queries.list_standing_promises(session, ride.id)
    counted = costs.list_costs(session, ride.id)
    is_whole = {cost.promise_id for cost in counted} >= {
        each.id for each in standing if each.result in _PAID or each.result is None
    }
    if is_whole and any(cost.is_passengers for cost in counted):
        steps.tell(session, NoticeKind.RIDE_RECEIPT, ride, to=steps.told_for(ride), key=str(ride.id), at=now)


def _tell_driver(session: Session, kind: NoticeKind, driver: Driver, key: str, now: datetime) -> None:
    notices.queue(
        session,
        kind,
        municipality_id=driver.municipality_id,
        person_id=driver.person_id,
        at=now,
        key=key,
        driver=driver.id,
    )
