"""Passwords: which ones can be taken, and how one is kept and compared. Knows no database and no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST: Final = 8
LEAST_FOR_STAFF: Final = 15
MOST: Final = 256
# Shorter names would refuse half of the language: "Jan" stands in "januari".
LEAST_OF_CONTEXT: Final = 4
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc",
)
# What people here take when a new one is asked for; usually with a year behind it.
_HABITS: Final = frozenset(
    {"wachtwoord", "welkom", "geheim", "inloggen", "lente", "zomer", "herfst", "winter", "voorelkaar", "vrijwilliger"}
)
_EDGES: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@dataclass(frozen=True)
class Strength:
    """What hashing costs. The default is what OWASP advises for argon2id where many may sign in at once."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1
    # Each hash takes its memory: more at once wait for their turn.
    at_once: int = 4


# For tests: the same algorithm, at next to no cost.
CHEAP: Final = Strength(memory_kib=8, passes=1)


@dataclass
class Hasher:
    """Makes and compares argon2id hashes; where there is none, it compares with one of nobody's, as slowly."""

    strength: Strength = field(default_factory=Strength)

    def __post_init__(self) -> None:
        cost = self.strength
        self._argon2 = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._turn = BoundedSemaphore(cost.at_once)
        self._nobodys = self._argon2.hash("nobody's password")

    def hash(self, password: str) -> str:
        """What is kept of a password, exactly as it was typed."""
        with self._turn:
            return self._argon2.hash(password)

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether this is the password. Without one it takes as long and is wrong."""
        with self._turn:
            try:
                self._argon2.verify(kept or self._nobodys, password[:MOST])
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None and len(password) <= MOST


def judge(password: str, *, context: Iterable[str] = (), least: int = LEAST) -> str:
    """Why this password cannot be taken, as a code; empty where it can. There are no rules about kinds of signs."""
    if len(password) < least:
        return "password_short_staff" if least > LEAST else "password_short"
    if len(password) > MOST:
        return "password_long"
    plain = password.casefold()
    if _is_common(plain):
        return "password_common"
    if any(word in plain for word in words_of(context)):
        return "password_context"
    return ""


def words_of(context: Iterable[str]) -> frozenset[str]:
    """The words of names and addresses that are long enough to be looked for."""
    found = {word for text in context for word in re.split(r"[^\w]+", text.casefold())}
    return frozenset(word for word in found if len(word) >= LEAST_OF_CONTEXT)


def _is_common(plain: str) -> bool:
    bare = _EDGES.sub("", plain)
    if plain in _common() or bare in _common() or bare in _HABITS:
        return True
    return _is_repetition(plain) or _is_run(plain)


def _is_repetition(plain: str) -> bool:
    """A few signs over and over: aaaaaaaa, abcabcabc."""
    return len(set(plain)) <= 3 or re.fullmatch(r"(.{1,4})\1+.{0,3}", plain) is not None


def _is_run(plain: str) -> bool:
    """Only pieces of a row of keys or of the alphabet, forwards or back, four or more at a time."""
    rows = [row for run in _RUNS for row in (run, run[::-1])]
    rest = plain
    while len(rest) >= 4:
        longest = max((_shared(rest, row) for row in rows), default=0)
        if longest < 4:
            return False
        rest = rest[longest:]
    return len(plain) > len(rest)


def _shared(text: str, row: str) -> int:
    """How much of the beginning of a text stands in a row."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


@cache
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("common.txt")
    return frozenset(path.read_text(encoding="utf-8").splitlines())
