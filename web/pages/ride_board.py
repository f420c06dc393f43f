"""The ride planner's board: a day as a line of time for each driver, what nobody drives beside it, and the map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle import OPEN_RIDES
from marketplace.models import Driver, Promise, PromiseStatus, Ride, RideStatus
from marketplace.queries import ride_board as queries
from marketplace.queries import rides as ride_queries
from marketplace.queries.ride_board import BoardRows
from marketplace.rides.moving import Move
from marketplace.trips import Stop, minutes_since_midnight
from matching.geography import haversine_km
from web import dates
from web.forms.driving import hours_words
from web.labels.requests import StatusTag, sentence_case
from web.labels.rides import NEEDS, planners_status, what_would_help, why_nobody
from web.pages import ride_picture as picture
from web.pages.riding import stop_words

HOME: Final = "/ritten"
NOBODY: Final = "niemand"
_TONES: Final = {PromiseStatus.PROPOSED: "waiting", PromiseStatus.ACCEPTED: "good", PromiseStatus.DONE: "neutral"}
_AHEAD: Final = timedelta(days=14)


@dataclass(frozen=True)
class RideChip:
    """A ride in a driver's list: the way to choose it."""

    href: str
    words: str
    is_on: bool
    ride_id: str = ""


@dataclass(frozen=True)
class Lane:
    """One driver on this day."""

    driver_id: str
    name: str
    facts: str
    href: str
    line: picture.TimeLine
    rides: tuple[RideChip, ...]


@dataclass(frozen=True)
class Waiting:
    """A ride that nobody drives: when and where, why not, and the smallest change that would help."""

    ride_id: str
    href: str
    title: str
    line: str
    why: str
    helps: tuple[str, ...]
    status: StatusTag
    is_on: bool


@dataclass(frozen=True)
class Weighed:
    """What giving the chosen ride to somebody would cost, or why it cannot be."""

    name: str
    driver_id: str
    refusal: str
    helps: tuple[str, ...]
    cost: tuple[str, ...]
    button: str
    is_to_nobody: bool


@dataclass(frozen=True)
class Chosen:
    """The ride that is being moved."""

    ride_id: str
    title: str
    line: str
    href: str
    holder: str
    options: tuple[tuple[str, str], ...]
    chosen_driver: str
    weighed: Weighed | None
    undo_words: str
    can_move: bool


@dataclass(frozen=True)
class BoardPage:
    """A day."""

    title: str
    day: str
    days: tuple[tuple[str, str, bool], ...]
    summary: str
    plan_line: str
    is_past: bool
    scale: picture.Scale
    lanes: tuple[Lane, ...]
    free: tuple[Lane, ...]
    waiting: tuple[Waiting, ...]
    over: tuple[RideChip, ...]
    chosen: Chosen | None
    map: picture.DayMap | None
    home: str = HOME


def board_href(day: date, *, ride: UUID | str = "", driver: UUID | str = "", at: str = "") -> str:
    """Where a day of the board is, perhaps with a ride chosen, and a driver for it."""
    query = urlencode({name: str(value) for name, value in (("rit", ride), ("chauffeur", driver)) if value})
    return f"{HOME}/{day.isoformat()}{f'?{query}' if query else ''}{f'#{at}' if at else ''}"


def read_board(
    session: Session,
    *,
    municipality_id: UUID,
    municipality: str,
    day: date,
    now: datetime,
    ride_id: UUID | None = None,
    driver: str = "",
    weighed: Move | None = None,
) -> BoardPage:
    """A day of the board."""
    rows = queries.read_day(session, municipality_id, day)
    today = dates.day_of(now)
    drives = _by_driver(rows.promises)
    scale = picture.scale_of(_spans(rows, day))
    ride = next((one for one in rows.rides if one.id == ride_id), None)
    on = _driver_on(rows, ride, driver)
    lanes = [_lane(rows, each, drives[each.id], scale, day, ride, now) for each in _drivers_shown(rows, drives)]
    lanes.sort(key=lambda pair: pair[0])
    waiting = [one for one in rows.rides if one.status is RideStatus.ASKED and one.pickup_until_at > now]
    return BoardPage(
        title=f"Ritten van {dates.day(day, today=today)}",
        day=day.isoformat(),
        days=_days(session, municipality_id, day, today),
        summary=_summary(rows, len(waiting)),
        plan_line=_plan_line(rows, now),
        is_past=day < today,
        scale=scale,
        lanes=tuple(lane for _, lane in lanes if lane.rides),
        free=tuple(lane for _, lane in lanes if not lane.rides),
        waiting=tuple(_waiting(rows, one, ride, now) for one in waiting),
        over=tuple(
            RideChip(f"{HOME}/rit/{one.id}", _over_words(rows, one), is_on=False)
            for one in rows.rides
            if one.status not in OPEN_RIDES and one.status is not RideStatus.DONE
        ),
        chosen=_chosen(session, rows, ride, driver, weighed, now) if ride is not None else None,
        map=_map(rows, municipality, on, waiting),
    )


