"""From Dutch words as people type them to stems that can be compared.

Light on purpose: enough to bring maaien, gemaaid and maait together and to forgive spelling by ear, not a linguist's
root. What sounds alike is written alike (heg and hegh, eenzaam and eensaam, aktiviteit and activiteit).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

STOP_WORDS: Final = frozenset(
    """
    a aan af al alle alleen als alstublieft altijd ander andere anders beetje bij bijna ben bent beter bijvoorbeeld
    boven buiten daar dag dan dat de deze die dinsdag dit doe doen doet donderdag door doordat dus durf een eens
    eentje elk elke er eraf even ga gaan gaat geef geen geven geworden gezocht goed graag groot grote haar had hallo
    heb hebben heeft heel helpt hem hen het hier hij hoe hoog hulp help helpen hun iemand iets ik in is ja jaar je jij
    jou jouw kan klein kleine kom komen komt korter kon kunnen kunt kwijt langs leuk lukt maar maak maken maakt man
    maand maandag me mee meer mens mensen met mevrouw meneer mij mijn mijnheer misschien moet moeten moest mogen na
    naar nee niet niets niks nieuw nieuwe nodig nog nooit nu of om omdat ons onze ook op open over paar per plek s
    samen soms staan staat stuk te tegen tijd toch toe tot tussen twee u uit uur uurtje uw van vanwege veel via vinden
    vind voor vraag vrijdag vrijwilliger vrijwilligers vrouw waar want wat week weken wekelijks weer weg wel welke
    werken wie wij wil willen woensdag wordt worden wou zaterdag ze zeer zelf zet zetten zich zij zijn zin zo zoek
    zoekt zoeken zondag zonder zou zullen zit zitten zitten ligt
    """.split()  # noqa: SIM905
)

_SEPARABLE: Final = "op|uit|af|aan|in|mee|schoon|weg|om|bij|na|toe|voor|door|over|terug|thuis|klaar|vast|los|neer"
_PARTICIPLE: Final = re.compile(rf"^({_SEPARABLE})?ge(.{{3,}})[td]$")
_STRONG_PARTICIPLE: Final = re.compile(rf"^({_SEPARABLE})ge(.{{3,}}en)$")
_DIMINUTIVES: Final = ("etjes", "etje", "tjes", "tje", "pjes", "pje", "jes", "je")
_SOUNDS: Final = (
    ("ij", "Y"), ("ei", "Y"), ("ie", "i"), ("y", "i"), ("Y", "y"), ("ou", "au"), ("sch", "sg"), ("ch", "g"),
    ("gh", "g"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("ph", "f"), ("th", "t"), ("x", "ks"),
    ("qu", "kw"), ("z", "s"), ("v", "f"),
)  # fmt: skip


def words(text: str) -> list[str]:
    """The words as typed, in small letters without accents or marks."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.findall(r"[a-z]+", plain.replace("'", "").replace("’", "").replace("e-mail", "email"))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one word in small letters; a word of three letters or fewer keeps them all."""
    return sounding(_without_endings(_infinitive(word)))


def sounding(word: str) -> str:
    """A word in small letters with what sounds alike written alike: Janssen and Jansen, Meijer and Meyer."""
    for typed, heard in _SOUNDS:
        word = word.replace(typed, heard)
    word = re.sub(r"(.)\1", r"\1", word)
    return word[:-1] + "t" if word.endswith("d") else word


def _infinitive(word: str) -> str:
    found = _PARTICIPLE.match(word)
    if found and len(word) > 5:
        return (found[1] or "") + found[2]
    found = _STRONG_PARTICIPLE.match(word)
    return found[1] + found[2] if found else word


def _without_endings(word: str) -> str:
    for ending in _DIMINUTIVES:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word.endswith("en") and len(word) >= 5:
        word = word[:-2]
    elif (word.endswith("s") and len(word) >= 5 and word[-2] in "elnmry") or (word.endswith("e") and len(word) >= 5):
        word = word[:-1]
    if word.endswith("t") and len(word) >= 4:
        word = word[:-1]
    return word
