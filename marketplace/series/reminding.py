"""What time asks of a series: the day before, whether it goes on, and how it goes."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import notices
from marketplace.appointments import REMINDER
from marketplace.models import NoticeChannel, NoticeKind, Series
from marketplace.queries import people, requests
from marketplace.queries import series as queries
from marketplace.rhythms import local_day
from marketplace.series.policies import SERIES, SeriesPolicy
from marketplace.series.telling import tell_series

# Ten in the morning the day before, for what begins at the end of a day of 25 hours.
_WITHIN: Final = timedelta(hours=40)


def remind(session: Session, now: datetime) -> int:
    """Who asks and who comes are reminded of a time, once. How many times."""
    count = 0
    for one in queries.list_to_remind(session, now, within=_WITHIN):
        due_at = REMINDER.at(one.starts_at, one.changed_at)
        if due_at is None or due_at > now:
            continue
        series = queries.get_series(session, one.series_id)
        request = requests.get_request(session, series.request_id)
        one.reminded_at = now
        session.add(one)
        for person_id in (notices.told_for(request), one.person_id):
            if person_id is not None and _hears_in_time(session, series, person_id):
                key = f"remind:{one.id}:{one.sequence}"
                tell_series(
                    session,
                    NoticeKind.OCCURRENCE_REMINDER,
                    series,
                    to=person_id,
                    key=key,
                    now=now,
                    occurrence=one.id,
                )
        count += 1
    return count


def _hears_in_time(session: Session, series: Series, person_id: UUID) -> bool:
    """Whether a reminder reaches somebody the day before: a letter does not, and who said so is not rung up weekly."""
    channel = notices.channel_for(people.get_person(session, person_id), NoticeKind.OCCURRENCE_REMINDER)
    if channel is NoticeChannel.TELEPHONE:
        return not queries.wants_no_reminders(session, series.id, person_id)
    return channel is not NoticeChannel.LETTER


def ask_whether_on(session: Session, now: datetime, policy: SeriesPolicy = SERIES) -> int:
    """Before its day of looking again, who asks and who helps are asked whether it goes on. How many series."""
    near = queries.list_to_review(session, before=local_day(now) + timedelta(days=policy.review_ahead_days))
    for series in near:
        series.review_asked_at = now
        session.add(series)
        _ask_all(session, NoticeKind.SERIES_REVIEW, series, key=f"review:{series.last_on.isoformat()}", now=now)
    return len(near)


def ask_how_it_goes(session: Session, now: datetime, policy: SeriesPolicy = SERIES) -> int:
    """Once in a while, and not after each time. How many series."""
    due = queries.list_to_ask_how(
        session, asked_before=now - timedelta(days=policy.how_every_days), held_at_least=policy.how_after_held
    )
    for series in due:
        series.asked_how_at = now
        session.add(series)
        _ask_all(session, NoticeKind.SERIES_HOW, series, key=f"how:{now.isoformat()}", now=now)
    return len(due)


def _ask_all(session: Session, kind: NoticeKind, series: Series, *, key: str, now: datetime) -> None:
    request = requests.get_request(session, series.request_id)
    helpers = queries.list_helpers(session, series, today=local_day(now))
    for person_id in dict.fromkeys((notices.told_for(request), *(row.match.person_id for row in helpers))):
        tell_series(session, kind, series, to=person_id, key=key, now=now)
    session.flush()
