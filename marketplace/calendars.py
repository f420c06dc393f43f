"""Dates as iCalendar text (RFC 5545). Pure: what may stand in it is decided by whoever asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event

_PRODUCT: Final = "-//Meer voor Elkaar//NL"


@dataclass(frozen=True)
class Entry:
    """One date. ``uid`` stays the same through every change, ``sequence`` grows with each."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False


def write_calendar(entries: Sequence[Entry], *, name: str = "") -> bytes:
    """The text of a file or feed; one cancelled date alone is a message that takes it out of the calendar again."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entries and all(entry.is_cancelled for entry in entries) else "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    # Instants: no calendar has to know how Amsterdam changes its clocks.
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for field, text in (("description", entry.description), ("location", entry.location), ("url", entry.url)):
        if text:
            event.add(field, text)
    return event
