"""What time does: talks are asked, answers lapse, and nothing that is due stays with somebody who is not there."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history
from marketplace.buddies import agreeing, apart, introducing, steps, talks
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.lifecycle.buddy import OPEN_TRAJECTORIES
from marketplace.models import ActingAs, EventKind, IntroductionStatus, NoticeKind, Trajectory
from marketplace.policies import DESK
from marketplace.queries import buddies as queries
from marketplace.queries.roster import read_roster

# Nobody is asked how the meeting was while they are still at it.
_AFTER_MEETING: Final = timedelta(hours=2)


def look_after(session: Session, now: datetime, policy: BuddyPolicy = BUDDY) -> int:
    """One run over everything that time changes. How many steps."""
    return (
        sum(
            introducing.lapse(session, one, now=now, policy=policy)
            for one in queries.list_answers_overdue(session, now)
        )
        + sum(talks.ask(session, one, now=now, policy=policy) for one in queries.list_talks_due(session, now))
        + sum(
            talks.ask_again(session, one, now=now, policy=policy)
            for one in queries.list_talks_unanswered(session, now - timedelta(days=policy.talk_again_days))
        )
        + apart.part(session, now, policy=policy)
        + _ask_after_meetings(session, now)
        + _follow_papers(session, now, policy)
        + _give_to_who_is_there(session, now)
        + sum(_put_before(session, one, now) for one in queries.list_due(session, now))
    )


def _ask_after_meetings(session: Session, now: datetime) -> int:
    """The first meeting has been: each is asked whether they go on. Of each meeting the outbox keeps one question."""
    asked = 0
    for trajectory_id in queries.list_meetings_over(session, now - _AFTER_MEETING):
        trajectory, introduction = (
            queries.get_trajectory(session, trajectory_id),
            queries.find_live(session, trajectory_id),
        )
        if introduction is None or introduction.meets_at is None:
            continue
        key = introduction.meets_at.isoformat()
        steps.tell_both(session, NoticeKind.BUDDY_GO_ON, trajectory, introduction, at=now, key=key)
        asked += 1
    return asked


def _follow_papers(session: Session, now: datetime, policy: BuddyPolicy) -> int:
    """A certificate that was renewed, or runs out, changes what is due; what it held up begins."""
    changed = 0
    for trajectory_id in queries.list_running(session):
        trajectory = queries.lock_trajectory(session, trajectory_id)
        introduction = queries.find_live(session, trajectory_id)
        if introduction is None:
            continue
        if introduction.status is IntroductionStatus.AGREEING:
            changed += agreeing.begin_if_agreed(session, trajectory, introduction, now=now, policy=policy)
        due = steps.read_agenda(session, trajectory, policy=policy)
        if due and due[0].at != trajectory.next_moment_at:
            steps.settle(session, trajectory, now=now, policy=policy, is_step=False)
            changed += 1
    return changed


def _give_to_who_is_there(session: Session, now: datetime) -> int:
    """Whose coordinator is away, or left, goes to somebody who is there; and back when they are."""
    moved = 0
    for trajectory_id in queries.list_with_other_owner(session, now):
        trajectory = queries.lock_trajectory(session, trajectory_id)
        if trajectory.status not in OPEN_TRAJECTORIES:
            continue
        here, was = trajectory.municipality_id, trajectory.passed_from_id
        if was is not None and queries.is_there(session, here, was, now=now):
            trajectory.passed_from_id = None
            moved += _give(session, trajectory, was, "back", now)
        elif trajectory.owner_id is None or not queries.is_there(session, here, trajectory.owner_id, now=now):
            moved += _pass_on(session, trajectory, now)
    return moved


def _pass_on(session: Session, trajectory: Trajectory, now: datetime) -> bool:
    away = trajectory.owner_id
    roster = read_roster(session, trajectory.municipality_id, now=now)
    besides = frozenset({away} if away else set())
    to = (roster.stand_in_of(away) if away else None) or steps.find_owner(session, trajectory, now=now, besides=besides)
    if to is None or to == away:
        return False  # nobody else works there: it stays theirs, with its moment
    trajectory.passed_from_id = trajectory.passed_from_id or away
    return _give(session, trajectory, to, "away", now)


def _put_before(session: Session, trajectory_id: UUID, now: datetime) -> bool:
    """What is due is told to who has it; a working day later, untouched, it goes to the team lead."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    if trajectory.status not in OPEN_TRAJECTORIES or trajectory.next_moment_at > now:
        return False
    told_at = trajectory.told_at
    if told_at is None or told_at < trajectory.next_moment_at:
        steps.tell_owner(session, trajectory, at=now)
        return True
    if now < DESK.deadline(told_at):
        return False
    lead = read_roster(session, trajectory.municipality_id, now=now).team_lead
    if lead is None or lead == trajectory.owner_id:
        steps.tell_owner(session, trajectory, at=now)
        return True
    return _give(session, trajectory, lead, "overdue", now)


def _give(session: Session, trajectory: Trajectory, to: UUID, why: str, now: datetime) -> bool:
    if trajectory.owner_id == to:
        return False
    trajectory.owner_id = to
    session.add(trajectory)
    history.about_trajectory(
        session,
        EventKind.CASE_REASSIGNED,
        trajectory,
        at=now,
        acting_as=ActingAs.ENGINE,
        person_id=to,
        why=why,
    )
    steps.tell_owner(session, trajectory, at=now)
    session.flush()
    return True
