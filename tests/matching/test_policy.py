"""The asking engine as a stream, every line of it judged by a referee that shares no code with it."""

import json
from collections import Counter

import pytest

from matching.ledger import Engine
from matching.skills import read_skills
from matching.stream import write_line
from matching.stream_lines import read_line
from tests.matching.referee import Referee
from tests.matching.streams import Caller
from tests.support import proof

SKILLS = read_skills()
REQUIRED = {code: set(skill.requires) for code, skill in SKILLS.items()}


def play(seed: int, lines: int) -> Counter[str]:
    """One random market against the referee; a broken rule says at which line of which seed."""
    caller, referee, engine = Caller(seed), Referee(REQUIRED), Engine(SKILLS)
    for number in range(lines):
        event = caller.next_event()
        now, read = read_line(json.dumps(event).encode(), SKILLS)
        answer = json.loads(write_line(engine.take(now, read), SKILLS))
        try:
            referee.check(event, answer)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, line {number}: {broken}\n{event}\n{answer}") from broken
        caller.hear(event, answer)
    return referee.count


@pytest.mark.parametrize("part", range(proof.count(1, 10)))
def test_no_rule_is_broken_whatever_happens(part: int) -> None:
    """Random markets with every kind of line, over both clock changes and New Year."""
    total: Counter[str] = Counter()
    seeds, lines = proof.count(12, 500), proof.count(250, 400)
    for seed in range(part * seeds, (part + 1) * seeds):
        total += play(seed, lines)
    assert total["premature"] == 0
    assert (
        min(total[seen] for seen in ("proposals", "matches", "escalations", "withdrawn", "regrets", "late_yeses")) > 0
    )
    counts = {"markets": seeds, "lines": seeds * lines, **total, "rule violations": 0, "late escalations": 0}
    proof.record(f"policy-{part}", counts)
