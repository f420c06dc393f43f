"""Garden days: gardens near each other for a group, planning one, whose garden it is, who leads it, and its sheets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from marketplace.models import GardenDay, GardenDayStatus, GardenStatus, Origin
from marketplace.permissions import Actor
from marketplace.queries import garden_days as queries
from marketplace.queries import organisations, people
from marketplace.queries.garden_days import GardenRow, OpenGarden
from marketplace.together.garden_days import GARDEN_DAYS, bundle, list_suiting_days
from marketplace.two_sides import CONTACT
from marketplace.visibility import show_asker, situation_in_match
from matching.bundling import Bundle
from web import dates
from web.labels import together as words
from web.labels.requests import StatusTag
from web.labels.rules import lower_first, upper_first
from web.pages.social_map import MAP

PUBLIC: Final = f"{MAP}/tuindagen"
OWN: Final = "/mijn/tuindagen"
WORK: Final = "/werk/tuindagen"
SIZES: Final = (3, 6, 10, 20)
HOURS: Final = (2, 4, 6)

Chip = tuple[str, str, bool]
Line = tuple[str, str]


@dataclass(frozen=True)
class BundleCard:
    """Gardens for one day; no place finer than the neighbourhood."""

    title: str
    lines: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class DayLine:
    """A garden day in a list of staff."""

    href: str
    title: str
    line: str
    status: StatusTag


@dataclass(frozen=True)
class BundlesPage:
    """What a group can do, by its size; for staff also the days that are planned."""

    title: str
    sizes: tuple[Chip, ...]
    hours: tuple[Chip, ...]
    cards: tuple[BundleCard, ...]
    left: int
    days: tuple[DayLine, ...] = ()


@dataclass(frozen=True)
class PlanPage:
    """Plan a day for these gardens."""

    title: str
    action: str
    gardens: tuple[tuple[str, str], ...]
    typed: Mapping[str, Any]
    earliest: str
    # For staff: who may lead it; empty where whoever fills this in does.
    leaders: tuple[tuple[str, str, str], ...] = ()
    search: str = ""
    is_staff: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    # The organisations whose people may come: one's own, or for staff every one on the list.
    organisations: tuple[Line, ...] = ()


@dataclass(frozen=True)
class AskedPage:
    """May this group do your garden?"""

    title: str
    sentences: tuple[str, ...]
    action: str
    request_href: str
    may_answer: bool
    status: StatusTag


@dataclass(frozen=True)
class GardenLine:
    """One garden of a day, as who looks may see it."""

    title: str
    where: str
    who: str
    telephone: str
    text: str
    minutes: str
    status: StatusTag
    key: str
    href: str
    is_agreed: bool
    is_asked: bool


@dataclass(frozen=True)
class DayPage:
    """One garden day, for who leads it and for staff."""

    title: str
    status: StatusTag
    facts: tuple[Line, ...]
    gardens: tuple[GardenLine, ...]
    path: str
    may_lead: bool
    may_call_off: bool
    may_report: bool
    sheet: str
    told: str
    is_staff: bool


@dataclass(frozen=True)
class SheetsPage:
    """A sheet of paper for each garden."""

    title: str
    when: str
    gardens: tuple[GardenLine, ...]
    back: str
    missing: str


def read_bundles(
    session: Session, *, municipality_id: UUID, people_count: int, hours: int, is_staff: bool, now: datetime
) -> BundlesPage:
    """Gardens that belong together for so many people and hours."""
    gardens = queries.list_open_gardens(session, municipality_id)
    days_of = list_suiting_days(session, gardens, now=now)
    found = bundle(gardens, people=people_count, minutes_each=hours * 60, days=days_of)
    by_id = {str(one.id): one for one in gardens}
    base = WORK if is_staff else PUBLIC
    days = queries.list_days(session, municipality_id, since=now - timedelta(days=30)) if is_staff else ()
    return BundlesPage(
        title="Tuindagen" if is_staff else "Met een groep tuinen doen",
        sizes=tuple((_size_href(base, one, hours), f"{one} mensen", one == people_count) for one in SIZES),
        hours=tuple((_size_href(base, people_count, one), f"{one} uur", one == hours) for one in HOURS),
        cards=tuple(_bundle_card(one, by_id, base, people_count, dates.day_of(now)) for one in found),
        left=len(gardens) - sum(len(one.gardens) for one in found),
        days=tuple(_day_line(session, day, now) for day in days),
    )


def read_plan_page(
    session: Session,
    request_ids: Sequence[UUID],
    *,
    municipality_id: UUID,
    typed: Mapping[str, Any],
    now: datetime,
    is_staff: bool,
    leaders: tuple[tuple[str, str, str], ...] = (),
    search: str = "",
    errors: Mapping[str, str] | None = None,
    actor: Actor,
) -> PlanPage:
    """The form, with the gardens that are still there."""
    gardens = {one.id: one for one in queries.list_open_gardens(session, municipality_id)}
    there = [gardens[one] for one in request_ids if one in gardens]
    earliest = dates.day_of(now) + timedelta(days=GARDEN_DAYS.notice_days + 1)
    return PlanPage(
        title="Plan een tuindag",
        action=f"{WORK if is_staff else PUBLIC}/nieuw",
        gardens=tuple(
            (str(one.id), f"{one.skill_label}, {one.neighbourhood} ({dates.duration(one.minutes)})") for one in there
        ),
        typed={
            "group_name": "",
            "organisation": "",
            "people": str(GARDEN_DAYS.usual_people),
            "date": "",
            "from": "10:00",
            "until": "14:00",
            "leider": "",
            "leider_zei_ja": "",
            **typed,
            "tuin": [str(one.id) for one in there],
        },
        earliest=earliest.isoformat(),
        leaders=leaders,
        search=search,
        is_staff=is_staff,
        errors=errors or {},
        organisations=_organisations(session, municipality_id, actor, is_staff=is_staff),
    )


def _organisations(session: Session, municipality_id: UUID, actor: Actor, *, is_staff: bool) -> tuple[Line, ...]:
    if is_staff:
        return tuple((str(one.id), one.name) for one in organisations.list_listed(session, municipality_id))
    own = organisations.list_of_person(session, actor.person_id)
    return tuple((str(one.id), one.name) for one, _ in own if one.id in actor.organisations)


def read_asked(session: Session, day: GardenDay, request_id: UUID, *, now: datetime) -> AskedPage:
    """The question to whose garden it is. Raises NotFound."""
    garden = queries.get_garden(session, day.id, request_id)
    leader = people.get_person(session, day.leader_id)
    when = when_of(day, now)
    is_asked = garden.status is GardenStatus.ASKED and day.status is GardenDayStatus.PLANNED and now < day.starts_at
    sentences = {
        GardenStatus.ASKED: (
            f"{day.group_name} komt met ongeveer {day.people} mensen bij u in de buurt: {when}.",
            f"{leader.first_name} leidt de groep. Zegt u ja, dan hoort {leader.first_name} waar uw tuin is.",
            "Zegt u nee? Dan zoeken wij gewoon verder, zoals nu.",
        ),
        GardenStatus.AGREED: (f"U zei ja. {day.group_name} komt {when}.", f"{leader.first_name} leidt de groep."),
        GardenStatus.DECLINED: ("U zei nee. Dat is goed. Wij zoeken verder zoals u vroeg.",),
        GardenStatus.DONE: ("De groep is geweest. Fijn!",),
    }.get(garden.status, ("Deze tuindag gaat voor uw tuin niet door. Wij zoeken verder, zolang uw vraag open staat.",))
    return AskedPage(
        title=f"Mag {day.group_name} uw tuin doen?" if is_asked else f"De tuindag van {day.group_name}",
        sentences=sentences,
        action=f"{OWN}/{day.id}/{request_id}",
        request_href=f"/mijn/vragen/{request_id}",
        may_answer=is_asked,
        status=words.GARDENS[garden.status],
    )


def read_day(session: Session, day: GardenDay, *, is_staff: bool, now: datetime) -> DayPage:
    """One garden day. Staff see kinds and neighbourhoods, and open the case for more; who leads it sees what opened."""
    rows = queries.list_garden_rows(session, day.id)
    leader = people.get_person(session, day.leader_id)
    agreed = sum(row.garden.status is GardenStatus.AGREED for row in rows)
    path = f"{WORK if is_staff else OWN}/{day.id}"
    runs = day.status in (GardenDayStatus.LEADER_ASKED, GardenDayStatus.PLANNED)
    return DayPage(
        title=f"Tuindag met {day.group_name}",
        status=words.GARDEN_DAYS[day.status],
        facts=(
            ("Wanneer", upper_first(when_of(day, now))),
            ("De groep", f"{day.group_name}, ongeveer {day.people} mensen"),
            ("Wie leidt", leader.first_name if is_staff else "U"),
            ("Hoe het begon", _origin(day)),
            *(
                (("Antwoord van bewoners", f"vóór {dates.near_moment(day.answer_by, now=now)}"),)
                if now < day.answer_by
                else ()
            ),
        ),
        gardens=tuple(_garden_line(row, is_staff=is_staff, now=now) for row in rows),
        path=path,
        may_lead=not is_staff and day.status is GardenDayStatus.LEADER_ASKED,
        may_call_off=runs and now < day.ends_at,
        may_report=day.status is GardenDayStatus.PLANNED and now >= day.starts_at and agreed > 0,
        sheet=f"{OWN}/{day.id}/bladen" if not is_staff and agreed and day.status is GardenDayStatus.PLANNED else "",
        told=_told(day, rows, now),
        is_staff=is_staff,
    )


def read_sheets(session: Session, day: GardenDay, *, now: datetime) -> SheetsPage:
    """A sheet for each garden of which both said yes and nobody can object any more."""
    lines = [_garden_line(row, is_staff=False, now=now) for row in queries.list_garden_rows(session, day.id)]
    agreed = [line for line in lines if line.is_agreed]
    shown = tuple(line for line in agreed if line.where)
    waiting = len(agreed) - len(shown)
    missing = {0: "", 1: "Van één tuin volgt het adres nog."}.get(waiting, f"Van {waiting} tuinen volgt het adres nog.")
    return SheetsPage(
        title=f"Bladen voor de tuindag van {dates.day(dates.day_of(day.starts_at))}",
        when=upper_first(when_of(day, now)),
        gardens=shown,
        back=f"{OWN}/{day.id}",
        missing=missing,
    )


@dataclass(frozen=True)
class OwnItem:
    """A line on "Mijn pagina", for `queue` of `_macros/card.html`."""

    href: str
    title: str
    line: str
    status: StatusTag | None = None


def list_own(session: Session, actor: Actor, *, now: datetime) -> tuple[tuple[OwnItem, ...], tuple[OwnItem, ...]]:
    """What waits for somebody, and what stands planned."""
    waits = [
        OwnItem(
            f"{OWN}/{day.id}/{garden.request_id}", f"Mag {day.group_name} uw tuin doen?", upper_first(when_of(day, now))
        )
        for garden, day in queries.list_asked_of(session, actor.person_id)
        if now < day.starts_at
    ]
    planned: list[OwnItem] = []
    for day in queries.list_led_by(session, actor.person_id):
        item = OwnItem(f"{OWN}/{day.id}", f"Tuindag met {day.group_name}", upper_first(when_of(day, now)))
        asks = day.status is GardenDayStatus.LEADER_ASKED or now >= day.ends_at
        (waits if asks else planned).append(item)
    return tuple(waits), tuple(planned)


def own_garden(match_id: UUID, skill_label: str, day: GardenDay, *, now: datetime) -> OwnItem:
    """The day on which a group does somebody's garden, for whose garden it is."""
    return OwnItem(
        f"/koppelingen/{match_id}",
        f"{day.group_name} doet uw tuin: {skill_label}",
        f"{upper_first(when_of(day, now))}.",
    )


