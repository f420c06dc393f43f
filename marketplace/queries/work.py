"""What is due: rounds, messages, and who works on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from marketplace.models import (
    Appointment,
    Draft,
    DueKind,
    DueRow,
    GardenDay,
    GardenStatus,
    GroupActivity,
    HandOver,
    HelpRequest,
    Introduction,
    JobClaim,
    Match,
    Municipality,
    NoticeChannel,
    NoticeKind,
    Organisation,
    OrganisationInvitation,
    OutboxMessage,
    ParentalConsent,
    Person,
    Proposal,
    RelaxationQuestion,
    Report,
    RequestWindow,
    ServiceHours,
    SignInLink,
    Skill,
    Suspension,
    Vacancy,
)
from marketplace.policies import AMSTERDAM
from marketplace.queries import conversations, matches, meetings, requests, young
from marketplace.queries.buddy_facts import BuddyFacts, read_buddy_facts
from marketplace.queries.garden_days import count_gardens
from marketplace.queries.recognition import Year, read_year
from marketplace.queries.ride_facts import RideFacts, read_ride_facts
from marketplace.queries.series_facts import SeriesFacts, read_series_facts

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class NoticeFacts:
    """What a message is about, read at the moment of sending. What it has no id of, or what is gone, is None."""

    municipality: Municipality
    to: Person | None
    request: HelpRequest | None
    requester: Person | None
    # Who asks in the requester's name, if anybody does.
    representative: Person | None
    skill: Skill | None
    windows: Sequence[RequestWindow]
    proposal: Proposal | None
    match: Match | None
    volunteer: Person | None
    # The date that stands, or that was changed last; and what the requester said for the volunteer to hear.
    appointment: Appointment | None
    remark: str
    # Somebody else whom it is about, such as a colleague.
    about: Person | None
    link: SignInLink | None
    draft: Draft | None
    about_ride: RideFacts | None
    about_buddy: BuddyFacts | None
    about_series: SeriesFacts | None
    # Whether something may give way, and on which weekdays it was asked for (0 is Monday).
    question: RelaxationQuestion | None
    asked_days: frozenset[int]
    # A case on its way to another organisation.
    hand_over: HandOver | None
    # A child whose parent was asked whether they may help.
    parental: ParentalConsent | None
    # Hours of a service period, and what somebody did in the year before.
    service_hours: ServiceHours | None
    year: Year | None
    # It goes to somebody under sixteen of whom no parent agrees: they are told nothing but that we wait, or stopped.
    is_silenced: bool
    # A group for gardens near each other; how many of these there are, and how many said yes.
    garden_day: GardenDay | None
    gardens: int
    gardens_agreed: int
    organisation: Organisation | None
    invitation: OrganisationInvitation | None
    activity: GroupActivity | None
    # The vacancy of which the request is a shift.
    vacancy: Vacancy | None
    # How many others were asked the same and have not answered.
    others_asked: int
    # What the other of a match wrote and this one has not read: words only where they are read out or posted.
    unread: Sequence[str] = ()
    # Told to somebody without e-mail, by voice or on paper.
    is_read_out: bool = False
    # What was reported, and an account that was blocked.
    report: Report | None = None
    suspension: Suspension | None = None


def find_due_message(
    session: Session, now: datetime, channel: NoticeChannel = NoticeChannel.EMAIL
) -> OutboxMessage | None:
    """The mail, or text message, that waits longest, held against other claimers; on PostgreSQL these pass it over."""
    due = select(OutboxMessage).where(OutboxMessage.channel == channel, col(OutboxMessage.next_try_at) <= now)
    order = (col(OutboxMessage.next_try_at), col(OutboxMessage.queued_at), col(OutboxMessage.id))
    return session.exec(due.order_by(*order).limit(1).with_for_update(skip_locked=True)).first()


def was_told(session: Session, kind: NoticeKind, about_id: UUID) -> bool:
    """Whether a message of this kind about this thing was really sent to somebody."""
    is_about = col(OutboxMessage.dedupe_key).startswith(f"{kind.value}:{about_id}", autoescape=True)
    sent = select(OutboxMessage.id).where(is_about, col(OutboxMessage.sent_at).is_not(None))
    return session.exec(sent.limit(1)).first() is not None


def list_municipalities_due(session: Session, now: datetime) -> Sequence[UUID]:
    """The municipalities in which a round was asked for, the longest waiting first."""
    due = select(DueRow.municipality_id, DueRow.due_at).where(
        DueRow.kind == DueKind.ROUND, col(DueRow.done_at).is_(None), DueRow.due_at <= now
    )
    return list(dict.fromkeys(municipality_id for municipality_id, _ in session.exec(due.order_by(col(DueRow.due_at)))))


def list_due_rows(session: Session, municipality_id: UUID, now: datetime) -> Sequence[UUID]:
    """The rounds that were asked for in one municipality and are due."""
    due = select(DueRow.id).where(
        DueRow.municipality_id == municipality_id,
        DueRow.kind == DueKind.ROUND,
        col(DueRow.done_at).is_(None),
        DueRow.due_at <= now,
    )
    return session.exec(due).all()


def list_municipality_ids(session: Session) -> Sequence[UUID]:
    """Every municipality on this installation."""
    return session.exec(select(Municipality.id).order_by(col(Municipality.slug))).all()


def find_claim(session: Session, job: str) -> JobClaim | None:
    """Who works on a job, held against other claimers until the unit ends."""
    return session.exec(select(JobClaim).where(JobClaim.job == job).with_for_update()).one_or_none()


def read_facts(session: Session, message: OutboxMessage, *, now: datetime) -> NoticeFacts:
    """Everything that the words of one message may need."""
    request = _find(session, HelpRequest, message.subject.get("request"))
    proposal = _find(session, Proposal, message.subject.get("proposal"))
    match = _find(session, Match, message.subject.get("match"))
    link = _find(session, SignInLink, message.subject.get("link"))
    helper = match or proposal
    to = session.get(Person, message.person_id) if message.person_id else None
    asked = matches.count_live_proposals(session, request.id, now=now) if request else 0
    garden_day = _find(session, GardenDay, message.subject.get("garden_day"))
    gardens = count_gardens(session, garden_day.id) if garden_day else {}
    about_buddy = read_buddy_facts(session, message)
    introduction = about_buddy.introduction if about_buddy else None
    is_read_out = message.channel in (NoticeChannel.TELEPHONE, NoticeChannel.LETTER) and to is not None and not to.email
    return NoticeFacts(
        municipality=session.get_one(Municipality, message.municipality_id),
        to=to,
        request=request,
        requester=session.get(Person, request.requester_id) if request else None,
        representative=_find(session, Person, str(request.representative_id or "")) if request else None,
        skill=session.get(Skill, request.skill_code) if request else None,
        windows=requests.list_windows(session, request.id) if request else (),
        proposal=proposal,
        match=match,
        volunteer=session.get(Person, helper.person_id) if helper else None,
        appointment=meetings.find_told(session, match.id, message.kind) if match else None,
        remark=meetings.find_told_remark(session, match.id, request.requester_id) if match and request else "",
        about=_find(session, Person, message.subject.get("about")),
        link=link,
        draft=session.get(Draft, link.draft_id) if link and link.draft_id else None,
        about_ride=read_ride_facts(session, message),
        about_buddy=about_buddy,
        about_series=read_series_facts(session, message, request, now=now),
        question=_find(session, RelaxationQuestion, message.subject.get("question")),
        hand_over=_find(session, HandOver, message.subject.get("hand_over")),
        parental=_find(session, ParentalConsent, message.subject.get("parental")),
        service_hours=_find(session, ServiceHours, message.subject.get("service_hours")),
        year=_year(session, message),
        is_silenced=to is not None and young.is_silenced(session, to, now),
        garden_day=garden_day,
        gardens=sum(gardens.values()),
        gardens_agreed=gardens.get(GardenStatus.AGREED, 0),
        organisation=_find(session, Organisation, message.subject.get("organisation")),
        invitation=_find(session, OrganisationInvitation, message.subject.get("invitation")),
        activity=_find(session, GroupActivity, message.subject.get("activity")),
        vacancy=_find(session, Vacancy, str(request.vacancy_id or "")) if request else None,
        asked_days=requests.list_weekdays(session, request.id) if request else frozenset(),
        others_asked=max(asked - 1, 0),
        unread=_unread(session, message, match or introduction, is_read_out=is_read_out),
        is_read_out=is_read_out,
        report=_find(session, Report, message.subject.get("report")),
        suspension=_find(session, Suspension, message.subject.get("suspension")),
    )


def _unread(
    session: Session, message: OutboxMessage, pair: Match | Introduction | None, *, is_read_out: bool
) -> Sequence[str]:
    if message.kind is not NoticeKind.MESSAGE_RECEIVED or pair is None or message.person_id is None:
        return ()
    is_volunteer = message.person_id == pair.person_id
    rows = conversations.list_unread(session, pair.id, message.person_id, is_volunteer=is_volunteer)
    return [row.text if is_read_out else "" for row in rows]


def _year(session: Session, message: OutboxMessage) -> Year | None:
    if message.kind is not NoticeKind.YEAR_OVERVIEW or message.person_id is None:
        return None
    return read_year(session, message.person_id, message.queued_at.astimezone(AMSTERDAM).year - 1)


def _find(session: Session, kind: type[Row], row_id: str | None) -> Row | None:
    return session.get(kind, UUID(row_id)) if row_id else None
