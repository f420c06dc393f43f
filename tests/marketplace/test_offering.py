"""Offering help, changing it, pausing and leaving."""

from datetime import timedelta

import pytest

from marketplace import matchmaking, offering
from marketplace.asks import NewOffer, WeekPiece
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import EventKind, NoticeKind, ProposalStatus
from marketplace.permissions import Actor
from marketplace.queries import matches, offers
from tests.support import builders, rows
from tests.support.clock import NOW

HOUR = timedelta(hours=1)


def offered(**overrides):
    fields = {
        "skill_codes": frozenset({"garden.hedge"}),
        "place": builders.place(),
        "availability": builders.ALL_WEEK,
    }
    return NewOffer(**{**fields, **overrides})


def test_an_offer_is_made_once_and_changed_after_that(sessions):
    with sessions.begin() as session:
        municipality, piet = builders.the_municipality(session), Actor(builders.a_person(session).id)
        first = offering.save_offer(session, offered(), municipality=municipality, actor=piet, now=NOW)
        second = offering.save_offer(
            session,
            offered(skill_codes=frozenset({"company.coffee", "home.pets"}), availability=(WeekPiece(2, 540, 720),)),
            municipality=municipality,
            actor=piet,
            now=NOW + HOUR,
        )
        assert first.id == second.id
        assert [held.skill_code for held in offers.list_offer_skills(session, first.id)] == [
            "company.coffee",
            "home.pets",
        ]
        assert [piece.weekday for piece in offers.list_availability(session, first.id)] == [2]
        assert rows.events(session) == [EventKind.OFFER_MADE, EventKind.OFFER_CHANGED]
        assert rows.notices(session) == [NoticeKind.OFFER_MADE]


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        ({"skill_codes": frozenset()}, {"skills": "skills_missing"}),
        ({"skill_codes": frozenset({"x.y"})}, {"skills": "skills_unknown"}),
        ({"availability": ()}, {"availability": "availability_missing"}),
        ({"reach_km": 0.0}, {"reach_km": "reach_range"}),
        ({"capacity": 0}, {"capacity": "capacity_range"}),
        ({"asked_per_week": 9}, {"asked_per_week": "asked_range"}),
        ({"sentence": "a" * 201}, {"sentence": "sentence_long"}),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) and "_" in str(value) else None,
)
def test_what_cannot_be_taken_is_named_and_nothing_changes(sessions, overrides, problem):
    with pytest.raises(InvalidInput) as refused, sessions.begin() as session:
        piet = Actor(builders.a_person(session).id)
        offering.save_offer(
            session, offered(**overrides), municipality=builders.the_municipality(session), actor=piet, now=NOW
        )
    assert refused.value.problems == problem


def test_nobody_promises_less_room_than_they_have_given_away(sessions):
    with sessions.begin() as session:
        offer = builders.a_volunteer(session)
        for _ in range(2):
            builders.a_match(session, builders.a_request(session), offer)
        with pytest.raises(InvalidInput) as refused:
            offering.save_offer(
                session,
                offered(capacity=1),
                municipality=builders.the_municipality(session),
                actor=Actor(offer.person_id),
                now=NOW,
            )
    assert refused.value.problems == {"capacity": "capacity_below_engaged"}


def test_a_paused_volunteer_is_asked_nothing_and_what_was_open_is_taken_back(sessions):
    with sessions.begin() as session:
        offer, request = builders.a_volunteer(session), builders.a_request(session)
        piet = Actor(offer.person_id)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.begin() as session:
        until = NOW + timedelta(days=1)
        offering.pause_offer(session, actor=piet, municipality_id=request.municipality_id, until=until, now=NOW + HOUR)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW + HOUR)
    with sessions.read() as session:
        assert [p.status for p in matches.list_proposals(session, request.id)] == [ProposalStatus.WITHDRAWN]
        assert NoticeKind.PROPOSAL_WITHDRAWN in rows.notices(session)


def test_a_pause_lies_ahead_and_can_be_ended(sessions):
    with sessions.begin() as session:
        offer = builders.a_volunteer(session)
        piet, where = Actor(offer.person_id), offer.municipality_id
        with pytest.raises(InvalidInput):
            offering.pause_offer(session, actor=piet, municipality_id=where, until=NOW, now=NOW)
        offering.pause_offer(session, actor=piet, municipality_id=where, until=NOW + HOUR, now=NOW)
        assert (
            offering.pause_offer(session, actor=piet, municipality_id=where, until=None, now=NOW).paused_until is None
        )


def test_whoever_left_may_come_back(sessions):
    with sessions.begin() as session:
        offer = builders.a_volunteer(session)
        piet, where = Actor(offer.person_id), offer.municipality_id
        offering.leave(session, actor=piet, municipality_id=where, now=NOW)
        with pytest.raises(NotFound):
            offering.leave(session, actor=piet, municipality_id=where, now=NOW)
        again = offering.save_offer(
            session, offered(), municipality=builders.the_municipality(session), actor=piet, now=NOW + HOUR
        )
        assert (again.id, again.left_at) == (offer.id, None)
