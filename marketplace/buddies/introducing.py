"""Introducing a buddy: the volunteer is asked first, then the resident; they meet; each may say no without a why."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import history
from marketplace.buddies import steps
from marketplace.buddies.candidates import find_candidate
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
    EventKind,
    Introduction,
    IntroductionStatus,
    NoticeKind,
    Origin,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries

MOST_WHERE: Final = 120
LONGEST_AHEAD: Final = timedelta(days=92)
_ASKED_NOW: Final = {
    IntroductionStatus.ASKED: BuddySide.BUDDY,
    IntroductionStatus.OFFERED: BuddySide.RESIDENT,
}


def introduce(
    session: Session,
    *,
    trajectory_id: UUID,
    offer_id: UUID,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Introduction:
    """The coordinator puts a trained volunteer forward, who is asked first. This is what makes the match mediated.

    Raises NotFound; IllegalTransition where the resident does not wait; DoesNotFit where the volunteer may not be
    introduced: not trained, a certificate that ran out, somebody's buddy already, or introduced here before.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    if trajectory.status is not TrajectoryStatus.WAITING:
        raise IllegalTransition("trajectory", trajectory.status, "introduce")
    candidate = find_candidate(session, trajectory, offer_id, now=now)
    if candidate is None:
        raise DoesNotFit(("qualification",))
    introduction = Introduction(
        municipality_id=trajectory.municipality_id,
        trajectory_id=trajectory.id,
        person_id=candidate.helper.person_id,
        offer_id=offer_id,
        introduced_by_id=actor.person_id,
        introduced_at=now,
        answer_by=now + timedelta(days=policy.answer_days),
    )
    try:
        with session.begin_nested():
            session.add(introduction)
            session.flush()
    except IntegrityError as taken:  # a colleague introduced the same person elsewhere a moment ago
        raise DoesNotFit(("capacity",)) from taken
    advance_trajectory(session, trajectory, TrajectoryAction.INTRODUCE)
    history.about_trajectory(
        session,
        EventKind.PROPOSED,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        introduction=introduction,
        origin=Origin.COORDINATOR.value,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    _ask(session, trajectory, introduction, introduction.person_id, now)
    return introduction


def answer(
    session: Session,
    *,
    trajectory_id: UUID,
    is_yes: bool,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Introduction:
    """Who is asked now says whether they would like to meet. No reason is asked, and none is kept.

    Raises NotFound for anybody else; IllegalTransition where they answered already.
    """
    trajectory, introduction, side = steps.own_side(session, trajectory_id, actor)
    if _ASKED_NOW.get(introduction.status) is not side:
        raise IllegalTransition("introduction", introduction.status, "answer")
    if not is_yes:
        _decline(session, trajectory, introduction, side, actor, now, policy)
        return introduction
    until = now + timedelta(days=policy.answer_days)
    advance_introduction(session, introduction, IntroductionAction.ACCEPT, at=now, answer_by=until)
    steps.settle(session, trajectory, now=now, policy=policy)
    if side is BuddySide.BUDDY:
        _ask(session, trajectory, introduction, trajectory.resident_id, now)
    else:
        steps.tell_owner(session, trajectory, at=now)
    return introduction


def plan_meeting(
    session: Session,
    *,
    trajectory_id: UUID,
    at: datetime | None,
    where: str,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Introduction:
    """When and where the two meet for the first time, with the coordinator; both hear it.

    Raises NotFound, InvalidInput, IllegalTransition.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status is not IntroductionStatus.MEETING:
        raise IllegalTransition("trajectory", trajectory.status, "plan the meeting")
    problems = {}
    if at is None or not now < at <= now + LONGEST_AHEAD:
        problems["meeting_day"] = "next_moment"
    if not where or len(where) > MOST_WHERE:
        problems["where"] = "buddy_where_missing"
    if problems:
        raise InvalidInput(problems)
    assert at is not None
    introduction.meets_at, introduction.meets_where = at, where
    introduction.resident_goes_on = introduction.buddy_goes_on = None
    session.add(introduction)
    history.about_trajectory(
        session,
        EventKind.BUDDY_MEETING_SET,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        introduction=introduction,
        day=at.isoformat(),
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    steps.tell_both(session, NoticeKind.BUDDY_MEETING, trajectory, introduction, at=now, key=at.isoformat())
    return introduction


def go_on(
    session: Session,
    *,
    trajectory_id: UUID,
    is_yes: bool,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> Introduction:
    """After the first meeting: one of the two goes on, or would rather not. Neither sees what the other said.

    Raises NotFound; IllegalTransition before the meeting, and after a goal was agreed.
    """
    trajectory, introduction, side = steps.own_side(session, trajectory_id, actor)
    is_before = introduction.meets_at is None or introduction.meets_at > now
    if introduction.status not in (IntroductionStatus.MEETING, IntroductionStatus.AGREEING) or is_before:
        raise IllegalTransition("introduction", introduction.status, "go on")
    if not is_yes:
        _decline(session, trajectory, introduction, side, actor, now, policy)
        return introduction
    if introduction.status is IntroductionStatus.AGREEING:
        return introduction  # pressed twice
    if side is BuddySide.RESIDENT:
        introduction.resident_goes_on = True
    else:
        introduction.buddy_goes_on = True
    session.add(introduction)
    if introduction.resident_goes_on and introduction.buddy_goes_on:
        advance_introduction(session, introduction, IntroductionAction.GO_ON, at=now)
        steps.settle(session, trajectory, now=now, policy=policy)
        steps.tell_owner(session, trajectory, at=now)
    session.flush()
    return introduction


def take_back(
    session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime, policy: BuddyPolicy = BUDDY
) -> Trajectory:
    """The coordinator takes an introduction back before anything began. Raises NotFound, IllegalTransition."""
    trajectory = steps.work_on(session, trajectory_id, actor)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status is IntroductionStatus.RUNNING:
        raise IllegalTransition("trajectory", trajectory.status, "take back")
    steps.part(
        session,
        trajectory,
        introduction,
        IntroductionAction.WITHDRAW,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        now=now,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    _tell_parted(session, trajectory, introduction, now)
    return trajectory


def lapse(session: Session, trajectory_id: UUID, *, now: datetime, policy: BuddyPolicy = BUDDY) -> bool:
    """Nobody answered in time: the resident waits again, and the coordinator hears it. Whether it was so."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    introduction = queries.find_live(session, trajectory_id)
    if introduction is None or introduction.status not in _ASKED_NOW or introduction.answer_by > now:
        return False
    steps.part(
        session,
        trajectory,
        introduction,
        IntroductionAction.LAPSE,
        acting_as=ActingAs.ENGINE,
        actor_id=None,
        now=now,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    _tell_parted(session, trajectory, introduction, now)
    steps.tell_owner(session, trajectory, at=now)
    return True


def _ask(session: Session, trajectory: Trajectory, introduction: Introduction, person_id: UUID, now: datetime) -> None:
    steps.tell(
        session,
        NoticeKind.BUDDY_QUESTION,
        trajectory,
        to=person_id,
        at=now,
        key=str(introduction.id),
        introduction=introduction.id,
    )


def _decline(
    session: Session,
    trajectory: Trajectory,
    introduction: Introduction,
    side: BuddySide,
    actor: Actor,
    now: datetime,
    policy: BuddyPolicy,
) -> None:
    steps.part(
        session,
        trajectory,
        introduction,
        IntroductionAction.DECLINE,
        acting_as=steps.acting_of(side),
        actor_id=actor.person_id,
        now=now,
    )
    steps.settle(session, trajectory, now=now, policy=policy)
    _tell_parted(session, trajectory, introduction, now)
    steps.tell_owner(session, trajectory, at=now)


def _tell_parted(session: Session, trajectory: Trajectory, introduction: Introduction, now: datetime) -> None:
    """The same kind words for both, whoever said no; who was not asked yet hears nothing."""
    to = [introduction.person_id]
    if _was_asked(session, trajectory, introduction):
        to.append(trajectory.resident_id)
    for person_id in to:
        steps.tell(
            session,
            NoticeKind.BUDDY_PARTED,
            trajectory,
            to=person_id,
            at=now,
            key=str(introduction.id),
            introduction=introduction.id,
        )


def _was_asked(session: Session, trajectory: Trajectory, introduction: Introduction) -> bool:
    key = f"{NoticeKind.BUDDY_QUESTION.value}:{trajectory.id}:{introduction.id}:{trajectory.resident_id}"
    return queries.has_notice(session, key)
