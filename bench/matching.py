"""Matching at every scale: the exact assignment, candidates, one request, whole rounds; alone and against others.

`python -m bench.matching` prints one table; `--write` puts it in docs/bench/matching.md. `--largest` measures a nation
of 508 000 volunteers instead, once, which takes much memory and some minutes (docs/bench/matching-largest.md). The ways
of one block are run in turns.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from bench import _peers, _worlds
from bench._lines import Town
from bench._measure import MB, Measured, circumstances, in_turns
from bench._peers import Instance, OrTools, ours
from bench._worlds import NOW, Size, a_market, town_of
from matching.assignment_values import value_candidates
from matching.candidates import Candidates, Screen, find_candidates, list_asking
from matching.candidates_roster import Roster
from matching.geography import haversine_km_many
from matching.problem import Market, WeeklySlot, Window
from matching.scoring import ScoringWeights

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "bench"
SEED: Final = 100
WEIGHTS: Final = ScoringWeights()
INTRODUCTION: Final = """\
Written by `bench/matching.py --write`. The towns are made up (`bench/_worlds.py`): sizes are those of a municipality,
ten and 340 of them, people and requests are not. Seconds are the median of the runs and the worst one. The ways of one
block are run in turns; the ratio is that to the first way of the block, turn by turn, and the median of those. Memory
is what a run needs beyond its input. A share of the optimum is exact: values are whole micro-points. Ways that copy
seats choose some pairs twice, and so give no assignment at all, however much it seems to be worth.

"From people" is everything between a market (volunteers and requests as objects, nobody asked yet) and the proven
choice: the roster of arrays, who may be asked, what each pair is worth, the assignment. "With a roster at hand" leaves
the making of the roster out, which stays the same while requests come and go. OR-Tools' ratio there is to its bare
solve of the same pairs, which were found and valued for it."""
ALONE: Final = "OR-Tools' flow alone (network built beforehand)"


@dataclass(frozen=True)
class Row:
    """One line of the table; the ratio is to OR-Tools' bare solve, or to the first way of the same question."""

    question: str
    scale: str
    way: str
    seconds: float
    worst: float
    ratio: float
    extra_mb: float
    remark: str = ""

    def __str__(self) -> str:
        return (
            f"| {self.question} | {self.scale} | {self.way} | {self.seconds:.4f} | {self.worst:.4f} | "
            f"{self.ratio:.2f} | {self.extra_mb:.0f} | {self.remark} |"
        )


def solved(market: Market, roster: Roster | None = None) -> tuple[Candidates, Instance]:
    """From people to an instance: candidates and what each is worth."""
    screen = Screen(market, NOW, roster=roster)
    found = screen.candidates(list_asking(market, NOW))
    value = value_candidates(market, found, NOW, urgent=frozenset(), weights=WEIGHTS)
    slots = np.array([market.requests[request].slots for request in found.requests], dtype=np.int64)
    return found, Instance(value, found.request, found.volunteer, slots, screen.roster.capacity)


def from_people(market: Market, roster: Roster | None = None) -> tuple[float, int]:
    return ours(solved(market, roster)[1], "flow")


def with_times_of_their_own(market: Market) -> Market:
    """The same town, but that no two requests and hardly two volunteers name the same hours."""
    rng = np.random.default_rng(SEED)

    def moved(slot: WeeklySlot) -> WeeklySlot:
        by = int(rng.integers(-40, 40))
        return WeeklySlot(slot.weekday, slot.start_minute + by, slot.end_minute + by)

    def shifted(window: Window) -> Window:
        by = timedelta(seconds=int(rng.integers(-2400, 2400)))
        return Window(window.start_at + by, window.end_at + by)

    return replace(
        market,
        volunteers={
            person.id: replace(person, available=tuple(moved(slot) for slot in person.available))
            for person in market.volunteers.values()
        },
        requests={
            one.id: replace(
                one, windows=tuple(shifted(w) for w in one.windows), weekly=tuple(moved(slot) for slot in one.weekly)
            )
            for one in market.requests.values()
        },
    )


def assignments(
    size: Size, others: tuple[str, ...], runs: int, seed: int = SEED, *, of_their_own: bool = False
) -> Iterator[Row]:
    """One market: the assignment by several ways, and all of it from people."""
    market = a_market(size, seed)
    if of_their_own:
        market = with_times_of_their_own(market)
    instance = solved(market)[1]
    roster = Roster(market.volunteers.values())
    bare = OrTools.of(instance)
    gc.freeze()
    ways: dict[str, Callable[[], Any]] = {ALONE: bare.solve, "assign, flow, proven": partial(ours, instance, "flow")}
    ways |= {name: partial(OTHERS[name], instance) for name in others}
    ways["from people: candidates, values, assign"] = partial(from_people, market)
    ways["the same with a roster at hand"] = partial(from_people, market, roster)
    made = in_turns(ways, runs)
    best = made[ALONE].answer[0]
    which = ", everybody's times their own" if of_their_own else "" if seed == SEED else ", another town"
    scale = f"{size.name}{which}: {len(market.volunteers)} x {len(market.requests)}, {len(instance.value)} pairs"
    for name, measured in made.items():
        worth, duplicates = measured.answer
        remark = "the optimum" if abs(worth - best) < 1e-6 else f"{worth / best - 1:+.4%} of the optimum"
        if duplicates:
            remark = f"**not an answer**: {duplicates} pairs twice"
        yield _row("assignment", scale, name, measured, made[ALONE], remark)
    gc.unfreeze()


