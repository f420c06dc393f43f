"""The driver's own page: their days, hours, holidays, papers, and what they got."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import trips
from marketplace.models import Driver, DriverDay, Person, Promise, PromiseStatus, QualificationSeen
from marketplace.permissions import Actor
from marketplace.queries import drivers, own_drives, ride_costs
from marketplace.queries.ride_costs import CostLine
from marketplace.rides.driving import missing_papers
from marketplace.rides.money import MoneyPolicy
from marketplace.rides.policies import PAPERS
from marketplace.trips import Stop
from web import dates
from web.forms.driving import hours_field, hours_words
from web.labels.requests import DAYS, YOUR_TURN, StatusTag, all_of, by_words, sentence_case
from web.labels.rides import NEEDS, PAPER_NAMES, euros
from web.labels.rules import lower_first
from web.pages.driving_day import cost_words
from web.pages.my_page import Item
from web.pages.riding import stop_words

HOME: Final = "/mijn/rijden"
_SHOWN_DAYS: Final = 30
_GOES_BACK: Final = timedelta(days=7)
_MONTHS: Final = 12
_DRIVEN: Final = StatusTag("Gereden", "neutral")


@dataclass(frozen=True)
class Named:
    """Words with the value that a button sends."""

    value: str
    words: str


@dataclass(frozen=True)
class Ways:
    """Where what one can do is done: by oneself, or by the ride planner for somebody. Empty: not by this reader."""

    car: str = f"{HOME}/auto"
    day: str = f"{HOME}/dag-anders"
    away: str = f"{HOME}/vrij"
    back: str = f"{HOME}/weer"


@dataclass(frozen=True)
class HomePage:
    """Everything of a driver in one place."""

    days: tuple[Item, ...]
    asks: tuple[Item, ...]
    week: tuple[tuple[str, str], ...]
    other_days: tuple[Named, ...]
    away: tuple[Named, ...]
    months: tuple[Item, ...]
    limit: str
    papers: tuple[tuple[str, str], ...]
    missing: str
    today: str
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    ways: Ways = field(default_factory=Ways)
    title: str = "Ik rijd voor AutoMaatje"


@dataclass(frozen=True)
class CarPage:
    """The car, the hours and where it begins."""

    is_new: bool
    action: str
    back: str
    typed: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    days: tuple[tuple[str, str], ...] = tuple((hours_field(day), sentence_case(name)) for day, name in enumerate(DAYS))
    needs: tuple[tuple[str, str], ...] = tuple((need, NEEDS[need]) for need in trips.NEEDS)
    title: str = "Mijn auto en uren"


@dataclass(frozen=True)
class StatementPage:
    """What one driver got in a month; parking stands apart."""

    title: str
    lead: str
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] | None
    back: str


def read_home(
    session: Session,
    driver: Driver,
    *,
    now: datetime,
    policy: MoneyPolicy,
    ways: Ways | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HomePage:
    """The page of a driver."""
    today = dates.day_of(now)
    papers = drivers.list_papers(session, driver.municipality_id, [driver.person_id]).get(driver.person_id, ())
    missing = [lower_first(PAPER_NAMES[code]) for code in missing_papers(papers, today)]
    costs = lines_of(session, driver, date(today.year - 1, 1, 1), today)
    return HomePage(
        days=_days(session, driver, now),
        asks=_asks(session, driver, now),
        week=_week(session, driver),
        other_days=tuple(
            Named(one.day.isoformat(), _other_day(one.day, one.windows, today))
            for one in drivers.list_day_hours(session, driver.id, from_on=today)
        ),
        away=tuple(
            Named(str(one.id), _away(one.first_on, one.last_on, today))
            for one in drivers.list_away(session, driver.id, from_on=today)
        ),
        months=_months(costs),
        limit=limit_words(costs, today, policy),
        papers=paper_lines(papers, today),
        missing=all_of(missing),
        today=today.isoformat(),
        typed=typed or {},
        errors=errors or {},
        ways=ways or Ways(),
    )


def read_car_page(
    session: Session,
    driver: Driver | None,
    person: Person,
    *,
    action: str = Ways.car,
    back: str = HOME,
    title: str = "Mijn auto en uren",
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> CarPage:
    """The form: as it stands, or for who begins."""
    known: dict[str, Any] = {
        "postcode": person.postcode,
        "street": person.street,
        "house_number": person.house_number,
        "seats": "3",
    }
    if driver is not None:
        pieces: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for piece in drivers.list_hours(session, driver.id):
            pieces[piece.weekday].append((piece.start_minute, piece.end_minute))
        known = {
            **{name: getattr(driver, name) for name in ("postcode", "street", "house_number", "is_standby")},
            "carries": driver.carries,
            "seats": str(driver.seats),
            "max_rides": str(driver.max_rides),
            **{hours_field(day): hours_words(spans) for day, spans in pieces.items()},
        }
    return CarPage(driver is None, action, back, {**known, **(typed or {})}, errors or {}, title=title)


def paper_lines(papers: Sequence[QualificationSeen], today: date) -> tuple[tuple[str, str], ...]:
    """What was seen of each kind, and until when it holds; of a kind the one seen last counts."""
    newest = {paper.code: paper for paper in papers}
    return tuple((PAPER_NAMES[code], _paper(newest.get(code), today)) for code in PAPERS)


def limit_words(costs: Sequence[CostLine], today: date, policy: MoneyPolicy) -> str:
    """The warning where this year's amounts come near what is free of tax, or pass it."""
    cents = sum(line.cents for line in costs if line.day.year == today.year)
    return limit_sentence(cents, policy)


