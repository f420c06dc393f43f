"""What every step in a trajectory shares: whose it is, its next moment, who is told, and how two people part."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices, permissions
from marketplace.buddies.agenda import Due, agenda, holds_on
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.errors import NotFound
from marketplace.lifecycle.buddy import (
    IntroductionAction,
    TalkAction,
    TrajectoryAction,
    advance_introduction,
    advance_talk,
    advance_trajectory,
)
from marketplace.models import (
    ActingAs,
    BuddySide,
    EventKind,
    Introduction,
    IntroductionStatus,
    NoticeKind,
    Trajectory,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import buddies as queries
from marketplace.queries.roster import read_roster


def work_on(session: Session, trajectory_id: UUID, actor: Actor) -> Trajectory:
    """A trajectory that this member of staff works on, held. Raises NotFound, also for who may not."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    if not permissions.may_work_trajectory(actor, trajectory):
        raise NotFound(f"trajectory {trajectory_id}")
    return trajectory


def side_of(trajectory: Trajectory, introduction: Introduction | None, person_id: UUID) -> BuddySide | None:
    """On which side somebody stands: who gets a buddy, or who was introduced as one; None for anybody else."""
    if person_id == trajectory.resident_id:
        return BuddySide.RESIDENT
    if introduction is not None and person_id == introduction.person_id:
        return BuddySide.BUDDY
    return None


