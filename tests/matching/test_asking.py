"""One round: whom to ask, until when, what to withdraw and what to hand over."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from matching.acceptance import AcceptancePrior, Ask, Habits, Listing
from matching.asking import AskingPolicy, EscalationPolicy, Round, decide
from matching.problem import Market, OpenProposal, Window
from matching.reasons import Relax, WhyNobody
from matching.rules import AskingHours, fits, is_not_paused, may_ask, wants_this_kind, was_never_matched, was_not_asked
from matching.scoring import PairScore, ScoringWeights
from tests.matching.builders import NOW, a_market, a_random_market, a_request, a_volunteer, an_open_proposal
from tests.support import proof

HOUR = timedelta(hours=1)
NOBODY = {"skills": frozenset({"coffee"})}


def asked(made: Round) -> list[tuple[str, str]]:
    return [(p.request, p.volunteer) for p in made.proposals]


def escalated(made: Round) -> list[str]:
    return [e.request for e in made.escalations]


def test_the_nearest_of_equals_is_asked() -> None:
    market = a_market([a_volunteer("far", km=4), a_volunteer("near", km=1)], [a_request()])
    made = decide(market, NOW)
    assert asked(made) == [("r1", "near")]
    assert made.proposals[0].score.total == pytest.approx(sum(vars_of(made.proposals[0].score)))
    assert 0 < made.proposals[0].chance < 1


def vars_of(score: PairScore) -> list[float]:
    return [getattr(score, name) for name in PairScore.__dataclass_fields__]


def test_everything_is_weighed_at_once() -> None:
    """The nearest volunteer to both goes where nobody else can go."""
    people = [a_volunteer("all", km=0.1), a_volunteer("gardener", km=0.5, skills=frozenset({"garden"}))]
    people = [replace(person, max_proposals_per_week=1) for person in people]
    requests = [a_request("tuin"), a_request("koffie", skill="coffee", requester="p2")]
    assert sorted(asked(decide(a_market(people, requests), NOW))) == [("koffie", "all"), ("tuin", "gardener")]


@pytest.mark.parametrize(
    ("slots", "open_now", "taken", "expected"), [(1, 0, 0, 1), (3, 1, 1, 1), (1, 1, 0, 0), (2, 0, 2, 0)]
)
def test_as_many_are_asked_as_there_are_free_slots(slots: int, open_now: int, taken: int, expected: int) -> None:
    people = [a_volunteer(f"v{n}") for n in range(6)]
    opened = tuple(an_open_proposal("r1", f"v{n}") for n in range(open_now))
    running = frozenset(("r1", f"v{5 - n}") for n in range(taken))
    market = a_market(people, [a_request(slots=slots)], open_proposals=opened, running=running)
    assert len(decide(market, NOW).proposals) == expected


@pytest.mark.parametrize(
    ("posted_before_h", "left_h", "answer_h"),
    [
        pytest.param(0, 216, 24, id="a-day-to-answer"),
        pytest.param(0, 48, 24, id="exactly-two-days-is-not-urgent"),
        pytest.param(0, 47.99, 4, id="urgent"),
        pytest.param(40, 10, 10, id="never-past-respond-by"),
        pytest.param(40, 3, 3, id="urgent-and-never-past-respond-by"),
    ],
)
def test_how_long_somebody_has_to_answer(posted_before_h: float, left_h: float, answer_h: float) -> None:
    request = a_request(respond_by=NOW + left_h * HOUR)
    market = a_market([a_volunteer()], [request], posted_at={"r1": NOW - posted_before_h * HOUR})
    (proposal,) = decide(market, NOW).proposals
    assert proposal.expires_at == NOW + answer_h * HOUR


def test_nobody_is_asked_at_night_but_the_round_wakes_in_the_morning() -> None:
    night = datetime.fromisoformat("2026-03-03T23:00+01:00")
    made = decide(a_market([a_volunteer()], [a_request()]), night)
    assert made.proposals == ()
    assert made.wake_at == datetime.fromisoformat("2026-03-04T08:00+01:00")


def test_a_held_request_asks_nobody_and_needs_no_escalation() -> None:
    market = a_market([a_volunteer()], [a_request()], held=frozenset({"r1"}))
    assert decide(market, NOW + timedelta(days=20)) == Round((), (), (), None)


ESCALATIONS: list[Any] = [
    # nine days from posting to respond-by: two thirds is six days, 48 h before is seven days
    pytest.param(9, 7 * 24 - 0.001, False, id="nine-days-just-before-two-days-are-left"),
    pytest.param(9, 7 * 24, True, id="nine-days-exactly-two-days-left"),
    # three days: 48 h before is one day, two thirds is two days
    pytest.param(3, 47.999, False, id="three-days-just-before-two-thirds"),
    pytest.param(3, 48, True, id="three-days-exactly-two-thirds"),
    # one day: 48 h before lies before posting
    pytest.param(1, 15.999, False, id="one-day-just-before-two-thirds"),
    pytest.param(1, 16, True, id="one-day-exactly-two-thirds"),
]


@pytest.mark.parametrize(("days", "after_h", "due"), ESCALATIONS)
def test_a_request_is_handed_over_while_a_person_can_still_act(days: float, after_h: float, due: bool) -> None:
    """At the later of 48 hours before respond-by and two thirds of the time from posting."""
    request = a_request(respond_by=NOW + timedelta(days=days))
    made = decide(a_market([a_volunteer()], [request]), NOW + after_h * HOUR)
    assert escalated(made) == (["r1"] if due else [])


def test_two_thirds_is_never_a_microsecond_early() -> None:
    policy = EscalationPolicy()
    rng = Random(0)
    for _ in range(500):
        whole = timedelta(microseconds=rng.randrange(1, 5 * 86_400_000_000))
        due = policy.due_at(NOW, NOW + whole)
        assert 3 * (due - NOW) >= 2 * whole or due == NOW + whole
        assert due <= NOW + whole


@pytest.mark.parametrize(
    "facts", [{"escalated": frozenset({"r1"})}, {"held": frozenset({"r1"})}, {"running": frozenset({("r1", "x")})}]
)
def test_once_is_enough_and_so_is_a_coordinator_or_a_match(facts: dict[str, Any]) -> None:
    market = a_market([a_volunteer()], [a_request()], **facts)
    assert escalated(decide(market, NOW + timedelta(days=9))) == []


def test_where_nobody_can_ever_fit_it_is_handed_over_at_once() -> None:
    market = a_market([a_volunteer(km=6)], [a_request()])
    (handed_over,) = decide(market, NOW).escalations
    assert handed_over.reason is WhyNobody.OUT_OF_RANGE
    assert [miss.relax for miss in handed_over.nearest] == [Relax.MAX_KM]


def test_at_night_too() -> None:
    assert escalated(decide(a_market([], [a_request()]), NOW + 14 * HOUR)) == ["r1"]


def test_somebody_who_comes_back_in_time_is_waited_for() -> None:
    person = a_volunteer(paused_until=NOW + timedelta(days=2))
    made = decide(a_market([person], [a_request()]), NOW)
    assert (made.escalations, made.proposals, made.wake_at) == ((), (), NOW + timedelta(days=2))


def test_where_everybody_has_been_asked_in_vain_it_is_handed_over_at_once() -> None:
    market = a_market([a_volunteer(), a_volunteer("v2", **NOBODY)], [a_request()], proposed=frozenset({("r1", "v1")}))
    (handed_over,) = decide(market, NOW).escalations
    assert handed_over.reason is WhyNobody.ALL_ASKED


def test_an_answer_that_may_still_come_is_waited_for() -> None:
    market = a_market([a_volunteer()], [a_request()], open_proposals=(an_open_proposal(),))
    assert escalated(decide(market, NOW)) == []
    assert escalated(decide(market, NOW + 24 * HOUR)) == ["r1"]


def test_a_late_round_still_hands_over_what_was_due() -> None:
    assert escalated(decide(a_market([a_volunteer()], [a_request()]), NOW + timedelta(days=12))) == ["r1"]


def test_escalating_does_not_stop_the_asking() -> None:
    made = decide(a_market([a_volunteer()], [a_request()]), NOW + timedelta(days=7))
    assert escalated(made) == ["r1"]
    assert asked(made) == [("r1", "v1")]


WITHDRAWN: list[Any] = [
    pytest.param({}, {}, {}, False, id="still-fits"),
    pytest.param({"km": 8}, {}, {}, True, id="moved-too-far"),
    pytest.param({"paused_until": NOW + HOUR}, {}, {}, True, id="paused"),
    pytest.param({"avoid": frozenset({"p1"})}, {}, {}, True, id="avoids"),
    pytest.param({"capacity": 1}, {}, {"running": frozenset({("x", "v1")})}, True, id="no-room-left"),
    pytest.param({}, {}, {"running": frozenset({("r1", "v2")})}, True, id="the-last-slot-was-taken"),
    pytest.param({}, {"slots": 2}, {"running": frozenset({("r1", "v2")})}, False, id="another-slot-is-free"),
    pytest.param({}, {}, {"held": frozenset({"r1"})}, False, id="held-lets-it-run"),
    pytest.param({}, {}, {"asked_at": {"v1": (NOW,) * 9}}, False, id="the-weekly-limit-counts-before-asking-only"),
]


@pytest.mark.parametrize(("volunteer", "request_", "facts", "expected"), WITHDRAWN)
def test_what_no_longer_fits_is_withdrawn(
    volunteer: dict[str, Any], request_: dict[str, Any], facts: dict[str, Any], expected: bool
) -> None:
    market = a_market(
        [a_volunteer(**volunteer)], [a_request(**request_)], open_proposals=(an_open_proposal(),), **facts
    )
    assert decide(market, NOW).withdrawals == ((("r1", "v1"),) if expected else ())


def test_proposals_of_a_request_or_a_volunteer_that_is_gone_are_withdrawn() -> None:
    opened = (an_open_proposal("gone", "v1"), an_open_proposal("r1", "gone"), an_open_proposal("old", "v1", hours=0))
    market = a_market([a_volunteer()], [a_request()], open_proposals=opened)
    assert decide(market, NOW).withdrawals == (("gone", "v1"), ("r1", "gone"))


def test_somebody_with_less_room_keeps_what_has_waited_longest() -> None:
    opened = (an_open_proposal("r1", hours=9), an_open_proposal("r2", hours=3))
    requests = [a_request(), a_request("r2")]
    market = a_market([a_volunteer(capacity=1)], requests, open_proposals=opened)
    assert decide(market, NOW).withdrawals == (("r1", "v1"),)


def test_a_withdrawn_proposal_makes_room_in_the_same_round_but_not_for_the_same_person() -> None:
    people = [a_volunteer(paused_until=NOW + HOUR), a_volunteer("v2")]
    made = decide(a_market(people, [a_request()], open_proposals=(an_open_proposal(),)), NOW)
    assert made.withdrawals == (("r1", "v1"),)
    assert asked(made) == [("r1", "v2")]


@pytest.mark.parametrize(
    ("volunteer", "facts", "expected"),
    [
        pytest.param({}, {}, NOW + timedelta(days=1), id="when-the-new-proposal-lapses"),
        pytest.param({"max_proposals_per_week": 0}, {}, NOW + timedelta(days=7), id="when-it-is-handed-over"),
        pytest.param(
            {},
            {"escalated": frozenset({"r1"}), "proposed": frozenset({("r1", "v1")})},
            NOW + timedelta(days=9),
            id="at-respond-by",
        ),
        pytest.param(
            {"max_proposals_per_week": 1},
            {"asked_at": {"v1": (NOW - 160 * HOUR,)}},
            NOW + 8 * HOUR,
            id="when-the-week-is-over",
        ),
    ],
)
def test_when_to_look_again(volunteer: dict[str, Any], facts: dict[str, Any], expected: datetime) -> None:
    assert decide(a_market([a_volunteer(**volunteer)], [a_request()], **facts), NOW).wake_at == expected


def test_nothing_to_wait_for() -> None:
    assert decide(a_market([a_volunteer()], []), NOW).wake_at is None
    assert decide(a_market([a_volunteer()], [a_request()]), NOW + timedelta(days=9)).wake_at is None


@pytest.mark.parametrize("seed", range(proof.count(20, 400)))
def test_every_round_keeps_its_word(seed: int) -> None:
    """On random markets: only who may be asked, within slots, room and week; nothing premature or late."""
    rng = Random(seed)
    now = NOW + timedelta(hours=rng.randrange(-4, 12))
    market = a_random_market(rng, volunteers=30, requests=10, now=now)
    made = decide(market, now)
    market = after_withdrawals(market, made, now)
    for request, volunteer in asked(made):
        assert may_ask(market, market.volunteers[volunteer], market.requests[request], now)
    for request_id, count in Counter(request for request, _ in asked(made)).items():
        open_now = len(market.open_for_request(request_id, now))
        assert open_now + count <= market.free_slots(market.requests[request_id])
    for volunteer_id, count in Counter(volunteer for _, volunteer in asked(made)).items():
        person = market.volunteers[volunteer_id]
        assert market.engaged(volunteer_id, now) + count <= person.capacity
        assert market.asked_lately(volunteer_id, now) + count <= person.max_proposals_per_week
    for proposal in made.proposals:
        assert now < proposal.expires_at <= market.requests[proposal.request].respond_by
    assert_escalations_are_timely(market, made, now)
    assert made.wake_at is None or made.wake_at > now
    assert decide(market, now) == replace(made, withdrawals=())


def after_withdrawals(market: Market, made: Round, now: datetime) -> Market:
    gone = set(made.withdrawals)
    kept = tuple(p for p in market.open_proposals if p.pair not in gone or p.expires_at <= now)
    return replace(market, open_proposals=kept, proposed=market.proposed | gone)


def assert_escalations_are_timely(market: Market, made: Round, now: datetime) -> None:
    for request in market.requests.values():
        due = EscalationPolicy().due_at(market.posted_at[request.id], request.respond_by)
        is_open = request.id not in market.held | market.escalated and market.free_slots(request) > 0
        could_be_asked = any(
            fits(market, v, request, now)
            and was_never_matched(market, v, request, now)
            and was_not_asked(market, v, request, now)
            and wants_this_kind(market, v, request, now)
            and is_not_paused(market, v, request, now)
            for v in market.volunteers.values()
        )
        if request.id in escalated(made):
            assert is_open
            assert now >= due or not could_be_asked
        elif is_open:
            assert now < min(due, request.respond_by)


def test_a_newcomer_gets_a_first_task_before_somebody_equal() -> None:
    people = [a_volunteer("old"), a_volunteer("new")]
    market = a_market(people, [a_request()], finished=frozenset({("x", "old")}))
    assert asked(decide(market, NOW)) == [("r1", "new")]


def test_who_was_asked_yesterday_is_spared() -> None:
    market = a_market(
        [a_volunteer("asked"), a_volunteer("rested", km=0.5)], [a_request()], asked_at={"asked": (NOW - 20 * HOUR,)}
    )
    assert asked(decide(market, NOW)) == [("r1", "rested")]


def test_both_solvers_make_rounds_of_equal_worth() -> None:
    market = a_random_market(Random(5), volunteers=40, requests=15)
    worth = [
        sum(p.chance * p.score.total for p in decide(market, NOW, AskingPolicy(solver=solver)).proposals)
        for solver in ("highs", "flow")
    ]
    assert worth[0] == pytest.approx(worth[1], abs=1e-4)
    assert worth[0] > 0


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: AskingPolicy(answer_h=0), "answer_h"),
        (lambda: EscalationPolicy(share_of_time=1.1), "share_of_time"),
        (lambda: EscalationPolicy(before_respond_by_h=-1), "before_respond_by_h"),
        (lambda: EscalationPolicy(nearest_at_most=-1), "nearest_at_most"),
        (lambda: AskingHours(600, 600), "start_minute"),
        (lambda: AcceptancePrior(yes_share=0), "yes_share"),
        (lambda: AcceptancePrior(halving_km=0), "halving_km"),
        (lambda: ScoringWeights(time_points=-1), "time_points"),
        (lambda: ScoringWeights(match_points=1), "match_points"),
        (lambda: ScoringWeights(distance_scale_km=0), "distance_scale_km"),
    ],
)
def test_a_policy_that_cannot_be_names_its_field(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        make()


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        decide(a_market(), datetime(2026, 3, 3))  # noqa: DTZ001


def test_a_proposal_in_the_past_of_a_changed_request_does_not_bar_the_volunteer() -> None:
    """`proposed` holds what was asked since the last change; the caller empties it when the request changes."""
    request = a_request(windows=(Window(NOW + timedelta(days=10), NOW + timedelta(days=11)),))
    market = a_market([a_volunteer()], [request], open_proposals=(OpenProposal("r0", "v1", NOW),))
    assert asked(decide(market, NOW)) == [("r1", "v1")]


def an_hour_ago(hours: float, volunteer: str = "v1", **more: Any) -> Ask:
    return Ask("r1", volunteer, "garden", 0.0, 0, NOW - hours * HOUR, **more)


def test_a_second_person_is_asked_once_the_first_will_probably_not_answer() -> None:
    """The proposal is open for a day, but answers usually come sooner."""
    people = [a_volunteer(), a_volunteer("v2")]
    for hours, expected in ((0.1, []), (20, [("r1", "v2")])):
        opened = (OpenProposal("r1", "v1", NOW + (24 - hours) * HOUR),)
        market = a_market(people, [a_request()], open_proposals=opened, posted_at={"r1": NOW - hours * HOUR})
        habits = Habits(market.skills, asks=[an_hour_ago(hours)])
        assert asked(decide(market, NOW, habits=habits)) == expected


def test_near_the_end_a_second_person_is_asked_sooner() -> None:
    people = [a_volunteer(), a_volunteer("v2")]
    habits = Habits(a_market().skills, asks=[an_hour_ago(6)])
    for left_h, expected in ((200, []), (8, [("r1", "v2")])):
        opened = (OpenProposal("r1", "v1", NOW + 7 * HOUR),)
        request = a_request(respond_by=NOW + left_h * HOUR)
        market = a_market(people, [request], open_proposals=opened, posted_at={"r1": NOW - 6 * HOUR})
        assert asked(decide(market, NOW, habits=habits)) == expected


@pytest.mark.parametrize("seed", range(proof.count(10, 200)))
def test_the_yeses_expected_never_exceed_the_free_slots(seed: int) -> None:
    rng = Random(seed)
    market = a_random_market(rng, volunteers=30, requests=10)
    keys = [(p.request, p.volunteer) for p in market.open_proposals if p.request in market.requests]
    asks = [Ask(r, v, market.requests[r].skill, 1.0, 0, NOW - rng.uniform(0, 30) * HOUR) for r, v in keys]
    habits = Habits(market.skills, asks=asks)
    made = decide(market, NOW, habits=habits)
    after = after_withdrawals(market, made, NOW)
    for request_id, request in market.requests.items():
        new = [p.chance for p in made.proposals if p.request == request_id]
        still = [habits.still_says_yes(a, NOW) for a in asks if a.request == request_id]
        if new:
            assert sum(new) + sum(still) <= after.free_slots(request) + 1e-9


def test_who_never_answers_is_spared_while_there_is_somebody_else() -> None:
    silent = [Ask(f"x{n}", "v1", "garden", 0.0, 0, NOW - (n + 5) * 24 * HOUR) for n in range(4)]
    market = a_market([a_volunteer(), a_volunteer("v2", km=2)], [a_request()])
    assert asked(decide(market, NOW, habits=Habits(market.skills, asks=silent))) == [("r1", "v2")]


def test_what_fills_by_itself_may_wait_a_little_and_what_does_not_may_not() -> None:
    soon = {f"g{n}": Listing("garden", NOW - 9 * 24 * HOUR, NOW - 9 * 24 * HOUR + HOUR, True) for n in range(60)}
    market = a_market([a_volunteer()], [a_request()])
    habits = Habits(market.skills)
    for request_id, listing in soon.items():
        habits.note_listing(request_id, listing)
    made = decide(market, NOW, habits=habits)
    assert asked(made) == []
    assert made.wake_at == NOW + HOUR / 2
    assert asked(decide(market, NOW + 6 * 24 * HOUR, habits=habits)) == [("r1", "v1")]
