"""Finding offers and the people behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.models import Offer, OfferAvailability, OfferSkill
from marketplace.queries.market_statements import read_rows
from marketplace.queries.several import is_one_of


def get_offer(session: Session, offer_id: UUID) -> Offer:
    """One offer. Raises NotFound."""
    if (offer := session.get(Offer, offer_id)) is None:
        raise NotFound(f"offer {offer_id}")
    return offer


def find_offer_of(session: Session, person_id: UUID, municipality_id: UUID) -> Offer | None:
    """The offer of one person in one municipality, also where they have left."""
    query = select(Offer).where(Offer.person_id == person_id, Offer.municipality_id == municipality_id)
    return session.exec(query).first()


def find_live_offer_of(session: Session, person_id: UUID, municipality_id: UUID) -> Offer | None:
    """The offer of one person who still helps, or None."""
    offer = find_offer_of(session, person_id, municipality_id)
    return offer if offer is not None and offer.left_at is None else None


class HeldOffer(NamedTuple):
    """An offer that is held: where it was made, and whose it is."""

    id: UUID
    municipality_id: UUID
    person_id: UUID


_HELD: Final[Any] = (
    select(Offer.id, Offer.municipality_id, Offer.person_id)
    .where(is_one_of(Offer.id, "offer_ids"))
    .order_by(col(Offer.id))
    .with_for_update()
)


def lock_offers(session: Session, offer_ids: Sequence[UUID]) -> dict[UUID, HeldOffer]:
    """Hold these offers against asking by others until the unit ends, in one order so that nobody waits in a ring."""
    return {row.id: HeldOffer(*row) for row in read_rows(session, _HELD, {"offer_ids": offer_ids})}


def list_offer_skills(session: Session, offer_id: UUID) -> Sequence[OfferSkill]:
    """What an offer holds, in order of code."""
    query = select(OfferSkill).where(OfferSkill.offer_id == offer_id)
    return session.exec(query.order_by(col(OfferSkill.skill_code))).all()


def list_availability(session: Session, offer_id: UUID) -> Sequence[OfferAvailability]:
    """The week of an offer, from Monday on."""
    query = select(OfferAvailability).where(OfferAvailability.offer_id == offer_id)
    return session.exec(query.order_by(col(OfferAvailability.weekday), col(OfferAvailability.start_minute))).all()


def list_public_offers(session: Session, *, municipality_id: UUID, now: datetime) -> Sequence[Offer]:
    """Offers whose owner made them public, not paused and not left."""
    query = select(Offer).where(
        Offer.municipality_id == municipality_id, col(Offer.is_public).is_(True), col(Offer.left_at).is_(None)
    )
    found = session.exec(query.order_by(col(Offer.changed_at).desc(), col(Offer.id))).all()
    return [offer for offer in found if offer.paused_until is None or offer.paused_until <= now]
