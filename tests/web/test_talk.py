"""The pages on which two people write, one reports and blocks, staff look and decide, and the other disagrees."""

from datetime import timedelta

import pytest

from app import build
from marketplace.models import (
    ContactBy,
    FileLook,
    Match,
    MatchStatus,
    NoticeKind,
    OutboxMessage,
    Report,
    ReportStatus,
    Suspension,
    SuspensionStatus,
)
from marketplace.permissions import Actor
from marketplace.talk import conversing
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_team_lead, a_volunteer, on_duty
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
SAID = "Zal ik om tien uur komen?"
BAD = "Stuur mij 200 euro op mijn rekening."


@pytest.fixture
def people(sessions):
    """Piet helps Riet; Carla is on duty, Trudy leads."""
    with sessions.begin() as session:
        riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet", is_public=True)
        match = a_match(session, a_request(session, requester=riet), offer)
        carla, trudy = a_coordinator(session), a_team_lead(session)
        on_duty(session, carla)
        return {
            "riet": riet.id,
            "piet": offer.person_id,
            "carla": carla.person_id,
            "trudy": trudy.person_id,
            "match": match.id,
            "offer": offer.id,
            "request": match.request_id,
        }


@pytest.fixture
def browser(page, people, sign_in):
    """`browser("riet")`: somebody's own browser."""

    def open_for(name):
        own = page.another()
        sign_in(own, people[name])
        return own

    return open_for


def conversation(people):
    return f"/koppelingen/{people['match']}/berichten"


def only(sessions, table):
    with sessions.read() as session:
        return session.exec(rows.all_of(table)).one()


def test_two_people_write_and_see_what_is_new(browser, people):
    riet, piet = browser("riet"), browser("piet")
    piet.get(f"/koppelingen/{people['match']}").follow("Schrijf een bericht")
    assert "Nog geen berichten" in piet.text
    piet.submit("Verstuur mijn bericht", {"text": SAID})
    assert SAID in piet.text
    riet.get("/mijn").follow("Piet schreef u")
    assert SAID in riet.text
    assert "nieuw" in riet.text
    riet.submit("Verstuur mijn bericht", {"text": "Graag!"})
    assert "Piet schreef u" not in riet.get("/mijn").text


def test_a_mistake_or_a_number_loses_nothing_that_was_typed(browser, people):
    piet = browser("piet")
    piet.get(conversation(people)).submit("Verstuur mijn bericht", {"text": " "}, expect=400)
    piet.submit("Verstuur mijn bericht", {"text": "Bel 06 12345678"}, expect=400)
    assert piet.values("Verstuur mijn bericht")["text"] == ["Bel 06 12345678"]
    assert "Er staat een nummer of adres in uw bericht" in piet.text
    piet.submit("Verstuur het toch zo")
    assert "Bel 06 12345678" in piet.text


def test_nobody_else_finds_it(browser, people):
    for name in ("carla", "trudy"):
        assert browser(name).send("GET", conversation(people)).status_code == 404


def test_a_reported_message_is_judged_without_reading_the_rest(browser, people, sessions):
    with sessions.begin() as session:
        for number, text in enumerate((SAID, BAD)):
            conversing.write(
                session,
                pair_id=people["match"],
                text=text,
                token=str(number),
                actor=Actor(people["piet"]),
                now=NOW,
                knowingly=True,
            )
    riet, carla = browser("riet"), browser("carla")
    with sessions.read() as session:
        bad = session.exec(rows.all_of(Report)).one().message_id
    riet.get(f"/melden/bericht/{bad}")
    assert BAD in riet.text
    riet.submit("Meld dit", {"kind": "money"}, expect=400)
    riet.submit("Meld dit", {"words": "Hij wil geld van mij."})
    assert riet.heading == "Dank u wel. Wij kijken ernaar."
    carla.get("/werk?lijst=iedereen").follow("Melding: vraagt geld of bankgegevens")
    assert BAD in carla.text
    assert SAID not in carla.text
    carla.submit("Lees het gesprek", {"reason": "nee"}, expect=400)
    carla.submit("Lees het gesprek", {"reason": "Ik wil zien of het eerder gebeurde."})
    assert SAID in carla.text
    with sessions.read() as session:
        looks = session.exec(rows.all_of(FileLook)).all()
    read = {(look.person_id, look.reason) for look in looks if look.action == "conversation"}
    assert read == {(people[one], "Ik wil zien of het eerder gebeurde.") for one in ("riet", "piet")}
    for name in ("riet", "piet"):
        assert "Las uw gesprek na een melding. De reden: Ik wil zien" in browser(name).get("/mijn/privacy").text
    carla.submit("Zo doen we het", {"decision": "hide", "told": "Wij vragen elkaar geen geld."})
    assert "Dit bericht is verborgen door een medewerker." in riet.get(conversation(people)).text
    piet = browser("piet")
    assert BAD not in piet.get(conversation(people)).text
    assert "Wij vragen elkaar geen geld." in piet.get("/mijn/teksten").text


