"""The asking engine as a stream: one line of JSON in, one line out. Reads and writes, and decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from matching.asking import AskingPolicy
from matching.assignment import fastest_solver
from matching.escalating import Escalation
from matching.ledger import Engine, Made, Outcome
from matching.problem import LOCAL, SkillTable
from matching.sentences import sentences
from matching.stream_lines import read_line


def answers(lines: Iterable[bytes], skills: SkillTable) -> Iterator[str]:
    """For each line the line that answers it. Raises BadInput at the first bad one."""
    engine = Engine(skills, AskingPolicy(solver=fastest_solver()))
    for line in lines:
        now, event = read_line(line, skills)
        yield write_line(engine.take(now, event), skills)


def write_line(outcome: Outcome, skills: SkillTable) -> str:
    """What was done, as one line without a line end."""
    return json.dumps(
        {
            "proposals": [_proposal(made, skills) for made in outcome.proposals],
            "withdrawn": outcome.withdrawn,
            "matched": outcome.matched,
            "escalated": [_escalation(escalation) for escalation in outcome.escalated],
            "wake_at": None if outcome.wake_at is None else _instant(outcome.wake_at),
        }
    )


def _proposal(made: Made, skills: SkillTable) -> dict[str, Any]:
    plan = made.plan
    return {
        "id": made.id,
        "request": plan.request,
        "volunteer": plan.volunteer,
        "expires_at": _instant(plan.expires_at),
        "reasons": sentences(plan.reasons, skills),
    }


def _escalation(escalation: Escalation) -> dict[str, Any]:
    nearest = [
        {
            "volunteer": miss.volunteer,
            "relax": miss.relax.value,
            "by": _instant(miss.by) if isinstance(miss.by, datetime) else miss.by,
        }
        for miss in escalation.nearest
    ]
    return {"request": escalation.request, "reason": escalation.reason.value, "nearest": nearest}


def _instant(instant: datetime) -> str:
    return instant.astimezone(LOCAL).isoformat()
