"""Asking for a ride: one question a page, without JavaScript, and what is late is said to be late."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from marketplace.links import SignInLinks
from marketplace.models import Person, ReturnMode, Ride, RideStatus, SignInLink, StandingRide, Timing
from tests.support.browser import assert_accessible, assert_fits
from tests.support.builders import a_person
from web.pages.riding import ADDRESS

WHERE = {"postcode": "4901 ab", "house_number": "12", "street": "Dorpstraat"}
WHO = {"first_name": "Riet", "last_name": "de Wit", "email": "riet@example.org", "telephone": "06 12 34 56 78"}
THURSDAY = date(2026, 3, 5)  # two working days after NOW
SQLITE = pytest.mark.database("sqlite")


def tell(page, *, to="amphia_breda", day=THURSDAY, timing="er-zijn", at="11:00", back="nee", often="eenmaal", **more):
    """Every question but the last, as somebody would who makes no mistake."""
    page.get(ADDRESS).submit("Ga verder", to=to)
    page.submit("Ga verder", **WHERE)
    page.submit("Ga verder", date=day.isoformat(), timing=timing, at=at)
    page.submit("Ga verder", back=back, **{name: more[name] for name in ("wait_minutes", "back_at") if name in more})
    page.submit("Ga verder", **more.get("along", {}))
    page.submit("Ga verder", often=often, **more.get("weekly", {}))
    if page.heading == "Wie bent u?":
        page.submit("Ga verder", **more.get("who", {}))
    return page


def the_ride(sessions):
    with sessions.read() as session:
        return session.exec(select(Ride)).one()


def somebody(sessions, first_name="Riet", **more):
    with sessions.begin() as session:
        return a_person(session, first_name, **more).id


def test_somebody_who_is_known_asks_for_a_ride_with_everything(page, sessions, sign_in):
    riet = somebody(sessions)
    sign_in(page, riet)
    along = {"companions": "1", "needs": ["rollator"], "needs_help": True, "remark": "Bel twee keer."}
    tell(page, back="wachten", wait_minutes="45", along=along)
    assert page.heading == "Klopt dit?"
    for said in (
        "Amphia Breda",
        "Dorpstraat 12, 4901 AB",
        "Donderdag 5 maart om 11.00 uur",
        "Ja, de chauffeur wacht drie kwartier",
        "1 mens, rollator, hulp bij het instappen",
        "Eén keer",
        "Deze rit kost ongeveer 7 tot 12 euro",
        "Parkeren betaalt u apart.",
    ):
        assert said in page.text
    assert "kort van tevoren" not in page.text
    page.submit("Rit aanvragen")
    assert "Uw rit is aangevraagd" in page.text
    assert "Rit naar Amphia Breda" in page.text
    ride = the_ride(sessions)
    assert (ride.passenger_id, ride.status, ride.timing) == (riet, RideStatus.ASKED, Timing.ARRIVE_BY)
    assert (ride.return_mode, ride.wait_minutes, ride.persons) == (ReturnMode.WAIT, 45, 2)
    assert (ride.needs, ride.needs_help, ride.remark) == (["rollator"], True, "Bel twee keer.")
    assert ride.destination["known"] == "amphia_breda"


def test_a_stranger_asks_by_mail_and_pressing_twice_asks_once(page, sessions, settings):
    tell(page, who=WHO)
    page.submit("Rit aanvragen")
    assert page.heading == "Kijk in uw mail"
    assert "riet@example.org" in page.text
    with sessions.read() as session:
        assert session.exec(select(Ride)).all() == []
        (link,) = session.exec(select(SignInLink)).all()
        path = SignInLinks(settings.secret_key, settings.base_url).path(link.id)
    page.another().get(path).submit()
    ride = the_ride(sessions)
    with sessions.read() as session:
        assert session.get_one(Person, ride.passenger_id).first_name == "Riet"


@pytest.mark.parametrize(
    ("days", "is_late"), [pytest.param(1, True, id="tomorrow"), pytest.param(2, False, id="in-time")]
)
def test_what_is_asked_late_is_taken_and_said_to_be_unsure(page, sessions, sign_in, now, days, is_late):
    """Tuesday's question for Wednesday is a day late; for Thursday it is in time."""
    sign_in(page, somebody(sessions))
    tell(page, day=now.date() + timedelta(days=days))
    assert ("Dit is kort van tevoren" in page.text) is is_late
    page.submit("Vraag de rit toch aan" if is_late else "Rit aanvragen")
    assert the_ride(sessions).is_late is is_late


def test_every_week_makes_the_first_rides_at_once(page, sessions, sign_in):
    sign_in(page, somebody(sessions))
    weekly = {"weekdays": ["1"], "until": "2026-06-30"}
    tell(page, to="de_slotjes", often="elke-week", weekly=weekly, back="later", back_at="14:00")
    assert "Elke dinsdag en donderdag, tot en met dinsdag 30 juni" in page.text
    assert "Ja, vanaf 14.00 uur" in page.text
    page.submit("Rit aanvragen")
    with sessions.read() as session:
        standing = session.exec(select(StandingRide)).one()
        assert standing.weekdays == [1, 3], "the day of the first ride is one of its days"
        assert len(session.exec(select(Ride)).all()) == 8
    assert "Elke dinsdag en donderdag om 11.00 uur" in page.text


