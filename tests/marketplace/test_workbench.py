"""Work that is no request: every kind is found, one has it, and the other sees who."""

from datetime import date, timedelta

import pytest

from marketplace import matches, meetings, responses, workbench
from marketplace.errors import CaseHeld, NotAllowed, NotFound
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.models import (
    ContactBy,
    FileLook,
    NoticeChannel,
    NoticeKind,
    QualificationSeen,
    ReportAbout,
    ReportKind,
    WorkKind,
)
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import requests
from marketplace.queries import workbench as queries
from marketplace.talk import reporting, suspending
from marketplace.together import garden_days, places
from tests.marketplace.together.garden_builders import a_leader, a_new_day, some_gardens
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.club_builders import an_organisation
from tests.support.young_builders import a_young_volunteer

LATER = NOW + timedelta(days=6)


def objected_match(session):
    match = a_match(session, a_request(session), a_volunteer(session))
    requester = Actor(match_requester(session, match))
    matches.object_to(session, match_id=match.id, actor=requester, now=NOW)
    return match


def match_requester(session, match):
    return requests.get_request(session, match.request_id).requester_id


def listed(session, now=NOW):
    return {item.kind: item for item in queries.list_work(session, the_municipality(session).id, now=now)}


def test_every_kind_of_work_is_found(sessions):
    """A source for each kind, so that none is forgotten in the queue."""
    # Requests have a board of their own, and worries are for those alone who handle them.
    assert set(queries.SOURCES) | {WorkKind.CASE, WorkKind.CONCERN, WorkKind.BUDDY} == set(WorkKind)
    with sessions.begin() as session:
        objected_match(session)
        silent = a_match(session, a_request(session), a_volunteer(session, "Kees"))
        matches.confirm(session, match_id=silent.id, actor=Actor(match_requester(session, silent)), now=NOW)
        meetings.nudge(session, LATER)
        called = a_person(session, "Tine", email=None, contact_by=ContactBy.TELEPHONE)
        a_request(session, requester=called)
        written = a_person(
            session,
            "Cor",
            email=None,
            telephone=None,
            contact_by=ContactBy.LETTER,
            postcode="4901AB",
            street="Heuvel",
            house_number="1",
        )
        a_request(session, requester=written)
        helper = a_volunteer(session, "Fatima")
        session.add(
            QualificationSeen(
                municipality_id=helper.municipality_id,
                person_id=helper.person_id,
                code="vog",
                seen_on=date(2023, 1, 1),
                seen_by_id=helper.person_id,
                valid_until=LATER.date() + timedelta(days=20),
            )
        )
        child, _ = a_young_volunteer(session)
        asked = a_proposal(session, a_request(session), child)
        responses.accept(session, proposal_id=asked.id, actor=Actor(child.person_id), now=NOW)
        garden_days.plan(
            session,
            a_new_day(some_gardens(session, 2)),
            offer_id=a_leader(session).id,
            municipality_id=helper.municipality_id,
            actor=a_coordinator(session, "Carla"),
            now=NOW,
        )
        places.load_first_places(
            session,
            municipality=the_municipality(session),
            actor=a_coordinator(session, "Els"),
            geocoder=EmbeddedGeocoder(),
            now=NOW,
        )
        blamed = a_volunteer(session, "Bas", is_public=True)
        reporting.report(
            session,
            ReportAbout.OFFER,
            blamed.id,
            kind=ReportKind.MONEY,
            words="Hij vraagt geld.",
            municipality_id=blamed.municipality_id,
            actor=Actor(written.id),
            now=NOW,
        )
        suspending.suspend(
            session,
            person_id=called.id,
            municipality_id=blamed.municipality_id,
            reason="Schold ons uit.",
            actor=a_coordinator(session, "Ria"),
            now=NOW,
        )
        suspending.appeal(session, person_id=called.id, words="Dat was ik niet.", now=NOW)
        garden_days.look_after(session, NOW + timedelta(days=2))
        an_organisation(session, is_seen=False)
        failed = next(one for one in rows.outbox(session, NoticeKind.OFFER_MADE) if one.channel is NoticeChannel.EMAIL)
        failed.failed_at, failed.next_try_at, failed.error = NOW, None, "smtp-550"
        session.add(failed)
        session.flush()
        found = listed(session, LATER)
    assert set(found) == set(queries.SOURCES)
    assert all(item.next_at and item.since for item in found.values())


