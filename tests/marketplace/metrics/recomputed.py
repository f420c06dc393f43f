"""The figures once more, straight from the rows of history and the words of the definition.

Written apart from marketplace.metrics, from which nothing is imported; slow and simple on purpose: every question is
answered by looking through a request's whole history again. Where the two disagree, one of them is wrong.
"""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Event = dict[str, Any]

# A ride is counted as a request is, and who promised to drive it as a match; of a series one ride is counted, and of
# help that returns the request itself, without the searches for who stands in once. A trajectory with a buddy is
# counted as a request is, and who was introduced as a match.
EVENTS = """
    select coalesce(e.request_id, e.ride_id, e.trajectory_id) as request_id, e.seq, e.at, e.kind, e.acting_as,
        e.slot_number,
        coalesce(e.match_id, e.promise_id, e.introduction_id) as match_id, e.detail
    from event e join municipality m on m.id = e.municipality_id left join ride r on r.id = e.ride_id
        left join help_request h on h.id = e.request_id
    where m.slug = :slug and coalesce(e.request_id, e.ride_id, e.trajectory_id) is not null
        and (e.ride_id is null or r.is_counted)
        and h.occurrence_id is null
"""
AFTER_ESCALATION = {
    "request_corrected",
    "request_changed",
    "request_widened",
    "request_split",
    "request_reopened",
}
ABOUT_A_PERSON = {
    "proposed",
    "applied",
    "chosen",
    "pair_refused",
    "proposal_withdrawn",
    "removed",
    "ride_moved",
}


def recompute(session: Session, *, slug: str, from_on: date, to_on: date, now: datetime) -> dict[str, Any]:
    """The figures that `as_json` of a report must show, in a flatter shape."""
    histories: defaultdict[str, list[Event]] = defaultdict(list)
    for row in session.execute(text(EVENTS), {"slug": slug}).mappings():
        event = _event(dict(row))
        if event["at"] <= now:
            histories[event["request_id"]].append(event)
    matches, slots = [], []
    for events in histories.values():
        events.sort(key=lambda event: (event["at"], event["seq"]))
        matches += [match for match in _matches(events, now) if from_on <= match["on"] <= to_on]
        slots += [slot for slot in _slots(events, now) if from_on <= slot["on"] <= to_on]
    return {row: _row(row, matches, slots) for row in ("marketplace", "rides", "both")}


def _event(row: dict[str, Any]) -> Event:
    at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"])
    row["at"] = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    row["detail"] = json.loads(row["detail"]) if isinstance(row["detail"], str) else row["detail"]
    row["request_id"], row["match_id"] = str(row["request_id"]), str(row["match_id"])
    return row


