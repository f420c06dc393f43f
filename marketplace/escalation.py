"""When a coordinator does not act in time, the team lead gets the case."""

from datetime import datetime

from sqlmodel import Session

from marketplace import history, notices, ownership
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind
from marketplace.queries import people, requests


def hand_on_overdue(session: Session, now: datetime) -> int:
    """Give cases that nobody acted on within a working day to the team lead. How many changed hands.

    A case that the team lead has already, or that has no team lead, gets a new moment at which it is looked
    at again: it is never without one.
    """
    overdue = requests.list_handed_over_before(session, now)
    return sum(_hand_on(session, request, now) for request in overdue)


def _hand_on(session: Session, request: HelpRequest, now: datetime) -> bool:
    lead = people.find_team_lead(session, municipality_id=request.municipality_id, now=now)
    if lead is None or lead == request.owner_id:
        request.next_moment_at = ownership.COORDINATOR.deadline(now)
        session.add(request)
        return False
    ownership.give_to_person(request, lead, now=now)
    session.add(request)
    history.about_request(
        session, EventKind.CASE_REASSIGNED, request, at=now, acting_as=ActingAs.ENGINE, person_id=lead, why="overdue"
    )
    notices.queue(
        session,
        NoticeKind.ESCALATED_FOR_COORDINATOR,
        municipality_id=request.municipality_id,
        person_id=lead,
        at=now,
        key=f"{request.id}:{now.isoformat()}",
        request=request.id,
    )
    return True
