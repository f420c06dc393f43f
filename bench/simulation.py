"""Ways of asking, played in made-up cities: how many slots are filled, at what bother, regrets and time.

Run: python -m bench.simulation [--write] [--seeds 20] [--priced 10] [--others 6] [--weeks 7]

It plays the ways of asking, then other prices of asking, then other assumptions; with --write the page and its picture
are kept after each, and the page says what was not measured yet. It takes a quarter of an hour with two cores of its
own, half an hour where they are shared.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from bench._simulation_page import Measured, picture, write_page
from marketplace.simulation.study import OTHERWISE, WAYS, otherwise, study
from marketplace.simulation.worlds import Assumptions
from matching.asking import AskingPolicy

FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"
FIRST: Final = 11  # seeds 1 to 4 and those above 100 served to choose the policy's weights
BOTHERS: Final = (4.0, 10.0, 18.0, 35.0, 70.0)


def main() -> None:
    """Measure, print, and with --write keep the page and its picture after every part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--priced", type=int, default=10, help="seeds per price of asking")
    parser.add_argument("--others", type=int, default=6, help="seeds per changed assumption")
    parser.add_argument("--weeks", type=int, default=7)
    asked = parser.parse_args()
    if not all(2 <= few <= asked.seeds for few in (asked.priced, asked.others)):
        parser.error("--priced and --others: at least 2 for an interval, and at most --seeds, as they are among those")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given, policy = Assumptions(weeks=asked.weeks), AskingPolicy(solver="flow")
    found = Measured(given, policy, range(FIRST, FIRST + asked.seeds), asked.priced, asked.others, BOTHERS)
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        measure(found, executor, is_kept=asked.write)
    print(write_page(found))


def measure(found: Measured, executor: Executor, *, is_kept: bool) -> None:
    """Every part in turn: first what all the rest is held against."""
    started, told = time.monotonic(), partial(print, "   ", flush=True)
    # The policy's own price is played in the first part.
    prices = [bother for bother in found.bothers if bother != found.policy.bother_points]
    numbers, parts = count(1), 1 + len(prices) + len(OTHERWISE)

    def begin(name: str, seeds: Sequence[int]) -> None:
        minutes = (time.monotonic() - started) / 60
        print(f"{minutes:5.1f} min, part {next(numbers)} of {parts}: {name}; {len(seeds)} seeds", flush=True)

    def keep() -> None:
        if is_kept:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / "simulation.md").write_text(write_page(found), encoding="utf-8")
            (FOLDER / "simulation.svg").write_text(picture(found), encoding="utf-8")

    begin(", ".join(WAYS), found.seeds)
    found.base = study(WAYS, found.seeds, found.given, found.policy, executor, told)
    keep()
    few = found.seeds[: found.priced]
    for bother in prices:
        begin(f"asking costs {bother:g} points", few)
        policy = replace(found.policy, bother_points=bother)
        found.curve[bother] = study(["engine"], few, found.given, policy, executor, told)["engine"]
        keep()
    few = found.seeds[: found.others]
    for name, changes in OTHERWISE:
        begin(name, few)
        found.changed[name] = study(
            ["browsing", "engine"], few, otherwise(found.given, changes), found.policy, executor, told
        )
        keep()


if __name__ == "__main__":
    main()