# --- in words ------------------------------------------------------------------------------------------------------


def _size_href(base: str, people_count: int, hours: int) -> str:
    return f"{base}?{urlencode({'mensen': people_count, 'uren': hours})}"


def _bundle_card(
    one: Bundle, gardens: Mapping[str, OpenGarden], base: str, people_count: int, today: date
) -> BundleCard:
    found = [gardens[garden.id] for garden in one.gardens]
    where = Counter(garden.neighbourhood for garden in found).most_common()
    kinds = Counter(lower_first(garden.skill_label) for garden in found).most_common()
    first = date.fromordinal(one.days[0]) if one.days else None
    query = urlencode(
        [
            *(("tuin", garden.id) for garden in one.gardens),
            ("mensen", str(people_count)),
            *((("dag", first.isoformat()),) if first else ()),
        ]
    )
    return BundleCard(
        title=f"{len(found)} tuinen in {words.and_words([name for name, _ in where])}",
        lines=(
            f"Samen ongeveer {dates.duration(_half_hours(one.minutes))} werk voor één persoon.",
            f"Vlak bij elkaar: hoogstens {_minutes_on_foot(one.walk_km)} lopen.",
            upper_first(", ".join(f"{count} keer {kind}" for kind, count in kinds)) + ".",
            *((_suits(one.days, first, today),) if one.days and first else ()),
        ),
        href=f"{base}/nieuw?{query}",
    )


