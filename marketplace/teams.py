"""Who is on duty for what, who is away and where their cases go, areas handed over, and the times of the ladder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices, ownership, permissions
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import (
    Absence,
    ActingAs,
    Duty,
    EventKind,
    HelpRequest,
    LadderTime,
    NoticeKind,
    OrganisationContact,
    PassedCase,
    Rung,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import ladder, people, requests, roster, teams
from marketplace.queries.roster import Roster, read_roster

LEADS: Final = frozenset({StaffRoleKind.TEAM_LEAD})
LONGEST_ABSENCE: Final = timedelta(days=366)
LONGEST_DUTY: Final = timedelta(days=366)
MOST_WORKDAYS: Final = 30


# --- being away ----------------------------------------------------------------------------------------------------


def note_absence(
    session: Session,
    *,
    municipality_id: UUID,
    person_id: UUID,
    stand_in_id: UUID | None,
    from_at: datetime,
    until_at: datetime,
    actor: Actor,
    now: datetime,
) -> Absence:
    """Somebody will be away: they say so themselves, or the team lead does. Raises NotAllowed, InvalidInput."""
    is_own = person_id == actor.person_id and actor.has_role(municipality_id, permissions.CASE_WORKERS)
    permissions.require(is_own or actor.has_role(municipality_id, LEADS))
    problems = _wrong_days(from_at, until_at, now, LONGEST_ABSENCE)
    if person_id not in teams.list_case_workers(session, municipality_id, now=now):
        problems["person"] = "staff_unknown"
    if stand_in_id == person_id or (
        stand_in_id is not None and stand_in_id not in teams.list_case_workers(session, municipality_id, now=now)
    ):
        problems["stand_in"] = "stand_in_unknown"
    if not problems and teams.find_overlapping_absence(session, municipality_id, person_id, from_at, until_at):
        problems["from"] = "away_already"
    if problems:
        raise InvalidInput(problems)
    absence = Absence(
        municipality_id=municipality_id,
        person_id=person_id,
        stand_in_id=stand_in_id,
        from_at=from_at,
        until_at=until_at,
        noted_by_id=actor.person_id,
    )
    session.add(absence)
    session.flush()
    if from_at <= now:
        _begin(session, absence, now)
    return absence


def end_absence(session: Session, *, absence_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody is back sooner, or stays after all; twice is once. Raises NotAllowed, NotFound."""
    absence = teams.lock_absence(session, absence_id)
    if absence is None:
        raise NotFound(f"absence {absence_id}")
    permissions.require(absence.person_id == actor.person_id or actor.has_role(absence.municipality_id, LEADS))
    if absence.ended_at is not None:
        return
    if absence.begun_at is None:
        session.delete(absence)
        return
    absence.until_at = max(now, absence.from_at + timedelta(minutes=1))
    _end(session, absence, now)


def pass_cases(session: Session, now: datetime) -> int:
    """Cases of who went away go to somebody who is there, and come back when they do. How many changed hands."""
    ended = sum(_end(session, absence, now) for absence in roster.list_ending(session, now))
    begun = sum(_begin(session, absence, now) for absence in roster.list_beginning(session, now))
    later = sum(_pass_on_all(session, absence, now) for absence in roster.list_running(session, now))
    return ended + begun + later


def _begin(session: Session, absence: Absence, now: datetime) -> int:
    absence.begun_at = now
    session.add(absence)
    return _pass_on_all(session, absence, now)


def _pass_on_all(session: Session, absence: Absence, now: datetime) -> int:
    there = read_roster(session, absence.municipality_id, now=now)
    owned = teams.list_open_cases_of(session, absence.municipality_id, absence.person_id)
    return sum(_pass_on(session, absence, there, request_id, now) for request_id in owned)


