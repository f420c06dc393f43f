"""Rides that are asked, the plan of a day, and who promised to drive whom."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.matches import Origin
from marketplace.models.requests import Channel, Relation


class Timing(StrEnum):
    """What the wanted minute is: when to be there, or when to be fetched."""

    ARRIVE_BY = "arrive_by"
    FETCH_AT = "fetch_at"


class ReturnMode(StrEnum):
    NONE = "none"
    # The driver waits there.
    WAIT = "wait"
    # Somebody fetches the passenger later; perhaps another driver.
    LATER = "later"


class RideStatus(StrEnum):
    ASKED = "asked"
    # In a published plan; a driver has still to say yes.
    PLANNED = "planned"
    AGREED = "agreed"
    DONE = "done"
    NOT_AT_HOME = "not_at_home"
    # The passenger was there and did not want to go.
    TURNED_DOWN = "turned_down"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"
    # The regional taxi drives it.
    REFERRED = "referred"
    # Its time came and nobody drove it.
    NOT_DRIVEN = "not_driven"


class RideLeg(StrEnum):
    """A drive of a ride: the way out (with waiting and back, where the driver waits), or a return fetched later."""

    OUT = "out"
    RETURN = "return"


class PromiseStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    DONE = "done"


class DriveResult(StrEnum):
    """What became of a drive."""

    DRIVEN = "driven"
    NOT_AT_HOME = "not_at_home"
    TURNED_DOWN = "turned_down"
    # The driver did not come.
    NOT_DRIVEN = "not_driven"


class _Journey(SQLModel):
    """What a ride and a repeating ride have in common: who goes from where to where, with whom and with what."""

    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    passenger_id: UUID = Field(foreign_key="person.id", index=True)
    # Who asks in the passenger's name, and what they are to each other.
    representative_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    relation: Relation | None = Field(default=None, sa_type=enum_of(Relation))
    # Who of the staff typed it in.
    entered_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    channel: Channel = Field(default=Channel.WEB, sa_type=enum_of(Channel))
    # `trips.Stop` as JSON: name, known place or address, point.
    origin: dict[str, Any] = Field(sa_type=Json)
    destination: dict[str, Any] = Field(sa_type=Json)
    timing: Timing = Field(sa_type=enum_of(Timing))
    # As it was said, in minutes on the clock on the wall; the instants of a ride follow from these.
    wanted_minute: int
    return_mode: ReturnMode = Field(default=ReturnMode.NONE, sa_type=enum_of(ReturnMode))
    wait_minutes: int = 0
    return_minute: int | None = None
    # The passenger and who comes along.
    persons: int = 1
    needs: list[str] = Field(sa_type=Json)
    needs_help: bool = False
    may_share: bool = False
    # Drivers whom the passenger likes to ride with.
    prefers: list[str] = Field(sa_type=Json)
    remark: str = Field(default="", max_length=200)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    # What it will cost the passenger, as told: from a driver round the corner to one from far.
    least_cents: int
    most_cents: int
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StandingRide(_Journey, table=True):
    """The same ride on some days of every week, until a day. Its times are local and stay so."""

    __tablename__ = "standing_ride"
    __table_args__ = (CheckConstraint("first_on <= last_on AND persons >= 1", name="amounts"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    # 0 is Monday.
    weekdays: list[int] = Field(sa_type=Json)
    first_on: date
    last_on: date
    # Every day of it up to here has its ride, or was skipped.
    made_until: date | None = None


class StandingRideChange(SQLModel, table=True):
    """One day of a repeating ride that goes otherwise: not at all, or on another day or at another time."""

    __tablename__ = "standing_ride_change"

    standing_id: UUID = Field(foreign_key="standing_ride.id", primary_key=True)
    day: date = Field(primary_key=True)
    # None: skipped.
    moved_to: date | None = None
    wanted_minute: int | None = None
    return_minute: int | None = None
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Ride(_Journey, table=True):
    """One journey of one passenger on one day, with its return."""

    __table_args__ = (
        # No day of a repeating ride is made twice.
        UniqueConstraint("standing_id", "standing_on"),
        CheckConstraint("persons >= 1 AND pickup_from_at <= pickup_until_at", name="amounts"),
        Index("ix_ride_of_a_day", "municipality_id", "day"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    standing_id: UUID | None = Field(default=None, foreign_key="standing_ride.id", index=True)
    # The day of the repeating ride that it is, also when it was moved to another one.
    standing_on: date | None = None
    # The day it is planned with: the local day of the first moment it may begin.
    day: date
    # In which boarding may begin, both ends included.
    pickup_from_at: datetime = Field(sa_type=UtcDateTime)
    pickup_until_at: datetime = Field(sa_type=UtcDateTime)
    # The same for a return that is fetched later.
    return_from_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    return_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Whether the figures know it: of a repeating ride only the first one made, since a series counts once.
    is_counted: bool = True
    # Asked later than two working days ahead, knowing that it may not work out.
    is_late: bool = False
    status: RideStatus = Field(default=RideStatus.ASKED, sa_type=enum_of(RideStatus), index=True)
    # Owner None is the planning; else the ride planner who has it.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Why nobody drives it, and what would help: {"reason", "nearest": [{"driver", "relax", "by"}]}.
    escalation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    # When the passenger heard that it is not sure, and has not heard otherwise since.
    unsure_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Only this driver, by a ride planner's hand.
    pinned_driver_id: UUID | None = Field(default=None, foreign_key="driver.id")
    version: int = 1


class DayPlan(SQLModel, table=True):
    """The plan of one day in one municipality. Its version grows with every change: who read an older one is late."""

    __tablename__ = "day_plan"
    __table_args__ = (UniqueConstraint("municipality_id", "day"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    day: date
    version: int = 1
    # Of the drivers, rides and promises it was made of.
    digest: str = Field(default="", max_length=64)
    # When the whole day was planned last; None where a planner moved a ride before that.
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # As planned: {"unserved", "empty_metres", "broken_promises"}, whether that is proven to be the best.
    objective: dict[str, Any] = Field(sa_type=Json)
    is_proven: bool = False


class DriverDay(SQLModel, table=True):
    """What one driver does on one day: at most one duty in each stretch of their hours, from home to home.

    ``duties``: as `transport` prints them, minutes since local midnight: leave_home, back_home, metres, empty_metres
    and stops (ride, kind, place, arrive, depart). What the driver said stands with each promise.
    """

    __tablename__ = "driver_day"
    __table_args__ = (UniqueConstraint("driver_id", "day"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    plan_id: UUID = Field(foreign_key="day_plan.id", index=True)
    driver_id: UUID = Field(foreign_key="driver.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    day: date = Field(index=True)
    duties: list[dict[str, Any]] = Field(sa_type=Json)
    # Grows when the driver's day changes; each is told once.
    version: int = 1
    changed_at: datetime = Field(sa_type=UtcDateTime)
    # When the money of the day was counted; then nothing of it changes any more.
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


_STANDING_PROMISE = text("status IN ('proposed', 'accepted', 'done')")


class Promise(SQLModel, table=True):
    """A drive and a driver: proposed by a plan, accepted by the driver. Kept as long as driver and pick-up stay."""

    __tablename__ = "ride_promise"
    __table_args__ = (
        Index(
            "uq_ride_promise_standing",
            "ride_id",
            "leg",
            unique=True,
            sqlite_where=_STANDING_PROMISE,
            postgresql_where=_STANDING_PROMISE,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    ride_id: UUID = Field(foreign_key="ride.id", index=True)
    leg: RideLeg = Field(sa_type=enum_of(RideLeg))
    driver_day_id: UUID = Field(foreign_key="driver_day.id", index=True)
    driver_id: UUID = Field(foreign_key="driver.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    # Boarding begins; the passenger is out again, where the driver waits back home.
    pickup_at: datetime = Field(sa_type=UtcDateTime)
    finish_at: datetime = Field(sa_type=UtcDateTime)
    origin: Origin = Field(sa_type=enum_of(Origin))
    status: PromiseStatus = Field(default=PromiseStatus.PROPOSED, sa_type=enum_of(PromiseStatus), index=True)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    answer_by: datetime = Field(sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What the driver said of it afterwards; what parking cost is paid apart.
    result: DriveResult | None = Field(default=None, sa_type=enum_of(DriveResult))
    parking_cents: int = 0
    version: int = 1


class StandbyAsk(SQLModel, table=True):
    """A standby driver who was asked for a ride that nobody else drives, and what they said."""

    __tablename__ = "standby_ask"
    __table_args__ = (UniqueConstraint("ride_id", "driver_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    ride_id: UUID = Field(foreign_key="ride.id", index=True)
    driver_id: UUID = Field(foreign_key="driver.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answer_by: datetime = Field(sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # None: not answered (yet).
    is_yes: bool | None = None


class RideMove(SQLModel, table=True):
    """A ride that a planner gave to a driver by hand, and whose it was: what an undo goes back to."""

    __tablename__ = "ride_move"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    ride_id: UUID = Field(foreign_key="ride.id", index=True)
    # None: nobody's.
    from_driver_id: UUID | None = Field(default=None, foreign_key="driver.id")
    to_driver_id: UUID | None = Field(default=None, foreign_key="driver.id")
    moved_at: datetime = Field(sa_type=UtcDateTime)
    moved_by_id: UUID = Field(foreign_key="person.id")
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RideCost(SQLModel, table=True):
    """What one drive cost, counted when the driver's day was over. Whole cents; parking stands apart."""

    __tablename__ = "ride_cost"
    __table_args__ = (CheckConstraint("cents >= 0 AND parking_cents >= 0 AND metres >= 0", name="amounts"),)

    promise_id: UUID = Field(foreign_key="ride_promise.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    ride_id: UUID = Field(foreign_key="ride.id", index=True)
    driver_id: UUID = Field(foreign_key="driver.id", index=True)
    driver_day_id: UUID = Field(foreign_key="driver_day.id", index=True)
    passenger_id: UUID = Field(foreign_key="person.id", index=True)
    day: date = Field(index=True)
    # This drive's share of the metres and cents of the duty.
    metres: int
    cents: int
    parking_cents: int = 0
    # Whether the passenger pays the driver; else the organisation does (nobody at home, not wanted at the door).
    is_passengers: bool
    counted_at: datetime = Field(sa_type=UtcDateTime)
