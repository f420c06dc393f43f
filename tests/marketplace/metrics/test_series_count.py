"""A series counts one match for each place at its start; occurrences, swaps and stand-ins do not; a successor does."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from sqlmodel import Session

from marketplace.database import Sessions
from marketplace.metrics.report import make_report
from marketplace.models import HelpRequest, OccurrenceStatus, Series
from marketplace.permissions import Actor
from marketplace.queries import series as queries
from marketplace.series import changing, going_on, settling
from tests.support.builders import a_coordinator, a_match, the_municipality
from tests.support.clock import NOW
from tests.support.series_builders import a_series, a_walker, joins, occurrences

LATER: Final = NOW + timedelta(days=30)
Story = Callable[[Session], object]


def _begins(session: Session, places: int = 1) -> Series:
    series = a_series(session, places=places)
    for number in range(places):
        joins(session, series, a_walker(session, f"Helper{number}"))
    return series


def _asker(session: Session, series: Series) -> Actor:
    return Actor(session.get_one(HelpRequest, series.request_id).requester_id)


def begins(session: Session) -> None:
    _begins(session)


def a_circle_begins(session: Session) -> None:
    _begins(session, places=3)


def times_are_held(session: Session) -> None:
    series = _begins(session)
    settling.settle(session, series, now=LATER)
    assert [one.status for one in occurrences(session, series)].count(OccurrenceStatus.HELD) >= 3


def one_is_skipped_and_one_is_moved(session: Session) -> None:
    series = _begins(session)
    first, second, *_ = occurrences(session, series)
    changing.skip(session, occurrence_id=first.id, actor=_asker(session, series), now=NOW)
    moved_to = second.starts_at + timedelta(days=1)
    changing.move(session, occurrence_id=second.id, starts_at=moved_to, actor=_asker(session, series), now=NOW)


def two_of_a_circle_swap(session: Session) -> None:
    series = _begins(session, places=3)
    one = occurrences(session, series)[1]
    assert one.person_id is not None
    changing.refuse(session, occurrence_id=one.id, actor=Actor(one.person_id), now=NOW)
    assert not queries.list_searches(session, series.id)


def somebody_stands_in(session: Session) -> None:
    series = _begins(session)
    one = occurrences(session, series)[1]
    assert one.person_id is not None
    changing.refuse(session, occurrence_id=one.id, actor=Actor(one.person_id), now=NOW)
    (search,) = queries.list_searches(session, series.id)
    a_match(session, search, a_walker(session, "Invaller"))
    settling.settle(session, series, now=NOW)
    assert occurrences(session, series)[1].person_id is not None


def nobody_stands_in(session: Session) -> None:
    series = _begins(session)
    one = occurrences(session, series)[0]
    assert one.person_id is not None
    changing.refuse(session, occurrence_id=one.id, actor=Actor(one.person_id), now=NOW)
    settling.settle(session, series, now=LATER)


def a_successor_comes(session: Session) -> None:
    series = _begins(session)
    leaver = occurrences(session, series)[0].person_id
    assert leaver is not None
    going_on.step_down(session, series_id=series.id, leaves_on=date(2026, 3, 17), actor=Actor(leaver), now=NOW)
    joins(session, series, a_walker(session, "Opvolger"), now=NOW + timedelta(hours=2))


def it_ends(session: Session) -> None:
    series = _begins(session)
    going_on.stop(session, series_id=series.id, last_on=date(2026, 3, 17), actor=_asker(session, series), now=NOW)
    settling.settle(session, series, now=LATER)


@pytest.mark.parametrize(
    ("story", "matches", "slots"),
    [
        pytest.param(begins, 1, 1, id="a-series-begins"),
        pytest.param(a_circle_begins, 3, 3, id="a-circle-of-three-begins"),
        pytest.param(times_are_held, 1, 1, id="its-times-are-held"),
        pytest.param(one_is_skipped_and_one_is_moved, 1, 1, id="one-skipped-one-moved"),
        pytest.param(two_of_a_circle_swap, 3, 3, id="two-of-a-circle-swap"),
        pytest.param(somebody_stands_in, 1, 1, id="somebody-stands-in"),
        pytest.param(nobody_stands_in, 1, 1, id="nobody-stands-in"),
        pytest.param(a_successor_comes, 2, 1, id="a-permanent-successor"),
        pytest.param(it_ends, 1, 1, id="it-ends"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_series_counts_once_for_each_place(sessions: Sessions, story: Story, matches: int, slots: int) -> None:
    with sessions.begin() as session:
        story(session)
    day = NOW.date()
    with sessions.read() as session:
        report = make_report(
            session,
            municipality_id=the_municipality(session).id,
            from_on=day,
            to_on=day + timedelta(days=1),
            now=NOW + timedelta(days=40),
        )
    figures = report.headline
    assert (figures.matches.denominator, figures.matches.numerator) == (matches, matches)
    assert figures.fill.rate.denominator == slots
    assert figures.fill.rate.numerator == slots
    assert figures.counts.requests_posted == 1


@pytest.mark.database("sqlite")
def test_who_a_coordinator_puts_in_for_one_time_makes_no_match_mediated(sessions: Sessions) -> None:
    """Whatever staff does for a stand-in is of no match that counts."""
    from marketplace import coordination

    with sessions.begin() as session:
        carla = a_coordinator(session)
        series = _begins(session)
        one = occurrences(session, series)[1]
        assert one.person_id is not None
        changing.refuse(session, occurrence_id=one.id, actor=carla, now=NOW, of_person=one.person_id)
        (search,) = queries.list_searches(session, series.id)
        offer = a_walker(session, "Invaller")
        coordination.couple(session, request_id=search.id, offer_id=offer.id, actor=carla, now=NOW)
    with sessions.read() as session:
        report = make_report(
            session,
            municipality_id=the_municipality(session).id,
            from_on=NOW.date(),
            to_on=NOW.date(),
            now=NOW + timedelta(days=40),
        )
    assert (report.headline.matches.numerator, report.headline.matches.denominator) == (1, 1)
