"""A driver without e-mail: asked by telephone, and the answer typed in as their own."""

from datetime import timedelta

import pytest

from marketplace import deskwork
from marketplace.models import (
    ActingAs,
    ContactBy,
    EventKind,
    NoticeChannel,
    NoticeKind,
    PromiseStatus,
    RideStatus,
    StaffRoleKind,
)
from marketplace.queries import rides as queries
from tests.support import builders, rows
from tests.support import ride_builders as build
from web import relaying
from web.labels.scripts import ANSWERS, DRIVES, DRIVES_NOT, STANDS_IN
from web.relaying import Line

pytestmark = pytest.mark.database("sqlite")

LATER = build.evening_before() + timedelta(minutes=20)


@pytest.fixture
def desk(sessions):
    with sessions.begin() as session:
        return builders.a_coordinator(session, "Gerard", kind=StaffRoleKind.RIDE_PLANNER)


def by_telephone(session, name="Dirk"):
    return builders.a_person(session, name, email=None, contact_by=ContactBy.TELEPHONE)


def answer(sessions, desk, kind, given):
    with sessions.begin() as session:
        (message,) = [each for each in rows.outbox(session, kind) if each.channel is NoticeChannel.TELEPHONE]
        call = deskwork.take(session, message.id, actor=desk, now=LATER)
        return relaying.answer(Line(session, call, desk, LATER), given)


@pytest.mark.parametrize(
    ("given", "promise", "ride"),
    [(DRIVES, PromiseStatus.ACCEPTED, RideStatus.AGREED), (DRIVES_NOT, PromiseStatus.DECLINED, RideStatus.ASKED)],
)
def test_what_a_driver_says_on_the_telephone_is_their_own_answer(sessions, desk, given, promise, ride):
    with sessions.begin() as session:
        build.a_driver(session, person=by_telephone(session))
        asked = build.a_ride(session)
    build.plan_day(sessions)
    assert answer(sessions, desk, NoticeKind.DRIVER_DAY, given)
    with sessions.read() as session:
        assert [each.status for each in queries.list_promises(session, asked.id)] == [promise]
        assert queries.get_ride(session, asked.id).status is ride
        relayed = [event for event in rows.all_events(session) if event.kind is EventKind.PROPOSAL_RELAYED]
    assert [(event.acting_as, event.ride_id) for event in relayed] == [(ActingAs.STAFF, asked.id)]


def test_standby_by_telephone(sessions, desk):
    with sessions.begin() as session:
        build.a_driver(session, hours=(), is_standby=True, person=by_telephone(session))
        asked = build.a_ride(session)
    build.plan_day(sessions)
    assert answer(sessions, desk, NoticeKind.STANDBY_ASK, STANDS_IN)
    build.plan_day(sessions, now=LATER + timedelta(minutes=1))
    with sessions.read() as session:
        assert queries.get_ride(session, asked.id).status is RideStatus.AGREED


def test_every_answer_of_a_call_about_rides_does_something():
    for kind in (NoticeKind.DRIVER_DAY, NoticeKind.STANDBY_ASK):
        assert relaying._OF_KIND[kind.value] <= {value for value, *_ in ANSWERS[kind]}
