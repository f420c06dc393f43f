"""Reading history for the figures: columns of events, streamed, never entities."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlmodel import Session, col

from marketplace.errors import NotFound
from marketplace.models import ActingAs, Event, EventKind, HelpRequest, Municipality, Ride

# What puts a request in the figures of a period, when one of these fell in it.
BEGINNINGS: Final = frozenset({EventKind.REQUEST_POSTED, EventKind.MATCHED, EventKind.PROPOSED})
_AT_A_TIME: Final = 2000


def stream_events(
    session: Session,
    *,
    municipality_id: UUID,
    begins_at: datetime,
    ends_at: datetime,
    as_of: datetime,
    beginnings: frozenset[EventKind] = BEGINNINGS,
    telling: frozenset[EventKind],
    of_staff: frozenset[EventKind],
) -> Iterator[Row[Any]]:
    """What is told up to ``as_of`` of the requests to which one of ``beginnings`` happened in [begins_at, ends_at).

    Only events of a kind in ``telling``, whoever did it, and of a kind in ``of_staff`` when staff did it.

    Rows of (request_id, seq, at, kind, acting_as, slot_number, match_id, detail): request by request (a ride or a
    trajectory being one), each in the order in which things happened; from the whole history, as a ruling looks back.
    """
    here: ColumnElement[bool] = col(Event.municipality_id) == municipality_id
    # A ride, or a trajectory with a buddy, is counted as a request is; who promised to drive, or became the buddy, as a
    # match.
    about = func.coalesce(col(Event.request_id), col(Event.ride_id), col(Event.trajectory_id))
    begun = (here, col(Event.kind).in_(sorted(beginnings)), col(Event.at) >= begins_at, col(Event.at) < ends_at)
    counted = col(Event.ride_id).is_(None) | col(Event.ride_id).in_(select(col(Ride.id)).where(col(Ride.is_counted)))
    # A series counts once for each place, at its start: who stands in for one time of it is no match of its own.
    standing_in = select(col(HelpRequest.id)).where(col(HelpRequest.occurrence_id).is_not(None))
    once = col(Event.request_id).is_(None) | col(Event.request_id).not_in(standing_in)
    kept = (Event.request_id, Event.ride_id, Event.trajectory_id)
    chosen = or_(*(col(column).in_(select(col(column)).where(*begun)) for column in kept))
    columns = (
        about.label("request_id"),
        col(Event.seq),
        col(Event.at),
        col(Event.kind),
        col(Event.acting_as),
        col(Event.slot_number),
        func.coalesce(col(Event.match_id), col(Event.promise_id), col(Event.introduction_id)).label("match_id"),
        col(Event.detail),
    )
    is_read = col(Event.kind).in_(sorted(telling)) | (
        (col(Event.acting_as) == ActingAs.STAFF) & col(Event.kind).in_(sorted(of_staff))
    )
    query = select(*columns).where(here, chosen, counted, once, col(Event.at) <= as_of, is_read)
    ordered = query.order_by(about, col(Event.at), col(Event.seq))
    yield from session.execute(ordered.execution_options(yield_per=_AT_A_TIME))


def get_municipality_name(session: Session, municipality_id: UUID) -> tuple[str, str]:
    """The slug and the name of a municipality. Raises NotFound."""
    query = select(col(Municipality.slug), col(Municipality.name)).where(col(Municipality.id) == municipality_id)
    if (found := session.execute(query).first()) is None:
        raise NotFound(f"municipality {municipality_id}")
    return found[0], found[1]
