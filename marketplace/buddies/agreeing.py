"""A goal and a period, put to both and agreed by each on their own page; then it begins, or goes on longer."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history
from marketplace.buddies import steps, talks
from marketplace.buddies.agenda import talk_at
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput
from marketplace.lifecycle.buddy import (
    IntroductionAction,
    TrajectoryAction,
    advance_introduction,
    advance_trajectory,
)
from marketplace.models import (
    ActingAs,
    BuddySide,
    BuddyTalk,
    EventKind,
    Introduction,
    IntroductionStatus,
    NoticeKind,
    Origin,
    Trajectory,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import buddies as queries

MOST_GOAL: Final = 500
_MAY_AGREE: Final = (IntroductionStatus.AGREEING, IntroductionStatus.RUNNING)


def propose(
    session: Session,
    *,
    trajectory_id: UUID,
    goal: str,
    ends_on: date | None,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Introduction:
    """Put a goal and a period to both: before the beginning, or to go on longer. What was put to them before is gone.

    Raises NotFound, InvalidInput, IllegalTransition.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status not in _MAY_AGREE:
        raise IllegalTransition("trajectory", trajectory.status, "propose a goal")
    today = now.astimezone(AMSTERDAM).date()
    begins_on = _local_day(introduction.started_at) or today
    problems = {}
    if not goal or len(goal) > MOST_GOAL:
        problems["goal"] = "buddy_goal_long" if goal else "buddy_goal_missing"
    is_longer = introduction.ends_on is None or ends_on is None or ends_on >= introduction.ends_on
    if ends_on is None or not today < ends_on <= begins_on + timedelta(weeks=policy.longest_weeks) or not is_longer:
        problems["ends_on"] = "buddy_period"
    if problems:
        raise InvalidInput(problems)
    introduction.wanted_goal, introduction.wanted_ends_on = goal, ends_on
    introduction.resident_agreed_at = introduction.buddy_agreed_at = None
    session.add(introduction)
    history.about_trajectory(
        session,
        EventKind.BUDDY_GOAL_SET,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        introduction=introduction,
    )
    is_before = introduction.status is IntroductionStatus.AGREEING
    steps.settle(session, trajectory, now=now, policy=policy, is_step=is_before)
    steps.tell_both(session, NoticeKind.BUDDY_GOAL, trajectory, introduction, at=now, key=now.isoformat())
    return introduction


def agree(
    session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime, policy: BuddyPolicy = BUDDY
) -> Introduction:
    """One of the two says that it is good so. Once both did, it begins, or goes on until the new day.

    Raises NotFound; IllegalTransition where nothing was put to them.
    """
    trajectory, introduction, side = steps.own_side(session, trajectory_id, actor)
    if introduction.status not in _MAY_AGREE or introduction.wanted_ends_on is None:
        if introduction.status is IntroductionStatus.RUNNING:
            return introduction  # pressed twice
        raise IllegalTransition("introduction", introduction.status, "agree")
    if side is BuddySide.RESIDENT:
        introduction.resident_agreed_at = introduction.resident_agreed_at or now
    else:
        introduction.buddy_agreed_at = introduction.buddy_agreed_at or now
    session.add(introduction)
    session.flush()
    begin_if_agreed(session, trajectory, introduction, now=now, policy=policy)
    return introduction


def begin_if_agreed(
    session: Session, trajectory: Trajectory, introduction: Introduction, *, now: datetime, policy: BuddyPolicy = BUDDY
) -> bool:
    """What both agreed holds from now on; whether it does. A certificate that ran out meanwhile holds it up."""
    if not (introduction.resident_agreed_at and introduction.buddy_agreed_at and introduction.wanted_ends_on):
        return False
    if introduction.status is IntroductionStatus.RUNNING:
        _extend(session, trajectory, introduction, now, policy)
        return True
    if not steps.is_trained(session, trajectory.municipality_id, introduction.person_id, now=now):
        steps.settle(session, trajectory, now=now, policy=policy, is_step=False)
        return False
    _begin(session, trajectory, introduction, now, policy)
    return True


