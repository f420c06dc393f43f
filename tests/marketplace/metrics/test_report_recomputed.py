"""The report against an independent recomputation, and its way from the database to JSON and text."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event

from marketplace import demo
from marketplace.database import Sessions
from marketplace.errors import NotFound
from marketplace.metrics.report import Report, as_json, headline, make_report, print_report, usual_period
from tests.marketplace.metrics.recomputed import recompute
from tests.marketplace.metrics.synthetic import write_histories
from tests.support import proof
from tests.support.builders import a_match, a_request, a_volunteer, another_municipality, the_municipality
from tests.support.clock import NOW

PERIODS = [
    pytest.param(date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 6, 1, tzinfo=UTC), id="march-long-after"),
    pytest.param(date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 3, 20, 15, tzinfo=UTC), id="march-half-way"),
    pytest.param(date(2026, 3, 29), date(2026, 3, 29), datetime(2026, 5, 1, tzinfo=UTC), id="the-day-of-23-hours"),
    pytest.param(date(2026, 2, 1), date(2026, 5, 31), datetime(2026, 4, 2, 9, tzinfo=UTC), id="four-months"),
]


def flat(report: Report) -> dict[str, Any]:
    """The JSON of a report, in the shape of the recomputation."""
    rows = as_json(report)["rows"]
    return {
        row: {
            **_rates(found),
            "objected": found["counts"]["objected"],
            "cuts": {
                cut: {line["key"]: _rates(line) for line in lines if _has_something(line)}
                for cut, lines in found["cuts"].items()
            },
        }
        for row, found in rows.items()
    }


def _rates(part: dict[str, Any]) -> dict[str, Any]:
    matches, fill = part["unmediated_match_rate"], part["unmediated_fill_rate"]
    return {
        "matches": _numbers(matches),
        "fill": _numbers(fill),
        "withdrawn": fill["withdrawn"],
        "still_running": fill["still_running"],
    }


def _numbers(share: dict[str, Any]) -> tuple[Any, ...]:
    rounded = [None if share[end] is None else round(share[end], 9) for end in ("low", "high")]
    return share["numerator"], share["denominator"], *rounded


def _has_something(line: dict[str, Any]) -> bool:
    """The report also has lines for months in which a match is still awaited or nothing happened."""
    return bool(line["unmediated_match_rate"]["denominator"] or line["unmediated_fill_rate"]["asked"])


def _without_empty(recomputed: dict[str, Any]) -> dict[str, Any]:
    for row in recomputed.values():
        for cut, lines in row["cuts"].items():
            row["cuts"][cut] = {
                key: line
                for key, line in lines.items()
                if line["matches"][1] or line["fill"][1] or line["withdrawn"] or line["still_running"]
            }
    return recomputed


def assert_report_is_recomputed(sessions: Sessions, slug: str, from_on: date, to_on: date, now: datetime) -> Report:
    """The report and the recomputation agree on every number of every row and cut."""
    with sessions.read() as session:
        report = _report(session, slug, from_on, to_on, now)
        recomputed = recompute(session, slug=slug, from_on=from_on, to_on=to_on, now=now)
    assert flat(report) == _without_empty(recomputed)
    return report


def _report(session: Any, slug: str, from_on: date, to_on: date, now: datetime) -> Report:
    where = the_municipality(session) if slug == "oosterhout" else another_municipality(session, slug)
    return make_report(session, municipality_id=where.id, from_on=from_on, to_on=to_on, now=now)


@pytest.fixture
def histories(sessions: Sessions) -> Sessions:
    """Two municipalities, to which a great deal happened between February and April."""
    random = Random(20260303)
    with sessions.begin() as session:
        count = proof.count(120, 600)
        write_histories(session, the_municipality(session), random, count)
        write_histories(session, another_municipality(session), random, count // 3)
    return sessions


@pytest.mark.parametrize("slug", ["oosterhout", "breda"])
@pytest.mark.parametrize(("from_on", "to_on", "now"), PERIODS)
def test_the_report_is_recomputed_from_history(
    histories: Sessions, slug: str, from_on: date, to_on: date, now: datetime
) -> None:
    """Made-up histories of two municipalities that must not leak into each other."""
    report = assert_report_is_recomputed(histories, slug, from_on, to_on, now)
    if to_on - from_on > timedelta(days=25) and slug == "oosterhout":
        assert 0 < report.headline.matches.numerator < report.headline.matches.denominator


def test_the_figure_of_the_start_page_is_that_of_the_report(histories: Sessions) -> None:
    now = datetime(2026, 4, 20, tzinfo=UTC)
    usual = usual_period(now)
    with histories.read() as session:
        where = the_municipality(session).id
        report = make_report(session, municipality_id=where, from_on=usual.from_on, to_on=usual.to_on, now=now)
        first_page = headline(session, municipality_id=where, now=now)
    shown = report.headline.matches
    assert (first_page.share, first_page.matches) == (shown.share, shown.denominator)


SIZE = "full" if proof.is_full() else "small"


@pytest.fixture
def demo_sessions(sessions: Sessions) -> Sessions:
    """The demo city, whose past ends now; in `make proof` at its full size."""
    demo.fill(sessions, municipality_slug="oosterhout", now=NOW, size=demo.SIZES[SIZE])
    return sessions


@pytest.mark.slow
@pytest.mark.database("sqlite")  # it fills a city; how the figures are read on PostgreSQL is shown above
def test_the_figures_of_the_demo_are_recomputed_from_its_history(demo_sessions: Sessions) -> None:
    """The demo city is filled through the use cases; its figures too must follow from its events alone."""
    begin = NOW - timedelta(days=demo.SIZES[SIZE].days)
    report = assert_report_is_recomputed(demo_sessions, "oosterhout", begin.date(), NOW.date(), NOW)
    assert report.headline.matches.denominator > 0
    assert "work_area" in flat(report)["marketplace"]["cuts"]
    figures = as_json(report)["rows"]["marketplace"]
    proof.record("demo-figures", {"size": vars(demo.SIZES[SIZE]), "as recomputed from the events": figures})


# --- through the use cases ---------------------------------------------------------------------------------------


def test_a_report_of_nothing(sessions: Sessions) -> None:
    with sessions.read() as session:
        report = _report(session, "oosterhout", NOW.date(), NOW.date(), NOW)
    data = as_json(report)
    nothing = {"numerator": 0, "denominator": 0, "share": None, "low": None, "high": None}
    assert data["rows"]["marketplace"]["unmediated_match_rate"] == nothing
    assert data["rows"]["marketplace"]["counts"]["proposals_per_match"] is None
    assert data["provisional"] is True
    assert json.loads(json.dumps(data)) == data


def test_a_match_made_through_the_use_cases_is_in_the_report(sessions: Sessions) -> None:
    """The use cases record what the figures read."""
    with sessions.begin() as session:
        a_match(session, a_request(session), a_volunteer(session))
    later = NOW + timedelta(days=30)
    with sessions.read() as session:
        where = the_municipality(session).id
        report = _report(session, "oosterhout", NOW.date(), NOW.date(), later)
        first_page = headline(session, municipality_id=where, now=later)
    row = as_json(report)["rows"]["marketplace"]
    assert row["unmediated_match_rate"]["numerator"] == row["unmediated_match_rate"]["denominator"] == 1
    assert row["unmediated_fill_rate"]["share"] == 1
    assert [line["key"] for line in row["cuts"]["work_area"]] == ["house_garden_kitchen"]
    assert row["counts"]["proposals_per_match"] == 1
    assert (first_page.of_ten, first_page.share, first_page.matches) == (10, 1.0, 1)


def test_the_text_of_a_report_fits_a_terminal(histories: Sessions) -> None:
    with histories.read() as session:
        report = _report(session, "oosterhout", date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 4, 2, tzinfo=UTC))
    text = print_report(report, as_json=False)
    assert text.startswith("Oosterhout, 2026-03-01 to 2026-03-31 (provisional)")
    assert max(len(line) for line in text.splitlines()) <= 100
    assert json.loads(print_report(report, as_json=True)) == as_json(report)


def test_a_report_of_a_municipality_we_do_not_know_is_refused(sessions: Sessions) -> None:
    with sessions.begin() as session:
        where = another_municipality(session).id
        session.delete(another_municipality(session))
    with sessions.read() as session, pytest.raises(NotFound):
        make_report(session, municipality_id=where, from_on=NOW.date(), to_on=NOW.date(), now=NOW)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """What was asked of the database."""
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


def test_history_is_read_in_one_question(histories: Sessions, statements: list[str]) -> None:
    """However many requests there are: one for the municipality's name, one for the events."""
    with histories.read() as session:
        where = the_municipality(session).id
        statements.clear()
        make_report(session, municipality_id=where, from_on=date(2026, 1, 1), to_on=date(2026, 6, 1), now=NOW)
    assert len([statement for statement in statements if "SELECT" in statement]) == 2
