"""What those who work here do with a report: fine, to be changed, hidden, warned about, or an account blocked.

They see what was reported and nothing around it. To read the conversation that a message stands in takes a typed
reason, which both people can read afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, filling, history, notices, ownership, permissions, screening
from marketplace.asks import MAX_TEXT, check_public
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle import talk as steps
from marketplace.lifecycle.talk import ReportAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Message,
    ModerationStepKind,
    NoticeKind,
    Offer,
    Report,
    ReportAbout,
    ReportOutcome,
    ReportStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import conversations, matches, requests
from marketplace.queries import moderation as queries
from marketplace.queries.roster import read_roster
from marketplace.talk import pairs, parting, suspending
from marketplace.textscreen import HOLDS, find_signs

MOST_TOLD: Final = 500
# So long somebody has to change a text before a person looks at it again.
CHANGE_WORKDAYS: Final = 3
LEAST_REASON: Final = 5
MOST_NOTE: Final = 1000


class Decision(StrEnum):
    FINE = "fine"
    ASK_CHANGE = "ask_change"
    HIDE = "hide"
    WARN = "warn"
    BLOCK = "block"


# What can be done about what.
DECISIONS: Final[Mapping[ReportAbout, tuple[Decision, ...]]] = {
    ReportAbout.REQUEST: (Decision.FINE, Decision.ASK_CHANGE, Decision.HIDE, Decision.WARN, Decision.BLOCK),
    ReportAbout.OFFER: (Decision.FINE, Decision.ASK_CHANGE, Decision.HIDE, Decision.WARN, Decision.BLOCK),
    ReportAbout.MESSAGE: (Decision.FINE, Decision.HIDE, Decision.WARN, Decision.BLOCK),
    ReportAbout.PERSON: (Decision.FINE, Decision.WARN, Decision.BLOCK),
}


@dataclass(frozen=True)
class Seen:
    """A report with what it is about, as staff see it."""

    report: Report
    request: HelpRequest | None
    offer: Offer | None
    message: Message | None
    # The conversation around it, where a reason was typed.
    conversation: tuple[Message, ...] = ()


def look(
    session: Session, *, report_id: UUID, municipality_id: UUID, actor: Actor, now: datetime, reason: str = ""
) -> Seen:
    """What was reported; whose it is sees that somebody looked. With a typed reason the conversation around it too.

    Raises NotFound, also where it is about who looks; InvalidInput without a reason that says something.
    """
    report = _own(session, report_id, municipality_id, actor)
    request = session.get(HelpRequest, report.request_id) if report.request_id else None
    offer = session.get(Offer, report.offer_id) if report.offer_id else None
    message = conversations.find_message(session, report.message_id) if report.message_id else None
    for person_id in (report.person_id, report.reporter_id):
        if person_id is not None:
            _log_look(session, report, person_id, actor, file_looks.REPORT, "", now)
    around = _look_around(session, report, reason, actor, now) if reason.strip() else ()
    return Seen(report, request, offer, message, around)


def note(session: Session, *, report_id: UUID, municipality_id: UUID, text: str, actor: Actor, now: datetime) -> Report:
    """Something to remember; who wrote it has it from then on. Raises NotFound, InvalidInput, IllegalTransition."""
    report = _open(session, report_id, municipality_id, actor)
    if not text.strip() or len(text.strip()) > MOST_NOTE:
        raise InvalidInput({"text": "note_long" if text.strip() else "note_missing"})
    report.owner_id, report.next_moment_at = actor.person_id, DESK.deadline(now)
    session.add(report)
    screening.log_step(
        session,
        ModerationStepKind.NOTED,
        now=now,
        actor_id=actor.person_id,
        report_id=report.id,
        text=text.strip(),
    )
    return report


def decide(
    session: Session,
    *,
    report_id: UUID,
    municipality_id: UUID,
    decision: Decision | None,
    told: str,
    actor: Actor,
    now: datetime,
) -> Report:
    """What comes of it. ``told`` is what the one whose text it is reads. Pressed twice, the first press did it.

    Raises NotFound, InvalidInput.
    """
    report = _own(session, report_id, municipality_id, actor, for_update=True)
    if report.status is ReportStatus.CLOSED:
        return report
    told = told.strip()
    if problems := _problems(report, decision, told):
        raise InvalidInput(problems)
    assert decision is not None
    report.owner_id, report.told = actor.person_id, told if decision is not Decision.FINE else ""
    session.add(report)
    _ACTS[decision](session, report, actor, now)
    _record(session, report, decision, actor, now)
    if report.ended_at is not None:
        _tell_reporter(session, report, now)
        for same in queries.list_found_too(session, report):
            # Judged once: what the machine found in it is settled with it.
            assert report.outcome is not None
            kind = ModerationStepKind.FINE if report.outcome is ReportOutcome.FINE else ModerationStepKind.NOTED
            _close(session, same, report.outcome, kind, actor, now)
    return report


def change_text(session: Session, *, request_id: UUID, text: str, actor: Actor, now: datetime) -> HelpRequest:
    """Who was asked to change the text of a request does so. What then has no sign any more goes on by itself.

    Raises NotFound where nobody asked for it, InvalidInput.
    """
    request = requests.lock_request(session, request_id)
    waiting = [
        one for one in queries.list_unsettled_of(session, request_id=request_id) if one.status is ReportStatus.TO_CHANGE
    ]
    if not waiting or not permissions.is_requester(actor, request):
        raise NotFound(f"text of request {request_id}")
    text = text.strip()
    if problem := "text_missing" if not text else check_public("text", text, longest=MAX_TEXT):
        raise InvalidInput({"text": problem})
    request.text = text
    session.add(request)
    history.about_request(
        session,
        EventKind.REQUEST_CORRECTED,
        request,
        at=now,
        acting_as=permissions.acting_as_in(actor, request),
        actor_id=actor.person_id,
    )
    for report in waiting:
        _look_once_more(session, report, text, actor, now)
    return request


def change_sentence(session: Session, *, offer: Offer, text: str, actor: Actor, now: datetime) -> Offer:
    """The same for what somebody who helps wrote about themselves. Raises NotFound, InvalidInput."""
    waiting = [
        one for one in queries.list_unsettled_of(session, offer_id=offer.id) if one.status is ReportStatus.TO_CHANGE
    ]
    if not waiting or offer.person_id != actor.person_id:
        raise NotFound(f"text of offer {offer.id}")
    text = text.strip()
    if problem := check_public("sentence", text, longest=200):
        raise InvalidInput({"text": problem})
    offer.sentence = text
    session.add(offer)
    for report in waiting:
        _look_once_more(session, report, text, actor, now)
    return offer


def look_after(session: Session, now: datetime) -> int:
    """What nobody looked at in time goes to somebody else, and on to the team lead. How many."""
    late = queries.list_overdue(session, now)
    for report_id in late:
        report = queries.get_report(session, report_id, for_update=True)
        roster = read_roster(session, report.municipality_id, now=now)
        lead = roster.team_lead
        other = lead if lead not in (report.owner_id, report.person_id) else None
        report.owner_id = other or report.owner_id or lead
        report.next_moment_at = DESK.deadline(now)
        session.add(report)
        screening.log_step(session, ModerationStepKind.PASSED, now=now, actor_id=None, report_id=report.id)
        if report.owner_id is not None:
            screening.tell_staff(
                session,
                report.municipality_id,
                report.owner_id,
                key=f"{report.id}:{now.isoformat()}",
                now=now,
            )
    return len(late)


def settle_as_gone(session: Session, report: Report, *, now: datetime) -> None:
    """What it was about, or whose it was, is no longer there."""
    if report.status is not ReportStatus.CLOSED:
        steps.close_report(session, report, ReportOutcome.GONE, at=now)
        screening.log_step(session, ModerationStepKind.GONE, now=now, actor_id=None, report_id=report.id)


def empty(session: Session, report: Report) -> None:
    """What kind it was, when and how it ended stay; who reported it, and every word, go."""
    report.words = report.told = ""
    report.reporter_id = None
    session.add(report)
    for step in queries.list_steps_by(session, [report.id], []):
        step.text = ""
        if step.kind is ModerationStepKind.REPORTED:
            step.actor_id = None
        session.add(step)
    session.flush()


# --- what each decision does -----------------------------------------------------------------------------------------


def _fine(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    _close(session, report, ReportOutcome.FINE, ModerationStepKind.FINE, actor, now)


def _ask_change(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    """It is out of sight until it was changed; what was typed is kept."""
    if report.status is ReportStatus.OPEN:
        steps.advance_report(session, report, ReportAction.ASK_CHANGE)
    was_held, report.is_held = report.is_held, True
    report.next_moment_at = suspending.end_of_workday(now, CHANGE_WORKDAYS)
    session.add(report)
    _log(session, report, ModerationStepKind.ASKED_CHANGE, actor, now)
    request = requests.lock_request(session, report.request_id) if report.request_id else None
    if request is not None and request.ended_at is None:
        if not was_held:
            for proposal in matches.list_live_proposals(session, request.id):
                parting.withdraw_proposal(session, proposal, now=now, why="text")
        ownership.give_to_person(session, request, actor.person_id, now=now)
        request.held_at, request.next_moment_at = now, report.next_moment_at
        session.add(request)
    _tell_author(session, NoticeKind.TEXT_TO_CHANGE, report, now)


def _hide(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    _take_out_of_sight(session, report, actor, now)
    _close(session, report, ReportOutcome.HIDDEN, ModerationStepKind.HIDDEN, actor, now)
    _tell_author(session, NoticeKind.TEXT_JUDGED, report, now)


def _warn(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    _close(session, report, ReportOutcome.WARNED, ModerationStepKind.WARNED, actor, now)
    _tell_author(session, NoticeKind.TEXT_JUDGED, report, now)


def _block(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    assert report.person_id is not None
    if report.message_id is not None:
        _take_out_of_sight(session, report, actor, now)
    suspending.suspend(
        session,
        person_id=report.person_id,
        municipality_id=report.municipality_id,
        reason=report.told,
        actor=actor,
        now=now,
        report_id=report.id,
    )
    _close(session, report, ReportOutcome.BLOCKED, ModerationStepKind.BLOCKED, actor, now)


_ACTS: Final = {
    Decision.FINE: _fine,
    Decision.ASK_CHANGE: _ask_change,
    Decision.HIDE: _hide,
    Decision.WARN: _warn,
    Decision.BLOCK: _block,
}


def _take_out_of_sight(session: Session, report: Report, actor: Actor, now: datetime) -> None:
    if report.message_id is not None:
        message = conversations.find_message(session, report.message_id)
        assert message is not None
        message.hidden_at = message.hidden_at or now
        session.add(message)
    elif report.offer_id is not None:
        offer = session.get_one(Offer, report.offer_id)
        offer.is_public, offer.changed_at = False, now
        session.add(offer)
    elif report.request_id is not None:
        request = requests.lock_request(session, report.request_id)
        numbers = filling.close_free_slots(session, request, reason="not_suitable", now=now)
        if numbers:
            history.about_request(
                session,
                EventKind.REQUEST_CLOSED,
                request,
                at=now,
                acting_as=ActingAs.STAFF,
                actor_id=actor.person_id,
                reason="not_suitable",
                slots=numbers,
            )


def _close(
    session: Session,
    report: Report,
    outcome: ReportOutcome,
    kind: ModerationStepKind,
    actor: Actor,
    now: datetime,
) -> None:
    was_held = report.is_held
    steps.close_report(session, report, outcome, at=now)
    _log(session, report, kind, actor, now)
    if was_held and outcome in (ReportOutcome.FINE, ReportOutcome.CHANGED):
        _release(session, report, actor, now, is_by_staff=outcome is ReportOutcome.FINE)


def _release(session: Session, report: Report, actor: Actor, now: datetime, *, is_by_staff: bool) -> None:
    """What waited goes on as if it had just come: approving a text is no mediation."""
    if report.request_id is not None:
        request = requests.lock_request(session, report.request_id)
        if request.ended_at is not None or queries.find_holding(session, request.id) is not None:
            return
        history.about_request(
            session,
            EventKind.APPROVED,
            request,
            at=now,
            acting_as=ActingAs.STAFF if is_by_staff else ActingAs.ENGINE,
            actor_id=actor.person_id if is_by_staff else None,
        )
        parting.give_request_back(session, request, now=now)
    _tell_author(session, NoticeKind.TEXT_APPROVED, report, now)


def _look_once_more(session: Session, report: Report, text: str, actor: Actor, now: datetime) -> None:
    """By the machine where it was found by the machine; by a person where a person reported it."""
    _log(session, report, ModerationStepKind.CHANGED, actor, now)
    if report.reporter_id is None and HOLDS.isdisjoint(find_signs(text)):
        _close(session, report, ReportOutcome.CHANGED, ModerationStepKind.FINE, Actor(actor.person_id), now)
        return
    steps.advance_report(session, report, ReportAction.CHANGE)
    report.next_moment_at = DESK.deadline(now)
    session.add(report)
    if report.owner_id is not None:
        screening.tell_staff(
            session, report.municipality_id, report.owner_id, key=f"{report.id}:{now.isoformat()}", now=now
        )


# --- small parts -----------------------------------------------------------------------------------------------------


def _problems(report: Report, decision: Decision | None, told: str) -> dict[str, str]:
    problems = {}
    may = DECISIONS[report.about]
    is_possible = decision in may and not (decision is Decision.WARN and report.is_held)
    if decision is None or not is_possible or (report.person_id is None and decision is not Decision.FINE):
        problems["decision"] = "decision_missing"
    if decision is not None and decision is not Decision.FINE and not told:
        problems["told"] = "told_words_missing"
    if len(told) > MOST_TOLD:
        problems["told"] = "told_long"
    return problems


def _own(session: Session, report_id: UUID, municipality_id: UUID, actor: Actor, *, for_update: bool = False) -> Report:
    """For the desk; as if it were not there to who it is about. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    report = queries.get_report(session, report_id, for_update=for_update)
    if report.municipality_id != municipality_id or report.person_id == actor.person_id:
        raise NotFound(f"report {report_id}")
    return report


