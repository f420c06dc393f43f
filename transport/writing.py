"""A plan as JSON (transport.md of the interface)."""

from __future__ import annotations

import json
from typing import Any

from transport.planning import Plan
from transport.problem import Day
from transport.reasons import WhyNot, why_unserved
from transport.tours import Duty


def writing_s(day: Day) -> float:
    """Seconds that the plan of such a day takes to be written, generously, with the reasons of its unserved rides."""
    return 0.02 + 1e-6 * len(day.rides) * len(day.drivers) + 1e-4 * len(day.rides)


def plan_json(day: Day, plan: Plan, *, is_replan: bool) -> str:
    """The whole plan on one line, with why each unserved ride is not served."""
    objective: dict[str, Any] = {"unserved": plan.worth.unserved, "empty_metres": plan.worth.empty_metres}
    bound: dict[str, Any] | None = None
    if plan.bound is not None:
        bound = {"unserved": plan.bound.unserved, "empty_metres": plan.bound.empty_metres}
    if is_replan:
        objective["broken_promises"] = plan.worth.broken
        if plan.bound is not None and bound is not None:
            bound["broken_promises"] = plan.bound.broken
    return json.dumps(
        {
            "duties": [_duty(day, duty, is_replan=is_replan) for duty in plan.duties],
            "unserved": [_why(day, why) for why in why_unserved(day, plan.unserved)],
            "objective": objective,
            "bound": bound,
            "proven": plan.is_proven,
        },
        ensure_ascii=False,
    )


def _duty(day: Day, duty: Duty, *, is_replan: bool) -> dict[str, Any]:
    written: dict[str, Any] = {"driver": day.drivers[duty.driver].id, "window": duty.window}
    if is_replan and duty.is_fixed:
        written["fixed"] = True
    written["stops"] = [
        {
            "ride": day.rides[stop.ride].id,
            "kind": stop.kind,
            "place": day.places[stop.place],
            "arrive": stop.arrive,
            "depart": stop.depart,
        }
        for stop in duty.stops
    ]
    return written | {
        "leave_home": duty.leave_home,
        "back_home": duty.back_home,
        "metres": duty.metres,
        "empty_metres": duty.empty_metres,
    }


def _why(day: Day, why: WhyNot) -> dict[str, Any]:
    nearest = [
        {"driver": day.drivers[change.driver].id, "relax": change.relax, "by": change.by} for change in why.nearest
    ]
    return {"ride": day.rides[why.ride].id, "reason": why.reason, "nearest": nearest}
