"""Calls and letters as staff see them: what to say, what to press, and a sheet for each letter."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace import matches, meetings
from marketplace.models import (
    Channel,
    ContactBy,
    EventKind,
    HelpRequest,
    HowItWas,
    Match,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    OutboxMessage,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import meetings as queries
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


def asked_how_it_was(sessions, asks="riet"):
    """Piet has helped; he, or Riet, is called to say how it was."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", **(BY_CALL if asks == "riet" else {}))
        piet = a_person(session, "Piet", **(BY_CALL if asks == "piet" else {}))
        match = a_match(session, a_request(session, requester=riet), a_volunteer(session, person=piet))
        matches.confirm(session, match_id=match.id, actor=Actor(riet.id), now=NOW)
        matches.finish(session, match_id=match.id, actor=Actor(riet.id), now=NOW)
        meetings.ask_how_it_was(session, NOW + timedelta(hours=2))
        called = {"riet": riet.id, "piet": piet.id}[asks]
        (call,) = [one for one in rows.outbox(session, NoticeKind.HOW_WAS_IT) if one.person_id == called]
        return a_coordinator(session).person_id, call.id, match.id, called


@pytest.mark.parametrize("asks", ["riet", "piet"])
def test_how_it_was_is_told_by_telephone_in_one_form_and_the_call_is_done(page, sessions, sign_in, clock, asks):
    carla, call, match, called = asked_how_it_was(sessions, asks)
    clock.move(hours=3)
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{call}/nemen")
    page.submit("Bewaar dit", how="good", remark="Bel 06 12345678", expect=400)
    assert page.errors() == ["Vertel of het helpt om verder te kunnen.", "Vertel of u het weer zou doen."]
    page.submit("Bewaar dit", helps="so_so", again="ja", expect=400)
    assert page.errors() == ["Haal het telefoonnummer of e-mailadres uit uw tekst."]
    assert page.values("Bewaar dit")["how"] == ["good"], "what was told is not asked again"
    hours = {"hours": "90"} if asks == "piet" else {}
    page.submit("Bewaar dit", remark="Prachtig.", **hours)
    assert page.flash.startswith("Dank u wel. Het staat er.")
    with sessions.read() as session:
        said = queries.find_evaluation(session, match, called)
        assert (said.how, said.helps_to_manage, said.would_again) == (HowItWas.GOOD, HowItWas.SO_SO, True)
        assert (said.remark, said.channel) == ("Prachtig.", Channel.TELEPHONE)
        assert queries.sum_minutes(session, called) == (90 if asks == "piet" else 0)
        assert session.get_one(OutboxMessage, call).outcome == "zo-was-het"
        told = [event for event in rows.all_events(session) if event.kind is EventKind.PROPOSAL_RELAYED]
        assert [event.actor_id for event in told] == [carla], "who typed it in is kept"


@SQLITE
def test_who_said_it_already_is_not_called_about_it(page, sessions, sign_in, clock):
    carla, call, match, riet = asked_how_it_was(sessions)
    clock.move(hours=3)
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{call}/nemen")
    other = page.another()
    sign_in(other, riet)
    other.get(f"/koppelingen/{match}/hoe-was-het").submit("Vertel dit", how="good", helps="good", again="ja")
    page.get(f"/werk/bellen/{call}")
    assert page.flash == "Dit hoeft niet meer: er is intussen iets veranderd."
    assert "Hoe was het?" not in page.text


@SQLITE
def test_who_would_rather_not_say_how_it_was_is_not_asked_again(page, sessions, sign_in, clock):
    carla, call, match, riet = asked_how_it_was(sessions)
    clock.move(hours=3)
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{call}/nemen")
    page.submit("Zegt er liever niets over")
    with sessions.read() as session:
        assert queries.find_evaluation(session, match, riet) is None
        assert session.get_one(OutboxMessage, call).next_try_at is None


def test_a_date_that_the_helper_put_forward_is_agreed_by_telephone(page, sessions, sign_in):
    carla, _ = a_town(sessions)
    with sessions.begin() as session:
        match = session.exec(select(Match)).one()
        riet = session.get_one(HelpRequest, match.request_id).requester_id
        matches.confirm(session, match_id=match.id, actor=Actor(riet), now=NOW)
        starts_at, piet = NOW + timedelta(days=3), Actor(match.person_id)
        meetings.propose_date(session, match_id=match.id, starts_at=starts_at, seen_id=None, actor=piet, now=NOW)
        (call,) = rows.outbox(session, NoticeKind.DATE_PROPOSED)
        call_id, match_id = call.id, match.id
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{call_id}/nemen")
    page.submit("Ja, dat past")
    assert page.flash.startswith("De datum staat vast.")
    with sessions.read() as session:
        assert queries.find_agreed(session, match_id).starts_at == starts_at


@SQLITE
def test_that_it_is_done_already_is_told_by_telephone(page, sessions, sign_in, clock):
    carla, _ = a_town(sessions)
    with sessions.begin() as session:
        match = session.exec(select(Match)).one()
        riet = session.get_one(HelpRequest, match.request_id).requester_id
        matches.confirm(session, match_id=match.id, actor=Actor(riet), now=NOW)
        meetings.nudge(session, NOW + timedelta(days=6))
        call_id = next(one.id for one in rows.outbox(session, NoticeKind.NUDGE) if one.person_id == riet)
    clock.move(days=6, hours=1)
    sign_in(page, carla)
    page.get("/werk/bellen").post(f"/werk/bellen/{call_id}/nemen")
    page.submit("Het is al gedaan")
    assert match_status(sessions) is MatchStatus.DONE


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
