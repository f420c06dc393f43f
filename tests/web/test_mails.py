"""What people are told: every kind of notice, in words they know, with nothing in it that another may not read."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from statistics import mean
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from app import build
from marketplace import matches, meetings, notices, responses
from marketplace.database import Sessions
from marketplace.delivery.message import Message, Refused
from marketplace.links import AnswerLinks, SignInLinks
from marketplace.models import (
    AskerKind,
    DriveResult,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    OutboxMessage,
    Person,
    Proposal,
    SignInLink,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import drivers as queries
from marketplace.queries import rides
from marketplace.rides import answering, asking, results
from marketplace.trips import Stop
from matching.skills import read_skills
from tests.support import ride_builders
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    a_window,
    another_municipality,
    place,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.markup import without_codes
from web.mail_texts import TEXTS
from web.mail_words import DOING

pytestmark = pytest.mark.database("sqlite")

SECRET_WORDS = ("Achternaam", "Geheimstraat", "06 99", "@voorbeeld", "4901")
Word = Callable[..., Message | None]


@pytest.fixture
def word(settings, clock, engine, sessions: Sessions) -> Word:
    """The mail for a notice of this kind, to this person, about these things."""
    mails = build(settings, clock=clock, engine=engine).mails

    def make(kind: NoticeKind, person: Person | None, *, email: str | None = None, **subject: UUID) -> Message | None:
        with sessions.begin() as session:
            row = OutboxMessage(
                municipality_id=the_municipality(session).id,
                kind=kind,
                person_id=person.id if person else None,
                email=email,
                subject={name: str(value) for name, value in subject.items()},
                dedupe_key=str(uuid4()),
                queued_at=NOW,
            )
            session.add(row)
            session.flush()
            return mails.word(session, row)

    return make


def somebody(session: Session, first_name: str) -> Person:
    """Somebody with details that no mail may hold."""
    number = uuid4().int % 1000
    return a_person(
        session, first_name, last_name="Achternaam", email=f"{first_name}{number}@voorbeeld.nl", telephone="06 99887766"
    )


class World:
    """Ria asks, Piet helps; and everything there can be a mail about."""

    def __init__(self, session: Session) -> None:
        self.ria, self.piet = somebody(session, "Ria"), somebody(session, "Piet")
        self.offer = a_volunteer(session, person=self.piet, skills={"garden.hedge"})
        self.request = self._ask(session)
        self.proposal = a_proposal(session, self.request, self.offer)
        self.matched = self._ask(session)
        self.match = a_match(session, self.matched, self.offer)

    def _ask(self, session: Session, **more) -> HelpRequest:
        return a_request(
            session, requester=self.ria, windows=(a_window(48),), street="Geheimstraat", house_number="7", **more
        )

    def link(self, session: Session, **more: bool) -> SignInLink:
        until = NOW + timedelta(minutes=10)
        link = SignInLink(email="ria@voorbeeld.nl", person_id=self.ria.id, requested_at=NOW, expires_at=until, **more)
        session.add(link)
        session.flush()
        return link


@pytest.fixture
def world(sessions: Sessions) -> World:
    with sessions.begin() as session:
        return World(session)


def every_mail(word: Word, world: World, sessions: Sessions) -> dict[NoticeKind, Message]:
    """One mail of each kind, each from a state in which there is something to tell."""
    w, k = world, NoticeKind
    about = {"request": w.request.id, "proposal": w.proposal.id}
    agreed = {"request": w.matched.id, "match": w.match.id, "proposal": w.match.proposal_id}
    with sessions.begin() as session:
        link, address_link = w.link(session).id, w.link(session, changes_address=True).id
        waiting = _one_who_waits(session, w)
        idle = a_person(session, "Wim", warned_at=NOW)
        owned = a_request(session, requester=w.ria)
        owner = a_coordinator(session)
        owned.owner_id, owned.next_moment_at = owner.person_id, NOW + timedelta(days=1)
        session.add(owned)
        owned_id = owned.id
        staff = session.get_one(Person, owner.person_id)
        told = OutboxMessage(
            municipality_id=w.request.municipality_id,
            kind=k.PROPOSAL,
            subject={},
            dedupe_key=f"proposal:{w.proposal.id}:1:x",
            queued_at=NOW,
            sent_at=NOW,
        )
        session.add(told)
    made = {
        **{
            kind: word(kind, w.ria, link=link)
            for kind in (k.SIGN_IN, k.CONFIRM_REQUEST, k.CONFIRM_OFFER, k.CONFIRM_RIDE)
        },
        k.CONFIRM_ADDRESS: word(k.CONFIRM_ADDRESS, w.ria, link=address_link),
        k.SIGN_IN_CHANGED: word(k.SIGN_IN_CHANGED, w.ria),
        k.STILL_THERE: word(k.STILL_THERE, idle),
        k.REQUEST_POSTED: word(k.REQUEST_POSTED, w.ria, request=w.request.id),
        k.OFFER_MADE: word(k.OFFER_MADE, w.piet),
        k.YES_WAITS: word(k.YES_WAITS, w.ria, request=waiting.request_id, proposal=waiting.id),
        **{
            kind: word(kind, w.piet, **about)
            for kind in (k.PROPOSAL, k.PROPOSAL_WITHDRAWN, k.YES_NOT_CHOSEN, k.YES_UNHONOURED)
        },
        k.MATCH_FOR_REQUESTER: word(k.MATCH_FOR_REQUESTER, w.ria, **agreed),
        **{
            kind: word(kind, w.piet, **agreed)
            for kind in (k.MATCH_FOR_VOLUNTEER, k.DETAILS_OPEN, k.OBJECTED, k.CANCELLED, k.THANKS)
        },
        **{
            kind: word(kind, w.ria, request=w.request.id)
            for kind in (k.ESCALATED_FOR_REQUESTER, k.REQUEST_CLOSED, k.REQUEST_WITHDRAWN)
        },
        k.ESCALATED_FOR_COORDINATOR: word(k.ESCALATED_FOR_COORDINATOR, staff, request=owned_id),
        k.BREAK_GLASS: word(k.BREAK_GLASS, staff, request=w.request.id, about=w.piet.id),
        k.REPRESENTATION_ENDED: word(k.REPRESENTATION_ENDED, w.ria, request=w.request.id, about=w.piet.id),
        **mails_of_meetings(word, w, sessions),
        **mails_of_rides(word, w, sessions),
    }
    assert all(made.values()), [kind for kind, mail in made.items() if mail is None]
    return {kind: mail for kind, mail in made.items() if mail is not None}


def mails_of_meetings(word: Word, w: World, sessions: Sessions) -> dict[NoticeKind, Message | None]:
    """After the yes: a date put forward, then agreed, then how it was."""
    k = NoticeKind
    agreed = {"request": w.matched.id, "match": w.match.id, "proposal": w.match.proposal_id}
    with sessions.begin() as session:
        if session.get_one(Match, w.match.id).status is MatchStatus.AGREED:
            matches.confirm(session, match_id=w.match.id, actor=Actor(w.ria.id), now=NOW)
        date = meetings.propose_date(
            session,
            match_id=w.match.id,
            starts_at=NOW + timedelta(hours=50),
            seen_id=None,
            actor=Actor(w.ria.id),
            now=NOW,
        )
    made = {k.DATE_PROPOSED: word(k.DATE_PROPOSED, w.piet, **agreed)}
    with sessions.begin() as session:
        meetings.agree_date(session, match_id=w.match.id, appointment_id=date.id, actor=Actor(w.piet.id), now=NOW)
    told = (k.DATE_AGREED, k.REMINDER, k.NUDGE, k.OFFERED_ON, k.HOW_WAS_IT)
    return made | {kind: word(kind, w.piet, **agreed) for kind in told}


def mails_of_rides(word: Word, w: World, sessions: Sessions) -> dict[NoticeKind, Message | None]:
    """Ria rides, Piet drives: asked, planned, agreed, driven; and a ride that nobody drives."""
    k, evening = NoticeKind, ride_builders.evening_before()
    with sessions.begin() as session:
        driver = ride_builders.a_driver(session, person=w.piet)
        sien = somebody(session, "Sien")
        ride_builders.a_driver(session, hours=(), is_standby=True, person=sien)
        home = Stop.at(place(), street="Geheimstraat", house_number="7")
        ride, late = (
            ride_builders.a_ride(session, passenger=w.ria, origin=home, wanted_minute=minute) for minute in (600, 1200)
        )
        standing = asking.post_standing(
            session,
            ride_builders.asked(origin=home, day=date(2026, 3, 6), weekdays=(4,), until=date(2026, 6, 1)),
            municipality=the_municipality(session),
            passenger_id=w.ria.id,
            actor=Actor(w.ria.id),
            now=NOW,
        )
        planner = session.get_one(Person, a_coordinator(session, kind=StaffRoleKind.RIDE_PLANNER).person_id)
        paper = queries.list_papers(session, driver.municipality_id, [w.piet.id])[w.piet.id][0]
    ride_builders.plan_day(sessions)
    with sessions.begin() as session:
        day = ride_builders.day_of(session, driver)
        (ask,) = rides.list_standby_asks(session, [late.id])
    about = {"driver_day": day.id}
    made = {
        k.DRIVER_DAY: word(k.DRIVER_DAY, w.piet, **about),
        k.STANDBY_ASK: word(k.STANDBY_ASK, sien, ride=late.id, standby=ask.id),
        k.STANDBY_OVER: word(k.STANDBY_OVER, sien, ride=late.id, standby=ask.id),
        k.STANDING_RIDE_ASKED: word(k.STANDING_RIDE_ASKED, w.ria, standing=standing.id),
        k.DRIVER_PAPERS: word(k.DRIVER_PAPERS, w.piet, driver=driver.id, paper=paper.id),
        k.RIDE_FOR_PLANNER: word(k.RIDE_FOR_PLANNER, planner, ride=late.id),
        k.RIDE_MISSED: word(k.RIDE_MISSED, planner, ride=late.id),
        **{kind: word(kind, w.piet, driver=driver.id) for kind in (k.DRIVER_LIMIT, k.DRIVER_STATEMENT)},
        **{
            kind: word(kind, w.ria, ride=late.id)
            for kind in (k.RIDE_ASKED, k.RIDE_UNSURE, k.RIDE_CANCELLED, k.RIDE_REFERRED, k.RIDE_NOT_DRIVEN)
        },
    }
    with sessions.begin() as session:
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(w.piet.id), now=evening)
    made |= {kind: word(kind, w.piet, **about) for kind in (k.DRIVER_DAY_CHANGED, k.DRIVER_DAY_REMINDER)}
    made |= {kind: word(kind, w.ria, ride=ride.id) for kind in (k.RIDE_AGREED, k.RIDE_REMINDER)}
    with sessions.begin() as session:
        for promise in ride_builders.promises_of(session, ride.id):
            results.report(
                session,
                promise_id=promise.id,
                result=DriveResult.DRIVEN,
                parking_cents=250,
                actor=Actor(w.piet.id),
                now=evening + timedelta(days=1),
            )
    return made | {k.RIDE_RECEIPT: word(k.RIDE_RECEIPT, w.ria, ride=ride.id)}


def _one_who_waits(session: Session, world: World) -> Proposal:
    """Ria chooses herself; somebody said yes."""
    request = a_request(session, requester=world.ria, is_chosen_by_requester=True)
    proposal = a_proposal(session, request, a_volunteer(session, person=somebody(session, "Kees")))
    responses.accept(session, proposal_id=proposal.id, actor=Actor(proposal.person_id), now=NOW)
    session.refresh(proposal)
    return proposal


class Visible(HTMLParser):
    """What somebody reads of an HTML mail."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def sentences(mail: Message) -> list[str]:
    """The sentences of a mail's own text, without the greeting, the link and the end."""
    body = mail.text.split("\n-- ")[0]
    lines = [line for line in body.splitlines()[1:] if line and "://" not in line and not line.endswith(":")]
    return [part for line in lines for part in re.split(r"(?<=[.!?])\s+", line)]


