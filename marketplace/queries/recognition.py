"""What somebody did for others, counted and thanked: hours, neighbourhoods and kind words, never who was helped."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, exists, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    AskerKind,
    Evaluation,
    HelpRequest,
    Hours,
    HowItWas,
    Invitation,
    Match,
    MatchStatus,
    Offer,
    Person,
    Recognition,
    ServiceCertificate,
    ServiceHours,
    ServicePeriod,
    Skill,
    StaffRole,
)
from marketplace.policies import local_midnight

MOST_THANKS: Final = 12


@dataclass(frozen=True)
class DoneRow:
    """One time of helping: of whom only that they are another."""

    match_id: UUID
    requester_id: UUID
    skill_code: str
    skill_label: str
    neighbourhood: str
    minutes: int | None
    is_confirmed: bool
    ended_at: datetime
    thanks: str


def list_done(session: Session, person_id: UUID, *, since: datetime, until: datetime) -> Sequence[DoneRow]:
    """What somebody did in a stretch of time, the first first, with the kind words that may be told."""
    query: Any = (
        select(  # type: ignore[call-overload]
            col(Match.id),
            col(HelpRequest.requester_id),
            col(HelpRequest.skill_code),
            col(Skill.label_nl),
            col(HelpRequest.neighbourhood),
            col(Hours.minutes),
            col(Hours.confirmed_at),
            col(Match.ended_at),
            col(Evaluation.remark),
        )
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .outerjoin(Hours, col(Hours.match_id) == col(Match.id))
        .outerjoin(
            Evaluation,
            (col(Evaluation.match_id) == col(Match.id))
            & (col(Evaluation.person_id) == col(HelpRequest.requester_id))
            & (col(Evaluation.how) == HowItWas.GOOD)
            & col(Evaluation.may_be_told).is_(True),
        )
        .where(
            col(Match.person_id) == person_id,
            col(Match.status) == MatchStatus.DONE,
            col(Match.ended_at) >= since,
            col(Match.ended_at) < until,
        )
        .order_by(col(Match.ended_at), col(Match.id))
    )
    return [
        DoneRow(one, whom, code, label, where, minutes, confirmed_at is not None, ended_at, remark or "")
        for one, whom, code, label, where, minutes, confirmed_at, ended_at, remark in session.execute(query)
    ]


@dataclass(frozen=True)
class Year:
    """What somebody did in a year."""

    year: int
    times: int
    people: int
    minutes: int
    # Times by kind of help and by neighbourhood, the most first.
    kinds: tuple[tuple[str, int], ...]
    neighbourhoods: tuple[tuple[str, int], ...]
    thanks: tuple[str, ...]


def read_year(session: Session, person_id: UUID, year: int) -> Year:
    """By the calendar of Oosterhout, counted from what was done and not from what was agreed."""
    since, until = local_midnight(date(year, 1, 1)), local_midnight(date(year + 1, 1, 1))
    done = list_done(session, person_id, since=since, until=until)
    return Year(
        year=year,
        times=len(done),
        people=len({row.requester_id for row in done}),
        minutes=sum(row.minutes or 0 for row in done),
        kinds=tuple(Counter(row.skill_label for row in done).most_common()),
        neighbourhoods=tuple(Counter(row.neighbourhood for row in done).most_common()),
        thanks=tuple(row.thanks for row in reversed(done) if row.thanks)[:MOST_THANKS],
    )


def list_to_tell_year(
    session: Session, *, year: int, since: datetime, until: datetime, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """Who helped in that year and has not heard of it: the person and a municipality; not who asked not to."""
    told = exists().where(
        col(Recognition.person_id) == col(Match.person_id),
        or_(col(Recognition.wants_year).is_(False), col(Recognition.year_told) >= year),
    )
    query: Any = (
        select(col(Match.person_id), col(Match.municipality_id))
        .join(Person, col(Person.id) == col(Match.person_id))
        .where(
            col(Match.status) == MatchStatus.DONE,
            col(Match.ended_at) >= since,
            col(Match.ended_at) < until,
            col(Person.erased_at).is_(None),
            ~told,
        )
        .distinct()
        .order_by(col(Match.person_id), col(Match.municipality_id))
        .limit(limit)
    )
    # Who helped in two municipalities hears it once.
    return list({row[0]: (row[0], row[1]) for row in session.execute(query)}.values())


def find_recognition(session: Session, person_id: UUID) -> Recognition | None:
    """What somebody wishes to hear; None where they never said."""
    return session.get(Recognition, person_id)


# --- invitations ---------------------------------------------------------------------------------------------------


def list_to_invite(
    session: Session, *, since: datetime, until: datetime, limit: int
) -> Sequence[tuple[UUID, UUID, UUID]]:
    """Who said that their help went well, in their own name, and does not help: person, municipality, match."""
    helps = exists().where(col(Offer.person_id) == col(Evaluation.person_id))
    invited = exists().where(col(Invitation.person_id) == col(Evaluation.person_id))
    rather_not = exists().where(
        col(Recognition.person_id) == col(Evaluation.person_id), col(Recognition.wants_invitation).is_(False)
    )
    works = exists().where(col(StaffRole.person_id) == col(Evaluation.person_id))
    query: Any = (
        select(col(Evaluation.person_id), col(Evaluation.municipality_id), col(Evaluation.match_id))
        .join(Match, col(Match.id) == col(Evaluation.match_id))
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(Person, col(Person.id) == col(Evaluation.person_id))
        .where(
            col(Evaluation.how) == HowItWas.GOOD,
            col(Evaluation.answered_at) >= since,
            col(Evaluation.answered_at) < until,
            col(HelpRequest.requester_id) == col(Evaluation.person_id),
            col(HelpRequest.representative_id).is_(None),
            col(HelpRequest.asker_kind) == AskerKind.PRIVATE,
            col(Person.email).is_not(None),
            col(Person.erased_at).is_(None),
            col(Person.born_on).is_(None),
            ~helps,
            ~invited,
            ~rather_not,
            ~works,
        )
        .order_by(col(Evaluation.answered_at), col(Evaluation.match_id))
        .limit(limit)
    )
    found = [(row[0], row[1], row[2]) for row in session.execute(query)]
    return list({person_id: (person_id, where, match_id) for person_id, where, match_id in found}.values())


def find_invitation(session: Session, person_id: UUID) -> Invitation | None:
    """Whether somebody was invited, and what they said."""
    return session.get(Invitation, person_id)


def find_last_request(session: Session, person_id: UUID) -> HelpRequest | None:
    """What somebody asked last, for the postcode that we know already."""
    query = select(HelpRequest).where(HelpRequest.requester_id == person_id)
    return session.exec(query.order_by(col(HelpRequest.posted_at).desc()).limit(1)).first()


# --- service periods -----------------------------------------------------------------------------------------------


def find_period(session: Session, person_id: UUID) -> ServicePeriod | None:
    """The service period that somebody is in."""
    query = select(ServicePeriod).where(ServicePeriod.person_id == person_id, col(ServicePeriod.ended_at).is_(None))
    return session.exec(query).first()


def get_period(session: Session, period_id: UUID) -> ServicePeriod:
    """One of them. Raises NotFound."""
    if (found := session.get(ServicePeriod, period_id)) is None:
        raise NotFound(f"service period {period_id}")
    return found


def list_periods(session: Session, municipality_id: UUID) -> Sequence[tuple[ServicePeriod, str, str]]:
    """Who is in a service period here: the period, first and last name."""
    query = (
        select(ServicePeriod, Person.first_name, Person.last_name)
        .join(Person, col(Person.id) == col(ServicePeriod.person_id))
        .where(ServicePeriod.municipality_id == municipality_id, col(ServicePeriod.ended_at).is_(None))
        .order_by(col(Person.first_name), col(ServicePeriod.id))
    )
    return [(period, first, last) for period, first, last in session.exec(query)]


def list_service_hours(session: Session, period_id: UUID) -> Sequence[ServiceHours]:
    """The hours of a period that no match holds, the latest first."""
    query = select(ServiceHours).where(ServiceHours.period_id == period_id)
    return session.exec(query.order_by(col(ServiceHours.on_day).desc(), col(ServiceHours.id))).all()


def lock_service_hours(session: Session, hours_id: UUID) -> ServiceHours:
    """One of them, held until the unit ends. Raises NotFound."""
    query = select(ServiceHours).where(ServiceHours.id == hours_id).with_for_update()
    if (found := session.exec(query, execution_options={"populate_existing": True}).first()) is None:
        raise NotFound(f"service hours {hours_id}")
    return found


def list_certificates(session: Session, period_id: UUID) -> Sequence[ServiceCertificate]:
    """The certificates of a period, the latest first."""
    query = select(ServiceCertificate).where(ServiceCertificate.period_id == period_id)
    return session.exec(query.order_by(col(ServiceCertificate.issued_at).desc())).all()


def get_certificate(session: Session, certificate_id: UUID) -> ServiceCertificate:
    """One of them. Raises NotFound."""
    if (found := session.get(ServiceCertificate, certificate_id)) is None:
        raise NotFound(f"certificate {certificate_id}")
    return found


def list_periods_of(session: Session, person_id: UUID) -> Sequence[ServicePeriod]:
    """Every service period of somebody."""
    return session.exec(select(ServicePeriod).where(ServicePeriod.person_id == person_id)).all()


def count_by_skill(session: Session, municipality_id: UUID, *, begins: datetime, ends: datetime) -> dict[str, int]:
    """How many matches that stand were made of each kind of help, in a stretch of time."""
    query = (
        select(HelpRequest.skill_code, func.count())
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .where(
            Match.municipality_id == municipality_id,
            col(Match.status).in_((MatchStatus.AGREED, MatchStatus.CONFIRMED, MatchStatus.DONE)),
            col(Match.made_at) >= begins,
            col(Match.made_at) < ends,
        )
        .group_by(HelpRequest.skill_code)
    )
    return {code: count for code, count in session.exec(query)}  # noqa: C416
