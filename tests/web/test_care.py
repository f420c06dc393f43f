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
