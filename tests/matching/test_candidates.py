"""Candidates by look-up: reach, calendars and sets of codes by arrays, each against the plain rule."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest

from matching import candidates_roster
from matching.availability import longest_overlap
from matching.candidates import Screen, find_candidates
from matching.candidates_calendar import Calendar, Needs
from matching.candidates_roster import Codes, Near, Places, Roster
from matching.geography import haversine_km, is_within
from matching.problem import Volunteer, Window
from matching.rules import could_ever_fit, may_ask
from tests.matching.builders import NOW, a_market, a_random_market, a_random_slot, a_request, a_volunteer
from tests.support import proof

SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 02:00 becomes 03:00
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 03:00 becomes 02:00


@pytest.fixture(params=["each pair measured", "by trees"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is chosen by size is tried at every size."""
    monkeypatch.setattr(candidates_roster, "BLOCK", 50)
    if request.param == "by trees":
        monkeypatch.setattr(candidates_roster, "DENSE", 0)
        monkeypatch.setattr(candidates_roster, "AT_ONCE", 2)


@pytest.mark.usefixtures("_either_way")
@pytest.mark.parametrize("seed", range(1000, 1000 + proof.count(15, 400)))
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


def everybody_near(people: list[Volunteer], points: list[tuple[float, float]]) -> Near:
    """Who reaches which points, whatever the time."""
    always = np.full((len(points), 3), 2**64 - 1, np.uint64)
    places = Places.of([a_request(lat=lat, lon=lon) for lat, lon in points], always)
    blocks = list(Roster(people).near({"garden": np.arange(len(points))}, places))
    place, volunteer, km = (
        np.concatenate([getattr(block, column) for block in blocks]) for column in ("place", "volunteer", "km")
    )
    return Near(place, volunteer, km)


@pytest.mark.usefixtures("_either_way")
@pytest.mark.parametrize("centre", [(51.6, 4.8), (0.0, 179.99), (89.9, 0.0), (-51.0, -180.0)])
def test_reach_knows_no_poles_and_no_date_line(centre: tuple[float, float]) -> None:
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
    near = everybody_near(people, points)
    expected = [
        (at, number)
        for at, (lat, lon) in enumerate(points)
        for number, person in enumerate(people)
        if is_within(haversine_km(person.lat, person.lon, lat, lon), person.max_km)
    ]
    assert list(zip(near.place.tolist(), near.volunteer.tolist(), strict=True)) == expected
    apart = [haversine_km(people[v].lat, people[v].lon, *points[at]) for at, v in expected]
    assert near.km == pytest.approx(apart, abs=1e-6)


@pytest.mark.usefixtures("_either_way")
def test_a_reach_is_inclusive_to_the_last_digit() -> None:
    """Whoever lives at exactly the distance they named is near enough."""
    rng = Random(5)
    points = [(rng.uniform(50, 53), rng.uniform(4, 7)) for _ in range(200)]
    people = [
        a_volunteer(f"v{at}", lat=lat, lon=lon, max_km=haversine_km(lat, lon, 51.6, 4.8))
        for at, (lat, lon) in enumerate(points)
    ]
    near = everybody_near(people, [(51.6, 4.8)])
    assert near.volunteer.tolist() == list(range(200))


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
        longest = Calendar([person.available for person in people]).longest_us(needs, request, volunteer)
        slow = [
            longest_overlap(people[v], requests[r], now) // timedelta(microseconds=1)
            for r, v in zip(request.tolist(), volunteer.tolist(), strict=True)
        ]
        assert longest.tolist() == slow


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
    assert not Codes([frozenset({"a"})]).are_owned(frozenset({"a", "b"}))


def test_an_empty_town_has_no_candidates() -> None:
    assert len(find_candidates(a_market([], [a_request()]), NOW)) == 0
    assert len(find_candidates(a_market([a_volunteer()], []), NOW)) == 0
    assert not Screen(a_market([], []), NOW).can_still_be_asked(a_request())
