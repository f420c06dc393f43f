""" "Ik wil nu iets doen": what is shown, taking it on, by telephone, and being told once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import matches, matchmaking, responses
from marketplace.errors import DoesNotFit
from marketplace.models import (
    ContactBy,
    NoticeChannel,
    NoticeKind,
    Offer,
    Origin,
    Person,
    Proposal,
    ProposalStatus,
    TaskAlert,
)
from marketplace.permissions import Actor
from marketplace.queries import listing
from marketplace.queries.matches import get_match
from marketplace.queries.offers import find_live_offer_of
from marketplace.together import tasks
from tests.support import rows
from tests.support.builders import a_person, a_request, a_volunteer, a_window, place, the_municipality
from tests.support.clock import NOW

HERE = (place().latitude, place().longitude)


def find(session, likes=(), *, now=NOW, **more):
    return tasks.find_tasks(
        session, municipality_id=the_municipality(session).id, point=HERE, likes=likes, now=now, **more
    )


def test_the_first_task_is_the_soonest_and_then_the_nearest(sessions):
    with sessions.begin() as session:
        a_request(session, windows=(a_window(72),), weekly=(), text="over drie dagen")
        a_request(session, at=place("4904AB"), text="vandaag, verder")
        a_request(session, text="vandaag, dichtbij")
        a_request(session, windows=(a_window(24 * 9),), weekly=(), text="over negen dagen")
        found = find(session)
        assert [task.card.text for task in found.fitting] == ["vandaag, dichtbij", "vandaag, verder", "over drie dagen"]
        assert found.nearest == ()


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("more", "likes", "is_shown"),
    [
        ({"skill": "company.coffee"}, ["company"], True),
        ({"skill": "company.coffee"}, ["garden"], False),
        ({"skill": "company.buddy"}, [], False),
        ({"skill": "home.odd_jobs", "requires": ("vog",)}, [], False),
        ({"skill": "home.odd_jobs", "min_age": 18}, [], False),
        ({"skill": "home.odd_jobs", "languages": ("tr",)}, [], False),
        ({"skill": "home.odd_jobs", "languages": ("tr", "nl")}, ["jobs"], True),
        ({"skill": "club.green"}, ["garden", "club"], True),
    ],
)
def test_what_is_liked_and_needs_no_paper_is_shown(sessions, more, likes, is_shown):
    with sessions.begin() as session:
        a_request(session, **more)
        assert bool(find(session, likes).fitting) == is_shown


def test_where_nothing_fits_the_three_nearest_are_told(sessions):
    with sessions.begin() as session:
        for number in range(5):
            a_request(session, windows=(a_window(24 * (10 + number)),), weekly=())
        found = find(session, ["company"])
        assert (len(found.fitting), len(found.nearest)) == (0, 3)


def test_nobody_is_shown_what_they_ask_themselves(sessions):
    with sessions.begin() as session:
        request = a_request(session)
        assert find(session, besides=request.requester_id).fitting == ()


@given(
    start=st.integers(0, 1380),
    length=st.integers(15, 300),
    weekday=st.integers(0, 6),
    ahead_minutes=st.integers(0, 9999),
)
def test_the_first_moment_leaves_time_to_come_and_time_for_the_work(start, length, weekday, ahead_minutes):
    minutes = min(60, length)
    end = min(1440, start + length)
    if end - start < minutes:
        return
    now = NOW + timedelta(minutes=ahead_minutes)
    piece = listing.WeeklyRow(weekday, start, end)
    card = _card(minutes, (piece,))
    at = tasks.first_moment(card, now)
    assert at is not None
    assert at >= now + timedelta(minutes=30)
    assert at <= now + timedelta(days=8)
    if start + minutes < end:
        local = at.astimezone(tasks.AMSTERDAM)
        assert local.weekday() == weekday


def _card(minutes, weekly):
    facts = dict.fromkeys(
        ("id", "requester_id", "skill_label", "work_area", "neighbourhood", "text", "asker_kind", "organisation_name")
    )
    return listing.OpenCard(
        **facts,
        skill_code="garden.hedge",
        minutes=minutes,
        destination="",
        posted_at=NOW,
        respond_by=NOW,
        free_slots=1,
        windows=(),
        weekly=weekly,
    )


def test_somebody_takes_on_one_thing_without_giving_times_and_is_not_asked_for_others(sessions):
    with sessions.begin() as session:
        request, person = a_request(session), a_person(session, "Noor")
        tasks.join(session, request.id, place(), person_id=person.id, now=NOW)
        answer = responses.apply(session, request_id=request.id, actor=Actor(person.id), now=NOW)
        match = get_match(session, answer.match_id)
        assert match.origin is Origin.APPLICATION
        offer = find_live_offer_of(session, person.id, request.municipality_id)
        assert (offer.asked_per_week, offer.is_public) == (0, False)
        other = a_request(session)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.begin() as session:
        assert [p.request_id for p in session.exec(rows.all_of(Proposal)).all()] == [request.id]
        tasks.join(session, other.id, place(), person_id=person.id, now=NOW)  # a second one, of their own accord
        responses.apply(session, request_id=other.id, actor=Actor(person.id), now=NOW)


def test_who_helps_already_keeps_their_offer_as_it_is(sessions):
    with sessions.begin() as session:
        offer, request = a_volunteer(session, skills=["company.coffee"]), a_request(session)
        tasks.join(session, request.id, place(), person_id=offer.person_id, now=NOW)
        assert session.get_one(Offer, offer.id).skills_in_brief == "company.coffee"


def test_what_needs_a_paper_is_not_taken_on_so(sessions):
    with sessions.begin() as session:
        request, person = a_request(session, skill="company.buddy"), a_person(session, "Noor")
        with pytest.raises(DoesNotFit):
            tasks.join(session, request.id, place(), person_id=person.id, now=NOW)


@pytest.mark.parametrize(
    ("telephone", "channel"), [("06 12345678", NoticeChannel.SMS), ("0162 123456", NoticeChannel.TELEPHONE)]
)
def test_somebody_without_e_mail_confirms_by_telephone_and_nothing_is_theirs_before(sessions, telephone, channel):
    with sessions.begin() as session:
        request = a_request(session)
        for _ in range(2):  # pressed twice
            tasks.ask_by_telephone(session, request.id, place(), first_name="Kees", telephone=telephone, now=NOW)
        (proposal,) = session.exec(rows.all_of(Proposal)).all()
        assert (proposal.status, proposal.expires_at) == (ProposalStatus.OPEN, NOW + timedelta(hours=4))
        (message,) = rows.outbox(session, NoticeKind.PROPOSAL)
        assert message.channel is channel
        kees = session.get_one(Person, proposal.person_id)
        assert kees.contact_by is (ContactBy.SMS if channel is NoticeChannel.SMS else ContactBy.TELEPHONE)
        answer = responses.accept(session, proposal_id=proposal.id, actor=Actor(kees.id), now=NOW)
        assert get_match(session, answer.match_id).origin is Origin.APPLICATION
        matches.confirm_overdue(session, NOW + timedelta(days=2))


def test_who_wants_to_hear_is_told_once_within_some_days(sessions):
    with sessions.begin() as session:
        where = the_municipality(session).id
        for likes in (["company"], ["garden"]):  # asked twice: the last counts
            tasks.ask_to_be_told(session, "noor@voorbeeld.nl", place(), likes, municipality_id=where, now=NOW)
        assert tasks.tell_of_tasks(session, NOW) == 0
        a_request(session, skill="company.coffee")
        assert tasks.tell_of_tasks(session, NOW) == 0
        a_request(session)
        assert [tasks.tell_of_tasks(session, NOW + timedelta(hours=hours)) for hours in (1, 2)] == [1, 0]
        assert len(rows.outbox(session, NoticeKind.TASK_ALERT)) == 1
        again = NOW + timedelta(hours=3)  # somebody types the same address again, and again
        tasks.ask_to_be_told(session, "noor@voorbeeld.nl", place(), [], municipality_id=where, now=again)
        assert tasks.tell_of_tasks(session, again) == 0
        tasks.tell_of_tasks(session, NOW + timedelta(days=8))
        assert session.exec(rows.all_of(TaskAlert)).all() == []
