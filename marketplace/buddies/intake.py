"""The first talk: planned, held, and what came of it; and the calls to who waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, history, permissions
from marketplace.buddies import steps
from marketplace.buddies.asking import close
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle.buddy import TrajectoryAction, advance_trajectory
from marketplace.models import (
    ActingAs,
    BuddyGroup,
    EventKind,
    NoticeKind,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries

MOST_NEED: Final = 1000
MOST_WISHES: Final = 500
MOST_NOTE: Final = 500
LONGEST_AHEAD: Final = timedelta(days=92)
# What may end a trajectory that has not begun, or that another help takes over.
CLOSINGS: Final = (TrajectoryEnding.OTHER_HELP, TrajectoryEnding.WITHDRAWN)


@dataclass(frozen=True)
class Intake:
    """What the first talk brought."""

    need: str
    wishes: str
    groups: frozenset[BuddyGroup]
    languages: tuple[str, ...]


def open_file(session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime) -> Trajectory:
    """A trajectory with the people of it: each can read afterwards who looked. Raises NotFound."""
    trajectory = queries.get_trajectory(session, trajectory_id)
    if not permissions.may_work_trajectory(actor, trajectory):
        raise NotFound(f"trajectory {trajectory_id}")
    introduction = queries.find_live(session, trajectory_id)
    helper_id = introduction.person_id if introduction else None
    for person_id in (trajectory.resident_id, trajectory.representative_id, helper_id):
        if person_id is not None:
            file_looks.record(
                session,
                municipality_id=trajectory.municipality_id,
                staff_id=actor.person_id,
                person_id=person_id,
                action=file_looks.BUDDY,
                reason="",
                now=now,
            )
    return trajectory


def take(session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime) -> Trajectory:
    """It is this member of staff's now. Raises NotFound."""
    trajectory = steps.work_on(session, trajectory_id, actor)
    _require_open(trajectory)
    if trajectory.owner_id != actor.person_id:
        trajectory.owner_id, trajectory.passed_from_id = actor.person_id, None
        history.about_trajectory(
            session,
            EventKind.CASE_TAKEN,
            trajectory,
            at=now,
            acting_as=ActingAs.STAFF,
            actor_id=actor.person_id,
        )
        steps.settle(session, trajectory, now=now, is_step=False)
    return trajectory


def plan(session: Session, *, trajectory_id: UUID, at: datetime | None, actor: Actor, now: datetime) -> Trajectory:
    """When the first talk is; the resident hears it. Raises NotFound, InvalidInput, IllegalTransition."""
    trajectory = steps.work_on(session, trajectory_id, actor)
    _require(trajectory, TrajectoryStatus.INTAKE, "plan the intake")
    if at is None or not now < at <= now + LONGEST_AHEAD:
        raise InvalidInput({"intake_day": "next_moment"})
    trajectory.intake_at = at
    history.about_trajectory(
        session,
        EventKind.BUDDY_INTAKE_PLANNED,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        day=at.isoformat(),
    )
    steps.settle(session, trajectory, now=now)
    steps.tell_resident(session, NoticeKind.BUDDY_INTAKE, trajectory, at=now, key=at.isoformat())
    return trajectory


def hold(session: Session, *, trajectory_id: UUID, intake: Intake, actor: Actor, now: datetime) -> Trajectory:
    """The talk was held: what is needed is written down, and the resident stands on the list.

    Told again later, it corrects what was written. Raises NotFound, InvalidInput, IllegalTransition.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    _require_open(trajectory)
    problems = {}
    if not intake.need or len(intake.need) > MOST_NEED:
        problems["need"] = "buddy_need_long" if intake.need else "buddy_need_missing"
    if len(intake.wishes) > MOST_WISHES:
        problems["wishes"] = "buddy_need_long"
    if not intake.groups:
        problems["groups"] = "buddy_groups_missing"
    if problems:
        raise InvalidInput(problems)
    trajectory.need, trajectory.wishes = intake.need, intake.wishes
    trajectory.groups, trajectory.languages = sorted(intake.groups), list(intake.languages)
    session.add(trajectory)
    if trajectory.status is not TrajectoryStatus.INTAKE:
        session.flush()
        return trajectory
    advance_trajectory(session, trajectory, TrajectoryAction.QUEUE, intake_held_at=now, waiting_since=now)
    history.about_trajectory(
        session,
        EventKind.BUDDY_INTAKE_HELD,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
    )
    steps.settle(session, trajectory, now=now)
    steps.tell_resident(session, NoticeKind.BUDDY_WAITING, trajectory, at=now)
    return trajectory


def note(session: Session, *, trajectory_id: UUID, text: str, actor: Actor, now: datetime) -> Trajectory:
    """Something worth knowing later, such as a call to who waits. Raises NotFound, InvalidInput."""
    trajectory = steps.work_on(session, trajectory_id, actor)
    _require_open(trajectory)
    if not text or len(text) > MOST_NOTE:
        raise InvalidInput({"note": "note_long" if text else "note_missing"})
    history.about_trajectory(
        session,
        EventKind.CASE_NOTED,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        text=text,
    )
    if trajectory.status is TrajectoryStatus.WAITING:
        steps.settle(session, trajectory, now=now)
    return trajectory


def look_later(
    session: Session, *, trajectory_id: UUID, at: datetime | None, actor: Actor, now: datetime
) -> Trajectory:
    """The coordinator has seen what is due, and looks again then; what cannot wait is not put off.

    Raises NotFound, InvalidInput.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    _require_open(trajectory)
    if at is None or not now < at <= now + LONGEST_AHEAD:
        raise InvalidInput({"later": "next_moment"})
    trajectory.later_at = at
    steps.settle(session, trajectory, now=now, is_step=False)
    return trajectory


def close_by_staff(
    session: Session,
    *,
    trajectory_id: UUID,
    ending: TrajectoryEnding | None,
    actor: Actor,
    now: datetime,
) -> Trajectory:
    """Other help was found, or it is no longer wanted, as somebody told. Pressed twice, the first press did it.

    Raises NotFound, InvalidInput.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    if trajectory.status is TrajectoryStatus.ENDED:
        return trajectory
    if ending not in CLOSINGS:
        raise InvalidInput({"ending": "outcome_missing"})
    assert ending is not None
    close(session, trajectory, ending, acting_as=ActingAs.STAFF, actor_id=actor.person_id, now=now)
    steps.tell_resident(session, NoticeKind.BUDDY_ENDED, trajectory, at=now)
    return trajectory


def _require(trajectory: Trajectory, status: TrajectoryStatus, action: str) -> None:
    if trajectory.status is not status:
        raise IllegalTransition("trajectory", trajectory.status, action)


def _require_open(trajectory: Trajectory) -> None:
    if trajectory.status is TrajectoryStatus.ENDED:
        raise IllegalTransition("trajectory", trajectory.status, "go on")
