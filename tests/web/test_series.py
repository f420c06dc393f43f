"""Help that returns, on its pages: asked, seen, skipped, moved, refused, gone on with and stopped."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from sqlmodel import select

from marketplace import matches
from marketplace.links import FeedLinks
from marketplace.models import (
    ContactBy,
    HelpRequest,
    Hours,
    NoticeChannel,
    NoticeKind,
    Occurrence,
    OccurrenceStatus,
    OutboxMessage,
    Person,
    Rhythm,
    Series,
)
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.series import changing, reminding, settling
from tests.support.builders import a_coordinator, a_match, a_person, a_request, on_duty
from tests.support.clock import NOW
from tests.support.series_builders import a_series, a_walker, joins
from tests.web.test_asking import WHERE, a_known_person


@pytest.fixture
def weekly(sessions):
    """Piet walks with Riet every Tuesday: the series, who asks and who helps."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        series = a_series(session, requester=riet)
        piet = a_walker(session, "Piet")
        joins(session, series, piet)
        return series.id, riet.id, piet.person_id


def times(sessions):
    with sessions.read() as session:
        return session.exec(select(Occurrence).order_by(Occurrence.original_on)).all()


def told(sessions, kind):
    with sessions.read() as session:
        return [row.person_id for row in session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind))]


def test_a_walk_every_week_is_asked_in_the_conversation(page, sessions, sign_in):
    sign_in(page, a_known_person(sessions))
    page.get("/hulp-vragen")
    page.submit("Ga verder", text="Wie wandelt er elke week met mij?")
    page.submit("Samen wandelen")
    page.submit("Ga verder", **WHERE)
    page.follow("Vaker")
    page.submit(
        "Ga verder", rhythm="week", date="2026-03-10", **{"from": "10:00"}, minutes="60", turns="een", months="6"
    )
    assert "Elke dinsdag om 10.00 uur, vanaf dinsdag 10 maart tot" in page.text
    page.submit("Vraag plaatsen")
    with sessions.read() as session:
        (series,) = session.exec(select(Series)).all()
        assert (series.rhythm, series.first_on, series.start_minute) == (Rhythm.WEEKLY, date(2026, 3, 10), 600)
        assert series.is_reviewed
        assert not series.is_circle


def test_what_is_missing_of_a_series_is_asked_again_with_what_was_typed(page, sessions, sign_in):
    sign_in(page, a_known_person(sessions))
    page.get("/hulp-vragen")
    page.submit("Ga verder", text="Wie wandelt er elke week met mij?")
    page.submit("Samen wandelen")
    page.submit("Ga verder", **WHERE)
    page.follow("Vaker")
    page.submit("Ga verder", rhythm="maand", turns="kring", expect=400)
    assert "Vul een datum in" in page.text
    assert "Vul in hoe laat het begint" in page.text


def test_a_series_is_taken_by_telephone(page, sessions, sign_in):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        on_duty(session, staff)
    sign_in(page, staff.person_id)
    page.get("/werk/nieuwe-vraag")
    page.submit(
        "Ja gezegd aan de telefoon: plaats de vraag",
        name="Riet de Wit",
        telephone="0162 123456",
        address="Dorpstraat 12, 4901 AB",
        text="Elke maand samen wandelen",
        skill="company.walking",
        rhythm="maand",
        date="2026-03-10",
        at="10:00",
        slots="3",
    )
    with sessions.read() as session:
        (series,) = session.exec(select(Series)).all()
        assert series.rhythm is Rhythm.SECOND
        assert series.is_circle


def test_who_asks_skips_one_time_and_the_helper_hears_it(page, sessions, sign_in, weekly):
    _, riet_id, piet_id = weekly
    sign_in(page, riet_id)
    page.get("/mijn").follow("Samen wandelen, elke dinsdag om 10.00 uur")
    assert "Piet komt." in page.text
    page.submit("Deze keer niet op dinsdag 10 maart om 10.00 uur")
    assert "De andere keren blijven" in page.text
    assert times(sessions)[0].status is OccurrenceStatus.SKIPPED
    assert piet_id in told(sessions, NoticeKind.OCCURRENCE_CHANGED)
    page.submit("Toch wel op dinsdag 10 maart om 10.00 uur")
    assert times(sessions)[0].person_id == piet_id


