"""Beside the figures: how many matches serve each dimension of positive health, with what is meant by it."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import positive_health
from marketplace.metrics.definitions import Period
from marketplace.policies import local_midnight
from marketplace.queries.recognition import count_by_skill
from web.labels.positive_health import MEANINGS, NAMES
from web.pages.figures import FEWEST_SHOWN, TOO_FEW


def count_dimensions(session: Session, municipality_id: UUID, period: Period) -> tuple[tuple[str, str, str], ...]:
    """A line for each dimension: its name, what is meant, and how many matches; of a few not how many."""
    begins, ends = local_midnight(period.from_on), local_midnight(period.to_on + timedelta(days=1))
    counted = positive_health.count(count_by_skill(session, municipality_id, begins=begins, ends=ends))
    return tuple(
        (NAMES[dimension], MEANINGS[dimension], str(number) if number >= FEWEST_SHOWN or not number else TOO_FEW)
        for dimension, number in counted.items()
    )
