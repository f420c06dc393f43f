"""Who is not sixteen yet: what a parent, or a coordinator, has to say first. Asked wherever a match is made."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices
from marketplace.ages import POLICY, needs_parent, today_of
from marketplace.lifecycle.young import ApprovalAction, advance_approval
from marketplace.models import (
    ActingAs,
    ApprovalStatus,
    EventKind,
    HelpRequest,
    NoticeKind,
    PairApproval,
    Person,
    Proposal,
)
from marketplace.policies import local_midnight
from marketplace.queries import young
from marketplace.queries.roster import read_roster
from marketplace.workdays import workdays_after


def may_help(session: Session, person: Person, now: datetime) -> bool:
    """Whether somebody may offer help: of age for it, or with a parent's consent that stands."""
    return not young.is_silenced(session, person, now)


def asks_age(session: Session, person: Person) -> bool:
    """Whether nobody asked yet how old somebody is: who offers to help was asked."""
    return person.born_on is None and not young.has_offered(session, person.id)


def age_problems(session: Session, person_id: UUID, *, says_sixteen: bool, now: datetime) -> dict[str, str]:
    """What stands in the way of taking something on: no parent agrees, or an age that nobody asked and they don't say.

    By the field ``is_sixteen``; empty where nothing does.
    """
    person = session.get_one(Person, person_id)
    if not may_help(session, person, now):
        return {"is_sixteen": "parent_awaited"}
    return {"is_sixteen": "sixteen_missing"} if not says_sixteen and asks_age(session, person) else {}


def must_wait(session: Session, request: HelpRequest, person_id: UUID, now: datetime) -> bool:
    """Whether a coordinator has to look first: somebody under sixteen in somebody's home."""
    if not request.is_at_home:
        return False
    person = session.get_one(Person, person_id)
    if not needs_parent(person.born_on, now):
        return False
    approval = young.find_live_approval(session, request.id, person_id)
    return approval is None or approval.status is not ApprovalStatus.APPROVED


def ask_approval(session: Session, request: HelpRequest, proposal: Proposal, now: datetime) -> PairApproval:
    """A yes of somebody under sixteen waits for the coordinator on duty; asked once for a pair."""
    known = young.find_live_approval(session, request.id, proposal.person_id)
    if known is not None:
        return known
    owner = read_roster(session, request.municipality_id, now=now).owner_for(request.postcode[:4], request.skill_code)
    approval = PairApproval(
        municipality_id=request.municipality_id,
        request_id=request.id,
        person_id=proposal.person_id,
        proposal_id=proposal.id,
        owner_id=owner,
        asked_at=now,
        due_at=decides_by(now),
    )
    session.add(approval)
    session.flush()
    if owner is not None:
        notices.queue(
            session,
            NoticeKind.PAIR_FOR_COORDINATOR,
            municipality_id=request.municipality_id,
            person_id=owner,
            at=now,
            key=str(approval.id),
            request=request.id,
            proposal=proposal.id,
        )
    return approval


def decides_by(now: datetime) -> datetime:
    """By when the coordinator has looked: five in the afternoon of the next working day."""
    return local_midnight(workdays_after(today_of(now), POLICY.coordinator_workdays)) + timedelta(hours=17)


def note_coupled(session: Session, request: HelpRequest, proposal: Proposal, *, by_id: UUID, now: datetime) -> None:
    """A coordinator couples the pair by hand: that is their looking at it too."""
    if not must_wait(session, request, proposal.person_id, now):
        return
    approve(session, ask_approval(session, request, proposal, now), proposal, by_id=by_id, now=now)


def approve(session: Session, approval: PairApproval, proposal: Proposal, *, by_id: UUID, now: datetime) -> None:
    """The pair may be. Raises IllegalTransition, Overtaken."""
    advance_approval(session, approval, ApprovalAction.APPROVE, at=now, by_id=by_id)
    history.about_proposal(
        session, EventKind.APPROVED, proposal, at=now, acting_as=ActingAs.STAFF, actor_id=by_id, what="pair"
    )


def drop_approvals(session: Session, proposal: Proposal, now: datetime) -> None:
    """What was to be looked at is over: nothing waits for a coordinator."""
    approval = young.find_live_approval(session, proposal.request_id, proposal.person_id)
    if approval is not None and approval.status is ApprovalStatus.ASKED:
        advance_approval(session, approval, ApprovalAction.DROP, at=now)
