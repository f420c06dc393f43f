"""Volunteers who drive for AutoMaatje: their car, their hours, and minutes of theirs that are taken."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, Sequence, UtcDateTime, enum_of, new_id
from marketplace.models.offers import Precision


class Driver(SQLModel, table=True):
    """Somebody who drives in one municipality, with the car as it is. Their home is shown to ride planners only."""

    __table_args__ = (
        UniqueConstraint("municipality_id", "person_id"),
        CheckConstraint("seats >= 1 AND max_rides >= 1", name="limits"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    postcode: str = Field(max_length=6)
    street: str = Field(default="", max_length=80)
    house_number: str = Field(default="", max_length=10)
    neighbourhood: str = Field(max_length=60)
    latitude: float
    longitude: float
    precision: Precision = Field(sa_type=enum_of(Precision))
    # Passengers beside the driver, and what goes in the boot: codes of `marketplace.trips.NEEDS`.
    seats: int
    carries: list[str] = Field(sa_type=Json)
    # Drives a day; a return that is fetched later is a drive of its own.
    max_rides: int = 4
    # May be asked outside their hours, for a ride that nobody else drives.
    is_standby: bool = False
    joined_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DriverHours(SQLModel, table=True):
    """A piece of every week in which somebody drives, in local time (see OfferAvailability)."""

    __tablename__ = "driver_hours"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
    )

    driver_id: UUID = Field(foreign_key="driver.id", primary_key=True)
    weekday: int = Field(primary_key=True)
    start_minute: int = Field(primary_key=True)
    end_minute: int


class DriverDayHours(SQLModel, table=True):
    """On this one day other hours than every week: pairs of minutes on the clock, none for not at all."""

    __tablename__ = "driver_day_hours"

    driver_id: UUID = Field(foreign_key="driver.id", primary_key=True)
    day: date = Field(primary_key=True)
    windows: list[list[int]] = Field(sa_type=Json)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class DriverAway(SQLModel, table=True):
    """A holiday, both days included; without a last day it is a pause until further notice."""

    __tablename__ = "driver_away"
    __table_args__ = (CheckConstraint("last_on IS NULL OR first_on <= last_on", name="order"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    driver_id: UUID = Field(foreign_key="driver.id", index=True)
    first_on: date
    last_on: date | None = None
    told_at: datetime = Field(sa_type=UtcDateTime)


class DriverMinute(SQLModel, table=True):
    """One minute of somebody's time, taken by one duty. The key forbids that it is taken twice.

    Of the person, not of the driver: who drives in two municipalities has one day. Minutes are counted from 1970 in
    UTC, so that midnight and a change of the clocks are nothing special; a duty takes them from leaving home up to, but
    not including, the one in which it is home again.
    """

    __tablename__ = "driver_minute"

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    minute: int = Field(primary_key=True, sa_type=Sequence)
    driver_day_id: UUID = Field(foreign_key="driver_day.id", index=True)
