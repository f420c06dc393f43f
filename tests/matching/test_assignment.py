"""The assignment against every possible choice, on instances small enough to try them all."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import assignment_paths, assignment_search
from matching.assignment import MICRO, Assignment, Solver, assign
from matching.assignment_problem import Problem
from matching.assignment_proof import find_prices
from matching.assignment_solvers import SOLVERS as SOLVERS_BY_NAME
from tests.support import proof

SOLVERS: tuple[Solver, ...] = ("highs", "flow")
Pairs = list[tuple[int, int, int]]  # request, volunteer, value in micro-points


def best_of_all(pairs: Pairs, slots: list[int], capacity: list[int], cost: list[int]) -> int:
    """The greatest worth, in micro-points, of any set of pairs that keeps the limits."""
    best = None
    for chosen in product((False, True), repeat=len(pairs)):
        used = [pair for pair, is_in in zip(pairs, chosen, strict=True) if is_in]
        left = [limit - sum(r == at for r, _, _ in used) for at, limit in enumerate(slots)]
        room = [limit - sum(v == at for _, v, _ in used) for at, limit in enumerate(capacity)]
        if min(left, default=0) < 0 or min(room, default=0) < 0:
            continue
        worth = sum(value for _, _, value in used) - sum(c * empty for c, empty in zip(cost, left, strict=True))
        best = worth if best is None else max(best, worth)
    assert best is not None
    return best


def solve(pairs: Pairs, slots: list[int], capacity: list[int], cost: list[int], solver: Solver) -> Assignment:
    return assign(
        np.array([value for _, _, value in pairs], dtype=np.float64) / MICRO,
        [r for r, _, _ in pairs],
        [v for _, v, _ in pairs],
        slots=slots,
        capacity=capacity,
        unmet_cost=np.array(cost, dtype=np.float64) / MICRO,
        solver=solver,
    )


def an_instance(rng: Random) -> tuple[Pairs, list[int], list[int], list[int]]:
    """At most nine pairs; now and then ties, negative values and costs, no slots, no capacity, the largest values."""
    n_requests, n_volunteers = rng.randrange(1, 5), rng.randrange(1, 5)
    scale = rng.choice([1, 3, 10, 1_000_000, 999_999_999_999])
    every = list(product(range(n_requests), range(n_volunteers)))
    ends = rng.sample(every, rng.randrange(0, min(9, len(every)) + 1))
    pairs = [(r, v, rng.randint(-scale // 3, scale)) for r, v in ends]
    slots = [rng.randrange(4) for _ in range(n_requests)]
    capacity = [rng.randrange(4) for _ in range(n_volunteers)]
    cost = [rng.choice([0, 0, rng.randint(-scale, scale)]) for _ in range(n_requests)]
    return pairs, slots, capacity, cost


@pytest.mark.parametrize("block", range(20))
def test_no_choice_is_worth_more_than_the_one_made(block: int) -> None:
    """Exact to the last micro-point, limits kept, and proven, by both solvers."""
    rng = Random(block)
    for _ in range(proof.count(200, 4000)):
        pairs, slots, capacity, cost = an_instance(rng)
        best = best_of_all(pairs, slots, capacity, cost)
        for solver in SOLVERS if rng.random() < 0.3 else (rng.choice(SOLVERS),):
            made = solve(pairs, slots, capacity, cost, solver)
            assert made.optimal
            assert made.objective == best / MICRO, (pairs, slots, capacity, cost, solver)
            assert_keeps_limits(made, pairs, slots, capacity)
            assert all(pairs[at][2] + cost[pairs[at][0]] > 0 for at in made.chosen)


def assert_keeps_limits(made: Assignment, pairs: Pairs, slots: list[int], capacity: list[int]) -> None:
    chosen = [pairs[at] for at in made.chosen]
    assert len(set(made.chosen.tolist())) == len(chosen)
    assert all(sum(r == at for r, _, _ in chosen) <= limit for at, limit in enumerate(slots))
    assert all(sum(v == at for _, v, _ in chosen) <= limit for at, limit in enumerate(capacity))


@pytest.fixture
def narrowly(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Even the smallest problem is narrowed to the very best pairs and taken apart; counts how often pairs are missed,
    and how often all are solved after all."""
    for name in ("FEW", "BEST_IF_PLENTY", "BEST_IF_SCARCE", "SEVERAL"):
        monkeypatch.setattr(assignment_search, name, 0)
    monkeypatch.setattr(assignment_search, "WORTH_NARROWING", 1.0)
    monkeypatch.setattr(assignment_search, "PART", 1)
    monkeypatch.setattr(assignment_paths, "PATIENCE", 10**6)
    counted: Counter[str] = Counter()
    for place, name in ((assignment_paths._Among, "take"), (assignment_search, "_solve_apart")):
        monkeypatch.setattr(place, name, _counting(getattr(place, name), counted, name))
    return counted


