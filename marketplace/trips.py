"""What somebody fills in to be driven, checked; and what follows: when to be fetched, and about what it costs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final, Self
from uuid import UUID

from marketplace.errors import InvalidInput
from marketplace.geocoding import Place
from marketplace.models import Channel, Driver, ReturnMode, Ride, RideLeg, Timing
from marketplace.policies import AMSTERDAM, local_midnight
from marketplace.workdays import workdays_after
from matching.geography import KM_PER_DEGREE
from transport.reimbursement import ReimbursementPolicy, Tariff, reimburse_metres, reimburse_ride
from transport.travel import GreatCircleTravel
from transport.travel import Place as Point

# What goes along and not every car takes.
NEEDS: Final = ("rollator", "folding_wheelchair")
TRAVEL: Final = GreatCircleTravel()
TARIFF: Final = Tariff(((date(2020, 1, 1), ReimbursementPolicy(cents_per_km=30)),))
MAX_PERSONS: Final = 4
MAX_WAIT_MIN: Final = 4 * 60
MAX_DAYS_AHEAD: Final = 366
MINUTES_A_DAY: Final = 1440


@dataclass(frozen=True)
class RidePolicy:
    """How rides are asked: how far ahead, how wide a window of fetching is, how long getting in and out takes."""

    workdays_ahead: int = 2
    board_min: int = 5
    alight_min: int = 5
    # For who is helped in and out.
    help_min: int = 5
    # Who must be somewhere is there so long before, and is fetched within so long a window.
    there_before_min: int = 5
    arrive_window_min: int = 25
    # Who names when to be fetched is fetched from so long before until so long after.
    fetch_before_min: int = 10
    fetch_after_min: int = 15
    # Who is done somewhere waits no longer than this.
    return_within_min: int = 30
    shared_extra_min: int = 15
    # About how far drivers live: what a ride costs begins at their home.
    furthest_driver_km: float = 5.0
    # So far ahead the days of a repeating ride are made.
    standing_days_ahead: int = 28
    # From so long before it begins, taking a ride back is late: somebody has arranged their day.
    late_cancel_h: float = 24

    def __post_init__(self) -> None:
        if min(self.workdays_ahead, self.board_min, self.alight_min, self.help_min, self.there_before_min) < 0:
            raise ValueError("RidePolicy: no amount is below 0")
        if self.standing_days_ahead < 1:
            raise ValueError("RidePolicy: a repeating ride is made at least a day ahead")

    def first_day(self, now: datetime) -> date:
        """The first day that can still be asked for and surely be planned."""
        return workdays_after(now.astimezone(AMSTERDAM).date(), self.workdays_ahead)


RIDES: Final = RidePolicy()


@dataclass(frozen=True)
class Stop:
    """Where somebody gets in or out: a place known by name, or a front door. Degrees WGS 84."""

    name: str
    postcode: str
    neighbourhood: str
    municipality: str
    latitude: float
    longitude: float
    street: str = ""
    house_number: str = ""
    # The code of a known place, if it is one.
    known: str = ""

    @classmethod
    def at(cls, place: Place, *, name: str = "", street: str = "", house_number: str = "", known: str = "") -> Self:
        """The stop of a place that was found by its postcode."""
        return cls(
            name,
            place.postcode,
            place.neighbourhood,
            place.municipality,
            place.latitude,
            place.longitude,
            street,
            house_number,
            known,
        )

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        return cls(**row)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def key(self) -> str:
        """The same for two rides to one door: a known place, or postcode, street and number."""
        if self.known:
            return self.known
        return f"{self.postcode}/{self.street.lower()}/{self.house_number.lower()}" if self.house_number else ""

    @property
    def point(self) -> Point:
        return Point(self.key or f"{self.latitude},{self.longitude}", self.latitude, self.longitude)


@dataclass(frozen=True)
class NewRide:
    """A ride as it was asked. Minutes are those of the clock on the wall, on ``day``."""

    origin: Stop
    destination: Stop
    day: date
    timing: Timing
    wanted_minute: int
    return_mode: ReturnMode = ReturnMode.NONE
    wait_minutes: int = 0
    return_minute: int | None = None
    companions: int = 0
    needs: tuple[str, ...] = ()
    needs_help: bool = False
    may_share: bool = False
    prefers: tuple[UUID, ...] = ()
    remark: str = ""
    channel: Channel = Channel.WEB
    # "Ik weet dat het misschien niet lukt": asked too late to be sure of it.
    accepts_doubt: bool = False
    # Repeating: weekdays (0 is Monday) until this day, ``day`` being the first.
    weekdays: tuple[int, ...] = ()
    until: date | None = None

    @property
    def persons(self) -> int:
        return 1 + self.companions


@dataclass(frozen=True)
class Times:
    """When boarding may begin, both ends included, out and for a return that is fetched later; aware UTC."""

    pickup_from_at: datetime
    pickup_until_at: datetime
    return_from_at: datetime | None = None
    return_until_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day it is planned with."""
        return self.pickup_from_at.astimezone(AMSTERDAM).date()


