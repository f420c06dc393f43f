"""How likely is an answer, and how likely a yes: a prior, before anything has been learnt.

The numbers are assumptions, not measurements. They only need to be ordered well: that somebody near by who hasn't
been asked lately says yes sooner than somebody far away who has just been asked three times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from matching.geography import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class AcceptancePrior:
    """Assumed behaviour of a volunteer about whom nothing is known.

    `answer_share` of those asked answer in time; of those, `yes_share` say yes to a task next door. A yes becomes
    half as likely every `halving_km`; each proposal in the past week makes an answer less likely by the factor
    `fatigue_per_ask` (a soft form of the inactive period of Manshadi & Rodilitz 2022).
    """

    answer_share: float = 0.7
    yes_share: float = 0.6
    halving_km: float = 6.0
    fatigue_per_ask: float = 0.85

    def __post_init__(self) -> None:
        for name in ("answer_share", "yes_share", "fatigue_per_ask"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1, not {getattr(self, name)!r}")
        if not (isfinite(self.halving_km) and self.halving_km > 0):
            raise ValueError(f"halving_km must be above 0, not {self.halving_km!r}")


def chance_of_yes(prior: AcceptancePrior, distance_km: FloatArray, asked_lately: IntArray) -> FloatArray:
    """The probability, shape (n,), that somebody asked now says yes in time.

    `distance_km` and `asked_lately` (proposals in the past 168 hours) have shape (n,).
    """
    answers = prior.answer_share * np.power(prior.fatigue_per_ask, asked_lately)
    chance: FloatArray = answers * prior.yes_share * np.exp2(-distance_km / prior.halving_km)
    return chance
