"""What all volunteers share in how they answer, fitted to what was seen: three small models, each with a prior.

The priors keep the fit where the assumptions put it until there is something to learn from, so nothing has to be
switched on: with no answers at all the fit is the prior.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, log
from typing import Final

import numpy as np
from scipy.special import betaln, expit

from matching.events import Answer
from matching.geography import FloatArray
from matching.problem import SkillTable

# Between these hours after asking, answers are taken to come evenly.
KNOTS_H: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 36.0, 48.0, 72.0, 120.0)
DELAY_PRIOR_ANSWERS: Final = 20.0  # the assumed delays weigh as much as so many answers
OFFER_PRIOR: Final = 3.0  # the rate of all kinds weighs as much for each kind as so many offers
MOST_LATELY: Final = 3
MOST_QUIET_WEEKS: Final = 8.0  # longer than this nobody's quiet says more
FAR_KM: Final = 20.0
# Standard deviations of the priors: of log strengths, of the regression's coefficients, of one kind of help.
LOG_SD: Final = 0.7
QUIET_LOG_SD: Final = 1.0
COEFFICIENT_SD: Final = (0.7, 0.7, 0.3)
KIND_SD: Final = 0.5


@dataclass(frozen=True, slots=True)
class AcceptancePrior:
    """Assumed behaviour of volunteers about whom nothing is known.

    `answer_share` of those asked answer in the end; of those, `yes_share` say yes to a task next door. The odds of a
    yes halve every `halving_km`; each proposal in the past week makes an answer less likely by the factor
    `fatigue_per_ask` (a soft form of the inactive period of Manshadi & Rodilitz 2022). `answer_strength` and
    `yes_strength` say how many answers of somebody's own weigh as much as what is true of everybody;
    `memory_half_life_days` after which an answer weighs half; `pace_strength` answers of somebody's own say as much
    about how quick they are as knowing nobody. A request on the public list gets an offer every `offer_every_h`. A week
    on the list without an offer is as much of a silence as `quiet_week_silence` questions without an answer.
    """

    answer_share: float = 0.65
    yes_share: float = 0.65
    halving_km: float = 6.0
    fatigue_per_ask: float = 0.95
    answer_strength: float = 1.5
    yes_strength: float = 3.0
    mean_delay_h: float = 8.0
    memory_half_life_days: float = 90.0
    pace_strength: float = 2.0
    offer_every_h: float = 100.0
    quiet_week_silence: float = 0.1
    other_kind_weight: float = 0.25
    same_area_weight: float = 0.5

    def __post_init__(self) -> None:
        for name in ("answer_share", "yes_share"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be above 0 and below 1, not {getattr(self, name)!r}")
        if not 0 < self.fatigue_per_ask <= 1:
            raise ValueError(f"fatigue_per_ask must be above 0 and at most 1, not {self.fatigue_per_ask!r}")
        for name in (
            "halving_km",
            "answer_strength",
            "yes_strength",
            "mean_delay_h",
            "memory_half_life_days",
            "pace_strength",
            "offer_every_h",
            "quiet_week_silence",
        ):
            if not (isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class Sample:
    """One ask as known at the moment of fitting; `waited_h` without an answer, infinite where none will come."""

    volunteer: str
    skill: str
    km: float
    lately: int
    answer: Answer | None
    delay_h: float | None
    waited_h: float
    is_own: bool
    quiet_weeks: float = 0.0  # on the list before the first question, without an offer


@dataclass(frozen=True, slots=True)
class Stay:
    """How many hours a request stood on the list before its first match or its end; whether an offer came of it."""

    skill: str
    hours: float
    by_offer: bool


@dataclass(frozen=True)
class Population:
    """What all share. `yes_weights`: intercept, per halving distance, per ask lately; `kinds` what each kind of help
    adds to them, all in log-odds."""

    answer_alpha: float
    answer_beta: float
    quiet_week_silence: float
    yes_strength: float
    yes_weights: tuple[float, float, float]
    kinds: Mapping[str, float]
    halving_km: float
    delay_shares: FloatArray  # per stretch between KNOTS_H, adding up to 1
    offers_per_hour: Mapping[str, float]  # per kind of help, for one request on the public list

    def answered_within(self, hours: float) -> float:
        """Which share of all answers that come has come within so many hours."""
        if hours >= KNOTS_H[-1]:
            return self._reached[-1]
        after = max(1, bisect_right(KNOTS_H, hours))
        start, reached = KNOTS_H[after - 1], self._reached[after - 1]
        slope = (self._reached[after] - reached) / (KNOTS_H[after] - start)
        return slope * (max(0.0, hours) - start) + reached

    def yes_log_odds(self, skill: str, km: float, lately: int) -> float:
        """Of a yes to such a task, among those who answer."""
        start, per_halving, per_ask = self.yes_weights
        shared = start + per_halving * min(km, FAR_KM) / self.halving_km + per_ask * min(lately, MOST_LATELY)
        return shared + self.kinds.get(skill, 0.0)

    @cached_property
    def typical_delay_h(self) -> float:
        """The median of how long an answer takes."""
        return float(np.interp(0.5, self._delay_cdf, KNOTS_H))

    @cached_property
    def _reached(self) -> tuple[float, ...]:
        # Asked for thousands of times, one at a time: there plain numbers are quicker than arrays.
        return tuple(self._delay_cdf.tolist())

    @cached_property
    def _delay_cdf(self) -> FloatArray:
        return np.concatenate([[0.0], np.cumsum(self.delay_shares)])


def delay_by_default(mean_h: float) -> FloatArray:
    """The assumed delays, exponential, per stretch between KNOTS_H."""
    reached = 1 - np.exp(-np.array(KNOTS_H) / mean_h)
    shares: FloatArray = np.diff(reached) / reached[-1]
    return shares


def fit_population(
    prior: AcceptancePrior, skills: SkillTable, samples: Sequence[Sample], stays: Sequence[Stay] = ()
) -> Population:
    """The most probable shared habits given what was seen (maximum a posteriori)."""
    delays = _fit_delays(prior, samples)
    reached = np.concatenate([[0.0], np.cumsum(delays)])
    alpha, beta, quiet = _fit_answering(prior, samples, reached)
    weights = _fit_yes(prior, skills, samples).tolist()
    kinds = dict(zip(skills, weights[3:], strict=True))
    offers = _fit_offers(prior, skills, stays)
    start, per_halving, per_ask = weights[:3]
    return Population(
        alpha, beta, quiet, prior.yes_strength, (start, per_halving, per_ask), kinds, prior.halving_km, delays, offers
    )


def _fit_delays(prior: AcceptancePrior, samples: Sequence[Sample]) -> FloatArray:
    seen = [s.delay_h for s in samples if s.delay_h is not None]
    counts, _ = np.histogram(np.minimum(seen, KNOTS_H[-1]), KNOTS_H)
    shares: FloatArray = delay_by_default(prior.mean_delay_h) * DELAY_PRIOR_ANSWERS + counts
    shares /= shares.sum()
    return shares


def _fit_answering(
    prior: AcceptancePrior, samples: Sequence[Sample], reached: FloatArray
) -> tuple[float, float, float]:
    """The Beta distribution of answering, from how many answers and silences each volunteer has; and how much of a
    silence it is to have stood on the list for a week without offering anything.

    Who once offered of their own accord is left out: that alone says they are there, and what is sought is how likely
    those are to answer of whom that is not known. The longer that is not known, the less likely: whoever is there and
    looks at the list offers in the end, so that those about whom nothing is known are more and more those who are gone.
    """
    offered = {sample.volunteer for sample in samples if sample.is_own}
    spoke: defaultdict[str, float] = defaultdict(float)
    silent: defaultdict[str, float] = defaultdict(float)
    weeks: dict[str, float] = {}
    for sample in samples:
        if sample.volunteer in offered:
            continue
        if sample.answer is not None:
            spoke[sample.volunteer] += 1
        else:
            silent[sample.volunteer] += float(np.interp(sample.waited_h, KNOTS_H, reached))
        weeks[sample.volunteer] = min(sample.quiet_weeks, weeks.get(sample.volunteer, MOST_QUIET_WEEKS))
    people = sorted(weeks)
    yes, no = np.array([spoke[p] for p in people]), np.array([silent[p] for p in people])
    quiet = np.array([weeks[p] for p in people])
    start = np.log([prior.answer_share / (1 - prior.answer_share), prior.answer_strength, prior.quiet_week_silence])
    spread = np.array([LOG_SD, LOG_SD, QUIET_LOG_SD])

    def parts(point: FloatArray) -> tuple[float, float, float]:
        share, strength = float(expit(point[0])), float(np.exp(np.clip(point[1], log(0.2), log(50))))
        return share * strength, (1 - share) * strength, float(np.exp(np.clip(point[2], log(1e-4), log(5))))

    def surprise(point: FloatArray) -> float:
        a, b, of_a_week = parts(point)
        likelihood = float(np.sum(betaln(a + yes, b + of_a_week * quiet + no) - betaln(a, b + of_a_week * quiet)))
        return float(np.sum(((point - start) / spread) ** 2) / 2) - likelihood

    if not people:
        return parts(start)
    from scipy.optimize import minimize  # takes half a second to load, and few who start this ever fit anything

    return parts(minimize(surprise, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}).x)


def _fit_yes(prior: AcceptancePrior, skills: SkillTable, samples: Sequence[Sample]) -> FloatArray:
    """The logistic regression of a yes among answers, by Newton's method; the prior makes it strictly concave.

    Whatever the reason of a no, it was no yes: what is sought is how often an answer is one.
    """
    position = {code: at for at, code in enumerate(skills)}
    size = 3 + len(position)
    centre = np.zeros(size)
    centre[:3] = log(prior.yes_share / (1 - prior.yes_share)), -log(2), 0.0
    precision = np.full(size, KIND_SD**-2)
    precision[:3] = np.array(COEFFICIENT_SD) ** -2
    seen = [s for s in samples if s.answer is not None and not s.is_own]
    if not seen:
        return centre
    rows = np.zeros((len(seen), size))
    rows[:, 0] = 1
    rows[:, 1] = np.minimum([s.km for s in seen], FAR_KM) / prior.halving_km
    rows[:, 2] = np.minimum([s.lately for s in seen], MOST_LATELY)
    rows[np.arange(len(seen)), [3 + position[s.skill] for s in seen]] = 1
    said_yes = np.array([s.answer == "accepted" for s in seen], dtype=np.float64)
    found = centre.copy()
    for _ in range(25):
        chance = expit(rows @ found)
        slope = rows.T @ (said_yes - chance) - precision * (found - centre)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(precision)
        step = np.linalg.solve(bend, slope)
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    return found


def _fit_offers(prior: AcceptancePrior, skills: SkillTable, stays: Sequence[Stay]) -> dict[str, float]:
    """How often an offer comes, per kind of help: a Poisson rate drawn to that of all kinds, and that to the prior."""
    came, hours = dict.fromkeys(skills, 0.0), dict.fromkeys(skills, 0.0)
    for stay in stays:
        came[stay.skill] += stay.by_offer
        hours[stay.skill] += stay.hours
    weight = OFFER_PRIOR * prior.offer_every_h
    shared = (OFFER_PRIOR + sum(came.values())) / (weight + sum(hours.values()))
    return {code: (OFFER_PRIOR + came[code]) / (OFFER_PRIOR / shared + hours[code]) for code in skills}
