"""The pages after the match: a date together, whether it worked out, how it was, and the calendar file."""

from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlmodel import select

from marketplace import matches, meetings
from marketplace.database import Sessions
from marketplace.links import AnswerLinks, EvaluationLinks, FeedLinks
from marketplace.models import FileLook, Match, MatchStatus
from marketplace.permissions import Actor
from marketplace.queries import meetings as queries
from marketplace.settings import Settings
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer
from tests.support.clock import NOW, MovableClock
from tests.support.pages import Page
from tests.support.site import SignIn


class Two:
    """Piet helps Riet, and each can reach the other."""

    def __init__(self, sessions: Sessions, page: Page, sign_in: SignIn, settings: Settings) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            offer, riet = a_volunteer(session, "Piet"), a_person(session, "Riet")
            request = a_request(session, requester=riet, street="Heuvel", house_number="12")
            match = a_match(session, request, offer)
            matches.confirm(session, match_id=match.id, actor=Actor(riet.id), now=NOW)
            self.match_id: UUID = match.id
            self.piet_id, self.riet_id, self.number = offer.person_id, riet.id, riet.telephone or ""
            self.link = AnswerLinks(settings.secret_key).path(match.proposal_id)
        self.href = f"/koppelingen/{self.match_id}"
        self.riet, self.piet, self._sign_in = page, page.another(), sign_in
        self.sign_in()

    def sign_in(self) -> None:
        self._sign_in(self.riet, self.riet_id)
        self._sign_in(self.piet, self.piet_id)

    def status(self) -> MatchStatus:
        with self.sessions.read() as session:
            return session.get_one(Match, self.match_id).status

    def agree(self, hours: float = 50) -> None:
        with self.sessions.begin() as session:
            meetings.note_date(
                session,
                match_id=self.match_id,
                starts_at=NOW + timedelta(hours=hours),
                actor=Actor(self.riet_id),
                now=NOW,
            )


@pytest.fixture
def two(sessions: Sessions, page: Page, sign_in: SignIn, settings: Settings) -> Two:
    return Two(sessions, page, sign_in, settings)


def test_one_proposes_and_the_other_agrees_by_the_link_without_signing_in(two: Two, page: Page) -> None:
    two.riet.get(two.href).follow("Stel een datum voor")
    two.riet.submit("Stel dit voor aan Piet", when="anders", day="2026-03-05", time="14:00")
    assert "Wij wachten op het antwoord van Piet." in two.riet.text
    assert "Ja, deze datum past" not in two.riet.text
    linked = page.another().get(two.link)
    assert "Donderdag 5 maart, 14.00 tot 16.00 uur" in linked.text
    linked.submit("Ja, deze datum past")
    assert "Zet in mijn agenda" in linked.text
    assert "Donderdag 5 maart, 14.00 tot 16.00 uur" in two.riet.get(two.href).text
    linked.follow("Stel een andere datum voor").submit(
        "Stel dit voor aan Riet", when="anders", day="6-3-2026", time="9.30"
    )
    two.riet.get(two.href)
    assert "Voorstel voor een andere datum: Vrijdag 6 maart, 9.30" in two.riet.text
    two.riet.submit("Ja, deze datum past")
    assert "Vrijdag 6 maart, 9.30" in two.piet.get(two.href).text


def test_the_link_speaks_for_its_volunteer_whoever_is_signed_in(two: Two) -> None:
    """Riet opens Piet's link in her own browser: what is proposed there, Piet proposed."""
    two.riet.get(f"{two.link}/datum").submit("Stel dit voor aan Riet", when="anders", day="2026-03-05", time="14:00")
    with two.sessions.read() as session:
        proposed = queries.find_proposed(session, two.match_id)
        assert proposed is not None
        assert proposed.proposed_by_id == two.piet_id


