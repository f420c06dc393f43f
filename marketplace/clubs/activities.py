"""What an organisation does for everybody: come along. Joining is no match and is counted nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import minors, notices, permissions
from marketplace.asks import check_public
from marketplace.errors import IllegalTransition, InvalidInput, SlotTaken
from marketplace.models import GroupActivity, GroupActivityPlace, NoticeKind
from marketplace.permissions import Actor
from marketplace.queries import organisations as queries
from marketplace.queries import people

LONGEST_TITLE: Final = 80
LONGEST_TEXT: Final = 1000
LONGEST_VENUE: Final = 120
MOST_PLACES: Final = 500
MOST_AHEAD: Final = timedelta(days=366)


@dataclass(frozen=True)
class NewActivity:
    """What, where and when, and how many can come."""

    title: str
    text: str
    venue: str
    starts_at: datetime | None
    ends_at: datetime | None
    places: int


def make(session: Session, new: NewActivity, *, organisation_id: UUID, actor: Actor, now: datetime) -> GroupActivity:
    """An owner or editor announces it. Raises NotAllowed, InvalidInput."""
    organisation = queries.get(session, organisation_id)
    permissions.require(organisation_id in actor.organisations)
    starts_at, ends_at = _check(new, now)
    activity = GroupActivity(
        municipality_id=organisation.municipality_id,
        organisation_id=organisation_id,
        title=" ".join(new.title.split()),
        text=new.text.strip(),
        venue=" ".join(new.venue.split()),
        starts_at=starts_at,
        ends_at=ends_at,
        places=new.places,
        made_by_id=actor.person_id,
        made_at=now,
    )
    session.add(activity)
    session.flush()
    return activity


def cancel(session: Session, *, activity_id: UUID, actor: Actor, now: datetime) -> GroupActivity:
    """It is not held: who would come hears so. Pressed twice, the first press did it. Raises NotAllowed."""
    activity = queries.get_activity(session, activity_id)
    permissions.require(activity.organisation_id in actor.organisations)
    if activity.cancelled_at is None:
        activity.cancelled_at = now
        session.add(activity)
        for person_id, _ in queries.list_guests(session, activity_id):
            notices.queue(
                session,
                NoticeKind.ACTIVITY_CANCELLED,
                municipality_id=activity.municipality_id,
                person_id=person_id,
                at=now,
                key=str(activity_id),
                activity=activity_id,
            )
    return activity


def join(session: Session, *, activity_id: UUID, actor: Actor, now: datetime) -> GroupActivity:
    """Come along. Pressed twice is once.

    Raises SlotTaken where it is full, IllegalTransition where it is over, NotAllowed for a child of whom no parent
    agrees.
    """
    activity = queries.get_activity(session, activity_id)
    if queries.find_joined(session, activity_id, actor.person_id) is not None:
        return activity
    permissions.require(minors.may_help(session, people.get_person(session, actor.person_id), now))
    if activity.cancelled_at is not None or activity.starts_at <= now:
        raise IllegalTransition("activity", "over", "join")
    if not queries.change_taken(session, activity_id, 1):
        raise SlotTaken(activity_id)
    # The activity is held by now: pressed twice at once, the second sees the first.
    session.expire_all()
    if queries.find_joined(session, activity_id, actor.person_id) is not None:
        queries.change_taken(session, activity_id, -1)
        return queries.get_activity(session, activity_id)
    session.add(GroupActivityPlace(activity_id=activity_id, person_id=actor.person_id, joined_at=now))
    session.flush()
    return queries.get_activity(session, activity_id)


def leave(session: Session, *, activity_id: UUID, person_id: UUID) -> None:
    """Not come along after all. Pressed twice is once."""
    if queries.find_joined(session, activity_id, person_id) is None:
        return
    queries.change_taken(session, activity_id, -1)
    session.expire_all()
    place = queries.find_joined(session, activity_id, person_id)
    if place is None:  # the other press took it
        queries.change_taken(session, activity_id, 1)
        return
    session.delete(place)
    session.flush()


def _check(new: NewActivity, now: datetime) -> tuple[datetime, datetime]:
    problems = {
        "title": "activity_title_missing"
        if not new.title.strip()
        else check_public("title", new.title, longest=LONGEST_TITLE),
        "text": "activity_text_missing"
        if not new.text.strip()
        else check_public("text", new.text, longest=LONGEST_TEXT),
        "venue": "venue_missing" if not new.venue.strip() else "",
        "places": "" if 1 <= new.places <= MOST_PLACES else "places_range",
        "day": "" if new.starts_at is not None and new.ends_at is not None else "activity_when_missing",
    }
    if len(new.venue.strip()) > LONGEST_VENUE:
        problems["venue"] = "venue_long"
    if new.starts_at is not None and new.ends_at is not None:
        if new.ends_at <= new.starts_at:
            problems["day"] = "when_order"
        elif new.starts_at <= now:
            problems["day"] = "when_past"
        elif new.starts_at > now + MOST_AHEAD:
            problems["day"] = "when_far"
    if problems := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(problems)
    assert new.starts_at is not None
    assert new.ends_at is not None
    return new.starts_at, new.ends_at
