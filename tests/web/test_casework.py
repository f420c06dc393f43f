"""A case on one page: ask who asked to give way, note how a call went, refer, split, merge; and take it back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace import matchmaking
from marketplace.asks import WeekPiece
from marketplace.models import Event, EventKind, HelpRequest, RelaxationQuestion, SlotStatus
from marketplace.permissions import Actor
from marketplace.queries import requests
from tests.support import browser as chromium
from tests.support.builders import a_coordinator, a_person, a_request, a_volunteer, on_duty
from tests.support.clock import NOW

TUESDAYS = (WeekPiece(1, 9 * 60, 12 * 60),)
SATURDAYS = (WeekPiece(5, 8 * 60, 18 * 60),)


@pytest.fixture
def desk(sessions):
    """Riet asks for Tuesdays, twice; Piet and Kees can on Saturdays; Carla is on duty."""
    with sessions.begin() as session:
        carla, riet = a_coordinator(session, "Carla"), a_person(session, "Riet")
        on_duty(session, carla)
        for name in ("Piet", "Kees"):
            a_volunteer(session, name, availability=SATURDAYS)
        case = a_request(session, requester=riet, weekly=TUESDAYS)
        other = a_request(session, requester=riet, weekly=TUESDAYS, now=NOW - timedelta(days=1))
    matchmaking.run_round(sessions, municipality_id=case.municipality_id, now=NOW)
    return carla, case, other


def kinds(sessions, request_id):
    with sessions.read() as session:
        return list(session.exec(select(Event.kind).where(Event.request_id == request_id).order_by(Event.seq)))


def test_who_asked_is_asked_whether_saturday_will_do_and_says_yes(page, sign_in, desk, sessions):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Vraag of zaterdag ook kan: 2 mensen")
    assert page.flash == "De hulpvrager krijgt deze vraag."
    assert "Carla vroeg vandaag om 10.00 uur of zaterdag ook kan. Er is nog geen antwoord." in page.text
    riet = page.another()
    sign_in(riet, case.requester_id)
    riet.get(f"/mijn/vragen/{case.id}")
    assert "Kan het ook op zaterdag?" in riet.text
    assert "Dan kunnen er 2 mensen meer helpen." in riet.text
    riet.submit("Ja, dat kan ook")
    assert riet.flash == "Dank u wel. Wij zoeken meteen ruimer."
    assert "Kan het ook op zaterdag?" not in riet.text
    with sessions.read() as session:
        assert requests.list_weekdays(session, case.id) == {1, 5}


def test_a_no_is_as_good(page, sign_in, desk, sessions):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Vraag of zaterdag ook kan: 2 mensen")
    riet = page.another()
    sign_in(riet, case.requester_id)
    riet.get(f"/mijn/vragen/{case.id}").submit("Nee, alleen zoals ik vroeg")
    page.get(f"/werk/{case.id}")
    assert "Het antwoord was nee." in page.text
    assert "Vraag of zaterdag ook kan: 2 mensen" in page.source


def test_somebody_elses_question_is_not_answered(page, sign_in, desk, sessions):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Vraag of zaterdag ook kan: 2 mensen")
    with sessions.read() as session:
        question = session.exec(select(RelaxationQuestion)).one()
    with sessions.begin() as session:
        bep = a_person(session, "Bep")
        own = a_request(session, requester=bep)
    visitor = page.another()
    sign_in(visitor, bep.id)
    visitor.get(f"/mijn/vragen/{own.id}")
    visitor.post(f"/mijn/vragen/{own.id}/ruimer", {"vraag": str(question.id), "antwoord": "ja"}, expect=403)


def test_a_call_that_nobody_answered_is_one_button(page, sign_in, desk, sessions):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    assert "Dag Riet, u spreekt met Carla van Surplus." in page.text
    page.submit("Niet bereikt")
    assert "Carla belde: niet bereikt." in page.text
    page.submit("Gesproken", contact_text="Riet kent zelf iemand.", contact_about_who=True)
    assert "Carla had contact (gesproken), over wie er komt: “Riet kent zelf iemand.”" in page.text


def test_referring_is_one_step(page, sign_in, desk):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Verwijs door", expect=400)
    assert page.errors() == ["Vul in naar wie u verwijst."]
    page.submit("Verwijs door", refer_to="Theek5")
    assert page.flash == "Doorverwezen naar Theek5."
    assert "Doorverwezen naar een andere organisatie: “Naar Theek5”" in page.text


def test_closing_is_taken_back(page, sign_in, desk, sessions, clock):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Zoektocht sluiten", close_reason="nobody_found")
    assert "Tot 10.01 uur kunt u dit ongedaan maken. Niemand weet het nog." in page.text
    clock.move(seconds=20)
    page.submit("Maak dit ongedaan")
    assert page.flash == "Het is ongedaan gemaakt. Niemand kreeg bericht."
    assert "Carla maakte ongedaan: sluiten." in page.text
    with sessions.read() as session:
        assert [slot.status for slot in requests.list_slots(session, case.id)] == [SlotStatus.FREE]


def test_too_late_is_said_honestly(page, sign_in, desk, clock):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Zoektocht sluiten", close_reason="nobody_found")
    clock.move(minutes=2)
    page.submit("Maak dit ongedaan", expect=409)
    assert "De minuut is voorbij. Er is misschien al iemand gemaild of gebeld." in page.text
    assert "Maak dit ongedaan" not in page.get(f"/werk/{case.id}").text


def test_two_needs_in_one_story_become_two_requests(page, sign_in, desk, sessions):
    carla, case, _ = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Maak er twee vragen van", expect=400)
    assert page.errors() == ["Vertel in een paar woorden wat er nodig is."]
    page.submit("Maak er twee vragen van", split_text="Wie maait het gras?", split_skill="garden.mowing")
    assert page.flash == "Er zijn nu twee vragen. De zoekmachine zoekt voor de nieuwe."
    with sessions.read() as session:
        part = session.exec(select(HelpRequest).where(HelpRequest.split_from_id == case.id)).one()
        assert (part.skill_code, part.requester_id) == ("garden.mowing", case.requester_id)
        assert requests.list_weekdays(session, part.id) == {1}
    assert EventKind.REQUEST_SPLIT in kinds(sessions, part.id)
    page.submit("Maak dit ongedaan")
    with sessions.read() as session:
        assert requests.get_request(session, part.id).ended_at is not None


def test_what_was_asked_twice_goes_on_as_what_was_asked_first(page, sign_in, desk, sessions):
    carla, case, other = desk
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}").submit("Maak er één vraag van", expect=400)
    assert page.errors() == ["Kies de andere vraag van deze hulpvrager."]
    page.submit("Maak er één vraag van", merge_other=str(other.id))
    assert page.flash == "De twee vragen zijn één. De oudste gaat door."
    with sessions.read() as session:
        gone = requests.get_request(session, case.id)
        assert (gone.merged_into_id, gone.ended_at) == (other.id, NOW)
        assert requests.get_request(session, other.id).ended_at is None


def test_requests_of_two_people_are_not_one(page, sign_in, desk, sessions):
    carla, case, _ = desk
    with sessions.begin() as session:
        foreign = a_request(session, requester=a_person(session, "Bep"))
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    page.post(f"/werk/{case.id}/samenvoegen", {"merge_other": str(foreign.id)}, expect=400)
    assert page.errors() == ["Deze twee vragen zijn niet van dezelfde soort, of niet van dezelfde persoon."]


def test_only_staff_do_this(page, sign_in, desk):
    _, case, other = desk
    sign_in(page, case.requester_id)
    page.get("/mijn")
    for way in ("doorverwijzen", "splitsen", "samenvoegen", "ruimer", "ongedaan"):
        page.post(f"/werk/{case.id}/{way}", {"merge_other": str(other.id)}, expect=403)
    assert Actor(case.requester_id)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_case_with_all_of_it_is_accessible_and_fits(tab, live, sign_in, desk, width):
    carla, case, _ = desk
    sign_in(tab, carla.person_id)
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{live}/werk/{case.id}")
    tab.get_by_role("button", name="Vraag of zaterdag ook kan: 2 mensen").click()
    tab.get_by_text("Net gedaan").wait_for()
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    chromium.assert_accessible(tab)
    chromium.assert_fits(tab)
