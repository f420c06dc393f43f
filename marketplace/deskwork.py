"""Calls and letters: what people without e-mail are to be told, done by somebody who says how it went.

A call is a row of the outbox, as a mail is. Who takes it has it in hand for a while, so that nobody is called twice
by two colleagues. What was answered is done by the use cases of answering, as the person who said it; here it is
written down that staff passed it on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, history, notices, permissions
from marketplace.errors import NotFound, Overtaken
from marketplace.models import (
    ActingAs,
    ContactBy,
    EventKind,
    Match,
    NoticeChannel,
    OutboxMessage,
    Person,
    Proposal,
)
from marketplace.permissions import Actor
from marketplace.policies import next_asking_moment
from marketplace.queries import bundles, deskwork


@dataclass(frozen=True)
class CallPolicy:
    """How long a call is in somebody's hands, when it is tried again, and when a letter goes instead."""

    in_hand_minutes: int = 20
    again_after_h: float = 2
    tries: int = 3

    def __post_init__(self) -> None:
        if min(self.in_hand_minutes, self.again_after_h, self.tries) <= 0:
            raise ValueError("CallPolicy: every amount is above 0")


POLICY: Final = CallPolicy()
DONE, NOT_REACHED, NO_CALLS, MOOT = "told", "not_reached", "no_calls", "moot"


class InHand(Overtaken):
    """A colleague is calling this person, or did a moment ago."""

    def __init__(self, message_id: UUID) -> None:
        super().__init__(f"call {message_id} is in a colleague's hands, or done")
        self.message_id = message_id


def take(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> OutboxMessage:
    """Have a call in hand for a while; pressed twice it stays so. Raises NotAllowed, NotFound, InHand."""
    message = _open(session, message_id, NoticeChannel.TELEPHONE, actor)
    if not _is_free(message, actor, now):
        raise InHand(message_id)
    if message.done_by_id != actor.person_id or message.next_try_at is None or message.next_try_at <= now:
        message.fence += 1
    message.done_by_id = actor.person_id
    message.next_try_at = now + timedelta(minutes=POLICY.in_hand_minutes)
    return _keep(session, message)


def held(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> OutboxMessage:
    """The call that this person has in hand. Raises NotAllowed, NotFound, InHand where it is no longer theirs."""
    message = _open(session, message_id, NoticeChannel.TELEPHONE, actor)
    if message.done_by_id != actor.person_id or not _is_free(message, actor, now):
        raise InHand(message_id)
    return message


def note_looks(
    session: Session,
    message: OutboxMessage,
    people: Iterable[UUID],
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Staff have these people's names and numbers before them, to call or to write: each can read so afterwards."""
    about = message.subject.get("request")
    for person_id in people:
        file_looks.record(
            session,
            municipality_id=message.municipality_id,
            staff_id=actor.person_id,
            person_id=person_id,
            request_id=UUID(about) if about else None,
            action=action,
            reason="",
            now=now,
        )


def give_back(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Not now after all: a colleague may call at once. Raises as `held`."""
    message = held(session, message_id, actor=actor, now=now)
    message.done_by_id, message.next_try_at = None, now
    _keep(session, message)


def told(session: Session, message: OutboxMessage, *, actor: Actor, now: datetime, outcome: str = DONE) -> None:
    """They know now."""
    message.attempts += 1
    _end(session, message, actor, outcome)
    message.sent_at = now
    bundles.mark_told(session, message.id, now)


def not_reached(session: Session, message: OutboxMessage, *, actor: Actor, now: datetime) -> bool:
    """Nobody answered: later again, and after some tries a letter; whether it became one."""
    message.attempts += 1
    message.done_by_id, message.outcome = None, NOT_REACHED
    message.next_try_at = next_asking_moment(now + timedelta(hours=POLICY.again_after_h))
    is_enough = message.attempts >= POLICY.tries
    if is_enough:
        message.channel, message.next_try_at = NoticeChannel.LETTER, now
    _keep(session, message)
    return is_enough


def never_call(session: Session, message: OutboxMessage, *, actor: Actor, now: datetime) -> None:
    """They don't want to be called any more: everything that still waits goes another way too."""
    person = session.get_one(Person, message.person_id)
    person.may_be_called = False
    person.contact_by = ContactBy.EMAIL if person.email else ContactBy.LETTER
    session.add(person)
    told(session, message, actor=actor, now=now, outcome=NO_CALLS)
    for other in deskwork.list_calls_to(session, person.id, now=now):
        other.channel, other.next_try_at, other.done_by_id = notices.channel_for(person, other.kind), now, None
        _keep(session, other)


def drop(session: Session, message: OutboxMessage) -> None:
    """Nothing is left to tell: what it was about has changed since."""
    message.next_try_at, message.done_by_id, message.error = None, None, MOOT
    _keep(session, message)


def post(session: Session, message_ids: Iterable[UUID], *, municipality_id: UUID, actor: Actor, now: datetime) -> int:
    """These letters were printed and posted; how many. One that was posted before is passed over. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    letters = deskwork.list_letters(session, municipality_id, now=now, only=frozenset(message_ids))
    for letter in letters:
        told(session, letter, actor=actor, now=now, outcome="posted")
    return len(letters)


def note_relay(session: Session, about: Proposal | Match, *, actor: Actor, answer: str, now: datetime) -> None:
    """That staff passed on what the machine asked, and what was answered: a helping hand, not a choice."""
    record = history.about_match if isinstance(about, Match) else history.about_proposal
    record(
        session,
        EventKind.PROPOSAL_RELAYED,
        about,  # type: ignore[arg-type]
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        answer=answer,
        channel=NoticeChannel.TELEPHONE.value,
    )


def take_next(session: Session, person_id: UUID | None, *, actor: Actor, now: datetime) -> UUID | None:
    """What else the person on the line is to be told; it is in hand at once."""
    for other in deskwork.list_calls_to(session, person_id, now=now) if person_id else ():
        is_due = other.next_try_at is not None and other.next_try_at <= now
        if is_due and actor.has_role(other.municipality_id, permissions.CASE_WORKERS):
            return take(session, other.id, actor=actor, now=now).id
    return None


def _open(session: Session, message_id: UUID, channel: NoticeChannel, actor: Actor) -> OutboxMessage:
    message = deskwork.lock_message(session, message_id)
    if message is None or message.channel is not channel:
        raise NotFound(f"{channel.value} {message_id}")
    permissions.require(actor.has_role(message.municipality_id, permissions.CASE_WORKERS))
    if message.next_try_at is None:
        raise InHand(message_id)
    return message


def _is_free(message: OutboxMessage, actor: Actor, now: datetime) -> bool:
    is_over = message.next_try_at is not None and message.next_try_at <= now
    return message.done_by_id in (None, actor.person_id) or is_over


def _end(session: Session, message: OutboxMessage, actor: Actor, outcome: str) -> None:
    message.next_try_at, message.done_by_id, message.outcome = None, actor.person_id, outcome
    message.error = ""
    _keep(session, message)


def _keep(session: Session, message: OutboxMessage) -> OutboxMessage:
    session.add(message)
    session.flush()
    return message
