"""Looking around: the list of requests, "ik help", the volunteers, and asking one of them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from sqlmodel import select

from marketplace.asks import WeekPiece
from marketplace.database import Sessions
from marketplace.models import Match, Offer, Proposal
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    a_window,
    place,
)
from tests.support.clock import NOW, MovableClock
from tests.support.pages import BASE_URL, Page
from tests.support.site import SignIn, keep_sign_in, sign_in_token, visitor

CHANGE = "Pas mijn aanbod aan"


def titles(page: Page) -> list[str]:
    return [" ".join(title.get_text().split()) for title in page.soup.select(".card__title")]


# --- the list ----------------------------------------------------------------------------------------------------


def test_anybody_may_look_and_sees_no_more_than_a_neighbourhood(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        a_request(session, requester=riet, street="Markt", house_number="1", at=place("4907AB"))
    page.get("/hulpvragen")
    assert titles(page) == ["Heg knippen en snoeien"]
    assert "Dommelbergen" in page.text
    page.follow("Heg knippen en snoeien")
    for secret in ("Riet", "Markt", "4907", "Jansen"):
        assert secret not in page.source


def test_filters_work_as_links_and_as_a_form(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        a_request(session, at=place("4907AB"))
        a_request(session, skill="company.coffee", at=place("4849AB"))
        a_request(session, skill="company.walking", at=place("4901AB"), weekly=(WeekPiece(1, 600, 720),), minutes=60)
    page.get("/hulpvragen")
    assert len(titles(page)) == 3
    page.follow("Ontmoeting en gezelschap")
    assert sorted(titles(page)) == ["Gezelschap en koffie", "Samen wandelen"]
    page.submit("Zoek", postcode="4849 ab")
    assert titles(page) == ["Gezelschap en koffie", "Samen wandelen"], "nearest first"
    page.submit("Zoek", afstand="2")
    assert titles(page) == ["Gezelschap en koffie"]
    page.get("/hulpvragen").submit("Zoek", dag="3")
    assert sorted(titles(page)) == ["Gezelschap en koffie", "Heg knippen en snoeien"]
    page.submit("Zoek", dag="2")
    assert len(titles(page)) == 3
    page.get("/hulpvragen?gebied=vervoer")
    assert titles(page) == []
    assert "Hier zoekt nu niemand hulp" in page.text
    page.follow("Bekijk alle hulpvragen")
    assert len(titles(page)) == 3


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("postcode=hier", "Vul een postcode in met vier cijfers en twee letters, bijvoorbeeld 4901 AB."),
        ("postcode=1000AA", "Deze postcode kennen wij niet. Kijk of de cijfers kloppen."),
        ("afstand=5", "Vul uw postcode in, bijvoorbeeld 4901 AB."),
    ],
)
def test_a_wrong_postcode_is_said_and_the_list_stands(page: Page, sessions: Sessions, query: str, error: str) -> None:
    with sessions.begin() as session:
        a_request(session)
    page.get(f"/hulpvragen?{query}", expect=400)
    assert page.errors() == [error]
    assert len(titles(page)) == 1


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("query", ["gebied=x&dag=9&afstand=-1&pagina=nul", "pagina=999999", "dag=1&dag=2", "pagina=-3"])
def test_a_filter_that_does_not_exist_filters_nothing(page: Page, sessions: Sessions, query: str) -> None:
    with sessions.begin() as session:
        a_request(session)
    page.get(f"/hulpvragen?{query}")
    assert len(titles(page)) == 1


@pytest.mark.database("sqlite")
def test_many_requests_come_in_pages_that_keep_the_search(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        for _ in range(14):
            a_request(session)
    page.get("/hulpvragen?gebied=huis-en-tuin")
    assert len(titles(page)) == 12
    page.follow("Volgende bladzijde")
    assert len(titles(page)) == 2
    assert "gebied=huis-en-tuin" in page.url


def test_who_helps_sees_what_is_nearest_first(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        helper = a_volunteer(session, at=place("4849AB")).person_id
        a_request(session, at=place("4849AB"))
        a_request(session, skill="company.coffee", at=place("4901AB"))
    sign_in(page, helper)
    page.get("/hulpvragen")
    assert titles(page) == ["Heg knippen en snoeien", "Gezelschap en koffie"]
    assert "fietsen" in page.text


def test_one_s_own_request_leads_to_one_s_own_page_and_staff_to_the_case(
    page: Page, sign_in: SignIn, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        request = a_request(session)
        staff = a_coordinator(session).person_id
    sign_in(page, staff)
    page.get(f"/hulpvragen/{request.id}")
    assert page.links()["Open deze zaak"] == f"/werk/{request.id}"
    riet = page.another()
    riet.get("/hulpvragen")
    sign_in(riet, request.requester_id)
    response = riet._client.get(f"/hulpvragen/{request.id}")
    assert response.headers["location"] == f"/mijn/vragen/{request.id}"


@pytest.mark.database("sqlite")
def test_a_request_that_does_not_exist_is_not_found(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        helper = a_volunteer(session).person_id
    page.get(f"/hulpvragen/{uuid4()}", expect=404)
    page.get("/hulpvragen/onzin", expect=404)
    sign_in(page, helper)
    page.get("/hulpvragen")
    page.post(f"/hulpvragen/{uuid4()}/ik-help", expect=404)


@pytest.mark.database("sqlite")
def test_a_request_that_is_over_says_so_and_has_no_button(page: Page, sessions: Sessions, clock: MovableClock) -> None:
    with sessions.begin() as session:
        request = a_request(session, windows=(a_window(),))
    clock.move(days=3)
    page.get(f"/hulpvragen/{request.id}")
    assert "Hier is geen hulp meer nodig." in page.text
    assert page.soup.select("main form") == []


# --- ik help -----------------------------------------------------------------------------------------------------


def test_a_volunteer_helps_with_one_press(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        helper = a_volunteer(session).person_id
        request = a_request(session)
    sign_in(page, helper)
    page.get(f"/hulpvragen/{request.id}").submit("Ik help")
    assert "/voorstellen/" in page.url
    assert page.heading == "Dank u wel! U gaat helpen"
    page.post(f"/hulpvragen/{request.id}/ik-help")  # pressed twice
    assert page.heading == "Dank u wel! U gaat helpen"
    with sessions.read() as session:
        assert len(session.exec(select(Match)).all()) == 1


def test_who_is_not_signed_in_signs_in_first_and_comes_back(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        request = a_request(session)
    page.get(f"/hulpvragen/{request.id}").submit("Ik help")
    assert page.heading == "Inloggen"
    assert page.values("Stuur mij een link")["terug"] == [f"/hulpvragen/{request.id}"]


def test_who_has_no_offer_makes_one_first_and_comes_back(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        request, person = a_request(session), a_person(session)
    sign_in(page, person.id)
    page.get(f"/hulpvragen/{request.id}").submit("Ik help")
    assert page.heading == "Ik wil helpen"
    page.submit("Doe mee", skills_house_garden_kitchen=["garden.hedge"], postcode="4901 AB")
    page.follow("Ga verder waar u was").submit("Ik help")
    assert page.heading == "Dank u wel! U gaat helpen"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("offered", "asked", "sentence", "way_on"),
    [
        pytest.param(
            {"skills": ["garden.mowing"]}, {}, "Dit soort hulp staat nog niet", "Pas mijn aanbod aan", id="kind"
        ),
        pytest.param(
            {"reach_km": 1.0}, {"at": place("4849AB")}, "verder weg dan u wilt", "Pas mijn aanbod aan", id="far"
        ),
        pytest.param(
            {"languages": ("nl",)}, {"languages": ("pl",)}, "een andere taal", "Pas mijn aanbod aan", id="language"
        ),
        pytest.param({"skills": ["admin.budget"]}, {"skill": "admin.budget"}, "zoals een VOG", "", id="vog"),
        pytest.param({"birth_year": 2012}, {"min_age": 18}, "geldt een leeftijd", "", id="age"),
    ],
)
def test_who_does_not_fit_hears_why_and_what_to_do(
    page: Page,
    sign_in: SignIn,
    sessions: Sessions,
    offered: dict[str, Any],
    asked: dict[str, Any],
    sentence: str,
    way_on: str,
) -> None:
    with sessions.begin() as session:
        helper = a_volunteer(session, **offered).person_id
        request, _ = a_request(session, **asked), a_request(session)
    sign_in(page, helper)
    page.get(f"/hulpvragen/{request.id}").submit("Ik help", expect=409)
    assert page.heading == "Deze hulpvraag past nu niet bij u"
    assert sentence in page.text
    assert way_on == "" or way_on in page.links()
    assert len(titles(page)) == 1, "others ask too"


def test_who_is_full_or_has_a_pause_hears_that(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        resting = a_volunteer(session, "Kees")
        resting.paused_until, resting_id = NOW.replace(day=20), resting.person_id
        session.add(resting)
        full = a_volunteer(session, capacity=1)
        full_id = full.person_id
        a_match(session, a_request(session), full)
        request = a_request(session)
    sign_in(page, full_id)
    page.get(f"/hulpvragen/{request.id}").submit("Ik help", expect=409)
    assert "U helpt al zoveel mensen als u wilde." in page.text
    kees = page.another()
    sign_in(kees, resting_id)
    kees.get(f"/hulpvragen/{request.id}").submit("Ik help", expect=409)
    kees.follow("Stop mijn pauze").submit("Stop mijn pauze nu")
    kees.get(f"/hulpvragen/{request.id}").submit("Ik help")
    assert kees.heading == "Dank u wel! U gaat helpen"


def test_who_has_to_do_with_it_already_sees_how(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        asked, helping = a_volunteer(session, "Piet"), a_volunteer(session, "Kees")
        request = a_request(session, slots=2)
        proposal, match = a_proposal(session, request, asked), a_match(session, request, helping)
    sign_in(page, asked.person_id)
    page.get(f"/hulpvragen/{request.id}")
    assert page.links()["Bekijk hoe het staat"] == f"/voorstellen/{proposal.id}"
    kees = page.another()
    sign_in(kees, helping.person_id)
    kees.get(f"/hulpvragen/{request.id}")
    assert kees.links()["Bekijk hoe het staat"] == f"/koppelingen/{match.id}"


def test_fifty_who_press_at_once_each_get_a_friendly_page(site: Litestar, sessions: Sessions) -> None:
    """One goes to help; every other is thanked and shown who else asks. Nobody sees an error."""
    with sessions.begin() as session:
        helpers = [a_volunteer(session, f"Helper{number}").person_id for number in range(50)]
        request, other = a_request(session), a_request(session, skill="company.coffee")
    with visitor(site) as first:

        def press(person_id: Any) -> str:
            page = first.another()
            keep_sign_in(page, sign_in_token(sessions, person_id, now=NOW), BASE_URL)
            page.get("/hulpvragen")
            client = page._client
            token = next(cookie.value for cookie in page.cookies.jar if cookie.name.endswith("csrf"))
            answer = client.post(
                f"/hulpvragen/{request.id}/ik-help",
                data={"_csrf_token": token},
                headers={"Origin": BASE_URL, "Referer": f"{BASE_URL}/hulpvragen/{request.id}"},
            )
            if answer.status_code == 303:
                return "helps" if "/voorstellen/" in answer.headers["location"] else answer.headers["location"]
            assert answer.status_code == 409, answer.text[:500]
            assert "Er is net iemand gevonden" in answer.text
            assert str(other.id) in answer.text
            return "thanked"

        with ThreadPoolExecutor(16) as people:
            came_of_it = list(people.map(press, helpers))
    assert sorted(set(came_of_it)) == ["helps", "thanked"]
    assert came_of_it.count("helps") == 1
    with sessions.read() as session:
        assert len(session.exec(select(Match)).all()) == 1


# --- volunteers --------------------------------------------------------------------------------------------------


def test_only_who_said_so_is_on_the_list_and_only_with_what_they_said(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        a_volunteer(session, "Piet", is_public=True, skills=["garden.hedge", "garden.mowing"], at=place("4907AB"))
        a_volunteer(session, "Stille", is_public=False)
        resting = a_volunteer(session, "Moe", is_public=True)
        resting.paused_until = NOW.replace(day=20)
        session.add(resting)
    page.get("/vrijwilligers")
    assert titles(page) == ["Heg knippen en snoeien, gras maaien"]
    for told in ("Piet", "Dommelbergen", "Ik help graag in de buurt."):
        assert told in page.text
    for secret in ("Jansen", "4907", "06 0", "voorbeeld.nl", "Stille", "Moe"):
        assert secret not in page.source
    page.follow("Vervoer")
    assert titles(page) == []
    page.get(f"/vrijwilligers/{resting.id}", expect=404)


def test_who_has_no_request_yet_begins_one_for_this_volunteer(page: Page, sessions: Sessions) -> None:
    with sessions.begin() as session:
        offer = a_volunteer(session, "Piet", is_public=True)
    page.get("/vrijwilligers").follow("Heg knippen en snoeien")
    assert page.heading == "Piet uit Oosterhout Centrum" or page.heading.startswith("Piet uit ")
    assert page.links()["Vraag Piet"] == f"/hulp-vragen?vrijwilliger={offer.id}"


def test_a_resident_asks_a_volunteer_for_a_request_of_their_own(
    page: Page, sign_in: SignIn, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        offer = a_volunteer(session, "Piet", is_public=True)
        riet = a_person(session, "Riet")
        a_request(session, requester=riet)
        coffee = a_request(session, requester=riet, skill="company.coffee")
    sign_in(page, riet.id)
    page.get(f"/vrijwilligers/{offer.id}").submit("Vraag Piet", expect=400)
    assert page.errors() == ["Kies voor welke vraag u hulp zoekt."]
    page.submit("Vraag Piet", hulpvraag=str(coffee.id), expect=409)
    assert page.heading == "Piet kunnen wij nu niet vragen"
    assert "Piet biedt dit soort hulp niet aan." in page.text
    page.get(f"/vrijwilligers/{offer.id}")
    hedge = next(value for value, *_ in _choices(page) if value != str(coffee.id))
    page.submit("Vraag Piet", hulpvraag=hedge)
    assert page.heading == "Wij vragen het aan Piet"
    assert "uiterlijk morgen om 10.00 uur" in page.text
    page.post(f"/vrijwilligers/{offer.id}/vraag", {"hulpvraag": hedge})  # pressed twice
    assert page.heading == "Wij vragen het aan Piet"
    with sessions.read() as session:
        assert len(session.exec(select(Proposal)).all()) == 1


def test_where_somebody_else_is_asked_it_says_until_when(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        other, offer = a_volunteer(session, "Kees"), a_volunteer(session, "Piet", is_public=True)
        request = a_request(session)
        a_proposal(session, request, other)
    sign_in(page, request.requester_id)
    page.get(f"/vrijwilligers/{offer.id}").submit("Vraag Piet", expect=409)
    assert "Dat mag tot morgen om 10.00 uur. Daarna kunt u Piet vragen." in page.text


def test_nobody_asks_for_the_request_of_somebody_else(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        kees, offer = a_volunteer(session, "Kees"), a_volunteer(session, is_public=True)
        request, stranger = a_request(session), a_person(session)
        a_proposal(session, request, kees)
    sign_in(page, stranger.id)
    page.get("/vrijwilligers")
    page.post(f"/vrijwilligers/{offer.id}/vraag", {"hulpvraag": str(request.id)}, expect=403)
    page.post(f"/vrijwilligers/{uuid4()}/vraag", {"hulpvraag": str(request.id)}, expect=404)
    with sessions.read() as session:
        assert session.exec(select(Offer)).first() is not None
        assert len(session.exec(select(Proposal)).all()) == 1


def _choices(page: Page) -> list[tuple[str, str]]:
    return [(str(choice["value"]), "") for choice in page.soup.select("input[type=radio]")]
