"""Draws the people of a city: who offers what, and who asks what, when. Deterministic by seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from marketplace import geocoding
from marketplace.asks import RIDE, Destination, NewOffer, NewRequest, Span, WeekPiece
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import AskerKind, Channel, ContactBy, Precision
from marketplace.policies import AMSTERDAM
from marketplace.simulation.words import (
    ALL_KINDS,
    DESTINATIONS,
    FIRST_NAMES,
    LAST_NAMES,
    OFFER_SENTENCES,
    ORGANISATION,
    ORGANISATIONS,
    PRIVATE,
)

DAYPARTS: Final = ((9 * 60, 12 * 60 + 30), (13 * 60, 17 * 60), (18 * 60, 21 * 60))
# Once registered, and hardly ever heard of again; nobody knows of whom that is true.
SHARE_ASLEEP: Final = 0.3
SLEEPS: Final = (0.0, 0.1)
AWAKE: Final = (0.6, 0.95)
DRIVER_PAPERS: Final = ("vog", "driving_licence", "car")


@dataclass(frozen=True)
class Somebody:
    """A person to be made."""

    first_name: str
    last_name: str
    email: str | None
    telephone: str
    birth_year: int
    contact_by: ContactBy = ContactBy.EMAIL


@dataclass(frozen=True)
class Helper:
    """A volunteer, from when on, and how likely they answer at all and say yes."""

    who: Somebody
    offers: NewOffer
    since: datetime
    papers: tuple[str, ...]
    answers: float
    agrees: float


@dataclass(frozen=True)
class Asker:
    """A request to be posted, by whom and when."""

    who: Somebody
    asks: NewRequest
    at: datetime


class City:
    """One municipality's people, drawn from a seed."""

    def __init__(self, seed: int, *, municipality: str, today: date) -> None:
        self.random = Random(seed)
        self.today = today
        self._geocoder = EmbeddedGeocoder()
        self._codes = geocoding.postcodes4(municipality)
        self._population = [geocoding.population(code) for code in self._codes]
        self._count = 0

    def draw_person(self, place: Place, *, youngest: int, oldest: int, has_email: bool = True) -> Somebody:
        """Somebody new, as old as people are where they live, with an address at a domain that never exists."""
        self._count += 1
        first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
        email = f"{first}.{last}.{self._count}@voorbeeld.example".lower().replace("é", "e")
        return Somebody(
            first_name=first,
            last_name=last,
            email=email if has_email else None,
            telephone=f"06 - 00 {self._count // 100 % 100:02d} {self._count % 100:02d} 00",
            birth_year=self.today.year - self._draw_age(place.postcode[:4], youngest, oldest),
            contact_by=ContactBy.EMAIL if has_email else ContactBy.TELEPHONE,
        )

    def draw_place(self) -> Place:
        """A postcode, as likely as people live there, and a point inside its area."""
        code = self.random.choices(self._codes, self._population)[0]
        letters = "".join(self.random.choices("ABCDEGHJKLMNPRSTVWXZ", k=2))
        place = self._geocoder.find(code + letters)
        assert place is not None
        longitude, latitude = self._draw_point(code)
        return replace(place, latitude=latitude, longitude=longitude, precision=Precision.POSTCODE6)

    def _draw_age(self, code: str, youngest: int, oldest: int) -> int:
        people = {
            age: count / len(group)
            for group, count in geocoding.ages(code).items()
            for age in group
            if youngest <= age <= oldest
        }
        return self.random.choices(list(people), list(people.values()))[0]

    def _draw_point(self, code: str) -> tuple[float, float]:
        """Evenly inside the largest part of the area: as likely in a field as in a street (see docs/demo.md)."""
        ring = max(geocoding.outlines(code), key=len)
        longitudes, latitudes = [point[0] for point in ring], [point[1] for point in ring]
        while True:
            longitude = self.random.uniform(min(longitudes), max(longitudes))
            latitude = self.random.uniform(min(latitudes), max(latitudes))
            if _is_inside(longitude, latitude, ring):
                return round(longitude, 5), round(latitude, 5)

    def draw_helper(self, since: datetime) -> Helper:
        """A volunteer: older ones have the days, younger ones evenings and weekends."""
        draw = self.random
        place = self.draw_place()
        who = self.draw_person(place, youngest=17, oldest=84)
        is_retired = self.today.year - who.birth_year >= 66
        kinds = list(ALL_KINDS)
        weights = [ALL_KINDS[code].offered for code in kinds]
        codes = frozenset(draw.choices(kinds, weights, k=draw.choice((1, 2, 2, 3, 3, 4))))
        papers = DRIVER_PAPERS if RIDE in codes else ("vog",) if draw.random() < 0.3 else ()
        offered = NewOffer(
            skill_codes=codes,
            place=place,
            availability=self._draw_week(is_retired=is_retired),
            reach_km=draw.choice((3.0, 5.0, 5.0, 5.0, 8.0)) if RIDE not in codes else 10.0,
            capacity=draw.choice((1, 2, 2, 3)),
            asked_per_week=draw.choice((1, 2, 2, 3)),
            languages=("nl", "en") if draw.random() < 0.3 else ("nl",),
            sentence=draw.choice(OFFER_SENTENCES),
            is_public=draw.random() < 0.25,
        )
        answers = draw.uniform(*(SLEEPS if draw.random() < SHARE_ASLEEP else AWAKE))
        return Helper(who, offered, since, papers, answers, agrees=draw.uniform(0.35, 0.85))

    def draw_asker(self, at: datetime, *, is_private: bool) -> Asker:
        """A private person or an organisation, and what they ask."""
        asks = self._draw_request(at, is_private=is_private)
        # Who rings or comes to the desk often has no e-mail.
        has_email = asks.channel is Channel.WEB or self.random.random() < 0.4
        ages = {"youngest": 45, "oldest": 94} if is_private else {"youngest": 25, "oldest": 75}
        return Asker(who=self.draw_person(asks.place, has_email=has_email, **ages), asks=asks, at=at)

    def _draw_week(self, *, is_retired: bool) -> tuple[WeekPiece, ...]:
        draw, pieces = self.random, []
        for weekday in range(7):
            for part, (start, end) in enumerate(DAYPARTS):
                is_working_time = weekday < 5 and part < 2
                chance = 0.45 if is_retired else (0.12 if is_working_time else 0.4)
                if draw.random() < chance:
                    pieces.append(WeekPiece(weekday, start, end))
        return tuple(pieces) or (WeekPiece(5, *DAYPARTS[0]),)

    def _draw_request(self, at: datetime, *, is_private: bool) -> NewRequest:
        draw, kinds = self.random, PRIVATE if is_private else ORGANISATION
        code = draw.choices(list(kinds), [kind.asked for kind in kinds.values()])[0]
        kind = kinds[code]
        minutes = draw.choice(kind.minutes)
        windows, weekly = self._draw_times(at, minutes, is_ride=code == RIDE)
        return NewRequest(
            skill_code=code,
            text=draw.choice(kind.sentences),
            place=self.draw_place(),
            minutes=minutes,
            windows=windows,
            weekly=weekly,
            slots=1 if is_private else draw.choice((1, 1, 2, 2, 3)),
            street=draw.choice(("Lindestraat", "Kerkpad", "Molenweg", "Beukenlaan")),
            house_number=str(draw.randint(1, 120)),
            is_at_home=is_private and not code.startswith("transport."),
            destination=self._draw_destination() if code == RIDE else None,
            is_chosen_by_requester=draw.random() < (0.1 if is_private else 0.3),
            asker_kind=AskerKind.PRIVATE if is_private else AskerKind.ORGANISATION,
            organisation_name="" if is_private else draw.choice(ORGANISATIONS),
            channel=self._draw_channel(is_private),
        )

    def _draw_channel(self, is_private: bool) -> Channel:
        if not is_private:
            return Channel.WEB
        return self.random.choices((Channel.WEB, Channel.TELEPHONE, Channel.DESK), (0.7, 0.22, 0.08))[0]

    def _draw_destination(self) -> Destination:
        name, postcode = self.random.choice(DESTINATIONS)
        place = self._geocoder.find(postcode)
        assert place is not None
        return Destination(name=name, place=place, returns=True, wait_minutes=45)

    def _draw_times(
        self, at: datetime, minutes: int, *, is_ride: bool
    ) -> tuple[tuple[Span, ...], tuple[WeekPiece, ...]]:
        draw = self.random
        day = at.astimezone(AMSTERDAM).date() + timedelta(days=draw.randint(5, 16))
        if is_ride:
            starts_at = _local(day, draw.choice((9 * 60, 9 * 60 + 30, 10 * 60, 13 * 60 + 30, 14 * 60)))
            return (Span(starts_at, starts_at + timedelta(minutes=minutes)),), ()
        if draw.random() < 0.5:
            spans = [self._draw_span(day + timedelta(days=extra)) for extra in range(draw.choice((1, 2, 3)))]
            return tuple(spans), ()
        weekdays = draw.sample(range(7), k=draw.choice((2, 3, 4, 5)))
        return (), tuple(WeekPiece(weekday, 9 * 60, 17 * 60) for weekday in sorted(weekdays))

    def _draw_span(self, day: date) -> Span:
        start, end = self.random.choice(((9 * 60, 17 * 60), (9 * 60, 13 * 60), (13 * 60, 17 * 60)))
        return Span(_local(day, start), _local(day, end))


def speaking_only(asker: Asker, language: str, sentence: str) -> Asker:
    """The same person and question, from somebody who speaks one language (ISO 639-1), and says so."""
    return replace(asker, asks=replace(asker.asks, text=f"{asker.asks.text} {sentence}", languages=(language,)))


def _is_inside(x: float, y: float, ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a point lies within a ring: how often a line to the east crosses it is odd."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def _local(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), AMSTERDAM)
