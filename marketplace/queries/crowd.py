"""What the synthetic crowd looks at: what was asked, agreed and handed over since it last looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from marketplace.lifecycle import LIVE_PROMISES
from marketplace.models import (
    AskerKind,
    Conversation,
    Driver,
    DueRow,
    Event,
    EventKind,
    HelpRequest,
    Introduction,
    IntroductionStatus,
    Match,
    MatchStatus,
    Message,
    Offer,
    OfferSkill,
    OutboxMessage,
    Person,
    Promise,
    Proposal,
    ProposalStatus,
    Series,
    Slot,
    SlotStatus,
    StaffRole,
    StaffRoleKind,
    Trajectory,
)


def list_news(session: Session, after_seq: int) -> Sequence[Any]:
    """What happened since: (seq, kind, request, proposal, match, person) of what people react to."""
    kinds = (EventKind.PROPOSED, EventKind.YES_WAITS, EventKind.MATCHED, EventKind.ESCALATED, EventKind.CASE_REASSIGNED)
    query = select(  # type: ignore[call-overload, misc]
        Event.seq, Event.kind, Event.request_id, Event.proposal_id, Event.match_id, Event.person_id
    ).where(col(Event.seq) > after_seq, col(Event.kind).in_(kinds))
    return list(session.exec(query.order_by(Event.seq)))


def find_asked(session: Session, proposal_id: UUID) -> Any:
    """Who was asked, and from how far: (person, distance in km)."""
    return session.exec(select(Proposal.person_id, Proposal.distance_km).where(Proposal.id == proposal_id)).one()


def find_requester_id(session: Session, request_id: UUID) -> UUID:
    """Who asked."""
    return session.exec(select(HelpRequest.requester_id).where(HelpRequest.id == request_id)).one()


def list_open(session: Session, now: datetime) -> Sequence[Any]:
    """Listed requests that look for somebody: (id, kind of help)."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    query = select(HelpRequest.id, HelpRequest.skill_code).where(
        col(HelpRequest.posted_at) <= now,
        col(HelpRequest.respond_by) > now,
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.id).in_(free),
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at))).all()


def list_offers_of_kind(session: Session, skill_code: str) -> Sequence[UUID]:
    """Offers that hold a kind of help and have room, the least busy first."""
    query = (
        select(Offer.id)
        .join(OfferSkill, col(OfferSkill.offer_id) == Offer.id)
        .where(OfferSkill.skill_code == skill_code, col(Offer.left_at).is_(None), Offer.engaged < Offer.capacity)
    )
    return session.exec(query.order_by(col(Offer.engaged), col(Offer.offered_at))).all()


def tick_off_rounds(session: Session, now: datetime) -> None:
    """The rounds asked for were run."""
    session.execute(update(DueRow).where(col(DueRow.done_at).is_(None)).values(done_at=now))


def tick_off_messages(session: Session, before: datetime) -> None:
    """What was to be told in the played past counts as told then."""
    session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.queued_at) < before)
        .values(sent_at=OutboxMessage.queued_at, next_try_at=None)
    )


def find_requester(session: Session, municipality_id: UUID, *, is_organisation: bool) -> Person | None:
    """Somebody who asks now (or asked last)."""
    kind = AskerKind.ORGANISATION if is_organisation else AskerKind.PRIVATE
    query = (
        select(Person)
        .join(HelpRequest, col(HelpRequest.requester_id) == Person.id)
        .where(
            HelpRequest.municipality_id == municipality_id,
            HelpRequest.asker_kind == kind,
            col(Person.email).is_not(None),
        )
    )
    latest = (col(HelpRequest.ended_at).is_not(None), col(HelpRequest.posted_at).desc())
    return session.exec(query.order_by(*latest).limit(1)).first()


def find_by_email(session: Session, email: str) -> Person | None:
    """Who is known by an address."""
    return session.exec(select(Person).where(Person.email == email)).first()


def find_volunteer(session: Session, municipality_id: UUID) -> Person | None:
    """A volunteer who is asked now, or else the newest."""
    query = (
        select(Person)
        .join(Offer, col(Offer.person_id) == Person.id)
        .outerjoin(Proposal, (col(Proposal.offer_id) == Offer.id) & (col(Proposal.status) == ProposalStatus.OPEN))
        .where(Offer.municipality_id == municipality_id, col(Offer.left_at).is_(None))
    )
    return session.exec(query.order_by(col(Proposal.id).is_(None), col(Offer.offered_at).desc()).limit(1)).first()


def find_helped_again(session: Session, municipality_id: UUID) -> Person | None:
    """Who is helped every week, or month."""
    query = (
        select(Person)
        .join(HelpRequest, col(HelpRequest.requester_id) == Person.id)
        .join(Series, col(Series.request_id) == HelpRequest.id)
        .where(Series.municipality_id == municipality_id, col(Person.email).is_not(None))
    )
    return session.exec(query.order_by(col(Series.weekday), col(Series.id)).limit(1)).first()


