"""The pages of the social map, of garden days and of something to do now."""

from datetime import date, timedelta

import pytest

from marketplace import matches
from marketplace.models import (
    ActivityKind,
    ActivityLinkKind,
    ContactBy,
    Garden,
    GardenDay,
    HelpRequest,
    Known,
    Match,
    NoticeChannel,
    NoticeKind,
    Offer,
    Origin,
    Person,
    Proposal,
    TaskAlert,
)
from marketplace.policies import AMSTERDAM
from marketplace.queries import social_map
from marketplace.together.places import OtherDay
from tests.marketplace.together.garden_builders import DAY, a_garden_day, a_leader, says, some_gardens
from tests.marketplace.together.test_places import a_place, an_activity
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_request, the_municipality
from tests.support.clock import NOW
from tests.support.club_builders import an_organisation

CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def street(sessions):
    """A place with something to do every morning, and bingo on Saturday."""
    with sessions.begin() as session:
        staff = a_coordinator(session)
        where = a_place(session, staff, "De Huiskamer", wheelchair=Known.YES)
        coffee = an_activity(session, staff, where, "Koffie", cost_cents=0)
        bingo = an_activity(
            session,
            staff,
            where,
            "Bingo",
            ActivityKind.GAMES,
            weekly=(),
            dated=(OtherDay(date(2026, 3, 7), (840, 960)),),
        )
        return {"staff": staff.person_id, "place": where.id, "coffee": coffee.id, "bingo": bingo.id}


def only(sessions, table):
    with sessions.read() as session:
        (found,) = session.exec(rows.all_of(table)).all()
        return found


def test_everybody_sees_what_goes_on_and_what_is_not_known_is_to_be_asked(page, street):
    page.get("/samen")
    assert "Koffie" in page.text
    page.get("/samen?dag=weekend&soort=spelletjes")
    assert "Bingo" in page.text
    assert "Koffie" not in page.text.partition("<main")[2].partition("Bingo")[0]
    page.get(f"/samen/activiteiten/{street['bingo']}")
    assert "Vraag het na" in page.text
    page.get(f"/samen/plekken/{street['place']}")
    assert "Nagekeken op" in page.text
    page.get("/samen?dag=vandaag&gratis=ja&rolstoel=ja")
    assert "Koffie" in page.text


def test_the_week_fits_on_paper_with_the_weekend_as_plain_as_the_week(page, street):
    page.get("/samen/weekblad")
    assert page.source.count("week-sheet__day--lonely") == 2
    assert "Bingo" in page.text
    page.get("/samen/weekblad?week=volgende&wijk=slotjes")
    assert "Bingo" not in page.text


def test_somebody_who_is_signed_in_asks_for_company_with_one_tap(page, sessions, sign_in, street):
    with sessions.begin() as session:
        riet = a_person(session, "Riet").id
    sign_in(page, riet)
    page.get(f"/samen/activiteiten/{street['coffee']}").submit("Vraag iemand om mee te gaan")
    assert page.url.endswith("/geplaatst")
    request = only(sessions, HelpRequest)
    assert (request.requester_id, request.skill_code) == (riet, "company.culture")
    with sessions.read() as session:
        assert social_map.find_link(session, request.id, ActivityLinkKind.ALONG).activity_id == street["coffee"]


def test_somebody_new_says_who_they_are_and_opens_the_mail(page, sessions, settings, street):
    page.get(f"/samen/activiteiten/{street['coffee']}").follow("Vraag iemand om mee te gaan")
    page.submit("Vraag iemand om mee te gaan", expect=400, first_name="Riet")
    known = {"last_name": "de Wit", "email": "riet@voorbeeld.nl", "telephone": "06 12345678"}
    page.submit("Vraag iemand om mee te gaan", known)
    with sessions.read() as session:
        assert session.exec(rows.all_of(HelpRequest)).all() == []
        assert rows.notices(session) == [NoticeKind.CONFIRM_REQUEST]


def test_beside_a_request_stands_what_goes_on_and_going_there_ends_the_search(page, sessions, sign_in, street):
    with sessions.begin() as session:
        request = a_request(session, skill="company.coffee")
        request_id, riet = request.id, request.requester_id
    sign_in(page, riet)
    page.get(f"/mijn/vragen/{request_id}")
    assert "Misschien ook iets: samen met anderen" in page.text
    page.submit("Ik ga naar Koffie. Zoek niet verder")
    with sessions.read() as session:
        assert session.get_one(HelpRequest, request_id).closed_reason == "goes_there"
        assert social_map.find_link(session, request_id, ActivityLinkKind.INSTEAD) is not None
    page.get(f"/mijn/vragen/{request_id}")
    assert "U gaat zelf ergens naartoe." in page.text


