"""A resident without e-mail: by telephone, by letter, and nowhere alone."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.metrics.definitions import Share
from marketplace.metrics.report import make_report
from marketplace.models import Match, MatchStatus
from tests.support.builders import a_coordinator, a_person, a_volunteer, the_municipality
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

PIET = "piet@voorbeeld.nl"


def test_somebody_rings_is_called_back_and_gets_a_letter(town: Town):
    """Riet rings, Carla types it in, the machine asks Piet by mail, and Riet says "prima" when Carla calls."""
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


def at_the_desk(town: Town) -> Visitor:
    """Carla is signed in; Piet helps with hedges."""
    with town.database.sessions.begin() as session:
        carla_id = a_coordinator(session, "Carla").person_id
        a_volunteer(session, "Piet", person=a_person(session, "Piet", email=PIET))
    visitor = town.somebody()
    keep_sign_in(visitor.tab, sign_in_token(town.database.sessions, carla_id, now=town.clock()), town.base_url)
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
