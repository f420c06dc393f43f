"""Whom one may ask: every hard rule, once, with a code for each refusal.

`CHECKS` is the whole list, in the order in which an escalation looks for its reason. The rules about the request
as a whole (is it open, is there a slot, is it a decent hour) come apart: they say nothing about a volunteer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from matching.availability import MINUTE, local_minute, longest_overlap
from matching.geography import haversine_km, is_within
from matching.problem import LOCAL, MINUTES_PER_DAY, Market, Request, Volunteer, as_utc


class Rule(StrEnum):
    """What a refusal is about."""

    REQUEST_CLOSED = "request_closed"  # not posted, or cancelled
    HELD = "held"
    NO_FREE_SLOT = "no_free_slot"
    RESPOND_BY_PASSED = "respond_by_passed"
    OUTSIDE_ASKING_HOURS = "outside_asking_hours"
    LEFT = "left"
    SKILL = "skill"
    QUALIFICATION = "qualification"
    DISTANCE = "distance"
    TIME = "time"
    LANGUAGE = "language"
    AGE = "age"
    AVOIDED = "avoided"
    PAUSED = "paused"
    CAPACITY = "capacity"
    WEEKLY_LIMIT = "weekly_limit"
    MATCHED_BEFORE = "matched_before"
    ASKED_BEFORE = "asked_before"
    UNWANTED_KIND = "unwanted_kind"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that forbids asking this volunteer for this request now."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class AskingHours:
    """Between which local times people are asked: from `start_minute` (included) to `end_minute` (not)."""

    start_minute: int = 8 * 60
    end_minute: int = 21 * 60

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_PER_DAY:
            raise ValueError(f"start_minute must come before end_minute, not {self.start_minute}, {self.end_minute}")

    def include(self, now: datetime) -> bool:
        return self.start_minute <= local_minute(now) < self.end_minute


DAYTIME: Final = AskingHours()

Check = Callable[[Market, Volunteer, Request, datetime], bool]


def has_skill(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 1, first half."""
    return request.skill in volunteer.skills