def instant_of(day: date, minute: int) -> datetime:
    """What the clock on the wall shows on a day, as an instant in UTC.

    Of an hour that comes twice the first; what falls in an hour that is skipped lies as far after it.
    """
    days, left = divmod(minute, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(left // 60, left % 60), AMSTERDAM)
    return wall.astimezone(UTC)


def minutes_since_midnight(at: datetime, day: date) -> int:
    """Whole minutes that passed since a local day began; on the day the clocks change these are not the clock's."""
    return int((at - local_midnight(day).astimezone(UTC)).total_seconds() // 60)


def from_minutes(day: date, minutes: int) -> datetime:
    """The other way round."""
    return local_midnight(day).astimezone(UTC) + timedelta(minutes=minutes)


def board_min(needs_help: bool, policy: RidePolicy = RIDES) -> int:
    return policy.board_min + (policy.help_min if needs_help else 0)


def alight_min(needs_help: bool, policy: RidePolicy = RIDES) -> int:
    return policy.alight_min + (policy.help_min if needs_help else 0)


def minutes_between(origin: Stop, destination: Stop) -> int:
    """Minutes on the road, at least the time to get away and to park."""
    there = TRAVEL.minutes(origin.point, destination.point)
    return max(there, int(TRAVEL.overhead_min))


def times_of(asked: NewRide, policy: RidePolicy = RIDES) -> Times:
    """When to be fetched follows from when to be there, or stands as it was asked."""
    wanted = instant_of(asked.day, asked.wanted_minute)
    if asked.timing is Timing.ARRIVE_BY:
        takes = board_min(asked.needs_help) + minutes_between(asked.origin, asked.destination)
        takes += alight_min(asked.needs_help) + policy.there_before_min
        takes += policy.shared_extra_min if asked.may_share else 0
        last = wanted - timedelta(minutes=takes)
        first = last - timedelta(minutes=policy.arrive_window_min)
    else:
        first = wanted - timedelta(minutes=policy.fetch_before_min)
        last = wanted + timedelta(minutes=policy.fetch_after_min)
    if asked.return_mode is not ReturnMode.LATER or asked.return_minute is None:
        return Times(first, last)
    back = instant_of(asked.day, asked.return_minute)
    return Times(first, last, back, back + timedelta(minutes=policy.return_within_min))


@dataclass(frozen=True)
class Price:
    """What the passenger pays the driver, about: from a driver round the corner to one as far away as most live."""

    least_cents: int
    most_cents: int


def expected_price(
    origin: Stop, destination: Stop, *, return_mode: ReturnMode, day: date, policy: RidePolicy = RIDES
) -> Price:
    """€ 0.30 a kilometre from the driver's home and back; a return that is fetched later may be two drives."""
    drives = 2 if return_mode is ReturnMode.LATER else 1
    is_return = return_mode is ReturnMode.WAIT
    least, most = (
        drives * _alone_cents(origin, destination, is_return=is_return, driver_km=km, day=day)
        for km in (0.0, policy.furthest_driver_km)
    )
    return Price(least, most)


def _alone_cents(origin: Stop, destination: Stop, *, is_return: bool, driver_km: float, day: date) -> int:
    # Away from where the ride goes, so that the driver is further from both ends.
    is_south = destination.latitude > origin.latitude
    shift = driver_km / KM_PER_DEGREE * (-1 if is_south else 1)
    return reimburse_ride(
        TRAVEL.metres,
        home=Point("home", origin.latitude + shift, origin.longitude),
        origin=origin.point,
        destination=destination.point,
        is_return=is_return,
        policy=TARIFF.policy_on(day),
    ).cents


def home_of(driver: Driver) -> Point:
    """Where a driver's car stands."""
    return Point("home", driver.latitude, driver.longitude)


def round_metres(home: Point, stops: Iterable[Stop]) -> int:
    """Metres by road from home, along these stops, and home again."""
    points = [home, *(stop.point for stop in stops), home]
    return sum(TRAVEL.metres(start, end) for start, end in pairwise(points))


def alone_metres(home: Point, ride: Ride, leg: RideLeg) -> int:
    """Metres of one drive by itself, from the driver's home and back."""
    origin, destination = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
    if leg is RideLeg.RETURN:
        origin, destination = destination, origin
    return round_metres(home, [origin, destination, *([origin] if ride.return_mode is ReturnMode.WAIT else [])])


def likely_cents(home: Point, ride: Ride, leg: RideLeg) -> int:
    """What the passenger pays this driver for one drive, parking apart; less where others share the car."""
    return reimburse_metres(alone_metres(home, ride, leg), TARIFF.policy_on(ride.day)).cents


def legs_of(return_mode: ReturnMode) -> tuple[RideLeg, ...]:
    """The drives of a ride: slots 1 and 2 of the figures."""
    return (RideLeg.OUT, RideLeg.RETURN) if return_mode is ReturnMode.LATER else (RideLeg.OUT,)


def check_ride(asked: NewRide, *, now: datetime, municipality: str) -> None:
    """Raises InvalidInput with every problem at once: field → code."""
    problems = {**_check_where(asked, municipality), **_check_who(asked), **_check_when(asked, now)}
    if problems := {name: code for name, code in problems.items() if code}:
        raise InvalidInput(problems)


def is_late(asked: NewRide, now: datetime, policy: RidePolicy = RIDES) -> bool:
    """Whether it is asked so late that nobody can be sure of it."""
    return times_of(asked).day < policy.first_day(now)


def _check_where(asked: NewRide, municipality: str) -> dict[str, str]:
    is_here = municipality in (asked.origin.municipality, asked.destination.municipality)
    is_same = bool(asked.origin.key) and asked.origin.key == asked.destination.key
    return {"origin": "" if is_here else "ride_elsewhere", "destination": "ride_same_place" if is_same else ""}


def _check_who(asked: NewRide) -> dict[str, str]:
    return {
        "companions": "" if 1 <= asked.persons <= MAX_PERSONS else "ride_persons",
        "needs": "" if set(asked.needs) <= set(NEEDS) else "ride_needs",
        "remark": "" if len(asked.remark) <= 200 else "remark_long",
    }


def _check_when(asked: NewRide, now: datetime) -> dict[str, str]:
    if not 0 <= asked.wanted_minute < MINUTES_A_DAY:
        return {"wanted_minute": "ride_time"}
    problems = {"return_minute": _check_return(asked), **_check_repeating(asked)}
    times = times_of(asked)
    if times.pickup_from_at <= now:
        problems["day"] = "when_past"
    elif (asked.day - now.astimezone(AMSTERDAM).date()).days > MAX_DAYS_AHEAD:
        problems["day"] = "when_far"
    elif is_late(asked, now) and not asked.accepts_doubt:
        problems["day"] = "ride_notice"
    return problems


def _check_return(asked: NewRide) -> str:
    if asked.return_mode is ReturnMode.WAIT:
        return "" if 0 < asked.wait_minutes <= MAX_WAIT_MIN else "ride_wait"
    if asked.return_mode is ReturnMode.NONE:
        return ""
    if asked.return_minute is None or not 0 <= asked.return_minute < MINUTES_A_DAY:
        return "ride_return_missing"
    times = times_of(asked)
    assert times.return_until_at is not None
    takes = board_min(asked.needs_help) + minutes_between(asked.origin, asked.destination)
    there = times.pickup_from_at + timedelta(minutes=takes + alight_min(asked.needs_help))
    return "" if there <= times.return_until_at else "ride_return_before"


def _check_repeating(asked: NewRide) -> dict[str, str]:
    if not asked.weekdays:
        return {}
    if not set(asked.weekdays) <= set(range(7)):
        return {"weekdays": "weekdays_missing"}
    if asked.until is None:
        return {"until": "until_missing"}
    if asked.until < asked.day:
        return {"until": "until_before"}
    return {"until": "when_far"} if (asked.until - asked.day).days > 2 * MAX_DAYS_AHEAD else {}


@dataclass(frozen=True)
class NewDriver:
    """What a driver says of their car and their days. ``hours``: weekday, from and until minute, local time."""

    place: Place
    seats: int
    hours: tuple[tuple[int, int, int], ...]
    carries: tuple[str, ...] = ()
    max_rides: int = 4
    is_standby: bool = False
    street: str = ""
    house_number: str = ""


def check_driver(told: NewDriver) -> None:
    """Raises InvalidInput with every problem at once: field → code."""
    problems = {
        "seats": "" if 1 <= told.seats <= 8 else "seats_range",
        "carries": "" if set(told.carries) <= set(NEEDS) else "ride_needs",
        "max_rides": "" if 1 <= told.max_rides <= 12 else "max_rides_range",
        "hours": check_windows((start, end) for _, start, end in told.hours) if told.hours else "",
    }
    if not told.hours and not told.is_standby:
        problems["hours"] = "hours_missing"
    for weekday in range(7):
        pieces = sorted((start, end) for on, start, end in told.hours if on == weekday)
        if any(later[0] < sooner[1] for sooner, later in pairwise(pieces)):
            problems["hours"] = "hours_overlap"
    if problems := {name: code for name, code in problems.items() if code}:
        raise InvalidInput(problems)


def check_windows(windows: Iterable[tuple[int, int]]) -> str:
    """What is wrong with pieces of a day: the code of a problem, or nothing."""
    wrong = any(not 0 <= start < end <= MINUTES_A_DAY for start, end in windows)
    return "hours_range" if wrong else ""
