"""Asking for a buddy: by the resident, by somebody in their name, or typed in by staff. It goes to a person at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import consent, history, permissions
from marketplace.buddies import steps
from marketplace.buddies.policies import BUDDY, KINDS, BuddyPolicy
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.geocoding import Place
from marketplace.lifecycle.buddy import IntroductionAction, end_trajectory
from marketplace.models import (
    ActingAs,
    BuddyGroup,
    Channel,
    ConsentKind,
    EventKind,
    IntroductionStatus,
    Municipality,
    NoticeKind,
    Relation,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import buddies as queries
from marketplace.queries import catalogue

MOST_TEXT: Final = 1000


@dataclass(frozen=True)
class NewTrajectory:
    """A buddy as it was asked for."""

    skill_code: str
    text: str
    place: Place
    groups: frozenset[BuddyGroup] = frozenset()
    languages: tuple[str, ...] = ("nl",)
    channel: Channel = Channel.WEB


@dataclass(frozen=True)
class AskedFor:
    """Who asks in somebody's name, what they are to each other, and whether the other was asked first."""

    person_id: UUID
    relation: Relation
    # "Signal with, not about": without their yes nothing is asked in anybody's name.
    is_agreed: bool


def check(asked: NewTrajectory, *, municipality: str, other: AskedFor | None = None) -> None:
    """Raises InvalidInput with every problem at once: field → code."""
    problems = {}
    if asked.skill_code not in KINDS:
        problems["kind"] = "buddy_kind_missing"
    if not asked.text.strip() or len(asked.text) > MOST_TEXT:
        problems["text"] = "text_long" if asked.text.strip() else "text_missing"
    if asked.place.municipality != municipality:
        problems["postcode"] = "postcode_elsewhere"
    if other is not None and not other.is_agreed:
        problems["agreed"] = "buddy_not_agreed"
    if problems:
        raise InvalidInput(problems)


def ask(
    session: Session,
    asked: NewTrajectory,
    *,
    municipality: Municipality,
    resident_id: UUID,
    actor: Actor,
    now: datetime,
    other: AskedFor | None = None,
    policy: BuddyPolicy = BUDDY,
) -> Trajectory:
    """Ask for a buddy. It lies with somebody from the first second; asked twice it is one.

    Somebody else than the resident may ask as staff who type in what they were told, or in the resident's name, who
    said yes to that and hears it from us as well. Raises InvalidInput, NotAllowed.
    """
    is_typed_in = actor.person_id not in (resident_id, other.person_id if other else None)
    permissions.require(not is_typed_in or actor.has_role(municipality.id, permissions.CASE_WORKERS))
    check(asked, municipality=municipality.name, other=other)
    if twice := queries.find_open_of(session, resident_id, asked.skill_code, municipality.id):
        return twice
    trajectory = Trajectory(
        municipality_id=municipality.id,
        skill_code=asked.skill_code,
        resident_id=resident_id,
        representative_id=other.person_id if other else None,
        relation=other.relation if other else None,
        channel=asked.channel,
        entered_by_id=actor.person_id if is_typed_in else None,
        text=asked.text.strip(),
        groups=sorted(asked.groups),
        languages=list(asked.languages),
        postcode=asked.place.postcode,
        neighbourhood=asked.place.neighbourhood,
        latitude=asked.place.latitude,
        longitude=asked.place.longitude,
        precision=asked.place.precision,
        asked_at=now,
        changed_at=now,
        next_moment_at=DESK.deadline(now),
    )
    session.add(trajectory)
    session.flush()
    trajectory.owner_id = steps.find_owner(session, trajectory, now=now)
    if other is not None:
        consent.give(
            session,
            ConsentKind.REPRESENTATION,
            municipality_id=municipality.id,
            person_id=resident_id,
            channel=asked.channel,
            recorded_by_id=actor.person_id,
            now=now,
        )
    _record(session, trajectory, is_typed_in=is_typed_in, actor=actor, policy=policy, now=now)
    steps.settle(session, trajectory, now=now, policy=policy)
    for person_id in {resident_id, *([other.person_id] if other else [])}:
        steps.tell(session, NoticeKind.BUDDY_ASKED, trajectory, to=person_id, at=now)
    steps.tell_owner(session, trajectory, at=now)
    return trajectory


