"""Reading links, sign-ins and the people behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from marketplace.errors import LinkUsed
from marketplace.models import Draft, Person, SignIn, SignInLink, StaffRole, StaffRoleKind


class SignedInRow(NamedTuple):
    """What a request needs to know of a sign-in."""

    sign_in_id: UUID
    person_id: UUID
    first_name: str
    signed_in_at: datetime
    seen_at: datetime
    expires_at: datetime
    proved_at: datetime | None
    has_second_factor: bool


def find_person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, in lower case."""
    return session.exec(select(Person).where(Person.email == email)).one_or_none()


def count_links(session: Session, email: str, *, since: datetime) -> int:
    """How many links were asked for an address since a moment."""
    counted = select(func.count()).select_from(SignInLink)
    return session.exec(counted.where(SignInLink.email == email, SignInLink.requested_at > since)).one()


def has_usable_link(session: Session, email: str, *, at: datetime) -> bool:
    """Whether a link to sign in lies in that mailbox that still works."""
    usable = select(SignInLink.id).where(
        SignInLink.email == email,
        col(SignInLink.used_at).is_(None),
        SignInLink.expires_at > at,
        col(SignInLink.changes_address).is_(False),
    )
    return session.exec(usable.limit(1)).first() is not None


def get_link(session: Session, link_id: UUID, *, for_update: bool = False) -> SignInLink:
    """One mailed link. Raises LinkUsed where there is none (any more)."""
    link = session.get(SignInLink, link_id, with_for_update=for_update)
    if link is None:
        raise LinkUsed("unknown")
    return link


def find_draft(session: Session, draft_id: UUID) -> Draft | None:
    """An unfinished request or offer."""
    return session.get(Draft, draft_id)


def find_signed_in(session: Session, token_hash: str) -> SignedInRow | None:
    """The sign-in that a cookie's hash belongs to, if it was not ended."""
    columns = (
        col(SignIn.id),
        col(SignIn.person_id),
        col(Person.first_name),
        col(SignIn.signed_in_at),
        col(SignIn.seen_at),
        col(SignIn.expires_at),
        col(SignIn.proved_at),
        col(SignIn.has_second_factor),
    )
    found = session.execute(
        select(*columns)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(SignIn.person_id))
        .where(SignIn.token_hash == token_hash, col(SignIn.ended_at).is_(None))
    ).one_or_none()
    return SignedInRow(*found) if found else None


def list_sign_ins(session: Session, person_id: UUID, *, at: datetime) -> Sequence[SignIn]:
    """Somebody's sign-ins that were not ended, the last used first."""
    open_ones = select(SignIn).where(
        SignIn.person_id == person_id, col(SignIn.ended_at).is_(None), SignIn.expires_at > at
    )
    return session.exec(open_ones.order_by(col(SignIn.seen_at).desc(), col(SignIn.id))).all()


def list_roles(session: Session, person_id: UUID, *, at: datetime) -> frozenset[tuple[UUID, StaffRoleKind]]:
    """The staff roles somebody holds at a moment, each with its municipality."""
    found = session.exec(
        select(StaffRole.municipality_id, StaffRole.kind).where(StaffRole.person_id == person_id, *_valid(at))
    )
    return frozenset((where, StaffRoleKind(kind)) for where, kind in found)


def has_staff(session: Session, municipality_id: UUID) -> bool:
    """Whether anybody ever held a role there."""
    found = select(StaffRole.id).where(StaffRole.municipality_id == municipality_id).limit(1)
    return session.exec(found).first() is not None


def list_drafts_to_forget(session: Session, *, before: datetime) -> Sequence[UUID]:
    """Drafts whose time is over and that no link names any more."""
    named = select(SignInLink.draft_id).where(col(SignInLink.draft_id).is_not(None))
    return session.exec(select(Draft.id).where(Draft.expires_at < before, col(Draft.id).not_in(named))).all()


def _valid(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(StaffRole.from_at) <= at,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > at),
    )
