"""Mails go out once, in order, one never in the way of another; against a mail server that really speaks SMTP."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from marketplace import notices
from marketplace.database import Sessions
from marketplace.delivery import outbox
from marketplace.delivery import sink as postbox
from marketplace.delivery.message import Message, Refused, TryLater, Unreachable, message_id_of
from marketplace.delivery.outbox import DeliveryPolicy
from marketplace.delivery.smtp import MailServer, SmtpSender
from marketplace.models import NoticeKind, OutboxMessage
from tests.support.builders import the_municipality
from tests.support.clock import NOW, MovableClock
from tests.support.proof import count
from tests.support.smtp import Sink, free_port, running_sink

FROM = "desk@voorbeeld.nl"


def a_message(**changes) -> Message:
    usual = Message(
        to="anna@voorbeeld.nl",
        subject="Kunt u dinsdag een heg knippen?",
        text="Dag Anna,\n\nKunt u dat?",
        html="<p>Dag Anna,</p>",
        message_id="<1@voorbeeld.nl>",
        headers={"Auto-Submitted": "auto-generated"},
    )
    return replace(usual, **changes)


def sender_to(port: int, **more) -> SmtpSender:
    server = MailServer("127.0.0.1", port, **more)
    return SmtpSender(server, mail_from=FROM, name="Meer voor Elkaar", clock=lambda: NOW, timeout_s=5)


@pytest.fixture
def sender(sink: Sink) -> SmtpSender:
    return sender_to(sink.port)


# --- one message over the wire -----------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_made(sink, sender):
    """Text and HTML, who it is from, and that a machine wrote it."""
    sender.send(a_message())
    (received,) = sink.messages
    mail = received.message
    assert received.to == ("anna@voorbeeld.nl",)
    assert received.sender == FROM
    assert mail["From"] == "Meer voor Elkaar <desk@voorbeeld.nl>"
    assert mail["Date"] == "Tue, 03 Mar 2026 09:00:00 +0000"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<1@voorbeeld.nl>", "auto-generated")
    assert "Kunt u dat?" in received.text
    assert received.html.strip() == "<p>Dag Anna,</p>"


def test_letters_of_every_language_survive(sink, sender):
    sender.send(a_message(subject="Één vraag van Zoë", text="Groet, Çelik – tot dan", html="<p>Çelik</p>"))
    (received,) = sink.messages
    assert received.subject == "Één vraag van Zoë"
    assert "Çelik – tot dan" in received.text


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a@b.nl\r\nBcc: c@d.nl"},
        {"to": "a@b.nl, c@d.nl"},
        {"to": "Anna <a@b.nl>"},
        {"to": ""},
        {"subject": "Hallo\r\nBcc: c@d.nl"},
        {"subject": "Hallo\nBcc: c@d.nl"},
        {"subject": "Hallo\x00"},
        {"message_id": "<1>\r\nBcc: c@d.nl"},
        {"headers": {"List-Id": "x\r\nBcc: c@d.nl"}},
        {"headers": {"X\r\nBcc": "c@d.nl"}},
    ],
)
def test_nothing_that_people_typed_can_become_a_header_or_a_second_address(changes):
    with pytest.raises(ValueError, match=r"one line|one address"):
        a_message(**changes)


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        ("550 No such person", Refused, "smtp-550"),
        ("554 Not wanted", Refused, "smtp-554"),
        ("451 Try again later", TryLater, "smtp-451"),
        ("452 Mailbox full", TryLater, "smtp-452"),
    ],
)
def test_what_the_server_answers_decides_whether_it_is_tried_again(sink, sender, reply, kind, code):
    sink.reply = lambda _: reply
    with pytest.raises(kind) as failed:
        sender.send(a_message())
    assert failed.value.code == code


def test_the_reason_never_names_the_address(sink, sender):
    """Servers repeat the address in their answer; logs and the outbox do not."""
    sink.reply = lambda received: f"550 {received.to[0]} unknown"
    with pytest.raises(Refused) as failed:
        sender.send(a_message())
    assert "anna" not in str(failed.value)


def test_a_server_that_is_not_there_is_no_fault_of_the_message():
    with pytest.raises(Unreachable):
        sender_to(free_port()).send(a_message())


@contextmanager
def a_server_that(says: list[bytes]) -> Iterator[int]:
    """Listens, says these lines, one after each line it hears, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as heard:
                for line in says:
                    connection.sendall(line + b"\r\n")
                    heard.readline()

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


HELLO, OK, GO_ON = b"220 hello", b"250 OK", b"354 go on"


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        pytest.param([b"421 too busy"], Unreachable, id="too-busy-to-talk"),
        pytest.param([HELLO, OK], TryLater, id="cut-after-the-sender"),
        pytest.param([HELLO, OK, OK, OK, GO_ON], TryLater, id="cut-in-the-message"),
        pytest.param([HELLO, OK, b"553 who are you"], TryLater, id="our-own-address-refused"),
        pytest.param([HELLO, OK, OK, b"550 unknown"], Refused, id="address-refused"),
        pytest.param([HELLO, OK, OK, b"450 later"], TryLater, id="address-later"),
    ],
)
def test_a_conversation_that_breaks_off_is_tried_again_unless_the_address_was_refused(says, kind):
    with a_server_that(says) as port, pytest.raises(kind):
        sender_to(port).send(a_message())