def limit_sentence(cents: int, policy: MoneyPolicy) -> str:
    """Of what a driver got in a year, in whole cents; nothing while that is far from the limit."""
    limit = euros(policy.yearly_limit_cents)
    if cents > policy.yearly_limit_cents:
        return f"Dit jaar is het {euros(cents)}. Dat is meer dan {limit}: daarover kan belasting nodig zijn. Bel ons."
    if cents >= policy.warn_from_share * policy.yearly_limit_cents:
        return f"Dit jaar is het al {euros(cents)}. Tot {limit} is het vrij van belasting."
    return ""


def read_statement(session: Session, driver: Driver, month: date, *, back: str, name: str = "") -> StatementPage:
    """One month of a driver; ``month`` is its first day, ``name`` whose it is where a planner reads it."""
    who = name or "U"
    words = sentence_case(dates.month(month.year, month.month))
    rows = lines_of(session, driver, month, last_of(month))
    cents, parking = sum(row.cents for row in rows), sum(row.parking_cents for row in rows)
    metres = sum(row.metres for row in rows)
    return StatementPage(
        title=f"{name}, {words.lower()}" if name else words,
        lead=f"{who} reed {_drives(len(rows))} en kreeg {cost_words(cents, parking)}." if rows else f"{who} reed niet.",
        rows=tuple(_statement_row(row) for row in rows),
        total=("Samen", "", dates.kilometres(metres / 1000), euros(cents), euros(parking)) if rows else None,
        back=back,
    )


