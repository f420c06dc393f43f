""" "Ik wil nu iets doen": what somebody can do today or this week nearby, taken on in the same visit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, lifecycle, minors, notices
from marketplace.errors import DoesNotFit, InvalidInput, SlotTaken
from marketplace.geocoding import Place
from marketplace.models import (
    ActingAs,
    ContactBy,
    EventKind,
    HelpRequest,
    NoticeKind,
    Offer,
    OfferAvailability,
    OfferSkill,
    Origin,
    Person,
    SlotStatus,
    TaskAlert,
)
from marketplace.policies import AMSTERDAM, next_asking_moment
from marketplace.queries import listing, offers, requests, tasks
from marketplace.queries.listing import OpenCard
from marketplace.telephones import is_mobile
from marketplace.timetables import instant
from matching.rules import Rule

# Groups of kinds of help that people know they like, and how their codes begin.
LIKES: Final = {
    "garden": ("garden.", "club.green"),
    "jobs": ("home.odd_jobs", "home.painting", "home.moving", "home.bicycle", "home.cleaning", "club.maintenance"),
    "errands": ("home.groceries", "home.cooking", "home.pets", "home.sewing"),
    "company": ("company.", "transport.escort", "transport.wheelchair_push"),
    "digital": ("digital.",),
    "club": ("club.",),
}


@dataclass(frozen=True)
class TaskPolicy:
    """What is now and nearby, and how long somebody may be told later or asked to confirm."""

    within_days: int = 7
    near_km: float = 5.0
    at_least_ahead_minutes: int = 30
    nearest: int = 3
    alert_days: int = 7
    # Somebody who gave a telephone number confirms by it within this time.
    confirm_h: float = 4
    capacity: int = 2


TASKS: Final = TaskPolicy()
WHOLE_DAY: Final = 24 * 60
# The engine asks nobody who came for one task: this many times a week.
NEVER_ASKED: Final = 0


@dataclass(frozen=True)
class Task:
    """Something to do, and when it can be begun at the earliest."""

    card: OpenCard
    first_at: datetime


@dataclass(frozen=True)
class Found:
    """What fits, best first; where nothing does, the nearest things that somebody could do another day."""

    fitting: tuple[Task, ...]
    nearest: tuple[OpenCard, ...]


def find_tasks(
    session: Session,
    *,
    municipality_id: UUID,
    point: tuple[float, float],
    likes: Collection[str],
    now: datetime,
    besides: UUID | None = None,
) -> Found:
    """What can be done this week near a point without a certificate; ``besides``: nobody helps themselves."""
    anybody = tasks.list_open_to_anybody(session, municipality_id)
    cards = listing.list_open_cards(session, municipality_id=municipality_id, now=now, point=point)
    open_cards = [card for card in cards if card.id in anybody and card.requester_id != besides]
    fitting = rank(open_cards, likes, now=now)
    return Found(tuple(fitting), () if fitting else tuple(open_cards[: TASKS.nearest]))


def rank(cards: Iterable[OpenCard], likes: Collection[str], *, now: datetime) -> list[Task]:
    """Those that fit: the soonest day first, and on a day the nearest. Pure."""
    timed = [(card, first_moment(card, now)) for card in cards if is_liked(card.skill_code, likes)]
    found = [Task(card, at) for card, at in timed if at is not None and (card.distance_km or 0.0) <= TASKS.near_km]
    return sorted(
        found,
        key=lambda task: (task.first_at.astimezone(AMSTERDAM).date(), task.card.distance_km or 0.0, str(task.card.id)),
    )


def is_liked(skill_code: str, likes: Collection[str]) -> bool:
    """Whether a kind of help is among what somebody likes; who names nothing likes everything."""
    return not likes or any(skill_code.startswith(LIKES[like]) for like in likes if like in LIKES)


def first_moment(card: OpenCard, now: datetime) -> datetime | None:
    """When it can be begun at the earliest, with time to get there; None where that is not within the week."""
    soonest = now + timedelta(minutes=TASKS.at_least_ahead_minutes)
    latest = now + timedelta(days=TASKS.within_days)
    dated = [window.starts_at for window in card.windows if soonest <= window.starts_at <= latest]
    length, today = timedelta(minutes=card.minutes), now.astimezone(AMSTERDAM).date()
    weekly = []
    for ahead in range(TASKS.within_days + 1):
        day = today + timedelta(days=ahead)
        for piece in card.weekly:
            if piece.weekday == day.weekday():
                begin = max(instant(day, piece.start_minute), soonest)
                if begin + length <= instant(day, piece.end_minute):
                    weekly.append(begin)
    return min((*dated, *weekly), default=None)


def join(
    session: Session, request_id: UUID, place: Place, *, person_id: UUID, now: datetime, says_sixteen: bool = True
) -> None:
    """Somebody comes for one task: an offer of that kind alone, for which the engine asks nobody.

    Who helps already keeps their offer as it is. Raises DoesNotFit where the task needs a certificate, InvalidInput for
    a child of whom no parent agrees, or who does not say that they are none.
    """
    if problems := minors.age_problems(session, person_id, says_sixteen=says_sixteen, now=now):
        raise InvalidInput(problems)
    request = requests.get_request(session, request_id)
    if request.id not in tasks.list_open_to_anybody(session, request.municipality_id):
        raise DoesNotFit((Rule.QUALIFICATION.value,))
    offer = offers.find_offer_of(session, person_id, request.municipality_id)
    if offer is None:
        offer = _make_offer(session, request, place, person_id, now)
    elif offer.left_at is None and offer.asked_per_week != NEVER_ASKED:
        return
    elif offer.left_at is not None:
        offer.left_at, offer.asked_per_week, offer.paused_until = None, NEVER_ASKED, None
    _add_skill(session, offer, request.skill_code)


def ask_by_telephone(
    session: Session, request_id: UUID, place: Place, *, first_name: str, telephone: str, now: datetime
) -> None:
    """Somebody without e-mail wants to do it: they confirm by a text message, or by a call, which makes the match.

    The same number again within the day changes nothing. Raises DoesNotFit, SlotTaken.
    """
    if tasks.find_newcomer(session, telephone, since=now - timedelta(days=1)) is not None:
        return
    request = requests.lock_request(session, request_id)
    if request.ended_at is not None or not requests.list_slots(session, request_id, SlotStatus.FREE):
        raise SlotTaken(request_id)
    person = Person(
        first_name=first_name,
        telephone=telephone,
        contact_by=ContactBy.SMS if is_mobile(telephone) else ContactBy.TELEPHONE,
        postcode=place.postcode,
        created_at=now,
    )
    session.add(person)
    session.flush()
    join(session, request_id, place, person_id=person.id, now=now)
    offer = offers.find_live_offer_of(session, person.id, request.municipality_id)
    assert offer is not None
    starts_at = next_asking_moment(now)
    proposal = lifecycle.make_proposal(
        session,
        request,
        offer,
        origin=Origin.APPLICATION,
        expires_at=min(request.respond_by, starts_at + timedelta(hours=TASKS.confirm_h)),
        now=now,
    )
    history.about_proposal(
        session, EventKind.APPLIED, proposal, at=now, acting_as=ActingAs.VOLUNTEER, actor_id=person.id
    )
    notices.about_proposal(session, NoticeKind.PROPOSAL, proposal, at=now, not_before=starts_at)


def ask_to_be_told(
    session: Session, email: str, place: Place, likes: Collection[str], *, municipality_id: UUID, now: datetime
) -> None:
    """Told once, for some days, as soon as something fits; asking again changes what is liked.

    Who had their mail in these days gets no other: nobody can have somebody else mailed again and again.
    """
    if tasks.was_told_lately(session, municipality_id, email, now):
        return
    alert = tasks.find_alert(session, municipality_id, email)
    facts: dict[str, Any] = {
        "postcode": place.postcode,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "likes": sorted(likes),
        "asked_at": now,
        "until_at": now + timedelta(days=TASKS.alert_days),
    }
    if alert is None:
        alert = TaskAlert(municipality_id=municipality_id, email=email, **facts)
    else:
        alert.sqlmodel_update(facts)
    session.add(alert)
    session.flush()


def tell_of_tasks(session: Session, now: datetime) -> int:
    """Whoever waits hears once of the first thing that fits; after some days they are forgotten. How many were told."""
    for alert in tasks.list_alerts_over(session, now):
        session.delete(alert)
    session.flush()
    told = 0
    for alert in tasks.list_alerts(session):
        found = find_tasks(
            session,
            municipality_id=alert.municipality_id,
            point=(alert.latitude, alert.longitude),
            likes=alert.likes,
            now=now,
        )
        if found.fitting:
            alert.told_at = now
            session.add(alert)
            notices.queue(
                session,
                NoticeKind.TASK_ALERT,
                municipality_id=alert.municipality_id,
                email=alert.email,
                at=now,
                key=str(alert.id),
                request=found.fitting[0].card.id,
                alert=alert.id,
            )
            told += 1
    return told


def _make_offer(session: Session, request: HelpRequest, place: Place, person_id: UUID, now: datetime) -> Offer:
    week = [(weekday, 0, WHOLE_DAY) for weekday in range(7)]
    offer = Offer(
        municipality_id=request.municipality_id,
        person_id=person_id,
        postcode=place.postcode,
        neighbourhood=place.neighbourhood,
        latitude=place.latitude,
        longitude=place.longitude,
        precision=place.precision,
        reach_km=50.0,
        capacity=TASKS.capacity,
        asked_per_week=NEVER_ASKED,
        languages=["nl"],
        week_in_brief=" ".join(f"{weekday}:{start}:{end}" for weekday, start, end in week),
        offered_at=now,
        changed_at=now,
    )
    session.add(offer)
    session.flush()
    for weekday, start, end in week:
        session.add(OfferAvailability(offer_id=offer.id, weekday=weekday, start_minute=start, end_minute=end))
    history.record(
        session,
        EventKind.OFFER_MADE,
        at=now,
        municipality_id=offer.municipality_id,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=person_id,
        person_id=person_id,
        offer=str(offer.id),
    )
    return offer


def _add_skill(session: Session, offer: Offer, skill_code: str) -> None:
    if session.get(OfferSkill, (offer.id, skill_code)) is None:
        session.add(OfferSkill(offer_id=offer.id, skill_code=skill_code))
    offer.skills_in_brief = " ".join(sorted({*offer.skills_in_brief.split(), skill_code}))
    session.add(offer)
    session.flush()
