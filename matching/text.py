"""What somebody typed, in their own Dutch, to the kinds of help it may be about.

No model and no training: words are brought down to a stem and compared with the labels and synonyms of the skill
table and with `text_lexicon`: exactly, as parts of compounds, or with room for a slip of the pen. A word that stands
with few kinds of help says more than one that stands with many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from matching.skills import Skill, SkillTable
from matching.text_lexicon import LEXICON
from matching.text_stems import STOP_WORDS, stem, words

IN_PHRASE: Final = 0.4  # a word that is known only as part of a turn of phrase
WHOLE_PHRASE: Final = 1.2  # every word of one, in order and near each other
HEAD: Final = 0.8  # the last part of a compound: "hondenoppas" is an oppas
MODIFIER: Final = 0.7  # the first part: "boomstronk", "tuinbank"
SHORTEST_PART: Final = 3  # letters of the stem, where both parts are known; one more where only one is
SHORTEST_FUZZY: Final = 4
LEAST_LIKENESS: Final = 0.74  # one slip in four letters
SLIP: Final = 0.85
GAP: Final = 2  # words that may stand between those of a phrase
COMMON: Final = 0.6  # how fast a word that stands with several kinds loses weight
LEAST_SCORE: Final = 0.12


@dataclass(frozen=True, slots=True)
class SkillGuess:
    """A kind of help that a text may be about; `score` lies between 0 and 1 and says how sure, not how probable."""

    code: str
    score: float


@dataclass(frozen=True)
class _Vocabulary:
    """What is known: per stem its weight with each kind of help; turns of phrase by their first stem."""

    known: Mapping[str, Mapping[str, float]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


def guess_skills(text: str, skills: SkillTable, *, limit: int = 5) -> tuple[SkillGuess, ...]:
    """The kinds of help a text may be about, likeliest first; () where nothing is near."""
    vocabulary = _vocabulary(tuple(skills.values()))
    typed = words(text)
    scores: defaultdict[str, float] = defaultdict(float)
    for word in dict.fromkeys(word for word in typed if word not in STOP_WORDS):
        for code, points in _of_word(word, vocabulary).items():
            scores[code] += points
    for code, points in _of_phrases([stem(word) for word in typed], vocabulary).items():
        scores[code] += points
    guesses = [SkillGuess(code, scores[code] / (1 + scores[code])) for code in skills if scores[code] > 0]
    near = [guess for guess in guesses if guess.score >= LEAST_SCORE]
    # The order of the table decides among equals, so that the same text always gives the same list.
    return tuple(sorted(near, key=lambda guess: -guess.score)[:limit])


@lru_cache(maxsize=8)
def _vocabulary(skills: tuple[Skill, ...]) -> _Vocabulary:
    known: defaultdict[str, dict[str, float]] = defaultdict(dict)
    phrases: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for skill in skills:
        for phrase in (skill.label_nl, *skill.synonyms, *LEXICON.get(skill.code, "").split(",")):
            spoken = words(phrase)
            stems = tuple(stem(word) for word in spoken)
            alone = len(stems) == 1
            if len(stems) > 1:
                phrases[stems[0]].append((stems, skill.code))
            for word in spoken:
                if alone or word not in STOP_WORDS:
                    of_word = known[stem(word)]
                    of_word[skill.code] = max(of_word.get(skill.code, 0.0), 1.0 if alone else IN_PHRASE)
    weighed = {word_stem: _weighed(of_word) for word_stem, of_word in known.items()}
    return _Vocabulary(weighed, {first: tuple(dict.fromkeys(found)) for first, found in phrases.items()})


def _weighed(of_word: Mapping[str, float]) -> Mapping[str, float]:
    """What a stem says for each kind of help: less, where it stands with many."""
    share = max(1.0, sum(of_word.values()) ** COMMON)
    return {code: weight / share for code, weight in of_word.items()}


def _of_word(word: str, vocabulary: _Vocabulary) -> Mapping[str, float]:
    """Points per kind of help that one word brings. An exact find silences compounds, and those silence slips."""
    known = vocabulary.known
    own = stem(word)
    if own in known:
        return known[own]
    return _best(_as_compound(word, known), vocabulary) or _best(_as_slip(own, known), vocabulary)


def _best(alike: Mapping[str, float], vocabulary: _Vocabulary) -> dict[str, float]:
    points: dict[str, float] = {}
    for word_stem, strength in alike.items():
        for code, weight in vocabulary.known[word_stem].items():
            points[code] = max(points.get(code, 0.0), strength * weight)
    return points


def _as_compound(word: str, known: Mapping[str, object]) -> dict[str, float]:
    """The longest known first and last parts, where they are long enough not to be found by accident."""
    found: dict[str, float] = {}
    for cut in range(3, len(word) - 2):
        first, last = stem(word[:cut]), stem(word[cut:])
        shortest = SHORTEST_PART if first in known and last in known else SHORTEST_PART + 1
        if first in known and len(first) >= shortest:
            found[first] = MODIFIER
        if last in known and len(last) >= shortest:
            found[last] = HEAD
    return found


def _as_slip(own: str, known: Mapping[str, object]) -> dict[str, float]:
    """Known stems that differ by a letter or so."""
    if len(own) < SHORTEST_FUZZY:
        return {}
    alike = {}
    for other in known:
        if len(other) >= SHORTEST_FUZZY and abs(len(other) - len(own)) <= 2:
            similarity = OSA.normalized_similarity(own, other, score_cutoff=LEAST_LIKENESS)
            if similarity:
                alike[other] = similarity * SLIP
    return alike


def _of_phrases(stems: list[str], vocabulary: _Vocabulary) -> Mapping[str, float]:
    """Points for every turn of phrase that is found whole; one for each kind of help."""
    points: dict[str, float] = {}
    for at, first in enumerate(stems):
        for phrase, code in vocabulary.phrases.get(first, ()):
            if _follows(phrase[1:], stems[at + 1 :]):
                points[code] = WHOLE_PHRASE
    return points


def _follows(phrase: tuple[str, ...], stems: list[str]) -> bool:
    """Whether the words come in this order, with few others between."""
    at = 0
    for word in phrase:
        try:
            at += stems[at : at + GAP + 1].index(word) + 1
        except ValueError:
            return False
    return True
