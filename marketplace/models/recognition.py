"""Recognition: a service period with its hours and certificates, what somebody wishes to hear, and one invitation."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id

_RUNNING = text("ended_at IS NULL")


class ServicePeriod(SQLModel, table=True):
    """A young person does a service period: from when, towards how many hours. One at a time."""

    __tablename__ = "service_period"
    __table_args__ = (
        Index("uq_service_period_running", "person_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        CheckConstraint("goal_hours > 0", name="goal"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    goal_hours: int
    starts_on: date
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ServiceHoursStatus(StrEnum):
    # Nobody was asked: it counts as their own word, and is shown so.
    OWN_WORD = "own_word"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ServiceHours(SQLModel, table=True):
    """Hours of a service period that no match holds: with an organisation that may confirm them by a mailed link."""

    __tablename__ = "service_hours"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    period_id: UUID = Field(foreign_key="service_period.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    on_day: date
    minutes: int
    what: str = Field(max_length=120)
    organisation: str = Field(default="", max_length=80)
    # Where it was asked whether they are right; emptied once it was answered.
    email: str | None = Field(default=None, max_length=254)
    status: ServiceHoursStatus = Field(sa_type=enum_of(ServiceHoursStatus))
    noted_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class ServiceCertificate(SQLModel, table=True):
    """What a certificate says, as it was when a coordinator signed it. It can be taken back, not changed."""

    __tablename__ = "service_certificate"
    __table_args__ = (CheckConstraint("confirmed_minutes >= 0 AND own_minutes >= 0", name="minutes"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    period_id: UUID = Field(foreign_key="service_period.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    from_on: date
    until_on: date
    confirmed_minutes: int
    own_minutes: int
    issued_by_id: UUID = Field(foreign_key="person.id")
    issued_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by_id: UUID | None = Field(default=None, foreign_key="person.id")


class Recognition(SQLModel, table=True):
    """What somebody wishes to hear of what they did, and of which year they heard it last."""

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    wants_year: bool = True
    wants_invitation: bool = True
    year_told: int | None = None


class Invitation(SQLModel, table=True):
    """Whether somebody who was helped wants to do something themselves: asked once in a life."""

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    match_id: UUID = Field(foreign_key="match.id")
    invited_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_yes: bool | None = None
