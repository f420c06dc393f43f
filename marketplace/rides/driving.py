"""Becoming a driver, and everything a driver says of their car, papers and days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from marketplace import ages, history, notices, permissions
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import (
    ActingAs,
    Driver,
    DriverAway,
    DriverDayHours,
    DriverHours,
    EventKind,
    Municipality,
    NoticeKind,
    QualificationSeen,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import drivers as queries
from marketplace.queries import people
from marketplace.queries import rides as ride_queries
from marketplace.rides.asking import plan_again
from marketplace.rides.policies import PAPER, PAPERS, PaperPolicy
from marketplace.trips import NewDriver, check_driver, check_windows


def save_driver(
    session: Session,
    told: NewDriver,
    *,
    municipality: Municipality,
    person_id: UUID,
    actor: Actor,
    now: datetime,
    says_grown_up: bool = True,
) -> Driver:
    """Become a driver, or change what one said; by oneself, or by staff who type it in.

    Nobody is planned before their papers were seen. Raises InvalidInput, also for who is under age, or begins and does
    not say that they are not; NotAllowed.
    """
    _require_own_or_staff(actor, person_id, municipality.id)
    check_driver(told)
    driver = queries.find_driver_of(session, person_id, municipality.id)
    born_on = people.get_person(session, person_id).born_on
    if ages.is_below(born_on, ages.POLICY.grown_up, now) or (driver is None and not says_grown_up):
        raise InvalidInput({"is_sixteen": "driver_young"})
    kind = EventKind.DRIVER_JOINED if driver is None or driver.left_at is not None else EventKind.DRIVER_CHANGED
    place = told.place
    fields: dict[str, Any] = {
        "postcode": place.postcode,
        "street": told.street.strip(),
        "house_number": told.house_number.strip(),
        "neighbourhood": place.neighbourhood,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision,
        "seats": told.seats,
        "carries": list(told.carries),
        "max_rides": told.max_rides,
        "is_standby": told.is_standby,
        "changed_at": now,
        "left_at": None,
    }
    if driver is None:
        driver = Driver(municipality_id=municipality.id, person_id=person_id, joined_at=now, **fields)
    else:
        for name, value in fields.items():
            setattr(driver, name, value)
    session.add(driver)
    session.flush()
    session.execute(delete(DriverHours).where(col(DriverHours.driver_id) == driver.id))
    for weekday, start, end in told.hours:
        session.add(DriverHours(driver_id=driver.id, weekday=weekday, start_minute=start, end_minute=end))
    _record(session, kind, driver, actor, now, seats=told.seats, carries=list(told.carries))
    _plan_days_again(session, driver, now)
    return driver


def change_day(
    session: Session,
    *,
    driver_id: UUID,
    day: date,
    windows: Sequence[tuple[int, int]] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Other hours on one day: none is not at all (somebody who is ill), None is as every week. Raises InvalidInput."""
    driver = _own(session, driver_id, actor)
    if windows is not None and (code := check_windows(windows)):
        raise InvalidInput({"hours": code})
    session.execute(
        delete(DriverDayHours).where(col(DriverDayHours.driver_id) == driver.id, col(DriverDayHours.day) == day)
    )
    if windows is not None:
        pieces = [[start, end] for start, end in sorted(windows)]
        session.add(DriverDayHours(driver_id=driver.id, day=day, windows=pieces, changed_at=now))
    session.flush()
    _record(session, EventKind.DRIVER_CHANGED, driver, actor, now, day=day.isoformat())
    plan_again(session, driver.municipality_id, day, now=now)


def go_away(
    session: Session, *, driver_id: UUID, first_on: date, last_on: date | None, actor: Actor, now: datetime
) -> DriverAway:
    """A holiday, or a pause until further notice (no last day). Raises InvalidInput, NotAllowed."""
    driver = _own(session, driver_id, actor)
    if last_on is not None and last_on < first_on:
        raise InvalidInput({"holiday_until": "holiday_order"})
    if last_on is not None and last_on < now.astimezone(AMSTERDAM).date():
        raise InvalidInput({"holiday_until": "pause_past"})
    away = DriverAway(driver_id=driver.id, first_on=first_on, last_on=last_on, told_at=now)
    session.add(away)
    session.flush()
    until = last_on.isoformat() if last_on else None
    _record(session, EventKind.DRIVER_AWAY, driver, actor, now, first_on=first_on.isoformat(), last_on=until)
    _plan_days_again(session, driver, now)
    return away


def come_back(session: Session, *, away_id: UUID, actor: Actor, now: datetime) -> None:
    """A holiday or pause that does not go on, or ends today. Raises NotFound, NotAllowed."""
    away = session.get(DriverAway, away_id)
    if away is None:
        raise NotFound(f"absence {away_id}")
    driver = _own(session, away.driver_id, actor)
    session.delete(away)
    session.flush()
    _record(session, EventKind.DRIVER_AWAY, driver, actor, now, back=True)
    _plan_days_again(session, driver, now)


