"""Young helpers for the small world: Sam helps, Noor waits for her mother, and two parents did not want it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import recognition, responses
from marketplace.links import CertificateLinks, GuardianLinks, ServiceHoursLinks
from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import young
from marketplace.settings import Settings
from marketplace.young import pairs, parents, serving
from tests.support.builders import a_coordinator, a_match, a_proposal, a_request, the_municipality
from tests.support.clock import NOW
from tests.support.young_builders import a_child, a_young_volunteer, an_asking


@dataclass(frozen=True)
class WorldOfYoung:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_young(session: Session, settings: Settings, riet_id: UUID, bep_id: UUID) -> WorldOfYoung:
    """Sam walks a dog in the park, and said yes to two homes: one was looked at, one waits."""
    links, riet = GuardianLinks(settings.secret_key), session.get_one(Person, riet_id)
    offer, given_id = a_young_volunteer(session, capacity=4)
    sam = Actor(offer.person_id, "Sam")
    a_match(session, a_request(session, requester=riet, skill="home.pets", is_at_home=False), offer)
    looked, waits = (a_request(session, requester=riet, skill="home.pets") for _ in range(2))
    proposals = [a_proposal(session, request, offer) for request in (looked, waits)]
    for proposal in proposals:
        responses.accept(session, proposal_id=proposal.id, actor=sam, now=NOW)
    first, second = (young.find_live_approval(session, request.id, sam.person_id) for request in (looked, waits))
    assert first is not None
    assert second is not None
    match = pairs.approve(session, approval_id=first.id, actor=a_coordinator(session, "Cora"), now=NOW)
    assert match is not None
    asked = an_asking(session, a_child(name="Noor", email="noor@voorbeeld.nl"))
    refused = an_asking(session, a_child(name="Bram", email="bram@voorbeeld.nl"))
    parents.refuse(session, consent_id=refused.id, now=NOW)
    _, stopped_id = a_young_volunteer(
        session, child=a_child(name="Lisa", email="lisa@voorbeeld.nl"), now=NOW - timedelta(days=3)
    )
    parents.withdraw(session, consent_id=stopped_id, now=NOW)
    places = _serve(session, settings, sam, bep_id)
    return WorldOfYoung(
        people={"sam": sam.person_id},
        places={
            **places,
            "nothing": "",
            "parent_asked": links.sign(asked.id),
            "parent_given": links.sign(given_id),
            "parent_stopped": links.sign(stopped_id),
            "parent_refused": links.sign(refused.id),
            "young_pair": str(second.id),
            "young_waiting": str(proposals[1].id),
            "young_match": str(match.id),
        },
    )


def _serve(session: Session, settings: Settings, sam: Actor, bep_id: UUID) -> dict[str, str]:
    """Sam is in a service period; of two certificates one was taken back. Bep would rather do nothing."""
    where, cora = the_municipality(session).id, a_coordinator(session, "Corrie")
    period = serving.begin(
        session, goal_hours=80, starts_on=date(2026, 2, 1), municipality_id=where, actor=sam, now=NOW
    )
    hours = [
        serving.log(
            session,
            on_day=date(2026, 2, 20 + number),
            minutes=90,
            what="Geholpen bij de bar",
            organisation="Het Scoutinghuis",
            email="bar@voorbeeld.nl",
            actor=sam,
            now=NOW,
        )
        for number in range(2)
    ]
    serving.answer(session, hours_id=hours[0].id, is_right=True, now=NOW)
    signed = [serving.sign(session, period_id=period.id, municipality_id=where, actor=cora, now=NOW) for _ in range(2)]
    serving.take_back(session, certificate_id=signed[1].id, municipality_id=where, actor=cora, now=NOW)
    recognition.answer(session, is_yes=False, actor=Actor(bep_id), now=NOW)
    links, of_hours = CertificateLinks(settings.secret_key), ServiceHoursLinks(settings.secret_key)
    return {
        "certificate": links.sign(signed[0].id),
        "taken_back": links.sign(signed[1].id),
        "certificate_id": str(signed[0].id),
        "hours_asked": of_hours.sign(hours[1].id),
        "hours_answered": of_hours.sign(hours[0].id),
    }
