"""A made-up half of a year of asking and helping: who offers, who asks, and habits that nobody is told.

Every number in `Assumptions` is invented, chosen so that browsing alone fills about as many requests as the 79 % that
the policy paper names for 2019; `docs/bench/simulation.md` shows what happens where they are otherwise. What a
volunteer would answer to a request is drawn from (seed, volunteer, request) alone, so that every way of asking meets
the same people: common random numbers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import exp, log
from random import Random
from typing import Final

from marketplace import geocoding
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.policies import AMSTERDAM
from matching.problem import Request, SkillTable, Volunteer, WeeklySlot, Window

START: Final = datetime(2026, 1, 5, 0, 0, tzinfo=AMSTERDAM)  # a Monday
MUNICIPALITY: Final = "Oosterhout"
DAYPARTS: Final = ((540, 720), (720, 1020), (1080, 1320))
# The one category in which the policy paper names a structural shortage.
SCARCE: Final = ("garden.mowing", "garden.hedge", "garden.weeding", "garden.heavy")


@dataclass(frozen=True)
class Assumptions:
    """What the made-up crowd is like. Shares and chances are 0 to 1, times in the unit of the name."""

    volunteers: int = 1476
    requests_per_week: float = 980 / 26
    weeks: int = 13
    # Hidden: who has gone quiet, and for how long.
    long_dormant_share: float = 0.35
    awake_days: float = 120.0
    asleep_days: float = 30.0
    # Hidden: answering and agreeing.
    answer_mean: float = 0.8
    answer_spread: float = 6.0  # of a Beta distribution; less is more unlike
    yes_log_odds: float = 0.9
    taste_sd: float = 1.0  # of a person for a kind of help, in log-odds
    mood_sd: float = 0.5  # of a person for helping at all
    per_km: float = -0.12
    delay_median_h: float = 8.0
    answers_after_withdrawal: float = 0.3  # of those told that they need not answer any more
    delay_sd: float = 1.0  # of the logarithm, between answers and between persons
    # Hidden: looking at the list of their own accord.
    browsing_share: float = 1.0
    visits_per_week: float = 0.8
    browse_keenness: float = 0.42  # how much of a yes when asked becomes an offer when seen
    # Known to the engine as far as it is told.
    scarce_supply: float = 0.8  # gardening volunteers, against what demand would suggest
    mismatch: float = 0.2  # how unlike demand supply is per kind of help, sd of the logarithm
    released_share: float = 0.03
    joining_share: float = 0.1
    task_days: float = 15.0
    respond_days: float = 7.0


@dataclass(frozen=True)
class Person:
    """A volunteer as the engine may know them, and what it may not."""

    volunteer: Volunteer
    joins_at: datetime
    answers: float
    mood: float
    delay_h: float
    visits_per_week: float
    asleep: tuple[tuple[datetime, datetime], ...]

    def is_awake(self, at: datetime) -> bool:
        return not any(start <= at < end for start, end in self.asleep)


@dataclass(frozen=True)
class World:
    """Everything that will happen by itself."""

    seed: int
    assumptions: Assumptions
    people: dict[str, Person]
    requests: tuple[tuple[datetime, Request], ...]

    @property
    def ends_at(self) -> datetime:
        return START + timedelta(weeks=self.assumptions.weeks)


@dataclass(frozen=True)
class Reaction:
    """What one volunteer makes of one request, were they asked or did they see it."""

    will_answer: bool
    says_yes: bool
    would_offer: bool
    is_dislike: bool
    answers_after_withdrawal: bool
    delay: timedelta
    dice: float


def make_world(seed: int, skills: SkillTable, assumptions: Assumptions | None = None) -> World:
    """One world; the same seed and assumptions give the same."""
    given = assumptions or Assumptions()
    rng = Random(f"world/{seed}")
    people = [_person(rng, f"v{n}", skills, given) for n in range(given.volunteers)]
    requests = _requests(Random(f"requests/{seed}"), skills, given)
    return World(seed, given, {person.volunteer.id: person for person in people}, requests)


def reaction(world: World, person: Person, request: Request, km: float) -> Reaction:
    """How somebody would take a request, however and whenever they come to hear of it."""
    given = world.assumptions
    rng = Random(f"{world.seed}/{person.volunteer.id}/{request.id}")
    taste = Random(f"{world.seed}/{person.volunteer.id}/{request.skill}").gauss(0, given.taste_sd)
    odds = given.yes_log_odds + person.mood + taste + given.per_km * km
    chance, appeal = 1 / (1 + exp(-odds)), rng.random()
    delay_h = min(96.0, person.delay_h * exp(rng.gauss(0, given.delay_sd)))
    return Reaction(
        will_answer=rng.random() < person.answers,
        says_yes=appeal < chance,
        would_offer=appeal < chance * given.browse_keenness,
        is_dislike=taste < -given.taste_sd,
        answers_after_withdrawal=rng.random() < given.answers_after_withdrawal,
        delay=timedelta(hours=delay_h),
        dice=rng.random(),
    )


def visits(world: World, person: Person) -> list[datetime]:
    """When somebody looks at the list of open requests, between 8 in the morning and 11 at night."""
    if not person.visits_per_week:
        return []
    rng = Random(f"{world.seed}/{person.volunteer.id}/visits")
    found: list[datetime] = []
    at = person.joins_at
    while True:
        at += timedelta(weeks=rng.expovariate(person.visits_per_week))
        if at >= world.ends_at:
            return found
        if person.is_awake(at):
            found.append(decent(at, rng))


def decent(at: datetime, rng: Random) -> datetime:
    """Who would act at night does so in the morning."""
    hour = at.astimezone(AMSTERDAM).hour
    if 8 <= hour < 23:
        return at
    day = at.astimezone(AMSTERDAM).replace(hour=8, minute=0, second=0, microsecond=0)
    return (day if hour < 8 else day + timedelta(days=1)) + timedelta(hours=rng.random() * 2)


@cache
def _places() -> tuple[tuple[tuple[float, float], ...], tuple[int, ...]]:
    found = EmbeddedGeocoder()
    codes = geocoding.postcodes4(MUNICIPALITY)
    places = [(code, found.find(f"{code}AA")) for code in codes]
    known = [(code, place) for code, place in places if place is not None]
    points = tuple((place.latitude, place.longitude) for _, place in known)
    return points, tuple(geocoding.population(code) for code, _ in known)


def _point(rng: Random) -> tuple[float, float]:
    points, weights = _places()
    lat, lon = rng.choices(points, weights)[0]
    return lat + rng.gauss(0, 0.006), lon + rng.gauss(0, 0.0095)


@cache
def _popularity(skills: tuple[str, ...]) -> list[float]:
    """How much is asked of each kind of help: a few are asked often, most seldom."""
    order = Random("kinds").sample(range(len(skills)), len(skills))
    return [1 / (1 + place) ** 0.7 for place in order]


@cache
def _supply(skills: tuple[str, ...], mismatch: float, scarce_supply: float) -> list[float]:
    """How many offer each kind: as many as ask, more or less by chance, and fewer for what is known to be scarce."""
    rng = Random("supply")
    weights = [weight * exp(rng.gauss(0, mismatch)) for weight in _popularity(skills)]
    return [w * (scarce_supply if code in SCARCE else 1.0) for code, w in zip(skills, weights, strict=True)]


def _person(rng: Random, id: str, skills: SkillTable, given: Assumptions) -> Person:
    lat, lon = _point(rng)
    kinds = tuple(skills)
    supply = _supply(kinds, given.mismatch, given.scarce_supply)
    own = frozenset(rng.choices(kinds, supply, k=rng.choice((1, 2, 3, 4, 5, 6))))
    needed = frozenset().union(*(skills[code].requires for code in own))
    days = rng.sample(range(7), rng.choice((1, 2, 3, 4, 5)))
    slots = [WeeklySlot(day, *part) for day in sorted(days) for part in DAYPARTS if rng.random() < 0.6]
    volunteer = Volunteer(
        id=id,
        lat=lat,
        lon=lon,
        max_km=rng.choice((1.5, 2.5, 4.0, 5.0, 5.0, 6.0, 10.0, 15.0)),
        skills=own,
        available=tuple(slots) or (WeeklySlot(2, 540, 1020),),
        capacity=rng.choice((1, 1, 2, 2, 2, 3, 4)),
        max_proposals_per_week=rng.choice((1, 2, 2, 2, 3)),
        qualifications=frozenset(code for code in sorted(needed) if rng.random() < 0.85),
        languages=frozenset({"nl"} | ({rng.choice(("en", "pl", "ar", "tr"))} if rng.random() < 0.3 else set())),
        born=rng.choice((None, *range(1940, 2008))),
    )
    joins_at = START
    if rng.random() < given.joining_share:
        joins_at += timedelta(weeks=rng.random() * given.weeks)
    a = given.answer_mean * given.answer_spread
    return Person(
        volunteer=volunteer,
        joins_at=joins_at,
        answers=rng.betavariate(a, given.answer_spread - a),
        mood=rng.gauss(0, given.mood_sd),
        delay_h=exp(rng.gauss(log(given.delay_median_h), given.delay_sd)),
        visits_per_week=rng.expovariate(1 / given.visits_per_week) if rng.random() < given.browsing_share else 0.0,
        asleep=_asleep(rng, given),
    )


def _asleep(rng: Random, given: Assumptions) -> tuple[tuple[datetime, datetime], ...]:
    ends_at = START + timedelta(weeks=given.weeks)
    if rng.random() < given.long_dormant_share:
        return ((START, ends_at + timedelta(weeks=52)),)
    found, at = [], START + timedelta(days=rng.expovariate(1 / given.awake_days))
    while at < ends_at:
        end = at + timedelta(days=rng.expovariate(1 / given.asleep_days))
        found.append((at, end))
        at = end + timedelta(days=rng.expovariate(1 / given.awake_days))
    return tuple(found)


def _requests(rng: Random, skills: SkillTable, given: Assumptions) -> tuple[tuple[datetime, Request], ...]:
    found: list[tuple[datetime, Request]] = []
    at = START + timedelta(days=1)
    # The last requests must be able to run out before the world ends.
    last = START + timedelta(weeks=given.weeks) - timedelta(days=2 * given.respond_days)
    while True:
        at += timedelta(weeks=rng.expovariate(given.requests_per_week))
        if at >= last:
            return tuple(found)
        posted_at = decent(at, rng)
        found.append((posted_at, _request(rng, f"r{len(found)}", posted_at, skills, given)))


def _request(rng: Random, id: str, posted_at: datetime, skills: SkillTable, given: Assumptions) -> Request:
    lat, lon = _point(rng)
    skill = rng.choices(tuple(skills), _popularity(tuple(skills)))[0]
    respond_by = posted_at + timedelta(days=given.respond_days * rng.choice((0.25, 0.6, 1.0, 1.0, 1.0, 1.5)))
    windows: tuple[Window, ...] = ()
    weekly: tuple[WeeklySlot, ...] = ()
    if rng.random() < 0.5:
        windows = tuple(_window(rng, respond_by) for _ in range(rng.choice((1, 2, 3))))
    else:
        days = rng.sample(range(7), rng.choice((1, 2, 3)))
        weekly = tuple(WeeklySlot(day, *part) for day in days for part in DAYPARTS if rng.random() < 0.7)
        weekly = weekly or (WeeklySlot(days[0], 540, 1020),)
    return Request(
        id=id,
        requester=f"q{rng.randrange(400)}",
        lat=lat,
        lon=lon,
        skill=skill,
        slots=rng.choices((1, 2, 3, 5), (82, 12, 4, 2))[0],
        minutes=rng.choice((30, 60, 90, 120)),
        respond_by=respond_by,
        windows=windows,
        weekly=weekly,
        languages=frozenset({"nl"}) if rng.random() < 0.3 else frozenset(),
        min_age=18 if rng.random() < 0.1 else 0,
    )


def _window(rng: Random, after: datetime) -> Window:
    day = (
        (after + timedelta(days=1 + rng.randrange(6))).astimezone(AMSTERDAM).replace(minute=0, second=0, microsecond=0)
    )
    start, end = rng.choice(DAYPARTS)
    return Window(day.replace(hour=start // 60), day.replace(hour=end // 60))
