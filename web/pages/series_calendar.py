"""Times of help that returns, as dates for somebody's own calendar: each one an event of its own."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session

from marketplace.calendars import Entry
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.two_sides import other_side
from web.labels.rules import lower_first
from web.pages.series import ADDRESS


def series_entries(session: Session, person_id: UUID, *, since: datetime, now: datetime, base_url: str) -> list[Entry]:
    """Every time of which it is sure who comes; where, only while that is shown to this person.

    A time keeps its uid wherever it is moved to and whoever comes: a calendar moves it along.
    """
    host = urlsplit(base_url).hostname or "localhost"
    entries = []
    for row in queries.list_coming_of(session, person_id, since=since):
        one, where = row.occurrence, row.request.neighbourhood
        if row.is_volunteer and row.match is not None:
            of_match = requests.get_request(session, row.match.request_id)
            shown = other_side(session, row.match, of_match, actor=Actor(person_id), now=now)
            where = f"{shown.help_address}, {where}" if shown.help_address else where
        what, href = lower_first(row.skill_label), f"{base_url}{ADDRESS}/{one.series_id}"
        entries.append(
            Entry(
                uid=f"{one.id}@{host}",
                sequence=one.sequence,
                changed_at=one.changed_at,
                starts_at=one.starts_at,
                ends_at=one.starts_at + timedelta(minutes=one.minutes),
                summary=f"{row.other} helpen: {what}" if row.is_volunteer else f"{row.other} komt: {what}",
                description=f"Bekijk alle keren, of zeg één keer af: {href}",
                location=where,
                url=href,
            )
        )
    return entries
