"""Before a parent's yes a child is nowhere; a stop works at once; a birthday lets go by itself."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from marketplace import ages, anonymising, jobs, responses, signing
from marketplace.errors import IllegalTransition, InvalidInput, NotAllowed
from marketplace.models import (
    Channel,
    Draft,
    Event,
    EventKind,
    HelpRequest,
    MatchStatus,
    NoticeChannel,
    NoticeKind,
    Offer,
    OutboxMessage,
    ParentalStatus,
    Person,
    ProposalStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import young
from marketplace.young import parents
from marketplace.young.parents import Parent
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.young_builders import (
    FOURTEEN,
    MOTHER,
    a_child,
    a_young_volunteer,
    an_asking,
    joined,
    offered_by,
)

DAY = timedelta(days=1)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


def everything(session, table):
    return list(session.exec(rows.all_of(table)))


def notices_of(session, kind):
    return list(rows.outbox(session, kind))


def test_until_the_yes_there_is_a_draft_two_mails_and_nobody_new_but_the_parent(session):
    """No person, no offer, nothing to match: the child is in the asking only."""
    before = len(everything(session, Person))
    consent = an_asking(session)
    assert consent.status is ParentalStatus.WAITING
    people = everything(session, Person)
    assert len(people) == before + 1
    assert "Sam" not in {person.first_name for person in people}
    assert everything(session, Offer) == []
    assert [one.kind for one in everything(session, OutboxMessage)] == [
        NoticeKind.PARENT_ASKED,
        NoticeKind.PARENT_AWAITED,
    ]
    assert [one.detail for one in everything(session, Event) if "Sam" in str(one.detail)] == []


def test_a_parent_with_a_telephone_only_is_called(session):
    an_asking(session, parent=Parent("Karim", telephone="06 30000001"))
    (asked,) = notices_of(session, NoticeKind.PARENT_ASKED)
    assert asked.channel is NoticeChannel.TELEPHONE


@pytest.mark.parametrize(
    ("child", "parent", "problem"),
    [
        pytest.param({}, Parent("Mam", "SAM@voorbeeld.nl "), {"parent_email": "parent_is_child"}, id="own-address"),
        pytest.param(
            {}, Parent("Mam", telephone="0620000001"), {"parent_telephone": "parent_is_child"}, id="own-number"
        ),
        pytest.param({}, Parent("Mam"), {"parent_email": "parent_missing"}, id="no-way-to-reach"),
        pytest.param({}, Parent(" ", "m@voorbeeld.nl"), {"parent_name": "parent_name_missing"}, id="no-name"),
        pytest.param({"born_on": date(2015, 3, 4)}, MOTHER, {"born_on": "born_on_too_young"}, id="ten"),
        pytest.param({"born_on": date(2010, 3, 3)}, MOTHER, {"born_on": "parent_not_needed"}, id="sixteen-today"),
    ],
)
def test_what_is_wrong_with_an_asking_is_said(session, child, parent, problem):
    with pytest.raises(InvalidInput) as refused:
        an_asking(session, a_child(**child), parent)
    assert refused.value.problems == problem


def test_the_day_before_sixteen_a_parent_is_asked(session):
    assert an_asking(session, a_child(born_on=date(2010, 3, 4))).status is ParentalStatus.WAITING


def test_another_child_is_no_parent(session):
    offer, _ = a_young_volunteer(session)
    email = session.get_one(Person, offer.person_id).email
    with pytest.raises(InvalidInput, match="parent_no_grown_up"):
        an_asking(session, a_child(name="Noor", email="noor@voorbeeld.nl"), Parent("Sam", email))


def test_a_child_asks_one_parent_at_a_time(session):
    an_asking(session)
    with pytest.raises(InvalidInput, match="parent_asked_before"):
        an_asking(session, parent=Parent("Papa", "papa@voorbeeld.nl"))


def test_after_the_yes_the_child_opens_the_mail_and_helps(session):
    consent = an_asking(session)
    waiter = parents.give(session, consent_id=consent.id, now=NOW)
    assert waiter is not None
    assert waiter.email == "sam@voorbeeld.nl"
    assert parents.give(session, consent_id=consent.id, now=NOW) is None
    offer = joined(session, consent, is_public=True)
    child = session.get_one(Person, offer.person_id)
    assert (child.born_on, child.birth_year) == (FOURTEEN, 2011)
    # On the list that everybody reads no child ever stands.
    assert not offer.is_public
    assert (consent.child_id, consent.child_name, consent.child_email) == (child.id, "", None)


def test_a_yes_is_for_one_child(session):
    """Who finishes what was typed a second time, as somebody else, has nobody's yes."""
    consent = an_asking(session)
    parents.give(session, consent_id=consent.id, now=NOW)
    child_id = joined(session, consent).person_id
    other = a_person(session, "Noor")
    with pytest.raises(InvalidInput, match="parent_awaited"):
        parents.join(session, draft_id=consent.draft_id, person=other, born_on=FOURTEEN, now=NOW)
    assert consent.child_id == child_id


