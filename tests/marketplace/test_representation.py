"""Asking in somebody's name ends: by either of the two, or by staff who were told so."""

from datetime import timedelta

import pytest

from marketplace import consent, matches, privacy, representation
from marketplace.errors import InvalidInput, NotAllowed
from marketplace.models import (
    Channel,
    ConsentKind,
    ContactBy,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    Offer,
)
from marketplace.permissions import Actor
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_request_for,
    a_volunteer,
    the_municipality,
)
from tests.support.clock import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def two(sessions):
    """Els asked twice in the name of Riet, who has no e-mail; for one of them Piet said yes."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", email=None, contact_by=ContactBy.TELEPHONE)
        els = a_person(session, "Els")
        first = a_request_for(session, riet, els)
        a_request_for(session, riet, els)
        a_match(session, first, a_volunteer(session, "Piet"))
        return first.id, Actor(riet.id), Actor(els.id)


def in_name_of(session):
    return [one.representative_id for one in session.exec(rows.all_of(HelpRequest)).all()]


@pytest.mark.parametrize("who", ["riet", "els", "carla"])
def test_either_of_the_two_or_staff_end_it_and_whoever_did_not_hears_it(sessions, two, who):
    request_id, riet, els = two
    with sessions.begin() as session:
        actor = {"riet": riet, "els": els, "carla": a_coordinator(session)}[who]
        assert representation.end(session, request_id=request_id, actor=actor, now=LATER) == 2
        assert representation.end(session, request_id=request_id, actor=riet, now=LATER) == 0, "once is enough"
        assert in_name_of(session) == [None, None]
        told = {one.person_id for one in rows.outbox(session, NoticeKind.REPRESENTATION_ENDED)}
        assert told == {riet.person_id, els.person_id} - {actor.person_id}
        kinds = [event.kind for event in rows.all_events(session)]
        assert kinds.count(EventKind.REPRESENTATION_ENDED) == 2
        where = the_municipality(session).id
        held = consent.has(session, ConsentKind.REPRESENTATION, municipality_id=where, person_id=riet.person_id)
        assert not held
        with pytest.raises(NotAllowed):
            matches.confirm(session, match_id=session.exec(rows.all_of(Match)).one().id, actor=els, now=LATER)


def test_what_was_still_to_be_told_is_told_to_who_decides_now(sessions, two):
    request_id, riet, els = two
    with sessions.begin() as session:
        (waits,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        assert waits.person_id == els.person_id
        representation.end(session, request_id=request_id, actor=riet, now=LATER)
        session.refresh(waits)
        assert (waits.person_id, waits.channel) == (riet.person_id, NoticeChannel.TELEPHONE)


def test_a_stranger_ends_nothing(sessions, two):
    with sessions.begin() as session:
        stranger = Actor(a_person(session, "Jan").id)
        with pytest.raises(NotAllowed):
            representation.end(session, request_id=two[0], actor=stranger, now=LATER)


def test_consent_to_representation_taken_back_ends_it_everywhere(sessions, two):
    _, riet, _ = two
    with sessions.begin() as session:
        privacy.take_back(session, ConsentKind.REPRESENTATION, actor=riet, now=LATER)
        privacy.take_back(session, ConsentKind.REPRESENTATION, actor=riet, now=LATER)
        assert in_name_of(session) == [None, None]


def allow(session, person_id, kind):
    consent.give(
        session,
        kind,
        municipality_id=the_municipality(session).id,
        person_id=person_id,
        channel=Channel.TELEPHONE,
        recorded_by_id=person_id,
        now=NOW,
    )


def test_without_the_terms_everything_stops_and_the_others_are_told(sessions):
    with sessions.begin() as session:
        request, offer = a_request(session), a_volunteer(session)
        match = a_match(session, request, offer)
        other = a_request(session)
        for person_id in (request.requester_id, offer.person_id):
            allow(session, person_id, ConsentKind.TERMS)
        privacy.take_back(session, ConsentKind.TERMS, actor=Actor(request.requester_id), now=LATER)
        assert match.status is MatchStatus.CANCELLED
        assert request.ended_at == LATER
        assert other.ended_at is None
        privacy.take_back(session, ConsentKind.TERMS, actor=Actor(offer.person_id), now=LATER)
        assert session.get_one(Offer, offer.id).left_at == LATER
        assert rows.person(session, offer.person_id).erased_at is None, "leaving for good is another step"


def test_the_list_of_volunteers_lets_go_of_who_does_not_want_to_stand_on_it(sessions):
    with sessions.begin() as session:
        offer = a_volunteer(session, is_public=True)
        allow(session, offer.person_id, ConsentKind.PUBLIC_LISTING)
        privacy.take_back(session, ConsentKind.PUBLIC_LISTING, actor=Actor(offer.person_id), now=LATER)
        assert not session.get_one(Offer, offer.id).is_public


def test_who_works_here_first_ends_their_role(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        allow(session, carla.person_id, ConsentKind.TERMS)
        with pytest.raises(InvalidInput):
            privacy.take_back(session, ConsentKind.TERMS, actor=carla, now=LATER)
