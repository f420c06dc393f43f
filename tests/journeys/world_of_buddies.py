"""Buddies for the small world: Bo introduces them; a trajectory in each state, and a buddy whose papers run out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace.buddies import agreeing, ending, introducing, looking_after
from marketplace.buddies.asking import AskedFor
from marketplace.links import BuddyLinks
from marketplace.models import BuddySide, Offer, Relation, Trajectory
from marketplace.permissions import Actor
from marketplace.settings import Settings
from marketplace.talk import conversing
from tests.support.buddy_builders import (
    BAD,
    a_buddy,
    a_buddy_coordinator,
    a_trajectory,
    agreeing_pair,
    ask_talk,
    hold_talk,
    introduced,
    running,
    the_pair,
    waiting,
)
from tests.support.builders import a_person
from tests.support.clock import NOW

_WEEKS_AGO = NOW - timedelta(weeks=15)


@dataclass(frozen=True)
class WorldOfBuddies:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_buddies(session: Session, settings: Settings) -> WorldOfBuddies:
    """Asked, waiting, asked to meet, met, agreeing, on the way, and ended well."""
    links, bo = BuddyLinks(settings.secret_key), a_buddy_coordinator(session)
    nurse = a_person(session, "Ineke")
    other = AskedFor(nurse.id, Relation.GP_NURSE, is_agreed=True)
    asked = a_trajectory(session, resident=a_person(session, "Kees"), other=other)
    queued = waiting(session, bo, resident=a_person(session, "Wies"))
    ilse = a_buddy(session, "Ilse", until=NOW.date() + timedelta(days=40))
    offered = introduced(session, bo, ilse, resident=a_person(session, "Olga"))
    introducing.answer(session, trajectory_id=offered.id, is_yes=True, actor=Actor(ilse.person_id), now=NOW)
    bram = a_buddy(session, "Bram")
    met = _met(session, bo, bram)
    agreed = agreeing_pair(
        session, bo, a_buddy(session, "Gijs"), resident=a_person(session, "Gea"), now=NOW - timedelta(days=3)
    )
    day = NOW.date() + timedelta(weeks=52)
    agreeing.propose(session, trajectory_id=agreed.id, goal="Elke week naar buiten.", ends_on=day, actor=bo, now=NOW)
    bas = a_buddy(session, "Bas")
    lia = a_person(session, "Lia")
    under_way = running(session, bo, bas, resident=lia, now=_WEEKS_AGO)
    pair_id = the_pair(session, under_way).id
    for one, said in ((bas.person_id, "Zullen we zaterdag naar de markt?"), (lia.id, "Ja, om tien uur bij de kerk.")):
        conversing.write(session, pair_id=pair_id, text=said, token=said, actor=Actor(one), now=NOW)
    hold_talk(session, ask_talk(session, under_way, 2, BuddySide.RESIDENT).id, BAD)
    looking_after.look_after(session, NOW)
    ended = running(session, bo, a_buddy(session, "Eef"), resident=a_person(session, "Eva"), now=_WEEKS_AGO, weeks=14)
    ending.end_well(
        session,
        trajectory_id=ended.id,
        look_back="Eva gaat weer alleen naar de markt.",
        what_next="De koffieochtend in De Slotjes.",
        actor=bo,
        now=NOW,
    )
    people = {
        "bo": bo.person_id,
        "ineke": nurse.id,
        "wies": queued.resident_id,
        "olga": offered.resident_id,
        "bram": bram.person_id,
        "gea": agreed.resident_id,
        "bas": bas.person_id,
        "lia": lia.id,
        "eva": ended.resident_id,
    }
    named: dict[str, Trajectory] = {
        "buddy_asked": asked,
        "buddy_queued": queued,
        "buddy_offered": offered,
        "buddy_met": met,
        "buddy_agreed": agreed,
        "buddy_running": under_way,
        "buddy_ended": ended,
    }
    places = {name: str(one.id) for name, one in named.items()}
    places["buddy_pair"] = str(pair_id)
    places["buddy_link"] = links.path_of(under_way.id, lia.id).rsplit("/", 1)[1]
    places["buddy_question"] = links.path_of(offered.id, offered.resident_id).rsplit("/", 1)[1]
    return WorldOfBuddies(people, places)


def _met(session: Session, bo: Actor, bram: Offer) -> Trajectory:
    """Both said yes, and met an hour ago."""
    then = NOW - timedelta(days=4)
    trajectory = introduced(session, bo, bram, resident=a_person(session, "Mo"), now=then)
    for one in (bram.person_id, trajectory.resident_id):
        introducing.answer(session, trajectory_id=trajectory.id, is_yes=True, actor=Actor(one), now=then)
    introducing.plan_meeting(
        session, trajectory_id=trajectory.id, at=NOW - timedelta(hours=1), where="Dommelbergen", actor=bo, now=then
    )
    return trajectory
