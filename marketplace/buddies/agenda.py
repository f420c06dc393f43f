"""What is due in a trajectory, and when: from how it stands to moments. Pure.

An open trajectory always has at least one, so that none is ever forgotten; the earliest is its next moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from marketplace.buddies.policies import PAPERS, BuddyPolicy
from marketplace.models import (
    BuddyTalk,
    Introduction,
    IntroductionStatus,
    TalkStatus,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.policies import AMSTERDAM, DESK, local_midnight
from marketplace.queries.buddies import Paper

_MORNING: Final = time(9)


class Task(StrEnum):
    """What somebody, or the clock, has to do."""

    PLAN_INTAKE = "plan_intake"
    HOLD_INTAKE = "hold_intake"
    CALL_WAITING = "call_waiting"
    AWAIT_ANSWER = "await_answer"
    PLAN_MEETING = "plan_meeting"
    AWAIT_MEETING = "await_meeting"
    AWAIT_GO_ON = "await_go_on"
    SET_GOAL = "set_goal"
    AWAIT_GOAL = "await_goal"
    ASK_TALK = "ask_talk"
    CALL_TALK = "call_talk"
    WORRY = "worry"
    CERTIFICATE = "certificate"
    CLOSE = "close"


# These happen by themselves, or wait for one of the two; the coordinator has nothing to do before their moment.
BY_THEMSELVES: Final = frozenset({Task.AWAIT_ANSWER, Task.AWAIT_MEETING, Task.ASK_TALK})
# These are never put off: somebody waits for the first word, or worries.
NOT_PUT_OFF: Final = frozenset({Task.PLAN_INTAKE, Task.HOLD_INTAKE, Task.WORRY, *BY_THEMSELVES})


@dataclass(frozen=True, order=True)
class Due:
    """One thing to be done, by when."""

    at: datetime
    task: Task


def agenda(
    trajectory: Trajectory,
    introduction: Introduction | None,
    talks: Sequence[BuddyTalk],
    papers: Mapping[str, Paper],
    policy: BuddyPolicy,
) -> list[Due]:
    """Everything that is due in an open trajectory, the first first; nothing in one that ended."""
    if trajectory.status is TrajectoryStatus.ENDED:
        return []
    found = [*_standing(trajectory, introduction, policy)]
    if introduction is not None:
        found += _of_talks(talks, policy)
        found += [Due(at, Task.CERTIFICATE) for at in _papers_end(trajectory, papers, policy)]
    later = trajectory.later_at
    if later is not None:
        found = [due if due.task in NOT_PUT_OFF else Due(max(due.at, later), due.task) for due in found]
    return sorted(found)


def at_work(due: Sequence[Due], now: datetime) -> list[Due]:
    """Of these, what a person has to do now."""
    return [one for one in due if one.at <= now and one.task not in BY_THEMSELVES]


def _standing(trajectory: Trajectory, introduction: Introduction | None, policy: BuddyPolicy) -> list[Due]:
    soon = DESK.deadline(trajectory.changed_at)
    if trajectory.status is TrajectoryStatus.INTAKE:
        if trajectory.intake_at is None:
            return [Due(soon, Task.PLAN_INTAKE)]
        return [Due(trajectory.intake_at, Task.HOLD_INTAKE)]
    if trajectory.status is TrajectoryStatus.WAITING or introduction is None:
        return [Due(weeks_later(trajectory.changed_at, policy.waiting_weeks), Task.CALL_WAITING)]
    return [_between(introduction, soon, policy)]


def _between(introduction: Introduction, soon: datetime, policy: BuddyPolicy) -> Due:
    """How the two stand to each other; somebody who is asked for their view has some days for it."""
    answer = soon + timedelta(days=policy.answer_days)
    if introduction.status is IntroductionStatus.MEETING:
        if introduction.meets_at is None:
            return Due(soon, Task.PLAN_MEETING)
        after = introduction.meets_at + timedelta(days=policy.answer_days)
        return Due(after, Task.AWAIT_GO_ON)
    if introduction.status is IntroductionStatus.AGREEING:
        return Due(answer, Task.AWAIT_GOAL) if introduction.wanted_ends_on else Due(soon, Task.SET_GOAL)
    if introduction.status is IntroductionStatus.RUNNING:
        assert introduction.ends_on is not None
        return Due(morning_of(introduction.ends_on - timedelta(weeks=policy.closing_weeks)), Task.CLOSE)
    return Due(introduction.answer_by, Task.AWAIT_ANSWER)


def _of_talks(talks: Sequence[BuddyTalk], policy: BuddyPolicy) -> list[Due]:
    found = []
    for talk in talks:
        if talk.status is TalkStatus.PLANNED:
            found.append(Due(talk.due_at, Task.ASK_TALK))
        elif talk.status is TalkStatus.ASKED and talk.asked_at is not None:
            found.append(Due(talk.asked_at + timedelta(days=policy.talk_call_days), Task.CALL_TALK))
        elif talk.is_worrying and talk.seen_at is None and talk.held_at is not None:
            found.append(Due(talk.held_at, Task.WORRY))
    return found


def _papers_end(trajectory: Trajectory, papers: Mapping[str, Paper], policy: BuddyPolicy) -> list[datetime]:
    ends = []
    for code in PAPERS:
        paper = papers.get(code)
        if paper is None:
            ends.append(trajectory.changed_at)
        elif paper.until is not None:
            warned_at = local_midnight(paper.until - timedelta(days=policy.certificate_ahead_days))
            # Who was coupled with a certificate that ends soon: due from that step on, not from long before it.
            ends.append(max(warned_at, trajectory.changed_at))
    return ends


def holds_on(papers: Mapping[str, Paper], day: date) -> bool:
    """Whether somebody may be a buddy on a day: everything was seen and still holds."""
    return all(
        (paper := papers.get(code)) is not None and (paper.until is None or paper.until >= day) for code in PAPERS
    )


def weeks_later(moment: datetime, weeks: int) -> datetime:
    """The same time on the clock on the wall, so many weeks later."""
    local = moment.astimezone(AMSTERDAM)
    return datetime.combine(local.date() + timedelta(weeks=weeks), local.time(), AMSTERDAM)


def morning_of(day: date) -> datetime:
    """Nine in the morning of a day."""
    return datetime.combine(day, _MORNING, AMSTERDAM)


def talk_at(started: datetime, week: int, policy: BuddyPolicy) -> datetime:
    """When the talk of a week is asked: always at the same hour on the wall."""
    day = started.astimezone(AMSTERDAM).date() + timedelta(weeks=week)
    return datetime.combine(day, time(policy.talk_hour), AMSTERDAM)
