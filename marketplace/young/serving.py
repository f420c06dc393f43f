"""A service period: hours towards a goal, each of them confirmed by the other side or shown as one's own word."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import ages, notices, permissions
from marketplace.errors import InvalidInput, NotFound
from marketplace.lifecycle.young import ServiceHoursAction, advance_service_hours
from marketplace.models import (
    MatchStatus,
    NoticeKind,
    ServiceCertificate,
    ServiceHours,
    ServiceHoursStatus,
    ServicePeriod,
)
from marketplace.permissions import Actor
from marketplace.policies import local_midnight
from marketplace.queries import matches, meetings, requests
from marketplace.queries import recognition as queries

LONGEST_DAY_MIN: Final = 12 * 60
MOST_GOAL_H: Final = 1000
USUAL_GOAL_H: Final = 80


@dataclass(frozen=True)
class Tally:
    """Minutes of a service period, by whose word they stand."""

    confirmed: int
    own_word: int
    goal: int

    @property
    def total(self) -> int:
        """Everything that counts."""
        return self.confirmed + self.own_word

    @property
    def share(self) -> float:
        """How far it is on the way to the goal, 1 at most."""
        return min(self.total / self.goal, 1.0)


def begin(
    session: Session, *, goal_hours: int, starts_on: date, municipality_id: UUID, actor: Actor, now: datetime
) -> ServicePeriod:
    """Somebody says that they do a service period; said again, the goal changes. Raises InvalidInput."""
    problems = {}
    if not 0 < goal_hours <= MOST_GOAL_H:
        problems["goal_hours"] = "goal_range"
    if not ages.today_of(now).replace(day=1, month=1).year - 2 <= starts_on.year or starts_on > ages.today_of(now):
        problems["starts_on"] = "starts_on_range"
    if problems:
        raise InvalidInput(problems)
    period = queries.find_period(session, actor.person_id)
    if period is None:
        period = ServicePeriod(
            municipality_id=municipality_id,
            person_id=actor.person_id,
            goal_hours=goal_hours,
            starts_on=starts_on,
            begun_at=now,
        )
    period.goal_hours, period.starts_on = goal_hours, starts_on
    session.add(period)
    session.flush()
    return period


def stop(session: Session, *, actor: Actor, now: datetime) -> None:
    """The service period is over, or was a mistake; what was signed stays true."""
    if (period := queries.find_period(session, actor.person_id)) is not None:
        period.ended_at = now
        session.add(period)
        session.flush()


def log(
    session: Session,
    *,
    on_day: date | None,
    minutes: int,
    what: str,
    organisation: str,
    email: str,
    actor: Actor,
    now: datetime,
) -> ServiceHours:
    """Hours that no match holds; with an address the organisation is asked whether they are right.

    Raises InvalidInput, NotFound without a service period.
    """
    period = queries.find_period(session, actor.person_id)
    if period is None:
        raise NotFound("a service period")
    problems = {}
    if on_day is None or not period.starts_on <= on_day <= ages.today_of(now):
        problems["on_day"] = "on_day_range"
    if not 0 < minutes <= LONGEST_DAY_MIN:
        problems["hours"] = "service_hours_range"
    if not what.strip() or len(what.strip()) > 120:
        problems["what"] = "what_missing"
    if email and not organisation.strip():
        problems["organisation"] = "organisation_missing"
    if problems:
        raise InvalidInput(problems)
    assert on_day is not None
    hours = ServiceHours(
        municipality_id=period.municipality_id,
        period_id=period.id,
        person_id=actor.person_id,
        on_day=on_day,
        minutes=minutes,
        what=what.strip(),
        organisation=organisation.strip()[:80],
        email=email.strip().lower() or None,
        status=ServiceHoursStatus.ASKED if email else ServiceHoursStatus.OWN_WORD,
        noted_at=now,
    )
    session.add(hours)
    session.flush()
    if hours.email is not None:
        notices.queue(
            session,
            NoticeKind.HOURS_ASKED,
            municipality_id=period.municipality_id,
            at=now,
            key=str(hours.id),
            email=hours.email,
            service_hours=hours.id,
            about=actor.person_id,
        )
    return hours


def answer(session: Session, *, hours_id: UUID, is_right: bool, now: datetime) -> ServiceHours:
    """The organisation says whether the hours are right; the first time counts. Raises NotFound, IllegalTransition."""
    hours = queries.lock_service_hours(session, hours_id)
    if hours.status is ServiceHoursStatus.ASKED:
        action = ServiceHoursAction.CONFIRM if is_right else ServiceHoursAction.REFUSE
        advance_service_hours(session, hours, action, at=now)
    return hours


def confirm_match_hours(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> None:
    """Who was helped says that the hours are right. Twice is once. Raises NotAllowed, NotFound."""
    match = matches.get_match(session, match_id)
    request = requests.lock_request(session, match.request_id)
    permissions.require(permissions.is_requester(actor, request))
    hours = meetings.find_hours(session, match_id)
    if hours is None or match.status is not MatchStatus.DONE:
        raise NotFound(f"hours of match {match_id}")
    if hours.confirmed_at is None:
        hours.confirmed_at, hours.confirmed_by_id = now, actor.person_id
        session.add(hours)
        session.flush()


def forget(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Somebody leaves for good: what they wrote of their hours goes, and their certificates hold no longer."""
    for period in queries.list_periods_of(session, person_id):
        period.ended_at = period.ended_at or now
        session.add(period)
        for hours in queries.list_service_hours(session, period.id):
            hours.what, hours.organisation, hours.email = "", "", None
            session.add(hours)
        for certificate in queries.list_certificates(session, period.id):
            certificate.withdrawn_at = certificate.withdrawn_at or now
            session.add(certificate)
    session.flush()


