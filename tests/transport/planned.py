"""Days planned in this process, as JSON in and JSON out: what the command line does without its watchman."""

from __future__ import annotations

import json
import time
from typing import Any

from transport.planning import plan_day
from transport.problem import Deadline
from transport.reading import read_day
from transport.replanning import read_plan, replan_day
from transport.writing import plan_json

Json = dict[str, Any]
PLENTY_S = 60.0  # never used up by the tiny days that are compared with brute force


def planned(day: Json, previous: Json | None = None, *, seconds: float = PLENTY_S) -> Json:
    """The plan of a day, or the replan of a changed day."""
    known = read_day(json.dumps(day).encode())
    deadline = Deadline(time.monotonic, time.monotonic() + seconds)
    if previous is None:
        plan = plan_day(known, deadline)
    else:
        plan = replan_day(known, read_plan(json.dumps(previous).encode()), deadline)
    answer: Json = json.loads(plan_json(known, plan, is_replan=previous is not None))
    return answer


def worth(plan: Json) -> tuple[int, ...]:
    """Its objective, first things first."""
    keys = ("unserved", "broken_promises", "empty_metres")
    return tuple(plan["objective"][key] for key in keys if key in plan["objective"])
