"""Times and memory of several ways to do one thing, in turns and on the same input."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from typing import Any, Final

MB: Final = 1024 if sys.platform != "darwin" else 1024 * 1024  # what ru_maxrss counts
PATIENCE_S: Final = 2.0


@dataclass(frozen=True)
class Measured:
    """Seconds of each run, the memory that a run needed on top of its input, and the answer."""

    seconds: tuple[float, ...]
    extra_mb: float
    answer: Any

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def in_turns(ways: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, Measured]:
    """Run every way once for its memory, once to warm up, then `runs` times, one way after another.

    What takes long is not run again: noise is small beside it.
    """
    memory = {name: memory_of(way) for name, way in ways.items()}
    first = {name: timed(way) for name, way in ways.items()}
    seconds: dict[str, list[float]] = {name: [took] if took > PATIENCE_S else [] for name, (took, _) in first.items()}
    for _ in range(runs):
        for name, way in ways.items():
            if first[name][0] <= PATIENCE_S:
                seconds[name].append(timed(way)[0])
    return {name: Measured(tuple(seconds[name]), memory[name], first[name][1]) for name in ways}


def timed(way: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = way()
    return time.perf_counter() - started, answer


def memory_of(way: Callable[[], Any]) -> float:
    """Megabytes that a run needs at its peak, in a copy of this process; input is inherited, not copied."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(way, theirs))
    process.start()
    theirs.close()
    try:
        extra: float = ours.recv()
    finally:
        process.join()
    return extra


def _run(way: Callable[[], Any], connection: Connection) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    way()
    connection.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / MB)


def circumstances(*packages: str) -> str:
    """The machine, the day and the versions; a figure without them says nothing."""
    versions = ", ".join(f"{package} {_version(package)}" for package in packages)
    return (
        f"Measured {datetime.now():%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores (shared), "
        f"{platform.system()}, Python {platform.python_version()}, {versions}."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
