"""Calls to make and letters to post: what waits, for whom, and until when it is of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import (
    HelpRequest,
    Match,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    Person,
    Proposal,
    Skill,
)

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Call:
    """One call to make. ``until`` is when the answer must be in; None where there is nothing to answer."""

    id: UUID
    kind: NoticeKind
    name: str
    about: str
    attempts: int
    queued_at: datetime
    next_try_at: datetime
    until: datetime | None
    held_by_id: UUID | None
    held_by: str


def lock_message(session: Session, message_id: UUID) -> OutboxMessage | None:
    """One row of the outbox, held against colleagues until the unit ends."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()).first()


def list_calls_to(session: Session, person_id: UUID) -> Sequence[OutboxMessage]:
    """What one person is still to be told by telephone."""
    query = select(OutboxMessage).where(
        OutboxMessage.person_id == person_id,
        OutboxMessage.channel == NoticeChannel.TELEPHONE,
        col(OutboxMessage.next_try_at).is_not(None),
    )
    return session.exec(query.order_by(col(OutboxMessage.queued_at))).all()


def list_letters(
    session: Session, municipality_id: UUID, *, now: datetime, only: frozenset[UUID] | None = None
) -> Sequence[OutboxMessage]:
    """The letters that wait to be printed, all of them or some."""
    query = select(OutboxMessage).where(
        OutboxMessage.municipality_id == municipality_id,
        OutboxMessage.channel == NoticeChannel.LETTER,
        col(OutboxMessage.next_try_at) <= now,
    )
    if only is not None:
        query = query.where(col(OutboxMessage.id).in_(only))
    return session.exec(query.order_by(col(OutboxMessage.queued_at), col(OutboxMessage.id))).all()


def list_calls(session: Session, municipality_id: UUID, *, most: int = 200) -> list[Call]:
    """The calls to make, the one whose answer is wanted soonest first; then in the order in which they came."""
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.municipality_id == municipality_id,
            OutboxMessage.channel == NoticeChannel.TELEPHONE,
            col(OutboxMessage.next_try_at).is_not(None),
        )
        .order_by(col(OutboxMessage.queued_at), col(OutboxMessage.id))
        .limit(most)
    )
    messages = session.exec(query).all()
    proposals = _by_id(session, Proposal, {message.subject.get("proposal") for message in messages})
    matches = _by_id(session, Match, {message.subject.get("match") for message in messages})
    asked = _by_id(session, HelpRequest, {message.subject.get("request") for message in messages})
    skills = {skill.code: skill.label_nl for skill in session.exec(select(Skill))}
    people = _by_id(
        session, Person, {str(one) for message in messages for one in (message.person_id, message.done_by_id) if one}
    )
    calls = []
    for message in messages:
        proposal = proposals.get(message.subject.get("proposal", ""))
        match = matches.get(message.subject.get("match", ""))
        request = asked.get(message.subject.get("request", ""))
        if _is_moot(message, proposal, match):
            continue
        person, holder = people.get(str(message.person_id)), people.get(str(message.done_by_id))
        assert message.next_try_at is not None
        calls.append(
            Call(
                id=message.id,
                kind=message.kind,
                name=f"{person.first_name} {person.last_name}".strip() if person else "",
                about=skills.get(request.skill_code, "") if request else "",
                attempts=message.attempts,
                queued_at=message.queued_at,
                next_try_at=message.next_try_at,
                until=_until(message, proposal, match),
                held_by_id=message.done_by_id,
                held_by=holder.first_name if holder else "",
            )
        )
    return sorted(calls, key=lambda call: (call.until is None, call.until or call.queued_at))


def _until(message: OutboxMessage, proposal: Proposal | None, match: Match | None) -> datetime | None:
    if message.kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS):
        return proposal.expires_at if proposal else None
    if message.kind is NoticeKind.MATCH_FOR_REQUESTER:
        return match.objection_until if match else None
    return None


def _is_moot(message: OutboxMessage, proposal: Proposal | None, match: Match | None) -> bool:
    """Nobody needs to be called about a question that is over."""
    if message.kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS):
        return proposal is None or proposal.status not in LIVE_PROPOSALS
    if message.kind is NoticeKind.MATCH_FOR_REQUESTER:
        return match is None or match.status is not MatchStatus.AGREED
    return False


def _by_id(session: Session, kind: type[Row], ids: set[str | None]) -> Mapping[str, Row]:
    wanted = [UUID(one) for one in ids if one]
    if not wanted:
        return {}
    return {str(row.id): row for row in session.exec(select(kind).where(kind.id.in_(wanted)))}  # type: ignore[attr-defined]