def find_two_underway(session: Session, municipality_id: UUID) -> tuple[Person | None, Person | None]:
    """Who has a buddy, and the buddy: the two who began last."""
    query = (
        select(Trajectory.resident_id, Introduction.person_id)
        .join(Introduction, col(Introduction.trajectory_id) == Trajectory.id)
        .where(Trajectory.municipality_id == municipality_id, Introduction.status == IntroductionStatus.RUNNING)
        .order_by(col(Introduction.started_at).desc(), col(Introduction.id))
    )
    found = session.exec(query.limit(1)).first()
    return (session.get(Person, found[0]), session.get(Person, found[1])) if found else (None, None)


def find_two_who_write(session: Session, municipality_id: UUID) -> tuple[Person | None, Person | None]:
    """Who asked and who helps, of the first two who wrote to each other."""
    query = (
        select(HelpRequest.requester_id, Match.person_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Conversation, col(Conversation.match_id) == Match.id)
        .join(Message, col(Message.conversation_id) == Conversation.id)
        .where(Match.municipality_id == municipality_id)
        .order_by(col(Message.seq))
    )
    found = session.exec(query.limit(1)).first()
    return (session.get(Person, found[0]), session.get(Person, found[1])) if found else (None, None)


def find_driver(session: Session, municipality_id: UUID) -> Person | None:
    """A driver with most drives promised and still to come."""
    coming = (
        select(func.count())
        .where(col(Promise.person_id) == col(Person.id), col(Promise.status).in_(LIVE_PROMISES))
        .correlate(Person)
        .scalar_subquery()
    )
    query = (
        select(Person)
        .join(Driver, col(Driver.person_id) == Person.id)
        .where(Driver.municipality_id == municipality_id, col(Driver.left_at).is_(None))
    )
    return session.exec(query.order_by(coming.desc(), col(Driver.joined_at), col(Person.first_name)).limit(1)).first()


def find_coordinator(session: Session, municipality_id: UUID) -> Person | None:
    """The coordinator with most cases in hand."""
    cases = (
        select(func.count())
        .select_from(HelpRequest)
        .where(col(HelpRequest.owner_id) == Person.id, col(HelpRequest.ended_at).is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    query = (
        select(Person)
        .join(StaffRole, col(StaffRole.person_id) == Person.id)
        .where(StaffRole.municipality_id == municipality_id, StaffRole.kind == StaffRoleKind.COORDINATOR)
    )
    return session.exec(query.order_by(cases.desc(), col(Person.first_name)).limit(1)).first()


def find_staff(session: Session, municipality_id: UUID, kind: StaffRoleKind) -> Person | None:
    """The member of staff who has had this role longest."""
    query = (
        select(Person)
        .join(StaffRole, col(StaffRole.person_id) == Person.id)
        .where(StaffRole.municipality_id == municipality_id, StaffRole.kind == kind)
    )
    return session.exec(query.order_by(col(StaffRole.from_at), col(Person.first_name)).limit(1)).first()


def list_running_pairs(
    session: Session, municipality_id: UUID, *, before: datetime, limit: int
) -> Sequence[tuple[UUID, UUID, UUID]]:
    """Confirmed matches from before a moment of people who read mail, the latest first: match, who asks, who helps."""
    asker, helper = aliased(Person), aliased(Person)
    query = (
        select(Match.id, HelpRequest.requester_id, Match.person_id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(asker, col(asker.id) == col(HelpRequest.requester_id))
        .join(helper, col(helper.id) == col(Match.person_id))
        .where(
            Match.municipality_id == municipality_id,
            Match.status == MatchStatus.CONFIRMED,
            col(Match.made_at) < before,
            col(asker.email).is_not(None),
            col(helper.email).is_not(None),
        )
        .order_by(col(Match.made_at).desc(), col(Match.id))
        .limit(limit)
    )
    return session.exec(query).all()


def find_unasked(session: Session, municipality_id: UUID) -> UUID | None:
    """Somebody who helps, was never asked and asks nothing."""
    query = (
        select(Offer.person_id)
        .where(
            Offer.municipality_id == municipality_id,
            col(Offer.left_at).is_(None),
            col(Offer.person_id).not_in(select(Proposal.person_id)),
            col(Offer.person_id).not_in(select(HelpRequest.requester_id)),
            col(Offer.person_id).not_in(select(StaffRole.person_id)),
            col(Offer.person_id).not_in(select(Driver.person_id)),
            col(Offer.person_id).not_in(select(Introduction.person_id)),
        )
        .order_by(col(Offer.offered_at), col(Offer.id))
    )
    return session.exec(query.limit(1)).first()
