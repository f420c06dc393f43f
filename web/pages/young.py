"""The pages of young helpers: a day of birth, a parent, that we wait; and what a parent reads and can do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import ages, permissions
from marketplace.errors import NotFound
from marketplace.links import GuardianLinks
from marketplace.models import MatchStatus, ParentalConsent, ParentalStatus, WorkKind
from marketplace.permissions import Actor
from marketplace.queries import people, young
from marketplace.queries.workbench import WorkItem, list_work
from marketplace.queries.young import HelpRow
from marketplace.young.parents import Parent
from web import dates
from web.labels import workbench as words
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.labels.rules import upper_first
from web.labels.workbench import SLUGS
from web.pages.coordinating import TASKS
from web.pages.my_page import Item

_TAGS: Final[Mapping[MatchStatus, StatusTag]] = {
    MatchStatus.AGREED: StatusTag("Afgesproken", "good"),
    MatchStatus.CONFIRMED: StatusTag("Gaat door", "good"),
    MatchStatus.DONE: StatusTag("Gedaan", "neutral"),
}


@dataclass(frozen=True)
class BirthdayPage:
    """When were you born?"""

    value: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Wanneer ben je geboren?"


@dataclass(frozen=True)
class ParentPage:
    """How do we reach your father or mother?"""

    parent: Parent = field(default_factory=lambda: Parent(""))
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "We vragen het eerst aan je vader of moeder"


@dataclass(frozen=True)
class WaitingPage:
    """Nothing happens until the parent said yes."""

    title: str = "We wachten op je vader of moeder"


@dataclass(frozen=True)
class HelpLine:
    """One thing that a child does, as a parent reads it."""

    what: str
    when: str
    where: str
    status: StatusTag


@dataclass(frozen=True)
class GuardianPage:
    """What a parent reads of one child's helping, and can do about it."""

    title: str
    child: str
    lead: str
    # Which of the parts stand on the page.
    is_asked: bool = False
    is_given: bool = False
    asks_stop: bool = False
    until: str = ""
    help: tuple[HelpLine, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class YoungLine:
    """A child who helps, as the desk needs it: a first name, since when, and what stops it."""

    name: str
    since: str
    stop: str


@dataclass(frozen=True)
class YoungWorkPage:
    """Who waits for a parent, counted; which pairs are to be looked at; who helps with a parent's yes."""

    waiting: int
    groups: tuple[tuple[str, int], ...]
    longest: str
    pairs: tuple[Item, ...]
    helping: tuple[YoungLine, ...]
    title: str = "Jonge helpers"


def read_young_work(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> YoungWorkPage:
    """As the desk sees it: of who waits no more than how many and how old. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    waiting = young.list_waiting_birthdays(session, municipality_id)
    today = ages.today_of(now)
    groups = Counter("12 of 13 jaar" if ages.age_on(born, today) < 14 else "14 of 15 jaar" for born, _ in waiting)
    pairs = [item for item in list_work(session, municipality_id, now=now) if item.kind is WorkKind.PAIR]
    return YoungWorkPage(
        waiting=len(waiting),
        groups=tuple(sorted(groups.items())),
        longest=dates.day(dates.day_of(min(at for _, at in waiting)), today=today) if waiting else "",
        pairs=tuple(
            Item(f"{TASKS}/{SLUGS[item.kind]}/{item.about_id}", words.title(item), _pair_line(item, now))
            for item in pairs
        ),
        helping=tuple(
            YoungLine(
                name,
                dates.day(dates.day_of(consent.answered_at or consent.asked_at), today=today),
                f"/werk/jong/{consent.id}/stop",
            )
            for consent, name in young.list_helping(session, municipality_id)
        ),
    )


def _pair_line(item: WorkItem, now: datetime) -> str:
    return f"{item.who}. Beslis vóór {dates.near_moment(item.next_at, now=now)}."


def sentences(problems: Mapping[str, str]) -> dict[str, str]:
    """Field → sentence."""
    return sentences_of(problems)


def read_token(links: GuardianLinks, token: str) -> UUID:
    """Which asking a link is of. Raises NotFound."""
    if (consent_id := links.read(token)) is None:
        raise NotFound("a link of ours")
    return consent_id


def read_guardian_page(
    session: Session,
    token: str,
    *,
    links: GuardianLinks,
    asks_stop: bool,
    errors: Mapping[str, str],
    now: datetime,
) -> GuardianPage:
    """As the parent reads it. Raises NotFound."""
    consent = young.get_consent(session, read_token(links, token))
    child = _name(session, consent)
    if consent.status is ParentalStatus.WAITING and now < consent.expires_at:
        return GuardianPage(
            title=f"{child} wil mensen helpen. Vindt u dat goed?",
            child=child,
            lead="Onder de zestien mag dat alleen als een ouder of voogd ja zegt. Tot dan doen wij niets.",
            is_asked=True,
            until=dates.day(dates.day_of(consent.expires_at)),
            errors=errors,
        )
    if consent.status is ParentalStatus.GIVEN and not _is_sixteen(consent, now):
        return _given(session, consent, child, asks_stop=asks_stop, now=now)
    title, lead = _over(consent, child, now)
    return GuardianPage(title=title, child=child, lead=lead)


def _given(session: Session, consent: ParentalConsent, child: str, *, asks_stop: bool, now: datetime) -> GuardianPage:
    if asks_stop:
        return GuardianPage(
            title=f"Wilt u dat {child} stopt met helpen?",
            child=child,
            lead=f"Wij vragen {child} dan niets meer. Wat is afgesproken, zeggen wij netjes af.",
            asks_stop=True,
        )
    rows = young.list_help_of(session, consent.child_id) if consent.child_id else ()
    lead = f"U zei dat {child} mag helpen."
    if consent.child_id is None:
        lead += f" {child} kreeg een mail van ons, om mee te doen."
    return GuardianPage(
        title=f"Wat doet {child}?",
        child=child,
        lead=lead,
        is_given=True,
        help=tuple(_line(row, now) for row in rows),
    )


def _line(row: HelpRow, now: datetime) -> HelpLine:
    when = dates.near_moment(row.starts_at, now=now) if row.starts_at else "nog geen dag afgesproken"
    if row.status is MatchStatus.DONE and row.starts_at is None:
        when = f"afgesproken op {dates.day(dates.day_of(row.made_at))}"
    where = f"{row.neighbourhood}, bij iemand thuis, met nog iemand erbij" if row.is_at_home else row.neighbourhood
    return HelpLine(row.skill_label, upper_first(when), where, _TAGS[row.status])


def _over(consent: ParentalConsent, child: str, now: datetime) -> tuple[str, str]:
    if consent.status is ParentalStatus.RELEASED or _is_sixteen(consent, now):
        return f"{child} is zestien", f"Vanaf zestien jaar beslist {child} zelf. U hoeft niets meer te doen."
    if consent.status is ParentalStatus.REFUSED:
        return "Dank u wel voor uw antwoord", "U zei nee. Wij hebben alles gewist wat uw kind invulde."
    if consent.status is ParentalStatus.WITHDRAWN:
        more = "Wat was afgesproken, is afgezegd. Dank u wel dat uw kind hielp."
        return f"{child} helpt niet meer", f"Wij vragen niets meer. {more}"
    return (
        "Deze vraag is voorbij",
        "Er kwam geen antwoord, en alles is gewist. Uw kind kan zich opnieuw aanmelden.",
    )


def _is_sixteen(consent: ParentalConsent, now: datetime) -> bool:
    return consent.child_born_on is not None and not ages.needs_parent(consent.child_born_on, now)


def _name(session: Session, consent: ParentalConsent) -> str:
    if consent.child_name or consent.child_id is None:
        return consent.child_name or "Uw kind"
    return people.get_person(session, consent.child_id).first_name
