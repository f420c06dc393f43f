"""What counts in which period, and what stays apart."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.metrics.definitions import (
    Counts,
    Cut,
    Figures,
    Happening,
    Period,
    Row,
    Share,
    SlotOutcome,
    month_of,
)
from marketplace.metrics.intervals import wilson
from marketplace.metrics.rates import figures_by_row
from marketplace.metrics.report import usual_period
from marketplace.metrics.stories import read_story
from tests.marketplace.metrics.histories import (
    START,
    Step,
    engine,
    matched,
    objected,
    play,
    resident,
    staff,
    volunteer,
)

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
LATER = START + timedelta(days=60)
RESPOND_BY = (START + timedelta(days=7)).isoformat()


def posted(**detail: object) -> Step:
    return resident("request_posted", respond_by=RESPOND_BY, **detail)


def figures(*histories: list[Happening], as_of: datetime = LATER, row: Row = Row.MARKETPLACE) -> Figures:
    stories = [read_story(events, as_of=as_of) for events in histories]
    return figures_by_row(stories, MARCH, as_of=as_of)[row]


def outcomes(*steps: Step, slots: int = 1, as_of: datetime = LATER) -> list[SlotOutcome]:
    events = play(posted(slots=slots), *steps)
    return [slot.outcome for slot in read_story(events, as_of=as_of).slots]


# --- periods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "is_in_march"),
    [
        pytest.param("2026-02-28T22:59:59.999999+00:00", False, id="last-instant-of-february-in-amsterdam"),
        pytest.param("2026-02-28T23:00:00+00:00", True, id="first-instant-of-march-in-amsterdam"),
        pytest.param("2026-03-31T21:59:59.999999+00:00", True, id="last-instant-of-march-summer-time-by-then"),
        pytest.param("2026-03-31T22:00:00+00:00", False, id="first-instant-of-april-in-amsterdam"),
    ],
)
def test_a_month_begins_and_ends_in_amsterdam(at: str, is_in_march: bool) -> None:
    instant = datetime.fromisoformat(at)
    assert MARCH.holds(instant) is is_in_march
    assert (month_of(instant) == "2026-03") is is_in_march


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 29), 23, id="the-day-summer-time-begins"),
        pytest.param(date(2026, 10, 25), 25, id="the-day-winter-time-begins"),
        pytest.param(date(2026, 7, 1), 24, id="a-plain-day"),
    ],
)
def test_a_day_lasts_as_long_as_it_does(day: date, hours: int) -> None:
    one = Period(day, day)
    assert one.ends_at - one.begins_at == timedelta(hours=hours)
    assert one.holds(one.begins_at)
    assert not one.holds(one.ends_at)


def test_a_period_is_provisional_until_three_local_days_after_its_end() -> None:
    """The three days after 28 March 2026 hold the night in which the clock changes: 71 hours."""
    period = Period(date(2026, 3, 1), date(2026, 3, 28))
    assert period.final_at == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert period.final_at - period.ends_at == timedelta(hours=71)


def test_months_of_a_period_are_cut_off_at_its_ends() -> None:
    period = Period(date(2025, 12, 15), date(2026, 2, 3))
    assert [(month.from_on.isoformat(), month.to_on.isoformat()) for month in period.months()] == [
        ("2025-12-15", "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-03"),
    ]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("now", "from_on", "to_on"),
    [
        pytest.param("2026-03-03T09:00:00+00:00", date(2025, 12, 1), date(2026, 3, 3), id="over-new-year"),
        pytest.param("2026-03-31T22:30:00+00:00", date(2026, 1, 1), date(2026, 4, 1), id="already-april-in-amsterdam"),
    ],
)
def test_the_usual_period_is_three_full_months_and_this_one(now: str, from_on: date, to_on: date) -> None:
    assert usual_period(datetime.fromisoformat(now)) == Period(from_on, to_on)


# --- matches -----------------------------------------------------------------------------------------------------


def test_a_match_counts_once_its_objection_time_has_passed() -> None:
    """At the requester's "prima", or at the end of the objection time, whichever comes first."""
    made_at = START + timedelta(minutes=20)
    left_alone, confirmed = play(posted(), matched()), play(posted(), matched(), resident("confirmed", 1))
    until = made_at + timedelta(hours=24)
    assert figures(left_alone, as_of=until - timedelta(microseconds=1)).matches.denominator == 0
    assert figures(left_alone, as_of=until).matches.denominator == 1
    assert figures(confirmed, as_of=made_at + timedelta(minutes=10)).matches.denominator == 1


