"""Why a slot of the made-up market was left empty: counted again from nothing but what the player was told and said."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from marketplace.simulation.empty_slots import Diary, Why, explain
from marketplace.simulation.players import make_player
from marketplace.simulation.playing import Game, Player, Tally, play
from marketplace.simulation.worlds import START, Assumptions, Person, World, make_world, reaction
from matching.events import Event, MatchFinished, MatchReleased, Responded
from matching.ledger import Outcome
from matching.problem import Market, Request, Volunteer, WeeklySlot
from matching.rules import distance_km, fits
from matching.skills import read_skills

SKILLS = read_skills()
# Few people with little room and outspoken tastes, many who give a slot back, little time: every class occurs.
TIGHT = Assumptions(
    volunteers=100,
    requests_per_week=30,
    weeks=3,
    visits_per_week=0.3,
    yes_log_odds=-0.5,
    taste_sd=3,
    released_share=0.4,
    task_days=3,
    respond_days=2,
)
KIND = "garden.mowing"
ALL_WEEK = tuple(WeeklySlot(day, 0, 1440) for day in range(7))
MORNING = START + timedelta(days=1, hours=9)


class Spy:
    """A player whose every word is written down."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self.said: list[tuple[datetime, Event, Outcome]] = []

    def take(self, now: datetime, event: Event) -> Outcome:
        outcome = self._player.take(now, event)
        self.said.append((now, event, outcome))
        return outcome


@pytest.mark.parametrize("way", ["browsing", "nearest", "five", "engine"])
def test_a_recount_from_what_was_said_gives_the_same_classes(way: str) -> None:
    found: Counter[Why] = Counter()
    for seed in (1, 2):
        world = make_world(seed, SKILLS, TIGHT)
        spy = Spy(make_player(way, SKILLS))
        tally = play(world, spy, SKILLS)
        assert Counter(tally.empty) == _recount(world, spy)
        assert tally.matched + len(tally.empty) == tally.slots
        found += Counter(why for _, why in tally.empty)
    assert way == "browsing" or set(found) == set(Why)


def _recount(world: World, spy: Spy) -> Counter[tuple[str, Why]]:
    """Slot by slot, by playing the record again up to the last moment of each request."""
    found: Counter[tuple[str, Why]] = Counter()
    scene = Market(SKILLS, {id: person.volunteer for id, person in world.people.items()}, {}, {})
    for posted_at, request in world.requests:
        if posted_at >= world.ends_at or request.respond_by >= world.ends_at:
            continue
        asked, had, given_back = _met(spy, request)
        classes: list[Why] = []
        for id, person in world.people.items():
            since = max(posted_at, person.joins_at)
            if id in had - given_back or since >= request.respond_by:
                continue
            felt = reaction(world, person, request, distance_km(person.volunteer, request))
            quarter = (request.respond_by - since) / 4
            is_up = any(person.is_awake(since + quarter * n) for n in range(4))
            would = fits(scene, person.volunteer, request, since) and felt.will_answer and felt.says_yes and is_up
            if id in given_back or (would and id in asked):
                classes.append(Why.IN_VAIN)
            elif would and _was_ever_free(world, spy, person, request, since):
                classes.append(Why.NOT_ASKED)
            elif would:
                classes.append(Why.BARRED)
        for _ in range(request.slots - len(had - given_back)):
            why = next((w for w in (Why.NOT_ASKED, Why.IN_VAIN, Why.BARRED) if w in classes), Why.NOBODY)
            found[request.id, why] += 1
            if why in classes:
                classes.remove(why)
    return found


def _met(spy: Spy, request: Request) -> tuple[set[str], set[str], set[str]]:
    """Who was asked, who ever had a slot, and who gave it back, before the time to respond was over."""
    before = [(event, outcome) for now, event, outcome in spy.said if now <= request.respond_by]
    asked = {made.plan.volunteer for _, o in before for made in o.proposals if made.plan.request == request.id}
    had = {volunteer for _, o in before for id, volunteer in o.matched if id == request.id}
    back = {e.volunteer for e, _ in before if isinstance(e, MatchReleased) and e.request == request.id}
    return asked, had, back


