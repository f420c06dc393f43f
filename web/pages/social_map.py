"""The social map as everybody sees it: what goes on when, each place, each activity, and a week on paper."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.geocoding import neighbourhoods
from marketplace.models import Activity, ActivityLinkKind, HelpRequest, Known, Place
from marketplace.policies import AMSTERDAM, MAP_CHECKS
from marketplace.queries import social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.timetables import Sitting, coming_holidays, list_sittings, next_sitting, weekend_of
from marketplace.together import suggesting
from web import dates
from web.forms.social_map import MapSearch
from web.labels import together as words
from web.labels.requests import StatusTag
from web.labels.rules import upper_first
from web.pages.areas import find_neighbourhood, slug_of

MAP: Final = "/samen"
SHEET: Final = f"{MAP}/weekblad"
WEEK: Final = 7
HOLIDAY_AHEAD: Final = 60
COMING: Final = 4

Chip = tuple[str, str, bool]
Line = tuple[str, str]


@dataclass(frozen=True)
class ActivityCard:
    """For `request_card` of `_macros/card.html`."""

    href: str
    picture: str
    title: str
    neighbourhood: str
    when: str
    sentence: str
    distance: str = ""
    status: StatusTag | None = None


@dataclass(frozen=True)
class DayOfCards:
    """What goes on on one day."""

    title: str
    cards: tuple[ActivityCard, ...]


@dataclass(frozen=True)
class MapPage:
    """What goes on, by day, and the ways to see less or other of it."""

    search: MapSearch
    said: str
    filters: tuple[tuple[str, tuple[Chip, ...]], ...]
    days: tuple[DayOfCards, ...]
    places: tuple[tuple[str, str, str], ...]
    sheet: str
    has_made_up: bool
    title: str = "Wat is er te doen?"


@dataclass(frozen=True)
class PlacePage:
    """One place, and what goes on there."""

    title: str
    about: str
    facts: tuple[Line, ...]
    website: str
    cards: tuple[ActivityCard, ...]
    checked: str
    is_made_up: bool
    staff_href: str


@dataclass(frozen=True)
class ActivityPage:
    """One activity: where, when, what it costs, and the way to somebody who comes along."""

    title: str
    picture: str
    about: str
    place: str
    place_href: str
    facts: tuple[Line, ...]
    coming: tuple[tuple[str, str], ...]
    checked: str
    is_made_up: bool
    # Where one asks for somebody who comes along, and when that would be; empty where nobody could.
    along: str
    along_when: str
    sitting_at: str
    is_known: bool
    staff_href: str


@dataclass(frozen=True)
class AlongPage:
    """Who are you? Then somebody is asked to come along."""

    title: str
    action: str
    what: str
    when: str
    sitting_at: str
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetDay:
    """A day of the week on paper."""

    title: str
    is_lonely: bool
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class SheetPage:
    """A week on one sheet of A4."""

    back: str
    weeks: tuple[Chip, ...]
    areas: tuple[Chip, ...]
    where: str
    days: tuple[SheetDay, ...]
    has_made_up: bool
    title: str


@dataclass(frozen=True)
class Suggested:
    """An activity beside a request."""

    href: str
    title: str
    picture: str
    line: str
    when: str
    activity_id: str
    starts_at: str
    is_made_up: bool


def read_map(
    session: Session, search: MapSearch, *, municipality_id: UUID, municipality: str, now: datetime
) -> MapPage:
    """The coming week, or the days that were chosen; nothing that has ended."""
    found = social_map.list_activities(session, municipality_id)
    places = social_map.list_places(session, municipality_id)
    chosen = find_neighbourhood(search.neighbourhood, municipality)
    first, last = _span(search, dates.day_of(now))
    shown = [one for one in found if _fits(one, search, chosen)]
    days = tuple(_days(shown, first, last, now))
    count = sum(len(day.cards) for day in days)
    return MapPage(
        search=search,
        said=_said(count, search, dates.day_of(now)),
        filters=_filters(search, found, municipality, dates.day_of(now)),
        days=days,
        places=tuple(
            (
                f"{MAP}/plekken/{one.id}",
                one.name,
                _commas(words.PLACE_KINDS[one.kind], one.neighbourhood),
            )
            for one in places
        ),
        sheet=search.href(SHEET) if search.neighbourhood else SHEET,
        has_made_up=any(one.activity.is_made_up or one.place.is_made_up for one in shown),
    )


def read_place(session: Session, place_id: UUID, *, municipality_id: UUID, is_desk: bool, now: datetime) -> PlacePage:
    """One place. Raises NotFound."""
    place = social_map.get_place(session, place_id, municipality_id)
    found = social_map.list_activities(session, municipality_id, place_id=place.id)
    coming = suggesting.coming(found, now=now, within_days=4 * WEEK)
    return PlacePage(
        title=place.name,
        about=place.about,
        facts=_place_facts(place),
        website=place.website,
        cards=tuple(_card(sitting, one, now, with_place=False) for sitting, one in coming),
        checked=_checked(place, now),
        is_made_up=place.is_made_up,
        staff_href=f"/werk/sociale-kaart/{place.id}" if is_desk else "",
    )


def read_activity(
    session: Session, activity_id: UUID, *, municipality_id: UUID, is_known: bool, is_desk: bool, now: datetime
) -> ActivityPage:
    """One activity. Raises NotFound."""
    facts = social_map.get_activity(session, activity_id, municipality_id)
    activity, place, today = facts.activity, facts.place, dates.day_of(now)
    last = today + timedelta(days=8 * WEEK)
    coming = [one for one in list_sittings(facts.times, today, last) if one.ends_at > now][:COMING]
    first = next_sitting(facts.times, now, within_days=8 * WEEK)
    may_ask = first is not None and bool(place.postcode)
    return ActivityPage(
        title=activity.title,
        picture=words.PICTURES[activity.kind],
        about=activity.about,
        place=place.name,
        place_href=f"{MAP}/plekken/{place.id}",
        facts=_activity_facts(facts),
        coming=tuple((upper_first(_when(one, today)), _note(one)) for one in coming),
        checked=_checked(activity, now),
        is_made_up=activity.is_made_up,
        along=f"{MAP}/activiteiten/{activity.id}/mee" if may_ask else "",
        along_when=_when(first, today) if first else "",
        sitting_at=key_of(first) if first else "",
        is_known=is_known,
        staff_href=f"/werk/sociale-kaart/{place.id}/{activity.id}" if is_desk else "",
    )


def make_along(
    facts: ActivityFacts, sitting: Sitting, typed: Mapping[str, str], errors: Mapping[str, str], *, now: datetime
) -> AlongPage:
    """The question who somebody is."""
    return AlongPage(
        title="Wie bent u?",
        action=f"{MAP}/activiteiten/{facts.activity.id}/mee",
        what=f"{facts.activity.title}, {facts.place.name}",
        when=_when(sitting, dates.day_of(now)),
        sitting_at=key_of(sitting),
        typed=typed,
        errors=errors,
    )


def read_sheet(
    session: Session, neighbourhood: str, week: str, *, municipality_id: UUID, municipality: str, now: datetime
) -> SheetPage:
    """A week, this one or the next, of the whole municipality or one neighbourhood."""
    found, today = social_map.list_activities(session, municipality_id), dates.day_of(now)
    chosen = find_neighbourhood(neighbourhood, municipality)
    first = today + timedelta(days=WEEK - today.weekday()) if week == "volgende" else today
    last = first + timedelta(days=WEEK - 1)
    shown = [one for one in found if chosen is None or one.place.neighbourhood == chosen]
    return SheetPage(
        back=MapSearch(neighbourhood=neighbourhood if chosen else "").href(),
        weeks=(
            (MapSearch(neighbourhood=neighbourhood).href(SHEET), "Vanaf vandaag", week != "volgende"),
            (MapSearch(neighbourhood=neighbourhood).href(SHEET, week="volgende"), "Volgende week", week == "volgende"),
        ),
        areas=tuple(
            (MapSearch().href(SHEET, wijk=slug, week=week), name, name == (chosen or f"Heel {municipality}"))
            for slug, name in _areas(found, municipality)
        ),
        where=chosen or municipality,
        days=tuple(_sheet_day(shown, first + timedelta(days=ahead)) for ahead in range(WEEK)),
        has_made_up=any(one.activity.is_made_up for one in shown),
        title=f"Wat is er te doen van {dates.day(first)} tot en met {dates.day(last)}",
    )


def suggest_beside(session: Session, request: HelpRequest, *, now: datetime) -> tuple[Suggested, ...]:
    """What goes on nearby that may do as well; beside the search, never instead of it."""
    if social_map.find_link(session, request.id, ActivityLinkKind.ALONG) is not None:
        return ()
    today = dates.day_of(now)
    return tuple(
        Suggested(
            href=f"{MAP}/activiteiten/{one.facts.activity.id}",
            title=one.facts.activity.title,
            picture=words.PICTURES[one.facts.activity.kind],
            line=_commas(
                one.facts.place.name,
                "" if one.distance_km is None else dates.about_as_far(one.distance_km),
                "gratis" if one.facts.activity.cost_cents == 0 else "",
            ),
            when=upper_first(_when(one.sitting, today)),
            activity_id=str(one.facts.activity.id),
            starts_at=key_of(one.sitting),
            is_made_up=one.facts.activity.is_made_up,
        )
        for one in suggesting.suggest_for(session, request, now=now)
    )


def key_of(sitting: Sitting) -> str:
    """How a button or a link names one time: 2026-03-05T10:00 on the clock of the wall."""
    return f"{sitting.starts_at.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"


# --- what goes on, by day ------------------------------------------------------------------------------------------


def _days(found: Sequence[ActivityFacts], first: date, last: date, now: datetime) -> list[DayOfCards]:
    by_day: defaultdict[date, list[tuple[Sitting, ActivityFacts]]] = defaultdict(list)
    for one in found:
        for sitting in list_sittings(one.times, first, last):
            if sitting.ends_at > now:
                by_day[dates.day_of(sitting.starts_at)].append((sitting, one))
    today = dates.day_of(now)
    days = []
    for day, pairs in sorted(by_day.items()):
        pairs.sort(key=lambda pair: (pair[0], pair[1].activity.title))
        days.append(DayOfCards(_day_title(day, today), tuple(_card(*pair, now, with_day=False) for pair in pairs)))
    return days


def _day_title(day: date, today: date) -> str:
    near, name = dates.near_day(day, today=today), words.holiday_name(day)
    whole = dates.day(day, today=today)
    title = upper_first(f"{near}, {whole}" if near in ("vandaag", "morgen") else whole)
    return f"{title} – {name}" if name else title


def _card(
    sitting: Sitting, one: ActivityFacts, now: datetime, *, with_day: bool = True, with_place: bool = True
) -> ActivityCard:
    activity, place = one.activity, one.place
    hours = _hours(sitting)
    where = _commas(place.name, place.neighbourhood) if with_place else words.ACTIVITY_KINDS[activity.kind]
    return ActivityCard(
        href=f"{MAP}/activiteiten/{activity.id}",
        picture=words.PICTURES[activity.kind],
        title=activity.title,
        neighbourhood=where,
        when=upper_first(_when(sitting, dates.day_of(now))) if with_day else upper_first(hours),
        sentence=activity.about,
        distance=upper_first(words.price_words(activity.cost_cents)) if activity.cost_cents is not None else "",
        status=None if sitting.is_sure else words.UNSURE,
    )


def _when(sitting: Sitting, today: date) -> str:
    return f"{dates.near_day(dates.day_of(sitting.starts_at), today=today)}, {_hours(sitting)}"


def _hours(sitting: Sitting) -> str:
    return f"{dates.clock_time(sitting.starts_at).removesuffix(' uur')} tot {dates.clock_time(sitting.ends_at)}"


def _note(sitting: Sitting) -> str:
    name = words.holiday_name(dates.day_of(sitting.starts_at))
    if not sitting.is_sure:
        return f"{name}: vraag na of het doorgaat"
    return name


# --- filters -------------------------------------------------------------------------------------------------------


def _span(search: MapSearch, today: date) -> tuple[date, date]:
    if search.when == "weekend":
        return weekend_of(today)
    holidays = coming_holidays(today, within_days=HOLIDAY_AHEAD)
    if search.when == "feestdag" and holidays:
        return holidays[0], holidays[-1]
    if search.when in ("vandaag", "morgen"):
        day = today + timedelta(days=search.when == "morgen")
        return day, day
    return today, today + timedelta(days=WEEK - 1)


def _fits(one: ActivityFacts, search: MapSearch, chosen: str | None) -> bool:
    return (
        (chosen is None or one.place.neighbourhood == chosen)
        and (not search.kind or one.activity.kind is words.KIND_SLUGS[search.kind])
        and (not search.wheelchair or one.place.wheelchair is Known.YES)
        and (not search.free or one.activity.cost_cents == 0)
    )


def _filters(
    search: MapSearch, found: Sequence[ActivityFacts], municipality: str, today: date
) -> tuple[tuple[str, tuple[Chip, ...]], ...]:
    holidays = coming_holidays(today, within_days=HOLIDAY_AHEAD)
    whens = [("", "Deze week"), ("vandaag", "Vandaag"), ("morgen", "Morgen"), ("weekend", "Dit weekend")]
    if holidays:
        whens.append(("feestdag", f"Met {words.holiday_name(holidays[0])}"))
    kinds = {one.activity.kind for one in found}
    named = [(slug, words.ACTIVITY_KINDS[kind]) for slug, kind in words.KIND_SLUGS.items() if kind in kinds]
    more = (
        (search.href(rolstoel="" if search.wheelchair else "ja"), "Met een rolstoel", search.wheelchair),
        (search.href(gratis="" if search.free else "ja"), "Gratis", search.free),
    )
    return (
        ("Wanneer?", tuple((search.href(dag=slug), name, slug == search.when) for slug, name in whens)),
        ("Wat?", tuple((search.href(soort=slug), name, slug == search.kind) for slug, name in [("", "Alles"), *named])),
        (
            "Waar?",
            tuple(
                (search.href(wijk=slug), name, slug == search.neighbourhood)
                for slug, name in _areas(found, municipality)
            ),
        ),
        ("Ook belangrijk?", more),
    )


def _areas(found: Sequence[ActivityFacts], municipality: str) -> list[tuple[str, str]]:
    there = {one.place.neighbourhood for one in found}
    named = [(slug_of(name), name) for name in sorted(neighbourhoods(municipality)) if name in there]
    return [("", f"Heel {municipality}"), *named]


def _said(count: int, search: MapSearch, today: date) -> str:
    how_many = {0: "Wij weten van niets", 1: "Eén ding"}.get(count, f"{count} dingen")
    holidays = coming_holidays(today, within_days=HOLIDAY_AHEAD)
    when = {
        "vandaag": "vandaag",
        "morgen": "morgen",
        "weekend": "dit weekend",
        "feestdag": f"met {words.holiday_name(holidays[0])}" if holidays else "deze week",
    }.get(search.when, "deze week")
    return f"{how_many} {when}."


# --- facts ---------------------------------------------------------------------------------------------------------


def _place_facts(place: Place) -> tuple[Line, ...]:
    where = _commas(place.street, place.neighbourhood)
    return (
        ("Wat is het", words.PLACE_KINDS[place.kind]),
        ("Waar", where or upper_first(words.ASK)),
        ("Telefoon", place.telephone or upper_first(words.ASK)),
        ("Met een rolstoel", upper_first(words.known_words(place.wheelchair))),
    )


def _activity_facts(facts: ActivityFacts) -> tuple[Line, ...]:
    activity, place = facts.activity, facts.place
    week = words.week_words(facts.times)
    return (
        ("Wanneer", upper_first("; ".join(week)) if week else "Op losse dagen, zie hieronder"),
        ("Op feestdagen", _holiday_words(activity) if week else ""),
        ("Wat het kost", upper_first(words.price_words(activity.cost_cents))),
        ("Met een rolstoel", upper_first(words.known_words(place.wheelchair))),
        ("Waar", _commas(place.name, place.street, place.neighbourhood)),
    )


def _holiday_words(activity: Activity) -> str:
    said = {Known.YES: "gaat door", Known.NO: "gaat niet door", Known.UNKNOWN: words.ASK}
    return upper_first(said[activity.on_holidays])


def _checked(row: Place | Activity, now: datetime) -> str:
    today = dates.day_of(now)
    if row.checked_on is None:
        return "Wij keken dit nog niet na. Bel even voordat u gaat."
    when = dates.day(row.checked_on, today=today)
    if MAP_CHECKS.is_old(row.checked_on, today):
        return f"Wij keken dit het laatst na op {when}. Dat is lang geleden: bel even voordat u gaat."
    return f"Nagekeken op {when}."


def _sheet_day(found: Sequence[ActivityFacts], day: date) -> SheetDay:
    pairs = sorted(
        ((sitting, one) for one in found for sitting in list_sittings(one.times, day, day)),
        key=lambda pair: (pair[0], pair[1].activity.title),
    )
    name = words.holiday_name(day)
    return SheetDay(
        title=upper_first(dates.day(day)) + (f" – {name}" if name else ""),
        is_lonely=day.weekday() >= 5 or bool(name),
        lines=tuple((_hours(sitting), one.activity.title, _sheet_where(sitting, one)) for sitting, one in pairs),
    )


def _sheet_where(sitting: Sitting, one: ActivityFacts) -> str:
    cost = words.price_words(one.activity.cost_cents) if one.activity.cost_cents is not None else ""
    where = _commas(one.place.name, cost)
    return where if sitting.is_sure else f"{where} (vraag na of het doorgaat)"


def _commas(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
