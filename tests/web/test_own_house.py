"""The volunteer's own house."""

import pytest

from marketplace.database import Sessions
from marketplace.models import Offer
from tests.support.builders import a_match, a_person, a_proposal, a_request, a_volunteer
from tests.support.pages import Page
from tests.support.site import SignIn

HOME = "/mijn/helpen"


@pytest.fixture
def piet(sessions: Sessions, page: Page, sign_in: SignIn) -> Offer:
    with sessions.begin() as session:
        offer = a_volunteer(session, "Piet", skills=["garden.hedge", "company.coffee"])
    sign_in(page, offer.person_id)
    return offer


def test_what_i_am_asked_says_why_me(sessions: Sessions, page: Page, piet: Offer) -> None:
    with sessions.begin() as session:
        a_proposal(session, a_request(session), session.get_one(Offer, piet.id))
    page.get(HOME)
    assert "Wij vragen u, want u helpt met heg knippen en snoeien en u woont dichtbij." in page.text
    page.follow("Kunt u helpen? Heg knippen")
    assert page.heading == "Kunt u Riet helpen met heg knippen en snoeien?"


def test_who_is_new_sees_something_to_begin_with_and_who_helps_does_not(
    sessions: Sessions, page: Page, piet: Offer
) -> None:
    with sessions.begin() as session:
        request = a_request(session)
        a_request(session, skill="home.sewing")
    page.get(HOME)
    assert "Iets voor u?" in page.text
    assert len(page.soup.select("#iets-voor-u .card")) == 1
    with sessions.begin() as session:
        a_match(session, request, session.get_one(Offer, piet.id))
    assert "Iets voor u?" not in page.get(HOME).text


def test_a_kind_rests_and_wakes_again(page: Page, piet: Offer) -> None:
    page.get(HOME).submit("Gezelschap en koffie: even niet")
    assert "Gezelschap en koffie: vraag mij weer" in page.text
    page.submit("Gezelschap en koffie: vraag mij weer")
    assert "vraag mij weer" not in page.text


def test_a_holiday_is_planned_and_dropped(sessions: Sessions, page: Page, piet: Offer) -> None:
    page.get(HOME).submit("Neem deze dagen vrij", holiday_from="1-7-2026", expect=400)
    assert page.errors() == ["Vul een datum in, bijvoorbeeld 3-3-2026."]
    page.submit("Neem deze dagen vrij", holiday_until="15-6-2026", expect=400)
    assert page.errors() == ["De laatste dag ligt vóór de eerste dag. Kies een latere dag."]
    page.submit("Neem deze dagen vrij", holiday_until="15-7-2026")
    assert "Van woensdag 1 juli tot woensdag 15 juli vragen wij u niets." in page.text
    page.submit("Vraag mij weer")
    assert "vragen wij u niets" not in page.text
    page.submit("Neem deze dagen vrij", holiday_from="3-3-2026", holiday_until="10-3-2026")
    assert "U hebt pauze tot dinsdag 10 maart." in page.text
    page.submit("Vraag mij weer")
    with sessions.read() as session:
        assert session.get_one(Offer, piet.id).paused_until is None


def test_who_does_not_help_is_shown_how_to(sessions: Sessions, page: Page, sign_in: SignIn) -> None:
    with sessions.begin() as session:
        person_id = a_person(session).id
    sign_in(page, person_id)
    page.get(HOME)
    assert page.url.endswith(".local/helpen")