def test_of_two_who_take_it_one_has_it_and_the_other_hears_who(sessions):
    with sessions.begin() as session:
        match = objected_match(session)
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        where = the_municipality(session).id
    task = (WorkKind.OBJECTION, match.id)
    with sessions.begin() as session:
        for _ in range(2):
            workbench.take(session, *task, municipality_id=where, actor=carla, now=NOW)
    with sessions.begin() as session, pytest.raises(CaseHeld) as held:
        workbench.take(session, *task, municipality_id=where, actor=els, now=NOW)
    assert held.value.holder_id == carla.person_id
    with sessions.begin() as session:
        assert listed(session)[WorkKind.OBJECTION].owner == "Carla"
        workbench.take(session, *task, municipality_id=where, actor=els, now=NOW, from_id=carla.person_id)
        assert listed(session)[WorkKind.OBJECTION].owner == "Els"
    with sessions.begin() as session, pytest.raises(CaseHeld):
        workbench.finish(session, *task, municipality_id=where, actor=carla, now=NOW)


def test_what_is_put_off_comes_back_and_what_is_done_does_not(sessions):
    with sessions.begin() as session:
        match, carla = objected_match(session), a_coordinator(session)
        where = the_municipality(session).id
        given = {"municipality_id": where, "actor": carla, "now": NOW}
        workbench.put_off(session, WorkKind.OBJECTION, match.id, **given)
        assert WorkKind.OBJECTION not in listed(session)
        after = NOW + timedelta(days=DESK.put_off_days)
        assert listed(session, after)[WorkKind.OBJECTION].owner_id == carla.person_id
        workbench.finish(session, WorkKind.OBJECTION, match.id, **{**given, "now": after})
        assert WorkKind.OBJECTION not in listed(session, after)


def test_what_was_finished_keeps_nothing_newer_out_of_the_list(sessions, monkeypatch):
    """Of each kind only so many are read, the oldest first: what is done must not be among those."""
    monkeypatch.setattr(queries, "_MOST", 2)
    with sessions.begin() as session:
        carla, where = a_coordinator(session, "Carla"), the_municipality(session).id
        for _ in range(3):
            found = listed(session)
            assert WorkKind.OBJECTION not in found
            match = objected_match(session)
            assert listed(session)[WorkKind.OBJECTION].about_id == match.id
            workbench.finish(session, WorkKind.OBJECTION, match.id, municipality_id=where, actor=carla, now=NOW)


def test_looking_is_logged_for_both_people(sessions):
    with sessions.begin() as session:
        match, carla = objected_match(session), a_coordinator(session)
        where = the_municipality(session).id
        workbench.look(session, WorkKind.OBJECTION, match.id, municipality_id=where, actor=carla, now=NOW)
        looks = session.exec(rows.all_of(FileLook)).all()
        assert {look.person_id for look in looks} == {match.person_id, match_requester(session, match)}
        assert {look.action for look in looks} == {"task"}


def test_only_the_desk_of_that_municipality_works_here(sessions):
    with sessions.begin() as session:
        match = objected_match(session)
        on_duty(session, a_coordinator(session))
        stranger = Actor(a_person(session).id)
        where = the_municipality(session).id
    for act in (workbench.take, workbench.look, workbench.lay_down, workbench.put_off, workbench.finish):
        with sessions.begin() as session, pytest.raises(NotAllowed):
            act(session, WorkKind.OBJECTION, match.id, municipality_id=where, actor=stranger, now=NOW)


def test_work_that_is_not_there_cannot_be_taken(sessions):
    with sessions.begin() as session:
        carla, request = a_coordinator(session), a_request(session)
        where = the_municipality(session).id
        for kind in (WorkKind.OBJECTION, WorkKind.CERTIFICATE, WorkKind.CASE):
            with pytest.raises(NotFound):
                workbench.take(session, kind, request.id, municipality_id=where, actor=carla, now=NOW)
        with pytest.raises(NotFound):
            workbench.finish(session, WorkKind.CALL, request.id, municipality_id=where, actor=carla, now=NOW)


def test_who_is_on_duty_elsewhere_sees_nobodys_number(sessions):
    with sessions.begin() as session:
        match, els = objected_match(session), a_coordinator(session, "Els")
        on_duty(session, els, area="4907")
        where = the_municipality(session).id
        task = {"municipality_id": where, "actor": els, "now": NOW}
        assert workbench.look(session, WorkKind.OBJECTION, match.id, **task).people == ()
        assert session.exec(rows.all_of(FileLook)).all() == []
        workbench.take(session, WorkKind.OBJECTION, match.id, **task)
        assert len(workbench.look(session, WorkKind.OBJECTION, match.id, **task).people) == 2