def test_one_time_on_another_day_keeps_the_others(page, sessions, sign_in, weekly):
    series_id, riet_id, _ = weekly
    sign_in(page, riet_id)
    page.get(f"/reeks/{series_id}").follow("Andere dag in plaats van dinsdag 17 maart om 10.00 uur")
    page.submit("Verzet deze keer", day="2026-03-24", at="10:00", expect=400)
    assert "Op dit moment staat er al een keer" in page.text
    page.submit("Verzet deze keer", day="2026-03-18", at="14:00")
    assert "Woensdag 18 maart om 14.00 uur" in page.text
    assert times(sessions)[2].starts_at.date() == date(2026, 3, 24)


def test_a_move_by_the_helper_may_not_suit_who_asks(page, sessions, sign_in, weekly):
    series_id, riet_id, piet_id = weekly
    sign_in(page, piet_id)
    page.get(f"/reeks/{series_id}").follow("Andere dag in plaats van dinsdag 17 maart om 10.00 uur")
    page.submit("Verzet deze keer", day="2026-03-18", at="14:00")
    sign_in(page, riet_id)
    page.get(f"/reeks/{series_id}")
    page.submit("Dit komt niet uit op woensdag 18 maart om 14.00 uur")
    one = times(sessions)[1]
    assert (one.starts_at.date(), one.person_id) == (date(2026, 3, 17), None)
    assert "Wij zoeken iemand" in page.text


def test_who_cannot_come_says_so_and_the_asker_sees_a_search(page, sessions, sign_in, weekly):
    series_id, riet_id, piet_id = weekly
    sign_in(page, piet_id)
    page.get(f"/reeks/{series_id}")
    page.submit("Ik kan niet op dinsdag 10 maart om 10.00 uur")
    assert "Wij regelen iemand anders" in page.text
    with sessions.read() as session:
        assert len(queries.list_running_searches(session, series_id)) == 1
    assert riet_id in told(sessions, NoticeKind.OCCURRENCE_CHANGED)


def test_who_helps_stops_and_who_asks_stops(page, sessions, sign_in, weekly, clock):
    series_id, riet_id, piet_id = weekly
    sign_in(page, piet_id)
    page.get(f"/reeks/{series_id}").follow("Stoppen met helpen")
    page.submit("Ik stop met helpen", last="2026-03-17")
    assert [one.person_id for one in times(sessions)[:3]] == [piet_id, piet_id, None]
    sign_in(page, riet_id)
    page.get(f"/reeks/{series_id}").follow("Stoppen met deze hulp")
    page.submit("Stop deze hulp", last="nu")
    assert "Dit is afgelopen." in page.text


def test_before_its_day_the_page_asks_whether_it_goes_on(page, sessions, sign_in, clock):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        series = a_series(session, requester=riet, last_on=date(2026, 3, 20))
        joins(session, series, a_walker(session))
    sign_in(page, riet.id)
    page.get(f"/reeks/{series.id}")
    page.submit("Ja, het gaat door", months="3")
    with sessions.read() as session:
        assert queries.get_series(session, series.id).last_on == date(2026, 6, 3)


def test_a_helper_of_a_circle_says_how_often(page, sessions, sign_in):
    with sessions.begin() as session:
        series = a_series(session, places=2)
        piet, anna = a_walker(session), a_walker(session, "Anna")
        for one in (piet, anna):
            joins(session, series, one)
    sign_in(page, piet.person_id)
    page.get(f"/reeks/{series.id}")
    assert "Een ander komt." in page.text
    assert "Anna" not in page.text
    page.submit("Bewaar hoe vaak", most="1")
    march = [one for one in times(sessions) if one.original_on.month == 3 and one.person_id == piet.person_id]
    assert len(march) <= 1


def test_hours_are_kept_in_all_and_how_it_goes_is_told_once_in_a_while(page, sessions, sign_in, weekly, clock):
    series_id, _, piet_id = weekly
    later = NOW + timedelta(days=16)
    clock.set(later)
    with sessions.begin() as session:
        settling.settle(session, queries.get_series(session, series_id), now=later)
    sign_in(page, piet_id)
    page.get(f"/reeks/{series_id}")
    assert "U kwam 2 keer." in page.text
    page.submit("Bewaar mijn uren", hours="veel", expect=400)
    page.submit("Bewaar mijn uren", hours="2,5")
    with sessions.read() as session:
        assert [row.minutes for row in session.exec(select(Hours))] == [150]
    page.submit("Vertel hoe het gaat", how="bad", remark="Riet is vaak moe.")
    assert "Iemand van ons belt u" in page.text