def _open(session: Session, report_id: UUID, municipality_id: UUID, actor: Actor) -> Report:
    report = _own(session, report_id, municipality_id, actor, for_update=True)
    if report.status is ReportStatus.CLOSED:
        raise IllegalTransition("report", report.status, "go on with")
    return report


def _look_around(session: Session, report: Report, reason: str, actor: Actor, now: datetime) -> tuple[Message, ...]:
    pair_id = report.match_id or report.introduction_id
    if pair_id is None:
        raise NotFound("a conversation")
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInput({"reason": "look_reason_missing"})
    for person_id in pairs.get_pair(session, pair_id).people():
        _log_look(session, report, person_id, actor, file_looks.CONVERSATION, reason, now)
    screening.log_step(
        session,
        ModerationStepKind.LOOKED,
        now=now,
        actor_id=actor.person_id,
        report_id=report.id,
        text=reason.strip()[:200],
    )
    return tuple(conversations.list_messages(session, pair_id))


def _log_look(
    session: Session, report: Report, person_id: UUID, actor: Actor, action: str, reason: str, now: datetime
) -> None:
    file_looks.record(
        session,
        municipality_id=report.municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        action=action,
        reason=reason,
        now=now,
    )


def _log(session: Session, report: Report, kind: ModerationStepKind, actor: Actor, now: datetime) -> None:
    screening.log_step(session, kind, now=now, actor_id=actor.person_id, report_id=report.id, text=report.told)


def _record(session: Session, report: Report, decision: Decision, actor: Actor, now: datetime) -> None:
    """That it was judged, for the figures: no person, and no match."""
    history.record(
        session,
        EventKind.TEXT_JUDGED,
        at=now,
        municipality_id=report.municipality_id,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        request_id=report.request_id,
        decision=decision.value,
        about=report.about.value,
    )


def _tell_author(session: Session, kind: NoticeKind, report: Report, now: datetime) -> None:
    if report.person_id is None:
        return
    subject = {"report": report.id} | ({"request": report.request_id} if report.request_id else {})
    notices.queue(
        session,
        kind,
        municipality_id=report.municipality_id,
        person_id=report.person_id,
        at=now,
        key=f"{report.id}:{report.version}",
        email=None,
        not_before=None,
        until=None,
        **subject,
    )


def _tell_reporter(session: Session, report: Report, now: datetime) -> None:
    if report.reporter_id is not None:
        notices.queue(
            session,
            NoticeKind.REPORT_CLOSED,
            municipality_id=report.municipality_id,
            person_id=report.reporter_id,
            at=now,
            key=str(report.id),
            report=report.id,
        )
