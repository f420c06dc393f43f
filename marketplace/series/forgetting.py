"""What is kept of somebody in the series they ask or help in, and leaving those for good."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace.queries import series as queries


def stop(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Somebody who leaves for good comes no more, also not until a last day; their series are looked at now."""
    for said in queries.list_parts_of(session, person_id):
        said.leaves_on = None
        session.add(said)
    session.flush()
    queries.wake_where_comes(session, person_id, at=now)


def forget(session: Session, person_id: UUID) -> None:
    """What they wrote about how it goes."""
    for word in queries.list_words_of(session, person_id):
        word.remark = ""
        session.add(word)


def export(session: Session, person_id: UUID) -> dict[str, Any]:
    """What is known of somebody's part in help that returns."""
    return {
        "series": [
            {
                "what": row.skill_label,
                "rhythm": row.series.rhythm.value,
                "from": row.series.first_on.isoformat(),
                "until": row.series.last_on.isoformat(),
                "helps": row.is_helper,
            }
            for row in queries.list_of_person(session, person_id, now=None)
        ],
        "times": [
            {"starts_at": one.starts_at.isoformat(), "status": one.status.value}
            for one in queries.list_times_of(session, person_id)
        ],
        "series_words": [
            {"how": word.how.value, "remark": word.remark, "said_at": word.said_at.isoformat()}
            for word in queries.list_words_of(session, person_id)
        ],
    }
