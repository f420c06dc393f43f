"""What may give way in a request: as a question to who asked, as a button for staff, and as told afterwards."""

from collections.abc import Collection

from marketplace.models import Relaxation
from web.labels import escalation
from web.labels.requests import DAYS, people_words


def question(kind: Relaxation, amount: int, asked_days: Collection[int]) -> str:
    """``Kan het ook op zaterdag?``: put to who asked. ``asked_days``: the weekdays of the request, 0 for Monday."""
    return {
        Relaxation.OTHER_DAY: f"Kan het ook {_on(amount, asked_days)}?",
        Relaxation.SHORTER: f"Mag het ook {escalation.duration(amount)} korter?",
        Relaxation.EARLIER_OR_LATER: f"Mag het ook tot {escalation.duration(amount)} eerder of later?",
        Relaxation.ANY_LANGUAGE: "Mag het ook iemand zijn die een andere taal spreekt?",
        Relaxation.YOUNGER: f"Mag het ook iemand zijn die {_years(amount)} jonger is?",
    }[kind]


def button(kind: Relaxation, amount: int, people: int, asked_days: Collection[int]) -> str:
    """``Vraag of zaterdag ook kan: 5 mensen``: what staff press, with what it would do."""
    return f"Vraag of {in_short(kind, amount, asked_days)}: {people_words(people)}"


def in_short(kind: Relaxation, amount: int, asked_days: Collection[int] = ()) -> str:
    """``zaterdag ook kan``, to stand after "of"."""
    return {
        Relaxation.OTHER_DAY: f"{_day(amount, asked_days)} ook kan",
        Relaxation.SHORTER: f"{escalation.duration(amount)} korter ook mag",
        Relaxation.EARLIER_OR_LATER: f"{escalation.duration(amount)} eerder of later ook mag",
        Relaxation.ANY_LANGUAGE: "een andere taal ook mag",
        Relaxation.YOUNGER: f"{_years(amount)} jonger ook mag",
    }[kind]


def _on(days: int, asked: Collection[int]) -> str:
    return f"op {_day(days, asked)}" if len(asked) == 1 else _later(days)


def _day(days: int, asked: Collection[int]) -> str:
    if len(asked) != 1:
        return _later(days)
    (weekday,) = asked
    return DAYS[(weekday + days) % len(DAYS)]


def _later(days: int) -> str:
    return "een dag later" if days == 1 else f"{days} dagen later"


def _years(years: int) -> str:
    return f"{years} jaar"