def withdraw(session: Session, *, trajectory_id: UUID, actor: Actor, now: datetime) -> Trajectory:
    """Not after all: said by the resident, or who asked in their name, before it began. Twice is once.

    Raises NotFound; IllegalTransition once it runs, which ends otherwise.
    """
    trajectory = queries.lock_trajectory(session, trajectory_id)
    if actor.person_id not in (trajectory.resident_id, trajectory.representative_id):
        raise NotFound(f"trajectory {trajectory_id}")
    if trajectory.status is TrajectoryStatus.ENDED:
        return trajectory
    if trajectory.status is TrajectoryStatus.RUNNING:
        raise IllegalTransition("trajectory", trajectory.status, "withdraw")
    close(
        session,
        trajectory,
        TrajectoryEnding.WITHDRAWN,
        acting_as=ActingAs.RESIDENT,
        actor_id=actor.person_id,
        now=now,
    )
    return trajectory


def close(
    session: Session,
    trajectory: Trajectory,
    ending: TrajectoryEnding,
    *,
    acting_as: ActingAs,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """It ends, and whoever was introduced hears that it does not go on."""
    introduction = queries.find_live(session, trajectory.id)
    had_begun = introduction is not None and introduction.status is IntroductionStatus.RUNNING
    if introduction is not None:
        action = IntroductionAction.STOP if had_begun else IntroductionAction.WITHDRAW
        steps.part(session, trajectory, introduction, action, acting_as=acting_as, actor_id=actor_id, now=now)
        kind = NoticeKind.BUDDY_ENDED if had_begun else NoticeKind.BUDDY_PARTED
        steps.tell(
            session,
            kind,
            trajectory,
            to=introduction.person_id,
            at=now,
            key=str(introduction.id),
            introduction=introduction.id,
        )
    end_trajectory(session, trajectory, ending, at=now)
    is_own = acting_as in (ActingAs.RESIDENT, ActingAs.VOLUNTEER)
    history.about_trajectory(
        session,
        EventKind.REQUEST_WITHDRAWN if is_own else EventKind.REQUEST_CLOSED,
        trajectory,
        at=now,
        acting_as=acting_as,
        actor_id=actor_id,
        reason=ending.value,
    )
    steps.settle(session, trajectory, now=now)


def note_meanwhile(session: Session, *, trajectory_id: UUID, request_id: UUID, actor: Actor) -> None:
    """Lighter company was asked in the meantime. Raises NotFound for anybody but the resident or who asked."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    if actor.person_id not in (trajectory.resident_id, trajectory.representative_id):
        raise NotFound(f"trajectory {trajectory_id}")
    trajectory.meanwhile_id = request_id
    session.add(trajectory)
    session.flush()


def _record(
    session: Session,
    trajectory: Trajectory,
    *,
    is_typed_in: bool,
    actor: Actor,
    policy: BuddyPolicy,
    now: datetime,
) -> None:
    """In the figures it is a request with one slot."""
    history.about_trajectory(
        session,
        EventKind.REQUEST_POSTED,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF if is_typed_in else ActingAs.RESIDENT,
        actor_id=actor.person_id,
        work_area=catalogue.find_work_area(session, trajectory.skill_code),
        skill=trajectory.skill_code,
        neighbourhood=trajectory.neighbourhood,
        asker_kind="private",
        channel=trajectory.channel.value,
        slots=1,
        respond_by=(now + timedelta(days=policy.respond_by_days)).isoformat(),
        is_ride=False,
        assisted=is_typed_in,
        relation=trajectory.relation.value if trajectory.relation else None,
    )
