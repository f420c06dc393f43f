"""A planned holiday: nobody is asked for a day on which they will be away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import matchmaking, own_house
from marketplace.holidays import is_away
from marketplace.models import EventKind, NoticeKind, Proposal, ProposalStatus
from marketplace.permissions import Actor
from matching.problem import LOCAL, Request, Volunteer, WeeklySlot, Window
from tests.support import rows
from tests.support.builders import a_person, a_request, a_volunteer, a_window, the_municipality
from tests.support.clock import NOW

DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)  # a week without a change of the clock
ALWAYS = tuple(WeeklySlot(day, 0, 1440) for day in range(7))


def on_holiday(session, offer, first, last):
    own_house.plan_holiday(
        session,
        actor=Actor(offer.person_id),
        municipality_id=the_municipality(session).id,
        from_at=NOW + first,
        until_at=NOW + last,
        now=NOW,
    )


def asked(sessions, now=NOW):
    """Who is asked, after a round."""
    with sessions.read() as session:
        where = the_municipality(session).id
    matchmaking.run_round(sessions, municipality_id=where, now=now)
    with sessions.read() as session:
        found = session.exec(rows.all_of(Proposal)).all()
        return {one.person_id for one in found if one.status is ProposalStatus.OPEN}


@pytest.mark.parametrize(
    ("windows", "is_asked"),
    [
        pytest.param((a_window(96),), False, id="the-only-date-falls-in-it"),
        pytest.param((a_window(96), a_window(120)), False, id="both-dates-fall-in-it"),
        pytest.param((a_window(48), a_window(96)), True, id="another-date-falls-before-it"),
        pytest.param((a_window(96), a_window(10 * 24)), True, id="another-date-falls-after-it"),
        pytest.param((), True, id="every-week-will-do"),
    ],
)
def test_nobody_is_asked_for_what_falls_in_their_holiday(sessions, windows, is_asked):
    with sessions.begin() as session:
        offer = a_volunteer(session, "Piet")
        on_holiday(session, offer, 3 * DAY, 8 * DAY)
        a_request(session, windows=windows)
        piet = offer.person_id
    assert (piet in asked(sessions)) is is_asked


def test_a_window_that_is_half_in_the_holiday_counts_for_the_other_half(sessions):
    with sessions.begin() as session:
        long, short = a_volunteer(session, "Lang"), a_volunteer(session, "Kort")
        on_holiday(session, long, timedelta(hours=74), 8 * DAY)  # two hours are left, as many as it takes
        on_holiday(session, short, timedelta(hours=73), 8 * DAY)
        a_request(session, windows=(a_window(72, length_h=6),), slots=2)
        ids = long.person_id, short.person_id
    assert asked(sessions) == {ids[0]}


def test_planning_a_holiday_takes_back_what_was_asked_for_those_days_and_dropping_it_asks_again(sessions):
    with sessions.begin() as session:
        offer = a_volunteer(session, "Piet")
        a_request(session, windows=(a_window(96),))
        piet = offer.person_id
    assert asked(sessions) == {piet}
    with sessions.begin() as session:
        own_house.plan_holiday(
            session,
            actor=Actor(piet),
            municipality_id=the_municipality(session).id,
            from_at=NOW + 3 * DAY,
            until_at=NOW + 8 * DAY,
            now=NOW + timedelta(minutes=1),
        )
    assert asked(sessions, NOW + timedelta(minutes=2)) == set()
    with sessions.begin() as session:
        assert len(rows.outbox(session, NoticeKind.PROPOSAL_WITHDRAWN)) == 1
        assert [one.kind for one in rows.all_events(session)].count(EventKind.OFFER_CHANGED) == 1
        a_request(session, requester=a_person(session, "Bep"), windows=(a_window(97),))
        own_house.drop_holiday(session, actor=Actor(piet), municipality_id=the_municipality(session).id, now=NOW)
    assert asked(sessions, NOW + timedelta(minutes=3)) == {piet}


spans = st.tuples(st.integers(0, 6), st.integers(0, 47), st.integers(1, 48)).filter(lambda one: one[1] < one[2])


@given(
    windows=st.lists(spans, min_size=1, max_size=3),
    holiday=st.tuples(st.integers(0, 300), st.integers(1, 200)),
    halves=st.integers(1, 8),
)
def test_away_is_who_has_no_time_on_end_outside_the_holiday(windows, holiday, halves):
    """Held against a walk over every half hour of every window."""
    away = Window(MONDAY + holiday[0] * HALF_HOUR, MONDAY + (holiday[0] + holiday[1]) * HALF_HOUR)
    dated = [Window(MONDAY + d * DAY + a * HALF_HOUR, MONDAY + d * DAY + b * HALF_HOUR) for d, a, b in windows]
    volunteer = Volunteer("piet", 51.6, 4.9, 5.0, frozenset({"garden.hedge"}), ALWAYS)
    request = Request("heg", "riet", 51.6, 4.9, "garden.hedge", 1, halves * 30, MONDAY + 9 * DAY, windows=tuple(dated))

    def longest(*, at_home_only):
        best = 0
        for window in dated:
            run, at = 0, window.start_at
            while at < window.end_at:
                is_midnight = at.astimezone(LOCAL).hour == at.astimezone(LOCAL).minute == 0
                if at_home_only and away.start_at <= at < away.end_at:
                    run = 0
                else:
                    run = 1 if is_midnight else run + 1
                best, at = max(best, run), at + HALF_HOUR
        return best

    expected = longest(at_home_only=False) >= halves > longest(at_home_only=True)
    assert is_away(volunteer, request, away, MONDAY - DAY) is expected


def test_every_week_will_do_holds_for_whoever_is_away_a_while():
    volunteer = Volunteer("piet", 51.6, 4.9, 5.0, frozenset({"garden.hedge"}), ALWAYS)
    window = Window(MONDAY, MONDAY + DAY)
    request = Request(
        "heg", "riet", 51.6, 4.9, "garden.hedge", 1, 60, MONDAY + 9 * DAY,
        windows=(window,), weekly=ALWAYS,
    )  # fmt: skip
    assert not is_away(volunteer, request, window, MONDAY - DAY)
