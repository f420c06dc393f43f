"""A case that goes to another organisation with its story, as far as the resident agrees, until they confirm it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id


class HandOverStatus(StrEnum):
    # The resident has still to agree to what is passed on.
    ASKED = "asked"
    # They agreed; the other organisation has still to confirm.
    SENT = "sent"
    RECEIVED = "received"
    # The other organisation said no, or nobody answered in time: it is the owner's again.
    RETURNED = "returned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_LIVE = text("status IN ('asked', 'sent')")


class HandOver(SQLModel, table=True):
    """What is passed on of one request, to whom, and how far it came. One at a time."""

    __tablename__ = "hand_over"
    __table_args__ = (
        Index("uq_hand_over_live", "request_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        CheckConstraint("asked_at < due_at", name="order"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    # Whose it is again if it comes back.
    owner_id: UUID = Field(foreign_key="person.id", index=True)
    organisation: str = Field(max_length=80)
    # Where the link goes; without an address staff call, and note that it was received.
    email: str | None = Field(default=None, max_length=254)
    story: str = Field(max_length=2000)
    # The resident's name, telephone number and address go along.
    with_contact: bool = True
    status: HandOverStatus = Field(default=HandOverStatus.ASKED, sa_type=enum_of(HandOverStatus), index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When it comes back by itself.
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
