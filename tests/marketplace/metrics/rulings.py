"""How a test of the rulings tells a case: what happened, and the ruling on the last match."""

from typing import Final

import pytest
from _pytest.mark import ParameterSet

from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Ruling
from marketplace.models import EventKind
from tests.marketplace.metrics.histories import Step, engine, match_id, play

# (mediated, assisted)
MEDIATED: Final = (True, False)
UNMEDIATED: Final = (False, False)
ASSISTED: Final = (False, True)

ASKED: Final = engine("proposed", origin="engine")


def case(words: str, expected: tuple[bool, bool], *steps: Step, slots: int = 1) -> ParameterSet:
    return pytest.param(steps, slots, expected, id=words)


def last_ruling(*steps: Step, slots: int = 1) -> Ruling:
    """The ruling on the last match of a history."""
    made = sum(step.kind is EventKind.MATCHED for step in steps)
    return rule_matches(play(*steps, slots=slots))[match_id(made)]