OTHERS: Final[dict[str, Callable[[Instance], tuple[float, int]]]] = {
    "assign, HiGHS, proven": partial(ours, solver="highs"),
    "scipy: HiGHS alone, sparse": _peers.highs_alone,
    "scipy: linear_sum_assignment, copies, dense": _peers.copied_dense,
    "scipy: min_weight_full_bipartite_matching, copies": _peers.copied_sparse,
    "networkx: network_simplex": _peers.network_simplex,
    "greedy": _peers.greedy,
}


def apart(size: Size, runs: int) -> Iterator[Row]:
    """Towns that help only themselves: the whole call here, on two processes, and on a local Dask cluster of two."""
    market = a_market(size, SEED)
    found, instance = solved(market)
    town_r, town_v = (np.array([town_of(one) for one in ids]) for ids in (found.requests, found.volunteers))
    own = town_r[instance.request] == town_v[instance.volunteer]
    closed = Instance(
        instance.value[own], instance.request[own], instance.volunteer[own], instance.slots, instance.capacity
    )
    scale = f"{size.name}, {size.towns} closed towns, {len(closed.value)} pairs"
    bare = OrTools.of(closed)
    ways: dict[str, Callable[[], Any]] = {
        ALONE: bare.solve,
        "assign, flow, parts one by one": partial(ours, closed, "flow"),
    }
    made = in_turns(ways, runs)
    reference = made[ALONE]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made["the same, parts on two processes"] = _on(pool, closed, runs)
    with _dask() as cluster:
        if cluster is not None:
            made["the same, parts on a local Dask cluster of two workers"] = _on(cluster, closed, runs)
    for name, measured in made.items():
        same = abs(measured.answer[0] - reference.answer[0]) < 1e-6
        yield _row("independent towns", scale, name, measured, reference, "the optimum" if same else "OTHER")


def _on(executor: Executor, instance: Instance, runs: int) -> Measured:
    """The second run on is timed: starting processes is not solving. Memory of other processes is not counted."""
    seconds, answer = [], None
    for _ in range(runs + 1):
        started = time.perf_counter()
        answer = ours(instance, "flow", executor)
        seconds.append(time.perf_counter() - started)
    return Measured(tuple(seconds[1:]), float("nan"), answer)


class _dask:
    """A local cluster's executor, or None where `distributed` is not installed."""

    def __enter__(self) -> Executor | None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            self._client = None
            return None
        self._cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        self._client = Client(self._cluster)
        executor: Executor = self._client.get_executor()
        return executor

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()
            self._cluster.close()


def candidates(size: Size, runs: int) -> Iterator[Row]:
    """Everybody who may be asked, for a whole market."""
    market = a_market(size, SEED)
    roster = Roster(market.volunteers.values())
    gc.freeze()
    made = in_turns(
        {
            "find_candidates": lambda: len(find_candidates(market, NOW)),
            "with a roster at hand": lambda: len(
                Screen(market, NOW, roster=roster).candidates(market.requests.values())
            ),
            "numpy, everybody for each request (skill and distance only)": lambda: _scan_all(market),
        },
        runs,
    )
    first = made["find_candidates"]
    scale = f"{size.name}: {len(market.volunteers)} x {len(market.requests)}"
    for name, measured in made.items():
        yield _row("candidates", scale, name, measured, first, f"{measured.answer} pairs")
    gc.unfreeze()


def _scan_all(market: Market) -> int:
    scan = _Scan(market)
    return sum(len(scan.within(request)) for request in market.requests.values())


class _Scan:
    """The plain way: everybody's arrays, all of them for each request; skill and distance, and no other rule."""

    def __init__(self, market: Market) -> None:
        people = list(market.volunteers.values())
        self._lats, self._lons = np.array([v.lat for v in people]), np.array([v.lon for v in people])
        self._reach = np.array([v.max_km for v in people])
        self._skill = {code: np.array([code in v.skills for v in people]) for code in market.skills}

    def within(self, request: Any) -> Any:
        km = haversine_km_many(request.lat, request.lon, self._lats, self._lons)
        return np.flatnonzero((km <= self._reach) & self._skill[request.skill])


