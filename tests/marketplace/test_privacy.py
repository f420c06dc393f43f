"""The rights of people: who looked, what is known, and leaving for good, on both databases."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace import credentials, file_looks, history, matches, privacy
from marketplace.anonymising import NOBODY
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from marketplace.models import (
    ActingAs,
    AttemptKind,
    Erasure,
    EventKind,
    FileLook,
    MatchStatus,
    NoticeKind,
    Offer,
    Person,
    Proposal,
    ProposalStatus,
    SignIn,
    SignInAttempt,
    SignInLink,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import offers
from marketplace.queries import privacy as queries
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_role,
    a_volunteer,
    another_municipality,
    place,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.site import sign_in_token

KEY = "a-key-that-only-the-tests-have-0123456789"
LATER = NOW + timedelta(hours=1)


def look(session, staff, person_id, *, at=NOW, reason="Zij belde over de rit"):
    return privacy.look_into_file(
        session,
        actor=staff,
        person_id=person_id,
        municipality_id=the_municipality(session).id,
        action="file",
        reason=reason,
        now=at,
    )


# --- looking -------------------------------------------------------------------------------------------------------


def test_every_look_is_one_row_a_minute_with_its_reason(sessions):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet")
        for seconds in (0, 10, 59, 61):
            look(session, carla, riet.id, at=NOW + timedelta(seconds=seconds))
        found = queries.list_looks_at(session, riet.id)
    assert [row.at for row in found] == [NOW + timedelta(seconds=61), NOW]
    assert {(row.organisation, row.reason) for row in found} == {("Surplus", "Zij belde over de rit")}


def test_without_a_reason_or_a_role_in_that_municipality_nobody_looks(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        here, elsewhere = a_coordinator(session), a_coordinator(session, municipality=another_municipality(session))
        with pytest.raises(InvalidInput):
            look(session, here, riet.id, reason="  x ")
        for stranger in (elsewhere, Actor(riet.id)):
            with pytest.raises(NotAllowed):
                look(session, stranger, riet.id)
        assert session.exec(select(FileLook)).all() == []


@pytest.mark.parametrize("change", ["reason", "action", "person", "gone"])
def test_a_row_of_the_log_that_was_changed_or_taken_out_is_found(sessions, change):
    """Each row hangs on the one before, so the tampering shows without knowing what stood there."""
    with sessions.begin() as session:
        carla, riet, piet = a_coordinator(session), a_person(session, "Riet"), a_person(session, "Piet")
        for minutes in range(0, 10, 2):
            look(session, carla, riet.id, at=NOW + timedelta(minutes=minutes))
        where = the_municipality(session).id
        log = list(queries.list_looks(session, where))
        assert file_looks.find_broken(log) == []
        if change == "gone":
            del log[2]
        else:
            setattr(log[2], {"person": "person_id"}.get(change, change), piet.id if change == "person" else "anders")
        assert len(file_looks.find_broken(log)) == 1


# --- what is known -------------------------------------------------------------------------------------------------


def test_the_export_holds_everything_of_oneself_and_of_others_a_first_name(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", last_name="Rietveld", street="Rietstraat", email="riet@voorbeeld.nl")
        request = a_request(session, requester=riet, street="Heglaan", house_number="7", text="De heg van Riet")
        piet = a_person(session, "Piet", last_name="Pietersen", email="piet@voorbeeld.nl", telephone="06 99887766")
        a_match(session, request, a_volunteer(session, person=piet, sentence="Piet snoeit graag"))
        look(session, a_coordinator(session, "Carla"), riet.id)
        told = json.dumps(privacy.export_person(session, actor=Actor(riet.id), now=NOW), ensure_ascii=False)
    for own in ("Rietveld", "Rietstraat", "riet@voorbeeld.nl", "Heglaan", "De heg van Riet", "Zij belde over de rit"):
        assert own in told
    assert '"with": "Piet"' in told
    for other in ("Pietersen", "piet@voorbeeld.nl", "99887766", "Piet snoeit", "Carla"):
        assert other not in told


# --- leaving for good ----------------------------------------------------------------------------------------------


def erase(session, person_id, *, at=LATER):
    privacy.erase(session, actor=Actor(person_id), key=KEY, now=at)


def test_who_asks_and_leaves_takes_everything_along_and_the_helper_is_told(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        request, piet = a_request(session, requester=riet, slots=2), a_volunteer(session)
        match = a_match(session, request, piet)
        waiting = a_proposal(session, request, a_volunteer(session, "Kees"))
        erase(session, riet.id)
        told = [(row.kind, row.person_id) for row in rows.outbox(session, NoticeKind.CANCELLED)]
        session.refresh(match)
        session.refresh(waiting)
        assert told == [(NoticeKind.CANCELLED, piet.person_id)]
        assert (match.status, waiting.status) == (MatchStatus.CANCELLED, ProposalStatus.WITHDRAWN)
        assert session.get_one(Offer, piet.id).engaged == 0
        assert request.ended_at == LATER
        assert (request.text, request.street, request.house_number, request.postcode) == ("", "", "", "4901")


def test_who_helps_and_leaves_is_told_of_and_the_place_is_free_again(sessions):
    with sessions.begin() as session:
        request, piet = a_request(session), a_volunteer(session, sentence="Ik ben Piet van de tuin")
        match = a_match(session, request, piet)
        matches.confirm(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
        asked = a_proposal(session, a_request(session), piet)
        erase(session, piet.person_id)
        told = [row.person_id for row in rows.outbox(session, NoticeKind.CANCELLED)]
        assert told == [request.requester_id]
        session.refresh(asked)
        offer = session.get_one(Offer, piet.id)
        assert (offer.left_at, offer.sentence, offer.postcode) == (LATER, "", "4901")
        assert asked.status is ProposalStatus.WITHDRAWN
        assert EventKind.SLOT_FREED in rows.events(session, request.id)


def test_the_row_that_stays_says_nobody_and_lets_nobody_in(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", postcode="4901AB", street="Kerkstraat", house_number="1")
    sign_in_token(sessions, riet.id, now=NOW)
    with sessions.begin() as session:
        erase(session, riet.id)
        left = rows.person(session, riet.id)
        assert (left.first_name, left.last_name, left.email, left.telephone) == (NOBODY, "", None, None)
        assert (left.street, left.postcode, left.birth_year, left.erased_at) == ("", "", None, LATER)
        assert session.exec(select(SignIn)).all() == session.exec(select(SignInLink)).all() == []
        assert [len(row.key_hash) for row in session.exec(select(Erasure))] == [64]
        erase(session, riet.id, at=LATER + timedelta(hours=1))
        assert rows.person(session, riet.id).erased_at == LATER, "pressed twice, the first press did it"


def test_what_staff_wrote_goes_too_and_of_others_only_the_name(sessions):
    """In one's own case the notes go; in the case of another only the names of who left."""
    with sessions.begin() as session:
        carla = a_coordinator(session)
        riet, piet = a_person(session, "Riet", last_name="Rietveld"), a_person(session, "Piet", last_name="Pietersen")
        own, other = a_request(session, requester=riet), a_request(session)
        a_proposal(session, other, a_volunteer(session, person=piet))
        for request, text in ((own, "Riet hoort slecht"), (other, "Piet Pietersen (06-12 34) kan pas na mei")):
            history.about_request(
                session, EventKind.CASE_NOTED, request, at=NOW, acting_as=ActingAs.STAFF,
                actor_id=carla.person_id, text=text,
            )  # fmt: skip
        look(session, carla, riet.id, reason="Riet Rietveld belde zelf")
        erase(session, riet.id)
        erase(session, piet.id)
        notes = [event.detail["text"] for event in rows.all_events(session) if event.kind is EventKind.CASE_NOTED]
        assert notes == ["", "[verwijderd] (06-12 34) kan pas na mei"]
        log = queries.list_looks(session, the_municipality(session).id)
        assert "Riet" not in log[0].reason
        look(session, carla, a_person(session).id, at=LATER)
        assert file_looks.find_broken(queries.list_looks(session, the_municipality(session).id)) == []