def test_a_server_that_says_nothing_is_not_waited_for_long():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        sender = SmtpSender(MailServer("127.0.0.1", port), mail_from=FROM, name="", clock=lambda: NOW, timeout_s=0.2)
        with pytest.raises(Unreachable):
            sender.send(a_message())


def test_a_server_without_encryption_gets_no_mail_where_encryption_is_set(sink):
    """Nor the password: what is asked for is not given up because the other side does not offer it."""
    sender = sender_to(sink.port, starttls=True, user="desk", password="geheim")
    with pytest.raises(Unreachable):
        sender.send(a_message())
    assert sink.messages == []


def test_the_certificate_of_the_mail_server_is_checked():
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


# --- the outbox --------------------------------------------------------------------------------------------------


def queue(session: Session, key: str, *, after_minutes: float = 0) -> UUID:
    """A notice; its key is the address it goes to, so that a test can tell them apart."""
    notices.queue(
        session,
        NoticeKind.OFFER_MADE,
        municipality_id=the_municipality(session).id,
        at=NOW + timedelta(minutes=after_minutes),
        key=key,
        email=f"{key}@voorbeeld.nl",
    )
    session.flush()
    return row(session, key).id


def row(session: Session, key: str) -> OutboxMessage:
    return session.exec(select(OutboxMessage).where(col(OutboxMessage.email) == f"{key}@voorbeeld.nl")).one()


def word(_session: Session, message: OutboxMessage) -> Message | None:
    return a_message(to=message.email, message_id=message_id_of(message.id, FROM))


@pytest.fixture
def drain(sessions: Sessions, clock: MovableClock, sender: SmtpSender) -> Callable[..., int]:
    """Empty the outbox into the sink, as the job does."""

    def run(*, word=word, sender=sender, **more) -> int:
        return outbox.drain(sessions, clock, sender, word, **more)

    return run


@pytest.fixture
def queued(sessions: Sessions) -> Callable[..., list[UUID]]:
    """Notices to these addresses, one after the other."""

    def put(*keys: str) -> list[UUID]:
        with sessions.begin() as session:
            return [queue(session, key, after_minutes=-index) for index, key in enumerate(reversed(keys))][::-1]

    return put


def test_what_is_queued_is_sent_oldest_first_and_once(sessions, sink, drain, queued):
    queued("anna", "bert", "cor")
    assert drain() == 3
    assert drain() == 0
    assert [received.to[0][:4] for received in sink.messages] == ["anna", "bert", "cor@"]
    with sessions.read() as session:
        anna = row(session, "anna")
        assert (anna.sent_at, anna.next_try_at, anna.error, anna.attempts) == (NOW, None, "", 1)


def test_what_is_for_later_waits(sessions, sink, clock, drain):
    with sessions.begin() as session:
        queue(session, "anna", after_minutes=60)
    assert drain() == 0
    clock.move(hours=1)
    assert drain() == 1


def test_a_refused_address_does_not_hold_up_the_others(sessions, sink, drain, queued):
    """Failed for good, with the code for whoever looks, and nothing more is tried."""
    queued("anna", "weg", "cor")
    sink.reply = lambda received: "550 gone" if "weg@" in received.to[0] else "250 OK"
    assert drain() == 2
    with sessions.read() as session:
        failed = row(session, "weg")
        assert (failed.failed_at, failed.next_try_at, failed.error) == (NOW, None, "smtp-550")
    assert drain() == 0


def test_a_message_is_tried_again_after_half_a_minute_and_ever_later(sessions, sink, clock, drain, queued):
    queued("anna")
    sink.refuse = 3
    for wait_s in (30, 60, 120):
        assert drain() == 0
        clock.move(seconds=wait_s - 1)
        assert drain() == 0, "too soon"
        assert sink.refuse >= 0
        clock.move(seconds=1)
    assert drain() == 1
    with sessions.read() as session:
        assert row(session, "anna").attempts == 4


def test_after_eight_tries_it_is_given_up(sessions, sink, clock, drain, queued):
    queued("anna")
    sink.refuse = 100
    for _ in range(12):
        drain()
        clock.move(hours=2)
    with sessions.read() as session:
        message = row(session, "anna")
        assert (message.attempts, message.next_try_at, message.error) == (8, None, "smtp-451")
        assert message.failed_at is not None


