"""Somebody leaves for good, or asks what is known of them: garden days, activities, and what they wanted to hear."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import garden_days as queries
from marketplace.queries import social_map, tasks
from marketplace.together import garden_days

NAMELESS = "Een groep"


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """The garden days that they lead are off: everybody hears so, and every garden looks again."""
    for day in queries.list_led_by(session, person.id):
        garden_days.call_off(session, day_id=day.id, actor=Actor(person.id, person.first_name), now=now)


def forget(session: Session, person: Person) -> None:
    """How they called their group, and where they wanted to hear of something to do."""
    for day in queries.list_all_led_by(session, person.id):
        day.group_name = NAMELESS
        session.add(day)
    for alert in tasks.list_alerts_of(session, [person.email] if person.email else []):
        session.delete(alert)
    session.flush()


def export(session: Session, person: Person) -> dict[str, Any]:
    """What is known of them here, as plain values."""
    return {
        "garden_days_led": [
            {"group": day.group_name, "people": day.people, "at": day.starts_at.isoformat(), "status": day.status.value}
            for day in queries.list_all_led_by(session, person.id)
        ],
        "activities": [
            {"activity": title, "kind": link.kind.value, "at": link.starts_at.isoformat()}
            for link, title in social_map.list_links_of(session, person.id)
        ],
        "wants_to_hear_of_tasks": [
            {"asked_at": alert.asked_at.isoformat(), "until": alert.until_at.isoformat(), "likes": alert.likes}
            for alert in tasks.list_alerts_of(session, [person.email] if person.email else [])
        ],
    }
