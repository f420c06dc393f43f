"""The volunteer's own house: what I am asked now and why me, what I did, my limits, my holidays, and a first task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.asks import RIDE
from marketplace.models import Offer
from marketplace.permissions import Actor
from marketplace.queries import browsing, matches, meetings, mine, offers, own_house
from web import dates
from web.labels.problems import sentence_of
from web.labels.requests import YOUR_TURN, by_words, first_sentence, people_words, sentence_case, when_words
from web.labels.rules import why_you
from web.labels.skills import picture_of
from web.pages.my_page import Item
from web.pages.offering import pause_words

_SENTENCES = {
    "holiday_order": "De laatste dag ligt vóór de eerste dag. Kies een latere dag.",
    "when_far": "Dit ligt te ver weg. Kies een eerdere dag.",
}


@dataclass(frozen=True)
class Fitting:
    """A request that would fit, as a card of `_macros/card.html`."""

    href: str
    picture: str
    title: str
    neighbourhood: str
    when: str
    sentence: str
    distance: str


@dataclass(frozen=True)
class Kind:
    """A kind of help that rests, or does not."""

    code: str
    label: str


@dataclass(frozen=True)
class Done:
    """One time that I helped, with what was said of it."""

    text: str
    when: str
    remark: str
    href: str
    hours: str


@dataclass(frozen=True)
class OwnHousePage:
    """Everything of a volunteer in one place."""

    asked: tuple[Item, ...]
    fitting: tuple[Fitting, ...]
    done: tuple[Done, ...]
    total: str
    limits: tuple[tuple[str, str], ...]
    active_kinds: tuple[Kind, ...]
    rested_kinds: tuple[Kind, ...]
    paused_until: str
    holiday: str
    year: int
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Mijn hulp"


@dataclass(frozen=True)
class CalendarPage:
    """The link of one's own calendar."""

    href: str
    has_dates: bool
    title: str = "Mijn agenda"


def read_own_house(
    session: Session,
    *,
    actor: Actor,
    municipality_id: UUID,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> OwnHousePage | None:
    """The page; None for who does not help."""
    offer = offers.find_live_offer_of(session, actor.person_id, municipality_id)
    if offer is None:
        return None
    kinds = own_house.list_kinds(session, offer.id)
    done = own_house.list_done(session, actor.person_id)
    minutes = meetings.sum_minutes(session, actor.person_id)
    return OwnHousePage(
        asked=_asked(session, actor, now),
        fitting=_fitting(session, offer, now),
        done=tuple(_done(row, now) for row in done),
        total=f"U hielp in totaal {dates.duration(minutes)}. Dank u wel." if minutes else "",
        limits=_limits(offer),
        active_kinds=tuple(Kind(row.code, row.label) for row in kinds if not row.is_rested),
        rested_kinds=tuple(Kind(row.code, row.label) for row in kinds if row.is_rested),
        paused_until=pause_words(offer.paused_until, now),
        holiday=_holiday(offer, now),
        year=dates.day_of(now).year,
        typed=typed or {},
        errors={name: _SENTENCES.get(code) or sentence_of(code) for name, code in (problems or {}).items()},
    )


def _asked(session: Session, actor: Actor, now: datetime) -> tuple[Item, ...]:
    """What waits for an answer, each with why it was asked of this person."""
    found = []
    for row in mine.list_asked(session, actor.person_id, now=now):
        proposal = matches.get_proposal(session, row.proposal_id)
        facts = browsing.get_facts(session, row.request_id)
        why = why_you(
            proposal.reasons,
            what=row.skill_label,
            is_ride=facts.skill_code == RIDE,
            distance_km=proposal.distance_km,
            asker=facts.organisation_name or row.asker,
            organisation=facts.organisation,
        )
        line = f"{why} Antwoord vóór {by_words(row.expires_at, now=now)}."
        title = f"Kunt u helpen? {row.skill_label} in {row.neighbourhood}"
        found.append(Item(f"/voorstellen/{row.proposal_id}", title, line, YOUR_TURN))
    return tuple(found)


def _fitting(session: Session, offer: Offer, now: datetime) -> tuple[Fitting, ...]:
    """For who never had a task yet: three open requests to begin with."""
    if own_house.has_had_a_task(session, offer.person_id):
        return ()
    cards = []
    for row in own_house.list_fitting(session, offer, now=now):
        facts = browsing.get_facts(session, row.request_id)
        cards.append(
            Fitting(
                href=f"/hulpvragen/{facts.id}",
                picture=picture_of(facts.skill_code),
                title=facts.skill_label,
                neighbourhood=facts.neighbourhood,
                when=sentence_case(when_words(facts.windows, facts.weekly, today=dates.day_of(now))),
                sentence=first_sentence(facts.text, 120),
                distance=sentence_case(dates.distance(row.distance_km)),
            )
        )
    return tuple(cards)


def _done(row: own_house.DoneRow, now: datetime) -> Done:
    return Done(
        text=f"{row.skill_label}, voor {row.asker} in {row.neighbourhood}",
        when=sentence_case(dates.day(dates.day_of(row.ended_at), today=dates.day_of(now))),
        remark=row.remark,
        href=f"/koppelingen/{row.match_id}/hoe-was-het",
        hours=sentence_case(dates.duration(row.minutes)) if row.minutes else "",
    )


def _limits(offer: Offer) -> tuple[tuple[str, str], ...]:
    times = offer.asked_per_week
    return (
        ("Hoe ver", f"Tot {dates.distance(offer.reach_km)}"),
        ("Tegelijk", f"U helpt hoogstens {people_words(offer.capacity)}, nu {offer.engaged}"),
        ("Per week", f"Wij vragen u hoogstens {times} keer" if times else "Wij vragen u niets"),
    )


def _holiday(offer: Offer, now: datetime) -> str:
    if offer.holiday_from is None or offer.holiday_until is None:
        return ""
    today = dates.day_of(now)
    first, last = (dates.day(dates.day_of(one), today=today) for one in (offer.holiday_from, offer.holiday_until))
    return f"Van {first} tot {last} vragen wij u niets."