def _by_driver(promises: Sequence[Promise]) -> defaultdict[UUID, list[Promise]]:
    found: defaultdict[UUID, list[Promise]] = defaultdict(list)
    for promise in promises:
        found[promise.driver_id].append(promise)
    return found


def _spans(rows: BoardRows, day: date) -> list[picture.Span]:
    duties = [(d["leave_home"], d["back_home"]) for each in rows.driver_days.values() for d in each.duties]
    return [*duties, *(_minutes(promise, day) for promise in rows.promises)]


def _minutes(promise: Promise, day: date) -> picture.Span:
    return minutes_since_midnight(promise.pickup_at, day), minutes_since_midnight(promise.finish_at, day)


def _drivers_shown(rows: BoardRows, drives: Mapping[UUID, list[Promise]]) -> list[Driver]:
    """Who has time or a ride on this day."""
    return [driver for driver in rows.drivers if driver.id in rows.windows or drives[driver.id]]


def _driver_on(rows: BoardRows, ride: Ride | None, driver: str) -> UUID | None:
    """Whose duty the map shows: the driver who was chosen, else whoever has the chosen ride."""
    named = next((one.id for one in rows.drivers if str(one.id) == driver), None)
    if named is not None or ride is None:
        return named
    return next((promise.driver_id for promise in rows.promises if promise.ride_id == ride.id), None)


def _lane(
    rows: BoardRows,
    driver: Driver,
    promises: Sequence[Promise],
    scale: picture.Scale,
    day: date,
    chosen: Ride | None,
    now: datetime,
) -> tuple[tuple[int, str], Lane]:
    """A lane and where it stands: by when its first ride begins, then by name."""
    rides = {ride.id: ride for ride in rows.rides}
    duties = rows.driver_days[driver.id].duties if driver.id in rows.driver_days else []
    name = rows.names.get(driver.person_id, "")
    shown = [
        picture.Ride(
            promise.ride_id,
            _minutes(promise, day),
            rows.names.get(rides[promise.ride_id].passenger_id, ""),
            _TONES[promise.status],
            board_href(day, ride=promise.ride_id, at="verplaatsen"),
            chosen is not None and chosen.id == promise.ride_id,
        )
        for promise in promises
    ]
    windows = rows.windows.get(driver.id, ())
    hours = f"{hours_words(windows)} uur" if windows else "geen uren op deze dag"
    lane = Lane(
        driver_id=str(driver.id),
        name=name,
        facts=f"{hours} · {_room(driver)}",
        href=f"{HOME}/chauffeurs/{driver.id}",
        line=scale.line(
            windows=windows,
            away=[(duty["leave_home"], duty["back_home"]) for duty in duties] if promises else [],
            rides=shown,
        ),
        rides=tuple(
            RideChip(one.href, f"{_hour(promise.pickup_at)} {one.name}{_mark(promise)}", one.is_on, str(one.id))
            for one, promise in zip(shown, promises, strict=True)
        ),
    )
    first = shown[0].span[0] if shown else windows[0][0] if windows else 0
    return (first, name), lane


def _mark(promise: Promise) -> str:
    """What the colour of the bar says, in words."""
    return " (nog geen ja)" if promise.status is PromiseStatus.PROPOSED else ""


def _room(driver: Driver) -> str:
    seats = f"{driver.seats} {'plaats' if driver.seats == 1 else 'plaatsen'}"
    marks = {"rollator": "rollator", "folding_wheelchair": "rolstoel"}
    return ", ".join([seats, *(marks[need] for need in marks if need in driver.carries)])


def _days(session: Session, municipality_id: UUID, day: date, today: date) -> tuple[tuple[str, str, bool], ...]:
    """The day before and after, today and tomorrow, and days on which somebody waits: as chips."""
    waiting = dict(queries.count_waiting(session, municipality_id, from_on=today))
    near = [one for one in waiting if one <= today + _AHEAD]
    shown = sorted({today, today + timedelta(days=1), day, day - timedelta(days=1), day + timedelta(days=1), *near})
    return tuple((board_href(one), _day_words(one, waiting.get(one, 0), today), one == day) for one in shown)


