"""The report of a municipality over a period: for the page, for the command line and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from json import dumps
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.metrics.classification import HEARD_OF_STAFF
from marketplace.metrics.definitions import (
    DEFINITIONS_VERSION,
    REFERENCE_SHARE,
    REFERENCE_YEAR,
    Cut,
    Figures,
    Fill,
    Happening,
    Line,
    Period,
    Row,
    Share,
    Story,
)
from marketplace.metrics.rates import figures_by_row, unmediated_match_rate
from marketplace.metrics.stories import TELLING, read_story
from marketplace.models import EventKind
from marketplace.policies import AMSTERDAM
from marketplace.queries import figures

REFERENCE_NOTE: Final = "Named by the policy paper Het Nieuwe Welzijn (2020), which does not define it."
USUAL_MONTHS: Final = 3


@dataclass(frozen=True)
class Report:
    """The figures of one municipality and period, as they were known at ``as_of``."""

    municipality_slug: str
    municipality: str
    period: Period
    as_of: datetime
    rows: Mapping[Row, Figures]

    @property
    def is_provisional(self) -> bool:
        """Whether the figures may still change by themselves: until three days after the period's end."""
        return self.as_of < self.period.final_at

    @property
    def headline(self) -> Figures:
        """The row that stands beside the 79 %."""
        return self.rows[Row.MARKETPLACE]


@dataclass(frozen=True)
class Headline:
    """Of ten matches, how many people made themselves; ``share`` None while there are no matches to count."""

    of_ten: int
    share: float | None
    matches: int


def make_report(session: Session, *, municipality_id: UUID, from_on: date, to_on: date, now: datetime) -> Report:
    """The figures of the days ``from_on`` to ``to_on`` in Amsterdam, both included, as known at ``now``.

    Raises ValueError where the period ends before it begins, NotFound for a municipality we do not know.
    """
    period = Period(from_on, to_on)
    slug, name = figures.get_municipality_name(session, municipality_id)
    stories = _read_stories(session, municipality_id, period, now)
    return Report(slug, name, period, now, figures_by_row(stories, period, as_of=now))


def usual_period(now: datetime) -> Period:
    """The last three full months, and this one up to and including today."""
    today = now.astimezone(AMSTERDAM).date()
    months = today.year * 12 + today.month - 1 - USUAL_MONTHS
    return Period(date(months // 12, months % 12 + 1, 1), today)


def headline(session: Session, *, municipality_id: UUID, now: datetime) -> Headline:
    """The one figure of the start page: the unmediated-match rate of the marketplace over the usual period.

    The same number as in a report, but reads only the requests that have a match.
    """
    period = usual_period(now)
    stories = _read_stories(session, municipality_id, period, now, frozenset({EventKind.MATCHED}))
    matches = (match for story in stories if not story.facts.is_ride for match in story.matches)
    rate = unmediated_match_rate((match for match in matches if period.holds(match.made_at)), as_of=now)
    return Headline(int((rate.share or 0) * 10 + 0.5), rate.share, rate.denominator)


def _read_stories(
    session: Session,
    municipality_id: UUID,
    period: Period,
    as_of: datetime,
    beginnings: frozenset[EventKind] = figures.BEGINNINGS,
) -> Iterator[Story]:
    rows = figures.stream_events(
        session,
        municipality_id=municipality_id,
        begins_at=period.begins_at,
        ends_at=period.ends_at,
        as_of=as_of,
        beginnings=beginnings,
        telling=TELLING,
        of_staff=HEARD_OF_STAFF,
    )
    for request_id, of_request in groupby(rows, key=itemgetter(0)):
        yield read_story((_happening(request_id, row) for row in of_request), as_of=as_of)


def _happening(request_id: UUID, row: Any) -> Happening:
    _, seq, at, kind, acting_as, slot_number, match_id, detail = row
    return Happening(seq, at, kind, acting_as, request_id, slot_number, match_id, detail)


# --- as JSON -----------------------------------------------------------------------------------------------------


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data, in the shape that docs/figures.md describes. Keys are only ever added."""
    return {
        "definitions_version": DEFINITIONS_VERSION,
        "municipality": {"slug": report.municipality_slug, "name": report.municipality},
        "period": {"from": report.period.from_on.isoformat(), "to": report.period.to_on.isoformat()},
        "as_of": report.as_of.isoformat(),
        "provisional": report.is_provisional,
        "reference": {"share": REFERENCE_SHARE, "year": REFERENCE_YEAR, "note": REFERENCE_NOTE},
        "rows": {row.value: _figures_as_json(figures) for row, figures in report.rows.items()},
    }


def _figures_as_json(figures: Figures) -> dict[str, Any]:
    counts = asdict(figures.counts)
    counted = figures.matches.denominator
    return {
        "unmediated_match_rate": _share_as_json(figures.matches),
        "unmediated_fill_rate": _fill_as_json(figures.fill),
        "counts": {**counts, "proposals_per_match": figures.counts.proposals / counted if counted else None},
        "cuts": {cut.value: [_line_as_json(cut, line) for line in lines] for cut, lines in figures.cuts.items()},
    }


def _share_as_json(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {
        "numerator": share.numerator,
        "denominator": share.denominator,
        "share": share.share,
        "low": low,
        "high": high,
    }


def _fill_as_json(fill: Fill) -> dict[str, Any]:
    apart = {"asked": fill.asked, "withdrawn": fill.withdrawn, "still_running": fill.still_running}
    return {**_share_as_json(fill.rate), **apart}


def _line_as_json(cut: Cut, line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        **({"provisional": line.is_provisional} if cut is Cut.MONTH else {}),
        "unmediated_match_rate": _share_as_json(line.matches),
        "unmediated_fill_rate": _fill_as_json(line.fill),
    }


# --- as text -----------------------------------------------------------------------------------------------------


def print_report(report: Report, *, as_json: bool) -> str:
    """What the command line prints: JSON, or a table that fits a terminal."""
    if as_json:
        return dumps(_as_json(report), ensure_ascii=False, indent=2)
    first, last = report.period.from_on, report.period.to_on
    about = " (provisional)" if report.is_provisional else ""
    lines = [f"{report.municipality}, {first} to {last}{about}", "", _text_line("", "unmediated matches", "filled")]
    for row, found in report.rows.items():
        lines.append(_text_line(row.value, _share_as_text(found.matches), _share_as_text(found.fill.rate)))
    for cut, cut_lines in report.headline.cuts.items():
        lines += ["", f"marketplace by {cut.value.replace('_', ' ')}"]
        for line in cut_lines:
            lines.append(_text_line(line.key, _share_as_text(line.matches), _share_as_text(line.fill.rate)))
    lines += ["", f"To compare: {REFERENCE_SHARE:.0%} in {REFERENCE_YEAR}.", REFERENCE_NOTE]
    return "\n".join(lines)


# print_report's argument has the same name.
_as_json = as_json


def _text_line(name: str, matches: str, filled: str) -> str:
    return f"  {name[:26]:<26}  {matches:<30}  {filled}".rstrip()


def _share_as_text(share: Share) -> str:
    if share.share is None or share.interval is None:
        return "-"
    low, high = share.interval
    return f"{share.numerator}/{share.denominator} = {share.share:.1%} ({low:.0%}-{high:.0%})"
