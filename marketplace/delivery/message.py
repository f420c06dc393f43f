"""One mail, and how it can fail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

_ONE_ADDRESS: Final = re.compile(r"[^@\s,;:<>()\[\]\\\"]+@[^@\s,;:<>()\[\]\\\"]+")


@dataclass(frozen=True)
class Message:
    """A mail to one person, as text and as HTML. Refuses anything that could smuggle in a header or an address."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if _ONE_ADDRESS.fullmatch(self.to) is None:
            raise ValueError("a mail goes to exactly one address")
        for value in (self.subject, self.message_id, *self.headers, *self.headers.values()):
            if any(ord(character) < 32 or ord(character) == 127 for character in value):
                raise ValueError("a header is one line")


class Sender(Protocol):
    """Hands a message to whoever brings it further."""

    def send(self, message: Message) -> None:
        """Return once it was accepted. Raises Refused, TryLater or Unreachable."""


class DeliveryFailed(Exception):
    """A message was not accepted. ``code`` says why and never names an address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:200]


class Refused(DeliveryFailed):
    """Not now and not later: nobody there, or not wanted. Others are not concerned."""


class TryLater(DeliveryFailed):
    """Not now, perhaps later."""


class Unreachable(DeliveryFailed):
    """There is no mail server to speak to: it says nothing about this message, and others need not try."""


def message_id_of(outbox_id: UUID, sender: str) -> str:
    """The same message keeps its id when it is sent again, so that a mail program shows it once."""
    return f"<{outbox_id}@{sender.rpartition('@')[2]}>"
