"""A volunteer's own house: holidays planned ahead, kinds of help that rest or wake, and the link of one's calendar."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import ActingAs, EventKind, Offer, OfferSkill, Person
from marketplace.permissions import Actor
from marketplace.queries import offers, own_house, people, rounds, series

LONGEST_PAUSE: Final = timedelta(days=366)


def plan_holiday(
    session: Session, *, actor: Actor, municipality_id: UUID, from_at: datetime, until_at: datetime, now: datetime
) -> Offer:
    """From then until then nobody asks this volunteer. Raises NotFound, InvalidInput."""
    offer = _own(session, actor, municipality_id)
    problems = {
        "holiday_from": "when_far" if from_at > now + LONGEST_PAUSE else "",
        "holiday_until": "pause_past" if until_at <= now else ("holiday_order" if until_at <= from_at else ""),
    }
    if until_at > from_at + LONGEST_PAUSE:
        problems["holiday_until"] = "when_far"
    if any(problems.values()):
        raise InvalidInput({field: code for field, code in problems.items() if code})
    offer.holiday_from, offer.holiday_until = from_at, until_at
    session.add(offer)
    if from_at <= now:
        _begin(session, offer, actor_id=actor.person_id, now=now)
    else:
        # Who is being asked for one of those days is asked no longer.
        offer.changed_at = now
        _record(session, offer, actor, now, holiday_from=from_at.isoformat(), holiday_until=until_at.isoformat())
        _look_again(session, offer, now)
    session.flush()
    return offer


def drop_holiday(session: Session, *, actor: Actor, municipality_id: UUID, now: datetime) -> Offer:
    """A holiday that is still to begin does not go on. Raises NotFound."""
    offer = _own(session, actor, municipality_id)
    if offer.holiday_from is not None:
        offer.holiday_from = offer.holiday_until = None
        session.add(offer)
        _record(session, offer, actor, now, holiday_from=None)
        _look_again(session, offer, now)
    session.flush()
    return offer


def begin_holidays(session: Session, now: datetime) -> int:
    """Holidays whose first day has come become pauses. How many."""
    begun = own_house.list_holidays_begun(session, now)
    for offer in begun:
        _begin(session, offer, actor_id=offer.person_id, now=now)
    return len(begun)


def rest_kind(
    session: Session, *, actor: Actor, municipality_id: UUID, code: str, is_rested: bool, now: datetime
) -> Offer:
    """Not this kind of help for now, or again after all. Raises NotFound."""
    offer = _own(session, actor, municipality_id)
    held = session.get(OfferSkill, (offer.id, code))
    if held is None:
        raise NotFound(f"kind {code} of offer {offer.id}")
    if (held.rested_at is not None) == is_rested:
        return offer
    held.rested_at = now if is_rested else None
    session.add(held)
    _record(session, offer, actor, now, skill_code=code, is_rested=is_rested)
    _look_again(session, offer, now)
    return offer


def renew_feed(session: Session, *, actor: Actor) -> Person:
    """Every link to one's calendar that was given out stops; there is a new one."""
    person = people.get_person(session, actor.person_id)
    person.feed_version += 1
    session.add(person)
    session.flush()
    return person


def _begin(session: Session, offer: Offer, *, actor_id: UUID, now: datetime) -> None:
    until = offer.holiday_until
    offer.holiday_from = offer.holiday_until = None
    session.add(offer)
    if until is None or until <= now:
        return
    # A pause that was taken meanwhile and lasts longer stays.
    offer.paused_until = max(until, offer.paused_until or until)
    history.record(
        session,
        EventKind.OFFER_PAUSED,
        at=now,
        municipality_id=offer.municipality_id,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor_id,
        person_id=offer.person_id,
        offer=str(offer.id),
        until=offer.paused_until.isoformat(),
    )
    _look_again(session, offer, now)


def _record(session: Session, offer: Offer, actor: Actor, now: datetime, **detail: Any) -> None:
    history.record(
        session,
        EventKind.OFFER_CHANGED,
        at=now,
        municipality_id=offer.municipality_id,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        person_id=offer.person_id,
        offer=str(offer.id),
        **detail,
    )


def _own(session: Session, actor: Actor, municipality_id: UUID) -> Offer:
    offer = offers.find_live_offer_of(session, actor.person_id, municipality_id)
    if offer is None:
        raise NotFound("an offer of one's own")
    return offer


def _look_again(session: Session, offer: Offer, now: datetime) -> None:
    """Requests that are looking may fit now, or proposals no longer do: one round settles both. So may their turns."""
    series.wake_of_person(session, offer.person_id, at=now)
    if rounds.has_open(session, offer.municipality_id):
        due.add_round(session, municipality_id=offer.municipality_id, request_id=None, at=now)
