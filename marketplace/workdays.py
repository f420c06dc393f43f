"""Working days and public holidays in the Netherlands. Pure.

Sources: Algemene termijnenwet, article 3 (New Year's Day, Good Friday, Easter Monday, Ascension Day, Whit Monday, both
Christmas Days, the King's birthday, 5 May); offices are open on Good Friday, and on 5 May but every fifth year.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

LIBERATION_EVERY_YEARS: Final = 5


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The days on which no office works, weekends apart."""
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    days = {
        date(year, 1, 1),
        sunday,
        sunday + timedelta(days=1),
        kings_day,
        sunday + timedelta(days=39),
        sunday + timedelta(days=49),
        sunday + timedelta(days=50),
        date(year, 12, 25),
        date(year, 12, 26),
    }
    if year % LIBERATION_EVERY_YEARS == 0:
        days.add(date(year, 5, 5))
    return frozenset(days)


def is_workday(day: date) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def workdays_after(day: date, count: int) -> date:
    """The day that lies so many working days later; a day that is none itself counts as the evening before it."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
