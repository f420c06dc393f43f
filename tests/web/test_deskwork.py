"""Calls and letters as staff see them: what to say, what to press, and a sheet for each letter."""

import re

import pytest
from sqlmodel import select

from marketplace.models import ContactBy, Match, MatchStatus, NoticeChannel, NoticeKind, OutboxMessage, StaffRoleKind
from tests.support import rows
from tests.support.browser import assert_accessible, assert_fits
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer
from tests.support.clock import NOW
from web.labels.scripts import ABOUT, spoken
from web.mail_texts import TEXTS

BY_CALL = {"email": None, "contact_by": ContactBy.TELEPHONE, "postcode": "4901AB", "street": "Dorpstraat"}
SQLITE = pytest.mark.database("sqlite")


def a_town(sessions, **riet):
    """Piet said yes to Riet, who has no e-mail; Carla is at the desk."""
    with sessions.begin() as session:
        asks = a_person(session, "Riet", **{**BY_CALL, "house_number": "12", **riet})
        a_match(session, a_request(session, requester=asks), a_volunteer(session))
        (message,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        return a_coordinator(session).person_id, message.id


def match_status(sessions):
    with sessions.read() as session:
        return session.exec(select(Match)).one().status


def test_riet_is_called_says_prima_and_hears_at_once_how_to_reach_piet(page, sessions, sign_in):
    carla, _ = a_town(sessions)
    sign_in(page, carla)
    page.get("/werk/bellen")
    asked, posted = page.soup.select("main .panel")
    assert "Er komt iemand. Is dat goed?" in asked.text
    assert "Uw vraag staat er" in posted.text
    button = asked.find("form")["action"]
    page.post(button)
    assert page.heading == "U belt Riet Jansen"
    assert "Piet komt u helpen" in page.text
    assert not re.search(r"\b(knop|mail|pagina)\b", page.text)
    page.submit("Prima")
    assert match_status(sessions) is MatchStatus.CONFIRMED
    assert "Er is nog iets te vertellen" in page.flash
    for _ in range(3):
        if "Het telefoonnummer van Piet is 06" in page.text:
            break
        page.submit("Verteld")
    assert "Het telefoonnummer van Piet is 06" in page.text


def test_two_colleagues_do_not_call_the_same_person(page, sessions, sign_in):
    carla, message_id = a_town(sessions)
    with sessions.begin() as session:
        dirk = a_coordinator(session, "Dirk").person_id
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{message_id}/nemen")
    other = page.another()
    sign_in(other, dirk)
    other.get("/werk/bellen")
    assert "Bij Carla" in other.text
    other.post(f"/werk/bellen/{message_id}/nemen")
    assert other.flash == "Een collega belt al, of het is al gedaan."
    other.get(f"/werk/bellen/{message_id}")
    assert other.heading == "Bellen"
    other.post(f"/werk/bellen/{message_id}", {"answer": "prima"})
    assert match_status(sessions) is MatchStatus.AGREED
    page.get("/werk/bellen").follow("Verder met dit gesprek").submit("Ik bel toch niet")
    other.get("/werk/bellen").post(f"/werk/bellen/{message_id}/nemen")
    assert other.heading == "U belt Riet Jansen"


@SQLITE
def test_an_answer_that_is_none_asks_again_and_a_second_press_does_no_harm(page, sessions, sign_in):
    carla, message_id = a_town(sessions)
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{message_id}/nemen")
    page.post(f"/werk/bellen/{message_id}", {"answer": "wat"}, expect=400)
    assert page.errors() == ["Kies hieronder hoe het gesprek ging."]
    page.submit("Niet bereikt")
    assert "Later opnieuw" in page.text
    page.post(f"/werk/bellen/{message_id}", {"answer": "prima"})
    assert page.flash == "Een collega belt al, of het is al gedaan."
    assert match_status(sessions) is MatchStatus.AGREED


def test_letters_are_printed_a_sheet_each_and_ticked_off_once(page, sessions, sign_in):
    carla, _ = a_town(sessions, contact_by=ContactBy.LETTER, telephone=None)
    sign_in(page, carla)
    page.get("/werk/post")
    letters = page.soup.select(".letter")
    assert len(letters) == 2
    assert "Riet JansenDorpstraat 124901 AB  OOSTERHOUT" in letters[0].address.text
    assert not re.search(r"\b(knop|mail|pagina)\b", " ".join(letter.text for letter in letters))
    page.submit("Geprint en op de post")
    assert page.flash == "2 brieven zijn op de post."
    assert "Geen brieven" in page.text
    with sessions.read() as session:
        posted = session.exec(select(OutboxMessage).where(OutboxMessage.channel == NoticeChannel.LETTER)).all()
    assert {(letter.outcome, letter.done_by_id, letter.sent_at) for letter in posted} == {("posted", carla, NOW)}


@SQLITE
def test_a_letter_without_an_address_is_told_in_another_way(page, sessions, sign_in):
    carla, _ = a_town(sessions, contact_by=ContactBy.LETTER, telephone=None, street="", postcode="")
    sign_in(page, carla)
    page.get("/werk/post")
    assert "Hier weten wij geen adres van" in page.text
    assert page.soup.select(".letter") == []


@SQLITE
def test_who_is_no_staff_sees_no_calls_and_no_letters(page, sessions, sign_in):
    _, message_id = a_town(sessions)
    with sessions.begin() as session:
        riet = a_person(session).id
    sign_in(page, riet)
    for address in ("/werk/bellen", f"/werk/bellen/{message_id}", "/werk/post"):
        page.get(address, expect=403)


def test_what_is_said_aloud_has_nothing_of_a_mail():
    """Every sentence of the mails that is about the mail itself goes, or is said otherwise."""
    said = spoken(
        (
            "Zegt iemand ja? Dan krijgt u meteen een mail.",
            "U ziet nu hoe u Piet kunt bellen of mailen.",
            "Is dat goed? Zeg dan prima. Dan kunt u elkaar meteen bellen of mailen.",
            "Kunt u toch niet? Zeg het ons met de knop. Dan zoeken wij iemand anders.",
        )
    )
    assert said == (
        "Zegt iemand ja? Dan hoort u dat meteen van ons.",
        "Is dat goed? Zeg dan prima. Dan kunt u elkaar meteen bellen.",
        "Kunt u toch niet? Bel ons dan. Dan zoeken wij iemand anders.",
    )
    assert set(ABOUT) <= set(TEXTS)


@SQLITE
@pytest.mark.browser
@pytest.mark.javascript("on")
@pytest.mark.parametrize("address", ["/werk/nieuwe-vraag", "/werk/bellen", "/werk/post", "call"])
def test_the_pages_can_be_used_by_everybody(live, tab, sessions, sign_in, address):
    carla, message_id = a_town(sessions)
    with sessions.begin() as session:
        asks = a_person(session, "Bep", email=None, telephone=None, contact_by=ContactBy.LETTER, postcode="4901AB",
                        street="Kerkstraat", house_number="3")  # fmt: skip
        a_request(session, requester=asks)
    sign_in(tab, carla)
    if address == "call":
        tab.goto(f"{live}/werk/bellen")
        tab.locator("button", has_text="Ik bel").first.click()
        address = f"/werk/bellen/{message_id}"
    tab.goto(live + address)
    assert_accessible(tab)
    assert_fits(tab)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("path", ["/werk/bellen", "/werk/post", "/werk/nieuwe-vraag", "/werk/mails-niet-bezorgd"])
def test_a_ride_planner_sees_rides_and_nobodys_calls_letters_or_mails(page, sessions, sign_in, path):
    with sessions.begin() as session:
        planner = a_coordinator(session, kind=StaffRoleKind.RIDE_PLANNER)
    sign_in(page, planner.person_id)
    page.get(path, expect=403)
    menu = {str(link["href"]) for link in page.get("/werk").soup.find_all("a", href=True)}
    assert not {"/werk/bellen", "/werk/nieuwe-vraag", "/cijfers"} & menu
