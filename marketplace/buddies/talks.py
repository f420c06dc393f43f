"""How it goes, asked of each side apart at set weeks: five questions, three answers. The other never reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history
from marketplace.buddies import steps
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle.buddy import TalkAction, advance_talk
from marketplace.models import (
    ActingAs,
    BuddyTalk,
    Channel,
    EventKind,
    NoticeKind,
    TalkStatus,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries

MOST_REMARK: Final = 500


class Question(StrEnum):
    """The five questions; what each asks of which side, `web.labels.buddies` words."""

    MEETING = "meeting"
    CLICK = "click"
    GOAL = "goal"
    LOAD = "load"
    SAFE = "safe"


class Reply(StrEnum):
    GOOD = "good"
    SO_SO = "so_so"
    BAD = "bad"


# A bad answer to any, and the least doubt about feeling safe, is shown to the coordinator at once.
_WORRYING: Final = frozenset({(question, Reply.BAD) for question in Question} | {(Question.SAFE, Reply.SO_SO)})


@dataclass(frozen=True)
class TalkSaid:
    """What somebody said in a talk; ``wants_call``: the coordinator is asked to ring."""

    answers: Mapping[Question, Reply] = field(default_factory=dict)
    remark: str = ""
    wants_call: bool = False


def is_worrying(said: TalkSaid) -> bool:
    """Whether the coordinator has to look at once."""
    return said.wants_call or any((question, reply) in _WORRYING for question, reply in said.answers.items())


def answer(
    session: Session,
    *,
    talk_id: UUID,
    said: TalkSaid,
    actor: Actor,
    now: datetime,
    channel: Channel = Channel.WEB,
    policy: BuddyPolicy = BUDDY,
) -> BuddyTalk:
    """One side says how it goes. Pressed twice, the first press did it.

    Raises NotFound for anybody else, InvalidInput where a question is left out, IllegalTransition once it is over.
    """
    talk = queries.get_talk(session, talk_id)
    if actor.person_id != talk.person_id:
        raise NotFound(f"talk {talk_id}")
    trajectory = queries.lock_trajectory(session, talk.trajectory_id)
    session.refresh(talk)
    if talk.status is TalkStatus.HELD:
        return talk
    if talk.status is not TalkStatus.ASKED:
        raise IllegalTransition("talk", talk.status, "answer")
    problems = {question.value: "buddy_answer_missing" for question in Question if question not in said.answers}
    if len(said.remark) > MOST_REMARK:
        problems["remark"] = "note_long"
    if problems:
        raise InvalidInput(problems)
    worries = is_worrying(said)
    advance_talk(session, talk, TalkAction.HOLD, held_at=now, channel=channel, is_worrying=worries)
    talk.answers = {question.value: reply.value for question, reply in said.answers.items()}
    talk.remark = said.remark
    session.add(talk)
    _record(session, trajectory, talk, now)
    steps.settle(session, trajectory, now=now, policy=policy, is_step=False)
    if worries:
        steps.tell_owner(session, trajectory, at=now)
    return talk


def see(session: Session, *, talk_id: UUID, actor: Actor, now: datetime, policy: BuddyPolicy = BUDDY) -> BuddyTalk:
    """The coordinator read a worrying answer, and acts on it. Raises NotFound."""
    talk = queries.get_talk(session, talk_id)
    trajectory = steps.work_on(session, talk.trajectory_id, actor)
    session.refresh(talk)
    if talk.seen_at is None:
        talk.seen_at = now
        session.add(talk)
        steps.settle(session, trajectory, now=now, policy=policy, is_step=False)
    return talk


def ask(session: Session, talk_id: UUID, *, now: datetime, policy: BuddyPolicy = BUDDY) -> bool:
    """The week has come: one side is asked. Whether they were."""
    talk = queries.get_talk(session, talk_id)
    trajectory = queries.lock_trajectory(session, talk.trajectory_id)
    session.refresh(talk)
    if talk.status is not TalkStatus.PLANNED or talk.due_at > now or not _goes_on(trajectory):
        return False
    advance_talk(session, talk, TalkAction.ASK, asked_at=now)
    _tell(session, trajectory, talk, "", now)
    steps.settle(session, trajectory, now=now, policy=policy, is_step=False)
    return True


def ask_again(session: Session, talk_id: UUID, *, now: datetime, policy: BuddyPolicy = BUDDY) -> bool:
    """No answer yet: asked once more, before the coordinator rings. Whether it was."""
    talk = queries.get_talk(session, talk_id)
    trajectory = queries.lock_trajectory(session, talk.trajectory_id)
    session.refresh(talk)
    is_due = talk.asked_at is not None and talk.asked_at + timedelta(days=policy.talk_again_days) <= now
    if talk.status is not TalkStatus.ASKED or talk.reminded_at is not None or not is_due:
        return False
    talk.reminded_at = now
    session.add(talk)
    _tell(session, trajectory, talk, ":again", now)
    session.flush()
    return True


def _goes_on(trajectory: Trajectory) -> bool:
    return trajectory.status is TrajectoryStatus.RUNNING


def _tell(session: Session, trajectory: Trajectory, talk: BuddyTalk, more: str, now: datetime) -> None:
    steps.tell(
        session,
        NoticeKind.BUDDY_TALK,
        trajectory,
        to=talk.person_id,
        at=now,
        key=f"{talk.id}{more}",
        talk=talk.id,
    )


def _record(session: Session, trajectory: Trajectory, talk: BuddyTalk, now: datetime) -> None:
    """That it was held; not a word of what was said."""
    introduction = queries.get_introduction(session, talk.introduction_id)
    history.about_trajectory(
        session,
        EventKind.BUDDY_TALK_HELD,
        trajectory,
        at=now,
        acting_as=ActingAs.VOLUNTEER if talk.person_id == introduction.person_id else ActingAs.RESIDENT,
        actor_id=talk.person_id,
        person_id=talk.person_id,
        week=talk.week,
    )
