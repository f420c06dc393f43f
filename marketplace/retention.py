"""What time takes: texts, addresses and people are kept no longer than they are of use. Safe to run twice, or late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col

from marketplace import anonymising, concerns, handovers, notices, privacy
from marketplace.buddies import leaving as buddy_leaving
from marketplace.models import FileLook, NoticeKind
from marketplace.queries import concerns as concern_queries
from marketplace.queries import people
from marketplace.queries import retention as queries
from marketplace.talk import forgetting

MONTH: Final = timedelta(days=365) / 12
# So many rows in one run: the next run goes on, and nobody waits for a long transaction.
BATCH: Final = 500


@dataclass(frozen=True)
class RetentionPolicy:
    """How long what is kept. A month is a twelfth of a year."""

    address_of_mail_days: int = 7
    texts_months: int = 12
    ride_addresses_days: int = 30
    looks_months: int = 24
    # After a worry was closed.
    concerns_months: int = 6
    # After a report was settled, or an account was free again.
    reports_months: int = 12
    warn_inactive_months: int = 23
    erase_inactive_months: int = 24
    # At least so long after the warning, however late that was.
    after_warning_days: int = 28

    def __post_init__(self) -> None:
        if min(vars(self).values()) <= 0:
            raise ValueError("RetentionPolicy: every amount is above 0")


POLICY: Final = RetentionPolicy()


@dataclass(frozen=True)
class Forgotten:
    """How many of each one run took."""

    mail_addresses: int = 0
    texts: int = 0
    ride_addresses: int = 0
    looks: int = 0
    concerns: int = 0
    conversations: int = 0
    reports: int = 0
    buddies: int = 0

    @property
    def total(self) -> int:
        """Of everything."""
        return sum(vars(self).values())


def forget(session: Session, *, now: datetime, policy: RetentionPolicy = POLICY) -> Forgotten:
    """One run over everything that has a term."""
    return Forgotten(
        mail_addresses=_forget_mail_addresses(session, now - timedelta(days=policy.address_of_mail_days)),
        texts=_forget_texts(session, now - policy.texts_months * MONTH),
        ride_addresses=_forget_ride_addresses(session, now - timedelta(days=policy.ride_addresses_days)),
        looks=_forget_looks(session, now - policy.looks_months * MONTH),
        concerns=_forget_concerns(session, now - policy.concerns_months * MONTH),
        conversations=forgetting.forget_conversations(session, now, limit=BATCH),
        reports=forgetting.forget_reports(session, now - policy.reports_months * MONTH, limit=BATCH),
        buddies=_forget_buddies(session, now - policy.texts_months * MONTH),
    )


def note_activity(session: Session, *, now: datetime) -> int:
    """Keep when people were last here, before the sign-in that tells of it is forgotten. How many."""
    seen = queries.list_seen_since_noted(session, limit=BATCH)
    for person_id, seen_at in seen:
        person = people.get_person(session, person_id)
        person.active_at, person.warned_at = min(seen_at, now), None
    session.flush()
    return len(seen)


def warn_inactive(session: Session, *, now: datetime, policy: RetentionPolicy = POLICY) -> int:
    """Who was not here for almost two years hears what will happen, once. How many."""
    before = now - policy.warn_inactive_months * MONTH
    idle = queries.list_inactive(session, before=before, now=now, limit=BATCH, is_warned=False)
    for person_id in idle:
        people.get_person(session, person_id).warned_at = now
        notices.queue(
            session,
            NoticeKind.STILL_THERE,
            municipality_id=queries.get_municipality_of(session, person_id),
            person_id=person_id,
            at=now,
            key=now.isoformat(),
        )
    session.flush()
    return len(idle)


def erase_inactive(session: Session, *, key: str, now: datetime, policy: RetentionPolicy = POLICY) -> int:
    """Who was not here for two years, was warned, and has nothing running, is erased as if they had asked. How many."""
    before = now - policy.erase_inactive_months * MONTH
    warned_before = now - timedelta(days=policy.after_warning_days)
    idle = queries.list_inactive(session, before=before, now=now, limit=BATCH, is_warned=True)
    known = [people.get_person(session, person_id) for person_id in idle]
    gone = [person.id for person in known if person.warned_at is not None and person.warned_at <= warned_before]
    for person_id in gone:
        privacy.erase_person(session, people.get_person(session, person_id), key=key, now=now)
    return len(gone)


def _forget_mail_addresses(session: Session, before: datetime) -> int:
    messages = queries.list_told_before(session, before, limit=BATCH)
    for message in messages:
        message.email = None
    return len(messages)


def _forget_texts(session: Session, before: datetime) -> int:
    """The words of a request and its exact place, and everything that was written about it."""
    ended = queries.list_ended_with_words(session, before, limit=BATCH)
    for request in ended:
        anonymising.forget_request(request)
    ids = [request.id for request in ended]
    handovers.forget(session, ids)
    for event in queries.list_words_in(session, ids):
        anonymising.forget_words(event)
    for evaluation in queries.list_remarks_in(session, ids):
        evaluation.remark = ""
    for word in queries.list_series_words_in(session, ids):
        word.remark = ""
    session.flush()
    return len(ended)


def _forget_ride_addresses(session: Session, before: datetime) -> int:
    rides = queries.list_ended_rides(session, before, limit=BATCH)
    for ride in rides:
        anonymising.forget_addresses(ride)
    planned = queries.list_rides_with_doors(session, before, limit=BATCH)
    for journey in planned:
        anonymising.forget_stops(journey)
        session.add(journey)
    session.flush()
    return len(rides) + len(planned)


def _forget_concerns(session: Session, before: datetime) -> int:
    ended = [concern.id for concern in concern_queries.list_ended_with_words(session, before, limit=BATCH)]
    concerns.empty(session, ended)
    return len(ended)


def _forget_buddies(session: Session, before: datetime) -> int:
    """What was needed, agreed and said between two who are done with it."""
    ended = queries.list_ended_trajectories(session, before, limit=BATCH)
    for trajectory in ended:
        buddy_leaving.empty(session, trajectory)
    return len(ended)


def _forget_looks(session: Session, before: datetime) -> int:
    """All but the last of those: the rest of the chain hangs on it."""
    old = queries.list_old_looks(session, before)
    if old:
        session.execute(delete(FileLook).where(col(FileLook.seq).in_(old)))
    return len(old)
