"""Who leaves for good: their trajectories end, the others are told, and no word of them is left."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import anonymising
from marketplace.buddies import steps, undoing
from marketplace.buddies.asking import close
from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS, IntroductionAction
from marketplace.models import (
    ActingAs,
    Introduction,
    IntroductionStatus,
    NoticeKind,
    Person,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.queries import buddies as queries


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """End what they have a buddy in, part where they are one, and ask in nobody's name any more."""
    for trajectory in queries.list_of_person(session, person.id):
        if trajectory.status is TrajectoryStatus.ENDED:
            continue
        trajectory = queries.lock_trajectory(session, trajectory.id)
        if trajectory.resident_id == person.id:
            ending = TrajectoryEnding.WITHDRAWN
            close(session, trajectory, ending, acting_as=ActingAs.RESIDENT, actor_id=person.id, now=now)
    for introduction in queries.list_introductions_of(session, person.id):
        if introduction.status in LIVE_INTRODUCTIONS:
            _part(session, queries.lock_trajectory(session, introduction.trajectory_id), introduction, person, now)


def forget(session: Session, person: Person) -> None:
    """What was asked, needed, agreed and said; and who asked in whose name."""
    names = anonymising.names_of(person)
    for trajectory in queries.list_of_person(session, person.id):
        undoing.forget(session, trajectory)
        if trajectory.resident_id == person.id:
            empty(session, trajectory)
        if trajectory.representative_id == person.id:
            trajectory.representative_id = trajectory.relation = None
        if names is not None:
            for field in ("text", "need", "wishes", "look_back", "what_next"):
                setattr(trajectory, field, names.sub(anonymising.GONE, getattr(trajectory, field)))
        session.add(trajectory)
        for introduction in queries.list_introductions(session, trajectory.id):
            if names is not None:
                introduction.goal = names.sub(anonymising.GONE, introduction.goal)
            session.add(introduction)
        for talk in queries.list_talks(session, trajectory.id):
            if names is not None:
                talk.remark = names.sub(anonymising.GONE, talk.remark)
            session.add(talk)
    for talk in queries.list_talks_of(session, person.id):
        talk.answers, talk.remark = {}, ""
        session.add(talk)
    session.flush()


def empty(session: Session, trajectory: Trajectory) -> None:
    """That there was one, when, and how it ended stay; every word goes, and the place becomes coarse."""
    trajectory.text = trajectory.need = trajectory.wishes = trajectory.look_back = trajectory.what_next = ""
    trajectory.groups, trajectory.languages = [], []
    trajectory.postcode = trajectory.postcode[:4]
    session.add(trajectory)
    for introduction in queries.list_introductions(session, trajectory.id):
        introduction.goal = introduction.wanted_goal = introduction.meets_where = ""
        session.add(introduction)
    for talk in queries.list_talks(session, trajectory.id):
        talk.answers, talk.remark = {}, ""
        session.add(talk)
    session.flush()


def export(session: Session, person_id: UUID) -> dict[str, Any]:
    """Their trajectories, what they said in talks, and whose buddy they were; not what the other said apart."""
    own = [one for one in queries.list_of_person(session, person_id) if one.resident_id == person_id]
    asked = ("skill_code", "text", "groups", "languages", "need", "wishes", "asked_at", "intake_at", "status")
    kept = (*asked, "started_at", "ended_at", "ending", "look_back", "what_next")
    return {
        "buddy_trajectories": [
            {name: value for name, value in one.model_dump(mode="json").items() if name in kept}
            | {"goals": [row.goal for row in queries.list_introductions(session, one.id) if row.goal]}
            for one in own
        ],
        "buddy_of": [
            {
                "introduced_at": row.introduced_at.isoformat(),
                "status": row.status.value,
                "goal": row.goal,
                "started_at": row.started_at.isoformat() if row.started_at else None,
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in queries.list_introductions_of(session, person_id)
        ],
        "buddy_talks": [
            {"week": row.week, "answers": row.answers, "remark": row.remark, "held_at": row.held_at.isoformat()}
            for row in queries.list_talks_of(session, person_id)
            if row.held_at is not None
        ],
    }


def _part(session: Session, trajectory: Trajectory, introduction: Introduction, person: Person, now: datetime) -> None:
    """A buddy leaves: the resident waits again, at the front where they had begun."""
    has_begun = introduction.status is IntroductionStatus.RUNNING
    action = IntroductionAction.STOP if has_begun else IntroductionAction.WITHDRAW
    steps.part(session, trajectory, introduction, action, acting_as=ActingAs.VOLUNTEER, actor_id=person.id, now=now)
    steps.settle(session, trajectory, now=now)
    steps.tell(
        session,
        NoticeKind.BUDDY_PARTED,
        trajectory,
        to=trajectory.resident_id,
        at=now,
        key=str(introduction.id),
        introduction=introduction.id,
    )
    steps.tell_owner(session, trajectory, at=now)
