"""The pages of a warm hand-over: staff prepare it, the resident reads every word, the other organisation answers."""

import pytest

from marketplace.links import HandOverLinks
from marketplace.models import HandOver
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_request

pytestmark = pytest.mark.database("sqlite")
FORM = {"organisation": "Sociaal Team", "email": "balie@voorbeeld.nl", "story": "Riet zoekt hulp bij post."}


@pytest.fixture
def case(sessions, page, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", telephone="06 11223344")
        case = {"id": a_request(session, requester=riet).id, "riet": riet.id, "carla": a_coordinator(session).person_id}
    sign_in(page, case["carla"])
    return case


def link(sessions, settings):
    with sessions.read() as session:
        found = session.exec(rows.all_of(HandOver)).one()
    return HandOverLinks(settings.secret_key).path(found.id)


def test_from_the_case_to_a_yes_of_all_three(page, case, sessions, settings, sign_in):
    page.get(f"/werk/{case['id']}").follow("Liever met het verhaal erbij? Draag warm over")
    page.submit("Draag over", FORM, expect=400)
    page.submit("Draag over", {"agreed_by": "vraag"})
    assert "Wacht op ja van de hulpvrager" in page.text
    riet = page.another()
    sign_in(riet, case["riet"])
    riet.get(f"/mijn/vragen/{case['id']}").follow("Lees het, en zeg ja of nee")
    assert FORM["story"] in riet.text
    assert "telefoonnummer, e-mailadres en adres gaan mee" in riet.text
    riet.submit("Ja, geef dit door")
    assert "U zei ja." in riet.text
    assert "doorgeven?" not in riet.get(f"/mijn/vragen/{case['id']}").text
    other = page.another()
    other.get(link(sessions, settings))
    assert FORM["story"] in other.text
    assert "06 11223344" not in other.source
    other.submit("Ja, wij gaan ermee verder")
    assert "06 11223344" in other.text
    assert "Overgedragen" in page.get(f"/werk/{case['id']}/overdragen").text


def test_whoever_sends_it_back_reads_it_no_more(page, case, sessions, settings):
    page.get(f"/werk/{case['id']}/overdragen").submit("Draag over", {**FORM, "agreed_by": "telefoon"})
    other = page.another().get(link(sessions, settings)).submit("Nee, dit kunnen wij niet")
    assert FORM["story"] not in other.source
    assert "Kwam terug" in page.get(f"/werk/{case['id']}/overdragen").text


def test_before_a_yes_the_link_shows_nothing(page, case, sessions, settings):
    page.get(f"/werk/{case['id']}/overdragen").submit("Draag over", {**FORM, "agreed_by": "vraag"})
    assert FORM["story"] not in page.another().get(link(sessions, settings)).source
    page.submit("Zei ja op papier")
    assert FORM["story"] in page.another().get(link(sessions, settings)).source


def test_a_link_that_is_not_ours_opens_nothing(page, case):
    assert page.another().send("GET", "/overdracht/onzin").status_code == 404
