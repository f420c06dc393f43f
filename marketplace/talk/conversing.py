"""Messages between the two of a match, inside the platform: short, plain, and closed when their details close.

A mail says that there is a message and from whom, never what it says. Nobody else reads them; what staff see of one
that was reported, they see in `moderating`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import notices, permissions, screening
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.models import (
    Conversation,
    ConversationRead,
    HelpRequest,
    Match,
    MatchStatus,
    Message,
    NoticeKind,
    Person,
)
from marketplace.permissions import Actor
from marketplace.policies import ContactPolicy
from marketplace.queries import blocks, matches, meetings, requests
from marketplace.queries import conversations as queries
from marketplace.textguard import find_private
from marketplace.visibility import Situation

CONTACT: Final = ContactPolicy()


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

    match: Match
    request: HelpRequest
    is_volunteer: bool
    # Whether they may write now; where not, nothing of it is shown any more.
    is_open: bool
    messages: tuple[Message, ...]
    # Up to which message they had read before.
    read_seq: int
    # Whether the two have each other's details.
    knows_details: bool


def is_open(session: Session, match: Match, request: HelpRequest, *, now: datetime) -> bool:
    """Whether the two may write: from the last yes until their details close; never where one blocked the other."""
    situation = permissions.situation_in(Actor(match.person_id), match, request, now=now, policy=CONTACT)
    is_running = match.status is MatchStatus.AGREED or situation is Situation.CONFIRMED
    others = {request.requester_id, request.representative_id} - {None}
    return is_running and not any(blocks.find_block(session, match.person_id, one) for one in others if one is not None)


def open_conversation(session: Session, *, match_id: UUID, actor: Actor, now: datetime) -> Opened:
    """Read it, which marks it as read. Raises NotFound, also for who is not one of the two."""
    match, request = _own(session, match_id, actor)
    is_volunteer = actor.person_id == match.person_id
    opened = Opened(
        match=match,
        request=request,
        is_volunteer=is_volunteer,
        is_open=is_open(session, match, request, now=now),
        messages=tuple(queries.list_messages(session, match_id)),
        read_seq=queries.get_read_seq(session, match_id, actor.person_id),
        knows_details=permissions.is_contact_open(match, now=now, policy=CONTACT),
    )
    if opened.is_open and opened.messages:
        mark_read(session, match_id, actor.person_id, opened.messages[-1].seq or 0)
    return opened if opened.is_open else _closed(opened)


def write(
    session: Session,
    *,
    match_id: UUID,
    text: str,
    token: str,
    actor: Actor,
    now: datetime,
    knowingly: bool = False,
) -> Message:
    """Send one message; the same press of the button sends it once.

    ``knowingly``: they saw that a number or an address stands in it before it may be shared. Raises NotFound,
    InvalidInput, ContactDetailsInside, IllegalTransition where it is closed.
    """
    match, request = _own(session, match_id, actor)
    # Held, so that ending the match and writing in it come one after the other.
    requests.lock_request(session, request.id)
    session.refresh(match)
    token = token[:36] or str(uuid4())
    if (known := queries.find_sent(session, match_id, actor.person_id, token)) is not None:
        return known
    if not is_open(session, match, request, now=now):
        raise IllegalTransition("conversation", "closed", "write")
    _check(session, match, text, actor, now)
    knows_details = permissions.is_contact_open(match, now=now, policy=CONTACT)
    if not knows_details and not knowingly and find_private(text) is not None:
        raise ContactDetailsInside({"text": "message_private"})
    return _store(session, match, request, text.strip(), token, actor, now)


def mark_read(session: Session, match_id: UUID, person_id: UUID, seq: int) -> None:
    """Somebody has read up to this message; never moves back."""
    row = session.get(ConversationRead, (match_id, person_id))
    if row is None:
        try:
            with session.begin_nested():
                session.add(ConversationRead(match_id=match_id, person_id=person_id, seq=seq))
        except IntegrityError:  # two tabs at once; the other one wrote the row
            session.expire_all()
    elif row.seq < seq:
        row.seq = seq
        session.add(row)
        session.flush()


def read_out(session: Session, *, match_id: UUID, person_id: UUID) -> None:
    """Somebody without e-mail was told what was written."""
    messages = queries.list_messages(session, match_id)
    if messages:
        mark_read(session, match_id, person_id, messages[-1].seq or 0)


def empty(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Who wrote, when and how much stays; the words go."""
    for message in queries.list_messages(session, conversation.match_id):
        message.text, message.sender_id = "", None
        session.add(message)
    conversation.emptied_at = now
    session.add(conversation)
    session.flush()


def _own(session: Session, match_id: UUID, actor: Actor) -> tuple[Match, HelpRequest]:
    match = matches.get_match(session, match_id)
    request = requests.get_request(session, match.request_id)
    if not permissions.is_party(actor, match, request):
        raise NotFound(f"match {match_id}")
    return match, request


def _closed(opened: Opened) -> Opened:
    return Opened(opened.match, opened.request, opened.is_volunteer, False, (), opened.read_seq, opened.knows_details)


def _check(session: Session, match: Match, text: str, actor: Actor, now: datetime) -> None:
    if not text.strip():
        raise InvalidInput({"text": "message_missing"})
    if len(text.strip()) > POLICY.most_characters:
        raise InvalidInput({"text": "message_long"})
    if queries.count_sent(session, match.id, actor.person_id, since=now - timedelta(days=1)) >= POLICY.most_a_day:
        raise InvalidInput({"text": "message_many"})


def _store(
    session: Session, match: Match, request: HelpRequest, text: str, token: str, actor: Actor, now: datetime
) -> Message:
    if session.get(Conversation, match.id) is None:
        session.add(Conversation(match_id=match.id, municipality_id=match.municipality_id, began_at=now))
        session.flush()
    message = Message(
        match_id=match.id,
        municipality_id=match.municipality_id,
        sender_id=actor.person_id,
        is_of_volunteer=actor.person_id == match.person_id,
        text=text,
        token=token,
        sent_at=now,
    )
    session.add(message)
    session.flush()
    _tell_other(session, match, request, message, now)
    screening.screen_message(session, message, match, now=now)
    return message


def _tell_other(session: Session, match: Match, request: HelpRequest, message: Message, now: datetime) -> None:
    """Once for everything that they have not read; in time for the date that stands."""
    to = notices.told_for(request) if message.is_of_volunteer else match.person_id
    person = session.get_one(Person, to)
    if person.erased_at is not None:
        return
    date = meetings.find_agreed(session, match.id)
    notices.queue(
        session,
        NoticeKind.MESSAGE_RECEIVED,
        municipality_id=match.municipality_id,
        person_id=to,
        at=now,
        key=f"{match.id}:{queries.get_read_seq(session, match.id, to)}",
        until=date.starts_at if date is not None and date.starts_at > now else None,
        request=match.request_id,
        match=match.id,
    )
