"""Why a case lies with a person, who would almost do, and what does not fit: for those who work here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import ceil
from typing import Any, Final

from matching.reasons import Relax, WhyNobody
from matching.rules import Rule
from web import dates
from web.labels.requests import count_words, people_words

_REASONS: Final[Mapping[str, str]] = {
    WhyNobody.NO_SKILL: "Niemand biedt dit soort hulp aan.",
    WhyNobody.NO_QUALIFICATION: "Niemand die dit doet, heeft het bewijs dat nodig is.",
    WhyNobody.OUT_OF_RANGE: "Iedereen die dit doet, woont te ver weg.",
    WhyNobody.NO_TIME: "Niemand in de buurt kan op deze tijden.",
    WhyNobody.NO_LANGUAGE: "Niemand die kan, spreekt de gevraagde taal.",
    WhyNobody.MIN_AGE: "Niemand die kan, heeft de gevraagde leeftijd.",
    WhyNobody.AVOIDED: "Wie zou kunnen, is dan weg of gaat niet samen met deze hulpvrager.",
    WhyNobody.PAUSED: "Wie zou kunnen, heeft pauze.",
    WhyNobody.ALL_BUSY: "Wie zou kunnen, helpt al genoeg mensen.",
    WhyNobody.ALL_ASKED: "Iedereen die past, is al gevraagd.",
    WhyNobody.NO_ANSWER_IN_TIME: "Nog niemand zei ja, en de tijd raakt op.",
}
# The same in a few words, for a line of the queue.
_IN_SHORT: Final[Mapping[str, str]] = {
    WhyNobody.NO_SKILL: "niemand biedt dit aan",
    WhyNobody.NO_QUALIFICATION: "bewijs ontbreekt",
    WhyNobody.OUT_OF_RANGE: "iedereen woont te ver",
    WhyNobody.NO_TIME: "niemand kan dan",
    WhyNobody.NO_LANGUAGE: "niemand spreekt de taal",
    WhyNobody.MIN_AGE: "leeftijd past niet",
    WhyNobody.AVOIDED: "is dan weg of gaat niet samen",
    WhyNobody.PAUSED: "wie kan, heeft pauze",
    WhyNobody.ALL_BUSY: "wie kan, is bezet",
    WhyNobody.ALL_ASKED: "iedereen is al gevraagd",
    WhyNobody.NO_ANSWER_IN_TIME: "nog geen ja, tijd raakt op",
}
# One thing that does not fit, about somebody whose name stands before it.
_MISFITS: Final[Mapping[Rule, str]] = {
    Rule.LEFT: "helpt niet meer",
    Rule.SKILL: "biedt dit soort hulp niet aan",
    Rule.QUALIFICATION: "heeft niet elk bewijs dat nodig is, zoals een VOG",
    Rule.DISTANCE: "woont verder weg dan het eigen bereik",
    Rule.TIME: "kan niet op deze tijden",
    Rule.LANGUAGE: "spreekt de gevraagde taal niet",
    Rule.AGE: "heeft niet de gevraagde leeftijd, of die is onbekend",
    Rule.AVOIDED: "wordt niet met deze hulpvrager gekoppeld",
    Rule.PAUSED: "heeft pauze",
    Rule.CAPACITY: "heeft het maximum aan afspraken en vragen bereikt",
    Rule.WEEKLY_LIMIT: "is deze week al vaak genoeg gevraagd",
    Rule.MATCHED_BEFORE: "was al eens aan deze hulpvraag gekoppeld",
    Rule.ASKED_BEFORE: "is hier al voor gevraagd",
    Rule.UNWANTED_KIND: "wil dit soort hulp liever niet geven",
}
_QUALIFICATIONS: Final[Mapping[str, str]] = {
    "vog": "een VOG",
    "buddy_training": "de buddytraining",
    "driving_licence": "een rijbewijs",
    "car": "een auto",
}
_LANGUAGES: Final[Mapping[str, str]] = {
    "nl": "Nederlands",
    "en": "Engels",
    "pl": "Pools",
    "tr": "Turks",
    "ar": "Arabisch",
    "de": "Duits",
    "fr": "Frans",
    "uk": "Oekraïens",
    "ti": "Tigrinya",
}
_UNKNOWN_REASON: Final = "De zoekmachine vond niemand."
MINUTES_PER_HOUR: Final = 60
MINUTES_PER_DAY: Final = 24 * MINUTES_PER_HOUR


def reason_of(story: Mapping[str, Any] | None) -> str:
    """Why the engine handed the case over, as a sentence; empty where it did not."""
    return _REASONS.get(str(story.get("reason")), _UNKNOWN_REASON) if story else ""


def reason_in_short(story: Mapping[str, Any] | None) -> str:
    """The same in a few words."""
    return _IN_SHORT.get(str(story.get("reason")), "niemand gevonden") if story else ""


def language_name(code: str) -> str:
    """What a language is called."""
    return _LANGUAGES.get(code, code)


def qualification_name(code: str) -> str:
    """What a certificate is called, with its article."""
    return _QUALIFICATIONS.get(code, code)


def misfit(rule: Rule) -> str:
    """One thing that does not fit, to stand after a name."""
    return _MISFITS.get(rule, "kan hierbij niet helpen")


def refusal(reasons: Iterable[str], name: str) -> str:
    """Why a person cannot be asked or coupled either, told to the coordinator who tried."""
    told = [misfit(Rule(reason)) for reason in reasons if reason in set(Rule)]
    return f"{name} {_and(told)}." if told else f"{name} kan hierbij niet helpen."


def near_miss(name: str, relax: str, by: Any, *, now: datetime) -> str:
    """Who would do if one thing gave way, and how much of it. Amounts come from matching or from stored JSON."""
    words: Mapping[Relax, Callable[[], str]] = {
        Relax.MAX_KM: lambda: f"woont {dates.kilometres(float(by))} buiten het eigen bereik",
        Relax.MINUTES: lambda: f"heeft {duration(int(by))} te weinig tijd achter elkaar",
        Relax.WINDOW: lambda: f"kan wel {duration(int(by))} eerder of later",
        Relax.QUALIFICATION: lambda: f"heeft nog niet: {qualification_name(str(by))}",
        Relax.LANGUAGE: lambda: f"spreekt geen {language_name(str(by))}",
        Relax.MIN_AGE: lambda: _younger(int(by)),
        Relax.CAPACITY: lambda: "helpt al het aantal mensen dat is afgesproken",
        Relax.MAX_PROPOSALS_PER_WEEK: lambda: "is deze week al zo vaak gevraagd als is afgesproken",
        Relax.PAUSED_UNTIL: lambda: f"heeft pauze tot {_day_of(by, now)}",
    }
    return f"{name} {words[Relax(relax)]()}."


def machine_story(
    *, asked: int, agreed: int, declined: int, lapsed: int, waiting: int, fitting: int, within_km: float
) -> str:
    """What the engine did and what is left: "3 mensen gevraagd, 2 zeiden nee, 1 antwoordde niet. …"."""
    answers = count_words(
        [
            (agreed, "zei ja", "zeiden ja"),
            (declined, "zei nee", "zeiden nee"),
            (lapsed, "antwoordde niet", "antwoordden niet"),
            (waiting, "denkt nog na", "denken nog na"),
        ]
    )
    done = f"{people_words(asked)} gevraagd{f', {answers}' if answers else ''}." if asked else "Nog niemand gevraagd."
    if not fitting:
        return f"{done} {'Verder past' if asked else 'Er past'} nu niemand."
    left = "is er nog 1" if fitting == 1 else f"zijn er nog {fitting}"
    return f"{done} Binnen {max(1, ceil(within_km))} km {left}."


def duration(minutes: int) -> str:
    """``20 minuten``, ``een half uur``, ``2 dagen``: how far a time would have to move."""
    days = minutes // MINUTES_PER_DAY
    if days:
        return "1 dag" if days == 1 else f"{days} dagen"
    return "1 minuut" if minutes == 1 else dates.duration(max(minutes, 1))


def _younger(years: int) -> str:
    # An unknown year of birth counts as 0, and would be "65 jaar te jong".
    return "is misschien te jong: het geboortejaar is niet bekend" if years >= 18 else f"is {years} jaar te jong"


def _day_of(by: Any, now: datetime) -> str:
    instant = by if isinstance(by, datetime) else datetime.fromisoformat(str(by))
    return dates.near_day(dates.day_of(instant), today=dates.day_of(now))


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} en {parts[-1]}"
