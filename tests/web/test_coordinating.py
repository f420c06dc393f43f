"""The coordinator's side, without JavaScript: the queue, the case beside it, and what one does with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from marketplace import coordination, matchmaking, ownership, responses
from marketplace.models import ActingAs, Event, EventKind, HelpRequest, Match, Offer, SlotStatus, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import matches, requests
from marketplace.queries.board import Pile
from tests.support import browser as chromium
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    another_municipality,
    on_duty,
    place,
)
from tests.support.clock import NOW
from web.pages.coordinating import View
from web.pages.coordinating_queue import build_queue


@dataclass
class Desk:
    """A case that nobody could solve: Riet asks in the centre, Carla is on duty, Piet lives in Dorst."""

    carla: Actor
    els: Actor
    case: HelpRequest
    piet: Offer

    @property
    def url(self) -> str:
        return f"/werk/{self.case.id}"


@pytest.fixture
def desk(sessions) -> Desk:
    with sessions.begin() as session:
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        on_duty(session, carla)
        piet = a_volunteer(session, "Piet", at=place("4849AB"))
        case = a_request(session, requester=a_person(session, "Riet"))
    matchmaking.run_round(sessions, municipality_id=case.municipality_id, now=NOW)
    return Desk(carla, els, case, piet)


def fresh(sessions, desk: Desk) -> HelpRequest:
    with sessions.read() as session:
        return requests.get_request(session, desk.case.id)


def events(sessions, kind: EventKind) -> list[Event]:
    with sessions.read() as session:
        return list(session.exec(select(Event).where(Event.kind == kind).order_by(col(Event.seq))))


def find_match(sessions, desk: Desk, offer: Offer) -> Match | None:
    with sessions.read() as session:
        return matches.find_standing_match(session, desk.case.id, offer.person_id)


# --- the queue -------------------------------------------------------------------------------------------------------


def test_a_case_waits_in_the_queue_of_who_is_on_duty(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get("/werk")
    assert page.heading == "Werkvoorraad"
    assert "Heg knippen en snoeien" in page.text
    assert "Riet, Centrum en Strijen" in page.text
    assert "vandaag: iedereen woont te ver" in page.text
    page.follow("Heg knippen en snoeien")
    assert page.heading == "Heg knippen en snoeien, Centrum en Strijen"


def test_a_colleague_finds_it_among_everybodys(page, sign_in, desk):
    sign_in(page, desk.els.person_id)
    page.get("/werk")
    assert "Er wacht niets op u" in page.text
    page.follow("Bekijk wat bij anderen ligt")
    assert "Heg knippen" in page.text
    assert "Van iedereen (1)" in page.links()
    assert "Alles wat open is (1)" in page.links()


def test_what_is_too_late_stands_on_top_and_is_counted(page, sign_in, desk, sessions, clock):
    with sessions.begin() as session:
        other = a_request(session, skill="home.groceries", requester=a_person(session, "Bep"))
        ownership.escalate(session, requests.lock_request(session, other.id), reason="no_skill", nearest=[], now=NOW)
        requests.lock_request(session, other.id).next_moment_at = NOW - timedelta(hours=2)
    sign_in(page, desk.carla.person_id)
    page.get("/werk")
    rows = [row.get_text() for row in page.soup.select("tbody tr")]
    assert "Boodschappen" in rows[0]
    assert "te laat: vandaag om 8.00 uur" in rows[0]
    assert "2 zaken. 1 is te laat." in page.text


def test_what_is_done_today_stays_to_be_seen(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Zoektocht sluiten", close_reason="referred")
    page.get("/werk?lijst=vandaag")
    assert "klaar om 10.00 uur" in page.text


def test_a_ride_planner_sees_transport_only(page, sign_in, desk, sessions):
    with sessions.begin() as session:
        planner = a_coordinator(session, "Rob", kind=StaffRoleKind.RIDE_PLANNER)
        escort = a_request(session, skill="transport.escort", requester=a_person(session, "Bep"))
    sign_in(page, planner.person_id)
    page.get("/werk?lijst=open")
    assert "Meegaan naar afspraak" in page.text
    assert "Heg knippen" not in page.text
    page.get(f"/werk/{escort.id}")
    page.get(desk.url, expect=403)


def test_an_unknown_list_or_page_shows_what_there_is(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get("/werk?lijst=onzin&bladzijde=99")
    assert "Heg knippen" in page.text
    page.get("/werk?bladzijde=een")
    assert "Heg knippen" in page.text


def test_forty_on_a_page(page, sign_in, desk, sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        for _ in range(41):
            a_request(session, requester=riet)
    sign_in(page, desk.carla.person_id)
    page.get("/werk?lijst=open")
    assert len(page.soup.select("tbody tr")) == 40
    page.follow("Volgende bladzijde")
    assert len(page.soup.select("tbody tr")) == 2


@pytest.mark.parametrize("path", ["", "/nemen", "/notitie", "/vragen"])
def test_nobody_else_comes_in(page, sign_in, desk, sessions, path):
    with sessions.begin() as session:
        somebody = a_person(session, "Iemand")
        stranger = a_coordinator(session, "Vreemde", municipality=another_municipality(session))
    for who in (somebody.id, stranger.person_id):
        visitor = page.another()
        sign_in(visitor, who)
        if path:
            visitor.get("/helpen")
            visitor.post(desk.url + path, {"offer_id": str(desk.piet.id)}, expect=403)
        else:
            visitor.get("/werk", expect=403)
            visitor.get(desk.url, expect=403)
    assert fresh(sessions, desk).held_at is None


def test_who_is_not_signed_in_is_asked_to(page, desk):
    page.get(desk.url)
    assert page.heading == "Inloggen"


# --- the case --------------------------------------------------------------------------------------------------------


def test_a_case_tells_the_whole_story(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url)
    for told in (
        "De heg is te hoog geworden",
        "Riet Jansen",
        "06 ",
        "Nog niemand gevraagd. Er past nu niemand.",
        "Iedereen die dit doet, woont te ver weg.",
        "Piet woont 0,8 km buiten het eigen bereik.",
        "elke dag 8.00 tot 21.00 uur",
        "1, waarvan 1 vrij",
        "Riet plaatste de vraag op de site.",
        "De zoekmachine gaf de zaak aan Carla.",
    ):
        assert told in page.text, told


def test_every_look_is_logged_once_a_minute(page, sign_in, desk, sessions, clock):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).get(desk.url)
    assert len(events(sessions, EventKind.CASE_READ)) == 1
    clock.move(minutes=2)
    page.get(desk.url)
    looks = events(sessions, EventKind.CASE_READ)
    assert [(look.actor_id, look.person_id) for look in looks] == [(desk.carla.person_id, desk.case.requester_id)] * 2


def test_answers_are_counted_in_words(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        case = a_request(session)
        for name in ("Piet", "Kees"):
            proposal = a_proposal(session, case, a_volunteer(session, name))
            responses.decline(session, proposal_id=proposal.id, actor=Actor(proposal.person_id), now=NOW)
        a_proposal(session, case, a_volunteer(session, "Jan"))
        a_volunteer(session, "Fatima")
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    assert "3 mensen gevraagd, 2 zeiden nee, 1 denkt nog na. Binnen 1 km is er nog 1." in page.text
    assert "Jan kan antwoorden tot morgen om 10.00 uur (gevraagd door de zoekmachine)." in page.text


def test_an_unknown_case_is_not_found(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get("/werk/00000000-0000-4000-8000-000000000000", expect=404)
    page.get("/werk/geen-nummer", expect=404)


# --- taking ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_takes_a_case_and_gives_it_back(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Ik neem deze")
    assert page.flash == "Deze zaak is nu van u. De zoekmachine vraagt niemand meer."
    assert "U hebt deze zaak, sinds vandaag om 10.00 uur." in page.text
    assert fresh(sessions, desk).held_at == NOW
    page.submit("Geef terug aan de zoekmachine")
    assert "De zoekmachine zoekt." in page.text
    assert fresh(sessions, desk).owner_id is None


def test_of_two_who_take_it_at_once_one_is_told_who_was_first(page, sign_in, desk, sessions, clock):
    second = page.another()
    sign_in(page, desk.carla.person_id)
    sign_in(second, desk.els.person_id)
    page.get(desk.url)
    second.get(desk.url)
    page.submit("Ik neem deze")
    clock.move(minutes=2)
    second.submit("Ik neem deze", expect=409)
    assert "Carla nam deze zaak vandaag om 10.00 uur." in second.text
    assert fresh(sessions, desk).owner_id == desk.carla.person_id
    second.submit("Neem over van Carla")
    assert fresh(sessions, desk).owner_id == desk.els.person_id


def test_pressing_twice_does_no_harm(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url)
    for _ in range(2):
        page.post(f"{desk.url}/nemen")
    assert len(events(sessions, EventKind.CASE_TAKEN)) == 1


# --- writing down ----------------------------------------------------------------------------------------------------


def test_a_note_and_a_contact_stand_in_the_history(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Notitie bewaren", note_text="Riet is vanaf morgen weg.")
    assert "Carla schreef: “Riet is vanaf morgen weg.”" in page.text
    page.submit("Contact bewaren", contact_text="Riet gebeld over Piet.", contact_about_who=True)
    assert "Carla had contact, over wie er komt: “Riet gebeld over Piet.”" in page.text
    assert events(sessions, EventKind.CONTACT_LOGGED)[0].detail["about_who"] is True


@pytest.mark.parametrize(
    ("button", "fields", "error"),
    [
        pytest.param("Notitie bewaren", {"note_text": " "}, "Schrijf op wat u wilt bewaren.", id="empty-note"),
        pytest.param("Notitie bewaren", {"note_text": "a" * 2001}, "Maak uw tekst korter.", id="long-note"),
        pytest.param("Contact bewaren", {}, "Schrijf op wat u wilt bewaren.", id="empty-contact"),
        pytest.param(
            "Zoektocht sluiten", {"close_text": "Zo is het."}, "Kies waarom u de zoektocht sluit.", id="close"
        ),
        pytest.param(
            "Vraag verruimen",
            {"widen_minutes": "500"},
            "Vul een aantal minuten in dat niet groter is",
            id="more-minutes",
        ),
        pytest.param("Vraag verruimen", {"widen_minutes": "veel"}, "Vul een aantal minuten in", id="no-number"),
        pytest.param("Vraag verruimen", {"widen_extra_days": "61"}, "Vul een aantal dagen in", id="too-many-days"),
        pytest.param("Vraag verruimen", {"widen_extra_days": ""}, "Vul een aantal dagen in", id="no-days"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(page, sign_in, desk, sessions, button, fields, error):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit(button, fields, expect=400)
    assert any(sentence.startswith(error) for sentence in page.errors())
    kept = page.values(button)
    assert {name: kept[name] for name in fields} == {name: [str(value).strip()] for name, value in fields.items()}
    assert page.soup.select_one("details[open]") is not None
    before = fresh(sessions, desk)
    assert (before.version_at, before.ended_at) == (desk.case.version_at, None)


# --- changing --------------------------------------------------------------------------------------------------------


def test_widening_says_what_it_counts_as_and_lets_the_engine_ask_again(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url)
    assert "De zoekmachine vraagt daarna iedereen opnieuw. Telt als bemiddeld." in page.text
    page.submit("Vraag verruimen", widen_minutes="60", widen_any_time=True, widen_extra_days="10")
    assert "Carla verruimde de vraag (één uur is genoeg, elk moment is goed)" in page.text
    assert fresh(sessions, desk).minutes == 60
    assert [event.acting_as for event in events(sessions, EventKind.REQUEST_WIDENED)] == [ActingAs.STAFF]


def test_before_it_is_escalated_widening_does_not_mediate(page, sign_in, sessions):
    with sessions.begin() as session:
        carla, case = a_coordinator(session), a_request(session)
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}")
    assert "Telt niet als bemiddeld: de zaak is nog niet opgeschaald." in page.text


def test_closing_keeps_the_reason(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Zoektocht sluiten", close_reason="nobody_found", close_text="Alles geprobeerd.")
    assert "Carla sloot de zoektocht. Wij vinden niemand: “Alles geprobeerd.”" in page.text
    assert fresh(sessions, desk).closed_reason == "nobody_found"
    assert "Ik neem deze" not in page.text


# --- who helps -------------------------------------------------------------------------------------------------------


def test_a_coordinator_has_somebody_asked_who_lives_a_little_too_far(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Vraag Piet")
    assert page.flash == "Piet krijgt de vraag."
    assert "Piet kan antwoorden tot morgen om 10.00 uur (gevraagd door ons)." in page.text
    assert [event.person_id for event in events(sessions, EventKind.PROPOSED)] == [desk.piet.person_id]


def test_asking_twice_tells_that_somebody_was_asked(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Vraag Piet")
    page.post(f"{desk.url}/vragen", {"offer_id": str(desk.piet.id)}, expect=409)
    assert "Piet is hier al voor gevraagd." in page.text


def test_searching_forgives_a_slip_and_says_everything_that_does_not_fit(page, sign_in, desk, sessions):
    with sessions.begin() as session:
        a_volunteer(session, "Fatima", skills=("home.groceries",), at=place("4907AB"))
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).submit("Zoek", zoek="fatma")
    assert "1 mens gevonden voor “fatma”." in page.text
    assert "Fatima biedt dit soort hulp niet aan." in page.text
    page.submit("Zoek", zoek="dommel")
    assert "Vraag Fatima" in page.text
    page.submit("Zoek", zoek="xyzzy")
    assert "Niemand gevonden voor “xyzzy”." in page.text
    page.follow("Toon weer wie er past")
    assert "Piet" in page.text


def test_coupling_needs_both_to_have_said_yes(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).follow("Koppel Piet")
    assert page.heading == "Piet koppelen aan Riet"
    assert "Deze koppeling telt als bemiddeld." in page.text
    page.submit("Koppel Piet", expect=400)
    assert page.errors() == ["Zet een vinkje als u beiden hebt gesproken. Zeggen ze niet allebei ja? Ga dan terug."]
    assert find_match(sessions, desk, desk.piet) is None
    page.submit("Koppel Piet", agreed=True)
    assert page.flash == "Piet is gekoppeld. Allebei krijgen ze bericht."
    assert find_match(sessions, desk, desk.piet) is not None
    assert "Carla koppelde Piet." in page.text


def test_looking_up_how_to_reach_a_helper_is_logged(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(f"{desk.url}/koppelen/{desk.piet.id}")
    seen = {event.person_id for event in events(sessions, EventKind.CASE_READ)}
    assert seen == {desk.case.requester_id, desk.piet.person_id}


def test_who_couples_too_late_is_told_who_was_first(page, sign_in, desk, sessions, clock):
    with sessions.begin() as session:
        kees = a_volunteer(session, "Kees")
    second = page.another()
    sign_in(page, desk.carla.person_id)
    sign_in(second, desk.els.person_id)
    page.get(f"{desk.url}/koppelen/{desk.piet.id}")
    second.get(f"{desk.url}/koppelen/{kees.id}")
    page.submit("Koppel Piet", agreed=True)
    clock.move(minutes=5)
    second.submit("Koppel Kees", agreed=True, expect=409)
    assert "Carla koppelde Piet. Dat was vandaag om 10.00 uur." in second.text
    assert find_match(sessions, desk, kees) is None


@pytest.mark.parametrize(
    ("volunteer", "told"),
    [
        pytest.param({"skills": ("admin.paperwork",)}, "Kees heeft niet elk bewijs dat nodig is", id="vog"),
        pytest.param(
            {"seen": ("vog",), "skills": ("admin.paperwork",), "capacity": 1}, "Kees heeft het maximum", id="full"
        ),
    ],
)
def test_what_a_person_may_not_overrule_either_is_said_kindly(page, sign_in, sessions, volunteer, told):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        kees = a_volunteer(session, "Kees", **volunteer)
        if volunteer.get("capacity"):
            a_match(session, a_request(session, skill="admin.paperwork"), kees)
        case = a_request(session, skill="admin.paperwork")
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case.id}?zoek=Kees")
    assert told.split(" heeft")[0] in page.text
    assert "Vraag Kees" not in page.text
    page.post(f"/werk/{case.id}/vragen", {"offer_id": str(kees.id)}, expect=409)
    assert told in page.text


def test_nobody_is_asked_who_is_not_there(page, sign_in, desk):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).post(f"{desk.url}/vragen", {"offer_id": "onzin"}, expect=404)
    page.post(f"{desk.url}/vragen", {"offer_id": "00000000-0000-4000-8000-000000000000"}, expect=404)
    page.get(f"{desk.url}/koppelen/00000000-0000-4000-8000-000000000000", expect=404)


def test_somebody_is_taken_off_a_case_with_a_reason(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(f"{desk.url}/koppelen/{desk.piet.id}").submit("Koppel Piet", agreed=True)
    page.follow("Haal Piet van deze zaak")
    assert "De volgende koppeling van die plek telt als bemiddeld." in page.text
    page.submit("Haal Piet van deze zaak", expect=400)
    assert page.errors() == ["Schrijf op wat u wilt bewaren."]
    page.submit("Haal Piet van deze zaak", remove_text="Het klikte niet.")
    assert "Carla haalde Piet van de zaak: “Het klikte niet.”" in page.text
    with sessions.read() as session:
        assert [slot.status for slot in requests.list_slots(session, desk.case.id)] == [SlotStatus.FREE]


def test_taking_somebody_off_twice_shows_how_it_stands(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(f"{desk.url}/koppelen/{desk.piet.id}").submit("Koppel Piet", agreed=True)
    match = find_match(sessions, desk, desk.piet)
    address = f"{desk.url}/koppelingen/{match.id}"
    page.post(address, {"remove_text": "Het klikte niet."})
    page.post(address, {"remove_text": "Het klikte niet."}, expect=409)
    assert "Er is intussen iets veranderd" in page.text
    page.get(address)
    assert page.flash == "Deze koppeling loopt niet meer. Zo staat de zaak nu."


def test_a_match_of_another_case_is_not_removed_through_this_one(page, sign_in, desk, sessions):
    with sessions.begin() as session:
        match = a_match(session, a_request(session), a_volunteer(session, "Kees"))
    sign_in(page, desk.carla.person_id)
    page.get(desk.url).post(f"{desk.url}/koppelingen/{match.id}", {"remove_text": "Fout."}, expect=404)


def test_a_case_that_is_over_can_no_longer_be_worked(page, sign_in, desk, sessions):
    sign_in(page, desk.carla.person_id)
    page.get(desk.url)
    with sessions.begin() as session:
        coordination.close(
            session, request_id=desk.case.id, reason="referred", text="", actor=desk.els, now=NOW + timedelta(minutes=1)
        )
    page.submit("Vraag Piet", expect=409)
    assert "Er is geen plek meer vrij" in page.text


def test_the_number_of_selects_does_not_grow_with_the_queue(sessions, desk):
    """Forty cases before lunch: the queue costs the same whether it holds one or thirty."""
    few = count_selects(sessions, desk)
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        for _ in range(29):
            a_request(session, requester=riet)
    assert count_selects(sessions, desk) == few


def count_selects(sessions, desk: Desk) -> int:
    told: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        told.append(statement)

    event.listen(sessions.engine, "before_cursor_execute", hear)
    where = desk.case.municipality_id
    with sessions.read() as session:
        build_queue(session, actor=desk.carla, municipality_id=where, view=View(Pile.OPEN), number=1, now=NOW)
    event.remove(sessions.engine, "before_cursor_execute", hear)
    return len(told)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.database("sqlite")
def test_the_list_of_helpers_follows_what_one_types(tab, live, sign_in, desk, sessions):
    with sessions.begin() as session:
        a_volunteer(session, "Fatima", skills=("home.groceries",), at=place("4907AB"))
    sign_in(tab, desk.carla.person_id)
    tab.goto(live + desk.url)
    tab.get_by_label("Zoek op voornaam of wijk").press_sequentially("fati", delay=20)
    tab.get_by_role("heading", name="Fatima").wait_for()
    assert tab.get_by_role("heading", name="Piet").count() == 0
    assert tab.get_by_label("Zoek op voornaam of wijk").input_value() == "fati"


@pytest.mark.browser
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_queue_and_the_case_are_accessible_and_fit(tab, live, sign_in, desk, width):
    sign_in(tab, desk.carla.person_id)
    tab.set_viewport_size({"width": width, "height": 900})
    for path in ("/werk", "/werk?lijst=open", desk.url, f"{desk.url}/koppelen/{desk.piet.id}"):
        tab.goto(live + path)
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        chromium.assert_accessible(tab)
        chromium.assert_fits(tab)


@pytest.mark.browser
@pytest.mark.database("sqlite")
def test_the_queue_stands_left_of_the_case_at_a_desk_and_below_it_on_a_telephone(tab, live, sign_in, desk):
    sign_in(tab, desk.carla.person_id)
    tab.goto(live + desk.url)
    queue, case = tab.locator(".columns__queue"), tab.locator(".columns__case")
    assert queue.bounding_box()["y"] > case.bounding_box()["y"]
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert queue.bounding_box()["x"] < case.bounding_box()["x"]
