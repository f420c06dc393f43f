"""Offering help: the form, what is wrong with it, a pause and stopping."""

from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace.asks import WeekPiece
from marketplace.database import Sessions
from marketplace.models import Draft, DraftKind, Offer, OutboxMessage, Person
from marketplace.queries import offers
from tests.support.builders import a_person, a_volunteer, the_municipality
from tests.support.clock import MovableClock
from tests.support.pages import Page
from tests.support.site import SignIn
from web.forms.offering import read_offer

FILLED: dict[str, Any] = {
    "skills_house_garden_kitchen": ["garden.mowing", "garden.hedge"],
    "postcode": "4901 AB",
    "sentence": "Ik ben graag buiten.",
}
WHO = {"first_name": "Piet", "email": "piet@voorbeeld.nl", "telephone": "06 12 34 56 78"}


@pytest.fixture
def anna(sessions: Sessions) -> Person:
    with sessions.begin() as session:
        return a_person(session, "Anna")


def offer_of(session: Session, person: Person) -> Offer:
    found = offers.find_live_offer_of(session, person.id, the_municipality(session).id)
    assert found is not None
    return found


def test_who_is_signed_in_joins_with_one_form(page: Page, sign_in: SignIn, anna: Person, sessions: Sessions) -> None:
    """Everything but the kinds of help and the postcode is filled in already."""
    sign_in(page, anna.id)
    page.get("/helpen").submit("Doe mee", FILLED)
    assert page.heading == "Fijn dat u meedoet"
    with sessions.read() as session:
        offer = offer_of(session, anna)
        assert (offer.reach_km, offer.capacity, offer.asked_per_week, offer.is_public) == (5.0, 2, 2, False)
        assert {row.skill_code for row in offers.list_offer_skills(session, offer.id)} == {
            "garden.hedge",
            "garden.mowing",
        }
        days = {row.weekday for row in offers.list_availability(session, offer.id)}
    assert days == {0, 1, 2, 3, 4, 5}, "Sunday is ticked by nobody but oneself"


def test_times_that_do_not_fill_their_part_of_the_day_are_ticked(
    page: Page, sign_in: SignIn, anna: Person, sessions: Sessions
) -> None:
    """From nine, or until nine: whoever opens the form and keeps it loses no evening."""
    week = (WeekPiece(0, 9 * 60, 12 * 60 + 30), WeekPiece(0, 18 * 60, 21 * 60), WeekPiece(1, 13 * 60, 17 * 60))
    with sessions.begin() as session:
        a_volunteer(session, person=session.get_one(Person, anna.id), availability=week)
    sign_in(page, anna.id)
    assert page.get("/helpen").values("Bewaar mijn aanbod")["when"] == ["1-morning", "1-evening", "2-afternoon"]


def test_who_has_an_offer_finds_it_in_the_form_and_changes_it(
    page: Page, sign_in: SignIn, anna: Person, sessions: Sessions
) -> None:
    sign_in(page, anna.id)
    page.get("/helpen").submit("Doe mee", FILLED, any_time=True, is_public=True)
    page.get("/helpen")
    assert page.heading == "Mijn aanbod"
    values = page.values("Bewaar mijn aanbod")
    assert values["skills_house_garden_kitchen"] == ["garden.mowing", "garden.hedge"]
    assert values["postcode"] == ["4901 AB"]
    assert len(values["when"]) == 21, "whoever does not mind is ticked everywhere"
    page.submit("Bewaar mijn aanbod", skills_house_garden_kitchen=["garden.mowing"], reach_km="10")
    assert page.flash == "Uw aanbod is bewaard."
    with sessions.read() as session:
        offer = offer_of(session, anna)
        assert offer.reach_km == 10
        assert [row.skill_code for row in offers.list_offer_skills(session, offer.id)] == ["garden.mowing"]


def test_who_is_not_known_confirms_by_mail(page: Page, sessions: Sessions) -> None:
    """Nothing is offered before the mail is opened; what was typed reads as the offer it was."""
    page.get("/helpen").submit("Doe mee", {**FILLED, **WHO})
    assert page.heading == "Kijk in uw mail"
    with sessions.read() as session:
        assert session.exec(select(Offer)).all() == []
        draft = session.exec(select(Draft)).one()
        assert session.exec(select(OutboxMessage)).one().email == "piet@voorbeeld.nl"
        assert draft.kind is DraftKind.OFFER
        assert read_offer(draft.answers).skill_codes == {"garden.hedge", "garden.mowing"}
        assert draft.answers["first_name"] == "Piet"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param({"postcode": ""}, "Vul uw postcode in, bijvoorbeeld 4901 AB.", id="no-postcode"),
        pytest.param({"postcode": "bij de kerk"}, "Vul een postcode in met vier cijfers", id="no-postcode-at-all"),
        pytest.param({"postcode": "1000 ZZ"}, "Deze postcode kennen wij niet.", id="unknown-postcode"),
        pytest.param({"skills_house_garden_kitchen": []}, "Kies minstens één soort hulp.", id="no-kind"),
        pytest.param({"when": []}, "Kies minstens één moment waarop u kunt.", id="no-time"),
        pytest.param({"languages": []}, "Kies minstens één taal.", id="no-language"),
        pytest.param({"capacity": "0"}, "Kies hoeveel mensen", id="nobody"),
        pytest.param({"capacity": "veel"}, "Kies hoeveel mensen", id="no-number"),
        pytest.param({"capacity": "11"}, "Kies hoeveel mensen", id="too-many"),
        pytest.param({"asked_per_week": "8"}, "Kies hoe vaak", id="too-often"),
        pytest.param({"sentence": "x" * 201}, "Maak de zin over uzelf korter.", id="long-sentence"),
        pytest.param(
            {"sentence": "Bel 06-12345678"}, "Zet uw telefoonnummer niet in uw zin", id="number-for-everybody"
        ),
        pytest.param({"first_name": ""}, "Vul uw voornaam in.", id="nameless"),
        pytest.param({"email": "piet"}, "Vul uw e-mailadres in", id="no-address"),
        pytest.param({"telephone": "later"}, "Vul een telefoonnummer in", id="no-number-to-call"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    page: Page, sessions: Sessions, typed: dict[str, Any], error: str
) -> None:
    page.get("/helpen").submit("Doe mee", {**FILLED, **WHO, **typed}, expect=400)
    assert len(page.errors()) == 1
    assert page.errors()[0].startswith(error)
    kept = page.values("Doe mee")
    for name, value in {**FILLED, **WHO, **typed}.items():
        assert kept.get(name, []) == (value if isinstance(value, list) else [value])
    with sessions.read() as session:
        assert session.exec(select(Draft)).all() == []


