"""Two files of one person become one, and two again: nothing is lost on the way there or back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from marketplace import file_looks, intake, merging, privacy, responses
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from marketplace.invariants import find_violations
from marketplace.models import Channel, ContactBy, HelpRequest, Match, Offer, Person
from marketplace.permissions import Actor
from marketplace.queries import privacy as privacy_queries
from tests.support import proof, rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_request_for,
    a_volunteer,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.databases import lent_sqlite

# Written once and never changed; the merge itself; and the locks of looks, which only a look touches.
WRITTEN_ONCE = frozenset({"event", "file_look", "person_merge"})


def picture(session):
    """Every row of every table that is not written once."""
    session.flush()
    session.expire_all()
    return {
        table.name: sorted(map(str, session.execute(sa.select(table)).all()))
        for table in SQLModel.metadata.sorted_tables
        if table.name not in WRITTEN_ONCE
    }


def counts(session):
    return {
        table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in SQLModel.metadata.sorted_tables
        if table.name not in WRITTEN_ONCE
    }


def two_files(session):
    """Riet came by the site; a year ago she was taken in by telephone as Riet J."""
    carla = a_coordinator(session)
    site = a_person(session, "Riet", telephone=None)
    desk = a_person(
        session,
        "Riet",
        email=None,
        contact_by=ContactBy.TELEPHONE,
        postcode="4901AB",
        street="Heuvel",
        house_number="12",
        created_at=NOW - timedelta(days=900),
    )
    for person in (site, desk):
        a_request(session, requester=person)
    return carla, site, desk


def unite(session, carla, one, other, now=NOW):
    return merging.merge(
        session, one_id=one.id, other_id=other.id, municipality_id=the_municipality(session).id, actor=carla, now=now
    )


def test_everything_of_both_is_in_one_file(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        offer = a_volunteer(session, "Riet", person=desk, skills=("company.coffee",))
        match = a_match(session, a_request(session, skill="company.coffee"), offer)
        before, offer_id, match_id = counts(session), offer.id, match.id
        done = unite(session, carla, desk, site)
        assert (done.kept_id, done.gone_id) == (site.id, desk.id)
        assert counts(session) == before
        kept_id, gone_id, email = site.id, desk.id, site.email
    with sessions.read() as session:
        kept, desk = session.get_one(Person, kept_id), session.get_one(Person, gone_id)
        asked = [one for one in session.exec(rows.all_of(HelpRequest)) if one.skill_code == "garden.hedge"]
        assert {one.requester_id for one in asked} == {kept.id}
        assert session.get_one(Offer, offer_id).person_id == kept.id
        assert session.get_one(Match, match_id).person_id == kept.id
        assert (kept.telephone, kept.street, kept.email) == (desk.telephone, "Heuvel", email)
        assert find_violations(session, now=NOW) == []


def test_taken_apart_everything_is_as_it_was(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        before = picture(session)
        merge_id = unite(session, carla, site, desk).id
        assert picture(session) != before
    with sessions.begin() as session:
        for _ in range(2):
            merging.undo(session, merge_id=merge_id, actor=carla, now=NOW)
        assert picture(session) == before


def test_who_looked_at_either_is_read_in_the_one(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        where = the_municipality(session).id
        for person in (site, desk):
            merging.look(session, person_id=person.id, municipality_id=where, actor=carla, now=NOW)
        unite(session, carla, site, desk)
        assert len(privacy_queries.list_looks_at(session, site.id)) == 2
        assert find_violations(session, now=NOW) == []


def test_what_was_asked_after_it_stays_with_whom_it_was_asked(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        done = unite(session, carla, site, desk)
        later = a_request(session, requester=session.get_one(Person, site.id), now=NOW + timedelta(hours=1))
        merging.undo(session, merge_id=done.id, actor=carla, now=NOW + timedelta(hours=2))
        assert session.get_one(HelpRequest, later.id).requester_id == site.id


def test_who_became_part_of_another_is_found_no_more(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        where = the_municipality(session).id
        unite(session, carla, site, desk)
        described = intake.Described(name="Riet Jansen")
        found = intake.find_people(session, described, municipality_id=where, actor=carla)
        assert [one.person.id for one in found] == [site.id]


def test_leaving_for_good_takes_both_files(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        done = unite(session, carla, site, desk)
        privacy.erase(session, actor=Actor(site.id), key="k" * 32, now=NOW)
        second = session.get_one(Person, desk.id)
        assert second.erased_at is not None
        assert second.telephone is None
        with pytest.raises(InvalidInput):
            merging.undo(session, merge_id=done.id, actor=carla, now=NOW)


def both_sign_in(session, carla):
    return a_person(session, "Riet"), a_person(session, "Riet")


def one_works_here(session, carla):
    return session.get_one(Person, carla.person_id), a_person(session, "Carla", email=None)


def they_met(session, carla):
    asks = a_person(session, "Riet", email=None)
    offer = a_volunteer(session, "Riet")
    a_proposal(session, a_request(session, requester=asks), offer)
    return asks, session.get_one(Person, offer.person_id)


def one_asked_for_the_other(session, carla):
    riet, els = a_person(session, "Riet", email=None), a_person(session, "Els")
    a_request_for(session, riet, els)
    return riet, els


def both_help(session, carla):
    one, other = a_volunteer(session, "Riet"), a_volunteer(session, "Riet")
    first, second = session.get_one(Person, one.person_id), session.get_one(Person, other.person_id)
    second.email = None
    return first, second


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (both_sign_in, "merge_emails"),
        (one_works_here, "merge_staff"),
        (they_met, "merge_met"),
        (one_asked_for_the_other, "merge_met"),
        (both_help, "merge_offers"),
    ],
)
def test_what_cannot_be_one_person_is_refused(sessions, make, code):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        one, other = make(session, carla)
        for person in (one, other):
            intake.agree(
                session,
                person.id,
                municipality_id=the_municipality(session).id,
                channel=Channel.DESK,
                actor=carla,
                now=NOW,
            )
        with pytest.raises(InvalidInput) as refused:
            unite(session, carla, one, other)
        assert refused.value.problems == {"other": code}


def test_only_the_desk_does_it_and_only_with_people_it_knows(sessions):
    with sessions.begin() as session:
        carla, site, desk = two_files(session)
        stranger = a_person(session, "Vreemde", email=None)
        with pytest.raises(NotAllowed):
            unite(session, Actor(site.id), site, desk)
        with pytest.raises(NotFound):
            unite(session, carla, site, stranger)


# --- any history -----------------------------------------------------------------------------------------------------

Deed = st.sampled_from(("ask", "offer", "asked_for_help", "helped", "agree", "looked_at", "asked_again"))
History = st.lists(st.tuples(st.booleans(), Deed), max_size=8)


def live(session, carla, person, deed):
    """One thing that happens to one of the two."""
    where = the_municipality(session).id
    offer = next((one for one in session.exec(rows.all_of(Offer)) if one.person_id == person.id), None)
    if deed in ("ask", "asked_again"):
        a_request(session, requester=person)
    elif deed == "offer" and offer is None:
        a_volunteer(session, person=person, capacity=9)
    elif deed == "asked_for_help" and offer is not None:
        a_proposal(session, a_request(session), offer)
    elif deed == "helped" and offer is not None:
        proposal = a_proposal(session, a_request(session), offer)
        responses.accept(session, proposal_id=proposal.id, actor=Actor(person.id), now=NOW)
    elif deed == "agree":
        intake.agree(session, person.id, municipality_id=where, channel=Channel.DESK, actor=carla, now=NOW)
    elif deed == "looked_at":
        file_looks.record(
            session,
            municipality_id=where,
            staff_id=carla.person_id,
            person_id=person.id,
            action=file_looks.CASE,
            reason="",
            now=NOW,
        )


@pytest.mark.database("sqlite")
@settings(max_examples=proof.count(8, 500), deadline=None)
@given(history=History)
def test_whatever_happened_to_the_two_nothing_is_lost(history):
    with lent_sqlite() as database:
        sessions = database.sessions
        with sessions.begin() as session:
            carla, *two = two_files(session)
            for is_second, deed in history:
                live(session, carla, two[is_second], deed)
        with sessions.begin() as session:
            before, many = picture(session), counts(session)
            try:
                done = unite(session, carla, *two)
            except InvalidInput:
                return  # both help: refused, and nothing happened
            assert counts(session) == many
            assert find_violations(session, now=NOW) == []
        with sessions.begin() as session:
            merging.undo(session, merge_id=done.id, actor=carla, now=NOW)
            assert picture(session) == before
            assert find_violations(session, now=NOW) == []
