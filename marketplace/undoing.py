"""Taking back what was just done with a case, for a minute: until then nobody is told, and after it somebody may be.

An act is recorded with the rows of the case before and after it. Whatever it tells, and the round it asks for, waits
until the minute is over. It is taken back only if nothing else happened to the case since and no message went out; what
is taken back leaves its own event, for history is never rewritten.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel

from marketplace import history, lifecycle, permissions
from marketplace.errors import MarketplaceError, NotFound
from marketplace.lifecycle import MatchAction, SlotAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    OutboxMessage,
    Proposal,
    ProposalStatus,
    RelaxationQuestion,
    RequestWeekly,
    RequestWindow,
    Slot,
    SlotStatus,
    UndoStep,
)
from marketplace.permissions import Actor
from marketplace.queries import relaxing as questions
from marketplace.queries import requests
from marketplace.queries import undoing as queries
from marketplace.snapshots import plain, values

UNDO_FOR: Final = timedelta(minutes=1)
# What was recorded holds texts: it is kept no longer than somebody may press the button.
KEPT: Final = timedelta(hours=1)
UNDONE: Final = "undone"

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
Snapshot = dict[str, Any]


class CannotUndo(MarketplaceError):
    """It can't be taken back any more. ``why``: "time" (over a minute), "told" or "changed"."""

    def __init__(self, step_id: UUID, why: str) -> None:
        super().__init__(f"step {step_id}: {why}")
        self.step_id, self.why = step_id, why


def record(
    session: Session,
    act: str,
    do: Callable[[], T],
    *,
    request_ids: Iterable[UUID],
    actor: Actor,
    now: datetime,
) -> T:
    """Do something with one or two cases so that it can be taken back: ``request_ids``, the one it is shown at first.

    A request that comes of it is found by itself. Raises what ``do`` raises.
    """
    before = {request_id: _read(session, request_id) for request_id in request_ids}
    told = {message.id for message in queries.list_messages_of(session, before, at=now)}
    result = do()
    session.flush()
    first = next(iter(before))
    touched = [*before, *(_made(result) - before.keys())]
    after = {request_id: _read(session, request_id) for request_id in touched}
    if {key: after[key] for key in before} == before and len(touched) == len(before):
        return result
    until = now + UNDO_FOR
    for request_id in touched:
        after[request_id] = _keep_quiet(session, request_id, until)
    step = UndoStep(
        municipality_id=requests.get_request(session, first).municipality_id,
        request_id=first,
        actor_id=actor.person_id,
        act=act,
        at=now,
        until_at=until,
        before={str(key): value for key, value in before.items()},
        after={
            "cases": {str(key): value for key, value in after.items()},
            "messages": _hold_back(session, touched, told, until, at=now),
        },
    )
    session.add(step)
    session.flush()
    return result


def undo(session: Session, *, step_id: UUID, actor: Actor, now: datetime) -> UndoStep:
    """Everything is as it was before the step. Pressed twice, the first press did it.

    Raises NotFound, NotAllowed, CannotUndo.
    """
    step = queries.lock_step(session, step_id)
    if step is None or step.request_id is None:
        raise NotFound(f"step {step_id}")
    permissions.require(step.actor_id == actor.person_id)
    if step.undone_at is not None:
        return step
    if now >= step.until_at:
        raise CannotUndo(step_id, "time")
    cases = {UUID(key): value for key, value in step.after["cases"].items()}
    held = {key: requests.lock_request(session, key) for key in sorted(cases)}
    permissions.require(all(permissions.may_work_case(actor, request) for request in held.values()))
    messages = queries.list_messages(session, [UUID(one) for one in step.after["messages"]])
    if len(messages) != len(step.after["messages"]) or any(_went_out(message) for message in messages):
        raise CannotUndo(step_id, "told")
    if any(_read(session, key) != was for key, was in cases.items()):
        raise CannotUndo(step_id, "changed")
    for message in messages:
        session.delete(message)
    for key, request in held.items():
        before = step.before.get(str(key))
        told: dict[str, Any] = (
            _take_back(session, request, before, cases[key], now) if before else _end(session, request, now)
        )
        history.about_request(
            session,
            EventKind.UNDONE,
            request,
            at=now,
            acting_as=ActingAs.STAFF,
            actor_id=actor.person_id,
            act=step.act,
            **told,
        )
    step.undone_at, step.before, step.after = now, {}, {}
    session.add(step)
    session.flush()
    return step


def forget_old(session: Session, *, now: datetime) -> None:
    """What can't be taken back any more is not kept."""
    for step in queries.list_old_steps(session, now - KEPT):
        session.delete(step)
    session.flush()


# --- before and after ----------------------------------------------------------------------------------------------


def _read(session: Session, request_id: UUID) -> Snapshot:
    """The rows of a case that an act may change, as plain values."""
    session.flush()
    request = requests.get_request(session, request_id)
    question = questions.find_open(session, request_id)
    slots = requests.list_slots(session, request_id)
    return {
        "request": plain(request),
        "slots": {str(slot.number): plain(slot, "status", "free_since_at") for slot in slots},
        "windows": [plain(piece) for piece in requests.list_windows(session, request_id)],
        "weekly": [plain(piece) for piece in requests.list_weekly(session, request_id)],
        "proposals": {
            str(one.id): plain(one, "status", "answered_at", "decline_reason")
            for one in queries.list_proposals(session, request_id)
        },
        "matches": {str(one.id): plain(one, "status") for one in queries.list_matches(session, request_id)},
        "question": str(question.id) if question else None,
    }


