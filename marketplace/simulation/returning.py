"""Help that returns in the made-up city: a walk every week that runs for some time, and a circle for the shopping.

Through the real use cases, at the moments at which they happen in life; adds REQUESTS requests and HELPERS offers.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from marketplace import matches, offering, posting, responses
from marketplace.asks import NewOffer, NewRequest, NewSeries, WeekPiece
from marketplace.geocoding import Place
from marketplace.models import Municipality, Person, Rhythm, Series
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.rhythms import local_day
from marketplace.series import changing, settling
from marketplace.simulation.city import City

# Two series, and the search for somebody who stands in once.
REQUESTS: Final = 3
HELPERS: Final = 5
_WEEK: Final = tuple(WeekPiece(weekday, 9 * 60, 21 * 60) for weekday in range(7))
_BEGAN_DAYS_AGO: Final = 20
_WALK: Final = "company.walking"
_SHOPPING: Final = "home.groceries"


def live(session: Session, city: City, *, municipality: Municipality, now: datetime) -> None:
    """Play the weeks before now: who asks, who says yes, what was held, and what is different once."""
    begun = now - timedelta(days=_BEGAN_DAYS_AGO)
    walks = _ask(session, city, municipality, begun, _WALK, "Ik wandel graag elke week een rondje met iemand.", 1)
    walker, stand_in = (_offer(session, city, municipality, begun, _WALK) for _ in range(2))
    _join(session, walks, walker, begun + timedelta(hours=3))
    words = "Wie doet om de beurt mijn boodschappen? Het lukt mij niet meer."
    shopping = _ask(session, city, municipality, begun, _SHOPPING, words, 3)
    for n in range(3):
        _join(session, shopping, _offer(session, city, municipality, begun, _SHOPPING), begun + timedelta(hours=4 + n))
    for series in (walks, shopping):
        settling.settle(session, series, now=now - timedelta(hours=6))
    _differ_once(session, walks, walker, stand_in, now)


def _differ_once(session: Session, walks: Series, walker: Actor, stand_in: Actor, now: datetime) -> None:
    """One time is skipped, one moved, and to one somebody else comes."""
    at = now - timedelta(hours=5)
    coming = [one for one in queries.list_occurrences(session, walks.id) if one.starts_at > now]
    asker = Actor(requests.get_request(session, walks.request_id).requester_id)
    changing.skip(session, occurrence_id=coming[1].id, actor=asker, now=at)
    moved_to = coming[2].starts_at + timedelta(days=1)
    changing.move(session, occurrence_id=coming[2].id, starts_at=moved_to, actor=walker, now=at)
    changing.refuse(session, occurrence_id=coming[3].id, actor=walker, now=at)
    (search,) = queries.list_running_searches(session, walks.id)
    responses.apply(session, request_id=search, actor=stand_in, now=at + timedelta(hours=1))
    settling.settle(session, walks, now=at + timedelta(hours=1))


def _ask(
    session: Session, city: City, municipality: Municipality, now: datetime, skill: str, text: str, places: int
) -> Series:
    place = city.draw_place()
    person = _make(session, city, now, youngest=70, oldest=90, place=place)
    first_on = local_day(now) + timedelta(days=3)
    asked = NewRequest(
        skill_code=skill,
        text=text,
        place=place,
        minutes=60,
        slots=places,
        street="Bouwlingstraat",
        house_number="8",
        series=NewSeries(Rhythm.WEEKLY, first_on, 10 * 60, first_on + timedelta(days=182)),
    )
    request = posting.post_request(
        session, asked, municipality=municipality, requester_id=person.id, actor=Actor(person.id), now=now
    )
    series = queries.find_series_of(session, request.id)
    assert series is not None
    settling.settle(session, series, now=now)
    return series


def _offer(session: Session, city: City, municipality: Municipality, now: datetime, skill: str) -> Actor:
    place = city.draw_place()
    person = _make(session, city, now, youngest=30, oldest=74, place=place)
    offered = NewOffer(frozenset({skill}), place, _WEEK, reach_km=25.0, sentence="Ik doe graag iets vasts.")
    offering.save_offer(session, offered, municipality=municipality, actor=Actor(person.id), now=now)
    return Actor(person.id, person.first_name)


def _make(session: Session, city: City, now: datetime, *, youngest: int, oldest: int, place: Place) -> Person:
    person = Person(**vars(city.draw_person(place, youngest=youngest, oldest=oldest)), created_at=now)
    session.add(person)
    session.flush()
    return person


def _join(session: Session, series: Series, helper: Actor, now: datetime) -> None:
    answer = responses.apply(session, request_id=series.request_id, actor=helper, now=now)
    assert answer.match_id is not None
    asker = requests.get_request(session, series.request_id).requester_id
    matches.confirm(session, match_id=answer.match_id, actor=Actor(asker), now=now + timedelta(minutes=30))
    settling.settle(session, series, now=now + timedelta(minutes=30))
