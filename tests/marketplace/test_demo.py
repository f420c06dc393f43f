"""The made-up city: the same from the same seed, made by the real use cases, and somebody to sign in as."""

from collections import Counter
from datetime import timedelta

import pytest

from marketplace import demo, geocoding
from marketplace.models import (
    ActingAs,
    Activity,
    Event,
    EventKind,
    HelpRequest,
    Offer,
    Person,
    Ride,
    RideStatus,
    Slot,
    SlotStatus,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.simulation import clubs, returning, together, young
from marketplace.simulation.buddies import BuddySize
from marketplace.simulation.city import City
from marketplace.simulation.riding import RideSize
from tests.support import builders, proof, rows
from tests.support.clock import NOW
from tests.support.databases import KINDS

TINY = demo.Size(
    volunteers=40,
    requests=24,
    days=21,
    browses_per_day=3.0,
    buddies=BuddySize(trajectories=16),
    rides=RideSize(drivers=4, passengers=8, rides_a_day=3, days_before=3, days_after=2),
)


def fill(sessions, seed):
    demo.fill(sessions, municipality_slug="oosterhout", now=NOW, seed=seed, size=TINY)
    with sessions.read() as session:
        return [(event.at, event.kind, event.detail) for event in rows.all_events(session)]


@pytest.mark.database("sqlite")
def test_the_same_seed_gives_the_same_past_and_another_seed_another(database):
    first = fill(database.sessions, 7)
    database.reset()
    assert [event[:2] for event in fill(database.sessions, 7)] == [event[:2] for event in first]
    database.reset()
    assert fill(database.sessions, 8) != first


# In `make test` on one kind: filling a city takes longer than most files of tests.
@pytest.mark.database(*(KINDS if proof.is_full() else ("sqlite",)))
def test_a_filled_city_has_a_past_a_present_and_one_person_for_each_role(sessions):
    fill(sessions, 7)
    with sessions.read() as session:
        events = [event for event in rows.all_events(session) if event.ride_id is None]
        kinds = Counter(event.kind for event in events if event.trajectory_id is None)
        paths = Counter(one.status for one in session.exec(rows.all_of(Trajectory)).all())
        rides = Counter(ride.status for ride in session.exec(rows.all_of(Ride)).all())
        people = demo.list_sign_ins(session, builders.the_municipality(session).id)
        slots = session.exec(rows.all_of(Slot)).all()
        activities = session.exec(rows.all_of(Activity)).all()
        engine = [e for e in rows.all_events(session) if e.acting_as is ActingAs.ENGINE]
        latest = max(event.at for event in session.exec(rows.all_of(Event)))
    # On top of the city: vacancies, the gardens of one street, who leads that group, a child who helps, and help that
    # returns. For each trajectory with a buddy there is one trained volunteer more.
    on_top = (together.GARDENS + returning.REQUESTS + clubs.REQUESTS, 1 + young.OFFERS + returning.HELPERS + 16)
    assert (kinds[EventKind.REQUEST_POSTED], kinds[EventKind.OFFER_MADE]) == (24 + on_top[0], 40 + on_top[1])
    assert sum(paths.values()) == 16
    assert set(paths) == set(TrajectoryStatus), "there is one in each state"
    assert kinds[EventKind.CONCERN_RAISED] == 1
    assert activities
    assert all(one.is_made_up for one in activities)  # nobody may take these times for real ones
    assert kinds[EventKind.GARDEN_DAY_ANSWERED] == together.GARDENS - 1
    assert min(kinds[EventKind.MATCHED], kinds[EventKind.DONE], kinds[EventKind.PROPOSED], len(engine)) > 0
    assert {person.role for person in people} == {
        "inwoner",
        "vrijwilliger",
        "jonge helper",
        "chauffeur",
        "hulp elke week",
        "afspraak",
        "afspraak (vrijwilliger)",
        "buddy gevraagd",
        "buddy",
        "tuindag",
        "organisatie",
        "bemiddelaar",
        "teamleider",
        "ritplanner",
        "buddycoördinator",
        "signalen",
        "gemeente",
    }
    assert rides[RideStatus.DONE] > 0
    assert rides[RideStatus.ASKED] + rides[RideStatus.PLANNED] + rides[RideStatus.AGREED] > 0
    assert any(slot.status is SlotStatus.FREE for slot in slots)
    assert NOW - timedelta(days=1) < latest < NOW


@pytest.mark.database("sqlite")
def test_people_live_inside_the_area_of_their_postcode(sessions):
    fill(sessions, 7)
    with sessions.read() as session:
        offers = session.exec(rows.all_of(Offer)).all()
        requests = session.exec(rows.all_of(HelpRequest)).all()
        people = session.exec(rows.all_of(Person)).all()
    for row in (*offers, *requests):
        ring = max(geocoding.outlines(row.postcode[:4]), key=len)
        longitudes, latitudes = zip(*ring, strict=True)
        assert min(longitudes) <= row.longitude <= max(longitudes)
        assert min(latitudes) <= row.latitude <= max(latitudes)
    assert len({(row.latitude, row.longitude) for row in offers}) == len(offers)
    assert all(person.email is None or person.email.endswith(".example") for person in people)


@pytest.mark.database("sqlite")
def test_as_large_a_part_of_the_requests_is_private_as_in_2020(sessions):
    fill(sessions, 7)
    with sessions.read() as session:
        askers = Counter(request.asker_kind.value for request in session.exec(rows.all_of(HelpRequest)))
    # 540 and 440 of 980, of 24; gardens of one street, help that returns and vacancies come on top.
    assert askers == {"private": 13 + together.GARDENS + returning.REQUESTS, "organisation": 11 + clubs.REQUESTS}


def test_volunteers_are_of_age():
    city = City(1, municipality="Oosterhout", today=NOW.date())
    ages = [2026 - city.draw_helper(NOW).who.birth_year for _ in range(500)]
    assert 17 <= min(ages) <= max(ages) <= 84