def test_a_daughter_asks_for_her_mother(page, sessions, sign_in):
    els = somebody(sessions, "Els")
    sign_in(page, els)
    who = {
        "for_whom": "ander",
        "relation": "family_carer",
        "other_name": "Riet de Wit",
        "other_telephone": "06 11 22 33 44",
        "other_agrees": True,
    }
    tell(page).get(f"{ADDRESS}/wie").submit("Ga verder", who).submit("Rit aanvragen")
    ride = the_ride(sessions)
    assert ride.representative_id == els
    assert ", voor Riet" in page.text
    with sessions.read() as session:
        assert session.get_one(Person, ride.passenger_id).last_name == "de Wit"


@pytest.mark.parametrize(
    ("step", "typed", "error"),
    [
        pytest.param("", {}, "Kies waar u naartoe gaat.", id="nowhere"),
        pytest.param(
            "", {"to": "anders"}, "Vul in waar u naartoe gaat, bijvoorbeeld Amphia Ziekenhuis Breda.", id="no-name"
        ),
        pytest.param(
            "van", {"postcode": "4901"}, "Vul een postcode in met vier cijfers en twee letters", id="half-a-postcode"
        ),
        pytest.param("wanneer", {"at": ""}, "Vul een tijd in, bijvoorbeeld 10.00.", id="which-time"),
        pytest.param(
            "wanneer",
            {"date": "2026-03-01", "at": "11:00", "timing": "ophalen"},
            "Dit moment is al voorbij.",
            id="yesterday",
        ),
        pytest.param("terug", {"back": "wachten"}, "Kies hoe lang de chauffeur op u wacht.", id="how-long"),
        pytest.param("terug", {"back": "later", "back_at": "9:00"}, "Dan bent u er nog niet.", id="back-before-there"),
        pytest.param("vaker", {"often": "elke-week"}, "Vul in tot en met welke dag", id="until-when"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(page, sessions, sign_in, step, typed, error):
    sign_in(page, somebody(sessions))
    if step:
        tell(page)
    page.get(f"{ADDRESS}/{step}".rstrip("/"))
    page.submit("Ga verder", typed, expect=400)
    assert any(said.startswith(error) for said in page.errors()), page.errors()
    for name, value in typed.items():
        assert value in page.values("Ga verder")[name]


def test_who_jumps_ahead_is_brought_back_to_the_question_that_is_open(page):
    page.get(f"{ADDRESS}/wanneer")
    assert page.heading == "Waar wilt u naartoe?"
    page.submit("Ga verder", to="de_slotjes")
    page.get(f"{ADDRESS}/klopt-dit")
    assert page.heading == "Waar haalt de chauffeur u op?"
    assert "Deze vraag staat nog open." in page.flash


def test_asking_twice_for_one_moment_is_refused_on_the_last_page(page, sessions, sign_in):
    sign_in(page, somebody(sessions))
    tell(page).submit("Rit aanvragen")
    tell(page, to="de_slotjes").submit("Rit aanvragen", expect=400)
    assert page.errors() == ["Om deze tijd hebt u al een rit. Kies een andere tijd, of zeg de andere rit af."]


def test_where_somebody_lives_is_filled_in(page, sessions, sign_in):
    sign_in(page, somebody(sessions, postcode="4901AB", street="Heuvel", house_number="7"))
    page.get(ADDRESS).submit("Ga verder", to="de_slotjes")
    assert page.values("Ga verder")["street"] == ["Heuvel"]


def test_who_asks_for_help_and_means_a_ride_comes_here(page):
    page.get("/hulp-vragen").submit("Ga verder", text="Wie brengt mij naar het ziekenhuis? Ik zoek een rit.")
    page.submit("AutoMaatje-rit")
    assert page.heading == "Waar wilt u naartoe?"


@SQLITE
@pytest.mark.browser
def test_every_question_can_be_used_by_everybody(live, tab, sessions, sign_in):
    """On each of the pages and with its errors: axe finds nothing, and nothing lies outside a telephone."""
    sign_in(tab, somebody(sessions))
    tab.goto(live + ADDRESS)
    answers = [
        {"#to": True},
        {"#postcode": "4901 AB", "#house_number": "12", "#street": "Dorpstraat"},
        {"#date": "2026-03-05", "#timing": True, "#at": "11:00"},
        {"#back-3": True},
        {},
        {"#often": True},
    ]
    for fields in answers:
        assert_accessible(tab)
        assert_fits(tab, width=320)
        for selector, value in fields.items():
            field = tab.locator(selector)
            field.check() if value is True else field.fill(value)
        tab.get_by_role("button", name="Ga verder").click()
    assert tab.locator("h1").inner_text() == "Klopt dit?"
    assert_accessible(tab)
    assert_fits(tab, width=320)
