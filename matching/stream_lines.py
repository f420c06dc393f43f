"""The lines of `python -m matching policy`, read strictly: a slip is named, never guessed at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final, NoReturn, TypeVar, get_args

from matching.availability import read_clock
from matching.events import (
    Answer,
    Applied,
    Coupled,
    DeclineReason,
    Event,
    MatchFinished,
    MatchReleased,
    PastAnswer,
    Remembered,
    RequestCancelled,
    RequestChanged,
    RequestHeld,
    RequestPosted,
    Responded,
    Tick,
    VolunteerKnown,
    VolunteerLeft,
)
from matching.instances import BadInput
from matching.problem import Request, SkillTable, Volunteer, WeeklySlot, Window

Fields = Mapping[str, Any]
Made = TypeVar("Made")

# Weekdays of the far past and future are still defined, the offset of Amsterdam is not; and nobody plans that far.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
LARGEST_COUNT: Final = 10**9
INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)", re.ASCII)


def read_line(line: bytes, skills: SkillTable) -> tuple[datetime, Event]:
    """One line: the instant, and what happened then. Raises BadInput, naming the field."""
    given = _parse(line)
    if not isinstance(given, dict):
        raise BadInput("line: must be an object")
    if "event" not in given:
        raise BadInput("event: is missing")
    kind = given["event"]
    if not isinstance(kind, str) or kind not in _EVENTS:
        raise BadInput(f"event: unknown event {json.dumps(kind)}")
    required, optional, read = _EVENTS[kind]
    fields = _fields("", given, required=("event", "now", *required), optional=optional)
    return _instant("now", fields["now"]), read(fields, skills)


def _parse(line: bytes) -> object:
    def refuse_constant(name: str) -> NoReturn:
        raise BadInput(f"line: {name} is not a number that can be used")

    def refuse_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys: set[str] = set()
        for key, _ in pairs:
            if key in keys:
                raise BadInput(f"{key}: stands twice in one object")
            keys.add(key)
        return dict(pairs)

    try:
        return json.loads(line.decode("utf-8"), parse_constant=refuse_constant, object_pairs_hook=refuse_repeated_keys)
    except BadInput:
        raise
    except RecursionError:
        raise BadInput("line: nested too deeply") from None
    except ValueError as error:
        raise BadInput(f"line: not UTF-8 JSON: {error}") from error


def _fields(name: str, given: object, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Fields:
    if not isinstance(given, dict):
        raise BadInput(f"{name}: must be an object")
    dot = f"{name}." if name else ""
    for key in required:
        if key not in given:
            raise BadInput(f"{dot}{key}: is missing")
    for key in given:
        if key not in required and key not in optional:
            raise BadInput(f"{dot}{key}: unknown key")
    return given


def _list(name: str, given: object) -> list[Any]:
    if not isinstance(given, list):
        raise BadInput(f"{name}: must be a list")
    return given


def _text(name: str, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise BadInput(f"{name}: must be a non-empty string")
    return given


def _texts(name: str, given: object) -> frozenset[str]:
    return frozenset(_text(f"{name}[{at}]", text) for at, text in enumerate(_list(name, given)))


def _one_of(name: str, given: object, options: tuple[Any, ...]) -> Any:
    if not isinstance(given, str) or given not in options:
        raise BadInput(f"{name}: must be one of {', '.join(options)}")
    return given


def _whole(name: str, given: object, low: int, high: int = LARGEST_COUNT) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise BadInput(f"{name}: must be a whole number")
    if not low <= given <= high:
        raise BadInput(f"{name}: must lie between {low} and {high}")
    return given


def _number(name: str, given: object, low: float, high: float) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise BadInput(f"{name}: must be a number")
    if not low <= given <= high or not isfinite(given):
        raise BadInput(f"{name}: must lie between {low:g} and {high:g}")
    return float(given)


def _instant(name: str, given: object) -> datetime:
    if not isinstance(given, str) or not INSTANT.fullmatch(given):
        raise BadInput(f"{name}: must be an instant as ISO 8601 with an offset")
    try:
        instant = datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"{name}: must be an instant as ISO 8601 with an offset") from None
    if not EARLIEST <= instant < LATEST:
        raise BadInput(f"{name}: must lie between 1970 and 2200")
    return instant


def _skill(name: str, given: object, skills: SkillTable) -> str:
    code = _text(name, given)
    if code not in skills:
        raise BadInput(f"{name}: unknown skill {json.dumps(code)}")
    return code


def _weekly(name: str, given: object) -> tuple[WeeklySlot, ...]:
    return tuple(_weekly_slot(f"{name}[{at}]", slot) for at, slot in enumerate(_list(name, given)))


def _weekly_slot(name: str, given: object) -> WeeklySlot:
    fields = _fields(name, given, required=("weekday", "start", "end"))
    start, end = (_clock(f"{name}.{key}", fields[key]) for key in ("start", "end"))
    weekday = _whole(f"{name}.weekday", fields["weekday"], 0, 6)
    if end <= start:
        raise BadInput(f"{name}.end: must come after start")
    return WeeklySlot(weekday, start, end)


def _clock(name: str, given: object) -> int:
    try:
        return read_clock(name, _text(name, given))
    except BadInput:
        raise
    except ValueError:
        raise BadInput(f"{name}: must be a time as HH:MM") from None


def _windows(name: str, given: object) -> tuple[Window, ...]:
    return tuple(_window(f"{name}[{at}]", window) for at, window in enumerate(_list(name, given)))


def _window(name: str, given: object) -> Window:
    fields = _fields(name, given, required=("start", "end"))
    start_at, end_at = (_instant(f"{name}.{key}", fields[key]) for key in ("start", "end"))
    if end_at <= start_at:
        raise BadInput(f"{name}.end: must come after start")
    return Window(start_at, end_at)


def _volunteer(name: str, given: object, skills: SkillTable) -> Volunteer:
    fields = _fields(
        name,
        given,
        required=("id", "lat", "lon", "max_km", "skills", "available", "capacity", "max_proposals_per_week"),
        optional=("qualifications", "languages", "born", "paused_until", "avoid"),
    )
    own_skills = enumerate(_list(f"{name}.skills", fields["skills"]))
    born, paused_until = fields.get("born"), fields.get("paused_until")
    return Volunteer(
        id=_text(f"{name}.id", fields["id"]),
        lat=_number(f"{name}.lat", fields["lat"], -90, 90),
        lon=_number(f"{name}.lon", fields["lon"], -180, 180),
        max_km=_number(f"{name}.max_km", fields["max_km"], 0, 1e9),
        skills=frozenset(_skill(f"{name}.skills[{at}]", code, skills) for at, code in own_skills),
        available=_weekly(f"{name}.available", fields["available"]),
        capacity=_whole(f"{name}.capacity", fields["capacity"], 0),
        max_proposals_per_week=_whole(f"{name}.max_proposals_per_week", fields["max_proposals_per_week"], 0),
        qualifications=_texts(f"{name}.qualifications", fields.get("qualifications", [])),
        languages=_texts(f"{name}.languages", fields.get("languages", [])),
        born=None if born is None else _whole(f"{name}.born", born, 1, 9999),
        paused_until=None if paused_until is None else _instant(f"{name}.paused_until", paused_until),
        avoid=_texts(f"{name}.avoid", fields.get("avoid", [])),
    )


def _request(name: str, given: object, skills: SkillTable) -> Request:
    fields = _fields(
        name,
        given,
        required=("id", "requester", "lat", "lon", "skill", "slots", "minutes", "respond_by"),
        optional=("windows", "weekly", "requires", "languages", "min_age", "avoid"),
    )
    windows = _windows(f"{name}.windows", fields.get("windows", []))
    weekly = _weekly(f"{name}.weekly", fields.get("weekly", []))
    if not windows and not weekly:
        raise BadInput(f"{name}.windows: must not be empty where weekly is")
    return Request(
        id=_text(f"{name}.id", fields["id"]),
        requester=_text(f"{name}.requester", fields["requester"]),
        lat=_number(f"{name}.lat", fields["lat"], -90, 90),
        lon=_number(f"{name}.lon", fields["lon"], -180, 180),
        skill=_skill(f"{name}.skill", fields["skill"], skills),
        slots=_whole(f"{name}.slots", fields["slots"], 1),
        minutes=_whole(f"{name}.minutes", fields["minutes"], 1),
        respond_by=_instant(f"{name}.respond_by", fields["respond_by"]),
        windows=windows,
        weekly=weekly,
        requires=_texts(f"{name}.requires", fields.get("requires", [])),
        languages=_texts(f"{name}.languages", fields.get("languages", [])),
        min_age=_whole(f"{name}.min_age", fields.get("min_age", 0), 0),
        avoid=_texts(f"{name}.avoid", fields.get("avoid", [])),
    )


def _pair(fields: Fields) -> tuple[str, str]:
    return _text("request", fields["request"]), _text("volunteer", fields["volunteer"])


def _response(fields: Fields, skills: SkillTable) -> Responded:
    reason = _one_of("reason", fields["reason"], get_args(DeclineReason)) if "reason" in fields else None
    answer = _one_of("answer", fields["answer"], get_args(Answer))
    return Responded(_text("proposal", fields["proposal"]), answer, reason)


def _history(fields: Fields, skills: SkillTable) -> Remembered:
    return Remembered(
        request=_request("request", fields["request"], skills),
        volunteer=_text("volunteer", fields["volunteer"]),
        answer=_one_of("answer", fields["answer"], get_args(PastAnswer)),
        proposed_at=_instant("proposed_at", fields["proposed_at"]),
    )


Keys = tuple[str, ...]
_EVENTS: Final[Mapping[str, tuple[Keys, Keys, Callable[[Fields, SkillTable], Event]]]] = {
    "volunteer": (("volunteer",), (), lambda f, s: VolunteerKnown(_volunteer("volunteer", f["volunteer"], s))),
    "left": (("volunteer",), (), lambda f, s: VolunteerLeft(_text("volunteer", f["volunteer"]))),
    "request": (("request",), (), lambda f, s: RequestPosted(_request("request", f["request"], s))),
    "changed": (("request",), (), lambda f, s: RequestChanged(_request("request", f["request"], s))),
    "cancelled": (("request",), (), lambda f, s: RequestCancelled(_text("request", f["request"]))),
    "held": (("request",), (), lambda f, s: RequestHeld(_text("request", f["request"]))),
    "taken": (("request", "volunteer"), (), lambda f, s: Coupled(*_pair(f))),
    "application": (("request", "volunteer"), (), lambda f, s: Applied(*_pair(f))),
    "response": (("proposal", "answer"), ("reason",), _response),
    "released": (("request", "volunteer"), (), lambda f, s: MatchReleased(*_pair(f))),
    "finished": (("request", "volunteer"), (), lambda f, s: MatchFinished(*_pair(f))),
    "history": (("request", "volunteer", "answer", "proposed_at"), (), _history),
    "tick": ((), (), lambda f, s: Tick()),
}