def own_side(session: Session, trajectory_id: UUID, actor: Actor) -> tuple[Trajectory, Introduction, BuddySide]:
    """The trajectory of one of the two who are introduced now, held. Raises NotFound for anybody else."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    introduction = queries.find_live(session, trajectory_id)
    side = side_of(trajectory, introduction, actor.person_id)
    if introduction is None or side is None:
        raise NotFound(f"trajectory {trajectory_id}")
    return trajectory, introduction, side


def acting_of(side: BuddySide) -> ActingAs:
    """In what capacity somebody of a side acts."""
    return ActingAs.RESIDENT if side is BuddySide.RESIDENT else ActingAs.VOLUNTEER


def find_owner(
    session: Session, trajectory: Trajectory, *, now: datetime, besides: frozenset[UUID] = frozenset()
) -> UUID | None:
    """Whose it is: a buddy coordinator who is there, else who is on duty for company, else the team lead."""
    area = trajectory.postcode[:4]
    found = queries.find_coordinator(session, trajectory.municipality_id, area, now=now, besides=besides)
    if found is not None:
        return found
    roster = read_roster(session, trajectory.municipality_id, now=now)
    return roster.owner_for(area, trajectory.skill_code, besides=next(iter(besides), None))


def is_trained(session: Session, municipality_id: UUID, person_id: UUID, *, now: datetime) -> bool:
    """Whether everything that a buddy needs was seen of somebody, and holds today."""
    papers = queries.list_papers(session, municipality_id, [person_id])[person_id]
    return holds_on(papers, now.astimezone(AMSTERDAM).date())


def read_agenda(session: Session, trajectory: Trajectory, *, policy: BuddyPolicy = BUDDY) -> list[Due]:
    """What is due in a trajectory, as the database says."""
    introduction = queries.find_live(session, trajectory.id)
    if introduction is None:
        return agenda(trajectory, None, (), {}, policy)
    talks = [talk for talk in queries.list_talks(session, trajectory.id) if talk.introduction_id == introduction.id]
    papers = queries.list_papers(session, trajectory.municipality_id, [introduction.person_id])
    return agenda(trajectory, introduction, talks, papers[introduction.person_id], policy)


def settle(
    session: Session, trajectory: Trajectory, *, now: datetime, policy: BuddyPolicy = BUDDY, is_step: bool = True
) -> None:
    """The next moment follows from how it stands; after a step, what was put off is no longer."""
    if is_step:
        trajectory.changed_at, trajectory.later_at = now, None
    session.add(trajectory)
    session.flush()
    due = read_agenda(session, trajectory, policy=policy)
    trajectory.next_moment_at = due[0].at if due else now
    if trajectory.next_moment_at > now:
        trajectory.told_at = None
    session.add(trajectory)
    session.flush()


def tell(
    session: Session,
    kind: NoticeKind,
    trajectory: Trajectory,
    *,
    to: UUID,
    at: datetime,
    key: str = "",
    **subject: Any,
) -> None:
    """Queue one message about a trajectory; once for each unless ``key`` names the occasion. ``subject``: ids."""
    notices.queue(
        session,
        kind,
        municipality_id=trajectory.municipality_id,
        person_id=to,
        at=at,
        key=f"{trajectory.id}:{key}",
        trajectory=trajectory.id,
        **subject,
    )


def tell_resident(session: Session, kind: NoticeKind, trajectory: Trajectory, *, at: datetime, key: str = "") -> None:
    """Who gets the buddy hears it."""
    tell(session, kind, trajectory, to=trajectory.resident_id, at=at, key=key)


def tell_both(
    session: Session, kind: NoticeKind, trajectory: Trajectory, introduction: Introduction, *, at: datetime, key: str
) -> None:
    """Each of the two hears it, in their own words."""
    for person_id in (trajectory.resident_id, introduction.person_id):
        tell(session, kind, trajectory, to=person_id, at=at, key=key, introduction=introduction.id)


def tell_owner(session: Session, trajectory: Trajectory, *, at: datetime) -> None:
    """Something waits for whoever has it."""
    if trajectory.owner_id is not None:
        trajectory.told_at = at
        session.add(trajectory)
        kind = NoticeKind.BUDDY_FOR_COORDINATOR
        tell(session, kind, trajectory, to=trajectory.owner_id, at=at, key=at.isoformat())


def part(
    session: Session,
    trajectory: Trajectory,
    introduction: Introduction,
    action: IntroductionAction,
    *,
    acting_as: ActingAs,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """It does not become, or no longer is, these two. What is still to be asked of them drops; the trajectory waits
    again, where two had begun at the front. Says nothing about whose wish it was but in the figures."""
    had_begun = introduction.status is IntroductionStatus.RUNNING
    _drop_talks(session, introduction)
    advance_introduction(session, introduction, action, at=now)
    _record_parting(session, trajectory, introduction, action, acting_as=acting_as, actor_id=actor_id, now=now)
    advance_trajectory(session, trajectory, TrajectoryAction.PART)
    trajectory.is_first = trajectory.is_first or had_begun
    session.add(trajectory)
    session.flush()


def finish(
    session: Session, trajectory: Trajectory, introduction: Introduction, *, actor_id: UUID, now: datetime
) -> None:
    """The two come to a good end: the match was one, and stays."""
    _drop_talks(session, introduction)
    advance_introduction(session, introduction, IntroductionAction.FINISH, at=now)
    history.about_trajectory(
        session,
        EventKind.DONE,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor_id,
        introduction=introduction,
    )


def _drop_talks(session: Session, introduction: Introduction) -> None:
    for talk in queries.list_open_talks(session, introduction.id):
        advance_talk(session, talk, TalkAction.DROP)


_BY: Final = {ActingAs.RESIDENT: "requester", ActingAs.VOLUNTEER: "volunteer"}
_EVENTS: Final = {
    IntroductionAction.DECLINE: EventKind.DECLINED,
    IntroductionAction.LAPSE: EventKind.LAPSED,
    IntroductionAction.WITHDRAW: EventKind.PROPOSAL_WITHDRAWN,
}


def _record_parting(
    session: Session,
    trajectory: Trajectory,
    introduction: Introduction,
    action: IntroductionAction,
    *,
    acting_as: ActingAs,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """What the figures hear: a buddy who stops is no shame and no removal; the next one is a new match."""
    kind = _EVENTS.get(action, EventKind.CANCELLED)
    detail: dict[str, Any] = {"by": _BY.get(acting_as, "staff")} if kind is EventKind.CANCELLED else {}
    history.about_trajectory(
        session, kind, trajectory, at=now, acting_as=acting_as, actor_id=actor_id, introduction=introduction, **detail
    )
    if action is IntroductionAction.STOP:
        history.about_trajectory(
            session,
            EventKind.SLOT_FREED,
            trajectory,
            at=now,
            acting_as=ActingAs.ENGINE,
            introduction=introduction,
        )
