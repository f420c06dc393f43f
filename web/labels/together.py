"""Places, activities and garden days in words: kinds, prices, what is not known, and holidays."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from marketplace.models import ActivityKind, GardenDayStatus, GardenStatus, Known, PlaceKind
from marketplace.timetables import Times, holiday_code
from web.labels.requests import DAYS, StatusTag

ASK: Final = "vraag het na"
PLACE_KINDS: Final[Mapping[PlaceKind, str]] = {
    PlaceKind.ACTIVITY_CENTRE: "Activiteitencentrum",
    PlaceKind.VILLAGE_HALL: "Dorpshuis",
    PlaceKind.LIBRARY: "Bibliotheek",
    PlaceKind.ARTS: "Kunst en muziek",
    PlaceKind.SPORTS: "Sport",
    PlaceKind.PARK: "Park",
    PlaceKind.OTHER: "Een andere plek",
}
ACTIVITY_KINDS: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.OPEN_HOUSE: "Inloop",
    ActivityKind.COFFEE: "Koffie",
    ActivityKind.MEAL: "Samen eten",
    ActivityKind.MOVING: "Bewegen",
    ActivityKind.GAMES: "Spelletjes",
    ActivityKind.CREATIVE: "Creatief",
    ActivityKind.MUSIC: "Muziek",
    ActivityKind.LANGUAGE: "Taal",
    ActivityKind.DIGITAL: "Computer",
    ActivityKind.OUTDOORS: "Buiten",
}
# How a kind is called in an address.
KIND_SLUGS: Final[Mapping[str, ActivityKind]] = {
    words.lower().replace(" ", "-"): kind for kind, words in ACTIVITY_KINDS.items()
}
PICTURES: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.OPEN_HOUSE: "start",
    ActivityKind.COFFEE: "company",
    ActivityKind.MEAL: "groceries",
    ActivityKind.MOVING: "walking",
    ActivityKind.GAMES: "clubs",
    ActivityKind.CREATIVE: "administration",
    ActivityKind.MUSIC: "clubs",
    ActivityKind.LANGUAGE: "mail",
    ActivityKind.DIGITAL: "digital",
    ActivityKind.OUTDOORS: "garden",
}
HOLIDAYS: Final[Mapping[str, str]] = {
    "new_year": "Nieuwjaarsdag",
    "easter": "Pasen",
    "kings_day": "Koningsdag",
    "liberation": "Bevrijdingsdag",
    "ascension": "Hemelvaart",
    "pentecost": "Pinksteren",
    "christmas": "Kerst",
}
MADE_UP: Final = StatusTag("Verzonnen voorbeeld", "neutral")
UNSURE: Final = StatusTag("Feestdag: vraag na of het doorgaat", "attention")
LIKES: Final[Mapping[str, tuple[str, str]]] = {
    "garden": ("tuin", "De tuin"),
    "jobs": ("klus", "Een klus"),
    "errands": ("boodschap", "Boodschappen of een dier"),
    "company": ("gezelschap", "Gezelschap"),
    "digital": ("computer", "Computer en telefoon"),
    "club": ("club", "Een club of feest"),
}
LIKE_OF: Final[Mapping[str, str]] = {slug: like for like, (slug, _) in LIKES.items()}
GARDENS: Final[Mapping[GardenStatus, StatusTag]] = {
    GardenStatus.WAITING: StatusTag("Nog niet gevraagd", "neutral"),
    GardenStatus.ASKED: StatusTag("Wacht op antwoord", "waiting"),
    GardenStatus.AGREED: StatusTag("Zegt ja", "good"),
    GardenStatus.DECLINED: StatusTag("Zegt nee", "neutral"),
    GardenStatus.GONE: StatusTag("Doet niet mee", "neutral"),
    GardenStatus.DONE: StatusTag("Klaar", "good"),
    GardenStatus.BACK: StatusTag("Zoekt weer verder", "neutral"),
}
GARDEN_DAYS: Final[Mapping[GardenDayStatus, StatusTag]] = {
    GardenDayStatus.LEADER_ASKED: StatusTag("Wacht op de leider", "waiting"),
    GardenDayStatus.PLANNED: StatusTag("Staat gepland", "good"),
    GardenDayStatus.DONE: StatusTag("Geweest", "good"),
    GardenDayStatus.CALLED_OFF: StatusTag("Gaat niet door", "attention"),
}


def known_words(known: Known) -> str:
    """``ja``, ``nee``, or to ask."""
    return {Known.YES: "ja", Known.NO: "nee", Known.UNKNOWN: ASK}[known]


def price_words(cents: int | None) -> str:
    """``gratis``, ``€ 2,50``, or to ask."""
    if cents is None:
        return ASK
    return f"€ {cents // 100},{cents % 100:02d}" if cents else "gratis"


def week_words(times: Times) -> Sequence[str]:
    """``elke dinsdag, 10.00 tot 12.00 uur``: a line for each time, with the days on which it is the same."""
    days: dict[tuple[int, int], list[str]] = {}
    for weekday, start, end in times.weekly:
        days.setdefault((start, end), []).append(DAYS[weekday])
    return [
        f"{'elke dag' if len(names) == len(DAYS) else f'elke {and_words(names)}'}, {minutes_words(*hours)}"
        for hours, names in days.items()
    ]


def minutes_words(start: int, end: int) -> str:
    """``10.00 tot 12.00 uur``."""
    return f"{start // 60}.{start % 60:02d} tot {end // 60}.{end % 60:02d} uur"


def and_words(words: Sequence[str]) -> str:
    """``maandag, dinsdag en vrijdag``."""
    return f"{', '.join(words[:-1])} en {words[-1]}" if len(words) > 1 else "".join(words)


def holiday_name(day: date) -> str:
    """``Kerst``; empty on any other day."""
    return HOLIDAYS.get(holiday_code(day), "")
