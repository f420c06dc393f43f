"""What a message about help that returns needs, read at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.models import (
    HelpRequest,
    Occurrence,
    OccurrenceStatus,
    OutboxMessage,
    Person,
    Series,
    SeriesHelper,
)
from marketplace.queries import series as queries
from marketplace.rhythms import instant_of

_TURNS = 6


@dataclass(frozen=True)
class SeriesFacts:
    """A series, or one time of it. What a message has no id of, or what is gone, is None."""

    series: Series
    occurrence: Occurrence | None
    # Who comes to that time, and when the rhythm has it.
    comes: Person | None
    original_at: datetime | None
    # When the one who reads it is to come next.
    turns: Sequence[datetime]
    # Somebody's part in it that comes to an end.
    leaving: SeriesHelper | None


def read_series_facts(
    session: Session, message: OutboxMessage, request: HelpRequest | None, *, now: datetime
) -> SeriesFacts | None:
    """What a message has to do with a series: its request is one, or stands in for one time of one."""
    series = queries.find_series_around(session, request) if request is not None else None
    if series is None:
        return None
    named = message.subject.get("occurrence")
    occurrence = session.get(Occurrence, UUID(named)) if named else None
    comes = session.get(Person, occurrence.person_id) if occurrence is not None and occurrence.person_id else None
    match_id = message.subject.get("match")
    return SeriesFacts(
        series=series,
        occurrence=occurrence,
        comes=comes,
        original_at=instant_of(occurrence.original_on, series.start_minute) if occurrence is not None else None,
        turns=_turns(session, series, message.person_id, now),
        leaving=session.get(SeriesHelper, UUID(match_id)) if match_id else None,
    )


def _turns(session: Session, series: Series, person_id: UUID | None, now: datetime) -> Sequence[datetime]:
    query = select(Occurrence.starts_at).where(
        Occurrence.series_id == series.id,
        Occurrence.person_id == person_id,
        Occurrence.status == OccurrenceStatus.PLANNED,
        col(Occurrence.starts_at) > now,
    )
    return session.exec(query.order_by(col(Occurrence.starts_at)).limit(_TURNS)).all()
