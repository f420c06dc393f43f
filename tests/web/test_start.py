"""The page that everybody sees first."""

from datetime import timedelta

import pytest

from marketplace import matches
from marketplace.asks import Destination
from marketplace.models import AskerKind
from tests.support.builders import a_match, a_person, a_request, a_volunteer, a_window, place
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")


def cards(page):
    return page.soup.select(".card--request")


def test_there_are_two_big_doors_and_they_lead_somewhere(page):
    page.get("/")
    assert page.heading == "Samen redden we het. Wat kunnen we voor u doen?"
    assert [door["href"] for door in page.soup.select("a.door")] == ["/hulp-vragen", "/helpen"]


def test_with_nobody_asking_the_page_says_so_and_invites(page):
    page.get("/")
    assert "Nu vraagt niemand iets" in page.text
    assert "Van elke tien keer" not in page.text  # a figure of nothing says nothing


def test_six_requests_are_shown_without_anything_personal(page, sessions):
    """What, neighbourhood, when and one sentence; no name, no street, no number."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Geheim", telephone="06 99 88 77 66")
        for number in range(7):
            a_request(
                session,
                requester=riet,
                at=place("4907AB"),
                street="Stillestraat",
                house_number="77",
                text=f"Vraag {number} over mijn heg. De rest is een lang verhaal.",
                now=NOW - timedelta(hours=number),
            )
    page.get("/")
    assert len(cards(page)) == 6
    assert "Vraag 0 over mijn heg." in page.text
    assert "Dommelbergen" in page.text
    for private in ("Riet", "Geheim", "06 99", "Stillestraat", "77", "4907", "lang verhaal", "Vraag 6"):
        assert private not in page.text


def order(page):
    return [card.select_one(".card__sentence").get_text() for card in cards(page)]


@pytest.fixture
def two_places(sessions):
    """The newest in Dorst, an older one in Dommelbergen."""
    with sessions.begin() as session:
        a_request(session, at=place("4907AB"), text="In Dommelbergen.", now=NOW - timedelta(hours=3))
        a_request(session, at=place("4849AB"), text="In Dorst.", now=NOW)


@pytest.mark.usefixtures("two_places")
def test_a_postcode_typed_once_brings_what_is_near_to_the_front(page):
    """It is kept in this browser, also for the whole list, and forgotten when asked."""
    assert order(page.get("/")) == ["In Dorst.", "In Dommelbergen."]
    page.submit("Toon wat dichtbij is", postcode="4907 ab")
    assert order(page) == order(page.get("/")) == ["In Dommelbergen.", "In Dorst."]
    assert "Het dichtst bij 4907 AB eerst." in page.text
    assert page.another().get("/").text.count("4907") == 0
    assert order(page.follow("Bekijk alle hulpvragen")) == ["In Dommelbergen.", "In Dorst."]
    page.get("/").submit("Vergeet mijn postcode")
    assert order(page) == ["In Dorst.", "In Dommelbergen."]


@pytest.mark.usefixtures("two_places")
@pytest.mark.parametrize("typed", ["", "49", "0000 AA", "4999 ZZ"])
def test_what_is_no_postcode_is_said_and_stays(page, typed):
    page.get("/").submit("Toon wat dichtbij is", postcode=typed, expect=400)
    assert len(page.errors()) == 1
    assert page.values("Toon wat dichtbij is")["postcode"] == [typed]
    assert order(page) == ["In Dorst.", "In Dommelbergen."]


@pytest.mark.usefixtures("two_places")
def test_who_helps_or_lives_here_is_not_asked_where(page, sessions, sign_in):
    with sessions.begin() as session:
        helper = a_volunteer(session, at=place("4907AB")).person_id
        resident = a_person(session, "Riet", postcode="4907AB").id
        stranger = a_person(session, "Nel").id
    for person, is_asked in ((helper, False), (resident, False), (stranger, True)):
        sign_in(page, person)
        asks = "Wat is uw postcode?" in page.get("/").text
        assert asks is is_asked
        assert (order(page)[0] == "In Dommelbergen.") is not is_asked


@pytest.mark.usefixtures("two_places")
@pytest.mark.parametrize("kept", ["nonsense", "4907", '"><script>', "4999ZZ"])
def test_a_cookie_that_holds_no_postcode_is_as_good_as_none(page, kept):
    page.cookies.set("__Host-nearby", kept, domain="testserver.local", path="/")
    assert order(page.get("/")) == ["In Dorst.", "In Dommelbergen."]


# --- light and dark ----------------------------------------------------------------------------------------------


def test_light_or_dark_is_chosen_in_the_footer_and_kept(page):
    """Without JavaScript, and back to the page where it was chosen, search and all."""
    page.get("/hulpvragen?gebied=vervoer").submit("Donker")
    assert page.url.endswith("/hulpvragen?gebied=vervoer")
    assert page.soup.select_one("link[href='/static/dark.css']").get("media") is None
    assert page.get("/inloggen").soup.select_one("link[href='/static/dark.css']")
    page.submit("Licht")
    assert page.soup.select_one("link[href='/static/dark.css']") is None
    page.submit("Zoals mijn apparaat")
    assert page.soup.select_one("link[href='/static/dark.css']")["media"] == "(prefers-color-scheme: dark)"


@pytest.mark.parametrize("back", ["https://example.org", "//example.org", "/\\example.org", ""])
def test_choosing_never_leads_elsewhere(page, back):
    page.get("/")
    answer = page.send("POST", "/weergave", {"kleuren": "donker", "terug": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_theme_that_does_not_exist_is_none(page):
    page.get("/").post("/weergave", {"kleuren": "paars", "terug": "/"})
    assert page.soup.select_one("link[href='/static/dark.css']")["media"]


def test_a_form_that_came_back_does_not_offer_to_throw_away_what_was_typed(page):
    page.get("/inloggen").submit("Stuur mij een link", email="jan", expect=400)
    assert page.soup.select(".looks") == []


def test_what_is_over_is_not_shown(page, sessions, clock):
    """A dated request goes when its time begins, every request when its time to respond has passed."""
    with sessions.begin() as session:
        a_request(session, text="Alleen deze week graag.", windows=(a_window(hours_ahead=30),))
    assert len(cards(page.get("/"))) == 1
    clock.move(hours=31)
    assert cards(page.get("/")) == []


def test_a_ride_says_which_town_it_goes_to_and_no_more(page, sessions):
    """The name of a hospital is nobody's business."""
    with sessions.begin() as session:
        a_request(
            session,
            skill="transport.automaatje",
            text="Wie rijdt mij naar een afspraak?",
            windows=(a_window(hours_ahead=96),),
            destination=Destination("Amphia Ziekenhuis", place("4818CK"), returns=False),
        )
    page.get("/")
    assert "AutoMaatje-rit naar Breda" in page.text
    assert "Amphia" not in page.text


def test_an_organisation_is_named(page, sessions):
    with sessions.begin() as session:
        a_request(
            session,
            skill="club.hospitality",
            text="Wie schenkt koffie op dinsdag?",
            asker_kind=AskerKind.ORGANISATION,
            organisation_name="De Bunthoef",
        )
    assert "De Bunthoef" in page.get("/").text


def test_a_filled_request_is_not_shown(page, sessions):
    with sessions.begin() as session:
        request = a_request(session)
        a_match(session, request, a_volunteer(session))
    assert cards(page.get("/")) == []


def test_the_figure_is_told_as_ten_people_and_kept_for_an_hour(page, sessions, clock):
    """Twelve matches that nobody of the staff had a hand in, of which the time to object has passed."""
    with sessions.begin() as session:
        for _ in range(12):
            a_match(session, a_request(session), a_volunteer(session))
    clock.move(hours=25)
    with sessions.begin() as session:
        matches.confirm_overdue(session, clock())
    assert "Van elke tien keer vonden mensen elkaar 10 keer zelf." in page.get("/").text
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        a_request(session, requester=riet, now=clock())
    assert len(cards(page.get("/"))) == 1  # the requests are never old
