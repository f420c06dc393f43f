"""Text messages. Here they are written to a folder, for whoever has a way of sending them; one file each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from marketplace.telephones import is_mobile

# Three parts of 153 characters: what telephones put together again without fail.
LONGEST: Final = 459


@dataclass(frozen=True)
class Sms:
    """One text message to one mobile number."""

    to: str
    text: str
    message_id: str

    def __post_init__(self) -> None:
        if not is_mobile(self.to):
            raise ValueError("a text message goes to one Dutch mobile number")
        if not 0 < len(self.text) <= LONGEST:
            raise ValueError(f"a text message has 1 to {LONGEST} characters")


class SmsSender(Protocol):
    """Hands a text message to whoever brings it further."""

    def send(self, message: Sms) -> None:
        """Return once it was accepted. Raises as `message.Sender.send`."""


class FileSms:
    """Writes each message to a file of its own, named by its id: sent again it is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Sms) -> None:
        """Write it, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{message.message_id}.json"
        half = path.with_suffix(".part")
        half.write_text(json.dumps({"to": message.to, "text": message.text}, ensure_ascii=False), encoding="utf-8")
        half.replace(path)
