"""Whether what is thought likely is as likely as it is thought: chances of a yes against what came of it.

Run: python -m bench.calibration [--write] [--seeds 6] [--weeks 7]
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from bench._measure import circumstances
from bench._pictures import Series, plot
from marketplace.simulation.study import play_one
from marketplace.simulation.worlds import Assumptions
from matching.asking import AskingPolicy
from matching.geography import FloatArray

FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"
FIRST: Final = 11
EDGES: Final = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0])


def main() -> None:
    """Measure, print, and with --write keep the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--weeks", type=int, default=7)
    asked = parser.parse_args()
    given, policy = Assumptions(weeks=asked.weeks), AskingPolicy(solver="flow")
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        plays = [executor.submit(play_one, "engine", FIRST + n, given, policy) for n in range(asked.seeds)]
        seen = np.array([pair for playing in plays for pair in playing.result().chances], dtype=np.float64)
    rows = reliability(seen[:, 0], seen[:, 1])
    brier = float(np.mean((seen[:, 0] - seen[:, 1]) ** 2))
    flat = float(np.mean((seen[:, 1].mean() - seen[:, 1]) ** 2))
    text = _page(rows, len(seen), brier, flat, asked.seeds)
    print(text)
    if asked.write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "calibration.md").write_text(text, encoding="utf-8")
        (FOLDER / "calibration.svg").write_text(_picture(rows), encoding="utf-8")


def reliability(thought: FloatArray, happened: FloatArray) -> list[tuple[float, float, int]]:
    """Per class of chances: the mean thought, the share that happened, how many."""
    found = []
    for low, high in pairwise(EDGES.tolist()):
        of_class = (thought >= low) & (thought < high)
        if of_class.any():
            found.append((float(thought[of_class].mean()), float(happened[of_class].mean()), int(of_class.sum())))
    return found


def _page(rows: list[tuple[float, float, int]], count: int, brier: float, flat: float, seeds: int) -> str:
    table = "".join(f"| {thought:.0%} | {happened:.0%} | {number} |\n" for thought, happened, number in rows)
    return f"""# Is a chance of a yes as likely as it is thought?

Written by `python -m bench.calibration --write`. {circumstances("numpy", "scipy")}

{count} proposals in {seeds} made-up cities (see [simulation](simulation.md)), in which nothing was known of anybody
at the start. *Thought* is the chance that the engine gave somebody when it asked them, *said yes* whether they did in
the end or would have, had they not been called back. The engine asks who it thinks likeliest, so it is a little too
hopeful on the whole: of many estimates the highest is chosen, and that is more often too high than too low.

| thought | said yes | proposals |
|---|---|---|
{table}
Brier score {brier:.4f}; giving everybody the same chance, known afterwards, would score {flat:.4f}.

![What was thought against what happened](calibration.svg)
"""


def _picture(rows: list[tuple[float, float, int]]) -> str:
    found = Series("engine", [(thought, happened) for thought, happened, _ in rows], is_line=True)
    even = Series("as thought", [(0.0, 0.0), (0.8, 0.8)], is_line=True, colour="#999")
    return plot("Share that said yes against the chance thought", "chance thought", "said yes", [even, found])


if __name__ == "__main__":
    main()
