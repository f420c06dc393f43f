"""Thresholds of series, with units in the names."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class SeriesPolicy:
    """How far ahead times are made, and when people are asked what."""

    made_ahead_weeks: int = 8
    # Turns so near stay with whom they are when the circle changes.
    kept_days: int = 7
    # While a successor is looked for, somebody to stand in is sought for what comes within so many days.
    bridged_days: int = 10
    # How long before it a search for a stand-in hands over, where there is time; else as every request.
    respond_before_h: float = 48
    # Less than this before it, nobody is looked for any more.
    too_late_h: float = 1
    # How long before they stop the search for a successor begins; as long as contact details stay open.
    successor_days: int = 14
    review_ahead_days: int = 21
    how_after_held: int = 6
    how_every_days: int = 60
    # A series without anything to do is looked at so often nevertheless.
    look_every_h: float = 6
    # Until so long after it one may say that nobody came.
    missed_within_days: int = 14

    def __post_init__(self) -> None:
        if min(vars(self).values()) <= 0:
            raise ValueError("SeriesPolicy: every amount is above 0")


SERIES: Final = SeriesPolicy()
