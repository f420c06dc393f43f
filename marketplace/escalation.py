"""When a coordinator does not act in time, or the engine a second time finds nobody, a person gets the case."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices, ownership
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind
from marketplace.queries import people, requests


def hand_on_overdue(session: Session, now: datetime) -> int:
    """Give cases that nobody acted on within a working day to the team lead. How many changed hands.

    A case that the team lead has already, or that has no team lead, gets a new moment at which it is looked
    at again: it is never without one. What was given back to the engine in vain comes back to who is on duty,
    since the engine hands a version over only once.
    """
    overdue = requests.list_handed_over_before(session, now)
    in_vain = requests.list_given_back_in_vain(session, now)
    return sum(
        [_hand_on(session, case, now) for case in overdue] + [_bring_back(session, case, now) for case in in_vain]
    )


def _hand_on(session: Session, request: HelpRequest, now: datetime) -> bool:
    lead = people.find_team_lead(session, municipality_id=request.municipality_id, now=now)
    if lead is None or lead == request.owner_id:
        request.next_moment_at = ownership.COORDINATOR.deadline(now)
        session.add(request)
        return False
    _give(session, request, lead, why="overdue", now=now)
    return True


def _bring_back(session: Session, request: HelpRequest, now: datetime) -> bool:
    where = request.municipality_id
    owner = people.find_on_duty(session, municipality_id=where, area=request.postcode[:4], now=now)
    owner = owner or people.find_team_lead(session, municipality_id=where, now=now)
    if owner is None:
        return False
    _give(session, request, owner, why="time_over", now=now)
    return True


def _give(session: Session, request: HelpRequest, person_id: UUID, *, why: str, now: datetime) -> None:
    ownership.give_to_person(request, person_id, now=now)
    session.add(request)
    history.about_request(
        session, EventKind.CASE_REASSIGNED, request, at=now, acting_as=ActingAs.ENGINE, person_id=person_id, why=why
    )
    notices.about_request(
        session,
        NoticeKind.ESCALATED_FOR_COORDINATOR,
        request,
        to=person_id,
        at=now,
        key=f"{request.id}:{now.isoformat()}",
    )