def _suits(days: tuple[int, ...], first: date, today: date) -> str:
    """Which day is good for all of them."""
    if len(days) == 1:
        return f"Iedereen kan op {dates.day(first, today=today)}."
    return f"Iedereen kan op {len(days)} dagen. De eerste is {dates.day(first, today=today)}."


def _minutes_on_foot(km: float) -> str:
    return f"{max(5, round(km / 4.5 * 60 / 5) * 5)} minuten"


def _half_hours(minutes: int) -> int:
    return max(30, round(minutes / 30) * 30)


def _day_line(session: Session, day: GardenDay, now: datetime) -> DayLine:
    counts = queries.count_gardens(session, day.id)
    agreed = counts.get(GardenStatus.AGREED, 0) + counts.get(GardenStatus.DONE, 0)
    return DayLine(
        href=f"{WORK}/{day.id}",
        title=day.group_name,
        line=f"{upper_first(when_of(day, now))}; {agreed} van {sum(counts.values())} tuinen",
        status=words.GARDEN_DAYS[day.status],
    )


def when_of(day: GardenDay, now: datetime) -> str:
    """``zaterdag 5 december, 10.00 tot 14.00 uur``."""
    return dates.window(day.starts_at, day.ends_at, today=dates.day_of(now))


def _origin(day: GardenDay) -> str:
    own = day.origin is Origin.APPLICATION
    return "De groep bood zichzelf aan" if own else "Een medewerker bracht de groep en de tuinen bij elkaar"


