"""Help that returns, on its pages: asked, seen, skipped, moved, refused, gone on with and stopped."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from sqlmodel import select

from marketplace.links import FeedLinks
from marketplace.models import Hours, NoticeKind, Occurrence, OccurrenceStatus, OutboxMessage, Person, Rhythm, Series
from marketplace.permissions import Actor
from marketplace.queries import series as queries
from marketplace.series import changing, reminding, settling
from tests.support.builders import a_coordinator, a_person, on_duty
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
