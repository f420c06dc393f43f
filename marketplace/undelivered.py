"""A mail that did not arrive is told in another way: by telephone, or by letter to who may not be called."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import NotFound
from marketplace.models import NoticeChannel, Person
from marketplace.permissions import Actor
from marketplace.queries import undelivered


def tell_otherwise(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> NoticeChannel:
    """Put a mail that was given up among the calls, or the letters; pressed twice it stays there. Raises NotFound."""
    message = undelivered.lock_message(session, message_id)
    if message is None or message.person_id is None:
        raise NotFound(f"message {message_id}")
    permissions.require(actor.has_role(message.municipality_id, permissions.CASE_WORKERS))
    if message.channel is NoticeChannel.EMAIL and message.failed_at is not None:
        message.channel = _other_way(session.get_one(Person, message.person_id))
        message.failed_at, message.error, message.attempts, message.next_try_at = None, "", 0, now
        message.fence += 1
        session.add(message)
        session.flush()
    return message.channel


def put_away(session: Session, message_id: UUID, *, actor: Actor) -> None:
    """Nothing needs to be told any more; the mail leaves the list and stays marked as failed in the history."""
    message = undelivered.lock_message(session, message_id)
    if message is None or message.failed_at is None:
        return
    permissions.require(actor.has_role(message.municipality_id, permissions.CASE_WORKERS))
    message.done_by_id, message.outcome = actor.person_id, "put_away"
    session.add(message)
    session.flush()


def _other_way(person: Person) -> NoticeChannel:
    may_call = bool(person.telephone) and person.may_be_called
    return NoticeChannel.TELEPHONE if may_call else NoticeChannel.LETTER
