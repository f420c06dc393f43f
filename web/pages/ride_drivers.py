"""Who drives, on the planner's desk: papers and dates, hours and holidays; and what all of them got."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.models import Driver, Person, QualificationSeen
from marketplace.queries import drivers, people, ride_costs
from marketplace.queries import ride_board as queries
from marketplace.queries.ride_costs import CostLine
from marketplace.rides.driving import missing_papers
from marketplace.rides.money import MoneyPolicy
from marketplace.rides.policies import PAPER, PAPERS
from web import dates
from web.labels.requests import StatusTag, all_of, sentence_case
from web.labels.rides import PAPER_NAMES, euros
from web.labels.rules import lower_first
from web.pages.driving import HomePage, Ways, last_of, limit_sentence, read_home
from web.pages.ride_board import HOME
from web.spreadsheets import Sheet

DRIVERS: Final = f"{HOME}/chauffeurs"
MONEY_PAGE: Final = f"{HOME}/geld"
_SHOWN_MONTHS: Final = 6


@dataclass(frozen=True)
class DriverLine:
    """One driver: whether they can be planned."""

    name: str
    href: str
    where: str
    status: StatusTag
    why: str


@dataclass(frozen=True)
class DriversPage:
    """Everybody who drives; who cannot be planned, or soon not, comes first."""

    lines: tuple[DriverLine, ...]
    lead: str
    title: str = "Chauffeurs"


@dataclass(frozen=True)
class DriverPage:
    """One driver with where they live and how to reach them, and what can be typed in for them."""

    title: str
    facts: tuple[tuple[str, str], ...]
    own: HomePage
    paper_options: tuple[tuple[str, str], ...]
    base: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    today: str
    back: str = DRIVERS


@dataclass(frozen=True)
class MoneyPage:
    """A month of everybody."""

    title: str
    months: tuple[tuple[str, str, bool], ...]
    lead: str
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] | None
    warnings: tuple[str, ...]
    downloads: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LinkCell:
    """A cell of a table that leads somewhere."""

    text: str
    href: str


def read_drivers(session: Session, municipality_id: UUID, *, now: datetime) -> DriversPage:
    """Everybody who drives here."""
    today = dates.day_of(now)
    found = queries.list_people_who_drive(session, municipality_id)
    papers = drivers.list_papers(session, municipality_id, [person.id for _, person in found])
    away = drivers.list_away_on(session, [driver.id for driver, _ in found], today)
    lines = [_line(driver, person, papers.get(person.id, ()), driver.id in away, today) for driver, person in found]
    lines.sort(key=lambda line: (line.status.tone != "attention", line.status.tone != "waiting", line.name))
    halted = sum(line.status.tone == "attention" for line in lines)
    lead = f"{len(lines)} chauffeurs. {_halted(halted)}" if lines else ""
    return DriversPage(tuple(lines), lead)


def read_driver(
    session: Session,
    driver: Driver,
    *,
    now: datetime,
    policy: MoneyPolicy,
    sees_home: bool,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> DriverPage:
    """One driver; the caller has logged the look. Who may not see where they live, cannot change it either."""
    person = people.get_person(session, driver.person_id)
    base = f"{DRIVERS}/{driver.id}"
    home = f"{driver.street} {driver.house_number}, {driver.neighbourhood}" if sees_home else driver.neighbourhood
    ways = Ways(
        car=f"{base}/auto" if sees_home else "", day=f"{base}/dag-anders", away=f"{base}/vrij", back=f"{base}/weer"
    )
    return DriverPage(
        title=_name(person),
        facts=(
            ("Telefoon", person.telephone or "niet bekend"),
            ("Mail", person.email or "geen mail"),
            ("Adres" if sees_home else "Wijk", home),
        ),
        own=read_home(session, driver, now=now, policy=policy, ways=ways, typed=typed, errors=errors),
        paper_options=tuple((code, PAPER_NAMES[code]) for code in PAPERS),
        base=base,
        typed=typed or {},
        errors=errors or {},
        today=dates.day_of(now).isoformat(),
    )


def read_money(
    session: Session, municipality_id: UUID, month: date, *, now: datetime, policy: MoneyPolicy
) -> MoneyPage:
    """One month of everybody; ``month`` is its first day."""
    lines = ride_costs.list_lines(session, municipality_id=municipality_id, first=month, last=last_of(month))
    year = ride_costs.list_lines(
        session, municipality_id=municipality_id, first=date(month.year, 1, 1), last=date(month.year, 12, 31)
    )
    names = {one: _name(person) for one, person in drivers.list_names(session, municipality_id).items()}
    in_year: defaultdict[UUID, int] = defaultdict(int)
    for line in year:
        in_year[line.driver_id] += line.cents
    by_driver: defaultdict[UUID, list[CostLine]] = defaultdict(list)
    for line in lines:
        by_driver[line.driver_id].append(line)
    words, slug = dates.month(month.year, month.month), f"{month:%Y-%m}"
    return MoneyPage(
        title=f"Vergoedingen in {words}",
        months=tuple(_months(month, dates.day_of(now))),
        lead="Wat passagiers en wij aan de chauffeurs betaalden. Parkeren staat apart." if lines else "",
        rows=tuple(
            (
                LinkCell(names.get(driver_id, ""), f"{MONEY_PAGE}/{slug}/{driver_id}"),
                len(own),
                *_sums(own),
                euros(in_year[driver_id]),
            )
            for driver_id, own in sorted(by_driver.items(), key=lambda pair: names.get(pair[0], ""))
        ),
        total=("Samen", len(lines), *_sums(lines), "") if lines else None,
        warnings=tuple(
            f"{names.get(driver_id, '')}: {lower_first(limit_sentence(cents, policy))}"
            for driver_id, cents in sorted(in_year.items(), key=lambda pair: -pair[1])
            if limit_sentence(cents, policy)
        ),
        downloads=(
            (f"{MONEY_PAGE}/{slug}/ritten.csv", "Download als CSV"),
            (f"{MONEY_PAGE}/{slug}/ritten.ods", "Download als spreadsheet (ODS)"),
        )
        if lines
        else (),
    )


def sheets_of(session: Session, municipality_id: UUID, month: date) -> tuple[Sheet, Sheet]:
    """What the bookkeeping takes along: every drive, and the sum of each driver. No address, no passenger's name."""
    lines = ride_costs.list_lines(session, municipality_id=municipality_id, first=month, last=last_of(month))
    names = {one: _name(person) for one, person in drivers.list_names(session, municipality_id).items()}
    drives = Sheet(
        "Ritten",
        ("Dag", "Chauffeur", "Van", "Naar", "Kilometers", "Vergoeding", "Parkeren", "Betaald door"),
        tuple(
            (
                line.day,
                names.get(line.driver_id, ""),
                line.origin,
                line.destination,
                _km(line.metres),
                _euros(line.cents),
                _euros(line.parking_cents),
                "passagier" if line.is_passengers else "organisatie",
            )
            for line in lines
        ),
    )
    by_driver: defaultdict[UUID, list[CostLine]] = defaultdict(list)
    for line in lines:
        by_driver[line.driver_id].append(line)
    sums = Sheet(
        "Chauffeurs",
        ("Chauffeur", "Ritten", "Kilometers", "Vergoeding", "Parkeren"),
        tuple(
            (
                names.get(driver_id, ""),
                len(own),
                _km(sum(line.metres for line in own)),
                _euros(sum(line.cents for line in own)),
                _euros(sum(line.parking_cents for line in own)),
            )
            for driver_id, own in sorted(by_driver.items(), key=lambda pair: names.get(pair[0], ""))
        ),
    )
    return drives, sums


