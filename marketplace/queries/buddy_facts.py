"""What a message about a trajectory with a buddy needs, read at the moment of sending."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from marketplace.models import BuddyTalk, Introduction, OutboxMessage, Person, Trajectory


@dataclass(frozen=True)
class BuddyFacts:
    """A trajectory, who it is about, and what is asked. What it has no id of, or what is gone, is None."""

    trajectory: Trajectory
    resident: Person | None
    # Who asked in their name.
    representative: Person | None
    introduction: Introduction | None
    buddy: Person | None
    talk: BuddyTalk | None


def read_buddy_facts(session: Session, message: OutboxMessage) -> BuddyFacts | None:
    """The facts of one message; None where it is about no trajectory."""
    subject = {name: UUID(value) for name, value in message.subject.items()}
    trajectory = session.get(Trajectory, subject["trajectory"]) if "trajectory" in subject else None
    if trajectory is None:
        return None
    introduction = session.get(Introduction, subject["introduction"]) if "introduction" in subject else None
    return BuddyFacts(
        trajectory=trajectory,
        resident=session.get(Person, trajectory.resident_id),
        representative=session.get(Person, trajectory.representative_id) if trajectory.representative_id else None,
        introduction=introduction,
        buddy=session.get(Person, introduction.person_id) if introduction else None,
        talk=session.get(BuddyTalk, subject["talk"]) if "talk" in subject else None,
    )
