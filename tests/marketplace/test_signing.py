"""Signing in by a mailed link: who gets one, what it does once, and how long it lasts."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from marketplace import drafts, signing
from marketplace.errors import LinkUsed, NotAllowed
from marketplace.models import (
    Draft,
    DraftKind,
    NoticeKind,
    OutboxMessage,
    Person,
    SignIn,
    SignInLink,
    StaffRoleKind,
)
from tests.support.builders import a_person, a_role, the_municipality
from tests.support.clock import NOW

MINUTE = timedelta(minutes=1)


def ask(session: Session, email: str, *, now=NOW, draft_id=None) -> None:
    where = the_municipality(session).id
    signing.ask_link(session, email=email, municipality_id=where, now=now, draft_id=draft_id)
    session.flush()


def links(session: Session) -> list[SignInLink]:
    """Those asked for, oldest first; of one instant, the used ones first."""
    order = (col(SignInLink.requested_at), col(SignInLink.used_at).is_(None))
    return list(session.exec(select(SignInLink).order_by(*order)))


def mails(session: Session) -> list[OutboxMessage]:
    return list(session.exec(select(OutboxMessage)))


def a_draft(session: Session, **answers) -> Draft:
    where = the_municipality(session).id
    draft, _ = drafts.begin(session, DraftKind.REQUEST, municipality_id=where, now=NOW, answers=answers)
    return draft


# --- asking for a link -------------------------------------------------------------------------------------------


def test_somebody_known_gets_a_mail(sessions):
    with sessions.begin() as session:
        person = a_person(session, email="anna@voorbeeld.nl")
        ask(session, "  Anna@Voorbeeld.NL ")
        (mail,) = mails(session)
        (link,) = links(session)
        assert (mail.kind, mail.person_id, mail.subject) == (NoticeKind.SIGN_IN, person.id, {"link": str(link.id)})
        assert link.expires_at == NOW + 10 * MINUTE


def test_an_unknown_address_gets_nothing_and_nobody_is_told(sessions):
    """The use case returns the same; nothing is stored about an address that somebody made up."""
    with sessions.begin() as session:
        ask(session, "niemand@voorbeeld.nl")
        assert mails(session) == links(session) == []


def test_an_unknown_address_with_a_draft_gets_a_mail(sessions):
    with sessions.begin() as session:
        draft = a_draft(session)
        ask(session, "nieuw@voorbeeld.nl", draft_id=draft.id)
        (mail,) = mails(session)
        assert (mail.kind, mail.person_id, mail.email) == (NoticeKind.CONFIRM_REQUEST, None, "nieuw@voorbeeld.nl")


def test_the_sixth_link_in_an_hour_is_quietly_not_sent(sessions):
    """Nobody's mailbox is filled by somebody else; an hour later it works again."""
    with sessions.begin() as session:
        a_person(session, email="anna@voorbeeld.nl")
        for minute in range(7):
            ask(session, "anna@voorbeeld.nl", now=NOW + minute * MINUTE)
        assert len(mails(session)) == 5
        ask(session, "anna@voorbeeld.nl", now=NOW + 61 * MINUTE)
        assert len(mails(session)) == 6


def test_an_old_link_can_be_exchanged_for_a_new_one_to_the_same_address(sessions):
    with sessions.begin() as session:
        draft = a_draft(session)
        ask(session, "nieuw@voorbeeld.nl", draft_id=draft.id)
        (old,) = links(session)
        where = the_municipality(session).id
        signing.ask_again(session, link_id=old.id, municipality_id=where, now=NOW + 20 * MINUTE)
        _, new = links(session)
        assert (new.email, new.draft_id) == (old.email, draft.id)


# --- using it ----------------------------------------------------------------------------------------------------


def a_link(session: Session, person: Person) -> SignInLink:
    ask(session, person.email or "")
    return links(session)[-1]


def test_a_link_signs_in_once(sessions):
    with sessions.begin() as session:
        person = a_person(session)
        link = a_link(session, person)
        signed_in = signing.redeem(session, link_id=link.id, now=NOW)
        assert signed_in.person_id == person.id
        assert signing.find_actor(session, signed_in.token, now=NOW).person_id == person.id
        with pytest.raises(LinkUsed):
            signing.redeem(session, link_id=link.id, now=NOW)


def test_looking_at_a_link_uses_nothing_up(sessions):
    """Mail scanners open every link."""
    with sessions.begin() as session:
        link = a_link(session, a_person(session))
        for _ in range(3):
            signing.look_at(session, link_id=link.id, now=NOW)
        signing.redeem(session, link_id=link.id, now=NOW)
        with pytest.raises(LinkUsed):
            signing.look_at(session, link_id=link.id, now=NOW)