def _line(
    driver: Driver, person: Person, papers: Sequence[QualificationSeen], is_away: bool, today: date
) -> DriverLine:
    status, why = _state(papers, is_away, today)
    return DriverLine(_name(person), f"{DRIVERS}/{driver.id}", driver.neighbourhood, status, why)


def _state(papers: Sequence[QualificationSeen], is_away: bool, today: date) -> tuple[StatusTag, str]:
    missing = [lower_first(PAPER_NAMES[code]) for code in missing_papers(papers, today)]
    if missing:
        return StatusTag("Niet inplannen", "attention"), f"Nodig: {all_of(missing)}."
    soon = {paper.code: paper for paper in papers}
    ending = [
        f"{lower_first(PAPER_NAMES[code])} tot en met {dates.day(paper.valid_until, today=today)}"
        for code, paper in soon.items()
        if code in PAPERS and paper.valid_until and paper.valid_until <= today + timedelta(days=PAPER.warn_days)
    ]
    if ending:
        return StatusTag("Loopt af", "waiting"), f"{sentence_case(all_of(ending))}."
    if is_away:
        return StatusTag("Vrij", "neutral"), "Rijdt nu even niet."
    return StatusTag("Kan rijden", "good"), ""


def _halted(count: int) -> str:
    if not count:
        return "Alle papieren zijn in orde."
    return "1 kan niet ingepland worden." if count == 1 else f"{count} kunnen niet ingepland worden."


def _months(month: date, today: date) -> list[tuple[str, str, bool]]:
    """This month and those before, and the one that is shown."""
    shown = [today.replace(day=1)]
    while len(shown) < _SHOWN_MONTHS:
        shown.append((shown[-1] - timedelta(days=1)).replace(day=1))
    shown = sorted({*shown, month}, reverse=True)
    return [
        (f"{MONEY_PAGE}/{one:%Y-%m}", sentence_case(dates.month(one.year, one.month)), one == month) for one in shown
    ]


def _sums(lines: Sequence[CostLine]) -> tuple[str, str, str]:
    metres, cents = sum(line.metres for line in lines), sum(line.cents for line in lines)
    parking = sum(line.parking_cents for line in lines)
    return dates.kilometres(metres / 1000), euros(cents), euros(parking) if parking else "–"


def _km(metres: int) -> Decimal:
    return (Decimal(metres) / 1000).quantize(Decimal("0.01"))


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()
