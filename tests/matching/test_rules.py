"""Whom one may ask: each rule at its edge, and the fast way against the slow one."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from matching.candidates import Screen, find_candidates
from matching.problem import Market, WeeklySlot, Window
from matching.rules import Rule, could_ever_fit, distance_km, is_asking, may_apply, may_ask, refusals, refused_by_person
from tests.matching.builders import (
    NOW,
    a_market,
    a_random_market,
    a_random_volunteer,
    a_request,
    a_volunteer,
    an_open_proposal,
)
from tests.support import proof


def rules_broken(market: Market, now: datetime = NOW) -> list[Rule]:
    return [
        r.rule
        for r in refusals(market, next(iter(market.volunteers.values())), next(iter(market.requests.values())), now)
    ]


EDGES: list[Any] = []


def case(
    id: str,
    expected: list[Rule],
    volunteer: dict[str, Any] | None = None,
    request: dict[str, Any] | None = None,
    **market: Any,
) -> None:
    EDGES.append(pytest.param(volunteer or {}, request or {}, market, expected, id=id))


def hours_ago(*hours: float) -> dict[str, tuple[datetime, ...]]:
    return {"v1": tuple(NOW - timedelta(hours=h) for h in hours)}


case("everything-fits", [])
case("another-skill", [Rule.SKILL], {"skills": frozenset({"coffee"})})
case("the-skill-requires-a-car", [Rule.QUALIFICATION], {"qualifications": frozenset({"licence"})}, {"skill": "ride"})
case("the-request-requires-a-certificate", [Rule.QUALIFICATION], {}, {"requires": frozenset({"vog"})})
case("all-qualifications", [], {"qualifications": frozenset({"car", "licence"})}, {"skill": "ride"})
case("five-kilometres-is-near-enough", [], {"km": 4.999})
case("further-than-five-kilometres", [Rule.DISTANCE], {"km": 5.01})
case("a-minute-short", [Rule.TIME], {"available": (WeeklySlot(4, 600, 659),)})
case("just-long-enough", [], {"available": (WeeklySlot(4, 600, 660),)})
case("no-availability-at-all", [Rule.TIME], {"available": ()})
case("no-language-in-common", [Rule.LANGUAGE], {"languages": frozenset({"nl"})}, {"languages": frozenset({"pl"})})
case("a-language-in-common", [], {"languages": frozenset({"nl", "pl"})}, {"languages": frozenset({"pl", "en"})})
case("no-language-named", [], {"languages": frozenset()})
case("eighteen-this-year", [], {"born": 2008}, {"min_age": 18})
case("eighteen-next-year", [Rule.AGE], {"born": 2009}, {"min_age": 18})
case("age-unknown", [Rule.AGE], {}, {"min_age": 1})
case("age-unknown-and-not-asked", [], {}, {"min_age": 0})
case("avoids-the-requester", [Rule.AVOIDED], {"avoid": frozenset({"p1"})})
case("avoided-by-the-requester", [Rule.AVOIDED], {}, {"avoid": frozenset({"v1"})})
case("paused", [Rule.PAUSED], {"paused_until": NOW + timedelta(seconds=1)})
case("a-pause-that-ends-now", [], {"paused_until": NOW})
case("as-busy-as-they-want", [Rule.CAPACITY], {}, running=frozenset({("x", "v1"), ("y", "v1")}))
case("open-proposals-count-as-tasks", [Rule.CAPACITY], {"capacity": 1}, open_proposals=(an_open_proposal("x"),))
case("a-lapsed-proposal-does-not", [], {"capacity": 1}, open_proposals=(an_open_proposal("x", hours=0),))
case("finished-tasks-free-a-place", [], {"capacity": 1}, finished=frozenset({("x", "v1")}))
case("asked-twice-this-week", [Rule.WEEKLY_LIMIT], asked_at=hours_ago(1, 167.9))
case("the-first-was-a-week-ago", [], asked_at=hours_ago(1, 168))
case("asked-for-this-before", [Rule.ASKED_BEFORE], proposed=frozenset({("r1", "v1")}))
case("being-asked-for-this", [Rule.ASKED_BEFORE], open_proposals=(an_open_proposal(),))
case("an-undone-match", [Rule.MATCHED_BEFORE], matched_before=frozenset({("r1", "v1")}))
case("not-this-kind", [Rule.UNWANTED_KIND], unwanted=frozenset({("v1", "garden")}))
case("another-kind-unwanted", [], unwanted=frozenset({("v1", "coffee"), ("v2", "garden")}))
case("held", [Rule.HELD], held=frozenset({"r1"}))
case("no-free-slot", [Rule.NO_FREE_SLOT], running=frozenset({("r1", "v2")}))
case("a-slot-whose-match-is-finished-is-taken", [Rule.NO_FREE_SLOT], finished=frozenset({("r1", "v2")}))
case("a-second-slot", [], {}, {"slots": 2}, running=frozenset({("r1", "v2")}))
case("at-respond-by", [Rule.RESPOND_BY_PASSED], {}, {"respond_by": NOW})
case("just-before-respond-by", [], {}, {"respond_by": NOW + timedelta(seconds=1)})
case(
    "several-rules-in-their-order",
    [Rule.HELD, Rule.SKILL, Rule.DISTANCE, Rule.PAUSED, Rule.ASKED_BEFORE],
    {"skills": frozenset(), "km": 9, "paused_until": NOW + timedelta(1)},
    held=frozenset({"r1"}),
    proposed=frozenset({("r1", "v1")}),
)


@pytest.mark.parametrize(("volunteer", "request_", "facts", "expected"), EDGES)
def test_each_rule_holds_up_to_its_edge(
    volunteer: dict[str, Any], request_: dict[str, Any], facts: dict[str, Any], expected: list[Rule]
) -> None:
    market = a_market([a_volunteer(**volunteer)], [a_request(**request_)], **facts)
    assert rules_broken(market) == expected
    assert len(find_candidates(market, NOW)) == (0 if expected else 1)


@pytest.mark.parametrize(
    ("local", "is_decent"),
    [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False), ("00:00", False)],
)
def test_nobody_is_asked_at_night(local: str, is_decent: bool) -> None:
    """08:00 to 21:00 on the local clock, in winter and in summer."""
    for day in ("2026-03-03", "2026-06-03"):
        offset = "+01:00" if day < "2026-03-29" else "+02:00"
        now = datetime.fromisoformat(f"{day}T{local}{offset}")
        request = a_request(respond_by=now + timedelta(days=1), windows=(Window(now, now + timedelta(days=2)),))
        market = a_market([a_volunteer()], [request])
        assert rules_broken(market, now) == ([] if is_decent else [Rule.OUTSIDE_ASKING_HOURS])


def test_somebody_who_left_or_a_request_that_is_gone_is_refused() -> None:
    market = a_market([a_volunteer()], [a_request()])
    assert [r.rule for r in refusals(market, a_volunteer("gone"), a_request(), NOW)] == [Rule.LEFT]
    assert [r.rule for r in refusals(market, a_volunteer(), a_request("gone"), NOW)] == [Rule.REQUEST_CLOSED]


@pytest.mark.parametrize("seed", range(proof.count(25, 500)))
def test_the_fast_way_allows_exactly_what_the_rules_allow(seed: int) -> None:
    """Every pair of a random market, near both clock changes and in between."""
    rng = Random(seed)
    now = NOW + timedelta(
        days=rng.choice([0, 24, 25, 26, 90, 228, 235, 236, 300]), hours=rng.randrange(-3, 12), seconds=rng.randrange(3)
    )
    market = a_random_market(rng, volunteers=40, requests=12, now=now)
    slow = [
        (request.id, volunteer.id)
        for request in market.requests.values()
        for volunteer in market.volunteers.values()
        if may_ask(market, volunteer, request, now)
    ]
    assert find_candidates(market, now).pairs() == slow
    screen = Screen(market, now)
    for request in market.requests.values():
        ever = [at for at, v in enumerate(market.volunteers.values()) if could_ever_fit(market, v, request, now)]
        assert screen.ever_fit(request).tolist() == ever


def test_candidates_carry_their_distance_and_time() -> None:
    market = a_market([a_volunteer(km=2)], [a_request()])
    found = find_candidates(market, NOW)
    assert found.distance_km[0] == pytest.approx(distance_km(a_volunteer(km=2), a_request()))
    assert found.overlap_min.tolist() == [240.0]


APPLICATIONS: list[Any] = [
    pytest.param({}, {}, {}, True, id="fits"),
    pytest.param({"km": 9}, {}, {}, False, id="too-far"),
    pytest.param(
        {"capacity": 1}, {}, {"open_proposals": (an_open_proposal(),)}, True, id="own-open-proposal-not-counted"
    ),
    pytest.param(
        {"capacity": 1}, {}, {"open_proposals": (an_open_proposal("x"),)}, False, id="another-proposal-counts"
    ),
    pytest.param({}, {}, {"held": frozenset({"r1"})}, True, id="held-by-a-coordinator"),
    pytest.param({}, {}, {"asked_at": hours_ago(1, 2, 3)}, True, id="asked-often-this-week"),
    pytest.param({}, {}, {"unwanted": frozenset({("v1", "garden")})}, True, id="changed-their-mind"),
    pytest.param({}, {}, {"proposed": frozenset({("r1", "v1")})}, True, id="declined-before"),
    pytest.param({}, {"slots": 2}, {"running": frozenset({("r1", "v1")})}, False, id="already-has-a-slot"),
    pytest.param({}, {}, {"matched_before": frozenset({("r1", "v1")})}, False, id="undone-match-never-again"),
    pytest.param({}, {}, {"running": frozenset({("r1", "v2")})}, False, id="no-free-slot"),
    pytest.param({}, {"respond_by": NOW}, {}, False, id="too-late"),
    pytest.param({"paused_until": NOW + timedelta(1)}, {}, {}, False, id="paused"),
]


@pytest.mark.parametrize(("volunteer", "request_", "facts", "expected"), APPLICATIONS)
def test_who_offers_of_their_own_accord_is_honoured(
    volunteer: dict[str, Any], request_: dict[str, Any], facts: dict[str, Any], expected: bool
) -> None:
    person, request = a_volunteer(**volunteer), a_request(**request_)
    assert may_apply(a_market([person], [request], **facts), person, request, NOW) is expected


def test_an_offer_is_honoured_at_night() -> None:
    night = NOW + timedelta(hours=14)
    assert may_apply(a_market([a_volunteer()], [a_request()]), a_volunteer(), a_request(), night)


@pytest.mark.parametrize(
    ("days", "expected"), [pytest.param(8, True, id="back-in-time"), pytest.param(9, False, id="back-at-respond-by")]
)
def test_a_pause_that_ends_before_respond_by_does_not_count_for_ever(days: int, expected: bool) -> None:
    person = a_volunteer(paused_until=NOW + timedelta(days=days))
    assert could_ever_fit(a_market([person], [a_request()]), person, a_request(), NOW) is expected


def test_a_whole_town_is_screened_at_once() -> None:
    """Fifteen hundred volunteers and three hundred open requests; the count, not the clock, is what is checked."""
    rng = Random(2)
    market = a_random_market(rng, volunteers=20, requests=300)
    crowd = {f"c{n}": a_random_volunteer(rng, f"c{n}", NOW) for n in range(1500)}
    market = replace(market, volunteers=crowd)
    started = time.perf_counter()
    found = find_candidates(market, NOW)
    print(f"{len(found)} candidates in {time.perf_counter() - started:.3f} s")
    sample = rng.sample(list(crowd.values()), 30)
    pairs = set(found.pairs())
    for request in market.requests.values():
        for volunteer in sample:
            lazily = is_asking(market, request, NOW) and not any(refused_by_person(market, volunteer, request, NOW))
            assert ((request.id, volunteer.id) in pairs) is lazily


def test_a_market_refuses_a_skill_that_is_not_in_the_table() -> None:
    with pytest.raises(ValueError, match="skill"):
        a_market([], [a_request(skill="cheese")])


def test_a_market_refuses_a_request_without_a_posting_time() -> None:
    with pytest.raises(ValueError, match="posted_at"):
        a_market([], [a_request()], posted_at={})


NAIVE = datetime(2026, 3, 3)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("make", "field"),
    [
        pytest.param(lambda: a_volunteer(lat=91), "lat", id="north-of-the-pole"),
        pytest.param(lambda: a_volunteer(lon=float("nan")), "lon", id="nan"),
        pytest.param(lambda: a_volunteer(max_km=-1), "max_km", id="negative-reach"),
        pytest.param(lambda: a_volunteer(max_km=float("inf")), "max_km", id="infinite-reach"),
        pytest.param(lambda: a_volunteer(capacity=-1), "capacity", id="negative-capacity"),
        pytest.param(lambda: a_volunteer(capacity=1.5), "capacity", id="half-a-task"),
        pytest.param(lambda: a_volunteer(""), "id", id="empty-id"),
        pytest.param(lambda: a_volunteer(paused_until=NAIVE), "paused_until", id="pause-without-offset"),
        pytest.param(lambda: a_request(respond_by=NAIVE), "respond_by", id="respond-by-without-offset"),
        pytest.param(lambda: a_request(minutes=0), "minutes", id="no-minutes"),
        pytest.param(lambda: a_request(slots=0), "slots", id="no-slots"),
        pytest.param(lambda: a_request(windows=()), "windows", id="no-time-at-all"),
        pytest.param(lambda: Window(NOW, NOW), "end_at", id="empty-window"),
        pytest.param(lambda: WeeklySlot(7, 0, 60), "weekday", id="eighth-day"),
        pytest.param(lambda: WeeklySlot(0, 60, 60), "end_minute", id="empty-slot"),
        pytest.param(lambda: WeeklySlot(0, 0, 1441), "end_minute", id="past-midnight"),
    ],
)
def test_a_value_that_cannot_be_names_its_field(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        make()
