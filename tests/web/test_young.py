"""Somebody of fourteen signs up, a parent answers by the link, a coordinator looks at a pair: their own pages."""

from datetime import timedelta

import pytest

from marketplace import responses
from marketplace.links import GuardianLinks, SignInLinks
from marketplace.models import (
    Draft,
    Driver,
    NoticeKind,
    Offer,
    Organisation,
    ParentalConsent,
    ParentalStatus,
    Person,
    Proposal,
)
from marketplace.permissions import Actor
from marketplace.queries import young
from marketplace.young import parents
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_proposal, a_request, on_duty
from tests.support.clock import NOW
from tests.support.young_builders import a_child, a_young_volunteer, an_asking
from tests.web.test_offering import FILLED

SAM = {"first_name": "Sam", "email": "sam@voorbeeld.nl", "telephone": "06 20000001", "is_young": True}
KEY = "x" * 40


def the_consent(session):
    return session.exec(rows.all_of(ParentalConsent)).one()


@pytest.fixture
def guardians(settings):
    return GuardianLinks(settings.secret_key)


def test_a_child_of_fourteen_joins_after_a_parent_said_yes(page, sessions, settings, guardians):
    """Birthday, parent, a yes by the link, the mail to the child, and only then an offer."""
    page.get("/helpen").submit("Doe mee", {**FILLED, **SAM})
    assert page.heading == "Wanneer ben je geboren?"
    page.submit("Ga verder", born_on="2011-09-12")
    assert page.heading == "We vragen het eerst aan je vader of moeder"
    page.submit("Vraag het aan mijn vader of moeder", parent_name="Marja", parent_email="marja@voorbeeld.nl")
    assert page.heading == "We wachten op je vader of moeder"
    with sessions.read() as session:
        consent = the_consent(session)
        assert rows.notices(session) == [NoticeKind.PARENT_ASKED, NoticeKind.PARENT_AWAITED]
        assert session.exec(rows.all_of(Offer)).all() == []
    parent = page.another().get(guardians.path(consent.id))
    assert parent.heading == "Sam wil mensen helpen. Vindt u dat goed?"
    parent.submit("Ja, Sam mag helpen", expect=400)
    assert parent.errors() == ["Zet een vinkje als u de vader, moeder of voogd bent."]
    parent.submit("Ja, Sam mag helpen", is_parent=True)
    assert parent.heading == "Wat doet Sam?"
    with sessions.read() as session:
        link = rows.outbox(session, NoticeKind.CONFIRM_OFFER)[0].subject["link"]
    page.get(SignInLinks(settings.secret_key).path(link)).submit()
    assert page.heading == "Fijn dat u meedoet"
    with sessions.read() as session:
        offer = session.exec(rows.all_of(Offer)).one()
        assert session.get_one(Person, offer.person_id).first_name == "Sam"
        assert the_consent(session).child_id == offer.person_id


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param({"born_on": ""}, "Vul je geboortedatum in, bijvoorbeeld 12-9-2011.", id="none"),
        pytest.param({"born_on": "2027-01-01"}, "Vul je geboortedatum in, bijvoorbeeld 12-9-2011.", id="to-come"),
        pytest.param({"born_on": "2014-03-04"}, "Vanaf twaalf jaar kun je hier helpen.", id="eleven"),
    ],
)
def test_a_day_of_birth_that_cannot_be_is_said(page, typed, error):
    page.get("/helpen").submit("Doe mee", {**FILLED, **SAM}).submit("Ga verder", **typed, expect=400)
    assert any(error in one for one in page.errors())


@pytest.mark.parametrize(
    ("born_on", "kept"),
    [pytest.param("2010-03-03", "2010-03-03", id="sixteen-today"), pytest.param("2008-03-03", "", id="eighteen-today")],
)
def test_from_sixteen_on_nobody_is_asked_and_from_eighteen_nothing_is_kept(page, sessions, born_on, kept):
    page.get("/helpen").submit("Doe mee", {**FILLED, **SAM}).submit("Ga verder", born_on=born_on)
    assert page.heading == "Kijk in uw mail"
    with sessions.read() as session:
        assert session.exec(rows.all_of(Draft)).one().answers["born_on"] == kept
        assert session.exec(rows.all_of(ParentalConsent)).all() == []


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param({"parent_name": ""}, "Vul de voornaam van je vader of moeder in.", id="nameless"),
        pytest.param({"parent_email": ""}, "Vul een e-mailadres of een telefoonnummer", id="no-way"),
        pytest.param({"parent_email": "sam@voorbeeld.nl"}, "Dit is van jezelf.", id="own-address"),
        pytest.param({"parent_email": "marja"}, "Vul uw e-mailadres in", id="no-address"),
        pytest.param({"parent_telephone": "later"}, "Vul een telefoonnummer in", id="no-number"),
    ],
)
def test_what_is_wrong_with_a_parent_is_said(page, typed, error):
    page.get("/helpen").submit("Doe mee", {**FILLED, **SAM}).submit("Ga verder", born_on="2011-09-12")
    fields = {"parent_name": "Marja", "parent_email": "marja@voorbeeld.nl", **typed}
    page.submit("Vraag het aan mijn vader of moeder", **fields, expect=400)
    assert any(error in one for one in page.errors()), page.errors()


