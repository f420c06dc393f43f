"""Rows that cannot be: what `marketplace.invariants` asks the database. Ids, numbers and moments; nobody's words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES, STANDING_MATCHES
from marketplace.models import (
    Appointment,
    BuddyTalk,
    Driver,
    DriverDay,
    DueRow,
    Event,
    EventKind,
    FileLook,
    GardenDay,
    HelpRequest,
    Introduction,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    OfferAvailability,
    OfferSkill,
    OutboxMessage,
    Person,
    Proposal,
    ProposalStatus,
    RelaxationQuestion,
    Report,
    Ride,
    SignIn,
    Slot,
    SlotStatus,
    StaffRole,
    StaffRoleKind,
    StandbyAsk,
    StandingRide,
    Suspension,
    Trajectory,
)

# What a message may be about, by the name that its subject gives it. Links and drafts are forgotten in time.
ABOUT: Final[dict[str, type[SQLModel]]] = {
    "request": HelpRequest,
    "proposal": Proposal,
    "match": Match,
    "appointment": Appointment,
    "ride": Ride,
    "standing": StandingRide,
    "driver_day": DriverDay,
    "standby": StandbyAsk,
    "driver": Driver,
    "question": RelaxationQuestion,
    "garden_day": GardenDay,
    "report": Report,
    "suspension": Suspension,
    "trajectory": Trajectory,
    "introduction": Introduction,
    "talk": BuddyTalk,
}
# The later moment of each pair never lies before the earlier one.
IN_ORDER: Final[tuple[tuple[type[SQLModel], str, str], ...]] = (
    (HelpRequest, "posted_at", "version_at"),
    (HelpRequest, "posted_at", "respond_by"),
    (HelpRequest, "posted_at", "ended_at"),
    (Proposal, "proposed_at", "expires_at"),
    (Proposal, "proposed_at", "answered_at"),
    (Match, "made_at", "objection_until"),
    (Match, "made_at", "confirmed_at"),
    (Match, "made_at", "ended_at"),
    (Appointment, "proposed_at", "answered_at"),
    (Trajectory, "asked_at", "ended_at"),
    (Introduction, "introduced_at", "started_at"),
    (Introduction, "introduced_at", "ended_at"),
    (BuddyTalk, "due_at", "asked_at"),
    (BuddyTalk, "asked_at", "held_at"),
    (OutboxMessage, "queued_at", "sent_at"),
    (OutboxMessage, "queued_at", "failed_at"),
    (DueRow, "created_at", "done_at"),
    (SignIn, "signed_in_at", "expires_at"),
)


def _columns(table: type[SQLModel]) -> Any:
    return table.__table__.c  # type: ignore[attr-defined]


_request, _slot, _proposal, _match = (_columns(table) for table in (HelpRequest, Slot, Proposal, Match))
_offer, _event, _message, _role = (_columns(table) for table in (Offer, Event, OutboxMessage, StaffRole))


def list_slots_promised_twice(session: Session) -> Sequence[Any]:
    """Slots with more than one standing match: request, number, how many."""
    standing = sa.select(_match.request_id, _match.slot_number, func.count()).where(_match.status.in_(STANDING_MATCHES))
    return session.execute(standing.group_by(_match.request_id, _match.slot_number).having(func.count() > 1)).all()


def list_pairs_matched_twice(session: Session) -> Sequence[Any]:
    """Volunteers with more than one standing match in one request: request, person, how many."""
    standing = sa.select(_match.request_id, _match.person_id, func.count()).where(_match.status.in_(STANDING_MATCHES))
    return session.execute(standing.group_by(_match.request_id, _match.person_id).having(func.count() > 1)).all()


def list_offers_counted_wrong(session: Session) -> Sequence[Any]:
    """Offers whose running matches are not what they are said to be, or too many: id, engaged, capacity, running."""
    running = (
        sa.select(func.count())
        .where(_match.offer_id == _offer.id, _match.status.in_(RUNNING_MATCHES))
        .correlate(Offer)
        .scalar_subquery()
    )
    wrong = or_(_offer.engaged != running, running > _offer.capacity)
    return session.execute(sa.select(_offer.id, _offer.engaged, _offer.capacity, running).where(wrong)).all()


def list_open_requests(session: Session) -> Sequence[Any]:
    """Requests with a free slot: id, owner, next moment, respond-by, whether the owner is staff, rung."""
    is_staff = exists().where(_role.person_id == _request.owner_id, _role.municipality_id == _request.municipality_id)
    columns = (
        _request.id,
        _request.owner_id,
        _request.next_moment_at,
        _request.respond_by,
        is_staff,
        _request.rung,
    )
    return session.execute(sa.select(*columns).where(_has_slot(SlotStatus.FREE))).all()


def list_staffed_municipalities(session: Session, now: datetime) -> set[UUID]:
    """Where anybody can be given a case now."""
    holds = (_role.from_at <= now, or_(_role.until_at.is_(None), _role.until_at > now))
    kinds = _role.kind.in_((StaffRoleKind.COORDINATOR, StaffRoleKind.TEAM_LEAD))
    return set(session.execute(sa.select(_role.municipality_id).where(kinds, *holds)).scalars())


def list_escalated_to_nobody(session: Session, *, responded_before: datetime) -> Sequence[Any]:
    """Requests with a free slot that were handed over, whose time was over by then, and that no person has."""
    columns = (_request.id, _request.municipality_id, _request.respond_by)
    nobodys = (_request.escalated_at.is_not(None), _request.owner_id.is_(None))
    late = _request.respond_by <= responded_before
    return session.execute(sa.select(*columns).where(_has_slot(SlotStatus.FREE), *nobodys, late)).all()


def list_requests_ended_wrong(session: Session) -> Sequence[UUID]:
    """Requests that ended with a place still open or taken, or that go on with none."""
    goes_on = _has_slot(SlotStatus.FREE, SlotStatus.TAKEN)
    is_over = _request.ended_at.is_not(None)
    wrong = or_(and_(goes_on, is_over), and_(~goes_on, ~is_over))
    return session.execute(sa.select(_request.id).where(wrong)).scalars().all()


def list_slots_out_of_step(session: Session) -> Sequence[Any]:
    """Slots whose status and match do not belong together: request, number, both statuses."""
    standing = and_(
        _match.request_id == _slot.request_id,
        _match.slot_number == _slot.number,
        _match.status.in_(STANDING_MATCHES),
    )
    belongs = or_(
        and_(_slot.status == SlotStatus.TAKEN, _match.status.in_(RUNNING_MATCHES)),
        and_(_slot.status == SlotStatus.DONE, _match.status == MatchStatus.DONE),
        and_(_slot.status.not_in((SlotStatus.TAKEN, SlotStatus.DONE)), _match.id.is_(None)),
    )
    columns = (_slot.request_id, _slot.number, _slot.status, _match.status)
    # Where there is no match the comparison is unknown, which is as wrong as false.
    return session.execute(
        sa.select(*columns).outerjoin(Match, standing).where(sa.not_(func.coalesce(belongs, sa.false())))
    ).all()


def list_matches_out_of_step(session: Session) -> Sequence[Any]:
    """Matches that do not belong to their proposal, or lack the moment of their status: id, status."""
    other_pair = or_(_proposal.request_id != _match.request_id, _proposal.person_id != _match.person_id)
    confirmed = _match.status == MatchStatus.CONFIRMED
    ended = _match.status.not_in(RUNNING_MATCHES)
    is_true = _match.status != MatchStatus.UNDONE
    wrong = or_(
        and_(_proposal.status != ProposalStatus.ACCEPTED, is_true),
        other_pair,
        and_(confirmed, _match.confirmed_at.is_(None)),
        ended != _match.ended_at.is_not(None),
    )
    joined = sa.select(_match.id, _match.status).join(Proposal, _match.proposal_id == _proposal.id)
    return session.execute(joined.where(wrong)).all()


def list_proposals_out_of_step(session: Session) -> Sequence[Any]:
    """Proposals accepted without a match, or still open where nobody is wanted any more: id, status."""
    unmatched = and_(
        _proposal.status == ProposalStatus.ACCEPTED,
        ~exists().where(_match.proposal_id == _proposal.id),
    )
    is_wanted = exists().where(_slot.request_id == _proposal.request_id, _slot.status == SlotStatus.FREE)
    idle = and_(_proposal.status.in_(LIVE_PROPOSALS), ~is_wanted)
    return session.execute(sa.select(_proposal.id, _proposal.status).where(or_(unmatched, idle))).all()


def list_matches_told_wrong(session: Session) -> Sequence[Any]:
    """Matches without exactly one event at the moment of the last yes: id, how many."""
    told = (
        sa.select(func.count())
        .where(_event.match_id == _match.id, _event.kind == EventKind.MATCHED, _event.at == _match.made_at)
        .correlate(Match)
        .scalar_subquery()
    )
    ever = (
        sa.select(func.count())
        .where(_event.match_id == _match.id, _event.kind == EventKind.MATCHED)
        .correlate(Match)
        .scalar_subquery()
    )
    return session.execute(sa.select(_match.id, ever).where(or_(told != 1, ever != 1))).all()


def list_match_people(session: Session) -> Sequence[Any]:
    """Matches and their volunteers, where both who asked and who helps are still known: match, volunteer."""
    asked = func.coalesce(_request.representative_id, _request.requester_id)
    volunteer, asker = aliased(Person), aliased(Person)
    query = (
        sa.select(_match.id, _match.person_id)
        .join(HelpRequest, col(HelpRequest.id) == _match.request_id)
        .join(volunteer, col(volunteer.id) == _match.person_id)
        .join(asker, col(asker.id) == asked)
        .where(_match.status != MatchStatus.UNDONE, col(volunteer.erased_at).is_(None), col(asker.erased_at).is_(None))
    )
    return session.execute(query).all()


def list_occasions(session: Session, kind: NoticeKind) -> set[str]:
    """What people were told of, by the kind: the key that keeps it from being told twice."""
    return set(session.execute(sa.select(_message.dedupe_key).where(_message.kind == kind)).scalars())


def iterate_subjects(session: Session) -> Iterator[Any]:
    """What each message is about: id, subject, and whether it goes, or went, to somebody."""
    # Once it is sent, an address is forgotten in time.
    addressed = or_(_message.person_id.is_not(None), _message.email.is_not(None), _message.next_try_at.is_(None))
    rows = sa.select(_message.id, _message.subject, addressed)
    yield from session.execute(rows.execution_options(yield_per=5000))


def list_ids(session: Session, table: type[SQLModel]) -> set[str]:
    """Every id of a table."""
    return {str(found) for found in session.execute(sa.select(_columns(table).id)).scalars()}


def list_chains(session: Session) -> Iterator[Sequence[FileLook]]:
    """The looks at people's files, oldest first, by municipality."""
    for (municipality_id,) in session.execute(sa.select(FileLook.__table__.c.municipality_id).distinct()):  # type: ignore[attr-defined]
        looks = select(FileLook).where(FileLook.municipality_id == municipality_id).order_by(col(FileLook.seq))
        yield session.exec(looks).all()


