"""After the yes: "prima", objection, cancelling, done."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import appointments, filling, history, lifecycle, notices, permissions
from marketplace.appointments import LATE_CANCELLING
from marketplace.lifecycle import MatchAction
from marketplace.models import (
    ActingAs,
    BarredPair,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
)
from marketplace.permissions import Actor
from marketplace.queries import matches, meetings, requests


def confirm(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Match:
    """The requester taps "prima": contact details open at once. Raises NotAllowed, IllegalTransition."""
    match, request = _held(session, match_id)
    permissions.require(permissions.is_requester(actor, request))
    if match.status is not MatchStatus.CONFIRMED:
        _confirm(session, match, request, acting=permissions.acting_as_in(actor, request), actor=actor, now=now)
    return match


def object_to(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Match:
    """The requester objects in time: the match is void, the slot is free and the two are never paired again."""
    match, request = _held(session, match_id)
    permissions.require(permissions.is_requester(actor, request))
    if match.status is MatchStatus.OBJECTED:
        return match
    permissions.require(now < match.objection_until)
    acting = permissions.acting_as_in(actor, request)
    lifecycle.advance_match(session, match, MatchAction.OBJECT, at=now)
    history.about_match(session, EventKind.OBJECTED, match, at=now, acting_as=acting, actor_id=actor.person_id)
    _bar(session, request, match, now)
    filling.reopen_slot(session, request, match, acting_as=acting, now=now)
    notices.about_match(session, NoticeKind.OBJECTED, match, to=match.person_id, at=now)
    return match


def cancel(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Match:
    """Either side cancels: the other is told first, and the slot goes back into the market at once.

    Shortly before an agreed date the request becomes urgent, so that somebody else may still come then.
    """
    match, request = _held(session, match_id)
    permissions.require(permissions.is_party(actor, match, request))
    if match.status is MatchStatus.CANCELLED:
        return match
    is_volunteer = actor.person_id == match.person_id
    acting = ActingAs.VOLUNTEER if is_volunteer else permissions.acting_as_in(actor, request)
    date = meetings.find_agreed(session, match_id)
    is_late = date is not None and LATE_CANCELLING.is_late(date.starts_at, now)
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    history.about_match(
        session,
        EventKind.CANCELLED,
        match,
        at=now,
        acting_as=acting,
        actor_id=actor.person_id,
        by="volunteer" if is_volunteer else "requester",
        is_late=is_late,
    )
    other = notices.told_for(request) if is_volunteer else match.person_id
    notices.about_match(session, NoticeKind.CANCELLED, match, to=other, at=now)
    needed_at = date.starts_at if date is not None and is_late else None
    filling.reopen_slot(session, request, match, acting_as=acting, now=now, needed_at=needed_at)
    return match


def finish(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Match:
    """Either side says that it is done: the volunteer is thanked and has room again."""
    match, request = _held(session, match_id)
    permissions.require(permissions.is_party(actor, match, request))
    if match.status is MatchStatus.DONE:
        return match
    is_volunteer = actor.person_id == match.person_id
    acting = ActingAs.VOLUNTEER if is_volunteer else permissions.acting_as_in(actor, request)
    filling.finish_match(session, request, match, acting_as=acting, actor_id=actor.person_id, now=now)
    return match


def confirm_overdue(session: Session, now: datetime) -> int:
    """Matches whose objection time has passed are confirmed by time. How many."""
    passed = matches.list_unobjected_matches(session, now)
    for match in passed:
        request = requests.get_request(session, match.request_id)
        _confirm(session, match, request, acting=ActingAs.ENGINE, actor=None, now=now)
    return len(passed)


def _held(session: Session, match_id: UUID) -> tuple[Match, HelpRequest]:
    match = matches.get_match(session, match_id)
    request = requests.lock_request(session, match.request_id)
    session.refresh(match)
    return match, request


def _confirm(
    session: Session, match: Match, request: HelpRequest, *, acting: ActingAs, actor: Actor | None, now: datetime
) -> None:
    lifecycle.advance_match(session, match, MatchAction.CONFIRM, at=now)
    history.about_match(
        session,
        EventKind.CONFIRMED,
        match,
        at=now,
        acting_as=acting,
        actor_id=actor.person_id if actor else None,
        how="prima" if actor else "time",
    )
    for person_id in (notices.told_for(request), match.person_id):
        notices.about_match(session, NoticeKind.DETAILS_OPEN, match, to=person_id, at=now)
    appointments.propose_asked_time(session, match, request, now=now)


def _bar(session: Session, request: HelpRequest, match: Match, now: datetime) -> None:
    if session.get(BarredPair, (request.requester_id, match.person_id)) is None:
        session.add(
            BarredPair(
                person_id=request.requester_id,
                other_id=match.person_id,
                municipality_id=request.municipality_id,
                barred_at=now,
            )
        )
        session.flush()
