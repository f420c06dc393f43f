"""Pooled rides on Cordeau's dial-a-ride instances: the ride planner against an exact model of the same days.

`python -m bench.cordeau` prints; `--write` also writes docs/bench/cordeau.md. What is compared is computed here: the
two know nothing of each other, and one verifier judges the planner's plans.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any, Final

from bench._cordeau import FOLDER, Exact, a_day, exact
from bench._measure import circumstances
from bench._ride_peers import THREADS
from bench.ride_planning import ours
from tests.transport.verifier import faults

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "bench" / "cordeau.md"
OURS_S: Final = 10.0
EXACT_S: Final = 30.0


def row(name: str) -> str:
    """One line of the table. Raises AssertionError where a plan breaks a rule or the two proofs contradict."""
    day = a_day(name)
    begun = time.monotonic()
    plan = ours(json.dumps(day), OURS_S)
    took = time.monotonic() - begun
    wrong = faults(day, plan)
    if wrong:
        raise AssertionError(f"{name}: {wrong[:3]}")
    begun = time.monotonic()
    other = exact(day, EXACT_S, THREADS)
    exact_took = time.monotonic() - begun
    agree(name, plan, other)
    found = plan["objective"]
    return (
        f"| {name} | {len(day['rides'])} | {_shown(found['unserved'], found['empty_metres'])} | {_bound(plan)} | "
        f"{took:.1f} | {_shown(other.unserved, other.empty_metres)} | "
        f"{_proof(other.is_optimal, other.bound_unserved, other.bound_empty_metres)} | {exact_took:.1f} |"
    )


def agree(name: str, plan: dict[str, Any], other: Exact) -> None:
    """No plan is better than what the other one has proven to be the best."""
    own = plan["objective"]["unserved"], plan["objective"]["empty_metres"]
    theirs = other.unserved, other.empty_metres
    if (other.is_optimal and own < theirs) or (plan["proven"] and theirs < own):
        raise AssertionError(f"{name}: {own} and {theirs}, and one of them is proven")


def _shown(unserved: int, empty_metres: float) -> str:
    return f"{unserved}, {empty_metres / 1000:.1f}"


def _bound(plan: dict[str, Any]) -> str:
    bound = plan["bound"]
    return "none" if bound is None else _proof(plan["proven"], bound["unserved"], bound["empty_metres"])


def _proof(is_proven: bool, unserved: int, empty_metres: float) -> str:
    return "proven" if is_proven else _shown(unserved, empty_metres)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--names", default="", help="such as a2-16,b2-16")
    options = parser.parse_args()
    names = options.names.split(",") if options.names else sorted(path.stem for path in FOLDER.glob("*.txt"))
    load = os.getloadavg()[0]
    rows = []
    for name in names:
        rows.append(row(name))
        print(rows[-1], flush=True)
    loads = f"{load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end"
    page = [
        "# Pooled rides, against an exact model",
        "",
        f"Written by `python -m bench.cordeau --write`. {circumstances('ortools')} Load average {loads}.",
        "",
        "Instances by Cordeau (2006; `bench/instances/SOURCE.md`) as days of rides that may all share a car. Our rules "
        "differ from theirs, so published values say nothing here: boarding has the window, only empty metres count, "
        "and a duty may last as long as the day. The other solver is CP-SAT on a model of stops and arcs "
        f"(`bench/_cordeau.py`), which shares nothing with the planner; {EXACT_S:g} s and {THREADS} threads for it, "
        f"{OURS_S:g} s and one thread for the planner. Each cell: rides unserved, empty kilometres.",
        "",
        "| instance | rides | planner | bound | s | CP-SAT | bound | s |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        "The planner prints no bound where not all ways of sharing fit the time or the number it keeps to; CP-SAT's "
        "best plan may then be better.",
        "",
    ]
    if options.write:
        PAGE.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
