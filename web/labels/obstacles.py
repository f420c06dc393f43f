"""What holds people back from a request, and what would help: for those who work here. Codes of matching in words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from matching.obstacles import OtherDay, Relief
from matching.reasons import Relax
from matching.rules import Rule
from web import dates
from web.labels import escalation
from web.labels.requests import DAYS, people_words
from web.labels.rules import upper_first

# Of one thing that could give way no more amounts than this; of the other days no more either.
MOST_AMOUNTS: Final = 2

_OBSTACLES: Final[Mapping[Rule, str]] = {
    Rule.QUALIFICATION: "Heeft niet elk bewijs, zoals een VOG",
    Rule.DISTANCE: "Woont te ver weg",
    Rule.TIME: "Kan niet op deze tijden",
    Rule.LANGUAGE: "Spreekt de taal niet",
    Rule.AGE: "Leeftijd past niet, of is onbekend",
    Rule.AVOIDED: "Is dan weg, of gaat niet samen",
    Rule.PAUSED: "Heeft pauze",
    Rule.CAPACITY: "Helpt al genoeg mensen",
    Rule.WEEKLY_LIMIT: "Is deze week vaak genoeg gevraagd",
    Rule.MATCHED_BEFORE: "Was al aan deze vraag gekoppeld",
    Rule.ASKED_BEFORE: "Is hier al voor gevraagd",
    Rule.UNWANTED_KIND: "Wil dit soort hulp nu niet geven",
}


def obstacle(rule: Rule) -> str:
    """A rule as the head of a line: what is the matter with those whom it holds back."""
    return _OBSTACLES.get(rule, "Kan hierbij niet helpen")


def relief_sentences(reliefs: Sequence[Relief], *, now: datetime) -> tuple[str, ...]:
    """``2 km verder zoeken: 3 mensen.`` Of each thing the least that helps, and the most people it can win."""
    told = []
    for _, group in groupby(reliefs, key=lambda relief: relief.relax):
        steps = list(group)
        told += steps if len(steps) <= MOST_AMOUNTS else [steps[0], steps[-1]]
    return tuple(f"{_give_way(relief, now)}: {people_words(relief.people)}." for relief in told)


def other_day_sentences(days: Sequence[OtherDay], asked: Collection[int]) -> tuple[str, ...]:
    """``Zaterdag in plaats van dinsdag: 5 mensen.`` ``asked`` holds the weekdays of the request, 0 for Monday."""
    return tuple(f"{_day(day, asked)}: {people_words(day.people)}." for day in days[:MOST_AMOUNTS])


def _day(day: OtherDay, asked: Collection[int]) -> str:
    if len(asked) != 1:
        return f"Alles {'een dag' if day.days_later == 1 else f'{day.days_later} dagen'} later"
    (weekday,) = asked
    return f"{upper_first(DAYS[(weekday + day.days_later) % len(DAYS)])} in plaats van {DAYS[weekday]}"


def _give_way(relief: Relief, now: datetime) -> str:
    by: Any = relief.by
    words: Mapping[Relax, Callable[[], str]] = {
        Relax.MAX_KM: lambda: f"{by:.0f} km verder zoeken",
        Relax.MINUTES: lambda: f"{upper_first(escalation.duration(int(by)))} korter",
        Relax.WINDOW: lambda: f"Tot {escalation.duration(int(by))} eerder of later",
        Relax.QUALIFICATION: lambda: f"Met {escalation.qualification_name(by)} erbij",
        Relax.LANGUAGE: lambda: "Als de taal niet hoeft",
        Relax.MIN_AGE: lambda: f"De leeftijd {int(by)} jaar lager",
        Relax.CAPACITY: lambda: (
            f"{int(by)} afspraak meer dan zij wilden" if by == 1 else f"{int(by)} afspraken meer dan zij wilden"
        ),
        Relax.MAX_PROPOSALS_PER_WEEK: lambda: f"Deze week {int(by)} keer vaker vragen",
        Relax.PAUSED_UNTIL: lambda: f"Na de pauze, vanaf {dates.near_day(dates.day_of(by), today=dates.day_of(now))}",
    }
    return words[relief.relax]()
