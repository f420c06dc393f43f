"""What may follow what with young helpers: a parent's yes, and a pair that a coordinator looks at."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import (
    ApprovalStatus,
    PairApproval,
    ParentalConsent,
    ParentalStatus,
    ServiceHours,
    ServiceHoursStatus,
)


class ParentalAction(StrEnum):
    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RELEASE = "release"


class ApprovalAction(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    DROP = "drop"


class ServiceHoursAction(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"


PARENTAL_TRANSITIONS: Final[Mapping[tuple[ParentalStatus, ParentalAction], ParentalStatus]] = {
    (ParentalStatus.WAITING, ParentalAction.GIVE): ParentalStatus.GIVEN,
    (ParentalStatus.WAITING, ParentalAction.REFUSE): ParentalStatus.REFUSED,
    (ParentalStatus.WAITING, ParentalAction.LAPSE): ParentalStatus.LAPSED,
    (ParentalStatus.WAITING, ParentalAction.RELEASE): ParentalStatus.RELEASED,
    (ParentalStatus.GIVEN, ParentalAction.WITHDRAW): ParentalStatus.WITHDRAWN,
    # The child never opened the mail after it.
    (ParentalStatus.GIVEN, ParentalAction.LAPSE): ParentalStatus.LAPSED,
    (ParentalStatus.GIVEN, ParentalAction.RELEASE): ParentalStatus.RELEASED,
    # After a birthday nobody's stop keeps them out any more.
    (ParentalStatus.WITHDRAWN, ParentalAction.RELEASE): ParentalStatus.RELEASED,
}

APPROVAL_TRANSITIONS: Final[Mapping[tuple[ApprovalStatus, ApprovalAction], ApprovalStatus]] = {
    (ApprovalStatus.ASKED, ApprovalAction.APPROVE): ApprovalStatus.APPROVED,
    (ApprovalStatus.ASKED, ApprovalAction.REFUSE): ApprovalStatus.REFUSED,
    (ApprovalStatus.ASKED, ApprovalAction.DROP): ApprovalStatus.MOOT,
    # The parent stopped it: what was approved holds no more.
    (ApprovalStatus.APPROVED, ApprovalAction.DROP): ApprovalStatus.MOOT,
}


SERVICE_HOURS_TRANSITIONS: Final[Mapping[tuple[ServiceHoursStatus, ServiceHoursAction], ServiceHoursStatus]] = {
    (ServiceHoursStatus.ASKED, ServiceHoursAction.CONFIRM): ServiceHoursStatus.CONFIRMED,
    (ServiceHoursStatus.ASKED, ServiceHoursAction.REFUSE): ServiceHoursStatus.REFUSED,
}


def advance_service_hours(session: Session, hours: ServiceHours, action: ServiceHoursAction, *, at: datetime) -> None:
    """An organisation said whether hours are right. Raises IllegalTransition or Overtaken."""
    after = next_status(SERVICE_HOURS_TRANSITIONS, "service hours", hours.status, action)
    step(session, hours, after, answered_at=at, email=None)


def advance_parental(
    session: Session, consent: ParentalConsent, action: ParentalAction, *, at: datetime, **stamps: Any
) -> None:
    """Take one step with a parent's consent. Raises IllegalTransition or Overtaken."""
    after = next_status(PARENTAL_TRANSITIONS, "parental consent", consent.status, action)
    is_answer = action in (ParentalAction.GIVE, ParentalAction.REFUSE)
    ended = {} if after is ParentalStatus.GIVEN else {"ended_at": at}
    step(session, consent, after, **({"answered_at": at} if is_answer else {}), **ended, **stamps)


def advance_approval(
    session: Session, approval: PairApproval, action: ApprovalAction, *, at: datetime, by_id: UUID | None = None
) -> None:
    """Take one step with what a coordinator looks at. Raises IllegalTransition or Overtaken."""
    after = next_status(APPROVAL_TRANSITIONS, "approval of a pair", approval.status, action)
    step(session, approval, after, decided_at=at, decided_by_id=by_id or approval.decided_by_id)
