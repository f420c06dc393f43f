"""Two people, or one and everybody, are no longer brought together: what ran between them ends kindly.

Nobody is told why. A slot that comes free goes into the market at once, as after any cancelling.
"""

from datetime import datetime

from sqlmodel import Session

from marketplace import due, filling, history, lifecycle, notices, ownership
from marketplace.appointments import LATE_CANCELLING
from marketplace.lifecycle import MatchAction, ProposalAction
from marketplace.models import ActingAs, EventKind, HelpRequest, Match, NoticeKind, Proposal, ProposalStatus
from marketplace.permissions import Actor
from marketplace.queries import meetings, requests


def cancel_match(
    session: Session, match: Match, *, by: Actor, acting_as: ActingAs, now: datetime, is_by_staff: bool = False
) -> None:
    """A running match ends; the other side is told as after any cancelling, and its slot is looked for again."""
    request = requests.lock_request(session, match.request_id)
    session.refresh(match)
    date = meetings.find_agreed(session, match.id)
    is_late = date is not None and LATE_CANCELLING.is_late(date.starts_at, now)
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    is_volunteer = by.person_id == match.person_id
    if is_by_staff:
        # Of their own accord: the next match of that slot is theirs too.
        history.about_match(session, EventKind.REMOVED, match, at=now, acting_as=acting_as, actor_id=by.person_id)
    else:
        history.about_match(
            session,
            EventKind.CANCELLED,
            match,
            at=now,
            acting_as=acting_as,
            actor_id=by.person_id,
            by="volunteer" if is_volunteer else "requester",
            is_late=is_late,
        )
    tell = [notices.told_for(request)] if is_volunteer else [match.person_id]
    if is_by_staff:
        tell = [notices.told_for(request), match.person_id]
    for person_id in tell:
        notices.about_match(session, NoticeKind.CANCELLED, match, to=person_id, at=now)
    needed_at = date.starts_at if date is not None and is_late else None
    filling.reopen_slot(session, request, match, acting_as=acting_as, now=now, needed_at=needed_at)


def withdraw_proposal(session: Session, proposal: Proposal, *, now: datetime, why: str, tell: bool = True) -> None:
    """Somebody is asked no longer, or their yes is let go; another is asked."""
    was_yes = proposal.status is ProposalStatus.WAITING
    lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
    history.about_proposal(session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.ENGINE, why=why)
    if tell:
        kind = NoticeKind.YES_NOT_CHOSEN if was_yes else NoticeKind.PROPOSAL_WITHDRAWN
        notices.about_proposal(session, kind, proposal, at=now, key=f"{proposal.id}:{proposal.version}")
    due.add_round(session, municipality_id=proposal.municipality_id, request_id=proposal.request_id, at=now)


def give_request_back(session: Session, request: HelpRequest, *, now: datetime) -> None:
    """What a person held goes to the engine again, with at least a night's time to find somebody."""
    from_first = requests.find_first_appointment(session, request.id)
    if request.respond_by <= now:
        coming = from_first if from_first is not None and from_first > now else None
        request.respond_by = filling.RESPOND_BY.respond_by(now, coming)
        history.about_request(
            session,
            EventKind.REQUEST_CHANGED,
            request,
            at=now,
            acting_as=ActingAs.ENGINE,
            respond_by=request.respond_by.isoformat(),
        )
    request.version_at = now
    ownership.give_to_engine(request, now=now)
    session.add(request)
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
