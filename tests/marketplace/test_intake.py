"""Who is it, and who asks for whom: people are found, both are kept, and nobody gets a hold on a stranger."""

from datetime import timedelta
from uuid import UUID

import pytest

from marketplace import intake, matches, notices, posting, responses
from marketplace.asks import NewRequest
from marketplace.errors import NotAllowed, NotFound
from marketplace.intake import Described
from marketplace.models import (
    ActingAs,
    Channel,
    ConsentEntry,
    ConsentKind,
    ContactBy,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    Relation,
)
from marketplace.permissions import Actor
from marketplace.posting import Representative
from marketplace.queries import matches as matches_queries
from marketplace.queries.intake import KnownPerson
from tests.support import builders, rows
from tests.support.clock import NOW

HOME = {"postcode": "4901AB", "street": "Dorpstraat", "house_number": "12"}
RIET = KnownPerson(UUID(int=7), "Riet", "de Wit", "06 12 34 56 78", "4901AB", "Dorpstraat", "12", has_email=False)


@pytest.mark.parametrize(
    ("described", "is_found", "is_same"),
    [
        pytest.param(Described("Riet de Wit", postcode="4901AB"), True, True, id="name-and-postcode"),
        pytest.param(Described("Riet de With"), True, False, id="a-slip-and-no-more"),
        pytest.param(Described("wit"), True, False, id="part-of-the-name"),
        pytest.param(Described(telephone="+31 6 12345678"), True, True, id="the-number-written-otherwise"),
        pytest.param(Described("Jan Bos", telephone="0612345678"), True, False, id="another-name-at-that-number"),
        pytest.param(Described("R. de Wit", **HOME), True, True, id="an-initial-at-the-same-door"),
        pytest.param(Described("Kees Smit", postcode="4907AA"), False, False, id="somebody-else"),
    ],
)
def test_somebody_is_found_by_name_number_or_door(described, is_found, is_same):
    found = intake.rank([RIET], described)
    assert bool(found) is is_found
    assert any(one.is_same for one in found) is is_same


def test_staff_find_who_is_known_in_their_own_municipality_only(sessions):
    with sessions.begin() as session:
        carla, breda = builders.a_coordinator(session), builders.another_municipality(session)
        here = builders.a_request(session, requester=builders.a_person(session, "Riet")).municipality_id
        builders.a_volunteer(session, "Rietje", municipality=breda)
        builders.a_person(session, "Riette")  # known to nobody here
        found = intake.find_people(session, Described("Riet Jansen"), municipality_id=here, actor=carla)
        assert [one.person.first_name for one in found] == ["Riet"]
        with pytest.raises(NotAllowed):
            intake.find_people(session, Described("Riet"), municipality_id=breda.id, actor=carla)
        stranger = builders.a_person(session, "Stranger").id
        with pytest.raises(NotFound):
            intake.choose_known(session, stranger, Described(), municipality_id=here, actor=carla)


def test_somebody_without_email_is_told_by_telephone_or_letter(sessions):
    """Urgent things are rather called, also to who likes letters; who wants no calls gets none."""
    with sessions.begin() as session:
        carla, where = builders.a_coordinator(session), builders.the_municipality(session)
        made = [
            intake.register(session, one, contact_by=by, municipality_id=where.id, actor=carla, now=NOW)
            for one, by in (
                (Described("Riet de Wit", "06 12 34 56 78", **HOME), ContactBy.TELEPHONE),
                (Described("Bep Bos", "06 22 34 56 78", **HOME), ContactBy.LETTER),
                (Described("Kees Smit", **HOME), ContactBy.TELEPHONE),
            )
        ]
        shy = intake.register(
            session, Described("Jo Vos", "06 3", **HOME), contact_by=ContactBy.LETTER, municipality_id=where.id,
            actor=carla, now=NOW,
        )  # fmt: skip
        shy.may_be_called = False
        for person in (*made, shy):
            builders.a_request(session, requester=person, by=carla, channel=Channel.TELEPHONE)
        told = {note.person_id: note.channel for note in rows.outbox(session, NoticeKind.REQUEST_POSTED)}
        assert [told[person.id] for person in (*made, shy)] == [
            NoticeChannel.TELEPHONE, NoticeChannel.LETTER, NoticeChannel.LETTER, NoticeChannel.LETTER,
        ]  # fmt: skip
        urgent = [notices.channel_for(person, NoticeKind.PROPOSAL) for person in (*made, shy)]
    assert urgent == [
        NoticeChannel.TELEPHONE, NoticeChannel.TELEPHONE, NoticeChannel.LETTER, NoticeChannel.LETTER,
    ]  # fmt: skip


