"""The ride planner against VROOM, PyVRP and OR-Tools: the same days, matrices, verifier and wall time.

`python -m bench.ride_planning` prints; `--write` also writes docs/bench/ride_planning.md. Everybody starts from the day
as read, with its matrices; building a model counts as planning. `--sizes 60/120 --seconds 2,10 --seeds 100-119
--planners VROOM` chooses. Pinned to one core (`taskset -c 0`), everybody has one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO

from bench._pictures import Series, plot
from bench._ride_days import SIZES, Size, a_day
from bench._ride_peers import PEERS, THREADS, plan_of, versions, visits_of
from tests.transport.verifier import faults
from transport.reading import read_day

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "bench" / "ride_planning.md"
OURS: Final = "this planner"
# Seeds 0 to 9 were for finding settings; these are for reporting.
FIRST_REPORTED: Final = 100
QUICK_S: Final = 5.0
NEAR_PERCENT: Final = 1  # of the bound: what is wanted of larger days
DAYS: Final = {"60/120": 20, "150/320": 5, "300/800": 3}
FEW: Final = {"60/120": 5, "150/320": 2, "300/800": 2}
AT_SECONDS: Final = {"60/120": (1.0, 2.0, 5.0, 10.0), "150/320": (30.0,), "300/800": (60.0,)}
COLOURS: Final = {OURS: "#1d4f91", "VROOM": "#a33b20", "PyVRP": "#2f6b2f", "OR-Tools": "#6b4e9b"}


@dataclass(frozen=True)
class Run:
    """One planner on one day."""

    who: str
    seed: int
    seconds: float
    took_s: float
    unserved: int
    empty_m: int
    bound: dict[str, Any] | None
    is_proven: bool
    load: float
    threads: int
    day: str


def ours(text: str, seconds: float) -> dict[str, Any]:
    """Through the command line, as anybody else would ask."""
    command = [sys.executable, "-m", "transport", "plan", "--seconds", str(seconds)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def measure(size: Size, seed: int, seconds: float, peers: Sequence[str], kept: TextIO | None) -> list[Run]:
    """Everybody in turn on one day; each run is kept too, if asked. Raises AssertionError where a rule is broken."""
    document = a_day(seed, size)
    text = json.dumps(document)
    day = read_day(text.encode())
    runs = []
    for who in (OURS, *peers):
        load = os.getloadavg()[0]
        begun = time.monotonic()
        plan = ours(text, seconds) if who == OURS else plan_of(day, PEERS[who](visits_of(day), seconds))
        took = time.monotonic() - begun
        # Peers' plans need not be as brief as ours, and print no reasons; every other rule holds for all.
        wrong = [fault for fault in faults(document, plan) if "could " not in fault]
        if wrong:
            raise AssertionError(f"{who} on seed {seed}: {wrong[:3]}")
        found = plan["objective"]
        runs.append(
            Run(
                who,
                seed,
                seconds,
                took,
                found["unserved"],
                found["empty_metres"],
                plan["bound"],
                plan["proven"],
                load,
                THREADS,
                f"{datetime.now():%Y-%m-%d}",
            )
        )
        line = json.dumps({"size": size.name, **asdict(runs[-1])})
        print(line, flush=True)
        if kept is not None:
            print(line, file=kept, flush=True)
    return runs


def table(size: Size, seconds: float, runs: list[Run], peers: Sequence[str]) -> list[str]:
    """One row a planner: medians over the seeds; and ours against the bound and the best peer of each seed."""
    seeds = sorted({run.seed for run in runs})
    of = {(run.who, run.seed): run for run in runs}
    lines = [
        f"## {size.name} drivers/rides, {seconds:g} s, {len(seeds)} seeds ({seeds[0]}–{seeds[-1]})",
        "",
        "| planner | unserved, sum | empty km, median | wall s, median | proven |",
        "|---|---|---|---|---|",
    ]
    for who in (OURS, *peers):
        own = [of[who, seed] for seed in seeds]
        km = statistics.median(run.empty_m for run in own) / 1000
        took = statistics.median(run.took_s for run in own)
        proven = f"{sum(run.is_proven for run in own)} of {len(own)}"
        lines.append(f"| {who} | {sum(run.unserved for run in own)} | {km:.1f} | {took:.1f} | {proven} |")
    own = [of[OURS, seed] for seed in seeds]
    said = against_bound(own)
    if seconds > QUICK_S:  # with less, the rest of the time goes to ties, and our own start comes on top
        quick = sum(run.is_proven and run.took_s <= QUICK_S for run in own)
        said.insert(0, f"Proven within {QUICK_S:g} s, our own start included: {quick} of {len(own)}.")
    if peers:
        said += against_peers(own, [min((of[who, run.seed] for who in peers), key=_worth) for run in own])
    if own[0].threads == 1:
        said.append("Everybody was pinned to one core.")
    else:
        said.append(f"On {own[0].threads} cores: VROOM and, on days of some size, this planner use both.")
    said.append(f"Measured {' and '.join(f'{who} on {_days(runs, who)}' for who in (OURS, *peers))}.")
    loads = [run.load for run in runs]
    said.append(f"Load average when runs began: {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} cores.")
    lines += ["", " ".join(said)]
    return [*lines, ""]


def _days(runs: list[Run], who: str) -> str:
    return ", ".join(sorted({run.day for run in runs if run.who == who}))


def _worth(run: Run) -> tuple[int, int]:
    return run.unserved, run.empty_m


def against_bound(own: list[Run]) -> list[str]:
    """Sentences on how far our plans are from what any plan can reach."""
    bounded = [(run, run.bound) for run in own if run.bound is not None]
    if not bounded:
        return ["No bound."]
    least = sum(bound["unserved"] for _, bound in bounded)
    above = sum(run.unserved - bound["unserved"] for run, bound in bounded)
    equal = [(run, bound) for run, bound in bounded if run.unserved == bound["unserved"] and bound["empty_metres"] > 0]
    said = [f"Unserved rides above the bound: {above} on {len(bounded)} days together (the bound is {least})."]
    if equal:
        gaps = [100 * (run.empty_m / bound["empty_metres"] - 1) for run, bound in equal]
        near = sum(gap <= NEAR_PERCENT for gap in gaps)
        said.append(
            f"Empty kilometres above the bound where as many rides are unserved as the bound says ({len(equal)} days): "
            f"median {statistics.median(gaps):.2f} %, worst {max(gaps):.2f} %; within {NEAR_PERCENT} % on {near}."
        )
    return said


def against_peers(own: list[Run], best: list[Run]) -> list[str]:
    """Sentences on our plans and the best peer's of the same days."""
    fewer = [peer.unserved - run.unserved for run, peer in zip(own, best, strict=True)]
    ratios = [run.empty_m / peer.empty_m for run, peer in zip(own, best, strict=True) if run.unserved == peer.unserved]
    said = [
        f"Never more unserved than any peer: {sum(each >= 0 for each in fewer)} of {len(fewer)} days; against the best "
        f"peer of each day fewer by {min(fewer)} to {max(fewer)}, median {statistics.median(fewer):g}."
    ]
    if ratios:
        said.append(
            f"Empty kilometres against the best peer where equally many are served ({len(ratios)} days): median ratio "
            f"{statistics.median(ratios):.3f}, worst {max(ratios):.3f}."
        )
    return said


