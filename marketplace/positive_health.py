"""The six dimensions of positive health, as tags on kinds of help: never on people.

The dimensions are those of the municipality's paper *Zo zelfstandig mogelijk wonen en meedoen in Oosterhout*: what is
offered serves at least one. Which kind serves which, and why, stands in `positive_health.csv`; it is our reading, not a
measurement, and says nothing about anybody's health.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path


class Dimension(StrEnum):
    BODILY_FUNCTIONS = "bodily_functions"
    MENTAL_WELLBEING = "mental_wellbeing"
    MEANING = "meaning"
    QUALITY_OF_LIFE = "quality_of_life"
    PARTICIPATION = "participation"
    DAILY_FUNCTIONING = "daily_functioning"


@dataclass(frozen=True)
class Serves:
    """Which dimensions a kind of help serves, and why."""

    dimensions: tuple[Dimension, ...]
    because: str


@lru_cache(maxsize=1)
def read_tags() -> Mapping[str, Serves]:
    """By kind of help. Raises ValueError for a line that names no dimension."""
    with (Path(__file__).parent / "positive_health.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    tags = {
        line["code"]: Serves(tuple(Dimension(one) for one in line["dimensions"].split()), line["because"])
        for line in lines
    }
    if bare := [code for code, serves in tags.items() if not serves.dimensions or not serves.because]:
        raise ValueError(f"positive_health.csv: {bare} serve nothing, or without a reason")
    return tags


def count(by_skill: Mapping[str, int]) -> dict[Dimension, int]:
    """How many matches serve each dimension. One match may serve several: the sum says nothing."""
    tags, found = read_tags(), Counter[Dimension]()
    for code, number in by_skill.items():
        for dimension in tags[code].dimensions if code in tags else ():
            found[dimension] += number
    return {dimension: found[dimension] for dimension in Dimension}