# --- all of them -------------------------------------------------------------------------------------------------


def test_every_kind_of_notice_has_words():
    assert set(TEXTS) == set(NoticeKind)


def test_every_kind_of_help_can_be_asked_in_a_sentence():
    assert set(DOING) == set(read_skills())


def test_no_mail_says_more_than_a_neighbour_may_read(word, world, sessions):
    """A mail may be read by somebody else: first names and neighbourhoods, and nothing finer."""
    for kind, mail in every_mail(word, world, sessions).items():
        for text in map(without_codes, (mail.subject, mail.text, mail.html)):
            assert [found for found in SECRET_WORDS if found in text] == [], kind


def test_every_mail_says_the_same_as_text_and_as_html_and_leads_to_one_place(word, world, sessions, settings):
    for kind, mail in every_mail(word, world, sessions).items():
        links = set(re.findall(r"https?://\S+", mail.text))
        assert links <= set(re.findall(r'href="([^"]+)"', mail.html)), kind
        assert all(link.startswith(settings.base_url + "/") for link in links), kind
        seen = Visible()
        seen.feed(mail.html)
        assert all(sentence in " ".join(" ".join(seen.text).split()) for sentence in sentences(mail)), kind


def test_every_mail_says_who_we_are_and_how_to_call(word, world, sessions):
    for kind, mail in every_mail(word, world, sessions).items():
        assert "van Surplus" in mail.text, kind
        assert "0162 - 00 00 00" in mail.text, kind
        assert mail.headers["Auto-Submitted"] == "auto-generated"


