"""Finding proposals and matches."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES, STANDING_MATCHES
from marketplace.models import Match, MatchStatus, Proposal, ProposalStatus


def get_proposal(session: Session, proposal_id: UUID) -> Proposal:
    """One proposal. Raises NotFound."""
    if (proposal := session.get(Proposal, proposal_id)) is None:
        raise NotFound(f"proposal {proposal_id}")
    return proposal


def get_match(session: Session, match_id: UUID) -> Match:
    """One match. Raises NotFound."""
    if (match := session.get(Match, match_id)) is None:
        raise NotFound(f"match {match_id}")
    return match


def find_match_of_proposal(session: Session, proposal_id: UUID) -> Match | None:
    """The match that came of a proposal, if one did."""
    return session.exec(
        select(Match).where(Match.proposal_id == proposal_id, Match.status != MatchStatus.UNDONE)
    ).first()


def find_standing_match(session: Session, request_id: UUID, person_id: UUID) -> Match | None:
    """The match by which somebody has a slot of this request, running or done."""
    query = select(Match).where(
        Match.request_id == request_id, Match.person_id == person_id, col(Match.status).in_(STANDING_MATCHES)
    )
    return session.exec(query).first()


def find_live_proposal(session: Session, request_id: UUID, person_id: UUID) -> Proposal | None:
    """The proposal that still stands between somebody and a request."""
    query = select(Proposal).where(
        Proposal.request_id == request_id, Proposal.person_id == person_id, col(Proposal.status).in_(LIVE_PROPOSALS)
    )
    return session.exec(query).first()


def list_live_proposals(session: Session, request_id: UUID) -> Sequence[Proposal]:
    """Proposals of a request that were not answered for good, oldest first."""
    query = select(Proposal).where(Proposal.request_id == request_id, col(Proposal.status).in_(LIVE_PROPOSALS))
    return session.exec(query.order_by(col(Proposal.proposed_at))).all()


def count_live_proposals(session: Session, request_id: UUID, *, now: datetime) -> int:
    """How many proposals of a request may still become a yes."""
    query = select(func.count()).where(
        Proposal.request_id == request_id, col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) > now
    )
    return session.exec(query).one()


def list_proposals(session: Session, request_id: UUID) -> Sequence[Proposal]:
    """Every proposal of a request, oldest first."""
    return session.exec(
        select(Proposal).where(Proposal.request_id == request_id).order_by(col(Proposal.proposed_at))
    ).all()


def list_running_matches(session: Session, request_id: UUID) -> Sequence[Match]:
    """Matches of a request that run."""
    query = select(Match).where(Match.request_id == request_id, col(Match.status).in_(RUNNING_MATCHES))
    return session.exec(query.order_by(col(Match.made_at))).all()


def list_expired_proposals(session: Session, now: datetime, limit: int = 500) -> Sequence[Proposal]:
    """Proposals whose time to answer (or to choose) has passed."""
    query = select(Proposal).where(col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) <= now)
    return session.exec(query.order_by(col(Proposal.expires_at)).limit(limit)).all()


def list_unobjected_matches(session: Session, now: datetime, limit: int = 500) -> Sequence[Match]:
    """Matches whose objection time has passed without objection and that were not confirmed yet."""
    query = select(Match).where(Match.status == MatchStatus.AGREED, col(Match.objection_until) <= now)
    return session.exec(query.order_by(col(Match.objection_until)).limit(limit)).all()


def list_waiting(session: Session, request_id: UUID) -> Sequence[Proposal]:
    """Volunteers who said yes and wait for the requester's choice, first come first."""
    query = select(Proposal).where(Proposal.request_id == request_id, Proposal.status == ProposalStatus.WAITING)
    return session.exec(query.order_by(col(Proposal.answered_at))).all()
