"""How people are asked: hours, and what things cost and are worth beside each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from matching.assignment_solvers import Solver
from matching.escalating import EscalationPolicy
from matching.habits_fit import AcceptancePrior
from matching.problem import as_utc
from matching.rules import AskingHours
from matching.scoring import ScoringWeights


@dataclass(frozen=True, slots=True)
class AskingPolicy:
    """How people are asked.

    `answer_h` hours to answer, `urgent_answer_h` where less than `urgent_below_h` hours lie between posting and
    respond-by; never past respond-by. In points, on the scale of `weights`: `bother_points` is what asking somebody
    costs, `regret_points` what a yes costs that can't be honoured. What a yes is worth grows towards respond-by, by
    the factor 1 + `pressure`, half of which is left `pressure_half_h` hours before. That a slot stays free counts
    offers that may come within `offers_within_h` hours; a yes that comes after `prompt_h` hours is worth less by the
    share `slow_discount`. While somebody is being waited for, the round looks again every `look_again_min` minutes.
    """

    answer_h: float = 24.0
    urgent_answer_h: float = 4.0
    urgent_below_h: float = 48.0
    bother_points: float = 18.0
    regret_points: float = 500.0
    pressure: float = 14.0
    pressure_half_h: float = 24.0
    offers_within_h: float = 4.0
    prompt_h: float = 12.0
    slow_discount: float = 0.4
    look_again_min: int = 30
    hours: AskingHours = field(default_factory=AskingHours)
    escalation: EscalationPolicy = field(default_factory=EscalationPolicy)
    prior: AcceptancePrior = field(default_factory=AcceptancePrior)
    weights: ScoringWeights = field(default_factory=ScoringWeights)
    solver: Solver = "highs"

    def __post_init__(self) -> None:
        for name in ("answer_h", "urgent_answer_h", "urgent_below_h", "look_again_min", "pressure_half_h", "prompt_h"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)!r}")
        for name in ("bother_points", "regret_points", "pressure", "offers_within_h", "slow_discount"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name)!r}")

    def is_urgent(self, posted_at: datetime, respond_by: datetime) -> bool:
        return as_utc("respond_by", respond_by) - as_utc("posted_at", posted_at) < timedelta(hours=self.urgent_below_h)

    def expires_at(self, posted_at: datetime, respond_by: datetime, now: datetime) -> datetime:
        """Until when somebody asked now may answer."""
        is_urgent = self.is_urgent(posted_at, respond_by)
        answer = timedelta(hours=self.urgent_answer_h if is_urgent else self.answer_h)
        return min(as_utc("now", now) + answer, as_utc("respond_by", respond_by))
