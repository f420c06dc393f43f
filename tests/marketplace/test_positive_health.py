"""The six dimensions as tags on kinds of help."""

from pathlib import Path

from marketplace import positive_health
from marketplace.positive_health import Dimension
from web.labels.positive_health import MEANINGS, NAMES, served_by

SKILLS = Path(__file__).parents[2] / "matching" / "skills.csv"


def test_every_kind_of_help_serves_a_dimension_with_a_reason_and_every_dimension_is_served():
    tags = positive_health.read_tags()
    assert set(tags) == {line.split(",")[0] for line in SKILLS.read_text(encoding="utf-8").splitlines()[1:]}
    assert {one for serves in tags.values() for one in serves.dimensions} == set(Dimension)


def test_one_match_may_serve_several_and_an_unknown_kind_none():
    counted = positive_health.count({"company.walking": 3, "club.board": 2, "later.added": 9})
    assert counted[Dimension.PARTICIPATION] == 5
    assert counted[Dimension.MEANING] == 2
    assert sum(counted.values()) == 3 * 3 + 2 * 2


def test_each_has_a_name_and_a_meaning_and_nothing_is_said_of_an_unknown_kind():
    assert set(NAMES) == set(MEANINGS) == set(Dimension)
    assert served_by("home.groceries") == "lichaamsfuncties, dagelijks functioneren: er is eten in huis"
    assert served_by("later.added") == ""
