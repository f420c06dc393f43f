"""How alike two texts or two names are, for whoever looks for duplicates: a number to ask by, no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from matching.text_stems import STOP_WORDS, sounding, stem, words

# What stands between or before names and is left out as often as not.
PARTICLES: Final = frozenset("van de der den het ter ten te v d vd in op mevr mevrouw dhr meneer mw mr".split())  # noqa: SIM905
INITIAL: Final = 0.8  # "J. Jansen" may be Johan Jansen, and Joke
PART_ONLY: Final = 0.95  # "Johan" for Johan Jansen
LEAST_ALIKE: Final = 0.6  # below this two words are two words, however many letters they share


def likeness(text: str, other: str) -> float:
    """How alike two texts are, 0 to 1, whatever the order and the forms of their words; 0 where either says nothing.

    One text that holds all of the other and more is alike, and less so than two that say the same.
    """
    own, others = " ".join(_meaningful(text)), " ".join(_meaningful(other))
    return (token_set_ratio(own, others) + token_sort_ratio(own, others)) / 200 if own and others else 0.0


def name_likeness(name: str, other: str) -> float:
    """How alike two names of persons are, 0 to 1, whatever their order, "van der", accents and spelling by ear.

    Each word of the shorter name is held against the word of the longer that it is most like, each used once; letters
    weigh, so that a family name counts for more than an initial.
    """
    shorter, longer = sorted((_names(name), _names(other)), key=lambda names: (len(names), names))
    if not shorter:
        return 0.0
    left, points = list(longer), 0.0
    for word in sorted(shorter, key=len, reverse=True):
        best = max(left, key=lambda candidate: _same_name(word, candidate))
        points += len(word) * _same_name(word, best)
        left.remove(best)
    alike = points / sum(len(word) for word in shorter)
    return alike if len(shorter) == len(longer) else alike * PART_ONLY


def _meaningful(text: str) -> Iterator[str]:
    return (stem(word) for word in words(text) if word not in STOP_WORDS)


def _names(name: str) -> list[str]:
    return [sounding(word) for word in words(name) if word not in PARTICLES]


def _same_name(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if min(len(word), len(other)) == 1:
        return INITIAL if word[0] == other[0] else 0.0
    similarity = OSA.normalized_similarity(word, other)
    return similarity if similarity >= LEAST_ALIKE else 0.0