def pictures(size: Size, runs: list[Run], peers: Sequence[str]) -> dict[str, str]:
    """By name of the file: what stays unserved, and the empty kilometres, against the time that was given."""
    found = {}
    at = sorted({run.seconds for run in runs})
    ways: dict[str, tuple[str, Callable[[list[Run]], float]]] = {
        "unserved": ("rides unserved a day, mean", lambda own: statistics.mean(run.unserved for run in own)),
        "km": ("empty km a day, median", lambda own: statistics.median(run.empty_m for run in own) / 1000),
    }
    for kind, (label, of) in ways.items():
        series = []
        for who in (OURS, *peers):
            of_time = {seconds: [run for run in runs if (run.who, run.seconds) == (who, seconds)] for seconds in at}
            points = [(seconds, of(own)) for seconds, own in of_time.items() if own]
            series.append(Series(who, points, is_line=True, colour=COLOURS[who]))
        title = f"{size.name} drivers/rides: {label}, against seconds given"
        found[f"ride_planning-{size.drivers}-{kind}.svg"] = plot(title, "seconds given", label, series)
    return found


def _seeds(given: str, n_days: int) -> range:
    if not given:
        return range(FIRST_REPORTED, FIRST_REPORTED + n_days)
    first, _, last = given.partition("-")
    return range(int(first), int(last or first) + 1)


