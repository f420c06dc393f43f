"""Whom to call when it cannot wait, as public numbers. See SOURCE.md beside the file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "lines.csv"


@dataclass(frozen=True)
class CrisisLine:
    """``when`` is Dutch, as the page says it."""

    code: str
    name: str
    telephone: str
    when: str

    @property
    def digits(self) -> str:
        """The number as a telephone dials it."""
        return self.telephone.replace("-", "")


@cache
def crisis_lines() -> Sequence[CrisisLine]:
    """All of them, what is most urgent first."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(CrisisLine(**row) for row in csv.DictReader(lines))
