"""How the engine weighs those who could help, part by part; and where nobody fits, what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.candidacy import Candidacy, Candidate
from marketplace.queries import requests
from matching.obstacles import OtherDay
from web import dates
from web.labels import escalation, obstacles
from web.labels.requests import StatusTag, people_words

Cell = str | StatusTag
Column = str | tuple[str, str]

# What is the same for everybody who could help with one request.
_SHARED: Final = ("match", "waiting", "urgency")
_PARTS: Final = (
    ("distance", "Dichtbij"),
    ("time", "Ruim tijd"),
    ("specialist", "Doet weinig anders"),
    ("load", "Helpt al iemand"),
    ("lately", "Pas gevraagd"),
    ("newcomer", "Nieuw"),
)
_COLUMNS: Final[tuple[Column, ...]] = (
    "Naam",
    "Past",
    ("Waarde van vragen", "number"),
    ("Kans op een ja", "number"),
    ("Punten samen", "number"),
    ("Deze hulpvraag", "number"),
    *((label, "number") for _, label in _PARTS),
    ("Afstand", "number"),
    "Wat niet past",
)


@dataclass(frozen=True)
class Weighing:
    """Who could help, with the parts of what asking them is worth. For `data_table` of `_macros/table.html`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Standstill:
    """Nobody fits: a sentence, per obstacle how many it holds back, and what would help."""

    sentence: str
    rows: tuple[tuple[str, int, int], ...]
    reliefs: tuple[str, ...]


def weigh(found: Sequence[Candidate], statuses: Sequence[StatusTag], now: datetime) -> Weighing | None:
    """The candidates in the order in which they are listed; None where nothing is to be weighed."""
    rows = [_row(candidate, status, now) for candidate, status in zip(found, statuses, strict=True) if candidate.weight]
    return Weighing(_COLUMNS, tuple(rows)) if rows else None


def _row(candidate: Candidate, status: StatusTag, now: datetime) -> tuple[Cell, ...]:
    weight = candidate.weight
    assert weight is not None
    return (
        candidate.helper.first_name,
        status,
        _points(weight.worth),
        f"{weight.chance:.0%}".replace("%", " %"),
        _points(weight.score.total),
        _points(sum(getattr(weight.score, part) for part in _SHARED)),
        *(_points(getattr(weight.score, part)) for part, _ in _PARTS),
        dates.kilometres(candidate.distance_km),
        _misfit(candidate, now),
    )


def _misfit(candidate: Candidate, now: datetime) -> str:
    if candidate.miss is not None:
        told = escalation.near_miss("", candidate.miss.relax, candidate.miss.by, now=now).strip()
    else:
        told = ", ".join(escalation.misfit(rule) for rule in candidate.misfits) or "–"
    # On one line: the table is wide and scrolls anyway, and rows of many lines can't be compared.
    return told.replace(" ", "\N{NO-BREAK SPACE}")


def _points(points: float) -> str:
    """One digit, the minus sign that is as wide as a plus."""
    return f"{points:.1f}".replace(".", ",").replace("-", "−")


def tell_standstill(session: Session, request_id: UUID, listed: Candidacy, now: datetime) -> Standstill | None:
    """Why nobody fits now, by numbers; None where somebody does, or nobody does this kind of help at all."""
    if listed.fitting or not listed.able:
        return None
    ordered = sorted(listed.obstacles, key=lambda one: (-one.alone, -one.people))
    return Standstill(
        sentence=f"{people_words(listed.able)} {'doet' if listed.able == 1 else 'doen'} dit soort hulp."
        " Nu past niemand. Dit houdt hen tegen:",
        rows=tuple((obstacles.obstacle(one.rule), one.people, one.alone) for one in ordered),
        reliefs=(
            *obstacles.relief_sentences(listed.reliefs, now=now),
            *_other_days(session, request_id, listed.other_days),
        ),
    )


def _other_days(session: Session, request_id: UUID, days: Sequence[OtherDay]) -> tuple[str, ...]:
    asked = {dates.day_of(piece.starts_at).weekday() for piece in requests.list_windows(session, request_id)}
    asked |= {piece.weekday for piece in requests.list_weekly(session, request_id)}
    return obstacles.other_day_sentences(days, asked)
