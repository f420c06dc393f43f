"""Finding series, their occurrences, who helps in them, and which of them are to be looked at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import (
    HelpRequest,
    Match,
    NoticeKind,
    Occurrence,
    OccurrenceRefusal,
    OccurrenceStatus,
    Offer,
    OutboxMessage,
    Person,
    Series,
    SeriesHelper,
    SeriesStatus,
    SeriesWord,
    Skill,
)
from marketplace.models.work import NOT_EVERY_TIME
from marketplace.queries.market_statements import read_rows
from marketplace.rhythms import local_day

_MOST = 500
_LAST = datetime.max.replace(tzinfo=UTC)


def get_series(session: Session, series_id: UUID) -> Series:
    """One series. Raises NotFound."""
    if (series := session.get(Series, series_id)) is None:
        raise NotFound(f"series {series_id}")
    return series


def find_series_of(session: Session, request_id: UUID) -> Series | None:
    """The series that a request is."""
    return session.exec(select(Series).where(Series.request_id == request_id)).first()


def find_series_around(session: Session, request: HelpRequest) -> Series | None:
    """The series that a request is, or of which it seeks somebody to stand in once."""
    if request.occurrence_id is None:
        return find_series_of(session, request.id)
    return get_series(session, get_occurrence(session, request.occurrence_id).series_id)


def get_occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    """One time of a series. Raises NotFound."""
    if (occurrence := session.get(Occurrence, occurrence_id)) is None:
        raise NotFound(f"occurrence {occurrence_id}")
    return occurrence


def wants_no_reminders(session: Session, series_id: UUID, person_id: UUID) -> bool:
    """Whether somebody who was rung up said that they need not hear every time that it is tomorrow."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.kind == NoticeKind.OCCURRENCE_REMINDER,
        OutboxMessage.person_id == person_id,
        col(OutboxMessage.dedupe_key).startswith(f"{NoticeKind.OCCURRENCE_REMINDER.value}:{series_id}:"),
        OutboxMessage.outcome == NOT_EVERY_TIME,
    )
    return session.exec(query.limit(1)).first() is not None


def list_occurrences(session: Session, series_id: UUID) -> Sequence[Occurrence]:
    """Every time of a series as it stands in the database now, in the order in which they are to be."""
    query = select(Occurrence).where(Occurrence.series_id == series_id)
    ordered = query.order_by(col(Occurrence.starts_at), col(Occurrence.original_on))
    return session.exec(ordered.execution_options(populate_existing=True)).all()


@dataclass(frozen=True)
class HelperRow:
    """Who is in a series, by a match that runs, or until the day on which they stop."""

    match: Match
    offer: Offer
    said: SeriesHelper | None


def list_helpers(session: Session, series: Series, *, today: date) -> list[HelperRow]:
    """Who helps in a series, those first who came first; whoever stops is there up to their last day."""
    said = SeriesHelper
    query = (
        select(Match, Offer, SeriesHelper)
        .join(Offer, col(Offer.id) == Match.offer_id)
        .outerjoin(said, col(said.match_id) == col(Match.id))
        .where(
            Match.request_id == series.request_id,
            or_(col(Match.status).in_(RUNNING_MATCHES), col(said.leaves_on) >= today),
        )
        .order_by(col(Match.made_at), col(Match.id))
    )
    rows = session.exec(query.execution_options(populate_existing=True)).all()
    return [HelperRow(match, offer, helper) for match, offer, helper in rows]


