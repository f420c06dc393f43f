"""Who is told what of a series, and what is written down of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind, Occurrence, Series
from marketplace.permissions import Actor


def tell_of(
    session: Session, request: HelpRequest, occurrence: Occurrence, *, to: UUID | None, now: datetime, key: str = ""
) -> None:
    """Somebody is told how one time stands now; once for each change."""
    if to is None:
        return
    notices.queue(
        session,
        NoticeKind.OCCURRENCE_CHANGED,
        municipality_id=request.municipality_id,
        person_id=to,
        at=now,
        key=f"{occurrence.id}:{occurrence.sequence}:{key}",
        request=request.id,
        occurrence=occurrence.id,
    )


def tell_series(
    session: Session, kind: NoticeKind, series: Series, *, to: UUID, key: str, now: datetime, **more: Any
) -> None:
    """Somebody is told something about a series, once an occasion."""
    notices.queue(
        session,
        kind,
        municipality_id=series.municipality_id,
        person_id=to,
        at=now,
        key=f"{series.id}:{key}",
        request=series.request_id,
        series=series.id,
        **more,
    )


def note(
    session: Session,
    kind: EventKind,
    request: HelpRequest,
    *,
    what: str,
    acting_as: ActingAs,
    actor: Actor | None,
    now: datetime,
    occurrence: Occurrence | None = None,
    person_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Write down what happened to a series, to one of its times, or to somebody's part in it."""
    if occurrence is not None:
        detail |= {"occurrence": str(occurrence.id), "on": occurrence.original_on.isoformat()}
    history.about_request(
        session,
        kind,
        request,
        at=now,
        acting_as=acting_as,
        actor_id=actor.person_id if actor else None,
        person_id=person_id,
        what=what,
        **detail,
    )
