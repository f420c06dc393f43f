"""The two of a match write to each other: both read it, nobody else; once, while it is open, and forgotten in time."""

from datetime import timedelta

import pytest

from marketplace import matches, privacy, retention
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.models import ContactBy, Message, NoticeChannel, NoticeKind
from marketplace.permissions import Actor
from marketplace.queries import conversations as queries
from marketplace.queries.work import read_facts
from marketplace.talk import blocking, conversing
from marketplace.talk.conversing import ContactDetailsInside
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_request_for, a_volunteer
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
DAY = timedelta(days=1)
HELLO = "Dag! Zal ik om tien uur komen?"


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def pair(session):
    """Piet helps Riet; she may still object."""
    riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet")
    match = a_match(session, a_request(session, requester=riet), offer)
    return match, Actor(riet.id), Actor(offer.person_id)


def write(session, match, actor, text=HELLO, *, now=NOW, token="", **more):
    return conversing.write(session, pair_id=match.id, text=text, token=token, actor=actor, now=now, **more)


def read(session, match, actor, now=NOW):
    return conversing.open_conversation(session, pair_id=match.id, actor=actor, now=now)


def confirmed(session, match, riet):
    matches.confirm(session, match_id=match.id, actor=riet, now=NOW)
    session.refresh(match)


def test_what_one_writes_the_other_reads_and_then_it_is_read(session, pair):
    match, riet, piet = pair
    write(session, match, piet)
    (waiting,) = queries.list_unread_of(session, riet.person_id, open_since=NOW - DAY)
    assert (waiting.conversation_id, waiting.other, waiting.unread) == (match.id, "Piet", 1)
    assert queries.list_unread_of(session, piet.person_id, open_since=NOW - DAY) == []
    assert [message.text for message in read(session, match, riet).messages] == [HELLO]
    assert queries.list_unread_of(session, riet.person_id, open_since=NOW - DAY) == []


def test_the_mail_says_that_there_is_one_and_comes_once_until_it_is_read(session, pair):
    match, riet, piet = pair
    write(session, match, piet)
    write(session, match, piet, "En nog iets.")
    (told,) = rows.outbox(session, NoticeKind.MESSAGE_RECEIVED)
    assert told.person_id == riet.person_id
    assert set(told.subject) == {"request", "match"}
    assert read_facts(session, told, now=NOW).unread == ["", ""], "a mail never holds the words"
    read(session, match, riet)
    write(session, match, piet, "Bent u thuis?")
    assert len(rows.outbox(session, NoticeKind.MESSAGE_RECEIVED)) == 2


def test_pressed_twice_it_is_sent_once(session, pair):
    match, _, piet = pair
    first = write(session, match, piet, token="a-number-of-the-form")
    assert write(session, match, piet, token="a-number-of-the-form").id == first.id
    assert len(queries.list_messages(session, match.id)) == 1


def test_both_may_send_the_same_form_number_at_the_same_moment(session, pair):
    """A number is one's own: nobody can keep another's message out."""
    match, riet, piet = pair
    for actor in (riet, piet):
        write(session, match, actor, token="same")
    assert len(queries.list_messages(session, match.id)) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "message_missing"), ("   ", "message_missing"), ("x" * 501, "message_long")],
)
def test_a_message_is_short_and_says_something(session, pair, text, problem):
    match, _, piet = pair
    with pytest.raises(InvalidInput) as refused:
        write(session, match, piet, text)
    assert refused.value.problems == {"text": problem}


def test_nobody_sends_more_in_a_day_than_two_people_need(session, pair):
    match, _, piet = pair
    for number in range(conversing.POLICY.most_a_day):
        write(session, match, piet, f"Bericht {number}", token=str(number))
    with pytest.raises(InvalidInput) as refused:
        write(session, match, piet, "Nog één", token="more")
    assert refused.value.problems == {"text": "message_many"}
    write(session, match, piet, "Nog één", now=NOW + DAY + timedelta(minutes=1), token="later")


def test_a_number_is_asked_about_until_the_details_are_open(session, pair):
    match, riet, piet = pair
    with pytest.raises(ContactDetailsInside):
        write(session, match, piet, "Bel mij op 06 12345678")
    assert queries.list_messages(session, match.id) == []
    write(session, match, piet, "Bel mij op 06 12345678", knowingly=True)
    confirmed(session, match, riet)
    write(session, match, piet, "Of op 06 87654321", token="2")


