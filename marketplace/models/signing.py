"""Signing in, and what somebody typed before we knew who they were."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id


class DraftKind(StrEnum):
    REQUEST = "request"
    OFFER = "offer"
    RIDE = "ride"
    # One thing that somebody wants to do now.
    TASK = "task"
    BUDDY = "buddy"


class Draft(SQLModel, table=True):
    """An unfinished request, offer, ride or task to take on, kept between steps and until its maker opened the mail.

    Found by the hash of a token that only the maker's cookie (or mail) holds.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    kind: DraftKind = Field(sa_type=enum_of(DraftKind))
    token_hash: str = Field(unique=True, max_length=64)
    answers: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # What became of it: the request or offer that was made from it. A draft is used once.
    became_id: UUID | None = None


class SignInLink(SQLModel, table=True):
    """A link that was mailed, to sign in once. The mail carries a signature of the id, never stored here."""

    __tablename__ = "sign_in_link"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(max_length=254, index=True)
    # None where nobody is known by that address yet: then only a draft can make them known.
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    draft_id: UUID | None = Field(default=None, foreign_key="draft.id")
    requested_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # True for a link that makes `email` the person's address. Such a link never signs in.
    changes_address: bool = False


class SignIn(SQLModel, table=True):
    """One browser that is signed in. The cookie's token is stored as a hash only."""

    __tablename__ = "sign_in"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    signed_in_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What the browser calls itself, so that its owner knows it again in the list of their sign-ins.
    device: str = Field(default="", max_length=80)
    # When the owner last proved who they are; what matters asks for this anew.
    proved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Staff see nothing of others before the second factor.
    has_second_factor: bool = False


class AttemptKind(StrEnum):
    LINK = "link"
    PASSWORD = "password"  # noqa: S105  (a kind, not a secret)
    CODE = "code"
    RECOVERY = "recovery"


class SignInAttempt(SQLModel, table=True):
    """One try to sign in, counted per address whether or not anybody is known by it."""

    __tablename__ = "sign_in_attempt"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    address_hash: str = Field(max_length=64, index=True)
    kind: AttemptKind = Field(sa_type=enum_of(AttemptKind))
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    was_good: bool = False


class Password(SQLModel, table=True):
    """The argon2id hash of somebody's password; who has none signs in by link."""

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    hash: str = Field(max_length=200)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SecondFactor(SQLModel, table=True):
    """A time-based code of a member of staff. The last step used is kept: a code counts once.

    What is stored is a random seed; the secret in the telephone is made from it and SECRET_KEY, so that who reads a
    backup can make no codes.
    """

    __tablename__ = "second_factor"

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    # Empty until the first telephone was confirmed.
    seed: str = Field(default="", max_length=64)
    # Of a telephone that is being set up; the one before counts until this one is confirmed.
    next_seed: str = Field(default="", max_length=64)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """A code for who lost their second factor; used once, kept as a hash."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(max_length=64, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