def _counting(function: Callable[..., Any], counted: Counter[str], name: str) -> Callable[..., Any]:
    def call(*given: Any) -> Any:
        counted[name] += 1
        return function(*given)

    return call


@pytest.mark.parametrize("patience", [10**6, 0], ids=["pair by pair", "all over again"])
def test_wherever_the_search_begins_it_ends_at_the_best(
    narrowly: Counter[str], monkeypatch: pytest.MonkeyPatch, patience: int
) -> None:
    """From any pairs at all, letting in what was missed until nothing is: still the best of all choices."""
    rng = Random(31)
    monkeypatch.setattr(assignment_paths, "PATIENCE", patience)
    monkeypatch.setattr(assignment_search, "_promising", lambda problem: some_positions(rng, len(problem)))
    for _ in range(proof.count(1500, 40_000)):
        pairs, slots, capacity, cost = an_instance(rng)
        solver = rng.choice(SOLVERS)
        made = solve(pairs, slots, capacity, cost, solver)
        assert made.optimal
        assert made.objective == best_of_all(pairs, slots, capacity, cost) / MICRO, (pairs, slots, capacity, cost)
        assert_keeps_limits(made, pairs, slots, capacity)
        assert_prices_prove(made, pairs, slots, capacity, cost)
    assert (narrowly["take"] > 200) == (patience > 0)


