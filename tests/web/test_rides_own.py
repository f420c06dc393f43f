"""The rides of who rides: how they stand, taking one back, one time of a series, and the bill."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.models import DriveResult, Ride, RideStatus, StandingRide
from marketplace.permissions import Actor
from marketplace.queries import rides as queries
from marketplace.rides import answering, asking, results
from tests.support.builders import a_person, the_municipality
from tests.support.ride_builders import (
    DAY,
    a_driver,
    a_ride,
    asked,
    day_of,
    evening_before,
    plan_day,
    promises_of,
    wall,
)
from web.pages.own_rides import ADDRESS


@pytest.fixture
def agreed(sessions, clock):
    """Dirk said yes to Riet's ride on Thursday."""
    with sessions.begin() as session:
        dirk = a_driver(session)
        riet = a_person(session, "Riet")
        ride = a_ride(session, passenger=riet)
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    with sessions.begin() as session:
        day = day_of(session, dirk)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(dirk.person_id), now=clock())
    return riet.id, dirk.person_id, ride.id


@pytest.fixture
def weekly(sessions, now):
    """Every Thursday until the end of April; the person and the repeating ride."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        standing = asking.post_standing(
            session,
            asked(weekdays=(3,), until=DAY + timedelta(days=56)),
            municipality=the_municipality(session),
            passenger_id=riet.id,
            actor=Actor(riet.id),
            now=now,
        )
        return riet.id, standing.id


def statuses(sessions):
    with sessions.read() as session:
        return [ride.status for ride in session.exec(select(Ride).order_by(Ride.day)).all()]


def test_who_comes_and_when_stands_there_as_soon_as_it_is_sure(page, sessions, sign_in, agreed):
    riet, _, ride_id = agreed
    sign_in(page, riet)
    page.get("/mijn")
    assert "Rit naar Activiteitencentrum" in page.text
    page.get(f"{ADDRESS}/{ride_id}")
    assert "Dirk haalt u op: morgen om 10.15 uur." in page.text
    assert "U kunt Dirk bellen op 06" in page.text
    assert "Kosten Hoogstens € " in page.text
    assert "Straat 1, 4901 AB" in page.text


def test_taking_it_back_asks_once_and_says_who_hears_it(page, sessions, sign_in, agreed):
    riet, _, ride_id = agreed
    sign_in(page, riet)
    page.get(f"{ADDRESS}/{ride_id}").follow("Zeg deze rit af")
    assert "Dirk krijgt meteen bericht." in page.text
    page.submit("Ja, zeg de rit af")
    assert statuses(sessions) == [RideStatus.CANCELLED_LATE]
    page.get(f"{ADDRESS}/{ride_id}/afzeggen")
    assert "Zo staat het nu." in page.flash


def test_somebody_elses_ride_looks_as_if_it_were_not_there(page, sessions, sign_in, agreed):
    _, dirk, ride_id = agreed
    sign_in(page, dirk)
    for path in ("", "/afzeggen", "/verzetten"):
        page.get(f"{ADDRESS}/{ride_id}{path}", expect=404)
    page.post(f"{ADDRESS}/{ride_id}/afzeggen", expect=404)
    assert statuses(sessions) == [RideStatus.AGREED]


def test_the_bill_stands_with_the_ride(page, sessions, sign_in, clock, agreed):
    riet, dirk, ride_id = agreed
    with sessions.begin() as session:
        (promise,) = promises_of(session, ride_id)
        clock.set(promise.finish_at)
        results.report(
            session,
            promise_id=promise.id,
            result=DriveResult.DRIVEN,
            parking_cents=300,
            actor=Actor(dirk),
            now=clock(),
        )
    sign_in(page, riet)
    page.get(f"{ADDRESS}/{ride_id}")
    assert "Wat u betaalt" in page.text
    assert "Parkeren € 3,00" in page.text
    assert "Samen €" in page.text


def test_one_time_is_skipped_and_the_others_stay(page, sessions, sign_in, weekly):
    riet, standing_id = weekly
    sign_in(page, riet)
    with sessions.read() as session:
        first, *others = queries.list_rides_of_standing(session, standing_id, after=evening_before())
    page.get(f"{ADDRESS}/{first.id}").follow("Sla deze keer over")
    assert "De andere keren gaan gewoon door." in page.text
    page.submit("Ja, sla deze keer over")
    assert statuses(sessions)[0] is RideStatus.CANCELLED
    assert set(statuses(sessions)[1:]) == {RideStatus.ASKED}
    assert len(others) >= 2


def test_one_time_is_moved_to_another_day_and_hour(page, sessions, sign_in, weekly):
    riet, standing_id = weekly
    sign_in(page, riet)
    with sessions.read() as session:
        first = queries.list_rides_of_standing(session, standing_id, after=evening_before())[0]
    page.get(f"{ADDRESS}/{first.id}").follow("Verzet deze ene rit")
    assert page.values("Verzet de rit")["at"] == ["11:00"]
    page.submit("Verzet de rit", day="2026-03-04", expect=400)
    assert page.errors() == ["Vraag een rit minstens twee werkdagen van tevoren aan. Kies een latere dag, of bel ons."]
    page.submit("Verzet de rit", day="2026-03-06", at="14:00")
    assert "Deze ene rit is verzet." in page.flash
    with sessions.read() as session:
        moved = [one for one in session.exec(select(Ride)).all() if one.day == DAY + timedelta(days=1)]
    assert [one.wanted_minute for one in moved] == [wall(14)]


def test_all_of_them_stop(page, sessions, sign_in, weekly):
    riet, standing_id = weekly
    sign_in(page, riet)
    page.get(ADDRESS).follow("Stop met deze ritten").submit("Ja, stop met deze ritten")
    assert set(statuses(sessions)) == {RideStatus.CANCELLED}
    with sessions.read() as session:
        assert session.get_one(StandingRide, standing_id).ended_at is not None
    assert "Er staat geen rit" in page.text


def test_rides_stand_in_the_calendar_of_both(page, sessions, sign_in, agreed):
    """The secret link gives each their own side; nobody's telephone number is in it."""
    riet, dirk, _ = agreed
    for who, said in ((riet, "Dirk haalt u op"), (dirk, "Riet naar Activiteitencentrum")):
        visitor = page.another()
        sign_in(visitor, who)
        visitor.get("/mijn/agenda")
        (link,) = [one["value"] for one in visitor.soup.find_all("input", {"name": "feed"})]
        feed = visitor.send("GET", link).text.replace("\r\n ", "")
        assert said in feed
        assert "06" not in [line.split(":", 1)[-1] for line in feed.splitlines() if line.startswith("DESCRIPTION")]