def test_every_subject_says_it_all_on_one_short_line(word, world, sessions):
    for kind, mail in every_mail(word, world, sessions).items():
        assert 10 <= len(mail.subject) <= 78, (kind, mail.subject)


def test_every_mail_is_short_and_plain(word, world, sessions):
    """At most three paragraphs; about twelve words a sentence; none of the words we do not use."""
    jargon = re.compile(r"\b(indien|middels|reeds|match|matchen|gebruiker|tevens|dient|conform)\b", re.IGNORECASE)
    for kind, mail in every_mail(word, world, sessions).items():
        said = sentences(mail)
        assert mean(len(sentence.split()) for sentence in said) <= 12, (kind, said)
        assert max(len(sentence.split()) for sentence in said) <= 20, (kind, said)
        assert jargon.search(mail.text) is None, kind


def test_the_links_lead_to_pages_that_are_there(word, world, sessions, page):
    """Each link of each mail opens: a page, or being asked to sign in first."""
    for kind, mail in every_mail(word, world, sessions).items():
        for link in set(re.findall(r"https?://\S+", mail.text)):
            path = urlsplit(link).path
            assert page.send("GET", path).status_code in (200, 303), (kind, path)


# --- one by one --------------------------------------------------------------------------------------------------


def test_a_question_says_what_when_and_where_in_its_subject(word, world):
    mail = word(NoticeKind.PROPOSAL, world.piet, request=world.request.id, proposal=world.proposal.id)
    assert mail.subject == "Kunt u donderdag een heg knippen in Centrum en Strijen?"
    assert "Het kan op donderdag 5 maart, 10.00 tot 13.00 uur." in mail.text
    assert "Antwoord graag vóór morgen om 10.00 uur." in mail.text
    assert "anderen" not in mail.text


