"""Messages between two people, inside the platform: short, plain, and closed when their details close. The two of a
match, or who is a buddy and who has one.

A mail says that there is a message and from whom, never what it says. Nobody else reads them; what staff see of one
that was reported, they see in `moderating`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import screening
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.models import Conversation, ConversationRead, Message, Person
from marketplace.permissions import Actor
from marketplace.queries import conversations as queries
from marketplace.talk import pairs
from marketplace.talk.pairs import CONTACT, Pair
from marketplace.textguard import find_private


@dataclass(frozen=True)
class MessagePolicy:
    """How long a message may be, how many somebody may send, and how long words are kept after they were closed."""

    most_characters: int = 500
    most_a_day: int = 30
    kept_days_after_end: int = 90

    def __post_init__(self) -> None:
        if min(self.most_characters, self.most_a_day, self.kept_days_after_end) <= 0:
            raise ValueError("MessagePolicy: every amount is above 0")
        if self.kept_days_after_end <= CONTACT.days_after_end:
            raise ValueError("MessagePolicy: what is closed may still have to be looked into")


POLICY: Final = MessagePolicy()


class ContactDetailsInside(InvalidInput):
    """A number or an address in a message while the two do not have each other's yet: they may send it, knowingly."""


@dataclass(frozen=True)
class Opened:
    """A conversation as one of the two sees it."""

    pair: Pair
    is_volunteer: bool
    # Whether they may write now; where not, nothing of it is shown any more.
    is_open: bool = False
    messages: tuple[Message, ...] = ()
    # Up to which message they had read before.
    read_seq: int = 0


def open_conversation(session: Session, *, pair_id: UUID, actor: Actor, now: datetime) -> Opened:
    """Read it, which marks it as read. Raises NotFound, also for who is not one of the two."""
    pair = pairs.get_own(session, pair_id, actor)
    if not pairs.is_open(session, pair, now=now):
        return Opened(pair, pair.is_helper(actor.person_id))
    opened = Opened(
        pair=pair,
        is_volunteer=pair.is_helper(actor.person_id),
        is_open=True,
        messages=tuple(queries.list_messages(session, pair_id)),
        read_seq=queries.get_read_seq(session, pair_id, actor.person_id),
    )
    if opened.messages:
        mark_read(session, pair_id, actor.person_id, opened.messages[-1].seq or 0)
    return opened


def write(
    session: Session,
    *,
    pair_id: UUID,
    text: str,
    token: str,
    actor: Actor,
    now: datetime,
    knowingly: bool = False,
    typed_by: Actor | None = None,
) -> Message:
    """Send one message; the same press of the button sends it once.

    ``knowingly``: they saw that a number or an address stands in it before it may be shared. ``typed_by``: who of the
    staff writes down what they said by telephone. Raises NotFound, InvalidInput, ContactDetailsInside,
    IllegalTransition where it is closed.
    """
    pair = pairs.hold(session, pairs.get_own(session, pair_id, actor))
    token = token[:36] or str(uuid4())
    if (known := queries.find_sent(session, pair_id, actor.person_id, token)) is not None:
        return known
    if not pairs.is_open(session, pair, now=now):
        raise IllegalTransition("conversation", "closed", "write")
    _check(session, pair_id, text, actor, now)
    if not pairs.knows_details(pair, now=now) and not knowingly and find_private(text) is not None:
        raise ContactDetailsInside({"text": "message_private"})
    return _store(session, pair, text.strip(), token, actor, typed_by, now)


def mark_read(session: Session, pair_id: UUID, person_id: UUID, seq: int) -> None:
    """Somebody has read up to this message; never moves back."""
    row = session.get(ConversationRead, (pair_id, person_id))
    if row is None:
        try:
            with session.begin_nested():
                session.add(ConversationRead(conversation_id=pair_id, person_id=person_id, seq=seq))
        except IntegrityError:  # two tabs at once; the other one wrote the row
            session.expire_all()
    elif row.seq < seq:
        row.seq = seq
        session.add(row)
        session.flush()


def read_out(session: Session, *, pair_id: UUID, person_id: UUID) -> None:
    """Somebody without e-mail was told what was written."""
    messages = queries.list_messages(session, pair_id)
    if messages:
        mark_read(session, pair_id, person_id, messages[-1].seq or 0)


def empty(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Who wrote, when and how much stays; the words go."""
    for message in queries.list_messages(session, conversation.id):
        message.text, message.sender_id, message.typed_by_id = "", None, None
        session.add(message)
    conversation.emptied_at = now
    session.add(conversation)
    session.flush()


def _check(session: Session, pair_id: UUID, text: str, actor: Actor, now: datetime) -> None:
    if not text.strip():
        raise InvalidInput({"text": "message_missing"})
    if len(text.strip()) > POLICY.most_characters:
        raise InvalidInput({"text": "message_long"})
    if queries.count_sent(session, pair_id, actor.person_id, since=now - timedelta(days=1)) >= POLICY.most_a_day:
        raise InvalidInput({"text": "message_many"})


def _store(
    session: Session, pair: Pair, text: str, token: str, actor: Actor, typed_by: Actor | None, now: datetime
) -> Message:
    if session.get(Conversation, pair.id) is None:
        session.add(
            Conversation(
                id=pair.id,
                match_id=pair.match.id if pair.match else None,
                introduction_id=pair.introduction.id if pair.introduction else None,
                municipality_id=pair.municipality_id,
                began_at=now,
            )
        )
        session.flush()
    message = Message(
        conversation_id=pair.id,
        municipality_id=pair.municipality_id,
        sender_id=actor.person_id,
        typed_by_id=typed_by.person_id if typed_by else None,
        is_of_volunteer=pair.is_helper(actor.person_id),
        text=text,
        token=token,
        sent_at=now,
    )
    session.add(message)
    session.flush()
    _tell_other(session, pair, message, now)
    screening.screen_message(
        session,
        message,
        match_id=pair.match.id if pair.match else None,
        introduction_id=pair.introduction.id if pair.introduction else None,
        now=now,
    )
    return message


def _tell_other(session: Session, pair: Pair, message: Message, now: datetime) -> None:
    """Once for everything that they have not read."""
    to = pair.told_id if message.is_of_volunteer else pair.helper_id
    if session.get_one(Person, to).erased_at is None:
        pairs.tell(session, pair, to=to, key=f"{pair.id}:{queries.get_read_seq(session, pair.id, to)}", at=now)
