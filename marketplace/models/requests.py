"""What residents and organisations ask, and the places (slots) there are for helpers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.offers import Precision


class AskerKind(StrEnum):
    PRIVATE = "private"
    ORGANISATION = "organisation"


class Channel(StrEnum):
    WEB = "web"
    TELEPHONE = "telephone"
    DESK = "desk"


class Relation(StrEnum):
    """What somebody who asks for another is to them."""

    FAMILY_CARER = "family_carer"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    GP_NURSE = "gp_nurse"
    NEIGHBOURHOOD_WORKER = "neighbourhood_worker"
    OTHER = "other"


class RequestStatus(StrEnum):
    """Follows from the slots; never stored."""

    OPEN = "open"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Rung(StrEnum):
    """How high a request has climbed: who is looked to now, from the engine to the municipality."""

    ENGINE = "engine"
    # Who asked was asked whether something may give way.
    WIDER = "wider"
    # Organisations that want to hear of it were asked as well.
    ORGANISATIONS = "organisations"
    COORDINATOR = "coordinator"
    TEAM_LEAD = "team_lead"
    # The team lead still has it; the municipality knows that it stands still.
    MUNICIPALITY = "municipality"


class SlotStatus(StrEnum):
    FREE = "free"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Rhythm(StrEnum):
    """How often help returns: every so many weeks, or on the first, second … or last of its weekday in every month."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


class HelpRequest(SQLModel, table=True):
    """One thing that somebody asks. Its status follows from its slots; its owner is kept apart."""

    __tablename__ = "help_request"
    __table_args__ = (CheckConstraint("minutes > 0 AND min_age >= 0", name="amounts"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    requester_id: UUID = Field(foreign_key="person.id", index=True)
    asker_kind: AskerKind = Field(default=AskerKind.PRIVATE, sa_type=enum_of(AskerKind))
    organisation_name: str = Field(default="", max_length=80)
    # Whose members may do with it what the requester may; and the vacancy of which it is one shift.
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    vacancy_id: UUID | None = Field(default=None, foreign_key="vacancy.id", index=True)
    channel: Channel = Field(default=Channel.WEB, sa_type=enum_of(Channel))
    # Who of the staff typed it in, where somebody told it by telephone or at a desk.
    entered_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    # Who asks for the requester, and what they are to each other; None where people ask for themselves.
    representative_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    relation: Relation | None = Field(default=None, sa_type=enum_of(Relation))
    skill_code: str = Field(foreign_key="skill.code", index=True, max_length=40)
    text: str = Field(max_length=1000)
    # What somebody who is cared for needs: told once, and read by who helps once they can reach each other.
    care_note: str = Field(default="", max_length=500)
    # The place of help. Street and house number are shown only to whom `permissions` says.
    postcode: str = Field(max_length=6)
    street: str = Field(default="", max_length=80)
    house_number: str = Field(default="", max_length=10)
    neighbourhood: str = Field(max_length=60)
    latitude: float
    longitude: float
    precision: Precision = Field(sa_type=enum_of(Precision))
    is_at_home: bool = True
    # An AutoMaatje ride: where to. None for every other kind of help.
    destination: dict[str, Any] | None = Field(default=None, sa_type=Json)
    minutes: int
    languages: list[str] = Field(sa_type=Json)
    requires: list[str] = Field(sa_type=Json)
    min_age: int = 0
    is_chosen_by_requester: bool = False
    posted_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # When the present version began: posting, or the last change that reopened the asking.
    version_at: datetime = Field(sa_type=UtcDateTime)
    respond_by: datetime = Field(sa_type=UtcDateTime)
    # Owner None is the engine.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    rung: Rung = Field(default=Rung.ENGINE, sa_type=enum_of(Rung), index=True)
    # None is since the present version began.
    rung_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When who asked, or an organisation, was asked for this version.
    went_wider_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    # A coordinator has taken it: the engine asks nobody new.
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Staff did something with it a moment ago that they may take back: until then the engine leaves it alone.
    quiet_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Who waits for a place in this shift is asked first: until then the engine asks nobody.
    list_first_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_reason: str = Field(default="", max_length=40)
    # The same thing was asked twice, and goes on there; or this is a part of what was asked there.
    merged_into_id: UUID | None = Field(default=None, foreign_key="help_request.id")
    split_from_id: UUID | None = Field(default=None, foreign_key="help_request.id")
    # Somebody to stand in for one occurrence of a series; the figures leave it out. Not a foreign key: an occurrence is
    # of a series, and that is of a request; two tables that point at each other cannot be filled. `verify` keeps it.
    occurrence_id: UUID | None = Field(default=None, index=True)


class Slot(SQLModel, table=True):
    """One place for one helper."""

    # Of the thousands of a town the few that are free are looked for every few minutes.
    __table_args__ = (Index("ix_slot_municipality_id_status", "municipality_id", "status"),)

    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    number: int = Field(primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id")
    status: SlotStatus = Field(default=SlotStatus.FREE, sa_type=enum_of(SlotStatus), index=True)
    free_since_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class RequestWindow(SQLModel, table=True):
    """A dated time in which the help may take place."""

    __tablename__ = "request_window"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    starts_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class RequestWeekly(SQLModel, table=True):
    """A piece of the week in which the help may take place, in local time (see OfferAvailability)."""

    __tablename__ = "request_weekly"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
    )

    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    weekday: int = Field(primary_key=True)
    start_minute: int = Field(primary_key=True)
    end_minute: int
    # Help that returns, in this rhythm; None is once, somewhere in it.
    rhythm: Rhythm | None = Field(default=None, sa_type=enum_of(Rhythm))
