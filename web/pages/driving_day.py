"""One driver's day: each drive with its passenger, the stops in their order, and what it brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import trips
from marketplace.errors import NotFound
from marketplace.models import DriverDay, DriveResult, Promise, PromiseStatus, ReturnMode, RideLeg
from marketplace.permissions import Actor
from marketplace.queries import own_drives
from marketplace.queries import rides as queries
from marketplace.queries.own_drives import PromisedRow
from marketplace.trips import Stop
from marketplace.two_sides import CONTACT
from marketplace.visibility import Situation, show_helper, situation_in_promise
from web import dates
from web.labels.requests import StatusTag, by_words, people_words, sentence_case
from web.labels.rides import NEEDS, euros
from web.pages.riding import shown_stop

RESULTS: Final = (
    ("gereden", "Gereden"),
    ("niet-thuis", "Niet thuis"),
    ("niet-mee", "Wilde niet mee"),
    ("niet-gereden", "Niet gereden"),
)
_TAGS: Final = {
    PromiseStatus.PROPOSED: StatusTag("Zegt u ja?", "attention"),
    PromiseStatus.ACCEPTED: StatusTag("U zei ja", "good"),
}
_RESULT_TAGS: Final = {
    DriveResult.DRIVEN: StatusTag("Gereden", "good"),
    DriveResult.NOT_AT_HOME: StatusTag("Niet thuis", "neutral"),
    DriveResult.TURNED_DOWN: StatusTag("Wilde niet mee", "neutral"),
    DriveResult.NOT_DRIVEN: StatusTag("Niet gereden", "neutral"),
}


@dataclass(frozen=True)
class DriveLine:
    """A drive: with whom, from where to where, and what can be said about it now."""

    title: str
    status: StatusTag
    facts: tuple[tuple[str, str], ...]
    decline_id: str = ""
    decline_words: str = ""
    result_words: str = ""
    result_id: str = ""
    result: str = ""
    error: str = ""
    parking: str = ""
    parking_error: str = ""


@dataclass(frozen=True)
class StopLine:
    """One stop of the day, in large type on paper."""

    when: str
    what: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class DayPage:
    """``base`` is the address of the page itself, of which all that can be done is a part."""

    title: str
    lead: str
    base: str
    drives: tuple[DriveLine, ...]
    stops: tuple[StopLine, ...]
    sums: str
    may_accept: bool
    accept_words: str
    until: str
    sheet_href: str
    back: str
    errors: Mapping[str, str] = field(default_factory=dict)
    results: tuple[tuple[str, str], ...] = RESULTS


@dataclass(frozen=True)
class SheetPage:
    """The same on paper."""

    title: str
    stops: tuple[StopLine, ...]
    sums: str
    back: str


def own_day(session: Session, driver_day_id: UUID, actor: Actor) -> DriverDay:
    """A day of this driver; anybody else's looks as if it were not there."""
    day = queries.get_driver_day(session, driver_day_id)
    if day.person_id != actor.person_id:
        raise NotFound(f"driver day {driver_day_id}")
    return day