def _keep_quiet(session: Session, request_id: UUID, until: datetime) -> Snapshot:
    """The engine leaves the case alone until then. The case as it stands with that."""
    request = requests.get_request(session, request_id)
    request.quiet_until = until
    session.add(request)
    return _read(session, request_id)


def _made(result: object) -> set[UUID]:
    """The request that came of an act, if one did."""
    return {result.id} if isinstance(result, HelpRequest) else set()


def _hold_back(
    session: Session, request_ids: list[UUID], but_not: set[UUID], until: datetime, *, at: datetime
) -> list[str]:
    """Whatever was queued by this act waits until then, and so does the round. The ids of the messages."""
    for due in queries.list_rounds(session, request_ids, at=at):
        due.due_at = max(due.due_at, until)
        session.add(due)
    messages = [one for one in queries.list_messages_of(session, request_ids, at=at) if one.id not in but_not]
    for message in messages:
        if message.next_try_at is not None:
            message.next_try_at = max(message.next_try_at, until)
            session.add(message)
    return [str(message.id) for message in messages]


def _went_out(message: OutboxMessage) -> bool:
    """Whether somebody was told, is being told this moment, or it was done otherwise."""
    return message.attempts > 0 or message.fence > 0 or message.sent_at is not None or message.done_by_id is not None


# --- taking back ---------------------------------------------------------------------------------------------------


def _take_back(
    session: Session, request: HelpRequest, before: Snapshot, after: Snapshot, now: datetime
) -> dict[str, list[Any]]:
    """Every row as it was. What the figures must know: the slots that are free again, and matches that never were."""
    matches = _take_back_matches(session, request.id, before, now)
    _restore_proposals(session, request.id, before, now)
    free = _restore_slots(session, request.id, before)
    _restore_columns(request, before["request"])
    session.add(request)
    if (before["windows"], before["weekly"]) != (after["windows"], after["weekly"]):
        _restore_times(session, request, before)
    if after["question"] is not None and after["question"] != before["question"]:
        asked = session.get_one(RelaxationQuestion, UUID(after["question"]))
        asked.answered_at = now
        session.add(asked)
    session.flush()
    return {"free": free, "gone": [], "matches": matches}


def _end(session: Session, request: HelpRequest, now: datetime) -> dict[str, list[Any]]:
    """A request that came of the act was never asked."""
    slots = requests.list_slots(session, request.id)
    for slot in slots:
        lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
    request.ended_at, request.closed_reason, request.owner_id, request.held_at = now, UNDONE, None, None
    session.add(request)
    session.flush()
    return {"free": [], "gone": [slot.number for slot in slots], "matches": []}


def _take_back_matches(session: Session, request_id: UUID, before: Snapshot, now: datetime) -> list[str]:
    made = [one for one in queries.list_matches(session, request_id) if str(one.id) not in before["matches"]]
    for match in made:
        lifecycle.advance_match(session, match, MatchAction.UNDO, at=now)
    return [str(match.id) for match in made]


def _restore_proposals(session: Session, request_id: UUID, before: Snapshot, now: datetime) -> None:
    for proposal in queries.list_proposals(session, request_id):
        was = before["proposals"].get(str(proposal.id))
        if was is None:
            lifecycle.restore(session, proposal, ProposalStatus.UNDONE, answered_at=now)
        elif was["status"] != proposal.status:
            restored = values(Proposal, was, "answered_at", "decline_reason")
            lifecycle.restore(session, proposal, ProposalStatus(was["status"]), **restored)
            dropped = queries.find_dropped_question(session, proposal)
            if dropped is not None and proposal.status is ProposalStatus.OPEN:
                dropped.next_try_at = now
                session.add(dropped)


def _restore_slots(session: Session, request_id: UUID, before: Snapshot) -> list[int]:
    """The slots that were not free and are again."""
    freed = []
    for slot in requests.list_slots(session, request_id):
        was = before["slots"][str(slot.number)]
        if was["status"] == slot.status:
            continue
        lifecycle.restore(session, slot, SlotStatus(was["status"]), **values(Slot, was, "free_since_at"))
        if slot.status is SlotStatus.FREE:
            freed.append(slot.number)
    return freed


def _restore_columns(request: HelpRequest, was: Mapping[str, Any]) -> None:
    for name, value in values(HelpRequest, was, *was).items():
        if getattr(request, name) != value:
            setattr(request, name, value)


def _restore_times(session: Session, request: HelpRequest, before: Snapshot) -> None:
    for old in (*requests.list_windows(session, request.id), *requests.list_weekly(session, request.id)):
        session.delete(old)
    session.flush()
    session.add_all(RequestWindow(**values(RequestWindow, piece, *piece)) for piece in before["windows"])
    session.add_all(RequestWeekly(**values(RequestWeekly, piece, *piece)) for piece in before["weekly"])
    session.flush()
