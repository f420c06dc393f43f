"""Stories that a state machine plays, each on a database as the migrations left it."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Protocol

from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from marketplace.database import Sessions
from tests.support.databases import Database, lent_sqlite


class StoryDatabase(Protocol):
    """What a story is played on, and closes at its end."""

    sessions: Sessions

    def close(self) -> None: ...


MakeDatabase = Callable[[], StoryDatabase]


class _Scratch:
    """A database of its own for one story, gone at its end."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self.sessions = self._opened.enter_context(lent_sqlite()).sessions

    def close(self) -> None:
        self._opened.close()


class _Kept:
    """The test's own database, which outlives a story."""

    def __init__(self, database: Database) -> None:
        self.sessions = database.sessions

    def close(self) -> None:
        """Nothing: the fixture closes it."""


def each_its_own() -> MakeDatabase:
    """On SQLite: a new file for every story."""
    return _Scratch


def emptied(database: Database) -> MakeDatabase:
    """The test's own database, emptied before every story."""

    def anew() -> _Kept:
        database.reset()
        return _Kept(database)

    return anew


def play(
    machine: type[RuleBasedStateMachine],
    make_database: MakeDatabase,
    *,
    stories: int,
    steps: int,
    phases: Collection[Phase] = tuple(Phase),
) -> None:
    """Play so many stories of at most so many steps; ``machine`` opens its database by ``make_database()``.

    Raises what the machine's own rules and invariants raise.
    """
    played = type(f"Played{machine.__name__}", (machine,), {"make_database": staticmethod(make_database)})
    run_state_machine_as_test(
        played,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            phases=tuple(phases),
        ),
    )
