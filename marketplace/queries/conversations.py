"""What two people wrote to each other: for themselves, and for what time takes. A conversation has the id of its match,
or of its introduction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from marketplace.models import (
    Conversation,
    ConversationRead,
    HelpRequest,
    Introduction,
    Match,
    MatchStatus,
    Message,
    Person,
    Trajectory,
)


class UnreadRow(NamedTuple):
    """A conversation in which somebody has not read everything."""

    conversation_id: UUID
    # The first name of who helps, where one asks; of who asks, where one helps.
    other: str
    unread: int
    last_at: datetime


def list_messages(session: Session, pair_id: UUID) -> Sequence[Message]:
    """Every message of a conversation, in the order in which they came."""
    query = select(Message).where(Message.conversation_id == pair_id).order_by(col(Message.seq))
    return session.exec(query).all()


def find_message(session: Session, message_id: UUID) -> Message | None:
    """One message."""
    return session.exec(select(Message).where(Message.id == message_id)).first()


def find_sent(session: Session, pair_id: UUID, sender_id: UUID, token: str) -> Message | None:
    """What this press of the button already sent."""
    query = select(Message).where(
        Message.conversation_id == pair_id, Message.sender_id == sender_id, Message.token == token
    )
    return session.exec(query).first()


def count_sent(session: Session, pair_id: UUID, sender_id: UUID, *, since: datetime) -> int:
    """How many messages somebody wrote in a conversation since a moment."""
    query = select(func.count()).where(
        Message.conversation_id == pair_id, Message.sender_id == sender_id, col(Message.sent_at) > since
    )
    return session.exec(query).one()


def get_read_seq(session: Session, pair_id: UUID, person_id: UUID) -> int:
    """Up to which message somebody has read; 0 where none."""
    row = session.get(ConversationRead, (pair_id, person_id))
    return row.seq if row else 0


def list_unread(session: Session, pair_id: UUID, person_id: UUID, *, is_volunteer: bool) -> Sequence[Message]:
    """What the other side wrote that somebody has not read."""
    query = select(Message).where(
        Message.conversation_id == pair_id,
        col(Message.is_of_volunteer).is_not(is_volunteer),
        col(Message.seq) > get_read_seq(session, pair_id, person_id),
        col(Message.hidden_at).is_(None),
    )
    return session.exec(query.order_by(col(Message.seq))).all()


def list_unread_of(session: Session, person_id: UUID, *, open_since: datetime) -> Sequence[UnreadRow]:
    """The conversations that wait for somebody to be read, the latest first; what closed before a moment is over."""
    found = [
        *_unread_in_matches(session, person_id, open_since),
        *_unread_with_buddies(session, person_id, open_since),
    ]
    return sorted(found, key=lambda row: (row.last_at, str(row.conversation_id)), reverse=True)


def _not_seen_by(person_id: UUID) -> Any:
    seen = (
        select(ConversationRead.seq)
        .where(
            ConversationRead.conversation_id == Message.conversation_id,
            ConversationRead.person_id == person_id,
        )
        .correlate(Message)
        .scalar_subquery()
    )
    return (col(Message.seq) > func.coalesce(seen, 0)) & col(Message.hidden_at).is_(None)


def _unread_in_matches(session: Session, person_id: UUID, open_since: datetime) -> list[UnreadRow]:
    asker, helper = aliased(Person), aliased(Person)
    asks = or_(col(HelpRequest.requester_id) == person_id, col(HelpRequest.representative_id) == person_id)
    query: Any = (
        select(  # type: ignore[call-overload]
            Message.conversation_id,
            Match.person_id,
            asker.first_name,
            HelpRequest.organisation_name,
            helper.first_name.label("helper_name"),  # type: ignore[attr-defined]
            func.count(),
            func.max(Message.sent_at),
        )
        .join(Match, col(Match.id) == col(Message.conversation_id))
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
            _not_seen_by(person_id),
        )
        .group_by(
            Message.conversation_id,
            Match.person_id,
            asker.first_name,
            HelpRequest.organisation_name,
            helper.first_name,
        )
    )
    return [
        UnreadRow(row[0], (row[3] or row[2]) if row[1] == person_id else row[4], row[5], row[6])
        for row in session.execute(query)
    ]


def _unread_with_buddies(session: Session, person_id: UUID, open_since: datetime) -> list[UnreadRow]:
    resident, buddy = aliased(Person), aliased(Person)
    query: Any = (
        select(  # type: ignore[call-overload]
            Message.conversation_id,
            Introduction.person_id,
            resident.first_name,
            buddy.first_name.label("buddy_name"),  # type: ignore[attr-defined]
            func.count(),
            func.max(Message.sent_at),
        )
        .join(Introduction, col(Introduction.id) == col(Message.conversation_id))
        .join(Trajectory, col(Trajectory.id) == col(Introduction.trajectory_id))
        .join(resident, col(resident.id) == col(Trajectory.resident_id))
        .join(buddy, col(buddy.id) == col(Introduction.person_id))
        .where(
            or_(
                (col(Introduction.person_id) == person_id) & col(Message.is_of_volunteer).is_(False),
                (col(Trajectory.resident_id) == person_id) & col(Message.is_of_volunteer).is_(True),
            ),
            or_(col(Introduction.ended_at).is_(None), col(Introduction.ended_at) > open_since),
            _not_seen_by(person_id),
        )
        .group_by(Message.conversation_id, Introduction.person_id, resident.first_name, buddy.first_name)
    )
    return [
        UnreadRow(row[0], row[2] if row[1] == person_id else row[3], row[4], row[5]) for row in session.execute(query)
    ]


def list_to_empty(session: Session, *, ended_before: datetime, limit: int) -> Sequence[Conversation]:
    """Conversations whose words were kept long enough after the end of their match, or of the way with a buddy."""
    query = (
        select(Conversation)
        .outerjoin(Match, col(Match.id) == col(Conversation.match_id))
        .outerjoin(Introduction, col(Introduction.id) == col(Conversation.introduction_id))
        .where(
            col(Conversation.emptied_at).is_(None),
            or_(col(Match.ended_at) <= ended_before, col(Introduction.ended_at) <= ended_before),
        )
        .order_by(func.coalesce(col(Match.ended_at), col(Introduction.ended_at)), col(Conversation.id))
        .limit(limit)
    )
    return session.exec(query).all()


def list_written_by(session: Session, person_id: UUID) -> Sequence[Message]:
    """Everything that somebody wrote, the oldest first."""
    return session.exec(select(Message).where(Message.sender_id == person_id).order_by(col(Message.seq))).all()


def list_near(session: Session, person_id: UUID) -> Sequence[Message]:
    """What others wrote to somebody: their name may stand in it."""
    own = select(HelpRequest.id).where(HelpRequest.requester_id == person_id)
    matched = select(Match.id).where(or_(Match.person_id == person_id, col(Match.request_id).in_(own)))
    ways = select(Trajectory.id).where(Trajectory.resident_id == person_id)
    introduced = select(Introduction.id).where(
        or_(Introduction.person_id == person_id, col(Introduction.trajectory_id).in_(ways))
    )
    near = or_(col(Message.conversation_id).in_(matched), col(Message.conversation_id).in_(introduced))
    return session.exec(select(Message).where(near, Message.sender_id != person_id)).all()


def list_reads_of(session: Session, person_id: UUID) -> Sequence[ConversationRead]:
    """How far somebody read."""
    return session.exec(select(ConversationRead).where(ConversationRead.person_id == person_id)).all()


def list_not_told(session: Session) -> Sequence[UUID]:
    """Messages that are of neither side of their match, or of the two who are on their way with a buddy."""
    in_match = (
        select(Message.id)
        .join(Match, col(Match.id) == col(Message.conversation_id))
        .where(
            col(Message.sender_id).is_not(None),
            or_(
                col(Message.is_of_volunteer) & (col(Message.sender_id) != col(Match.person_id)),
                ~col(Message.is_of_volunteer) & (col(Message.sender_id) == col(Match.person_id)),
            ),
        )
    )
    with_buddy = (
        select(Message.id)
        .join(Introduction, col(Introduction.id) == col(Message.conversation_id))
        .join(Trajectory, col(Trajectory.id) == col(Introduction.trajectory_id))
        .where(
            col(Message.sender_id).is_not(None),
            or_(
                col(Message.is_of_volunteer) & (col(Message.sender_id) != col(Introduction.person_id)),
                ~col(Message.is_of_volunteer) & (col(Message.sender_id) != col(Trajectory.resident_id)),
            ),
        )
    )
    return [*session.exec(in_match), *session.exec(with_buddy)]