def tally(session: Session, period: ServicePeriod, *, now: datetime) -> Tally:
    """The hours since the period began, up to this moment: those of matches and those noted besides."""
    done = queries.list_done(session, period.person_id, since=local_midnight(period.starts_on), until=now)
    besides = queries.list_service_hours(session, period.id)
    confirmed = sum(row.minutes or 0 for row in done if row.is_confirmed)
    own = sum(row.minutes or 0 for row in done if not row.is_confirmed)
    confirmed += sum(one.minutes for one in besides if one.status is ServiceHoursStatus.CONFIRMED)
    own_word = (ServiceHoursStatus.OWN_WORD, ServiceHoursStatus.ASKED)
    own += sum(one.minutes for one in besides if one.status in own_word)
    return Tally(confirmed, own, period.goal_hours * 60)


def sign(
    session: Session, *, period_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> ServiceCertificate:
    """A coordinator signs what was done up to today. Raises NotAllowed, NotFound, InvalidInput without any hours."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    period = queries.get_period(session, period_id)
    if period.municipality_id != municipality_id:
        raise NotFound(f"service period {period_id}")
    counted = tally(session, period, now=now)
    if counted.total == 0:
        raise InvalidInput({"certificate": "no_hours"})
    certificate = ServiceCertificate(
        municipality_id=municipality_id,
        period_id=period.id,
        person_id=period.person_id,
        from_on=period.starts_on,
        until_on=ages.today_of(now),
        confirmed_minutes=counted.confirmed,
        own_minutes=counted.own_word,
        issued_by_id=actor.person_id,
        issued_at=now,
    )
    session.add(certificate)
    session.flush()
    notices.queue(
        session,
        NoticeKind.CERTIFICATE_SIGNED,
        municipality_id=municipality_id,
        person_id=period.person_id,
        at=now,
        key=str(certificate.id),
    )
    return certificate


def take_back(
    session: Session, *, certificate_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> ServiceCertificate:
    """Signed by mistake: whoever checks it reads that it does not hold. Twice is once. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    certificate = queries.get_certificate(session, certificate_id)
    if certificate.municipality_id != municipality_id:
        raise NotFound(f"certificate {certificate_id}")
    if certificate.withdrawn_at is None:
        certificate.withdrawn_at, certificate.withdrawn_by_id = now, actor.person_id
        session.add(certificate)
        session.flush()
    return certificate
