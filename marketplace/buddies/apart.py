"""Who wants nothing to do with somebody any more, or whose account was blocked, is nobody's buddy here: the two part,
kindly and without a reason, and the resident waits again at the front where they had begun."""

from datetime import datetime

from sqlmodel import Session

from marketplace.buddies import steps
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS, IntroductionAction
from marketplace.models import ActingAs, IntroductionStatus, NoticeKind
from marketplace.queries import buddies as queries


def part(session: Session, now: datetime, *, policy: BuddyPolicy = BUDDY) -> int:
    """Everybody who is still introduced all the same. How many pairs."""
    parted = 0
    for row in queries.list_wanting_apart(session):
        trajectory = queries.lock_trajectory(session, row.trajectory_id)
        introduction = queries.get_introduction(session, row.introduction_id)
        session.refresh(introduction)
        if introduction.status not in LIVE_INTRODUCTIONS:
            continue
        has_begun = introduction.status is IntroductionStatus.RUNNING
        acting_as = ActingAs.ENGINE
        if row.blocker_id is not None:
            is_resident = row.blocker_id == trajectory.resident_id
            acting_as = ActingAs.RESIDENT if is_resident else ActingAs.VOLUNTEER
        steps.part(
            session,
            trajectory,
            introduction,
            IntroductionAction.STOP if has_begun else IntroductionAction.WITHDRAW,
            acting_as=acting_as,
            actor_id=row.blocker_id,
            now=now,
        )
        steps.settle(session, trajectory, now=now, policy=policy)
        for person_id in (trajectory.resident_id, introduction.person_id):
            if person_id != row.blocker_id:
                key = str(introduction.id)
                steps.tell(
                    session,
                    NoticeKind.BUDDY_PARTED,
                    trajectory,
                    to=person_id,
                    at=now,
                    key=key,
                    introduction=introduction.id,
                )
        steps.tell_owner(session, trajectory, at=now)
        parted += 1
    return parted