@pytest.mark.parametrize("path", ["", "/stoppen"])
def test_a_stranger_finds_nothing_there(page, sessions, sign_in, weekly, path):
    series_id, *_ = weekly
    with sessions.begin() as session:
        stranger = a_person(session, "Vera")
    sign_in(page, stranger.id)
    page.get(f"/reeks/{series_id}{path}", expect=404)


def test_the_case_shows_the_series_and_staff_change_it_for_them(page, sessions, sign_in, weekly):
    series_id, *_ = weekly
    with sessions.begin() as session:
        staff = a_coordinator(session)
        on_duty(session, staff)
        request_id = queries.get_series(session, series_id).request_id
    sign_in(page, staff.person_id)
    page.get(f"/werk/{request_id}")
    assert "Elke dinsdag om 10.00 uur, tot" in page.text
    page.get(f"/reeks/{series_id}")
    page.submit("Piet kan niet op dinsdag 10 maart om 10.00 uur")
    assert times(sessions)[0].person_id is None


def test_every_time_stands_in_the_calendar_under_a_name_that_stays(page, sessions, sign_in, weekly, settings):
    _, riet_id, piet_id = weekly
    with sessions.read() as session:
        version = session.get_one(Person, piet_id).feed_version
    path = urlsplit(FeedLinks(settings.secret_key, settings.base_url).url_of(piet_id, version)).path

    def events():
        calendar = Calendar.from_ical(page.send("GET", path).content)
        return {str(one["uid"]): (one["dtstart"].dt, int(one["sequence"])) for one in calendar.walk("VEVENT")}

    before = events()
    assert len(before) == 8
    one = times(sessions)[1]
    with sessions.begin() as session:
        changing.move(
            session,
            occurrence_id=one.id,
            starts_at=one.starts_at + timedelta(days=1),
            actor=Actor(riet_id),
            now=NOW,
        )
    after = events()
    assert set(after) == set(before)
    (uid,) = [uid for uid in before if uid.startswith(str(one.id))]
    assert after[uid][0] - before[uid][0] == timedelta(days=1)
    assert after[uid][1] > before[uid][1]


def test_the_day_before_both_are_reminded_and_once(sessions, weekly):
    _, riet_id, piet_id = weekly
    at = NOW + timedelta(days=6, hours=1)
    with sessions.begin() as session:
        assert reminding.remind(session, at) == 1
        assert reminding.remind(session, at) == 0
    assert set(told(sessions, NoticeKind.OCCURRENCE_REMINDER)) == {riet_id, piet_id}


def reminded(sessions, on, *, now):
    with sessions.begin() as session:
        reminding.remind(session, now)
        asked = select(OutboxMessage).where(OutboxMessage.kind == NoticeKind.OCCURRENCE_REMINDER)
        return [
            (row.person_id, row.channel)
            for row in session.exec(asked)
            if row.subject["occurrence"] == str(on) and row.queued_at == now
        ]


@pytest.mark.database("sqlite")
def test_who_has_no_email_is_rung_up_the_day_before_until_she_says_that_she_knows(
    page, sessions, sign_in, weekly, clock
):
    series_id, riet_id, piet_id = weekly
    with sessions.begin() as session:
        riet = session.get_one(Person, riet_id)
        riet.email, riet.contact_by = None, ContactBy.TELEPHONE
        carla = a_coordinator(session).person_id
    first, second, third = (one.id for one in times(sessions)[:3])
    clock.move(days=6, hours=1)
    assert set(reminded(sessions, first, now=clock())) == {
        (riet_id, NoticeChannel.TELEPHONE),
        (piet_id, NoticeChannel.EMAIL),
    }
    sign_in(page, carla)
    page.get("/werk/bellen").submit("Ik bel Riet Jansen")
    assert "Piet komt bij u: samen wandelen." in page.text
    page.submit("Verteld")
    clock.move(days=7)
    assert (riet_id, NoticeChannel.TELEPHONE) in reminded(sessions, second, now=clock())
    sign_in(page, carla)
    page.get("/werk/bellen").submit("Ik bel Riet Jansen").submit("Hoeft dit niet elke keer te horen")
    clock.move(days=7)
    assert reminded(sessions, third, now=clock()) == [(piet_id, NoticeChannel.EMAIL)]
    with sessions.begin() as session:
        changing.refuse(session, occurrence_id=third, actor=Actor(piet_id), now=clock())
        settling.settle_one(session, series_id, now=clock())
    assert riet_id in told(sessions, NoticeKind.OCCURRENCE_CHANGED), "what changes she hears all the same"
    clock.move(days=2)
    assert "Riet" not in page.get("/werk/bellen").text, "nobody is rung up about yesterday"


