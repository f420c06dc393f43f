"""What people allowed, who looked at them, and who is no longer here."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from marketplace.models.columns import Sequence, UtcDateTime, enum_of, new_id
from marketplace.models.requests import Channel


class ConsentKind(StrEnum):
    # Being known here and being told what is needed for the help asked or offered.
    TERMS = "terms"
    # Somebody else asks in one's name.
    REPRESENTATION = "representation"
    # One's story goes along when another professional takes over.
    HAND_OVER = "hand_over"
    # Name and neighbourhood on the public list of volunteers.
    PUBLIC_LISTING = "public_listing"


class ConsentEntry(SQLModel, table=True):
    """One consent given or taken back. Append-only: the newest of a kind counts."""

    __tablename__ = "consent_entry"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: ConsentKind = Field(sa_type=enum_of(ConsentKind))
    is_given: bool
    # Which wording they read or had read out.
    text_version: str = Field(max_length=20)
    channel: Channel = Field(sa_type=enum_of(Channel))
    # Who recorded it: the person, or staff who read it out by telephone.
    recorded_by_id: UUID = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class FileLook(SQLModel, table=True):
    """A member of staff looked at what identifies a person. Chained by hash, visible to that person."""

    __tablename__ = "file_look"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    staff_id: UUID = Field(foreign_key="person.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="help_request.id")
    action: str = Field(max_length=40)
    reason: str = Field(max_length=200)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    # Over this row and the hash of the one before it: a changed row is found by `verify`.
    chain: str = Field(max_length=64)


class Erasure(SQLModel, table=True):
    """Who was erased, as a keyed hash only: a restored older backup is cleaned with it."""

    key_hash: str = Field(primary_key=True, max_length=64)
    erased_at: datetime = Field(sa_type=UtcDateTime)
