"""Which days a rhythm has, and at what instant a local time falls on one of them. Pure; nothing but the calendar.

A local time that is skipped when the clocks go forward begins as much later as the clocks went: half past two becomes
half past three. One that comes twice when they go back is the first of the two. An hour stays an hour: the length is
counted in real minutes, whatever the clock on the wall does meanwhile.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from marketplace.models import Rhythm
from marketplace.policies import AMSTERDAM

_WEEKS: Final = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}
_OF_MONTH: Final = (Rhythm.FIRST, Rhythm.SECOND, Rhythm.THIRD, Rhythm.FOURTH)
# How often it can be in one calendar month.
MOST_A_MONTH: Final = {Rhythm.WEEKLY: 5, Rhythm.FORTNIGHTLY: 3}


def monthly_rhythm(first_on: date) -> Rhythm:
    """What "every month" means for who begins on this day: the second Tuesday; what a fifth has, every last one has."""
    number = (first_on.day - 1) // 7
    return _OF_MONTH[number] if number < len(_OF_MONTH) else Rhythm.LAST


def list_days(rhythm: Rhythm, *, first_on: date, from_on: date, until_on: date) -> Iterator[date]:
    """The days of a rhythm that begins on ``first_on`` (the weekday is that day's), both ends of the span included."""
    if rhythm in _WEEKS:
        step = 7 * _WEEKS[rhythm]
        ahead = max(-((first_on - from_on).days // step), 0)
        day = first_on + timedelta(days=step * ahead)
        while day <= until_on:
            if day >= from_on:
                yield day
            day += timedelta(days=step)
        return
    month = max(first_on, from_on).replace(day=1)
    while month <= until_on:
        day = _day_of_month(rhythm, month, first_on.weekday())
        if max(first_on, from_on) <= day <= until_on:
            yield day
        month = (month + timedelta(days=32)).replace(day=1)


def is_of(rhythm: Rhythm, day: date, *, first_on: date) -> bool:
    """Whether a rhythm has this day."""
    return day in list_days(rhythm, first_on=first_on, from_on=day, until_on=day)


def instant_of(day: date, minute: int) -> datetime:
    """When it is so many minutes past midnight by the clock on the wall; see above for the hours that clocks change."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), AMSTERDAM)
    # Through UTC, so that a time the clocks skip becomes one that they show.
    return wall.astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The day on which an instant falls in Amsterdam."""
    return instant.astimezone(AMSTERDAM).date()


def _day_of_month(rhythm: Rhythm, month: date, weekday: int) -> date:
    first = month + timedelta(days=(weekday - month.weekday()) % 7)
    if rhythm is Rhythm.LAST:
        following = (month + timedelta(days=32)).replace(day=1)
        last = following - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    return first + timedelta(weeks=_OF_MONTH.index(rhythm))
