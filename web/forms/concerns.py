"""The forms of worries: passing one on, and what handlers write down."""

from datetime import datetime
from typing import Final
from uuid import UUID

from marketplace.concerns import Worry
from marketplace.models import ConcernKind, ConcernOutcome, ConcernStepKind
from marketplace.policies import local_midnight
from web.forms.reading import Form, read_day, read_id, read_line, read_text

SOMEBODY_ELSE: Final = "anders"
_NINE_H: Final = 9


def read_worry(typed: Form) -> Worry:
    """What somebody passes on. Nothing is refused here: `concerns` says what is missing."""
    whom, kind, told = (read_line(typed, name) for name in ("whom", "kind", "told"))
    # What is no choice of the page is nobody: then it is asked who it is about.
    return Worry(
        about_id=None if whom == SOMEBODY_ELSE else read_id(whom),
        about_words=read_line(typed, "who") if whom in (SOMEBODY_ELSE, "") else "",
        kind=ConcernKind(kind) if kind in set(ConcernKind) else None,
        text=read_text(typed, "text"),
        is_told={"ja": True, "nee": False}.get(told),
        why_not_told=read_text(typed, "why_not"),
    )


def read_step(typed: Form) -> ConcernStepKind | None:
    """What was done, of what handlers can choose."""
    kind = read_line(typed, "kind")
    return ConcernStepKind(kind) if kind in set(ConcernStepKind) else None


def read_outcome(typed: Form) -> ConcernOutcome | None:
    """How it ended."""
    outcome = read_line(typed, "outcome")
    return ConcernOutcome(outcome) if outcome in set(ConcernOutcome) else None


def read_next(typed: Form) -> datetime | None:
    """Nine in the morning of the day on which it is looked at again."""
    day = read_day(read_line(typed, "next"))
    return local_midnight(day).replace(hour=_NINE_H) if day else None


def read_colleague(typed: Form) -> UUID | None:
    """Who goes on with it."""
    return read_id(read_line(typed, "to"))
