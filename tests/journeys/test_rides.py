"""AutoMaatje from the first call to the month's statement, and a driver who falls ill at seven; through the browser."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from marketplace.models import Driver, OutboxMessage, Person, Promise, PromiseStatus, Ride, RideStatus, StaffRoleKind
from tests.support.builders import a_coordinator, a_person, place
from tests.support.clock import AMSTERDAM
from tests.support.ride_builders import DAY, a_driver, a_ride, wall
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

DIRK, ANNA, RIK = "dirk@voorbeeld.nl", "anna@voorbeeld.nl", "rik@voorbeeld.nl"


def test_somebody_rings_rides_and_pays_and_the_month_adds_up(town: Town):
    """Riet has no e-mail: by telephone she asks, hears who comes, is reminded, and hears what it cost."""
    carla = somebody_of_staff(town, "Carla", StaffRoleKind.COORDINATOR)
    drives(town, "Dirk", DIRK)
    carla.open("/ritten/nieuw").fill(name="Riet de Wit", telephone="06 11 22 33 44", address="Dorpstraat 12, 4901 AB")
    carla.tab.locator("[name='to']").select_option("amphia_breda")
    carla.fill(date=DAY.isoformat(), at="11:00").choose("Later ophalen", "Rollator").fill(back_at="13:00")
    carla.press("Reken uit wat het kost")
    assert "Deze rit kost ongeveer" in carla.text
    carla.press("Ja gezegd aan de telefoon: plaats de rit")
    assert "De rit van Riet staat er." in carla.text

    town.let_time_pass(hours=30, minutes=1)  # four in the afternoon, the day before
    dirk = town.somebody()
    dirk.open(town.mail(DIRK, "Kunt u").links[0])
    assert "Dorpstraat" not in dirk.text
    dirk.press("Ja, ik rijd deze dag")
    assert "Dorpstraat 12" in dirk.text
    assert the_ride(town).status is RideStatus.AGREED

    carla = somebody_of_staff(town, "Carla")
    assert "Dirk" in call(carla, "Riet de Wit", about="gaat door").text
    carla.press("Verteld")
    town.let_time_pass(hours=2, minutes=5)  # the reminder
    carla = somebody_of_staff(town, "Carla")
    assert "Denkt u aan" in call(carla, "Riet de Wit", about="Denkt u aan").text
    carla.press("Verteld")

    town.clock.set(max(drive.finish_at for drive in promises(town)) + timedelta(hours=1))
    town.do_what_is_due()
    dirk.open(town.mail(DIRK, "Kunt u").links[0])
    out, back = (one.inner_text() for one in dirk.tab.get_by_role("button", name=re.compile("^Bewaar dit van")).all())
    dirk.fill(parking_1="2,50").press(out)
    dirk.press(back)
    assert "Dank u wel dat u reed." in dirk.text
    ride = the_ride(town)
    assert ride.status is RideStatus.DONE

    town.do_what_is_due()
    carla = somebody_of_staff(town, "Carla")
    told = call(carla, "Riet de Wit", about="kostte").text
    assert "€" in told
    dirk = signed_in(town, "Dirk")
    dirk.open("/mijn/rijden").follow_start("Maart 2026")
    assert re.search(r"U reed 2 ritten en kreeg € \d+,\d\d en € 2,50 parkeren\.", dirk.text)
    amount = re.search(r"kreeg (€ \d+,\d\d)", dirk.text)
    assert amount is not None
    rik = somebody_of_staff(town, "Rik", StaffRoleKind.RIDE_PLANNER)
    assert amount[1] in rik.open("/ritten/geld").text
    assert nothing_was_mailed_to(town, ride.passenger_id)


def test_a_driver_falls_ill_at_seven(town: Town):
    """Everybody is told, the promise of the minute is kept by somebody else, and no other ride is touched."""
    with town.database.sessions.begin() as session:
        riet = a_person(session, "Riet", email="riet@voorbeeld.nl")
        cor = a_person(session, "Cor", email="cor@voorbeeld.nl")
        a_ride(session, passenger=riet)
        a_ride(session, passenger=cor, wanted_minute=wall(15))
    drives(town, "Dirk", DIRK)
    drives(town, "Anna", ANNA, postcode="4849AB")
    town.let_time_pass(hours=30, minutes=1)
    for email in (DIRK, ANNA):
        for mail in [one for one in town.sink.to(email) if "Kunt u" in one.subject][:1]:
            town.somebody().open(mail.links[0]).press_first("Ja, ik rijd")
    before = {drive.ride_id: drive for drive in promises(town)}
    assert {drive.status for drive in before.values()} == {PromiseStatus.ACCEPTED}
    assert len({drive.person_id for drive in before.values()}) == 1, "Dirk drives both: he lives round the corner"

    town.clock.set(town.clock().astimezone(AMSTERDAM).replace(hour=7, minute=0) + timedelta(days=1))
    town.do_what_is_due()
    rik = somebody_of_staff(town, "Rik", StaffRoleKind.RIDE_PLANNER)
    rik.open("/ritten/chauffeurs").follow("Dirk Jansen").unfold("Op één dag anders, of ziek")
    rik.fill(day=DAY.isoformat()).press("Geef dit door")
    town.do_what_is_due()
    anna = town.somebody()
    anna.open(town.mail(ANNA, "Kunt u").links[0]).press_first("Ja, ik rijd")
    town.do_what_is_due()

    after = {drive.ride_id: drive for drive in promises(town)}
    assert {drive.status for drive in after.values()} == {PromiseStatus.ACCEPTED}
    assert {ride: drive.pickup_at for ride, drive in after.items()} == {
        ride: drive.pickup_at for ride, drive in before.items()
    }, "who was told a minute keeps it"
    assert {drive.person_id for drive in after.values()} != {drive.person_id for drive in before.values()}
    for email in ("riet@voorbeeld.nl", "cor@voorbeeld.nl"):
        assert "Anna" in town.mail(email, "gaat door").text
    assert "veranderd" in town.mail(DIRK, "veranderd").subject
    rik.open(f"/ritten/{DAY}")
    assert "2 ritten: 2 geregeld" in rik.text


def drives(town: Town, first_name: str, email: str, *, postcode: str = "4901AB") -> None:
    """Somebody with a car and papers, every day from eight to six."""
    with town.database.sessions.begin() as session:
        a_driver(session, person=a_person(session, first_name, email=email), at=place(postcode))


def somebody_of_staff(town: Town, first_name: str, kind: StaffRoleKind | None = None) -> Visitor:
    """A member of staff at a browser; the sign-in of staff lasts a working day, so it is made anew."""
    if kind is not None:
        with town.database.sessions.begin() as session:
            a_coordinator(session, first_name, kind=kind)
    return signed_in(town, first_name)


def signed_in(town: Town, first_name: str) -> Visitor:
    with town.database.sessions.read() as session:
        person_id = session.exec(select(Person.id).where(Person.first_name == first_name)).one()
    visitor = town.somebody()
    keep_sign_in(visitor.tab, sign_in_token(town.database.sessions, person_id, now=town.clock()), town.base_url)
    return visitor


def call(carla: Visitor, name: str, *, about: str) -> Visitor:
    """Ring this person; who has more to hear stays on the line until it is about this."""
    carla.open("/werk/bellen").press_first(f"Ik bel {name}")
    for _ in range(4):
        if about in carla.text:
            return carla
        carla.press("Verteld")
    raise AssertionError(f"{name} is not called about {about!r}: {carla.text}")


def promises(town: Town) -> list[Promise]:
    """The drives that stand."""
    with town.database.sessions.read() as session:
        live = select(Promise).where(Promise.status.in_([PromiseStatus.PROPOSED, PromiseStatus.ACCEPTED]))  # type: ignore[attr-defined]
        return list(session.exec(live.order_by(Promise.pickup_at)))  # type: ignore[arg-type]


def the_ride(town: Town) -> Ride:
    with town.database.sessions.read() as session:
        return session.exec(select(Ride)).one()


def nothing_was_mailed_to(town: Town, person_id: UUID) -> bool:
    """Everything they heard went by telephone or on paper."""
    with town.database.sessions.read() as session:
        told = session.exec(select(OutboxMessage).where(OutboxMessage.person_id == person_id)).all()
        has_driver = session.exec(select(Driver)).first() is not None
    return has_driver and len(told) > 2 and all(one.channel.value != "email" for one in told)
