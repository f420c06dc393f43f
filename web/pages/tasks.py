""" "Ik wil nu iets doen": one question, the first thing that fits, and at the end only who somebody is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import minors
from marketplace.errors import NotFound
from marketplace.geocoding import Place
from marketplace.permissions import Actor
from marketplace.queries import browsing, people
from marketplace.together.tasks import Task, find_tasks
from web import dates
from web.forms.tasks import Wish
from web.labels.requests import first_sentence
from web.labels.rules import upper_first
from web.labels.skills import picture_of
from web.labels.together import LIKES
from web.pages.cards import RequestCard, cards_of
from web.pages.finding import public_facts, title_of

NOW: Final = "/nu"
MORE: Final = 5


@dataclass(frozen=True)
class FirstTask:
    """The first thing that fits, large."""

    title: str
    picture: str
    when: str
    facts: str
    text: str
    href: str


@dataclass(frozen=True)
class NowPage:
    """Where and what; then what there is."""

    likes: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    postcode: str
    is_asked: bool
    first: FirstTask | None
    more: tuple[RequestCard, ...]
    nearest: tuple[RequestCard, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Ik wil nu iets doen"


@dataclass(frozen=True)
class TakePage:
    """One thing, and who does it."""

    title: str
    picture: str
    text: str
    facts: tuple[tuple[str, str], ...]
    action: str
    postcode: str
    back: str
    is_known: bool
    # Nobody asked yet whether they are sixteen.
    asks_age: bool
    is_open: bool
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ToldPage:
    """What happens now."""

    title: str
    sentences: tuple[str, ...]
    picture: str
    href: str
    label: str


def make_empty(wish: Wish, errors: Mapping[str, str] | None = None) -> NowPage:
    """The question alone."""
    chosen = tuple(LIKES[like][0] for like in wish.likes)
    return NowPage(_likes(), chosen, wish.postcode, False, None, (), (), errors or {})


def read_now(
    session: Session, wish: Wish, place: Place, *, municipality_id: UUID, visitor: Actor | None, now: datetime
) -> NowPage:
    """What there is to do; where nothing fits, the three nearest things, honestly."""
    found = find_tasks(
        session,
        municipality_id=municipality_id,
        point=(place.latitude, place.longitude),
        likes=wish.likes,
        now=now,
        besides=visitor.person_id if visitor else None,
    )
    rows = [task.card for task in found.fitting[1 : MORE + 1]]
    return NowPage(
        likes=_likes(),
        chosen=tuple(LIKES[like][0] for like in wish.likes),
        postcode=wish.postcode,
        is_asked=True,
        first=_first(found.fitting[0], wish, now) if found.fitting else None,
        more=tuple(_towards(card, wish) for card in cards_of(rows, today=dates.day_of(now))),
        nearest=tuple(cards_of(found.nearest, today=dates.day_of(now))),
    )


def read_task(
    session: Session,
    request_id: UUID,
    wish: Wish,
    *,
    municipality_id: UUID,
    visitor: Actor | None,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> TakePage:
    """One request, and the last question. Raises NotFound."""
    facts = browsing.get_facts(session, request_id)
    if facts.municipality_id != municipality_id:
        raise NotFound(f"request {request_id}")
    return TakePage(
        title=title_of(facts),
        picture=picture_of(facts.skill_code),
        text=facts.text,
        facts=public_facts(facts, None, today=dates.day_of(now)),
        action=f"{NOW}/{request_id}",
        postcode=wish.postcode,
        back=wish.href(),
        is_known=visitor is not None,
        asks_age=visitor is None or minors.asks_age(session, people.get_person(session, visitor.person_id)),
        is_open=facts.ended_at is None and facts.free_slots > 0 and now < facts.respond_by,
        typed=typed or {},
        errors=errors or {},
    )


def _first(task: Task, wish: Wish, now: datetime) -> FirstTask:
    card = task.card
    begin = dates.near_moment(task.first_at, now=now)
    return FirstTask(
        title=card.skill_label,
        picture=picture_of(card.skill_code),
        when=upper_first(f"{begin if card.windows else f'kan vanaf {begin}'}, ongeveer {dates.duration(card.minutes)}"),
        facts=f"{card.neighbourhood}, {dates.distance(card.distance_km or 0.0)}",
        text=first_sentence(card.text),
        href=_href(card.id, wish),
    )


def _towards(card: RequestCard, wish: Wish) -> RequestCard:
    """The same card, leading to the page where it is taken on at once."""
    return replace(card, href=_href(UUID(card.href.rsplit("/", 1)[-1]), wish))


def _href(request_id: UUID, wish: Wish) -> str:
    return Wish(wish.postcode, ()).href(f"{NOW}/{request_id}")


def _likes() -> tuple[tuple[str, str], ...]:
    return tuple(LIKES.values())