def test_a_block_cancels_kindly_and_can_be_taken_back(browser, people, sessions):
    riet = browser("riet")
    riet.get(conversation(people)).follow("Ik wil Piet niet meer tegenkomen").submit("Ja, Piet niet meer")
    assert "Piet" in riet.text
    assert only(sessions, Match).status is MatchStatus.CANCELLED
    piet = browser("piet")
    assert piet.send("GET", f"/hulpvragen/{people['request']}").status_code == 404
    assert riet.send("GET", f"/vrijwilligers/{people['offer']}").status_code == 404
    assert "heg" not in piet.get("/hulpvragen").text.lower()
    assert "blok" not in piet.get(f"/koppelingen/{people['match']}").text.lower(), "nobody is told why"
    riet.get("/mijn/blokkades").submit("Piet mag ik weer tegenkomen")
    assert riet.send("GET", f"/vrijwilligers/{people['offer']}").status_code == 200


def test_a_blocked_account_leads_to_the_reason_and_one_button(browser, people, sessions):
    """Only what is theirs by law stays open; the appeal goes to somebody else than who blocked."""
    riet, carla, piet = browser("riet"), browser("carla"), browser("piet")
    riet.get(conversation(people)).follow("Ik wil Piet melden")
    riet.submit("Meld dit", {"kind": "unsafe", "words": "Hij bleef aandringen."})
    carla.get("/werk/meldingen").follow("Ik voel me niet veilig: een persoon")
    carla.submit("Zo doen we het", {"decision": "block"}, expect=400)
    carla.submit("Zo doen we het", {"decision": "block", "told": "U bleef aandringen na een nee."})
    for path in ("/mijn", "/helpen", "/hulpvragen", conversation(people)):
        answer = piet.send("GET", path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/geblokkeerd")
    piet.get("/geblokkeerd")
    assert "U bleef aandringen na een nee." in piet.text
    piet.submit("Kijk er opnieuw naar", {"words": "Ik vroeg het maar één keer."})
    assert "Uw bezwaar ligt bij iemand anders" in piet.text
    assert piet.get("/mijn/privacy").heading
    suspension = only(sessions, Suspension)
    assert suspension.owner_id == people["trudy"]
    carla.get(f"/werk/geblokkeerd/{suspension.id}")
    assert "Wie blokkeerde, beslist niet zelf." in carla.text
    trudy = browser("trudy")
    trudy.get("/werk").follow("Bezwaar tegen een blokkade")
    trudy.submit("Zo doen we het", {"decision": "vrij"}, expect=400)
    trudy.submit("Zo doen we het", {"answer": "U kunt weer meedoen. Een nee is een nee."})
    assert only(sessions, Suspension).status is SuspensionStatus.LIFTED
    assert piet.get("/mijn").heading == "Mijn pagina"


def test_a_suspicious_text_of_somebody_new_waits_and_may_be_changed(browser, people, sessions, clock, page, sign_in):
    with sessions.begin() as session:
        new = a_person(session, "Nel", created_at=NOW - timedelta(days=1))
        request = a_request(session, requester=new, text="Kijk op www.goedkoop-bellen.shop voor hulp bij de heg.")
        nel_id, request_id = new.id, request.id
    nel = page.another()
    sign_in(nel, nel_id)
    assert "Wij lezen uw tekst eerst" in nel.get(f"/mijn/vragen/{request_id}").text
    assert page.send("GET", f"/hulpvragen/{request_id}").status_code == 404
    assert "goedkoop" not in page.get("/hulpvragen").text
    carla = browser("carla")
    carla.get("/werk/meldingen").follow("Er staat een link in: een hulpvraag")
    carla.submit("Zo doen we het", {"decision": "ask_change", "told": "Haal de link eruit, dan gaat het door."})
    nel.get("/mijn").follow("Wilt u uw tekst aanpassen?")
    assert "Haal de link eruit" in nel.text
    name = next(name for name in nel.values("Bewaar mijn nieuwe tekst") if name.startswith("text_"))
    assert "goedkoop-bellen" in nel.values("Bewaar mijn nieuwe tekst")[name][0], "what was typed is kept"
    nel.submit("Bewaar mijn nieuwe tekst", {name: "Bel 06 12345678"}, expect=400)
    nel.submit("Bewaar mijn nieuwe tekst", {name: "Wie helpt mij met de heg?"})
    assert only(sessions, Report).status is ReportStatus.CLOSED
    assert "Wie helpt mij met de heg?" in page.get(f"/hulpvragen/{request_id}").text


def test_how_one_wants_to_hear_is_kept_and_a_slip_is_told(browser, people, sessions):
    riet = browser("riet")
    wishes = {"digest": "daily", "quiet_from": "21:00", "quiet_until": "8 uur"}
    riet.get("/mijn/gegevens").submit("Bewaar hoe ik bericht krijg", wishes, expect=400)
    assert riet.values("Bewaar hoe ik bericht krijg")["quiet_from"] == ["21:00"]
    riet.submit("Bewaar hoe ik bericht krijg", {"quiet_until": "08:00"})
    assert riet.values("Bewaar hoe ik bericht krijg")["quiet_until"] == ["08:00"]
    assert riet.values("Bewaar hoe ik bericht krijg")["digest"] == ["daily"]


def test_the_mail_holds_a_link_and_no_words(browser, people, sessions, settings, clock):
    browser("piet").get(conversation(people)).submit("Verstuur mijn bericht", {"text": SAID})
    house = build(settings, clock=clock)
    with sessions.read() as session:
        told = next(one for one in session.exec(rows.all_of(OutboxMessage)) if one.kind is NoticeKind.MESSAGE_RECEIVED)
        mail = house.mails.word(session, told)
    assert mail is not None
    assert "Piet" in mail.subject
    for part in (mail.text, mail.html):
        assert SAID not in part
        assert conversation(people) in part


@pytest.fixture
def called(browser, page, sessions, sign_in):
    """Carla has Tine, who has no e-mail, on the telephone about what Piet wrote."""
    with sessions.begin() as session:
        tine = a_person(session, "Tine", email=None, contact_by=ContactBy.TELEPHONE)
        match = a_match(session, a_request(session, requester=tine), a_volunteer(session, "Piet"))
        carla = a_coordinator(session).person_id
        text = "Ik mail u liever niet. Zullen wij morgen bellen?"
        conversing.write(session, pair_id=match.id, text=text, token="", actor=Actor(match.person_id), now=NOW)
        for other in session.exec(rows.all_of(OutboxMessage)):
            if other.kind is not NoticeKind.MESSAGE_RECEIVED:
                other.next_try_at = None
    desk = page.another()
    sign_in(desk, carla)
    desk.get("/werk/bellen").submit("Ik bel Tine Jansen")
    assert "Ik mail u liever niet. Zullen wij morgen bellen?" in desk.text
    return desk, tine.id, match.id, match.person_id


def test_who_has_no_email_hears_it_by_telephone_word_for_word(called, sessions):
    desk, tine, match_id, _ = called
    assert "Ik mail u liever niet. Zullen wij morgen bellen?" in desk.text
    desk.submit("Verteld, zonder antwoord")
    with sessions.read() as session:
        assert conversing.queries.list_unread(session, match_id, tine, is_volunteer=False) == []
        assert len(conversing.queries.list_messages(session, match_id)) == 1


def test_what_she_says_back_is_typed_in_the_same_call(called, page, sessions, sign_in):
    """A number that he may not have yet is asked about once; he reads who wrote it down."""
    desk, tine, match_id, piet = called
    desk.submit("Verstuur dit antwoord", text="", expect=400)
    assert "Schrijf eerst uw bericht." in desk.text
    desk.submit("Verstuur dit antwoord", text="Ja graag, bel 06 12 34 56 78.", expect=400)
    assert "Er staat een nummer of adres in het antwoord" in desk.text
    desk.submit("Verstuur dit antwoord", text="Ja graag, bel 06 12 34 56 78.", toch="ja")
    assert "Het antwoord is verstuurd." in desk.text
    with sessions.read() as session:
        said = conversing.queries.list_messages(session, match_id)[-1]
        assert (said.sender_id, said.typed_by_id is None) == (tine, False)
        assert conversing.queries.list_unread(session, match_id, tine, is_volunteer=False) == []
    his = page.another()
    sign_in(his, piet)
    his.get(f"/koppelingen/{match_id}/berichten")
    assert "Ja graag, bel 06 12 34 56 78." in his.text
    assert "Tine, aan de telefoon opgeschreven door een medewerker" in his.text
