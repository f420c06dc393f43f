"""Rows of young helpers that cannot be, for `marketplace.invariants`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, exists, select

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import (
    ApprovalStatus,
    HelpRequest,
    Match,
    Offer,
    PairApproval,
    ParentalConsent,
    ParentalStatus,
    Person,
)


def list_offers_of_minors(session: Session) -> Sequence[tuple[UUID, date, bool, bool]]:
    """Offers that stand of people whose day of birth is kept: whether everybody reads them, and a parent agreed."""
    agreed = exists().where(
        col(ParentalConsent.child_id) == col(Person.id), col(ParentalConsent.status) == ParentalStatus.GIVEN
    )
    query: Any = (
        select(col(Offer.id), col(Person.born_on), col(Offer.is_public), agreed)
        .join(Person, col(Person.id) == col(Offer.person_id))
        .where(col(Offer.left_at).is_(None), col(Person.born_on).is_not(None))
    )
    return [tuple(row) for row in session.execute(query)]


def list_homes_of_minors(session: Session) -> Sequence[tuple[UUID, date, datetime]]:
    """Running matches at somebody's home of people whose day of birth is kept, at which no coordinator looked."""
    looked = exists().where(
        col(PairApproval.request_id) == col(Match.request_id),
        col(PairApproval.person_id) == col(Match.person_id),
        col(PairApproval.status) == ApprovalStatus.APPROVED,
    )
    query: Any = (
        select(col(Match.id), col(Person.born_on), col(Match.made_at))
        .join(Person, col(Person.id) == col(Match.person_id))
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(
            col(Match.status).in_(RUNNING_MATCHES),
            col(HelpRequest.is_at_home).is_(True),
            col(Person.born_on).is_not(None),
            ~looked,
        )
    )
    return [tuple(row) for row in session.execute(query)]


def list_overdue(session: Session, before: datetime) -> Sequence[UUID]:
    """Parents who were to answer before a moment, and about whom nothing was done since."""
    query = select(ParentalConsent.id).where(
        ParentalConsent.status == ParentalStatus.WAITING, col(ParentalConsent.expires_at) < before
    )
    return session.exec(query).all()