def list_refused(session: Session, series_id: UUID) -> dict[UUID, frozenset[UUID]]:
    """Who said no to which time."""
    query = (
        select(OccurrenceRefusal.occurrence_id, OccurrenceRefusal.person_id)
        .join(Occurrence, col(Occurrence.id) == OccurrenceRefusal.occurrence_id)
        .where(Occurrence.series_id == series_id)
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for occurrence_id, person_id in session.exec(query):
        found[occurrence_id].add(person_id)
    return {occurrence_id: frozenset(people) for occurrence_id, people in found.items()}


def list_refusals_of(session: Session, occurrence_id: UUID) -> Sequence[OccurrenceRefusal]:
    """Who said no to one time."""
    return session.exec(select(OccurrenceRefusal).where(OccurrenceRefusal.occurrence_id == occurrence_id)).all()


def list_searches(session: Session, series_id: UUID) -> Sequence[HelpRequest]:
    """The searches for somebody to stand in once, of one series, oldest first."""
    of_series = select(Occurrence.id).where(Occurrence.series_id == series_id)
    query = select(HelpRequest).where(col(HelpRequest.occurrence_id).in_(of_series))
    return session.exec(query.order_by(col(HelpRequest.posted_at), col(HelpRequest.id))).all()


def list_running_searches(session: Session, series_id: UUID) -> Sequence[UUID]:
    """The ids of the searches that have not ended, in the order in which they are held."""
    of_series = select(Occurrence.id).where(Occurrence.series_id == series_id)
    query = select(HelpRequest.id).where(
        col(HelpRequest.occurrence_id).in_(of_series), col(HelpRequest.ended_at).is_(None)
    )
    return session.exec(query.order_by(col(HelpRequest.id))).all()


def list_standing_in(session: Session, series_id: UUID) -> Sequence[tuple[UUID, Match]]:
    """The matches that run of the searches of a series, with the time that each is for."""
    query = (
        select(HelpRequest.occurrence_id, Match)
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .join(Occurrence, col(Occurrence.id) == col(HelpRequest.occurrence_id))
        .where(Occurrence.series_id == series_id, col(Match.status).in_(RUNNING_MATCHES))
        .order_by(col(Match.made_at))
    )
    rows = session.exec(query.execution_options(populate_existing=True)).all()
    return [(occurrence_id, match) for occurrence_id, match in rows if occurrence_id is not None]


def had_helper(session: Session, series: Series) -> bool:
    """Whether anybody ever came, or was to come, into a series."""
    query = select(SeriesHelper.match_id).where(SeriesHelper.series_id == series.id)
    return session.exec(query.limit(1)).first() is not None


# --- what is to be looked at -------------------------------------------------------------------------------------


def wake(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """Who helps changed: the series of this request, or the one it is a search of, is looked at now."""
    if request.occurrence_id is None:
        mine = col(Series.request_id) == request.id
    else:
        mine = col(Series.id).in_(select(Occurrence.series_id).where(Occurrence.id == request.occurrence_id))
    _wake(session, mine, at)


def wake_of_person(session: Session, person_id: UUID, *, at: datetime) -> None:
    """When somebody can come changed: every series that they help in is looked at now."""
    helped = select(Match.request_id).where(Match.person_id == person_id, col(Match.status).in_(RUNNING_MATCHES))
    _wake(session, col(Series.request_id).in_(helped), at)


def wake_where_comes(session: Session, person_id: UUID, *, at: datetime) -> None:
    """Every series in which somebody was to come to anything is looked at now."""
    comes = select(Occurrence.series_id).where(
        Occurrence.person_id == person_id, Occurrence.status == OccurrenceStatus.PLANNED
    )
    _wake(session, col(Series.id).in_(comes), at)


def _wake(session: Session, which: sa.ColumnElement[bool], at: datetime) -> None:
    session.flush()
    session.execute(
        sa.update(Series)
        .where(which, col(Series.status) == SeriesStatus.RUNNING)
        .values(next_moment_at=at)
        .execution_options(synchronize_session=False)
    )


def set_next_moment(session: Session, series: Series, *, was: datetime, to: datetime) -> None:
    """When a series is looked at next, unless somebody woke it meanwhile."""
    session.flush()
    session.execute(
        sa.update(Series)
        .where(col(Series.id) == series.id, col(Series.next_moment_at) == was)
        .values(next_moment_at=to)
        .execution_options(synchronize_session=False)
    )
    session.refresh(series)


def list_due(session: Session, now: datetime) -> Sequence[UUID]:
    """Series that are to be looked at."""
    query = select(Series.id).where(Series.status == SeriesStatus.RUNNING, col(Series.next_moment_at) <= now)
    return session.exec(query.order_by(col(Series.next_moment_at)).limit(_MOST)).all()


def list_to_remind(session: Session, now: datetime, *, within: timedelta) -> Sequence[Occurrence]:
    """Times that are near, to which somebody comes, and of which nobody was reminded."""
    query = select(Occurrence).where(
        Occurrence.status == OccurrenceStatus.PLANNED,
        col(Occurrence.person_id).is_not(None),
        col(Occurrence.reminded_at).is_(None),
        col(Occurrence.starts_at) > now,
        col(Occurrence.starts_at) <= now + within,
    )
    return session.exec(query.order_by(col(Occurrence.starts_at)).limit(_MOST)).all()


def list_to_review(session: Session, *, before: date) -> Sequence[Series]:
    """Series whose day of looking again comes before then, and that nobody was asked about."""
    query = select(Series).where(
        Series.status == SeriesStatus.RUNNING,
        col(Series.is_reviewed).is_(True),
        col(Series.review_asked_at).is_(None),
        col(Series.last_on) <= before,
    )
    return session.exec(query.order_by(col(Series.last_on)).limit(_MOST)).all()


def list_to_ask_how(session: Session, *, asked_before: datetime, held_at_least: int) -> Sequence[Series]:
    """Series of which so many times were held since they began, or since the two were last asked how it goes."""
    held = (
        select(sa.func.count())
        .where(
            Occurrence.series_id == Series.id,
            Occurrence.status == OccurrenceStatus.HELD,
            or_(col(Series.asked_how_at).is_(None), col(Occurrence.starts_at) > col(Series.asked_how_at)),
        )
        .correlate(Series)
        .scalar_subquery()
    )
    query = select(Series).where(
        Series.status == SeriesStatus.RUNNING,
        or_(col(Series.asked_how_at).is_(None), col(Series.asked_how_at) <= asked_before),
        held >= held_at_least,
    )
    return session.exec(query.order_by(col(Series.id)).limit(_MOST)).all()


# Built once: every round asks for it.
_SEARCHES: Final[Any] = (
    select(HelpRequest.id, HelpRequest.occurrence_id, Series.request_id)
    .join(Occurrence, col(Occurrence.id) == col(HelpRequest.occurrence_id))
    .join(Series, col(Series.id) == Occurrence.series_id)
    .where(
        HelpRequest.municipality_id == sa.bindparam("municipality_id", type_=sa.Uuid()),
        col(HelpRequest.occurrence_id).is_not(None),
        col(HelpRequest.ended_at).is_(None),
    )
)


def list_unable(session: Session, *, municipality_id: UUID) -> dict[str, frozenset[str]]:
    """Whom the searches for a stand-in that run do not ask, by request: offers of who helps in the series already, or
    said no to that time."""
    rows = read_rows(session, _SEARCHES, {"municipality_id": municipality_id})
    found = {}
    for request_id, occurrence_id, parent_id in rows:
        refused = select(OccurrenceRefusal.person_id).where(OccurrenceRefusal.occurrence_id == occurrence_id)
        in_it = select(Match.person_id).where(Match.request_id == parent_id, col(Match.status).in_(RUNNING_MATCHES))
        offers = select(Offer.id).where(or_(col(Offer.person_id).in_(refused), col(Offer.person_id).in_(in_it)))
        found[str(request_id)] = frozenset(str(offer_id) for offer_id in session.exec(offers))
    return found


# --- somebody's own ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeriesRow:
    """A series of one person, on either side, with the next time that concerns them."""

    series: Series
    request: HelpRequest
    skill_label: str
    is_helper: bool
    asker: str
    coming: Occurrence | None
    comes: str


def list_of_person(session: Session, person_id: UUID, *, now: datetime | None) -> list[SeriesRow]:
    """The series that run and that somebody asked (or asked for another), or helps in; without ``now`` all, ever."""
    in_it = select(Match.request_id).where(Match.person_id == person_id, col(Match.status).in_(RUNNING_MATCHES))
    stays = select(SeriesHelper.series_id).where(SeriesHelper.person_id == person_id)
    if now is not None:
        stays = stays.where(col(SeriesHelper.leaves_on) >= local_day(now))
    runs = col(Series.status) == SeriesStatus.RUNNING if now is not None else sa.true()
    asks = or_(col(HelpRequest.requester_id) == person_id, col(HelpRequest.representative_id) == person_id)
    query = (
        select(Series, HelpRequest, Skill.label_nl, Person.first_name)
        .join(HelpRequest, col(HelpRequest.id) == Series.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .join(Person, col(Person.id) == HelpRequest.requester_id)
        .where(
            runs,
            or_(asks, col(HelpRequest.id).in_(in_it), col(Series.id).in_(stays)),
        )
        .order_by(col(Series.id))
    )
    found = []
    for series, request, label, asker in session.exec(query):
        is_helper = person_id not in (request.requester_id, request.representative_id)
        coming = _find_coming(session, series, person_id if is_helper else None, now) if now else None
        comes = session.get(Person, coming.person_id) if coming is not None and coming.person_id else None
        name = request.organisation_name or asker
        found.append(SeriesRow(series, request, label, is_helper, name, coming, comes.first_name if comes else ""))
    return sorted(found, key=lambda row: row.coming.starts_at if row.coming else _LAST)


def _find_coming(session: Session, series: Series, person_id: UUID | None, now: datetime) -> Occurrence | None:
    query = select(Occurrence).where(
        Occurrence.series_id == series.id,
        Occurrence.status == OccurrenceStatus.PLANNED,
        col(Occurrence.starts_at) > now,
    )
    if person_id is not None:
        query = query.where(Occurrence.person_id == person_id)
    return session.exec(query.order_by(col(Occurrence.starts_at)).limit(1)).first()


@dataclass(frozen=True)
class ComingRow:
    """One time that somebody has in their diary."""

    occurrence: Occurrence
    request: HelpRequest
    match: Match | None
    skill_label: str
    other: str
    is_volunteer: bool


def list_coming_of(session: Session, person_id: UUID, *, since: datetime) -> list[ComingRow]:
    """Every time of a series in which somebody comes, or somebody comes to them, from then on."""
    query = (
        select(Occurrence, HelpRequest, Match, Skill.label_nl)
        .join(Series, col(Series.id) == Occurrence.series_id)
        .join(HelpRequest, col(HelpRequest.id) == Series.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .outerjoin(Match, col(Match.id) == Occurrence.match_id)
        .where(
            col(Occurrence.status).in_((OccurrenceStatus.PLANNED, OccurrenceStatus.HELD)),
            col(Occurrence.person_id).is_not(None),
            col(Occurrence.starts_at) >= since,
            or_(col(Occurrence.person_id) == person_id, col(HelpRequest.requester_id) == person_id),
        )
        .order_by(col(Occurrence.starts_at), col(Occurrence.id))
        .limit(_MOST)
    )
    found = []
    for occurrence, request, match, label in session.exec(query):
        is_volunteer = occurrence.person_id == person_id
        other_id = request.requester_id if is_volunteer else occurrence.person_id
        name = session.get_one(Person, other_id).first_name
        other = (request.organisation_name or name) if is_volunteer else name
        found.append(ComingRow(occurrence, request, match, label, other, is_volunteer))
    return found


def list_times_of(session: Session, person_id: UUID) -> Sequence[Occurrence]:
    """Every time to which somebody came or comes."""
    query = select(Occurrence).where(Occurrence.person_id == person_id)
    return session.exec(query.order_by(col(Occurrence.starts_at))).all()


def list_parts_of(session: Session, person_id: UUID) -> Sequence[SeriesHelper]:
    """What somebody said about their part in any series."""
    return session.exec(select(SeriesHelper).where(SeriesHelper.person_id == person_id)).all()


def list_words_of(session: Session, person_id: UUID) -> Sequence[SeriesWord]:
    """What somebody said about how it goes."""
    query = select(SeriesWord).where(SeriesWord.person_id == person_id)
    return session.exec(query.order_by(col(SeriesWord.said_at))).all()