@pytest.mark.parametrize(("minutes", "works"), [(9.99, True), (10, False)])
def test_a_link_lasts_ten_minutes(sessions, minutes, works):
    with sessions.begin() as session:
        link = a_link(session, a_person(session))
        at = NOW + timedelta(minutes=minutes)
        if works:
            signing.redeem(session, link_id=link.id, now=at)
        else:
            with pytest.raises(LinkUsed):
                signing.redeem(session, link_id=link.id, now=at)


def test_a_link_that_never_was_is_told_as_a_used_one(sessions):
    with sessions.begin() as session, pytest.raises(LinkUsed):
        signing.redeem(session, link_id=uuid4(), now=NOW)


def test_neither_the_link_nor_the_token_stands_in_the_database(sessions):
    """Whoever reads a backup cannot sign in with it."""
    with sessions.begin() as session:
        link = a_link(session, a_person(session))
        signed_in = signing.redeem(session, link_id=link.id, now=NOW)
        (stored,) = session.exec(select(SignIn))
        assert signed_in.token not in stored.model_dump_json()
        assert stored.token_hash == signing.hash_of(signed_in.token)


def test_every_sign_in_has_a_token_of_its_own(sessions):
    with sessions.begin() as session:
        person = a_person(session)
        tokens = {signing.redeem(session, link_id=a_link(session, person).id, now=NOW).token for _ in range(3)}
        assert len(tokens) == 3


# --- a draft makes somebody known --------------------------------------------------------------------------------


def test_opening_the_mail_of_a_draft_makes_its_maker_known(sessions):
    """What they told about themselves is kept; the address is the one that the mail went to, not what a form says."""
    with sessions.begin() as session:
        draft = a_draft(
            session, first_name="Ria", last_name="de Wit", telephone="0162 123456", email="x@y.nl", share_email=True
        )
        ask(session, "ria@voorbeeld.nl", draft_id=draft.id)
        signed_in = signing.redeem(session, link_id=links(session)[0].id, now=NOW)
        person = session.get_one(Person, signed_in.person_id)
        assert signed_in.draft_id == draft.id
        assert (person.first_name, person.last_name, person.email) == ("Ria", "de Wit", "ria@voorbeeld.nl")
        assert (person.telephone, person.share_telephone, person.share_email) == ("0162 123456", True, True)


def test_two_drafts_of_one_new_address_make_one_person(sessions):
    with sessions.begin() as session:
        ids = set()
        for _ in range(2):
            draft = a_draft(session, first_name="Ria")
            ask(session, "ria@voorbeeld.nl", draft_id=draft.id)
        for link in links(session):
            ids.add(signing.redeem(session, link_id=link.id, now=NOW).person_id)
        assert len(ids) == 1


def test_a_draft_does_not_change_who_is_known_already(sessions):
    """Somebody else's form cannot rename a neighbour."""
    with sessions.begin() as session:
        person = a_person(session, "Anna", email="anna@voorbeeld.nl")
        draft = a_draft(session, first_name="Grappenmaker")
        ask(session, "anna@voorbeeld.nl", draft_id=draft.id)
        signed_in = signing.redeem(session, link_id=links(session)[0].id, now=NOW)
        assert signed_in.person_id == person.id
        assert session.get_one(Person, person.id).first_name == "Anna"


# --- staying signed in -------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(sessions):
    """(token, person) of somebody who just signed in, as staff or not."""

    def sign_in(*, is_staff: bool = False) -> tuple[str, Person]:
        with sessions.begin() as session:
            person = a_person(session)
            if is_staff:
                a_role(session, person, StaffRoleKind.COORDINATOR)
            return signing.redeem(session, link_id=a_link(session, person).id, now=NOW).token, person

    return sign_in


@pytest.mark.parametrize(
    ("is_staff", "idle", "stays"),
    [
        pytest.param(False, timedelta(hours=11, minutes=59), True, id="resident-within-half-a-day"),
        pytest.param(False, timedelta(hours=12), False, id="resident-after-half-a-day"),
        pytest.param(True, timedelta(minutes=29), True, id="staff-within-half-an-hour"),
        pytest.param(True, timedelta(minutes=30), False, id="staff-after-half-an-hour"),
    ],
)
def test_who_does_nothing_is_signed_out(sessions, signed_in, is_staff, idle, stays):
    token, _ = signed_in(is_staff=is_staff)
    with sessions.read() as session:
        assert (signing.find_actor(session, token, now=NOW + idle) is not None) is stays


