"""What holds of the figures whatever happened."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.metrics.classification import ACTS_OF_STAFF, HEARD_OF_STAFF, rule_matches
from marketplace.metrics.definitions import Cut, Figures, Happening, Period, Row, Story
from marketplace.metrics.intervals import wilson
from marketplace.metrics.rates import figures_by_row
from marketplace.metrics.stories import TELLING, read_story
from marketplace.models import ActingAs, EventKind
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

SLOTS = st.sampled_from([None, 1, 2])
# What staff may do beside a history without making or undoing a match, or adding a slot.
HANDS = sorted(
    set(ACTS_OF_STAFF)
    - {
        EventKind.REQUEST_POSTED,
        EventKind.MATCHED,
        EventKind.SLOT_FREED,
        EventKind.OBJECTED,
        EventKind.CANCELLED,
        EventKind.REQUEST_WITHDRAWN,
        EventKind.REQUEST_CLOSED,
    }
)
ORIGINS = st.sampled_from(["engine", "application", "resident_choice", "coordinator"])
MOMENTS = st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(hours=9), timedelta(days=6)])


@st.composite
def staff_acts(draw: st.DrawFn) -> Step:
    detail = {"about_who": draw(st.booleans())}
    return Step(ActingAs.STAFF, draw(st.sampled_from(HANDS)), draw(SLOTS), draw(MOMENTS), detail)


@st.composite
def steps_of_others(draw: st.DrawFn) -> list[Step]:
    """Something that residents, volunteers or the engine do; a match, and perhaps its end."""
    number = draw(st.sampled_from([1, 2]))
    yes = matched(number, origin=draw(ORIGINS))
    ends = [
        [],
        [resident("confirmed", number)],
        list(objected(number)),
        [volunteer("cancelled", number, by="volunteer"), engine("slot_freed", number, at_once=True)],
        [staff("removed", number), engine("slot_freed", number, at_once=True)],
    ]
    alone = [
        [engine("escalated")],
        [engine("proposed")],
        [volunteer("applied")],
        [volunteer("declined", number), engine("lapsed", number), engine("proposal_withdrawn", number)],
        [resident("pair_refused", number), resident("chosen", number), volunteer("done", number)],
        [resident("request_widened", respond_by=(START + timedelta(days=90)).isoformat())],
        [resident("request_withdrawn", slots=[2])],
        [staff("request_closed", slots=[2])],
    ]
    return draw(st.sampled_from([[yes, *end] for end in ends] + alone))


@st.composite
def histories(draw: st.DrawFn, name: str = "a request") -> list[Happening]:
    """One request with two slots and whatever happened to it. What could not happen may occur too."""
    pieces = draw(st.lists(st.one_of(steps_of_others(), staff_acts().map(lambda act: [act])), max_size=8))
    posted = resident(
        "request_posted",
        slots=2,
        respond_by=(START + timedelta(days=draw(st.integers(0, 30)))).isoformat(),
        is_ride=draw(st.booleans()),
        work_area=draw(st.sampled_from(["transport", "meeting_company", None])),
        channel=draw(st.sampled_from(["web", "telephone"])),
    )
    return play(posted, *(step for piece in pieces for step in piece), name=name)


CITIES = st.integers(0, 4).flatmap(
    lambda count: st.tuples(*(histories(f"request {number}") for number in range(count)))
)


def figures_of(city: tuple[list[Happening], ...], period: Period) -> dict[Row, Figures]:
    as_of = START + timedelta(days=20)
    stories: list[Story] = [read_story(events, as_of=as_of) for events in city]
    return figures_by_row(stories, period, as_of=as_of)


PERIOD = Period(START.date(), START.date() + timedelta(days=5))


@given(histories(), staff_acts(), st.data())
def test_an_act_of_staff_never_makes_a_match_unmediated(
    events: list[Happening], act: Step, data: st.DataObject
) -> None:
    """More hands can only count against us."""
    place = data.draw(st.sampled_from(events))
    extra = Happening(place.seq, place.at, act.kind, ActingAs.STAFF, place.request_id, act.slot, None, act.detail)
    before = rule_matches(events)
    # Sorting is stable: the act comes right after the event whose instant and number it shares.
    after = rule_matches([*events, extra])
    assert set(after) == set(before)
    assert all(after[match_id].mediated for match_id, ruling in before.items() if ruling.mediated)


@given(CITIES, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_read_does_not_matter(city: tuple[list[Happening], ...], random: object) -> None:
    """Requests do not touch each other, and instants and numbers say what came first."""
    together = [event for events in city for event in events]
    apart = {match_id: ruling for events in city for match_id, ruling in rule_matches(events).items()}
    random.shuffle(together)  # type: ignore[attr-defined]
    assert rule_matches(together) == apart


@given(CITIES)
def test_events_that_are_not_read_would_have_changed_nothing(city: tuple[list[Happening], ...]) -> None:
    read = tuple([event for event in events if _is_read(event)] for events in city)
    assert figures_of(read, PERIOD) == figures_of(city, PERIOD)


def _is_read(event: Happening) -> bool:
    is_of_staff = event.acting_as is ActingAs.STAFF and event.kind in HEARD_OF_STAFF
    return event.kind in TELLING or is_of_staff


@given(CITIES)
def test_cuts_add_up_to_the_total(city: tuple[list[Happening], ...]) -> None:
    """Every match and slot stands in exactly one line of every cut."""
    for figures in figures_of(city, PERIOD).values():
        for cut in Cut:
            lines = figures.cuts[cut]
            assert sum(line.matches.numerator for line in lines) == figures.matches.numerator
            assert sum(line.matches.denominator for line in lines) == figures.matches.denominator
            assert sum(line.fill.rate.numerator for line in lines) == figures.fill.rate.numerator
            assert sum(line.fill.rate.denominator for line in lines) == figures.fill.rate.denominator
            assert sum(line.fill.asked for line in lines) == figures.fill.asked


@given(CITIES)
def test_rows_add_up_and_every_match_is_somewhere(city: tuple[list[Happening], ...]) -> None:
    """Marketplace and rides make both; a match counts, awaits, or was objected to."""
    rows = figures_of(city, PERIOD)
    parts = [rows[Row.MARKETPLACE], rows[Row.RIDES]]
    assert sum(part.matches.denominator for part in parts) == rows[Row.BOTH].matches.denominator
    assert sum(part.fill.asked for part in parts) == rows[Row.BOTH].fill.asked
    for figures in rows.values():
        counts = figures.counts
        assert figures.matches.denominator + counts.awaiting + counts.objected == counts.made
        assert counts.assisted <= figures.matches.numerator <= figures.matches.denominator
        assert counts.requests_escalated <= counts.requests_posted


@given(st.integers(1, 10_000).flatmap(lambda many: st.tuples(st.integers(0, many), st.just(many))))
def test_wilson_holds_the_share_and_keeps_within_0_and_1(numbers: tuple[int, int]) -> None:
    numerator, denominator = numbers
    low, high = wilson(numerator, denominator)
    assert 0 <= low <= numerator / denominator <= high <= 1
    # Mirrored: who counts the others gets the mirrored interval.
    mirrored_low, mirrored_high = wilson(denominator - numerator, denominator)
    assert abs(low - (1 - mirrored_high)) < 1e-12
    assert abs(high - (1 - mirrored_low)) < 1e-12
