"""Six gardens in one street, a group, and who plans it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace.models import GardenDay, HelpRequest, Offer
from marketplace.permissions import Actor
from marketplace.together import garden_days
from marketplace.together.garden_days import NewGardenDay
from tests.support.builders import a_person, a_request, a_volunteer
from tests.support.clock import NOW

DAY = NOW + timedelta(days=10)
ENDS = DAY + timedelta(hours=4)


def some_gardens(session: Session, count: int = 6, **more) -> list[HelpRequest]:
    """Hedges of as many people, all in the centre."""
    return [a_request(session, requester=a_person(session, f"Riet {number}"), **more) for number in range(count)]


def a_leader(session: Session, first_name: str = "Lies", **more) -> Offer:
    return a_volunteer(session, first_name, skills=["club.green"], **more)


def a_new_day(gardens: list[HelpRequest], **more) -> NewGardenDay:
    facts = {
        "group_name": "Scouting Oosterhout",
        "people": 8,
        "starts_at": DAY,
        "ends_at": ENDS,
        "request_ids": tuple(one.id for one in gardens),
    }
    return NewGardenDay(**(facts | more))


def a_garden_day(session: Session, gardens: list[HelpRequest], leader: Offer, *, now: datetime = NOW) -> GardenDay:
    """The group offered itself."""
    return garden_days.offer_group(
        session,
        a_new_day(gardens),
        municipality_id=leader.municipality_id,
        actor=Actor(leader.person_id),
        now=now,
    )


def says(session: Session, day: GardenDay, garden: HelpRequest, *, is_yes: bool = True, now: datetime = NOW, by=None):
    actor = by or Actor(garden.requester_id)
    return garden_days.answer(session, day_id=day.id, request_id=garden.id, is_yes=is_yes, actor=actor, now=now)


def status_of(session: Session, day: GardenDay, request_id: UUID) -> str:
    from marketplace.queries.garden_days import get_garden

    garden = get_garden(session, day.id, request_id)
    session.refresh(garden)
    return garden.status.value