def test_an_objection_voids_the_match_and_the_next_one_counts() -> None:
    found = figures(play(posted(), matched(), *objected(), matched()))
    assert (found.matches, found.counts.made, found.counts.objected) == (Share(1, 1), 2, 1)


def test_a_match_that_was_cancelled_was_still_made() -> None:
    gone = [volunteer("cancelled", 1, by="volunteer"), volunteer("slot_freed", 1, at_once=True)]
    found = figures(play(posted(), matched(), *gone))
    assert found.matches == Share(1, 1)
    assert found.fill.rate == Share(0, 1)
    assert found.counts.cancelled_by_volunteer == 1


def test_a_match_is_of_the_day_of_its_last_yes_and_a_slot_of_the_day_it_was_posted() -> None:
    """Posted on the last evening of February, matched on the first of March."""
    evening = datetime(2026, 2, 28, 22, 45, tzinfo=UTC)
    found = figures(play(posted(), matched(), first=evening))
    assert found.matches == Share(1, 1)
    assert found.fill.asked == 0


def test_what_happened_after_the_instant_of_the_report_is_not_known_yet() -> None:
    events = play(posted(), matched(), resident("confirmed", 1), *objected())
    assert figures(events, as_of=events[2].at).matches == Share(1, 1)


def test_rides_stand_apart() -> None:
    histories = [play(posted(is_ride=True), matched(), name="ride"), play(posted(), matched(), name="garden")]
    shares = {row: figures(*histories, row=row).matches.denominator for row in Row}
    assert shares == {Row.MARKETPLACE: 1, Row.RIDES: 1, Row.BOTH: 2}


def test_what_is_counted_beside_the_rates() -> None:
    counts = figures(
        play(
            posted(slots=2), engine("proposed"), engine("proposed"), engine("escalated"), matched(), name="a", slots=2
        ),
        play(staff("request_posted", respond_by=RESPOND_BY), engine("proposed"), matched(), name="b"),
        play(posted(), staff("chosen", 1), matched(), staff("removed", 1), name="c"),
        play(posted(), matched(), resident("cancelled", 1, by="requester"), name="d"),
    ).counts
    assert counts == Counts(
        made=4,
        awaiting=0,
        objected=0,
        cancelled_by_requester=1,
        cancelled_by_volunteer=0,
        removed_by_staff=1,
        assisted=1,
        proposals=3,
        requests_posted=4,
        requests_escalated=1,
    )


# --- slots -------------------------------------------------------------------------------------------------------

UNMEDIATED, MEDIATED, EMPTY = SlotOutcome.UNMEDIATED, SlotOutcome.MEDIATED, SlotOutcome.EMPTY
WITHDRAWN, STILL_RUNNING = SlotOutcome.WITHDRAWN, SlotOutcome.STILL_RUNNING
FREED = engine("slot_freed", 1, at_once=True)


