"""A draft becomes what it was made for, once."""

from datetime import timedelta

import pytest

from marketplace import drafts
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Draft, DraftKind, HelpRequest
from marketplace.permissions import Actor
from tests.support.builders import a_person, the_municipality
from tests.support.clock import NOW
from web.publishing import publish, with_return

OFFER = {"postcode": "4901 AB", "skills_house_garden_kitchen": ["garden.hedge"], "when": ["1-morning"]}
LIMITS = {"reach_km": "5", "capacity": "2", "asked_per_week": "2", "languages": ["nl"]}
REQUEST = {
    "text": "Wie knipt mijn heg?",
    "skill": "garden.hedge",
    "postcode": "4901 AB",
    "house_number": "12",
    "street": "Dorpstraat",
    "way": "dagen",
    "when": ["2-morning"],
    "minutes": "60",
}


@pytest.fixture
def drafted(sessions):
    """Keeps answers as a draft, and says who made it."""

    def keep(kind, answers):
        with sessions.begin() as session:
            where = the_municipality(session).id
            draft, _ = drafts.begin(session, kind, municipality_id=where, now=NOW, answers=answers)
            return draft.id, Actor(a_person(session, "Riet").id)

    return keep


def test_a_request_is_made_once_and_the_typed_answers_are_not_kept_twice(sessions, drafted):
    draft_id, riet = drafted(DraftKind.REQUEST, REQUEST)
    with sessions.begin() as session:
        path = publish(session, draft_id, actor=riet, now=NOW)
    with sessions.begin() as session:
        assert publish(session, draft_id, actor=riet, now=NOW) == path
        draft = session.get_one(Draft, draft_id)
        assert draft.answers == {}
        assert session.get_one(HelpRequest, draft.became_id).requester_id == riet.person_id


def test_an_offer_is_made_and_leads_to_a_welcome(sessions, drafted):
    draft_id, piet = drafted(DraftKind.OFFER, OFFER | LIMITS)
    with sessions.begin() as session:
        assert publish(session, draft_id, actor=piet, now=NOW) == "/helpen/welkom"


@pytest.mark.database("sqlite")
def test_what_cannot_be_taken_is_refused_and_stays_a_draft(sessions, drafted):
    draft_id, riet = drafted(DraftKind.REQUEST, REQUEST | {"when": []})
    with pytest.raises(InvalidInput), sessions.begin() as session:
        publish(session, draft_id, actor=riet, now=NOW)
    with sessions.read() as session:
        assert session.get_one(Draft, draft_id).became_id is None


@pytest.mark.database("sqlite")
def test_a_draft_is_kept_for_a_week(sessions, drafted):
    draft_id, riet = drafted(DraftKind.REQUEST, REQUEST)
    with pytest.raises(NotFound), sessions.begin() as session:
        publish(session, draft_id, actor=riet, now=NOW + timedelta(days=8))


def test_who_joined_for_one_request_goes_on_to_it():
    assert with_return("/helpen/welkom", "/hulpvragen/1?a=b") == "/helpen/welkom?terug=/hulpvragen/1%3Fa%3Db"
    assert with_return("/helpen/welkom", None) == "/helpen/welkom"
    assert with_return("/mijn/vragen/1/geplaatst", "/hulpvragen/1") == "/mijn/vragen/1/geplaatst"
