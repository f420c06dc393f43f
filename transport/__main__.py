"""The command line of transport: `python -m transport plan [--seconds S] [--from plan.json] < day.json > plan.json`.

Plain data in, plain data out. Bad input: exit status 2, nothing on standard output, one line on standard error that
names the field and what is wrong. The clock is read here and nowhere else in this package.
"""

from __future__ import annotations

import argparse
import sys
import time
from math import isfinite
from pathlib import Path
from typing import NoReturn

from transport.planning import plan_day
from transport.problem import Deadline
from transport.reading import BadInput, read_day
from transport.writing import plan_json

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
        deadline = Deadline(time.monotonic, time.monotonic() + options.seconds)
        answer = plan_json(day, plan_day(day, deadline), is_replan=False)
    except BadInput as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    print(answer)
    return 0


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
