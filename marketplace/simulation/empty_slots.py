"""Why a slot was left empty: what the world knows, and no way of asking is told.

A slot is put down to somebody *willing*: one who fits the request, has none of its slots when the time to respond is
over, and would have said yes had they been asked while awake, or had a slot of it and gave it back.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from matching.problem import PROPOSAL_MEMORY, Pair, Volunteer


class Why(StrEnum):
    """Classes of empty slots; every empty slot belongs to exactly one.

    NOT_ASKED: somebody willing was never asked, though at some moment the rules allowed it. IN_VAIN: somebody willing
    was asked, or had the slot: they were away, busy when they answered, too late, or gave it back. BARRED: somebody
    willing was never asked and at no moment might have been: no room, asked enough that week, or once said "not this
    kind". NOBODY: no willing person is left to put it down to.
    """

    NOT_ASKED = "not_asked"
    IN_VAIN = "in_vain"
    BARRED = "barred"
    NOBODY = "nobody"


def explain(free: int, willing: Counter[Why]) -> list[Why]:
    """A class for each of `free` empty slots of one request, each willing person accounting for at most one of them.

    Whom one could have asked comes first: in doubt it counts against the way of asking. What nobody accounts for has
    nobody willing, so that the classes are exhaustive and don't overlap.
    """
    found = [why for why in (Why.NOT_ASKED, Why.IN_VAIN, Why.BARRED) for _ in range(willing[why])]
    return [*found[:free], *[Why.NOBODY] * (free - len(found))]


@dataclass
class Spell:
    """A time in which a task or an open question takes one place of somebody's capacity: start included, end not."""

    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass
class Diary:
    """What one volunteer was asked and did, as far as the rules of asking look at it."""

    asked_at: list[datetime] = field(default_factory=list)
    questions: dict[Pair, Spell] = field(default_factory=dict)
    tasks: dict[Pair, Spell] = field(default_factory=dict)
    unwanted_since: dict[str, datetime] = field(default_factory=dict)

    def note_asked(self, pair: Pair, now: datetime, expires_at: datetime) -> None:
        self.asked_at.append(now)
        self.questions[pair] = Spell(now, expires_at)

    def note_settled(self, pair: Pair, now: datetime) -> None:
        """Answered, called back or settled by a match; what has expired takes no room any more."""
        question = self.questions.get(pair)
        if question is not None and question.holds(now):
            question.end = now

    def note_task(self, pair: Pair, now: datetime) -> None:
        self.note_settled(pair, now)
        self.tasks[pair] = Spell(now, None)

    def note_task_over(self, pair: Pair, now: datetime) -> None:
        self.tasks[pair].end = now

    def note_unwanted(self, skill: str, now: datetime) -> None:
        self.unwanted_since.setdefault(skill, now)

    def could_be_asked(self, volunteer: Volunteer, skill: str, since: datetime, until: datetime) -> bool:
        """Whether capacity, the week's limit and "not this kind" allowed it at some moment in [since, until)."""
        until = min(until, self.unwanted_since.get(skill, until))
        spells = (*self.questions.values(), *self.tasks.values())
        # Room is gained only where a spell ends or a proposal is a week old.
        gains = [spell.end for spell in spells if spell.end is not None] + [
            at + PROPOSAL_MEMORY for at in self.asked_at
        ]
        return any(
            since <= at < until
            and sum(spell.holds(at) for spell in spells) < volunteer.capacity
            and sum(at - PROPOSAL_MEMORY < asked <= at for asked in self.asked_at) < volunteer.max_proposals_per_week
            for at in (since, *gains)
        )
