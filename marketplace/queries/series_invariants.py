"""Series and occurrences that cannot be: what `marketplace.invariants` asks the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exists, func, or_
from sqlmodel import Session, col

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import (
    HelpRequest,
    Match,
    Occurrence,
    OccurrenceStatus,
    Series,
    SeriesHelper,
    SeriesStatus,
    Slot,
    SlotStatus,
)

_FREE = exists().where(col(Slot.request_id) == col(HelpRequest.id), col(Slot.status) == SlotStatus.FREE)


def list_uncared_for(session: Session, now: datetime) -> Sequence[Any]:
    """Times still to be of running series with nobody, no search and no word that there is nobody: their ids."""
    searched = (
        exists()
        .where(col(HelpRequest.occurrence_id) == col(Occurrence.id), col(HelpRequest.ended_at).is_(None), _FREE)
        .correlate(Occurrence)
    )
    series_seeks = (
        exists()
        .where(col(HelpRequest.id) == col(Series.request_id), col(HelpRequest.ended_at).is_(None), _FREE)
        .correlate(Series)
    )
    query = (
        sa.select(col(Occurrence.id))
        .join(Series, col(Series.id) == col(Occurrence.series_id))
        .where(
            col(Series.status) == SeriesStatus.RUNNING,
            col(Occurrence.status) == OccurrenceStatus.PLANNED,
            col(Occurrence.starts_at) > now,
            col(Occurrence.person_id).is_(None),
            ~searched,
            ~series_seeks,
        )
    )
    return session.execute(query).scalars().all()


def list_wrongly_given(session: Session, now: datetime) -> Sequence[Any]:
    """Times still to be that somebody has without a match that runs, or after the day on which they stopped: ids."""
    runs = exists().where(
        col(Match.id) == col(Occurrence.match_id),
        col(Match.person_id) == col(Occurrence.person_id),
        or_(
            col(Match.status).in_(RUNNING_MATCHES),
            exists().where(col(SeriesHelper.match_id) == col(Match.id), col(SeriesHelper.leaves_on).is_not(None)),
        ),
    )
    query = sa.select(col(Occurrence.id)).where(
        col(Occurrence.status) == OccurrenceStatus.PLANNED,
        col(Occurrence.starts_at) > now,
        col(Occurrence.person_id).is_not(None),
        ~runs,
    )
    return session.execute(query).scalars().all()


def list_overdue(session: Session, before: datetime) -> Sequence[Any]:
    """Running series that nobody looked at for long: their ids."""
    query = sa.select(col(Series.id)).where(
        col(Series.status) == SeriesStatus.RUNNING, col(Series.next_moment_at) < before
    )
    return session.execute(query).scalars().all()


def list_running_for_ended(session: Session) -> Sequence[Any]:
    """Times still planned of series that ended: their ids."""
    query = (
        sa.select(col(Occurrence.id))
        .join(Series, col(Series.id) == col(Occurrence.series_id))
        .where(col(Series.status) == SeriesStatus.ENDED, col(Occurrence.status) == OccurrenceStatus.PLANNED)
    )
    return session.execute(query).scalars().all()


def list_searched_twice(session: Session) -> Sequence[Any]:
    """Times for which more than one search runs, or a search of a time that is not there: their ids."""
    twice = (
        sa.select(col(HelpRequest.occurrence_id))
        .where(col(HelpRequest.occurrence_id).is_not(None), col(HelpRequest.ended_at).is_(None))
        .group_by(col(HelpRequest.occurrence_id))
        .having(func.count() > 1)
    )
    lost = sa.select(col(HelpRequest.occurrence_id)).where(
        col(HelpRequest.occurrence_id).is_not(None),
        col(HelpRequest.occurrence_id).not_in(sa.select(col(Occurrence.id))),
    )
    return [*session.execute(twice).scalars(), *session.execute(lost).scalars()]
