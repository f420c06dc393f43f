"""What a case, and the page of a match, tell of the series they belong to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.models import HelpRequest, OccurrenceStatus, Person
from marketplace.queries import requests
from marketplace.queries import series as queries
from web import dates
from web.labels.requests import sentence_case
from web.labels.series import every_words
from web.pages.series import ADDRESS

_SHOWN = 3


def series_lines(session: Session, request: HelpRequest, *, now: datetime) -> list[tuple[str, str, str]]:
    """Label, text and where it leads: the rhythm, and who comes next; of a search for a stand-in, that it is one."""
    series = queries.find_series_around(session, request)
    if series is None:
        return []
    href = f"{ADDRESS}/{series.id}"
    every = sentence_case(every_words(series.rhythm, series.weekday, series.start_minute))
    if request.occurrence_id is not None:
        return [("Vervanging", f"Eén keer uit een reeks: {every}", href)]
    coming = [
        one
        for one in queries.list_occurrences(session, series.id)
        if one.starts_at > now and one.status in (OccurrenceStatus.PLANNED, OccurrenceStatus.NOBODY)
    ]
    return [
        ("Reeks", f"{every}, tot {dates.day(series.last_on)}", href),
        *(
            (sentence_case(dates.day(dates.day_of(one.starts_at))), _who(session, one.person_id, one.status), "")
            for one in coming[:_SHOWN]
        ),
    ]


def series_href(session: Session, request_id: UUID) -> str:
    """Where every time stands, of a request that is a series or stands in for one time of it; empty for any other."""
    series = queries.find_series_around(session, requests.get_request(session, request_id))
    return f"{ADDRESS}/{series.id}" if series is not None else ""


def _who(session: Session, person_id: UUID | None, status: OccurrenceStatus) -> str:
    if status is OccurrenceStatus.NOBODY:
        return "Niemand deze keer"
    return f"{session.get_one(Person, person_id).first_name} komt" if person_id else "Wij zoeken iemand"