def test_a_question_says_so_when_others_are_asked_too(word, world, sessions):
    with sessions.begin() as session:
        request = a_request(session, requester=world.ria, slots=2)
        for name in ("Kees", "Jan"):
            proposal = a_proposal(session, request, a_volunteer(session, name))
        other = session.get_one(Person, proposal.person_id)
    mail = word(NoticeKind.PROPOSAL, other, request=request.id, proposal=proposal.id)
    assert "Wij vragen dit ook aan anderen." in mail.text


def test_an_organisation_is_called_by_its_name(word, world, sessions):
    with sessions.begin() as session:
        request = a_request(
            session, requester=world.ria, asker_kind=AskerKind.ORGANISATION, organisation_name="Zangkoor Samenklank"
        )
        proposal = a_proposal(session, request, world.offer)
    mail = word(NoticeKind.PROPOSAL, world.piet, request=request.id, proposal=proposal.id)
    assert "Zangkoor Samenklank uit" in mail.text
    assert "Ria" not in mail.text


def test_the_links_of_a_question_and_of_signing_in_are_signed_for_that_only(word, world, sessions, settings):
    with sessions.begin() as session:
        link = world.link(session)
    question = word(NoticeKind.PROPOSAL, world.piet, request=world.request.id, proposal=world.proposal.id)
    sign_in = word(NoticeKind.SIGN_IN, world.ria, link=link.id)
    asked = re.search(r"/antwoord/(\S+)", question.text).group(1)
    mailed = re.search(r"/inloggen/(\S+)", sign_in.text).group(1)
    assert AnswerLinks(settings.secret_key).read(asked) == world.proposal.id
    assert SignInLinks(settings.secret_key).read(mailed) == link.id
    assert SignInLinks(settings.secret_key).read(asked) is AnswerLinks(settings.secret_key).read(mailed) is None