def _day_words(day: date, waiting: int, today: date) -> str:
    words = sentence_case(dates.near_day(day, today=today))
    return f"{words} ({waiting} open)" if waiting else words


def _summary(rows: BoardRows, waiting: int) -> str:
    standing = [ride for ride in rows.rides if ride.status in OPEN_RIDES or ride.status is RideStatus.DONE]
    agreed = sum(ride.status in (RideStatus.AGREED, RideStatus.DONE) for ride in standing)
    asked = sum(ride.status is RideStatus.PLANNED for ride in standing)
    if not standing:
        return "Op deze dag staat geen rit."
    rides = "1 rit" if len(standing) == 1 else f"{len(standing)} ritten"
    parts = [
        f"{agreed} geregeld",
        f"{asked} {'wacht' if asked == 1 else 'wachten'} op een ja",
        f"{waiting} zonder chauffeur",
    ]
    return f"{rides}: {', '.join(parts)}."


def _plan_line(rows: BoardRows, now: datetime) -> str:
    if rows.plan is None or rows.plan.published_at is None:
        return "Deze dag is nog niet gepland. Dat gebeurt vanzelf, de middag ervoor om vier uur."
    when = dates.near_moment(rows.plan.published_at, now=now)
    best = " Beter kan het niet." if rows.plan.is_proven else ""
    empty = dates.kilometres(rows.plan.objective.get("empty_metres", 0) / 1000)
    return f"Gepland {when}, met {empty} zonder passagier.{best}"


def _waiting(rows: BoardRows, ride: Ride, chosen: Ride | None, now: datetime) -> Waiting:
    escalation: Mapping[str, Any] = ride.escalation or {}
    names = {str(driver.id): rows.names.get(driver.person_id, "") for driver in rows.drivers}
    helps = [
        what_would_help(one, names[one["driver"]]) for one in escalation.get("nearest", ()) if one["driver"] in names
    ]
    status = StatusTag("Bij u", "attention") if ride.owner_id else planners_status(ride.status)
    return Waiting(
        ride_id=str(ride.id),
        href=board_href(ride.day, ride=ride.id, at="verplaatsen"),
        title=f"{_about(ride)} {rows.names.get(ride.passenger_id, '')}",
        line=_where(ride),
        why=why_nobody(str(escalation["reason"])) if escalation else "De planning keek hier nog niet naar.",
        helps=tuple(helps),
        status=status,
        is_on=chosen is not None and chosen.id == ride.id,
    )


def _over_words(rows: BoardRows, ride: Ride) -> str:
    return f"{_about(ride)} {rows.names.get(ride.passenger_id, '')}: {planners_status(ride.status).text.lower()}"


def _chosen(session: Session, rows: BoardRows, ride: Ride, driver: str, weighed: Move | None, now: datetime) -> Chosen:
    holders = [promise.driver_id for promise in rows.promises if promise.ride_id == ride.id]
    holder = " en ".join(dict.fromkeys(rows.driver_name(one) for one in holders))
    last = ride_queries.find_last_move(session, ride.id)
    back_to = rows.driver_name(last.from_driver_id) if last and last.from_driver_id else "niemand"
    return Chosen(
        ride_id=str(ride.id),
        title=f"De rit van {rows.names.get(ride.passenger_id, '')}",
        line=_where(ride),
        href=f"{HOME}/rit/{ride.id}",
        holder=f"{holder} rijdt." if holder else "Nog niemand rijdt.",
        options=_options(rows, ride, bool(holders)),
        chosen_driver=driver,
        weighed=_weighed(rows, driver, weighed) if weighed is not None else None,
        undo_words=f"Maak ongedaan: terug naar {back_to}" if last else "",
        can_move=ride.status in OPEN_RIDES and ride.pickup_until_at > now,
    )


def _options(rows: BoardRows, ride: Ride, has_driver: bool) -> tuple[tuple[str, str], ...]:
    """Every driver, who has time on this day first, then by how far they live from where it begins."""
    origin = Stop.from_json(ride.origin)
    found = []
    for driver in rows.drivers:
        km = haversine_km(driver.latitude, driver.longitude, origin.latitude, origin.longitude)
        has_time = driver.id in rows.windows
        hours = hours_words(rows.windows[driver.id]) if has_time else "geen uren"
        name = rows.names.get(driver.person_id, "")
        words = f"{name} – {dates.kilometres(km)} – {hours}"
        found.append(((not has_time, km, name), (str(driver.id), words)))
    options = tuple(option for _, option in sorted(found))
    return (*options, (NOBODY, "Niemand: terug in de lijst")) if has_driver else options


