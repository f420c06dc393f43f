"""The answer of a volunteer: yes, or one of three ways to say no."""

from datetime import datetime
from typing import Final

from marketplace.errors import InvalidInput
from marketplace.models import DeclineReason
from web.forms.offering import read_pause
from web.forms.reading import Form, read_line

YES: Final = "yes"
_REASONS: Final = {
    "not_now": DeclineReason.NOT_NOW,
    "not_this": DeclineReason.NOT_THIS_KIND,
    "pause": DeclineReason.PAUSE,
}


def is_yes(typed: Form) -> bool:
    """Whether the answer is yes."""
    return read_line(typed, "answer") == YES


def read_no(typed: Form, *, now: datetime) -> tuple[DeclineReason, datetime | None]:
    """Which no, and until when a pause lasts. Raises InvalidInput."""
    reason = _REASONS.get(read_line(typed, "answer"))
    if reason is None:
        raise InvalidInput({"": "answer_missing"})
    return reason, read_pause(typed, now=now) if reason is DeclineReason.PAUSE else None
