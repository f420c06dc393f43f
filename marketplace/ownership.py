"""Whose a request is: the engine's, or one named coordinator's; never nobody's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind
from marketplace.policies import CoordinatorPolicy
from marketplace.queries import people

COORDINATOR: Final = CoordinatorPolicy()


def escalate(
    session: Session, request: HelpRequest, *, reason: str, nearest: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Hand a request to the coordinator on duty, or the team lead, with the reason and the nearest misses.

    Asking goes on until a coordinator takes the case. At most once a version: a second call does nothing.
    """
    if request.escalated_at is not None:
        return
    municipality_id = request.municipality_id
    owner = people.find_on_duty(session, municipality_id=municipality_id, area=request.postcode[:4], now=now)
    owner = owner or people.find_team_lead(session, municipality_id=municipality_id, now=now)
    request.escalated_at, request.owner_id = now, owner
    request.escalation = {"reason": reason, "nearest": list(nearest)}
    request.next_moment_at = COORDINATOR.deadline(now)
    session.add(request)
    history.about_request(
        session,
        EventKind.ESCALATED,
        request,
        at=now,
        acting_as=ActingAs.ENGINE,
        person_id=owner,
        reason=reason,
        nearest=list(nearest),
    )
    for kind, person_id in (
        (NoticeKind.ESCALATED_FOR_REQUESTER, notices.told_for(request)),
        (NoticeKind.ESCALATED_FOR_COORDINATOR, owner),
    ):
        if person_id is not None:
            notices.queue(
                session,
                kind,
                municipality_id=municipality_id,
                person_id=person_id,
                at=now,
                key=f"{request.id}:{now.isoformat()}",
                request=request.id,
            )


def put_before(session: Session, request: HelpRequest, *, why: str, now: datetime) -> None:
    """Something went wrong with what was agreed: whoever is on duty there owns it, and acts within a working day."""
    where = request.municipality_id
    owner = request.owner_id or people.find_on_duty(session, municipality_id=where, area=request.postcode[:4], now=now)
    owner = owner or people.find_team_lead(session, municipality_id=where, now=now)
    if owner is None:
        return
    give_to_person(request, owner, now=now)
    session.add(request)
    history.about_request(
        session, EventKind.CASE_REASSIGNED, request, at=now, acting_as=ActingAs.ENGINE, person_id=owner, why=why
    )
    notices.queue(
        session,
        NoticeKind.ESCALATED_FOR_COORDINATOR,
        municipality_id=where,
        person_id=owner,
        at=now,
        key=f"{request.id}:{now.isoformat()}",
        request=request.id,
    )


def give_to_engine(request: HelpRequest, *, now: datetime) -> None:
    """The engine asks again: nobody holds the request, and it may be escalated anew."""
    request.owner_id = request.held_at = request.escalated_at = request.escalation = None
    request.next_moment_at = now


def give_to_person(request: HelpRequest, person_id: UUID, *, now: datetime) -> None:
    """One person owns the request and has a working day to act."""
    request.owner_id = person_id
    request.next_moment_at = COORDINATOR.deadline(now)
