"""Append-only events: who did what, about whom and when. The figures are made of nothing else."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from marketplace.models import (
    ActingAs,
    Event,
    EventKind,
    HelpRequest,
    Introduction,
    Match,
    Promise,
    Proposal,
    Ride,
    RideLeg,
    Trajectory,
)

_TABLE: Final[Any] = Event.__table__  # type: ignore[attr-defined]
_INSERT: Final = insert(_TABLE)


def record(
    session: Session,
    kind: EventKind,
    *,
    at: datetime,
    municipality_id: UUID,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    person_id: UUID | None = None,
    request_id: UUID | None = None,
    slot_number: int | None = None,
    proposal_id: UUID | None = None,
    match_id: UUID | None = None,
    ride_id: UUID | None = None,
    promise_id: UUID | None = None,
    trajectory_id: UUID | None = None,
    introduction_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Add one event, written at once: what it is about goes before it, and events of one instant keep their order."""
    session.flush()
    session.connection().execute(
        _INSERT,
        {
            "municipality_id": municipality_id,
            "at": at,
            "kind": kind,
            "acting_as": acting_as,
            "actor_id": actor_id,
            "person_id": person_id,
            "request_id": request_id,
            "slot_number": slot_number,
            "proposal_id": proposal_id,
            "match_id": match_id,
            "ride_id": ride_id,
            "promise_id": promise_id,
            "trajectory_id": trajectory_id,
            "introduction_id": introduction_id,
            "detail": detail,
        },
    )


def about_request(
    session: Session,
    kind: EventKind,
    request: HelpRequest,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    person_id: UUID | None = None,
    slot_number: int | None = None,
    **detail: Any,
) -> None:
    """Something happened to a request, or to one of its slots."""
    record(
        session,
        kind,
        at=at,
        municipality_id=request.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=person_id,
        request_id=request.id,
        slot_number=slot_number,
        **detail,
    )


def about_proposal(
    session: Session,
    kind: EventKind,
    proposal: Proposal,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Something happened to a proposal."""
    record(
        session,
        kind,
        at=at,
        municipality_id=proposal.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=proposal.person_id,
        request_id=proposal.request_id,
        proposal_id=proposal.id,
        origin=proposal.origin.value,
        **detail,
    )


def about_match(
    session: Session,
    kind: EventKind,
    match: Match,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Something happened to a match."""
    record(
        session,
        kind,
        at=at,
        municipality_id=match.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=match.person_id,
        request_id=match.request_id,
        slot_number=match.slot_number,
        proposal_id=match.proposal_id,
        match_id=match.id,
        origin=match.origin.value,
        **detail,
    )


def about_ride(
    session: Session,
    kind: EventKind,
    ride: Ride,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    person_id: UUID | None = None,
    slot_number: int | None = None,
    **detail: Any,
) -> None:
    """Something happened to a ride, or to one of its drives: slot 1 is the way out, 2 a return fetched later."""
    record(
        session,
        kind,
        at=at,
        municipality_id=ride.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=person_id,
        ride_id=ride.id,
        slot_number=slot_number,
        **detail,
    )


def about_promise(
    session: Session,
    kind: EventKind,
    promise: Promise,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Something happened to a promise to drive."""
    record(
        session,
        kind,
        at=at,
        municipality_id=promise.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=promise.person_id,
        ride_id=promise.ride_id,
        slot_number=slot_of(promise.leg),
        promise_id=promise.id,
        origin=promise.origin.value,
        **detail,
    )


def about_trajectory(
    session: Session,
    kind: EventKind,
    trajectory: Trajectory,
    *,
    at: datetime,
    acting_as: ActingAs,
    actor_id: UUID | None = None,
    person_id: UUID | None = None,
    introduction: Introduction | None = None,
    slot_number: int | None = None,
    **detail: Any,
) -> None:
    """Something happened in a trajectory with a buddy, or to who was introduced; it has one slot."""
    record(
        session,
        kind,
        at=at,
        municipality_id=trajectory.municipality_id,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=person_id or (introduction.person_id if introduction else trajectory.resident_id),
        trajectory_id=trajectory.id,
        introduction_id=introduction.id if introduction else None,
        slot_number=1 if introduction else slot_number,
        **detail,
    )


def slot_of(leg: RideLeg) -> int:
    """The number by which the figures know a drive of a ride."""
    return 1 if leg is RideLeg.OUT else 2