def _was_ever_free(world: World, spy: Spy, person: Person, request: Request, since: datetime) -> bool:
    """Whether the rules about the person alone held at some moment, looked at whenever anything changed."""
    own, kept, week = person.volunteer, _keep_diary(world, spy, person), timedelta(days=7)
    spells = [*kept.questions, *kept.tasks]
    moments = {since, *(until for _, until in spells), *(now for now, _, _ in spy.said)}
    moments |= {at + week for at, _ in kept.questions}
    for at in moments:
        if since <= at < min(request.respond_by, kept.unwanted.get(request.skill, request.respond_by)):
            has_room = sum(start <= at < end for start, end in spells) < own.capacity
            if has_room and sum(at - week < a <= at for a, _ in kept.questions) < own.max_proposals_per_week:
                return True
    return False


@dataclass
class Kept:
    questions: list[tuple[datetime, datetime]]
    tasks: list[tuple[datetime, datetime]]
    unwanted: dict[str, datetime]


def _keep_diary(world: World, spy: Spy, person: Person) -> Kept:
    """From the record alone, from when to when each question to a person stood open and each of their tasks ran."""
    id = person.volunteer.id
    asked: dict[str, tuple[str, datetime, datetime]] = {}  # proposal: request, when, until
    tasks: dict[str, tuple[datetime, datetime]] = {}
    unwanted: dict[str, datetime] = {}

    def close(proposal: str, now: datetime) -> None:
        if proposal in asked:
            about, at, until = asked[proposal]
            asked[proposal] = about, at, min(until, now)

    for now, event, outcome in spy.said:
        if isinstance(event, Responded) and event.proposal in asked:
            close(event.proposal, now)
            if event.reason == "not_this_kind":
                unwanted.setdefault(_skill(world, asked[event.proposal][0]), now)
        for proposal in outcome.withdrawn:
            close(proposal, now)
        for about, volunteer in outcome.matched:
            if volunteer == id:
                tasks[about] = now, world.ends_at
                for proposal in [proposal for proposal, (request, *_) in asked.items() if request == about]:
                    close(proposal, now)
        if isinstance(event, MatchReleased | MatchFinished) and event.volunteer == id:
            tasks[event.request] = tasks[event.request][0], now
        for made in outcome.proposals:
            if made.plan.volunteer == id:
                asked[made.id] = made.plan.request, now, made.plan.expires_at
    return Kept(sorted((at, until) for _, at, until in asked.values()), sorted(tasks.values()), unwanted)


@pytest.mark.parametrize("way", ["five", "engine"])
def test_a_diary_holds_what_was_said(way: str) -> None:
    world = make_world(3, SKILLS, TIGHT)
    spy = Spy(make_player(way, SKILLS))
    game = Game(world, spy, Market(SKILLS, {id: person.volunteer for id, person in world.people.items()}, {}, {}))
    assert game.play().withdrawn > 0
    for id, person in world.people.items():
        kept, diary = _keep_diary(world, spy, person), game.diaries[id]
        assert kept.questions == sorted((one.start, one.end) for one in diary.questions.values())
        assert kept.tasks == sorted((one.start, one.end or world.ends_at) for one in diary.tasks.values())
        assert kept.unwanted == diary.unwanted_since
    assert any(diary.unwanted_since for diary in game.diaries.values())


def _skill(world: World, request_id: str) -> str:
    return next(request.skill for _, request in world.requests if request.id == request_id)


def test_each_willing_person_accounts_for_one_slot_at_most() -> None:
    for free, *counts in product(range(5), range(3), range(3), range(3)):
        willing = Counter(dict(zip((Why.NOT_ASKED, Why.IN_VAIN, Why.BARRED), counts, strict=True)))
        found = Counter(explain(free, willing))
        assert found.total() == free
        assert all(found[why] <= willing[why] for why in willing)
        assert found[Why.NOBODY] == max(0, free - willing.total())
        if found[Why.IN_VAIN] or found[Why.BARRED]:
            assert found[Why.NOT_ASKED] == willing[Why.NOT_ASKED]
        if found[Why.BARRED]:
            assert found[Why.IN_VAIN] == willing[Why.IN_VAIN]


