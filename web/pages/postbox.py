"""The mails that stayed here, for who tries the site out without a mail server."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from marketplace.delivery.sink import Kept
from marketplace.demo import SignInAs
from web import dates

_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Line:
    """One mail in the list."""

    to: str
    subject: str
    href: str
    when: str


@dataclass(frozen=True)
class PostboxPage:
    """Every mail that stayed here, and in a demo the people to sign in as."""

    lines: tuple[Line, ...]
    people: Sequence[SignInAs]
    title: str = "Postbus"

    @classmethod
    def of(cls, kept: Sequence[Kept], people: Sequence[SignInAs]) -> "PostboxPage":
        return cls(
            tuple(Line(mail.to, mail.subject, f"/postbus/{mail.key}", dates.moment(mail.sent_at)) for mail in kept),
            people,
        )


@dataclass(frozen=True)
class Piece:
    """A bit of text, perhaps a link."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class KeptPage:
    """One mail as text, its links working."""

    title: str
    to: str
    when: str
    paragraphs: tuple[tuple[Piece, ...], ...]

    @classmethod
    def of(cls, mail: Kept, base_url: str) -> "KeptPage":
        paragraphs = [part.strip() for part in mail.text.split("\n\n")]
        pieces = tuple(tuple(_pieces(part, base_url)) for part in paragraphs if part)
        return cls(mail.subject, mail.to, dates.moment(mail.sent_at), pieces)


def _pieces(text: str, base_url: str) -> list[Piece]:
    """Text and links in turn; a link to this site is followed here, whatever this browser calls the site."""
    found, at = [], 0
    for match in _LINK.finditer(text):
        url = match.group()
        if url.startswith(f"{base_url}/"):
            found += [Piece(text[at : match.start()]), Piece(url, url.removeprefix(base_url))]
            at = match.end()
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]
