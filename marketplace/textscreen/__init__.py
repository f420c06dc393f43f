"""Which texts a person should look at: words, links, numbers, and the same words again and again. Pure, no verdicts.

See SOURCE.md beside the lists. A text in, signs out; what comes of a sign is decided by people.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from marketplace.textguard import Private, find_private

_FOLDER: Final = Path(__file__).parent


class Sign(StrEnum):
    """Why a text is worth a look."""

    LINK = "link"
    # The number of an account, or of a citizen.
    ACCOUNT = "account"
    # A telephone number, an e-mail address or a street.
    CONTACT = "contact"
    MONEY = "money"
    THREAT = "threat"
    INSULT = "insult"
    SEX = "sex"
    SALES = "sales"
    # The same person wrote nearly the same before, or other people did.
    REPEATED = "repeated"
    COPIED = "copied"


# With these a text of somebody new waits for a person, before anybody else reads it.
HOLDS: Final = frozenset({Sign.LINK, Sign.ACCOUNT, Sign.MONEY, Sign.THREAT, Sign.INSULT, Sign.SEX, Sign.SALES})
_ACCOUNTS: Final = frozenset({Private.IBAN, Private.BSN})
_LINK: Final = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![@\w.-])(?:[a-z0-9-]{2,}\.)+(?:nl|com|net|org|eu|be|de|info|shop|online|site|xyz|ru|io|me|ly|app|club)\b(?!@)",
    re.IGNORECASE,
)
# Shorter texts are alike because there is little to say.
LEAST_TO_COMPARE: Final = 100
AS_GOOD_AS_THE_SAME: Final = 95.0
# So many of one's own, or of other people's, before it is a sign: a family asks twice, and neighbours copy.
OFTEN: Final = 2


def find_signs(text: str) -> tuple[Sign, ...]:
    """What of a text, by itself, is worth a look; each sign once, in their order."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    found = {sign for sign, pattern in _patterns() if pattern.search(plain)}
    if any(not _is_known(link[0]) for link in _LINK.finditer(plain)):
        found.add(Sign.LINK)
    private = find_private(text)
    if private is not None:
        found.add(Sign.ACCOUNT if private in _ACCOUNTS else Sign.CONTACT)
    return tuple(sign for sign in Sign if sign in found)


def find_likeness(text: str, *, own: Iterable[str], others: Iterable[Sequence[str]]) -> tuple[Sign, ...]:
    """Whether nearly the same was written often: ``own`` by the same person, ``others`` per other person."""
    if len(text) < LEAST_TO_COMPARE:
        return ()
    is_repeated = sum(_is_same(text, one) for one in own) >= OFTEN
    is_copied = sum(any(_is_same(text, one) for one in theirs) for theirs in others) >= OFTEN
    return tuple(sign for sign, holds in ((Sign.REPEATED, is_repeated), (Sign.COPIED, is_copied)) if holds)


def _is_same(text: str, other: str) -> bool:
    return fuzz.ratio(text.casefold(), other.casefold(), score_cutoff=AS_GOOD_AS_THE_SAME) > 0


def _is_known(link: str) -> bool:
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", link).split("/")[0].rstrip(".,;:!?)")
    return any(host == known or host.endswith(f".{known}") for known in _hosts())


@cache
def _patterns() -> tuple[tuple[Sign, re.Pattern[str]], ...]:
    with (_FOLDER / "words.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            (Sign(row["sign"]), re.compile(rf"(?<!\w)(?:{row['pattern']})(?!\w)"))
            for row in csv.DictReader(lines, delimiter=";")
        )


@cache
def _hosts() -> frozenset[str]:
    with (_FOLDER / "hosts.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["host"] for row in csv.DictReader(lines))
