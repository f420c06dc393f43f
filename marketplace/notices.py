"""What people are to be told: rows in the outbox, written in the same transaction as what they tell of.

Only ids are stored. The words, links and addresses are made when a message is sent, so that a mail
never says more than the person may see at that moment.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from marketplace import contact_times
from marketplace.models import (
    ContactBy,
    ContactWishes,
    Digest,
    HelpRequest,
    Match,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    Person,
    Proposal,
)
from marketplace.models.columns import new_id
from marketplace.models.work import CONFIDENTIAL
from marketplace.queries import bundles
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
        NoticeKind.BUDDY_QUESTION,
        NoticeKind.BUDDY_MEETING,
        NoticeKind.BUDDY_GO_ON,
        NoticeKind.BUDDY_GOAL,
        NoticeKind.BUDDY_TALK,
    }
)
# A letter would come late, though nothing lapses.
RATHER_CALLED: Final = URGENT | {NoticeKind.MESSAGE_RECEIVED, NoticeKind.TEXT_TO_CHANGE}


# Somebody waits for it at the screen, or works here and is to act: no quiet hours, no waiting.
AT_ONCE: Final = frozenset(
    {
        *CONFIDENTIAL,
        NoticeKind.SIGN_IN,
        NoticeKind.CONFIRM_REQUEST,
        NoticeKind.CONFIRM_OFFER,
        NoticeKind.CONFIRM_RIDE,
        NoticeKind.CONFIRM_ADDRESS,
        NoticeKind.SIGN_IN_CHANGED,
        NoticeKind.ESCALATED_FOR_COORDINATOR,
        NoticeKind.BREAK_GLASS,
        NoticeKind.RIDE_FOR_PLANNER,
        NoticeKind.RIDE_MISSED,
        NoticeKind.STANDS_STILL,
        NoticeKind.ORGANISATION_ASKED,
        NoticeKind.HAND_OVER_FOR_ORGANISATION,
        NoticeKind.HAND_OVER_RETURNED,
        NoticeKind.MODERATION_FOR_STAFF,
    }
)
# May wait for the fixed moment of who wants one mail a day or a week: nothing is lost by it.
CAN_WAIT: Final = frozenset(
    {
        NoticeKind.REQUEST_POSTED,
        NoticeKind.OFFER_MADE,
        NoticeKind.PROPOSAL_WITHDRAWN,
        NoticeKind.YES_NOT_CHOSEN,
        NoticeKind.YES_UNHONOURED,
        NoticeKind.THANKS,
        NoticeKind.RIDE_ASKED,
        NoticeKind.RIDE_RECEIPT,
        NoticeKind.STANDING_RIDE_ASKED,
        NoticeKind.DRIVER_STATEMENT,
        NoticeKind.MESSAGE_RECEIVED,
        NoticeKind.REPORT_CLOSED,
        NoticeKind.TEXT_APPROVED,
    }
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
    likes_letters = person.contact_by is ContactBy.LETTER and has_address and kind not in RATHER_CALLED
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
    until: datetime | None = None,
    **subject: UUID,
) -> None:
    """Queue one message to one person (or, before they are known, one address), by the channel that reaches them.

    ``key`` names the occasion: of the same kind, person and occasion the database keeps the first only.
    ``until`` is when it must be known at the latest: it never waits past half of the time there is.
    ``subject`` holds the ids that the message is about: request, proposal, match, link, draft.
    """
    person = session.get(Person, person_id) if person_id and not email else None
    wishes = session.get(ContactWishes, person_id) if person else None
    channel = channel_for(person, kind) if person else NoticeChannel.EMAIL
    at_best = max(at, not_before) if not_before else at
    row: dict[str, Any] = {
        "id": new_id(),
        "municipality_id": municipality_id,
        "kind": kind,
        "person_id": person_id,
        "email": email,
        "subject": {name: str(value) for name, value in subject.items()},
        "dedupe_key": f"{kind.value}:{key}:{person_id or 'address'}",
        "channel": channel,
        "queued_at": at,
        "next_try_at": _by_wish(wishes, kind, at_best, until),
        "attempts": 0,
        "fence": 0,
        "outcome": "",
        "error": "",
        "bundle_id": None,
    }
    session.flush()
    moment = _digest_moment(wishes, kind, channel, at_best, until)
    if wishes is not None and moment is not None:
        row |= {"bundle_id": _open_digest(session, wishes, municipality_id, at, moment), "next_try_at": None}
    _insert(session, row)


def waits_until(wishes: ContactWishes | None, kind: NoticeKind, at: datetime) -> datetime | None:
    """When a message that is due may go, where its reader has quiet hours now; None where it may go."""
    return None if kind in AT_ONCE or kind in URGENT else contact_times.quiet_until(wishes, at)


def _by_wish(wishes: ContactWishes | None, kind: NoticeKind, at: datetime, until: datetime | None) -> datetime:
    """After the quiet hours; what is urgent only where half of its time at least is left then."""
    later = None if kind in AT_ONCE else contact_times.quiet_until(wishes, at)
    if later is None:
        return at
    has_time = kind not in URGENT if until is None else later <= at + (until - at) / 2
    return later if has_time else at


def _digest_moment(
    wishes: ContactWishes | None, kind: NoticeKind, channel: NoticeChannel, at: datetime, until: datetime | None
) -> datetime | None:
    """When it goes out with others; None where it goes by itself."""
    if wishes is None or kind not in CAN_WAIT or channel is not NoticeChannel.EMAIL:
        return None
    moment = contact_times.next_digest(Digest(wishes.digest), at)
    return None if moment is None or (until is not None and moment >= until) else moment


def _open_digest(
    session: Session, wishes: ContactWishes, municipality_id: UUID, at: datetime, moment: datetime
) -> UUID:
    """The message in which what waits for this moment goes along; of two that are made at once the first stays."""
    key = f"{NoticeKind.DIGEST.value}:{municipality_id}:{moment.isoformat()}:{wishes.person_id}"
    row = {
        "id": new_id(),
        "municipality_id": municipality_id,
        "kind": NoticeKind.DIGEST,
        "person_id": wishes.person_id,
        "email": None,
        "subject": {},
        "dedupe_key": key,
        "channel": NoticeChannel.EMAIL,
        "queued_at": at,
        "next_try_at": _by_wish(wishes, NoticeKind.DIGEST, moment, None),
        "attempts": 0,
        "fence": 0,
        "outcome": "",
        "error": "",
        "bundle_id": None,
    }
    _insert(session, row)
    return bundles.get_digest_id(session, key)


def _insert(session: Session, row: dict[str, Any]) -> None:
    session.connection().execute(_INSERTS[session.get_bind().dialect.name], row)


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
        until=None,
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
        until=proposal.expires_at if kind in (NoticeKind.PROPOSAL, NoticeKind.YES_WAITS) else None,
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