def test_nobody_else_reads_or_writes(session, pair):
    match, _, piet = pair
    write(session, match, piet)
    carla, other = a_coordinator(session), a_person(session, "Bep")
    for actor in (carla, Actor(other.id)):
        with pytest.raises(NotFound):
            read(session, match, actor)
        with pytest.raises(NotFound):
            write(session, match, actor)


@pytest.mark.parametrize(("days", "is_open"), [(13, True), (15, False)])
def test_it_closes_when_the_details_close(session, pair, days, is_open):
    match, riet, piet = pair
    confirmed(session, match, riet)
    write(session, match, piet)
    matches.finish(session, match_id=match.id, actor=riet, now=NOW)
    later = NOW + days * DAY
    opened = read(session, match, riet, later)
    assert opened.is_open is is_open
    assert bool(opened.messages) is is_open, "closed, nothing of it is shown any more"
    if not is_open:
        with pytest.raises(IllegalTransition):
            write(session, match, piet, now=later)


def test_an_objection_closes_it_at_once(session, pair):
    match, riet, piet = pair
    write(session, match, piet)
    matches.object_to(session, match_id=match.id, actor=riet, now=NOW)
    assert not read(session, match, piet).is_open
    with pytest.raises(IllegalTransition):
        write(session, match, riet)


def test_a_block_closes_it_at_once(session, pair):
    match, riet, piet = pair
    write(session, match, piet)
    blocking.block_in_pair(session, pair_id=match.id, actor=riet, now=NOW)
    assert not read(session, match, piet).is_open


def test_words_are_kept_ninety_days_and_then_go(session, pair):
    match, riet, piet = pair
    confirmed(session, match, riet)
    write(session, match, piet)
    matches.finish(session, match_id=match.id, actor=riet, now=NOW)
    assert retention.forget(session, now=NOW + 89 * DAY).conversations == 0
    assert retention.forget(session, now=NOW + 91 * DAY).conversations == 1
    assert retention.forget(session, now=NOW + 91 * DAY).conversations == 0
    (left,) = queries.list_messages(session, match.id)
    assert (left.text, left.sender_id) == ("", None)


def test_who_asks_for_another_reads_and_writes_in_their_name(session):
    riet, els, offer = a_person(session, "Riet"), a_person(session, "Els"), a_volunteer(session, "Piet")
    match = a_match(session, a_request_for(session, riet, els), offer)
    write(session, match, Actor(offer.person_id))
    (told,) = rows.outbox(session, NoticeKind.MESSAGE_RECEIVED)
    assert told.person_id == els.id
    write(session, match, Actor(els.id), "Mijn moeder is dan thuis.", token="2")
    assert [one.is_of_volunteer for one in queries.list_messages(session, match.id)] == [True, False]


def test_without_email_it_is_read_out_and_then_it_is_read(session):
    riet = a_person(session, "Riet", email=None, contact_by=ContactBy.LETTER, street="Kerkstraat", house_number="1")
    match = a_match(session, a_request(session, requester=riet), a_volunteer(session, "Piet"))
    write(session, match, Actor(match.person_id))
    (told,) = rows.outbox(session, NoticeKind.MESSAGE_RECEIVED)
    assert told.channel is NoticeChannel.TELEPHONE, "a letter would come too late for a question about tomorrow"
    assert read_facts(session, told, now=NOW).unread == [HELLO]
    conversing.read_out(session, pair_id=match.id, person_id=riet.id)
    assert queries.list_unread(session, match.id, riet.id, is_volunteer=False) == []


def test_who_leaves_takes_their_words_along_and_gets_them_beforehand(session, pair):
    match, riet, piet = pair
    write(session, match, piet)
    write(session, match, riet, "Dag Piet Jansen, dat is goed.", token="2")
    told = privacy.export_person(session, actor=piet, now=NOW)
    assert [one["text"] for one in told["messages_written"]] == [HELLO]
    assert "dat is goed" not in str(told), "what the other wrote is the other's"
    privacy.erase(session, actor=piet, key="k" * 32, now=NOW)
    texts = {one.text for one in session.exec(rows.all_of(Message))}
    assert HELLO not in texts
    assert not any("Piet Jansen" in text for text in texts)
