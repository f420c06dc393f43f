"""Organisations: founded, seen by staff, and the people who act for them."""

from datetime import timedelta

import pytest

from marketplace import matches, posting
from marketplace.asks import NewRequest
from marketplace.clubs import founding, members
from marketplace.errors import InvalidInput, LinkUsed, NotAllowed
from marketplace.models import AskerKind, EventKind, MemberRole, NoticeKind, OrganisationStatus, WorkKind
from marketplace.permissions import Actor
from marketplace.queries import organisations, workbench
from tests.support import builders, club_builders, rows
from tests.support.clock import NOW


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("www.vvoosterhout.nl", "https://www.vvoosterhout.nl"),
        ("http://VVOosterhout.nl/over-ons/", "https://vvoosterhout.nl/over-ons"),
        ("javascript:alert(1)", None),
        ("https://een:twee@vv.nl", None),
        ("https://localhost", None),
        ("https://192.168.0.1", None),
        ("https://vv.nl:8080", None),
        ("https://vv.nl:niets", None),
        ("https://vv.nl/?zoek=1", None),
        ('https://vv.nl/"onmouseover', None),
        ("geen site", None),
    ],
)
def test_a_website_is_an_address_on_the_web_or_nothing(typed, kept):
    """No script, no machine of one's own, no port, no password; and always https."""
    assert founding.tidy_website(typed) == kept


def test_whoever_has_an_address_founds_one_and_staff_put_it_on_the_list(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session, is_seen=False)
        assert organisation.status is OrganisationStatus.NEW
        assert organisations.find_role(session, organisation.id, owner.person_id) is MemberRole.OWNER
        assert not organisations.list_listed(session, organisation.municipality_id)
        with pytest.raises(NotAllowed):
            founding.confirm(session, organisation_id=organisation.id, actor=owner, now=NOW)
        coordinator = builders.a_coordinator(session)
        for _ in range(2):
            founding.confirm(session, organisation_id=organisation.id, actor=coordinator, now=NOW)
        assert organisations.list_listed(session, organisation.municipality_id) == [organisation]
        assert rows.events(session).count(EventKind.ORGANISATION_CONFIRMED) == 1
        assert rows.notices(session).count(NoticeKind.ORGANISATION_CONFIRMED) == 1


def test_who_has_no_address_founds_none_and_no_two_go_by_one_name(sessions):
    with sessions.begin() as session:
        club_builders.an_organisation(session, "VV Oosterhout")
        with pytest.raises(InvalidInput) as refused:
            club_builders.an_organisation(
                session, " vv  OOSTERHOUT ", owner=builders.a_person(session, email=None), website="niets"
            )
    assert set(refused.value.problems) == {"name", "website"}
    with sessions.begin() as session, pytest.raises(InvalidInput) as refused:
        club_builders.an_organisation(session, "VV oosterhout")
    assert refused.value.problems == {"name": "organisation_known"}


def test_what_somebody_asked_in_its_name_before_becomes_its_own(sessions):
    """A request of an organisation that was not known yet; what the same person asked for themselves stays theirs."""
    with sessions.begin() as session:
        frans = builders.a_person(session, "Frans")
        of_club = builders.a_request(
            session, requester=frans, asker_kind=AskerKind.ORGANISATION, organisation_name="vv oosterhout "
        )
        other = builders.a_request(
            session, requester=frans, asker_kind=AskerKind.ORGANISATION, organisation_name="Buurthuis"
        )
        own = builders.a_request(session, requester=frans)
        organisation, _ = club_builders.an_organisation(session, owner=frans)
        assert [request.organisation_id for request in (of_club, other, own)] == [organisation.id, None, None]