def list_erased_but_there(session: Session) -> Sequence[Any]:
    """People who were erased and can still be reached, sign in, help or be helped: their ids."""
    person = _columns(Person)
    reachable = or_(person.email.is_not(None), person.telephone.is_not(None))
    has = [
        exists().where(_columns(SignIn).person_id == person.id),
        exists().where(_offer.person_id == person.id, _offer.left_at.is_(None)),
        exists().where(_match.person_id == person.id, _match.status.in_(RUNNING_MATCHES)),
        exists().where(_request.requester_id == person.id, _request.ended_at.is_(None)),
    ]
    return (
        session.execute(sa.select(person.id).where(person.erased_at.is_not(None), or_(reachable, *has))).scalars().all()
    )


def list_out_of_order(session: Session, table: type[SQLModel], earlier: str, later: str) -> Sequence[Any]:
    """Rows of which the later moment lies before the earlier one: the key, then both moments."""
    columns = _columns(table)
    keys = list(table.__table__.primary_key.columns)  # type: ignore[attr-defined]
    first, second = columns[earlier], columns[later]
    return session.execute(sa.select(*keys, first, second).where(second < first)).all()


def count_broken_references(session: Session) -> Iterator[tuple[str, str, int]]:
    """For each foreign key that points at nothing: the table, its columns, how many rows. Asked, not assumed."""
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias()
            joined = and_(*(element.parent == parent.c[element.column.name] for element in key.elements))
            filled = [column.is_not(None) for column in key.columns]
            gone = sa.select(func.count()).select_from(table).where(*filled, ~exists().where(joined))
            if count := session.execute(gone).scalar_one():
                yield table.name, ", ".join(column.name for column in key.columns), count