def read_day_page(
    session: Session,
    driver_day_id: UUID,
    *,
    actor: Actor,
    base: str,
    is_linked: bool,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> DayPage:
    """One day. Raises NotFound for anybody but its driver."""
    day = own_day(session, driver_day_id, actor)
    rows = own_drives.list_promised(session, day.id)
    asked = [row.promise for row in rows if row.promise.status is PromiseStatus.PROPOSED]
    is_open = bool(asked) and any(promise.answer_by > now for promise in asked)
    return DayPage(
        title=f"Uw ritten op {dates.day(day.day, today=dates.day_of(now))}",
        lead=_lead(rows, asked, is_open=is_open),
        base=base,
        drives=tuple(
            _drive(row, number, now, typed=typed or {}, errors=errors or {}) for number, row in enumerate(rows, start=1)
        ),
        stops=_stops(day, rows, now),
        sums=_sums(day),
        may_accept=is_open,
        accept_words="Ja, ik rijd deze dag" if len(rows) > 1 else "Ja, ik rijd",
        until=f"Zeg het vóór {by_words(max(one.answer_by for one in asked), now=now)}." if is_open else "",
        sheet_href=f"{base}/blad" if rows and not asked else "",
        back="" if is_linked else "/mijn/rijden",
        errors=errors or {},
    )


def read_sheet(session: Session, driver_day_id: UUID, *, actor: Actor, base: str, now: datetime) -> SheetPage | None:
    """The day on paper; None before everything was agreed: an address is for who said yes."""
    day = own_day(session, driver_day_id, actor)
    rows = own_drives.list_promised(session, day.id)
    if not rows or any(row.promise.status is PromiseStatus.PROPOSED for row in rows):
        return None
    title = sentence_case(dates.day(day.day, today=dates.day_of(now)))
    return SheetPage(title, _stops(day, rows, now), _sums(day), base)


def _lead(rows: Sequence[PromisedRow], asked: Sequence[Promise], *, is_open: bool) -> str:
    if not rows:
        return ""
    if asked and is_open:
        count = len(asked)
        drives = "deze rit" if count == 1 else f"deze {count} ritten"
        return f"Wilt u {drives} rijden? Zegt u ja, dan ziet u ook het adres."
    if asked:
        return "De tijd om te antwoorden is voorbij. Wij vragen iemand anders. Dank u wel."
    is_told = all(row.promise.status is PromiseStatus.DONE for row in rows)
    return "Dank u wel dat u reed." if is_told else "Fijn. Alles staat klaar."


def _drive(
    row: PromisedRow, number: int, now: datetime, *, typed: Mapping[str, str], errors: Mapping[str, str]
) -> DriveLine:
    promise = row.promise
    is_mine = promise.status is not PromiseStatus.PROPOSED
    told = _RESULT_TAGS[promise.result] if promise.result is not None else None
    has_begun = promise.pickup_at <= now
    who = f"{row.passenger.first_name}, {dates.clock_time(promise.pickup_at)}"
    may_tell = has_begun and is_mine and told is None
    may_decline = not has_begun and promise.status in _TAGS
    return DriveLine(
        title=f"{dates.clock_time(promise.pickup_at)}: {row.passenger.first_name}",
        status=told or _TAGS[promise.status],
        facts=tuple(_facts(row, _stand(row, now))),
        decline_id=str(promise.id) if may_decline else "",
        decline_words=f"{'Ik kan toch niet' if is_mine else 'Deze niet'}: {who}",
        result_words=f"Bewaar dit van {who}",
        result_id=str(promise.id) if may_tell else "",
        result=typed.get(f"result_{number}", "gereden"),
        error=errors.get(f"result_{number}", ""),
        parking=typed.get(f"parking_{number}", ""),
        parking_error=errors.get(f"parking_{number}", ""),
    )


def _stand(row: PromisedRow, now: datetime) -> Situation:
    return situation_in_promise(row.promise, now=now, policy=CONTACT)


def _facts(row: PromisedRow, situation: Situation) -> list[tuple[str, str]]:
    ride = row.ride
    ends = [Stop.from_json(ride.origin), Stop.from_json(ride.destination)]
    if row.promise.leg is RideLeg.RETURN:
        ends.reverse()
    lines = [("Van", shown_stop(ends[0], situation)), ("Naar", shown_stop(ends[1], situation))]
    if ride.return_mode is ReturnMode.WAIT:
        lines.append(("Daarna", f"U wacht {dates.duration(ride.wait_minutes)} en rijdt terug"))
    if along := _along(row):
        lines.append(("Mee", along))
    shown = show_helper(row.passenger, situation)
    lines += [("Bellen", shown.telephone)] if shown.telephone else []
    lines += [("Mailen", shown.email)] if shown.email else []
    if ride.remark and situation is Situation.CONFIRMED:
        lines.append(("Let op", ride.remark))
    return lines


def _along(row: PromisedRow) -> str:
    parts = [people_words(row.ride.persons - 1)] if row.ride.persons > 1 else []
    parts += [NEEDS[need].lower() for need in row.ride.needs]
    parts += ["hulp bij het instappen"] if row.ride.needs_help else []
    return sentence_case(", ".join(parts))


def _stops(day: DriverDay, rows: Sequence[PromisedRow], now: datetime) -> tuple[StopLine, ...]:
    """The day in its order; nothing of it before everything was agreed."""
    if any(row.promise.status is PromiseStatus.PROPOSED for row in rows):
        return ()
    by_ride = {str(row.ride.id): row for row in rows}
    lines = []
    for duty in day.duties:
        known = [stop for stop in duty["stops"] if stop["ride"] in by_ride]
        if not known:
            continue
        lines.append(StopLine(_clock(day, duty["leave_home"]), "U vertrekt van huis"))
        lines += [_stop(day, stop, by_ride[stop["ride"]], now) for stop in known]
        lines.append(StopLine(_clock(day, duty["back_home"]), "U bent weer thuis"))
    return tuple(lines)


def _stop(day: DriverDay, stop: Mapping[str, Any], row: PromisedRow, now: datetime) -> StopLine:
    is_back = stop["kind"].startswith("return_")
    is_board = stop["kind"].endswith("pickup")
    at_origin = is_board != is_back
    place = Stop.from_json(row.ride.origin if at_origin else row.ride.destination)
    situation = _stand(row, now)
    shown = show_helper(row.passenger, situation)
    more = [shown_stop(place, situation)]
    if is_board:
        more += [f"Telefoon {shown.telephone}"] if shown.telephone else []
        more += [f"Mee: {along.lower()}" for along in [_along(row)] if along]
        more += [f"Let op: {row.ride.remark}"] if row.ride.remark and situation is Situation.CONFIRMED else []
    # The driver may be early and wait: who is fetched was told when they get in.
    minute = stop["depart"] - trips.board_min(row.ride.needs_help) if is_board else stop["arrive"]
    return StopLine(
        _clock(day, minute), f"{row.passenger.first_name} {'stapt in' if is_board else 'stapt uit'}", tuple(more)
    )


def _clock(day: DriverDay, minute: int) -> str:
    return dates.clock_time(trips.from_minutes(day.day, minute)).removesuffix(" uur")


def _sums(day: DriverDay) -> str:
    metres = sum(int(duty["metres"]) for duty in day.duties)
    return f"Samen ongeveer {dates.kilometres(metres / 1000)}, van huis en weer terug." if metres else ""


def cost_words(cents: int, parking_cents: int) -> str:
    """``€ 6,30 en € 2,00 parkeren``."""
    return f"{euros(cents)} en {euros(parking_cents)} parkeren" if parking_cents else euros(cents)
