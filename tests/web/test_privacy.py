"""One's own data on the site: who looked, what was allowed, taking it along, leaving in three clicks."""

import io
import json
import mailbox
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from marketplace import consent, coordination, matches
from marketplace.delivery import sink
from marketplace.file_looks import find_broken
from marketplace.models import Channel, ConsentKind, ContactBy, FileLook, HelpRequest, NoticeChannel, NoticeKind
from marketplace.permissions import Actor
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_request_for,
    a_team_lead,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW

SQLITE = pytest.mark.database("sqlite")


@SQLITE
def test_everybody_reads_how_we_deal_with_what_we_know(page):
    page.get("/").follow("Privacy")
    assert page.heading == "Zo gaan wij om met uw gegevens"
    assert "12 maanden na afloop" in page.text


@SQLITE
def test_i_see_who_looked_in_my_file_from_which_organisation_in_what_role_and_why(page, sessions, sign_in):
    """As soon as a coordinator opened the case; no name of who looked."""
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        request = a_request(session, requester=riet)
    sign_in(page, riet.id)
    page.get("/mijn").follow("Mijn privacy")
    assert "Niemand" in page.text
    staff = page.another()
    sign_in(staff, carla.person_id)
    staff.get(f"/werk/{request.id}")
    staff.get(f"/werk/{request.id}")
    page.get("/mijn/privacy")
    assert "bemiddelaar van Surplus" in page.text
    assert "Om hulp te vinden bij uw vraag" in page.text
    assert "Carla" not in page.text
    with sessions.read() as session:
        assert len(session.exec(select(FileLook)).all()) == 1, "loading the same page twice is one look"


def texts_of_looks(page):
    """Why somebody looked, as the person themselves reads it."""
    return [line.text for line in page.get("/mijn/privacy").soup.select("#bekeken .timeline__text")]


def test_who_is_found_called_or_written_to_reads_so_afterwards(page, sessions, sign_in, clock):
    """Also the other one, whose number is read out; and once a minute at most."""
    with sessions.begin() as session:
        carla = a_coordinator(session)
        riet = a_person(
            session, "Riet", contact_by=ContactBy.TELEPHONE, postcode="4901AB", street="Heuvel", house_number="3"
        )
        bep = a_person(session, "Bep", email=None, telephone=None, contact_by=ContactBy.LETTER, postcode="4901AB",
                       street="Kerkstraat", house_number="3")  # fmt: skip
        a_request(session, requester=bep)
        offer = a_volunteer(session, "Piet")
        match = a_match(session, a_request(session, requester=riet), offer)
        matches.confirm(session, match_id=match.id, actor=Actor(riet.id), now=NOW)
        call = next(one for one in rows.outbox(session, NoticeKind.DETAILS_OPEN) if one.person_id == riet.id)
        ids = riet.id, offer.person_id, bep.id, call.id
    sign_in(page, carla.person_id)
    page.get("/werk/nieuwe-vraag").post("/werk/nieuwe-vraag/zoeken", {"name": "Riet Jansen"})
    page.get("/werk/bellen")
    clock.move(minutes=2)
    page.post(f"/werk/bellen/{ids[3]}/nemen").get(f"/werk/bellen/{ids[3]}")
    page.get("/werk/post")
    with sessions.read() as session:
        looks = session.exec(select(FileLook).order_by(col(FileLook.seq))).all()
        assert {(one.person_id, one.action) for one in looks} >= {
            (ids[0], "intake"), (ids[0], "call"), (ids[1], "call"), (ids[2], "letter"),
        }  # fmt: skip
        assert len([one for one in looks if one.action == "call"]) == 2
        assert find_broken(looks) == []
    for who, why in ((ids[0], "Om te bellen over hulp"), (ids[1], "Om te bellen over hulp")):
        somebody = page.another()
        sign_in(somebody, who)
        assert why in " ".join(texts_of_looks(somebody))


def test_a_colleague_hears_by_mail_that_somebody_opened_a_case_of_another_area(page, sessions, sign_in):
    """Who answers for that area hears it, with no name of anybody who asks; the reason stands in the case."""
    with sessions.begin() as session:
        carla, dirk = a_coordinator(session), a_coordinator(session, "Dirk")
        on_duty(session, carla, area="4907")
        on_duty(session, dirk, area="4901")
        request = a_request(session)
        href = f"/werk/{request.id}"
    sign_in(page, carla.person_id)
    page.get(href).submit("Open de zaak", reason="Mevrouw belde, mijn collega is ziek")
    with sessions.read() as session:
        (told,) = rows.outbox(session, NoticeKind.BREAK_GLASS)
        assert (told.person_id, told.channel) == (dirk.person_id, NoticeChannel.EMAIL)
        assert told.next_try_at == NOW, "it goes with the next tick, within the minute"
    other = page.another()
    sign_in(other, dirk.person_id)
    assert "buiten het eigen gebied: “Mevrouw belde, mijn collega is ziek”" in other.get(href).text


