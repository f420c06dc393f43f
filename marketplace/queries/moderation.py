"""Reports, what they are about, and accounts that were blocked: for those who look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    Channel,
    HelpRequest,
    Match,
    MatchStatus,
    Message,
    ModerationStep,
    Offer,
    Person,
    Report,
    ReportAbout,
    ReportStatus,
    StaffRole,
    StaffRoleKind,
    Suspension,
    SuspensionStatus,
)
from marketplace.queries import blocks

# For other statements: what waits before anybody else may read it.
HELD_REQUESTS: Any = select(Report.request_id).where(
    col(Report.is_held).is_(True), col(Report.request_id).is_not(None), Report.status != ReportStatus.CLOSED
)
HELD_OFFERS: Any = select(Report.offer_id).where(
    col(Report.is_held).is_(True), col(Report.offer_id).is_not(None), Report.status != ReportStatus.CLOSED
)


@dataclass(frozen=True)
class ReportRow:
    """A report with the first names of whose text it is and whose work."""

    report: Report
    person: str
    owner: str


@dataclass(frozen=True)
class StepRow:
    """A step with the first name of who took it; empty for the machine."""

    step: ModerationStep
    who: str


# --- one report ----------------------------------------------------------------------------------------------------


def get_report(session: Session, report_id: UUID, *, for_update: bool = False) -> Report:
    """One report. Raises NotFound."""
    query = select(Report).where(Report.id == report_id)
    held = query.with_for_update().execution_options(populate_existing=True) if for_update else query
    if (found := session.exec(held).first()) is None:
        raise NotFound(f"report {report_id}")
    return found


def find_open(session: Session, occasion: str) -> Report | None:
    """What was laid before a person on this occasion and is not settled."""
    return session.exec(select(Report).where(Report.occasion == occasion, Report.status != ReportStatus.CLOSED)).first()


def list_open(session: Session, municipality_id: UUID) -> Sequence[ReportRow]:
    """What waits in one municipality, what is due first on top."""
    return _rows(session, Report.municipality_id == municipality_id, Report.status != ReportStatus.CLOSED)


def list_closed(session: Session, municipality_id: UUID, *, limit: int = 40) -> Sequence[ReportRow]:
    """What was settled last."""
    where = (Report.municipality_id == municipality_id, Report.status == ReportStatus.CLOSED)
    return _rows(session, *where, order=(col(Report.ended_at).desc(), col(Report.id)), limit=limit)


def list_about(session: Session, person_id: UUID) -> Sequence[Report]:
    """Every report about somebody, the latest first."""
    query = select(Report).where(Report.person_id == person_id)
    return session.exec(query.order_by(col(Report.reported_at).desc(), col(Report.id))).all()


def list_by(session: Session, person_id: UUID) -> Sequence[Report]:
    """What somebody reported, the latest first."""
    query = select(Report).where(Report.reporter_id == person_id)
    return session.exec(query.order_by(col(Report.reported_at).desc(), col(Report.id))).all()


def list_unsettled_of(
    session: Session, *, request_id: UUID | None = None, offer_id: UUID | None = None
) -> Sequence[Report]:
    """What lies before a person about this request, or this offer; held until the unit ends."""
    query = select(Report).where(Report.status != ReportStatus.CLOSED)
    query = query.where(Report.request_id == request_id) if request_id else query.where(Report.offer_id == offer_id)
    return session.exec(query.order_by(col(Report.reported_at), col(Report.id)).with_for_update()).all()


def find_holding(session: Session, request_id: UUID) -> Report | None:
    """By what a request waits before anybody reads it, if it does."""
    query = select(Report).where(
        Report.request_id == request_id, col(Report.is_held).is_(True), Report.status != ReportStatus.CLOSED
    )
    return session.exec(query).first()


def list_found_too(session: Session, report: Report) -> Sequence[Report]:
    """What the machine found in the same text; held until the unit ends."""
    same = [
        column == value
        for column, value in (
            (col(Report.message_id), report.message_id),
            (col(Report.offer_id), report.offer_id),
            (col(Report.request_id), report.request_id),
        )
        if value is not None
    ]
    if not same:
        return ()
    query = select(Report).where(
        *same, Report.status != ReportStatus.CLOSED, col(Report.reporter_id).is_(None), Report.id != report.id
    )
    return session.exec(query.with_for_update()).all()


def is_set_aside(session: Session, request: HelpRequest) -> bool:
    """Whether nobody may be asked for a request now: its text is read first, or the account of who asks is blocked."""
    return find_holding(session, request.id) is not None or blocks.is_suspended(session, request.requester_id)


def list_overdue(session: Session, now: datetime) -> Sequence[UUID]:
    """Reports that nobody looked at in time; what was sent back to its writer too."""
    query = select(Report.id).where(Report.status != ReportStatus.CLOSED, col(Report.next_moment_at) <= now)
    return session.exec(query.order_by(col(Report.next_moment_at), col(Report.id))).all()


def list_steps(
    session: Session, *, report_id: UUID | None = None, suspension_id: UUID | None = None
) -> Sequence[StepRow]:
    """What was done, the oldest first."""
    query = select(ModerationStep, Person.first_name).outerjoin(Person, col(Person.id) == col(ModerationStep.actor_id))
    if report_id is not None:
        query = query.where(ModerationStep.report_id == report_id)
    else:
        query = query.where(ModerationStep.suspension_id == suspension_id)
    return [StepRow(step, name or "") for step, name in session.exec(query.order_by(col(ModerationStep.seq)))]


def list_steps_by(session: Session, report_ids: Sequence[UUID], suspension_ids: Sequence[UUID]) -> Any:
    """The bare steps of some reports and blocked accounts."""
    query = select(ModerationStep).where(
        or_(col(ModerationStep.report_id).in_(report_ids), col(ModerationStep.suspension_id).in_(suspension_ids))
    )
    return session.exec(query).all()


def list_ended_with_words(session: Session, before: datetime, *, limit: int) -> Sequence[Report]:
    """Settled reports whose words were kept long enough."""
    query = select(Report).where(
        Report.status == ReportStatus.CLOSED,
        col(Report.ended_at) <= before,
        or_(Report.words != "", Report.told != "", col(Report.reporter_id).is_not(None)),
    )
    return session.exec(query.order_by(col(Report.ended_at), col(Report.id)).limit(limit)).all()


# --- blocked accounts ----------------------------------------------------------------------------------------------


def get_suspension(session: Session, suspension_id: UUID, *, for_update: bool = False) -> Suspension:
    """One blocked account. Raises NotFound."""
    query = select(Suspension).where(Suspension.id == suspension_id)
    held = query.with_for_update().execution_options(populate_existing=True) if for_update else query
    if (found := session.exec(held).first()) is None:
        raise NotFound(f"suspension {suspension_id}")
    return found


def list_suspensions(session: Session, municipality_id: UUID) -> Sequence[tuple[Suspension, str]]:
    """Accounts that are blocked now, with the first name; appeals first, then the latest."""
    query = (
        select(Suspension, Person.first_name)
        .join(Person, col(Person.id) == col(Suspension.person_id))
        .where(Suspension.municipality_id == municipality_id, Suspension.status != SuspensionStatus.LIFTED)
    )
    rows = session.exec(query.order_by(col(Suspension.began_at).desc(), col(Suspension.id))).all()
    return sorted(rows, key=lambda row: row[0].status is not SuspensionStatus.APPEALED)


def list_appeals(session: Session, municipality_id: UUID) -> Sequence[tuple[Suspension, str, str]]:
    """Appeals that wait, with the first names of who was blocked and of who decides."""
    owner = aliased(Person)
    query = (
        select(Suspension, Person.first_name, owner.first_name)
        .join(Person, col(Person.id) == col(Suspension.person_id))
        .join(owner, col(owner.id) == col(Suspension.owner_id))
        .where(Suspension.municipality_id == municipality_id, Suspension.status == SuspensionStatus.APPEALED)
    )
    return session.exec(query.order_by(col(Suspension.decide_by), col(Suspension.id))).all()


def list_late_appeals(session: Session, now: datetime) -> Sequence[UUID]:
    """Appeals that were not decided in time."""
    query = select(Suspension.id).where(
        Suspension.status == SuspensionStatus.APPEALED, col(Suspension.decide_by) <= now
    )
    return session.exec(query.order_by(col(Suspension.decide_by), col(Suspension.id))).all()


def list_suspensions_of(session: Session, person_id: UUID) -> Sequence[Suspension]:
    """Whenever somebody's account was blocked, the oldest first."""
    query = select(Suspension).where(Suspension.person_id == person_id)
    return session.exec(query.order_by(col(Suspension.began_at), col(Suspension.id))).all()


