"""The command line of matching: `python -m matching assign < instance.json`.

Plain data in, plain data out, and no logic of its own. Bad input: exit status 2, nothing on standard output, one line
on standard error that names the field and what is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NoReturn

from matching.assignment import Assignment
from matching.instances import BadInput, Instance, read_json, read_npz, write_npz
from matching.skills import read_skills
from matching.stream import answers
from matching.threads import sum_on_one_thread


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other kind of bad input; argparse would print the usage first."""
        raise BadInput(message)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        sum_on_one_thread()
        if options.command == "policy":
            return _policy()
        answer = _assign(options.npz, options.out)
    except BadInput as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    print(answer)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m matching", description="Who is asked for what.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("assign", help="one exact assignment, from standard input or an .npz file")
    command.add_argument("--npz", type=Path, metavar="FILE", help="read the instance from these arrays")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the chosen pairs here; goes with --npz")
    commands.add_parser("policy", help="the asking engine as a stream: a line of JSON in, a line out")
    return parser


def _policy() -> int:
    for answer in answers(sys.stdin.buffer, read_skills()):
        print(answer, flush=True)
    return 0


def _assign(npz: Path | None, out: Path | None) -> str:
    if (npz is None) != (out is None):
        raise BadInput("--npz and --out go together")
    if npz is None or out is None:
        instance = read_json(sys.stdin.buffer.read())
        solution = instance.solve()
        return json.dumps({"pairs": instance.named(solution.chosen), **_worth(solution)})
    solution = _solve_file(read_npz(npz), out)
    return json.dumps(_worth(solution))


def _solve_file(instance: Instance, out: Path) -> Assignment:
    solution = instance.solve()
    write_npz(out, solution)
    return solution


def _worth(solution: Assignment) -> dict[str, float | bool]:
    return {"objective": solution.objective, "optimal": solution.optimal}


if __name__ == "__main__":
    sys.exit(main())
