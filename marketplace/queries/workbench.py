"""The work that waits for somebody besides open requests: a function for each kind, and who has it in hand.

Each gives rows of the municipality, as they would be called, without who took them. A new kind of work is one more
function in `SOURCES` and its words in `web.labels.workbench`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from marketplace.models import (
    ApprovalStatus,
    GardenDayStatus,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeChannel,
    Offer,
    OutboxMessage,
    PairApproval,
    Person,
    QualificationSeen,
    Skill,
    WorkHold,
    WorkKind,
)
from marketplace.policies import AMSTERDAM, DESK, MAP_CHECKS, local_midnight
from marketplace.queries import deskwork, garden_days, moderation, organisations, social_map, undelivered
from marketplace.queries.meetings import is_dated

_MOST: Final = 200
_HOLD: Final[Any] = WorkHold.__table__  # type: ignore[attr-defined]
_INSERTS: Final = {
    "postgresql": postgresql.insert(_HOLD).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(_HOLD).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class WorkItem:
    """One piece of work: of whom it is, what, since when and until when; and who took it."""

    kind: WorkKind
    about_id: UUID
    # Whose name stands on it, and whom it is about: both are shown, and looking up how to reach them is logged.
    who: str
    people: tuple[UUID, ...]
    # A kind of help, a certificate or a kind of notice, as its code or its name.
    what: str
    since: datetime
    next_at: datetime
    # A four-digit postcode and a skill code, for whose work it is; empty where it is everybody's.
    area: str = ""
    skill_code: str = ""
    request_id: UUID | None = None
    count: int = 1
    owner_id: UUID | None = None
    owner: str = ""
    taken_at: datetime | None = None


def list_work(session: Session, municipality_id: UUID, *, now: datetime) -> list[WorkItem]:
    """Everything that waits besides requests, what has to be done first on top; without what was put off or is done."""
    found = [item for source in SOURCES.values() for item in source(session, municipality_id, now)]
    holds = _holds(session, municipality_id)
    standing = [_held(item, *holds[key]) if (key := (item.kind, item.about_id)) in holds else item for item in found]
    waiting = [item for item in standing if not _is_away(holds.get((item.kind, item.about_id)), item, now)]
    return sorted(waiting, key=lambda item: (item.next_at, item.kind, str(item.about_id)))


def find_item(
    session: Session, municipality_id: UUID, kind: WorkKind, about_id: UUID, *, now: datetime
) -> WorkItem | None:
    """One piece of work as it stands; None where nothing of the kind waits any more."""
    source = SOURCES.get(kind)
    if source is None:
        return None
    return next((item for item in list_work(session, municipality_id, now=now) if item.about_id == about_id), None)


def with_owner(item: WorkItem, owner_id: UUID | None, name: str) -> WorkItem:
    """The same, as it lies with somebody who did not take it."""
    return replace(item, owner_id=owner_id, owner=name)


def lock_hold(session: Session, kind: WorkKind, about_id: UUID) -> WorkHold | None:
    """Who has a piece of work in hand, held against colleagues until the unit ends."""
    query = select(WorkHold).where(WorkHold.kind == kind, WorkHold.about_id == about_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def add_hold(session: Session, kind: WorkKind, about_id: UUID, municipality_id: UUID) -> None:
    """A row for who will have it; of two that are made at once the first stays."""
    values = {"kind": kind, "about_id": about_id, "municipality_id": municipality_id}
    session.execute(_INSERTS[session.get_bind().dialect.name], values)


def count_held_by(session: Session, municipality_id: UUID) -> dict[UUID, int]:
    """How many pieces of work each person has in hand."""
    query = (
        select(WorkHold.owner_id, func.count())
        .where(
            WorkHold.municipality_id == municipality_id,
            col(WorkHold.owner_id).is_not(None),
            col(WorkHold.done_at).is_(None),
        )
        .group_by(col(WorkHold.owner_id))
    )
    return {owner: count for owner, count in session.exec(query) if owner is not None}


# --- the kinds -----------------------------------------------------------------------------------------------------


def _silent(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """Matches whose two people were asked whether it worked out, and have no date."""
    query = (
        _of_matches(municipality_id)
        .where(Match.status == MatchStatus.CONFIRMED, col(Match.nudged_at).is_not(None), ~is_dated(now))
        .where(~_is_finished(WorkKind.SILENT, Match.id))
        .order_by(col(Match.nudged_at))
        .limit(_MOST)
    )
    for match, request, skill, asker, helper in session.execute(query):
        assert match.nudged_at is not None
        yield WorkItem(
            kind=WorkKind.SILENT,
            about_id=match.id,
            who=f"{asker} en {helper}",
            people=(request.requester_id, match.person_id),
            what=skill,
            since=match.confirmed_at or match.made_at,
            next_at=match.nudged_at + timedelta(days=DESK.silent_after_nudge_days),
            area=request.postcode[:4],
            skill_code=request.skill_code,
            request_id=request.id,
        )


def _objections(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """Matches that who asked did not want: both deserve a call."""
    since = now - timedelta(days=DESK.objections_days)
    query = (
        _of_matches(municipality_id)
        .where(Match.status == MatchStatus.OBJECTED, col(Match.ended_at) > since)
        .where(~_is_finished(WorkKind.OBJECTION, Match.id))
        .order_by(col(Match.ended_at))
        .limit(_MOST)
    )
    for match, request, skill, asker, helper in session.execute(query):
        assert match.ended_at is not None
        yield WorkItem(
            kind=WorkKind.OBJECTION,
            about_id=match.id,
            who=f"{asker} over {helper}",
            people=(request.requester_id, match.person_id),
            what=skill,
            since=match.ended_at,
            next_at=DESK.deadline(match.ended_at),
            area=request.postcode[:4],
            skill_code=request.skill_code,
            request_id=request.id,
        )


def _calls(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """Who is to be told or asked something by telephone, now."""
    for call in deskwork.list_calls(session, municipality_id, now=now, most=_MOST):
        is_in_hand = call.held_by_id is not None and call.next_try_at > now
        if call.next_try_at > now and not is_in_hand:
            continue
        yield WorkItem(
            kind=WorkKind.CALL,
            about_id=call.id,
            who=call.name,
            people=(),
            what=call.kind.value,
            since=call.queued_at,
            next_at=call.until or DESK.deadline(call.queued_at),
            owner_id=call.held_by_id if is_in_hand else None,
            owner=call.held_by if is_in_hand else "",
        )


def _letters(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """The letters of a day, as one piece of work."""
    query = select(func.count(), func.min(OutboxMessage.queued_at)).where(
        OutboxMessage.municipality_id == municipality_id,
        OutboxMessage.channel == NoticeChannel.LETTER,
        col(OutboxMessage.next_try_at) <= now,
    )
    count, oldest = session.exec(query).one()
    if count and oldest is not None:
        yield WorkItem(
            kind=WorkKind.LETTERS,
            about_id=municipality_id,
            who="",
            people=(),
            what="",
            since=oldest,
            next_at=DESK.deadline(oldest),
            count=count,
        )


def _failed_mails(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """Mails that nobody will get."""
    for mail in undelivered.list_failed(session, municipality_id):
        yield WorkItem(
            kind=WorkKind.MAIL,
            about_id=mail.id,
            who=mail.first_name,
            people=(),
            what=mail.kind.value,
            since=mail.failed_at,
            next_at=DESK.deadline(mail.failed_at),
            request_id=UUID(mail.request_id) if mail.request_id else None,
        )


def _certificates(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """What was seen of somebody who helps and soon no longer holds; the newest of a kind counts."""
    today = now.astimezone(AMSTERDAM).date()
    newer = aliased(QualificationSeen)
    is_renewed = (
        select(newer.id)
        .where(
            newer.person_id == QualificationSeen.person_id,
            newer.code == QualificationSeen.code,
            newer.municipality_id == QualificationSeen.municipality_id,
            or_(col(newer.valid_until).is_(None), col(newer.valid_until) > col(QualificationSeen.valid_until)),
        )
        .exists()
    )
    query = (
        select(QualificationSeen, Person.first_name, Person.last_name, Offer.postcode)
        .join(Person, col(Person.id) == col(QualificationSeen.person_id))
        .join(Offer, col(Offer.person_id) == col(Person.id))
        .where(
            QualificationSeen.municipality_id == municipality_id,
            Offer.municipality_id == municipality_id,
            col(Offer.left_at).is_(None),
            col(QualificationSeen.valid_until) <= today + timedelta(days=DESK.certificate_ahead_days),
            ~is_renewed,
            ~_is_finished(WorkKind.CERTIFICATE, QualificationSeen.id),
        )
        .order_by(col(QualificationSeen.valid_until))
        .limit(_MOST)
    )
    for seen, first_name, last_name, postcode in session.exec(query):
        assert seen.valid_until is not None
        yield WorkItem(
            kind=WorkKind.CERTIFICATE,
            about_id=seen.id,
            who=f"{first_name} {last_name}".strip(),
            people=(seen.person_id,),
            what=seen.code,
            since=local_midnight(seen.valid_until - timedelta(days=DESK.certificate_ahead_days)),
            next_at=local_midnight(seen.valid_until),
            area=postcode[:4],
        )


def _checks(session: Session, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    """What the social map says and nobody checked for long, as one piece of work."""
    today = now.astimezone(AMSTERDAM).date()
    ahead = timedelta(days=MAP_CHECKS.days - MAP_CHECKS.ahead_days)
    count, oldest = social_map.find_oldest_check(session, municipality_id, before=today - ahead)
    if count:
        since = local_midnight(oldest + ahead if oldest else today)
        yield WorkItem(
            kind=WorkKind.CHECK,
            about_id=municipality_id,
            who="",
            people=(),
            what="",
            since=since,
            next_at=since + timedelta(days=MAP_CHECKS.ahead_days),
            count=count,
        )


def _garden_days(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """Garden days that nobody leads yet, or of which nobody said how they went."""
    for day in garden_days.list_owned(session, municipality_id):
        yield WorkItem(
            kind=WorkKind.GARDEN_DAY,
            about_id=day.id,
            who=day.group_name,
            people=(day.leader_id,),
            what=day.status.value,
            since=day.planned_at if day.status is GardenDayStatus.LEADER_ASKED else day.ends_at,
            next_at=day.next_moment_at,
            owner_id=day.owner_id,
        )


def _reports(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """What was reported or found suspicious; each has its owner, and a page of its own."""
    for row in moderation.list_open(session, municipality_id):
        report = row.report
        yield WorkItem(
            kind=WorkKind.REPORT,
            about_id=report.id,
            who="",
            people=(),
            what=report.kind.value if report.kind else " ".join(("signs", *report.signs)),
            since=report.reported_at,
            next_at=report.next_moment_at,
            owner_id=report.owner_id,
            owner=row.owner,
        )


def _appeals(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """Who was blocked and disagrees; decided by somebody else than who did it."""
    for suspension, name, owner in moderation.list_appeals(session, municipality_id):
        assert suspension.appealed_at is not None
        assert suspension.decide_by is not None
        yield WorkItem(
            kind=WorkKind.APPEAL,
            about_id=suspension.id,
            who=name,
            people=(),
            what="",
            since=suspension.appealed_at,
            next_at=suspension.decide_by,
            owner_id=suspension.owner_id,
            owner=owner,
        )


def _pairs(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """Somebody under sixteen said yes to help at somebody's home."""
    asker, helper = aliased(Person), aliased(Person)
    query = (
        select(PairApproval, HelpRequest, Skill.label_nl, asker.first_name, helper.first_name)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == col(PairApproval.request_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .join(asker, col(asker.id) == col(HelpRequest.requester_id))
        .join(helper, col(helper.id) == col(PairApproval.person_id))
        .where(PairApproval.municipality_id == municipality_id, PairApproval.status == ApprovalStatus.ASKED)
        .order_by(col(PairApproval.due_at))
        .limit(_MOST)
    )
    for approval, request, skill, asked_by, helped_by in session.execute(query):
        yield WorkItem(
            kind=WorkKind.PAIR,
            about_id=approval.id,
            who=f"{helped_by} bij {asked_by}",
            people=(request.requester_id, approval.person_id),
            what=skill,
            since=approval.asked_at,
            next_at=approval.due_at,
            area=request.postcode[:4],
            skill_code=request.skill_code,
            request_id=request.id,
        )


def _organisations(session: Session, municipality_id: UUID, _now: datetime) -> Iterator[WorkItem]:
    """Who founded one, or gave it another name."""
    renamed = organisations.list_renamed(session, municipality_id)
    for one in (*organisations.list_new(session, municipality_id), *renamed):
        since = one.renamed_at or one.founded_at
        yield WorkItem(
            kind=WorkKind.ORGANISATION,
            about_id=one.id,
            who=one.name,
            people=(one.contact_id,) if one.contact_id else (),
            what=one.was_called,
            since=since,
            next_at=DESK.deadline(since),
            area=one.postcode[:4],
        )


SOURCES: Final[dict[WorkKind, Callable[[Session, UUID, datetime], Iterator[WorkItem]]]] = {
    WorkKind.SILENT: _silent,
    WorkKind.OBJECTION: _objections,
    WorkKind.CALL: _calls,
    WorkKind.LETTERS: _letters,
    WorkKind.MAIL: _failed_mails,
    WorkKind.CERTIFICATE: _certificates,
    WorkKind.CHECK: _checks,
    WorkKind.GARDEN_DAY: _garden_days,
    WorkKind.REPORT: _reports,
    WorkKind.APPEAL: _appeals,
    WorkKind.PAIR: _pairs,
    WorkKind.ORGANISATION: _organisations,
}


def _is_finished(kind: WorkKind, about_id: Any) -> Any:
    """Whether somebody laid it aside as done: what is finished must not keep what is newer out of the first so many."""
    hold = aliased(WorkHold)
    return (
        select(hold.about_id)
        .where(hold.kind == kind, hold.about_id == about_id, col(hold.done_at).is_not(None))
        .exists()
    )


def _of_matches(municipality_id: UUID) -> Any:
    asker, helper = aliased(Person), aliased(Person)
    return (
        select(Match, HelpRequest, Skill.label_nl, asker.first_name, helper.first_name)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .join(asker, col(asker.id) == col(HelpRequest.requester_id))
        .join(helper, col(helper.id) == col(Match.person_id))
        .where(Match.municipality_id == municipality_id)
    )


# --- who has it ----------------------------------------------------------------------------------------------------


def _holds(session: Session, municipality_id: UUID) -> dict[tuple[WorkKind, UUID], tuple[WorkHold, str]]:
    query = (
        select(WorkHold, Person.first_name)
        .outerjoin(Person, col(Person.id) == col(WorkHold.owner_id))
        .where(WorkHold.municipality_id == municipality_id)
    )
    return {(hold.kind, hold.about_id): (hold, name or "") for hold, name in session.exec(query)}


def _held(item: WorkItem, hold: WorkHold, name: str) -> WorkItem:
    if hold.later_at is not None:
        item = replace(item, next_at=max(item.next_at, hold.later_at))
    if item.owner_id is not None or hold.owner_id is None:
        return item
    return replace(item, owner_id=hold.owner_id, owner=name, taken_at=hold.taken_at)


def _is_away(held: tuple[WorkHold, str] | None, item: WorkItem, now: datetime) -> bool:
    """Done since it came, or put off until a moment that is still to come."""
    if held is None:
        return False
    hold = held[0]
    is_done = hold.done_at is not None and item.since <= hold.done_at
    return is_done or (hold.later_at is not None and hold.later_at > now)