def begin(session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime, policy: BuddyPolicy = BUDDY) -> None:
    """The coordinator lets begin what both agreed, now that the certificate was renewed.

    Raises NotFound, IllegalTransition; DoesNotFit while a certificate is missing.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status is not IntroductionStatus.AGREEING:
        raise IllegalTransition("trajectory", trajectory.status, "begin")
    if not begin_if_agreed(session, trajectory, introduction, now=now, policy=policy):
        raise DoesNotFit(("qualification",))


def _begin(
    session: Session, trajectory: Trajectory, introduction: Introduction, now: datetime, policy: BuddyPolicy
) -> None:
    """The match: it counts once, here, and as mediated."""
    _apply(introduction)
    advance_introduction(session, introduction, IntroductionAction.START, at=now, started_at=now)
    advance_trajectory(session, trajectory, TrajectoryAction.START, started_at=trajectory.started_at or now)
    trajectory.is_first = False
    session.add(trajectory)
    plan_talks(session, trajectory, introduction, policy)
    history.about_trajectory(
        session,
        EventKind.MATCHED,
        trajectory,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        introduction=introduction,
        origin=Origin.COORDINATOR.value,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    key = str(introduction.id)
    steps.tell_both(session, NoticeKind.BUDDY_STARTED, trajectory, introduction, at=now, key=key)


def _extend(
    session: Session, trajectory: Trajectory, introduction: Introduction, now: datetime, policy: BuddyPolicy
) -> None:
    """Longer, as both agreed; in the figures nothing happens."""
    _apply(introduction)
    session.add(introduction)
    session.flush()
    plan_talks(session, trajectory, introduction, policy)
    for talk in queries.list_open_talks(session, introduction.id):
        # A week that passed before both had agreed: asked now, for nobody could be asked then.
        talks.ask(session, talk.id, now=now, policy=policy)
    history.about_trajectory(
        session,
        EventKind.BUDDY_EXTENDED,
        trajectory,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        introduction=introduction,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    key = f"{introduction.id}:{introduction.ends_on}"
    steps.tell_both(session, NoticeKind.BUDDY_STARTED, trajectory, introduction, at=now, key=key)


def plan_talks(session: Session, trajectory: Trajectory, introduction: Introduction, policy: BuddyPolicy) -> None:
    """A talk for each side in each week of the period that has none yet: none lost, and none twice."""
    assert introduction.started_at is not None
    assert introduction.ends_on is not None
    last = (introduction.ends_on - introduction.started_at.astimezone(AMSTERDAM).date()).days // 7
    known = {
        (talk.week, talk.side)
        for talk in queries.list_talks(session, trajectory.id)
        if talk.introduction_id == introduction.id
    }
    people = {BuddySide.RESIDENT: trajectory.resident_id, BuddySide.BUDDY: introduction.person_id}
    for week in policy.weeks_until(last):
        for side, person_id in people.items():
            if (week, side) not in known:
                session.add(
                    BuddyTalk(
                        municipality_id=trajectory.municipality_id,
                        trajectory_id=trajectory.id,
                        introduction_id=introduction.id,
                        person_id=person_id,
                        side=side,
                        week=week,
                        due_at=talk_at(introduction.started_at, week, policy),
                        answers={},
                    )
                )
    session.flush()


def _apply(introduction: Introduction) -> None:
    introduction.goal, introduction.ends_on = introduction.wanted_goal, introduction.wanted_ends_on
    introduction.wanted_goal, introduction.wanted_ends_on = "", None
    introduction.resident_agreed_at = introduction.buddy_agreed_at = None


def _local_day(moment: datetime | None) -> date | None:
    return moment.astimezone(AMSTERDAM).date() if moment else None
