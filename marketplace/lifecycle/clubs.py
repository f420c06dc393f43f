"""Organisations, and who waits for a place."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import Organisation, OrganisationStatus, WaitingPlace, WaitingStatus


class OrganisationAction(StrEnum):
    CONFIRM = "confirm"
    END = "end"


class WaitingAction(StrEnum):
    ASK = "ask"
    PLACE = "place"
    SKIP = "skip"
    RETURN = "return"
    LEAVE = "leave"
    END = "end"


ORGANISATION_TRANSITIONS: Final[Mapping[tuple[OrganisationStatus, OrganisationAction], OrganisationStatus]] = {
    (OrganisationStatus.NEW, OrganisationAction.CONFIRM): OrganisationStatus.CONFIRMED,
    (OrganisationStatus.NEW, OrganisationAction.END): OrganisationStatus.ENDED,
    (OrganisationStatus.CONFIRMED, OrganisationAction.END): OrganisationStatus.ENDED,
}

WAITING_TRANSITIONS: Final[Mapping[tuple[WaitingStatus, WaitingAction], WaitingStatus]] = {
    (WaitingStatus.WAITING, WaitingAction.ASK): WaitingStatus.ASKED,
    (WaitingStatus.WAITING, WaitingAction.PLACE): WaitingStatus.PLACED,
    # Does not fit any more, or has another shift at that time by now.
    (WaitingStatus.WAITING, WaitingAction.SKIP): WaitingStatus.PASSED,
    (WaitingStatus.WAITING, WaitingAction.LEAVE): WaitingStatus.LEFT,
    (WaitingStatus.WAITING, WaitingAction.END): WaitingStatus.OVER,
    (WaitingStatus.ASKED, WaitingAction.PLACE): WaitingStatus.PLACED,
    (WaitingStatus.ASKED, WaitingAction.SKIP): WaitingStatus.PASSED,
    # The place went to somebody who had been asked before.
    (WaitingStatus.ASKED, WaitingAction.RETURN): WaitingStatus.WAITING,
    (WaitingStatus.ASKED, WaitingAction.LEAVE): WaitingStatus.LEFT,
    (WaitingStatus.ASKED, WaitingAction.END): WaitingStatus.OVER,
}

LIVE_WAITING: Final = (WaitingStatus.WAITING, WaitingStatus.ASKED)


def advance_organisation(
    session: Session, organisation: Organisation, action: OrganisationAction, *, at: datetime, by: UUID | None = None
) -> None:
    """Take one step with an organisation. Raises IllegalTransition or Overtaken."""
    after = next_status(ORGANISATION_TRANSITIONS, "organisation", organisation.status, action)
    stamps: dict[str, Any] = {"ended_at": at} if action is OrganisationAction.END else {}
    if by is not None:
        stamps |= {"seen_by_id": by, "seen_at": at}
    step(session, organisation, after, **stamps)


def advance_waiting(
    session: Session, waiting: WaitingPlace, action: WaitingAction, *, at: datetime, proposal_id: UUID | None = None
) -> None:
    """Take one step with who waits for a place. Raises IllegalTransition or Overtaken."""
    after = next_status(WAITING_TRANSITIONS, "waiting place", waiting.status, action)
    stamps: dict[str, Any] = {} if after in LIVE_WAITING else {"ended_at": at}
    if proposal_id is not None:
        stamps["proposal_id"] = proposal_id
    step(session, waiting, after, **stamps)
