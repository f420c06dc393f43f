"""Rides as dates for somebody's own calendar: of who rides, and of who drives."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session

from marketplace.calendars import Entry
from marketplace.models import Promise, Ride, RideLeg
from marketplace.queries import own_rides
from marketplace.trips import Stop
from marketplace.two_sides import CONTACT
from marketplace.visibility import situation_in_promise
from web.pages.riding import shown_stop, stop_words


def ride_entries(session: Session, person_id: UUID, *, since: datetime, now: datetime, base_url: str) -> list[Entry]:
    """The drives that were promised to somebody, and those they promised: only what is sure has a minute."""
    host = urlsplit(base_url).hostname or "localhost"
    entries = []
    for promise, ride, driver, passenger in own_rides.list_promised_to_or_by(session, person_id, since=since):
        is_driver = promise.person_id == person_id
        situation = situation_in_promise(promise, now=now, policy=CONTACT)
        where, goal = (shown_stop(stop, situation) if is_driver else stop_words(stop) for stop in _ends(promise, ride))
        summary = f"{passenger} naar {goal}" if is_driver else f"{driver} haalt u op"
        path = f"/mijn/rijden/dag/{promise.driver_day_id}" if is_driver else f"/mijn/ritten/{ride.id}"
        entries.append(
            Entry(
                uid=f"{promise.id}@{host}",
                sequence=promise.version,
                changed_at=promise.answered_at or promise.proposed_at,
                starts_at=promise.pickup_at,
                ends_at=promise.finish_at,
                summary=summary,
                description=f"Bekijk de rit, of zeg af: {base_url}{path}",
                location=where,
                url=f"{base_url}{path}",
            )
        )
    return entries


def _ends(promise: Promise, ride: Ride) -> tuple[Stop, Stop]:
    ends = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
    return ends if promise.leg is RideLeg.OUT else (ends[1], ends[0])
