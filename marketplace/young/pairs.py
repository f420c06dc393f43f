"""A coordinator looks at a pair: somebody under sixteen, and the home where help is asked. Only then the yes counts.

Approving chooses nobody: the engine or the two themselves did. Refusing does, and the next match is mediated.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import ages, due, filling, history, lifecycle, minors, notices, permissions
from marketplace.errors import NoRoom
from marketplace.lifecycle import ProposalAction
from marketplace.lifecycle.young import ApprovalAction, advance_approval
from marketplace.models import (
    ActingAs,
    ApprovalStatus,
    EventKind,
    HelpRequest,
    Match,
    NoticeKind,
    Origin,
    PairApproval,
    Person,
    Proposal,
)
from marketplace.permissions import Actor
from marketplace.policies import ChoosingPolicy
from marketplace.queries import matches, requests, young

CHOOSING = ChoosingPolicy()


def approve(session: Session, *, approval_id: UUID, actor: Actor, now: datetime) -> Match | None:
    """The pair may be: the match is made as of now; None where the requester chooses first, or the place is gone.

    Twice is once. Raises NotAllowed, NotFound, IllegalTransition.
    """
    approval, proposal, request = _held(session, approval_id, actor)
    if approval.status is ApprovalStatus.APPROVED:
        return matches.find_standing_match(session, request.id, approval.person_id)
    if proposal.status not in lifecycle.LIVE_PROPOSALS:
        minors.drop_approvals(session, proposal, now)
        return None
    minors.approve(session, approval, proposal, by_id=actor.person_id, now=now)
    return _go_on(session, proposal, request, now)


def refuse(session: Session, *, approval_id: UUID, actor: Actor, now: datetime) -> None:
    """Rather not this pair: who said yes is thanked, and somebody else is asked. Twice is once.

    Raises NotAllowed, NotFound, IllegalTransition where it was approved.
    """
    approval, proposal, request = _held(session, approval_id, actor)
    if approval.status is ApprovalStatus.REFUSED:
        return
    advance_approval(session, approval, ApprovalAction.REFUSE, at=now, by_id=actor.person_id)
    if proposal.status not in lifecycle.LIVE_PROPOSALS:
        return
    lifecycle.advance_proposal(session, proposal, ProposalAction.REFUSE, at=now)
    history.about_proposal(
        session,
        EventKind.PAIR_REFUSED,
        proposal,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        why="under_sixteen_at_home",
    )
    notices.about_proposal(session, NoticeKind.PAIR_NOT_APPROVED, proposal, at=now)
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)


def follow_time(session: Session, now: datetime) -> int:
    """What nobody need look at any more is let go; of who turned sixteen the yes counts by itself. How many."""
    count = 0
    for approval in young.list_approvals_over(session):
        advance_approval(session, approval, ApprovalAction.DROP, at=now)
        count += 1
    for approval in young.list_asked_approvals(session):
        person = session.get_one(Person, approval.person_id)
        if ages.needs_parent(person.born_on, now):
            continue
        request = requests.lock_request(session, approval.request_id)
        proposal = matches.get_proposal(session, approval.proposal_id)
        session.refresh(proposal)
        advance_approval(session, approval, ApprovalAction.DROP, at=now)
        if proposal.status in lifecycle.LIVE_PROPOSALS:
            _go_on(session, proposal, request, now)
        count += 1
    return count


def _go_on(session: Session, proposal: Proposal, request: HelpRequest, now: datetime) -> Match | None:
    """The yes counts from now on, as if it were said this moment: the requester chooses, or it is a match."""
    if request.is_chosen_by_requester and proposal.origin is not Origin.RESIDENT_CHOICE:
        proposal.expires_at = now + timedelta(hours=CHOOSING.hours)
        session.add(proposal)
        notices.about_proposal(
            session,
            NoticeKind.YES_WAITS,
            proposal,
            at=now,
            to=notices.told_for(request),
            key=f"{proposal.id}:{proposal.version}",
        )
        return None
    try:
        return filling.fill_slot(
            session, request, proposal, actor=Actor(proposal.person_id), acting_as=ActingAs.VOLUNTEER, now=now
        )
    except NoRoom:
        # They said yes elsewhere meanwhile, and that is as much as they can: the engine asks the next.
        lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
        history.about_proposal(
            session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.ENGINE, why="no_room"
        )
        due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
        return None


def _held(session: Session, approval_id: UUID, actor: Actor) -> tuple[PairApproval, Proposal, HelpRequest]:
    approval = young.lock_approval(session, approval_id)
    request = requests.lock_request(session, approval.request_id)
    permissions.require(permissions.may_work_case(actor, request))
    proposal = matches.get_proposal(session, approval.proposal_id)
    session.refresh(proposal)
    return approval, proposal, request