@pytest.mark.database("sqlite")
def test_a_form_that_was_tampered_with_is_refused_kindly(page: Page, sign_in: SignIn, anna: Person) -> None:
    sign_in(page, anna.id)
    page.get("/helpen")
    page.post("/helpen", {"skills_transport": ["nonsense"], "reach_km": "-1", "when": "9-night"}, expect=400)
    assert len(page.errors()) == 6
    typed = {**FILLED, "skills_transport": "nonsense", "reach_km": "99", "when": "1-morning", "languages": "nl"}
    page.post("/helpen", {**typed, "capacity": "2", "asked_per_week": "2"}, expect=400)
    assert "Een soort hulp die u koos, bestaat niet meer. Kies opnieuw." in page.errors()


def test_fewer_people_than_one_helps_already_is_refused(page: Page, sign_in: SignIn, sessions: Sessions) -> None:
    with sessions.begin() as session:
        offer = a_volunteer(session)
        offer.engaged = 2
        session.add(offer)
    sign_in(page, offer.person_id)
    page.get("/helpen").submit("Bewaar mijn aanbod", capacity="1", expect=400)
    assert page.errors() == ["U helpt nu al meer mensen. Kies een hoger aantal, of rond eerst iets af."]


def test_a_pause_begins_changes_and_ends(page: Page, sign_in: SignIn, sessions: Sessions, clock: MovableClock) -> None:
    with sessions.begin() as session:
        person_id = a_volunteer(session).person_id
    sign_in(page, person_id)
    page.get("/helpen").follow("Neem pauze")
    assert page.values("Neem pauze tot deze dag")["pause_until"] == ["2026-03-17"]
    page.submit("Neem pauze tot deze dag")
    assert page.flash == "U hebt pauze tot dinsdag 17 maart."
    assert "U hebt pauze tot dinsdag 17 maart." in page.text
    page.get("/helpen/pauze").submit("Stop mijn pauze nu")
    assert page.flash.startswith("Uw pauze is voorbij.")
    with sessions.read() as session:
        assert session.exec(select(Offer)).one().paused_until is None


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("until", "error"),
    [
        ("", "Vul een datum in, bijvoorbeeld 3-3-2026."),
        ("2026-03-03", "Kies een dag die nog komt."),
        ("2028-01-01", "Een pauze duurt hoogstens een jaar. Kies een eerdere dag."),
    ],
)
def test_a_pause_needs_a_day_that_comes(
    page: Page, sign_in: SignIn, sessions: Sessions, until: str, error: str
) -> None:
    with sessions.begin() as session:
        person_id = a_volunteer(session).person_id
    sign_in(page, person_id)
    page.get("/helpen/pauze").submit("Neem pauze tot deze dag", pause_until=until, expect=400)
    assert page.errors() == [error]
    assert page.values("Neem pauze tot deze dag")["pause_until"] == [until]


def test_stopping_is_asked_twice_and_thanked_once_and_for_all(
    page: Page, sign_in: SignIn, sessions: Sessions, clock: MovableClock
) -> None:
    with sessions.begin() as session:
        person_id = a_volunteer(session).person_id
    sign_in(page, person_id)
    page.get("/helpen").follow("Stop met helpen")
    assert page.heading == "Wilt u stoppen met helpen?"
    page.submit("Stop met helpen")
    assert page.heading == "Dank u wel voor al uw hulp"
    page.post("/helpen/stoppen")  # the back button, and again
    assert page.heading == "Dank u wel voor al uw hulp"
    page.get("/helpen/pauze")
    assert page.heading == "Ik wil helpen"
    clock.move(hours=1)
    page.submit("Doe mee", FILLED)
    assert page.heading == "Fijn dat u meedoet", "who comes back is welcome"


@pytest.mark.database("sqlite")
def test_without_signing_in_there_is_no_pause_to_take(page: Page) -> None:
    page.get("/helpen/pauze")
    assert page.heading == "Inloggen"
    page.get("/helpen/stoppen")
    assert page.heading == "Inloggen"


@pytest.mark.database("sqlite")
def test_after_joining_one_goes_on_where_one_was(page: Page, sign_in: SignIn, anna: Person) -> None:
    sign_in(page, anna.id)
    page.get("/helpen?terug=/vrijwilligers").submit("Doe mee", FILLED)
    assert page.links()["Ga verder waar u was"] == "/vrijwilligers"
    page.get("/helpen?terug=https://elders.nl").submit("Bewaar mijn aanbod")
    assert page.url.endswith("/helpen"), "nobody is sent to another site"