def _known(path: Path | None, peers: Sequence[str]) -> dict[tuple[str, int, float], list[Run]]:
    """Runs of an earlier time with as many threads, by size, seed and seconds, where everybody's are there."""
    found: dict[tuple[str, int, float], list[Run]] = {}
    if path is not None and path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("threads") == THREADS and row["who"] in (OURS, *peers):
                run = Run(**{key: value for key, value in row.items() if key != "size"})
                found.setdefault((row["size"], run.seed, run.seconds), []).append(run)
    return {key: runs for key, runs in found.items() if len(runs) == 1 + len(peers)}


def _kept_tables(path: Path) -> tuple[list[str], dict[str, str]]:
    """Of everything that a file holds, the days on which everybody's runs are there: lines, and pictures by name."""
    of: dict[tuple[str, float, int], dict[int, list[Run]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        run = Run(**{key: value for key, value in row.items() if key != "size"})
        of.setdefault((row["size"], run.seconds, run.threads), {}).setdefault(run.seed, []).append(run)
    lines: list[str] = []
    drawn: dict[str, str] = {}
    for size in SIZES:
        every: list[Run] = []
        for (name, seconds, _), days in sorted(of.items()):
            if name == size.name:
                who = {run.who for runs in days.values() for run in runs}
                whole = [run for runs in days.values() if len(runs) == len(who) for run in runs]
                lines += table(size, seconds, whole, [peer for peer in PEERS if peer in who])
                every += whole
        if len({run.seconds for run in every}) > 1:
            drawn |= (of_size := pictures(size, every, [peer for peer in PEERS if peer in {run.who for run in every}]))
            lines += [f"![{size.name}: {name}]({name})" for name in of_size] + [""]
    return lines, drawn


def _is_beside(kept: Path | None) -> bool:
    """Whether the runs are kept in the page's own folder."""
    return kept is not None and kept.resolve().parent == PAGE.parent


def _planners(text: str) -> list[str]:
    chosen = [name for name in text.split(",") if name]
    if unknown := [name for name in chosen if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description="The ride planner against its peers, on the same days.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--sizes", default=",".join(size.name for size in SIZES), help="drivers/rides, with commas")
    parser.add_argument("--seconds", default="", help="such as 2,10, for every size")
    parser.add_argument(
        "--planners", type=_planners, default=list(PEERS), help=f"peers to run beside this planner: {','.join(PEERS)}"
    )
    parser.add_argument("--seeds", default="", help="such as 100-104, for every size")
    parser.add_argument("--few", action="store_true", help="fewer days of each size")
    parser.add_argument("--keep", type=Path, help="a file that runs are added to; those in it are not done again")
    parser.add_argument("--only-kept", action="store_true", help="tables of what is in that file, and nothing run")
    options = parser.parse_args()
    if options.only_kept and options.keep is None:
        parser.error("--only-kept needs --keep")
    peers: list[str] = options.planners
    known = _known(options.keep, peers)
    kept = None if options.keep is None else options.keep.open("a", encoding="utf-8")
    lines = [
        "# Planning rides, against peers",
        "",
        "Written by `python -m bench.ride_planning --write`. Synthetic days (`bench/_ride_days.py`), without shared "
        "cars and returns by others, which not all peers know. The same matrices for all, everything from the day as "
        "read counts, our own start of Python too. Peers at their best documented setting: "
        f"{versions()}; VROOM at exploration level 5 (1 on the largest days) stops by "
        f"itself. The verifier of the tests accepts every plan.",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}. "
        f"Where the load average is above the number of cores the machine was not idle, and "
        "what depends on time is worse than it need be, for everybody.",
        "",
        *([f"Every run stands in [{options.keep.name}]({options.keep.name}).", ""] if _is_beside(options.keep) else []),
    ]
    drawn: dict[str, str] = {}
    if options.only_kept:
        kept_lines, drawn = _kept_tables(options.keep)
        lines += kept_lines
    for size in () if options.only_kept else SIZES:
        if size.name not in options.sizes.split(","):
            continue
        seeds = _seeds(options.seeds, (FEW if options.few else DAYS)[size.name])
        times = [float(each) for each in options.seconds.split(",") if each] or AT_SECONDS[size.name]
        every = []
        for seconds in times:
            runs = []
            for seed in seeds:
                runs += known.get((size.name, seed, seconds)) or measure(size, seed, seconds, peers, kept)
            lines += table(size, seconds, runs, peers)
            every += runs
        if len(times) > 1:
            drawn |= (of_size := pictures(size, every, peers))
            lines += [f"![{size.name}: {name}]({name})" for name in of_size] + [""]
    print("\n".join(lines))
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text("\n".join(lines), encoding="utf-8")
        for name, picture in drawn.items():
            PAGE.with_name(name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
