"""The rules of the interface for one given duty: what a replan may not touch must at least be allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transport.problem import POOLED_EXTRA_MIN, Day, Ride, may_drive
from transport.reading import refuse
from transport.tours import Duty, PlannedStop


@dataclass(slots=True)
class _Aboard:
    boarding: PlannedStop
    is_shared: bool


def check_duty(where: str, duty: Duty, day: Day) -> None:
    """Raises BadInput, naming the stop, where a duty breaks a rule of the day."""
    driver = day.drivers[duty.driver]
    start, end = driver.windows[duty.window]
    if duty.leave_home < start or duty.back_home > end:
        refuse(where, f"must lie within [{start}, {end}]")
    place, free = driver.home, duty.leave_home
    aboard: dict[int, _Aboard] = {}
    metres = empty = 0
    for at, stop in enumerate(duty.stops):
        label = f"{where}.stops[{at}]"
        if stop.arrive < free + int(day.minutes[place, stop.place]):
            refuse(label, "is reached faster than the travel model allows")
        way = int(day.metres[place, stop.place])
        metres, empty = metres + way, empty + (0 if aboard else way)
        _check_stop(label, stop, duty, at, aboard, day)
        place, free = stop.place, stop.depart
    if aboard:
        refuse(where, f"ends with {day.rides[next(iter(aboard))].id!r} aboard")
    if duty.back_home < free + int(day.minutes[place, driver.home]):
        refuse(f"{where}.back_home", "is sooner than the travel model allows")
    way = int(day.metres[place, driver.home])
    if (duty.metres, duty.empty_metres) != (metres + way, empty + way):
        refuse(f"{where}.metres", f"and empty_metres must be {metres + way} and {empty + way}")


def _check_stop(label: str, stop: PlannedStop, duty: Duty, at: int, aboard: dict[int, _Aboard], day: Day) -> None:
    ride, driver = day.rides[stop.ride], day.drivers[duty.driver]
    is_return, boards = stop.kind.startswith("return_"), stop.kind.endswith("pickup")
    if is_return and ride.wait_min is None and ride.return_pickup is None:
        refuse(f"{label}.kind", "is a return nobody asked for")
    if stop.place != (ride.origin if boards != is_return else ride.destination):
        refuse(f"{label}.place", "is not where this ride starts or ends")
    if stop.depart < stop.arrive + (ride.board_min if boards else ride.alight_min):
        refuse(f"{label}.depart", "leaves no time to board or alight")
    if not may_drive(driver, ride):
        refuse(f"{label}.ride", f"{ride.id!r} cannot be driven by {driver.id!r}")
    if ride.wait_min is not None:
        _check_waiting(label, stop, duty.stops, at, ride, day)
    if boards:
        _check_boarding(label, stop, ride, aboard, day)
        aboard[stop.ride] = _Aboard(stop, is_shared=bool(aboard))
        if sum(day.rides[other].persons for other in aboard) > driver.seats:
            refuse(label, "puts more persons aboard than there are seats")
    else:
        boarded = aboard.pop(stop.ride, None)
        if boarded is None or boarded.boarding.kind.startswith("return_") != is_return:
            refuse(f"{label}.kind", f"{ride.id!r} is not aboard for that")
        direct = int(day.minutes[boarded.boarding.place, stop.place])
        limit = direct + POOLED_EXTRA_MIN if ride.max_ride_min is None else max(direct, ride.max_ride_min)
        if boarded.is_shared and stop.arrive - boarded.boarding.depart > limit:
            refuse(label, f"comes later than the {limit} minutes in the car")


def _check_boarding(label: str, stop: PlannedStop, ride: Ride, aboard: dict[int, _Aboard], day: Day) -> None:
    is_return = stop.kind.startswith("return_")
    window = ride.return_pickup if is_return else ride.pickup
    if window is not None and not window[0] <= stop.depart - ride.board_min <= window[1]:
        refuse(f"{label}.depart", f"boards at {stop.depart - ride.board_min}, outside {list(window)}")
    for other, companion in aboard.items():
        if not (ride.may_share and day.rides[other].may_share) or other == stop.ride:
            refuse(label, f"{ride.id!r} and {day.rides[other].id!r} may not share the car")
        companion.is_shared = True


def _check_waiting(label: str, stop: PlannedStop, stops: Sequence[PlannedStop], at: int, ride: Ride, day: Day) -> None:
    """The four stops of a waiting driver follow each other exactly."""
    order = ("pickup", "dropoff", "return_pickup", "return_dropoff")
    number = order.index(stop.kind)
    if number == 0:
        return
    before = stops[at - 1] if at else stop
    if (before.ride, before.kind) != (stop.ride, order[number - 1]):
        refuse(label, "must follow the stop before it of a ride whose driver waits")
    if number == 2:
        if stop.depart != before.depart + (ride.wait_min or 0) + ride.board_min:
            refuse(f"{label}.depart", f"must wait exactly {ride.wait_min} minutes")
    elif (
        stop.arrive != before.depart + int(day.minutes[before.place, stop.place])
        or stop.depart != stop.arrive + ride.alight_min
    ):
        refuse(label, "must follow exactly where the driver waits")
