"""Help that returns, in words: the rhythm, how one time stands, and what happened to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from marketplace.asks import NewSeries
from marketplace.models import Rhythm
from web import dates

DAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_ORDINALS: Final = {
    Rhythm.FIRST: "eerste",
    Rhythm.SECOND: "tweede",
    Rhythm.THIRD: "derde",
    Rhythm.FOURTH: "vierde",
    Rhythm.LAST: "laatste",
}
# What of a series happened, without who did it.
WHAT: Final[Mapping[str, str]] = {
    "skipped": "zei dat het deze keer niet hoeft",
    "restored": "zei dat het toch doorgaat",
    "moved": "verzette één keer",
    "refused": "kan deze keer niet",
    "move_turned_down": "vond de andere dag niet goed",
    "missed": "meldde dat er niemand kwam",
    "stops": "liet weten dat het stopt",
    "goes_on": "liet weten dat het doorgaat",
    "ended": "sloot de reeks af",
    "turns": "verdeelde de beurten",
    "how": "vertelde hoe het gaat",
    "how_often": "gaf door hoe vaak het kan",
}


def rhythm_words(rhythm: Rhythm, weekday: int) -> str:
    """``elke dinsdag``, ``om de week op dinsdag``, ``elke tweede dinsdag van de maand``."""
    day = DAYS[weekday]
    if rhythm is Rhythm.WEEKLY:
        return f"elke {day}"
    if rhythm is Rhythm.FORTNIGHTLY:
        return f"om de week op {day}"
    return f"elke {_ORDINALS[rhythm]} {day} van de maand"


def every_words(rhythm: Rhythm, weekday: int, start_minute: int) -> str:
    """``elke dinsdag om 10.00 uur``."""
    return f"{rhythm_words(rhythm, weekday)} om {start_minute // 60}.{start_minute % 60:02} uur"


def series_words(wanted: NewSeries, *, today: date) -> str:
    """``elke dinsdag om 10.00 uur, vanaf dinsdag 10 maart tot woensdag 9 september``."""
    first, last = dates.day(wanted.first_on, today=today), dates.day(wanted.last_on, today=today)
    every = every_words(wanted.rhythm, wanted.first_on.weekday(), wanted.start_minute)
    return f"{every}, vanaf {first} tot {last}"


def event_words(actor: str, about: str, detail: Mapping[str, Any]) -> str:
    """A sentence for a line of the story of a case."""
    what = WHAT.get(str(detail.get("what")), "veranderde iets aan de reeks")
    on = str(detail.get("on") or "")
    when = f" ({dates.day(date.fromisoformat(on))})" if on else ""
    return f"{actor} {what}{when}."
