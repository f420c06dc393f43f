"""A person's own pages: what waits, what was agreed, what has been, and each request they asked."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from marketplace import coordination, matches, meetings, offering, ownership, responses
from marketplace.models import HelpRequest, Match, MatchStatus, Offer, Person, Proposal, ProposalStatus
from marketplace.permissions import Actor
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_team_lead,
    a_volunteer,
    a_window,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW
from web.labels.requests import CLOSED_BECAUSE
from web.pages.my_page import asked_words

SQLITE = pytest.mark.database("sqlite")


@pytest.fixture
def riet(sessions):
    """Somebody who asks."""
    with sessions.begin() as session:
        person = a_person(session, "Riet")
        return Actor(person.id, person.first_name)


def ask(sessions, who, **more):
    with sessions.begin() as session:
        return a_request(session, requester=session.get_one(Person, who.person_id), **more).id


def volunteer(sessions, first_name="Piet", **more):
    with sessions.begin() as session:
        offer = a_volunteer(session, first_name, **more)
        return offer.id, Actor(offer.person_id, first_name)


def propose(sessions, request_id, offer_id, **more):
    with sessions.begin() as session:
        request, offer = session.get_one(HelpRequest, request_id), session.get_one(Offer, offer_id)
        return a_proposal(session, request, offer, **more).id


def say_yes(sessions, proposal_id, who):
    with sessions.begin() as session:
        return responses.accept(session, proposal_id=proposal_id, actor=who, now=NOW)


def block(page, name):
    return page.soup.select_one(f"#{name}").get_text(" ", strip=True)


def hrefs(page, name):
    return [link["href"] for link in page.soup.select(f"#{name} a")]


# --- mijn --------------------------------------------------------------------------------------------------------


@SQLITE
def test_without_signing_in_there_is_no_page_of_ones_own(page):
    assert page.get("/mijn").heading == "Inloggen"


@SQLITE
def test_the_first_time_three_blocks_say_what_will_come(page, riet, sign_in):
    sign_in(page, riet.person_id)
    page.get("/mijn")
    assert [h.get_text() for h in page.soup.select("main h2")] == ["Nu voor u", "Afspraken", "Geschiedenis"]
    assert "Zodra iemand u vraagt, ziet u het op deze plek." in page.text


def test_a_volunteer_sees_what_they_are_asked_and_their_offer(page, sessions, riet, sign_in):
    offer_id, piet = volunteer(sessions)
    proposal_id = propose(sessions, ask(sessions, riet), offer_id)
    sign_in(page, piet.person_id)
    page.get("/mijn")
    assert hrefs(page, "nu") == [f"/voorstellen/{proposal_id}", "/mijn/helpen"]
    assert "Riet vraagt het" in block(page, "nu")
    assert "morgen om 10.00 uur" in block(page, "nu")


@SQLITE
def test_a_pause_is_told(page, sessions, sign_in):
    _, piet = volunteer(sessions)
    with sessions.begin() as session:
        where = the_municipality(session).id
        offering.pause_offer(session, actor=piet, municipality_id=where, until=NOW + timedelta(days=3), now=NOW)
    sign_in(page, piet.person_id)
    assert "U hebt pauze tot vrijdag." in page.get("/mijn").text


def test_a_match_waits_for_prima_and_is_then_an_appointment(page, sessions, riet, sign_in):
    offer_id, piet = volunteer(sessions)
    answer = say_yes(sessions, propose(sessions, ask(sessions, riet), offer_id), piet)
    sign_in(page, riet.person_id)
    page.get("/mijn")
    assert hrefs(page, "nu") == [f"/koppelingen/{answer.match_id}"]
    assert "Piet komt u helpen" in block(page, "nu")
    with sessions.begin() as session:
        matches.confirm(session, match_id=answer.match_id, actor=riet, now=NOW)
    page.get("/mijn")
    assert hrefs(page, "afspraken") == [f"/koppelingen/{answer.match_id}"]
    assert "Piet helpt u" in block(page, "afspraken")
    other = page.another()
    sign_in(other, piet.person_id)
    assert "U helpt Riet" in block(other.get("/mijn"), "afspraken")


def test_the_date_of_an_appointment_is_told_as_it_stands_between_the_two(page, sessions, riet, sign_in, clock):
    """No date yet; put forward by one of the two; agreed; and over."""
    offer_id, piet = volunteer(sessions)
    match_id = say_yes(sessions, propose(sessions, ask(sessions, riet), offer_id), piet).match_id
    other = page.another()
    sign_in(page, riet.person_id)
    sign_in(other, piet.person_id)
    with sessions.begin() as session:
        matches.confirm(session, match_id=match_id, actor=riet, now=NOW)
    assert "Er is nog geen datum." in block(page.get("/mijn"), "afspraken")
    with sessions.begin() as session:
        date = meetings.propose_date(
            session, match_id=match_id, starts_at=NOW + timedelta(days=2), seen_id=None, actor=piet, now=NOW
        ).id
    assert "Piet stelt voor: donderdag 5 maart, 10.00 tot 12.00 uur. Past het u?" in block(page.get("/mijn"), "nu")
    assert "Uw voorstel: donderdag 5 maart, 10.00 tot 12.00 uur." in block(other.get("/mijn"), "afspraken")
    with sessions.begin() as session:
        meetings.agree_date(session, match_id=match_id, appointment_id=date, actor=riet, now=NOW)
    for visitor in (page, other):
        told = block(visitor.get("/mijn"), "afspraken")
        assert "Afgesproken: donderdag 5 maart, 10.00 tot 12.00 uur." in told
    clock.move(days=3)
    sign_in(page, riet.person_id)
    assert "Vertel hoe het was." in block(page.get("/mijn"), "nu")


def test_what_has_been_is_history_for_both(page, sessions, riet, sign_in):
    offer_id, piet = volunteer(sessions)
    answer = say_yes(sessions, propose(sessions, ask(sessions, riet), offer_id), piet)
    with sessions.begin() as session:
        matches.confirm(session, match_id=answer.match_id, actor=riet, now=NOW)
        matches.finish(session, match_id=answer.match_id, actor=riet, now=NOW)
    sign_in(page, riet.person_id)
    assert "Piet hielp u: Heg knippen en snoeien" in block(page.get("/mijn"), "geschiedenis")
    sign_in(page, piet.person_id)
    assert "U hielp Riet: Heg knippen en snoeien" in block(page.get("/mijn"), "geschiedenis")


@SQLITE
def test_nobody_sees_anything_of_somebody_else(page, sessions, riet, sign_in):
    ask(sessions, riet)
    with sessions.begin() as session:
        other = a_person(session, "Ander").id
    sign_in(page, other)
    assert "heg" not in page.get("/mijn").text.lower()


# --- one request -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", coordination.CLOSING_REASONS)
def test_whoever_asked_reads_why_the_search_was_ended(page, sessions, sign_in, riet, reason):
    """The mail says that the page tells why."""
    request_id = ask(sessions, riet)
    with sessions.begin() as session:
        carla = a_coordinator(session, "Carla")
        coordination.close(session, request_id=request_id, reason=reason, text="", actor=carla, now=NOW)
    sign_in(page, riet.person_id)
    assert CLOSED_BECAUSE[reason] in page.get(f"/mijn/vragen/{request_id}").text


def test_of_one_who_was_asked_nothing_is_counted():
    """ "Wij vroegen 1 mens: 1 kan niet" is no Dutch."""
    assert asked_words(Counter({ProposalStatus.DECLINED: 1}), NOW) == "Wij vroegen 1 mens. Die kan niet."
    assert asked_words(Counter({ProposalStatus.OPEN: 1}), NOW) == "Wij vroegen 1 mens. Die denkt nog na."


def test_the_requester_reads_in_words_what_was_done(page, sessions, riet, sign_in):
    """Three were asked: one cannot, one did not answer, one is still thinking; and until when."""
    request_id = ask(sessions, riet, slots=3)
    (a, piet), (b, _), (c, _) = (volunteer(sessions, name) for name in ("Piet", "Bea", "Kees"))
    first, second = propose(sessions, request_id, a), propose(sessions, request_id, b)
    propose(sessions, request_id, c)
    with sessions.begin() as session:
        responses.decline(session, proposal_id=first, actor=piet, now=NOW)
        session.get_one(Proposal, second).expires_at = NOW
    with sessions.begin() as session:
        responses.lapse_overdue(session, NOW)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}")
    assert "Wij vroegen 3 mensen: 1 kan niet, 1 antwoordde niet, 1 denkt nog na." in page.text
    assert "Uiterlijk dinsdag 10 maart hoort u van ons." in page.text
    assert "Piet" not in page.text


@SQLITE
def test_at_night_it_says_when_we_begin(page, sessions, riet, sign_in, clock):
    clock.move(hours=13)
    request_id = ask(sessions, riet, now=clock())
    sign_in(page, riet.person_id)
    assert "Morgen om 8.00 uur beginnen wij" in page.get(f"/mijn/vragen/{request_id}").text


@SQLITE
def test_an_escalated_request_names_who_looks_along_and_can_be_taken_further(page, sessions, riet, sign_in):
    with sessions.begin() as session:
        a_team_lead(session)
        on_duty(session, a_coordinator(session, "Carla"))
    request_id = ask(sessions, riet)
    with sessions.begin() as session:
        ownership.escalate(session, session.get_one(HelpRequest, request_id), reason="no_skill", nearest=[], now=NOW)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}")
    assert "Carla van Surplus zoekt nu met u mee." in page.text
    assert "Uiterlijk morgen om 10.00 uur hoort u meer." in page.text
    volunteer(sessions)  # somebody new, whom the engine can ask
    page.submit("Verder zoeken")
    assert page.flash == "Wij zoeken een week verder voor u."
    assert "Carla" not in page.text


@SQLITE
@pytest.mark.parametrize("path", ["", "/geplaatst", "/intrekken"])
def test_somebody_elses_request_looks_as_if_it_were_not_there(page, sessions, riet, sign_in, path):
    request_id = ask(sessions, riet)
    with sessions.begin() as session:
        other = a_person(session, "Ander").id
    sign_in(page, other)
    page.get(f"/mijn/vragen/{request_id}{path}", expect=404)
    page.get(f"/mijn/vragen/{uuid4()}{path}", expect=404)


def test_nobody_else_can_do_anything_with_it(page, sessions, riet, sign_in):
    request_id = ask(sessions, riet, is_chosen_by_requester=True)
    offer_id, piet = volunteer(sessions)
    proposal_id = propose(sessions, request_id, offer_id)
    say_yes(sessions, proposal_id, piet)
    sign_in(page, piet.person_id)
    page.get("/mijn")
    for what in ("kies", "verder-zoeken", "intrekken"):
        page.post(f"/mijn/vragen/{request_id}/{what}", {"proposal": str(proposal_id), "keuze": "ja"}, expect=404)
    with sessions.read() as session:
        assert session.get_one(HelpRequest, request_id).ended_at is None
        assert session.exec(select(Match)).all() == []


# --- choosing ----------------------------------------------------------------------------------------------------


@pytest.fixture
def chosen(sessions, riet):
    """Piet and Bea both want to help Riet, who chooses."""
    request_id = ask(sessions, riet, is_chosen_by_requester=True)
    names = {}
    for name in ("Piet", "Bea"):
        offer_id, who = volunteer(sessions, name)
        names[name] = propose(sessions, request_id, offer_id)
        say_yes(sessions, names[name], who)
    return request_id, names


def test_who_chooses_sees_first_name_neighbourhood_and_sentence(page, riet, sign_in, chosen):
    sign_in(page, riet.person_id)
    page.get("/mijn").follow("2 mensen willen u helpen")
    assert "Piet wil u helpen" in page.text
    assert "Centrum" in page.text
    assert "“Ik help graag in de buurt.”" in page.text
    assert "06 " not in page.text


def test_yes_to_one_makes_the_match_and_thanks_the_other(page, sessions, riet, sign_in, chosen):
    request_id, names = chosen
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}").submit("Ja, graag Bea")
    with sessions.read() as session:
        (match,) = session.exec(select(Match)).all()
        assert match.proposal_id == names["Bea"]
        assert session.get_one(Proposal, names["Piet"]).status is ProposalStatus.WITHDRAWN
    page.post(f"/mijn/vragen/{request_id}/kies", {"proposal": str(names["Bea"]), "keuze": "ja"})
    page.get(f"/mijn/vragen/{request_id}")
    assert "Bea komt u helpen" in page.text


@SQLITE
def test_choosing_the_other_after_all_is_too_late_and_shows_how_it_stands(page, riet, sign_in, chosen):
    request_id, names = chosen
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}").submit("Ja, graag Bea")
    page.post(f"/mijn/vragen/{request_id}/kies", {"proposal": str(names["Piet"]), "keuze": "ja"})
    assert page.flash == "Er is intussen iets veranderd. Zo staat het nu."
    assert "Bea komt u helpen" in page.text


def test_rather_somebody_else_thanks_and_searches_on(page, sessions, riet, sign_in, chosen):
    request_id, names = chosen
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}").submit("Liever iemand anders dan Piet")
    assert page.flash == "Goed. Wij bedanken Piet en zoeken verder."
    assert "Piet wil u helpen" not in page.text
    assert "Bea wil u helpen" in page.text
    page.post(f"/mijn/vragen/{request_id}/kies", {"proposal": str(names["Piet"]), "keuze": "nee"})
    with sessions.read() as session:
        assert session.get_one(Proposal, names["Piet"]).status is ProposalStatus.REFUSED


def test_a_helper_who_is_full_by_now_is_told_to_the_requester_in_her_words(page, sessions, riet, sign_in):
    """Piet has room for one and said yes elsewhere meanwhile."""
    request_id = ask(sessions, riet, is_chosen_by_requester=True)
    offer_id, piet = volunteer(sessions, capacity=1)
    say_yes(sessions, propose(sessions, request_id, offer_id), piet)
    with sessions.begin() as session:
        elsewhere = a_request(session).id
    say_yes(sessions, propose(sessions, elsewhere, offer_id), piet)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}").submit("Ja, graag Piet")
    assert page.flash.startswith("Deze helper helpt intussen al iemand anders.")


@SQLITE
def test_a_proposal_of_another_request_is_not_chosen_here(page, sessions, riet, sign_in, chosen):
    _, names = chosen
    other_id = ask(sessions, riet)
    sign_in(page, riet.person_id)
    page.get("/mijn")
    for typed in (str(names["Piet"]), "nobody", ""):
        page.post(f"/mijn/vragen/{other_id}/kies", {"proposal": typed, "keuze": "ja"}, expect=404)


# --- withdrawing -------------------------------------------------------------------------------------------------


def test_withdrawing_asks_first_and_can_be_pressed_twice(page, sessions, riet, sign_in):
    request_id = ask(sessions, riet)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}").follow("Vraag intrekken")
    assert page.heading == "Wilt u uw vraag intrekken?"
    with sessions.read() as session:
        assert session.get_one(HelpRequest, request_id).ended_at is None
    page.submit("Ja, trek mijn vraag in")
    assert page.flash.startswith("Uw vraag is ingetrokken.")
    assert "Ingetrokken" in block(page, "geschiedenis")
    page.post(f"/mijn/vragen/{request_id}/intrekken")
    page.get(f"/mijn/vragen/{request_id}")
    assert "U trok deze vraag in." in page.text


@SQLITE
def test_whoever_was_to_come_is_named_before_it_is_withdrawn(page, sessions, riet, sign_in):
    request_id = ask(sessions, riet)
    offer_id, piet = volunteer(sessions)
    answer = say_yes(sessions, propose(sessions, request_id, offer_id), piet)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}/intrekken")
    assert "Wij vertellen Piet dat het niet doorgaat." in page.text
    page.submit("Ja, trek mijn vraag in")
    with sessions.read() as session:
        assert session.get_one(Match, answer.match_id).status is MatchStatus.CANCELLED


@SQLITE
def test_looking_further_for_what_is_filled_changes_nothing(page, sessions, riet, sign_in):
    request_id = ask(sessions, riet)
    with sessions.begin() as session:
        a_match(session, session.get_one(HelpRequest, request_id), a_volunteer(session))
    sign_in(page, riet.person_id)
    page.get("/mijn").post(f"/mijn/vragen/{request_id}/verder-zoeken")
    assert page.flash == "Er is intussen iets veranderd. Zo staat het nu."


@SQLITE
def test_a_dated_request_whose_day_has_passed_says_what_to_do(page, sessions, riet, sign_in, clock):
    request_id = ask(sessions, riet, windows=(a_window(hours_ahead=30),))
    clock.move(hours=40)
    sign_in(page, riet.person_id)
    page.get(f"/mijn/vragen/{request_id}")
    assert "Het moment dat u koos, is voorbij." in page.text
    assert "Verder zoeken" not in page.text


# --- my details --------------------------------------------------------------------------------------------------


def test_somebody_changes_their_own_details(page, sessions, riet, sign_in):
    sign_in(page, riet.person_id)
    page.get("/mijn").follow("Mijn gegevens")
    page.submit("Bewaar mijn gegevens", first_name="Rita", telephone="0162 - 45 67 89", share_email=True)
    assert page.flash == "Uw gegevens zijn aangepast."
    with sessions.read() as session:
        person = session.get_one(Person, riet.person_id)
        assert (person.first_name, person.telephone, person.share_email) == ("Rita", "0162 - 45 67 89", True)


@SQLITE
def test_wrong_details_change_nothing_and_stay_in_the_form(page, sessions, riet, sign_in):
    sign_in(page, riet.person_id)
    page.get("/mijn/gegevens").submit("Bewaar mijn gegevens", first_name="", telephone="veel", expect=400)
    assert page.errors() == [
        "Vul uw voornaam in.",
        "Vul een telefoonnummer in, bijvoorbeeld 06 12 34 56 78.",
    ]
    assert page.values("Bewaar mijn gegevens")["telephone"] == ["veel"]
    with sessions.read() as session:
        assert session.get_one(Person, riet.person_id).first_name == "Riet"
