"""Histories for the tests of the figures: steps in plain words, played into happenings of one request."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from marketplace.metrics.definitions import Happening
from marketplace.models import ActingAs, EventKind

START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NAMES = UUID("5b0f4f26-0000-4000-8000-000000000000")
_seq = count(1)


@dataclass(frozen=True)
class Step:
    """One thing that somebody does. ``after`` is how long after the step before; nothing is the same instant."""

    acting_as: ActingAs
    kind: EventKind
    slot: int | None = None
    after: timedelta = timedelta(minutes=10)
    detail: dict[str, Any] = field(default_factory=dict)


def _by(acting_as: ActingAs, kind: str, slot: int | None, at_once: bool, detail: dict[str, Any]) -> Step:
    after = timedelta() if at_once else timedelta(minutes=10)
    return Step(acting_as, EventKind(kind), slot, after, detail)


def staff(kind: str, slot: int | None = None, *, at_once: bool = False, **detail: Any) -> Step:
    return _by(ActingAs.STAFF, kind, slot, at_once, detail)


def engine(kind: str, slot: int | None = None, *, at_once: bool = False, **detail: Any) -> Step:
    return _by(ActingAs.ENGINE, kind, slot, at_once, detail)


def resident(kind: str, slot: int | None = None, *, at_once: bool = False, **detail: Any) -> Step:
    return _by(ActingAs.RESIDENT, kind, slot, at_once, detail)


def organisation(kind: str, slot: int | None = None, *, at_once: bool = False, **detail: Any) -> Step:
    return _by(ActingAs.ORGANISATION, kind, slot, at_once, detail)


def volunteer(kind: str, slot: int | None = None, *, at_once: bool = False, **detail: Any) -> Step:
    return _by(ActingAs.VOLUNTEER, kind, slot, at_once, detail)


def matched(slot: int = 1, *, at_once: bool = False, origin: str = "engine") -> Step:
    """The last yes, by a volunteer."""
    return volunteer("matched", slot, at_once=at_once, origin=origin)


def objected(slot: int = 1) -> tuple[Step, Step]:
    """The requester objects and the slot is free again."""
    return resident("objected", slot), engine("slot_freed", slot, at_once=True)


def play(*steps: Step, name: str = "a request", slots: int = 1, first: datetime = START) -> list[Happening]:
    """The events of one request: posted by its requester unless the first step posts it, then the steps.

    A match's id is made of its request's name and how many went before; what follows on its slot is about it.
    """
    request_id = uuid5(NAMES, name)
    if not steps or steps[0].kind is not EventKind.REQUEST_POSTED:
        steps = (resident("request_posted", slots=slots), *steps)
    at, made, on_slot, events = first, 0, {}, []
    for step in steps:
        at += step.after
        detail = dict(step.detail)
        if step.kind is EventKind.REQUEST_POSTED:
            detail.setdefault("slots", slots)
        if step.kind is EventKind.MATCHED:
            made += 1
            on_slot[step.slot] = match_id(made, name)
            detail.setdefault("objection_until", (at + timedelta(hours=24)).isoformat())
        about_match = step.kind.value in {"matched", "confirmed", "objected", "cancelled", "removed", "done"}
        events.append(
            Happening(
                next(_seq),
                at,
                step.kind,
                step.acting_as,
                request_id,
                step.slot,
                on_slot.get(step.slot) if about_match else None,
                detail,
            )
        )
    return events


def match_id(number: int = 1, name: str = "a request") -> UUID:
    """The id of the so-manieth match of a history that was played."""
    return uuid5(NAMES, f"{name}, match {number}")