def last_of(month: date) -> date:
    """The last day of the month that begins on this day."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - timedelta(days=1)


def read_month(typed: str) -> date | None:
    """``2026-03`` as its first day; None for anything else."""
    year, _, month = typed.partition("-")
    if not (year.isascii() and year.isdigit() and month.isascii() and month.isdigit() and len(typed) == 7):
        return None
    is_month = 2000 <= int(year) < 2200 and 1 <= int(month) <= 12
    return date(int(year), int(month), 1) if is_month else None


def _days(session: Session, driver: Driver, now: datetime) -> tuple[Item, ...]:
    found = own_drives.list_days(session, driver.id, from_on=dates.day_of(now) - _GOES_BACK, most=_SHOWN_DAYS)
    promises: defaultdict[UUID, list[Promise]] = defaultdict(list)
    for promise in own_drives.list_promises_of_days(session, [day.id for day in found]):
        promises[promise.driver_day_id].append(promise)
    return tuple(_day(day, promises[day.id], now) for day in reversed(found) if promises[day.id])


def _day(day: DriverDay, promises: Sequence[Promise], now: datetime) -> Item:
    first, last = promises[0].pickup_at, max(promise.finish_at for promise in promises)
    is_asked = any(one.status is PromiseStatus.PROPOSED and one.answer_by > now for one in promises)
    is_over = last <= now
    to_tell = is_over and any(one.status is PromiseStatus.ACCEPTED for one in promises)
    status = YOUR_TURN if is_asked else StatusTag("Vertel hoe het ging", "attention") if to_tell else None
    if status is None:
        status = _DRIVEN if is_over else StatusTag("U rijdt", "good")
    return Item(
        href=f"{HOME}/dag/{day.id}",
        title=sentence_case(dates.near_day(day.day, today=dates.day_of(now))),
        line=f"{_drives(len(promises))}, van {dates.clock_time(first)} tot {dates.clock_time(last)}.",
        status=status,
    )


def _asks(session: Session, driver: Driver, now: datetime) -> tuple[Item, ...]:
    return tuple(
        Item(
            href=f"{HOME}/invallen/{ask.id}",
            title=f"Rit naar {_public_place(ride.destination)}",
            line=f"{sentence_case(dates.near_moment(ride.pickup_from_at, now=now))}. "
            f"Antwoord vóór {by_words(ask.answer_by, now=now)}.",
            status=YOUR_TURN,
        )
        for ask, ride in own_drives.list_open_asks(session, driver.id, now)
    )


def _public_place(row: Mapping[str, Any]) -> str:
    stop = Stop.from_json(row)
    return stop_words(stop) if stop.known else stop.name or stop.neighbourhood


def _week(session: Session, driver: Driver) -> tuple[tuple[str, str], ...]:
    pieces: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for piece in drivers.list_hours(session, driver.id):
        pieces[piece.weekday].append((piece.start_minute, piece.end_minute))
    lines = [(sentence_case(DAYS[day]), hours_words(pieces[day])) for day in sorted(pieces)]
    lines.append(("Hoogstens", f"{_drives(driver.max_rides)} op een dag"))
    lines.append(("Invallen", "U mag mij vragen" if driver.is_standby else "Liever niet"))
    return tuple(lines)


def _other_day(day: date, windows: Sequence[Sequence[int]], today: date) -> str:
    words = hours_words((start, end) for start, end in windows)
    return f"{sentence_case(dates.day(day, today=today))} ({words or 'niet'})"


def _away(first: date, last: date | None, today: date) -> str:
    begins = dates.day(first, today=today)
    return f"Vrij van {begins} tot en met {dates.day(last, today=today)}." if last else f"Vrij vanaf {begins}."


def _paper(paper: QualificationSeen | None, today: date) -> str:
    if paper is None:
        return "Nog niet gezien"
    if paper.valid_until is None:
        return f"Gezien op {dates.day(paper.seen_on, today=today)}"
    until = dates.day(paper.valid_until, today=today)
    return f"Niet meer geldig sinds {until}" if paper.valid_until < today else f"Geldig tot en met {until}"


def _months(costs: Sequence[CostLine]) -> tuple[Item, ...]:
    by_month: defaultdict[tuple[int, int], list[CostLine]] = defaultdict(list)
    for line in costs:
        by_month[line.day.year, line.day.month].append(line)
    return tuple(
        Item(
            href=f"{HOME}/overzicht/{year}-{month:02d}",
            title=sentence_case(dates.month(year, month)),
            line=f"{_drives(len(rows))}: "
            f"{cost_words(sum(row.cents for row in rows), sum(row.parking_cents for row in rows))}",
        )
        for (year, month), rows in sorted(by_month.items(), reverse=True)[:_MONTHS]
    )


def _statement_row(line: CostLine) -> tuple[object, ...]:
    """When, with whom and whereto; who pays is the passenger, unless it says otherwise."""
    payer = "" if line.is_passengers else " (wij betalen dit)"
    return (
        sentence_case(dates.day(line.day)),
        f"{line.passenger.first_name}, {line.destination}{payer}",
        dates.kilometres(line.metres / 1000),
        euros(line.cents),
        euros(line.parking_cents) if line.parking_cents else None,
    )


def _drives(count: int) -> str:
    return "1 rit" if count == 1 else f"{count} ritten"


def coming_drives(session: Session, driver: Driver | None, *, now: datetime) -> tuple[Item, ...]:
    """The days that are to be driven or told about, and what one may stand in for; for *Mijn pagina*."""
    if driver is None:
        return ()
    days = [item for item in _days(session, driver, now) if item.status != _DRIVEN]
    return (
        *_asks(session, driver, now),
        *(replace(item, title=f"U rijdt: {lower_first(item.title)}") for item in days),
    )


def lines_of(session: Session, driver: Driver, first: date, last: date) -> list[CostLine]:
    """What one driver drove between two days, both included."""
    return ride_costs.list_lines(
        session, municipality_id=driver.municipality_id, first=first, last=last, driver_id=driver.id
    )


def driver_of(session: Session, actor: Actor, municipality_id: UUID) -> Driver | None:
    """The actor as a driver here; None for who does not drive, or stopped."""
    found = drivers.find_driver_of(session, actor.person_id, municipality_id)
    return found if found is not None and found.left_at is None else None
