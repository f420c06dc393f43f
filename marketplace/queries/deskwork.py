"""Calls to make and letters to post: what waits, for whom, and until when it is of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import (
    Evaluation,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    Occurrence,
    OutboxMessage,
    Person,
    Proposal,
    RelaxationQuestion,
    Skill,
)

Row = TypeVar("Row", bound=SQLModel)
# About one time of a series: over when that has begun.
_OF_ONE_TIME: Final = frozenset({NoticeKind.OCCURRENCE_REMINDER, NoticeKind.OCCURRENCE_CHANGED})


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


def list_calls_to(session: Session, person_id: UUID, *, now: datetime) -> Sequence[OutboxMessage]:
    """What one person is still to be told by telephone; questions that are over are left out."""
    query = select(OutboxMessage).where(
        OutboxMessage.person_id == person_id,
        OutboxMessage.channel == NoticeChannel.TELEPHONE,
        col(OutboxMessage.next_try_at).is_not(None),
    )
    messages = session.exec(query.order_by(col(OutboxMessage.queued_at))).all()
    subjects = _Subjects(session, messages, now)
    return [message for message in messages if not subjects.is_moot(message)]


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


def list_calls(session: Session, municipality_id: UUID, *, now: datetime, most: int = 200) -> list[Call]:
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
    subjects = _Subjects(session, messages, now)
    asked = _by_id(session, HelpRequest, {message.subject.get("request") for message in messages})
    skills = {skill.code: skill.label_nl for skill in session.exec(select(Skill))}
    people = _by_id(
        session, Person, {str(one) for message in messages for one in (message.person_id, message.done_by_id) if one}
    )
    calls = []
    for message in messages:
        request = asked.get(message.subject.get("request", ""))
        if subjects.is_moot(message):
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
                until=subjects.until(message),
                held_by_id=message.done_by_id,
                held_by=holder.first_name if holder else "",
            )
        )
    return sorted(calls, key=lambda call: (call.until is None, call.until or call.queued_at))


class _Subjects:
    """What a number of messages are about, read at once."""

    def __init__(self, session: Session, messages: Sequence[OutboxMessage], now: datetime) -> None:
        self._now = now
        self._times = _by_id(session, Occurrence, {message.subject.get("occurrence") for message in messages})
        self._proposals = _by_id(session, Proposal, {message.subject.get("proposal") for message in messages})
        self._matches = _by_id(session, Match, {message.subject.get("match") for message in messages})
        self._questions = _by_id(session, RelaxationQuestion, {message.subject.get("question") for message in messages})
        self._said = _said(session, list(self._matches.values()))

    def until(self, message: OutboxMessage) -> datetime | None:
        """When the answer must be in; None where there is nothing to answer."""
        if message.kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS):
            proposal = self._proposal(message)
            return proposal.expires_at if proposal else None
        if message.kind is NoticeKind.MATCH_FOR_REQUESTER:
            match = self._match(message)
            return match.objection_until if match else None
        if message.kind in _OF_ONE_TIME:
            time = self._times.get(message.subject.get("occurrence", ""))
            return time.starts_at if time else None
        return None

    def is_moot(self, message: OutboxMessage) -> bool:
        """Nobody needs to be called about a question that is over."""
        proposal, match = self._proposal(message), self._match(message)
        if message.kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS):
            return proposal is None or proposal.status not in LIVE_PROPOSALS
        if message.kind is NoticeKind.MATCH_FOR_REQUESTER:
            return match is None or match.status is not MatchStatus.AGREED
        if message.kind is NoticeKind.RELAXATION_ASKED:
            question = self._questions.get(message.subject.get("question", ""))
            return question is None or question.answered_at is not None
        if message.kind in _OF_ONE_TIME:
            time = self._times.get(message.subject.get("occurrence", ""))
            return time is None or time.starts_at <= self._now
        if message.kind is NoticeKind.HOW_WAS_IT:
            return match is None or (match.id, message.person_id == match.person_id) in self._said
        return False

    def _proposal(self, message: OutboxMessage) -> Proposal | None:
        return self._proposals.get(message.subject.get("proposal", ""))

    def _match(self, message: OutboxMessage) -> Match | None:
        return self._matches.get(message.subject.get("match", ""))


def _said(session: Session, asked: list[Match]) -> set[tuple[UUID, bool]]:
    """Of which matches the volunteer (True) or who was helped (False) said how it was."""
    volunteers = {match.id: match.person_id for match in asked}
    query = select(Evaluation.match_id, Evaluation.person_id).where(col(Evaluation.match_id).in_(list(volunteers)))
    return {(match_id, volunteers[match_id] == person_id) for match_id, person_id in session.exec(query)}


def _by_id(session: Session, kind: type[Row], ids: set[str | None]) -> Mapping[str, Row]:
    wanted = [UUID(one) for one in ids if one]
    if not wanted:
        return {}
    return {str(row.id): row for row in session.exec(select(kind).where(kind.id.in_(wanted)))}  # type: ignore[attr-defined]
