"""A ride asked by telephone: one screen, the price before the yes, and somebody without e-mail is a full passenger."""

import pytest
from sqlmodel import select

from marketplace.models import Channel, ConsentEntry, Person, ReturnMode, Ride, StaffRoleKind, StandingRide
from tests.support.builders import a_coordinator, a_person
from tests.support.ride_builders import a_ride
from web.pages.ride_intake import ADDRESS

RIET = {"name": "Riet de Wit", "telephone": "06 11 22 33 44", "address": "Dorpstraat 12, 4901 AB"}
RIDE = {"to": "amphia_breda", "date": "2026-03-05", "at": "11:00", "back": "later", "back_at": "13:00"}
YES = "Ja gezegd aan de telefoon: plaats de rit"


@pytest.fixture
def desk(page, sessions, sign_in):
    """Rik, who plans rides, has the empty screen before him."""
    with sessions.begin() as session:
        rik = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id
    sign_in(page, rik)
    return page.get(ADDRESS)


def all_of(sessions, table):
    with sessions.read() as session:
        return session.exec(select(table)).all()


def test_somebody_new_has_a_ride_after_one_screen(desk, sessions):
    desk.submit("Reken uit wat het kost", **RIET, **RIDE, companions="1", needs=["rollator"], needs_help=True)
    assert "Deze rit kost ongeveer" in desk.text
    assert all_of(sessions, Ride) == []
    desk.submit(YES)
    assert desk.flash == "De rit van Riet staat er. Wij zoeken een chauffeur."
    (ride,) = all_of(sessions, Ride)
    assert (ride.channel, ride.return_mode, ride.persons) == (Channel.TELEPHONE, ReturnMode.LATER, 2)
    assert (ride.origin["street"], ride.origin["house_number"]) == ("Dorpstraat", "12")
    assert ride.entered_by_id is not None
    riet = next(person for person in all_of(sessions, Person) if person.id == ride.passenger_id)
    assert (riet.last_name, riet.email) == ("de Wit", None)
    assert len(all_of(sessions, ConsentEntry)) == 1


def test_somebody_known_needs_no_address(desk, sessions):
    with sessions.begin() as session:
        bep = a_person(
            session, "Bep", telephone="06 99 99 99 99", postcode="4904AB", street="Kerkstraat", house_number="3"
        )
        from_before = bep.id
        a_ride(session, passenger=bep, wanted_minute=9 * 60)
    desk.submit("Zoek deze persoon", name="Bep")
    desk.submit(YES, person=str(from_before), **RIDE)
    rides = all_of(sessions, Ride)
    assert {ride.passenger_id for ride in rides} == {from_before}
    assert "Kerkstraat" in {ride.origin["street"] for ride in rides}


@pytest.mark.parametrize("is_told", [True, False])
def test_late_is_taken_only_when_it_was_said(desk, sessions, is_told):
    late = {**RIET, **RIDE, "date": "2026-03-04"}
    desk.submit("Reken uit wat het kost", late)
    assert "Meestal hebben wij twee werkdagen nodig" in desk.text
    desk.submit(YES, doubt=is_told, expect=200 if is_told else 400)
    assert [ride.is_late for ride in all_of(sessions, Ride)] == [True] * is_told
    if not is_told:
        assert desk.errors()[0].startswith("Dit is korter dan twee werkdagen tevoren.")


def test_every_week_from_another_door(desk, sessions):
    weekly = {"often": "elke-week", "weekdays": ["3"], "until": "2026-05-28"}
    desk.submit(YES, **RIET, **RIDE, **weekly, from_address="Kerkstraat 3, 4904 AB")
    (standing,) = all_of(sessions, StandingRide)
    assert (standing.weekdays, standing.origin["street"]) == ([3], "Kerkstraat")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"name": ""}, "Vul een naam in", id="nobody"),
        pytest.param({"address": "Dorpstraat 12"}, "Zet de postcode bij het adres", id="half-an-address"),
        pytest.param({"to": ""}, "Kies waar u naartoe gaat.", id="nowhere"),
        pytest.param({"date": "1-3-2026"}, "Dit moment is al voorbij", id="yesterday"),
        pytest.param({"back_at": "9:00"}, "Dan bent u er nog niet.", id="back-before-there"),
    ],
)
def test_what_cannot_be_is_named_and_everything_typed_stays(desk, sessions, typed, said):
    sent = {**RIET, **RIDE, **typed}
    desk.submit(YES, sent, expect=400)
    assert any(error.startswith(said) for error in desk.errors()), desk.errors()
    values = desk.values(YES)
    assert {name: values[name][0] for name in sent} == sent
    assert all_of(sessions, Ride) == []
