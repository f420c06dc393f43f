"""What a coordinator does with a case: take it, note, propose or couple by hand, ask wider, give back, close."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, file_looks, filling, history, lifecycle, minors, notices, ownership, permissions
from marketplace.asks import MAX_AHEAD
from marketplace.errors import CaseHeld, DoesNotFit, InvalidInput, ReasonNeeded, SlotTaken
from marketplace.lifecycle import MatchAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    Origin,
    Proposal,
    RequestWeekly,
    SlotStatus,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.policies import ASKING, NEVER_OVERRULED, next_asking_moment
from marketplace.queries import board, market, matches, moderation, offers, people, privacy, requests, series
from marketplace.queries.roster import read_roster
from matching import rules
from matching.rules import Rule

CLOSING_REASONS: Final = ("helped_elsewhere", "referred", "no_longer_needed", "not_suitable", "nobody_found")
CONTACT_OUTCOMES: Final = ("not_reached", "message_left", "calls_back", "spoken", "agreed", "declined")
# Nobody was spoken to, so nothing was said about who would help.
NOT_SPOKEN: Final = frozenset({"not_reached", "message_left"})
MAX_NOTE: Final = 2000
ONE_LOOK: Final = timedelta(minutes=1)
# A typed reason opens a colleague's case for a working day.
REASON_HOLDS: Final = timedelta(hours=8)
ANY_TIME: Final = tuple((weekday, 8 * 60, 21 * 60) for weekday in range(7))


@dataclass(frozen=True)
class Widening:
    """What becomes wider; None and False leave it as it is."""

    minutes: int | None = None
    is_any_time: bool = False
    is_any_language: bool = False
    extra_days: int = 7


def read_case(session: Session, *, request_id: UUID, actor: Actor, now: datetime, reason: str = "") -> HelpRequest:
    """A member of staff opens a case with the people in it; every look is logged. Raises NotAllowed.

    Outside the areas that they are on duty for it takes a typed reason, which holds for a working day: ReasonNeeded.
    """
    request = _case(session, request_id, actor)
    if reason.strip():
        _record_look(session, request, request.requester_id, actor, now, file_looks.BREAK_GLASS, reason.strip())
        _tell_second(session, request, actor, now)
        return request
    if _is_of_colleague(session, request, actor, now):
        raise ReasonNeeded(request_id)
    _record_look(session, request, request.requester_id, actor, now, file_looks.CASE)
    return request


def read_case_of_match(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> None:
    """The same for a page about a match, which the two people of it open too: their own look is not logged."""
    match = matches.get_match(session, match_id)
    request = requests.get_request(session, match.request_id)
    if permissions.may_work_case(actor, request) and not permissions.is_party(actor, match, request):
        read_case(session, request_id=request.id, actor=actor, now=now)


def look_up_helper(session: Session, *, request_id: UUID, offer_id: UUID, actor: Actor, now: datetime) -> Offer:
    """A member of staff looks up how to reach a possible helper; logged like every look. Raises NotAllowed."""
    request = _case(session, request_id, actor)
    offer = offers.get_offer(session, offer_id)
    _record_look(session, request, offer.person_id, actor, now, file_looks.HELPER)
    return offer


def take(
    session: Session, *, request_id: UUID, actor: Actor, now: datetime, from_id: UUID | None = None
) -> HelpRequest:
    """A coordinator takes a case: nobody new is asked, what was asked runs on.

    ``from_id`` is the colleague whom one knowingly takes it over from. Raises CaseHeld where it is somebody else's.
    """
    request = _case(session, request_id, actor)
    _require_free(session, request)
    if request.held_at is not None and request.owner_id is not None:
        if request.owner_id == actor.person_id:
            return request
        if request.owner_id != from_id:
            raise CaseHeld(request_id, request.owner_id, request.held_at)
    ownership.give_to_person(session, request, actor.person_id, now=now)
    request.held_at = now
    session.add(request)
    _record(session, EventKind.CASE_TAKEN, request, actor, now)
    return request


def give_back(session: Session, *, request_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """The engine may go on asking as it did; nothing about the request changes. Raises InvalidInput at its end."""
    request = _case(session, request_id, actor)
    _require_free(session, request)
    if request.respond_by <= now:
        # The engine asks nobody after respond-by: given back, the case would be nobody's.
        raise InvalidInput({"give_back": "respond_by_over"})
    if moderation.is_set_aside(session, request):
        raise InvalidInput({"give_back": "set_aside"})
    if request.owner_id is None:
        return request
    escalated_at, story = request.escalated_at, request.escalation
    wider_at = request.went_wider_at
    ownership.give_to_engine(request, now=now)
    request.went_wider_at = wider_at
    # Still the same version: it is not escalated a second time for the same reason.
    request.escalated_at, request.escalation = escalated_at, story
    session.add(request)
    _record(session, EventKind.CASE_REASSIGNED, request, actor, now, why="given_back")
    _look_again(session, request, now)
    return request


def note(session: Session, *, request_id: UUID, actor: Actor, text: str, now: datetime) -> None:
    """A coordinator writes something down. Raises InvalidInput."""
    request = _case(session, request_id, actor)
    _record(session, EventKind.CASE_NOTED, request, actor, now, text=_checked_note(text))


def log_contact(
    session: Session,
    *,
    request_id: UUID,
    actor: Actor,
    text: str,
    is_about_who: bool,
    now: datetime,
    outcome: str = "",
    person_id: UUID | None = None,
) -> None:
    """A coordinator called somebody, and how it went; about *who* would help makes the match mediated.

    Who was not reached heard nothing of anybody. Raises InvalidInput where neither words nor an outcome are given.
    """
    request = _case(session, request_id, actor)
    if outcome and outcome not in CONTACT_OUTCOMES:
        raise InvalidInput({"text": "outcome_unknown"})
    words = _checked_note(text) if text.strip() or not outcome else ""
    history.about_request(
        session,
        EventKind.CONTACT_LOGGED,
        request,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=person_id,
        text=words,
        outcome=outcome,
        about_who=is_about_who and outcome not in NOT_SPOKEN,
    )


def propose(session: Session, *, request_id: UUID, offer_id: UUID, actor: Actor, now: datetime) -> Proposal:
    """A coordinator has a volunteer asked. Raises DoesNotFit for what a person may not overrule either, SlotTaken."""
    request, offer = _pair(session, request_id, offer_id, actor, now)
    starts_at = next_asking_moment(now)
    respond_by = request.respond_by if request.respond_by > starts_at else starts_at + timedelta(hours=24)
    expires_at = ASKING.expires_at(request.version_at, respond_by, starts_at)
    proposal = lifecycle.make_proposal(
        session, request, offer, origin=Origin.COORDINATOR, expires_at=expires_at, now=now
    )
    if request.respond_by < proposal.expires_at:
        request.respond_by = proposal.expires_at
        session.add(request)
    history.about_proposal(
        session, EventKind.PROPOSED, proposal, at=now, acting_as=ActingAs.STAFF, actor_id=actor.person_id
    )
    notices.about_proposal(session, NoticeKind.PROPOSAL, proposal, at=now, not_before=starts_at)
    return proposal


def couple(session: Session, *, request_id: UUID, offer_id: UUID, actor: Actor, now: datetime) -> Match:
    """Both said yes to the coordinator: the match is made at once. Raises DoesNotFit, SlotTaken, NoRoom."""
    request = _case(session, request_id, actor)
    offer = offers.get_offer(session, offer_id)
    if (standing := matches.find_standing_match(session, request_id, offer.person_id)) is not None:
        return standing
    proposal = matches.find_live_proposal(session, request_id, offer.person_id)
    if proposal is None:
        _require_possible(session, request, offer, now)
        proposal = lifecycle.make_proposal(
            session, request, offer, origin=Origin.COORDINATOR, expires_at=max(request.respond_by, now), now=now
        )
    _record_choice(session, request, offer, actor, now)
    minors.note_coupled(session, request, proposal, by_id=actor.person_id, now=now)
    match = filling.fill_slot(session, request, proposal, actor=actor, acting_as=ActingAs.STAFF, now=now)
    if match is None:
        raise SlotTaken(request.id)
    return match


def widen(session: Session, *, request_id: UUID, widening: Widening, actor: Actor, now: datetime) -> HelpRequest:
    """Ask wider, after agreeing it with the requester: a new version, and the engine asks again at once.

    The times of help that returns stay as they are: InvalidInput. They change on the page of the series.
    """
    request = _case(session, request_id, actor)
    _require_free(session, request)
    _check_widening(session, request, widening)
    if moderation.is_set_aside(session, request):
        raise InvalidInput({"extra_days": "set_aside"})
    if widening.minutes is not None:
        request.minutes = widening.minutes
    if widening.is_any_language:
        request.languages = []
    if widening.is_any_time:
        _any_time(session, request)
    request.respond_by = min(max(request.respond_by, now) + timedelta(days=widening.extra_days), now + MAX_AHEAD)
    request.version_at = now
    ownership.give_to_engine(request, now=now)
    session.add(request)
    _record(
        session,
        EventKind.REQUEST_WIDENED,
        request,
        actor,
        now,
        respond_by=request.respond_by.isoformat(),
        minutes=widening.minutes,
        any_time=widening.is_any_time,
        any_language=widening.is_any_language,
    )
    _look_again(session, request, now)
    return request


def close(session: Session, *, request_id: UUID, reason: str, text: str, actor: Actor, now: datetime) -> HelpRequest:
    """End the search with a reason; what is agreed already stands. Raises InvalidInput."""
    request = _case(session, request_id, actor)
    if reason not in CLOSING_REASONS:
        raise InvalidInput({"reason": "reason_missing"})
    numbers = filling.close_free_slots(session, request, reason=reason, now=now)
    if not numbers:
        return request
    _record(session, EventKind.REQUEST_CLOSED, request, actor, now, reason=reason, text=text.strip(), slots=numbers)
    notices.about_request(
        session,
        NoticeKind.REQUEST_CLOSED,
        request,
        to=notices.told_for(request),
        at=now,
        key=f"{request.id}:{now.isoformat()}",
    )
    return request


def remove(session: Session, *, match_id: UUID, actor: Actor, text: str, now: datetime) -> Match:
    """Staff undo a match of their own accord: both are told, the next match of that slot is mediated."""
    match = matches.get_match(session, match_id)
    request = _case(session, match.request_id, actor)
    session.refresh(match)
    why = _checked_note(text)
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    filling.reopen_slot(session, request, match, acting_as=ActingAs.STAFF, now=now)
    history.about_match(
        session,
        EventKind.REMOVED,
        match,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        text=why,
    )
    for person_id in (notices.told_for(request), match.person_id):
        notices.about_match(session, NoticeKind.CANCELLED, match, to=person_id, at=now)
    return match


def finish(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Match:
    """Staff found out that it was done after all; pressed twice it stays so. Raises NotAllowed, IllegalTransition."""
    match = matches.get_match(session, match_id)
    request = _case(session, match.request_id, actor)
    session.refresh(match)
    if match.status is not MatchStatus.DONE:
        filling.finish_match(session, request, match, acting_as=ActingAs.STAFF, actor_id=actor.person_id, now=now)
    return match


def _is_of_colleague(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> bool:
    """Whether it lies outside the areas that this coordinator is on duty for, and no reason was given lately."""
    is_lead = actor.has_role(request.municipality_id, frozenset({StaffRoleKind.TEAM_LEAD}))
    roster = read_roster(session, request.municipality_id, now=now)
    if (
        is_lead
        or request.owner_id == actor.person_id
        or roster.covers(actor.person_id, request.postcode[:4], request.skill_code)
    ):
        return False
    return not privacy.has_given_reason(
        session,
        staff_id=actor.person_id,
        person_id=request.requester_id,
        action=file_looks.BREAK_GLASS,
        since=now - REASON_HOLDS,
    )


def _record_look(
    session: Session,
    request: HelpRequest,
    person_id: UUID,
    actor: Actor,
    now: datetime,
    action: str,
    reason: str = "",
) -> None:
    file_looks.record(
        session,
        municipality_id=request.municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        request_id=request.id,
        action=action,
        reason=reason,
        now=now,
    )
    # Loading the same page twice is one look.
    since = now - ONE_LOOK
    is_known = board.has_looked(
        session, request_id=request.id, actor_id=actor.person_id, person_id=person_id, since=since
    )
    if is_known and not reason:
        return
    history.about_request(
        session,
        EventKind.CASE_READ,
        request,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=person_id,
        reason=action,
        text=reason,
    )


def _tell_second(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """Who opens what is not theirs is seen doing so, by a colleague who answers for it."""
    second = people.find_second(
        session,
        municipality_id=request.municipality_id,
        area=request.postcode[:4],
        skill_code=request.skill_code,
        besides=actor.person_id,
        now=now,
    )
    if second is not None:
        notices.about_request(
            session,
            NoticeKind.BREAK_GLASS,
            request,
            to=second,
            at=now,
            key=f"{request.id}:{actor.person_id}:{now.isoformat()}",
            about=actor.person_id,
        )


def _record_choice(session: Session, request: HelpRequest, offer: Offer, actor: Actor, now: datetime) -> None:
    # The request is held, so the first free slot is the one that will be taken: only that one was mediated.
    free = requests.list_slots(session, request.id, SlotStatus.FREE)
    history.about_request(
        session,
        EventKind.CHOSEN,
        request,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=offer.person_id,
        slot_number=free[0].number if free else None,
    )


def _case(session: Session, request_id: UUID, actor: Actor) -> HelpRequest:
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.may_work_case(actor, request))
    return request


def _pair(session: Session, request_id: UUID, offer_id: UUID, actor: Actor, now: datetime) -> tuple[HelpRequest, Offer]:
    request = _case(session, request_id, actor)
    _require_free(session, request)
    offer = offers.get_offer(session, offer_id)
    if matches.find_live_proposal(session, request_id, offer.person_id) is not None:
        raise DoesNotFit((Rule.ASKED_BEFORE.value,))
    _require_possible(session, request, offer, now)
    return request, offer


def _require_free(session: Session, request: HelpRequest) -> None:
    if not requests.list_slots(session, request.id, SlotStatus.FREE):
        raise SlotTaken(request.id)


def _require_possible(session: Session, request: HelpRequest, offer: Offer, now: datetime) -> None:
    _require_free(session, request)
    scene = market.read_market(
        session, municipality_id=request.municipality_id, now=now, request_ids=[request.id], offer_ids=[offer.id]
    )
    volunteer = scene.volunteers.get(str(offer.id))
    if volunteer is None:
        raise DoesNotFit((Rule.LEFT.value,))
    broken = rules.refused_by_person(scene, volunteer, scene.requests[str(request.id)], now)
    if forbidden := tuple(rule.value for rule in broken if rule in NEVER_OVERRULED):
        raise DoesNotFit(forbidden)


def _check_widening(session: Session, request: HelpRequest, widening: Widening) -> None:
    problems = {}
    # What returns has its times, and so has one of these: whoever says yes says so to them.
    if series.find_series_around(session, request) is not None:
        if widening.minutes is not None or widening.is_any_time:
            problems["extra_days"] = "series_widened"
    elif widening.minutes is not None and not 0 < widening.minutes <= request.minutes:
        problems["minutes"] = "minutes_not_fewer"
    if not 1 <= widening.extra_days <= 60:
        problems["extra_days"] = "extra_days_range"
    if problems:
        raise InvalidInput(problems)


def _any_time(session: Session, request: HelpRequest) -> None:
    for times in (requests.list_windows(session, request.id), requests.list_weekly(session, request.id)):
        for piece in times:
            session.delete(piece)
    session.flush()
    for weekday, start, end in ANY_TIME:
        session.add(RequestWeekly(request_id=request.id, weekday=weekday, start_minute=start, end_minute=end))
    session.flush()


def _checked_note(text: str) -> str:
    if not text.strip():
        raise InvalidInput({"text": "note_missing"})
    if len(text) > MAX_NOTE:
        raise InvalidInput({"text": "note_long"})
    return text.strip()


def _record(
    session: Session,
    kind: EventKind,
    request: HelpRequest,
    actor: Actor,
    now: datetime,
    **detail: Any,
) -> None:
    history.about_request(session, kind, request, at=now, acting_as=ActingAs.STAFF, actor_id=actor.person_id, **detail)


def _look_again(session: Session, request: HelpRequest, now: datetime) -> None:
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
