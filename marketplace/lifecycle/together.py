"""Garden days and their gardens: what may follow what."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models import Garden, GardenDay, GardenDayStatus, GardenStatus


class GardenDayAction(StrEnum):
    LEAD = "lead"
    FINISH = "finish"
    CALL_OFF = "call_off"


class GardenAction(StrEnum):
    ASK = "ask"
    AGREE = "agree"
    DECLINE = "decline"
    LEAVE = "leave"
    FINISH = "finish"
    RETURN = "return"


GARDEN_DAY_TRANSITIONS: Final[Mapping[tuple[GardenDayStatus, GardenDayAction], GardenDayStatus]] = {
    (GardenDayStatus.LEADER_ASKED, GardenDayAction.LEAD): GardenDayStatus.PLANNED,
    (GardenDayStatus.LEADER_ASKED, GardenDayAction.CALL_OFF): GardenDayStatus.CALLED_OFF,
    (GardenDayStatus.PLANNED, GardenDayAction.FINISH): GardenDayStatus.DONE,
    (GardenDayStatus.PLANNED, GardenDayAction.CALL_OFF): GardenDayStatus.CALLED_OFF,
}

GARDEN_TRANSITIONS: Final[Mapping[tuple[GardenStatus, GardenAction], GardenStatus]] = {
    (GardenStatus.WAITING, GardenAction.ASK): GardenStatus.ASKED,
    (GardenStatus.WAITING, GardenAction.LEAVE): GardenStatus.GONE,
    (GardenStatus.ASKED, GardenAction.AGREE): GardenStatus.AGREED,
    (GardenStatus.ASKED, GardenAction.DECLINE): GardenStatus.DECLINED,
    (GardenStatus.ASKED, GardenAction.LEAVE): GardenStatus.GONE,
    (GardenStatus.AGREED, GardenAction.FINISH): GardenStatus.DONE,
    # Not done, called off, or one of the two cancelled.
    (GardenStatus.AGREED, GardenAction.RETURN): GardenStatus.BACK,
}

RUNNING_GARDEN_DAYS: Final = (GardenDayStatus.LEADER_ASKED, GardenDayStatus.PLANNED)
GARDENS_IN_HAND: Final = (GardenStatus.WAITING, GardenStatus.ASKED, GardenStatus.AGREED)


def advance_garden_day(session: Session, day: GardenDay, action: GardenDayAction, *, at: datetime) -> None:
    """Take one step with a garden day. Raises IllegalTransition or Overtaken."""
    after = next_status(GARDEN_DAY_TRANSITIONS, "garden day", day.status, action)
    stamps: dict[str, Any] = {} if after in RUNNING_GARDEN_DAYS else {"ended_at": at, "owner_id": None}
    step(session, day, after, **stamps)


def advance_garden(session: Session, garden: Garden, action: GardenAction, *, at: datetime, **stamps: Any) -> None:
    """Take one step with a garden of a day. Raises IllegalTransition or Overtaken."""
    after = next_status(GARDEN_TRANSITIONS, "garden", garden.status, action)
    if action is GardenAction.ASK:
        stamps["asked_at"] = at
    elif action in (GardenAction.AGREE, GardenAction.DECLINE):
        stamps["answered_at"] = at
    step(session, garden, after, **stamps)