def test_an_editor_may_do_with_a_request_what_its_requester_may_and_a_reader_may_not(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        editor = club_builders.a_member(session, organisation, owner)
        reader = club_builders.a_member(session, organisation, owner, MemberRole.READER, "Rie")
        outsider = club_builders.acting(session, builders.a_person(session, "Otto"))
        asked = NewRequest(
            "garden.hedge",
            "De heg langs het veld.",
            builders.place(),
            120,
            weekly=builders.ALL_WEEK,
            asker_kind=AskerKind.ORGANISATION,
            organisation_name=organisation.name,
            organisation_id=organisation.id,
        )
        request = posting.post_request(
            session,
            asked,
            municipality=builders.the_municipality(session),
            requester_id=owner.person_id,
            actor=owner,
            now=NOW,
        )
        match = builders.a_match(session, request, builders.a_volunteer(session))
        for actor in (reader, outsider):
            with pytest.raises(NotAllowed):
                matches.confirm(session, match_id=match.id, actor=actor, now=NOW)
        matches.confirm(session, match_id=match.id, actor=editor, now=NOW)
        posting.withdraw_request(session, request_id=request.id, actor=editor, now=NOW)
        acts = {event.kind: event for event in rows.all_events(session) if event.request_id == request.id}
        assert acts[EventKind.CONFIRMED].acting_as.value == "organisation"
        assert acts[EventKind.REQUEST_WITHDRAWN].actor_id == editor.person_id


def test_an_invitation_is_for_one_address_once_and_for_two_weeks(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        ed, eva = builders.a_person(session, "Ed"), builders.a_person(session, "Eva")
        again = {"organisation_id": organisation.id, "email": ed.email.upper(), "actor": owner, "now": NOW}
        first = members.invite(session, role=MemberRole.READER, **again)
        second = members.invite(session, role=MemberRole.EDITOR, **again)
        with pytest.raises(LinkUsed):
            members.join(session, invitation_id=first.id, actor=Actor(ed.id), now=NOW)
        with pytest.raises(NotAllowed):
            members.join(session, invitation_id=second.id, actor=Actor(eva.id), now=NOW)
        with pytest.raises(LinkUsed):
            members.join(session, invitation_id=second.id, actor=Actor(ed.id), now=NOW + members.INVITED_FOR)
        for _ in range(2):
            member = members.join(session, invitation_id=second.id, actor=Actor(ed.id), now=NOW)
            assert member.role is MemberRole.EDITOR
        assert rows.events(session).count(EventKind.MEMBER_JOINED) == 1
        with pytest.raises(InvalidInput):
            members.invite(session, role=MemberRole.READER, **again)
        third = members.invite(
            session, organisation_id=organisation.id, email=eva.email, role=MemberRole.READER, actor=owner, now=NOW
        )
        members.take_back(session, organisation_id=organisation.id, invitation_id=third.id, actor=owner, now=NOW)
        with pytest.raises(LinkUsed):
            members.look_at(session, invitation_id=third.id, now=NOW + timedelta(minutes=1))


def test_only_an_owner_invites_and_gives_roles(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        editor = club_builders.a_member(session, organisation, owner)
        where = {"organisation_id": organisation.id, "actor": editor, "now": NOW}
        for act in (
            lambda: members.invite(session, email="a@voorbeeld.nl", role=MemberRole.READER, **where),
            lambda: members.set_role(session, person_id=owner.person_id, role=MemberRole.READER, **where),
            lambda: members.leave(session, person_id=owner.person_id, **where),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_the_last_owner_stays_and_who_goes_leaves_what_they_asked_behind(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        editor = club_builders.a_member(session, organisation, owner)
        _, (request,) = club_builders.a_vacancy(session, organisation, owner)
        where = {"organisation_id": organisation.id, "now": NOW}
        with pytest.raises(InvalidInput) as refused:
            members.leave(session, person_id=owner.person_id, actor=owner, **where)
        assert refused.value.problems == {"member": "last_owner"}
        with pytest.raises(InvalidInput):
            members.set_role(session, person_id=owner.person_id, role=MemberRole.EDITOR, actor=owner, **where)
        members.set_role(session, person_id=editor.person_id, role=MemberRole.OWNER, actor=owner, **where)
        for _ in range(2):
            members.leave(session, person_id=owner.person_id, actor=owner, **where)
        session.refresh(request)
        assert request.requester_id == organisation.contact_id == editor.person_id
        assert not organisations.list_edited_by(session, owner.person_id)
        assert rows.events(session).count(EventKind.MEMBER_LEFT) == 1


def test_staff_end_what_is_no_organisation(sessions):
    """Its people may not act for it any more; what was asked stays with who asked it."""
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, (request,) = club_builders.a_vacancy(session, organisation, owner)
        with pytest.raises(NotAllowed):
            founding.end(session, organisation_id=organisation.id, actor=owner, now=NOW)
        founding.end(session, organisation_id=organisation.id, actor=builders.a_coordinator(session), now=NOW)
        assert not organisations.list_edited_by(session, owner.person_id)
        assert (request.requester_id, request.ended_at) == (owner.person_id, None)
        club_builders.an_organisation(session, "VV Oosterhout")


@pytest.mark.database("sqlite")
def test_another_name_is_work_for_staff_and_stands_in_the_history(sessions):
    """It stays on the lists meanwhile; back to the name that staff know, nothing is left to look at."""

    def renamed(session, name):
        return founding.change(
            session,
            founding.Profile(name=name, about="Voetbal.", place=builders.place()),
            organisation_id=organisation.id,
            contact_id=None,
            municipality=builders.the_municipality(session),
            actor=owner,
            now=NOW,
        )

    def waits(session):
        work = workbench.list_work(session, organisation.municipality_id, now=NOW)
        return [(one.who, one.what) for one in work if one.kind is WorkKind.ORGANISATION]

    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        assert waits(session) == []
        renamed(session, "VV Oosterhout")
        renamed(session, "SV Oosterhout")
        renamed(session, "De Bank")
        assert waits(session) == [("De Bank", "VV Oosterhout")]
        assert [one.name for one in organisations.list_listed(session, organisation.municipality_id)] == ["De Bank"]
        told = [one.detail for one in rows.all_events(session) if one.kind is EventKind.ORGANISATION_RENAMED]
        assert [(one["was"], one["name"]) for one in told] == [
            ("VV Oosterhout", "SV Oosterhout"),
            ("SV Oosterhout", "De Bank"),
        ]
        renamed(session, "VV Oosterhout")
        assert waits(session) == []
        renamed(session, "De Bank")
        carla = builders.a_coordinator(session)
        founding.confirm(session, organisation_id=organisation.id, actor=carla, now=NOW)
        assert waits(session) == []
        assert organisations.get(session, organisation.id).seen_by_id == carla.person_id