def check_file(session: Session) -> Sequence[str]:
    """What SQLite finds wrong with its own file; nothing on PostgreSQL, which checks its pages as it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return ()
    said = session.connection().exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [line for line in said if line != "ok"]


def _has_slot(*statuses: SlotStatus) -> ColumnElement[bool]:
    return exists().where(_slot.request_id == _request.id, _slot.status.in_(statuses))


def list_offers_in_brief(session: Session) -> Iterator[tuple[UUID, tuple[str, str], tuple[str, str]]]:
    """Offers, what they say in brief, and what their rows say."""
    skills: dict[UUID, list[str]] = {}
    for offer_id, code in session.exec(select(OfferSkill.offer_id, OfferSkill.skill_code)):
        skills.setdefault(offer_id, []).append(code)
    week: dict[UUID, list[str]] = {}
    pieces = select(
        OfferAvailability.offer_id,
        OfferAvailability.weekday,
        OfferAvailability.start_minute,
        OfferAvailability.end_minute,
    )
    for offer_id, *numbers in session.exec(pieces):
        week.setdefault(offer_id, []).append(":".join(map(str, numbers)))
    for id_, held, days in session.exec(select(Offer.id, Offer.skills_in_brief, Offer.week_in_brief)):
        said = " ".join(sorted(held.split())), " ".join(sorted(days.split()))
        yield id_, said, (" ".join(sorted(skills.get(id_, []))), " ".join(sorted(week.get(id_, []))))
