"""Help that returns, with the boring part filled in, and the clockwork of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, select

from marketplace import matches
from marketplace.asks import NewSeries
from marketplace.database import Sessions
from marketplace.models import Match, MatchStatus, Occurrence, Offer, Person, Rhythm, Series
from marketplace.queries import series as queries
from marketplace.series import settling
from tests.support.builders import a_match, a_request, a_volunteer
from tests.support.clock import NOW

# The Tuesday a week after NOW, at ten in the morning; that week nobody has to come yet.
FIRST: Final = date(2026, 3, 10)
TEN: Final = 10 * 60
WALK: Final = "company.walking"


def a_series(
    session: Session,
    *,
    rhythm: Rhythm = Rhythm.WEEKLY,
    first_on: date = FIRST,
    start_minute: int = TEN,
    last_on: date | None = None,
    is_reviewed: bool = True,
    minutes: int = 60,
    places: int = 1,
    skill: str = WALK,
    now: datetime = NOW,
    requester: Person | None = None,
    **overrides: Any,
) -> Series:
    """A walk every Tuesday at ten for half a year, settled once: its first times are there, and nobody yet."""
    wanted = NewSeries(rhythm, first_on, start_minute, last_on or first_on + timedelta(days=180), is_reviewed)
    request = a_request(
        session,
        skill=skill,
        text="Wie wandelt er met mij?",
        minutes=minutes,
        slots=places,
        weekly=(),
        series=wanted,
        now=now,
        requester=requester,
        **overrides,
    )
    series = queries.find_series_of(session, request.id)
    assert series is not None
    settling.settle(session, series, now=now)
    return series


def a_walker(session: Session, first_name: str = "Piet", **overrides: Any) -> Offer:
    """Somebody who walks with others, all week."""
    return a_volunteer(session, first_name, **{"skills": (WALK,), **overrides})


def joins(session: Session, series: Series, offer: Offer, *, now: datetime = NOW) -> Match:
    """Somebody says yes to the series, and the requester says "prima"."""
    request = queries_request(session, series)
    match = a_match(session, request, offer, now=now)
    if match.status is MatchStatus.AGREED:
        from marketplace.permissions import Actor

        matches.confirm(session, match_id=match.id, actor=Actor(request.requester_id), now=now)
    settling.settle(session, series, now=now)
    return match


def queries_request(session: Session, series: Series) -> Any:
    from marketplace.queries import requests

    return requests.get_request(session, series.request_id)


def occurrences(session: Session, series: Series) -> Sequence[Occurrence]:
    """The times of a series, in the order of the days they stand for."""
    return sorted(queries.list_occurrences(session, series.id), key=lambda one: one.original_on)


def everyone_settles(sessions: Sessions, now: datetime) -> None:
    """What the clockwork does with series."""
    with sessions.begin() as session:
        for series_id in settling.list_due(session, now):
            settling.settle_one(session, series_id, now=now)


def all_series(session: Session) -> Sequence[Series]:
    return session.exec(select(Series)).all()


def who(session: Session, one: Occurrence) -> UUID | None:
    session.refresh(one)
    return one.person_id
