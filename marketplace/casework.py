"""What a coordinator does with whole requests: make two of one, make one of two, ask whether something may give way."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import candidacy as candidates
from marketplace import due, filling, history, lifecycle, notices, ownership, permissions, relaxing
from marketplace.asks import MAX_MINUTES, MAX_TEXT, RIDE, check_public
from marketplace.errors import InvalidInput, SlotTaken
from marketplace.lifecycle import SlotAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    NoticeKind,
    Relaxation,
    RelaxationQuestion,
    RequestWeekly,
    RequestWindow,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import RespondByPolicy
from marketplace.queries import market, requests, series

RESPOND_BY: Final = RespondByPolicy()
# Of the request that goes on nothing is taken over but these: it is the same place, and the same people.
_COPIED: Final = (
    *("municipality_id", "requester_id", "asker_kind", "organisation_name", "channel", "representative_id"),
    *("relation", "postcode", "street", "house_number", "neighbourhood", "latitude", "longitude", "precision"),
    *("is_at_home", "languages", "min_age", "is_chosen_by_requester"),
)


# --- one becomes two -----------------------------------------------------------------------------------------------


def split(
    session: Session,
    *,
    request_id: UUID,
    text: str,
    skill_code: str,
    minutes: int,
    slots: int,
    actor: Actor,
    now: datetime,
) -> HelpRequest:
    """A part of what was asked becomes a request of its own, at the same place and times. The new request.

    ``slots``: how many of the free places go along; with 0 it gets a place of its own beside them, for two kinds of
    help in one story. What returns is not split: a part would be once. Raises InvalidInput, SlotTaken.
    """
    request = _open_case(session, request_id, actor)
    if series.find_series_around(session, request) is not None:
        raise InvalidInput({"text": "series_split"})
    free = requests.list_slots(session, request_id, SlotStatus.FREE)
    skills = market.read_skill_table(session)
    _check_part(text, skill_code, minutes, slots, len(free), skills)
    part = _make_part(session, request, text.strip(), skill_code, minutes, max(slots, 1), skills, actor, now)
    live = (SlotStatus.FREE, SlotStatus.TAKEN)
    count = sum(slot.status in live for slot in requests.list_slots(session, request_id))
    for slot in free[len(free) - slots :] if slots else ():
        lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
    _record(session, EventKind.REQUEST_SPLIT, request, actor, now, into=str(part.id), slots=count - slots)
    session.add(request)
    return part


def _check_part(text: str, skill_code: str, minutes: int, slots: int, free: int, skills: Any) -> None:
    problems = {
        "text": "text_missing" if not text.strip() else check_public("text", text, longest=MAX_TEXT),
        # A ride has places and times of its own kind, and is asked for as one.
        "skill": "" if skill_code in skills and skill_code != RIDE else "skill_missing",
        "minutes": "" if 0 < minutes <= MAX_MINUTES else "minutes_range",
        "slots": "" if 0 <= slots < free else "slots_left",
    }
    if found := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(found)


def _make_part(
    session: Session,
    request: HelpRequest,
    text: str,
    skill_code: str,
    minutes: int,
    slots: int,
    skills: Any,
    actor: Actor,
    now: datetime,
) -> HelpRequest:
    part = HelpRequest(
        **{name: getattr(request, name) for name in _COPIED},
        entered_by_id=actor.person_id,
        skill_code=skill_code,
        text=text,
        minutes=minutes,
        requires=list(skills[skill_code].requires),
        posted_at=now,
        version_at=now,
        respond_by=now,
        next_moment_at=now,
        split_from_id=request.id,
    )
    first = requests.find_first_appointment(session, request.id)
    part.respond_by = max(
        request.respond_by, RESPOND_BY.respond_by(now, first if first is not None and first > now else None)
    )
    session.add(part)
    session.flush()
    for number in range(1, slots + 1):
        session.add(Slot(request_id=part.id, number=number, municipality_id=part.municipality_id, free_since_at=now))
    for window in requests.list_windows(session, request.id):
        session.add(RequestWindow(request_id=part.id, starts_at=window.starts_at, ends_at=window.ends_at))
    for piece in requests.list_weekly(session, request.id):
        session.add(RequestWeekly(**{**piece.model_dump(), "request_id": part.id}))
    session.flush()
    _record(
        session,
        EventKind.REQUEST_POSTED,
        part,
        actor,
        now,
        work_area=skills[skill_code].work_area,
        skill=skill_code,
        neighbourhood=part.neighbourhood,
        asker_kind=part.asker_kind.value,
        channel=part.channel.value,
        slots=slots,
        respond_by=part.respond_by.isoformat(),
        is_ride=False,
        assisted=True,
        relation=part.relation.value if part.relation else None,
    )
    if request.escalated_at is not None:
        # What was handed over stays so for the figures: whoever comes of this part was not found without a person.
        history.about_request(
            session,
            EventKind.ESCALATED,
            part,
            at=now,
            acting_as=ActingAs.ENGINE,
            person_id=request.owner_id,
            reason=str((request.escalation or {}).get("reason", "")),
            nearest=[],
        )
    _record(session, EventKind.REQUEST_SPLIT, part, actor, now, **{"from": str(request.id)})
    notices.about_request(session, NoticeKind.REQUEST_POSTED, part, to=notices.told_for(part), at=now)
    due.add_round(session, municipality_id=part.municipality_id, request_id=part.id, at=now)
    return part


# --- two become one ------------------------------------------------------------------------------------------------


def merge(session: Session, *, request_id: UUID, other_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """The same was asked twice: what was asked first goes on, with the times of both; the other asks nobody any more.

    What is agreed already stands where it is, and keeps its class. The request that goes on. Raises InvalidInput
    where they are not of one person or not of one kind, or where one of them returns; SlotTaken where nothing is open.
    """
    if request_id == other_id:
        raise InvalidInput({"other": "other_same"})
    held = [_open_case(session, one, actor) for one in sorted((request_id, other_id))]
    kept, gone = sorted(held, key=lambda one: (one.posted_at, str(one.id)))
    same = ("municipality_id", "requester_id", "skill_code")
    if any(getattr(kept, name) != getattr(gone, name) for name in same):
        raise InvalidInput({"other": "other_differs"})
    if any(series.find_series_around(session, one) is not None for one in held):
        raise InvalidInput({"other": "series_merged"})
    free = requests.list_slots(session, gone.id, SlotStatus.FREE)
    for slot in free:
        lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
    filling.withdraw_live_proposals(session, gone, now=now, why="merged")
    relaxing.end_open(session, gone, now=now)
    gone.merged_into_id = kept.id
    numbers = [slot.number for slot in free]
    _record(session, EventKind.REQUEST_MERGED, gone, actor, now, into=str(kept.id), slots=numbers)
    filling.end_request_if_over(session, gone, now=now)
    if kept.owner_id is None and gone.owner_id is not None:
        ownership.give_to_person(session, kept, gone.owner_id, now=now)
    if gone.held_at is not None and kept.held_at is None and kept.owner_id is not None:
        kept.held_at = gone.held_at
    gone.owner_id = gone.held_at = None
    _add_times(session, kept, gone)
    session.add_all((kept, gone))
    _record(session, EventKind.REQUEST_MERGED, kept, actor, now, **{"from": str(gone.id)})
    due.add_round(session, municipality_id=kept.municipality_id, request_id=kept.id, at=now)
    return kept


def _add_times(session: Session, kept: HelpRequest, gone: HelpRequest) -> None:
    """Whoever can at one of the times of either is welcome; of two that begin together the longer one holds."""
    starts = {piece.starts_at: piece for piece in requests.list_windows(session, kept.id)}
    for window in requests.list_windows(session, gone.id):
        known = starts.get(window.starts_at)
        if known is None:
            session.add(RequestWindow(request_id=kept.id, starts_at=window.starts_at, ends_at=window.ends_at))
        else:
            known.ends_at = max(known.ends_at, window.ends_at)
    pieces = {(piece.weekday, piece.start_minute): piece for piece in requests.list_weekly(session, kept.id)}
    for piece in requests.list_weekly(session, gone.id):
        same = pieces.get((piece.weekday, piece.start_minute))
        if same is None:
            session.add(RequestWeekly(**{**piece.model_dump(), "request_id": kept.id}))
        else:
            same.end_minute = max(same.end_minute, piece.end_minute)
    session.flush()


# --- may something give way ----------------------------------------------------------------------------------------


def ask_relaxation(
    session: Session, *, request_id: UUID, kind: Relaxation, amount: int, actor: Actor, now: datetime
) -> RelaxationQuestion:
    """Ask who asked whether something may give way, with how many people would fit then, counted anew.

    Raises InvalidInput where nobody would, or another question is still open; SlotTaken.
    """
    request = _open_case(session, request_id, actor)
    found = candidates.list_candidates(session, municipality_id=request.municipality_id, request_id=request_id, now=now)
    wanted = [one for one in relaxing.list_proposals(found) if (one.kind, one.amount) == (kind, amount)]
    if not wanted:
        raise InvalidInput({"relaxation": "relaxation_gone"})
    question = relaxing.ask(session, request, wanted[0], actor=actor, now=now)
    if question is None:
        raise InvalidInput({"relaxation": "relaxation_open"})
    return question


def _open_case(session: Session, request_id: UUID, actor: Actor) -> HelpRequest:
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.may_work_case(actor, request))
    if not requests.list_slots(session, request_id, SlotStatus.FREE):
        raise SlotTaken(request_id)
    return request


def _record(
    session: Session, kind: EventKind, request: HelpRequest, actor: Actor, now: datetime, **detail: Any
) -> None:
    history.about_request(session, kind, request, at=now, acting_as=ActingAs.STAFF, actor_id=actor.person_id, **detail)
