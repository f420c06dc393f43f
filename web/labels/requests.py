"""Requests in words: when it can be, one sentence of it, and how it stands."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from marketplace.models import RequestStatus
from web import dates
from web.labels.series import every_words

Tone = Literal["neutral", "waiting", "good", "attention", "warm"]

DAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
LONGEST_SENTENCE: Final = 140
ANY_MOMENT: Final = "het moment maakt niet uit"
_DAY_FROM, _NOON, _EVENING = 9 * 60, 12 * 60, 18 * 60
_SOON: Final = timedelta(hours=48)
_MANY: Final = 4  # more pieces than this nobody reads


@dataclass(frozen=True)
class StatusTag:
    """How something stands, for `_macros/status.html`."""

    text: str
    tone: Tone


_STATUS: Final = {
    RequestStatus.OPEN: StatusTag("Wij zoeken iemand", "waiting"),
    RequestStatus.PARTLY_FILLED: StatusTag("Wij zoeken nog iemand", "waiting"),
    RequestStatus.FILLED: StatusTag("Er is iemand gevonden", "good"),
    RequestStatus.DONE: StatusTag("Klaar", "good"),
    RequestStatus.WITHDRAWN: StatusTag("Ingetrokken", "neutral"),
    RequestStatus.CLOSED: StatusTag("Gesloten", "neutral"),
}
# Why a coordinator ended the search, told to who asked; the codes are those of marketplace.coordination.
CLOSED_BECAUSE: Final = {
    "helped_elsewhere": "Er is op een andere manier hulp gevonden.",
    "referred": "Een andere organisatie kan u hier beter bij helpen. Wij hebben u doorverwezen.",
    "no_longer_needed": "U hebt deze hulp niet meer nodig.",
    "not_suitable": "Vrijwilligers kunnen u hier niet bij helpen. Wij denken graag met u mee.",
    "goes_there": "U gaat zelf ergens naartoe. Veel plezier daar!",
    "nobody_found": "Wij hebben goed gezocht, maar niemand gevonden. Dat spijt ons.",
}
ESCALATED: Final = StatusTag("Een medewerker zoekt mee", "warm")
YOUR_TURN: Final = StatusTag("U bent aan de beurt", "attention")


def status_of(status: RequestStatus, *, is_escalated: bool = False, is_choice: bool = False) -> StatusTag:
    """How a request stands, as its requester sees it."""
    is_looking = status in (RequestStatus.OPEN, RequestStatus.PARTLY_FILLED)
    if is_looking and is_choice:
        return YOUR_TURN
    return ESCALATED if is_looking and is_escalated else _STATUS[status]


def when_words(windows: Sequence[Any], weekly: Sequence[Any], *, today: date) -> str:
    """When the help can be: its dated times (``.starts_at .ends_at``), or pieces of the week (``.weekday …``)."""
    if windows:
        first = dates.window(windows[0].starts_at, windows[0].ends_at, today=today)
        return first if len(windows) == 1 else f"{first}, of een ander moment"
    return week_words(weekly)


def week_words(weekly: Sequence[Any]) -> str:
    """``dinsdagochtend of donderdag`` from pieces of the week."""
    returning = [piece for piece in weekly if getattr(piece, "rhythm", None) is not None]
    if returning:
        # What returns has one time, in one rhythm.
        return every_words(returning[0].rhythm, returning[0].weekday, returning[0].start_minute)
    if len({piece.weekday for piece in weekly}) == 7 and all(_is_whole_day(piece) for piece in weekly):
        return ANY_MOMENT
    words = [f"{DAYS[piece.weekday]}{_part(piece)}" for piece in weekly]
    by_day = _same_part(weekly)
    if by_day:
        return by_day
    if len(words) > _MANY:
        days = list(dict.fromkeys(DAYS[piece.weekday] for piece in weekly))
        return "op verschillende dagen" if len(days) > _MANY else any_of(days)
    return any_of(words)


def by_words(instant: datetime, *, now: datetime) -> str:
    """Until when: the hour where it is soon, else the day; nobody waits for 3.23 in the night."""
    if instant - now < _SOON:
        return dates.near_moment(instant, now=now)
    return dates.near_day(dates.day_of(instant), today=dates.day_of(now))


def sentence_case(words: str) -> str:
    """With a capital, where words stand on their own."""
    return words[:1].upper() + words[1:]


def any_of(words: Sequence[str]) -> str:
    """``a``, ``a of b``, ``a, b of c``."""
    return " of ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def all_of(words: Sequence[str]) -> str:
    """``a``, ``a en b``, ``a, b en c``."""
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def first_sentence(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """The first sentence of what somebody wrote, cut at a word where it is long."""
    line = " ".join(text.split())
    found = re.match(r".+?[.!?](?=\s|$)", line)
    sentence = found[0] if found and len(found[0]) >= 12 else line
    if len(sentence) <= longest:
        return sentence
    return sentence[:longest].rsplit(" ", 1)[0].rstrip(".,;:") + " …"


def people_words(count: int) -> str:
    """``1 mens``, ``3 mensen``."""
    return "1 mens" if count == 1 else f"{count} mensen"


def _same_part(weekly: Sequence[Any]) -> str:
    """``op werkdagen``, ``'s ochtends`` and the like: the same part of the day, five or seven days long."""
    parts = {_part(piece) for piece in weekly}
    days = [piece.weekday for piece in weekly]
    known = {(0, 1, 2, 3, 4): "op werkdagen", (5, 6): "in het weekend", tuple(range(7)): "elke dag"}
    name = known.get(tuple(days))
    if name is None or len(parts) != 1:
        return ""
    part = parts.pop()
    return f"{name}, ’s {part}s" if part else name


def _part(piece: Any) -> str:
    """``ochtend``, ``middag`` or ``avond``; nothing where a piece holds more than one of these."""
    if piece.end_minute <= _NOON:
        return "ochtend"
    if piece.start_minute >= _EVENING:
        return "avond"
    return "middag" if piece.start_minute >= _NOON and piece.end_minute <= _EVENING else ""


def _is_whole_day(piece: Any) -> bool:
    return bool(piece.start_minute <= _DAY_FROM and piece.end_minute > _EVENING)


def count_words(counts: Iterable[tuple[int, str, str]]) -> str:
    """``1 zei nee, 2 wachten``: each count with its word for one and for many; nothing for none."""
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)
