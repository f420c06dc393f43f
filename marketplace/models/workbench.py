"""The desk of those who work here: who took what, what can be taken back, what was asked, and the ladder's times."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.requests import Rung


class WorkKind(StrEnum):
    """Each kind of work in the queue. What a kind is about: see `queries.workbench`."""

    # Kept in the request itself: its owner and its next moment.
    CASE = "case"
    # A match whose two people have each other's details, were asked in vain, and have no date.
    SILENT = "silent"
    # A match that who asked did not want.
    OBJECTION = "objection"
    CALL = "call"
    # Every letter that waits for the printer, together; about the municipality.
    LETTERS = "letters"
    # A mail that was given up.
    MAIL = "mail"
    # A certificate of somebody who helps that runs out, or has.
    CERTIFICATE = "certificate"
    # What the social map says of a place or an activity was checked long ago, or never.
    CHECK = "check"
    # A garden day that waits for a person: nobody leads it, or nobody said how it went.
    GARDEN_DAY = "garden_day"
    # A yes of somebody under sixteen at somebody's home, which a coordinator looks at.
    PAIR = "pair"
    # A worry that was passed on, for those alone who handle them; it has an owner of its own and is never held.
    CONCERN = "concern"
    # An organisation that staff did not see yet, or not under its new name.
    ORGANISATION = "organisation"
    # A text, a message or somebody that was reported, or found suspicious.
    REPORT = "report"
    # Somebody whose account was blocked disagrees; about the blocked account.
    APPEAL = "appeal"
    # A trajectory with a buddy in which something is due; it has an owner of its own and is never held.
    BUDDY = "buddy"


class WorkHold(SQLModel, table=True):
    """Somebody took a piece of work that is no request. At most one row for each, so that it has one owner."""

    __tablename__ = "work_hold"

    kind: WorkKind = Field(primary_key=True, sa_type=enum_of(WorkKind))
    about_id: UUID = Field(primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    # Who has it; None where it was laid down again.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Put off until then; None where it stands as it came.
    later_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UndoStep(SQLModel, table=True):
    """What somebody did with a case, or in a trajectory, as it was before and after it: for a minute it can be taken
    back."""

    __tablename__ = "undo_step"
    __table_args__ = (CheckConstraint("(request_id IS NULL) != (trajectory_id IS NULL)", name="of_one"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="help_request.id", index=True)
    trajectory_id: UUID | None = Field(default=None, foreign_key="trajectory.id", index=True)
    actor_id: UUID = Field(foreign_key="person.id", index=True)
    act: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # The rows of the case by table, and the messages and rounds that wait until then. Ids and values; emptied after.
    before: dict[str, Any] = Field(sa_type=Json)
    after: dict[str, Any] = Field(sa_type=Json)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Relaxation(StrEnum):
    """What may give way in a request, if who asked agrees."""

    OTHER_DAY = "other_day"
    SHORTER = "shorter"
    EARLIER_OR_LATER = "earlier_or_later"
    ANY_LANGUAGE = "any_language"
    YOUNGER = "younger"


_UNANSWERED = text("answered_at IS NULL")


class RelaxationQuestion(SQLModel, table=True):
    """Whether something may give way: asked of who asked, by the engine or by staff; one at a time of a request."""

    __tablename__ = "relaxation_question"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND people > 0", name="amounts"),
        Index(
            "uq_relaxation_question_open",
            "request_id",
            unique=True,
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    # None is the engine.
    asked_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    kind: Relaxation = Field(sa_type=enum_of(Relaxation))
    # Days later, minutes, or years, by the kind; 0 where there is nothing to count.
    amount: int = 0
    # How many people would fit then, when it was asked.
    people: int
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # None with a moment: it was over before it was answered.
    is_yes: bool | None = None


class LadderTime(SQLModel, table=True):
    """When a request climbs to a rung, where a municipality chose otherwise than the default."""

    __tablename__ = "ladder_time"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    municipality_id: UUID = Field(foreign_key="municipality.id", primary_key=True)
    # One of the four work areas; empty for all of them.
    work_area: str = Field(default="", primary_key=True, max_length=40)
    is_urgent: bool = Field(default=False, primary_key=True)
    rung: Rung = Field(primary_key=True, sa_type=enum_of(Rung))
    # A share of the engine's time below the coordinator, working days from there on.
    amount: float


class OrganisationContact(SQLModel, table=True):
    """Somebody of an organisation who wants to hear of requests that nobody answers yet."""

    __tablename__ = "organisation_contact"

    municipality_id: UUID = Field(foreign_key="municipality.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    organisation: str = Field(max_length=80)
    # Of which work areas; empty for all.
    work_areas: list[str] = Field(sa_type=Json)
    since_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PersonMerge(SQLModel, table=True):
    """Two files that were of one person: what moved to the one that stays, so that it can move back."""

    __tablename__ = "person_merge"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    kept_id: UUID = Field(foreign_key="person.id", index=True)
    gone_id: UUID = Field(foreign_key="person.id", index=True)
    actor_id: UUID = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    # Table, key and column of every row that moved; and the fields of both people as they were.
    moved: list[dict[str, Any]] = Field(sa_type=Json)
    fields: dict[str, Any] = Field(sa_type=Json)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