def some_positions(rng: Random, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(sorted(rng.sample(range(count), rng.randrange(1, count + 1))), dtype=np.int64)


def a_town(seed: int, scarcity: float) -> tuple[Pairs, list[int], list[int], list[int]]:
    """Forty requests and so many places a slot; values fall with distance, and some are the same."""
    rng = np.random.default_rng(seed)
    n_requests, n_volunteers = 40, int(40 * scarcity)
    where, home = rng.random((n_requests, 2)), rng.random((n_volunteers, 2))
    far = np.hypot(*(where[:, None] - home[None]).transpose(2, 0, 1))
    request, volunteer = np.nonzero((far < 0.6) & (rng.random(far.shape) < 0.7))
    value = (rng.integers(-5, 60, len(request)) + np.rint(100 * np.exp(-2 * far[request, volunteer]))) * (MICRO // 10)
    pairs = list(zip(request.tolist(), volunteer.tolist(), value.astype(int).tolist(), strict=True))
    limits = rng.choice([1, 1, 2, 3], n_requests), rng.choice([0, 1, 2, 3], n_volunteers)
    cost = rng.choice([0, 0, MICRO, -MICRO], n_requests)
    return pairs, limits[0].tolist(), limits[1].tolist(), cost.tolist()


def worth_by_network_simplex(pairs: Pairs, slots: list[int], capacity: list[int], cost: list[int]) -> int:
    """The greatest worth, in micro-points, by networkx: another algorithm and nobody's code but theirs."""
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph()
    total = sum(slots)
    graph.add_node("from", demand=-total)
    graph.add_node("to", demand=total)
    for at, limit in enumerate(slots):
        graph.add_edge("from", ("r", at), capacity=limit, weight=0)
        graph.add_edge(("r", at), "to", capacity=limit, weight=cost[at])
    for at, limit in enumerate(capacity):
        graph.add_edge(("v", at), "to", capacity=limit, weight=0)
    for r, v, value in pairs:
        graph.add_edge(("r", r), ("v", v), capacity=1, weight=-value)
    return -int(networkx.network_simplex(graph)[0])


@pytest.mark.parametrize("scarcity", [0.7, 1.0, 1.8])
def test_networkx_finds_nothing_better(narrowly: Counter[str], scarcity: float) -> None:
    """Scarce, even and plenty, with negative values and unmet costs of both signs."""
    for seed in range(proof.count(4, 60)):
        town = a_town(seed, scarcity)
        best = worth_by_network_simplex(*town)
        for solver in SOLVERS:
            made = solve(*town, solver)
            assert (made.objective, made.optimal) == (best / MICRO, True)
            assert_keeps_limits(made, *town[:3])
    assert narrowly["take"] > 0


def test_towns_that_share_nobody_are_solved_apart_and_to_the_same_worth(narrowly: Counter[str]) -> None:
    """Three towns in one instance, here and in other processes: each as if it were alone."""
    towns = [a_town(seed, 1.0) for seed in range(3)]
    pairs, slots, capacity, cost = [], [], [], []
    for of_town in towns:
        pairs += [(r + len(slots), v + len(capacity), value) for r, v, value in of_town[0]]
        slots, capacity, cost = slots + of_town[1], capacity + of_town[2], cost + of_town[3]
    arrays = [np.array([pair[end] for pair in pairs]) for end in (0, 1, 2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        made, elsewhere = (
            assign(
                arrays[2] / MICRO,
                arrays[0],
                arrays[1],
                slots=slots,
                capacity=capacity,
                unmet_cost=np.array(cost) / MICRO,
                solver="flow",
                executor=pool,
            )
            for pool in (None, executor)
        )
    assert made.objective == pytest.approx(sum(solve(*town, "flow").objective for town in towns))
    assert made.optimal
    assert elsewhere.chosen.tolist() == made.chosen.tolist()


@pytest.mark.parametrize("solver", SOLVERS)
def test_one_volunteer_never_takes_two_slots_of_one_request(solver: Solver) -> None:
    """The trap of copying seats: with copies, the first volunteer would fill both slots, for 20 instead of 11."""
    pairs = [(0, 0, 10 * MICRO), (0, 1, 1 * MICRO)]
    made = solve(pairs, [2], [2, 2], [0], solver)
    assert made.chosen.tolist() == [0, 1]
    assert made.objective == 11.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_pair_that_adds_nothing_is_left_out(solver: Solver) -> None:
    """A tie between making a pair and leaving it out is always settled the same way."""
    made = solve([(0, 0, 0), (1, 1, -5), (2, 2, -4)], [1, 1, 1], [1, 1, 1], [0, 5, 3], solver)
    assert made.chosen.tolist() == []
    assert made.objective == -8 / MICRO


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_unmet_cost_makes_a_pair_of_negative_value_worth_making(solver: Solver) -> None:
    made = solve([(0, 0, -2 * MICRO)], [1], [1], [3 * MICRO], solver)
    assert made.chosen.tolist() == [0]
    assert made.objective == -2.0


def test_the_smallest_difference_decides_among_the_largest_values() -> None:
    """One micro-point on a million points."""
    top = 1_000_000 * MICRO
    for solver in SOLVERS:
        made = solve([(0, 0, top), (0, 1, top - 1), (1, 0, top), (1, 1, top - 2)], [1, 1], [1, 1], [0, 0], solver)
        assert made.chosen.tolist() == [1, 2]
        assert made.optimal


def test_values_between_the_micro_points_are_chosen_well_but_not_called_proven() -> None:
    made = assign([1 / 3, 2 / 3], [0, 0], [0, 1], slots=[1], capacity=[1, 1], unmet_cost=[0.0])
    assert made.chosen.tolist() == [1]
    assert made.objective == 2 / 3
    assert not made.optimal


def test_nothing_to_choose_is_an_answer() -> None:
    made = assign([], [], [], slots=[2], capacity=[], unmet_cost=[1.5])
    assert (made.chosen.tolist(), made.objective, made.optimal) == ([], -3.0, True)


def test_more_slots_than_fit_in_64_bits_of_cost_are_still_counted_exactly() -> None:
    made = assign([1.0], [0], [0], slots=[2**62], capacity=[1], unmet_cost=[1e6])
    assert made.objective == float(1 - (2**62 - 1) * 10**6)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        pytest.param({"value": [float("nan")]}, "value", id="nan"),
        pytest.param({"value": [float("inf")]}, "value", id="infinity"),
        pytest.param({"value": [1e6 + 1]}, "value", id="too-large"),
        pytest.param({"value": [1.0, 2.0]}, "one length", id="lengths"),
        pytest.param({"value": ["1"]}, "value", id="text"),
        pytest.param({"request": [1]}, "request", id="request-out-of-range"),
        pytest.param({"volunteer": [-1]}, "volunteer", id="negative-position"),
        pytest.param({"volunteer": [0.0]}, "volunteer", id="position-with-a-point"),
        pytest.param({"slots": [-1]}, "slots", id="negative-slots"),
        pytest.param({"capacity": [1.5]}, "capacity", id="half-a-place"),
        pytest.param({"unmet_cost": [0.0, 0.0]}, "unmet_cost", id="cost-lengths"),
        pytest.param({"value": [1.0, 1.0], "request": [0, 0], "volunteer": [0, 0]}, "twice", id="pair-twice"),
        pytest.param({"value": [[1.0]]}, "value", id="two-dimensions"),
    ],
)
def test_a_slip_of_the_caller_is_a_value_error_that_names_the_field(changes: dict[str, object], name: str) -> None:
    given: dict[str, object] = {"value": [1.0], "request": [0], "volunteer": [0]}
    given |= {"slots": [1], "capacity": [1], "unmet_cost": [0.0]} | changes
    with pytest.raises(ValueError, match=name):
        assign(**given)  # type: ignore[arg-type]


@st.composite
def instances(draw: st.DrawFn) -> tuple[Pairs, list[int], list[int], list[int]]:
    return an_instance(Random(draw(st.integers(0, 10**9))))


@given(instances(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_listed_does_not_change_the_worth(
    instance: tuple[Pairs, list[int], list[int], list[int]], rng: Random
) -> None:
    pairs, slots, capacity, cost = instance
    requests, volunteers = list(range(len(slots))), list(range(len(capacity)))
    rng.shuffle(requests)
    rng.shuffle(volunteers)
    shuffled = [(requests.index(r), volunteers.index(v), value) for r, v, value in pairs]
    rng.shuffle(shuffled)
    other = solve(
        shuffled, [slots[r] for r in requests], [capacity[v] for v in volunteers], [cost[r] for r in requests], "flow"
    )
    assert other.objective == solve(pairs, slots, capacity, cost, "flow").objective


@given(instances(), st.sampled_from(SOLVERS))
def test_the_same_input_gives_the_same_choice(
    instance: tuple[Pairs, list[int], list[int], list[int]], solver: Solver
) -> None:
    assert solve(*instance, solver).chosen.tolist() == solve(*instance, solver).chosen.tolist()


@given(instances())
def test_prices_prove_the_choice(instance: tuple[Pairs, list[int], list[int], list[int]]) -> None:
    assert_prices_prove(solve(*instance, "highs"), *instance)


def assert_prices_prove(made: Assignment, pairs: Pairs, slots: list[int], capacity: list[int], cost: list[int]) -> None:
    """Complementary slackness, checked here once more and in whole micro-points."""
    of_slot = np.rint(made.request_price * MICRO).astype(int)
    of_place = np.rint(made.volunteer_price * MICRO).astype(int)
    assert (of_slot >= 0).all()
    assert (of_place >= 0).all()
    for at, (r, v, value) in enumerate(pairs):
        worth = value + cost[r]
        if at in made.chosen:
            assert of_slot[r] + of_place[v] <= worth
        elif slots[r] and capacity[v]:
            assert of_slot[r] + of_place[v] >= worth
    for r, limit in enumerate(slots):
        assert of_slot[r] == 0 or sum(pairs[at][0] == r for at in made.chosen) == limit
    for v, limit in enumerate(capacity):
        assert of_place[v] == 0 or sum(pairs[at][1] == v for at in made.chosen) == limit


def test_the_proof_accepts_every_best_choice_and_no_other() -> None:
    """Whatever a solver comes up with, it is called optimal exactly where it is."""
    rng = Random(77)
    accepted = refused = 0
    for _ in range(proof.count(400, 4000)):
        pairs, slots, capacity, cost = an_instance(rng)
        useful = [(r, v, w + cost[r]) for r, v, w in pairs if w + cost[r] > 0 and slots[r] and capacity[v]]
        best = best_of_all(useful, slots, capacity, [0] * len(slots))
        arrays = [np.array([pair[end] for pair in useful], dtype=np.int64) for end in (2, 0, 1)]
        problem = Problem.of(*arrays, np.array(slots), np.array(capacity))
        for chosen in product((False, True), repeat=len(useful)):
            taken = np.array(chosen, dtype=bool)
            if not problem.keeps_limits(taken):
                continue
            is_best = int(arrays[0][taken].sum()) == best
            assert (find_prices(problem, taken) is not None) == is_best
            accepted, refused = accepted + is_best, refused + (not is_best)
    assert accepted >= 400
    assert refused > 500


TWO_AND_TWO: tuple[Pairs, list[int], list[int], list[int]] = (
    [(0, 0, 3), (0, 1, 2), (1, 0, 2)],
    [1, 1],
    [1, 1],
    [0, 0],
)


@pytest.mark.parametrize(
    "wrong", [None, [True, False, False], [True, True, True]], ids=["fails", "worse", "impossible"]
)
@pytest.mark.parametrize("solver", SOLVERS)
def test_where_one_solver_errs_the_other_one_answers(
    monkeypatch: pytest.MonkeyPatch, solver: Solver, wrong: list[bool] | None
) -> None:
    """Not installed, out of its numbers, or simply wrong: the proof notices."""
    answer = None if wrong is None else np.array(wrong)
    monkeypatch.setitem(SOLVERS_BY_NAME, solver, lambda problem: answer)
    made = solve(*TWO_AND_TWO, solver)
    assert (made.chosen.tolist(), made.optimal) == ([1, 2], True)


def test_where_both_solvers_err_nothing_is_called_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOLVERS_BY_NAME, "flow", lambda problem: np.array([True, False, False]))
    monkeypatch.setitem(SOLVERS_BY_NAME, "highs", lambda problem: np.array([False, True, False]))
    made = solve(*TWO_AND_TWO, "highs")
    assert (made.chosen.tolist(), made.objective, made.optimal) == ([0], 3 / MICRO, False)


@pytest.mark.parametrize("scarcity", [0.7, 1.0, 1.8])
def test_both_solvers_agree_on_a_market_of_some_size(scarcity: float) -> None:
    rng = np.random.default_rng(7)
    n_requests, n_volunteers = 60, int(60 * scarcity)
    request, volunteer = np.nonzero(rng.random((n_requests, n_volunteers)) < 0.2)
    value = np.round(rng.random(len(request)) * 100, 6)
    limits = {"slots": rng.integers(0, 4, n_requests), "capacity": rng.integers(0, 4, n_volunteers)}
    cost = np.round(rng.random(n_requests) * 20, 6)
    made = [assign(value, request, volunteer, **limits, unmet_cost=cost, solver=solver) for solver in SOLVERS]
    assert made[0].objective == made[1].objective
    assert made[0].optimal
    assert made[1].optimal
