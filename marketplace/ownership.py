"""Whose a request is: the engine's, or one named coordinator's; never nobody's. And how high it has climbed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices
from marketplace.models import ActingAs, EventKind, HelpRequest, NoticeKind, Rung
from marketplace.queries.ladder import read_ladders
from marketplace.queries.roster import read_roster

BELOW_PEOPLE: Final = frozenset({Rung.ENGINE, Rung.WIDER, Rung.ORGANISATIONS})
ABOVE_COORDINATOR: Final = frozenset({Rung.TEAM_LEAD, Rung.MUNICIPALITY})


def escalate(
    session: Session, request: HelpRequest, *, reason: str, nearest: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Hand a request to the coordinator on duty, or the team lead, with the reason and the nearest misses.

    Asking goes on until a coordinator takes the case. At most once a version: a second call does nothing.
    """
    if request.escalated_at is not None:
        return
    municipality_id = request.municipality_id
    owner = find_owner(session, request, now=now)
    request.escalated_at = now
    request.escalation = {"reason": reason, "nearest": list(nearest)}
    if owner is not None:
        give_to_person(session, request, owner, now=now)
    else:
        request.owner_id, request.next_moment_at = None, deadline_of(session, request, now)
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


def find_owner(session: Session, request: HelpRequest, *, now: datetime, besides: UUID | None = None) -> UUID | None:
    """Whose a request is that no person has: on duty for its place and kind, else the team lead."""
    roster = read_roster(session, request.municipality_id, now=now)
    return roster.owner_for(request.postcode[:4], request.skill_code, besides=besides)


def put_before(session: Session, request: HelpRequest, *, why: str, now: datetime) -> None:
    """Something went wrong with what was agreed: whoever is on duty there owns it, and acts within a working day."""
    owner = request.owner_id or find_owner(session, request, now=now)
    if owner is not None:
        pass_on(session, request, owner, why=why, now=now)


def pass_on(
    session: Session, request: HelpRequest, person_id: UUID, *, why: str, now: datetime, rung: Rung | None = None
) -> None:
    """Somebody else gets a case, and hears so."""
    give_to_person(session, request, person_id, now=now, rung=rung)
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


def give_to_engine(request: HelpRequest, *, now: datetime) -> None:
    """The engine asks again: nobody holds the request, and it may be escalated anew."""
    request.owner_id = request.held_at = request.escalated_at = request.escalation = None
    request.next_moment_at = now
    request.rung, request.rung_at = Rung.ENGINE, now
    request.went_wider_at = None


def give_to_person(
    session: Session, request: HelpRequest, person_id: UUID, *, now: datetime, rung: Rung | None = None
) -> None:
    """One person owns the request and has until the deadline to act.

    Without ``rung`` it becomes a coordinator's, unless the same person has it higher up already.
    """
    stays = request.rung in ABOVE_COORDINATOR and request.owner_id == person_id
    climb(request, rung or (request.rung if stays else Rung.COORDINATOR), now=now)
    request.owner_id = person_id
    request.next_moment_at = deadline_of(session, request, now)


def climb(request: HelpRequest, rung: Rung, *, now: datetime) -> None:
    """The request is on this rung now; its clock starts where it was on another."""
    if request.rung is not rung:
        request.rung, request.rung_at = rung, now


def deadline_of(session: Session, request: HelpRequest, now: datetime) -> datetime:
    """By when whoever has the case must have done something."""
    return read_ladders(session, request.municipality_id).of(request).deadline(now)
