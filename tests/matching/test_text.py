"""From what people type to kinds of help."""

from random import Random

import pytest

from matching.skills import COLUMNS, read_skills
from matching.text import SkillGuess, guess_skills, likeness, stem
from tests.matching.sentences import NOTHING, TUNED, UNSEEN

SKILLS = read_skills()


def place(sentence: str, fitting: set[str]) -> int | None:
    """At which place, from 0, the first fitting kind of help stands; None where none does."""
    codes = [guess.code for guess in guess_skills(sentence, SKILLS)]
    return next((at for at, code in enumerate(codes) if code in fitting), None)


@pytest.mark.parametrize(("sentence", "fitting"), TUNED)
def test_a_sentence_that_was_thought_of_is_understood(sentence: str, fitting: set[str]) -> None:
    assert place(sentence, fitting) == 0


def test_of_sentences_that_nobody_thought_of_three_in_four_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    """Measured once, on sentences written beforehand: 27 of 36, whether the first or the first three count."""
    places = [place(sentence, fitting) for sentence, fitting in UNSEEN]
    first, first_three = sum(at == 0 for at in places), sum(at is not None and at < 3 for at in places)
    with capsys.disabled():
        print(f"\nunseen sentences: {first} of {len(places)} first, {first_three} among the first three")
    assert first >= 27
    assert first_three >= 27


@pytest.mark.parametrize("text", NOTHING)
def test_a_text_that_says_nothing_brings_nothing(text: str) -> None:
    assert guess_skills(text, SKILLS) == ()


@pytest.mark.parametrize("code", list(SKILLS))
def test_every_label_and_synonym_finds_its_own_kind_of_help(code: str) -> None:
    """Among the first three: some words are shared by several kinds."""
    for phrase in (SKILLS[code].label_nl, *SKILLS[code].synonyms):
        at = place(phrase, {code})
        assert at is not None, phrase
        assert at < 3, phrase


def test_scores_are_between_zero_and_one_and_descend() -> None:
    guesses = guess_skills("samen wandelen en koffie drinken met de hond", SKILLS, limit=10)
    scores = [guess.score for guess in guesses]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert {"company.walking", "company.coffee", "home.pets"} <= {guess.code for guess in guesses}


def test_no_more_guesses_than_asked_for() -> None:
    assert len(guess_skills("fietsen wandelen koken zwemmen kaarten", SKILLS, limit=2)) == 2


def test_the_same_text_gives_the_same_guesses() -> None:
    words = ["heg", "gras", "koffie", "fiets", "hond", "band"]
    rng = Random(1)
    for _ in range(20):
        rng.shuffle(words)
        text = " ".join(words)
        assert guess_skills(text, SKILLS) == guess_skills(text, SKILLS)


@pytest.mark.parametrize(
    "words",
    [
        ("maaien", "gemaaid", "maait"),
        ("knippen", "geknipt", "knipt"),
        ("koken", "kook", "kookt"),
    ],
)
def test_forms_of_a_word_share_a_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


def test_likeness_does_not_depend_on_the_order_of_words() -> None:
    assert likeness("gras maaien in de tuin", "in de tuin het gras maaien") == 1.0
    assert likeness("gras maaien", "lekke band plakken") < 0.5
    assert likeness("", "gras") == 0.0


def test_any_text_at_all_can_be_read() -> None:
    rng = Random(2)
    for _ in range(300):
        text = "".join(chr(rng.choice([rng.randrange(32, 127), rng.randrange(0x2FFF), 0x1F600])) for _ in range(40))
        assert all(isinstance(guess, SkillGuess) for guess in guess_skills(text, SKILLS))


def test_the_table_of_skills_is_read_as_it_stands() -> None:
    assert len(SKILLS) == 39
    assert SKILLS["transport.automaatje"].requires == {"driving_licence", "car", "vog"}
    assert SKILLS["garden.hedge"].synonyms == ("snoeien", "haag", "heg", "struiken", "takken")
    assert "buddy_training" in SKILLS.qualifications


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (["a,b,c"], "columns"),
        ([",".join(COLUMNS), "x,y,z,w,,", "x,y,z,w,,"], "twice"),
        ([",".join(COLUMNS), "x,,z,w,,"], "work_area"),
    ],
)
def test_another_table_is_refused(tmp_path, rows: list[str], what: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "skills.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(ValueError, match=what):
        read_skills(path)
