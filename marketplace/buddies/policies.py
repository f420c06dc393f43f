"""The times and numbers of trajectories with a buddy."""

from dataclasses import dataclass
from typing import Final

# For one person, and between families: neither is ever asked by the engine.
KINDS: Final = ("company.buddy", "company.family")
# What must have been seen, and still hold, of everybody who becomes a buddy; of whichever kind.
PAPERS: Final = ("vog", "buddy_training")
MEANWHILE: Final = "company.coffee"


@dataclass(frozen=True)
class BuddyPolicy:
    """When what happens. Weeks are counted on the calendar, so that a talk keeps its hour when the clock changes."""

    # Weeks after the beginning in which each of the two is asked how it goes.
    talk_weeks: tuple[int, ...] = (2, 6, 13, 26, 39, 52)
    # Beyond the last of these, in an extension, as often as this.
    talk_every_weeks: int = 13
    talk_hour: int = 10
    period_weeks: int = 52
    longest_weeks: int = 104
    # How long who is asked for an introduction may think about it.
    answer_days: int = 5
    # A talk is asked again, and then it is the coordinator's to call.
    talk_again_days: int = 4
    talk_call_days: int = 8
    certificate_ahead_days: int = 60
    # Who waits hears from us so often.
    waiting_weeks: int = 4
    closing_weeks: int = 4
    look_km: float = 10.0
    # The expected time: from so many beginnings in so many days, or it is not known.
    least_started: int = 4
    started_days: int = 365
    # Until when a request for a buddy counts as still running in the figures.
    respond_by_days: int = 90

    def __post_init__(self) -> None:
        weeks = self.talk_weeks
        if not weeks or sorted(set(weeks)) != list(weeks) or weeks[0] < 1:
            raise ValueError("BuddyPolicy: the weeks of talks are above 0, each once, in order")
        if not self.talk_again_days < self.talk_call_days:
            raise ValueError("BuddyPolicy: a talk is asked again before somebody calls")
        if not 0 < self.period_weeks <= self.longest_weeks:
            raise ValueError("BuddyPolicy: a period is no longer than the longest")

    def weeks_until(self, last: int) -> tuple[int, ...]:
        """The weeks of talks in a period of so many weeks."""
        weeks = list(self.talk_weeks)
        while weeks[-1] + self.talk_every_weeks <= last:
            weeks.append(weeks[-1] + self.talk_every_weeks)
        return tuple(week for week in weeks if week <= last)


BUDDY: Final = BuddyPolicy()
