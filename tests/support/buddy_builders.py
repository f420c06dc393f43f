"""Buddies and who waits for one, with the boring part filled in: as in `tests.support.builders`."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from marketplace.buddies import agreeing, asking, intake, introducing, looking_after, talks
from marketplace.buddies.asking import AskedFor, NewTrajectory
from marketplace.buddies.intake import Intake
from marketplace.buddies.policies import PAPERS
from marketplace.buddies.talks import Question, Reply, TalkSaid
from marketplace.models import (
    BuddyGroup,
    BuddySide,
    BuddyTalk,
    Introduction,
    Offer,
    Person,
    QualificationSeen,
    StaffRoleKind,
    TalkStatus,
    Trajectory,
)
from marketplace.permissions import Actor
from tests.support.builders import a_coordinator, a_person, a_volunteer, place, the_municipality
from tests.support.clock import AMSTERDAM, NOW

GOOD = TalkSaid(answers=dict.fromkeys(Question, Reply.GOOD))
BAD = TalkSaid(answers=dict.fromkeys(Question, Reply.GOOD) | {Question.CLICK: Reply.BAD})


def a_buddy_coordinator(session: Session, first_name: str = "Bo", **more: Any) -> Actor:
    """Who introduces buddies."""
    return a_coordinator(session, first_name, kind=StaffRoleKind.BUDDY_COORDINATOR, **more)


def a_buddy(
    session: Session,
    first_name: str = "Bas",
    *,
    skills: Iterable[str] = ("company.buddy", "company.family"),
    papers: Iterable[str] = PAPERS,
    until: date | None = None,
    **more: Any,
) -> Offer:
    """A trained volunteer whose papers hold until a day, or for ever."""
    offer = a_volunteer(session, first_name, skills=skills, **more)
    for code in papers:
        see_paper(session, offer, code, until=until)
    return offer


def see_paper(session: Session, offer: Offer, code: str, *, until: date | None = None) -> None:
    """A paper was seen."""
    session.add(
        QualificationSeen(
            municipality_id=offer.municipality_id,
            person_id=offer.person_id,
            code=code,
            seen_on=date(2025, 1, 1),
            seen_by_id=offer.person_id,
            valid_until=until,
        )
    )
    session.flush()


def a_trajectory(
    session: Session,
    *,
    resident: Person | None = None,
    skill: str = "company.buddy",
    other: AskedFor | None = None,
    by: Actor | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Trajectory:
    """Riet asks for a buddy."""
    resident = resident or a_person(session, "Riet")
    asker = other.person_id if other else resident.id
    return asking.ask(
        session,
        NewTrajectory(skill, "Ik durf de deur niet meer uit.", place(), frozenset({BuddyGroup.PSYCHOLOGICAL}), **more),
        municipality=the_municipality(session),
        resident_id=resident.id,
        actor=by or Actor(asker),
        now=now,
        other=other,
    )


def waiting(session: Session, bo: Actor, *, now: datetime = NOW, **more: Any) -> Trajectory:
    """Riet had her first talk and stands on the list."""
    trajectory = a_trajectory(session, now=now, **more)
    told = Intake("Weer naar buiten durven.", "", frozenset({BuddyGroup.PSYCHOLOGICAL}), ("nl",))
    return intake.hold(session, trajectory_id=trajectory.id, intake=told, actor=bo, now=now)


def introduced(session: Session, bo: Actor, buddy: Offer, *, now: datetime = NOW, **more: Any) -> Trajectory:
    """Bas was introduced to Riet, and is asked first."""
    trajectory = waiting(session, bo, now=now, **more)
    introducing.introduce(session, trajectory_id=trajectory.id, offer_id=buddy.id, actor=bo, now=now)
    return trajectory


def agreeing_pair(session: Session, bo: Actor, buddy: Offer, *, now: datetime = NOW, **more: Any) -> Trajectory:
    """Both said yes, met, and go on; a goal is still to be agreed."""
    trajectory = introduced(session, bo, buddy, now=now, **more)
    both = (Actor(buddy.person_id), Actor(trajectory.resident_id))
    for one in both:
        introducing.answer(session, trajectory_id=trajectory.id, is_yes=True, actor=one, now=now)
    meets_at = now + timedelta(days=2)
    introducing.plan_meeting(session, trajectory_id=trajectory.id, at=meets_at, where="Dommelbergen", actor=bo, now=now)
    for one in both:
        introducing.go_on(session, trajectory_id=trajectory.id, is_yes=True, actor=one, now=meets_at)
    return trajectory


def running(
    session: Session, bo: Actor, buddy: Offer, *, now: datetime = NOW, weeks: int = 52, **more: Any
) -> Trajectory:
    """A pair on their way: begun three days after `now`."""
    trajectory = agreeing_pair(session, bo, buddy, now=now, **more)
    begins_at = now + timedelta(days=3)
    ends_on = begins_at.astimezone(AMSTERDAM).date() + timedelta(weeks=weeks)
    agreeing.propose(
        session, trajectory_id=trajectory.id, goal="Elke week naar de markt.", ends_on=ends_on, actor=bo, now=begins_at
    )
    for one in (buddy.person_id, trajectory.resident_id):
        agreeing.agree(session, trajectory_id=trajectory.id, actor=Actor(one), now=begins_at)
    return trajectory


def the_pair(session: Session, trajectory: Trajectory) -> Introduction:
    """Who was introduced last."""
    query = select(Introduction).where(Introduction.trajectory_id == trajectory.id)
    return list(session.exec(query.order_by(Introduction.introduced_at)))[-1]  # type: ignore[arg-type]


def talks_of(session: Session, trajectory: Trajectory, side: BuddySide | None = None) -> list[BuddyTalk]:
    """The talks of one side, or of both."""
    query = select(BuddyTalk).where(BuddyTalk.trajectory_id == trajectory.id)
    found = session.exec(query.order_by(BuddyTalk.week, BuddyTalk.side)).all()  # type: ignore[arg-type]
    return [talk for talk in found if side is None or talk.side is side]


def ask_talk(session: Session, trajectory: Trajectory, week: int, side: BuddySide) -> BuddyTalk:
    """The week has come, and one side is asked."""
    talk = next(one for one in talks_of(session, trajectory, side) if one.week == week)
    looking_after.look_after(session, talk.due_at)
    session.refresh(talk)
    assert talk.status is TalkStatus.ASKED
    return talk


def hold_talk(session: Session, talk_id: UUID, said: TalkSaid = GOOD) -> BuddyTalk:
    """Somebody says how it goes, an hour after they were asked."""
    talk = session.get_one(BuddyTalk, talk_id)
    assert talk.asked_at is not None
    return talks.answer(
        session, talk_id=talk_id, said=said, actor=Actor(talk.person_id), now=talk.asked_at + timedelta(hours=1)
    )
