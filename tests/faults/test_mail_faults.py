"""What a mail server can do to us, over a real socket: nothing is lost, nothing is told that did not happen.

The outbox holds the mails of real matches; a stand-in words them, so that only the sending is at stake.
"""

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace import operations
from marketplace.database import Sessions
from marketplace.delivery import outbox
from marketplace.delivery.message import Message, message_id_of
from marketplace.delivery.smtp import MailServer, SmtpSender
from marketplace.models import OutboxMessage
from tests.support import builders, proof
from tests.support.clock import NOW, MovableClock
from tests.support.smtp import free_port

FROM = "meer@voorbeeld.nl"
MATCHES = proof.count(3, 200)


def word(session: Session, message: OutboxMessage) -> Message:
    to = f"p{message.id.hex}@voorbeeld.nl"
    return Message(to, "Bericht", "Er is iets.", "<p>Er is iets.</p>", message_id_of(message.id, FROM))


class Post:
    """The outbox, emptied at the test's pace into one mail server."""

    def __init__(self, sessions: Sessions, clock: MovableClock, port: int, timeout_s: float = 5) -> None:
        self.sessions, self.clock = sessions, clock
        server = MailServer("127.0.0.1", port)
        self.sender = SmtpSender(server, mail_from=FROM, name="Meer", clock=clock, timeout_s=timeout_s)

    def drain(self) -> int:
        return outbox.drain(self.sessions, self.clock, self.sender, word)

    def until_done(self, *, rounds: int = 40) -> int:
        """Again and again as time goes by, until nothing waits. How many were sent."""
        sent = 0
        for _ in range(rounds):
            sent += self.drain()
            self.clock.move(minutes=2)
        return sent

    def rows(self) -> list[OutboxMessage]:
        with self.sessions.read() as session:
            return list(session.exec(select(OutboxMessage)))


@pytest.fixture
def post(sessions, clock, sink) -> Post:
    """A town in which people were matched, with all their mails still to be sent; one match was rolled back."""
    with sessions.begin() as session:
        for _ in range(MATCHES):
            builders.a_match(session, builders.a_request(session), builders.a_volunteer(session, now=NOW))
    with pytest.raises(ZeroDivisionError), sessions.begin() as session:
        builders.a_match(session, builders.a_request(session), builders.a_volunteer(session, now=NOW))
        raise ZeroDivisionError
    return Post(sessions, clock, sink.port)


def ids(sink: Any) -> Counter[str]:
    return Counter(received.message["Message-ID"] for received in sink.messages)


def wanted(post: Post) -> set[str]:
    return {message_id_of(row.id, FROM) for row in post.rows()}


def everything_arrived_once(post: Post, sink: Any) -> None:
    """One mail for each row, none without one: what was rolled back left no row."""
    assert ids(sink) == Counter(dict.fromkeys(wanted(post), 1))
    assert all(row.sent_at is not None and row.failed_at is None for row in post.rows())
    assert operations.verify(post.sessions.engine, now=post.clock()) == []


def test_a_server_that_refuses_connections_delays_everything_and_loses_nothing(post, sink):
    """For hours: no try is spent on it, and when it is back each mail goes out once."""
    away = Post(post.sessions, post.clock, free_port())
    assert away.until_done() == 0
    assert all(row.attempts == 0 for row in post.rows())
    post.until_done(rounds=3)
    everything_arrived_once(post, sink)


@pytest.mark.parametrize("answer", ["421 Too busy", "451 Try again later"])
def test_half_an_hour_of_not_now_costs_no_mail(post, sink, answer):
    since = post.clock()
    sink.reply = lambda _: answer if (post.clock() - since).total_seconds() < 1800 else "250 OK"
    post.until_done(rounds=60)
    everything_arrived_once(post, sink)


def test_one_address_that_does_not_exist_concerns_nobody_else(post, sink):
    """That one has failed, visibly and for good; all others have theirs."""
    gone = post.rows()[0]
    sink.reply = lambda received: "550 Unknown user" if gone.id.hex in received.to[0] else "250 OK"
    post.until_done(rounds=3)
    rows = {row.id: row for row in post.rows()}
    assert (rows[gone.id].error, rows[gone.id].next_try_at) == ("smtp-550", None)
    assert rows[gone.id].failed_at is not None
    assert ids(sink) == Counter(dict.fromkeys(wanted(post) - {message_id_of(gone.id, FROM)}, 1))


def test_an_answer_that_is_lost_repeats_a_mail_under_the_same_id(post, sink):
    """Cut after the final dot: the server has it, we do not know. Better twice, and recognisable, than never."""
    lost = {row.id.hex for row in post.rows()[:2]}
    doubled = frozenset(lost)
    with cutting(sink.port, lost) as port:
        Post(post.sessions, post.clock, port).until_done(rounds=4)
    repeated = Counter(dict.fromkeys(wanted(post), 1))
    for row in post.rows():
        if row.id.hex in doubled:
            repeated[message_id_of(row.id, FROM)] = 2
    assert ids(sink) == repeated
    assert all(row.sent_at is not None for row in post.rows())


def test_a_server_that_says_nothing_is_left_in_time_and_the_rest_goes_on_later(post, sink):
    with silent() as port:
        assert Post(post.sessions, post.clock, port, timeout_s=0.2).drain() == 0
    assert all(row.sent_at is None for row in post.rows())
    post.clock.move(minutes=5)
    post.until_done(rounds=3)
    everything_arrived_once(post, sink)


def test_a_slow_server_holds_no_transaction_open(post, sink, sessions):
    """While it dawdles, people go on writing; and everything still arrives once."""
    sink.delay_s = 0.05
    done = threading.Event()
    sending = threading.Thread(target=lambda: (post.until_done(rounds=2), done.set()))
    sending.start()
    written = 0
    while not done.is_set():
        with sessions.begin() as session:
            builders.a_person(session, f"P{written}")
        written += 1
    sending.join()
    assert written > 0
    everything_arrived_once(post, sink)


@contextmanager
def silent() -> Iterator[int]:
    """A server that takes a connection and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield listening.getsockname()[1]


@contextmanager
def cutting(port: int, lost: set[str]) -> Iterator[int]:
    """Before a mail server: passes everything on, but loses once, of some mails, the answer after the final dot."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        listening.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    near, _ = listening.accept()
                except TimeoutError:
                    continue
                with near, socket.create_connection(("127.0.0.1", port)) as far:
                    _pass_on(near, far, lost)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stop.set()
            thread.join()


def _pass_on(near: socket.socket, far: socket.socket, lost: set[str]) -> None:
    """One conversation, answer by answer, as the protocol has it."""
    for end in (near, far):
        end.settimeout(10)
    near.sendall(_answer(far))
    seen, is_data = b"", False
    while heard := near.recv(65536):
        seen += heard
        if is_data and not seen.endswith(b"\r\n.\r\n"):
            continue
        if not seen.endswith(b"\r\n"):
            continue
        far.sendall(seen)
        answer = _answer(far)
        if is_data and (cut := next((one for one in lost if one.encode() in seen), None)):
            lost.discard(cut)
            return
        near.sendall(answer)
        is_data, seen = answer.startswith(b"354"), b""


def _answer(far: socket.socket) -> bytes:
    """A whole answer: its last line has a space after the code."""
    said = b""
    while not said.endswith(b"\r\n") or said.splitlines()[-1][3:4] == b"-":
        if not (more := far.recv(65536)):
            break
        said += more
    return said
