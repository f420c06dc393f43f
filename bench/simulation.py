"""Ways of asking, played in made-up cities: how many slots are filled, at what bother, regrets and time.

Run: python -m bench.simulation [--write] [--seeds 20] [--others 4] [--weeks 7]
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from bench._measure import circumstances
from bench._pictures import Series, plot
from marketplace.simulation.study import OTHERWISE, WAYS, Estimate, Figures, otherwise, study, summary
from marketplace.simulation.worlds import Assumptions
from matching.asking import AskingPolicy

FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"
FIRST: Final = 11  # seeds 1 to 4 and those above 100 served to choose the policy's weights
BOTHERS: Final = (4.0, 10.0, 18.0, 35.0, 70.0)
COLUMNS: Final = ("filled", "proposals", "regrets", "late_yeses", "withdrawn", "median_h", "by_offer", "ceiling")
HEADS: Final = ("filled", "proposals", "regrets", "late yeses", "withdrawn", "median h", "by offer", "could be filled")


def main() -> None:
    """Measure, print, and with --write keep the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--others", type=int, default=4, help="seeds per changed assumption and per price of asking")
    parser.add_argument("--weeks", type=int, default=7)
    asked = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given, policy = Assumptions(weeks=asked.weeks), AskingPolicy(solver="flow")
    few = range(FIRST, FIRST + asked.others)
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        base = study(WAYS, range(FIRST, FIRST + asked.seeds), given, policy, executor, print)
        curve = {
            bother: study(["engine"], few, given, replace(policy, bother_points=bother), executor, print)["engine"]
            for bother in BOTHERS
        }
        changed = {
            name: study(["browsing", "engine"], few, otherwise(given, changes), policy, executor, print)
            for name, changes in OTHERWISE
        }
    text = _page(given, policy, base, curve, changed, asked.seeds, asked.others)
    print(text)
    if asked.write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "simulation.md").write_text(text, encoding="utf-8")
        (FOLDER / "simulation.svg").write_text(_picture(base, curve), encoding="utf-8")


def _page(
    given: Assumptions,
    policy: AskingPolicy,
    base: dict[str, list[Figures]],
    curve: dict[float, list[Figures]],
    changed: dict[str, dict[str, list[Figures]]],
    seeds: int,
    others: int,
) -> str:
    head = f"| way of asking | {' | '.join(HEADS)} |\n|---|{'---|' * len(HEADS)}\n"
    rows = "".join(_row(way, found) for way, found in base.items())
    prices = "".join(_row(f"{bother:g} points", found) for bother, found in curve.items())
    other = "".join(
        f"| {name} | {_cell('filled', summary(found['browsing'])['filled'])} "
        + "".join(f"| {_cell(c, summary(found['engine'])[c])} " for c in ("filled", "proposals", "regrets", "median_h"))
        + "|\n"
        for name, found in changed.items()
    )
    assumed = "".join(f"| `{name}` | {value:g} |\n" for name, value in asdict(given).items())
    return f"""# Asking, simulated

Written by `python -m bench.simulation --write`. {circumstances("numpy", "scipy", "ortools")}

**Everything here is made up**: the people, the requests and every habit below. The figures compare ways of asking in
the same invented cities; they predict nothing about a real one. The crowd was chosen so that browsing alone fills
about 79 % of the slots, the share that the municipality's policy paper names for 2019 without defining it.

A city has {given.volunteers} volunteers and {given.requests_per_week:.1f} requests a week, as in the first half of
2020, and plays {given.weeks} weeks. Nothing is known of anybody at the start: the engine learns as it goes. Each row
is the mean over {seeds} seeds from {FIRST} on with its 95 % interval (Student's t over seeds); the policy's weights
were chosen on other seeds. All ways meet the same people: what somebody would answer to a request depends on the seed,
the two of them and nothing else. A slot counts as filled where somebody has it when the time to respond is over, and
without a coordinator: nobody couples here. Regrets and the rest are per match.

{head}{rows}
*Could be filled* counts slots for which enough of those who fit would have said yes, had they been asked while awake
and free: an upper bound, not a way of asking. *Nearest* asks the nearest person who may be asked, one for each free
slot, until their time is over; *five* does so with five at once. All keep every rule of asking.

![Slots filled against proposals per match](simulation.svg)

## The price of bothering somebody

The whole trade-off follows from one number, the points that asking somebody costs ({others} of the seeds); the policy
uses {policy.bother_points:g}.

{head}{prices}
## If the assumptions are wrong

{others} of the seeds; the same policy, nothing tuned again. First what browsing alone would fill.

| assumption | browsing fills | engine fills | proposals | regrets | median h |
|---|---|---|---|---|---|
{other}
## What was assumed

| assumption | value |
|---|---|
{assumed}
Defined, with units, in `marketplace/simulation/worlds.py`.
"""


def _row(name: str, found: list[Figures]) -> str:
    of = summary(found)
    return f"| {name} | {' | '.join(_cell(column, of[column]) for column in COLUMNS)} |\n"


def _cell(column: str, value: Estimate) -> str:
    if column in ("filled", "by_offer", "ceiling"):
        return f"{value.mean:.1%} ± {value.half * 100:.1f}"
    return f"{value.mean:.2f} ± {value.half:.2f}" if column != "regrets" else f"{value.mean:.3f} ± {value.half:.3f}"


def _picture(base: dict[str, list[Figures]], curve: dict[float, list[Figures]]) -> str:
    def spot(found: list[Figures]) -> tuple[float, float]:
        of = summary(found)
        return of["proposals"].mean, of["filled"].mean

    series = [
        Series(way, [spot(found)], half=[summary(found)["filled"].half], colour=colour)
        for (way, found), colour in zip(base.items(), ("#555", "#8a4b00", "#a3123a", "#1d4f91"), strict=True)
    ]
    line = [spot(curve[bother]) for bother in sorted(curve, reverse=True)]
    series.insert(0, Series("engine, other prices", line, is_line=True, colour="#6b9bd1"))
    title = "Slots filled against proposals per match, for each way of asking and each price of asking"
    return plot(title, "proposals per match", "slots filled", series, percent=True)


if __name__ == "__main__":
    main()
