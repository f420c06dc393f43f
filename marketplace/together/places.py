"""The social map as staff keep it: places, what goes on there, and when that was checked last."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.asks import WeekPiece
from marketplace.errors import InvalidInput, Overtaken
from marketplace.geocoding import Geocoder
from marketplace.geocoding import Place as Point
from marketplace.models import Activity, ActivityDate, ActivityKind, ActivityTime, Known, Municipality, Place, PlaceKind
from marketplace.models.columns import new_id
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import social_map

_FOLDER: Final = Path(__file__).parents[1] / "geo"
MOST_PIECES: Final = 21
MOST_DATES: Final = 60


@dataclass(frozen=True)
class NewPlace:
    """A place as somebody filled it in; ``point`` is None where it is not known where it is."""

    name: str
    kind: PlaceKind
    about: str = ""
    street: str = ""
    point: Point | None = None
    telephone: str = ""
    website: str = ""
    wheelchair: Known = Known.UNKNOWN


@dataclass(frozen=True)
class OtherDay:
    """One day that is otherwise: these minutes, or not at all."""

    day: date
    minutes: tuple[int, int] | None = None


@dataclass(frozen=True)
class NewActivity:
    """An activity as somebody filled it in; ``cost_cents`` None is not known."""

    place_id: UUID
    title: str
    kind: ActivityKind
    about: str = ""
    cost_cents: int | None = None
    on_holidays: Known = Known.UNKNOWN
    weekly: tuple[WeekPiece, ...] = ()
    dated: tuple[OtherDay, ...] = ()
    from_on: date | None = None
    until_on: date | None = None


def read_first_places(slug: str) -> Sequence[Mapping[str, str]]:
    """The places that the project knows of a municipality, as they stand in its file; none for most."""
    path = _FOLDER / f"{slug}_social_map.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def load_first_places(
    session: Session, *, municipality: Municipality, actor: Actor, geocoder: Geocoder, now: datetime
) -> int:
    """Put the places of the file on the map that are not there yet, unchecked. How many. Raises NotAllowed."""
    _require(actor, municipality.id)
    added = 0
    for row in read_first_places(municipality.slug):
        if social_map.find_place_by_code(session, municipality.id, row["code"]) is None:
            point = geocoder.find(row["postcode4"]) if row["postcode4"] else None
            typed = NewPlace(row["name"], PlaceKind(row["kind"]), row["about"], row["street"], point)
            session.add(Place(municipality_id=municipality.id, code=row["code"], source=row["source"], **_facts(typed)))
            added += 1
    session.flush()
    return added


def save_place(
    session: Session,
    typed: NewPlace,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    place_id: UUID | None = None,
    based_on: int = 0,
) -> Place:
    """A new place, or what one is now; saving is checking. Raises NotAllowed, NotFound, InvalidInput, Overtaken."""
    _require(actor, municipality_id)
    _refuse(_place_problems(typed))
    if place_id is None:
        place = Place(id=new_id(), municipality_id=municipality_id, code="", source="eigen opgave", **_facts(typed))
        place.code = place.id.hex
    else:
        place = social_map.get_place(session, place_id, municipality_id)
        _next_version(place, based_on)
        place.sqlmodel_update(_facts(typed))
    _check(place, actor, now)
    session.add(place)
    session.flush()
    return place


def save_activity(
    session: Session,
    typed: NewActivity,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    activity_id: UUID | None = None,
    based_on: int = 0,
) -> Activity:
    """A new activity, or what one is now; saving is checking. Raises NotAllowed, NotFound, InvalidInput, Overtaken."""
    _require(actor, municipality_id)
    _refuse(_activity_problems(typed))
    social_map.get_place(session, typed.place_id, municipality_id)
    facts = {name: value for name, value in vars(typed).items() if name not in ("weekly", "dated")}
    if activity_id is None:
        activity = Activity(municipality_id=municipality_id, **facts)
    else:
        activity = social_map.get_activity(session, activity_id, municipality_id).activity
        _next_version(activity, based_on)
        activity.sqlmodel_update(facts)
    _check(activity, actor, now)
    session.add(activity)
    session.flush()
    for row in (*social_map.list_times(session, activity.id), *social_map.list_dates(session, activity.id)):
        session.delete(row)
    session.flush()
    session.add_all(_rows(activity.id, typed))
    session.flush()
    return activity


def confirm(session: Session, place_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime) -> Place:
    """Somebody asked there: the place and everything that goes on there is right as it stands. Raises NotAllowed."""
    _require(actor, municipality_id)
    place = social_map.get_place(session, place_id, municipality_id)
    rows: list[Place | Activity] = [place, *(facts.activity for facts in _at(session, place))]
    for one in rows:
        _check(one, actor, now)
        session.add(one)
    session.flush()
    return place


def close_place(session: Session, place_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime) -> None:
    """It is no more, and nothing goes on there any more. Raises NotAllowed, NotFound."""
    _require(actor, municipality_id)
    place = social_map.get_place(session, place_id, municipality_id)
    place.closed_at = now
    session.add(place)
    session.flush()


def end_activity(session: Session, activity_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime) -> None:
    """It does not go on any more. Raises NotAllowed, NotFound."""
    _require(actor, municipality_id)
    activity = social_map.get_activity(session, activity_id, municipality_id).activity
    activity.ended_at = now
    session.add(activity)
    session.flush()


def _require(actor: Actor, municipality_id: UUID) -> None:
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))


def _at(session: Session, place: Place) -> Sequence[social_map.ActivityFacts]:
    return social_map.list_activities(session, place.municipality_id, place_id=place.id)


def _facts(typed: NewPlace) -> dict[str, Any]:
    facts = {name: value for name, value in vars(typed).items() if name != "point"}
    point = typed.point
    return facts | {
        "postcode": point.postcode if point else "",
        "neighbourhood": point.neighbourhood if point else "",
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
    }


def _check(row: Place | Activity, actor: Actor, now: datetime) -> None:
    row.checked_on, row.checked_by_id = now.astimezone(AMSTERDAM).date(), actor.person_id


def _next_version(row: Place | Activity, based_on: int) -> None:
    if row.version != based_on:
        raise Overtaken(f"{type(row).__name__} {row.id} changed meanwhile")
    row.version += 1


def _rows(activity_id: UUID, typed: NewActivity) -> Iterator[ActivityTime | ActivityDate]:
    for piece in typed.weekly:
        yield ActivityTime(activity_id=activity_id, **vars(piece))
    for other in typed.dated:
        start, end = other.minutes or (None, None)
        yield ActivityDate(activity_id=activity_id, day=other.day, start_minute=start, end_minute=end)


def _refuse(problems: dict[str, str]) -> None:
    if found := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(found)


def _place_problems(typed: NewPlace) -> dict[str, str]:
    is_link = not typed.website or typed.website.startswith(("https://", "http://"))
    return {
        "name": "" if 0 < len(typed.name) <= 80 else "place_name",
        "about": "" if len(typed.about) <= 300 else "about_long",
        "street": "" if len(typed.street) <= 80 else "street_long",
        "telephone": "" if len(typed.telephone) <= 20 else "telephone_form",
        "website": "" if is_link and len(typed.website) <= 200 else "website_form",
    }


def _activity_problems(typed: NewActivity) -> dict[str, str]:
    pieces = sorted((piece.weekday, piece.start_minute, piece.end_minute) for piece in typed.weekly)
    overlaps = any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(pieces))
    is_backwards = typed.from_on is not None and typed.until_on is not None and typed.until_on < typed.from_on
    days = [other.day for other in typed.dated]
    return {
        "title": "" if 0 < len(typed.title) <= 80 else "activity_title",
        "about": "" if len(typed.about) <= 300 else "about_long",
        "cost": "" if typed.cost_cents is None or 0 <= typed.cost_cents <= 100_000 else "cost_form",
        "weekly": "hours_overlap" if overlaps or len(pieces) > MOST_PIECES else "",
        "dated": "dates_twice" if len(set(days)) != len(days) or len(days) > MOST_DATES else "",
        "until_on": "when_order" if is_backwards else "",
    }
