"""What people are to be told: rows in the outbox, written in the same transaction as what they tell of.

Only ids are stored. The words, links and addresses are made when a message is sent, so that a mail
never says more than the person may see at that moment.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from marketplace.models import (
    ContactBy,
    HelpRequest,
    Match,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    Person,
    Proposal,
)
from marketplace.models.columns import new_id
from marketplace.telephones import is_mobile

_TABLE: Final[Any] = OutboxMessage.__table__  # type: ignore[attr-defined]
# Of the same kind, person and occasion the database keeps the first.
_INSERTS: Final = {
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"]),
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"]),
}
# What waits for an answer, or is over before a letter arrives: rather a call, also to who likes letters.
URGENT: Final = frozenset(
    {
        NoticeKind.PROPOSAL,
        NoticeKind.YES_WAITS,
        NoticeKind.MATCH_FOR_REQUESTER,
        NoticeKind.CANCELLED,
        NoticeKind.DATE_PROPOSED,
        NoticeKind.REMINDER,
        NoticeKind.NUDGE,
        NoticeKind.HOW_WAS_IT,
        NoticeKind.RIDE_AGREED,
        NoticeKind.RIDE_UNSURE,
        NoticeKind.RIDE_REMINDER,
        NoticeKind.RIDE_CANCELLED,
        NoticeKind.RIDE_REFERRED,
        NoticeKind.RIDE_NOT_DRIVEN,
        NoticeKind.DRIVER_DAY,
        NoticeKind.DRIVER_DAY_CHANGED,
        NoticeKind.DRIVER_DAY_REMINDER,
        NoticeKind.STANDBY_ASK,
        NoticeKind.STANDBY_OVER,
        NoticeKind.RIDE_FOR_PLANNER,
        NoticeKind.RIDE_MISSED,
        NoticeKind.RELAXATION_ASKED,
        NoticeKind.HAND_OVER_ASKED,
        NoticeKind.GARDEN_DAY_LEADER,
        NoticeKind.GARDEN_DAY_ASKED,
        NoticeKind.GARDEN_DAY_OFF,
        NoticeKind.OCCURRENCE_CHANGED,
        NoticeKind.OCCURRENCE_REMINDER,
        NoticeKind.SERIES_REVIEW,
    }
)

# Not even that these failed is for the eyes of the desk.
CONFIDENTIAL: Final = frozenset(
    {NoticeKind.CONCERN_FOR_HANDLER, NoticeKind.CONCERN_RECEIVED, NoticeKind.CONCERN_CLOSED}
)


def told_for(request: HelpRequest) -> UUID:
    """Who hears how a request stands: who asks in the requester's name, else the requester."""
    return request.representative_id or request.requester_id


def channel_for(person: Person, kind: NoticeKind) -> NoticeChannel:
    """How this person is told this: as they like it best, by a way that there is."""
    may_call = bool(person.telephone) and person.may_be_called
    has_address = bool(person.postcode and person.street)
    if person.contact_by is ContactBy.SMS and person.telephone and is_mobile(person.telephone):
        return NoticeChannel.SMS
    if person.email and (person.contact_by is ContactBy.EMAIL or not (may_call or has_address)):
        return NoticeChannel.EMAIL
    likes_letters = person.contact_by is ContactBy.LETTER and has_address and kind not in URGENT
    return NoticeChannel.TELEPHONE if may_call and not likes_letters else NoticeChannel.LETTER


def queue(
    session: Session,
    kind: NoticeKind,
    *,
    municipality_id: UUID,
    at: datetime,
    key: str,
    person_id: UUID | None = None,
    email: str | None = None,
    not_before: datetime | None = None,
    **subject: UUID,
) -> None:
    """Queue one message to one person (or, before they are known, one address), by the channel that reaches them.

    ``key`` names the occasion: of the same kind, person and occasion the database keeps the first only.
    ``subject`` holds the ids that the message is about: request, proposal, match, link, draft.
    """
    person = session.get(Person, person_id) if person_id and not email else None
    session.flush()
    session.execute(
        _INSERTS[session.get_bind().dialect.name],
        {
            "id": new_id(),
            "municipality_id": municipality_id,
            "kind": kind,
            "person_id": person_id,
            "email": email,
            "subject": {name: str(value) for name, value in subject.items()},
            "dedupe_key": f"{kind.value}:{key}:{person_id or 'address'}",
            "channel": channel_for(person, kind) if person else NoticeChannel.EMAIL,
            "queued_at": at,
            "next_try_at": max(at, not_before) if not_before else at,
            "attempts": 0,
            "fence": 0,
            "outcome": "",
            "error": "",
        },
    )


def about_request(
    session: Session,
    kind: NoticeKind,
    request: HelpRequest,
    *,
    to: UUID,
    at: datetime,
    key: str = "",
    not_before: datetime | None = None,
    **subject: UUID,
) -> None:
    """Queue a message about a request; once for each unless ``key`` names the occasion."""
    queue(
        session,
        kind,
        municipality_id=request.municipality_id,
        person_id=to,
        at=at,
        key=key or str(request.id),
        email=None,
        not_before=not_before,
        request=request.id,
        **subject,
    )


def about_proposal(
    session: Session,
    kind: NoticeKind,
    proposal: Proposal,
    *,
    at: datetime,
    to: UUID | None = None,
    key: str = "",
    not_before: datetime | None = None,
) -> None:
    """Queue a message about a proposal, to who was asked or ``to`` another; once for each without ``key``."""
    queue(
        session,
        kind,
        municipality_id=proposal.municipality_id,
        person_id=to or proposal.person_id,
        at=at,
        key=key or str(proposal.id),
        not_before=not_before,
        request=proposal.request_id,
        proposal=proposal.id,
    )


def about_match(session: Session, kind: NoticeKind, match: Match, *, to: UUID, at: datetime, key: str = "") -> None:
    """Queue a message about a match to one of the two, or to who asked for them; once for each without ``key``."""
    queue(
        session,
        kind,
        municipality_id=match.municipality_id,
        person_id=to,
        at=at,
        key=key or str(match.id),
        request=match.request_id,
        match=match.id,
        proposal=match.proposal_id,
    )