@pytest.mark.parametrize(
    ("steps", "slots", "expected"),
    [
        pytest.param([], 1, [EMPTY], id="nobody-came"),
        pytest.param([matched()], 2, [UNMEDIATED, EMPTY], id="one-of-two-filled"),
        pytest.param([staff("chosen", 1), matched()], 1, [MEDIATED], id="coupled-by-staff"),
        pytest.param([matched(), *objected()], 1, [EMPTY], id="objected-and-not-filled-again"),
        pytest.param([matched(), *objected(), staff("chosen", 1), matched()], 1, [MEDIATED], id="the-last-one-decides"),
        pytest.param([matched(), volunteer("done", 1)], 1, [UNMEDIATED], id="done"),
        pytest.param([staff("request_closed", slots=[1])], 1, [EMPTY], id="closed-by-staff-is-not-filled"),
        pytest.param([staff("request_closed")], 1, [EMPTY], id="closed-without-naming-slots"),
        pytest.param([matched(), staff("request_closed", slots=[2])], 2, [UNMEDIATED, EMPTY], id="the-rest-closed"),
        pytest.param([resident("request_withdrawn", slots=[1])], 1, [WITHDRAWN], id="withdrawn"),
        pytest.param(
            [matched(), resident("cancelled", 1, by="requester"), resident("request_withdrawn", slots=[1, 2])],
            2,
            [WITHDRAWN, WITHDRAWN],
            id="withdrawn-with-somebody-coming",
        ),
        pytest.param(
            [matched(), resident("done", 1), resident("request_withdrawn", slots=[2])],
            2,
            [UNMEDIATED, WITHDRAWN],
            id="the-rest-withdrawn",
        ),
        pytest.param(
            [matched(), resident("cancelled", 1, by="requester"), FREED], 1, [EMPTY], id="cancelled-and-free-again"
        ),
        pytest.param([resident("request_changed", slots=2)], 1, [EMPTY, EMPTY], id="one-more-asked"),
        pytest.param([matched(), resident("request_changed", slots=1)], 2, [UNMEDIATED, WITHDRAWN], id="one-fewer"),
        pytest.param([staff("request_changed", slots=1)], 2, [EMPTY, EMPTY], id="one-fewer-by-staff-is-not-filled"),
        pytest.param([staff("request_split", slots=1)], 2, [EMPTY], id="split-off-and-asked-elsewhere"),
    ],
)
def test_what_becomes_of_a_slot(steps: list[Step], slots: int, expected: list[SlotOutcome]) -> None:
    assert outcomes(*steps, slots=slots) == expected


def test_a_request_runs_until_its_respond_by_as_it_was_last_set() -> None:
    first, second = START + timedelta(days=7), START + timedelta(days=14)
    further = resident("request_widened", respond_by=second.isoformat())
    assert outcomes(matched(), as_of=first - timedelta(seconds=1)) == [STILL_RUNNING]
    assert outcomes(matched(), as_of=first) == [UNMEDIATED]
    assert outcomes(further, as_of=first) == [STILL_RUNNING]
    assert outcomes(further, as_of=second) == [EMPTY]


def test_withdrawn_and_running_slots_are_counted_apart() -> None:
    found = figures(
        play(posted(slots=3), matched(1), resident("request_withdrawn", slots=[3]), slots=3, name="a"),
        play(resident("request_posted", respond_by=(LATER + timedelta(days=1)).isoformat()), matched(), name="b"),
    ).fill
    assert (found.rate, found.withdrawn, found.still_running, found.asked) == (Share(1, 2), 1, 1, 4)


def test_a_slot_without_a_match_has_no_origin() -> None:
    lines = figures(play(posted(slots=2), matched(), slots=2)).cuts[Cut.ORIGIN]
    assert [(line.key, line.fill.rate) for line in lines] == [("engine", Share(1, 1)), ("none", Share(0, 1))]


def test_every_month_of_the_period_has_a_line_even_an_empty_one() -> None:
    stories = [read_story(play(posted(), matched()), as_of=LATER)]
    period = Period(date(2026, 2, 1), date(2026, 4, 30))
    lines = figures_by_row(stories, period, as_of=datetime(2026, 5, 1, 12, tzinfo=UTC))[Row.MARKETPLACE].cuts[Cut.MONTH]
    assert [(line.key, line.matches.denominator, line.is_provisional) for line in lines] == [
        ("2026-02", 0, False),
        ("2026-03", 1, False),
        ("2026-04", 0, True),
    ]


# --- intervals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score without correction).
        pytest.param(81, 263, 0.2553, 0.3662, id="newcombe-81-of-263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="newcombe-15-of-148"),
        pytest.param(0, 20, 0.0, 0.1611, id="newcombe-0-of-20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="newcombe-1-of-29"),
    ],
)
def test_wilson_agrees_with_the_literature(numerator: int, denominator: int, low: float, high: float) -> None:
    assert wilson(numerator, denominator) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("numbers", [(0, 0), (2, 1), (-1, 3)])
def test_what_is_no_share_has_no_interval(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        wilson(*numbers)


def test_nothing_of_nothing_is_not_known() -> None:
    assert Share(0, 0).share is None
    assert Share(0, 0).interval is None
    with pytest.raises(ValueError):
        Share(2, 1)