def _person(id: str, **changes: object) -> Person:
    volunteer = Volunteer(
        id, 51.64, 4.86, 10.0, frozenset({KIND}), ALL_WEEK, capacity=1, qualifications=SKILLS[KIND].requires
    )
    someone = Person(volunteer, START, answers=2.0, mood=99.0, delay_h=1.0, visits_per_week=0.0, asleep=())
    return replace(someone, **changes)  # type: ignore[arg-type]


def _request(id: str, posted_at: datetime) -> tuple[datetime, Request]:
    respond_by = posted_at + timedelta(days=4)
    return posted_at, Request(id, "q", 51.64, 4.86, KIND, 1, 60, respond_by, weekly=ALL_WEEK)


def _play(way: str, people: list[Person], requests: list[tuple[datetime, Request]]) -> Tally:
    given = Assumptions(weeks=3, released_share=0.0, delay_sd=0.0, taste_sd=0.01)
    return play(World(1, given, {p.volunteer.id: p for p in people}, tuple(requests)), make_player(way, SKILLS), SKILLS)


ONE, TWO = _request("one", MORNING), _request("two", MORNING + timedelta(hours=1))
LATER = MORNING + timedelta(days=2)
AT_FIRST = ((START, MORNING + timedelta(hours=12)),)


@pytest.mark.parametrize(
    ("way", "people", "requests", "empty"),
    [
        pytest.param("nearest", [], [ONE], [("one", Why.NOBODY)], id="nobody-fits"),
        pytest.param("nearest", [_person("v", mood=-99.0)], [ONE], [("one", Why.NOBODY)], id="unwilling"),
        pytest.param("browsing", [_person("v")], [ONE], [("one", Why.NOT_ASKED)], id="never-asked"),
        pytest.param("nearest", [_person("v", asleep=AT_FIRST)], [ONE], [("one", Why.IN_VAIN)], id="asleep"),
        pytest.param("nearest", [_person("v", delay_h=99.0)], [ONE], [("one", Why.IN_VAIN)], id="too-late"),
        pytest.param("nearest", [_person("v")], [ONE, TWO], [("two", Why.BARRED)], id="no-room"),
        pytest.param("nearest", [_person("v"), _person("w")], [ONE, TWO], [], id="filled"),
        pytest.param("browsing", [_person("v", joins_at=LATER)], [ONE], [("one", Why.NOT_ASKED)], id="joined-later"),
    ],
)
def test_a_slot_is_put_down_to_what_happened(
    way: str, people: list[Person], requests: list[tuple[datetime, Request]], empty: list[tuple[str, Why]]
) -> None:
    assert _play(way, people, requests).empty == empty


def test_room_is_looked_for_until_the_kind_is_refused_and_the_week_is_full() -> None:
    someone = replace(_person("v").volunteer, max_proposals_per_week=1)
    until = MORNING + timedelta(days=10)
    diary = Diary()
    assert diary.could_be_asked(someone, KIND, MORNING, until)
    diary.note_asked(("other", "v"), MORNING, MORNING + timedelta(hours=2))
    assert not diary.could_be_asked(someone, KIND, MORNING, MORNING + timedelta(days=7))
    assert diary.could_be_asked(someone, KIND, MORNING, until)
    diary.note_unwanted(KIND, MORNING + timedelta(days=6))
    assert not diary.could_be_asked(someone, KIND, MORNING, until)
    assert diary.could_be_asked(someone, "company.visit", MORNING, until)


def test_a_match_answers_the_question_that_stood_open() -> None:
    someone, diary, pair = _person("v").volunteer, Diary(), ("one", "v")
    diary.note_asked(pair, MORNING, MORNING + timedelta(days=1))
    diary.note_task(pair, MORNING + timedelta(hours=1))
    assert not diary.could_be_asked(someone, KIND, MORNING, MORNING + timedelta(hours=3))
    diary.note_task_over(pair, MORNING + timedelta(hours=2))
    assert diary.could_be_asked(someone, KIND, MORNING, MORNING + timedelta(hours=3))
