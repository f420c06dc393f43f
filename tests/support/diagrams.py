"""The lifecycles as diagrams, drawn from the tables that decide them.

``python -m tests.support.diagrams`` writes the document.
"""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from marketplace import lifecycle

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "lifecycles.md"

_TOP: Final = """# What may follow what

Drawn from the tables of transitions in `marketplace/lifecycle/`, which alone writes a status; every step that is not
drawn is refused. After changing a table, `.venv/bin/python -m tests.support.diagrams` draws these anew; a test keeps
them equal.

A request has no table: its status follows from its slots. It is *open* while all are free, *partly filled* while some
are, *filled* while all are taken, then *done*; *withdrawn* or *closed* where no slot was ever filled to the end.
"""
# What somebody asks first of each: what is it, and where does it begin?
_ABOUT: Final[Mapping[str, str]] = {
    "PROPOSAL_TRANSITIONS": "One volunteer asked for one request, until a time. A yes after that time, or after\n"
    "another answer, still counts while there is a free slot.",
    "MATCH_TRANSITIONS": "A slot and a volunteer who both said yes. The requester may object until a time; then it is\n"
    "confirmed.",
    "SLOT_TRANSITIONS": "One place of a request. It is freed when its match ends before its time.",
    "RIDE_TRANSITIONS": "One ride. While it is open, its status follows from who promised to drive it.",
    "PROMISE_TRANSITIONS": "A drive and a driver, by a published plan. It stays as long as driver and pick-up do.",
    "HAND_OVER_TRANSITIONS": "A case on its way to another organisation, with what the resident agreed to.\n"
    "Until it is received it is its owner's.",
    "GARDEN_DAY_TRANSITIONS": "A group for several gardens near each other: first its leader says yes.",
    "GARDEN_TRANSITIONS": "One garden of such a day. Its request goes on by itself until its owner agrees.",
    "SERIES_TRANSITIONS": "Help that returns, for as long as somebody wants it; never longer than a year unasked.",
    "OCCURRENCE_TRANSITIONS": "One time of a series. Moved to another day it stays what it is; dropped is what the\n"
    "series ended before.",
    "CONCERN_TRANSITIONS": "A worry about somebody. While it is open it has an owner, one of the few who handle\n"
    "worries, and a next moment.",
    "REPORT_TRANSITIONS": "What was reported, or found suspicious. While it is open it has an owner and a next moment.",
    "SUSPENSION_TRANSITIONS": "An account that was blocked. An appeal is decided by somebody else than who blocked it.",
    "ORGANISATION_TRANSITIONS": "An organisation. It works from the start; on public lists it stands once staff have\n"
    "seen it.",
    "WAITING_TRANSITIONS": "Somebody who waits for a place in a shift that is full.",
    "TRAJECTORY_TRANSITIONS": "Somebody's way with a buddy. While it is open it has an owner and a next moment.",
    "INTRODUCTION_TRANSITIONS": "A buddy for one trajectory: asked first, then the resident is; they meet and agree.",
    "TALK_TRANSITIONS": "How it goes, asked of one side at a set week; the other side has a talk of its own.",
    "APPOINTMENT_TRANSITIONS": "One date of a match: proposed by one of the two, agreed by the other.",
}


def tables() -> dict[str, Mapping[tuple[StrEnum, StrEnum], StrEnum]]:
    """Every table of transitions that the lifecycle has, in its order."""
    parts = [import_module(f"{lifecycle.__name__}.{part.name}") for part in iter_modules(lifecycle.__path__)]
    return {
        name: table
        for module in (lifecycle, *parts)
        for name, table in vars(module).items()
        if name.endswith("_TRANSITIONS")
    }


def diagram(table: Mapping[tuple[StrEnum, StrEnum], StrEnum]) -> str:
    """One table as Mermaid draws it: it begins at its first status, and ends where nothing follows."""
    begin = next(iter(table))[0]
    ends = sorted(set(table.values()) - {before for before, _ in table})
    steps: dict[tuple[str, str], list[str]] = {}
    for (before, action), after in table.items():
        steps.setdefault((before.value, after.value), []).append(action.value.replace("_", " "))
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {begin.value}",
        *(f"    {before} --> {after}: {', '.join(actions)}" for (before, after), actions in steps.items()),
        *(f"    {end.value} --> [*]" for end in ends),
    ]
    return "\n".join(lines)


def document() -> str:
    """The whole of docs/lifecycles.md."""
    parts = [_TOP]
    for name, table in tables().items():
        title = name.removesuffix("_TRANSITIONS").replace("_", " ").capitalize()
        about = f"{_ABOUT[name]}\n\n" if name in _ABOUT else ""
        parts.append(f"## {title}\n\n{about}```mermaid\n{diagram(table)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
