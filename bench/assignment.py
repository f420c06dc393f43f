"""How long the exact assignment takes, and how much a greedy one loses, on a made-up municipality.

`python -m bench.assignment` prints; with `--write` it also writes docs/bench/assignment.md. The towns are synthetic:
volunteers and requests around eleven centres, few people with many skills, values falling with distance.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from matching.assignment import Solver, assign
from matching.geography import FloatArray, IntArray, ReachIndex

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "bench" / "assignment.md"
SEEDS: Final = (100, 101, 102, 103, 104)
# Slots per place: more helpers than needed, as many, and too few.
TOWNS: Final = {"plenty": (1476, 980), "even": (1476, 1780), "scarce": (1000, 1780)}


@dataclass(frozen=True)
class Town:
    """One instance for `assign`."""

    value: FloatArray
    request: IntArray
    volunteer: IntArray
    slots: IntArray
    capacity: IntArray

    @property
    def unmet_cost(self) -> FloatArray:
        return np.zeros(len(self.slots))


def a_town(seed: int, n_volunteers: int, n_requests: int) -> Town:
    """Pairs within reach that share a skill, worth 20 to 120 points, some with the same value."""
    rng = np.random.default_rng(seed)
    centres = np.column_stack([51.645 + rng.normal(0, 0.03, 11), 4.861 + rng.normal(0, 0.05, 11)])
    homes = centres[rng.integers(0, 11, n_volunteers)] + rng.normal(0, 0.006, (n_volunteers, 2))
    places = centres[rng.integers(0, 11, n_requests)] + rng.normal(0, 0.006, (n_requests, 2))
    popularity = 1 / np.arange(1, 40)
    skills = rng.random((n_volunteers, 39)) < np.minimum(0.6, 2.5 * popularity / popularity.sum())
    wanted = rng.choice(39, n_requests, p=popularity / popularity.sum())
    index = ReachIndex(homes[:, 0].copy(), homes[:, 1].copy(), rng.choice([1.5, 3.0, 5.0, 12.0], n_volunteers))
    request, volunteer, value = [], [], []
    for at, place in enumerate(places):
        near, km = index.within_reach(float(place[0]), float(place[1]))
        able = skills[near, wanted[at]] & (rng.random(len(near)) < 0.5)  # the other half has no time
        request.append(np.full(int(able.sum()), at))
        volunteer.append(near[able])
        value.append(np.round(100 * np.exp(-km[able] / 3) + rng.integers(0, 21, int(able.sum())), 6))
    return Town(
        np.concatenate(value),
        np.concatenate(request),
        np.concatenate(volunteer),
        rng.choice([1, 1, 1, 2, 3, 5], n_requests),
        rng.choice([1, 2, 2, 3, 4], n_volunteers),
    )


def exact(solver: Solver) -> Callable[[Town], float]:
    def solve(town: Town) -> float:
        made = assign(
            town.value,
            town.request,
            town.volunteer,
            slots=town.slots,
            capacity=town.capacity,
            unmet_cost=town.unmet_cost,
            solver=solver,
        )
        assert made.optimal
        return made.objective

    return solve


def greedy(town: Town) -> float:
    """The best pair first, as long as there is room: what one gets without a solver."""
    slots, capacity, worth = town.slots.tolist(), town.capacity.tolist(), 0.0
    ends = list(zip(town.request.tolist(), town.volunteer.tolist(), town.value.tolist(), strict=True))
    for at in np.argsort(-town.value, kind="stable").tolist():
        request, volunteer, value = ends[at]
        if value > 0 and slots[request] and capacity[volunteer]:
            slots[request] -= 1
            capacity[volunteer] -= 1
            worth += value
    return worth


METHODS: Final[dict[str, Callable[[Town], float]]] = {
    "HiGHS (scipy), proven": exact("highs"),
    "min-cost flow (OR-Tools), proven": exact("flow"),
    "greedy": greedy,
}


def measure() -> list[str]:
    """Rows of a table: town, pairs, method, value against the optimum, seconds (median and worst of the seeds)."""
    rows = []
    for name, (n_volunteers, n_requests) in TOWNS.items():
        towns = [a_town(seed, n_volunteers, n_requests) for seed in SEEDS]
        pairs = int(statistics.median(len(town.value) for town in towns))
        best = [METHODS["min-cost flow (OR-Tools), proven"](town) for town in towns]
        for method, solve in METHODS.items():
            shares, seconds = [], []
            for town, optimum in zip(towns, best, strict=True):
                started = time.perf_counter()
                shares.append(solve(town) / optimum)
                seconds.append(time.perf_counter() - started)
            rows.append(
                f"| {name} | {n_volunteers} | {n_requests} | {pairs} | {method} | {min(shares):.6f} | "
                f"{statistics.median(seconds):.3f} | {max(seconds):.3f} |"
            )
    return rows


def page(rows: list[str]) -> str:
    versions = ", ".join(f"{package} {version(package)}" for package in ("numpy", "scipy", "ortools"))
    return "\n".join(
        [
            "# Exact assignment, and what greedy loses",
            "",
            "Written by `bench/assignment.py --write`. Synthetic towns, five seeds each; the share is the worst of the",
            "five against the proven optimum, the seconds are the median and the worst. The proof is part of the time.",
            "",
            "| town | volunteers | requests | pairs | method | share of the optimum | seconds | worst |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"Measured {datetime.now():%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores (shared), "
            f"{platform.system()}, Python {platform.python_version()}, {versions}.",
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/bench/assignment.md")
    options = parser.parse_args()
    text = page(measure())
    print(text)
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
