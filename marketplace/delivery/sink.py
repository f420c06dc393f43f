"""A mail server for one machine: keeps what it gets in a folder, so that a demo's mails can be read without another."""

import mailbox
import re
import socket
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from marketplace.clock import Clock
from marketplace.delivery.message import Message, Unreachable
from marketplace.delivery.smtp import MailServer, SmtpSender

HOST: Final = "127.0.0.1"
SHOWN: Final = 100


@dataclass(frozen=True)
class Kept:
    """A mail that stayed here."""

    key: str
    to: str
    subject: str
    text: str
    sent_at: datetime


class Sink:
    """Listens on a free port of the loopback while it is started. The folder survives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._controller: Any = None

    def start(self) -> None:
        """Begin to listen."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        controller = Controller(Mailbox(self.folder), hostname=HOST, port=_free_port())
        controller.start()
        self._controller = controller

    def stop(self) -> None:
        """Stop listening; what came in stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def port(self) -> int | None:
        """Where it listens; None while it does not."""
        return int(self._controller.port) if self._controller is not None else None


class SinkSender:
    """Sends to the sink of this process, over the same protocol as to any mail server."""

    def __init__(self, sink: Sink, *, mail_from: str, name: str, clock: Clock) -> None:
        self._sink, self._mail_from, self._name, self._clock = sink, mail_from, name, clock

    def send(self, message: Message) -> None:
        """Hand over one message. Raises Unreachable while the sink is not started."""
        port = self._sink.port
        if port is None:
            raise Unreachable("the sink is not started")
        server = MailServer(HOST, port)
        SmtpSender(server, mail_from=self._mail_from, name=self._name, clock=self._clock).send(message)


def list_kept(folder: Path, *, most: int = SHOWN) -> list[Kept]:
    """The mails that stayed here, newest first."""
    if not folder.exists():
        return []
    box = mailbox.Maildir(str(folder), factory=None, create=False)
    return [_read(box, key) for key in sorted(box.keys(), key=_came_at, reverse=True)[:most]]


def find_kept(folder: Path, key: str) -> Kept | None:
    """One of them."""
    if not folder.exists():
        return None
    box = mailbox.Maildir(str(folder), factory=None, create=False)
    return _read(box, key) if key in box else None


def forget(folder: Path, *, email: str | None, first_name: str) -> int:
    """Throw away every mail to this address, and every other that has this name in it. How many."""
    if not folder.exists():
        return 0
    named = re.compile(rf"\b{re.escape(first_name)}\b") if first_name else None
    box = mailbox.Maildir(str(folder), factory=None, create=False)
    gone = 0
    for key in box.keys():  # noqa: SIM118  (a Maildir is no mapping to walk over)
        kept = _read(box, key)
        is_to = email is not None and email.lower() in kept.to.lower()
        if is_to or (named is not None and named.search(f"{kept.subject} {kept.text}")):
            box.discard(key)
            gone += 1
    return gone


def _came_at(key: str) -> tuple[int, ...]:
    """When a mail came: the second, the microsecond and the count that its name in a Maildir begins with."""
    found = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)", key)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _read(box: "mailbox.Maildir", key: str) -> Kept:
    mail = message_from_bytes(box.get_bytes(key), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    return Kept(
        key=key,
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        text=str(body.get_content()) if body is not None else "",
        sent_at=parsedate_to_datetime(str(mail["Date"])),
    )


def _free_port() -> int:
    """A port nobody listens on. aiosmtpd cannot be asked for port 0: it calls itself there to see if it works."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
