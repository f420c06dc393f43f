"""Who deserves attention and why, and what a certificate that ran out means."""

from datetime import date, timedelta

import pytest

from marketplace import care, matches, matchmaking
from marketplace.care import CareReason, reasons_of
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from marketplace.models import CareKind, EventKind, Offer, ProposalStatus, QualificationSeen, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import care as queries
from marketplace.queries.care import Fares
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_request,
    a_volunteer,
    another_municipality,
    the_municipality,
)
from tests.support.clock import NOW

DAY = timedelta(days=1)
TODAY = date(2026, 3, 3)


def fares(**more):
    some = {"since": NOW - 200 * DAY, "paused_until": None, "matches": 3}
    ids = {"offer_id": None, "person_id": None, "first_name": "Piet", "neighbourhood": "Dorst"}
    return Fares(**(ids | some | more))


def asked(*statuses):
    return [(NOW - number * DAY, status) for number, status in enumerate(statuses)]


LAPSED, DECLINED, OPEN = ProposalStatus.LAPSED, ProposalStatus.DECLINED, ProposalStatus.OPEN


@pytest.mark.parametrize(
    ("one", "reasons"),
    [
        pytest.param(fares(), [], id="most-need-nothing"),
        pytest.param(fares(matches=0, since=NOW - 7 * DAY), ["newcomer"], id="a-week-without-a-task"),
        pytest.param(fares(matches=0, since=NOW - 6 * DAY), [], id="only-just-there"),
        pytest.param(fares(matches=0, since=NOW - 121 * DAY), [], id="no-newcomer-any-more"),
        pytest.param(fares(matches=0, since=NOW - 9 * DAY, paused_until=NOW + DAY), [], id="on-holiday"),
        pytest.param(fares(matches=0, since=NOW - 9 * DAY, spoken_at=NOW - 9 * DAY), [], id="spoken-with"),
        pytest.param(fares(matches=0, since=NOW - 60 * DAY, spoken_at=NOW - 30 * DAY), ["newcomer"], id="long-ago"),
        pytest.param(fares(asked=asked(LAPSED, LAPSED, LAPSED)), ["silent"], id="three-times-no-answer"),
        pytest.param(fares(asked=asked(OPEN, LAPSED, LAPSED, LAPSED)), ["silent"], id="may-still-answer-one"),
        pytest.param(fares(asked=asked(LAPSED, LAPSED, DECLINED, LAPSED)), [], id="a-no-is-an-answer"),
        pytest.param(fares(asked=asked(*[DECLINED] * 6)), ["asked_often"], id="six-questions-in-four-weeks"),
        pytest.param(fares(asked=[(NOW - 29 * DAY, DECLINED)] * 6), [], id="longer-ago"),
        pytest.param(fares(certificates={"vog": TODAY + 60 * DAY}), ["certificate"], id="soon"),
        pytest.param(fares(certificates={"vog": TODAY - DAY}), ["certificate"], id="over"),
        pytest.param(fares(certificates={"vog": TODAY + 61 * DAY, "car": None}), [], id="holds-long-or-for-ever"),
        pytest.param(fares(done=10, last_done_at=NOW - DAY), ["thanks"], id="ten-times"),
        pytest.param(fares(done=11, last_done_at=NOW - DAY), [], id="eleven-is-no-moment"),
        pytest.param(fares(done=1, last_done_at=NOW - DAY, thanked_at=NOW), [], id="thanked"),
        pytest.param(fares(done=5, last_done_at=NOW - DAY, thanked_at=NOW - 9 * DAY), ["thanks"], id="for-the-last"),
        pytest.param(fares(done=1, last_done_at=NOW - 30 * DAY), [], id="too-late-to-be-sweet"),
    ],
)
def test_who_deserves_attention(one, reasons):
    assert [reason.value for reason in reasons_of(one, NOW)] == reasons


def test_a_policy_makes_sense():
    with pytest.raises(ValueError, match="above 0"):
        care.CarePolicy(unanswered=0)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


def where(session):
    return {"municipality_id": the_municipality(session).id, "now": NOW}


@pytest.mark.database("sqlite")
def test_the_list_is_made_of_what_happened(session):
    carla = a_coordinator(session)
    piet = a_volunteer(session, "Piet", now=NOW - 60 * DAY)
    a_volunteer(session, "Sanne", now=NOW - 8 * DAY)
    request = a_request(session)
    match = a_match(session, request, piet)
    matches.confirm(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
    matches.finish(session, match_id=match.id, actor=Actor(request.requester_id), now=NOW)
    found = care.list_attention(session, actor=carla, **where(session))
    assert [(one.fares.first_name, one.reasons) for one in found] == [
        ("Piet", (CareReason.THANKS,)),
        ("Sanne", (CareReason.NEWCOMER,)),
    ]
    care.touch(session, CareKind.THANKED, offer_id=piet.id, actor=carla, **where(session))
    care.touch(session, CareKind.SPOKEN, offer_id=found[1].fares.offer_id, actor=carla, **where(session))
    assert care.list_attention(session, actor=carla, **where(session)) == []


@pytest.mark.database("sqlite")
def test_only_the_desk_of_the_own_municipality_cares(session):
    piet = a_volunteer(session)
    for kind in (StaffRoleKind.READER, StaffRoleKind.RIDE_PLANNER):
        with pytest.raises(NotAllowed):
            care.list_attention(session, actor=a_coordinator(session, kind=kind), **where(session))
    breda = another_municipality(session)
    elsewhere = a_coordinator(session, municipality=breda)
    with pytest.raises(NotFound):
        care.look(session, offer_id=piet.id, municipality_id=breda.id, actor=elsewhere, now=NOW)


@pytest.mark.database("sqlite")
def test_a_certificate_or_training_is_seen_and_never_kept(session):
    carla, piet = a_coordinator(session), a_volunteer(session)
    asked = {"offer_id": piet.id, "actor": carla, **where(session)}
    for code, seen_on, until, wrong in (
        ("driving_licence", TODAY, None, "code"),
        ("vog", TODAY + DAY, None, "seen_on"),
        ("vog", TODAY, TODAY - DAY, "valid_until"),
    ):
        with pytest.raises(InvalidInput) as refused:
            care.see_certificate(session, code=code, seen_on=seen_on, valid_until=until, **asked)
        assert set(refused.value.problems) == {wrong}
    care.see_certificate(session, code="buddy_training", seen_on=TODAY, valid_until=None, **asked)
    assert [one.code for one in queries.list_certificates(session, piet.municipality_id, piet.person_id)] == [
        "buddy_training"
    ]
    assert EventKind.PAPER_SEEN in rows.events(session)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("days_left", "is_asked"), [pytest.param(-1, False, id="ran-out-yesterday"), pytest.param(0, True, id="last-day")]
)
def test_who_has_a_paper_that_ran_out_is_not_asked_for_what_needs_it(sessions, days_left, is_asked):
    """The gate of the engine, and what the list says about it, are about the same day."""
    with sessions.begin() as session:
        offer: Offer = a_volunteer(session, skills=["company.respite"], seen=["vog"])
        (seen,) = session.exec(rows.all_of(QualificationSeen)).all()
        seen.valid_until = TODAY + days_left * DAY
        request_id = a_request(session, skill="company.respite").id
        municipality_id, offer_id = offer.municipality_id, offer.id
    matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW)
    with sessions.read() as session:
        assert (EventKind.PROPOSED in rows.events(session, request_id)) is is_asked
        fares = queries.get_fares(session, municipality_id, offer_id, now=NOW)
        assert care.running_out(fares, NOW) == (("vog", TODAY + days_left * DAY),)