def test_the_times_of_the_request_stand_ready(two: Two) -> None:
    two.piet.get(f"{two.href}/datum")
    two.piet.submit("Stel dit voor aan Riet", when=str(two.piet.soup.select("input[name=when]")[0]["value"]))
    assert "Wij wachten op het antwoord van Riet." in two.piet.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Kies een moment, of vul zelf een dag en een tijd in."),
        ({"when": "anders", "day": "31-2-2026", "time": "10:00"}, "Vul een datum in, bijvoorbeeld 3-3-2026."),
        ({"when": "anders", "day": "2026-03-05", "time": "half tien"}, "Vul in hoe laat, bijvoorbeeld 10.00."),
        (
            {"when": "anders", "day": "2026-03-02", "time": "10:00"},
            "Dit moment is al voorbij. Kies een moment dat nog komt.",
        ),
    ],
)
def test_a_date_that_cannot_be_keeps_what_was_typed(two: Two, fields: dict[str, str], sentence: str) -> None:
    two.riet.get(f"{two.href}/datum").submit("Stel dit voor aan Piet", fields, expect=400)
    assert two.riet.errors() == [sentence]
    if fields:
        assert two.riet.values()["day"] == [fields["day"]]
    with two.sessions.read() as session:
        assert queries.find_proposed(session, two.match_id) is None


def test_two_at_once_are_told_kindly(two: Two) -> None:
    two.riet.get(f"{two.href}/datum")
    two.piet.get(f"{two.href}/datum").submit("Stel dit voor aan Riet", when="anders", day="5-3-2026", time="10:00")
    two.riet.submit("Stel dit voor aan Piet", when="anders", day="6-3-2026", time="10:00")
    assert two.riet.flash == "Er is intussen een andere datum voorgesteld. Kijk eerst of die past."
    assert "Piet stelt dit voor. Past het u?" in two.riet.text


def test_whether_it_worked_out_has_three_answers(two: Two, page: Page) -> None:
    two.riet.get(f"{two.href}/gelukt").submit("Nee, nog niet")
    assert two.riet.flash.startswith("Dank u wel. Bel of mail elkaar")
    linked = page.another().get(f"{two.link}/gelukt").submit("Ja, wij hebben een datum")
    linked.submit("Bewaar de datum", when="anders", day="5-3-2026", time="10:00")
    assert "Donderdag 5 maart, 10.00 tot 12.00 uur" in linked.text
    linked.get(f"{two.link}/gelukt").submit("Ja, het is al gedaan")
    assert linked.heading == "Hoe was het met Riet?"
    assert two.status() is MatchStatus.DONE
    linked.get(f"{two.link}/gelukt")
    assert linked.heading == "Dank u wel voor uw hulp"


def test_how_it_was_is_told_by_the_mailed_link_once(two: Two, page: Page, settings: Settings) -> None:
    links = EvaluationLinks(settings.secret_key)
    riet = page.another().get(links.path_of(two.match_id, two.riet_id))
    assert riet.heading == "Hoe was het met Piet?"
    riet.submit("Vertel dit", how="good", remark="Prachtig.", expect=400)
    assert riet.errors() == ["Vertel of het helpt om verder te kunnen.", "Vertel of u het weer zou doen."]
    assert riet.values()["remark"] == ["Prachtig."]
    riet.submit("Vertel dit", helps="good", again="ja", may_be_told=True)
    assert riet.heading == "Dank u wel"
    assert "Hoe lang hielp u?" not in riet.text
    assert two.status() is MatchStatus.DONE
    piet = page.another().get(links.path_of(two.match_id, two.piet_id))
    assert piet.values()["hours"] == ["120"], "what was asked stands ready"
    piet.submit("Vertel dit", how="good", helps="good", again="ja", hours="90")
    piet.submit("Bewaar de tijd", hours="60")
    with two.sessions.read() as session:
        assert queries.sum_minutes(session, two.piet_id) == 60
    two.piet.get("/mijn/helpen")
    assert "U hielp in totaal één uur." in two.piet.text
    assert "“Prachtig.”" in two.piet.text
    riet.get(f"{links.path_of(two.match_id, two.riet_id)}x", expect=404)
    with two.sessions.begin() as session:
        stranger = a_person(session).id
    riet.get(links.path_of(two.match_id, stranger), expect=404)


