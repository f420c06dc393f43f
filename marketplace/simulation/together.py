"""The demo's places, what goes on there, and a garden day: six gardens in one street, and a group that comes.

The places are real, from the policy papers; every activity, time and price is made up, and marked so on every page.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import offering, posting
from marketplace.asks import NewOffer, NewRequest, WeekPiece
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import ActivityKind, Known, Municipality, Person, Precision, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import crowd, garden_days, social_map
from marketplace.timetables import coming_holidays, instant
from marketplace.together import garden_days as days
from marketplace.together import places
from marketplace.together.garden_days import NewGardenDay
from marketplace.together.places import NewActivity, OtherDay

# How many requests it adds to those of the city.
GARDENS: Final = 6
_STREET: Final = "4907AB"
_MO, _TU, _WE, _TH, _FR, _SA, _SU = range(7)
_OWNERS: Final = ("Corrie", "Harrie", "Toos", "Jo", "Sjaan", "Wim")
# Who leads the group of the garden day.
LEADER: Final = "maud.tuin@voorbeeld.example"
_KINDS: Final = ("garden.weeding", "garden.hedge", "garden.mowing")
_TEXTS: Final = {
    "garden.weeding": "Het onkruid komt tussen de tegels. Ik kan niet meer bukken.",
    "garden.hedge": "De heg is te hoog geworden. Ik durf de trap niet meer op.",
    "garden.mowing": "Het gras staat hoog. De maaier is mij te zwaar.",
}
_ALL_WEEK: Final = tuple(WeekPiece(weekday, 9 * 60, 18 * 60) for weekday in range(7))


@dataclass(frozen=True)
class _MadeUp:
    """An activity that nobody organises."""

    place: str
    title: str
    kind: ActivityKind
    about: str
    times: tuple[tuple[int, int, int], ...]
    cents: int | None = 0
    on_holidays: Known = Known.NO


_ACTIVITIES: Final = (
    _MadeUp(
        "dommelbergen",
        "Koffie-inloop",
        ActivityKind.COFFEE,
        "Loop binnen. De koffie is klaar.",
        ((_MO, 600, 720), (_TH, 600, 720)),
    ),
    _MadeUp(
        "dommelbergen", "Samen eten", ActivityKind.MEAL, "Een warme maaltijd met buren.", ((_TU, 1020, 1110),), 650
    ),
    _MadeUp(
        "dommelbergen",
        "Zondagsoep",
        ActivityKind.MEAL,
        "Een kom soep, en een praatje.",
        ((_SU, 720, 810),),
        250,
        Known.YES,
    ),
    _MadeUp(
        "de_slotjes",
        "Bingo",
        ActivityKind.GAMES,
        "Met kleine prijsjes.",
        ((_WE, 840, 960),),
        300,
    ),
    _MadeUp(
        "de_slotjes",
        "Rummikub en kaarten",
        ActivityKind.GAMES,
        "Iedereen kan meedoen.",
        ((_FR, 840, 960), (_SA, 840, 960)),
    ),
    _MadeUp(
        "de_slotjes",
        "Zaterdagcafé",
        ActivityKind.OPEN_HOUSE,
        "Voor wie het weekend stil is.",
        ((_SA, 600, 720),),
        0,
        Known.UNKNOWN,
    ),
    _MadeUp(
        "de_bunthoef",
        "Bewegen op een stoel",
        ActivityKind.MOVING,
        "Rustig, op muziek.",
        ((_TU, 600, 660),),
        200,
    ),
    _MadeUp(
        "de_bunthoef",
        "Handwerkclub",
        ActivityKind.CREATIVE,
        "Breien, haken en kletsen.",
        ((_TH, 810, 930),),
    ),
    _MadeUp(
        "de_klip",
        "Dorpskoffie",
        ActivityKind.COFFEE,
        "Voor heel Dorst.",
        ((_WE, 570, 690),),
    ),
    _MadeUp(
        "den_brink",
        "Wandelen vanuit Den Hout",
        ActivityKind.OUTDOORS,
        "Een uur, in een rustig tempo.",
        ((_MO, 840, 900), (_SU, 600, 660)),
        0,
        Known.UNKNOWN,
    ),
    _MadeUp(
        "oostquartier", "Samen zingen", ActivityKind.MUSIC, "U hoeft niet te kunnen zingen.", ((_TH, 1170, 1260),), None
    ),
    _MadeUp(
        "theek5",
        "Hulp met de computer",
        ActivityKind.DIGITAL,
        "Neem uw tablet of telefoon mee.",
        ((_TU, 600, 720), (_FR, 810, 900)),
    ),
    _MadeUp(
        "theek5",
        "Nederlands oefenen",
        ActivityKind.LANGUAGE,
        "Praten met een kopje thee.",
        ((_WE, 600, 690),),
    ),
)


def live(session: Session, municipality: Municipality, *, now: datetime) -> None:
    """Put them there, by the same use cases that the site calls."""
    lead = crowd.find_staff(session, municipality.id, StaffRoleKind.TEAM_LEAD)
    assert lead is not None
    staff = Actor(lead.id, lead.first_name, frozenset({(municipality.id, StaffRoleKind.TEAM_LEAD)}))
    _draw_map(session, municipality, staff, now)
    _plan_garden_day(session, municipality, now)
    session.flush()


def _draw_map(session: Session, municipality: Municipality, staff: Actor, now: datetime) -> None:
    geocoder = EmbeddedGeocoder()
    places.load_first_places(session, municipality=municipality, actor=staff, geocoder=geocoder, now=now)
    holiday = coming_holidays(now.astimezone(AMSTERDAM).date(), within_days=60)
    for made_up in _ACTIVITIES:
        place = social_map.find_place_by_code(session, municipality.id, made_up.place)
        if place is None:
            continue
        is_open = made_up.title == "Zaterdagcafé"
        activity = places.save_activity(
            session,
            NewActivity(
                place.id,
                made_up.title,
                made_up.kind,
                made_up.about,
                made_up.cents,
                made_up.on_holidays,
                tuple(WeekPiece(*piece) for piece in made_up.times),
                tuple(OtherDay(day, (14 * 60, 17 * 60)) for day in holiday) if is_open else (),
            ),
            municipality_id=municipality.id,
            actor=staff,
            now=now - timedelta(days=20),
        )
        activity.is_made_up = True
        session.add(activity)


def _plan_garden_day(session: Session, municipality: Municipality, now: datetime) -> None:
    street = EmbeddedGeocoder().find(_STREET)
    if street is None or street.municipality != municipality.name:
        return
    posted_at = now - timedelta(days=2)
    owners = [_know(session, name, posted_at) for name in _OWNERS]
    for number, person in enumerate(owners):
        _ask(session, municipality, person, _door(street, number), _KINDS[number % len(_KINDS)], posted_at)
    leader = _know(session, "Maud", now - timedelta(days=40))
    offering.save_offer(
        session,
        NewOffer(frozenset({"club.green"}), street, _ALL_WEEK, sentence="Met onze scouts zijn wij graag buiten."),
        municipality=municipality,
        actor=Actor(leader.id, leader.first_name),
        now=now - timedelta(days=40),
    )
    ids = {person.id for person in owners}
    gardens = [one.id for one in garden_days.list_open_gardens(session, municipality.id) if one.requester_id in ids]
    starts_at = instant(_saturday(now), 10 * 60)
    day = days.offer_group(
        session,
        NewGardenDay("Scouting (verzonnen)", 9, starts_at, starts_at + timedelta(hours=4), tuple(gardens)),
        municipality_id=municipality.id,
        actor=Actor(leader.id, leader.first_name),
        now=posted_at + timedelta(hours=3),
    )
    for row in garden_days.list_garden_rows(session, day.id):
        place_in_street = _OWNERS.index(row.requester.first_name)
        if place_in_street < GARDENS - 1:  # the last one has not answered yet
            days.answer(
                session,
                day_id=day.id,
                request_id=row.request.id,
                is_yes=place_in_street < GARDENS - 2,
                actor=Actor(row.requester.id),
                now=posted_at + timedelta(hours=4 + place_in_street),
            )


def _saturday(now: datetime) -> date:
    today = now.astimezone(AMSTERDAM).date()
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


def _know(session: Session, first_name: str, now: datetime) -> Person:
    person = Person(
        first_name=first_name,
        last_name="Verzonnen",
        email=f"{first_name.lower()}.tuin@voorbeeld.example",
        telephone="06 00000000",
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def _door(street: Place, number: int) -> Place:
    """A few houses further on, about sixty metres each."""
    return replace(street, longitude=street.longitude + number * 0.0009, precision=Precision.POSTCODE6)


def _ask(
    session: Session, municipality: Municipality, person: Person, place: Place, skill_code: str, now: datetime
) -> UUID:
    request = posting.post_request(
        session,
        NewRequest(
            skill_code,
            _TEXTS[skill_code],
            place,
            minutes=120,
            weekly=_ALL_WEEK,
            street="Voorbeeldstraat",
            house_number=str(10 + 2 * _OWNERS.index(person.first_name)),
            respond_by=now + timedelta(days=7),
        ),
        municipality=municipality,
        requester_id=person.id,
        actor=Actor(person.id, person.first_name),
        now=now,
    )
    return request.id