def has_qualifications(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 1, second half: what the skill requires and what the request requires."""
    return market.required(request) <= volunteer.qualifications


def lives_near(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 2."""
    return is_within(distance_km(volunteer, request), volunteer.max_km)


def has_time(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 3."""
    return longest_overlap(volunteer, request, now) >= request.minutes * MINUTE


def shares_language(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 4, first half: only where the request names any."""
    return not request.languages or not request.languages.isdisjoint(volunteer.languages)


def is_old_enough(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 4, second half: reaches the age in the local year of now; an unknown year of birth fails."""
    return request.min_age <= 0 or age_reached(volunteer, now) >= request.min_age


def avoids_nobody(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 5, first part."""
    return request.requester not in volunteer.avoid and volunteer.id not in request.avoid


def is_not_paused(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 5, second part."""
    return volunteer.paused_until is None or now >= volunteer.paused_until


def has_room(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 6."""
    return market.engaged(volunteer.id, now) < volunteer.capacity


def may_be_asked_again_this_week(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 7."""
    return market.asked_lately(volunteer.id, now) < volunteer.max_proposals_per_week


def was_never_matched(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 9, first part: an undone match is never made again."""
    return not market.was_matched((request.id, volunteer.id))


def was_not_asked(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 9, second part."""
    return not market.was_asked((request.id, volunteer.id))


def wants_this_kind(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rule 9, third part: not after "not this kind of task"."""
    return (volunteer.id, request.skill) not in market.unwanted


# Who could ever help with this, as far as the volunteer alone decides it: rules 1 to 4 and avoid.
LASTING: Final[tuple[tuple[Rule, Check], ...]] = (
    (Rule.SKILL, has_skill),
    (Rule.QUALIFICATION, has_qualifications),
    (Rule.DISTANCE, lives_near),
    (Rule.TIME, has_time),
    (Rule.LANGUAGE, shares_language),
    (Rule.AGE, is_old_enough),
    (Rule.AVOIDED, avoids_nobody),
)
PAUSE: Final[tuple[Rule, Check]] = (Rule.PAUSED, is_not_paused)
ROOM: Final[tuple[Rule, Check]] = (Rule.CAPACITY, has_room)
WEEK: Final[tuple[Rule, Check]] = (Rule.WEEKLY_LIMIT, may_be_asked_again_this_week)
ONCE: Final[tuple[tuple[Rule, Check], ...]] = (
    (Rule.MATCHED_BEFORE, was_never_matched),
    (Rule.ASKED_BEFORE, was_not_asked),
    (Rule.UNWANTED_KIND, wants_this_kind),
)
CHECKS: Final[tuple[tuple[Rule, Check], ...]] = (*LASTING, PAUSE, ROOM, WEEK, *ONCE)


def refusals(
    market: Market, volunteer: Volunteer, request: Request, now: datetime, *, hours: AskingHours = DAYTIME
) -> tuple[Refusal, ...]:
    """Every rule that forbids proposing this request to this volunteer now; () where it may be done."""
    now = as_utc("now", now)
    rules = list(_refused_by_request(market, request, now, hours))
    if volunteer.id not in market.volunteers:
        rules.append(Rule.LEFT)
    rules += refused_by_person(market, volunteer, request, now)
    return tuple(Refusal(rule) for rule in rules)


def may_ask(
    market: Market, volunteer: Volunteer, request: Request, now: datetime, *, hours: AskingHours = DAYTIME
) -> bool:
    """Whether this volunteer may be proposed for this request now (rules 1 to 9)."""
    return not refusals(market, volunteer, request, now, hours=hours)


def may_apply(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Whether the offer of a volunteer, made of their own accord, is honoured.

    Rules 1 to 6, their own open proposal for this request not counted; at any hour, held or not, as long as a slot
    is free and respond-by has not passed. A pair that was matched before is refused: whoever has a slot needs no
    second one, and an undone match is never made again.
    """
    now = as_utc("now", now)
    return (
        request.id in market.requests
        and market.free_slots(request) > 0
        and now < request.respond_by
        and still_fits(market, volunteer, request, now)
        and was_never_matched(market, volunteer, request, now)
    )


def still_fits(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rules 1 to 6, the pair's own open proposal not counted."""
    return fits(market, volunteer, request, now) and _engaged_elsewhere(market, volunteer, request, now) < (
        volunteer.capacity
    )


def fits(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rules 1 to 5: everything but how busy the volunteer is and what was asked before."""
    if volunteer.id not in market.volunteers or not is_not_paused(market, volunteer, request, now):
        return False
    return all(holds(market, volunteer, request, now) for _, holds in LASTING)


def could_ever_fit(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> bool:
    """Rules 1 to 4 and avoid; a pause counts only if it doesn't end before respond-by."""
    now = as_utc("now", now)
    is_back = volunteer.paused_until is None or volunteer.paused_until < request.respond_by
    is_back = is_back or is_not_paused(market, volunteer, request, now)
    return is_back and all(holds(market, volunteer, request, now) for _, holds in LASTING)


def refused_by_person(
    market: Market,
    volunteer: Volunteer,
    request: Request,
    now: datetime,
    *,
    checks: tuple[tuple[Rule, Check], ...] = CHECKS,
) -> Iterator[Rule]:
    """Lazily, the rules about this volunteer that do not hold, in the order of `checks`."""
    for rule, holds in checks:
        if not holds(market, volunteer, request, now):
            yield rule


def _refused_by_request(market: Market, request: Request, now: datetime, hours: AskingHours) -> Iterator[Rule]:
    if request.id not in market.requests:
        yield Rule.REQUEST_CLOSED
    if request.id in market.held:
        yield Rule.HELD
    if market.free_slots(request) == 0:
        yield Rule.NO_FREE_SLOT
    if now >= request.respond_by:
        yield Rule.RESPOND_BY_PASSED
    if not hours.include(now):
        yield Rule.OUTSIDE_ASKING_HOURS


def is_asking(market: Market, request: Request, now: datetime) -> bool:
    """Whether proposals for this request may be made at all, the hour of the day apart."""
    return next((r for r in _refused_by_request(market, request, now, AskingHours(0, MINUTES_PER_DAY))), None) is None


def distance_km(volunteer: Volunteer, request: Request) -> float:
    """Kilometres over the great circle from where the volunteer lives to where the help is."""
    return haversine_km(volunteer.lat, volunteer.lon, request.lat, request.lon)


def age_reached(volunteer: Volunteer, now: datetime) -> int:
    """The age reached in the local year of now; 0 where the year of birth is not known."""
    return 0 if volunteer.born is None else now.astimezone(LOCAL).year - volunteer.born


def _engaged_elsewhere(market: Market, volunteer: Volunteer, request: Request, now: datetime) -> int:
    elsewhere = [p for p in market.open_to_volunteer(volunteer.id, now) if p.request != request.id]
    return market.tasks(volunteer.id) + len(elsewhere)