def stop_driving(session: Session, *, driver_id: UUID, actor: Actor, now: datetime) -> None:
    """No driver any more; rides that were promised are planned anew. Raises NotFound, NotAllowed."""
    driver = _own(session, driver_id, actor)
    if driver.left_at is None:
        driver.left_at = driver.changed_at = now
        session.add(driver)
        _record(session, EventKind.DRIVER_LEFT, driver, actor, now)
        _plan_days_again(session, driver, now)


def see_paper(
    session: Session,
    *,
    driver_id: UUID,
    code: str,
    seen_on: date,
    valid_until: date | None,
    actor: Actor,
    now: datetime,
) -> QualificationSeen:
    """Staff saw a driving licence, the insurance or the certificate of conduct. Never stored: the paper or its number.

    Raises InvalidInput, NotAllowed.
    """
    driver = queries.get_driver(session, driver_id)
    permissions.require(actor.has_role(driver.municipality_id, permissions.CASE_WORKERS))
    problems = {
        "code": "" if code in PAPERS else "paper_unknown",
        "seen_on": "" if seen_on <= now.astimezone(AMSTERDAM).date() else "seen_later",
        "valid_until": "paper_over" if valid_until is not None and valid_until < seen_on else "",
    }
    if problems := {name: problem for name, problem in problems.items() if problem}:
        raise InvalidInput(problems)
    seen = QualificationSeen(
        municipality_id=driver.municipality_id,
        person_id=driver.person_id,
        code=code,
        seen_on=seen_on,
        seen_by_id=actor.person_id,
        valid_until=valid_until,
    )
    session.add(seen)
    session.flush()
    _record(session, EventKind.PAPER_SEEN, driver, actor, now, code=code)
    _plan_days_again(session, driver, now)
    return seen


def has_papers(papers: Iterable[QualificationSeen], day: date) -> bool:
    """Whether everything that a driver needs was seen, and is valid on a day; of a kind the one seen last counts."""
    return not missing_papers(papers, day)


def missing_papers(papers: Iterable[QualificationSeen], day: date) -> tuple[str, ...]:
    """What was never seen of a driver, or is no longer valid on a day."""
    newest = {paper.code: paper for paper in sorted(papers, key=lambda paper: paper.seen_on)}
    return tuple(
        code
        for code in PAPERS
        if code not in newest or ((until := newest[code].valid_until) is not None and until < day)
    )


def warn_of_papers(session: Session, now: datetime, policy: PaperPolicy = PAPER) -> int:
    """Drivers and the ride planner hear in time that a paper ends. How many papers."""
    today = now.astimezone(AMSTERDAM).date()
    ending = queries.list_papers_ending(session, from_on=today, until_on=today + timedelta(days=policy.warn_days))
    warned = 0
    for paper, driver in ending:
        papers = queries.list_papers(session, driver.municipality_id, [driver.person_id])[driver.person_id]
        newest = [other for other in papers if other.code == paper.code][-1]
        if newest.id != paper.id:
            continue
        planner = ride_queries.find_ride_planner(session, driver.municipality_id, now)
        for person_id in (driver.person_id, planner):
            if person_id is not None:
                notices.queue(
                    session,
                    NoticeKind.DRIVER_PAPERS,
                    municipality_id=driver.municipality_id,
                    person_id=person_id,
                    at=now,
                    key=str(paper.id),
                    driver=driver.id,
                    paper=paper.id,
                )
        warned += 1
    return warned


def _plan_days_again(session: Session, driver: Driver, now: datetime) -> None:
    today = now.astimezone(AMSTERDAM).date()
    for planned in ride_queries.list_planned_days(session, driver.municipality_id, from_on=today):
        plan_again(session, driver.municipality_id, planned, now=now)


def _own(session: Session, driver_id: UUID, actor: Actor) -> Driver:
    driver = queries.get_driver(session, driver_id)
    _require_own_or_staff(actor, driver.person_id, driver.municipality_id)
    return driver


def _require_own_or_staff(actor: Actor, person_id: UUID, municipality_id: UUID) -> None:
    permissions.require(actor.person_id == person_id or actor.has_role(municipality_id, permissions.CASE_WORKERS))


def _record(session: Session, kind: EventKind, driver: Driver, actor: Actor, now: datetime, **detail: Any) -> None:
    is_own = actor.person_id == driver.person_id
    history.record(
        session,
        kind,
        at=now,
        municipality_id=driver.municipality_id,
        acting_as=ActingAs.VOLUNTEER if is_own else ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=driver.person_id,
        driver=str(driver.id),
        **detail,
    )
