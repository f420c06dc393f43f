"""After the yes: the date that two people agree, how it was, and the hours."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id
from marketplace.models.requests import Channel


class AppointmentStatus(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    # Another date was proposed after it, or the match ended.
    DROPPED = "dropped"


_STANDING = text("status IN ('proposed', 'agreed')")


class Appointment(SQLModel, table=True):
    """A date for a match: one of the two proposes it, the other agrees or proposes another."""

    __table_args__ = (
        Index(
            "uq_appointment_standing",
            "match_id",
            "status",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    match_id: UUID = Field(foreign_key="match.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    minutes: int
    proposed_by_id: UUID = Field(foreign_key="person.id")
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    status: AppointmentStatus = Field(default=AppointmentStatus.PROPOSED, sa_type=enum_of(AppointmentStatus))
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Grows with every change, so that a calendar knows which of two files is the newer.
    sequence: int = 0
    version: int = 1


class HowItWas(StrEnum):
    GOOD = "good"
    SO_SO = "so_so"
    BAD = "bad"


class Evaluation(SQLModel, table=True):
    """How it was, in the words of one of the two: three short questions, by any channel."""

    match_id: UUID = Field(foreign_key="match.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    how: HowItWas = Field(sa_type=enum_of(HowItWas))
    # Does it help the resident to manage: the outcome that the city wants to know.
    helps_to_manage: HowItWas = Field(sa_type=enum_of(HowItWas, check="helps_to_manage"))
    would_again: bool
    remark: str = Field(default="", max_length=500)
    # Whether the other may read the remark.
    may_be_told: bool = False
    channel: Channel = Field(default=Channel.WEB, sa_type=enum_of(Channel))
    answered_at: datetime = Field(sa_type=UtcDateTime)


class Hours(SQLModel, table=True):
    """How long somebody helped, by their own word."""

    match_id: UUID = Field(foreign_key="match.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    minutes: int
    logged_at: datetime = Field(sa_type=UtcDateTime)
    # Who was helped said that it is right; until then it is the volunteer's own word.
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by_id: UUID | None = Field(default=None, foreign_key="person.id")
