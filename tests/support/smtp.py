"""A mail server that keeps what it gets, and can be told to refuse or dawdle."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from aiosmtpd.controller import Controller

ACCEPTED: Final = "250 OK"
LINK: Final = re.compile(r"https?://[^\s<>\"]+")


def free_port() -> int:
    """A port of the loopback that nobody listens on. aiosmtpd cannot be asked for port 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Received:
    """One message as it came over the wire."""

    message: EmailMessage
    sender: str
    to: tuple[str, ...]
    received_at: float  # seconds of time.monotonic()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain-text part; a message without one fails here, as it should."""
        part = self.message.get_body(("plain",))
        assert part is not None, f"no text part in {self.subject!r}"
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        assert part is not None, f"no HTML part in {self.subject!r}"
        return str(part.get_content())

    @property
    def links(self) -> list[str]:
        return links(self.message)


def links(message: EmailMessage) -> list[str]:
    """The addresses in the text part, in order, without the full stop that ends their sentence."""
    part = message.get_body(("plain",))
    assert part is not None, "no text part"
    return [found.rstrip(".,;:!?)") for found in LINK.findall(str(part.get_content()))]


@dataclass
class Sink:
    """What the mail server got. ``reply`` is asked what to say to each message, by default that all is well.

    ``refuse`` counts down: that many messages are answered with ``refusal`` first. ``delay_s`` holds each reply up,
    as a server does that is about to fall over.
    """

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[Received] = field(default_factory=list)
    refuse: int = 0
    refusal: str = "451 Try again later"
    delay_s: float = 0.0
    reply: Callable[[Received], str] = lambda _: ACCEPTED
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        received = Received(message, envelope.mail_from, tuple(envelope.rcpt_tos), time.monotonic())
        if self.delay_s:
            time.sleep(self.delay_s)  # the controller has a thread and a loop of its own
        if self.refuse > 0:
            self.refuse -= 1
            return self.refusal
        answer = self.reply(received)
        if answer.startswith("2"):
            with self._arrived:
                self.messages.append(received)
                self._arrived.notify_all()
        return answer

    def to(self, address: str) -> list[Received]:
        """What was sent to one address, oldest first."""
        return [received for received in self.messages if address in received.to]

    def wait_for(self, *, to: str | None = None, count: int = 1, timeout_s: float = 20.0) -> list[Received]:
        """Wait until ``count`` messages (to one address) are there, and return them; fails saying what is there."""

        def wanted() -> list[Received]:
            return self.to(to) if to else list(self.messages)

        with self._arrived:
            self._arrived.wait_for(lambda: len(wanted()) >= count, timeout=timeout_s)
            found = wanted()
        there = [(received.to, received.subject) for received in self.messages]
        assert len(found) >= count, f"waited {timeout_s} s for {count} message(s) to {to or 'anybody'}; there: {there}"
        return found

    def clear(self) -> None:
        with self._arrived:
            self.messages.clear()


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A sink that listens on a free port of the loopback."""
    sink = Sink(port=free_port())
    controller = Controller(sink, hostname=sink.host, port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