@pytest.mark.parametrize(
    ("is_staff", "step", "longest"),
    [
        pytest.param(False, timedelta(hours=11), timedelta(days=30), id="resident-a-month"),
        pytest.param(True, timedelta(minutes=20), timedelta(hours=10), id="staff-a-working-day"),
    ],
)
def test_even_who_is_always_busy_signs_in_again_some_day(sessions, signed_in, is_staff, step, longest):
    token, _ = signed_in(is_staff=is_staff)
    now = NOW
    while now + step < NOW + longest:
        now += step
        with sessions.begin() as session:
            present = signing.find_present(session, token, now=now)
            assert present is not None
            signing.mark_seen(session, present.sign_in_id, now=now)
    with sessions.read() as session:
        assert signing.find_actor(session, token, now=NOW + longest) is None


def test_somebody_who_becomes_staff_falls_under_the_rules_for_staff_at_once(sessions, signed_in):
    token, person = signed_in()
    with sessions.begin() as session:
        a_role(session, person, StaffRoleKind.READER)
    with sessions.read() as session:
        assert signing.find_actor(session, token, now=NOW + 29 * MINUTE) is not None
        assert signing.find_actor(session, token, now=NOW + 31 * MINUTE) is None


def test_a_role_counts_from_its_beginning_to_its_end(sessions, signed_in):
    token, person = signed_in()
    with sessions.begin() as session:
        until = NOW + 10 * MINUTE
        a_role(session, person, StaffRoleKind.TEAM_LEAD, from_at=NOW + 5 * MINUTE, until_at=until)
    with sessions.read() as session:
        for minutes, is_staff in ((4, False), (5, True), (9, True), (10, False)):
            actor = signing.find_actor(session, token, now=NOW + minutes * MINUTE)
            assert actor is not None
            assert actor.is_staff is is_staff


def test_signing_out_ends_that_browser_only(sessions):
    with sessions.begin() as session:
        person = a_person(session)
        here, there = (signing.redeem(session, link_id=a_link(session, person).id, now=NOW).token for _ in range(2))
        signing.end(session, here, now=NOW)
        assert signing.find_actor(session, here, now=NOW) is None
        assert signing.find_actor(session, there, now=NOW) is not None


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_a_token_that_we_did_not_make_is_nobody(sessions, token):
    with sessions.read() as session:
        assert signing.find_actor(session, token, now=NOW) is None


# --- the first of the staff, and forgetting ----------------------------------------------------------------------


def test_the_first_of_the_staff_is_appointed_once(sessions):
    with sessions.begin() as session:
        where = the_municipality(session).id
        first = {"email": "Marieke@Surplus.example", "first_name": "Marieke", "municipality_id": where, "now": NOW}
        link_id = signing.appoint_first(session, **first)
        signed_in = signing.redeem(session, link_id=link_id, now=NOW)
        assert signing.find_actor(session, signed_in.token, now=NOW).is_staff
        with pytest.raises(NotAllowed):
            signing.appoint_first(session, **first)


def test_what_has_no_use_any_more_is_deleted(sessions):
    """Links a day after their time, drafts after theirs, sign-ins a month after; what may be of use stays."""
    with sessions.begin() as session:
        person = a_person(session)
        old, fresh = a_draft(session), a_draft(session)
        ask(session, "nieuw@voorbeeld.nl", draft_id=old.id)
        signing.redeem(session, link_id=a_link(session, person).id, now=NOW)
        later = NOW + timedelta(days=7, hours=1)
        fresh.expires_at = later + MINUTE
        session.add(fresh)
        signing.forget_old(session, now=later)
        assert links(session) == []
        assert [draft.id for draft in session.exec(select(Draft))] == [fresh.id]
        assert len(session.exec(select(SignIn)).all()) == 1
        signing.forget_old(session, now=NOW + timedelta(days=61))
        assert session.exec(select(SignIn)).all() == []


def test_a_policy_can_allow_more_links(sessions):
    """A demo lets one visitor sign in as everybody, again and again."""
    with sessions.begin() as session:
        a_person(session, email="anna@voorbeeld.nl")
        often = replace(signing.POLICY, links_per_hour=100)
        for _ in range(8):
            where = the_municipality(session).id
            signing.ask_link(session, email="anna@voorbeeld.nl", municipality_id=where, now=NOW, policy=often)
        assert len(links(session)) == 8
