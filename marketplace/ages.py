"""Ages, and what they decide. Pure.

An age is reached at the beginning of the birthday by the clock in Oosterhout; who was born on 29 February has it on
1 March in other years, so that nobody is let go a day too early.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from marketplace.policies import AMSTERDAM, local_midnight


@dataclass(frozen=True)
class AgePolicy:
    """From which age what is possible, in years; and how long what waits for others is kept, in days."""

    youngest: int = 12
    without_parent: int = 16
    grown_up: int = 18
    parent_answers_days: int = 14
    coordinator_workdays: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.youngest <= self.without_parent <= self.grown_up:
            raise ValueError("AgePolicy: youngest, without a parent and grown up come in this order")
        if min(self.parent_answers_days, self.coordinator_workdays) <= 0:
            raise ValueError("AgePolicy: every time is above 0")


POLICY: Final = AgePolicy()


def today_of(now: datetime) -> date:
    """Which day it is in Oosterhout."""
    return now.astimezone(AMSTERDAM).date()


def reaches(born_on: date, years: int) -> date:
    """The day on which somebody reaches an age."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:  # 29 February, in a year without one
        return date(born_on.year + years, 3, 1)


def age_on(born_on: date, day: date) -> int:
    """How old somebody is on a day, in whole years."""
    years = day.year - born_on.year
    return years if reaches(born_on, years) <= day else years - 1


def is_below(born_on: date | None, years: int, now: datetime) -> bool:
    """Whether somebody has still to reach an age; of whom no day of birth is kept, they said they are grown up."""
    return born_on is not None and today_of(now) < reaches(born_on, years)


def needs_parent(born_on: date | None, now: datetime) -> bool:
    """Whether a parent has to agree before somebody helps."""
    return is_below(born_on, POLICY.without_parent, now)


def released_at(born_on: date) -> datetime:
    """The moment from which nobody's consent is needed."""
    return local_midnight(reaches(born_on, POLICY.without_parent))
