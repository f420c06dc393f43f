"""Why this volunteer, told to who asked for help: one honest sentence, and no more than they may know."""

from typing import Any

import pytest

from marketplace import matchmaking, responses
from marketplace.database import Sessions
from marketplace.models import Origin
from marketplace.permissions import Actor
from marketplace.queries import matches
from tests.support.builders import a_match, a_person, a_proposal, a_request, a_volunteer, place
from tests.support.clock import NOW
from tests.support.pages import Page
from tests.support.site import SignIn
from web import dates
from web.labels.rules import why_them

ALL: list[dict[str, Any]] = [
    {"code": "skill", "amount": "garden.hedge"},
    {"code": "distance", "amount": 2.4},
    {"code": "time", "amount": 180},
    {"code": "newcomer", "amount": None},
    {"code": "not_asked_lately", "amount": None},
    {"code": "no_other_task", "amount": None},
]
PIET: dict[str, Any] = {
    "name": "Piet",
    "what": "Heg knippen",
    "is_ride": False,
    "distance_km": 2.4,
    "organisation": "Surplus",
}


def test_the_parts_that_concern_the_requester_make_one_sentence() -> None:
    told = "Piet helpt met heg knippen, woont op ongeveer 15 minuten fietsen en kan op een moment dat past."
    assert why_them(ALL, **PIET) == told
    driver = {**PIET, "is_ride": True}
    assert why_them(ALL[:1], **driver) == "Piet rijdt voor AutoMaatje."


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (Origin.APPLICATION, "Piet bood zelf aan om te helpen."),
        (Origin.RESIDENT_CHOICE, "Piet is gekozen uit de lijst van vrijwilligers."),
        (Origin.COORDINATOR, "Een medewerker van Surplus dacht aan Piet."),
    ],
)
def test_where_a_person_chose_that_is_the_reason(origin: Origin, told: str) -> None:
    assert why_them([{"code": origin.value, "amount": None}], **PIET) == told


def test_where_nothing_is_kept_nothing_is_said() -> None:
    assert why_them([], **PIET) == ""
    assert why_them(ALL[3:], **PIET) == "", "how much somebody else is asked is not the requester's business"


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (0.0, "vlakbij"),
        (0.49, "vlakbij"),
        (0.5, "op ongeveer 5 minuten fietsen"),
        (1.16, "op ongeveer 5 minuten fietsen"),
        (1.17, "op ongeveer 10 minuten fietsen"),
        (5.0, "op ongeveer 25 minuten fietsen"),
    ],
)
def test_how_far_is_said_so_roughly_that_no_door_is_found_by_it(km: float, words: str) -> None:
    assert dates.about_as_far(km) == words


def test_who_chooses_reads_why_the_engine_asked_them(page: Page, sessions: Sessions, sign_in: SignIn) -> None:
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        request = a_request(session, requester=riet, is_chosen_by_requester=True)
        piet = a_volunteer(session, "Piet", at=place("4902AB"))
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.begin() as session:
        (asked,) = matches.list_live_proposals(session, request.id)
        responses.accept(session, proposal_id=asked.id, actor=Actor(piet.person_id), now=NOW)
    sign_in(page, riet.id)
    page.get(f"/mijn/vragen/{request.id}")
    told = "Piet helpt met heg knippen en snoeien, woont op ongeveer 5 minuten fietsen en kan op een moment dat past."
    assert told in page.text


def test_on_a_match_the_requester_reads_it_until_it_is_over_and_the_volunteer_does_not(
    page: Page, sessions: Sessions, sign_in: SignIn
) -> None:
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        offer = a_volunteer(session, "Piet")
        match = a_match(session, a_request(session, requester=riet), offer)
    sign_in(page, riet.id)
    page.get(f"/koppelingen/{match.id}")
    assert "Piet helpt met heg knippen en snoeien en woont vlakbij." in page.text
    piet = page.another()
    sign_in(piet, offer.person_id)
    piet.get(f"/koppelingen/{match.id}")
    assert "woont vlakbij" not in piet.text
    page.follow("Liever niet").submit("Liever niet")
    page.get(f"/koppelingen/{match.id}")
    assert "woont vlakbij" not in page.text


def test_while_somebody_thinks_it_over_their_name_is_not_told(page: Page, sessions: Sessions, sign_in: SignIn) -> None:
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        request = a_request(session, requester=riet)
        a_proposal(session, request, a_volunteer(session, "Zebedeus"))
    sign_in(page, riet.id)
    page.get(f"/mijn/vragen/{request.id}")
    assert "Die denkt nog na" in page.text
    assert "Zebedeus" not in page.source
