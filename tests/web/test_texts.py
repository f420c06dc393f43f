"""The pages of standard texts, and the poster of one request: no name, number or words of who asks."""

import pytest

from marketplace.models import StaffRoleKind
from tests.support.builders import a_coordinator, a_person, a_request

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def case(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Kanarie", telephone="06 11223344")
        request = a_request(session, requester=riet, text="Ik ben Riet van de hoek.", street="Heuvel", house_number="7")
        lead = a_coordinator(session, "Marieke", kind=StaffRoleKind.TEAM_LEAD)
        return {"id": request.id, "lead": lead.person_id, "carla": a_coordinator(session, "Carla").person_id}


def test_a_team_lead_changes_a_text_and_a_coordinator_reads_it_filled_in(page, case, sign_in):
    sign_in(page, case["lead"])
    page.get("/werk").follow("Standaardteksten").follow("Pas aan: Wij zoeken nog")
    page.submit("Bewaar deze tekst", {"text": "Dag {naam}."}, expect=400)
    page.submit("Bewaar deze tekst", {"text": "Dag {voornaam}. U spreekt met {medewerker}."})
    carla = page.another()
    sign_in(carla, case["carla"])
    carla.get(f"/werk/{case['id']}").follow("Teksten voor deze zaak")
    assert "Dag Riet. U spreekt met Carla." in carla.text
    assert carla.send("GET", "/werk/teksten/oproep").status_code == 403


def test_a_second_team_lead_sees_what_the_first_wrote_and_keeps_their_own_words(page, case, sign_in):
    sign_in(page, case["lead"])
    page.get("/werk/teksten/oproep")
    form = {"title": "Oproep", "text": "Eerste.", "based_on": "0"}
    page.post("/werk/teksten/oproep", form)
    page.post("/werk/teksten/oproep", form | {"text": "Tweede."}, expect=409)
    assert "Een collega heeft deze tekst intussen veranderd" in page.text
    assert page.values("Bewaar deze tekst")["text"] == ["Tweede."]
    page.submit("Bewaar deze tekst")
    assert "Tweede." in page.text


def test_a_poster_says_what_and_where_and_nothing_of_who(page, case, sign_in):
    sign_in(page, case["carla"])
    page.get(f"/werk/{case['id']}").follow("Poster van deze vraag")
    poster = str(page.soup.select_one("article.poster"))
    for word in ("Riet", "Kanarie", "Heuvel", "11223344", "van de hoek"):
        assert word not in poster
    assert "0162 - 00 00 00" in poster
    assert page.soup.select_one("article.poster svg.qr path")
