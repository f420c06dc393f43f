"""What the pages of a match and of a question read."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import Offer, Proposal
from marketplace.queries import people


def get_first_name(session: Session, person_id: UUID) -> str:
    """What somebody is called."""
    return people.get_person(session, person_id).first_name


def count_others_asked(session: Session, proposal: Proposal, *, now: datetime) -> int:
    """How many others may still say yes to the same request."""
    query = select(func.count()).where(
        Proposal.request_id == proposal.request_id,
        Proposal.id != proposal.id,
        col(Proposal.status).in_(LIVE_PROPOSALS),
        col(Proposal.expires_at) > now,
    )
    return session.exec(query).one()


def find_point_of_offer(session: Session, offer_id: UUID) -> tuple[float, float] | None:
    """Where a volunteer sets out from."""
    row = session.exec(select(Offer.latitude, Offer.longitude).where(Offer.id == offer_id)).first()
    return (row[0], row[1]) if row else None
