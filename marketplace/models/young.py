"""Young helpers: a parent who agrees, and a pair that a coordinator looked at."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id
from marketplace.models.requests import Channel


class ParentalStatus(StrEnum):
    # A parent was asked and has not answered: nothing of the child is anywhere but here.
    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    # Given before, and taken back.
    WITHDRAWN = "withdrawn"
    # Nobody answered in time; who it was is forgotten.
    LAPSED = "lapsed"
    # The child turned sixteen.
    RELEASED = "released"


_WAITING = text("status = 'waiting'")
_STANDING = text("status = 'given'")


class ParentalConsent(SQLModel, table=True):
    """Whether a parent agrees that their child, who is not sixteen yet, helps people here."""

    __tablename__ = "parental_consent"
    __table_args__ = (
        Index(
            "uq_parental_consent_waiting", "child_email", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        Index("uq_parental_consent_given", "child_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        CheckConstraint("asked_at < expires_at", name="order"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    guardian_id: UUID = Field(foreign_key="person.id", index=True)
    # Whether the parent was known here before the child named them; else they go when the asking comes to nothing.
    guardian_is_new: bool = True
    # None until the child is known here, which is after the parent agreed and the child opened a mail.
    child_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    # What the child typed, which becomes an offer after the yes; gone once it did.
    draft_id: UUID | None = None
    child_name: str = Field(default="", max_length=60)
    child_email: str | None = Field(default=None, max_length=254)
    # None once it was lapsed, refused or released: the day of birth is kept no longer than it decides something.
    child_born_on: date | None = None
    status: ParentalStatus = Field(default=ParentalStatus.WAITING, sa_type=enum_of(ParentalStatus), index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    # Until then a parent may answer.
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: Channel | None = Field(default=None, sa_type=enum_of(Channel))
    # Who of the staff wrote down what a parent said by telephone.
    recorded_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    version: int = 1


class ApprovalStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    # It was not needed any more: the place went to somebody else, the yes was taken back, or its time was over.
    MOOT = "moot"


_LIVE = text("status IN ('asked', 'approved')")


class PairApproval(SQLModel, table=True):
    """Whether somebody under sixteen may help at this home; a coordinator decides, with somebody else present."""

    __tablename__ = "pair_approval"
    __table_args__ = (
        Index(
            "uq_pair_approval_live",
            "request_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("asked_at <= due_at", name="order"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    proposal_id: UUID = Field(foreign_key="proposal.id")
    # Whose it is to decide: on duty there when it was asked.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    status: ApprovalStatus = Field(default=ApprovalStatus.ASKED, sa_type=enum_of(ApprovalStatus), index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    version: int = 1
