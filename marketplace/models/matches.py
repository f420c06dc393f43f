"""Who was asked, and which slot and volunteer both said yes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id


class Origin(StrEnum):
    """How a match began."""

    ENGINE = "engine"
    APPLICATION = "application"
    RESIDENT_CHOICE = "resident_choice"
    COORDINATOR = "coordinator"


class ProposalStatus(StrEnum):
    OPEN = "open"
    # The volunteer said yes; the requester, who chooses, has not yet.
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REFUSED = "refused"
    # Staff took back what they had done, before anybody was told.
    UNDONE = "undone"


class DeclineReason(StrEnum):
    NOT_NOW = "not_now"
    NOT_THIS_KIND = "not_this_kind"
    TOO_FAR = "too_far"
    PAUSE = "pause"
    OTHER = "other"


class MatchStatus(StrEnum):
    # Both said yes; the requester may still object.
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    DONE = "done"
    OBJECTED = "objected"
    CANCELLED = "cancelled"
    # Staff took back what they had done, before anybody was told: it never was.
    UNDONE = "undone"


_LIVE_PROPOSAL = text("status IN ('open', 'waiting')")
_STANDING_MATCH = text("status IN ('agreed', 'confirmed', 'done')")
_TRUE_MATCH = text("status != 'undone'")


class Proposal(SQLModel, table=True):
    """One volunteer and one request: asked, offered or chosen, until a time."""

    __table_args__ = (
        # Who was asked lately, among hundreds of people.
        Index("ix_proposal_offer", "offer_id", "proposed_at"),
        Index(
            "uq_proposal_live_pair",
            "request_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE_PROPOSAL,
            postgresql_where=_LIVE_PROPOSAL,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    volunteer_municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    offer_id: UUID = Field(foreign_key="offer.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    origin: Origin = Field(sa_type=enum_of(Origin))
    status: ProposalStatus = Field(default=ProposalStatus.OPEN, sa_type=enum_of(ProposalStatus), index=True)
    proposed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decline_reason: DeclineReason | None = Field(default=None, sa_type=enum_of(DeclineReason))
    # Why this volunteer: codes and amounts of matching.reasons, and the parts of the score.
    reasons: list[dict[str, Any]] = Field(sa_type=Json)
    score: dict[str, float] = Field(sa_type=Json)
    distance_km: float
    # A yes that could not be honoured: "regret" or "late"; the volunteer stands on the reserve list.
    reserve: str | None = Field(default=None, max_length=10)
    version: int = 1


class Match(SQLModel, table=True):
    """A slot and a person who both said yes. Its moment is the last yes."""

    __table_args__ = (
        ForeignKeyConstraint(["request_id", "slot_number"], ["slot.request_id", "slot.number"]),
        # A round reads the matches of hundreds of people, and no more of them than this.
        Index("ix_match_offer", "offer_id", "request_id", "status"),
        Index(
            "uq_match_standing_slot",
            "request_id",
            "slot_number",
            unique=True,
            sqlite_where=_STANDING_MATCH,
            postgresql_where=_STANDING_MATCH,
        ),
        Index(
            "uq_match_standing_pair",
            "request_id",
            "person_id",
            unique=True,
            sqlite_where=_STANDING_MATCH,
            postgresql_where=_STANDING_MATCH,
        ),
        Index(
            "uq_match_of_proposal",
            "proposal_id",
            unique=True,
            sqlite_where=_TRUE_MATCH,
            postgresql_where=_TRUE_MATCH,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    volunteer_municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    slot_number: int
    offer_id: UUID = Field(foreign_key="offer.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    proposal_id: UUID = Field(foreign_key="proposal.id")
    origin: Origin = Field(sa_type=enum_of(Origin))
    status: MatchStatus = Field(default=MatchStatus.AGREED, sa_type=enum_of(MatchStatus), index=True)
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)
    objection_until: datetime = Field(sa_type=UtcDateTime, index=True)
    # When contact details opened: the requester's "prima", or the end of the objection time.
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When the two were asked whether they had managed to agree a date, and when they were asked how it was.
    nudged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_how_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
