"""The social map as the desk keeps it: what is old, each place with what goes on there, and the forms."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from marketplace.geocoding import show_postcode
from marketplace.models import ActivityLinkKind, Known, Municipality, Place
from marketplace.policies import MAP_CHECKS
from marketplace.queries import social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.together.places import read_first_places
from web import dates
from web.forms.social_map import hours_field, write_hours
from web.labels import together as words
from web.labels.requests import StatusTag
from web.pages.social_map import MAP, SHEET

WORK: Final = "/werk/sociale-kaart"
NEW: Final = "nieuw"
_KNOWN: Final = ((Known.YES.value, "Ja"), (Known.NO.value, "Nee"), (Known.UNKNOWN.value, "Weet ik niet"))


@dataclass(frozen=True)
class PlaceLine:
    """One place in the list."""

    href: str
    title: str
    line: str
    status: StatusTag | None


@dataclass(frozen=True)
class ListPage:
    """Every place, and how many people went."""

    places: tuple[PlaceLine, ...]
    went: str
    sheet: str
    # How many places of the project's file are not on the map yet; 0 where there is nothing to add.
    first: int
    title: str = "Sociale kaart"


@dataclass(frozen=True)
class PlaceWorkPage:
    """One place to change, and what goes on there."""

    title: str
    path: str
    typed: Mapping[str, Any]
    kinds: tuple[tuple[str, str], ...]
    known: tuple[tuple[str, str], ...]
    activities: tuple[tuple[str, str], ...]
    checked: str
    public: str
    is_new: bool
    source: str
    errors: Mapping[str, str] = field(default_factory=dict)
    told: str = ""


@dataclass(frozen=True)
class ActivityWorkPage:
    """One activity to change."""

    title: str
    path: str
    place: str
    place_href: str
    typed: Mapping[str, Any]
    kinds: tuple[tuple[str, str], ...]
    known: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, str], ...]
    is_new: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    told: str = ""


def read_list(session: Session, municipality: Municipality, *, now: datetime) -> ListPage:
    """What has to be checked first on top."""
    places, today = social_map.list_places(session, municipality.id), dates.day_of(now)
    counts = social_map.count_went(session, municipality.id)
    along = sum(count for (_, kind), count in counts.items() if kind is ActivityLinkKind.ALONG)
    instead = sum(count for (_, kind), count in counts.items() if kind is ActivityLinkKind.INSTEAD)
    codes = {one.code for one in places}
    old = sorted(places, key=lambda one: (not MAP_CHECKS.is_old(one.checked_on, today), one.name))
    return ListPage(
        places=tuple(
            PlaceLine(
                f"{WORK}/{one.id}",
                one.name,
                f"Nagekeken: {dates.day(one.checked_on, today=today)}" if one.checked_on else "Nog nooit nagekeken",
                StatusTag("Nakijken", "attention") if MAP_CHECKS.is_old(one.checked_on, today) else None,
            )
            for one in old
        ),
        went=_went(along, instead),
        sheet=SHEET,
        first=sum(row["code"] not in codes for row in read_first_places(municipality.slug)),
    )


def _went(along: int, instead: int) -> str:
    if not along and not instead:
        return ""
    return (
        f"Zo vaak hielp de kaart: {along} keer vroeg iemand een vrijwilliger om mee te gaan, "
        f"en {instead} keer ging iemand er zelf heen."
    )


def read_place_work(
    session: Session,
    place: Place | None,
    *,
    now: datetime,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    told: str = "",
) -> PlaceWorkPage:
    """The form of a place; None is a new one."""
    found = social_map.list_activities(session, place.municipality_id, place_id=place.id) if place else ()
    today = dates.day_of(now)
    checked = dates.day(place.checked_on, today=today) if place and place.checked_on else ""
    return PlaceWorkPage(
        title=place.name if place else "Een nieuwe plek",
        path=f"{WORK}/{place.id if place else NEW}",
        typed=typed or _place_fields(place),
        kinds=tuple((kind.value, name) for kind, name in words.PLACE_KINDS.items()),
        known=_KNOWN,
        activities=tuple((f"{WORK}/{one.place.id}/{one.activity.id}", one.activity.title) for one in found),
        checked=f"Nagekeken op {checked}." if checked else "Nog nooit nagekeken." if place else "",
        public=f"{MAP}/plekken/{place.id}" if place else "",
        is_new=place is None,
        source=place.source if place else "",
        errors=errors or {},
        told=told,
    )


def read_activity_work(
    place: Place,
    facts: ActivityFacts | None,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    told: str = "",
) -> ActivityWorkPage:
    """The form of an activity; None is a new one."""
    return ActivityWorkPage(
        title=facts.activity.title if facts else "Een nieuwe activiteit",
        path=f"{WORK}/{place.id}/{facts.activity.id if facts else NEW}",
        place=place.name,
        place_href=f"{WORK}/{place.id}",
        typed=typed or _activity_fields(facts),
        kinds=tuple((kind.value, name) for kind, name in words.ACTIVITY_KINDS.items()),
        known=_KNOWN,
        days=tuple(hours_field(weekday) for weekday in range(7)),
        is_new=facts is None,
        errors=errors or {},
        told=told,
    )


def version_of(row: Any) -> str:
    """What a form is based on."""
    return str(row.version) if row is not None else "0"


def _place_fields(place: Place | None) -> dict[str, Any]:
    if place is None:
        return dict.fromkeys(("name", "about", "street", "postcode", "telephone", "website"), "") | {
            "kind": "activity_centre",
            "wheelchair": Known.UNKNOWN.value,
            "based_on": "0",
        }
    return {
        **{name: getattr(place, name) for name in ("name", "about", "street", "telephone", "website")},
        "postcode": show_postcode(place.postcode),
        "kind": place.kind.value,
        "wheelchair": place.wheelchair.value,
        "based_on": version_of(place),
    }


def _activity_fields(facts: ActivityFacts | None) -> dict[str, Any]:
    hours: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for weekday, start, end in facts.times.weekly if facts else ():
        hours[weekday].append((start, end))
    weekly = {f"hours_{weekday}": write_hours(hours[weekday]) for weekday in range(7)}
    if facts is None:
        empty = dict.fromkeys(("title", "about", "cost", "from_on", "until_on", "off", "extra"), "")
        return {**weekly, **empty, "kind": "open_house", "on_holidays": Known.UNKNOWN.value, "based_on": "0"}
    activity, dated = facts.activity, sorted(facts.times.dated.items())
    cents = activity.cost_cents
    return {
        **weekly,
        "title": activity.title,
        "about": activity.about,
        "kind": activity.kind.value,
        "cost": "" if cents is None else f"{cents // 100},{cents % 100:02d}" if cents else "0",
        "on_holidays": activity.on_holidays.value,
        "from_on": activity.from_on.isoformat() if activity.from_on else "",
        "until_on": activity.until_on.isoformat() if activity.until_on else "",
        "off": ", ".join(f"{day:%d-%m-%Y}" for day, minutes in dated if minutes is None),
        "extra": ", ".join(f"{day:%d-%m-%Y} {write_hours([minutes])}" for day, minutes in dated if minutes is not None),
        "based_on": version_of(activity),
    }