def test_the_figures_stay_as_they_were(sessions):
    """Events keep what they counted; whoever leaves takes no match out of the past."""

    def counts(session):
        kinds = (EventKind.REQUEST_POSTED, EventKind.MATCHED, EventKind.CONFIRMED, EventKind.DONE)
        return [(e.seq, e.kind, e.at, e.person_id) for e in rows.all_events(session) if e.kind in kinds]

    with sessions.begin() as session:
        request, piet = a_request(session), a_volunteer(session)
        match = a_match(session, request, piet)
        matches.confirm(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
        matches.finish(session, match_id=match.id, actor=Actor(piet.person_id), now=NOW)
        before = counts(session)
        erase(session, request.requester_id)
        erase(session, piet.person_id)
        assert counts(session) == before
        assert {session.get_one(Proposal, match.proposal_id).person_id} == {piet.person_id}


def test_staff_erase_somebody_who_cannot_sign_in_and_only_the_log_says_who_did(sessions):
    with sessions.begin() as session:
        carla, riet = a_coordinator(session), a_person(session, "Riet", email=None)
        request, piet = a_request(session, requester=riet), a_volunteer(session)
        match = a_match(session, request, piet)
        kinds = (EventKind.REQUEST_POSTED, EventKind.MATCHED)
        before = [event.seq for event in rows.all_events(session) if event.kind in kinds]
        where = the_municipality(session).id
        privacy.erase_for(session, person_id=riet.id, municipality_id=where, actor=carla, key=KEY, now=LATER)
        privacy.erase_for(session, person_id=riet.id, municipality_id=where, actor=carla, key=KEY, now=LATER)
        assert rows.person(session, riet.id).erased_at == LATER
        assert match.status is MatchStatus.CANCELLED
        assert [one.person_id for one in rows.outbox(session, NoticeKind.CANCELLED)] == [piet.person_id]
        assert [event.seq for event in rows.all_events(session) if event.kind in kinds] == before
        (look,) = queries.list_looks_of(session, riet.id)
        assert (look.staff_id, look.action, look.at) == (carla.person_id, "erase", LATER)
        assert file_looks.find_broken(queries.list_looks(session, where)) == []


@pytest.mark.parametrize("whose", ["signs_in", "staff", "elsewhere", "unknown", "no_role"])
def test_staff_erase_nobody_else(sessions, whose):
    with sessions.begin() as session:
        carla, breda = a_coordinator(session), another_municipality(session)
        riet = a_person(session, "Riet", email="riet@voorbeeld.nl" if whose == "signs_in" else None)
        if whose != "unknown":
            a_request(session, requester=riet)
        if whose == "elsewhere":
            a_request(session, requester=riet, municipality=breda, at=place("4811AA"))
        if whose == "staff":
            a_role(session, riet, StaffRoleKind.READER)
        actor = Actor(riet.id) if whose == "no_role" else carla
        refusal = {"unknown": NotFound, "no_role": NotAllowed}.get(whose, InvalidInput)
        with pytest.raises(refusal):
            privacy.erase_for(
                session,
                person_id=riet.id,
                municipality_id=the_municipality(session).id,
                actor=actor,
                key=KEY,
                now=LATER,
            )
        assert rows.person(session, riet.id).erased_at is None


def test_tries_to_sign_in_go_along(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", email="riet@voorbeeld.nl")
        riet_id = riet.id
    for account in ("riet@voorbeeld.nl", str(riet_id), "piet@voorbeeld.nl"):
        credentials.count_try(sessions, account, AttemptKind.PASSWORD, now=NOW)
    with sessions.begin() as session:
        erase(session, riet_id)
        left = {one.address_hash for one in session.exec(rows.all_of(SignInAttempt)).all()}
        assert left == {credentials.hash_of_account("piet@voorbeeld.nl")}


def test_who_works_here_first_ends_their_role(sessions):
    """Otherwise their cases would be nobody's."""
    with sessions.begin() as session:
        carla = a_coordinator(session)
        with pytest.raises(InvalidInput) as refused:
            erase(session, carla.person_id)
    assert refused.value.problems == {"erase": "erase_staff"}


def test_a_restored_backup_does_not_bring_anybody_back(sessions):
    """The list of hashes is carried over; only who stands on it goes, and a second time nobody."""
    with sessions.begin() as session:
        riet, piet = a_person(session, "Riet"), a_person(session, "Piet")
        a_request(session, requester=riet)
        carried = [privacy.hash_of(riet.id, KEY)]
        assert privacy.reapply_erasures(session, key="another key", now=LATER, more=carried) == 0
        assert privacy.reapply_erasures(session, key=KEY, now=LATER, more=carried) == 1
        assert privacy.reapply_erasures(session, key=KEY, now=LATER) == 0
        assert (rows.person(session, riet.id).first_name, rows.person(session, piet.id).first_name) == (NOBODY, "Piet")
        assert privacy.list_erasure_hashes(session) == carried


def test_an_offer_in_two_towns_ends_in_both(sessions):
    with sessions.begin() as session:
        piet = a_volunteer(session)
        person = session.get_one(Person, piet.person_id)
        breda = a_volunteer(session, person=person, municipality=another_municipality(session))
        erase(session, piet.person_id)
        assert piet.left_at == breda.left_at == LATER
        assert offers.find_live_offer_of(session, piet.person_id, breda.municipality_id) is None