def asked_for_riet(session, *, email="els@voorbeeld.nl"):
    """Els, who cares for her mother, asks in her name."""
    els = builders.a_person(session, "Els", email=email)
    actor = Actor(els.id, "Els")
    riet = intake.register_represented(session, Described("Riet de Wit", **HOME), actor=actor, now=NOW)
    request = posting.post_request(
        session,
        NewRequest("garden.hedge", "De heg is te hoog.", builders.place(), 120, weekly=builders.ALL_WEEK),
        municipality=builders.the_municipality(session),
        requester_id=riet.id,
        actor=actor,
        now=NOW,
        representative=Representative(els.id, Relation.FAMILY_CARER),
    )
    return request, actor


def test_who_asks_and_who_is_helped_are_both_kept_and_both_are_told(sessions):
    with sessions.begin() as session:
        request, els = asked_for_riet(session)
        assert (request.representative_id, request.relation) == (els.person_id, Relation.FAMILY_CARER)
        (asked,), (posted,) = (
            rows.outbox(session, kind) for kind in (NoticeKind.ASKED_FOR_YOU, NoticeKind.REQUEST_POSTED)
        )
        assert (asked.person_id, asked.channel) == (request.requester_id, NoticeChannel.LETTER)
        assert (posted.person_id, posted.channel) == (els.person_id, NoticeChannel.EMAIL)
        (entry,) = session.exec(rows.all_of(ConsentEntry)).all()
        assert (entry.kind, entry.person_id, entry.recorded_by_id) == (
            ConsentKind.REPRESENTATION,
            request.requester_id,
            els.person_id,
        )
        assert rows.all_events(session)[-1].acting_as is ActingAs.RESIDENT


def test_the_representative_does_what_the_requester_may_and_hears_of_it(sessions):
    with sessions.begin() as session:
        request, els = asked_for_riet(session)
        match = builders.a_match(session, request, builders.a_volunteer(session))
        (told,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        assert told.person_id == els.person_id
        with pytest.raises(NotAllowed):
            matches.confirm(session, match_id=match.id, actor=Actor(builders.a_person(session).id), now=NOW)
        assert matches.confirm(session, match_id=match.id, actor=els, now=NOW).status is MatchStatus.CONFIRMED
        posting.withdraw_request(session, request_id=request.id, actor=els, now=NOW + timedelta(hours=1))
        assert matches_queries.get_match(session, match.id).status is MatchStatus.CANCELLED
        assert {event.acting_as for event in rows.all_events(session) if event.actor_id == els.person_id} == {
            ActingAs.RESIDENT
        }


def test_the_representative_chooses_where_the_requester_would(sessions):
    with sessions.begin() as session:
        request, els = asked_for_riet(session)
        request.is_chosen_by_requester = True
        proposal = builders.a_proposal(session, request, builders.a_volunteer(session))
        responses.accept(session, proposal_id=proposal.id, actor=Actor(proposal.person_id), now=NOW)
        (waits,) = rows.outbox(session, NoticeKind.YES_WAITS)
        assert waits.person_id == els.person_id
        assert responses.choose(session, proposal_id=proposal.id, actor=els, now=NOW).status is MatchStatus.AGREED


def test_asking_for_somebody_twice_knows_them_again_but_never_a_stranger(sessions):
    """Another Riet de Wit, who has a page of her own, stays out of reach of who types her name."""
    with sessions.begin() as session:
        stranger = builders.a_person(session, "Riet", last_name="de Wit", postcode="4901AB", street="Dorpstraat")
        request, els = asked_for_riet(session)
        again = intake.register_represented(session, Described("Riet de Wit", "06 1"), actor=els, now=NOW)
        assert again.id == request.requester_id != stranger.id
        other = Actor(builders.a_person(session, "Jan").id)
        assert intake.register_represented(session, Described("Riet de Wit"), actor=other, now=NOW).id not in (
            again.id,
            stranger.id,
        )
