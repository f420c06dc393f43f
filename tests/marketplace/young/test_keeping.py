"""Young helpers beside the rest: `verify` finds what cannot be, leaving takes it along, two files stay two."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from marketplace import invariants, merging, privacy
from marketplace.errors import InvalidInput
from marketplace.models import Offer, PairApproval, ParentalConsent, ParentalStatus, Person
from marketplace.permissions import Actor
from marketplace.queries import young
from marketplace.young import pairs
from tests.marketplace.young.test_pairs import yes
from tests.support.builders import a_coordinator, a_person, a_request, on_duty, the_municipality
from tests.support.clock import NOW
from tests.support.young_builders import FOURTEEN, a_young_volunteer, an_asking

KEY = "only-for-the-tests"
pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def at_home(session):
    """Sam helps at a home; a coordinator looked at it."""
    on_duty(session, carla := a_coordinator(session))
    offer, _ = a_young_volunteer(session)
    yes(session, offer, request := a_request(session))
    approval = young.find_live_approval(session, request.id, offer.person_id)
    pairs.approve(session, approval_id=approval.id, actor=carla, now=NOW)
    an_asking(session, now=NOW)
    return offer


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        pytest.param(None, "", id="all-holds"),
        pytest.param(
            update(ParentalConsent).where(col(ParentalConsent.status) == "given").values(status="withdrawn"),
            "no parent agreed",
            id="offer-without-a-yes",
        ),
        pytest.param(update(Offer).values(is_public=True), "everybody may read it", id="public"),
        pytest.param(update(PairApproval).values(status="moot"), "nobody looked at it", id="home-unseen"),
        pytest.param(
            update(ParentalConsent)
            .where(col(ParentalConsent.status) == "waiting")
            .values(asked_at=NOW - timedelta(days=30), expires_at=NOW - timedelta(days=2)),
            "never forgotten",
            id="never-answered",
        ),
    ],
)
def test_verify_finds_a_child_who_is_where_none_may_be(session, at_home, statement, says):
    if statement is not None:
        session.execute(statement)
    found = list(invariants.no_child_helps_without_a_parent(session, NOW))
    assert [says in what for what in found] == ([True] if says else [])


def test_a_parent_who_leaves_for_good_takes_their_yes_along(session):
    offer, consent_id = a_young_volunteer(session)
    consent = young.get_consent(session, consent_id)
    mother = session.get_one(Person, consent.guardian_id)
    told = privacy.export_person(session, actor=Actor(mother.id), now=NOW)
    assert [one["status"] for one in told["as_a_parent"]] == ["given"]
    assert "Sam" not in json.dumps(told)
    privacy.erase_person(session, mother, key=KEY, now=NOW)
    assert consent.status is ParentalStatus.WITHDRAWN
    assert offer.left_at == NOW


def test_a_child_who_leaves_for_good_is_in_no_asking(session):
    offer, _ = a_young_volunteer(session)
    child = session.get_one(Person, offer.person_id)
    told = privacy.export_person(session, actor=Actor(child.id), now=NOW)
    assert told["person"]["born_on"] == FOURTEEN.isoformat()
    privacy.erase_person(session, child, key=KEY, now=NOW)
    consent = session.exec(select(ParentalConsent)).one()
    assert (consent.status, consent.child_name, consent.child_born_on) == (ParentalStatus.LAPSED, "", None)
    assert child.born_on is None


def test_the_file_of_a_child_becomes_part_of_no_other(session):
    carla = a_coordinator(session)
    offer, _ = a_young_volunteer(session)
    a_request(session, requester=(other := a_person(session, "Sam", email=None, born_on=None)))
    for one, two in ((offer.person_id, other.id), (other.id, offer.person_id)):
        with pytest.raises(InvalidInput, match="merge_minor"):
            merging.merge(
                session,
                one_id=one,
                other_id=two,
                municipality_id=the_municipality(session).id,
                actor=carla,
                now=NOW,
            )
