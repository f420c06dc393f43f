"""Due rows: what the edge runs right after the commit, and the next tick if that failed."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.models import DueKind, DueRow


def add_round(session: Session, *, municipality_id: UUID, request_id: UUID | None, at: datetime) -> None:
    """Ask for a matching round as soon as the present transaction is committed, because of one request or of none."""
    session.add(
        DueRow(municipality_id=municipality_id, kind=DueKind.ROUND, request_id=request_id, due_at=at, created_at=at)
    )


def add_plan(session: Session, *, municipality_id: UUID, day: date, at: datetime) -> None:
    """Ask for the rides of a day to be planned (again) as soon as the present transaction is committed."""
    session.add(
        DueRow(municipality_id=municipality_id, kind=DueKind.RIDES, request_id=None, day=day, due_at=at, created_at=at)
    )
