"""A service period with its certificate, a year, hours confirmed, and doing something in return: on their pages."""

from datetime import date, timedelta

import pytest

from marketplace import recognition
from marketplace.links import CertificateLinks, ServiceHoursLinks
from marketplace.models import NoticeKind, ServiceCertificate, ServiceHours, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import recognition as queries
from marketplace.young import serving
from tests.marketplace.young.test_recognition import helped
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_volunteer, the_municipality
from tests.support.clock import NOW

DAY = timedelta(days=1)


@pytest.fixture
def noor(sessions):
    with sessions.begin() as session:
        return a_volunteer(session, "Noor", capacity=9).person_id


def test_a_service_period_from_its_beginning_to_a_certificate_that_is_checked(page, sign_in, sessions, settings, noor):
    sign_in(page, noor)
    page.get("/mijn/diensttijd").submit("Begin mijn diensttijd", goal_hours="0", expect=400)
    assert page.errors() == ["Vul een aantal uren in van 1 tot en met 1000."]
    page.submit("Begin mijn diensttijd", goal_hours="80", starts_on="2026-02-01")
    assert "Nog geen uren. Het doel is 80 uur." in page.text
    hours = {"on_day": "2026-03-01", "hours": "1,5", "what": "Bar gedraaid", "organisation": "Het Scoutinghuis"}
    page.submit("Zet deze uren erbij", {**hours, "hours": "veel"}, expect=400)
    page.submit("Zet deze uren erbij", {**hours, "email": "bar@voorbeeld.nl"})
    assert "telt als eigen opgave" in page.text
    with sessions.read() as session:
        token = ServiceHoursLinks(settings.secret_key).sign(session.exec(rows.all_of(ServiceHours)).one().id)
        assert rows.outbox(session, NoticeKind.HOURS_ASKED)[0].email == "bar@voorbeeld.nl"
    other = page.another().get(f"/uren/{token}")
    assert other.heading == "Hielp Noor bij u?"
    other.submit("Ja, dat klopt")
    assert other.heading == "Dank u wel voor uw antwoord"
    assert "Bevestigd" in page.get("/mijn/diensttijd").text
    assert "Uw diensttijd" in page.get("/mijn").text
    with sessions.begin() as session:
        carla = a_coordinator(session)
    staff = page.another()
    sign_in(staff, carla.person_id)
    staff.get("/werk/diensttijd").submit("Teken het bewijs van Noor Jansen")
    with sessions.read() as session:
        signed = session.exec(rows.all_of(ServiceCertificate)).one()
        check = f"/bewijs/{CertificateLinks(settings.secret_key).sign(signed.id)}"
    page.get("/mijn/diensttijd").follow("Getekend op dinsdag 3 maart")
    assert "Noor Jansen" in page.text
    anybody = page.another().get(check)
    assert anybody.heading == "Dit bewijs geldt"
    assert "Noor Jansen" in anybody.text
    assert "@" not in anybody.text
    staff.submit("Trek dit bewijs in")
    assert anybody.get(check).heading == "Dit bewijs geldt niet"
    assert "Noor" not in anybody.source
    assert "ingetrokken" in page.get(f"/mijn/diensttijd/bewijs/{signed.id}").text
    page.get("/mijn/diensttijd").submit("Stop mijn diensttijd")
    assert page.flash == "Uw diensttijd is gestopt. Dank u wel."


def test_a_certificate_of_somebody_else_is_not_there(page, sign_in, sessions, noor):
    with sessions.begin() as session:
        carla, other = a_coordinator(session), a_person(session, "Anna")
        serving_of(session, noor, carla)
        certificate_id = session.exec(rows.all_of(ServiceCertificate)).one().id
    sign_in(page, other.id)
    page.get(f"/mijn/diensttijd/bewijs/{certificate_id}", expect=404)
    page.get("/bewijs/onzin", expect=404)
    page.get("/uren/onzin", expect=404)


def serving_of(session, person_id, carla):
    where, me = the_municipality(session).id, Actor(person_id)
    period = serving.begin(session, goal_hours=80, starts_on=date(2026, 1, 1), municipality_id=where, actor=me, now=NOW)
    serving.log(session, on_day=date(2026, 3, 1), minutes=60, what="Bar", organisation="", email="", actor=me, now=NOW)
    serving.sign(session, period_id=period.id, municipality_id=where, actor=carla, now=NOW)


def test_who_was_helped_confirms_the_hours(page, sign_in, sessions):
    with sessions.begin() as session:
        match, asker = helped(session, a_volunteer(session), minutes=90)
    sign_in(page, asker.person_id)
    page.get(f"/koppelingen/{match.id}")
    assert "Piet schrijft" in page.text
    page.submit("Ja, dat klopt")
    assert page.flash == "Dank u wel. De uren kloppen."
    assert "Klopt dat?" not in page.text


def test_a_year_says_what_was_done_and_not_for_whom(page, sign_in, sessions):
    with sessions.begin() as session:
        piet, wil = a_volunteer(session, "Piet"), a_person(session, "Wilhelmina")
        helped(session, piet, minutes=90, said="Wat een fijne man.", requester=wil)
    sign_in(page, piet.person_id)
    page.get("/mijn/helpen").follow("Wat ik deed dit jaar")
    assert "U hielp één mens, samen één keer." in page.text
    assert "Wat een fijne man." in page.text
    assert "Wilhelmina" not in page.source
    page.submit("Bewaar mijn keuze", wants_year=False)
    assert page.flash == "Uw keuze is bewaard."
    with sessions.read() as session:
        assert not queries.find_recognition(session, piet.person_id).wants_year
    page.get("/mijn/jaar/2025")
    assert "staat hier nog niets" in page.text
    page.get("/mijn/jaar/2031", expect=404)


def test_yesterdays_requester_becomes_a_volunteer_in_two_steps(page, sign_in, sessions):
    """A few small things, then the form with the kind and the postcode filled in."""
    with sessions.begin() as session:
        _, asker = helped(session, a_volunteer(session), said="Heel fijn.")
        recognition.invite(session, NOW + 3 * DAY)
    sign_in(page, asker.person_id)
    page.get("/mijn/iets-doen").submit("Ga verder", kinds=["company.phone"])
    values = page.values("Doe mee")
    assert values["skills_meeting_company"] == ["company.phone"]
    assert values["postcode"] == ["4901AB"]
    page.submit("Doe mee")
    assert page.heading == "Fijn dat u meedoet"


def test_a_no_is_thanked_and_never_asked_again(page, sign_in, sessions):
    with sessions.begin() as session:
        _, asker = helped(session, a_volunteer(session), said="Heel fijn.")
        recognition.invite(session, NOW + 3 * DAY)
    sign_in(page, asker.person_id)
    page.get("/mijn/iets-doen").submit("Nee, dank u")
    assert page.flash == "Dank u wel. Wij vragen het niet meer."
    assert "wij vragen het niet meer" in page.text


def test_figures_say_which_dimensions_were_served_and_hide_few(page, sign_in, sessions, clock):
    with sessions.begin() as session:
        reader = a_coordinator(session, "Lotte", kind=StaffRoleKind.READER)
        helped(session, a_volunteer(session), at=NOW - 40 * DAY)
    sign_in(page, reader.person_id)
    page.get("/cijfers")
    assert "Waar is de hulp goed voor?" in page.text
    assert "minder dan 5" in page.text