@pytest.mark.database("sqlite")
def test_a_letter_would_come_too_late_to_remind_of_tomorrow(sessions, weekly):
    _, riet_id, piet_id = weekly
    with sessions.begin() as session:
        riet = session.get_one(Person, riet_id)
        riet.email, riet.may_be_called, riet.contact_by = None, False, ContactBy.LETTER
    now = NOW + timedelta(days=6, hours=1)
    assert reminded(sessions, times(sessions)[0].id, now=now) == [(piet_id, NoticeChannel.EMAIL)]


@pytest.mark.database("sqlite")
def test_staff_who_widen_leave_the_times_as_they_are_and_read_where_these_change(page, sessions, sign_in):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        on_duty(session, carla)
        riet = a_person(session, "Riet")
        series = a_series(session, requester=riet)
        once = a_request(session, requester=riet, skill="company.walking")
        case, before = series.request_id, [one.starts_at for one in queries.list_occurrences(session, series.id)]
    sign_in(page, carla.person_id)
    page.get(f"/werk/{case}")
    assert "De tijden verandert u bij de reeks." in page.text
    for gone in ("Elk moment is goed", "Maak er twee vragen van", "Maak er één vraag van"):
        assert gone not in page.text
    page.post(f"/werk/{case}/verruimen", {"widen_any_time": "ja", "widen_extra_days": "7"}, expect=400)
    assert page.errors() == ["Deze hulp komt vaker terug. Verander de tijd op de pagina van de reeks."]
    split = {"split_text": "Ook boodschappen.", "split_skill": "house.groceries", "split_minutes": "60"}
    page.post(f"/werk/{case}/splitsen", split, expect=400)
    assert "Neem voor het tweede een nieuwe vraag op, en kies daar hoe vaak." in page.text
    page.post(f"/werk/{case}/samenvoegen", {"merge_other": str(once.id)}, expect=400)
    assert "Stop eerst de reeks die weg mag" in page.text
    page.get(f"/werk/{case}").submit("Vraag verruimen", widen_extra_days="3")
    assert page.flash == "De vraag is ruimer. De zoekmachine vraagt opnieuw."
    with sessions.read() as session:
        assert [one.starts_at for one in queries.list_occurrences(session, series.id)] == before
        assert requests.list_weekdays(session, case) == {1}


@pytest.mark.database("sqlite")
def test_a_carer_has_somebody_every_week_and_tells_her_story_once(page, sessions, sign_in, clock):
    """Asked at the door for carers; who comes reads what must be known, also of the time that another stands in for."""
    known = a_known_person(sessions)
    sign_in(page, known)
    page.get("/mantelzorg").follow("Ik werk, en zorg voor iemand")
    page.submit("Ga verder", text="Wie blijft op dinsdag bij mijn man?", care_note="Hij is bang in het donker.")
    page.submit("Ga verder", **WHERE)
    page.follow("Vaker")
    page.submit(
        "Ga verder", rhythm="week", date="2026-03-10", **{"from": "10:00"}, minutes="120", turns="een", months="6"
    )
    page.submit("Vraag plaatsen")
    with sessions.begin() as session:
        (series,) = session.exec(select(Series)).all()
        settling.settle(session, series, now=NOW)
        ans = a_walker(session, "Ans", skills=("company.respite",), seen=["vog"])
        match = joins(session, series, ans)
        series_id, ans_id = series.id, ans.person_id
    assert {one.person_id for one in times(sessions)} == {ans_id}, "one yes is for every time"
    helper = page.another()
    sign_in(helper, ans_id)
    assert "Hij is bang in het donker." in helper.get(f"/koppelingen/{match.id}").text
    first = times(sessions)[0]
    with sessions.begin() as session:
        changing.refuse(session, occurrence_id=first.id, actor=Actor(ans_id), now=NOW)
        settling.settle_one(session, series_id, now=NOW)
        search = session.exec(select(HelpRequest).where(HelpRequest.occurrence_id == first.id)).one()
        assert (search.skill_code, search.minutes, search.care_note) == (
            "company.respite",
            120,
            "Hij is bang in het donker.",
        )
        bep = a_walker(session, "Bep", skills=("company.respite",), seen=["vog"])
        joins_once = a_match(session, search, bep)
        matches.confirm(session, match_id=joins_once.id, actor=Actor(known), now=NOW)
        settling.settle_one(session, series_id, now=NOW)
    comes = [one.person_id for one in times(sessions)]
    assert comes[0] == bep.person_id
    assert set(comes[1:]) == {ans_id}
