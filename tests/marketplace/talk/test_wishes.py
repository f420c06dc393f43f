"""Who wants to hear once a day, or not at night, does so: nothing is lost, and what is urgent comes at once."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import build
from marketplace import contact_times, notices
from marketplace.delivery import outbox
from marketplace.delivery.message import Message, TryLater
from marketplace.errors import InvalidInput
from marketplace.models import ContactBy, ContactWishes, Digest, NoticeChannel, NoticeKind, OutboxMessage
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.talk import wishing
from marketplace.talk.wishing import Wishes
from tests.support import rows
from tests.support.builders import a_person, a_proposal, a_request, a_volunteer, local, the_municipality
from tests.support.clock import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NINE = local(2026, 3, 4, 9)
# Around both nights on which the clock changes, and an ordinary week.
MOMENTS = st.one_of(
    *(
        st.integers(0, 5 * 24 * 60).map(lambda minutes, begin=begin: begin + timedelta(minutes=minutes))
        for begin in (local(2026, 3, 27), local(2026, 10, 23), local(2026, 6, 1))
    )
)
MINUTES = st.integers(0, 24 * 60 - 1)


def quiet(begins, ends):
    return ContactWishes(person_id=UUID(int=1), quiet_from_minute=begins, quiet_until_minute=ends)


def minute_of(moment):
    local_ = moment.astimezone(AMSTERDAM)
    return local_.hour * 60 + local_.minute


@given(at=MOMENTS, begins=MINUTES, ends=MINUTES)
def test_quiet_hours_end_and_never_end_in_themselves(at, begins, ends):
    """By the clock on the wall, on days of 23 and 25 hours too: later, within a day, and no longer quiet then."""
    if begins == ends:
        return
    at = at.astimezone(UTC)
    wishes = quiet(begins, ends)
    until = contact_times.quiet_until(wishes, at)
    minute = minute_of(at)
    is_quiet = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    assert (until is not None) is is_quiet
    if until is not None:
        assert at < until <= at + timedelta(hours=25)
        # An hour that is skipped or comes twice may show another minute, never one that is quiet again at once.
        assert (
            minute_of(until) == ends or at.astimezone(AMSTERDAM).utcoffset() != until.astimezone(AMSTERDAM).utcoffset()
        )


@given(at=MOMENTS, digest=st.sampled_from((Digest.DAILY, Digest.WEEKLY)))
def test_the_next_fixed_moment_is_nine_in_the_morning_and_within_its_time(at, digest):
    at = at.astimezone(UTC)
    moment = contact_times.next_digest(digest, at)
    assert moment is not None
    shown = moment.astimezone(AMSTERDAM)
    assert (shown.hour, shown.minute) == (9, 0)
    assert at < moment <= at + (timedelta(hours=25) if digest is Digest.DAILY else timedelta(days=7, hours=1))
    assert digest is Digest.DAILY or shown.weekday() == 0


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


def wish(session, person, **wishes):
    fields = {"contact_by": ContactBy.EMAIL} | wishes
    return wishing.change(session, wishes=Wishes(**fields), actor=Actor(person.id), now=NOW)


def tell(session, person, kind, key="1", at=NOW, **more):
    notices.queue(
        session, kind, municipality_id=the_municipality(session).id, person_id=person.id, at=at, key=key, **more
    )


def the(session, kind):
    return rows.outbox(session, kind)


@pytest.mark.database("sqlite")
def test_what_can_wait_goes_together_and_what_is_urgent_at_once(session):
    riet = a_person(session, "Riet")
    wish(session, riet, digest=Digest.DAILY)
    for kind in (NoticeKind.THANKS, NoticeKind.OFFER_MADE, NoticeKind.CANCELLED, NoticeKind.SIGN_IN):
        tell(session, riet, kind)
    (digest,) = the(session, NoticeKind.DIGEST)
    assert digest.next_try_at == NINE
    for kind in (NoticeKind.THANKS, NoticeKind.OFFER_MADE):
        (waits,) = the(session, kind)
        assert (waits.bundle_id, waits.next_try_at) == (digest.id, None)
    for kind in (NoticeKind.CANCELLED, NoticeKind.SIGN_IN):
        assert the(session, kind)[0].next_try_at == NOW


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("digest", "until", "waits"), [
    (Digest.WEEKLY, NOW + 2 * DAY, False),
    (Digest.WEEKLY, NOW + 9 * DAY, True),
    (Digest.DAILY, NOW + 2 * DAY, True),
])  # fmt: skip
def test_a_message_comes_before_the_date_that_it_may_be_about(session, digest, until, waits):
    riet = a_person(session, "Riet")
    wish(session, riet, digest=digest)
    tell(session, riet, NoticeKind.MESSAGE_RECEIVED, until=until)
    assert bool(the(session, NoticeKind.DIGEST)) is waits


@pytest.mark.database("sqlite")
def test_a_question_with_a_time_limit_waits_for_no_digest_and_for_quiet_hours_half_of_its_time_at_most(session):
    """Ten in the morning: quiet until noon leaves enough of a day, and too little of three hours."""
    offer = a_volunteer(session, "Piet")
    piet = session.get_one(rows.Person, offer.person_id)
    wish(session, piet, digest=Digest.WEEKLY, quiet_from_minute=9 * 60, quiet_until_minute=12 * 60)
    for hours, at in ((24, local(2026, 3, 3, 12)), (3, NOW)):
        proposal = a_proposal(session, a_request(session), offer, expires_at=NOW + hours * HOUR)
        notices.about_proposal(session, NoticeKind.PROPOSAL, proposal, at=NOW)
        told = next(one for one in the(session, NoticeKind.PROPOSAL) if one.subject["proposal"] == str(proposal.id))
        assert (told.bundle_id, told.next_try_at) == (None, at)


@pytest.mark.database("sqlite")
def test_quiet_hours_hold_mails_and_calls_and_not_what_somebody_waits_for(session):
    night = local(2026, 3, 3, 22)
    for by, channel in ((ContactBy.EMAIL, NoticeChannel.EMAIL), (ContactBy.TELEPHONE, NoticeChannel.TELEPHONE)):
        person = a_person(session, by.value.title())
        wish(session, person, contact_by=by, quiet_from_minute=21 * 60, quiet_until_minute=8 * 60)
        tell(session, person, NoticeKind.DATE_AGREED, at=night)
        told = next(one for one in the(session, NoticeKind.DATE_AGREED) if one.person_id == person.id)
        assert (told.channel, told.next_try_at) == (channel, local(2026, 3, 4, 8))
        tell(session, person, NoticeKind.SIGN_IN, at=night)
        assert next(one for one in the(session, NoticeKind.SIGN_IN) if one.person_id == person.id).next_try_at == night


class Away:
    """A mail server that is away until told otherwise."""

    def __init__(self) -> None:
        self.is_away, self.got = True, list[Message]()

    def send(self, message: Message) -> None:
        if self.is_away:
            raise TryLater("451")
        self.got.append(message)


def test_one_mail_tells_of_everything_and_what_was_bundled_is_told(sessions, settings, clock):
    """Sent once on both databases; tried again after an outage it respects the quiet hours that began meanwhile."""
    house, server = build(settings, clock=clock), Away()
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        wish(session, riet, digest=Digest.DAILY, quiet_from_minute=9 * 60 + 1, quiet_until_minute=11 * 60)
        a_volunteer(session, person=riet, now=NOW)
    clock.set(NINE)

    def drain():
        return outbox.drain(sessions, clock, server, house.mails.word)

    assert drain() == 0
    clock.set(NINE + timedelta(minutes=5))
    server.is_away = False
    assert drain() == 0, "it is quiet now"
    clock.set(local(2026, 3, 4, 11))
    assert drain() == 1
    assert len(server.got) == 1
    assert "U krijgt deze berichten samen" in server.got[0].text
    assert drain() == 0
    with sessions.read() as session:
        assert all(one.sent_at for one in session.exec(rows.all_of(OutboxMessage)))


def test_what_came_too_late_for_the_mail_goes_by_itself(sessions, settings, clock):
    house, server = build(settings, clock=clock), Away()
    server.is_away = False
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        wish(session, riet, digest=Digest.DAILY)
        a_volunteer(session, person=riet, now=NOW)
    clock.set(NINE)
    assert outbox.drain(sessions, clock, server, house.mails.word) == 1
    with sessions.begin() as session:
        (digest,) = the(session, NoticeKind.DIGEST)
        (made,) = the(session, NoticeKind.OFFER_MADE)
        made.sent_at = None  # as if it had been queued at the moment at which the mail went
        session.add(made)
        assert made.bundle_id == digest.id
    assert outbox.drain(sessions, clock, server, house.mails.word) == 1
    assert len(server.got) == 2


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"contact_by": ContactBy.LETTER}, "contact_by"),
        ({"contact_by": ContactBy.SMS}, "contact_by"),
        ({"quiet_from_minute": 60}, "quiet_until"),
        ({"quiet_from_minute": 60, "quiet_until_minute": 60}, "quiet_until"),
    ],
)
def test_only_ways_that_there_are_and_hours_that_are_hours(session, wishes, field):
    riet = a_person(session, "Riet", telephone="0162 123456")
    with pytest.raises(InvalidInput) as refused:
        wish(session, riet, **wishes)
    assert set(refused.value.problems) == {field}
