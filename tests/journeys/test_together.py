"""A garden day of six gardens, from the public list to what became of each; through the browser."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.lifecycle import request_status
from marketplace.models import Garden, GardenDay, HelpRequest, Match, Origin, Person, RequestStatus
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.together import garden_days
from tests.support.builders import a_person, a_request, a_volunteer, place
from tests.support.clock import AMSTERDAM, NOW
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

LIES = "lies@voorbeeld.nl"


def signed_in(town: Town, first_name: str) -> Visitor:
    with town.database.sessions.read() as session:
        person_id = session.exec(select(Person.id).where(Person.first_name == first_name)).one()
    visitor = town.somebody()
    token = sign_in_token(town.database.sessions, person_id, now=town.clock())
    keep_sign_in(visitor.tab, token, town.base_url)
    return visitor


def test_a_group_does_six_gardens_and_nobody_is_lost(town: Town):
    """Four agree, one says no, one never answers; of the four one is not finished. Three of six look on."""
    names = [f"Riet{number}" for number in range(6)]
    with town.database.sessions.begin() as session:
        gardens = [
            a_request(
                session,
                requester=a_person(session, name, email=f"{name.lower()}@voorbeeld.nl"),
                skill="garden.weeding",
                street="Bloemstraat",
                house_number=str(10 + number),
                at=place("4909AB"),
                text="Het onkruid groeit ons over het hoofd.",
            ).id
            for number, name in enumerate(names)
        ]
        lies = a_volunteer(session, "Lies", person=a_person(session, "Lies", email=LIES), skills=["club.green"])
        leader_id = lies.person_id
    lies = signed_in(town, "Lies")
    lies.open("/samen/tuindagen").follow("Plan een dag voor deze tuinen")
    day = (NOW + timedelta(days=11)).astimezone(AMSTERDAM).date()
    lies.fill(group_name="Scouting Oosterhout", date=day.isoformat()).press("Vraag het aan de bewoners")
    assert "Nog 6 bewoners kunnen antwoorden." in lies.text
    assert "Bloemstraat" not in lies.text
    town.do_what_is_due()

    riet = signed_in(town, "Riet0")
    riet.open(town.mail("riet0@voorbeeld.nl", "uw tuin doen?").links[0]).press("Ja, graag")
    assert "U zei ja." in riet.text
    other = signed_in(town, "Riet4")
    other.open("/mijn").follow_start("Mag Scouting Oosterhout uw tuin doen?").press("Nee, liever niet")
    with town.database.sessions.begin() as session:
        planned = session.exec(select(GardenDay)).one()
        for request_id in gardens[1:4]:
            her = Actor(session.get_one(HelpRequest, request_id).requester_id)
            garden_days.answer(
                session, day_id=planned.id, request_id=request_id, is_yes=True, actor=her, now=town.clock()
            )
    town.let_time_pass(days=9, hours=1)  # two days before it: nobody can object any more, the answers are in
    assert "4 tuinen" in town.mail(LIES, "op de tuindag").subject
    lies = signed_in(town, "Lies")
    lies.open(town.mail(LIES, "op de tuindag").links[0]).follow("Print een blad per tuin")
    assert sorted(set(re.findall(r"Bloemstraat \d+", lies.text))) == [f"Bloemstraat {10 + n}" for n in range(4)]

    town.let_time_pass(days=2, hours=5)
    lies = signed_in(town, "Lies")
    lies.open("/mijn").follow_start("Tuindag met Scouting Oosterhout")
    lies.tab.locator("label[for^='klaar']:has-text('Bloemstraat 13')").click()
    lies.press("Bewaar hoe het ging")
    town.do_what_is_due()
    with town.database.sessions.read() as session:
        stands = {one: request_status([slot.status for slot in requests.list_slots(session, one)]) for one in gardens}
        assert [stands[one] for one in gardens[:3]] == [RequestStatus.DONE] * 3
        back = session.get_one(HelpRequest, gardens[3])
        assert (stands[back.id], back.ended_at) == (RequestStatus.OPEN, None)
        assert back.next_moment_at > town.clock() - timedelta(days=1)
        found = session.exec(select(Match)).all()
        assert {match.origin for match in found} == {Origin.APPLICATION}
        assert {match.person_id for match in found} == {leader_id}
        assert {row.status.value for row in session.exec(select(Garden)).all()} == {"done", "back", "declined", "gone"}
    for to in (LIES, *(f"{name.lower()}@voorbeeld.nl" for name in names)):
        assert "Bloemstraat" not in town.mails(to)
