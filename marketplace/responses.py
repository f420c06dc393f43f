"""Answers: yes, no and "I help" of volunteers, and the choice of a requester who chooses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, filling, history, lifecycle, minors, notices, permissions, waiting
from marketplace.errors import DoesNotFit, IllegalTransition, NotFound, ShiftsOverlap, SlotTaken
from marketplace.lifecycle import ProposalAction
from marketplace.models import (
    ActingAs,
    ApprovalStatus,
    DeclineReason,
    EventKind,
    HelpRequest,
    Match,
    NoticeKind,
    Offer,
    OfferSkill,
    Origin,
    Proposal,
    ProposalStatus,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import ASKING, next_asking_moment
from marketplace.queries import market, matches, moderation, offers, requests, shifts, young
from matching import rules
from matching.problem import Market
from matching.rules import Rule

# What limits being asked does not limit offering of one's own accord.
_ONLY_FOR_ASKING: Final = frozenset({Rule.WEEKLY_LIMIT, Rule.ASKED_BEFORE, Rule.UNWANTED_KIND})


class Outcome(StrEnum):
    """What came of a yes."""

    MATCHED = "matched"
    WAITING = "waiting"
    # Somebody under sixteen at somebody's home: a coordinator looks first.
    LOOKED_AT = "looked_at"
    RESERVE = "reserve"


@dataclass(frozen=True)
class Answer:
    """A yes, and what came of it. On the reserve list there is no match; why is "regret" or "late"."""

    outcome: Outcome
    proposal_id: UUID
    match_id: UUID | None = None
    why: str = ""


def accept(session: Session, *, proposal_id: UUID, actor: Actor, now: datetime) -> Answer:
    """The proposed volunteer says yes. Pressed twice it answers the same.

    A yes that cannot be honoured is kept, thanked and counted (`Outcome.RESERVE`). Raises NotAllowed,
    NoRoom where the volunteer is full, IllegalTransition where the requester chose somebody else.
    """
    proposal = matches.get_proposal(session, proposal_id)
    permissions.require(permissions.may_answer(actor, proposal))
    request = requests.lock_request(session, proposal.request_id)
    session.refresh(proposal)
    if (known := _already(session, proposal)) is not None:
        return known
    if _may_still_become(session, proposal, request, now):
        return _say_yes(session, proposal, request, actor=actor, now=now)
    return _put_on_reserve(session, proposal, request, actor=actor, now=now)


def decline(
    session: Session,
    *,
    proposal_id: UUID,
    actor: Actor,
    now: datetime,
    reason: DeclineReason = DeclineReason.NOT_NOW,
    pause_until: datetime | None = None,
) -> Proposal:
    """The proposed volunteer says no; the next is asked at once. Pressed twice, the first press counts.

    "Dit soort niet" rests this kind of help in their offer, "pauze tot" pauses the offer. Raises NotAllowed.
    """
    proposal = matches.get_proposal(session, proposal_id)
    permissions.require(permissions.may_answer(actor, proposal))
    request = requests.lock_request(session, proposal.request_id)
    session.refresh(proposal)
    if proposal.status is ProposalStatus.ACCEPTED:
        raise IllegalTransition("proposal", proposal.status, "decline")
    _note_wish(session, proposal, request, reason, pause_until, actor=actor, now=now)
    if proposal.status not in lifecycle.LIVE_PROPOSALS:
        # Lapsed, withdrawn or declined already: the wish is kept, and that this person does answer.
        if proposal.decline_reason is None:
            proposal.decline_reason = reason
            _note_late_answer(session, proposal, now)
        return proposal
    lifecycle.advance_proposal(session, proposal, ProposalAction.DECLINE, at=now)
    proposal.decline_reason = reason
    session.add(proposal)
    history.about_proposal(
        session,
        EventKind.DECLINED,
        proposal,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        reason=reason.value,
    )
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
    filling.note_no(session, request, proposal, now=now)
    return proposal


def apply(session: Session, *, request_id: UUID, actor: Actor, now: datetime) -> Answer:
    """A volunteer offers on a listed request ("ik help"), under the same rules as who is asked.

    With an open proposal for the pair it is the answer to that. Raises NotFound without an offer, DoesNotFit
    with the rules that forbid it, SlotTaken where the last slot is gone, NoRoom.
    """
    request = requests.lock_request(session, request_id)
    if matches.find_standing_match(session, request_id, actor.person_id):
        return _standing(session, request_id, actor.person_id)
    offer = offers.find_live_offer_of(session, actor.person_id, request.municipality_id)
    if offer is None or moderation.is_set_aside(session, request):
        raise NotFound("an offer to help with, or a request")
    if (live := matches.find_live_proposal(session, request_id, actor.person_id)) is not None:
        return accept(session, proposal_id=live.id, actor=actor, now=now)
    _require_fit(session, request, offer, now)
    proposal = lifecycle.make_proposal(
        session, request, offer, origin=Origin.APPLICATION, expires_at=request.respond_by, now=now
    )
    history.about_proposal(
        session, EventKind.APPLIED, proposal, at=now, acting_as=ActingAs.VOLUNTEER, actor_id=actor.person_id
    )
    return _say_yes(session, proposal, request, actor=actor, now=now)


def ask_volunteer(session: Session, *, request_id: UUID, offer_id: UUID, actor: Actor, now: datetime) -> Proposal:
    """A requester asks a listed volunteer for their own request, under the rules of asking.

    Raises NotAllowed, NotFound where the offer is not public, DoesNotFit (also "others_asked": as many are
    asked already as there are free slots).
    """
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.is_requester(actor, request))
    if moderation.is_set_aside(session, request):
        raise IllegalTransition("request", "read by a person first", "ask somebody")
    offer = offers.get_offer(session, offer_id)
    if not offer.is_public or offer.left_at is not None:
        raise NotFound(f"public offer {offer_id}")
    free = requests.list_slots(session, request_id, SlotStatus.FREE)
    if not free:
        raise SlotTaken(request_id)
    if matches.count_live_proposals(session, request_id, now=now) >= len(free):
        raise DoesNotFit(("others_asked",))
    scene = _scene(session, request, offer, now)
    volunteer, wanted = scene.volunteers[str(offer.id)], scene.requests[str(request.id)]
    forbidden = tuple(rule.value for rule in rules.refused_by_person(scene, volunteer, wanted, now))
    if forbidden:
        raise DoesNotFit(forbidden)
    starts_at = next_asking_moment(now)
    expires_at = ASKING.expires_at(request.version_at, request.respond_by, starts_at)
    proposal = lifecycle.make_proposal(
        session, request, offer, origin=Origin.RESIDENT_CHOICE, expires_at=expires_at, now=now
    )
    acting = permissions.acting_as_in(actor, request)
    history.about_proposal(session, EventKind.PROPOSED, proposal, at=now, acting_as=acting, actor_id=actor.person_id)
    _tell(session, NoticeKind.PROPOSAL, proposal, proposal.person_id, now, not_before=starts_at)
    return proposal


def choose(session: Session, *, proposal_id: UUID, actor: Actor, now: datetime) -> Match:
    """The requester, who chooses, takes one of those who offered. Raises NotAllowed, SlotTaken, NoRoom."""
    proposal, request = _for_choice(session, proposal_id, actor)
    if (match := matches.find_match_of_proposal(session, proposal_id)) is not None:
        return match
    permissions.require(not minors.must_wait(session, request, proposal.person_id, now))
    acting = permissions.acting_as_in(actor, request)
    history.about_proposal(session, EventKind.CHOSEN, proposal, at=now, acting_as=acting, actor_id=actor.person_id)
    made = filling.fill_slot(session, request, proposal, actor=actor, acting_as=acting, now=now)
    if made is None:
        raise SlotTaken(request.id)
    return made


def refuse(session: Session, *, proposal_id: UUID, actor: Actor, now: datetime) -> None:
    """The requester, who chooses, lets one of those who offered go, who is thanked. Raises NotAllowed."""
    proposal, request = _for_choice(session, proposal_id, actor)
    if proposal.status is ProposalStatus.REFUSED:
        return
    lifecycle.advance_proposal(session, proposal, ProposalAction.REFUSE, at=now)
    history.about_proposal(
        session,
        EventKind.PAIR_REFUSED,
        proposal,
        at=now,
        acting_as=permissions.acting_as_in(actor, request),
        actor_id=actor.person_id,
    )
    _tell(session, NoticeKind.YES_NOT_CHOSEN, proposal, proposal.person_id, now)
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)


def lapse_overdue(session: Session, now: datetime) -> int:
    """End proposals whose time has passed, and have the next asked. How many were ended."""
    overdue = matches.list_expired_proposals(session, now)
    # Where a waiting list may move up the request is held, and it is held before any proposal is.
    for proposal in sorted(overdue, key=lambda one: one.origin is not Origin.APPLICATION):
        if proposal.origin is Origin.APPLICATION:
            request = requests.lock_request(session, proposal.request_id)
            session.refresh(proposal)
            if proposal.status not in lifecycle.LIVE_PROPOSALS:
                continue
        was_yes = proposal.status is ProposalStatus.WAITING
        lifecycle.advance_proposal(session, proposal, ProposalAction.LAPSE, at=now)
        history.about_proposal(session, EventKind.LAPSED, proposal, at=now, acting_as=ActingAs.ENGINE, was_yes=was_yes)
        if was_yes:
            _tell(session, NoticeKind.YES_NOT_CHOSEN, proposal, proposal.person_id, now)
        due.add_round(session, municipality_id=proposal.municipality_id, request_id=proposal.request_id, at=now)
        if proposal.origin is Origin.APPLICATION:
            filling.note_no(session, request, proposal, now=now)
    return len(overdue)


def _already(session: Session, proposal: Proposal) -> Answer | None:
    if (match := matches.find_standing_match(session, proposal.request_id, proposal.person_id)) is not None:
        return Answer(Outcome.MATCHED, proposal.id, match.id)
    if proposal.status is ProposalStatus.WAITING:
        approval = young.find_live_approval(session, proposal.request_id, proposal.person_id)
        is_looked_at = approval is not None and approval.status is ApprovalStatus.ASKED
        return Answer(Outcome.LOOKED_AT if is_looked_at else Outcome.WAITING, proposal.id)
    if proposal.reserve:
        return Answer(Outcome.RESERVE, proposal.id, why=proposal.reserve)
    return None


def _standing(session: Session, request_id: UUID, person_id: UUID) -> Answer:
    match = matches.find_standing_match(session, request_id, person_id)
    assert match is not None
    return Answer(Outcome.MATCHED, match.proposal_id, match.id)


def _may_still_become(session: Session, proposal: Proposal, request: HelpRequest, now: datetime) -> bool:
    """An open proposal is honoured while a slot is free; a closed one only if everything still fits."""
    if not requests.list_slots(session, request.id, SlotStatus.FREE):
        return False
    if waiting.is_reserved(session, request, for_proposal=proposal.id):
        return False
    if proposal.status is ProposalStatus.OPEN and now < proposal.expires_at:
        return True
    if (proposal.status, ProposalAction.ACCEPT) not in lifecycle.PROPOSAL_TRANSITIONS or now >= request.respond_by:
        return False
    offer = offers.get_offer(session, proposal.offer_id)
    scene = _scene(session, request, offer, now)
    volunteer = scene.volunteers.get(str(offer.id))
    return volunteer is not None and rules.still_fits(scene, volunteer, scene.requests[str(request.id)], now)


def _say_yes(session: Session, proposal: Proposal, request: HelpRequest, *, actor: Actor, now: datetime) -> Answer:
    if minors.must_wait(session, request, proposal.person_id, now):
        return _wait_for_coordinator(session, proposal, request, actor=actor, now=now)
    if request.is_chosen_by_requester and proposal.origin is not Origin.RESIDENT_CHOICE:
        return _wait_for_choice(session, proposal, request, actor=actor, now=now)
    match = filling.fill_slot(session, request, proposal, actor=actor, acting_as=ActingAs.VOLUNTEER, now=now)
    if match is None:
        return _put_on_reserve(session, proposal, request, actor=actor, now=now)
    return Answer(Outcome.MATCHED, proposal.id, match.id)


def _wait_for_choice(
    session: Session, proposal: Proposal, request: HelpRequest, *, actor: Actor, now: datetime
) -> Answer:
    filling.wait_for_choice(session, request, proposal, actor=actor, now=now)
    return Answer(Outcome.WAITING, proposal.id)


def _wait_for_coordinator(
    session: Session, proposal: Proposal, request: HelpRequest, *, actor: Actor, now: datetime
) -> Answer:
    """The yes stands, and keeps its place in the asking, until the coordinator on duty has looked at the pair."""
    filling.wait_for_coordinator(session, request, proposal, actor=actor, now=now)
    return Answer(Outcome.LOOKED_AT, proposal.id)


def _put_on_reserve(
    session: Session, proposal: Proposal, request: HelpRequest, *, actor: Actor, now: datetime
) -> Answer:
    """A regret where the slot was given away under an open or withdrawn proposal; every other one is late."""
    if proposal.status is ProposalStatus.REFUSED:
        raise IllegalTransition("proposal", proposal.status, "accept")
    is_given_away = not requests.list_slots(session, request.id, SlotStatus.FREE)
    stood = proposal.status is ProposalStatus.WITHDRAWN or (
        proposal.status is ProposalStatus.OPEN and now < proposal.expires_at
    )
    proposal.reserve = "regret" if is_given_away and stood else "late"
    _note_late_answer(session, proposal, now)
    history.about_proposal(
        session,
        EventKind.YES_UNHONOURED,
        proposal,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        why=proposal.reserve,
    )
    _tell(session, NoticeKind.YES_UNHONOURED, proposal, proposal.person_id, now)
    return Answer(Outcome.RESERVE, proposal.id, why=proposal.reserve)


def _note_late_answer(session: Session, proposal: Proposal, now: datetime) -> None:
    """When somebody answered after their time; a withdrawn proposal keeps the moment at which it was withdrawn."""
    if proposal.status is not ProposalStatus.WITHDRAWN:
        proposal.answered_at = now
    session.add(proposal)


def _note_wish(
    session: Session,
    proposal: Proposal,
    request: HelpRequest,
    reason: DeclineReason,
    pause_until: datetime | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if reason is DeclineReason.NOT_THIS_KIND:
        held = session.get(OfferSkill, (proposal.offer_id, request.skill_code))
        if held is not None and held.rested_at is None:
            held.rested_at = now
            session.add(held)
    if reason is DeclineReason.PAUSE and pause_until is not None:
        offer = offers.get_offer(session, proposal.offer_id)
        offer.paused_until = pause_until
        session.add(offer)
        history.record(
            session,
            EventKind.OFFER_PAUSED,
            at=now,
            municipality_id=offer.municipality_id,
            acting_as=ActingAs.VOLUNTEER,
            actor_id=actor.person_id,
            person_id=offer.person_id,
            until=pause_until.isoformat(),
        )


def _for_choice(session: Session, proposal_id: UUID, actor: Actor) -> tuple[Proposal, HelpRequest]:
    proposal = matches.get_proposal(session, proposal_id)
    request = requests.lock_request(session, proposal.request_id)
    permissions.require(permissions.is_requester(actor, request))
    session.refresh(proposal)
    return proposal, request


def _scene(session: Session, request: HelpRequest, offer: Offer, now: datetime) -> Market:
    """The market as far as this one pair is concerned."""
    return market.read_market(
        session, municipality_id=request.municipality_id, now=now, request_ids=[request.id], offer_ids=[offer.id]
    )


def _require_fit(session: Session, request: HelpRequest, offer: Offer, now: datetime) -> None:
    if request.ended_at is not None or now >= request.respond_by:
        raise DoesNotFit(("request_closed",))
    if not requests.list_slots(session, request.id, SlotStatus.FREE) or waiting.is_reserved(session, request):
        raise SlotTaken(request.id)
    if request.vacancy_id is not None and shifts.has_other_at_that_time(session, request.id, offer.person_id):
        raise ShiftsOverlap(request.id)
    scene = _scene(session, request, offer, now)
    volunteer, wanted = scene.volunteers[str(offer.id)], scene.requests[str(request.id)]
    if not rules.may_apply(scene, volunteer, wanted, now):
        broken = rules.refused_by_person(scene, volunteer, wanted, now)
        raise DoesNotFit(tuple(rule.value for rule in broken if rule not in _ONLY_FOR_ASKING))


def _tell(
    session: Session,
    kind: NoticeKind,
    proposal: Proposal,
    person_id: UUID,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    notices.about_proposal(
        session, kind, proposal, at=now, to=person_id, key=f"{proposal.id}:{proposal.version}", not_before=not_before
    )
