"""Who leaves for good takes their rides along, and no door is left of them; what is old forgets its doors too."""

import json
from datetime import timedelta

from marketplace import invariants, privacy, retention
from marketplace.models import Driver, NoticeKind, Person, Ride, RideStatus
from marketplace.permissions import Actor
from marketplace.rides import answering, asking
from tests.support import builders, rows
from tests.support import ride_builders as build

EVENING = build.evening_before()
LATER = EVENING + timedelta(minutes=20)
KEY = "k" * 40


def agreed(sessions):
    with sessions.begin() as session:
        driver = build.a_driver(session, street="Geheimlaan", house_number="12")
        passenger = builders.a_person(session, "Riet", last_name="Achternaam")
        ride = build.a_ride(session, passenger=passenger, origin=build.a_stop(number="77"), remark="Bel twee keer")
    build.plan_day(sessions)
    with sessions.begin() as session:
        day = build.day_of(session, driver)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(driver.person_id), now=LATER)
    return driver, passenger, ride


def test_a_passenger_who_leaves_frees_the_driver(sessions):
    driver, passenger, ride = agreed(sessions)
    with sessions.begin() as session:
        privacy.erase_person(session, session.get_one(Person, passenger.id), key=KEY, now=LATER)
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        gone = session.get_one(Ride, ride.id)
        assert gone.status is RideStatus.CANCELLED_LATE
        assert (gone.origin["street"], gone.origin["house_number"], gone.remark) == ("", "", "")
        assert gone.origin["neighbourhood"]
        assert build.day_of(session, driver).duties == []
        assert rows.outbox(session, NoticeKind.DRIVER_DAY_CHANGED)
        assert [str(each) for each in invariants.find_violations(session, now=LATER)] == []


def test_a_driver_who_leaves_is_planned_no_more_and_has_no_door(sessions):
    driver, passenger, _ = agreed(sessions)
    with sessions.begin() as session:
        privacy.erase_person(session, session.get_one(Person, driver.person_id), key=KEY, now=LATER)
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        gone = session.get_one(Driver, driver.id)
        assert gone.left_at is not None
        assert (gone.street, gone.house_number, gone.postcode) == ("", "", "4901")
        assert build.day_of(session, driver).duties == []
        told = [message.person_id for message in rows.outbox(session, NoticeKind.RIDE_UNSURE)]
    assert told == [passenger.id]


def test_the_export_holds_ones_rides_and_what_one_drove(sessions):
    driver, passenger, ride = agreed(sessions)
    with sessions.read() as session:
        mine = privacy.export_person(session, actor=Actor(passenger.id), now=LATER)
        theirs = privacy.export_person(session, actor=Actor(driver.person_id), now=LATER)
    assert [each["id"] for each in mine["rides"]] == [str(ride.id)]
    assert [each["id"] for each in theirs["driving"]] == [str(driver.id)]
    assert "Achternaam" not in json.dumps(theirs)


def test_a_month_after_the_ride_nobody_can_read_from_where_to_where(sessions):
    _, passenger, ride = agreed(sessions)
    with sessions.begin() as session:
        asking.cancel_ride(session, ride_id=ride.id, actor=Actor(passenger.id), now=LATER)
        retention.forget(session, now=LATER + timedelta(days=29))
        assert session.get_one(Ride, ride.id).origin["street"] == "Straat"
        retention.forget(session, now=LATER + timedelta(days=31))
        gone = session.get_one(Ride, ride.id)
        assert (gone.origin["street"], gone.destination["name"], gone.remark) == ("", "", "")
