"""Time and distance as people say them, in Dutch and on Amsterdam's clock."""

from datetime import date, datetime, timedelta
from math import ceil

from babel.dates import format_date, get_month_names

from marketplace.policies import AMSTERDAM, local_midnight

_LOCALE = "nl"
# Minutes and metres that everybody can picture; cycling as the older half does it.
CYCLING_KM_H = 14.0
NEARBY_KM = 0.5
_ABOUT_MIN = 5
_LONGEST_RIDE_MIN = 90
_HOURS = ("", "één uur", "twee uur", "drie uur", "vier uur", "vijf uur", "zes uur", "zeven uur", "acht uur")


def day_of(instant: datetime) -> date:
    """The day an instant falls on in Amsterdam."""
    return instant.astimezone(AMSTERDAM).date()


def day(when: date, *, today: date | None = None) -> str:
    """``dinsdag 3 maart``; with a year where that is not this year's, counted from ``today``."""
    words = format_date(when, "EEEE d MMMM", locale=_LOCALE)
    return words if today is None or when.year == today.year else f"{words} {when.year}"


def near_day(when: date, *, today: date) -> str:
    """``vandaag``, ``morgen``, ``dinsdag`` within the week, else ``dinsdag 3 maart``."""
    days = (when - today).days
    if days in (0, 1):
        return ("vandaag", "morgen")[days]
    return format_date(when, "EEEE", locale=_LOCALE) if 1 < days < 7 else day(when, today=today)


def clock_time(instant: datetime) -> str:
    """``10.00 uur``."""
    return f"{instant.astimezone(AMSTERDAM):%-H.%M} uur"


def moment(instant: datetime, *, today: date | None = None) -> str:
    """``dinsdag 3 maart om 10.00 uur``."""
    return f"{day(day_of(instant), today=today)} om {clock_time(instant)}"


def near_moment(instant: datetime, *, now: datetime) -> str:
    """``morgen om 10.00 uur``."""
    return f"{near_day(day_of(instant), today=day_of(now))} om {clock_time(instant)}"


def window(starts_at: datetime, ends_at: datetime, *, today: date | None = None) -> str:
    """``dinsdag 3 maart, 10.00 tot 12.00 uur``; a window that ends at midnight ends the same day."""
    first, last = day_of(starts_at), day_of(ends_at - timedelta(microseconds=1))
    if first != last:
        return f"{moment(starts_at, today=today)} tot {moment(ends_at, today=today)}"
    end = ends_at.astimezone(AMSTERDAM)
    until = "24.00" if end.date() != first else f"{end:%-H.%M}"
    return f"{day(first, today=today)}, {starts_at.astimezone(AMSTERDAM):%-H.%M} tot {until} uur"


def month(year: int, number: int) -> str:
    """``maart 2026``."""
    return f"{get_month_names('wide', locale=_LOCALE)[number]} {year}"


def duration(minutes: int) -> str:
    """``een kwartier``, ``een half uur``, ``anderhalf uur``, ``twee uur en 20 minuten``."""
    known = {15: "een kwartier", 30: "een half uur", 45: "drie kwartier", 90: "anderhalf uur"}
    if minutes in known:
        return known[minutes]
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minuten"
    words = _HOURS[hours] if hours < len(_HOURS) else f"{hours} uur"
    return f"{words} en {rest} minuten" if rest else words


def distance(km: float) -> str:
    """``10 minuten fietsen (2,4 km)``; below half a kilometre ``vlakbij``, because a point is no front door.

    What nobody would cycle for is kilometres alone: ``40 km``.
    """
    if km < NEARBY_KM:
        return "vlakbij"
    minutes = round(km / CYCLING_KM_H * 60)
    if minutes > _LONGEST_RIDE_MIN:
        return f"{round(km)} km"
    return f"{minutes} minuten fietsen ({kilometres(km)})"


def about_as_far(km: float) -> str:
    """``vlakbij``, ``op ongeveer 10 minuten fietsen``: in steps of five minutes, so that no door is found by it."""
    if km < NEARBY_KM:
        return "vlakbij"
    minutes = ceil(km / CYCLING_KM_H * 60 / _ABOUT_MIN) * _ABOUT_MIN
    return f"op ongeveer {minutes} minuten fietsen"


def kilometres(km: float) -> str:
    """``2,4 km``."""
    return f"{max(km, 0.1):.1f} km".replace(".", ",")


def when(at: datetime, *, now: datetime) -> str:
    """``gisteren om 10.00 uur``, ``dinsdag 3 maart om 10.00 uur``; of midnight ``eind van maandag``."""
    if at == local_midnight(day_of(at)):
        return f"eind van {near_day(day_of(at) - timedelta(days=1), today=day_of(now))}"
    if day_of(at) == day_of(now) - timedelta(days=1):
        return f"gisteren om {clock_time(at)}"
    return near_moment(at, now=now)
