"""The ride planner's board: what it shows, what it costs, what it refuses, and who may see it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.models import (
    Driver,
    DueKind,
    DueRow,
    FileLook,
    Promise,
    PromiseStatus,
    Ride,
    RideStatus,
    StaffRoleKind,
)
from tests.support.builders import a_coordinator, a_person, place
from tests.support.ride_builders import DAY, a_driver, a_ride, evening_before, plan_day, wall
from web.pages.ride_board import HOME, board_href

SQLITE = pytest.mark.database("sqlite")
AWAY = "Geef de rit aan Anna"


@pytest.fixture
def planner(sessions):
    """Rik plans rides."""
    with sessions.begin() as session:
        return a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id


@pytest.fixture
def ids(sessions, clock):
    """Dirk drives Riet; Anna has time; Bep wants to go at night, when nobody drives. By name."""
    with sessions.begin() as session:
        found = {
            "dirk": a_driver(session, "Dirk", street="Dorpstraat", house_number="3").id,
            "anna": a_driver(session, "Anna", at=place("4849AB"), carries=()).id,
            "riet": a_ride(session, passenger=a_person(session, "Riet", telephone="06 11 11 11 11")).id,
            "bep": a_ride(session, passenger=a_person(session, "Bep"), wanted_minute=wall(22)).id,
        }
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    return found


def held_by(sessions, ride_id):
    """Who is to drive a ride."""
    with sessions.read() as session:
        query = select(Promise).where(Promise.ride_id == ride_id)
        live = (PromiseStatus.PROPOSED, PromiseStatus.ACCEPTED)
        return {one.driver_id: one.status for one in session.exec(query) if one.status in live}


def test_the_day_stands_in_words_beside_the_picture(page, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY))
    assert page.heading == "Ritten van donderdag 5 maart"
    assert "2 ritten: 0 geregeld, 1 wacht op een ja, 1 zonder chauffeur." in page.text
    assert "10.15 Riet (nog geen ja)" in page.text
    assert "1 chauffeur heeft nog geen rit" in page.text
    assert "Op dit tijdstip rijdt niemand." in page.text
    assert re.search(r"(Dirk|Anna) kan het, als die .* langer wil rijden\.", page.text)
    assert [svg["aria-hidden"] for svg in page.soup.select(".day-line, .day-hours, .day-map")].count("true") == 4
    assert page.soup.select_one(f".day-ride[data-ride='{ids['riet']}']")


def test_a_ride_is_moved_with_its_cost_shown_first_and_taken_back(page, sessions, sign_in, planner, ids):
    """Choose, see, do, undo: without a script, and nothing changes by looking."""
    sign_in(page, planner)
    page.get(board_href(DAY)).follow("10.15 Riet (nog geen ja)")
    assert "Dirk rijdt." in page.text
    page.submit("Laat zien wat dat kost", chauffeur=str(ids["anna"]))
    assert re.search(r"Er wordt \d+,\d km meer zonder passagier gereden\.", page.text)
    assert "Deze rit telt daarna als bemiddeld." in page.text
    assert list(held_by(sessions, ids["riet"])) == [ids["dirk"]]
    page.submit(AWAY)
    assert "De rit is verplaatst." in page.flash
    assert held_by(sessions, ids["riet"]) == {ids["anna"]: PromiseStatus.PROPOSED}
    page.submit("Maak ongedaan: terug naar Dirk")
    assert list(held_by(sessions, ids["riet"])) == [ids["dirk"]]
    assert "Maak ongedaan" not in page.text


def test_who_said_yes_by_telephone_is_not_asked_again(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY, ride=ids["riet"], driver=ids["anna"]))
    page.submit(AWAY, is_agreed=True)
    assert held_by(sessions, ids["riet"]) == {ids["anna"]: PromiseStatus.ACCEPTED}


def test_a_move_that_cannot_be_says_why_and_what_would_help(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY, ride=ids["bep"]))
    assert "Nog niemand rijdt." in page.text
    page.submit("Laat zien wat dat kost", chauffeur=str(ids["anna"]))
    assert "Dit gaat niet" in page.text
    assert "Op dit tijdstip rijdt Anna niet." in page.text
    assert "Geef de rit aan Anna" not in page.text
    page.post(f"{HOME}/{DAY}/verplaatsen", {"ride": str(ids["bep"]), "driver": str(ids["anna"])})
    assert page.flash == "Op dit tijdstip rijdt deze chauffeur niet."
    assert held_by(sessions, ids["bep"]) == {}


def test_a_ride_is_taken_from_its_driver_and_is_the_planners(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY, ride=ids["riet"]))
    page.submit("Laat zien wat dat kost", chauffeur="niemand")
    page.submit("Haal de rit weg bij deze chauffeur")
    assert held_by(sessions, ids["riet"]) == {}
    with sessions.read() as session:
        assert session.get_one(Ride, ids["riet"]).owner_id == planner


def test_a_day_is_planned_at_once_when_the_planner_wants(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY)).submit("Plan deze dag nu")
    with sessions.read() as session:
        due = session.exec(select(DueRow).where(DueRow.kind == DueKind.RIDES, DueRow.done_at.is_(None))).all()
    assert [row.day for row in due] == [DAY]


def test_the_taxi_drives_what_nobody_can(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(board_href(DAY, ride=ids["bep"])).follow("Adres, telefoon en meer")
    assert page.heading == "Rit van Bep Jansen"
    page.submit("De regiotaxi rijdt")
    assert "De passagier krijgt bericht" in page.flash
    with sessions.read() as session:
        assert session.get_one(Ride, ids["bep"]).status is RideStatus.REFERRED
    page.get(board_href(DAY))
    assert "21.15 Bep: taxi" in page.text


def test_the_passenger_rings_to_take_it_back(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(f"{HOME}/rit/{ids['riet']}").follow("De passagier zegt af").submit("Ja, zeg de rit af")
    with sessions.read() as session:
        assert session.get_one(Ride, ids["riet"]).status is RideStatus.CANCELLED_LATE


def test_addresses_stand_one_click_further_and_every_look_is_logged(page, sessions, sign_in, planner, ids):
    """The board names neighbourhoods; who rides and who drives can read who looked up where they live."""
    sign_in(page, planner)
    page.get(board_href(DAY, ride=ids["riet"]))
    for private in ("Straat 1", "06 11 11 11 11", "Dorpstraat 3"):
        assert private not in page.source
    page.follow("Adres, telefoon en meer")
    assert "Straat 1" in page.text
    assert "06 11 11 11 11" in page.text
    page.get(f"{HOME}/chauffeurs/{ids['dirk']}")
    assert "Dorpstraat 3" in page.text
    with sessions.read() as session:
        looks = session.exec(select(FileLook).order_by(FileLook.seq)).all()
        riet = session.get_one(Ride, ids["riet"]).passenger_id
        dirk = session.get_one(Driver, ids["dirk"]).person_id
    assert [(look.person_id, look.action, look.staff_id) for look in looks] == [
        (riet, "ride", planner),
        (dirk, "driver", planner),
    ]
    sign_in(other := page.another(), riet)
    assert "Om een rit te plannen" in other.get("/mijn/privacy").text


def test_the_team_lead_to_whom_rides_fall_where_nobody_plans_them_sees_it(page, sessions, sign_in):
    with sessions.begin() as session:
        lead = a_coordinator(session, "Els", kind=StaffRoleKind.TEAM_LEAD).person_id
    sign_in(page, lead)
    assert page.send("GET", board_href(DAY)).status_code == 200


def test_the_team_lead_works_on_a_ride_and_reads_of_drivers_all_but_where_they_live(page, sessions, sign_in, ids):
    """What falls to somebody they can open; a volunteer's address is the ride planner's alone."""
    with sessions.begin() as session:
        lead = a_coordinator(session, "Els", kind=StaffRoleKind.TEAM_LEAD).person_id
    sign_in(page, lead)
    page.get(board_href(DAY, ride=ids["riet"])).follow("Adres, telefoon en meer")
    assert "Straat 1" in page.text
    page.get(f"{HOME}/chauffeurs").follow("Dirk Jansen")
    assert "Geldig tot en met" in page.text
    assert "Dorpstraat" not in page.source
    assert "Pas auto en uren aan" not in page.text
    home = f"{HOME}/chauffeurs/{ids['dirk']}/auto"
    assert page.send("GET", home).status_code == 403
    with sessions.read() as session:
        looks = session.exec(select(FileLook).order_by(FileLook.seq)).all()
    assert [(look.action, look.staff_id) for look in looks] == [("ride", lead), ("driver", lead)]


@pytest.mark.parametrize("kind", [StaffRoleKind.COORDINATOR, StaffRoleKind.READER, None], ids=str)
def test_only_ride_planners_see_it(page, sessions, sign_in, ids, kind):
    with sessions.begin() as session:
        person = a_person(session, "Els").id if kind is None else a_coordinator(session, "Els", kind=kind).person_id
    sign_in(page, person)
    addresses = (
        board_href(DAY),
        f"{HOME}/rit/{ids['riet']}",
        f"{HOME}/chauffeurs",
        f"{HOME}/chauffeurs/{ids['dirk']}",
        f"{HOME}/geld/2026-03",
        f"{HOME}/geld/2026-03/ritten.csv",
    )
    for address in addresses:
        assert page.send("GET", address).status_code == 403, address
    assert page.send("POST", f"{HOME}/{DAY}/plannen").status_code == 403


def test_papers_are_seen_with_their_dates_and_nothing_is_kept_of_them(page, sessions, sign_in, planner, clock):
    with sessions.begin() as session:
        a_driver(session, "Dirk", has_papers=False)
    sign_in(page, planner)
    page.get(f"{HOME}/chauffeurs")
    assert "Niet inplannen" in page.text
    assert "Nodig: rijbewijs B, verzekering van de auto en VOG." in page.text
    page.follow("Dirk Jansen")
    page.submit("Noteer dat u het zag", code="vog", seen_on="2026-03-20", expect=400)
    assert page.errors() == ["Vul de dag in waarop u het zag. Die kan niet na vandaag zijn."]
    for code in ("driving_licence", "car", "vog"):
        page.submit("Noteer dat u het zag", code=code, seen_on="2026-03-02", valid_until="2026-03-30")
    assert page.text.count("Geldig tot en met maandag 30 maart") == 3
    page.get(f"{HOME}/chauffeurs")
    assert "Loopt af" in page.text


def test_ill_at_seven_is_typed_in_and_the_day_is_planned_again(page, sessions, sign_in, planner, ids):
    sign_in(page, planner)
    page.get(f"{HOME}/chauffeurs/{ids['dirk']}").submit("Geef dit door", day=DAY.isoformat(), hours="")
    assert "De planning kijkt opnieuw naar deze dag." in page.flash
    plan_day(sessions, now=evening_before() + timedelta(minutes=10))
    assert list(held_by(sessions, ids["riet"])) == [ids["anna"]]


@SQLITE
def test_the_board_opens_on_the_first_day_on_which_anybody_rides(page, sign_in, planner, ids):
    """On a Sunday, or a day without rides, the planner is not shown an empty day."""
    sign_in(page, planner)
    page.get(HOME)
    assert page.url.endswith(board_href(DAY))
