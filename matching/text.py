"""What somebody typed, in their own Dutch, to the kinds of help it may be about.

No model and no training: words are brought down to a stem and compared with the labels and synonyms of the skill
table, exactly, as parts of compounds, and with room for a slip of the pen. Rare words say more than common ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_set_ratio

from matching.skills import Skill, SkillTable
from matching.words import EVERYDAY, STOP_WORDS

SAME_STEM: Final = 1.0
IN_COMPOUND: Final = 0.8  # "wandelmaatje" and "wandelen", "achtertuin" and "tuin"
SHORTEST_PART: Final = 4  # shorter parts of compounds are found in words that have nothing to do with them
SHORTEST_FUZZY: Final = 5
LEAST_LIKENESS: Final = 0.75  # one slip in four letters
LEAST_SCORE: Final = 0.2
WHOLE_PHRASE: Final = 0.5  # on top, where every word of a label or synonym was found


@dataclass(frozen=True, slots=True)
class SkillGuess:
    """A kind of help that a text may be about; `score` lies between 0 and 1 and says how sure, not how probable."""

    code: str
    score: float


def guess_skills(text: str, skills: SkillTable, *, limit: int = 5) -> tuple[SkillGuess, ...]:
    """The kinds of help a text may be about, likeliest first; () where nothing is near."""
    words = tuple(dict.fromkeys(stems(text)))
    if not words:
        return ()
    phrases = {skill.code: _phrases(skill) for skill in skills.values()}
    known_by = Counter(word for found in phrases.values() for word in {word for phrase in found for word in phrase})
    likeness = {word: _nearest(word, known_by) for word in words}
    guesses = [SkillGuess(code, _score(found, likeness, known_by)) for code, found in phrases.items()]
    near = [guess for guess in guesses if guess.score >= LEAST_SCORE]
    # The order of the table decides among equals, so that the same text always gives the same list.
    return tuple(sorted(near, key=lambda guess: -guess.score)[:limit])


def likeness(text: str, other: str) -> float:
    """How alike two texts are, 0 to 1, whatever the order of their words; 0 where either says nothing."""
    words, other_words = " ".join(stems(text)), " ".join(stems(other))
    return token_set_ratio(words, other_words) / 100 if words and other_words else 0.0


def stems(text: str) -> Iterator[str]:
    """The words that carry meaning, each brought down to its stem."""
    for word in _words(text):
        for meaning in EVERYDAY.get(word, word).split():
            if meaning not in STOP_WORDS:
                yield stem(meaning)


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.findall(r"[a-z]+", plain.replace("'", "").replace("’", ""))


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """A light stem: enough to bring maaien, gemaaid and maait together, not a linguist's root.

    Participles lose ge- and -t or -d, then endings go, then double letters, so that maken and maak meet as "mak".
    """
    if len(word) > 5 and word.startswith("ge") and word[-1] in "td":
        word = word[2:-1]
    for ending in ("etjes", "etje", "tjes", "tje", "pje", "jes", "je", "eren", "en", "s", "t", "d", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    word = re.sub(r"(.)\1", r"\1", word)
    return {"z": word[:-1] + "s", "v": word[:-1] + "f"}.get(word[-1:], word)


def _phrases(skill: Skill) -> tuple[tuple[str, ...], ...]:
    """The label and each synonym as stems."""
    found = (tuple(stems(phrase)) for phrase in (skill.label_nl, *skill.synonyms))
    return tuple(phrase for phrase in found if phrase)


def _nearest(word: str, known: Iterable[str]) -> dict[str, float]:
    """Which known stems a word may stand for, and how alike they are. An exact find silences the others."""
    alike = {other: likeness for other in known if (likeness := _likeness(word, other)) > 0}
    exact = {other: likeness for other, likeness in alike.items() if likeness == SAME_STEM}
    return exact or alike


@lru_cache(maxsize=100_000)
def _likeness(word: str, other: str) -> float:
    if word == other:
        return SAME_STEM
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= SHORTEST_PART and (longer.startswith(shorter) or longer.endswith(shorter)):
        return IN_COMPOUND
    if len(shorter) < SHORTEST_FUZZY:
        return 0.0
    similarity = OSA.normalized_similarity(word, other)
    return similarity if similarity >= LEAST_LIKENESS else 0.0


def _score(
    phrases: tuple[tuple[str, ...], ...], likeness: dict[str, dict[str, float]], known_by: Counter[str]
) -> float:
    """What each word of the text brings, rare words more, and a bonus for a phrase found whole; squeezed below 1."""
    own = {word for phrase in phrases for word in phrase}
    found: dict[str, float] = {}
    brought = 0.0
    for alike in likeness.values():
        best = max(((score / known_by[word], word) for word, score in alike.items() if word in own), default=None)
        if best is not None:
            brought += best[0]
            found.update({word: max(score, found.get(word, 0)) for word, score in alike.items() if word in own})
    whole = max((min(found.get(word, 0.0) for word in phrase) for phrase in phrases), default=0.0)
    total = brought + WHOLE_PHRASE * whole
    return total / (1 + total)
