"""A resident without e-mail: by telephone, by letter, and nowhere alone."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from marketplace.metrics.definitions import Share
from marketplace.metrics.report import make_report
from marketplace.models import HelpRequest, Match, MatchStatus, NoticeChannel, OutboxMessage, Person
from tests.support.builders import a_coordinator, a_person, a_volunteer, the_municipality
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

PIET = "piet@voorbeeld.nl"


def test_somebody_rings_is_helped_and_says_how_it_was_by_telephone_and_letter_only(town: Town):
    """Piet gets mails; Riet says "prima", yes to the date and how it was when Carla calls."""
    carla = at_the_desk(town)
    carla.open("/werk/nieuwe-vraag")
    carla.fill(name="Riet de Wit", telephone="06 11 22 33 44", address="Dorpstraat 12, 4901 AB")
    carla.fill(text="Mijn heg is te hoog geworden. Wie helpt mij met heg knippen?")
    carla.choose("Per brief, bellen bij haast").press("Ja gezegd aan de telefoon: plaats de vraag")
    assert "De vraag van Riet staat er." in carla.text

    town.do_what_is_due()
    piet = town.somebody()
    piet.open(town.mail(PIET, "een heg knippen").links[0]).press("Ja, graag")
    town.do_what_is_due()

    carla.open("/werk/bellen").press("Ik bel Riet de Wit")
    assert carla.heading == "U belt Riet de Wit"
    assert "Piet komt u helpen" in carla.text
    carla.press("Prima")
    assert "Prima. De twee kunnen elkaar nu bereiken." in carla.text
    assert the_match(town).status is MatchStatus.CONFIRMED

    carla.open("/werk/post")
    letters = carla.text
    assert "Dorpstraat 12" in letters
    assert re.search(r"Het telefoonnummer van Piet is 06", letters)
    carla.press("Geprint en op de post")
    assert "zijn op de post" in carla.text
    town.let_time_pass(days=1)
    assert unmediated(town) == Share(1, 1), "a helping hand is no mediation"

    piet.open(town.mail(PIET, "nu bereiken").links[0]).follow("Stel een datum voor")
    starts_on = (town.clock() + timedelta(days=2)).date()
    piet.choose("Een ander moment").fill(day=starts_on.isoformat(), time="10:00").press("Stel dit voor aan Riet")
    carla = at_the_desk_again(town)
    call(carla, "Riet de Wit").press("Ja, dat past")
    assert "De datum staat vast." in carla.text

    town.let_time_pass(days=1)
    carla = at_the_desk_again(town)
    assert "Denkt u eraan?" in call(carla, "Riet de Wit").text
    carla.press("Verteld")
    town.let_time_pass(days=2)
    carla = at_the_desk_again(town)
    call(carla, "Riet de Wit")
    assert "Hoe was het met Piet?" in carla.text
    carla.choose_from("how", "good").choose_from("helps", "so_so").choose_from("again", "ja")
    carla.fill(remark="De heg is prachtig.").choose("Piet mag dit lezen").press("Bewaar dit")
    assert "Dank u wel. Het staat er." in carla.text
    assert "Riet de Wit" not in carla.open("/werk/bellen").text, "the call is done with it"
    assert the_match(town).status is MatchStatus.DONE
    town.do_what_is_due()
    assert "De heg is prachtig." in town.mail(PIET, "zegt dank u wel").text
    assert nothing_was_mailed_to_her(town)


def call(carla: Visitor, name: str) -> Visitor:
    """Take what this person is to be told."""
    return carla.open("/werk/bellen").press(f"Ik bel {name}")


def nothing_was_mailed_to_her(town: Town) -> bool:
    """Everything Riet heard went by telephone or on paper."""
    with town.database.sessions.read() as session:
        riet = session.exec(select(HelpRequest.requester_id)).one()
        told = session.exec(select(OutboxMessage).where(OutboxMessage.person_id == riet)).all()
    return len(told) > 3 and all(one.channel is not NoticeChannel.EMAIL for one in told)


def at_the_desk(town: Town) -> Visitor:
    """Carla is signed in; Piet helps with hedges."""
    with town.database.sessions.begin() as session:
        carla_id = a_coordinator(session, "Carla").person_id
        a_volunteer(session, "Piet", person=a_person(session, "Piet", email=PIET))
    return signed_in(town, carla_id)


def at_the_desk_again(town: Town) -> Visitor:
    """Carla signs in anew: that of staff lasts a working day."""
    with town.database.sessions.read() as session:
        carla_id = session.exec(select(Person.id).where(Person.first_name == "Carla")).one()
    return signed_in(town, carla_id)


def signed_in(town: Town, person_id: UUID) -> Visitor:
    visitor = town.somebody()
    keep_sign_in(visitor.tab, sign_in_token(town.database.sessions, person_id, now=town.clock()), town.base_url)
    return visitor


def the_match(town: Town) -> Match:
    with town.database.sessions.read() as session:
        return session.exec(select(Match)).one()


def unmediated(town: Town) -> Share:
    """The share without a person in between, of the last days."""
    now = town.clock()
    with town.database.sessions.read() as session:
        where = the_municipality(session).id
        first = (now - timedelta(days=7)).date()
        return make_report(session, municipality_id=where, from_on=first, to_on=now.date(), now=now).headline.matches
