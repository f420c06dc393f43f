"""A child of fourteen signs up, a parent agrees, a dog is walked, the parent stops it: in a browser, on a telephone."""

import pytest
from sqlmodel import select

from marketplace.models import Match, MatchStatus, Offer, Person, Proposal
from tests.support.builders import a_coordinator, a_person, a_request, on_duty
from tests.support.walk import Town

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

SAM, MARJA, RIET = "sam@voorbeeld.nl", "marja@voorbeeld.nl", "riet@voorbeeld.nl"


def test_a_child_helps_from_a_parents_yes_until_a_parents_stop(town: Town):
    """Nobody sees, asks or mails the child before; a walk outside needs no coordinator; the stop works at once."""
    with town.database.sessions.begin() as session:
        on_duty(session, carla := a_coordinator(session))
        riet = a_person(session, "Riet", email=RIET)
        a_request(
            session, requester=riet, skill="home.pets", is_at_home=False, text="Wie laat mijn hond uit in het park?"
        )
    sam = town.somebody()
    sam.open("/helpen")
    sam.tab.locator("summary").filter(has_text="Huis").first.click()
    sam.choose_from("skills_house_garden_kitchen", "home.pets")
    sam.fill(postcode="4901 AB", first_name="Sam", email=SAM, telephone="06 20 00 00 01")
    sam.choose("Ik ben jonger dan 18 jaar").press("Doe mee")
    assert sam.heading == "Wanneer ben je geboren?"
    sam.fill(born_on="2011-09-12").press("Ga verder")
    sam.fill(parent_name="Marja", parent_email=MARJA).press("Vraag het aan mijn vader of moeder")
    assert sam.heading == "We wachten op je vader of moeder"
    town.let_time_pass(hours=1)
    assert [mail.subject for mail in town.sink.to(SAM)] == ["We wachten op je vader of moeder"]
    assert "Sam" not in town.mails(RIET)
    assert "Sam" not in town.somebody().open("/vrijwilligers").text
    with town.database.sessions.read() as session:
        assert session.exec(select(Offer)).all() == []

    marja = town.somebody()
    marja.open(town.mail(MARJA, "Sam wil mensen helpen").links[0])
    assert marja.heading == "Sam wil mensen helpen. Vindt u dat goed?"
    marja.choose("Ik ben de vader, moeder of voogd van Sam").press("Ja, Sam mag helpen")
    assert marja.heading == "Wat doet Sam?"
    town.do_what_is_due()
    sam.open(town.mail(SAM, "Nog één stap").links[0]).press_first("Ja, ik doe mee")
    assert sam.heading == "Fijn dat u meedoet"
    town.do_what_is_due()

    answer = town.somebody()
    agreed = town.mail(SAM, "Kunt u").links[0]
    answer.open(agreed).press("Ja, graag")
    assert answer.heading == "Dank u wel! U gaat helpen"
    town.do_what_is_due()
    marja.open(town.mail(MARJA, "Bewaar deze mail").links[0])
    assert "Huisdier verzorgen" in marja.text
    assert "Riet" not in marja.text

    mailed = len(town.sink.to(SAM))
    marja.follow("Stop met helpen").press("Ja, stop ermee")
    assert marja.heading == "Sam helpt niet meer"
    town.let_time_pass(minutes=1)
    assert "kan toch niet komen" in town.mail(RIET, "kan toch niet komen").subject
    with town.database.sessions.read() as session:
        assert session.exec(select(Match.status)).all() == [MatchStatus.CANCELLED]
        child = session.exec(select(Person).where(Person.first_name == "Sam")).one()
        assert session.exec(select(Offer).where(Offer.person_id == child.id)).one().left_at is not None
        sam_id = child.id

    # Nothing of it is left to see, no new match can come of it, and no mail goes to the child any more.
    stopped = answer.open(agreed)
    assert "Dank u wel! U gaat helpen" not in stopped.text
    assert "Sam" not in town.somebody().open("/vrijwilligers").text
    with town.database.sessions.begin() as session:
        bep = a_person(session, "Bep", email="bep@voorbeeld.nl")
        again = a_request(session, requester=bep, skill="home.pets", is_at_home=False, text="Wie aait mijn kat?").id
    town.do_what_is_due()
    assert "Bep" not in sam.open("/mijn").text
    town.let_time_pass(hours=48)
    with town.database.sessions.read() as session:
        asked = session.exec(select(Proposal.request_id).where(Proposal.person_id == sam_id)).all()
        assert again not in asked
        assert session.exec(select(Match.status).where(Match.person_id == sam_id)).all() == [MatchStatus.CANCELLED]
    assert len(town.sink.to(SAM)) == mailed
    assert "Sam" not in town.mails("bep@voorbeeld.nl")
    assert carla.first_name not in town.mails(SAM)