def list_deciders(session: Session, municipality_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Who may decide on an appeal: team leads first, then coordinators, each who has been one longest first."""
    query = select(StaffRole.person_id, StaffRole.kind).where(
        StaffRole.municipality_id == municipality_id,
        col(StaffRole.kind).in_((StaffRoleKind.TEAM_LEAD, StaffRoleKind.COORDINATOR)),
        col(StaffRole.from_at) <= now,
        or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now),
    )
    rows = session.exec(query.order_by(col(StaffRole.from_at), col(StaffRole.id))).all()
    ordered = sorted(rows, key=lambda row: row[1] is not StaffRoleKind.TEAM_LEAD)
    return list(dict.fromkeys(person_id for person_id, _ in ordered))


# --- who writes ----------------------------------------------------------------------------------------------------


def is_younger(session: Session, person_id: UUID, *, since: datetime) -> bool:
    """Whether somebody is known here since a moment or later."""
    query = select(Person.id).where(Person.id == person_id, col(Person.created_at) >= since)
    return session.exec(query).first() is not None


def has_done(session: Session, person_id: UUID) -> bool:
    """Whether somebody helped, or was helped, to the end."""
    query = (
        select(Match.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(
            Match.status == MatchStatus.DONE, or_(Match.person_id == person_id, HelpRequest.requester_id == person_id)
        )
    )
    return session.exec(query.limit(1)).first() is not None


def list_texts(
    session: Session, municipality_id: UUID, *, since: datetime, least: int, limit: int
) -> Sequence[tuple[UUID, UUID, str]]:
    """The longer texts that people posted themselves since a moment, the latest first: request, person, text."""
    query = (
        select(HelpRequest.id, HelpRequest.requester_id, HelpRequest.text)
        .where(
            HelpRequest.municipality_id == municipality_id,
            HelpRequest.channel == Channel.WEB,
            col(HelpRequest.posted_at) > since,
            func.length(HelpRequest.text) >= least,
        )
        .order_by(col(HelpRequest.posted_at).desc(), col(HelpRequest.id))
        .limit(limit)
    )
    return session.exec(query).all()


def find_author(
    session: Session, about: ReportAbout, subject_id: UUID
) -> tuple[HelpRequest | None, Offer | None, Message | None, UUID | None]:
    """What a report is about, and whose it is; nothing where it is not there."""
    if about is ReportAbout.REQUEST:
        request = session.get(HelpRequest, subject_id)
        return request, None, None, (request.representative_id or request.requester_id) if request else None
    if about is ReportAbout.OFFER:
        offer = session.get(Offer, subject_id)
        return None, offer, None, offer.person_id if offer else None
    if about is ReportAbout.MESSAGE:
        message = session.exec(select(Message).where(Message.id == subject_id)).first()
        return None, None, message, message.sender_id if message else None
    person = session.get(Person, subject_id)
    return None, None, None, person.id if person else None


def list_without_owner(session: Session) -> Sequence[tuple[UUID, UUID]]:
    """Open reports that are nobody's: report and municipality."""
    query = select(Report.id, Report.municipality_id).where(
        Report.status != ReportStatus.CLOSED, col(Report.owner_id).is_(None)
    )
    return session.exec(query).all()


def list_owned(session: Session) -> Sequence[tuple[str, UUID, UUID, datetime]]:
    """What somebody of the staff is to decide: what it is, its id, who, and by when."""
    reports = select(Report.id, Report.owner_id, Report.next_moment_at).where(
        Report.status != ReportStatus.CLOSED, col(Report.owner_id).is_not(None)
    )
    appeals = select(Suspension.id, Suspension.owner_id, Suspension.decide_by).where(
        Suspension.status == SuspensionStatus.APPEALED
    )
    return [
        *(("report", row[0], row[1], row[2]) for row in session.exec(reports) if row[1] is not None),
        *(("appeal", row[0], row[1], row[2]) for row in session.exec(appeals) if row[1] is not None and row[2]),
    ]


def _rows(session: Session, *where: Any, order: Any = (), limit: int | None = None) -> Sequence[ReportRow]:
    person, owner = aliased(Person), aliased(Person)
    query = (
        select(Report, person.first_name, owner.first_name)
        .outerjoin(person, col(person.id) == col(Report.person_id))
        .outerjoin(owner, col(owner.id) == col(Report.owner_id))
        .where(*where)
        .order_by(*(order or (col(Report.next_moment_at), col(Report.id))))
        .limit(limit)
    )
    return [ReportRow(report, name or "", owner_name or "") for report, name, owner_name in session.exec(query)]