def test_when_it_was_bad_there_is_a_way_on(two: Two) -> None:
    two.riet.get(f"{two.href}/hoe-was-het").submit("Vertel dit", how="bad", helps="bad", again="nee")
    assert "Kwam Piet niet? Zeg de afspraak dan af. Wij zoeken iemand anders." in two.riet.text
    assert two.status() is MatchStatus.CONFIRMED


def test_staff_type_in_what_they_were_told(two: Two, sign_in: SignIn, page: Page) -> None:
    with two.sessions.begin() as session:
        carla, stranger = a_coordinator(session).person_id, a_person(session).id
    desk, other = page.another(), page.another()
    sign_in(desk, carla)
    sign_in(other, stranger)
    desk.get(f"{two.href}/hoe-was-het?van=hulpvrager")
    desk.submit("Vertel dit", how="good", helps="so_so", again="ja", channel="telephone")
    with two.sessions.read() as session:
        known = queries.find_evaluation(session, two.match_id, two.riet_id)
        assert known is not None
        assert known.channel.value == "telephone"
        looks = session.exec(select(FileLook)).all()
        assert [(look.staff_id, look.person_id) for look in looks] == [(carla, two.riet_id)], "and that they looked"
    for van in ("", "?van=hulpvrager", "?van=vrijwilliger"):
        other.get(f"{two.href}/hoe-was-het{van}", expect=404)


def test_the_calendar_file_holds_no_number_and_the_address_for_the_volunteer_only(two: Two, page: Page) -> None:
    assert page.another().send("GET", f"{two.link}/afspraak.ics").status_code == 404, "no date yet"
    two.agree()
    for text, is_told in (
        (two.piet.send("GET", f"{two.href}/afspraak.ics"), True),
        (page.another().send("GET", f"{two.link}/afspraak.ics"), True),
        (two.riet.send("GET", f"{two.href}/afspraak.ics"), False),
    ):
        assert text.headers["content-type"].startswith("text/calendar")
        (event,) = Calendar.from_ical(text.content).events
        assert event.decoded("dtstart") == NOW + timedelta(hours=50)
        assert ("Heuvel 12" in str(event["LOCATION"])) is is_told
        assert two.number not in text.text
    with two.sessions.begin() as session:
        matches.cancel(session, match_id=two.match_id, actor=Actor(two.piet_id), now=NOW)
    cancelled = Calendar.from_ical(two.piet.send("GET", f"{two.href}/afspraak.ics").content)
    assert (cancelled["METHOD"], cancelled.events[0]["STATUS"], cancelled.events[0]["UID"]) == (
        "CANCEL",
        "CANCELLED",
        event["UID"],
    )
    assert "Heuvel" not in str(cancelled.events[0]["LOCATION"])


def test_the_feed_is_secret_and_can_be_renewed(two: Two, settings: Settings) -> None:
    two.agree()
    two.piet.get("/mijn/agenda")
    (link,) = two.piet.soup.select("#feed")
    feed = str(link["value"]).removeprefix(settings.base_url)
    first = two.riet.send("GET", feed)
    assert [str(one["SUMMARY"]) for one in Calendar.from_ical(first.content).events] == [
        "Riet helpen: heg knippen en snoeien"
    ]
    two.piet.submit("Maak een nieuwe link")
    assert two.riet.send("GET", feed).status_code == 404
    forged = FeedLinks("another-secret-" + "0" * 32).url_of(two.piet_id, 1)
    assert two.riet.send("GET", forged).status_code == 404


def test_nobody_else_sees_or_changes_a_date(two: Two, page: Page, sign_in: SignIn, clock: MovableClock) -> None:
    with two.sessions.begin() as session:
        stranger = a_person(session).id
    other = page.another()
    sign_in(other, stranger)
    for path in ("datum", "gelukt", "hoe-was-het", "afspraak.ics"):
        assert other.send("GET", f"{two.href}/{path}").status_code == 404, path
    other.get("/hulpvragen")
    other.post(f"{two.href}/datum", {"when": "anders", "day": "5-3-2026", "time": "10:00"}, expect=403)
    other.get("/antwoord/onzin/datum", expect=404)