def _pass_on(session: Session, absence: Absence, there: Roster, request_id: UUID, now: datetime) -> bool:
    """To the stand-in, else who is on duty, else the team lead; whoever took it stays asked about by nobody else."""
    request = requests.lock_request(session, request_id)
    if request.owner_id != absence.person_id:
        return False
    to = there.stand_in_of(absence.person_id) or there.owner_for(
        request.postcode[:4], request.skill_code, besides=absence.person_id
    )
    if to is None or to == absence.person_id:
        return False  # nobody else works there: it stays theirs, with its moment
    _remember(session, absence, request, to, now)
    ownership.pass_on(session, request, to, why="away", now=now, rung=request.rung)
    return True


def _remember(session: Session, absence: Absence, request: HelpRequest, to: UUID, now: datetime) -> None:
    known = session.get(PassedCase, (absence.id, request.id))
    if known is None:
        known = PassedCase(absence_id=absence.id, request_id=request.id, to_id=to, passed_at=now)
    known.to_id, known.passed_at, known.returned_at = to, now, None
    session.add(known)
    session.flush()


def _end(session: Session, absence: Absence, now: datetime) -> int:
    """What is still open and still with whom it went to comes back; what moved on since stays there."""
    absence.ended_at = now
    session.add(absence)
    returned = 0
    for passed in roster.list_passed(session, absence.id):
        request = requests.lock_request(session, passed.request_id)
        if request.ended_at is None and request.owner_id == passed.to_id:
            ownership.pass_on(session, request, absence.person_id, why="back", now=now, rung=request.rung)
            returned += 1
        passed.returned_at = now
        session.add(passed)
    session.flush()
    return returned


# --- the duty roster -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """A line of the roster to be: None stands for every area, or every work area."""

    person_id: UUID
    area: str | None
    work_area: str | None
    from_at: datetime
    until_at: datetime


def plan_duty(session: Session, turn: Turn, *, municipality_id: UUID, actor: Actor, now: datetime) -> Duty:
    """The team lead puts somebody on duty. Raises NotAllowed, InvalidInput."""
    permissions.require(actor.has_role(municipality_id, LEADS))
    problems = _wrong_days(turn.from_at, turn.until_at, now, LONGEST_DUTY)
    if turn.person_id not in teams.list_case_workers(session, municipality_id, now=now):
        problems["person"] = "staff_unknown"
    if problems:
        raise InvalidInput(problems)
    duty = Duty(
        municipality_id=municipality_id,
        person_id=turn.person_id,
        area=turn.area,
        work_area=turn.work_area,
        from_at=turn.from_at,
        until_at=turn.until_at,
    )
    session.add(duty)
    session.flush()
    return duty


