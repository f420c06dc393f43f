"""One screen to take in a request: ten fields, nobody twice by accident, nothing lost that was typed."""

import pytest
from sqlmodel import select

from marketplace.models import (
    Channel,
    ConsentEntry,
    ContactBy,
    HelpRequest,
    Person,
    RequestWindow,
    Slot,
)
from tests.support.builders import a_coordinator, a_person, a_request, the_municipality

RIET = {"name": "Riet de Wit", "telephone": "06 12 34 56 78", "address": "Dorpstraat 12a, 4901 ab"}
HEDGE = {"text": "Mijn heg is te hoog. Wie helpt mij knippen?", "slots": "2"}
BY_TELEPHONE = "Ja gezegd aan de telefoon: plaats de vraag"
AT_THE_DESK = "Ja gezegd aan de balie: plaats de vraag"
SQLITE = pytest.mark.database("sqlite")


@pytest.fixture
def desk(page, sessions, sign_in):
    """A coordinator before the empty screen."""
    with sessions.begin() as session:
        carla = a_coordinator(session).person_id
    sign_in(page, carla)
    return page.get("/werk/nieuwe-vraag")


def all_of(sessions, table):
    with sessions.read() as session:
        return session.exec(select(table)).all()


def known(sessions, **more):
    """Riet, who asked before."""
    with sessions.begin() as session:
        riet = a_person(
            session,
            "Riet",
            **{"last_name": "de Wit", "email": None, "telephone": "0612345678", "postcode": "4901AB"}
            | {"street": "Dorpstraat", "house_number": "12a"}
            | more,
        )
        a_request(session, requester=riet, skill="company.coffee", text="Wie drinkt er koffie mee?")
        return riet.id


def test_somebody_without_email_rings_and_their_request_stands(desk, sessions):
    """A new person, their consent, and a request that counts as typed in by staff."""
    assert "Vindt u dat goed?" in desk.text, "what is read out stands on the page"
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE, contact_by="brief", when=["2-morning"])
    assert "De vraag van Riet staat er." in desk.flash
    (request,) = all_of(sessions, HelpRequest)
    riet = next(person for person in all_of(sessions, Person) if person.id == request.requester_id)
    assert (riet.first_name, riet.last_name, riet.email, riet.contact_by) == ("Riet", "de Wit", None, ContactBy.LETTER)
    assert (riet.postcode, riet.street, riet.house_number) == ("4901AB", "Dorpstraat", "12a")
    assert (request.channel, request.skill_code, request.street) == (Channel.TELEPHONE, "garden.hedge", "Dorpstraat")
    assert request.entered_by_id is not None
    assert len(all_of(sessions, Slot)) == 2
    (consent,) = all_of(sessions, ConsentEntry)
    assert (consent.person_id, consent.channel) == (riet.id, Channel.TELEPHONE)


def test_somebody_we_know_is_picked_and_their_address_is_not_asked_again(desk, sessions):
    riet = known(sessions)
    desk.submit("Zoek deze persoon", name="riet de wit", text=HEDGE["text"])
    assert "Dorpstraat 12a, 4901 AB, 0612345678" in desk.text
    assert desk.values("Zoek deze persoon")["text"] == [HEDGE["text"]], "nothing that was typed is lost"
    desk.submit(AT_THE_DESK, person=str(riet), name="")
    (newest,) = (request for request in all_of(sessions, HelpRequest) if request.entered_by_id)
    assert (newest.requester_id, newest.channel, newest.house_number) == (riet, Channel.DESK, "12a")


def test_who_is_probably_the_same_is_warned_about_and_not_forbidden(desk, sessions):
    known(sessions)
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE, expect=400)
    assert desk.errors() == [
        "Kijk of dit dezelfde persoon is. Kies iemand uit de lijst, of zeg dat het iemand anders is."
    ]
    assert len(all_of(sessions, HelpRequest)) == 1
    desk.submit(BY_TELEPHONE, person="nieuw")
    assert len(all_of(sessions, HelpRequest)) == 2
    assert len([person for person in all_of(sessions, Person) if person.first_name == "Riet"]) == 2


def test_pressing_twice_posts_once(desk, sessions):
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE)
    first = desk.url
    sent = {**RIET, **HEDGE, "minutes": "60", "channel": "telefoon"}
    desk.post("/werk/nieuwe-vraag", sent)
    assert desk.url == first
    assert "staat er al" in desk.flash
    assert len(all_of(sessions, HelpRequest)) == len(all_of(sessions, ConsentEntry)) == 1


@SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"name": ""}, "Vul een naam in", id="no-name"),
        pytest.param({"telephone": ""}, "Vul een telefoonnummer in, of kies voor een brief.", id="no-number"),
        pytest.param({"telephone": "12"}, "Vul een telefoonnummer in, bijvoorbeeld", id="no-telephone-number"),
        pytest.param({"address": ""}, "Vul straat, huisnummer en postcode in", id="no-address"),
        pytest.param({"address": "Dorpstraat 12"}, "Zet de postcode bij het adres", id="no-postcode"),
        pytest.param({"address": "4901 AB"}, "Zet straat en huisnummer vóór de postcode", id="no-door"),
        pytest.param({"address": "Dorpstraat 1, 4811 AB"}, "buiten onze gemeente", id="elsewhere"),
        pytest.param({"text": ""}, "Vertel in een paar woorden", id="no-text"),
        pytest.param({"text": "Zwx qqq"}, "Uit de tekst is het niet op te maken", id="no-kind"),
        pytest.param({"text": "Wie rijdt mij met AutoMaatje?"}, "Dit is een rit. Neem die aan", id="a-ride"),
        pytest.param({"date": "32-1-2026"}, "Vul een datum in", id="no-date"),
        pytest.param({"date": "1-3-2026"}, "Dit moment is al voorbij", id="yesterday"),
        pytest.param({"slots": "0"}, "van 1 tot en met 20", id="nobody"),
    ],
)
def test_what_cannot_be_taken_is_named_and_everything_typed_stays(desk, sessions, typed, said):
    sent = {**RIET, **HEDGE, **typed}
    desk.submit(BY_TELEPHONE, **sent, expect=400)
    assert any(said in error for error in desk.errors()), desk.errors()
    values = desk.values(BY_TELEPHONE)
    assert {name: values[name][0] for name in sent if name != "slots"} == {
        name: value for name, value in sent.items() if name != "slots"
    }
    assert all_of(sessions, HelpRequest) == all_of(sessions, ConsentEntry) == []
    assert [person.first_name for person in all_of(sessions, Person)] == ["Carla"]


