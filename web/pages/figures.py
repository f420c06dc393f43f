"""The page of figures: the rate beside the 79 %, the fill rate beside it, the months and the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from marketplace.metrics.definitions import (
    NOBODY,
    REFERENCE_SHARE,
    REFERENCE_YEAR,
    UNKNOWN,
    Counts,
    Cut,
    Figures,
    Line,
    Period,
    Row,
    Share,
)
from marketplace.metrics.report import Report
from web import dates
from web.forms.reading import read_day
from web.labels.skills import WORK_AREAS

# Of a line with fewer matches or slots than this the page does not say how many: somebody could be known by it.
FEWEST_SHOWN: Final = 5
TOO_FEW: Final = f"minder dan {FEWEST_SHOWN}"
NOTHING: Final = "–"
MOST_MONTHS: Final = 12

_ROWS: Final = {Row.MARKETPLACE: "Zonder ritten", Row.RIDES: "Ritten", Row.BOTH: "Alles samen"}
_TABLES: Final = {
    Cut.WORK_AREA: ("Per werkgebied", "Werkgebied"),
    Cut.ORIGIN: ("Hoe het begon", "Begin"),
    Cut.NEIGHBOURHOOD: ("Per buurt", "Buurt"),
    Cut.ASKER: ("Wie het vroeg", "Vrager"),
    Cut.CHANNEL: ("Hoe de vraag binnenkwam", "Weg"),
}
_WORDS: Final[Mapping[Cut, Mapping[str, str]]] = {
    Cut.WORK_AREA: WORK_AREAS,
    Cut.ORIGIN: {
        "engine": "Wij vroegen een vrijwilliger",
        "application": "Een vrijwilliger bood zich aan",
        "resident_choice": "De vrager koos een vrijwilliger",
        "coordinator": "Een medewerker vroeg iemand",
        NOBODY: "Nog niemand gevonden",
    },
    Cut.ASKER: {"private": "Inwoner", "organisation": "Organisatie"},
    Cut.CHANNEL: {"web": "Via de site", "telephone": "Per telefoon", "desk": "Aan de balie"},
}
_SHORT_MONTHS: Final = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

_EXAMPLE: Final = "bijvoorbeeld 1-3-2026"
_FIRST_MISSING: Final = f"Vul de eerste dag in, {_EXAMPLE}."
_FIRST_WRONG: Final = f"Vul een eerste dag in die bestaat, {_EXAMPLE}."
_LAST_WRONG: Final = f"Vul een laatste dag in die bestaat, {_EXAMPLE}."
_LAST_EARLY: Final = "De laatste dag ligt voor de eerste. Kies een latere dag."


@dataclass(frozen=True)
class Asked:
    """The period as it was typed, and what it means: a period, or what is wrong with it."""

    first: str
    last: str
    period: Period | None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rate:
    """A rate that can be shown: fractions, and the numbers behind them."""

    share: float
    low: float
    high: float
    numerator: int
    denominator: int

    @property
    def percent(self) -> int:
        return _percent(self.share)

    @property
    def between(self) -> str:
        return f"{_percent(self.low)} en {_percent(self.high)} %"


@dataclass(frozen=True)
class MonthColumn:
    """One column of the month chart: how many of a hundred found each other."""

    name: str
    percent: int
    long_name: str

    @property
    def row(self) -> tuple[str, int, str]:
        return self.name, self.percent, self.long_name


@dataclass(frozen=True)
class Table:
    """One table: a line for each part, and the whole below."""

    caption: str
    first_column: str
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Shown:
    """The figures of a period as the page shows them."""

    period: str
    final_on: str
    is_provisional: bool
    rate: Rate | None
    fill_rate: Rate | None
    withdrawn: int
    still_running: int
    months: tuple[MonthColumn, ...]
    month_table: Table
    rows: Table
    tables: tuple[Table, ...]
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FiguresPage:
    """The form for a period, and the figures of it; without figures where the period could not be read."""

    asked: Asked
    shown: Shown | None
    reference: float = REFERENCE_SHARE
    reference_percent: int = round(REFERENCE_SHARE * 100)
    reference_year: int = REFERENCE_YEAR
    fewest_shown: int = FEWEST_SHOWN
    # Dimensions of positive health: what it is called, what is meant, how many matches.
    served: tuple[tuple[str, str, str], ...] = ()
    title: str = "Cijfers"


def read_period(first: str, last: str, usual: Period) -> Asked:
    """The period that was typed; the usual one where nothing was, until today where only the last day is blank."""
    if not first and not last:
        return Asked(usual.from_on.isoformat(), usual.to_on.isoformat(), usual)
    from_on = read_day(first)
    to_on = read_day(last) if last else usual.to_on
    errors = {}
    if from_on is None:
        errors["van"] = _FIRST_WRONG if first else _FIRST_MISSING
    if to_on is None:
        errors["tot"] = _LAST_WRONG
    if from_on is None or to_on is None:
        return Asked(first, last, None, errors)
    if to_on < from_on:
        return Asked(from_on.isoformat(), to_on.isoformat(), None, {"tot": _LAST_EARLY})
    return Asked(from_on.isoformat(), to_on.isoformat(), Period(from_on, to_on))


def show(report: Report) -> Shown:
    """A report in words and shapes that the macros draw."""
    top, period = report.headline, report.period
    today = dates.day_of(report.as_of)
    return Shown(
        period=_period_words(period, today),
        final_on=dates.day(dates.day_of(period.final_at), today=today),
        is_provisional=report.is_provisional,
        rate=_rate(top.matches),
        fill_rate=_rate(top.fill.rate),
        withdrawn=top.fill.withdrawn,
        still_running=top.fill.still_running,
        months=_month_columns(top),
        month_table=_table(
            "De cijfers per maand", "Maand", [(_month_name(line.key), line) for line in top.cuts[Cut.MONTH]]
        ),
        rows=_rows_table(report),
        tables=tuple(_cut_table(cut, top) for cut in _TABLES),
        counts=tuple(_count_lines(top.counts, top.matches.denominator)),
    )


def _period_words(period: Period, today: date) -> str:
    first = dates.day(period.from_on, today=today)
    return first if period.from_on == period.to_on else f"{first} tot en met {dates.day(period.to_on, today=today)}"


def _rate(share: Share) -> Rate | None:
    if share.share is None or share.interval is None:
        return None
    low, high = share.interval
    return Rate(share.share, low, high, share.numerator, share.denominator)


def _percent(fraction: float) -> int:
    return int(fraction * 100 + 0.5)


def _month_columns(figures: Figures) -> tuple[MonthColumn, ...]:
    """The last months with enough matches to say something."""
    enough = [line for line in figures.cuts[Cut.MONTH] if line.matches.denominator >= FEWEST_SHOWN]
    return tuple(
        MonthColumn(_SHORT_MONTHS[int(line.key[5:]) - 1], _percent(line.matches.share or 0), _month_name(line.key))
        for line in enough[-MOST_MONTHS:]
    )


def _month_name(key: str) -> str:
    return dates.month(int(key[:4]), int(key[5:]))


def _cut_table(cut: Cut, figures: Figures) -> Table:
    """The lines with most matches first."""
    caption, first_column = _TABLES[cut]
    lines = sorted(figures.cuts[cut], key=lambda line: (-line.matches.denominator, line.key))
    words = _WORDS.get(cut, {})
    return _table(caption, first_column, [(_word(words, line.key), line) for line in lines])


def _word(words: Mapping[str, str], key: str) -> str:
    return "Onbekend" if key == UNKNOWN else words.get(key, key)


def _table(caption: str, first_column: str, lines: list[tuple[str, Line]]) -> Table:
    cells = tuple((name, *_share_cells(line.matches), *_share_cells(line.fill.rate)) for name, line in lines)
    return Table(caption, first_column, cells)


def _rows_table(report: Report) -> Table:
    """The headline, rides and both: totals, which single nobody out and are shown as they are."""
    shown = [
        (name, *_share_cells(report.rows[row].matches, fewest=1), *_share_cells(report.rows[row].fill.rate, fewest=1))
        for row, name in _ROWS.items()
    ]
    return Table("Met en zonder ritten", "Wat", tuple(shown))


def _share_cells(share: Share, fewest: int = FEWEST_SHOWN) -> tuple[str, str, str]:
    """How many there are, how many of a hundred found each other, and between what that lies."""
    rate = _rate(share)
    if rate is None:
        return "0", NOTHING, NOTHING
    if share.denominator < fewest:
        return TOO_FEW, NOTHING, NOTHING
    return str(share.denominator), f"{rate.percent} %", rate.between


def _count_lines(counts: Counts, counted: int) -> list[tuple[str, str]]:
    per_match = f"{counts.proposals / counted:.1f}".replace(".", ",") if counted else NOTHING
    return [
        ("Nieuwe hulpvragen", str(counts.requests_posted)),
        ("Daarvan bij een medewerker gekomen", str(counts.requests_escalated)),
        ("Voorstellen gedaan", str(counts.proposals)),
        ("Voorstellen per koppeling", per_match),
        ("Koppelingen gemaakt", str(counts.made)),
        ("Bedenktijd loopt nog", str(counts.awaiting)),
        ("Bezwaar van de vrager", str(counts.objected)),
        ("Zelf gevonden, met een handje hulp", str(counts.assisted)),
        ("Afgezegd door de vrager", str(counts.cancelled_by_requester)),
        ("Afgezegd door de vrijwilliger", str(counts.cancelled_by_volunteer)),
        ("Beëindigd door een medewerker", str(counts.removed_by_staff)),
    ]
