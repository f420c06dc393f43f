"""A weekly walk, asked once and said yes to once, runs eight weeks: one moved, one skipped, one stand-in; a browser."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from marketplace.metrics.report import make_report
from marketplace.models import Match, Occurrence, OccurrenceStatus, Person
from tests.support.builders import a_coordinator, a_person, on_duty, the_municipality
from tests.support.clock import NOW
from tests.support.series_builders import a_walker
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

RIET, PIET, ANNA = "riet@voorbeeld.nl", "piet@voorbeeld.nl", "anna@voorbeeld.nl"


def test_a_walk_runs_eight_weeks(town: Town):
    """Piet says yes once; Riet skips one time, Piet moves one, and to one Anna comes instead."""
    with town.database.sessions.begin() as session:
        on_duty(session, a_coordinator(session, "Carla"), until_at=NOW + timedelta(days=120))
        a_person(session, "Riet", email=RIET)
        a_walker(session, "Piet", person=a_person(session, "Piet", email=PIET))
    riet = signed_in(town, "Riet")
    riet.open("/hulp-vragen").fill(text="Wie wandelt er elke week met mij?").press("Ga verder").press("Samen wandelen")
    riet.fill(postcode="4901 AB", house_number="12", street="Dorpstraat").press("Ga verder").follow("Vaker")
    riet.fill(date="2026-03-10", **{"from": "10:00"}).press("Ga verder")
    assert "Elke dinsdag om 10.00 uur" in riet.text
    riet.press("Vraag plaatsen")
    town.do_what_is_due()

    piet = town.somebody()
    mail = town.mail(PIET, "Kunt u")
    assert "U zegt één keer ja, voor alle keren" in mail.text
    piet.open(mail.links[0]).press("Ja, graag")
    town.let_time_pass(hours=25)

    # The fourth is moved by Piet, the second skipped by Riet, to the sixth somebody else comes.
    piet = signed_in(town, "Piet")
    piet.open("/mijn").follow_start("U helpt Riet")
    with town.database.sessions.begin() as session:
        a_walker(session, "Anna", person=a_person(session, "Anna", email=ANNA))
    fourth, sixth = times(town)[3], times(town)[5]
    piet.open(f"{piet.path}/keer/{fourth.id}/andere-dag").fill(day="2026-04-01", at="14:00").press("Verzet deze keer")
    assert "Woensdag 1 april om 14.00 uur" in piet.text
    series = piet.path
    riet = signed_in(town, "Riet")
    town.do_what_is_due()
    assert "Andere dag" in town.mail(RIET, "Andere dag").subject
    riet.open("/mijn").follow_start("Samen wandelen, elke dinsdag")
    riet.press_first("Deze keer niet op dinsdag 17 maart")
    assert "De andere keren blijven" in riet.text
    town.do_what_is_due()
    assert town.mail(PIET, "Deze keer niet")
    piet = signed_in(town, "Piet")
    piet.open(series).unfold("Nog 4 keren daarna")
    piet.press_first("Ik kan niet op dinsdag 14 april")
    town.do_what_is_due()
    assert town.mail(RIET, "Wij zoeken iemand voor dinsdag 14 april")
    town.somebody().open(town.mail(ANNA, "Kunt u").links[0]).press("Ja, graag")
    town.do_what_is_due()
    assert "Anna" in signed_in(town, "Riet").open(series).unfold("Nog 4 keren daarna").text

    town.let_time_pass(days=5)  # Monday, late in the morning
    for _ in range(8):
        town.let_time_pass(days=7)
    held = {one.original_on.isoformat(): one for one in times(town)[:8]}
    assert len(held) == 8
    assert held["2026-03-17"].status is OccurrenceStatus.SKIPPED
    assert [one.status for one in held.values()].count(OccurrenceStatus.HELD) == 7
    people = {name: person(town, name) for name in ("Piet", "Anna")}
    assert held["2026-03-31"].person_id == people["Piet"]
    assert held["2026-03-31"].starts_at.date().isoformat() == "2026-04-01"
    assert held[sixth.original_on.isoformat()].person_id == people["Anna"]
    reminded = [mail for mail in town.sink.to(RIET) if "Denkt u eraan?" in mail.subject]
    assert len(reminded) == 7, "the day before each that was held, and of no other"
    with town.database.sessions.read() as session:
        assert len(session.exec(select(Match)).all()) == 2
        here = the_municipality(session).id
        today = town.clock().date()
        report = make_report(session, municipality_id=here, from_on=NOW.date(), to_on=today, now=town.clock())
    assert (report.headline.matches.numerator, report.headline.matches.denominator) == (1, 1)


def times(town: Town) -> list[Occurrence]:
    with town.database.sessions.read() as session:
        return list(session.exec(select(Occurrence).order_by(Occurrence.original_on)))  # type: ignore[arg-type]


def person(town: Town, first_name: str) -> UUID:
    with town.database.sessions.read() as session:
        return session.exec(select(Person.id).where(Person.first_name == first_name)).one()


def signed_in(town: Town, first_name: str) -> Visitor:
    """At a browser; signed in anew, since weeks go by."""
    visitor = town.somebody()
    token = sign_in_token(town.database.sessions, person(town, first_name), now=town.clock())
    keep_sign_in(visitor.tab, token, town.base_url)
    return visitor