def test_what_happened_meanwhile_is_not_told_any_more(word, world, sessions, clock):
    """A question that was withdrawn, a link that is too old, a match that was undone: nobody needs the mail."""
    about = {"request": world.request.id, "proposal": world.proposal.id}
    agreed = {"request": world.matched.id, "match": world.match.id, "proposal": world.match.proposal_id}
    with sessions.begin() as session:
        link = world.link(session).id
        matches.object_to(session, match_id=world.match.id, actor=Actor(world.ria.id), now=NOW)
    assert word(NoticeKind.MATCH_FOR_VOLUNTEER, world.piet, **agreed) is None
    assert word(NoticeKind.DETAILS_OPEN, world.ria, **agreed) is None
    clock.move(hours=24)
    assert word(NoticeKind.PROPOSAL, world.piet, **about) is None
    assert word(NoticeKind.SIGN_IN, world.ria, link=link) is None


def test_nobody_hears_that_a_question_was_taken_back_which_they_never_got(word, world):
    """The mail with the question was still waiting when the request was filled."""
    about = {"request": world.request.id, "proposal": world.proposal.id}
    assert word(NoticeKind.PROPOSAL_WITHDRAWN, world.piet, **about) is None


def test_a_case_that_somebody_else_owns_by_now_is_not_announced(word, world, sessions):
    with sessions.begin() as session:
        person = session.get_one(Person, a_coordinator(session).person_id)
    assert word(NoticeKind.ESCALATED_FOR_COORDINATOR, person, request=world.request.id) is None


def test_somebody_without_an_address_gets_no_mail_and_that_shows(word, sessions):
    with sessions.begin() as session:
        person = a_person(session, "Riet", email=None)
    with pytest.raises(Refused, match="no-address"):
        word(NoticeKind.OFFER_MADE, person)


def test_a_name_cannot_bring_a_header_or_markup_along(word, sessions):
    with sessions.begin() as session:
        ria = a_person(session, "Ria\r\nBcc: x@y.nl <b>")
        request = a_request(session, requester=ria)
        offer = a_volunteer(session, "Piet")
        match = a_match(session, request, offer)
        piet = session.get_one(Person, offer.person_id)
    mail = word(NoticeKind.MATCH_FOR_VOLUNTEER, piet, request=request.id, match=match.id, proposal=match.proposal_id)
    assert "\n" not in mail.subject
    assert "<b>" not in mail.html
    assert "&lt;b&gt;" in mail.html


def test_a_mail_speaks_for_the_municipality_it_is_about(settings, clock, engine, sessions):
    """One installation, many municipalities: the neighbour's desk and number stand in the neighbour's mail."""
    house = build(settings, clock=clock, engine=engine)
    with sessions.begin() as session:
        breda = another_municipality(session)
        person = a_person(session)
        notices.queue(session, NoticeKind.OFFER_MADE, municipality_id=breda.id, at=NOW, key="x", person_id=person.id)
        row = next(row for row in _outbox(session) if row.municipality_id == breda.id)
        mail = house.mails.word(session, row)
    assert mail is not None
    assert "076 000 00 00" in mail.text
    assert "Anderen" in mail.text
    assert "Surplus" not in mail.text


def _outbox(session: Session) -> list[OutboxMessage]:
    return list(session.exec(select(OutboxMessage)))