def test_without_the_yes_nobody_joins_and_an_offer_is_refused(session):
    consent = an_asking(session)
    with pytest.raises(InvalidInput, match="parent_awaited"):
        joined(session, consent)
    child = a_person(session, "Noor", born_on=FOURTEEN)
    with pytest.raises(InvalidInput, match="parent_awaited"):
        offered_by(session, child)


def test_somebody_of_sixteen_helps_without_a_parent(session):
    child = a_person(session, "Noor", born_on=date(2010, 3, 3))
    assert offered_by(session, child, is_public=True).is_public


def test_a_no_leaves_nothing_of_the_child_or_of_a_parent_who_was_not_known(session):
    consent = an_asking(session)
    parents.refuse(session, consent_id=consent.id, now=NOW)
    parents.refuse(session, consent_id=consent.id, now=NOW)
    assert (consent.child_name, consent.child_email, consent.child_born_on, consent.draft_id) == ("", None, None, None)
    assert everything(session, Draft) == []
    assert session.get_one(Person, consent.guardian_id).first_name == anonymising.NOBODY
    assert [one for one in everything(session, OutboxMessage) if one.email or one.next_try_at] == []
    with pytest.raises(IllegalTransition):
        parents.give(session, consent_id=consent.id, now=NOW)


def test_a_parent_who_is_known_here_stays(session):
    mother = a_person(session, "Marja", email=MOTHER.email)
    a_request(session, requester=mother)
    consent = an_asking(session)
    assert consent.guardian_id == mother.id
    parents.refuse(session, consent_id=consent.id, now=NOW)
    assert mother.first_name == "Marja"


def test_who_hears_nothing_is_forgotten_after_two_weeks(session):
    consent = an_asking(session)
    assert parents.lapse_unanswered(session, consent.expires_at - timedelta(seconds=1)) == 0
    with pytest.raises(IllegalTransition):
        parents.give(session, consent_id=consent.id, now=consent.expires_at)
    assert parents.lapse_unanswered(session, consent.expires_at) == 1
    assert consent.status is ParentalStatus.LAPSED
    assert (consent.child_name, consent.child_email, consent.child_born_on) == ("", None, None)


def test_a_child_who_never_opens_the_mail_is_forgotten_too(session):
    consent = an_asking(session)
    parents.give(session, consent_id=consent.id, now=NOW)
    assert parents.lapse_unanswered(session, NOW + 13 * DAY) == 0
    assert parents.lapse_unanswered(session, NOW + 14 * DAY) == 1
    assert consent.child_email is None


