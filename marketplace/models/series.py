"""Help that returns: a series of one request, its occurrences, who helps in it, and who said no to one of them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id
from marketplace.models.meetings import HowItWas
from marketplace.models.requests import Rhythm


class SeriesStatus(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class Series(SQLModel, table=True):
    """One request that returns. Local time and weekday are kept; instants follow from them, day by day."""

    __table_args__ = (
        UniqueConstraint("request_id"),
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < 1440 AND minutes > 0", name="minutes"),
        CheckConstraint("first_on <= last_on", name="order"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id")
    rhythm: Rhythm = Field(sa_type=enum_of(Rhythm))
    weekday: int
    start_minute: int
    minutes: int
    first_on: date
    # The last day on which it can be. Never endless: on a series that is reviewed, both are asked before this day
    # whether it goes on; one that is not, ends here.
    last_on: date
    is_reviewed: bool = True
    # Several helpers take turns; else one comes every time.
    is_circle: bool = False
    status: SeriesStatus = Field(default=SeriesStatus.RUNNING, sa_type=enum_of(SeriesStatus))
    made_until: date | None = None
    # Among whom the turns were last divided: sorted person ids with spaces between.
    turns_among: str = ""
    # When it is looked at next; whatever changes something about its people sets it to now.
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    review_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_how_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    # Not needed this time.
    SKIPPED = "skipped"
    # It has been: somebody came, as far as we know.
    HELD = "held"
    # Somebody was to come, and did not.
    MISSED = "missed"
    # Nobody this time, and everybody was told so.
    NOBODY = "nobody"
    # The series ended before it.
    DROPPED = "dropped"


class Occurrence(SQLModel, table=True):
    """One time of a series. ``original_on`` is the day of the rhythm that it stands for, wherever it was moved to."""

    __table_args__ = (
        UniqueConstraint("series_id", "original_on"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    series_id: UUID = Field(foreign_key="series.id", index=True)
    original_on: date
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    minutes: int
    status: OccurrenceStatus = Field(default=OccurrenceStatus.PLANNED, sa_type=enum_of(OccurrenceStatus), index=True)
    # Who comes, and by which match: one of the series, or of the search for a stand-in.
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    match_id: UUID | None = Field(default=None, foreign_key="match.id", index=True)
    # Whose it is by turn; somebody who took over from another has it without.
    is_by_turn: bool = True
    # On another day or at another time than the rhythm says, and by whom.
    moved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Grows with every change, so that a calendar knows which of two files is the newer.
    sequence: int = 0
    version: int = 1


class OccurrenceRefusal(SQLModel, table=True):
    """Somebody who said that they cannot come this once."""

    __tablename__ = "occurrence_refusal"

    occurrence_id: UUID = Field(foreign_key="occurrence.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    refused_at: datetime = Field(sa_type=UtcDateTime)


class SeriesHelper(SQLModel, table=True):
    """What somebody said about their part in a series, beside the match by which they are in it."""

    __tablename__ = "series_helper"
    __table_args__ = (CheckConstraint("max_per_month IS NULL OR max_per_month > 0", name="amount"),)

    match_id: UUID = Field(foreign_key="match.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    series_id: UUID = Field(foreign_key="series.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    # At most so many times in a calendar month; None is every time.
    max_per_month: int | None = None
    # Whoever stops with a day still comes up to and including it, while a successor is looked for.
    leaves_on: date | None = None
    joined_at: datetime = Field(sa_type=UtcDateTime)


class SeriesWord(SQLModel, table=True):
    """How it goes, asked once in a while and not after each time."""

    __tablename__ = "series_word"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    series_id: UUID = Field(foreign_key="series.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    how: HowItWas = Field(sa_type=enum_of(HowItWas))
    remark: str = Field(default="", max_length=500)
    said_at: datetime = Field(sa_type=UtcDateTime)