def drop_duty(session: Session, *, duty_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody is not on duty after all: from now on, or not at all. Raises NotAllowed, NotFound."""
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise NotFound(f"duty {duty_id}")
    permissions.require(actor.has_role(duty.municipality_id, LEADS))
    if duty.from_at >= now:
        session.delete(duty)
    else:
        duty.until_at = min(duty.until_at, now)
        session.add(duty)
    session.flush()


def hand_over(
    session: Session,
    *,
    municipality_id: UUID,
    from_id: UUID,
    to_id: UUID,
    with_cases: bool,
    actor: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Everything that somebody is on duty for becomes a colleague's from now on, with their open cases if wanted.

    How many lines of the roster, and how many cases. Raises NotAllowed, InvalidInput.
    """
    permissions.require(actor.has_role(municipality_id, LEADS))
    workers = teams.list_case_workers(session, municipality_id, now=now)
    if from_id == to_id or to_id not in workers:
        raise InvalidInput({"to": "staff_unknown"})
    duties = teams.list_duties_of(session, municipality_id, from_id, now=now)
    for duty in duties:
        begins_at = max(duty.from_at, now)
        session.add(
            Duty(
                municipality_id=municipality_id,
                person_id=to_id,
                area=duty.area,
                work_area=duty.work_area,
                from_at=begins_at,
                until_at=duty.until_at,
            )
        )
        if duty.from_at < now:
            duty.until_at = now
            session.add(duty)
        else:
            session.delete(duty)
    session.flush()
    return len(duties), _hand_over_cases(session, municipality_id, from_id, to_id, actor, now) if with_cases else 0


def _hand_over_cases(
    session: Session, municipality_id: UUID, from_id: UUID, to_id: UUID, actor: Actor, now: datetime
) -> int:
    moved = 0
    for request_id in teams.list_open_cases_of(session, municipality_id, from_id):
        request = requests.lock_request(session, request_id)
        if request.owner_id != from_id:
            continue
        ownership.give_to_person(session, request, to_id, now=now, rung=request.rung)
        session.add(request)
        history.about_request(
            session,
            EventKind.CASE_REASSIGNED,
            request,
            at=now,
            acting_as=ActingAs.STAFF,
            actor_id=actor.person_id,
            person_id=to_id,
            why="area",
        )
        notices.about_request(
            session,
            NoticeKind.ESCALATED_FOR_COORDINATOR,
            request,
            to=to_id,
            at=now,
            key=f"{request.id}:{now.isoformat()}",
        )
        moved += 1
    return moved


# --- the ladder's times --------------------------------------------------------------------------------------------


def set_ladder_time(
    session: Session,
    *,
    municipality_id: UUID,
    work_area: str,
    is_urgent: bool,
    rung: Rung,
    amount: float | None,
    actor: Actor,
) -> None:
    """The team lead chooses when a request climbs; None takes the choice back. Raises NotAllowed, InvalidInput.

    ``amount``: a share of the engine's time, 0 to 1, below the coordinator; whole working days from there on.
    """
    permissions.require(actor.has_role(municipality_id, LEADS))
    known = session.get(LadderTime, (municipality_id, work_area, is_urgent, rung))
    if amount is None:
        if known is not None:
            session.delete(known)
            session.flush()
        return
    if rung not in ladder.FIELDS:
        raise InvalidInput({"amount": "rung_unknown"})
    is_share = rung in ladder.SHARES
    if not (0 < amount <= 1 if is_share else 1 <= amount <= MOST_WORKDAYS and amount == round(amount)):
        raise InvalidInput({"amount": "share_range" if is_share else "workdays_range"})
    if known is None:
        known = LadderTime(
            municipality_id=municipality_id, work_area=work_area, is_urgent=is_urgent, rung=rung, amount=amount
        )
    known.amount = amount
    session.add(known)
    session.flush()
    try:
        ladder.read_ladders(session, municipality_id)
    except ValueError:
        raise InvalidInput({"amount": "rungs_order"}) from None


def add_organisation(
    session: Session,
    *,
    municipality_id: UUID,
    email: str,
    organisation: str,
    work_areas: frozenset[str],
    actor: Actor,
    now: datetime,
) -> OrganisationContact:
    """Somebody of an organisation, who is known here, wants to hear of requests that nobody answers yet.

    Raises NotAllowed, InvalidInput.
    """
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    person = people.find_person_by_email(session, email) if email.strip() else None
    problems = {}
    if person is None or person.erased_at is not None:
        problems["email"] = "email_unknown"
    if not organisation.strip() or len(organisation.strip()) > 80:
        problems["organisation"] = "organisation_name_missing"
    if problems or person is None:
        raise InvalidInput(problems)
    contact = session.get(OrganisationContact, (municipality_id, person.id)) or OrganisationContact(
        municipality_id=municipality_id, person_id=person.id, organisation="", work_areas=[], since_at=now
    )
    contact.organisation, contact.work_areas = organisation.strip(), sorted(work_areas)
    session.add(contact)
    session.flush()
    return contact


def remove_organisation(session: Session, *, municipality_id: UUID, person_id: UUID, actor: Actor) -> None:
    """They no longer want to hear of it; twice is once. Raises NotAllowed."""
    permissions.require(person_id == actor.person_id or actor.has_role(municipality_id, permissions.DESK_WORKERS))
    contact = session.get(OrganisationContact, (municipality_id, person_id))
    if contact is not None:
        session.delete(contact)
        session.flush()


def _wrong_days(from_at: datetime, until_at: datetime, now: datetime, longest: timedelta) -> dict[str, str]:
    if until_at <= from_at or until_at <= now:
        return {"until": "days_order"}
    return {"until": "days_long"} if until_at - from_at > longest else {}