def test_retries_grow_to_an_hour_and_no_further():
    policy = DeliveryPolicy()
    waits = [policy.retry_after(attempt).total_seconds() for attempt in range(1, 10)]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_an_outage_of_the_mail_server_costs_no_tries(sessions, sink, clock, drain, queued):
    """However long it lasts, everything goes out afterwards; meanwhile one message tries, not all of them."""
    queued("anna", "bert")
    away = sender_to(free_port())
    for _ in range(20):
        assert drain(sender=away) == 0
        clock.move(minutes=5)
    assert drain() == 2
    with sessions.read() as session:
        assert row(session, "anna").attempts == 1


def test_a_message_with_nothing_left_to_tell_is_ticked_off_unsent(sessions, sink, drain, queued):
    queued("anna", "bert")
    assert drain(word=lambda session, message: None if "anna" in message.email else word(session, message)) == 1
    with sessions.read() as session:
        moot = row(session, "anna")
        assert (moot.sent_at, moot.failed_at, moot.next_try_at, moot.error) == (None, None, None, "moot")
    assert drain() == 0


def test_a_message_that_cannot_be_worded_does_not_hold_up_the_others(sessions, sink, drain, queued, caplog):
    """A bug in one text is a failed try of that message; what people typed does not reach the log."""
    queued("anna", "bert")

    def stumble(session: Session, message: OutboxMessage) -> Message | None:
        if "anna" in message.email:
            raise KeyError(message.email)
        return word(session, message)

    assert drain(word=stumble) == 1
    # The mail server of the tests tells of every address; ours may not.
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    assert ours
    assert not any("voorbeeld.nl" in caplog.handler.format(record) for record in ours)
    with sessions.read() as session:
        assert row(session, "anna").error == "bug-KeyError"


def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(sessions, engine, drain, queued):
    """A slow mail server must not keep people from writing."""
    queued("anna")

    class Looking:
        def send(self, _message: Message) -> None:
            assert engine.pool.checkedout() == 0
            with sessions.begin() as session:  # would wait for ever for a lock of ours
                queue(session, "bert")

    assert drain(sender=Looking(), most=1) == 1


def test_a_message_whose_sender_died_is_sent_by_the_next_after_the_lease(sessions, sink, clock, drain, queued):
    queued("anna")

    class Dying:
        def send(self, _message: Message) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain(sender=Dying())
    assert drain() == 0, "somebody may still be at it"
    clock.move(minutes=5)
    assert drain() == 1


def test_who_wakes_up_late_does_not_undo_what_another_did(sessions, sink, clock, drain, queued):
    """The first claimer sleeps past its lease, another sends; the first's failure is not written over that."""
    queued("anna")

    class Sleepy:
        def send(self, _message: Message) -> None:
            clock.move(minutes=10)
            assert drain() == 1
            raise Refused("smtp-550")

    assert drain(sender=Sleepy()) == 0
    with sessions.read() as session:
        message = row(session, "anna")
        assert (message.failed_at, message.error, message.fence) == (None, "", 2)
        assert message.sent_at is not None


def test_a_message_that_is_sent_again_keeps_its_id(sink, clock, drain, queued):
    """A mail program that gets the same message twice shows it once."""
    queued("anna")
    sink.reply = lambda received: "250 OK" if sink.messages else "451 stored, but the answer got lost"
    seen = []
    sink.reply = lambda received: (
        seen.append(received.message["Message-ID"]) or ("451 x" if len(seen) < 3 else "250 OK")
    )
    for _ in range(3):
        drain()
        clock.move(minutes=5)
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_many_at_once_send_each_message_once(sessions, sink, clock, drain, queued):
    """Four drains on one outbox: nobody is told twice, nobody is forgotten."""
    many = count(12, 100)
    queued(*(f"p{number}" for number in range(many)))
    with ThreadPoolExecutor(4) as pool:
        sent = sum(future.result() for future in [pool.submit(drain) for _ in range(4)])
    assert sent == many
    assert sorted(received.to[0] for received in sink.messages) == sorted(f"p{n}@voorbeeld.nl" for n in range(many))


# --- the mails that stay here ------------------------------------------------------------------------------------


def test_the_sink_of_a_demo_keeps_mails_over_a_restart(tmp_path: Path):
    folder = tmp_path / "var" / "postbox"
    for number in (1, 2):
        sink = postbox.Sink(folder)
        sink.start()
        sender = postbox.SinkSender(
            sink, mail_from=FROM, name="Meer", clock=lambda n=number: NOW + n * timedelta(days=1)
        )
        sender.send(a_message(subject=f"Brief {number}"))
        sink.stop()
        with pytest.raises(Unreachable):
            sender.send(a_message())
    kept = postbox.list_kept(folder)
    assert [mail.subject for mail in kept] == ["Brief 2", "Brief 1"]
    assert kept[0].to == "anna@voorbeeld.nl"
    assert "Kunt u dat?" in kept[0].text
    assert postbox.find_kept(folder, kept[0].key) == kept[0]


@pytest.mark.parametrize("key", ["../../etc/passwd", "nothing", ""])
def test_a_mail_that_is_not_there_is_not_found(tmp_path, key):
    assert postbox.find_kept(tmp_path / "none", key) is None
    with running_sink():
        assert postbox.list_kept(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
