"""What time takes, and what it leaves: on both databases, just before and just after each term, and twice."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace import file_looks, history, jobs, posting, privacy, retention
from marketplace.anonymising import NOBODY
from marketplace.asks import Destination
from marketplace.models import ActingAs, EventKind, FileLook, NoticeKind, OutboxMessage
from marketplace.permissions import Actor
from marketplace.queries import privacy as queries
from marketplace.retention import MONTH, POLICY, Forgotten, RetentionPolicy
from tests.support import rows
from tests.support.builders import (
    LONG_AGO,
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_volunteer,
    a_window,
    place,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.site import sign_in_token

KEY = "a-key-that-only-the-tests-have-0123456789"
MINUTE = timedelta(minutes=1)


def withdrawn(session, **more):
    request = a_request(session, **more)
    posting.withdraw_request(session, request_id=request.id, actor=Actor(request.requester_id), now=NOW)
    return request


@pytest.mark.parametrize(("late", "is_gone"), [(-MINUTE, False), (MINUTE, True)], ids=["just-before", "just-after"])
def test_the_words_of_a_request_go_a_year_after_its_end(sessions, late, is_gone):
    with sessions.begin() as session:
        carla, running = a_coordinator(session), a_request(session)
        request = withdrawn(session, street="Kerkstraat", house_number="7")
        history.about_request(
            session, EventKind.CASE_NOTED, request, at=NOW, acting_as=ActingAs.STAFF,
            actor_id=carla.person_id, text="Hoort slecht",
        )  # fmt: skip
        at = NOW + POLICY.texts_months * MONTH + late
        assert retention.forget(session, now=at).texts == is_gone
        assert retention.forget(session, now=at).texts == 0, "a second run finds nothing"
        note = next(event for event in rows.all_events(session) if event.kind is EventKind.CASE_NOTED)
        assert (request.text == "") is (request.street == "") is (note.detail["text"] == "") is is_gone
        assert running.text, "what is still asked stays"


@pytest.mark.parametrize(("late", "is_gone"), [(-MINUTE, False), (MINUTE, True)], ids=["just-before", "just-after"])
def test_the_doors_of_a_ride_go_after_a_month_and_its_words_stay(sessions, late, is_gone):
    with sessions.begin() as session:
        goal = Destination("Amphia Ziekenhuis", place("4849AB"), returns=True)
        ride = withdrawn(
            session, skill="transport.automaatje", destination=goal, street="Kerkstraat",
            windows=(a_window(240, 4),),
        )  # fmt: skip
        at = NOW + timedelta(days=POLICY.ride_addresses_days) + late
        assert retention.forget(session, now=at).ride_addresses == is_gone
        assert retention.forget(session, now=at).ride_addresses == 0
        assert (ride.destination["name"] == "") is (ride.street == "") is is_gone
        assert ride.destination["returns"]
        assert ride.text


def test_the_address_of_a_mail_goes_a_week_after_it_went(sessions):
    with sessions.begin() as session:
        message = OutboxMessage(
            municipality_id=the_municipality(session).id, kind=NoticeKind.SIGN_IN, email="riet@voorbeeld.nl",
            subject={}, dedupe_key="one", queued_at=NOW, sent_at=NOW,
        )  # fmt: skip
        session.add(message)
        assert retention.forget(session, now=NOW + timedelta(days=7)) == Forgotten()
        assert retention.forget(session, now=NOW + timedelta(days=7) + MINUTE).mail_addresses == 1
        assert message.email is None


def test_looks_go_after_two_years_and_the_chain_still_holds(sessions):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        for months in (0, 1, 2, 23, 24):
            privacy.look_into_file(
                session, actor=carla, person_id=riet.id, municipality_id=the_municipality(session).id,
                action="file", reason="Zij belde", now=NOW + months * MONTH,
            )  # fmt: skip
        assert retention.forget(session, now=NOW + 26.5 * MONTH).looks == 2
        left = queries.list_looks(session, the_municipality(session).id)
        assert [look.at for look in left] == [NOW + months * MONTH for months in (2, 23, 24)]
        assert file_looks.find_broken(left) == []
        assert len(session.exec(select(FileLook)).all()) == 3


def test_who_stays_away_is_warned_after_23_months_and_erased_after_24(sessions, clock):
    """Who came back, helps, asks or works here is left alone; and a warning that came late still gives a month."""
    with sessions.begin() as session:
        away, back = a_person(session, "Wim", created_at=NOW), a_person(session, "Bep", created_at=NOW)
        a_coordinator(session)
        request, piet = a_request(session), a_volunteer(session, now=NOW)
        a_match(session, request, piet)

    def run(at):
        with sessions.begin() as session:
            return (
                retention.note_activity(session, now=at),
                retention.warn_inactive(session, now=at),
                retention.erase_inactive(session, key=KEY, now=at),
            )

    assert run(NOW + 23 * MONTH - MINUTE) == (0, 0, 0)
    warned = NOW + 23 * MONTH + MINUTE
    assert run(warned)[1:] == (2, 0)
    assert run(warned)[1:] == (0, 0), "one warning"
    sign_in_token(sessions, back.id, now=warned + timedelta(days=3))
    assert run(warned + timedelta(days=27)) == (1, 0, 0)
    assert run(NOW + 24 * MONTH + timedelta(days=2))[1:] == (0, 1)
    with sessions.read() as session:
        assert rows.person(session, away.id).first_name == NOBODY
        assert rows.person(session, back.id).first_name == "Bep"
        assert rows.person(session, piet.person_id).first_name == "Piet"
        assert len(rows.outbox(session, NoticeKind.STILL_THERE)) == 2


def test_somebody_of_long_ago_gets_the_month_as_well(sessions):
    with sessions.begin() as session:
        a_person(session, "Wim", created_at=LONG_AGO - timedelta(days=900))
        assert retention.erase_inactive(session, key=KEY, now=NOW) == 0
        assert retention.warn_inactive(session, now=NOW) == 1
        assert retention.erase_inactive(session, key=KEY, now=NOW + timedelta(days=27)) == 0
        assert retention.erase_inactive(session, key=KEY, now=NOW + timedelta(days=28)) == 1


def test_the_job_runs_whatever_there_is_and_leaves_a_clean_log(sessions, clock):
    with sessions.begin() as session:
        withdrawn(session)
    clock.move(days=800)
    means = jobs.Means(sessions, clock, key=KEY)
    job = next(job for job in jobs.JOBS if job.name == "retention")
    assert jobs.run(job, means)
    assert jobs.run(job, means)


def test_terms_are_settable_and_above_nothing():
    assert RetentionPolicy(texts_months=6).texts_months == 6
    with pytest.raises(ValueError, match="above 0"):
        RetentionPolicy(looks_months=0)