def _weighed(rows: BoardRows, driver: str, move: Move) -> Weighed:
    is_to_nobody = move.driver_id is None
    name = "niemand" if move.driver_id is None else rows.driver_name(move.driver_id)
    names = {str(one.id): rows.names.get(one.person_id, "") for one in rows.drivers}
    refusal = why_not(move.reason, name) if move.reason else ""
    helps = [what_would_help(one, names[one["driver"]]) for one in move.nearest if one["driver"] in names]
    return Weighed(
        name=name,
        driver_id=driver,
        refusal=refusal,
        helps=tuple(helps),
        cost=() if refusal else tuple(_cost(move, name)),
        button="Haal de rit weg bij deze chauffeur" if is_to_nobody else f"Geef de rit aan {name}",
        is_to_nobody=is_to_nobody,
    )


_WHY_NOT: Final[Mapping[str, str]] = {
    "driver_not_there": "{name} heeft op deze dag geen tijd, of de papieren zijn niet in orde.",
    "ride_is_past": "De tijd van deze rit is voorbij.",
    "another_would_lose": "Dan valt een andere rit van {name} weg.",
    "too_many_persons": "Zoveel mensen passen niet in de auto van {name}.",
    "outside_all_windows": "Op dit tijdstip rijdt {name} niet.",
    "no_time_left": "{name} heeft op dat moment al een andere rit.",
    "avoided": "{name} rijdt niet met deze passagier, of zei al nee.",
}


def why_not(reason: str, name: str) -> str:
    """Why this driver cannot take this ride."""
    if reason in _WHY_NOT:
        return _WHY_NOT[reason].format(name=name)
    if (need := reason.removeprefix("no_driver_with_")) in NEEDS:
        return f"{name} kan geen {NEEDS[need].lower()} meenemen."
    return f"{name} kan deze rit niet rijden."


def _cost(move: Move, name: str) -> list[str]:
    km = dates.kilometres(abs(move.empty_metres) / 1000)
    if abs(move.empty_metres) < 100:
        lines = ["Er wordt evenveel zonder passagier gereden."]
    elif move.empty_metres > 0:
        lines = [f"Er wordt {km} meer zonder passagier gereden."]
    else:
        lines = [f"Er wordt {km} minder zonder passagier gereden."]
    if move.broken:
        who = "1 andere afspraak verandert." if move.broken == 1 else f"{move.broken} andere afspraken veranderen."
        lines.append(f"{who} Wie het aangaat, hoort het.")
    else:
        lines.append("Geen andere afspraak verandert.")
    if move.leave_home is not None and move.back_home is not None:
        lines.append(f"{name} gaat om {_minute(move.leave_home)} weg en is om {_minute(move.back_home)} thuis.")
    lines.append("Deze rit telt daarna als bemiddeld.")
    return lines


def _about(ride: Ride) -> str:
    """When, for a heading: the first minute one may be fetched."""
    return _hour(ride.pickup_from_at)


def _where(ride: Ride) -> str:
    """From and to, never finer than a neighbourhood or a place everybody knows: the address is one click further."""
    origin, destination = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
    ends = [stop_words(one) if one.known else one.neighbourhood for one in (origin, destination)]
    pickup = f"ophalen {_hour(ride.pickup_from_at)} tot {_hour(ride.pickup_until_at)}"
    persons = f", {ride.persons} personen" if ride.persons > 1 else ""
    return f"{ends[0]} → {ends[1]}, {pickup}{persons}"


def _hour(at: datetime) -> str:
    return dates.clock_time(at).removesuffix(" uur")


def _minute(minute: int) -> str:
    return f"{minute // 60}.{minute % 60:02d} uur"


def _map(rows: BoardRows, municipality: str, on: UUID | None, waiting: Sequence[Ride]) -> picture.DayMap | None:
    rides = {str(ride.id): ride for ride in rows.rides}
    drives = []
    for driver in rows.drivers:
        each = rows.driver_days.get(driver.id)
        for duty in each.duties if each else ():
            stops = [_point(rides[stop["ride"]], stop["kind"]) for stop in duty["stops"] if stop["ride"] in rides]
            if stops:
                home = (driver.latitude, driver.longitude)
                name = rows.names.get(driver.person_id, "")
                drives.append(picture.Drive(driver.id, name, (home, *stops, home), driver.id == on))
    places = [(ride.origin["latitude"], ride.origin["longitude"]) for ride in waiting]
    return picture.day_map(municipality, drives, places)


def _point(ride: Ride, kind: str) -> picture.Degrees:
    place = ride.origin if kind in ("pickup", "return_dropoff") else ride.destination
    return place["latitude"], place["longitude"]
