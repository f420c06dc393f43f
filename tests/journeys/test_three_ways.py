"""The three ways in which help comes about: the machine asks, somebody offers, or a person has to step in."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.metrics.definitions import Cut, Figures, Share
from marketplace.metrics.report import make_report
from marketplace.models import Match, MatchStatus, Origin, Person
from tests.support import proof
from tests.support.builders import a_coordinator, a_person, a_request, a_volunteer, on_duty, place, the_municipality
from tests.support.walk import Town, Visitor

# What works without scripts is the harder way; with them the same three ways are walked in `make proof`.
WAYS = ("on", "off") if proof.is_full() else ("off",)
pytestmark = [pytest.mark.browser, pytest.mark.javascript(*WAYS)]

RIET, PIET = "riet@voorbeeld.nl", "piet@voorbeeld.nl"
NUMBER_OF_RIET, NUMBER_OF_PIET = "06 11 22 33 44", "06 55 66 77 88"
HEDGE = "Heg knippen en snoeien"


def test_asked_by_mail_and_answered_with_one_tap(town: Town):
    """Riet asks without an account, the machine asks Piet, one tap each, and nobody sees a number too early."""
    piet = join_as_volunteer(town)
    riet = ask_for_help(town)

    answer = town.somebody()  # the mail opened on another telephone, signed in nowhere
    link = town.mail(PIET, "een heg knippen").links[0]
    town.do_what_is_due()
    before = town.rows()
    answer.open(link)
    assert answer.heading == "Kunt u Riet helpen met heg knippen en snoeien?"
    town.do_what_is_due()
    assert town.rows() == before, "opening the mailed link changes nothing"
    answer.press("Ja, graag")
    assert answer.heading == "Dank u wel! U gaat helpen"
    assert not answer.is_signed_in

    tablet = town.somebody()
    tablet.open(town.mail(RIET, "Wij zoeken iemand voor u").links[0])
    assert tablet.heading == "Inloggen"
    tablet.sign_in(RIET)
    assert "Er is hulp gevonden voor uw vraag." in tablet.text, "her own page of it, not what everybody sees"
    tablet.open(town.mail(RIET, "Piet komt u helpen").links[0])
    assert tablet.heading == "Piet wil u helpen"
    piet.open("/mijn").follow_start("U helpt Riet")
    seen_by_riet = [*riet.seen, *tablet.seen, town.mails(RIET)]
    seen_by_piet = [*piet.seen, *answer.seen, town.mails(PIET)]
    assert not [page for page in seen_by_riet if told(page, NUMBER_OF_PIET)]
    assert not [page for page in seen_by_piet if told(page, NUMBER_OF_RIET) or "Dorpstraat" in page]

    tablet.press("Prima, Piet mag komen")
    assert NUMBER_OF_PIET in tablet.text
    answer.open(town.mail(PIET, "U kunt Riet nu bereiken").links[0])
    assert NUMBER_OF_RIET in answer.text
    assert "Dorpstraat 12" in answer.text
    assert not told(town.mails(RIET) + town.mails(PIET), NUMBER_OF_RIET, NUMBER_OF_PIET, "Dorpstraat"), "never by mail"

    town.let_time_pass(hours=5)
    tablet.open("/mijn").follow_start("Piet helpt u").press("Het is gedaan")
    assert tablet.heading == "Fijn dat het gelukt is"
    assert "Dank u wel voor uw hulp aan Riet" in town.mail(PIET, "Dank u wel voor uw hulp").subject
    match = the_match(town)
    assert (match.status, match.origin) == (MatchStatus.DONE, Origin.ENGINE)
    town.let_time_pass(days=1)
    assert figures(town).matches == Share(1, 1)
    assert by_origin(town) == {Origin.ENGINE.value: Share(1, 1)}


@pytest.mark.database("sqlite")
def test_somebody_looks_around_and_offers(town: Town):
    """Sanne browses, opens a request, signs in on the way, says "ik help" and is taken at once."""
    with town.database.sessions.begin() as session:
        a_volunteer(session, "Piet", person=a_person(session, "Piet", email=PIET))
        asked = a_request(session, requester=a_person(session, "Riet", email=RIET), at=place("4907AB"))
        a_request(session, requester=a_person(session, "Bep"), skill="company.coffee", text="Wie drinkt er koffie mee?")
        request_id = asked.id
    town.do_what_is_due()
    assert town.mail(PIET, "een heg knippen"), "somebody else was asked, and has not answered"
    with town.database.sessions.begin() as session:
        a_volunteer(session, "Sanne", person=a_person(session, "Sanne", email="sanne@voorbeeld.nl"))

    sanne = town.somebody()
    sanne.open("/").follow("Bekijk alle hulpvragen")
    assert "koffie mee" in sanne.text
    sanne.follow("Huis, tuin en keuken")
    assert "koffie mee" not in sanne.text
    sanne.unfold("Zoek op wijk, postcode of dag").fill(postcode="4901 AB").choose_from("afstand", "10").press("Zoek")
    sanne.follow(HEDGE)
    assert sanne.path == f"/hulpvragen/{request_id}"
    sanne.press("Ik help")
    assert sanne.heading == "Inloggen"
    sanne.sign_in("sanne@voorbeeld.nl")
    assert sanne.path == f"/hulpvragen/{request_id}", "back where it began"
    sanne.press("Ik help")
    assert sanne.heading == "Dank u wel! U gaat helpen"

    assert town.mail(PIET, "Het hoeft niet meer")
    riet = town.somebody()
    riet.open(town.mail(RIET, "Sanne komt u helpen").links[0]).sign_in(RIET)
    assert riet.heading == "Sanne wil u helpen"
    town.let_time_pass(hours=25)
    assert town.mail(RIET, "U kunt Sanne nu bereiken")
    match = the_match(town)
    assert (match.status, match.origin) == (MatchStatus.CONFIRMED, Origin.APPLICATION)
    assert by_origin(town) == {Origin.APPLICATION.value: Share(1, 1)}


@pytest.mark.database("sqlite")
def test_where_the_machine_finds_nobody_a_person_does(town: Town):
    """Two say no and one says nothing; the coordinator on duty reads why, calls around and couples somebody."""
    with town.database.sessions.begin() as session:
        carla = a_coordinator(session, "Carla")
        on_duty(session, carla)
        session.get_one(Person, carla.person_id).email = "carla@voorbeeld.nl"
        asked = {f"{name.lower()}@voorbeeld.nl" for name in ("Piet", "Sanne", "Henk")}
        for address in asked:
            name = address.split("@")[0].title()
            a_volunteer(session, name, person=a_person(session, name, email=address))
        dora = a_person(session, "Dora", email="dora@voorbeeld.nl")
        a_volunteer(session, "Dora", person=dora, at=place("4849AB"), reach_km=2.0)
        a_request(session, requester=a_person(session, "Riet", email=RIET))
    town.do_what_is_due()

    for said in ("Nu niet", "Dit soort niet"):
        one = who_was_asked(town, asked)
        asked.remove(one)
        somebody = town.somebody()
        somebody.open(town.mail(one, "een heg knippen").links[0]).press(said)
        assert somebody.heading == "Dank u wel voor uw antwoord"
        town.do_what_is_due()
    silent = who_was_asked(town, asked)
    assert not town.sink.to("carla@voorbeeld.nl")
    town.let_time_pass(hours=25)
    late = town.somebody()
    late.open(town.mail(silent, "een heg knippen").links[0])
    assert late.heading == "U kunt nog helpen", "a late yes is welcome while somebody is wanted"

    carla_at_work = town.somebody()
    case = town.mail("carla@voorbeeld.nl", "Hulpvraag voor u").links[0]
    carla_at_work.open(case).sign_in("carla@voorbeeld.nl")
    carla_at_work.open("/werk")
    assert "Riet" in carla_at_work.text
    carla_at_work.follow(HEDGE)
    assert town.base_url + carla_at_work.path.split("?")[0] == case
    assert "3 mensen gevraagd, 2 zeiden nee, 1 antwoordde niet." in carla_at_work.text
    assert "Iedereen die past, is al gevraagd." in carla_at_work.text
    carla_at_work.press("Ik neem deze")
    carla_at_work.follow("Koppel Dora")
    carla_at_work.choose("Ik heb beiden gesproken. Ze zeggen allebei ja.").press("Koppel Dora")
    assert "Dora" in carla_at_work.text
    assert len(town.sink.to("dora@voorbeeld.nl")) == 1, "for a minute it can be taken back, and she is not told"
    town.let_time_pass(hours=0.1)

    assert town.mail(RIET, "Dora komt u helpen")
    assert town.mail("dora@voorbeeld.nl", "u helpt Riet")
    town.let_time_pass(hours=25)
    assert the_match(town).origin is Origin.COORDINATOR
    assert figures(town).matches == Share(0, 1), "counted, and not as made without anybody in between"
    assert by_origin(town) == {Origin.COORDINATOR.value: Share(0, 1)}


# --- parts of the way --------------------------------------------------------------------------------------------


def join_as_volunteer(town: Town) -> Visitor:
    """Piet offers to cut hedges, at any time, and presses the button in the mail."""
    piet = town.somebody()
    piet.open("/").follow_start("Ik wil helpen Eén keer")
    piet.unfold("Huis, tuin en keuken").choose(HEDGE, "Het maakt mij niet uit")
    piet.fill(postcode="4901 AB", first_name="Piet", email=PIET, telephone=NUMBER_OF_PIET)
    piet.press("Doe mee")
    assert piet.heading == "Kijk in uw mail"
    piet.open(town.mail(PIET, "Nog één stap").links[0]).press("Ja, ik doe mee")
    assert piet.is_signed_in
    assert town.mail(PIET, "Fijn dat u mee wilt helpen")
    return piet


def ask_for_help(town: Town) -> Visitor:
    """Riet asks, question by question, and presses the button in the mail."""
    riet = town.somebody()
    riet.open("/hulp-vragen").fill(text="Mijn heg moet nodig geknipt").press("Ga verder")
    riet.press(HEDGE)
    riet.fill(postcode="4901 AB", house_number="12", street="Dorpstraat").press("Ga verder")
    riet.follow("Maakt niet uit").choose("twee uur").press("Ga verder")
    riet.fill(first_name="Riet", last_name="de Wit", email=RIET, telephone=NUMBER_OF_RIET).press("Ga verder")
    assert riet.heading == "Klopt dit?"
    for said in ("Mijn heg moet nodig geknipt", HEDGE, "Dorpstraat 12", "Riet de Wit"):
        assert said in riet.text
    riet.press("Vraag plaatsen")
    assert riet.heading == "Kijk in uw mail"
    riet.open(town.mail(RIET, "Nog één stap").links[0]).press("Plaats mijn vraag")
    assert riet.heading == "Wij zoeken iemand voor u"
    return riet


def who_was_asked(town: Town, among: set[str]) -> str:
    (one,) = [address for address in among if any("een heg knippen" in mail.subject for mail in town.sink.to(address))]
    return one


# --- what came of it ---------------------------------------------------------------------------------------------


def told(text: str, *secrets: str) -> bool:
    """Whether a text holds one of these, however a number is spaced."""
    bare = text.replace(" ", "").replace("-", "")
    return any(secret.replace(" ", "") in bare for secret in secrets)


def the_match(town: Town) -> Match:
    with town.database.sessions.read() as session:
        (match,) = session.exec(select(Match)).all()
        return match


def figures(town: Town) -> Figures:
    """The headline row of the report over these days."""
    now = town.clock()
    with town.database.sessions.read() as session:
        first = (now - timedelta(days=7)).date()
        where = the_municipality(session).id
        return make_report(session, municipality_id=where, from_on=first, to_on=now.date(), now=now).headline


def by_origin(town: Town) -> dict[str, Share]:
    return {line.key: line.matches for line in figures(town).cuts[Cut.ORIGIN] if line.matches.denominator}
