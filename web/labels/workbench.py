"""Work that is no request, in words: what kind it is, and why it lies here. A new kind of work gets a line in each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.buddies.agenda import Task
from marketplace.models import NoticeKind, WorkKind
from marketplace.queries.workbench import WorkItem
from web import dates
from web.labels import buddies, escalation
from web.labels.scripts import about_words
from web.labels.talk import what_words

# How a kind is called as a filter, and in addresses.
NAMES: Final[Mapping[WorkKind, str]] = {
    WorkKind.CASE: "Hulpvragen",
    WorkKind.CALL: "Bellen",
    WorkKind.SILENT: "Geen datum",
    WorkKind.OBJECTION: "Bezwaren",
    WorkKind.LETTERS: "Brieven",
    WorkKind.MAIL: "Mail kwam niet aan",
    WorkKind.CERTIFICATE: "Bewijs loopt af",
    WorkKind.CHECK: "Sociale kaart",
    WorkKind.GARDEN_DAY: "Tuindagen",
    WorkKind.PAIR: "Jonge helper thuis",
    WorkKind.ORGANISATION: "Organisaties",
    WorkKind.CONCERN: "Zorgen",
    WorkKind.BUDDY: "Buddy’s",
    WorkKind.REPORT: "Meldingen",
    WorkKind.APPEAL: "Bezwaar tegen blokkade",
}
SLUGS: Final[Mapping[WorkKind, str]] = {
    WorkKind.CASE: "hulpvragen",
    WorkKind.CALL: "bellen",
    WorkKind.SILENT: "geen-datum",
    WorkKind.OBJECTION: "bezwaren",
    WorkKind.LETTERS: "brieven",
    WorkKind.MAIL: "mail",
    WorkKind.CERTIFICATE: "bewijs",
    WorkKind.CHECK: "sociale-kaart",
    WorkKind.GARDEN_DAY: "tuindagen",
    WorkKind.PAIR: "jong",
    WorkKind.ORGANISATION: "organisaties",
    WorkKind.CONCERN: "zorgen",
    WorkKind.BUDDY: "buddys",
    WorkKind.REPORT: "meldingen",
    WorkKind.APPEAL: "geblokkeerd",
}
KIND_OF: Final[Mapping[str, WorkKind]] = {slug: kind for kind, slug in SLUGS.items()}


def title(item: WorkItem) -> str:
    """What it is, to begin a line with."""
    return _TITLES[item.kind](item)


def reason(item: WorkItem, now: datetime) -> str:
    """Why it lies with a person."""
    return _REASONS[item.kind](item, now)


def advice(item: WorkItem) -> str:
    """What somebody might do about it."""
    return _ADVICE[item.kind]


_TITLES: Final[Mapping[WorkKind, Callable[[WorkItem], str]]] = {
    WorkKind.SILENT: lambda item: f"{item.what}: nog geen datum",
    WorkKind.OBJECTION: lambda item: f"{item.what}: bezwaar",
    WorkKind.CALL: lambda item: f"Bellen: {about_words(NoticeKind(item.what))}",
    WorkKind.LETTERS: lambda item: "Eén brief op de post" if item.count == 1 else f"{item.count} brieven op de post",
    WorkKind.MAIL: lambda item: f"Mail kwam niet aan: {about_words(NoticeKind(item.what))}",
    WorkKind.CERTIFICATE: lambda item: f"Loopt af: {escalation.qualification_name(item.what)}",
    WorkKind.CHECK: lambda item: (
        "Sociale kaart: één ding nakijken" if item.count == 1 else f"Sociale kaart: {item.count} dingen nakijken"
    ),
    WorkKind.GARDEN_DAY: lambda item: f"Tuindag met {item.who}",
    WorkKind.PAIR: lambda item: f"{item.what}: jonge helper bij iemand thuis",
    WorkKind.ORGANISATION: lambda item: f"Andere naam: {item.who}" if item.what else f"Nieuwe organisatie: {item.who}",
    WorkKind.CONCERN: lambda item: "Een zorg die is doorgegeven",
    WorkKind.BUDDY: lambda item: buddies.TASKS[Task(item.what)],
    WorkKind.REPORT: lambda item: f"Melding: {what_words(item.what)}",
    WorkKind.APPEAL: lambda item: "Bezwaar tegen een blokkade",
}
_REASONS: Final[Mapping[WorkKind, Callable[[WorkItem, datetime], str]]] = {
    WorkKind.SILENT: lambda item, now: "De twee spraken nog niets af, ook niet na onze vraag.",
    WorkKind.OBJECTION: lambda item, now: "De hulpvrager wil deze helper liever niet.",
    WorkKind.CALL: lambda item, now: "Heeft geen e-mail, of wordt liever gebeld.",
    WorkKind.LETTERS: lambda item, now: "Wie geen e-mail heeft, wacht hierop.",
    WorkKind.MAIL: lambda item, now: "Vertel het op een andere manier.",
    WorkKind.CERTIFICATE: lambda item, now: _runs_out(item, now),
    WorkKind.CHECK: lambda item, now: "Een half jaar niet nagekeken, of nog nooit.",
    WorkKind.GARDEN_DAY: lambda item, now: (
        "De leider zei nog geen ja of nee." if item.what == "leader_asked" else "Niemand zei hoe het ging."
    ),
    WorkKind.PAIR: lambda item, now: "De helper is nog geen zestien, en zei ja. Het is bij iemand thuis.",
    WorkKind.ORGANISATION: lambda item, now: (
        f"Heette eerst {item.what}. Onder die naam zagen wij haar." if item.what else "Wij zagen deze nog niet."
    ),
    WorkKind.CONCERN: lambda item, now: "Alleen wie zorgen behandelt, ziet dit.",
    WorkKind.BUDDY: lambda item, now: "Een traject met een buddy.",
    WorkKind.REPORT: lambda item, now: "Iemand meldde dit, of de tekst viel op.",
    WorkKind.APPEAL: lambda item, now: "Deze persoon is het niet eens met de blokkade.",
}
_ADVICE: Final[Mapping[WorkKind, str]] = {
    WorkKind.SILENT: "Bel de één, en dan de ander. Vraag wat er nodig is om af te spreken.",
    WorkKind.OBJECTION: "Bel beiden. Vraag de hulpvrager waarom, en bedank de helper. De plek is al weer vrij.",
    WorkKind.CALL: "Bel, en zeg hoe het ging.",
    WorkKind.LETTERS: "Print ze, en breng ze naar de post.",
    WorkKind.MAIL: "Bel, of stuur een brief.",
    WorkKind.CERTIFICATE: "Bel, en vraag een nieuw bewijs. Zonder bewijs vragen wij hen niet voor wat dat nodig heeft.",
    WorkKind.CHECK: "Bel de plekken, en kijk of de tijden nog kloppen.",
    WorkKind.GARDEN_DAY: "Bel de leider, en vul in wat die zegt.",
    WorkKind.PAIR: "Bel de hulpvrager. Is er steeds nog iemand bij? Dan kan het. Anders bedanken wij de helper.",
    WorkKind.ORGANISATION: "Kijk of het klopt. Weet u het niet zeker? Bel het aanspreekpunt.",
    WorkKind.CONCERN: "Lees de zorg, en neem de eerste stap.",
    WorkKind.BUDDY: "Open het traject, en doe de volgende stap.",
    WorkKind.REPORT: "Lees wat er gemeld is, en beslis.",
    WorkKind.APPEAL: "Lees de reden en het bezwaar, en beslis.",
}


def _runs_out(item: WorkItem, now: datetime) -> str:
    day = dates.near_day(dates.day_of(item.next_at), today=dates.day_of(now))
    return f"Liep af: {day}." if item.next_at <= now else f"Geldig tot en met {day}."
