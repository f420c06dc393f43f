"""What was driven and what it cost, for the bookkeeping: it adds up, and says nothing of who rode."""

import csv
import zipfile
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from sqlmodel import select

from marketplace.models import DriveResult, Promise, PromiseStatus, RideCost, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.rides import answering, results
from marketplace.rides.money import MONEY
from tests.support.builders import a_coordinator, a_person
from tests.support.ride_builders import DAY, a_driver, a_ride, day_of, evening_before, plan_day, wall
from web.labels.rides import euros, price_words
from web.pages.driving import last_of, limit_sentence, read_month
from web.pages.ride_drivers import MONEY_PAGE

MARCH = f"{MONEY_PAGE}/2026-03"


@pytest.fixture
def driven(page, sessions, sign_in, clock):
    """Dirk drove two rides; Rik looks at the month."""
    with sessions.begin() as session:
        dirk = a_driver(session)
        a_ride(session, passenger=a_person(session, "=Riet"))
        a_ride(session, passenger=a_person(session, "Bep"), wanted_minute=wall(15))
        rik = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id
    plan_day(sessions)
    with sessions.begin() as session:
        day = day_of(session, dirk)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(dirk.person_id), now=evening_before())
    clock.set(evening_before() + timedelta(days=1, hours=6))
    with sessions.begin() as session:
        accepted = select(Promise).where(Promise.status == PromiseStatus.ACCEPTED)
        for promise, parking in zip(session.exec(accepted).all(), (250, 0), strict=True):
            results.report(
                session,
                promise_id=promise.id,
                result=DriveResult.DRIVEN,
                parking_cents=parking,
                actor=Actor(dirk.person_id),
                now=clock(),
            )
    sign_in(page, rik)
    return page


def cents_of(sessions):
    with sessions.read() as session:
        return sum(cost.cents for cost in session.exec(select(RideCost)).all())


def test_the_page_the_csv_and_the_spreadsheet_say_the_same(driven, sessions):
    total = euros(cents_of(sessions))
    driven.get(MARCH)
    assert f"Samen 2 {driven.text.split('Samen 2 ')[1].split(' km')[0]} km {total} € 2,50" in driven.text
    answer = driven.send("GET", f"{MARCH}/ritten.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="ritten-2026-03.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Dag"] for row in rows] == [f"{DAY:%d-%m-%Y}"] * 2
    assert sum(int(row["Vergoeding"].replace(",", "")) for row in rows) == cents_of(sessions)
    assert {row["Betaald door"] for row in rows} == {"passagier"}
    sheet = driven.send("GET", f"{MARCH}/ritten.ods")
    with zipfile.ZipFile(BytesIO(sheet.content)) as file:
        content = file.read("content.xml").decode()
    assert 'table:name="Chauffeurs"' in content
    assert f'office:value="{cents_of(sessions) / 100:.2f}"' in content
    for private in ("Riet", "Bep", "Straat"):
        assert private not in answer.text
        assert private not in content


def test_a_month_without_rides_and_one_that_is_none(driven):
    assert "In deze maand is niets gereden" in driven.get(f"{MONEY_PAGE}/2026-01").text
    for wrong in ("2026-13", "maart", "0001-01", "2026-3"):
        driven.get(f"{MONEY_PAGE}/{wrong}", expect=404)


def test_who_comes_near_the_yearly_limit_is_named(driven, sessions):
    with sessions.begin() as session:
        for cost in session.exec(select(RideCost)).all():
            cost.cents = MONEY.yearly_limit_cents // 2
            session.add(cost)
    driven.get(MARCH)
    assert "Bij de grens van dit jaar" in driven.text
    assert "Dirk Jansen: dit jaar is het al € 2.100,00." in driven.text


@pytest.mark.parametrize(
    ("cents", "begins"),
    [
        pytest.param(0, "", id="nothing"),
        pytest.param(int(MONEY.warn_from_share * MONEY.yearly_limit_cents) - 1, "", id="just-not"),
        pytest.param(int(MONEY.warn_from_share * MONEY.yearly_limit_cents), "Dit jaar is het al", id="near"),
        pytest.param(MONEY.yearly_limit_cents, "Dit jaar is het al", id="at-the-limit"),
        pytest.param(MONEY.yearly_limit_cents + 1, "Dit jaar is het € 2.100,01. Dat is meer", id="past-it"),
    ],
)
def test_the_limit_is_said_when_it_comes_near(cents, begins):
    assert limit_sentence(cents, MONEY).startswith(begins)
    assert bool(limit_sentence(cents, MONEY)) is bool(begins)


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "€ 0,00"), (5, "€ 0,05"), (1230, "€ 12,30"), (210_000, "€ 2.100,00"), (-5, "-€ 0,05")]
)
def test_euros_are_written_as_people_write_them(cents, words):
    assert euros(cents) == words


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(120, 480, "ongeveer 1 tot 5 euro"), (20, 90, "ongeveer 1 euro"), (300, 301, "ongeveer 3 tot 4 euro")],
)
def test_a_price_is_told_in_whole_euros(least, most, words):
    assert price_words(least, most) == words


def test_a_month_ends_on_its_last_day():
    assert [last_of(date(2026, month, 1)).day for month in (1, 2, 4, 12)] == [31, 28, 30, 31]
    assert read_month("2026-02") == date(2026, 2, 1)
