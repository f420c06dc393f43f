"""The pages of care for volunteers."""

from datetime import timedelta

import pytest

from marketplace.models import FileLook
from tests.support import rows
from tests.support.builders import a_coordinator, a_volunteer
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def sanne(sessions, page, sign_in):
    with sessions.begin() as session:
        carla = a_coordinator(session).person_id
        sanne = a_volunteer(session, "Sanne", now=NOW - timedelta(days=10))
        found = {"offer": sanne.id, "person": sanne.person_id}
    sign_in(page, carla)
    return found


def test_a_newcomer_is_called_and_leaves_the_list(page, sanne, sessions):
    page.get("/werk").follow("Zorg voor vrijwilligers")
    assert "Wacht 10 dagen. Nog niets gevraagd." in page.text
    page.follow("Sanne")
    with sessions.read() as session:
        (look,) = session.exec(rows.all_of(FileLook)).all()
        assert (look.person_id, look.action) == (sanne["person"], "care")
    page.submit("Ik sprak Sanne")
    assert "Met iedereen gaat het goed" in page.get("/werk/vrijwilligers").text


def test_a_training_is_written_down(page, sanne):
    page.get(f"/werk/vrijwilligers/{sanne['offer']}").submit("Bewaar dat ik dit zag", {"code": "vog"}, expect=400)
    page.submit("Bewaar dat ik dit zag", {"seen_on": "2026-03-02", "valid_until": "2026-04-01"})
    assert "gezien op maandag 2 maart, geldig tot en met woensdag 1 april" in page.text
    assert "VOG: geldig tot en met woensdag 1 april." in page.get("/werk/vrijwilligers").text


def test_of_many_with_one_reason_the_first_are_shown_and_all_can_be_paged_through(page, sanne, sessions):
    with sessions.begin() as session:
        for number in range(44):
            a_volunteer(session, f"Nieuw{number:02}", now=NOW - timedelta(days=10))
    page.get("/werk/vrijwilligers")
    assert "Wacht op een eerste taak (45)" in page.text
    assert page.text.count("Nog niets gevraagd.") == 8
    page.follow("Bekijk alle 45: wacht op een eerste taak")
    assert page.text.count("Nog niets gevraagd.") == 40
    page.follow("Volgende bladzijde")
    assert page.text.count("Nog niets gevraagd.") == 5
    page.get("/werk/vrijwilligers?wie=newcomer&bladzijde=onzin")
    assert page.text.count("Nog niets gevraagd.") == 40
