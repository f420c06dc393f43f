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