def one_request(size: Size, asked: int) -> Iterator[Row]:
    """One new request against everybody: all of rules 1 to 7 and 9, look-up by look-up."""
    market = a_market(size, SEED)
    roster, scan = Roster(market.volunteers.values()), _Scan(market)
    rng = np.random.default_rng(SEED)
    requests = list(market.requests.values())
    chosen = [requests[at] for at in rng.integers(0, len(requests), asked).tolist()]
    for request in requests[:2000]:  # the indexes of all kinds of help are made
        Screen(market, NOW, roster=roster).candidates([request])
    gc.freeze()
    ways: dict[str, Callable[[Any], Any]] = {
        "look-up": lambda request: Screen(market, NOW, roster=roster).candidates([request]),
        "numpy, everybody (skill and distance only)": scan.within,
    }
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for request in chosen:
        for name, way in ways.items():
            started, worked = time.perf_counter(), time.thread_time()
            way(request)
            spent[name].append((time.perf_counter() - started, time.thread_time() - worked))
    scale = f"{size.name}: {len(market.volunteers)} volunteers, {asked} requests"
    first = float(np.median([wall for wall, _ in spent["look-up"]]))
    for name, both in spent.items():
        wall, work = np.array(both).T
        remark = f"milliseconds: {_percentiles(wall)}; of processor time: {_percentiles(work)}"
        middle = float(np.median(wall))
        yield Row("one request", scale, name, middle, float(wall.max()), middle / first, 0.0, remark)
    gc.unfreeze()


def lines(size: Size, requests: int) -> Iterator[Row]:
    """The engine as a stream: each line of a town that fills with requests, read, decided upon and answered."""
    spent = Town(a_market(size, SEED), requests, SEED).play()
    for kind, seconds in spent.items():
        middle, worst = float(np.median(seconds)), max(seconds)
        remark = f"{len(seconds)} lines, milliseconds: {_percentiles(np.array(seconds))}"
        scale = f"{size.name}: {size.volunteers} volunteers, {requests} requests"
        yield Row("a line of `policy`", scale, kind, middle, worst, float("nan"), float("nan"), remark)


def _percentiles(seconds: Any) -> str:
    p50, p95, p99 = (np.percentile(seconds, [50, 95, 99]) * 1000).tolist()
    return f"p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f}"


def largest() -> Iterator[Row]:
    """A nation of half a million: the whole way from people, once, within the memory of one machine."""
    started = time.perf_counter()
    market = a_market(_worlds.NATION_500K, SEED)
    gc.freeze()
    people_mb = _peak_mb()
    print(f"made in {time.perf_counter() - started:.0f} s, {people_mb:.0f} MB", flush=True)
    started = time.perf_counter()
    instance = solved(market)[1]
    scale = f"nation, 508 000: {len(market.volunteers)} x {len(market.requests)}, {len(instance.value)} pairs"
    seconds = time.perf_counter() - started
    yield Row("candidates, values", scale, "from people", seconds, seconds, 1.0, _peak_mb() - people_mb)
    print(f"candidates and values in {seconds:.0f} s, {_peak_mb():.0f} MB", flush=True)
    del market
    gc.unfreeze()
    gc.collect()
    started = time.perf_counter()
    worth, _ = ours(instance, "flow")
    assigned = time.perf_counter() - started
    remark = f"{worth:.6f} points, proven: bound and value are one; peak of the process {_peak_mb():.0f} MB"
    yield Row("assignment", scale, "assign, flow, proven", assigned, assigned, assigned / seconds, 0.0, remark)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def _row(question: str, scale: str, way: str, measured: Measured, reference: Measured, remark: str) -> Row:
    ratio = measured.median / reference.median
    if len(measured.seconds) == len(reference.seconds) > 1:
        ratio = median(one / other for one, other in zip(measured.seconds, reference.seconds, strict=True))
    return Row(question, scale, way, measured.median, max(measured.seconds), ratio, measured.extra_mb, remark)


def measure() -> Iterator[Row]:
    every = tuple(OTHERS)
    for size in (_worlds.MUNICIPALITY, _worlds.EVEN, _worlds.SCARCE):
        yield from assignments(size, every if size is _worlds.MUNICIPALITY else (*every[:2], every[-1]), 9)
        for seed in (SEED + 1, SEED + 2):
            yield from assignments(size, (), 15, seed)
        yield from assignments(size, (), 15, of_their_own=True)
    yield from assignments(_worlds.REGION, ("assign, HiGHS, proven", "greedy"), 3)
    yield from assignments(_worlds.NATION_100K, ("greedy",), 3)
    yield from apart(_worlds.NATION_100K, 3)
    for size, runs in ((_worlds.MUNICIPALITY, 7), (_worlds.REGION, 3)):
        yield from candidates(size, runs)
    yield from one_request(_worlds.NATION_100K, 3000)
    yield from lines(_worlds.MUNICIPALITY, 200)


def page(rows: list[str]) -> str:
    return "\n".join(
        [
            "# Matching at every scale",
            "",
            INTRODUCTION,
            "",
            "| what | scale | way | seconds | worst | ratio | extra MB | remark |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            circumstances("numpy", "scipy", "ortools", "networkx", "distributed"),
            f"Load average when this was written, others' work included: {os.getloadavg()[2]:.1f}.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page in docs/bench")
    parser.add_argument("--largest", action="store_true", help="a nation of half a million volunteers, and only that")
    options = parser.parse_args()
    rows = []
    for row in largest() if options.largest else measure():
        print(row, flush=True)
        rows.append(str(row))
    if options.write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / ("matching-largest.md" if options.largest else "matching.md")).write_text(
            page(rows), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
