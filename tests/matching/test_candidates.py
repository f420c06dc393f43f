"""Candidates by look-up: reach, calendars and sets of codes by arrays, each against the plain rule."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest

from matching import candidates, candidates_table
from matching.availability import longest_overlap
from matching.candidates import Screen, find_candidates
from matching.candidates_calendar import Calendar, Needs
from matching.candidates_roster import Codes, Places, Roster
from matching.candidates_table import Times, ones, packed
from matching.geography import haversine_km, is_within
from matching.problem import Volunteer, Window
from matching.rules import could_ever_fit, may_ask
from tests.matching.builders import NOW, a_market, a_random_market, a_random_slot, a_request, a_volunteer
from tests.support import proof

SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 02:00 becomes 03:00
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 03:00 becomes 02:00


WAYS = {
    "a town at once": {"IN_CACHE": 30},
    "by kind of help": {"TOWN": 200, "FEW": 10**9},
    "by trees": {"TOWN": 0, "FEW": 0, "RARE": 2.0, "SAMPLE": 2, "AT_ONCE": 2},
}


@pytest.fixture(params=WAYS)
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is chosen by size is tried at every size."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(candidates, name, value)


@pytest.fixture(params=["from a table", "pair by pair", "pair by pair that shares a stroke"])
def _both_times(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates_table, "SHARED", 0 if request.param == "from a table" else 10**9)
    monkeypatch.setattr(candidates_table, "MANY", 0 if "stroke" in request.param else 10**9)


@pytest.mark.usefixtures("_either_way", "_both_times")
@pytest.mark.parametrize("seed", range(1000, 1000 + proof.count(10, 400)))
def test_at_every_size_exactly_what_the_rules_allow(seed: int) -> None:
    rng = Random(seed)
    change = rng.choice([SPRING, AUTUMN])
    now = change + timedelta(hours=rng.randrange(-200, 60), seconds=rng.randrange(3))
    market = a_random_market(rng, volunteers=60, requests=10, now=now)
    slow = [
        (request.id, person.id)
        for request in market.requests.values()
        for person in market.volunteers.values()
        if may_ask(market, person, request, now)
    ]
    assert find_candidates(market, now).pairs() == slow
    for request in market.requests.values():  # one request at a time is a look-up of its own
        one = Screen(market, now)
        people = list(market.volunteers.values())
        assert one.ever_fit(request).tolist() == [
            at for at, person in enumerate(people) if could_ever_fit(market, person, request, now)
        ]


def test_a_roster_at_hand_gives_the_same_pairs() -> None:
    market = a_random_market(Random(4), volunteers=50, requests=8)
    asked = list(market.requests.values())
    roster = Roster(market.volunteers.values())
    for _ in range(2):
        assert (
            Screen(market, NOW, roster=roster).candidates(asked).pairs()
            == Screen(market, NOW).candidates(asked).pairs()
        )


def everybody_near(
    people: list[Volunteer], points: list[tuple[float, float]], way: str
) -> tuple[list[tuple[int, int]], list[float]]:
    """Who reaches which points, whatever the time, and how far it is."""
    places = Places.of([a_request(lat=lat, lon=lon) for lat, lon in points])
    roster = Roster(people)
    if way == "everybody":
        place, volunteer = (ends.ravel() for ends in np.indices((len(points), len(people))))
    elif way == "places that lie together first":
        might = roster.might_reach(places.points, np.arange(len(people)))
        place, volunteer = np.nonzero(might.table[might.number])
    else:
        found = [roster.near("garden", places.points[at]) for at in (slice(0, 1), slice(1, None))]
        place = np.concatenate([found[0][0], found[1][0] + 1])
        volunteer = np.concatenate([found[0][1], found[1][1]])
        order = np.lexsort((volunteer, place))
        place, volunteer = place[order], volunteer[order]
    kept, km = roster.reached(places, place, volunteer)
    return list(zip(place[kept].tolist(), volunteer[kept].tolist(), strict=True)), km.tolist()


@pytest.mark.parametrize("way", ["everybody", "places that lie together first", "by trees"])
@pytest.mark.parametrize("centre", [(51.6, 4.8), (0.0, 179.99), (89.9, 0.0), (-51.0, -180.0)])
def test_reach_knows_no_poles_and_no_date_line(centre: tuple[float, float], way: str) -> None:
    """Reaches from nothing to round the globe, and every distance the one that the rules compute."""
    rng = Random(repr(centre))

    def a_point(spread: float) -> tuple[float, float]:
        lat = max(-90.0, min(90.0, centre[0] + rng.uniform(-spread, spread)))
        return lat, (centre[1] + rng.uniform(-2 * spread, 2 * spread) + 180) % 360 - 180

    people = []
    for at in range(150):
        lat, lon = a_point(0.5)
        people.append(a_volunteer(f"v{at}", lat=lat, lon=lon, max_km=rng.choice([0, 0.4, 2, 6, 50, 1000, 20_100, 1e9])))
    points = [a_point(0.4) for _ in range(12)] + [centre, (-centre[0], centre[1]), (people[0].lat, people[0].lon)]
    near, km = everybody_near(people, points, way)
    expected = [
        (at, number)
        for at, (lat, lon) in enumerate(points)
        for number, person in enumerate(people)
        if is_within(haversine_km(person.lat, person.lon, lat, lon), person.max_km)
    ]
    assert near == expected
    apart = [haversine_km(people[v].lat, people[v].lon, *points[at]) for at, v in expected]
    assert km == pytest.approx(apart, abs=1e-6)


@pytest.mark.parametrize("way", ["everybody", "places that lie together first", "by trees"])
def test_a_reach_is_inclusive_to_the_last_digit(way: str) -> None:
    """Whoever lives at exactly the distance they named is near enough."""
    rng = Random(5)
    points = [(rng.uniform(50, 53), rng.uniform(4, 7)) for _ in range(200)]
    people = [
        a_volunteer(f"v{at}", lat=lat, lon=lon, max_km=haversine_km(lat, lon, 51.6, 4.8))
        for at, (lat, lon) in enumerate(points)
    ]
    near, _ = everybody_near(people, [(51.6, 4.8)] * 2, way)
    assert near == [(at, person) for at in range(2) for person in range(200)]


@pytest.mark.usefixtures("_both_times")
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_time_on_end_is_the_same_to_the_microsecond(change: datetime) -> None:
    """Windows of all lengths around both clock changes, begun or not, and weekly slots beside them."""
    rng = Random(change.isoformat())
    for _ in range(proof.count(60, 3000)):
        now = change + timedelta(hours=rng.randrange(-40, 5), microseconds=rng.randrange(10**9))
        people = [
            a_volunteer(f"v{at}", available=tuple(a_random_slot(rng) for _ in range(rng.randrange(9))))
            for at in range(12)
        ]
        requests = []
        for at in range(8):
            windows = []
            for _ in range(rng.randrange(4)):
                start = change + timedelta(hours=rng.randrange(-30, 30), seconds=rng.randrange(3600))
                lasts = timedelta(minutes=rng.choice([20, 90, 300, 1500, 5000]), microseconds=rng.randrange(10**6))
                windows.append(Window(start, start + lasts))
            weekly = [a_random_slot(rng) for _ in range(rng.randrange(3))]
            requests.append(a_request(f"r{at}", windows=tuple(windows), weekly=tuple(weekly or [a_random_slot(rng)])))
        needs = Needs.of([r.windows for r in requests], [r.weekly for r in requests], now)
        request, volunteer = (ends.ravel() for ends in np.indices((len(requests), len(people))))
        calendar = Calendar([person.available for person in people])
        times = Times(calendar, needs, np.arange(len(requests)), np.arange(len(people)))
        longest = times.longest_us(request, volunteer)
        slow = [
            longest_overlap(people[v], requests[r], now) // timedelta(microseconds=1)
            for r, v in zip(request.tolist(), volunteer.tolist(), strict=True)
        ]
        assert longest.tolist() == slow
        least_us = np.array([rng.choice([1, 60, 3600]) * 10**6 for _ in requests])
        bits = times.bits(least_us)
        if bits is not None:
            may = np.zeros((len(requests), len(people)), dtype=bool)
            for some in ones(bits & packed(~may), 20):
                may[some] = True
            assert may.ravel()[np.array(slow) >= least_us[request]].all()


def test_sets_of_codes_are_compared_whatever_their_number() -> None:
    """More codes than bits in a word; and codes that nobody has."""
    rng = Random(8)
    every = [f"q{at}" for at in range(150)]
    people = [
        a_volunteer(
            f"v{at}", qualifications=frozenset(rng.sample(every, 120)), languages=frozenset(rng.sample(every, 20))
        )
        for at in range(60)
    ]
    requests = [
        a_request(
            f"r{at}",
            requires=frozenset(rng.sample([*every, "nobody's"], rng.randrange(4))),
            languages=frozenset(rng.sample([*every, "nobody's"], rng.randrange(3))),
        )
        for at in range(60)
    ]
    market = a_market(people, requests)
    expected = [(r.id, v.id) for r in requests for v in people if may_ask(market, v, r, NOW)]
    assert find_candidates(market, NOW).pairs() == expected
    assert 0 < len(expected) < 3600
    assert Codes([frozenset({"a"})]).have_all(frozenset({"a", "b"}), np.array([0])).tolist() == [False]


def test_an_empty_town_has_no_candidates() -> None:
    assert len(find_candidates(a_market([], [a_request()]), NOW)) == 0
    assert len(find_candidates(a_market([a_volunteer()], []), NOW)) == 0
    assert not Screen(a_market([], []), NOW).can_still_be_asked(a_request())
