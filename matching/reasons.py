"""Why this volunteer; why nobody, and the smallest change that would help. Codes and numbers, no words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from matching.availability import MINUTE, least_shift, longest_overlap
from matching.problem import Market, Request, Volunteer, as_utc
from matching.rules import (
    CHECKS,
    LASTING,
    ONCE,
    PAUSE,
    ROOM,
    WEEK,
    Check,
    Rule,
    age_reached,
    distance_km,
    refused_by_person,
)
from matching.scoring import PairScore


class WhyNobody(StrEnum):
    """The first filter that leaves nobody, in the order in which the filters are applied."""

    NO_SKILL = "no_skill"
    NO_QUALIFICATION = "no_qualification"
    OUT_OF_RANGE = "out_of_range"
    NO_TIME = "no_time"
    NO_LANGUAGE = "no_language"
    MIN_AGE = "min_age"
    AVOIDED = "avoided"
    PAUSED = "paused"
    ALL_BUSY = "all_busy"
    ALL_ASKED = "all_asked"
    NO_ANSWER_IN_TIME = "no_answer_in_time"


class Relax(StrEnum):
    """What could give way, in the order in which it is tried and told."""

    MAX_KM = "max_km"
    MINUTES = "minutes"
    WINDOW = "window"
    QUALIFICATION = "qualification"
    LANGUAGE = "language"
    MIN_AGE = "min_age"
    CAPACITY = "capacity"
    MAX_PROPOSALS_PER_WEEK = "max_proposals_per_week"
    PAUSED_UNTIL = "paused_until"


class Why(StrEnum):
    """What speaks for a volunteer."""

    SKILL = "skill"
    DISTANCE = "distance"
    TIME = "time"
    NEWCOMER = "newcomer"
    NOT_ASKED_LATELY = "not_asked_lately"
    NO_OTHER_TASK = "no_other_task"


Amount = float | int | str | datetime


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A volunteer who would do if one thing gave way: `by` km, minutes, years or a count, a code, or an instant."""

    volunteer: str
    relax: Relax
    by: Amount


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a volunteer: the skill's code, distance in km, time on end in minutes, or None."""

    code: Why
    amount: Amount | None = None


_FILTERS: Final[tuple[tuple[WhyNobody, tuple[Check, ...]], ...]] = (
    *zip(
        (
            WhyNobody.NO_SKILL,
            WhyNobody.NO_QUALIFICATION,
            WhyNobody.OUT_OF_RANGE,
            WhyNobody.NO_TIME,
            WhyNobody.NO_LANGUAGE,
            WhyNobody.MIN_AGE,
            WhyNobody.AVOIDED,
        ),
        ((holds,) for _, holds in LASTING),
        strict=True,
    ),
    (WhyNobody.PAUSED, (PAUSE[1],)),
    (WhyNobody.ALL_BUSY, (ROOM[1],)),
    (WhyNobody.ALL_ASKED, (WEEK[1], *(holds for _, holds in ONCE))),
)


def why_this(
    market: Market,
    volunteer: Volunteer,
    request: Request,
    now: datetime,
    score: PairScore,
    *,
    distance_km: float,
    overlap_min: float,
) -> tuple[Reason, ...]:
    """What speaks for this volunteer, the facts that everybody shares first."""
    found = [
        Reason(Why.SKILL, request.skill),
        Reason(Why.DISTANCE, distance_km),
        Reason(Why.TIME, overlap_min),
    ]
    if score.newcomer > 0:
        found.append(Reason(Why.NEWCOMER))
    if market.asked_lately(volunteer.id, now) == 0:
        found.append(Reason(Why.NOT_ASKED_LATELY))
    if market.engaged(volunteer.id, now) == 0:
        found.append(Reason(Why.NO_OTHER_TASK))
    return tuple(found)


def why_nobody(market: Market, request: Request, now: datetime) -> WhyNobody:
    """The first filter, cumulatively, that leaves no registered volunteer.

    Where somebody who left would have passed them all, or somebody registered does, it is a matter of answers.
    """
    now = as_utc("now", now)
    if any(_first_failure(market, volunteer, request, now) is None for volunteer in market.left.values()):
        return WhyNobody.NO_ANSWER_IN_TIME
    standing = list(market.volunteers.values())
    for reason, checks in _FILTERS:
        standing = [v for v in standing if all(holds(market, v, request, now) for holds in checks)]
        if not standing:
            return reason
    return WhyNobody.NO_ANSWER_IN_TIME


