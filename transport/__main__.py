"""The command line of transport: `python -m transport plan [--seconds S] [--from plan.json] < day.json > plan.json`.

Plain data in, plain data out. Bad input: exit status 2, nothing on standard output, one line on standard error that
names the field and what is wrong. The clock is read here and nowhere else in this package.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from contextlib import suppress
from math import isfinite
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from transport.planning import Job, Plan, empty_plan, job_of, plan_job
from transport.problem import Deadline
from transport.reading import BadInput, read_day
from transport.replanning import job_from, read_plan
from transport.writing import plan_json, writing_s

DEFAULT_SECONDS = 10.0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other kind of bad input; argparse would print the usage first."""
        raise BadInput(message)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        day = read_day(sys.stdin.buffer.read())
        job = job_of(day) if options.previous is None else job_from(day, read_plan(_bytes(options.previous)))
    except BadInput as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    deadline = Deadline(time.monotonic, time.monotonic() + options.seconds)
    plan = _plan_until(job, deadline.before(writing_s(day)))
    print(plan_json(day, plan, is_replan=options.previous is not None))
    return 0


def _plan_until(job: Job, deadline: Deadline) -> Plan:
    """The best plan there is when time is up.

    Planned in a process of its own, which is ended when time is up: the solvers underneath look at their clock only
    now and then.
    """
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    worker = fork.Process(target=_work, args=(job, deadline, there), daemon=True)
    worker.start()
    there.close()
    plan = empty_plan(job)
    with suppress(EOFError):
        while here.poll(max(0.0, deadline.left())):
            plan = here.recv()
    worker.kill()
    worker.join()
    return plan


def _work(job: Job, deadline: Deadline, there: Connection) -> None:
    # The one who asked has stopped listening once time is up.
    with suppress(BrokenPipeError):
        there.send(plan_job(job, deadline, there.send))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"--from: {path} cannot be read ({error.strerror})") from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m transport", description="Who drives whom.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("plan", help="one day of rides, from standard input")
    command.add_argument("--seconds", type=_seconds, default=DEFAULT_SECONDS, metavar="S", help="time to plan in")
    command.add_argument("--from", dest="previous", type=Path, metavar="FILE", help="replan from this plan")
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not isfinite(seconds) or seconds < 0:
        raise argparse.ArgumentTypeError(f"must be a number of at least 0, not {text!r}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