@SQLITE
@pytest.mark.parametrize("who", ["lead", "colleague", "nobody"])
def test_with_nobody_on_duty_there_the_team_lead_or_any_colleague_hears_it(sessions, who):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        other = {"lead": a_team_lead, "colleague": a_coordinator}[who](session, "Trudy") if who != "nobody" else None
        on_duty(session, carla, area="4907")
        request = a_request(session)
        coordination.read_case(session, request_id=request.id, actor=carla, now=NOW, reason="Zij belde zelf")
        told = [one.person_id for one in rows.outbox(session, NoticeKind.BREAK_GLASS)]
        assert told == ([other.person_id] if other else [])


@SQLITE
def test_a_case_of_a_colleagues_area_opens_with_a_reason_that_its_people_can_read(page, sessions, sign_in, clock):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        request = a_request(session, requester=riet)
        on_duty(session, carla, area="4907")
        trudy = a_team_lead(session)
    sign_in(page, carla.person_id)
    page.get(f"/werk/{request.id}")
    assert page.heading == "Waarom opent u deze zaak?"
    page.submit("Open de zaak", reason="", expect=400)
    assert page.errors() == ["Schrijf op waarom u deze zaak opent."]
    page.submit("Open de zaak", reason="kort", expect=400)
    assert page.values("Open de zaak")["reason"] == ["kort"]
    page.submit("Open de zaak", reason="Mevrouw belde, mijn collega is ziek")
    assert "De heg is te hoog" in page.text
    clock.move(hours=7)
    assert page.get(f"/werk/{request.id}").heading != "Waarom opent u deze zaak?"
    lead, owner = page.another(), page.another()
    sign_in(lead, trudy.person_id)
    assert "De heg is te hoog" in lead.get(f"/werk/{request.id}").text, "the team lead answers for all areas"
    sign_in(owner, riet.id)
    assert "Mevrouw belde, mijn collega is ziek" in owner.get("/mijn/privacy").text


