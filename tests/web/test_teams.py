"""The page of the team, and the page where two files become one."""

import pytest

from marketplace.models import ContactBy
from tests.support import browser as chromium
from tests.support.builders import a_coordinator, a_person, a_request, a_team_lead, on_duty
from tests.support.clock import NOW


@pytest.fixture
def team(sessions):
    with sessions.begin() as session:
        carla, els, trudy = a_coordinator(session, "Carla"), a_coordinator(session, "Els"), a_team_lead(session)
        on_duty(session, carla)
    return carla, els, trudy


def test_a_coordinator_says_when_they_are_away(page, sign_in, team):
    carla, els, _ = team
    sign_in(page, carla.person_id)
    page.get("/werk").follow("Team en gebieden: wie doet wat, en wie is weg")
    assert page.heading == "Team en gebieden"
    assert "Zet in het rooster" not in page.source
    page.submit("Noteer afwezigheid", expect=400)
    assert page.errors()[0] == "Vul een datum in, bijvoorbeeld 3-3-2026."
    page.submit("Noteer afwezigheid", away_from="2026-03-05", away_until="2026-03-06", away_stand_in=str(els.person_id))
    assert "Carla is weg van donderdag 5 maart tot zaterdag 7 maart. Els neemt waar." in page.text
    page.submit("Toch niet weg, of weer terug")
    assert "Iedereen is er." in page.text


def test_the_team_lead_plans_hands_over_and_chooses_times(page, sign_in, team):
    carla, els, trudy = team
    sign_in(page, trudy.person_id)
    page.get("/werk/team").submit(
        "Zet in het rooster",
        duty_person=str(els.person_id),
        duty_area="4901",
        duty_work_area="transport",
        duty_from="2026-03-03",
        duty_until="2026-03-31",
    )
    assert "Els: 4901 Centrum en Strijen, vervoer" in page.text
    page.submit("Draag over", hand_from=str(carla.person_id), hand_to=str(els.person_id), hand_cases=True)
    assert page.flash == "Overgedragen: 1 diensten en 0 zaken."
    page.submit("Pas de tijd aan", ladder_rung="coordinator", ladder_amount="3")
    assert page.flash == "De tijden zijn aangepast."
    page.submit("Pas de tijd aan", ladder_rung="wider", ladder_amount="99", expect=400)
    assert page.errors() == ["De hulpvrager komt vóór de organisaties. Kies een ander percentage."]


def test_an_organisation_is_added_and_taken_off(page, sign_in, team, sessions):
    carla, *_ = team
    with sessions.begin() as session:
        club = a_person(session, "Wim")
        email = club.email
    sign_in(page, carla.person_id)
    page.get("/werk/team").submit("Voeg toe", organisation_name="Zonnebloem", organisation_email="x@y.nl", expect=400)
    assert page.errors() == ["Dit e-mailadres kennen wij niet. Vraag hen eerst om zich aan te melden."]
    page.submit("Voeg toe", organisation_name="Zonnebloem", organisation_email=email)
    assert "Zonnebloem (Wim): alles" in page.text
    page.submit("Hoort niets meer")
    assert "Zonnebloem" not in page.text


def test_who_is_here_twice_becomes_one_and_two_again(page, sign_in, team, sessions):
    carla, *_ = team
    with sessions.begin() as session:
        site = a_person(session, "Riet", telephone="06 12 34 56 78")
        desk = a_person(session, "Riet", email=None, telephone="06 12 34 56 78", contact_by=ContactBy.TELEPHONE)
        case = a_request(session, requester=site)
        a_request(session, requester=desk)
        kept = site.id
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").follow("Staat deze persoon er twee keer in?")
    assert "Lijkt heel erg" in page.text
    page.submit("Dit is dezelfde persoon: Riet Jansen 1")
    assert page.flash == "Het is nu één dossier. Beide geschiedenissen staan erin."
    assert page.url.endswith(f"/werk/personen/{kept}/dubbel")
    page.submit("Haal weer uit elkaar")
    assert page.flash == "Het zijn weer twee dossiers. Ieder heeft terug wat van hen was."
    assert "Dit is dezelfde persoon" in page.source


@pytest.mark.browser
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
def test_both_pages_are_accessible_and_fit(tab, live, sign_in, team, sessions, width):
    carla, _, trudy = team
    with sessions.begin() as session:
        riet = a_person(session, "Riet", telephone="06 12 34 56 78")
        for person in (riet, a_person(session, "Riet", email=None, telephone="06 12 34 56 78")):
            a_request(session, requester=person, now=NOW)
    sign_in(tab, trudy.person_id)
    tab.set_viewport_size({"width": width, "height": 900})
    for path in ("/werk/team", f"/werk/personen/{riet.id}/dubbel", "/werk?lijst=open"):
        tab.goto(live + path)
        chromium.assert_accessible(tab)
        chromium.assert_fits(tab)
    assert carla
