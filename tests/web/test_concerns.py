"""The pages of worries: passing one on, and the list and the page of the small group."""

import pytest

from marketplace.models import Concern, ConcernStatus, StaffRoleKind
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_role, a_volunteer

pytestmark = pytest.mark.database("sqlite")
WORRY = {"kind": "alone", "text": "Er komt niemand langs.", "told": "ja"}


@pytest.fixture
def people(sessions):
    """Piet helps Riet; Hanneke handles worries; Carla is a coordinator."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        offer = a_volunteer(session, "Piet")
        match = a_match(session, a_request(session, requester=riet), offer)
        hanneke = a_coordinator(session, "Hanneke", kind=StaffRoleKind.CONCERN_HANDLER)
        carla = a_coordinator(session, "Carla")
        return {
            "riet": riet.id,
            "piet": offer.person_id,
            "hanneke": hanneke.person_id,
            "carla": carla.person_id,
            "match": match.id,
        }


@pytest.fixture
def as_piet(page, people, sign_in):
    sign_in(page, people["piet"])
    return page


@pytest.fixture
def as_hanneke(page, people, sign_in):
    hanneke = page.another()
    sign_in(hanneke, people["hanneke"])
    return hanneke


def only(sessions):
    with sessions.read() as session:
        return session.exec(rows.all_of(Concern)).one()


def test_from_the_match_the_form_knows_about_whom(as_piet, people, sessions):
    as_piet.get(f"/koppelingen/{people['match']}").follow("Ik maak me zorgen om Riet")
    assert as_piet.values("Geef mijn zorg door")["whom"] == [str(people["riet"])]
    for number in ("112", "0800-0113", "0800-2000", "0800-5099"):
        assert number in as_piet.text
    as_piet.submit("Geef mijn zorg door", WORRY)
    assert as_piet.heading == "Dank u wel. Wij hebben uw zorg."
    assert only(sessions).about_id == people["riet"]


def test_a_mistake_keeps_what_was_typed(as_piet):
    as_piet.get("/mijn/zorgen")
    as_piet.submit("Geef mijn zorg door", {"text": "Er komt niemand langs.", "told": "nee"}, expect=400)
    assert as_piet.values("Geef mijn zorg door")["text"] == ["Er komt niemand langs."]
    assert len(as_piet.errors()) == 3


def test_the_group_handles_it_and_the_other_hears_only_that_it_is_done(as_piet, as_hanneke, people, sessions):
    as_piet.get("/mijn/zorgen").submit("Geef mijn zorg door", WORRY | {"whom": str(people["riet"])})
    as_hanneke.get("/werk/signalen").follow("Erg alleen of somber")
    assert "Er komt niemand langs." in as_hanneke.text
    as_hanneke.submit("Ik neem dit")
    assert only(sessions).status is ConcernStatus.HANDLED
    as_hanneke.submit("Bewaar deze stap", {"kind": "noted", "text": "Ik bel morgen."}, expect=400)
    as_hanneke.submit("Bewaar deze stap", {"next": "2026-03-05"})
    assert "Hanneke schreef iets op. “Ik bel morgen.”" in as_hanneke.text
    as_hanneke.submit("Rond dit signaal af", {"outcome": "help_arranged", "close_text": "De huisarts weet het."})
    assert "Er is hulp geregeld" in as_hanneke.text
    as_piet.get("/mijn/zorgen")
    assert "Wij hebben dit afgerond" in as_piet.text
    for secret in ("huisarts", "hulp geregeld", "niemand langs"):
        assert secret not in as_piet.source


def test_the_group_stands_in_no_other_menu(as_piet, page, people, sign_in):
    carla = page.another()
    sign_in(carla, people["carla"])
    carla.get("/werk")
    assert "/werk/signalen" not in carla.source
    assert carla.send("GET", "/werk/signalen").status_code == 403


def test_a_coordinator_who_handles_worries_finds_them_among_the_other_work(as_piet, page, people, sessions, sign_in):
    as_piet.get(f"/koppelingen/{people['match']}").follow("Ik maak me zorgen om Riet").submit(
        "Geef mijn zorg door", WORRY
    )
    carla = page.another()
    sign_in(carla, people["carla"])
    assert "Een zorg die is doorgegeven" not in carla.get("/werk?lijst=iedereen").text
    with sessions.begin() as session:
        a_role(session, rows.person(session, people["carla"]), StaffRoleKind.CONCERN_HANDLER)
    carla.get("/werk?lijst=iedereen").follow("Zorgen")
    assert "Alleen wie zorgen behandelt, ziet dit." in carla.text
    assert "Er komt niemand langs." not in carla.text
    carla.follow("Een zorg die is doorgegeven")
    assert "Er komt niemand langs." in carla.text


def test_where_nobody_handles_worries_there_is_the_telephone(page, sessions, sign_in):
    with sessions.begin() as session:
        nel = a_person(session, "Nel").id
    sign_in(page, nel)
    page.get("/mijn/zorgen")
    assert "Doorgeven kan hier nu niet op de site" in page.text
    assert "0800-5099" in page.text
    assert not page.soup.select("main form[method=post]")
