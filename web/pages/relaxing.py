"""A question to who asked: may something give way?"""

from dataclasses import dataclass

from marketplace.models import RelaxationQuestion
from web.labels import relaxations
from web.labels.requests import people_words


@dataclass(frozen=True)
class Relaxing:
    """The question, what a yes would do, and which question it is."""

    title: str
    text: str
    question_id: str


def ask(asked: RelaxationQuestion | None, asked_days: frozenset[int]) -> Relaxing | None:
    """How it is put; None where nothing is asked. ``asked_days``: the weekdays of the request, 0 for Monday."""
    if asked is None:
        return None
    many = f"{'kan er' if asked.people == 1 else 'kunnen er'} {people_words(asked.people)} meer helpen"
    return Relaxing(
        title=relaxations.question(asked.kind, asked.amount, asked_days),
        text=f"Nog niemand kan precies zoals u vroeg. Zegt u ja? Dan {many}.",
        question_id=str(asked.id),
    )
