"""The queue holds every kind of work; its view stands in the address, and the keyboard reaches all of it."""

import pytest

from marketplace import matches, matchmaking
from marketplace.permissions import Actor
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, on_duty, place
from tests.support.clock import NOW


@pytest.fixture
def objection(sessions):
    """Riet would rather not have Piet; Carla is on duty, Els is there."""
    with sessions.begin() as session:
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        on_duty(session, carla)
        request = a_request(session, requester=a_person(session, "Riet"))
        match = a_match(session, request, a_volunteer(session, "Piet"))
        matches.object_to(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
    return carla, els, match


def test_an_objection_waits_with_who_is_on_duty(page, sign_in, objection):
    carla, _, match = objection
    sign_in(page, carla.person_id)
    page.get("/werk")
    assert "Heg knippen en snoeien: bezwaar" in page.text
    assert "Riet over Piet" in page.text
    assert "vandaag: De hulpvrager wil deze helper liever niet." in page.text
    page.follow("Heg knippen en snoeien: bezwaar")
    assert "Bel beiden." in page.text
    assert "06 " in page.text
    assert page.url.endswith(f"/werk/taak/bezwaren/{match.id}")


def test_the_view_stays_in_the_address(page, sign_in, objection):
    _, els, _ = objection
    sign_in(page, els.person_id)
    page.get("/werk")
    assert "bezwaar" not in page.text
    page.follow("Van iedereen (1)").follow("Bezwaren")
    assert page.url.endswith("/werk?lijst=iedereen&soort=bezwaren")
    page.follow("bezwaar").follow("Naar de hele lijst")
    assert page.url.endswith("/werk?lijst=iedereen&soort=bezwaren")
    page.get("/werk?lijst=iedereen&soort=bewijs")
    assert page.follow("Bekijk al het werk").url.endswith("/werk?lijst=iedereen")


def test_one_takes_it_and_the_other_sees_who(page, sign_in, objection, clock):
    carla, els, match = objection
    second, address = page.another(), f"/werk/taak/bezwaren/{match.id}"
    sign_in(page, carla.person_id)
    sign_in(second, els.person_id)
    page.get(address)
    second.get(address)
    page.submit("Ik doe dit")
    assert page.flash == "Dit is nu van u."
    clock.move(minutes=2)
    second.submit("Ik doe dit", expect=409)
    assert "Carla nam dit vandaag om 10.00 uur." in second.text
    second.submit("Neem over van Carla").submit("Dit is klaar")
    assert second.flash == "Dit is klaar."
    page.get(address)
    assert page.flash == "Dit hoeft niet meer: er is intussen iets veranderd."


def test_put_off_or_left_to_a_colleague(page, sign_in, objection):
    carla, _, match = objection
    sign_in(page, carla.person_id)
    page.get(f"/werk/taak/bezwaren/{match.id}").submit("Ik doe dit").submit("Laat een collega dit doen")
    page.follow("bezwaar").submit("Over een week weer")
    assert page.flash == "U ziet dit over een week weer."
    assert "bezwaar" not in page.get("/werk?lijst=iedereen").text


def test_a_kind_that_is_none_is_not_found(page, sign_in, objection):
    carla, _, match = objection
    sign_in(page, carla.person_id)
    page.get(f"/werk/taak/onzin/{match.id}", expect=404)
    page.get(f"/werk/taak/hulpvragen/{match.id}", expect=404)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(sessions):
    """Three cases that lie with Carla, each with somebody who lives a little too far."""
    with sessions.begin() as session:
        carla = a_coordinator(session, "Carla")
        on_duty(session, carla)
        a_volunteer(session, "Piet", at=place("4849AB"), capacity=5)
        asked = [a_request(session, requester=a_person(session, name)) for name in ("Riet", "Bep", "Nel")]
        where = asked[0].municipality_id
    matchmaking.run_round(sessions, municipality_id=where, now=NOW)
    return carla


@pytest.mark.browser
@pytest.mark.database("sqlite")
def test_the_keyboard_goes_through_the_queue(tab, live, sign_in, busy):
    sign_in(tab, busy.person_id)
    tab.goto(live + "/werk")
    links = tab.locator("[data-keys-row]")
    assert links.count() == 3
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        tab.keyboard.press(key)
        assert links.nth(at).evaluate("link => link === document.activeElement"), (key, at)
    tab.keyboard.press("?")
    assert tab.locator("#toetsen").evaluate("panel => panel.open")
    tab.get_by_role("button", name="Zet de toetsen uit").click()
    tab.keyboard.press("j")
    assert not links.nth(0).evaluate("link => link === document.activeElement")
    tab.get_by_role("button", name="Zet de toetsen aan").click()
    tab.keyboard.press("j")
    before = tab.url
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: url != before)
    assert tab.locator("h1").inner_text().startswith("Heg knippen en snoeien")
