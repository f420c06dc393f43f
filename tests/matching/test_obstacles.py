"""Which rule forbids how many, and what giving way would do, held against trying it on everybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from matching.availability import least_shift, local_midnight
from matching.obstacles import (
    Obstacle,
    OtherDay,
    Relief,
    count_obstacles,
    list_broken,
    list_other_days,
    list_reliefs,
    move_days,
)
from matching.problem import LOCAL, Market, Request, Volunteer, WeeklySlot, Window
from matching.reasons import Relax
from matching.rules import CHECKS, Rule, refusals
from tests.matching.builders import NOW, a_market, a_random_market, a_request, a_volunteer
from tests.support import proof

FRIDAY = 4


def test_each_rule_is_counted_with_whom_it_alone_forbids() -> None:
    people = [
        a_volunteer("fits"),
        a_volunteer("far", km=7),
        a_volunteer("far-and-busy", km=9, capacity=0),
        a_volunteer("busy", capacity=0),
        a_volunteer("other-help", skills=frozenset({"coffee"})),
    ]
    market = a_market(people, [a_request()])
    broken = list_broken(market, a_request(), NOW)
    assert broken.keys() == {"fits", "far", "far-and-busy", "busy"}
    assert count_obstacles(broken.values()) == (Obstacle(Rule.DISTANCE, 2, 1), Obstacle(Rule.CAPACITY, 2, 1))


def test_what_gives_way_wins_whom_less_of_it_wins_and_more() -> None:
    people = [a_volunteer("a", km=5.4), a_volunteer("b", km=5.9), a_volunteer("c", km=7.5), a_volunteer("d", km=1)]
    market = a_market(people, [a_request()])
    broken = list_broken(market, a_request(), NOW)
    assert list_reliefs(market, a_request(), NOW, broken) == (Relief(Relax.MAX_KM, 1, 2), Relief(Relax.MAX_KM, 3, 3))


def test_help_is_never_made_so_short_that_none_is_left() -> None:
    short = a_request(minutes=10)
    market = a_market([a_volunteer(available=(WeeklySlot(FRIDAY, 600, 604),))], [short])
    found = list_reliefs(market, short, NOW, list_broken(market, short, NOW))
    assert found[0] == Relief(Relax.MINUTES, 6, 1)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="a-date"),
        pytest.param({"windows": (), "weekly": (WeeklySlot(FRIDAY, 600, 840),)}, id="every-week"),
    ],
)
def test_another_day_is_told_with_how_many_could_then(asked: dict[str, Any]) -> None:
    """Asked on a Friday from ten to two: on Saturday one more can than on Monday."""
    saturday, monday = WeeklySlot(5, 600, 840), WeeklySlot(0, 600, 700)
    people = [
        a_volunteer("a", available=(saturday,)),
        a_volunteer("b", available=(saturday, monday)),
        a_volunteer("too-far-as-well", available=(saturday,), km=9),
    ]
    request = a_request(**asked)
    market = a_market(people, [request])
    found = list_other_days(market, request, NOW, list_broken(market, request, NOW))
    assert found == (OtherDay(1, 2), OtherDay(3, 1))


def test_a_day_is_moved_on_the_clock_on_the_wall() -> None:
    """In the night to Sunday 29 March 2026 the clock goes from two to three."""
    ten = datetime(2026, 3, 28, 10, 0, tzinfo=LOCAL)
    moved = move_days(a_request(windows=(Window(ten, ten + timedelta(hours=2)),)), 1).windows[0]
    assert moved.start_at == datetime(2026, 3, 29, 10, 0, tzinfo=LOCAL)
    assert moved.start_at - ten == timedelta(hours=23)
    assert moved.end_at - moved.start_at == timedelta(hours=2)


# --- against trying --------------------------------------------------------------------------------------------------


def markets(count: int) -> Iterator[tuple[Market, Request]]:
    rng = Random(23)
    for _ in range(count):
        market = a_random_market(rng, volunteers=30, requests=5)
        yield from ((market, request) for request in market.requests.values())


def forbidden(market: Market, volunteer: Volunteer, request: Request) -> set[Rule]:
    """What forbids asking, of the rules about a person; the request is made one that is open."""
    opened = replace(
        market, held=frozenset(), requests={**market.requests, request.id: replace(request, slots=99, respond_by=LATE)}
    )
    opened = replace(opened, volunteers={**opened.volunteers, volunteer.id: volunteer})
    asked = opened.requests[request.id]
    return {refusal.rule for refusal in refusals(opened, volunteer, asked, NOW)}


LATE = NOW + timedelta(days=99)


def test_the_counts_are_those_of_asking_every_rule_of_everybody() -> None:
    alone = 0
    for market, request in markets(proof.count(12, 300)):
        able = [v for v in market.volunteers.values() if request.skill in v.skills]
        told = {one.rule: one for one in count_obstacles(list_broken(market, request, NOW).values())}
        for rule, _ in CHECKS:
            people = [v for v in able if rule in forbidden(market, v, request)]
            only = [v for v in people if forbidden(market, v, request) == {rule}]
            assert told.get(rule, Obstacle(rule, 0, 0)) == Obstacle(rule, len(people), len(only))
            alone += len(only)
    assert alone > 100


def test_giving_way_by_so_much_wins_exactly_so_many() -> None:
    """Each amount is tried on everybody, and so is a little less."""
    tried = set()
    for market, request in markets(proof.count(25, 400)):
        broken = list_broken(market, request, NOW)
        fitting = {v for v, rules in broken.items() if not rules}
        reliefs = list_reliefs(market, request, NOW, broken)
        for relief in reliefs:
            won = [v for v in broken if v not in fitting and fits_with(market, v, request, relief)]
            assert len(won) == relief.people, relief
            tried.add(relief.relax)
        for relax in TRIED:
            least = [relief for relief in reliefs if relief.relax is relax][:1]
            assert bool(least) == any(fits_at_all(market, v, request, relax) for v in broken if v not in fitting)
    assert tried >= set(TRIED) - {Relax.PAUSED_UNTIL}


TRIED = (
    Relax.MAX_KM,
    Relax.MINUTES,
    Relax.QUALIFICATION,
    Relax.MIN_AGE,
    Relax.CAPACITY,
    Relax.MAX_PROPOSALS_PER_WEEK,
    Relax.PAUSED_UNTIL,
)


def fits_with(market: Market, volunteer_id: str, request: Request, relief: Relief) -> bool:
    volunteer, by = market.volunteers[volunteer_id], relief.by
    if relief.relax is Relax.LANGUAGE:
        spoken = replace(volunteer, languages=request.languages)
        return by == min(request.languages) and not forbidden(market, spoken, request)
    if relief.relax is Relax.WINDOW:
        shift = least_shift(volunteer, request, NOW)
        is_time = forbidden(market, volunteer, request) == {Rule.TIME}
        return is_time and shift is not None and isinstance(by, int | float) and shift <= by
    return not forbidden(market, *give_way(volunteer, request, relief.relax, by))


def fits_at_all(market: Market, volunteer_id: str, request: Request, relax: Relax) -> bool:
    volunteer = market.volunteers[volunteer_id]
    if relax is Relax.QUALIFICATION:
        lacking = market.required(request) - volunteer.qualifications
        tries: list[Any] = sorted(lacking)
    else:
        paused = volunteer.paused_until or NOW
        tries = [{Relax.MINUTES: request.minutes - 1, Relax.PAUSED_UNTIL: paused}.get(relax, 9999)]
    return any(not forbidden(market, *give_way(volunteer, request, relax, by)) for by in tries)


def give_way(volunteer: Volunteer, request: Request, relax: Relax, by: Any) -> tuple[Volunteer, Request]:
    match relax:
        case Relax.MAX_KM:
            return replace(volunteer, max_km=volunteer.max_km + by), request
        case Relax.MINUTES:
            return volunteer, replace(request, minutes=request.minutes - by)
        case Relax.QUALIFICATION:
            return replace(volunteer, qualifications=volunteer.qualifications | {by}), request
        case Relax.MIN_AGE:
            return volunteer, replace(request, min_age=max(0, request.min_age - by))
        case Relax.CAPACITY:
            return replace(volunteer, capacity=volunteer.capacity + by), request
        case Relax.MAX_PROPOSALS_PER_WEEK:
            return replace(volunteer, max_proposals_per_week=volunteer.max_proposals_per_week + by), request
        case Relax.PAUSED_UNTIL:
            ends = volunteer.paused_until
            return replace(volunteer, paused_until=None if ends is not None and ends <= by else ends), request
        case _:
            raise AssertionError(relax)


def test_the_other_days_are_those_of_trying_each_day() -> None:
    days = 0
    for market, request in markets(proof.count(20, 300)):
        broken = list_broken(market, request, NOW)
        expected = {}
        for later in range(1, 7):
            moved = shifted(request, later)
            now_able = [
                v for v, rules in broken.items() if rules and not forbidden(market, market.volunteers[v], moved)
            ]
            expected[later] = len(now_able)
        found = list_other_days(market, request, NOW, broken)
        assert {day.days_later: day.people for day in found} == {day: n for day, n in expected.items() if n}
        assert list(found) == sorted(found, key=lambda day: (-day.people, day.days_later))
        days += len(found)
    assert days > 20


def shifted(request: Request, days: int) -> Request:
    """Counted in minutes from local midnight, another way to the same day and hour."""
    windows = []
    for window in request.windows:
        local = window.start_at.astimezone(LOCAL)
        minutes = timedelta(
            hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        start_at = local_midnight(local.date() + timedelta(days=days)) + minutes
        windows.append(Window(start_at, start_at + (window.end_at - window.start_at)))
    weekly = tuple(WeeklySlot((s.weekday + days) % 7, s.start_minute, s.end_minute) for s in request.weekly)
    return replace(request, windows=tuple(windows), weekly=weekly)
