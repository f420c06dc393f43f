"""What two people write to each other, what was reported, whom somebody blocked, and accounts set aside."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, Sequence, UtcDateTime, enum_of, new_id


class Conversation(SQLModel, table=True):
    """What the two of a match write, or the two who are on their way with a buddy. Whether it is open follows from
    these; its words go in time. ``id`` is that of the match, or of the introduction."""

    __table_args__ = (CheckConstraint("(match_id IS NULL) != (introduction_id IS NULL)", name="of_one"),)

    id: UUID = Field(primary_key=True)
    match_id: UUID | None = Field(default=None, foreign_key="match.id", unique=True)
    introduction_id: UUID | None = Field(default=None, foreign_key="introduction.id", unique=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    # When its words were taken out; the rows stay, so that it is known that there were some.
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(SQLModel, table=True):
    """One short text. ``seq`` is the order in which they came; the id is what a report names."""

    __table_args__ = (
        # Pressed twice, sent by two tabs: the form's own number comes once.
        UniqueConstraint("conversation_id", "sender_id", "token"),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    id: UUID = Field(default_factory=new_id, unique=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    # None once who wrote it is gone for good.
    sender_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    # Who of the staff typed what was said by telephone; None where its sender wrote it.
    typed_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    # Which side wrote it: the volunteer, or who asks (or asks in their name).
    is_of_volunteer: bool
    text: str = Field(max_length=500)
    token: str = Field(max_length=36)
    sent_at: datetime = Field(sa_type=UtcDateTime)
    # Staff took it out of sight of both.
    hidden_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ConversationRead(SQLModel, table=True):
    """Up to which message somebody has read a conversation."""

    __tablename__ = "conversation_read"

    conversation_id: UUID = Field(foreign_key="conversation.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    seq: int = Field(sa_type=Sequence)


class PersonBlock(SQLModel, table=True):
    """Somebody wants nothing to do with somebody else: a bar in both directions, while it stands."""

    __tablename__ = "person_block"
    __table_args__ = (CheckConstraint("blocker_id != blocked_id", name="two"),)

    blocker_id: UUID = Field(foreign_key="person.id", primary_key=True)
    blocked_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    blocked_at: datetime = Field(sa_type=UtcDateTime)


class ReportAbout(StrEnum):
    REQUEST = "request"
    OFFER = "offer"
    MESSAGE = "message"
    PERSON = "person"


class ReportKind(StrEnum):
    """What somebody who reports finds wrong."""

    UNKIND = "unkind"
    # Asks for money, or for the number of an account.
    MONEY = "money"
    UNSAFE = "unsafe"
    ADVERTISING = "advertising"
    PRIVATE = "private"
    OTHER = "other"


class ReportStatus(StrEnum):
    OPEN = "open"
    # Who wrote the text was asked to change it.
    TO_CHANGE = "to_change"
    CLOSED = "closed"


class ReportOutcome(StrEnum):
    FINE = "fine"
    CHANGED = "changed"
    HIDDEN = "hidden"
    WARNED = "warned"
    BLOCKED = "blocked"
    # What it was about is no longer there, or who wrote it has left.
    GONE = "gone"


_UNSETTLED = text("status != 'closed'")


class Report(SQLModel, table=True):
    """Something to look at: reported by somebody, or found suspicious. Open, it has an owner and a next moment."""

    __table_args__ = (
        CheckConstraint("(status = 'closed') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="outcome"),
        # The same thing by the same person, or by the machine, lies there once.
        Index(
            "uq_report_occasion",
            "occasion",
            unique=True,
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    about: ReportAbout = Field(sa_type=enum_of(ReportAbout))
    # Whose text or doing it is.
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="help_request.id", index=True)
    offer_id: UUID | None = Field(default=None, foreign_key="offer.id", index=True)
    message_id: UUID | None = Field(default=None, foreign_key="message.id", index=True)
    # Within which match, or between which two with a buddy, where a message or the other one was reported.
    match_id: UUID | None = Field(default=None, foreign_key="match.id")
    introduction_id: UUID | None = Field(default=None, foreign_key="introduction.id")
    # None is the machine, which says by what signs it found the text suspicious.
    reporter_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    kind: ReportKind | None = Field(default=None, sa_type=enum_of(ReportKind))
    words: str = Field(default="", max_length=500)
    signs: list[str] = Field(sa_type=Json)
    occasion: str = Field(max_length=120)
    # The text waits for this: nobody else sees it, and nobody is asked.
    is_held: bool = False
    reported_at: datetime = Field(sa_type=UtcDateTime, index=True)
    status: ReportStatus = Field(default=ReportStatus.OPEN, sa_type=enum_of(ReportStatus), index=True)
    # None where nobody of the staff is there at all.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    next_moment_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: ReportOutcome | None = Field(default=None, sa_type=enum_of(ReportOutcome))
    # What the one whose text it is reads of it.
    told: str = Field(default="", max_length=500)
    version: int = 1


class SuspensionStatus(StrEnum):
    ACTIVE = "active"
    APPEALED = "appealed"
    UPHELD = "upheld"
    LIFTED = "lifted"


class Suspension(SQLModel, table=True):
    """An account that was blocked, with the reason that its owner reads, and what became of their appeal."""

    __table_args__ = (
        CheckConstraint("status != 'appealed' OR (owner_id IS NOT NULL AND decide_by IS NOT NULL)", name="appeal"),
        Index(
            "uq_suspension_person",
            "person_id",
            unique=True,
            sqlite_where=text("status != 'lifted'"),
            postgresql_where=text("status != 'lifted'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    report_id: UUID | None = Field(default=None, foreign_key="report.id")
    reason: str = Field(max_length=500)
    by_id: UUID = Field(foreign_key="person.id")
    began_at: datetime = Field(sa_type=UtcDateTime)
    status: SuspensionStatus = Field(default=SuspensionStatus.ACTIVE, sa_type=enum_of(SuspensionStatus), index=True)
    appeal: str = Field(default="", max_length=1000)
    appealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Who decides on the appeal, never who blocked where there is anybody else; and by when.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    decide_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str = Field(default="", max_length=500)
    # What was put before a person because of it, so that it can go back: ids of requests.
    set_aside: list[str] = Field(sa_type=Json)
    version: int = 1


class ModerationStepKind(StrEnum):
    REPORTED = "reported"
    PASSED = "passed"
    LOOKED = "looked"
    NOTED = "noted"
    FINE = "fine"
    ASKED_CHANGE = "asked_change"
    CHANGED = "changed"
    HIDDEN = "hidden"
    WARNED = "warned"
    BLOCKED = "blocked"
    APPEALED = "appealed"
    UPHELD = "upheld"
    LIFTED = "lifted"
    GONE = "gone"


class ModerationStep(SQLModel, table=True):
    """One thing that was done about a report or a blocked account. Append-only, and read with it only."""

    __tablename__ = "moderation_step"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    report_id: UUID | None = Field(default=None, foreign_key="report.id", index=True)
    suspension_id: UUID | None = Field(default=None, foreign_key="suspension.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    # None is the machine.
    actor_id: UUID | None = Field(default=None, foreign_key="person.id")
    kind: ModerationStepKind = Field(sa_type=enum_of(ModerationStepKind))
    text: str = Field(default="", max_length=1000)


class Digest(StrEnum):
    """How often somebody wants to hear what isn't urgent."""

    SINGLE = "single"
    DAILY = "daily"
    WEEKLY = "weekly"


class ContactWishes(SQLModel, table=True):
    """When and how often somebody wants to hear from us; without a row at once, one by one."""

    __tablename__ = "contact_wishes"
    __table_args__ = (
        CheckConstraint("(quiet_from_minute IS NULL) = (quiet_until_minute IS NULL)", name="both"),
        CheckConstraint(
            "quiet_from_minute IS NULL OR (quiet_from_minute BETWEEN 0 AND 1439 AND quiet_until_minute BETWEEN 0 AND "
            "1439 AND quiet_from_minute != quiet_until_minute)",
            name="minutes",
        ),
    )

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    digest: Digest = Field(default=Digest.SINGLE, sa_type=enum_of(Digest))
    # By the clock in the kitchen, minutes since midnight; through the night where until is the smaller.
    quiet_from_minute: int | None = None
    quiet_until_minute: int | None = None
