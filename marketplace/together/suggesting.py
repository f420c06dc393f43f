"""What goes on nearby that may do as well as a volunteer: for a request, by its kind, its place and its days. Reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from marketplace.models import ActivityKind, HelpRequest
from marketplace.policies import AMSTERDAM
from marketplace.queries import requests, social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.timetables import Sitting, next_sitting
from matching.geography import haversine_km

WITHIN_DAYS: Final = 14
NEAR_KM: Final = 6.0
AT_MOST: Final = 3
# For which kinds of help going somewhere may do: the best kind of activity first. What is not listed needs somebody.
FITTING: Final = {
    "company.coffee": (ActivityKind.OPEN_HOUSE, ActivityKind.COFFEE, ActivityKind.MEAL, ActivityKind.GAMES),
    "company.games": (ActivityKind.GAMES, ActivityKind.OPEN_HOUSE, ActivityKind.CREATIVE),
    "company.walking": (ActivityKind.MOVING, ActivityKind.OUTDOORS),
    "company.cycling": (ActivityKind.MOVING, ActivityKind.OUTDOORS),
    "company.sport": (ActivityKind.MOVING,),
    "company.culture": (ActivityKind.MUSIC, ActivityKind.CREATIVE, ActivityKind.OPEN_HOUSE),
    "company.language": (ActivityKind.LANGUAGE,),
    "company.phone": (ActivityKind.COFFEE, ActivityKind.OPEN_HOUSE),
    "company.buddy": (ActivityKind.OPEN_HOUSE, ActivityKind.COFFEE),
    "home.cooking": (ActivityKind.MEAL,),
    "home.sewing": (ActivityKind.CREATIVE,),
    "digital.devices": (ActivityKind.DIGITAL,),
    "digital.government": (ActivityKind.DIGITAL,),
    "admin.paperwork": (ActivityKind.DIGITAL,),
}


@dataclass(frozen=True)
class Suggestion:
    """An activity, when it goes on next, and how far from the help; None where it is not known where it is."""

    facts: ActivityFacts
    sitting: Sitting
    distance_km: float | None


def suggest_for(session: Session, request: HelpRequest, *, now: datetime) -> list[Suggestion]:
    """At most three for a request; none where its kind of help needs somebody, or nothing goes on."""
    if request.skill_code not in FITTING:
        return []
    found = social_map.list_activities(session, request.municipality_id)
    days = requests.list_weekdays(session, request.id)
    return suggest(found, request.skill_code, (request.latitude, request.longitude), days, now=now)


def suggest(
    activities: Iterable[ActivityFacts],
    skill_code: str,
    point: tuple[float, float],
    weekdays: frozenset[int],
    *,
    now: datetime,
) -> list[Suggestion]:
    """Those that fit: on a day that was asked for first, then by kind, by whole kilometres, and by when. Pure."""
    kinds = FITTING.get(skill_code, ())
    found = [_look(one, point, now) for one in activities if one.activity.kind in kinds]
    near = [one for one in found if one is not None and (one.distance_km is None or one.distance_km <= NEAR_KM)]

    def rank(one: Suggestion) -> tuple[bool, int, float, datetime, str]:
        is_other_day = bool(weekdays) and one.sitting.starts_at.astimezone(AMSTERDAM).weekday() not in weekdays
        far = NEAR_KM if one.distance_km is None else float(int(one.distance_km))
        kind = kinds.index(one.facts.activity.kind)
        return is_other_day, kind, far, one.sitting.starts_at, str(one.facts.activity.id)

    return sorted(near, key=rank)[:AT_MOST]


def distance_to(facts: ActivityFacts, point: tuple[float, float]) -> float | None:
    """How far a place is; None where it is not known where it is."""
    place = facts.place
    if place.latitude is None or place.longitude is None:
        return None
    return haversine_km(*point, place.latitude, place.longitude)


def _look(facts: ActivityFacts, point: tuple[float, float], now: datetime) -> Suggestion | None:
    sitting = next_sitting(facts.times, now, within_days=WITHIN_DAYS)
    return Suggestion(facts, sitting, distance_to(facts, point)) if sitting else None


def coming(
    activities: Sequence[ActivityFacts], *, now: datetime, within_days: int
) -> list[tuple[Sitting, ActivityFacts]]:
    """What goes on in so many days, each once, the first on top."""
    found = [(next_sitting(one.times, now, within_days=within_days), one) for one in activities]
    return sorted(
        ((sitting, one) for sitting, one in found if sitting is not None),
        key=lambda pair: (pair[0].starts_at, pair[1].activity.title, str(pair[1].activity.id)),
    )