def _told(day: GardenDay, rows: Sequence[GardenRow], now: datetime) -> str:
    if day.status is GardenDayStatus.LEADER_ASKED:
        return "Wij vragen de bewoners zodra de leider ja zegt."
    if day.status is GardenDayStatus.PLANNED and now < day.answer_by:
        asked = sum(row.garden.status is GardenStatus.ASKED for row in rows)
        return f"Nog {asked} bewoners kunnen antwoorden." if asked != 1 else "Nog één bewoner kan antwoorden."
    if day.status is GardenDayStatus.PLANNED and now >= day.ends_at:
        return "Hoe ging het? Zeg welke tuinen klaar zijn."
    return ""


def _garden_line(row: GardenRow, *, is_staff: bool, now: datetime) -> GardenLine:
    shown = None
    if not is_staff and row.match is not None:
        shown = show_asker(row.requester, row.request, situation_in_match(row.match, now=now, policy=CONTACT))
    is_agreed = row.garden.status is GardenStatus.AGREED
    return GardenLine(
        title=f"{row.skill_label}, {row.request.neighbourhood}",
        where=shown.help_address if shown else "",
        who=shown.first_name if shown else "",
        telephone=shown.telephone if shown else "",
        text=row.request.text if not is_staff else "",
        minutes=dates.duration(row.request.minutes),
        status=words.GARDENS[row.garden.status],
        key=str(row.request.id),
        href=f"/werk/{row.request.id}" if is_staff else "",
        is_agreed=is_agreed,
        is_asked=row.garden.status is GardenStatus.ASKED,
    )
