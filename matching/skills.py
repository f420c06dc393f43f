"""The skill table: what can be asked, which work area it belongs to and which qualifications it requires.

`skills.csv` beside this file is the table of Oosterhoutvoorelkaar: columns code, work_area, label_nl, label_en,
requires and synonyms_nl, the last two separated by "|". It is read by the caller, at the edge, once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SKILLS_CSV: Final = Path(__file__).with_name("skills.csv")
COLUMNS: Final = ("code", "work_area", "label_nl", "label_en", "requires", "synonyms_nl")


@dataclass(frozen=True, slots=True)
class Skill:
    """One kind of help; `requires` holds qualification codes, `synonyms` Dutch words people use for it."""

    code: str
    work_area: str
    label_nl: str
    label_en: str
    requires: frozenset[str] = frozenset()
    synonyms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("code", "work_area", "label_nl", "label_en"):
            if not getattr(self, name):
                raise ValueError(f"{name} of a skill must not be empty")


class SkillTable(Mapping[str, Skill]):
    """Skills by code, in the order of the table."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        self._by_code: dict[str, Skill] = {}
        for skill in skills:
            if skill.code in self._by_code:
                raise ValueError(f"code {skill.code!r} stands twice in the skill table")
            self._by_code[skill.code] = skill

    def __getitem__(self, code: str) -> Skill:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    @property
    def qualifications(self) -> frozenset[str]:
        """Every qualification that some skill requires."""
        return frozenset().union(*(skill.requires for skill in self.values()))


def read_skills(path: Path = SKILLS_CSV) -> SkillTable:
    """Read a skill table. Raises ValueError for other columns, an empty label or a code that stands twice."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ValueError(f"columns of {path.name} must be {', '.join(COLUMNS)}")
        return SkillTable(_skill(row) for row in rows)


def _skill(row: Mapping[str, str]) -> Skill:
    return Skill(
        code=row["code"],
        work_area=row["work_area"],
        label_nl=row["label_nl"],
        label_en=row["label_en"],
        requires=frozenset(code for code in row["requires"].split("|") if code),
        synonyms=tuple(word for word in row["synonyms_nl"].split("|") if word),
    )
