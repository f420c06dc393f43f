"""What may follow what between the request for a buddy and the end: trajectories, introductions and talks."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from marketplace.lifecycle.stepping import next_status, step
from marketplace.models.buddies import (
    BuddyTalk,
    Introduction,
    IntroductionStatus,
    TalkStatus,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)


class TrajectoryAction(StrEnum):
    QUEUE = "queue"
    INTRODUCE = "introduce"
    # It did not become these two: back to the list, at the front where they had begun.
    PART = "part"
    START = "start"
    END = "end"


class IntroductionAction(StrEnum):
    ACCEPT = "accept"
    GO_ON = "go_on"
    START = "start"
    DECLINE = "decline"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    STOP = "stop"


class TalkAction(StrEnum):
    ASK = "ask"
    HOLD = "hold"
    DROP = "drop"


TRAJECTORY_TRANSITIONS: Final[Mapping[tuple[TrajectoryStatus, TrajectoryAction], TrajectoryStatus]] = {
    (TrajectoryStatus.INTAKE, TrajectoryAction.QUEUE): TrajectoryStatus.WAITING,
    (TrajectoryStatus.WAITING, TrajectoryAction.INTRODUCE): TrajectoryStatus.ACQUAINTING,
    (TrajectoryStatus.ACQUAINTING, TrajectoryAction.PART): TrajectoryStatus.WAITING,
    (TrajectoryStatus.ACQUAINTING, TrajectoryAction.START): TrajectoryStatus.RUNNING,
    (TrajectoryStatus.RUNNING, TrajectoryAction.PART): TrajectoryStatus.WAITING,
    (TrajectoryStatus.INTAKE, TrajectoryAction.END): TrajectoryStatus.ENDED,
    (TrajectoryStatus.WAITING, TrajectoryAction.END): TrajectoryStatus.ENDED,
    (TrajectoryStatus.ACQUAINTING, TrajectoryAction.END): TrajectoryStatus.ENDED,
    (TrajectoryStatus.RUNNING, TrajectoryAction.END): TrajectoryStatus.ENDED,
}  # every pair not listed is refused

INTRODUCTION_TRANSITIONS: Final[Mapping[tuple[IntroductionStatus, IntroductionAction], IntroductionStatus]] = {
    (IntroductionStatus.ASKED, IntroductionAction.ACCEPT): IntroductionStatus.OFFERED,
    (IntroductionStatus.OFFERED, IntroductionAction.ACCEPT): IntroductionStatus.MEETING,
    (IntroductionStatus.MEETING, IntroductionAction.GO_ON): IntroductionStatus.AGREEING,
    (IntroductionStatus.AGREEING, IntroductionAction.START): IntroductionStatus.RUNNING,
    (IntroductionStatus.ASKED, IntroductionAction.DECLINE): IntroductionStatus.DECLINED,
    (IntroductionStatus.OFFERED, IntroductionAction.DECLINE): IntroductionStatus.DECLINED,
    (IntroductionStatus.MEETING, IntroductionAction.DECLINE): IntroductionStatus.DECLINED,
    (IntroductionStatus.AGREEING, IntroductionAction.DECLINE): IntroductionStatus.DECLINED,
    (IntroductionStatus.ASKED, IntroductionAction.LAPSE): IntroductionStatus.LAPSED,
    (IntroductionStatus.OFFERED, IntroductionAction.LAPSE): IntroductionStatus.LAPSED,
    (IntroductionStatus.ASKED, IntroductionAction.WITHDRAW): IntroductionStatus.WITHDRAWN,
    (IntroductionStatus.OFFERED, IntroductionAction.WITHDRAW): IntroductionStatus.WITHDRAWN,
    (IntroductionStatus.MEETING, IntroductionAction.WITHDRAW): IntroductionStatus.WITHDRAWN,
    (IntroductionStatus.AGREEING, IntroductionAction.WITHDRAW): IntroductionStatus.WITHDRAWN,
    (IntroductionStatus.RUNNING, IntroductionAction.FINISH): IntroductionStatus.DONE,
    (IntroductionStatus.RUNNING, IntroductionAction.STOP): IntroductionStatus.STOPPED,
}

TALK_TRANSITIONS: Final[Mapping[tuple[TalkStatus, TalkAction], TalkStatus]] = {
    (TalkStatus.PLANNED, TalkAction.ASK): TalkStatus.ASKED,
    (TalkStatus.ASKED, TalkAction.HOLD): TalkStatus.HELD,
    (TalkStatus.PLANNED, TalkAction.DROP): TalkStatus.DROPPED,
    (TalkStatus.ASKED, TalkAction.DROP): TalkStatus.DROPPED,
}

OPEN_TRAJECTORIES: Final = (
    TrajectoryStatus.INTAKE,
    TrajectoryStatus.WAITING,
    TrajectoryStatus.ACQUAINTING,
    TrajectoryStatus.RUNNING,
)
LIVE_INTRODUCTIONS: Final = (
    IntroductionStatus.ASKED,
    IntroductionStatus.OFFERED,
    IntroductionStatus.MEETING,
    IntroductionStatus.AGREEING,
    IntroductionStatus.RUNNING,
)
OPEN_TALKS: Final = (TalkStatus.PLANNED, TalkStatus.ASKED)


def advance_trajectory(session: Session, trajectory: Trajectory, action: TrajectoryAction, **stamps: Any) -> None:
    """Take one step that is no end. Raises IllegalTransition or Overtaken."""
    step(session, trajectory, next_status(TRAJECTORY_TRANSITIONS, "trajectory", trajectory.status, action), **stamps)


def end_trajectory(session: Session, trajectory: Trajectory, ending: TrajectoryEnding, *, at: datetime) -> None:
    """It is over. Raises IllegalTransition or Overtaken."""
    after = next_status(TRAJECTORY_TRANSITIONS, "trajectory", trajectory.status, TrajectoryAction.END)
    step(session, trajectory, after, ended_at=at, ending=ending)


def advance_introduction(
    session: Session, introduction: Introduction, action: IntroductionAction, *, at: datetime, **stamps: Any
) -> None:
    """Take one step with an introduction. Raises IllegalTransition or Overtaken."""
    after = next_status(INTRODUCTION_TRANSITIONS, "introduction", introduction.status, action)
    step(session, introduction, after, **stamps, **({} if after in LIVE_INTRODUCTIONS else {"ended_at": at}))


def advance_talk(session: Session, talk: BuddyTalk, action: TalkAction, **stamps: Any) -> None:
    """Take one step with a talk. Raises IllegalTransition or Overtaken."""
    step(session, talk, next_status(TALK_TRANSITIONS, "talk", talk.status, action), **stamps)