def test_a_coordinator_sees_the_alternatives_beside_a_case(page, sessions, sign_in, street):
    with sessions.begin() as session:
        request_id = a_request(session, skill="company.coffee").id
    sign_in(page, street["staff"])
    page.get(f"/werk/{request_id}")
    assert "Misschien ook iets" in page.text
    assert "Zoek niet verder" not in page.text


def test_the_desk_keeps_the_map(page, sessions, sign_in):
    with sessions.begin() as session:
        staff = a_coordinator(session).person_id
    sign_in(page, staff)
    page.get("/werk/sociale-kaart").submit("Zet 10 bekende plekken op de kaart")
    page.get("/werk/sociale-kaart/nieuw").submit("Bewaar deze plek", expect=400)
    page.submit("Bewaar deze plek", name="De Tuinkamer", postcode="4901")
    page.follow("Voeg een activiteit toe")
    page.submit("Bewaar deze activiteit", expect=400, title="Soep", hours_2="12 uur")
    page.submit("Bewaar deze activiteit", hours_2="12.00-13.30", off="25-12-2026", cost="2,50")
    with sessions.read() as session:
        (facts,) = social_map.list_activities(session, the_municipality(session).id)
        assert facts.times.weekly == ((2, 720, 810),)
        assert facts.times.dated == {CHRISTMAS: None}
        assert facts.activity.cost_cents == 250
    page.follow("Soep").submit("Bewaar deze activiteit")
    page.submit("Alles klopt, ook de tijden")
    page.get("/samen")
    assert "Soep" in page.text


def test_a_group_plans_six_gardens_and_everybody_answers(page, sessions, sign_in, clock):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, street="Dorpstraat", house_number="7"), a_leader(session)
        people, lies = [one.requester_id for one in gardens], leader.person_id
    page.get("/samen/tuindagen")
    assert "6 tuinen in Centrum en Strijen" in page.text
    assert "Dorpstraat" not in page.text
    sign_in(page, lies)
    page.get("/samen/tuindagen").follow("Plan een dag voor deze tuinen")
    page.submit("Vraag het aan de bewoners", expect=400)
    local = DAY.astimezone(AMSTERDAM)
    page.submit("Vraag het aan de bewoners", group_name="Scouting", date=local.date().isoformat())
    day = only(sessions, GardenDay)
    for riet in people[:5]:
        sign_in(her := page.another(), riet)
        her.get("/mijn").follow("Mag Scouting uw tuin doen?")
        her.submit("Ja, graag" if riet != people[4] else "Nee, liever niet")
    sign_in(her := page.another(), people[0])
    her.get("/mijn").follow("Scouting doet uw tuin")
    assert "U hoeft niets meer af te spreken." in her.text
    assert "Bel of mail" not in her.text
    page.get("/mijn")
    assert "Tuindag met Scouting" in page.text
    assert "U helpt" not in page.text, "the gardens stand on the page of the day, with its date"
    page.get(f"/mijn/tuindagen/{day.id}")
    assert "Dorpstraat" not in page.text  # they may still object
    with sessions.begin() as session:
        matches.confirm_overdue(session, NOW + timedelta(days=2))
    clock.set(NOW + timedelta(days=2))
    sign_in(page, lies)
    page.get(f"/mijn/tuindagen/{day.id}/bladen")
    assert page.text.count("Dorpstraat 7") == 4
    with sessions.read() as session:
        assert {one.origin for one in session.exec(rows.all_of(Match)).all()} == {Origin.APPLICATION}


def test_staff_plan_with_a_leader_and_type_in_what_people_say(page, sessions, sign_in):
    with sessions.begin() as session:
        staff = a_coordinator(session).person_id
        some_gardens(session, 3)
        a_leader(session)
        club, _ = an_organisation(session, "VV Oosterhout")
    sign_in(page, staff)
    page.get("/werk/tuindagen")
    assert "Iedereen kan op 35 dagen. De eerste is zondag 8 maart." in page.text
    page.follow("Plan een dag voor deze tuinen")
    assert page.values("Plan deze tuindag")["date"] == ["2026-03-08"]
    page.submit("Zoek de leider", zoek="Lies")
    local = DAY.astimezone(AMSTERDAM)
    filled = {"organisation": str(club.id), "date": local.date().isoformat()}
    page.submit("Plan deze tuindag", filled, expect=400)
    with sessions.read() as session:
        (leader,) = session.exec(rows.all_of(Offer)).all()
    page.submit("Plan deze tuindag", leider=str(leader.id), leider_zei_ja=True)
    with sessions.read() as session:
        garden = session.exec(rows.all_of(Garden)).first()
        assert session.exec(rows.all_of(GardenDay)).one().organisation_id == club.id
    assert "VV Oosterhout, ongeveer 6 mensen" in page.text
    page.post(f"/werk/tuindagen/{garden.garden_day_id}/antwoord", {"tuin": str(garden.request_id), "antwoord": "ja"})
    assert page.text.count("Zegt ja") == 3  # one that did, and two buttons
    page.submit("Zeg deze tuindag af")
    assert "Gaat niet door" in page.text


