"""A driver's pages: a day is answered by one tap, driven from paper, and told how it went."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.links import DriverDayLinks, StandbyLinks
from marketplace.models import (
    Driver,
    DriverAway,
    DriverDay,
    DriveResult,
    Promise,
    PromiseStatus,
    StaffRoleKind,
    StandbyAsk,
)
from marketplace.permissions import Actor
from marketplace.queries import drivers
from marketplace.rides import answering
from tests.support.builders import a_coordinator, a_person
from tests.support.markup import words
from tests.support.ride_builders import DAY, a_driver, a_ride, day_of, evening_before, plan_day, wall
from web.pages.driving import HOME

SQLITE = pytest.mark.database("sqlite")
YES = "Ja, ik rijd"


@pytest.fixture
def planned(sessions, clock):
    """Dirk has been asked to drive Riet and Bep on Thursday."""
    with sessions.begin() as session:
        dirk = a_driver(session)
        riet = a_person(session, "Riet", telephone="06 11 11 11 11")
        bep = a_person(session, "Bep", telephone="06 22 22 22 22")
        a_ride(session, passenger=riet, needs=("rollator",), remark="Bel twee keer.")
        a_ride(session, passenger=bep, wanted_minute=wall(15))
        driver_id, person_id = dirk.id, dirk.person_id
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    with sessions.read() as session:
        day_id = day_of(session, session.get_one(Driver, driver_id)).id
    return driver_id, person_id, day_id


def link_to(settings, day_id):
    return DriverDayLinks(settings.secret_key, settings.base_url).path(day_id)


def button(page, begins):
    """The one button that begins so; the time of the drive follows."""
    (found,) = [words(one) for one in page.soup.find_all("button") if words(one).startswith(begins)]
    return found


def promises(sessions, *statuses):
    with sessions.read() as session:
        found = session.exec(select(Promise).order_by(Promise.pickup_at)).all()
    return [one for one in found if not statuses or one.status in statuses]


def test_a_day_is_answered_by_one_tap_without_signing_in(page, sessions, settings, planned):
    """Before the yes stands who and about where; after it also the door and the number. Opening changes nothing."""
    _, _, day_id = planned
    page.get(link_to(settings, day_id))
    assert page.heading == "Uw ritten op donderdag 5 maart"
    assert "Riet" in page.text
    assert "Straat 1" not in page.text
    assert "06 11 11 11 11" not in page.text
    assert {one.status for one in promises(sessions)} == {PromiseStatus.PROPOSED}
    page.submit("Ja, ik rijd deze dag")
    assert {one.status for one in promises(sessions)} == {PromiseStatus.ACCEPTED}
    for said in ("Straat 1", "06 11 11 11 11", "Bel twee keer.", "Riet stapt in", "U bent weer thuis"):
        assert said in page.text
    page.follow("Print deze dag in grote letters")
    assert page.heading == "Donderdag 5 maart"
    assert "Mee: rollator" in page.text


def test_not_this_one_keeps_the_other(page, sessions, settings, planned):
    _, _, day_id = planned
    page.get(link_to(settings, day_id)).submit("Ja, ik rijd deze dag")
    page.submit(button(page, "Ik kan toch niet: Riet"))
    assert "Wij zoeken iemand anders." in page.flash
    standing = promises(sessions, PromiseStatus.ACCEPTED)
    assert len(standing) == 1
    assert "Bep" in page.text
    assert "Riet" not in page.text


def test_a_link_opens_one_day_of_one_driver(page, sessions, settings, planned):
    """A drive of another day is none of this one, and a token of another kind opens nothing."""
    _, person_id, day_id = planned
    with sessions.begin() as session:
        other = a_driver(session, "Anna")
        a_ride(session, passenger=a_person(session, "Cor"), day=DAY + timedelta(days=1))
        anna = other.id
    plan_day(sessions, day=DAY + timedelta(days=1))
    with sessions.read() as session:
        stranger = session.exec(select(Promise).join(DriverDay).where(DriverDay.day > DAY)).one().id
    page.get(link_to(settings, day_id))
    page.post(f"{link_to(settings, day_id)}/niet", {"promise": str(stranger)}, expect=404)
    standby = StandbyLinks(settings.secret_key).sign(day_id)
    page.get(f"/rijden/{standby}", expect=404)
    assert page.heading == "Deze link kennen wij niet"
    assert promises(sessions, PromiseStatus.DECLINED) == []
    assert anna != person_id


def test_somebody_elses_day_looks_as_if_it_were_not_there(page, sessions, sign_in, planned):
    _, _, day_id = planned
    with sessions.begin() as session:
        stranger = a_person(session, "Sanne").id
    sign_in(page, stranger)
    page.get(f"{HOME}/dag/{day_id}", expect=404)
    page.post(f"{HOME}/dag/{day_id}/ja", expect=404)
    assert {one.status for one in promises(sessions)} == {PromiseStatus.PROPOSED}


def test_afterwards_each_drive_is_told_and_the_month_adds_up(page, sessions, sign_in, clock, planned):
    _, person_id, day_id = planned
    with sessions.begin() as session:
        answering.accept_day(session, driver_day_id=day_id, actor=Actor(person_id), now=clock())
    clock.set(max(one.finish_at for one in promises(sessions)) + timedelta(hours=1))
    sign_in(page, person_id)
    page.get(HOME).follow("Vertel hoe het ging")
    page.submit(button(page, "Bewaar dit van Riet"), result_1="gereden", parking_1="twee", expect=400)
    assert page.errors() == ["Vul een bedrag in, bijvoorbeeld 3,50. Of laat dit leeg."]
    page.submit(button(page, "Bewaar dit van Riet"), parking_1="2,50")
    page.submit(button(page, "Bewaar dit van Bep"), result_2="niet-thuis")
    assert [one.result for one in promises(sessions)] == [DriveResult.DRIVEN, DriveResult.NOT_AT_HOME]
    page.get(HOME).follow("Maart 2026")
    assert "U reed 2 ritten en kreeg €" in page.text
    assert "€ 2,50 parkeren" in page.text
    assert "Bep, Activiteitencentrum (wij betalen dit)" in page.text


def test_the_planner_types_in_how_it_went(page, sessions, sign_in, clock, planned):
    """Who has no telephone at hand in the car rings; the ride planner notes it, and what parking cost."""
    _, person_id, day_id = planned
    with sessions.begin() as session:
        rik = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id
        answering.accept_day(session, driver_day_id=day_id, actor=Actor(person_id), now=clock())
    first = promises(sessions)[0]
    clock.set(first.finish_at)
    sign_in(page, rik)
    page.get(f"/ritten/rit/{first.ride_id}").submit("Bewaar dit", expect=400)
    assert page.errors() == ["Kies hoe het ging."]
    page.submit("Bewaar dit", result_1="gereden", parking_1="3")
    told = promises(sessions)[0]
    assert (told.result, told.parking_cents) == (DriveResult.DRIVEN, 300)
    assert "Rik meldde hoe de rit ging." in page.text


def test_becoming_a_driver_and_what_is_wrong_is_said_at_its_field(page, sessions, sign_in):
    with sessions.begin() as session:
        piet = a_person(session, "Piet").id
    sign_in(page, piet)
    page.get(HOME)
    assert page.heading == "Mijn auto en uren"
    where = {"postcode": "4901 AB", "house_number": "3", "street": "Heuvel"}
    page.submit("Bewaar dit", {**where, "seats": "9", "hours_0": "9 tot 12"}, expect=400)
    assert page.errors() == ["Vul in hoeveel mensen er mee kunnen, van 1 tot en met 8."]
    page.submit("Bewaar dit", seats="3", hours_1="kwart", expect=400)
    assert page.errors()[0].startswith("Schrijf de tijden zo")
    page.submit("Bewaar dit", hours_1="13-17.00, 9.00-12.00 uur", carries=["rollator"], expect=400)
    assert page.errors() == ["Kruis aan dat u 18 jaar of ouder bent. Jonger? Dan kunt u nog niet rijden voor anderen."]
    page.submit("Bewaar dit", is_sixteen="ja")
    assert "Wij moeten eerst zien: rijbewijs B, verzekering van de auto en VOG." in page.text
    assert "9.00-12.00 en 13.00-17.00" in page.text
    with sessions.read() as session:
        driver = session.exec(select(Driver)).one()
        assert [(one.weekday, one.start_minute) for one in drivers.list_hours(session, driver.id)] == [
            (0, 540),
            (1, 540),
            (1, 780),
        ]
    page.follow("Pas mijn auto en uren aan")
    assert page.values("Bewaar dit")["hours_1"] == ["9.00-12.00 en 13.00-17.00"]


def test_ill_today_away_next_week_and_back_again(page, sessions, sign_in):
    with sessions.begin() as session:
        person_id = a_driver(session).person_id
    sign_in(page, person_id)
    page.get(HOME).submit("Geef dit door", day=DAY.isoformat(), hours="")
    assert "Donderdag 5 maart (niet): weer zoals altijd" in page.text
    page.submit("Donderdag 5 maart (niet): weer zoals altijd")
    assert "weer zoals altijd" not in page.text
    page.submit("Neem deze dagen vrij", first_on="2026-03-20", last_on="2026-03-10", expect=400)
    assert page.errors() == ["De laatste dag ligt vóór de eerste dag. Kies een latere dag."]
    page.submit("Neem deze dagen vrij", first_on="2026-03-10", last_on="2026-03-20")
    assert "Vrij van dinsdag 10 maart tot en met vrijdag 20 maart." in page.text
    page.submit("Ik rijd weer")
    with sessions.read() as session:
        assert session.exec(select(DriverAway)).all() == []


def test_a_standby_driver_says_yes_by_the_link(page, sessions, settings, clock):
    """Nobody has hours on that day: who is on standby is asked, once, and the second press changes nothing."""
    with sessions.begin() as session:
        a_driver(session, hours=(), is_standby=True)
        a_ride(session)
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    with sessions.read() as session:
        ask = session.exec(select(StandbyAsk)).one()
    page.get(StandbyLinks(settings.secret_key).path(ask.id))
    assert page.heading == "Kunt u deze ene keer rijden?"
    assert "Straat 1" not in page.text
    page.submit(YES)
    assert page.heading == "Dank u wel dat u rijdt"
    with sessions.read() as session:
        assert session.get_one(StandbyAsk, ask.id).is_yes is True