def test_nobody_learns_from_the_form_who_was_asked_before_or_is_a_child_here(page, sessions):
    """The page is the same, and nothing more is sent."""
    with sessions.begin() as session:
        a_young_volunteer(session, child=a_child(name="Noor", email="noor@voorbeeld.nl"))
        an_asking(session)
        before = len(rows.notices(session))
    for parent in ("noor@voorbeeld.nl", "papa@voorbeeld.nl"):
        page.get("/helpen").submit("Doe mee", {**FILLED, **SAM}).submit("Ga verder", born_on="2011-09-12")
        page.submit("Vraag het aan mijn vader of moeder", parent_name="Papa", parent_email=parent)
        assert page.heading == "We wachten op je vader of moeder"
    with sessions.read() as session:
        assert len(rows.notices(session)) == before


def test_the_steps_lead_back_to_the_form_without_what_went_before(page):
    for address in ("/helpen/jong", "/helpen/ouder"):
        assert page.get(address).heading == "Ik wil helpen"
    page.post("/helpen/jong", {"born_on": "2011-09-12"})
    assert page.heading == "Ik wil helpen"
    page.post("/helpen/ouder", {"parent_name": "Marja", "parent_email": "marja@voorbeeld.nl"})
    assert page.heading == "Ik wil helpen"


def test_a_parent_says_no_and_nothing_is_left(page, sessions, guardians):
    with sessions.begin() as session:
        path = guardians.path(an_asking(session).id)
    page.get(path).submit("Nee, liever niet")
    assert page.heading == "Dank u wel voor uw antwoord"
    assert "Sam" not in page.text
    with sessions.read() as session:
        assert session.exec(rows.all_of(Draft)).all() == []


def test_a_link_that_is_not_ours_or_too_late_says_so(page, sessions, guardians, clock):
    page.get("/ouder/onzin", expect=404)
    with sessions.begin() as session:
        path = guardians.path(an_asking(session).id)
    clock.move(days=14)
    assert page.get(path).heading == "Deze vraag is voorbij"
    page.post(path, {"antwoord": "ja", "is_parent": "ja"})
    assert page.heading == "Deze vraag is voorbij"


def test_a_parent_sees_what_when_and_roughly_where_and_stops_it(page, sessions, guardians, clock):
    """Nobody who is helped stands on it; after the stop the page says so."""
    with sessions.begin() as session:
        offer, consent_id = a_young_volunteer(session)
        requester = a_person(session, "Wilhelmina", street="Ridderstraat", house_number="77")
        a_match(session, a_request(session, requester=requester, skill="home.pets", is_at_home=False), offer)
    page.get(guardians.path(consent_id))
    assert "Dieren" in page.text or "Huisdier" in page.text
    assert "Centrum en Strijen" in page.text
    assert "Wilhelmina" not in page.source
    assert "Ridderstraat" not in page.source
    page.follow("Stop met helpen")
    assert page.heading == "Wilt u dat Sam stopt met helpen?"
    page.submit("Ja, stop ermee")
    assert page.heading == "Sam helpt niet meer"
    with sessions.read() as session:
        assert young.get_consent(session, consent_id).status is ParentalStatus.WITHDRAWN


def test_a_signed_in_child_whose_parent_stopped_is_asked_for_a_parent_again(page, sign_in, sessions, guardians):
    with sessions.begin() as session:
        offer, consent_id = a_young_volunteer(session)
        child_id = offer.person_id
    page.another().post(guardians.path(consent_id), {"antwoord": "stop"}, expect=403)
    page.another().get(guardians.path(consent_id) + "?stop=ja").submit("Ja, stop ermee")
    sign_in(page, child_id)
    page.get("/helpen").submit("Doe mee", FILLED)
    assert page.heading == "We vragen het eerst aan je vader of moeder"
    page.submit("Vraag het aan mijn vader of moeder", parent_name="Marja", parent_email="marja@voorbeeld.nl")
    assert page.heading == "We wachten op je vader of moeder"


