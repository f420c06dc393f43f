"""Organisations on the site: who may see and press what, the list for other sites, and what search engines are told."""

import json
from datetime import timedelta

import pytest

from marketplace import matches, meetings, responses
from marketplace.clubs import applying
from marketplace.links import InvitationLinks
from marketplace.models import (
    GroupActivityPlace,
    Match,
    MemberRole,
    Organisation,
    OrganisationInvitation,
    OrganisationStatus,
    Vacancy,
    WaitingPlace,
    WaitingStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import organisations
from tests.support import builders, club_builders, rows
from tests.support.clock import NOW
from tests.support.club_builders import BAR, a_shift


@pytest.fixture
def club(sessions):
    """A club with a vacancy of two shifts (the first full), its people, and somebody who helps elsewhere."""
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        editor = club_builders.a_member(session, organisation, owner)
        reader = club_builders.a_member(session, organisation, owner, MemberRole.READER, "Rie")
        vacancy, (first, second) = club_builders.a_vacancy(
            session,
            organisation,
            owner,
            a_shift(96),
            a_shift(120),
            questions=("Hebt u ervaring?",),
            street="Warandelaan",
            house_number="12",
        )
        piet = builders.a_volunteer(session, "Piet", skills={BAR}, capacity=5)
        eva = builders.a_volunteer(session, "Evarista", skills={BAR}, capacity=5)
        responses.apply(session, request_id=first.id, actor=Actor(piet.person_id), now=NOW)
        found = {
            "organisation": organisation.id,
            "owner": owner.person_id,
            "editor": editor.person_id,
            "reader": reader.person_id,
            "vacancy": vacancy.id,
            "first": first.id,
            "second": second.id,
            "piet": piet.person_id,
            "eva": eva.person_id,
        }
    return found


def test_somebody_founds_an_organisation_and_posts_a_vacancy_with_shifts(page, sessions, sign_in):
    with sessions.begin() as session:
        frans = builders.a_person(session, "Frans").id
    sign_in(page, frans)
    page.get("/organisaties/aanmelden").submit("Meld aan", expect=400)
    assert len(page.errors()) == 4, "what is left out is said at once, not one thing after the other"
    typed = {"name": "VV Oosterhout", "about": "Voetbal voor iedereen.", "postcode": "4901 AB", "is_sixteen": "ja"}
    page.submit("Meld aan", typed)
    assert page.heading == "VV Oosterhout"
    page.follow("Nieuwe vacature").submit("Plaats de vacature", expect=400)
    assert "Vul in wie u zoekt." in page.errors()
    assert "Vertel wat iemand gaat doen." in page.errors()
    page.submit("Nog een dienst")
    assert "Dienst 4" in page.text
    page.submit(
        "Plaats de vacature",
        {
            "title": "Kantine bij het toernooi",
            "text": "U schenkt koffie.",
            "skill": BAR,
            "shift_1_day": "2026-03-14",
            "shift_1_from": "10:00",
            "shift_1_until": "13:00",
            "shift_1_people": "2",
            "shift_2_day": "2026-03-14",
            "shift_2_from": "13:00",
            "shift_2_until": "16:00",
            "shift_2_people": "1",
            "shift_4_day": "2026-03-15",
            "shift_4_from": "10:00",
            "shift_4_until": "",
            "shift_4_people": "2",
        },
        expect=400,
    )
    page.submit("Plaats de vacature", {"shift_4_until": "12:00"})
    assert page.heading == "Kantine bij het toernooi"
    assert "Nog 2 nodig" in page.text
    with sessions.read() as session:
        organisation = session.exec(rows.all_of(Organisation)).one()
        assert organisation.status is OrganisationStatus.NEW
    # It works, and stands on no list yet.
    visitor = page.another()
    assert "VV Oosterhout" not in visitor.get("/organisaties").text
    visitor.get(f"/organisaties/{organisation.id}", expect=404)
    visitor.get(f"/vacatures/{page.url.rsplit('/', 1)[1]}")
    assert str(organisation.id) not in visitor.source, "no link leads to a page that is not there"
    page.get("/mijn").follow("Regel het voor VV Oosterhout")


def test_who_offers_answers_the_questions_and_takes_two_shifts_at_once(page, sessions, sign_in, club):
    sign_in(page, club["eva"])
    page.get(f"/vacatures/{club['vacancy']}").submit("Ik help", expect=400)
    page.submit("Ik help", {"shifts": [str(club["second"])], "question_1": "Ja, jaren."})
    assert "U komt. Dank u wel!" in page.text
    with sessions.read() as session:
        assert {match.person_id for match in session.exec(rows.all_of(Match))} == {club["piet"], club["eva"]}


def test_who_comes_too_late_waits_and_is_placed(page, sessions, sign_in, club):
    sign_in(page, club["eva"])
    page.get(f"/vacatures/{club['vacancy']}").submit("Zet mij op de wachtlijst", {"sure": True})
    assert "U staat vooraan op de wachtlijst." in page.text
    other = page.another()
    sign_in(other, club["piet"])
    with sessions.read() as session:
        match_id = session.exec(rows.all_of(Match)).one().id
    other.get(f"/koppelingen/{match_id}/afzeggen").submit()
    assert "U komt. Dank u wel!" in page.get(f"/vacatures/{club['vacancy']}").text
    with sessions.read() as session:
        assert session.exec(rows.all_of(WaitingPlace)).one().status is WaitingStatus.PLACED


def test_who_waits_may_leave_the_list(page, sessions, sign_in, club):
    sign_in(page, club["eva"])
    page.get(f"/vacatures/{club['vacancy']}").submit("Zet mij op de wachtlijst")
    assert "U staat op de wachtlijst" in page.get("/mijn").text
    page.get(f"/vacatures/{club['vacancy']}").submit("Haal mij van de lijst")
    with sessions.read() as session:
        assert session.exec(rows.all_of(WaitingPlace)).one().status is WaitingStatus.LEFT


@pytest.mark.parametrize(
    ("who", "overview", "form", "answers"),
    [("owner", 200, 200, True), ("editor", 200, 200, True), ("reader", 200, 403, False), ("eva", 404, 404, False)],
)
def test_each_role_sees_what_is_its_own_and_no_more(page, sessions, sign_in, club, who, overview, form, answers):
    """What people answered is read by who chooses: not by a reader, not by who offers too, not by staff."""
    with sessions.begin() as session:
        vacancy, (request,) = club_builders.a_vacancy(
            session,
            session.get_one(Organisation, club["organisation"]),
            club_builders.acting(session, club["owner"]),
            a_shift(200),
            is_chosen_by_requester=True,
            questions=("Wat weet niemand van u?",),
        )
        actor = Actor(club["piet"])
        applying.save_answers(session, vacancy_id=vacancy.id, answers=["Kanarievogel"], actor=actor, now=NOW)
        responses.apply(session, request_id=request.id, actor=actor, now=NOW)
        vacancy_id = vacancy.id
    sign_in(page, club[who])
    base = f"/organisaties/{club['organisation']}/beheer"
    page.get(base, expect=overview)
    page.get(f"{base}/vacature", expect=form)
    page.get(f"{base}/leden", expect=overview)
    page.get(f"{base}/vacatures/{vacancy_id}", expect=overview)
    assert ("Kanarievogel" in page.text) is answers
    assert "Kanarievogel" not in page.get(f"/vacatures/{vacancy_id}").text
    if answers:
        page.get(f"{base}/vacatures/{vacancy_id}").submit("Ja, graag Piet")
        assert "Piet" in page.text
        assert "Wij laten het meteen weten" in page.text


def test_canaries_of_organisations_are_found_nowhere_else(page, sessions, sign_in, club):
    """The street, surnames, telephones and who waits: not for a visitor, not in the frame, the JSON or the sitemap."""
    with sessions.begin() as session:
        owner = builders.people.get_person(session, club["owner"])
        owner.last_name, owner.telephone, owner.email = "Kanarieman", "06 55512399", "kanarie@voorbeeld.nl"
        session.add(owner)
        applying.join_list(session, request_id=club["first"], is_sure=True, actor=Actor(club["eva"]), now=NOW)
    visitor = page.another()
    addresses = (
        "/organisaties",
        f"/organisaties/{club['organisation']}",
        f"/vacatures/{club['vacancy']}",
        "/hulpvragen",
        "/sitemap.xml",
        "/robots.txt",
        "/inbed/vacatures",
        f"/inbed/organisaties/{club['organisation']}",
        "/api/vacatures",
        f"/api/organisaties/{club['organisation']}/vacatures",
    )
    for address in addresses:
        text = visitor.send("GET", address).text
        for canary in ("Kanarieman", "55512399", "kanarie@", "Warandelaan", "Evarista", "Piet"):
            assert canary not in text, f"{canary} on {address}"


def test_an_invitation_is_joined_by_who_it_was_for(page, sessions, sign_in, club, settings):
    with sessions.begin() as session:
        nel, nora = builders.a_person(session, "Nel"), builders.a_person(session, "Nora")
        nel_id, nora_id, email = nel.id, nora.id, nel.email
    sign_in(page, club["owner"])
    base = f"/organisaties/{club['organisation']}/beheer/leden"
    page.get(base).submit("Stuur de uitnodiging", {"email": email, "role": "editor"})
    assert email in page.text
    with sessions.read() as session:
        invitation = session.exec(rows.all_of(OrganisationInvitation)).all()[-1]
    path = InvitationLinks(settings.secret_key).path(invitation.id)
    stranger = page.another()
    assert "Log in" in stranger.get(path).text
    sign_in(stranger, nora_id)
    assert "voor een ander e-mailadres" in stranger.get(path).text
    invited = page.another()
    sign_in(invited, nel_id)
    invited.get(path).submit("Ja, ik doe mee", expect=400)
    invited.submit("Ja, ik doe mee", is_sixteen="ja")
    assert invited.heading == "VV Oosterhout"
    invited.get(path, expect=410)
    with sessions.read() as session:
        assert organisations.find_role(session, club["organisation"], nel_id) is MemberRole.EDITOR


def test_staff_put_an_organisation_on_the_list(page, sessions, sign_in):
    with sessions.begin() as session:
        club_builders.an_organisation(session, "Scouting", is_seen=False)
        carla = builders.a_coordinator(session).person_id
    sign_in(page, carla)
    page.get("/werk/organisaties").submit("Zet Scouting op de lijst")
    assert "Scouting" in page.another().get("/organisaties").text


def test_an_activity_is_joined_left_and_called_off(page, sessions, sign_in, club):
    with sessions.begin() as session:
        owner = club_builders.acting(session, club["owner"])
        club_builders.an_activity(
            session, session.get_one(Organisation, club["organisation"]), owner, places=1, title="Wandelvoetbal"
        )
    sign_in(page, club["eva"])
    page.get(f"/organisaties/{club['organisation']}").submit("Ik doe mee: Wandelvoetbal")
    assert "U doet mee." in page.text
    assert "Wandelvoetbal" in page.get("/mijn").text
    other = page.another()
    sign_in(other, club["piet"])
    assert "Vol" in other.get(f"/organisaties/{club['organisation']}").text
    page.get(f"/organisaties/{club['organisation']}").submit("Ik kom toch niet: Wandelvoetbal")
    with sessions.read() as session:
        assert not session.exec(rows.all_of(GroupActivityPlace)).all()
    sign_in(page, club["owner"])
    page.get(f"/organisaties/{club['organisation']}/beheer").submit("Gaat niet door: Wandelvoetbal")
    assert "Wandelvoetbal" not in other.get(f"/organisaties/{club['organisation']}").text


def test_a_list_stands_in_a_frame_of_its_own_site_and_of_no_other(page, club):
    """Only the two addresses for frames may be framed; they run no script, take no form and leave no cookie."""
    framed = page.send("GET", f"/inbed/organisaties/{club['organisation']}")
    policy = framed.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://www.vvoosterhout.example")
    assert "form-action 'none'" in policy
    assert "script-src" not in policy
    assert "set-cookie" not in framed.headers
    assert framed.headers["cache-control"] == "public, max-age=300"
    assert "Helpen in de kantine" in framed.text
    everything = page.send("GET", "/inbed/vacatures")
    assert everything.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    for address in ("/", "/organisaties", f"/organisaties/{club['organisation']}", "/api/vacatures"):
        assert "frame-ancestors 'none'" in page.send("GET", address).headers["content-security-policy"]


def test_what_is_open_is_read_as_json_and_not_sent_twice(page, club):
    answer = page.send("GET", "/api/vacatures")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    (vacancy,) = json.loads(answer.text)["vacancies"]
    assert (vacancy["organisation"], vacancy["title"]) == (
        "VV Oosterhout",
        "Helpen in de kantine bij het voorjaarstoernooi",
    )
    # The first shift is full: only the second can still be offered for.
    assert [(shift["places"], shift["free"]) for shift in vacancy["shifts"]] == [(1, 1)]
    again = page._client.get("/api/vacatures", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert "access-control-allow-origin" not in page.send("GET", "/organisaties").headers


def test_search_engines_find_organisations_and_vacancies_and_no_private_question(page, sessions, club):
    with sessions.begin() as session:
        private = builders.a_request(session).id
    listed = page.send("GET", "/sitemap.xml").text
    assert f"/vacatures/{club['vacancy']}" in listed
    assert str(private) not in listed
    robots = page.send("GET", "/robots.txt").text
    assert "Disallow: /hulpvragen/" in robots
    assert "Sitemap: " in robots
    text = page.send("GET", f"/vacatures/{club['vacancy']}").text
    for words in ('itemtype="https://schema.org/JobPosting"', 'content="VOLUNTEER"', 'itemprop="hiringOrganization"'):
        assert words in text


def test_last_years_vacancy_is_copied_to_the_same_weekday_and_hour(page, sessions, sign_in, club):
    """Three hours from ten is three hours from ten a year later too, on the other side of a clock change."""
    sign_in(page, club["owner"])
    page.get(f"/organisaties/{club['organisation']}/beheer/vacature?van={club['vacancy']}")
    typed = {name: values[0] for name, values in page.values("Plaats de vacature").items()}
    assert typed["title"] == "Helpen in de kantine bij het voorjaarstoernooi"
    assert typed["shift_1_day"] == (NOW + timedelta(hours=96)).date().replace(year=2027, day=6).isoformat()
    assert typed["shift_1_from"] == "10:00"
    assert typed["copied_from"] == str(club["vacancy"])


def test_a_request_of_a_shift_leads_to_its_vacancy(page, club):
    assert page.get(f"/hulpvragen/{club['second']}").heading == "Helpen in de kantine bij het voorjaarstoernooi"


def test_a_vacancy_is_withdrawn_shift_by_shift_and_as_a_whole(page, sessions, sign_in, club):
    sign_in(page, club["editor"])
    path = f"/organisaties/{club['organisation']}/beheer/vacatures/{club['vacancy']}"
    page.get(path).follow("Gaat niet door: zaterdag").submit("Ja, dit gaat niet door")
    assert "Gaat niet door" in page.text
    page.get(path).follow("Trek de hele vacature in").submit("Ja, trek alles in")
    with sessions.read() as session:
        assert session.get_one(Vacancy, club["vacancy"]).ended_at is not None


def test_members_read_what_was_done_in_a_year_and_nobody_stands_in_it(page, sessions, sign_in, club, clock):
    """One of two shifts was: one of its places was filled, by Piet, for three hours. What is to come is not counted."""
    piet = Actor(club["piet"])
    sign_in(page, club["reader"])
    base = f"/organisaties/{club['organisation']}/beheer"
    assert "Het jaar 2026" not in page.get(base).text
    with sessions.begin() as session:
        match = session.exec(rows.all_of(Match)).one()
        later = NOW + timedelta(hours=101)
        matches.confirm_overdue(session, NOW + timedelta(hours=25))
        session.refresh(match)
        matches.finish(session, match_id=match.id, actor=piet, now=later)
        meetings.log_hours(session, match_id=match.id, minutes=180, actor=piet, now=later)
    clock.move(hours=102)
    sign_in(page, club["reader"])
    page.get(base)
    assert "Het jaar 2026 Mensen die hielpen 1 Keren 1 Uren, voor zover verteld Drie uur" in page.text
    assert "Plekken in diensten 1 van de 1 gevuld" in page.text
    assert "Piet" not in page.text.split("Het jaar 2026")[1]