def test_a_stop_hides_the_child_ends_what_was_agreed_and_gives_it_to_a_coordinator(session):
    on_duty(session, carla := a_coordinator(session))
    offer, consent_id = a_young_volunteer(session)
    asked = a_proposal(session, a_request(session, skill="home.pets", is_at_home=False), offer)
    request = a_request(session, skill="home.pets", is_at_home=False)
    match = a_match(session, request, offer)
    parents.withdraw(session, consent_id=consent_id, now=NOW + DAY)
    parents.withdraw(session, consent_id=consent_id, now=NOW + DAY)
    assert (offer.left_at, asked.status, match.status) == (
        NOW + DAY,
        ProposalStatus.WITHDRAWN,
        MatchStatus.CANCELLED,
    )
    assert session.get_one(HelpRequest, request.id).owner_id == carla.person_id
    (told,) = notices_of(session, NoticeKind.YOUNG_STOPPED)
    assert told.person_id == request.requester_id
    session.refresh(offer)
    assert offer.engaged == 0
    # A yes by an old link brings nobody back.
    answer = responses.accept(session, proposal_id=asked.id, actor=Actor(offer.person_id), now=NOW + DAY)
    assert answer.match_id is None


def test_a_coordinator_notes_a_stop_by_telephone_in_their_own_municipality(session):
    carla = a_coordinator(session)
    offer, consent_id = a_young_volunteer(session)
    where = the_municipality(session).id
    with pytest.raises(NotAllowed):
        parents.withdraw_for(
            session, consent_id=consent_id, municipality_id=where, actor=Actor(offer.person_id), now=NOW
        )
    parents.withdraw_for(session, consent_id=consent_id, municipality_id=where, actor=carla, now=NOW)
    stopped = [one for one in everything(session, Event) if one.kind is EventKind.PARENT_STOPPED]
    assert [one.actor_id for one in stopped] == [carla.person_id]


def test_a_yes_by_telephone_keeps_who_wrote_it_down(session):
    carla = a_coordinator(session)
    consent = an_asking(session)
    parents.give(session, consent_id=consent.id, now=NOW, channel=Channel.TELEPHONE, recorded_by_id=carla.person_id)
    assert (consent.channel, consent.recorded_by_id) == (Channel.TELEPHONE, carla.person_id)


def test_a_birthday_lets_go_at_midnight_and_forgets_what_was_kept_for_it(sessions, clock):
    """By the job of that minute; the consent is over, the offer stands, and no parent can stop it."""
    with sessions.begin() as session:
        offer, consent_id = a_young_volunteer(session)
        child_id = offer.person_id
    clock.set(ages.released_at(FOURTEEN) - timedelta(minutes=1))
    jobs.run_once(jobs.Means(sessions, clock))
    with sessions.begin() as session:
        assert young.get_consent(session, consent_id).status is ParentalStatus.GIVEN
    clock.set(ages.released_at(FOURTEEN))
    jobs.run_once(jobs.Means(sessions, clock))
    with sessions.begin() as session:
        consent = young.get_consent(session, consent_id)
        assert (consent.status, consent.child_born_on) == (ParentalStatus.RELEASED, None)
        assert session.get_one(Person, child_id).born_on == FOURTEEN
        assert young.list_live_offers(session, child_id)
        with pytest.raises(IllegalTransition):
            parents.withdraw(session, consent_id=consent_id, now=clock())
    clock.set(ages.released_at(FOURTEEN) + timedelta(days=2 * 366))
    jobs.run_once(jobs.Means(sessions, clock))
    with sessions.begin() as session:
        assert (session.get_one(Person, child_id).born_on, session.get_one(Person, child_id).birth_year) == (None, 2011)


def test_who_turns_sixteen_while_waiting_goes_on_without_a_parent(sessions, clock):
    with sessions.begin() as session:
        consent_id = an_asking(session, a_child(born_on=date(2010, 3, 5))).id
    clock.set(NOW + 2 * DAY)
    jobs.run_once(jobs.Means(sessions, clock))
    with sessions.begin() as session:
        assert young.get_consent(session, consent_id).status is ParentalStatus.RELEASED
        (mail,) = notices_of(session, NoticeKind.CONFIRM_OFFER)
        assert mail.email == "sam@voorbeeld.nl"
        signed_in = signing.redeem(session, link_id=UUID(mail.subject["link"]), now=clock())
        assert session.get_one(Person, signed_in.person_id).first_name == "Sam"