def test_a_coordinator_looks_at_a_pair_and_both_read_who_must_be_there(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        on_duty(session, carla)
        offer, _ = a_young_volunteer(session)
        request = a_request(session, is_at_home=True)
        proposal = a_proposal(session, request, offer)
        responses.accept(session, proposal_id=proposal.id, actor=Actor(offer.person_id), now=NOW)
        an_asking(session, a_child(name="Noor", email="noor@voorbeeld.nl"))
        ids = (offer.person_id, request.requester_id, proposal.id)
    child = page.another()
    sign_in(child, ids[0])
    assert "kijkt eerst iemand van ons mee" in child.get(f"/voorstellen/{ids[2]}").text
    sign_in(page, carla.person_id)
    page.get("/werk/jong")
    assert "14 of 15 jaar" in page.text
    assert "Noor" not in page.source
    page.follow(next(link for link in page.links() if "jonge helper" in link))
    page.submit("Goed, met nog iemand erbij")
    assert page.flash == "De twee horen het nu."
    for who, words in ((ids[0], "Je bent er nooit alleen"), (ids[1], "Sam is nog geen zestien")):
        reader = page.another()
        sign_in(reader, who)
        reader.get("/mijn")
        href = next(href for href in reader.links().values() if href.startswith("/koppelingen/"))
        assert words in reader.get(href).text


def test_a_coordinator_rather_not_and_a_parent_by_telephone(page, sign_in, sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        on_duty(session, carla)
        offer, consent_id = a_young_volunteer(session)
        proposal = a_proposal(session, a_request(session), offer)
        responses.accept(session, proposal_id=proposal.id, actor=Actor(offer.person_id), now=NOW)
        approval_id = young.list_asked_approvals(session)[0].id
    sign_in(page, carla.person_id)
    page.get(f"/werk/taak/jong/{approval_id}").submit("Liever niet")
    assert page.flash == "De helper is bedankt. Wij vragen iemand anders."
    page.submit("Ouder belde: Sam stopt")
    assert page.flash == "Het is gestopt. Wat was afgesproken, is afgezegd."
    with sessions.read() as session:
        assert young.get_consent(session, consent_id).status is ParentalStatus.WITHDRAWN


def test_a_parent_without_mail_answers_by_telephone(page, sign_in, sessions):
    from marketplace.young.parents import Parent

    with sessions.begin() as session:
        carla = a_coordinator(session)
        consent_id = an_asking(session, parent=Parent("Karim", telephone="06 30000001")).id
    sign_in(page, carla.person_id)
    page.get("/werk/bellen").submit("Ik bel Karim")
    assert "Sam wil" in page.text
    page.submit("Vindt het goed")
    with sessions.read() as session:
        consent = young.get_consent(session, consent_id)
        assert (consent.status, consent.recorded_by_id) == (ParentalStatus.GIVEN, carla.person_id)
        assert [one.email for one in rows.outbox(session, NoticeKind.CONFIRM_OFFER)] == ["sam@voorbeeld.nl"]


def test_somebody_of_sixteen_reads_no_word_of_company(page, sign_in, sessions):
    with sessions.begin() as session:
        offer, _ = a_young_volunteer(session, now=NOW - timedelta(days=10))
        session.get_one(Person, offer.person_id).born_on = None
        match_id = a_match(session, a_request(session), offer).id
        child_id = offer.person_id
    sign_in(page, child_id)
    assert "nooit alleen" not in page.get(f"/koppelingen/{match_id}").text


def test_a_child_whose_parent_stopped_takes_nothing_on_by_another_door(page, sign_in, sessions):
    """One task now, a car, an organisation: whatever else makes somebody a helper asks the same question."""
    with sessions.begin() as session:
        offer, consent_id = a_young_volunteer(session)
        parents.withdraw(session, consent_id=consent_id, now=NOW)
        task = a_request(session, skill="home.pets", is_at_home=False)
    sign_in(page, offer.person_id)
    page.get(f"/nu/{task.id}?postcode=4901AB").submit("Ja, ik doe dit", expect=400)
    assert page.errors() == ["Wij wachten nog op een ja van een vader of moeder."]
    page.get("/mijn/rijden/auto").submit(
        "Bewaar dit",
        {"postcode": "4901 AB", "house_number": "3", "street": "Heuvel", "seats": "3", "hours_1": "9.00-12.00"}
        | {"is_sixteen": "ja"},
        expect=400,
    )
    assert "kunt u nog niet rijden" in page.errors()[0]
    club = {"name": "De jonge helpers", "about": "Wij helpen.", "postcode": "4901 AB", "is_sixteen": "ja"}
    page.get("/organisaties/aanmelden")
    page.post("/organisaties/aanmelden", club, expect=400)
    assert page.errors() == ["Wij wachten nog op een ja van een vader of moeder."]
    with sessions.read() as session:
        assert session.exec(rows.all_of(Proposal)).all() == []
        assert session.exec(rows.all_of(Driver)).all() == []
        assert session.exec(rows.all_of(Organisation)).all() == []
        assert session.get_one(Offer, offer.id).left_at == NOW
