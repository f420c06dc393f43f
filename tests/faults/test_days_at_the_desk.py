"""Day after day at the desk, with people falling ill, mails failing and processes killed: nothing is ever nobody's.

After every day, and after every fault, the database is asked everything that `verify` asks: above all that each open
request has an owner and a next moment. One unit of work in ten ends before its commit, one job in ten does not run, and
one day in ten is lived in a process of its own that is killed in the middle of it.
"""

from collections import Counter
from datetime import datetime
from typing import Final

import pytest

from marketplace.invariants import find_violations
from tests.support import proof
from tests.support.databases import lent_sqlite
from tests.support.desk import Town

# In parts, that can be run beside one another: ten of a thousand days each.
PARTS: Final = proof.count(1, 10)
DAYS: Final = proof.count(12, 1_000)
DAYS_OF_A_STORY: Final = min(DAYS, 40)
DAYS_TO_A_KILL: Final = 10


def violations(town: Town, now: datetime) -> list[str]:
    with town.sessions.read() as session:
        return [str(found) for found in find_violations(session, now=now)]


@pytest.mark.slow
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_the_days_bring_every_open_request_has_an_owner_and_a_next_moment(part: int):
    met: Counter[str] = Counter()
    n_stories = DAYS // DAYS_OF_A_STORY
    for story in range(part * n_stories, (part + 1) * n_stories):
        with lent_sqlite() as database:
            town = Town.founded(database.sessions, story)
            for day in range(DAYS_OF_A_STORY):
                # What a killed process has written stays, in memory too; power cuts are tests/faults/test_kill.py's.
                if day % DAYS_TO_A_KILL == DAYS_TO_A_KILL - 1:
                    town.days_of_a_process_that_is_killed(database.url)
                else:
                    town.a_day()
                assert violations(town, town.now) == [], f"story {story}, day {day}"
            met += town.met
    # The days were no quiet ones.
    assert {"killed", "process killed", "a_case_is_worked", "somebody_asks"} <= set(met), met
    proof.record(f"days_at_the_desk-{part}", {"days": n_stories * DAYS_OF_A_STORY, "what happened": dict(met)})
