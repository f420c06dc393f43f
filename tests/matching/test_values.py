"""What pairs are worth by arrays, against the sum of their parts."""

from random import Random

import pytest

from matching.assignment_values import value_candidates
from matching.candidates import Screen
from matching.scoring import ScoringWeights, score_candidates
from tests.matching.builders import NOW, a_market, a_random_market


@pytest.mark.parametrize("seed", range(10))
def test_all_at_once_is_the_sum_of_the_parts(seed: int) -> None:
    market = a_random_market(Random(seed), volunteers=60, requests=20)
    weights = ScoringWeights(distance_scale_km=2.0, newcomer_points=7.0)
    urgent = frozenset(list(market.requests)[::3])
    candidates = Screen(market, NOW).candidates(market.requests.values())
    parts = score_candidates(market, candidates, NOW, urgent=urgent, weights=weights)
    values = value_candidates(market, candidates, NOW, urgent=urgent, weights=weights)
    assert len(values) > 0
    assert values == pytest.approx([score.total for score in parts], abs=1e-6)


def test_no_candidates_are_worth_nothing() -> None:
    market = a_market([], [])
    candidates = Screen(market, NOW).candidates([])
    assert len(value_candidates(market, candidates, NOW, urgent=frozenset(), weights=ScoringWeights())) == 0