def _first_failure(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> WhyNobody | None:
    for reason, checks in _FILTERS:
        if not all(holds(market, volunteer, request, now) for holds in checks):
            return reason
    return None


def nearest(market: Market, request: Request, now: datetime, *, limit: int = 3) -> tuple[NearMiss, ...]:
    """At most `limit` volunteers for whom relaxing exactly one rule makes rules 1 to 7 and 9 hold.

    Each with the first possible relaxation in the order of `Relax`; sorted by that order, then `by`, then id.
    """
    now = as_utc("now", now)
    misses = [miss for v in market.volunteers.values() if (miss := near_miss(market, v, request, now)) is not None]
    misses.sort(key=_nearness)
    return tuple(misses[:limit])


def near_miss(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> NearMiss | None:
    """What one relaxation would make this volunteer fit; None where none would, or none is needed."""
    return next(list_relaxations(market, volunteer, request, now), None)


def list_relaxations(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Iterator[NearMiss]:
    """Every relaxation that by itself would make this volunteer fit, in the order of `Relax`."""
    broken = list(islice(refused_by_person(market, volunteer, request, now, checks=_CHEAP), 2))
    if len(broken) > 1 or not _RELAXATIONS.keys() >= set(broken):
        return  # two broken rules can't be mended by one, and some are never given away
    broken += refused_by_person(market, volunteer, request, now, checks=_COSTLY)
    if len(broken) == 1:
        for relax, by in _RELAXATIONS[broken[0]](market, volunteer, request, now):
            yield NearMiss(volunteer.id, relax, by)


# Comparing calendars takes longer than all other rules together, and most people fail one of those.
_CHEAP: Final = tuple(check for check in CHECKS if check[0] is not Rule.TIME)
_COSTLY: Final = tuple(check for check in CHECKS if check[0] is Rule.TIME)
_ORDER: Final = {relax: place for place, relax in enumerate(Relax)}


def _nearness(miss: NearMiss) -> tuple[int, object, str]:
    return _ORDER[miss.relax], miss.by, miss.volunteer


Relaxed = Iterator[tuple[Relax, Amount]]
Relaxation = Callable[[Market, Volunteer, Request, datetime], Relaxed]


def _travel_further(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    yield Relax.MAX_KM, distance_km(volunteer, request) - volunteer.max_km


def _other_time(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    possible = longest_overlap(volunteer, request, now) // MINUTE
    if possible >= 1:
        yield Relax.MINUTES, request.minutes - possible
    shift = least_shift(volunteer, request, now)
    if shift is not None:
        yield Relax.WINDOW, shift


def _one_qualification_less(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    missing = market.required(request) - volunteer.qualifications
    if len(missing) == 1:
        yield Relax.QUALIFICATION, next(iter(missing))


def _other_language(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    yield Relax.LANGUAGE, min(request.languages)


def _younger(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    yield Relax.MIN_AGE, request.min_age - age_reached(volunteer, now)


def _more_room(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    yield Relax.CAPACITY, market.engaged(volunteer.id, now) - volunteer.capacity + 1


def _asked_more(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    asked = market.asked_lately(volunteer.id, now)
    yield Relax.MAX_PROPOSALS_PER_WEEK, asked - volunteer.max_proposals_per_week + 1


def _back_sooner(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> Relaxed:
    if volunteer.paused_until is not None:
        yield Relax.PAUSED_UNTIL, volunteer.paused_until


_RELAXATIONS: Final[dict[Rule, Relaxation]] = {
    Rule.DISTANCE: _travel_further,
    Rule.TIME: _other_time,
    Rule.QUALIFICATION: _one_qualification_less,
    Rule.LANGUAGE: _other_language,
    Rule.AGE: _younger,
    Rule.CAPACITY: _more_room,
    Rule.WEEKLY_LIMIT: _asked_more,
    Rule.PAUSED: _back_sooner,
}
