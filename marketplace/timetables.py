"""When something goes on: weekly local times, days that are otherwise, public holidays. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from marketplace.models import Known
from marketplace.policies import AMSTERDAM
from marketplace.workdays import easter, public_holidays

DAY = timedelta(days=1)
SATURDAY = 5

Minutes = tuple[int, int]


@dataclass(frozen=True)
class Times:
    """The times of one activity.

    Parameters
    ----------
    weekly
        (weekday, start, end): Monday is 0, minutes on the clock of the wall since midnight.
    dated
        Days that are otherwise: with these minutes instead of the weekly ones, or None where it does not go on.
    on_holidays
        Whether the weekly times also hold on public holidays; where nobody knows, they are told as unsure.
    from_on, until_on
        The first and the last day on which the weekly times hold, both included; None where there is no such day.
    """

    weekly: tuple[tuple[int, int, int], ...] = ()
    dated: Mapping[date, Minutes | None] = field(default_factory=dict)
    on_holidays: Known = Known.UNKNOWN
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, order=True)
class Sitting:
    """Once that it goes on. Not ``is_sure``: on a holiday of which nobody knows whether it does."""

    starts_at: datetime
    ends_at: datetime
    is_sure: bool = True


def list_sittings(times: Times, first: date, last: date) -> list[Sitting]:
    """Every time that it goes on from the first day to the last, both included, in order."""
    return [sitting for day in days_between(first, last) for sitting in sorted(_on(times, day))]


def next_sitting(times: Times, now: datetime, *, within_days: int) -> Sitting | None:
    """The first that is still to begin; None where there is none in so many days."""
    today = now.astimezone(AMSTERDAM).date()
    coming = list_sittings(times, today, today + timedelta(days=within_days))
    return next((sitting for sitting in coming if sitting.starts_at > now), None)


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    for ahead in range((last - first).days + 1):
        yield first + ahead * DAY


def weekend_of(day: date) -> tuple[date, date]:
    """This weekend: Saturday and Sunday, or what is left of it."""
    if day.weekday() > SATURDAY:
        return day, day
    saturday = day + (SATURDAY - day.weekday()) * DAY
    return saturday, saturday + DAY


def is_lonely(day: date) -> bool:
    """Weekends and holidays, on which most doors are closed."""
    return day.weekday() >= SATURDAY or day in public_holidays(day.year)


def coming_holidays(today: date, *, within_days: int) -> tuple[date, ...]:
    """The next public holiday with those that touch it (both Christmas Days, Easter), if it is so near."""
    coming = [day for day in days_between(today, today + within_days * DAY) if day in public_holidays(day.year)]
    return tuple(_first_run(coming))


def holiday_code(day: date) -> str:
    """Which holiday it is: new_year, easter, kings_day, liberation, ascension, pentecost, christmas; or empty."""
    if day not in public_holidays(day.year):
        return ""
    moving = {0: "easter", 1: "easter", 39: "ascension", 49: "pentecost", 50: "pentecost"}
    fixed = {(1, 1): "new_year", (5, 5): "liberation", (12, 25): "christmas", (12, 26): "christmas"}
    return fixed.get((day.month, day.day)) or moving.get((day - easter(day.year)).days) or "kings_day"


def _on(times: Times, day: date) -> Iterator[Sitting]:
    if day in times.dated:
        minutes = times.dated[day]
        if minutes is not None:
            yield Sitting(instant(day, minutes[0]), instant(day, minutes[1]))
        return
    if (times.from_on and day < times.from_on) or (times.until_on and day > times.until_on):
        return
    is_holiday = day in public_holidays(day.year)
    if is_holiday and times.on_holidays is Known.NO:
        return
    is_sure = not is_holiday or times.on_holidays is Known.YES
    for weekday, start, end in times.weekly:
        if weekday == day.weekday():
            yield Sitting(instant(day, start), instant(day, end), is_sure)


def instant(day: date, minute: int) -> datetime:
    """When the clock on the wall shows this minute of a day; 1440 is the midnight that ends it."""
    if minute == 24 * 60:
        return datetime.combine(day + DAY, time(), AMSTERDAM)
    return datetime.combine(day, time(minute // 60, minute % 60), AMSTERDAM)


def _first_run(days: Iterable[date]) -> Iterator[date]:
    before: date | None = None
    for day in days:
        if before is not None and day != before + DAY:
            return
        yield day
        before = day
