"""A place with something to do, a street with gardens, and days for them in every state."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import matches
from marketplace.asks import WeekPiece
from marketplace.models import ActivityKind, Known, PlaceKind
from marketplace.permissions import Actor
from marketplace.together import garden_days, places
from marketplace.together.garden_days import NewGardenDay
from marketplace.together.places import NewActivity, NewPlace, OtherDay
from tests.support.builders import a_person, a_request, a_volunteer, place, the_municipality
from tests.support.clock import NOW

DAY = NOW + timedelta(days=10)


@dataclass(frozen=True)
class WorldOfTogether:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_together(session: Session, carla: Actor) -> WorldOfTogether:
    """Lies leads a group; Gré has a garden; there is coffee every morning."""
    named = _draw_map(session, carla)
    gre = a_person(session, "Gré", last_name="Smits", telephone="06 99887766")
    owners = [gre, *(a_person(session, f"Tuinier {number}") for number in range(9))]
    gardens = [
        a_request(
            session, requester=one, skill="garden.weeding", street="Bloemstraat", house_number="4", at=place("4909AB")
        )
        for one in owners
    ]
    lies, teun = (a_volunteer(session, name, skills=["club.green"], at=place("4909AB")) for name in ("Lies", "Teun"))
    where = the_municipality(session).id
    planned = _plan(session, gardens[:3], lies, DAY)
    for request in gardens[1:3]:
        _say_yes(session, planned, request)
    matches.confirm_overdue(session, NOW + timedelta(days=2))
    asked = garden_days.plan(
        session,
        _new(gardens[3:6], DAY + timedelta(days=3)),
        offer_id=teun.id,
        municipality_id=where,
        actor=carla,
        now=NOW,
    )
    over = _plan(session, gardens[6:7], teun, NOW - timedelta(hours=4), now=NOW - timedelta(days=9))
    _say_yes(session, over, gardens[6], now=NOW - timedelta(days=8))
    matches.confirm_overdue(session, NOW - timedelta(days=6))
    named |= {
        "garden_day": planned.id,
        "asked_garden_day": asked.id,
        "over_garden_day": over.id,
        "garden": gardens[0].id,
        "agreed_garden": gardens[1].id,
        "loose_garden": gardens[7].id,
        "task": a_request(session, skill="company.coffee").id,
    }
    people = {"gre": gre.id, "tuinier": owners[1].id, "lies": lies.person_id, "teun": teun.person_id}
    return WorldOfTogether(people, {name: str(value) for name, value in named.items()})


def _draw_map(session: Session, carla: Actor) -> dict[str, UUID]:
    keep = {"municipality_id": the_municipality(session).id, "actor": carla, "now": NOW}
    room = places.save_place(
        session,
        NewPlace("De Huiskamer", PlaceKind.ACTIVITY_CENTRE, "Altijd koffie.", "Markt", place(), wheelchair=Known.YES),
        **keep,
    )
    nowhere = places.save_place(session, NewPlace("Ergens", PlaceKind.PARK), **keep)
    coffee = places.save_activity(
        session,
        NewActivity(
            room.id,
            "Koffie met buren",
            ActivityKind.COFFEE,
            "U kunt zo binnenlopen.",
            cost_cents=0,
            weekly=tuple(WeekPiece(weekday, 600, 720) for weekday in range(7)),
            dated=(OtherDay(date(2026, 4, 6)),),
        ),
        **keep,
    )
    return {"room": room.id, "nowhere": nowhere.id, "activity": coffee.id}


def _new(gardens, starts_at) -> NewGardenDay:
    ids = tuple(one.id for one in gardens)
    return NewGardenDay("Scouting Oosterhout", 8, starts_at, starts_at + timedelta(hours=3), ids)


def _plan(session: Session, gardens, leader, starts_at, *, now=NOW):
    return garden_days.offer_group(
        session,
        _new(gardens, starts_at),
        municipality_id=leader.municipality_id,
        actor=Actor(leader.person_id),
        now=now,
    )


def _say_yes(session: Session, day, request, *, now=NOW) -> None:
    her = Actor(request.requester_id)
    garden_days.answer(session, day_id=day.id, request_id=request.id, is_yes=True, actor=her, now=now)
