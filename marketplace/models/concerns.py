"""Worries that somebody passed on, for the few who handle them; nobody else reads these tables."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Sequence, UtcDateTime, enum_of, new_id


class ConcernKind(StrEnum):
    """What the worry is about."""

    ALONE = "alone"
    HEALTH = "health"
    # Forgets much, or is confused.
    MEMORY = "memory"
    # Does not look after themselves, or after the house.
    NEGLECT = "neglect"
    MONEY = "money"
    # Afraid of somebody, or hurt by them.
    SAFETY = "safety"
    # Cares for somebody, and it is too much.
    CARER = "carer"
    OTHER = "other"


class ConcernStatus(StrEnum):
    NEW = "new"
    HANDLED = "handled"
    CLOSED = "closed"


class ConcernOutcome(StrEnum):
    """How it ended. Who passed it on hears that it ended and how they are to go on, never this."""

    GOES_WELL = "goes_well"
    HELP_ARRANGED = "help_arranged"
    PASSED_ON = "passed_on"
    REPORTED = "reported"
    NOT_WANTED = "not_wanted"
    NOT_FOUND = "not_found"
    # Who it was about had everything erased.
    ERASED = "erased"


class ConcernStepKind(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    NOTED = "noted"
    SPOKE_RAISER = "spoke_raiser"
    SPOKE_PERSON = "spoke_person"
    # Veilig Thuis and the like advise without hearing who it is about.
    ASKED_ADVICE = "asked_advice"
    # The person it is about knows of it now.
    TOLD_PERSON = "told_person"
    # A colleague of the small group has it now.
    PASSED = "passed"
    CLOSED = "closed"


class Concern(SQLModel, table=True):
    """A worry about somebody. While it is open it has an owner and a next moment; afterwards its words go in time."""

    __table_args__ = (
        CheckConstraint("(status = 'closed') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="outcome"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    # Who passed it on, and about whom; both go with the words.
    raised_by_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    about_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    # Who it is about, in words, where that is nobody whom the one who passed it on helps.
    about_words: str = Field(default="", max_length=200)
    kind: ConcernKind = Field(sa_type=enum_of(ConcernKind))
    text: str = Field(max_length=2000)
    # When the person it is about knew of it; None while they do not.
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    why_not_told: str = Field(default="", max_length=500)
    raised_at: datetime = Field(sa_type=UtcDateTime, index=True)
    status: ConcernStatus = Field(default=ConcernStatus.NEW, sa_type=enum_of(ConcernStatus), index=True)
    owner_id: UUID = Field(foreign_key="person.id", index=True)
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: ConcernOutcome | None = Field(default=None, sa_type=enum_of(ConcernOutcome))
    version: int = 1


class ConcernStep(SQLModel, table=True):
    """One thing that was done about it. Append-only, and read with the concern only."""

    __tablename__ = "concern_step"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    concern_id: UUID = Field(foreign_key="concern.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    # None is the clock.
    actor_id: UUID | None = Field(default=None, foreign_key="person.id")
    kind: ConcernStepKind = Field(sa_type=enum_of(ConcernStepKind))
    text: str = Field(default="", max_length=2000)
