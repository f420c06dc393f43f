"""One's own data on the site: who looked, what was allowed, taking it along, leaving in three clicks."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace import consent
from marketplace.models import Channel, ConsentKind, FileLook, NoticeKind
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_team_lead,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW

SQLITE = pytest.mark.database("sqlite")


@SQLITE
def test_everybody_reads_how_we_deal_with_what_we_know(page):
    page.get("/").follow("Privacy")
    assert page.heading == "Zo gaan wij om met uw gegevens"
    assert "12 maanden na afloop" in page.text


@SQLITE
def test_i_see_who_looked_in_my_file_from_which_organisation_in_what_role_and_why(page, sessions, sign_in):
    """As soon as a coordinator opened the case; no name of who looked."""
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        request = a_request(session, requester=riet)
    sign_in(page, riet.id)
    page.get("/mijn").follow("Mijn privacy")
    assert "Niemand" in page.text
    staff = page.another()
    sign_in(staff, carla.person_id)
    staff.get(f"/werk/{request.id}")
    staff.get(f"/werk/{request.id}")
    page.get("/mijn/privacy")
    assert "bemiddelaar van Surplus" in page.text
    assert "Om hulp te vinden bij uw vraag" in page.text
    assert "Carla" not in page.text
    with sessions.read() as session:
        assert len(session.exec(select(FileLook)).all()) == 1, "loading the same page twice is one look"


@SQLITE
def test_a_case_of_a_colleagues_area_opens_with_a_reason_that_its_people_can_read(page, sessions, sign_in, clock):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        request = a_request(session, requester=riet)
        on_duty(session, carla, area="4907")
        trudy = a_team_lead(session)
    sign_in(page, carla.person_id)
    page.get(f"/werk/{request.id}")
    assert page.heading == "Waarom opent u deze zaak?"
    page.submit("Open de zaak", reason="", expect=400)
    assert page.errors() == ["Schrijf op waarom u deze zaak opent."]
    page.submit("Open de zaak", reason="kort", expect=400)
    assert page.values("Open de zaak")["reason"] == ["kort"]
    page.submit("Open de zaak", reason="Mevrouw belde, mijn collega is ziek")
    assert "De heg is te hoog" in page.text
    clock.move(hours=7)
    assert page.get(f"/werk/{request.id}").heading != "Waarom opent u deze zaak?"
    lead, owner = page.another(), page.another()
    sign_in(lead, trudy.person_id)
    assert "De heg is te hoog" in lead.get(f"/werk/{request.id}").text, "the team lead answers for all areas"
    sign_in(owner, riet.id)
    assert "Mevrouw belde, mijn collega is ziek" in owner.get("/mijn/privacy").text


@SQLITE
def test_what_i_allowed_stands_there_with_what_i_took_back(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        where = the_municipality(session).id
        for act, at in ((consent.give, NOW), (consent.take_back, NOW + timedelta(minutes=5))):
            act(
                session, ConsentKind.PUBLIC_LISTING, municipality_id=where, person_id=riet.id,
                channel=Channel.TELEPHONE, recorded_by_id=riet.id, now=at,
            )  # fmt: skip
    sign_in(page, riet.id)
    page.get("/mijn/privacy").follow("Bekijk wat ik goed vond")
    assert page.text.index("Nee, ingetrokken") < page.text.index("Ja")
    assert "aan de telefoon" in page.text


@SQLITE
def test_i_take_my_data_along_for_machines_and_for_people(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Rietveld")
        request = a_request(session, requester=riet, text="Mijn heg & <b>haag</b>")
        piet = a_person(session, "Piet", last_name="Pietersen")
        a_match(session, request, a_volunteer(session, person=piet))
    sign_in(page, riet.id)
    page.get("/mijn/privacy")
    answer = page.send("GET", page.links()["Haal al mijn gegevens op"])
    assert answer.headers["content-type"] == "application/zip"
    assert "no-store" in answer.headers["cache-control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        told = json.loads(folder.read("gegevens.json"))
        read = folder.read("gegevens.html").decode()
    assert told["person"]["last_name"] == "Rietveld"
    assert told["matches"][0]["with"] == "Piet"
    assert "Mijn heg &amp; &lt;b&gt;haag&lt;/b&gt;" in read
    assert "Wie uw gegevens bekeek" in read
    assert "Pietersen" not in read + json.dumps(told)


def test_leaving_takes_three_clicks_and_holds_at_once(page, sessions, sign_in):
    """Signed out, the helper told, and the button pressed again from an old page only asks to sign in."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Rietveld")
        request, piet = a_request(session, requester=riet), a_volunteer(session)
        a_match(session, request, piet)
    sign_in(page, riet.id)
    page.get("/mijn").follow("Mijn privacy").follow("Verwijder alles van mij")
    page.submit("Ja, verwijder alles")
    assert page.heading == "Uw gegevens zijn verwijderd"
    assert page.get("/mijn").heading.startswith("Inloggen") or "inloggen" in page.url
    assert page.send("POST", "/mijn/privacy/verwijderen").status_code in (303, 401)
    with sessions.read() as session:
        assert rows.person(session, riet.id).last_name == ""
        assert [row.person_id for row in rows.outbox(session, NoticeKind.CANCELLED)] == [piet.person_id]
    helper = page.another()
    sign_in(helper, piet.person_id)
    assert "Rietveld" not in helper.get("/mijn").text


@SQLITE
def test_who_works_here_is_told_what_to_do_first(page, sessions, sign_in):
    with sessions.begin() as session:
        carla = a_coordinator(session)
    sign_in(page, carla.person_id)
    page.get("/mijn/privacy/verwijderen").submit("Ja, verwijder alles", expect=400)
    assert "Vraag eerst uw teamleider" in page.text