@SQLITE
def test_what_i_allowed_stands_there_with_what_i_took_back(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        where = the_municipality(session).id
        for act, at in ((consent.give, NOW), (consent.take_back, NOW + timedelta(minutes=5))):
            act(
                session, ConsentKind.PUBLIC_LISTING, municipality_id=where, person_id=riet.id,
                channel=Channel.TELEPHONE, recorded_by_id=riet.id, now=at,
            )  # fmt: skip
    sign_in(page, riet.id)
    page.get("/mijn/privacy").follow("Bekijk wat ik goed vond")
    assert page.text.index("Nee, ingetrokken") < page.text.index("Ja")
    assert "aan de telefoon" in page.text


@SQLITE
def test_what_i_allowed_i_take_back_after_hearing_what_follows(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        request = a_request(session, requester=riet)
        consent.give(
            session, ConsentKind.TERMS, municipality_id=request.municipality_id, person_id=riet.id,
            channel=Channel.TELEPHONE, recorded_by_id=riet.id, now=NOW,
        )  # fmt: skip
        ids = riet.id, request.id
    sign_in(page, ids[0])
    page.get("/mijn/privacy/toestemming").follow("Dit vind ik niet meer goed")
    assert "Uw vragen, uw aanbod en uw afspraken stoppen." in page.text
    page.submit("Nee, dit vind ik niet meer goed")
    assert page.flash == "Goed. Dit geldt vanaf nu."
    assert "Dit vindt u nu goed" not in page.text
    assert "Nee, ingetrokken" in page.text
    with sessions.read() as session:
        assert session.get_one(HelpRequest, ids[1]).ended_at is not None
    assert page.get("/mijn/privacy/toestemming/terms").heading == "Wat ik goed vond"
    page.get("/mijn/privacy/toestemming/onzin", expect=404)


@pytest.mark.parametrize("who", ["riet", "els"])
def test_asking_in_somebodys_name_ends_on_the_page_of_the_request(page, sessions, sign_in, who):
    with sessions.begin() as session:
        riet, els = a_person(session, "Riet"), a_person(session, "Els")
        request = a_request_for(session, riet, els)
        ids, href = {"riet": riet.id, "els": els.id}, f"/mijn/vragen/{request.id}"
    sign_in(page, ids[who])
    page.get(href)
    page.follow("Els vraagt niet meer in mijn naam" if who == "riet" else "Ik vraag niet meer in naam van Riet")
    page.submit("Ja, ik beslis zelf" if who == "riet" else "Ja, ik stop ermee")
    assert page.flash.startswith("Goed.")
    els_page, riet_page = page.another(), page.another()
    sign_in(els_page, ids["els"])
    els_page.get(href, expect=404)
    sign_in(riet_page, ids["riet"])
    assert "niet meer in" not in riet_page.get(href).text
    assert riet_page.get(f"{href}/namens").heading == riet_page.get(href).heading


@SQLITE
def test_staff_note_that_nobody_asks_in_their_name_any_more(page, sessions, sign_in):
    with sessions.begin() as session:
        request = a_request_for(session, a_person(session, "Riet"), a_person(session, "Els"))
        carla, request_id = a_coordinator(session).person_id, request.id
    sign_in(page, carla)
    page.get(f"/werk/{request_id}").submit("De hulpvrager beslist nu zelf")
    assert page.flash == "De hulpvrager beslist nu zelf. De ander hoort het."
    assert "Els vraagt niet meer in naam van de hulpvrager." in page.text


def test_staff_erase_somebody_who_cannot_sign_in_from_their_case(page, sessions, sign_in):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet", last_name="Rietveld", email=None)
        request = a_request(session, requester=riet)
        ids = carla.person_id, riet.id, request.id
    sign_in(page, ids[0])
    page.get(f"/werk/{ids[2]}").follow("Wil alles van zichzelf laten verwijderen")
    assert page.heading == "Alles van Riet Rietveld verwijderen?"
    page.submit("Ja, verwijder alles van deze persoon")
    assert page.flash == "Alles van deze persoon is verwijderd."
    with sessions.read() as session:
        assert rows.person(session, ids[1]).erased_at == NOW
    page.get(f"/werk/personen/{ids[1]}/verwijderen", expect=404)
    with sessions.begin() as session:
        can_sign_in = a_request(session, requester=a_person(session, "Bep")).requester_id
    page.get(f"/werk/personen/{can_sign_in}/verwijderen")
    page.submit("Ja, verwijder alles van deze persoon", expect=400)
    assert "Deze persoon kan zelf inloggen." in page.text
    stranger = page.another()
    sign_in(stranger, can_sign_in)
    stranger.get(f"/werk/personen/{can_sign_in}/verwijderen", expect=403)


@SQLITE
def test_the_mails_of_a_demo_about_who_left_go_as_well(page, sessions, sign_in, settings):
    """To them, and with their name in it; those of others stay."""
    box = mailbox.Maildir(settings.postbox, create=True)
    for to, text in (("riet@voorbeeld.nl", "Dag"), ("piet@voorbeeld.nl", "U helpt Riet."), ("bep@voorbeeld.nl", "Dag")):
        box.add(f"To: {to}\nSubject: Iets\nDate: Tue, 03 Mar 2026 10:00:00 +0100\n\n{text}\n")
    with sessions.begin() as session:
        riet = a_person(session, "Riet", email="riet@voorbeeld.nl").id
    sign_in(page, riet)
    page.get("/mijn/privacy/verwijderen").submit("Ja, verwijder alles")
    assert [kept.to for kept in sink.list_kept(Path(settings.postbox))] == ["bep@voorbeeld.nl"]


@SQLITE
def test_i_take_my_data_along_for_machines_and_for_people(page, sessions, sign_in):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Rietveld")
        request = a_request(session, requester=riet, text="Mijn heg & <b>haag</b>")
        piet = a_person(session, "Piet", last_name="Pietersen")
        a_match(session, request, a_volunteer(session, person=piet))
    sign_in(page, riet.id)
    page.get("/mijn/privacy")
    answer = page.send("GET", page.links()["Haal al mijn gegevens op"])
    assert answer.headers["content-type"] == "application/zip"
    assert "no-store" in answer.headers["cache-control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        told = json.loads(folder.read("gegevens.json"))
        read = folder.read("gegevens.html").decode()
    assert told["person"]["last_name"] == "Rietveld"
    assert told["matches"][0]["with"] == "Piet"
    assert "Mijn heg &amp; &lt;b&gt;haag&lt;/b&gt;" in read
    assert "Wie uw gegevens bekeek" in read
    assert "Pietersen" not in read + json.dumps(told)


def test_leaving_takes_three_clicks_and_holds_at_once(page, sessions, sign_in):
    """Signed out, the helper told, and the button pressed again from an old page only asks to sign in."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Rietveld")
        request, piet = a_request(session, requester=riet), a_volunteer(session)
        a_match(session, request, piet)
    sign_in(page, riet.id)
    page.get("/mijn").follow("Mijn privacy").follow("Verwijder alles van mij")
    page.submit("Ja, verwijder alles")
    assert page.heading == "Uw gegevens zijn verwijderd"
    assert page.get("/mijn").heading.startswith("Inloggen") or "inloggen" in page.url
    assert page.send("POST", "/mijn/privacy/verwijderen").status_code in (303, 401)
    with sessions.read() as session:
        assert rows.person(session, riet.id).last_name == ""
        assert [row.person_id for row in rows.outbox(session, NoticeKind.CANCELLED)] == [piet.person_id]
    helper = page.another()
    sign_in(helper, piet.person_id)
    assert "Rietveld" not in helper.get("/mijn").text


@SQLITE
def test_who_works_here_is_told_what_to_do_first(page, sessions, sign_in):
    with sessions.begin() as session:
        carla = a_coordinator(session)
    sign_in(page, carla.person_id)
    page.get("/mijn/privacy/verwijderen").submit("Ja, verwijder alles", expect=400)
    assert "Vraag eerst uw teamleider" in page.text
