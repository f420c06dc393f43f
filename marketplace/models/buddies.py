"""Buddies: a request for one, who was introduced to whom, and the talks on the way."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.offers import Precision
from marketplace.models.requests import Channel, Relation


class TrajectoryStatus(StrEnum):
    # A talk with the buddy coordinator comes first.
    INTAKE = "intake"
    WAITING = "waiting"
    # Somebody was introduced: asked, met, or agreeing on a goal.
    ACQUAINTING = "acquainting"
    RUNNING = "running"
    ENDED = "ended"


class TrajectoryEnding(StrEnum):
    """How it ended. Who of the two stopped earlier stands nowhere here: it is nobody's fault."""

    WELL = "well"
    STOPPED = "stopped"
    OTHER_HELP = "other_help"
    # Not needed after all, before it began.
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class BuddyGroup(StrEnum):
    """Whom a buddy is there for."""

    ELDERLY = "elderly"
    PHYSICAL = "physical"
    PSYCHOLOGICAL = "psychological"
    FAMILY = "family"


class IntroductionStatus(StrEnum):
    # The volunteer was asked first.
    ASKED = "asked"
    # The volunteer would like to; now the resident is asked.
    OFFERED = "offered"
    # Both would like to meet.
    MEETING = "meeting"
    # Both go on; a goal and a period are being agreed.
    AGREEING = "agreeing"
    RUNNING = "running"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    # It ended well, or one of them stopped.
    DONE = "done"
    STOPPED = "stopped"


class BuddySide(StrEnum):
    RESIDENT = "resident"
    BUDDY = "buddy"


class TalkStatus(StrEnum):
    PLANNED = "planned"
    ASKED = "asked"
    HELD = "held"
    # It ended before the talk was due.
    DROPPED = "dropped"


class Trajectory(SQLModel, table=True):
    """Somebody's way with a buddy, from the request to the end. While it is open it has an owner and a next moment."""

    __table_args__ = (
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(status = 'ended') = (ending IS NOT NULL)", name="ending_said"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    # For one person, or between families.
    skill_code: str = Field(foreign_key="skill.code", index=True, max_length=40)
    # Who gets a buddy; of a family the parent.
    resident_id: UUID = Field(foreign_key="person.id", index=True)
    # Who asked in their name, and what they are to each other.
    representative_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    relation: Relation | None = Field(default=None, sa_type=enum_of(Relation))
    channel: Channel = Field(default=Channel.WEB, sa_type=enum_of(Channel))
    # Who of the staff typed it in.
    entered_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    # As it was asked; read by the resident, who asked, and whoever works on it.
    text: str = Field(max_length=1000)
    groups: list[str] = Field(sa_type=Json)
    languages: list[str] = Field(sa_type=Json)
    # What the intake brought: what is needed, and what is wished of a buddy.
    need: str = Field(default="", max_length=1000)
    wishes: str = Field(default="", max_length=500)
    postcode: str = Field(max_length=6)
    neighbourhood: str = Field(max_length=60)
    latitude: float
    longitude: float
    precision: Precision = Field(sa_type=enum_of(Precision))
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    status: TrajectoryStatus = Field(default=TrajectoryStatus.INTAKE, sa_type=enum_of(TrajectoryStatus), index=True)
    # None only where nobody works in the municipality.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    # Whose it is when they are back.
    passed_from_id: UUID | None = Field(default=None, foreign_key="person.id")
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # The last step, from which the time for the next one is counted.
    changed_at: datetime = Field(sa_type=UtcDateTime)
    # The owner heard that something is due.
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The coordinator looked, and looks again then.
    later_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    intake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    intake_held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The place on the list. Who had a buddy that stopped stands before who had none yet.
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_first: bool = False
    # Lighter company in the meantime, asked with one tap.
    meanwhile_id: UUID | None = Field(default=None, foreign_key="help_request.id")
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ending: TrajectoryEnding | None = Field(default=None, sa_type=enum_of(TrajectoryEnding))
    # Looking back together, and what comes next; both read it.
    look_back: str = Field(default="", max_length=1000)
    what_next: str = Field(default="", max_length=500)
    version: int = 1


_LIVE = text("status IN ('asked', 'offered', 'meeting', 'agreeing', 'running')")


class Introduction(SQLModel, table=True):
    """One buddy for one trajectory: at most one at a time for either of them."""

    __table_args__ = (
        Index("uq_introduction_live", "trajectory_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_introduction_buddy", "person_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        CheckConstraint("(started_at IS NULL) OR (ends_on IS NOT NULL)", name="period"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    trajectory_id: UUID = Field(foreign_key="trajectory.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    offer_id: UUID = Field(foreign_key="offer.id", index=True)
    introduced_by_id: UUID = Field(foreign_key="person.id")
    status: IntroductionStatus = Field(
        default=IntroductionStatus.ASKED, sa_type=enum_of(IntroductionStatus), index=True
    )
    introduced_at: datetime = Field(sa_type=UtcDateTime)
    # Until when the one who is asked now may answer.
    answer_by: datetime = Field(sa_type=UtcDateTime, index=True)
    meets_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    meets_where: str = Field(default="", max_length=120)
    # After the first meeting: whether each wants to go on. Neither sees the other's answer.
    resident_goes_on: bool | None = None
    buddy_goes_on: bool | None = None
    # What both agreed, and until when.
    goal: str = Field(default="", max_length=500)
    ends_on: date | None = None
    # What is put to both now, and who has said that it is good so.
    wanted_goal: str = Field(default="", max_length=500)
    wanted_ends_on: date | None = None
    resident_agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    buddy_agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class BuddyTalk(SQLModel, table=True):
    """How it goes, asked of one of the two at a set week. The other never reads it."""

    __tablename__ = "buddy_talk"
    __table_args__ = (
        UniqueConstraint("introduction_id", "week", "side"),
        CheckConstraint("(status = 'held') = (held_at IS NOT NULL)", name="held"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    trajectory_id: UUID = Field(foreign_key="trajectory.id", index=True)
    introduction_id: UUID = Field(foreign_key="introduction.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    side: BuddySide = Field(sa_type=enum_of(BuddySide))
    week: int
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    status: TalkStatus = Field(default=TalkStatus.PLANNED, sa_type=enum_of(TalkStatus), index=True)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: Channel | None = Field(default=None, sa_type=enum_of(Channel))
    # Question → one of three answers; and what somebody added in their own words.
    answers: dict[str, Any] = Field(sa_type=Json)
    remark: str = Field(default="", max_length=500)
    is_worrying: bool = False
    # The coordinator read a worrying answer.
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
