"""Offering help: making an offer, changing it, pausing and leaving."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from marketplace import ages, due, history, minors, notices, screening
from marketplace.asks import NewOffer, check_offer
from marketplace.errors import AccountBlocked, InvalidInput, NotFound
from marketplace.models import (
    ActingAs,
    EventKind,
    Municipality,
    NoticeKind,
    Offer,
    OfferAvailability,
    OfferSkill,
)
from marketplace.permissions import Actor
from marketplace.queries import blocks, market, offers, people, rounds, series


def save_offer(
    session: Session, offered: NewOffer, *, municipality: Municipality, actor: Actor, now: datetime
) -> Offer:
    """Make or change the actor's own offer. A change wakes kinds that were rested.

    Raises InvalidInput, also for somebody under sixteen of whom no parent agrees; AccountBlocked.
    """
    if blocks.is_suspended(session, actor.person_id):
        raise AccountBlocked(actor.person_id)
    person = people.get_person(session, actor.person_id)
    if not minors.may_help(session, person, now):
        raise InvalidInput({"born_on": "parent_awaited"})
    if ages.needs_parent(person.born_on, now):
        # A child stands on no list that everybody reads, with or without a parent's yes.
        offered = replace(offered, is_public=False)
    offer = offers.find_offer_of(session, actor.person_id, municipality.id)
    check_offer(offered, skills=market.read_skill_table(session), engaged=offer.engaged if offer else 0)
    is_new = offer is None or offer.left_at is not None
    if offer is None:
        offer = Offer(
            municipality_id=municipality.id,
            person_id=actor.person_id,
            offered_at=now,
            changed_at=now,
            **_facts(offered),
        )
        session.add(offer)
        session.flush()
        _add_parts(session, offer, offered)
    else:
        offer.sqlmodel_update({**_facts(offered), "changed_at": now, "left_at": None})
        session.add(offer)
        _replace_parts(session, offer, offered)
    _record(session, EventKind.OFFER_MADE if is_new else EventKind.OFFER_CHANGED, offer, actor, now)
    if is_new:
        notices.queue(
            session,
            NoticeKind.OFFER_MADE,
            municipality_id=offer.municipality_id,
            person_id=actor.person_id,
            at=now,
            key=f"{offer.id}:{now.isoformat()}",
        )
    screening.screen_offer(session, offer, now=now)
    _look_again(session, offer, now)
    return offer


def pause_offer(
    session: Session, *, actor: Actor, municipality_id: UUID, until: datetime | None, now: datetime
) -> Offer:
    """Nobody asks this volunteer until then; None ends a pause now. Raises NotFound, InvalidInput."""
    offer = _own(session, actor, municipality_id)
    if until is not None and until <= now:
        raise InvalidInput({"pause_until": "pause_past"})
    offer.paused_until = until
    session.add(offer)
    _record(session, EventKind.OFFER_PAUSED, offer, actor, now, until=until.isoformat() if until else None)
    _look_again(session, offer, now)
    return offer


def leave(session: Session, *, actor: Actor, municipality_id: UUID, now: datetime) -> Offer:
    """The volunteer stops: nobody asks them any more. What they agreed to stands until they cancel it."""
    offer = _own(session, actor, municipality_id)
    offer.left_at = now
    session.add(offer)
    _record(session, EventKind.OFFER_LEFT, offer, actor, now)
    _look_again(session, offer, now)
    return offer


def _own(session: Session, actor: Actor, municipality_id: UUID) -> Offer:
    offer = offers.find_live_offer_of(session, actor.person_id, municipality_id)
    if offer is None:
        raise NotFound("an offer of one's own")
    return offer


def _facts(offered: NewOffer) -> dict[str, Any]:
    return {
        "sentence": offered.sentence.strip(),
        "postcode": offered.place.postcode,
        "neighbourhood": offered.place.neighbourhood,
        "latitude": offered.place.latitude,
        "longitude": offered.place.longitude,
        "precision": offered.place.precision,
        "reach_km": offered.reach_km,
        "capacity": offered.capacity,
        "asked_per_week": offered.asked_per_week,
        "languages": list(offered.languages),
        "is_public": offered.is_public,
        "skills_in_brief": " ".join(sorted(offered.skill_codes)),
        "week_in_brief": " ".join(
            f"{piece.weekday}:{piece.start_minute}:{piece.end_minute}" for piece in offered.availability
        ),
    }


def _replace_parts(session: Session, offer: Offer, offered: NewOffer) -> None:
    session.execute(delete(OfferSkill).where(col(OfferSkill.offer_id) == offer.id))
    session.execute(delete(OfferAvailability).where(col(OfferAvailability.offer_id) == offer.id))
    _add_parts(session, offer, offered)


def _add_parts(session: Session, offer: Offer, offered: NewOffer) -> None:
    skills = [{"offer_id": offer.id, "skill_code": code} for code in sorted(offered.skill_codes)]
    session.execute(insert(OfferSkill), skills)
    week = [
        {
            "offer_id": offer.id,
            "weekday": piece.weekday,
            "start_minute": piece.start_minute,
            "end_minute": piece.end_minute,
        }
        for piece in offered.availability
    ]
    session.execute(insert(OfferAvailability), week)


def _record(session: Session, kind: EventKind, offer: Offer, actor: Actor, now: datetime, **detail: Any) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=offer.municipality_id,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        person_id=offer.person_id,
        offer=str(offer.id),
        **detail,
    )


def _look_again(session: Session, offer: Offer, now: datetime) -> None:
    """Requests that are looking may fit now, or proposals no longer do: one round settles both. So may their turns."""
    series.wake_of_person(session, offer.person_id, at=now)
    if rounds.has_open(session, offer.municipality_id):
        due.add_round(session, municipality_id=offer.municipality_id, request_id=None, at=now)
