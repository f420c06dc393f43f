"""The tables of what may follow what in moderation: reports, and accounts that were blocked."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import Report, ReportOutcome, ReportStatus, Suspension, SuspensionStatus


class ReportAction(StrEnum):
    ASK_CHANGE = "ask_change"
    # The text was changed, and is looked at once more.
    CHANGE = "change"
    CLOSE = "close"


class SuspensionAction(StrEnum):
    APPEAL = "appeal"
    UPHOLD = "uphold"
    LIFT = "lift"


REPORT_TRANSITIONS: Final[Mapping[tuple[ReportStatus, ReportAction], ReportStatus]] = {
    (ReportStatus.OPEN, ReportAction.ASK_CHANGE): ReportStatus.TO_CHANGE,
    (ReportStatus.TO_CHANGE, ReportAction.CHANGE): ReportStatus.OPEN,
    (ReportStatus.OPEN, ReportAction.CLOSE): ReportStatus.CLOSED,
    (ReportStatus.TO_CHANGE, ReportAction.CLOSE): ReportStatus.CLOSED,
}  # every pair not listed is refused

SUSPENSION_TRANSITIONS: Final[Mapping[tuple[SuspensionStatus, SuspensionAction], SuspensionStatus]] = {
    (SuspensionStatus.ACTIVE, SuspensionAction.APPEAL): SuspensionStatus.APPEALED,
    (SuspensionStatus.APPEALED, SuspensionAction.UPHOLD): SuspensionStatus.UPHELD,
    (SuspensionStatus.APPEALED, SuspensionAction.LIFT): SuspensionStatus.LIFTED,
    # Staff think better of it, without an appeal or after one.
    (SuspensionStatus.ACTIVE, SuspensionAction.LIFT): SuspensionStatus.LIFTED,
    (SuspensionStatus.UPHELD, SuspensionAction.LIFT): SuspensionStatus.LIFTED,
}


def advance_report(session: Session, report: Report, action: ReportAction) -> None:
    """Take one step with a report that goes on. Raises IllegalTransition or Overtaken."""
    step(session, report, next_status(REPORT_TRANSITIONS, "report", report.status, action))


def close_report(session: Session, report: Report, outcome: ReportOutcome, *, at: datetime) -> None:
    """A report is done with; what it held goes on. Raises IllegalTransition or Overtaken."""
    after = next_status(REPORT_TRANSITIONS, "report", report.status, ReportAction.CLOSE)
    step(session, report, after, ended_at=at, outcome=outcome, is_held=False)


def appeal(session: Session, suspension: Suspension, *, words: str, owner_id: UUID, by: datetime, at: datetime) -> None:
    """Who was blocked disagrees: somebody decides, by a moment. Raises IllegalTransition or Overtaken."""
    after = next_status(SUSPENSION_TRANSITIONS, "suspension", suspension.status, SuspensionAction.APPEAL)
    step(session, suspension, after, appeal=words, appealed_at=at, owner_id=owner_id, decide_by=by)


def decide(
    session: Session, suspension: Suspension, action: SuspensionAction, *, by_id: UUID, answer: str, at: datetime
) -> None:
    """The account stays blocked, or is free again. Raises IllegalTransition or Overtaken."""
    after = next_status(SUSPENSION_TRANSITIONS, "suspension", suspension.status, action)
    step(session, suspension, after, decided_by_id=by_id, decided_at=at, answer=answer)
