"""Asking for help: one question a page, without JavaScript, and nothing that was typed is lost."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from marketplace.links import SignInLinks
from marketplace.models import (
    Draft,
    HelpRequest,
    NoticeKind,
    Offer,
    Origin,
    OutboxMessage,
    Person,
    Proposal,
    RequestWeekly,
    RequestWindow,
    SignInLink,
    Slot,
)
from tests.support.browser import assert_accessible, assert_fits
from tests.support.builders import a_person, a_volunteer
from tests.support.clock import AMSTERDAM, NOW

TEXT = "Mijn heg is te hoog geworden. Wie helpt mij met heg knippen?"
WHO = {"first_name": "Riet", "last_name": "de Wit", "email": "Riet@example.org", "telephone": "06 12 34 56 78"}
HEDGE = "Heg knippen en snoeien"
WHERE = {"postcode": "4901 ab", "house_number": "12", "street": "Dorpstraat"}
SQLITE = pytest.mark.database("sqlite")


def tell_all(page, *, text=TEXT, kind=HEDGE):
    """Every question but the last, as somebody would who makes no mistake."""
    page.get("/").follow("Ik zoek hulp")
    page.submit("Ga verder", text=text)
    page.submit(kind)
    page.submit("Ga verder", **WHERE)
    page.submit("Ga verder", when=["2-morning", "4-afternoon"], minutes="120")
    if page.heading == "Wie bent u?":
        page.submit("Ga verder", **WHO)
    assert page.heading == "Klopt dit?"
    return page


def mailed_links(sessions, settings):
    """Where the buttons in the mails lead, oldest first."""
    links = SignInLinks(settings.secret_key, settings.base_url)
    with sessions.read() as session:
        return [links.path(link.id) for link in session.exec(select(SignInLink).order_by(SignInLink.requested_at))]


def all_of(sessions, table):
    with sessions.read() as session:
        return session.exec(select(table)).all()


def a_known_person(sessions, first_name="Riet"):
    with sessions.begin() as session:
        return a_person(session, first_name).id


def a_public_volunteer(sessions, first_name="Piet", **more):
    with sessions.begin() as session:
        return a_volunteer(session, first_name, is_public=True, **more).id


# --- the way of everybody ----------------------------------------------------------------------------------------


def test_somebody_new_asks_question_by_question_and_the_mail_posts_it(page, sessions, settings):
    """From the door to "wij zoeken iemand voor u"; until the mail is opened nothing is posted."""
    tell_all(page)
    for said in (TEXT, HEDGE, "Dorpstraat 12, 4901 AB", "Dinsdagochtend of donderdagmiddag", "twee uur", "Riet de Wit"):
        assert said in page.text
    page.submit("Vraag plaatsen")
    assert page.heading == "Kijk in uw mail"
    assert "Riet@example.org" in page.text
    assert all_of(sessions, HelpRequest) == []
    (link,) = mailed_links(sessions, settings)
    page.get(link).submit("Plaats mijn vraag")
    assert page.heading == "Wij zoeken iemand voor u"
    (request,) = all_of(sessions, HelpRequest)
    (person,) = all_of(sessions, Person)
    assert (request.text, request.skill_code, request.street) == (TEXT, "garden.hedge", "Dorpstraat")
    assert (person.first_name, person.last_name, person.email) == ("Riet", "de Wit", "riet@example.org")
    assert {(w.weekday, w.start_minute, w.end_minute) for w in all_of(sessions, RequestWeekly)} == {
        (1, 480, 720),
        (3, 720, 1080),
    }
    page.follow("Bekijk uw vraag")
    assert page.heading == HEDGE


def test_the_mail_may_be_opened_on_another_telephone(page, sessions, settings):
    """The answers are with us, not in the browser."""
    tell_all(page).submit("Vraag plaatsen")
    other = page.another()
    other.get(mailed_links(sessions, settings)[0]).submit("Plaats mijn vraag")
    assert other.heading == "Wij zoeken iemand voor u"


def test_whoever_is_signed_in_posts_at_once_and_is_not_asked_who_they_are(page, sessions, sign_in):
    """Four questions, and no mail to confirm."""
    sign_in(page, a_known_person(sessions))
    tell_all(page).submit("Vraag plaatsen")
    assert page.heading == "Wij zoeken iemand voor u"
    assert urlsplit(page.url).path.startswith("/mijn/vragen/")
    assert len(all_of(sessions, HelpRequest)) == 1
    assert {m.kind for m in all_of(sessions, OutboxMessage)} >= {NoticeKind.REQUEST_POSTED}


def test_pressing_twice_posts_once(page, sessions, sign_in):
    """The second press shows what the first one made."""
    sign_in(page, a_known_person(sessions))
    tell_all(page)
    form = {"draft": page.values("Vraag plaatsen")["draft"][0]}
    page.post("/hulp-vragen/klopt-dit", form)
    first = page.url
    page.post("/hulp-vragen/klopt-dit", form)
    assert page.url == first
    assert len(all_of(sessions, HelpRequest)) == 1


def test_asking_the_mail_twice_makes_one_request(page, sessions, settings):
    """Two mails, two presses, one request; the second shows where it stands."""
    tell_all(page).submit("Vraag plaatsen")
    page.get("/hulp-vragen/klopt-dit").submit("Vraag plaatsen")
    first, second = mailed_links(sessions, settings)
    page.get(first).submit("Plaats mijn vraag")
    page.get(second).submit("Plaats mijn vraag")
    assert page.heading == "Wij zoeken iemand voor u"
    assert len(all_of(sessions, HelpRequest)) == 1


# --- each question -----------------------------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(" ", "Vertel in een paar woorden wat er nodig is.", id="nothing"),
        pytest.param("a" * 1001, "Maak uw tekst korter. Er passen 1000 tekens in.", id="too-long"),
        pytest.param("Bel mij op 06-12345678 voor de heg.", "Zet uw telefoonnummer niet in uw vraag", id="telephone"),
        pytest.param("Mail naar jan@voorbeeld.nl voor de heg.", "Zet uw e-mailadres niet in uw vraag", id="email"),
    ],
)
def test_the_text_is_needed_and_says_nothing_private(page, sessions, text, said):
    """The same page, what was typed still in it, and nothing kept."""
    page.get("/hulp-vragen").submit("Ga verder", text=text, expect=400)
    assert page.errors()[0].startswith(said)
    assert page.values("Ga verder")["text"] == [text.strip()]
    assert all_of(sessions, Draft) == []


@SQLITE
def test_a_text_with_a_year_or_an_amount_is_no_telephone_number(page):
    page.get("/hulp-vragen").submit("Ga verder", text="Mijn heg uit 1998 is 12 meter, ik heb 250 euro, 4 uur werk.")
    assert page.heading == "Wat past het best bij uw vraag?"


@SQLITE
def test_three_kinds_are_suggested_and_there_is_always_something_else(page):
    """Who finds none of the three sees every kind by work area."""
    page.get("/hulp-vragen").submit("Ga verder", text="Ik zoek iemand om samen te wandelen")
    assert "Samen wandelen" in page.text
    page.follow("Iets anders")
    assert "Clubs en organisaties" in page.text
    page.submit("Belmaatje")
    assert page.heading == "Waar is de hulp nodig?"


@SQLITE
def test_a_kind_that_does_not_exist_is_refused_kindly(page):
    page.get("/hulp-vragen").submit("Ga verder", text=TEXT)
    page.post("/hulp-vragen/soort", {"skill": "garden.moon"}, expect=400)
    assert page.errors() == ["Kies wat voor hulp het is."]


@SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"postcode": ""}, "Vul uw postcode in, bijvoorbeeld 4901 AB.", id="no-postcode"),
        pytest.param({"postcode": "4901"}, "Vul een postcode in met vier cijfers en twee letters", id="half"),
        pytest.param({"postcode": "1011 AB"}, "Deze postcode ligt buiten onze gemeente.", id="elsewhere"),
        pytest.param({"postcode": "9999 ZZ"}, "Deze postcode", id="unknown"),
        pytest.param({"house_number": ""}, "Vul het huisnummer in", id="no-number"),
        pytest.param({"street": ""}, "Vul de straat in.", id="no-street"),
    ],
)
def test_the_place_must_be_one_of_ours(page, typed, said):
    page.get("/hulp-vragen").submit("Ga verder", text=TEXT).submit(HEDGE)
    page.submit("Ga verder", **{**WHERE, **typed}, expect=400)
    assert page.errors()[0].startswith(said)
    assert page.values("Ga verder")["street"] == [typed.get("street", "Dorpstraat")]


@SQLITE
@pytest.mark.parametrize(
    ("way", "typed", "said"),
    [
        pytest.param("dagen", {}, "Kies minstens één dag", id="no-day"),
        pytest.param("dagen", {"when": ["1-morning"], "minutes": "480"}, "De hulp duurt langer", id="too-short"),
        pytest.param("datum", {}, "Vul een datum in", id="no-date"),
        pytest.param("datum", {"date": "2026-03-02", "from": "10:00", "until": "12:00"}, "Dit moment is al", id="past"),
        pytest.param("datum", {"date": "2026-03-10", "from": "12:00", "until": "10:00"}, "De eindtijd", id="order"),
        pytest.param("datum", {"date": "2028-03-10", "from": "10:00", "until": "12:00"}, "Dit ligt meer", id="far"),
        pytest.param("maakt-niet-uit", {"slots": "0"}, "Vul een aantal mensen in", id="nobody"),
        pytest.param("maakt-niet-uit", {"respond_by": "2026-03-02"}, "Kies een datum vanaf morgen", id="late-answer"),
    ],
)
def test_the_time_must_be_one_that_can_be(page, way, typed, said):
    tell_all(page).get(f"/hulp-vragen/wanneer?keuze={way}")
    cleared = {"when": []} if way == "dagen" else {}
    page.submit("Ga verder", {**cleared, **typed}, expect=400)
    assert page.errors()[0].startswith(said)
    page.get("/hulp-vragen/klopt-dit")
    assert "Dinsdagochtend of donderdagmiddag" in page.text  # nothing was changed


def test_a_date_keeps_its_local_times(page, sessions, sign_in):
    """Three weeks on the clock has changed: ten o'clock is ten o'clock."""
    sign_in(page, a_known_person(sessions))
    tell_all(page).get("/hulp-vragen/wanneer").follow("Op een datum")
    page.submit("Ga verder", {"date": "2026-03-31", "from": "10:00", "until": "12:30"}, minutes="60")
    assert "Dinsdag 31 maart, 10.00 tot 12.30 uur" in page.text
    page.submit("Vraag plaatsen")
    (window,) = all_of(sessions, RequestWindow)
    assert f"{window.starts_at.astimezone(AMSTERDAM):%d-%m %H:%M}" == "31-03 10:00"


def test_more_choices_are_kept(page, sessions, sign_in):
    """How many people, "ik kies zelf" and by when one wants to know."""
    sign_in(page, a_known_person(sessions))
    tell_all(page).get("/hulp-vragen/wanneer").follow("Maakt niet uit")
    page.submit("Ga verder", slots="3", is_chosen=True, respond_by="2026-03-06")
    for said in ("Het moment maakt niet uit", "3 mensen", "Dat kiest u zelf", "Vrijdag 6 maart"):
        assert said in page.text
    page.submit("Vraag plaatsen")
    (request,) = all_of(sessions, HelpRequest)
    assert request.is_chosen_by_requester
    assert f"{request.respond_by.astimezone(AMSTERDAM):%d-%m %H:%M}" == "06-03 18:00"
    assert len(all_of(sessions, Slot)) == 3


@SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"first_name": ""}, "Vul uw voornaam in.", id="no-name"),
        pytest.param({"email": "riet"}, "Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.", id="no-address"),
        pytest.param({"telephone": ""}, "Vul uw telefoonnummer in. Of deel uw e-mailadres.", id="no-number"),
        pytest.param({"telephone": "12"}, "Vul een telefoonnummer in", id="half-a-number"),
        pytest.param({"share_telephone": False}, "Kies minstens één manier", id="nothing-shared"),
        pytest.param({"is_organisation": True}, "Vul de naam van uw organisatie in.", id="nameless-organisation"),
    ],
)
def test_we_must_know_who_asks_and_how_to_reach_them(page, typed, said):
    tell_all(page).get("/hulp-vragen/wie").submit("Ga verder", {**WHO, **typed}, expect=400)
    assert page.errors()[0].startswith(said)


def test_an_organisation_asks_under_its_own_name(page, sessions, sign_in):
    sign_in(page, a_known_person(sessions))
    tell_all(page).get("/hulp-vragen/wie").submit("Ga verder", is_organisation=True, organisation_name="De Bunthoef")
    assert "De Bunthoef" in page.text
    page.submit("Vraag plaatsen")
    assert all_of(sessions, HelpRequest)[0].organisation_name == "De Bunthoef"


# --- in any order ------------------------------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize("step", ["soort", "waar", "wanneer", "wie", "klopt-dit"])
def test_whoever_comes_in_halfway_is_led_to_the_beginning(page, step):
    page.get(f"/hulp-vragen/{step}")
    assert page.heading == "Waarmee kunnen we helpen?"
    assert page.flash


@SQLITE
def test_an_open_question_comes_before_the_last_page(page):
    page.get("/hulp-vragen").submit("Ga verder", text=TEXT).submit(HEDGE)
    page.get("/hulp-vragen/wanneer")
    page.submit("Ga verder", when=["2-morning"])
    assert page.heading == "Waar is de hulp nodig?"
    page.get("/hulp-vragen/klopt-dit")
    assert page.heading == "Waar is de hulp nodig?"


@SQLITE
def test_each_line_leads_back_and_a_change_comes_back_here(page):
    """ "Wijzig" shows what was typed; after it everything else still stands."""
    tell_all(page).follow("Wijzig Waar")
    assert page.values("Ga verder")["street"] == ["Dorpstraat"]
    page.submit("Ga verder", street="Kerkstraat")
    assert page.heading == "Klopt dit?"
    assert "Kerkstraat 12" in page.text


@SQLITE
def test_another_text_asks_the_kind_again(page):
    tell_all(page).get("/hulp-vragen").submit("Ga verder", text="Mijn laptop doet het niet meer")
    assert page.heading == "Wat past het best bij uw vraag?"


@SQLITE
def test_an_unknown_question_is_a_kind_404(page):
    page.get("/hulp-vragen/waarom", expect=404)
    page.get("/hulp-vragen/wat", expect=404)


@SQLITE
def test_nobody_sees_what_somebody_else_typed(page):
    """The answers belong to one browser."""
    tell_all(page)
    other = page.another()
    other.get("/hulp-vragen/klopt-dit")
    assert "Dorpstraat" not in other.text


def test_a_day_that_passed_before_it_was_posted_is_asked_again(page, sessions, settings, clock):
    """Not lost and not posted: the person is signed in, and sees which question is open again."""
    tell_all(page).get("/hulp-vragen/wanneer").follow("Op een datum")
    page.submit("Ga verder", {"date": "2026-03-03", "from": "11:00", "until": "12:00"}, minutes="60")
    page.submit("Vraag plaatsen")
    link = mailed_links(sessions, settings)[0]
    page.get(link)
    with sessions.begin() as session:
        session.exec(select(SignInLink)).one().expires_at = NOW + timedelta(hours=5)  # an hour is longer than a link
    clock.move(hours=2)
    page.submit("Plaats mijn vraag")
    assert page.heading == "Wanneer kan het?"
    assert all_of(sessions, HelpRequest) == []


@SQLITE
def test_what_is_no_text_at_all_does_no_harm(page, sessions):
    """Control characters and lists where one value belongs."""
    page.get("/hulp-vragen")
    page.post("/hulp-vragen", {"text": ["eerste", "De heg\x00 knippen \x07graag"]})
    assert all_of(sessions, Draft)[0].answers["text"] == "De heg knippen graag"


# --- somebody in particular --------------------------------------------------------------------------------------


def test_a_chosen_volunteer_is_asked_first(page, sessions, sign_in):
    """The proposal is made with the request, so that nobody else is asked meanwhile."""
    offer_id = a_public_volunteer(sessions)
    sign_in(page, a_known_person(sessions))
    page.get(f"/hulp-vragen?vrijwilliger={offer_id}")
    assert "Wij vragen Piet als eerste." in page.text
    page.submit("Ga verder", text=TEXT).submit(HEDGE).submit("Ga verder", **WHERE)
    page.submit("Ga verder", when=["2-morning"], minutes="60")
    assert "Piet" in page.text
    page.submit("Vraag plaatsen")
    (proposal,) = all_of(sessions, Proposal)
    assert (proposal.offer_id, proposal.origin) == (offer_id, Origin.RESIDENT_CHOICE)


def test_where_the_chosen_one_does_not_fit_we_say_so_and_search(page, sessions, sign_in):
    """Piet cuts hedges and does not drive; the request stands all the same."""
    offer_id = a_public_volunteer(sessions)
    sign_in(page, a_known_person(sessions))
    page.get(f"/hulp-vragen?vrijwilliger={offer_id}").submit("Ga verder", text="Wie helpt met de boodschappen?")
    page.submit("Boodschappen").submit("Ga verder", **WHERE)
    page.submit("Ga verder", when=["2-morning"], minutes="60").submit("Vraag plaatsen")
    assert page.heading == "Wij zoeken iemand voor u"
    assert "kan hier nu niet bij helpen" in page.text
    assert all_of(sessions, Proposal) == []
    assert len(all_of(sessions, HelpRequest)) == 1


@SQLITE
@pytest.mark.parametrize("which", ["nobody", "00000000-0000-0000-0000-000000000001"])
def test_a_volunteer_whom_nobody_knows_is_not_named(page, which):
    page.get(f"/hulp-vragen?vrijwilliger={which}")
    assert "als eerste" not in page.text


@SQLITE
def test_an_offer_that_is_not_public_is_not_named(page, sessions):
    with sessions.begin() as session:
        offer_id = a_volunteer(session, "Geheim").id
    page.get(f"/hulp-vragen?vrijwilliger={offer_id}")
    assert "Geheim" not in page.text
    assert len(all_of(sessions, Offer)) == 1


# --- in a browser ------------------------------------------------------------------------------------------------


@SQLITE
@pytest.mark.browser
def test_every_question_is_for_everybody_and_fits_the_narrowest_screen(live, tab, console):
    """By the rules of WCAG 2.2 AA, with an error too, and nothing scrolls sideways."""

    def look():
        assert_accessible(tab)
        assert_fits(tab)

    tab.goto(f"{live}/hulp-vragen")
    tab.get_by_role("button", name="Ga verder").click()
    look()
    console.expect_errors(containing="400")
    tab.get_by_label("Vertel het in uw eigen woorden").fill(TEXT)
    tab.get_by_role("button", name="Ga verder").click()
    look()
    tab.get_by_role("link", name="Iets anders").click()
    look()
    tab.get_by_role("button", name=HEDGE).click()
    look()
    for name, typed in WHERE.items():
        tab.locator(f"#{name}").fill(typed)
    tab.get_by_role("button", name="Ga verder").click()
    look()
    tab.get_by_role("link", name="Op een datum").click()
    look()
    tab.get_by_role("link", name="Maakt niet uit").click()
    tab.get_by_role("button", name="Ga verder").click()
    look()
    for name, typed in WHO.items():
        tab.locator(f"#{name}").fill(typed)
    tab.get_by_role("button", name="Ga verder").click()
    look()
    tab.get_by_role("button", name="Vraag plaatsen").click()
    look()
