"""What the two of a match wrote: for themselves, and for what time takes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from marketplace.models import Conversation, ConversationRead, HelpRequest, Match, MatchStatus, Message, Person


class UnreadRow(NamedTuple):
    """A conversation in which somebody has not read everything."""

    match_id: UUID
    # The first name of who helps, where one asks; of who asks, where one helps.
    other: str
    unread: int
    last_at: datetime


def find_conversation(session: Session, match_id: UUID) -> Conversation | None:
    """What was written within a match, if anything was."""
    return session.get(Conversation, match_id)


def list_messages(session: Session, match_id: UUID) -> Sequence[Message]:
    """Every message of a match, in the order in which they came."""
    query = select(Message).where(Message.match_id == match_id).order_by(col(Message.seq))
    return session.exec(query).all()


def find_message(session: Session, message_id: UUID) -> Message | None:
    """One message."""
    return session.exec(select(Message).where(Message.id == message_id)).first()


def find_sent(session: Session, match_id: UUID, sender_id: UUID, token: str) -> Message | None:
    """What this press of the button already sent."""
    query = select(Message).where(Message.match_id == match_id, Message.sender_id == sender_id, Message.token == token)
    return session.exec(query).first()


def count_sent(session: Session, match_id: UUID, sender_id: UUID, *, since: datetime) -> int:
    """How many messages somebody wrote in a conversation since a moment."""
    query = select(func.count()).where(
        Message.match_id == match_id, Message.sender_id == sender_id, col(Message.sent_at) > since
    )
    return session.exec(query).one()


def get_read_seq(session: Session, match_id: UUID, person_id: UUID) -> int:
    """Up to which message somebody has read; 0 where none."""
    row = session.get(ConversationRead, (match_id, person_id))
    return row.seq if row else 0


def list_unread(session: Session, match_id: UUID, person_id: UUID, *, is_volunteer: bool) -> Sequence[Message]:
    """What the other side wrote that somebody has not read."""
    query = select(Message).where(
        Message.match_id == match_id,
        col(Message.is_of_volunteer).is_not(is_volunteer),
        col(Message.seq) > get_read_seq(session, match_id, person_id),
        col(Message.hidden_at).is_(None),
    )
    return session.exec(query.order_by(col(Message.seq))).all()


def list_unread_of(session: Session, person_id: UUID, *, open_since: datetime) -> Sequence[UnreadRow]:
    """The conversations that wait for somebody to be read, the latest first; what closed before a moment is over."""
    asker, helper = aliased(Person), aliased(Person)
    seen = (
        select(ConversationRead.seq)
        .where(ConversationRead.match_id == Message.match_id, ConversationRead.person_id == person_id)
        .correlate(Message)
        .scalar_subquery()
    )
    asks = or_(col(HelpRequest.requester_id) == person_id, col(HelpRequest.representative_id) == person_id)
    query: Any = (
        select(  # type: ignore[call-overload]
            Message.match_id,
            Match.person_id,
            asker.first_name,
            HelpRequest.organisation_name,
            helper.first_name.label("helper_name"),  # type: ignore[attr-defined]
            func.count(),
            func.max(Message.sent_at),
        )
        .join(Match, col(Match.id) == col(Message.match_id))
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(asker, col(asker.id) == col(HelpRequest.requester_id))
        .join(helper, col(helper.id) == col(Match.person_id))
        .where(
            or_(
                (col(Match.person_id) == person_id) & col(Message.is_of_volunteer).is_(False),
                asks & col(Message.is_of_volunteer).is_(True),
            ),
            Match.status != MatchStatus.OBJECTED,
            or_(col(Match.ended_at).is_(None), col(Match.ended_at) > open_since),
            col(Message.hidden_at).is_(None),
            col(Message.seq) > func.coalesce(seen, 0),
        )
        .group_by(Message.match_id, Match.person_id, asker.first_name, HelpRequest.organisation_name, helper.first_name)
    )
    rows = [
        UnreadRow(
            row[0],
            (row[3] or row[2]) if row[1] == person_id else row[4],
            row[5],
            row[6],
        )
        for row in session.execute(query)
    ]
    return sorted(rows, key=lambda row: (row.last_at, str(row.match_id)), reverse=True)


def list_to_empty(session: Session, *, ended_before: datetime, limit: int) -> Sequence[Conversation]:
    """Conversations whose words were kept long enough after the end of their match."""
    query = (
        select(Conversation)
        .join(Match, col(Match.id) == col(Conversation.match_id))
        .where(col(Conversation.emptied_at).is_(None), col(Match.ended_at) <= ended_before)
        .order_by(col(Match.ended_at), col(Conversation.match_id))
        .limit(limit)
    )
    return session.exec(query).all()


def list_written_by(session: Session, person_id: UUID) -> Sequence[Message]:
    """Everything that somebody wrote, the oldest first."""
    return session.exec(select(Message).where(Message.sender_id == person_id).order_by(col(Message.seq))).all()


def list_near(session: Session, person_id: UUID) -> Sequence[Message]:
    """What the other wrote in somebody's matches: their name may stand in it."""
    own = select(HelpRequest.id).where(HelpRequest.requester_id == person_id)
    theirs = select(Match.id).where(or_(Match.person_id == person_id, col(Match.request_id).in_(own)))
    query = select(Message).where(col(Message.match_id).in_(theirs), Message.sender_id != person_id)
    return session.exec(query).all()


def list_reads_of(session: Session, person_id: UUID) -> Sequence[ConversationRead]:
    """How far somebody read."""
    return session.exec(select(ConversationRead).where(ConversationRead.person_id == person_id)).all()


def list_not_told(session: Session) -> Sequence[UUID]:
    """Messages that are no party's of their match, or lie outside a conversation that knows when it began."""
    query = (
        select(Message.id)
        .join(Match, col(Match.id) == col(Message.match_id))
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(
            col(Message.sender_id).is_not(None),
            or_(
                col(Message.is_of_volunteer) & (col(Message.sender_id) != col(Match.person_id)),
                ~col(Message.is_of_volunteer) & (col(Message.sender_id) == col(Match.person_id)),
            ),
        )
    )
    return session.exec(query).all()


def is_party(session: Session, match_id: UUID, person_id: UUID) -> bool:
    """Whether somebody is one of the two of a match, or asked in the name of one of them."""
    query = (
        select(Match.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(
            Match.id == match_id,
            or_(
                Match.person_id == person_id,
                HelpRequest.requester_id == person_id,
                HelpRequest.representative_id == person_id,
            ),
        )
    )
    return session.exec(query).first() is not None


def get_other_name(session: Session, match_id: UUID, person_id: UUID) -> str:
    """The first name of the other side of a match: who helps, or who asks."""
    query = (
        select(Match.person_id, HelpRequest.requester_id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(Match.id == match_id)
    )
    helper_id, requester_id = session.exec(query).one()
    return session.get_one(Person, requester_id if person_id == helper_id else helper_id).first_name
