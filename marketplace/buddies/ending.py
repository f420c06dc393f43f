"""How it ends: well, with looking back and thanks; or earlier, without blame, and then somebody else or other help."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.buddies import steps
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.lifecycle.buddy import IntroductionAction, end_trajectory
from marketplace.models import (
    ActingAs,
    BuddySide,
    Introduction,
    IntroductionStatus,
    NoticeKind,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries

MOST_LOOK_BACK: Final = 1000
MOST_NEXT: Final = 500


def end_well(
    session: Session,
    *,
    trajectory_id: UUID,
    look_back: str,
    what_next: str,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Trajectory:
    """The two looked back together with the coordinator: what it brought, and what comes next. Both are thanked.

    Pressed twice, the first press did it. Raises NotFound, InvalidInput, IllegalTransition.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    if trajectory.ending is TrajectoryEnding.WELL:
        return trajectory
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status is not IntroductionStatus.RUNNING:
        raise IllegalTransition("trajectory", trajectory.status, "end well")
    problems = {}
    if not look_back or len(look_back) > MOST_LOOK_BACK:
        problems["look_back"] = "buddy_need_long" if look_back else "buddy_look_back_missing"
    if not what_next or len(what_next) > MOST_NEXT:
        problems["what_next"] = "buddy_need_long" if what_next else "buddy_next_missing"
    if problems:
        raise InvalidInput(problems)
    trajectory.look_back, trajectory.what_next = look_back, what_next
    steps.finish(session, trajectory, introduction, actor_id=actor.person_id, now=now)
    end_trajectory(session, trajectory, TrajectoryEnding.WELL, at=now)
    steps.settle(session, trajectory, now=now, policy=policy)
    key = str(introduction.id)
    steps.tell_both(session, NoticeKind.BUDDY_ENDED, trajectory, introduction, at=now, key=key)
    return trajectory


def stop(
    session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime, policy: BuddyPolicy = BUDDY
) -> Trajectory:
    """One of the two stops. It is nobody's fault: the resident waits again, at the front. Raises NotFound,
    IllegalTransition where it does not run."""
    trajectory, introduction, side = steps.own_side(session, trajectory_id, actor)
    if introduction.status is not IntroductionStatus.RUNNING:
        raise IllegalTransition("trajectory", trajectory.status, "stop")
    _stop(session, trajectory, introduction, steps.acting_of(side), actor, now, policy)
    return trajectory


def stop_for(
    session: Session,
    *,
    trajectory_id: UUID,
    side: BuddySide | None,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Trajectory:
    """The same, told to the coordinator by one of the two. Raises NotFound, InvalidInput, IllegalTransition."""
    trajectory = steps.work_on(session, trajectory_id, actor)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status is not IntroductionStatus.RUNNING:
        raise IllegalTransition("trajectory", trajectory.status, "stop")
    if side is None:
        raise InvalidInput({"side": "buddy_side_missing"})
    _stop(session, trajectory, introduction, steps.acting_of(side), actor, now, policy)
    return trajectory


def _stop(
    session: Session,
    trajectory: Trajectory,
    introduction: Introduction,
    acting_as: ActingAs,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy,
) -> None:
    steps.part(
        session,
        trajectory,
        introduction,
        IntroductionAction.STOP,
        acting_as=acting_as,
        actor_id=actor.person_id,
        now=now,
    )
    assert trajectory.status is TrajectoryStatus.WAITING
    steps.settle(session, trajectory, now=now, policy=policy)
    key = str(introduction.id)
    steps.tell_both(session, NoticeKind.BUDDY_PARTED, trajectory, introduction, at=now, key=key)
    steps.tell_owner(session, trajectory, at=now)