def test_help_elsewhere_than_at_home_keeps_both_addresses(desk, sessions):
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE, help_address="Kerkstraat 3, 4904 AB")
    (request,) = all_of(sessions, HelpRequest)
    riet = next(person for person in all_of(sessions, Person) if person.id == request.requester_id)
    assert (request.street, request.house_number, request.postcode) == ("Kerkstraat", "3", "4904AB")
    assert not request.is_at_home
    assert (riet.street, riet.house_number, riet.postcode) == ("Dorpstraat", "12a", "4901AB")


@SQLITE
def test_help_elsewhere_says_where(desk):
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE, help_address="Kerkstraat", expect=400)
    assert any("Zet de postcode bij het adres" in error for error in desk.errors())


@SQLITE
def test_a_fixed_day_counts_with_the_parts_that_were_ticked(desk, sessions):
    """The tenth of March is a Tuesday."""
    desk.submit(BY_TELEPHONE, **RIET, **HEDGE, date="10-3-2026", when=["2-afternoon", "3-morning"])
    (window,) = all_of(sessions, RequestWindow)
    assert (window.starts_at.hour, window.ends_at.hour) == (11, 17)


@SQLITE
def test_while_one_types_only_those_who_may_be_meant_are_drawn(desk, sessions):
    known(sessions)
    desk.get("/werk/nieuwe-vraag")
    headers = {"HX-Request": "true", "X-CSRFToken": desk.csrf_token, "Origin": "https://testserver.local"}
    answer = desk._client.post("/werk/nieuwe-vraag/zoeken", data={"telephone": "061234"}, headers=headers)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Riet de Wit" not in answer.text
    answer = desk._client.post("/werk/nieuwe-vraag/zoeken", data={"name": "de wit"}, headers=headers)
    assert "Riet de Wit" in answer.text


@SQLITE
def test_nobody_of_another_municipality_is_shown(desk, sessions):
    with sessions.begin() as session:
        the_municipality(session)
        a_person(session, "Riet", last_name="de Wit")
    desk.submit("Zoek deze persoon", name="Riet de Wit")
    assert "Wij kennen niemand die hierop lijkt" in desk.text


@SQLITE
def test_only_staff_take_in_requests(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session).id
    sign_in(page, riet)
    page.get("/werk/nieuwe-vraag", expect=403)


# --- for somebody else, on the site ------------------------------------------------------------------------------

MOTHER = {"for_whom": "ander", "relation": "family_carer", "other_name": "Riet de Wit", "other_agrees": True}


def tell_all(page, **who):
    """Els is signed in and asks; who it is for stands behind a line of what she said."""
    page.get("/hulp-vragen").submit("Ga verder", text=HEDGE["text"]).submit("Heg knippen en snoeien")
    page.submit("Ga verder", postcode="4901 AB", house_number="12", street="Dorpstraat")
    page.submit("Ga verder", when=["2-morning"], minutes="120")
    page.follow("Voor uzelf") if "Voor uzelf" in page.links() else page.get("/hulp-vragen/wie")
    return page


def test_a_family_carer_asks_for_her_mother_and_sees_it_on_her_own_page(page, sessions, sign_in):
    with sessions.begin() as session:
        els = a_person(session, "Els").id
    sign_in(page, els)
    tell_all(page).submit("Ga verder", **MOTHER)
    assert "Riet de Wit (ik ben mantelzorger)" in page.text
    page.submit("Vraag plaatsen")
    assert page.heading == "Wij zoeken iemand voor u"
    (request,) = all_of(sessions, HelpRequest)
    assert (request.representative_id, request.entered_by_id) == (els, None)
    riet = next(person for person in all_of(sessions, Person) if person.id == request.requester_id)
    assert (riet.first_name, riet.last_name, riet.street) == ("Riet", "de Wit", "Dorpstraat")
    page.get("/mijn")
    assert any(str(request.id) in href for href in page.links().values()), "it stands on her page"


@SQLITE
def test_asking_for_another_needs_to_know_who_and_that_they_agree(page, sessions, sign_in):
    with sessions.begin() as session:
        els = a_person(session, "Els").id
    sign_in(page, els)
    tell_all(page).submit("Ga verder", for_whom="ander", other_name="Riet", expect=400)
    assert page.errors() == [
        "Kies wat u bent van wie de hulp krijgt.",
        "Vul de voornaam en de achternaam in van wie de hulp krijgt.",
        "Vraag eerst of het goed is. Zet daarna hier een vinkje.",
    ]
    assert page.values("Ga verder")["other_name"] == ["Riet"]
