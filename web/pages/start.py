"""The page that everybody sees first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import InvalidInput
from marketplace.geocoding import Geocoder, normalise_postcode, show_postcode
from marketplace.permissions import Actor
from marketplace.queries import people
from marketplace.queries.listing import Point, list_open_cards
from web import dates
from web.pages.cards import RequestCard, cards_of
from web.pages.finding import find_own_point

CARDS = 6


@dataclass(frozen=True)
class Nearby:
    """Where "nearby" counts from: what is known of the visitor, what they typed once, or nowhere yet."""

    point: Point | None = None
    # As people write it; empty where it is not the typed one that counts.
    postcode: str = ""

    @property
    def may_ask(self) -> bool:
        """Whether to ask for a postcode."""
        return self.point is None

    @property
    def list_href(self) -> str:
        """The whole list, in the same order."""
        return f"/hulpvragen?postcode={self.postcode.replace(' ', '+')}" if self.postcode else "/hulpvragen"


@dataclass(frozen=True)
class StartPage:
    """The two doors, the living city, how it works, and one figure as a picture."""

    cards: tuple[RequestCard, ...]
    nearby: Nearby
    # Of ten matches, how many people made themselves; None while there are too few to say.
    of_ten: int | None
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Samen redden we het. Wat kunnen we voor u doen?"


def find_nearby(
    session: Session, visitor: Actor | None, kept: str, *, municipality_id: UUID, geocoder: Geocoder
) -> Nearby:
    """Their own offer's place, else where they live, else the postcode that this browser keeps."""
    if (own := find_own_point(session, visitor, municipality_id)) is not None:
        return Nearby(own)
    home = people.get_person(session, visitor.person_id).postcode if visitor is not None else ""
    if (point := _point_of(home, geocoder)) is not None:
        return Nearby(point)
    point = _point_of(kept, geocoder)
    return Nearby(point, show_postcode(normalise_postcode(kept))) if point is not None else Nearby()


def read_start(
    session: Session,
    nearby: Nearby,
    *,
    municipality_id: UUID,
    now: datetime,
    of_ten: int | None,
    typed: str = "",
    errors: Mapping[str, str] | None = None,
    visitor_id: UUID | None = None,
) -> StartPage:
    """Six requests: the nearest where we know from where, else the newest."""
    rows = list_open_cards(
        session, municipality_id=municipality_id, now=now, point=nearby.point, limit=CARDS, visitor_id=visitor_id
    )
    return StartPage(cards_of(rows, today=dates.day_of(now)), nearby, of_ten, typed, errors or {})


def _point_of(postcode: str, geocoder: Geocoder) -> Point | None:
    """The point of what may be a postcode: a cookie can hold anything."""
    try:
        place = geocoder.find(normalise_postcode(postcode))
    except InvalidInput:
        return None
    return (place.latitude, place.longitude) if place else None
