"""What can happen in a market, as values; the lines of `python -m matching policy` are read into these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from matching.problem import Request, Volunteer

Answer = Literal["accepted", "declined"]
PastAnswer = Literal["accepted", "declined", "none"]
DeclineReason = Literal["not_now", "not_this_kind", "too_far", "pause", "other"]


@dataclass(frozen=True, slots=True)
class VolunteerKnown:
    """Somebody registers, or changes what is known of them."""

    volunteer: Volunteer


@dataclass(frozen=True, slots=True)
class VolunteerLeft:
    """Somebody goes for good."""

    volunteer: str


@dataclass(frozen=True, slots=True)
class RequestPosted:
    """A request is posted."""

    request: Request


@dataclass(frozen=True, slots=True)
class RequestChanged:
    """A request is replaced by a new version of it."""

    request: Request


@dataclass(frozen=True, slots=True)
class RequestCancelled:
    """The requester withdraws it."""

    request: str


@dataclass(frozen=True, slots=True)
class RequestHeld:
    """A coordinator has taken it."""

    request: str


@dataclass(frozen=True, slots=True)
class Coupled:
    """A coordinator coupled the two."""

    request: str
    volunteer: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A volunteer offers of their own accord."""

    request: str
    volunteer: str


@dataclass(frozen=True, slots=True)
class Responded:
    """The answer to a proposal."""

    proposal: str
    answer: Answer
    reason: DeclineReason | None = None


@dataclass(frozen=True, slots=True)
class MatchReleased:
    """A match is undone before it was carried out."""

    request: str
    volunteer: str


@dataclass(frozen=True, slots=True)
class MatchFinished:
    """A match has ended well."""

    request: str
    volunteer: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """One past proposal and what came of it; the request is context and is never opened."""

    request: Request
    volunteer: str
    answer: PastAnswer
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes."""


Event = (
    VolunteerKnown
    | VolunteerLeft
    | RequestPosted
    | RequestChanged
    | RequestCancelled
    | RequestHeld
    | Coupled
    | Applied
    | Responded
    | MatchReleased
    | MatchFinished
    | Remembered
    | Tick
)
