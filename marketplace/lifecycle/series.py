"""Series and their occurrences: what may follow what, and the steps of each."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import Occurrence, OccurrenceStatus, Series, SeriesStatus


class SeriesAction(StrEnum):
    END = "end"


class OccurrenceAction(StrEnum):
    SKIP = "skip"
    RESTORE = "restore"
    HOLD = "hold"
    MISS = "miss"
    GO_WITHOUT = "go_without"
    FIND = "find"
    DROP = "drop"


SERIES_TRANSITIONS: Final[Mapping[tuple[SeriesStatus, SeriesAction], SeriesStatus]] = {
    (SeriesStatus.RUNNING, SeriesAction.END): SeriesStatus.ENDED,
}

OCCURRENCE_TRANSITIONS: Final[Mapping[tuple[OccurrenceStatus, OccurrenceAction], OccurrenceStatus]] = {
    (OccurrenceStatus.PLANNED, OccurrenceAction.SKIP): OccurrenceStatus.SKIPPED,
    (OccurrenceStatus.PLANNED, OccurrenceAction.HOLD): OccurrenceStatus.HELD,
    (OccurrenceStatus.PLANNED, OccurrenceAction.GO_WITHOUT): OccurrenceStatus.NOBODY,
    (OccurrenceStatus.PLANNED, OccurrenceAction.DROP): OccurrenceStatus.DROPPED,
    # Needed after all, while it is still to come.
    (OccurrenceStatus.SKIPPED, OccurrenceAction.RESTORE): OccurrenceStatus.PLANNED,
    (OccurrenceStatus.SKIPPED, OccurrenceAction.DROP): OccurrenceStatus.DROPPED,
    # Somebody was found for it after all, or it needs nobody any more.
    (OccurrenceStatus.NOBODY, OccurrenceAction.FIND): OccurrenceStatus.PLANNED,
    (OccurrenceStatus.NOBODY, OccurrenceAction.SKIP): OccurrenceStatus.SKIPPED,
    (OccurrenceStatus.NOBODY, OccurrenceAction.DROP): OccurrenceStatus.DROPPED,
    # The series goes on longer than was said.
    (OccurrenceStatus.DROPPED, OccurrenceAction.RESTORE): OccurrenceStatus.PLANNED,
    # Somebody says afterwards that nobody came.
    (OccurrenceStatus.HELD, OccurrenceAction.MISS): OccurrenceStatus.MISSED,
}


def advance_series(session: Session, series: Series, action: SeriesAction, *, at: datetime) -> None:
    """Take one step with a series. Raises IllegalTransition or Overtaken."""
    after = next_status(SERIES_TRANSITIONS, "series", series.status, action)
    step(session, series, after, ended_at=at)


def advance_occurrence(
    session: Session, occurrence: Occurrence, action: OccurrenceAction, *, at: datetime, **stamps: Any
) -> None:
    """Take one step with an occurrence. Raises IllegalTransition or Overtaken."""
    after = next_status(OCCURRENCE_TRANSITIONS, "occurrence", occurrence.status, action)
    step(session, occurrence, after, changed_at=at, sequence=occurrence.sequence + 1, **stamps)
