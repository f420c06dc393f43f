"""Thresholds of the marketplace, with units in the names; those of asking are defined in matching.asking."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matching.asking import AskingPolicy
from matching.availability import next_local_minute
from matching.rules import Rule

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
# The flow solver is as exact as the linear programme and ten times as fast; both are installed.
ASKING: Final = AskingPolicy(solver="flow")
LOOK_AGAIN: Final = timedelta(minutes=5)

# A person may overrule reach, time and the weekly limit after asking; never these.
NEVER_OVERRULED: Final = frozenset(
    {Rule.QUALIFICATION, Rule.AVOIDED, Rule.PAUSED, Rule.CAPACITY, Rule.LEFT, Rule.MATCHED_BEFORE, Rule.AGE}
)


@dataclass(frozen=True)
class RespondByPolicy:
    """When an answer is wanted, where the requester left it blank."""

    default_days: int = 7
    before_appointment_h: float = 24
    halfway_below_h: float = 4

    def __post_init__(self) -> None:
        if min(self.default_days, self.before_appointment_h, self.halfway_below_h) <= 0:
            raise ValueError("RespondByPolicy: every amount is above 0")

    def respond_by(self, posted_at: datetime, first_appointment_at: datetime | None) -> datetime:
        """7 days, or 24 h before the first appointment if sooner; where that is near, halfway to the appointment."""
        usual = posted_at + timedelta(days=self.default_days)
        if first_appointment_at is None:
            return usual
        before = min(usual, first_appointment_at - timedelta(hours=self.before_appointment_h))
        if before - posted_at < timedelta(hours=self.halfway_below_h):
            return posted_at + (first_appointment_at - posted_at) / 2
        return before


@dataclass(frozen=True)
class ObjectionPolicy:
    """How long the requester may object to a match."""

    hours: float = 24
    least_h: float = 1

    def until(self, made_at: datetime, first_appointment_at: datetime | None) -> datetime:
        """24 h, or half the time left before the first appointment if shorter, but at least one hour."""
        allowed = timedelta(hours=self.hours)
        if first_appointment_at is not None and first_appointment_at > made_at:
            allowed = min(allowed, (first_appointment_at - made_at) / 2)
        return made_at + max(allowed, timedelta(hours=self.least_h))


@dataclass(frozen=True)
class ChoosingPolicy:
    """How long a volunteer's yes waits for a requester who chooses."""

    hours: float = 24


@dataclass(frozen=True)
class WaitingPolicy:
    """How long somebody on a waiting list has to answer when a place comes free."""

    answer_h: float = 4
    # Shorter than this nobody is asked: then only those are placed who said that this is fine.
    least_minutes: float = 15
    # A place that comes free at night goes to the list when the asking hours begin, and to the engine after that.
    margin_minutes: float = 5

    def __post_init__(self) -> None:
        if min(self.answer_h, self.least_minutes, self.margin_minutes) <= 0:
            raise ValueError("WaitingPolicy: every amount is above 0")

    def answer_by(self, now: datetime, starts_at: datetime | None) -> datetime | None:
        """4 h, or half of the time that is left before it begins if shorter; None where that is too short to ask."""
        allowed = timedelta(hours=self.answer_h)
        if starts_at is not None:
            allowed = min(allowed, (starts_at - now) / 2)
        return now + allowed if allowed >= timedelta(minutes=self.least_minutes) else None


WAITING: Final = WaitingPolicy()


@dataclass(frozen=True)
class ContactPolicy:
    """How long contact details stay visible after a match has ended."""

    days_after_end: int = 14


@dataclass(frozen=True)
class CoordinatorPolicy:
    """How soon a coordinator acts on an escalated request before the team lead gets it."""

    workdays: int = 1

    def deadline(self, since: datetime) -> datetime:
        """The same local time, so many working days (Monday to Friday) later.

        What comes in a weekend counts from its end: early on Sunday must not leave a coordinator no hour of Monday.
        """
        local = since.astimezone(AMSTERDAM)
        if local.weekday() >= 5:
            local = local_midnight(local.date() + timedelta(days=7 - local.weekday()))
        return datetime.combine(_workdays_after(local.date(), self.workdays), local.time(), AMSTERDAM)


@dataclass(frozen=True)
class LadderPolicy:
    """When a request climbs: shares of the engine's time while nobody has it, working days once somebody has."""

    # Of the time from the present version to the moment at which the engine hands over.
    wider_share: float = 1 / 3
    organisations_share: float = 2 / 3
    coordinator_workdays: int = 1
    team_lead_workdays: int = 5
    # How often the municipality hears again that something stands still.
    municipality_workdays: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.wider_share <= self.organisations_share <= 1:
            raise ValueError("LadderPolicy: who asked comes before organisations, and both before the coordinator")
        if min(self.coordinator_workdays, self.team_lead_workdays, self.municipality_workdays) < 1:
            raise ValueError("LadderPolicy: a person has a working day at least")

    def deadline(self, since: datetime) -> datetime:
        """When whoever has the case must have done something."""
        return CoordinatorPolicy(self.coordinator_workdays).deadline(since)

    def municipality_at(self, since: datetime) -> datetime:
        """When the municipality hears that the team lead could not solve it."""
        return CoordinatorPolicy(self.team_lead_workdays).deadline(since)

    def municipality_again_at(self, since: datetime) -> datetime:
        """When the municipality hears it again."""
        return CoordinatorPolicy(self.municipality_workdays).deadline(since)


LADDER: Final = LadderPolicy()
# Respond-by so soon after the version began makes a request urgent.
URGENT_BELOW: Final = timedelta(hours=48)


@dataclass(frozen=True)
class DeskPolicy:
    """When work that is no request must have been done, and how long it is shown."""

    workdays: int = 1
    # The engine offers a silent match on so long after the two were asked.
    silent_after_nudge_days: int = 3
    objections_days: int = 14
    certificate_ahead_days: int = 60
    put_off_days: int = 7

    def deadline(self, since: datetime) -> datetime:
        """A working day later, as for a coordinator's case."""
        return CoordinatorPolicy(self.workdays).deadline(since)


DESK: Final = DeskPolicy()


@dataclass(frozen=True)
class CheckPolicy:
    """How long what somebody checked on the social map is taken to be right."""

    days: int = 182
    # So long before that it comes to the workbench.
    ahead_days: int = 14

    def is_old(self, checked_on: date | None, today: date) -> bool:
        """Whether a page says that it may have changed."""
        return checked_on is None or checked_on < today - timedelta(days=self.days)


MAP_CHECKS: Final = CheckPolicy()


def _workdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def local_midnight(day: date) -> datetime:
    """The instant at which a day begins in Amsterdam."""
    return datetime.combine(day, time(), AMSTERDAM)


def next_asking_moment(now: datetime) -> datetime:
    """Now, or when the next asking hours begin."""
    return now if ASKING.hours.include(now) else next_local_minute(now, ASKING.hours.start_minute)