def _local_day(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()


def _posted(events: list[Event]) -> Event:
    return next(event for event in events if event["kind"] == "request_posted")


def _keys(events: list[Event], on: date, origin: str) -> dict[str, str]:
    detail = _posted(events)["detail"]
    return {
        "month": on.isoformat()[:7],
        "work_area": detail["work_area"],
        "neighbourhood": detail["neighbourhood"],
        "asker": detail["asker_kind"],
        "channel": detail["channel"],
        "origin": origin,
    }


# --- matches -----------------------------------------------------------------------------------------------------


def _matches(events: list[Event], now: datetime) -> list[dict[str, Any]]:
    found = []
    for place, event in enumerate(events):
        if event["kind"] != "matched":
            continue
        about = {other["kind"] for other in events if other["match_id"] == event["match_id"]}
        # Two who got acquainted and then agreed have nothing left to object to.
        told = event["detail"].get("objection_until")
        until = datetime.fromisoformat(told) if told else event["at"]
        on = _local_day(event["at"])
        found.append(
            {
                "on": on,
                "is_ride": _posted(events)["detail"]["is_ride"],
                "is_objected": "objected" in about,
                "counts": "objected" not in about and ("confirmed" in about or until <= now),
                "is_mediated": _is_mediated(events, place),
                "keys": _keys(events, on, event["detail"]["origin"]),
            }
        )
    return found


def _is_mediated(events: list[Event], place: int) -> bool:
    """Whether staff had a hand in it since the slot last became free and before the last yes."""
    if events[place]["detail"]["origin"] == "coordinator":
        return True
    slot = events[place]["slot_number"]
    return any(
        _mediates(events, other) and events[other]["slot_number"] in (None, slot)
        for other in range(_free_since(events, place, slot), place)
    )


def _free_since(events: list[Event], place: int, slot: int) -> int:
    """The first event that can count: after the slot was freed, or with the one that made it."""
    for other in range(place - 1, -1, -1):
        if events[other]["kind"] == "slot_freed" and events[other]["slot_number"] == slot:
            return other + 1
    return next(other for other in range(len(events)) if (events[other]["detail"].get("slots") or 0) >= slot)


def _mediates(events: list[Event], place: int) -> bool:
    event = events[place]
    if event["acting_as"] != "staff":
        return False
    if event["kind"] in AFTER_ESCALATION:
        return any(earlier["kind"] == "escalated" for earlier in events[:place])
    if event["kind"] == "contact_logged":
        return bool(event["detail"].get("about_who", True))
    return event["kind"] in ABOUT_A_PERSON


# --- slots -------------------------------------------------------------------------------------------------------


def _slots(events: list[Event], now: datetime) -> list[dict[str, Any]]:
    posted = _posted(events)
    on = _local_day(posted["at"])
    totals = [event["detail"]["slots"] for event in events if _sets_total(event)]
    deadlines = [event["detail"]["respond_by"] for event in events if "respond_by" in event["detail"]]
    has_passed = datetime.fromisoformat(deadlines[-1]) <= now
    found = []
    for number in range(1, max(totals) + 1):
        standing = _standing_match(events, number)
        is_withdrawn = any(
            event["kind"] == "request_withdrawn" and number in event["detail"]["slots"] for event in events
        )
        outcome = "withdrawn" if is_withdrawn else ("counted" if has_passed else "still_running")
        origin = "none" if standing is None else events[standing]["detail"]["origin"]
        found.append(
            {
                "on": on,
                "is_ride": posted["detail"]["is_ride"],
                "outcome": outcome,
                "is_filled": standing is not None and not _is_mediated(events, standing),
                "keys": _keys(events, on, origin),
            }
        )
    return found


def _sets_total(event: Event) -> bool:
    """A number of slots, not a list of those that ended."""
    return isinstance(event["detail"].get("slots"), int)


def _standing_match(events: list[Event], number: int) -> int | None:
    """Where in the history the slot's last match is, if nothing undid it."""
    of_slot = [place for place, event in enumerate(events) if event["slot_number"] == number]
    last = max((place for place in of_slot if events[place]["kind"] == "matched"), default=None)
    if last is None or any(events[place]["kind"] == "slot_freed" and place > last for place in of_slot):
        return None
    undone = {"objected", "cancelled", "removed"}
    match_id = events[last]["match_id"]
    return None if any(event["match_id"] == match_id and event["kind"] in undone for event in events) else last


# --- adding up ---------------------------------------------------------------------------------------------------


def _row(row: str, matches: list[dict[str, Any]], slots: list[dict[str, Any]]) -> dict[str, Any]:
    def is_in(thing: dict[str, Any]) -> bool:
        return row == "both" or thing["is_ride"] is (row == "rides")

    mine, asked = [match for match in matches if is_in(match)], [slot for slot in slots if is_in(slot)]
    cuts = ("month", "work_area", "neighbourhood", "asker", "channel", "origin")
    return {
        **_rates(mine, asked),
        "objected": sum(match["is_objected"] for match in mine),
        "cuts": {cut: _cut(cut, mine, asked) for cut in cuts},
    }


def _cut(cut: str, matches: list[dict[str, Any]], slots: list[dict[str, Any]]) -> dict[str, Any]:
    keys = {thing["keys"][cut] for thing in [*matches, *slots]}
    return {
        key: _rates(
            [match for match in matches if match["keys"][cut] == key],
            [slot for slot in slots if slot["keys"][cut] == key],
        )
        for key in keys
    }


def _rates(matches: list[dict[str, Any]], slots: list[dict[str, Any]]) -> dict[str, Any]:
    counting = [match for match in matches if match["counts"]]
    counted = [slot for slot in slots if slot["outcome"] == "counted"]
    outcomes = Counter(slot["outcome"] for slot in slots)
    return {
        "matches": _with_interval(sum(not match["is_mediated"] for match in counting), len(counting)),
        "fill": _with_interval(sum(slot["is_filled"] for slot in counted), len(counted)),
        "withdrawn": outcomes["withdrawn"],
        "still_running": outcomes["still_running"],
    }


def _with_interval(numerator: int, denominator: int) -> tuple[Any, ...]:
    """The ends are the roots of (share - p)² = z² · p · (1 - p) / n, rounded so that they can be compared."""
    if not denominator:
        return numerator, denominator, None, None
    z, share = 1.959963984540054, numerator / denominator
    a, b, c = 1 + z * z / denominator, -2 * share - z * z / denominator, share * share
    root = max(b * b - 4 * a * c, 0.0) ** 0.5
    return numerator, denominator, round((-b - root) / (2 * a), 9) + 0.0, round((-b + root) / (2 * a), 9)


def midnight(day: date) -> datetime:
    """When a day begins in Amsterdam, for tests that ask for the borders."""
    return datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).astimezone(UTC)


def day_after(day: date) -> date:
    return day + timedelta(days=1)
