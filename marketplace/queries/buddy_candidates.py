"""Who could be introduced as a buddy: the rows, without a judgement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS
from marketplace.models import (
    BarredPair,
    Introduction,
    IntroductionStatus,
    Offer,
    OfferSkill,
    Person,
    PersonBlock,
    Trajectory,
)
from marketplace.queries.blocks import SUSPENDED
from marketplace.queries.near import Place, list_near


class HelperRow(NamedTuple):
    """A volunteer who offers to be a buddy."""

    offer_id: UUID
    person_id: UUID
    first_name: str
    neighbourhood: str
    latitude: float
    longitude: float
    reach_km: float
    languages: list[str]
    sentence: str
    offered_at: datetime


def list_helpers(
    session: Session, trajectory: Trajectory, *, beyond_km: float, now: datetime, offer_id: UUID | None = None
) -> list[HelperRow]:
    """Volunteers near enough who offer this kind of help, and are free: no pause, nobody to be a buddy of, never
    introduced here before, neither barred from the resident nor blocked by them or by staff."""
    if offer_id is not None:
        ids = [offer_id]
    else:
        spot = Place(trajectory.skill_code, trajectory.latitude, trajectory.longitude)
        ids = sorted({UUID(found) for found in list_near(session, [spot], beyond_km)})
    introduced = (
        select(Introduction.id)
        .where(
            Introduction.person_id == Offer.person_id,
            or_(
                col(Introduction.status).in_(LIVE_INTRODUCTIONS),
                Introduction.trajectory_id == trajectory.id,
            ),
        )
        .exists()
    )
    resident = trajectory.resident_id
    query = (
        select(Offer, Person.first_name)
        .join(Person, col(Person.id) == col(Offer.person_id))
        .join(OfferSkill, col(OfferSkill.offer_id) == col(Offer.id))
        .where(
            col(Offer.id).in_(ids),
            OfferSkill.skill_code == trajectory.skill_code,
            col(OfferSkill.rested_at).is_(None),
            Offer.municipality_id == trajectory.municipality_id,
            col(Offer.left_at).is_(None),
            or_(col(Offer.paused_until).is_(None), col(Offer.paused_until) <= now),
            col(Person.erased_at).is_(None),
            Offer.person_id != resident,
            or_(trajectory.representative_id is None, Offer.person_id != trajectory.representative_id),
            ~introduced,
            *_kept_apart_from(resident),
            col(Offer.person_id).not_in(SUSPENDED),
        )
        .order_by(col(Offer.id))
    )
    return [
        HelperRow(
            offer.id,
            offer.person_id,
            name,
            offer.neighbourhood,
            offer.latitude,
            offer.longitude,
            offer.reach_km,
            list(offer.languages),
            offer.sentence,
            offer.offered_at,
        )
        for offer, name in session.exec(query)
    ]


def _kept_apart_from(resident: UUID) -> tuple[Any, ...]:
    """Neither barred from somebody nor blocked by one of the two."""
    barred = select(BarredPair.person_id).where(
        or_(
            (BarredPair.person_id == resident) & (BarredPair.other_id == Offer.person_id),
            (BarredPair.other_id == resident) & (BarredPair.person_id == Offer.person_id),
        )
    )
    blocked = select(PersonBlock.blocker_id).where(
        or_(
            (PersonBlock.blocker_id == resident) & (PersonBlock.blocked_id == Offer.person_id),
            (PersonBlock.blocked_id == resident) & (PersonBlock.blocker_id == Offer.person_id),
        )
    )
    return ~barred.exists(), ~blocked.exists()


def count_finished(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many times each of these people was a buddy to the end."""
    query = (
        select(Introduction.person_id, func.count())
        .where(col(Introduction.person_id).in_(person_ids), Introduction.status == IntroductionStatus.DONE)
        .group_by(col(Introduction.person_id))
    )
    return dict(session.exec(query).all())


def list_last_ended(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these people was a buddy last, of those who ever were."""
    query = (
        select(Introduction.person_id, func.max(Introduction.ended_at))
        .where(col(Introduction.person_id).in_(person_ids), col(Introduction.started_at).is_not(None))
        .group_by(col(Introduction.person_id))
    )
    return {person_id: at for person_id, at in session.exec(query) if at is not None}
