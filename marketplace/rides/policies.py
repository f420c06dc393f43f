"""When the rides of a day are planned, how long a driver has to answer, and what counts as too late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from marketplace.policies import AMSTERDAM


def _local(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), AMSTERDAM)


@dataclass(frozen=True)
class PlanningPolicy:
    """The evening before a day is planned, and from then on it is planned again at every change."""

    plan_at_minute: int = 16 * 60
    answer_by_minute: int = 20 * 60
    remind_at_minute: int = 18 * 60
    # Where that is too near, or past: so long, but no longer than half the time that is left.
    late_answer_h: float = 1
    least_answer_min: float = 10
    # Nobody is told to be at a door sooner than this from now.
    notice_min: int = 30
    seconds: float = 10
    # So many standby drivers are asked at once for a ride that nobody drives.
    standby_at_once: int = 3
    standby_margin_min: int = 15
    # A drive without a result is taken as driven so long after it; an open one whose time has passed is given up.
    silent_done_h: float = 24

    def __post_init__(self) -> None:
        if not 0 <= self.plan_at_minute < self.answer_by_minute < 24 * 60:
            raise ValueError("PlanningPolicy: a day is planned before drivers have answered, on the evening before")
        if min(self.late_answer_h, self.least_answer_min, self.seconds) <= 0:
            raise ValueError("PlanningPolicy: every length of time is above 0")

    def plans_from(self, day: date) -> datetime:
        """When a day is planned for the first time: the evening before."""
        return _local(day - timedelta(days=1), self.plan_at_minute)

    def reminds_at(self, day: date) -> datetime:
        """When passengers and drivers are reminded of a day."""
        return _local(day - timedelta(days=1), self.remind_at_minute)

    def answer_by(self, pickup_at: datetime, day: date, now: datetime) -> datetime:
        """Eight in the evening before; nearer than an hour to that, or later, an hour, or half of what is left."""
        usual = _local(day - timedelta(days=1), self.answer_by_minute)
        if now + timedelta(hours=self.late_answer_h) <= usual:
            return usual
        left = max((pickup_at - now) / 2, timedelta(minutes=self.least_answer_min))
        return now + min(timedelta(hours=self.late_answer_h), left)


PLANNING: Final = PlanningPolicy()

# Seen with a date before somebody drives, and valid on the day itself.
PAPERS: Final = ("driving_licence", "car", "vog")


@dataclass(frozen=True)
class PaperPolicy:
    """When a driver and the planner hear that a paper is about to end."""

    warn_days: int = 42


PAPER: Final = PaperPolicy()
