"""Who wants nothing to do with whom, and whose account is blocked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, union
from sqlmodel import Session, col, or_, select

from marketplace.lifecycle import LIVE_PROPOSALS, OPEN_RIDES, RUNNING_MATCHES
from marketplace.models import (
    Driver,
    HelpRequest,
    Match,
    Offer,
    Person,
    PersonBlock,
    Proposal,
    Ride,
    Suspension,
    SuspensionStatus,
)

# For other statements: whose account is blocked now.
SUSPENDED: Any = select(Suspension.person_id).where(Suspension.status != SuspensionStatus.LIFTED)


_SUSPENSION_OF: Final[Any] = SUSPENDED.where(Suspension.person_id == bindparam("person_id", type_=Uuid()))


def find_suspension(session: Session, person_id: UUID) -> Suspension | None:
    """By what somebody's account is blocked now, if it is."""
    query = select(Suspension).where(Suspension.person_id == person_id, Suspension.status != SuspensionStatus.LIFTED)
    return session.exec(query).first()


def is_suspended(session: Session, person_id: UUID) -> bool:
    """Whether somebody's account is blocked now."""
    return session.exec(_SUSPENSION_OF, params={"person_id": person_id}).first() is not None


def find_block(session: Session, one: UUID, other: UUID) -> PersonBlock | None:
    """Whether one of two people blocked the other."""
    return session.exec(select(PersonBlock).where(_between(one, other)).limit(1)).first()


def list_blocked_by(session: Session, person_id: UUID) -> Sequence[tuple[UUID, str, datetime]]:
    """Whom somebody blocked: who, by their first name, and since when; the latest first."""
    query = (
        select(PersonBlock.blocked_id, Person.first_name, PersonBlock.blocked_at)
        .join(Person, col(Person.id) == col(PersonBlock.blocked_id))
        .where(PersonBlock.blocker_id == person_id)
    )
    return session.exec(query.order_by(col(PersonBlock.blocked_at).desc(), col(PersonBlock.blocked_id))).all()


def list_hidden_from(session: Session, person_id: UUID | None) -> frozenset[UUID]:
    """Who is not shown to somebody, nor they to them: whoever of the two blocked the other."""
    if person_id is None:
        return frozenset()
    pairs = select(PersonBlock.blocker_id, PersonBlock.blocked_id).where(
        or_(PersonBlock.blocker_id == person_id, PersonBlock.blocked_id == person_id)
    )
    return frozenset(one for pair in session.exec(pairs) for one in pair) - {person_id}


def list_blocks_of(session: Session, person_id: UUID) -> Sequence[PersonBlock]:
    """Every block in which somebody has a part."""
    query = select(PersonBlock).where(or_(PersonBlock.blocker_id == person_id, PersonBlock.blocked_id == person_id))
    return session.exec(query).all()


def lock_market_of(session: Session, person_ids: Sequence[UUID]) -> Sequence[HelpRequest]:
    """What these people ask and offer, held as a round holds it: requests first, each in the order of their ids."""
    asked = select(HelpRequest.id).where(
        col(HelpRequest.ended_at).is_(None),
        or_(col(HelpRequest.requester_id).in_(person_ids), col(HelpRequest.representative_id).in_(person_ids)),
    )
    helped = select(Match.request_id).where(
        col(Match.person_id).in_(person_ids), col(Match.status).in_(RUNNING_MATCHES)
    )
    proposed = select(Proposal.request_id).where(
        col(Proposal.person_id).in_(person_ids), col(Proposal.status).in_(LIVE_PROPOSALS)
    )
    wanted = union(asked, helped, proposed).subquery()
    query = select(HelpRequest).where(col(HelpRequest.id).in_(select(wanted.c[0]))).order_by(col(HelpRequest.id))
    held = session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
    offers = select(Offer.id).where(col(Offer.person_id).in_(person_ids)).order_by(col(Offer.id))
    session.exec(offers.with_for_update()).all()
    return held


def list_running_between(session: Session, one: UUID, other: UUID) -> Sequence[Match]:
    """Matches by which one of two people helps the other, or who asks in the other's name."""
    query = (
        select(Match)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(col(Match.status).in_(RUNNING_MATCHES), _meet(col(Match.person_id), one, other))
    )
    return session.exec(query.order_by(col(Match.made_at), col(Match.id))).all()


def list_live_between(session: Session, one: UUID, other: UUID) -> Sequence[Proposal]:
    """Proposals by which one of two people is asked for the other."""
    query = (
        select(Proposal)
        .join(HelpRequest, col(HelpRequest.id) == col(Proposal.request_id))
        .where(col(Proposal.status).in_(LIVE_PROPOSALS), _meet(col(Proposal.person_id), one, other))
    )
    return session.exec(query.order_by(col(Proposal.proposed_at), col(Proposal.id))).all()


def list_met_all_the_same(session: Session) -> Sequence[tuple[UUID, UUID]]:
    """Blocks of which the two are in a running match, or asked for each other, all the same."""
    matched = select(PersonBlock.blocker_id, PersonBlock.blocked_id).where(
        select(Match.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(col(Match.status).in_(RUNNING_MATCHES), _meet_of_block(col(Match.person_id)))
        .exists()
    )
    proposed = select(PersonBlock.blocker_id, PersonBlock.blocked_id).where(
        select(Proposal.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Proposal.request_id))
        .where(col(Proposal.status).in_(LIVE_PROPOSALS), _meet_of_block(col(Proposal.person_id)))
        .exists()
    )
    return sorted({*session.exec(matched).all(), *session.exec(proposed).all()}, key=str)


def list_suspended_but_busy(session: Session) -> Sequence[UUID]:
    """Whose account is blocked, and who helps or is asked all the same."""
    runs = select(Match.person_id).where(col(Match.status).in_(RUNNING_MATCHES), col(Match.person_id).in_(SUSPENDED))
    asked = select(Proposal.person_id).where(
        col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.person_id).in_(SUSPENDED)
    )
    return sorted({*session.exec(runs).all(), *session.exec(asked).all()}, key=str)


def list_suspended_with_rides(session: Session) -> Sequence[UUID]:
    """Whose account is blocked, and who still drives, or is to be driven."""
    drives = select(Driver.person_id).where(col(Driver.left_at).is_(None), col(Driver.person_id).in_(SUSPENDED))
    rides = select(Ride.passenger_id).where(col(Ride.status).in_(OPEN_RIDES), col(Ride.passenger_id).in_(SUSPENDED))
    return sorted({*session.exec(drives).all(), *session.exec(rides).all()}, key=str)


def _between(one: UUID, other: UUID) -> Any:
    return or_(
        (col(PersonBlock.blocker_id) == one) & (col(PersonBlock.blocked_id) == other),
        (col(PersonBlock.blocker_id) == other) & (col(PersonBlock.blocked_id) == one),
    )


def _meet(helper: Any, one: UUID, other: UUID) -> Any:
    asks_other = or_(col(HelpRequest.requester_id) == other, col(HelpRequest.representative_id) == other)
    asks_one = or_(col(HelpRequest.requester_id) == one, col(HelpRequest.representative_id) == one)
    return or_((helper == one) & asks_other, (helper == other) & asks_one)


def _meet_of_block(helper: Any) -> Any:
    return or_(
        (helper == col(PersonBlock.blocker_id)) & (col(HelpRequest.requester_id) == col(PersonBlock.blocked_id)),
        (helper == col(PersonBlock.blocked_id)) & (col(HelpRequest.requester_id) == col(PersonBlock.blocker_id)),
    )
