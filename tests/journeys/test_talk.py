"""Two write, one reports, the moderator looks, warns and blocks, the blocked one appeals, the team lead restores."""

import pytest

from marketplace.models import HelpRequest, Suspension, SuspensionStatus
from tests.journeys.test_without_email import signed_in
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_team_lead, a_volunteer, on_duty
from tests.support.walk import Town

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

PIET, RIET = "piet@voorbeeld.nl", "riet@voorbeeld.nl"


def test_from_a_first_message_to_an_appeal_that_is_granted(town: Town):
    with town.database.sessions.begin() as session:
        offer = a_volunteer(session, person=a_person(session, "Piet", email=PIET))
        match = a_match(session, a_request(session, requester=a_person(session, "Riet", email=RIET)), offer)
        carla, trudy = a_coordinator(session), a_team_lead(session)
        on_duty(session, carla)
        match_id, piet_id = match.id, offer.person_id
        riet_id = session.get_one(HelpRequest, match.request_id).requester_id
    piet, riet = signed_in(town, piet_id), signed_in(town, riet_id)
    piet.open(f"/koppelingen/{match_id}").follow("Schrijf een bericht")
    piet.fill(text="Dag Riet, zal ik om tien uur komen?").press("Verstuur mijn bericht")
    town.do_what_is_due()
    mail = town.mail(RIET, "bericht van Piet")
    assert "tien uur" not in mail.text

    riet.open(mail.links[0])
    assert "zal ik om tien uur komen?" in riet.text
    riet.fill(text="Graag!").press("Verstuur mijn bericht")
    piet.open(f"/koppelingen/{match_id}/berichten")
    piet.fill(text="Kunt u mij eerst 200 euro lenen?").press("Verstuur mijn bericht")

    riet.open(f"/koppelingen/{match_id}/berichten").follow("Ik wil Piet melden")
    riet.choose("Vraagt geld of bankgegevens").fill(words="Hij vraagt om geld.").press("Meld dit")
    assert riet.heading == "Dank u wel. Wij kijken ernaar."

    moderator = signed_in(town, carla.person_id)
    moderator.open("/werk/meldingen").follow_start("Het gaat over geld geven of lenen: een bericht")
    assert "200 euro" in moderator.text
    assert "tien uur" not in moderator.text
    moderator.choose("Waarschuw").fill(told="Wij vragen elkaar geen geld.").press("Zo doen we het")
    moderator.open("/werk/meldingen").follow_start("Vraagt geld of bankgegevens: een persoon")
    moderator.choose("Blokkeer het account").fill(told="U vroeg om geld.").press("Zo doen we het")

    town.do_what_is_due()
    assert "U vroeg om geld" not in town.mail(PIET, "account geblokkeerd").text, "the reason is read on the site"
    piet.open("/mijn")
    assert piet.heading == "Uw account is geblokkeerd"
    assert "U vroeg om geld." in piet.text
    piet.fill(words="Het was een grap.").press("Kijk er opnieuw naar")

    lead = signed_in(town, trudy.person_id)
    lead.open("/werk").follow_start("Bezwaar tegen een blokkade")
    lead.choose("Het account is weer vrij").fill(answer="Eén keer geloven wij u.").press("Zo doen we het")
    with town.database.sessions.read() as session:
        assert session.exec(rows.all_of(Suspension)).one().status is SuspensionStatus.LIFTED
    assert piet.open("/mijn").heading == "Mijn pagina"
    town.do_what_is_due()
    assert "weer meedoen" in town.mails(PIET)