def test_somebody_takes_on_one_thing_without_an_account(page, sessions):
    with sessions.begin() as session:
        request_id = a_request(session, text="Wie maait er?", skill="garden.mowing").id
    page.get("/nu").submit("Toon wat ik kan doen", expect=400)
    page.submit("Toon wat ik kan doen", postcode="4901 AB", leuk=["tuin"])
    page.follow("Dit doe ik")
    page.submit("Ja, ik doe dit", expect=400, first_name="Noor")
    page.submit("Ja, ik doe dit", email="noor@voorbeeld.nl", is_sixteen=True)
    with sessions.read() as session:
        assert session.exec(rows.all_of(Proposal)).all() == []
        assert rows.notices(session).count(NoticeKind.CONFIRM_TASK) == 1
    page.get(f"/nu/{request_id}?postcode=4901AB")
    page.submit("Ja, ik doe dit", first_name="Kees", telephone="06 12345678", is_sixteen=True)
    assert page.url.endswith("/nu/kijk-op-uw-telefoon")
    assert only(sessions, Proposal).request_id == request_id


def test_who_is_signed_in_has_it_at_once(page, sessions, sign_in):
    with sessions.begin() as session:
        a_request(session)
        noor = a_person(session, "Noor").id
    sign_in(page, noor)
    page.get("/nu").submit("Toon wat ik kan doen", postcode="4901 AB").follow("Dit doe ik")
    page.submit("Ja, ik doe dit", expect=400)
    assert "Kruis aan dat u 16 jaar of ouder bent." in page.errors()[0], "nobody asked her yet"
    page.submit("Ja, ik doe dit", is_sixteen=True)
    assert only(sessions, Match).person_id == noor


def test_where_nothing_fits_it_says_so_and_tells_later(page, sessions):
    with sessions.begin() as session:
        a_request(session, skill="company.coffee")
    page.get("/nu").submit("Toon wat ik kan doen", postcode="4901 AB", leuk=["tuin"])
    assert "Nu past er niets." in page.text
    page.submit("Laat het mij weten", email="noor@voorbeeld.nl")
    alert = only(sessions, TaskAlert)
    assert (alert.email, alert.likes) == ("noor@voorbeeld.nl", ["garden"])


def test_what_needs_a_paper_is_not_taken_on_there(page, sessions):
    with sessions.begin() as session:
        request_id = a_request(session, skill="company.buddy").id
    page.get(f"/nu/{request_id}")
    assert page.url.endswith(f"/hulpvragen/{request_id}")


def test_nobody_sees_a_garden_day_that_is_not_theirs(page, sessions, sign_in):
    with sessions.begin() as session:
        gardens = some_gardens(session, 3, street="Kanariestraat", house_number="7")
        day = a_garden_day(session, gardens, a_leader(session))
        says(session, day, gardens[0])
        matches.confirm_overdue(session, NOW + timedelta(days=2))
        stranger, other = a_person(session, "Sjaak").id, gardens[1].requester_id
        day_id, request_id = day.id, gardens[0].id
    for person_id in (None, stranger, other):
        visitor = page.another()
        if person_id:
            sign_in(visitor, person_id)
        for path in (
            f"/mijn/tuindagen/{day_id}",
            f"/mijn/tuindagen/{day_id}/bladen",
            f"/mijn/tuindagen/{day_id}/{request_id}",
            f"/werk/tuindagen/{day_id}",
            "/samen/tuindagen",
            "/mijn",
        ):
            answer = visitor.send("GET", path)
            assert "Kanariestraat" not in answer.text, path


def test_whose_garden_it_is_says_yes_on_the_telephone(page, sessions, sign_in):
    """Staff read it out and type in the answer: nobody needs e-mail to have their garden done."""
    with sessions.begin() as session:
        staff = a_coordinator(session).person_id
        gardens = some_gardens(session, 3, street="Dorpstraat", house_number="7")
        riet = session.get_one(Person, gardens[0].requester_id)
        riet.email, riet.contact_by, riet.telephone = None, ContactBy.TELEPHONE, "0162 123456"
        session.add(riet)
        session.flush()
        a_garden_day(session, gardens, a_leader(session))
        (message,) = [one for one in rows.outbox(session, NoticeKind.GARDEN_DAY_ASKED) if one.person_id == riet.id]
        assert message.channel is NoticeChannel.TELEPHONE
        message_id = message.id
    sign_in(page, staff)
    page.get("/werk/bellen").post(f"/werk/bellen/{message_id}/nemen")
    page.get(f"/werk/bellen/{message_id}").submit("Ja, zij mogen komen")
    match = only(sessions, Match)
    assert (match.request_id, match.origin) == (gardens[0].id, Origin.APPLICATION)
