"""What people wrote for the small world, what was reported and decided, and two accounts that were blocked."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace.models import ReportAbout, ReportKind, Suspension
from marketplace.permissions import Actor
from marketplace.queries import moderation as queries
from marketplace.talk import blocking, conversing, moderating, reporting, suspending
from marketplace.talk.moderating import Decision
from tests.support.builders import a_match, a_person, a_request, a_volunteer, actor_for, the_municipality
from tests.support.clock import NOW

DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorldOfTalk:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_talk(session: Session, carla_id: UUID, lead_id: UUID) -> WorldOfTalk:
    """Hugo and Ingrid write; Karel writes what is not right, and two others were blocked."""
    where = the_municipality(session)
    carla, lead = (actor_for(session, person_id, now=NOW) for person_id in (carla_id, lead_id))
    ingrid, offer = a_person(session, "Ingrid"), a_volunteer(session, "Hugo", is_public=True)
    hugo = Actor(offer.person_id)
    talked = a_match(session, a_request(session, requester=ingrid, now=NOW - DAY), offer, now=NOW - DAY)
    _write(session, talked.id, hugo, "Dag Ingrid, zal ik dinsdag om tien uur komen?", "1")
    _write(session, talked.id, Actor(ingrid.id), "Graag! De koffie staat dan klaar.", "2")
    bad = _write(session, talked.id, hugo, "Kunt u mij 50 euro lenen?", "3")
    quiet = a_match(session, a_request(session, requester=ingrid), a_volunteer(session, "Karel"))
    report = reporting.report(
        session, ReportAbout.MESSAGE, bad, kind=ReportKind.MONEY, words="Hij vraagt ineens om geld.",
        municipality_id=where.id, actor=Actor(ingrid.id), now=NOW,
    )  # fmt: skip
    new = a_person(session, "Wendy", created_at=NOW - DAY)
    held = a_request(session, requester=new, text="Kijk eens op www.goedkoop-bellen.shop voor de heg.")
    changed = _judge(session, held.id, carla, Decision.ASK_CHANGE, "Haal de link eruit. Dan gaat uw vraag door.")
    blocked = _suspend(session, "Boris", carla)
    disagrees = _suspend(session, "Quinta", carla)
    suspending.appeal(session, person_id=disagrees.person_id, words="Ik vroeg het maar één keer.", now=NOW)
    decided = _suspend(session, "Xander", carla)
    suspending.appeal(session, person_id=decided.person_id, words="", now=NOW)
    suspending.decide(
        session, suspension_id=decided.id, is_free=False, answer="Het gebeurde drie keer.", municipality_id=where.id,
        actor=lead, now=NOW,
    )  # fmt: skip
    stranger = a_person(session, "Joris")
    blocking.block(session, other_id=stranger.id, municipality_id=where.id, actor=Actor(ingrid.id), now=NOW)
    people = {
        "ingrid": ingrid.id, "hugo": hugo.person_id, "wendy": new.id, "boris": blocked.person_id,
        "quinta": disagrees.person_id, "xander": decided.person_id,
    }  # fmt: skip
    places = {
        "talked": talked.id, "quiet": quiet.id, "bad_message": bad, "report": report.id, "changed_report": changed,
        "held": held.id, "hugos_offer": offer.id, "boris_account": blocked.id, "quinta_account": disagrees.id,
        "hugo_id": hugo.person_id,
    }  # fmt: skip
    return WorldOfTalk(people, {name: str(value) for name, value in places.items()})


def _write(session: Session, match_id: UUID, actor: Actor, text: str, token: str) -> UUID:
    message = conversing.write(session, pair_id=match_id, text=text, token=token, actor=actor, now=NOW)
    return message.id


def _judge(session: Session, request_id: UUID, carla: Actor, decision: Decision, told: str) -> UUID:
    (report,) = queries.list_unsettled_of(session, request_id=request_id)
    moderating.decide(
        session, report_id=report.id, municipality_id=report.municipality_id, decision=decision, told=told,
        actor=carla, now=NOW,
    )  # fmt: skip
    return report.id


def _suspend(session: Session, name: str, carla: Actor) -> Suspension:
    person = a_person(session, name)
    return suspending.suspend(
        session, person_id=person.id, municipality_id=the_municipality(session).id,
        reason="U stuurde anderen berichten die niet kunnen.", actor=carla, now=NOW,
    )  # fmt: skip
