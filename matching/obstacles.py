"""What stands between a request and everybody who does this kind of help: rule by rule, and what giving way would do.

Only people with the kind of help are looked at; for the others no rule says anything. Counts are of what holds at one
moment, by the rules themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from matching.availability import MINUTE, longest_overlap
from matching.problem import LOCAL, Market, Request, WeeklySlot, Window, as_utc
from matching.reasons import Amount, Relax, list_relaxations
from matching.rules import CHECKS, Rule, refused_by_person

Broken = Mapping[str, tuple[Rule, ...]]

DAYS_OF_WEEK: Final = 7
# Amounts are rounded up to what people agree on. Of a move in time that is at most so much, either way.
_STEPS: Final[dict[Relax, float]] = {Relax.MAX_KM: 1.0, Relax.MINUTES: 15, Relax.WINDOW: 30}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One rule: how many people it forbids, and how many of them nothing else does."""

    rule: Rule
    people: int
    alone: int


@dataclass(frozen=True, slots=True)
class Relief:
    """One thing that gives way by so much, and how many people would then fit."""

    relax: Relax
    by: Amount
    people: int


@dataclass(frozen=True, slots=True)
class OtherDay:
    """Everything that was asked moved so many days later, at the same time of day, and how many would then fit."""

    days_later: int
    people: int


def list_broken(market: Market, request: Request, now: datetime) -> dict[str, tuple[Rule, ...]]:
    """Per volunteer with the kind of help every rule (1 to 7 and 9) that does not hold; () for who fits."""
    now = as_utc("now", now)
    return {
        volunteer.id: tuple(refused_by_person(market, volunteer, request, now))
        for volunteer in market.volunteers.values()
        if request.skill in volunteer.skills
    }


def count_obstacles(broken: Iterable[tuple[Rule, ...]]) -> tuple[Obstacle, ...]:
    """Every rule that forbids anybody, in the order in which an escalation looks for its reason."""
    people: Counter[Rule] = Counter()
    alone: Counter[Rule] = Counter()
    for rules in broken:
        people.update(rules)
        if len(rules) == 1:
            alone.update(rules)
    return tuple(Obstacle(rule, people[rule], alone[rule]) for rule, _ in CHECKS if people[rule])


def list_reliefs(market: Market, request: Request, now: datetime, broken: Broken) -> tuple[Relief, ...]:
    """What each thing that gives way would do, in the order of `Relax` and then the least first.

    Amounts in km, minutes, years and counts are cumulative: whom 2 km more wins, 3 km more wins as well. Codes
    (a qualification, a language) are counted each by itself.
    """
    now = as_utc("now", now)
    amounts: defaultdict[Relax, list[Amount]] = defaultdict(list)
    for volunteer_id, rules in broken.items():
        if len(rules) == 1:
            for miss in list_relaxations(market, market.volunteers[volunteer_id], request, now):
                amounts[miss.relax].append(_rounded(miss.relax, miss.by, request))
    return tuple(relief for relax in Relax for relief in _reliefs(relax, amounts[relax]))


def list_other_days(market: Market, request: Request, now: datetime, broken: Broken) -> tuple[OtherDay, ...]:
    """The days on which somebody would fit for whom only the time is wrong; most people first, then soonest."""
    now = as_utc("now", now)
    people = [market.volunteers[v] for v, rules in broken.items() if rules == (Rule.TIME,)]
    found = []
    for days in range(1, DAYS_OF_WEEK):
        moved = move_days(request, days)
        able = sum(longest_overlap(volunteer, moved, now) >= request.minutes * MINUTE for volunteer in people)
        if able:
            found.append(OtherDay(days, able))
    return tuple(sorted(found, key=lambda day: (-day.people, day.days_later)))


def move_days(request: Request, days: int) -> Request:
    """The request so many days later, at the same time on the local clock."""
    return replace(
        request,
        windows=tuple(_moved_window(window, days) for window in request.windows),
        weekly=tuple(
            WeeklySlot((slot.weekday + days) % DAYS_OF_WEEK, slot.start_minute, slot.end_minute)
            for slot in request.weekly
        ),
    )


def _moved_window(window: Window, days: int) -> Window:
    start_at = window.start_at.astimezone(LOCAL) + timedelta(days=days)  # on the wall clock, whatever a day lasts
    return Window(start_at, as_utc("start_at", start_at) + (window.end_at - window.start_at))


def _rounded(relax: Relax, by: Amount, request: Request) -> Amount:
    step = _STEPS.get(relax)
    if step is None or not isinstance(by, float | int):
        return by
    up = ceil(by / step) * step
    # Help that lasts no time is none.
    return by if relax is Relax.MINUTES and up >= request.minutes else up


def _reliefs(relax: Relax, amounts: list[Amount]) -> Iterator[Relief]:
    if relax in (Relax.QUALIFICATION, Relax.LANGUAGE):
        counted = Counter(str(code) for code in amounts)
        yield from (Relief(relax, code, people) for code, people in sorted(counted.items()))
        return
    ordered: list[Any] = sorted(amounts)  # numbers or instants, never both
    yield from (Relief(relax, by, bisect_right(ordered, by)) for by in dict.fromkeys(ordered))
