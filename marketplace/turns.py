"""Who of a circle comes when: an order of turns that spreads evenly, keeps to what each one said, and wears nobody out.

Pure: days and people in, who comes out; the same in, the same out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

# Who took over from others so often in a row is not asked to take over again before a turn of their own.
MOST_TAKEN_OVER: Final = 3


@dataclass(frozen=True)
class Turn:
    """One time that somebody is to come. ``on`` is the local day, for the months; ``refused_by`` cannot."""

    id: UUID
    on: date
    refused_by: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Taker:
    """Somebody who takes turns, from a day on; None ``max_per_month`` is as often as it comes."""

    id: UUID
    since: date
    max_per_month: int | None = None


@dataclass(frozen=True)
class Given:
    """A turn that somebody has or had. ``is_by_turn`` is False where they took it over from another."""

    on: date
    taker: UUID
    is_by_turn: bool = True


def divide(turns: Sequence[Turn], takers: Sequence[Taker], given: Sequence[Given]) -> dict[UUID, UUID | None]:
    """Who takes each of ``turns``, given what everybody has and had; None where nobody can.

    In order of days each goes to whoever had the fewest, then to whoever came longest ago, then to whoever joined
    first; never to somebody who said no to it, or who has as many in that month as they said. Turns of before the
    newest came in do not count: nobody has to catch up with what others did without them.
    """
    book = _Book(given, takers)
    found: dict[UUID, UUID | None] = {}
    for turn in sorted(turns, key=lambda one: (one.on, str(one.id))):
        able = [taker for taker in takers if book.may_take(taker, turn)]
        best = min(able, key=lambda taker: book.rank(taker, turn.on), default=None)
        found[turn.id] = best.id if best else None
        if best is not None:
            book.note(Given(turn.on, best.id))
    return found


def find_taker(turn: Turn, takers: Sequence[Taker], given: Sequence[Given]) -> UUID | None:
    """Who takes one turn over from another: as `divide`, and not who took over again and again."""
    book = _Book(given, takers)
    able = [taker for taker in takers if book.may_take(taker, turn) and not is_worn(taker.id, given, turn.on)]
    best = min(able, key=lambda taker: book.rank(taker, turn.on), default=None)
    return best.id if best else None


def find_swap(
    turn: Turn, giver: Taker, others: Sequence[Taker], held: Sequence[tuple[Turn, UUID]], given: Sequence[Given]
) -> tuple[Turn, UUID] | None:
    """A later turn of another that ``giver`` can have instead of this one: that turn, and whose it is now.

    ``held`` are the turns that can still change hands, with whose they are; ``given`` is all there is, those of
    ``held`` and that of ``giver`` included. The two must both be able to, by what they said of their months.
    """
    known = {taker.id: taker for taker in others}
    for theirs, taker_id in sorted(held, key=lambda pair: (pair[0].on, str(pair[0].id))):
        other = known.get(taker_id)
        if other is None or theirs.on <= turn.on or is_worn(other.id, given, turn.on):
            continue
        # As if neither had either of the two.
        without = _without(given, (turn.on, giver.id), (theirs.on, other.id))
        book = _Book(without, others)
        if book.may_take(other, turn) and book.may_take(giver, theirs):
            return theirs, other.id
    return None


def is_worn(taker_id: UUID, given: Sequence[Given], on: date) -> bool:
    """Whether the last turns that somebody had before or on a day were all taken over from others."""
    own = sorted((one for one in given if one.taker == taker_id and one.on <= on), key=lambda one: one.on)
    last = own[-MOST_TAKEN_OVER:]
    return len(last) == MOST_TAKEN_OVER and not any(one.is_by_turn for one in last)


def _without(given: Sequence[Given], *gone: tuple[date, UUID]) -> list[Given]:
    left = list(given)
    for on, taker in gone:
        found = next((one for one in left if (one.on, one.taker) == (on, taker)), None)
        if found is not None:
            left.remove(found)
    return left


class _Book:
    """How often everybody has been and will be, in all and in each month."""

    def __init__(self, given: Sequence[Given], takers: Sequence[Taker]) -> None:
        self._level_from = max((taker.since for taker in takers), default=date.min)
        self._in_all: Counter[UUID] = Counter()
        self._in_month: Counter[tuple[UUID, int, int]] = Counter()
        self._days: dict[UUID, set[date]] = {}
        for one in given:
            self.note(one)

    def note(self, one: Given) -> None:
        self._in_all[one.taker] += one.on >= self._level_from
        self._in_month[one.taker, one.on.year, one.on.month] += 1
        self._days.setdefault(one.taker, set()).add(one.on)

    def may_take(self, taker: Taker, turn: Turn) -> bool:
        in_month = self._in_month[taker.id, turn.on.year, turn.on.month]
        has_room = taker.max_per_month is None or in_month < taker.max_per_month
        return taker.id not in turn.refused_by and has_room

    def rank(self, taker: Taker, on: date) -> tuple[int, int, date, str]:
        last = max((day for day in self._days.get(taker.id, ()) if day <= on), default=date.min)
        return self._in_all[taker.id], last.toordinal(), taker.since, str(taker.id)
