"""Reading how somebody proves who they are: their password, their second factor, their sign-ins, and the tries."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.models import (
    AttemptKind,
    Password,
    Person,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInAttempt,
    SignInLink,
    StaffRole,
)


class KeptPassword(NamedTuple):
    """Whose password it is, and its hash."""

    person_id: UUID
    hash: str


def find_password_of(session: Session, address: str) -> KeptPassword | None:
    """The password that goes with an e-mail address."""
    found = session.exec(
        select(Password.person_id, Password.hash)
        .join(Person, col(Person.id) == col(Password.person_id))
        .where(Person.email == address)
    ).one_or_none()
    return KeptPassword(*found) if found else None


def find_password(session: Session, person_id: UUID) -> Password | None:
    """Somebody's password."""
    return session.get(Password, person_id)


def find_second_factor(session: Session, person_id: UUID, *, for_update: bool = False) -> SecondFactor | None:
    """Somebody's second factor, confirmed or being set up."""
    return session.get(SecondFactor, person_id, with_for_update=for_update, populate_existing=for_update)


def count_recovery_codes(session: Session, person_id: UUID) -> int:
    """How many codes somebody has left."""
    left = select(func.count()).select_from(RecoveryCode)
    return session.exec(left.where(RecoveryCode.person_id == person_id, col(RecoveryCode.used_at).is_(None))).one()


def count_tries(
    session: Session, address_hash: str, kind: AttemptKind, *, since: datetime, only_wrong: bool = False
) -> int:
    """How often a password or code was tried for an account, or from an address of the network."""
    tries = select(func.count()).select_from(SignInAttempt)
    tries = tries.where(
        SignInAttempt.address_hash == address_hash, SignInAttempt.kind == kind, SignInAttempt.at > since
    )
    if only_wrong:
        tries = tries.where(col(SignInAttempt.was_good).is_(False))
    return session.exec(tries).one()


def find_sign_in(session: Session, sign_in_id: UUID) -> SignIn | None:
    """One sign-in."""
    return session.get(SignIn, sign_in_id)


def count_address_changes(session: Session, person_id: UUID, *, since: datetime) -> int:
    """How many new addresses somebody gave since a moment."""
    asked = select(func.count()).select_from(SignInLink)
    return session.exec(
        asked.where(
            SignInLink.person_id == person_id,
            col(SignInLink.changes_address).is_(True),
            SignInLink.requested_at > since,
        )
    ).one()


def has_role(session: Session, person_id: UUID, *, at: datetime) -> bool:
    """Whether somebody works here, or will: their password is held to more."""
    found = select(StaffRole.id).where(
        StaffRole.person_id == person_id, col(StaffRole.until_at).is_(None) | (col(StaffRole.until_at) > at)
    )
    return session.exec(found.limit(1)).first() is not None
