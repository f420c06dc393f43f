"""Places, what goes on there and when; and how often people went."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    Activity,
    ActivityDate,
    ActivityLink,
    ActivityLinkKind,
    ActivityTime,
    HelpRequest,
    Place,
)
from marketplace.timetables import Minutes, Times


@dataclass(frozen=True)
class ActivityFacts:
    """One activity with its place and its times."""

    activity: Activity
    place: Place
    times: Times


def find_place_by_code(session: Session, municipality_id: UUID, code: str) -> Place | None:
    """The place that a data file calls so, also where it is closed."""
    query = select(Place).where(Place.municipality_id == municipality_id, Place.code == code)
    return session.exec(query).first()


def get_place(session: Session, place_id: UUID, municipality_id: UUID) -> Place:
    """A place of this municipality that is not closed. Raises NotFound."""
    found = session.get(Place, place_id)
    if found is None or found.municipality_id != municipality_id or found.closed_at is not None:
        raise NotFound(f"place {place_id}")
    return found


def get_activity(session: Session, activity_id: UUID, municipality_id: UUID) -> ActivityFacts:
    """An activity that has not ended, at a place that is there. Raises NotFound."""
    found = session.get(Activity, activity_id)
    if found is None or found.municipality_id != municipality_id or found.ended_at is not None:
        raise NotFound(f"activity {activity_id}")
    place = get_place(session, found.place_id, municipality_id)
    return ActivityFacts(found, place, _times(session, [found])[found.id])


def list_places(session: Session, municipality_id: UUID) -> Sequence[Place]:
    """Every place that is not closed, by name."""
    query = select(Place).where(Place.municipality_id == municipality_id, col(Place.closed_at).is_(None))
    return session.exec(query.order_by(col(Place.name), col(Place.id))).all()


def list_activities(
    session: Session, municipality_id: UUID, *, place_id: UUID | None = None
) -> Sequence[ActivityFacts]:
    """What goes on at places that are there, by name; three selects, however many there are."""
    query = (
        select(Activity, Place)
        .join(Place, col(Place.id) == col(Activity.place_id))
        .where(
            Activity.municipality_id == municipality_id,
            col(Activity.ended_at).is_(None),
            col(Place.closed_at).is_(None),
        )
        .order_by(col(Activity.title), col(Activity.id))
    )
    if place_id is not None:
        query = query.where(Activity.place_id == place_id)
    rows = session.exec(query).all()
    times = _times(session, [activity for activity, _ in rows])
    return [ActivityFacts(activity, place, times[activity.id]) for activity, place in rows]


def list_times(session: Session, activity_id: UUID) -> Sequence[ActivityTime]:
    """The weekly times as rows."""
    return session.exec(select(ActivityTime).where(ActivityTime.activity_id == activity_id)).all()


def list_dates(session: Session, activity_id: UUID) -> Sequence[ActivityDate]:
    """The days that are otherwise, as rows."""
    return session.exec(select(ActivityDate).where(ActivityDate.activity_id == activity_id)).all()


def find_oldest_check(session: Session, municipality_id: UUID, *, before: date) -> tuple[int, date | None]:
    """How many places and activities were checked before a day, or never; and when the oldest of them (None: never)."""
    places = select(Place).where(
        Place.municipality_id == municipality_id,
        col(Place.closed_at).is_(None),
        or_(col(Place.checked_on).is_(None), col(Place.checked_on) < before),
    )
    activities = select(Activity).where(
        Activity.municipality_id == municipality_id,
        col(Activity.ended_at).is_(None),
        or_(col(Activity.checked_on).is_(None), col(Activity.checked_on) < before),
    )
    found = [place.checked_on for place in session.exec(places)]
    found += [activity.checked_on for activity in session.exec(activities)]
    return len(found), None if None in found else min((day for day in found if day), default=None)


def count_went(session: Session, municipality_id: UUID) -> dict[tuple[UUID, ActivityLinkKind], int]:
    """How many requests each activity had to do with: by coming along, and by going there instead."""
    query = (
        select(ActivityLink.activity_id, ActivityLink.kind, func.count())
        .where(ActivityLink.municipality_id == municipality_id)
        .group_by(col(ActivityLink.activity_id), col(ActivityLink.kind))
    )
    return {(activity_id, ActivityLinkKind(kind)): count for activity_id, kind, count in session.exec(query)}


def find_link(session: Session, request_id: UUID, kind: ActivityLinkKind) -> ActivityLink | None:
    """The activity that a request has to do with."""
    return session.get(ActivityLink, (request_id, kind))


def list_links_of(session: Session, person_id: UUID) -> list[tuple[ActivityLink, str]]:
    """What somebody's own requests had to do with activities, with the names of these."""
    query = (
        select(ActivityLink, Activity.title)
        .join(HelpRequest, col(HelpRequest.id) == col(ActivityLink.request_id))
        .join(Activity, col(Activity.id) == col(ActivityLink.activity_id))
        .where(HelpRequest.requester_id == person_id)
        .order_by(col(ActivityLink.at))
    )
    return [(link, title) for link, title in session.exec(query)]


def _times(session: Session, activities: Sequence[Activity]) -> dict[UUID, Times]:
    ids = [activity.id for activity in activities]
    weekly: defaultdict[UUID, list[tuple[int, int, int]]] = defaultdict(list)
    order = (col(ActivityTime.weekday), col(ActivityTime.start_minute))
    for row in session.exec(select(ActivityTime).where(col(ActivityTime.activity_id).in_(ids)).order_by(*order)):
        weekly[row.activity_id].append((row.weekday, row.start_minute, row.end_minute))
    dated: defaultdict[UUID, dict[date, Minutes | None]] = defaultdict(dict)
    for day in session.exec(select(ActivityDate).where(col(ActivityDate.activity_id).in_(ids))):
        is_on = day.start_minute is not None and day.end_minute is not None
        dated[day.activity_id][day.day] = (day.start_minute or 0, day.end_minute or 0) if is_on else None
    return {
        one.id: Times(tuple(weekly[one.id]), dated[one.id], one.on_holidays, one.from_on, one.until_on)
        for one in activities
    }
