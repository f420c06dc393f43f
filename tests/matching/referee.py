"""An independent referee of `python -m matching policy`: events and answers as JSON, every rule checked.

It shares no code with the engine: distances, calendars, reasons and near misses are worked out again, in the plainest
way. A broken rule is an AssertionError that says which.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import asin, ceil, cos, floor, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Json = dict[str, Any]
REASONS = ["no_skill", "no_qualification", "out_of_range", "no_time", "no_language", "min_age", "avoided"]
REASONS += ["paused", "all_busy", "all_asked"]
RELAXED = ["max_km", "minutes", "window", "qualification", "language", "min_age", "capacity"]
RELAXED += ["max_proposals_per_week", "paused_until"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def km_between(a: Json, b: Json) -> float:
    p, q, dl = radians(a["lat"]), radians(b["lat"]), radians(b["lon"] - a["lon"])
    h = sin((q - p) / 2) ** 2 + cos(p) * cos(q) * sin(dl / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(min(1.0, h)))


def minutes_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def free_on(volunteer: Json, day: date) -> list[tuple[datetime, datetime]]:
    """When somebody is available on a local day, as instants: the wall clock tells, whatever it does."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).astimezone(UTC)
    tomorrow = day + timedelta(days=1)
    end_of_day = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=AMSTERDAM).astimezone(UTC)
    change = end_of_day
    offset = midnight.astimezone(AMSTERDAM).utcoffset()
    if end_of_day - midnight != timedelta(days=1):
        change = next(
            midnight + timedelta(minutes=m)
            for m in range(26 * 60)
            if (midnight + timedelta(minutes=m)).astimezone(AMSTERDAM).utcoffset() != offset
        )
    pieces = []
    for begin, end in ((midnight, change), (change, end_of_day)):
        if begin >= end:
            continue
        wall = datetime(day.year, day.month, day.day, tzinfo=UTC) - begin.astimezone(AMSTERDAM).utcoffset()
        for slot in volunteer["available"]:
            if slot["weekday"] == day.weekday():
                low = max(begin, wall + timedelta(minutes=minutes_of(slot["start"])))
                high = min(end, wall + timedelta(minutes=minutes_of(slot["end"])))
                if low < high:
                    pieces.append((low, high))
    return joined(pieces)


def joined(pieces: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    out: list[tuple[Any, Any]] = []
    for low, high in sorted(pieces):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def days_between(start: datetime, end: datetime) -> list[date]:
    first, last = start.astimezone(AMSTERDAM).date(), end.astimezone(AMSTERDAM).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def longest(volunteer: Json, request: Json, now: datetime) -> timedelta:
    """The longest time on end within any one window (after now) or weekly slot."""
    best = timedelta()
    for window in request.get("windows", []):
        start, end = max(now, at(window["start"])), at(window["end"])
        if start < end:
            for day in days_between(start, end):
                for low, high in free_on(volunteer, day):
                    best = max(best, min(end, high) - max(start, low))
    for slot in request.get("weekly", []):
        same_day = [s for s in volunteer["available"] if s["weekday"] == slot["weekday"]]
        for low, high in joined([(minutes_of(s["start"]), minutes_of(s["end"])) for s in same_day]):
            overlap = min(high, minutes_of(slot["end"])) - max(low, minutes_of(slot["start"]))
            best = max(best, timedelta(minutes=max(0, overlap)))
    return best


def least_move(volunteer: Json, request: Json, now: datetime) -> int | None:
    """The least whole minutes, earlier or later, by which a window or weekly slot moves so that there is time."""
    needed, moves = request["minutes"], []
    week: list[tuple[int, int]] = []
    for weekday in range(7):
        own = [s for s in volunteer["available"] if s["weekday"] == weekday]
        for low, high in joined([(minutes_of(s["start"]), minutes_of(s["end"])) for s in own]):
            week.append((weekday * 1440 + low, weekday * 1440 + high))
    for slot in request.get("weekly", []):
        start, end = (slot["weekday"] * 1440 + minutes_of(slot[key]) for key in ("start", "end"))
        for (low, high), turn in product(week, (-10080, 0, 10080)):
            if end - start >= needed and high - low >= needed:
                moves.append(closest(low + turn + needed - end, high + turn - needed - start))
    length = timedelta(minutes=needed)
    for window in request.get("windows", []):
        start, end = at(window["start"]), at(window["end"])
        if end - start < length:
            continue
        for day in days_between(start - timedelta(days=15), max(end, now) + timedelta(days=15)):
            for low, high in free_on(volunteer, day):
                low = max(low, now)
                if high - low >= length:
                    early = ceil((low + length - end) / timedelta(minutes=1) - 1e-12)
                    late = floor((high - length - start) / timedelta(minutes=1) + 1e-12)
                    if early <= late:
                        moves.append(closest(early, late))
    return min(moves, default=None)


def closest(low: int, high: int) -> int:
    return 0 if low <= 0 <= high else min(abs(low), abs(high))


@dataclass
class Case:
    request: Json
    posted_at: datetime
    held: bool = False
    escalated: bool = False
    cancelled: bool = False
    judged: bool = False
    running: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    proposed: set[str] = field(default_factory=set)

    @property
    def free(self) -> int:
        return int(self.request["slots"]) - len(self.running) - len(self.finished)

    @property
    def by(self) -> datetime:
        return at(self.request["respond_by"])


@dataclass
class Put:
    request: str
    volunteer: str
    skill: str
    expires_at: datetime
    state: str = "open"  # or answered, withdrawn, settled
    is_answered: bool = False


class Referee:
    """Checks one line after another; `count` says what was seen."""

    def __init__(self, required: dict[str, set[str]]) -> None:
        self.required = required
        self.people: dict[str, Json] = {}
        self.gone: dict[str, Json] = {}
        self.cases: dict[str, Case] = {}
        self.puts: dict[str, Put] = {}
        self.asked: dict[str, list[datetime]] = {}
        self.unwanted: set[tuple[str, str]] = set()
        self.count: Counter[str] = Counter()
        self.now = datetime.min.replace(tzinfo=UTC)

    def check(self, event: Json, answer: Json) -> None:
        now = at(event["now"])
        self._judge_the_past(now)
        self.now = now
        self.count["lines"] += 1
        assert set(answer) == {"proposals", "withdrawn", "matched", "escalated", "wake_at"}, "keys"
        before = {key: put for key, put in self.puts.items() if self._is_open(put)}
        expected = self._apply(event)
        assert [tuple(pair) for pair in answer["matched"]] == expected, f"matched {answer['matched']}, not {expected}"
        self.count["matches"] += len(expected)
        self._check_withdrawn(event, answer["withdrawn"], before)
        for escalation in answer["escalated"]:
            self._check_escalation(escalation)
        if event["event"] in ("request", "changed"):
            case = self.cases[event["request"]["id"]]
            assert case.escalated or case.free <= 0 or any(self._ever(v, case) for v in self.people.values()), "never"
        for proposal in answer["proposals"]:
            self._check_proposal(proposal)
        assert answer["wake_at"] is None or at(answer["wake_at"]) > now, "wake_at"

    def _judge_the_past(self, now: datetime) -> None:
        """What had to be escalated before this instant."""
        for case in self.cases.values():
            if not case.judged and now > case.by:
                case.judged = True
                is_late = case.free > 0 and not (case.held or case.cancelled or case.escalated)
                assert not is_late, f"late: {case.request['id']}"

    # What the event itself does.

    def _apply(self, event: Json) -> list[tuple[str, str]]:
        kind = event["event"]
        if kind == "volunteer":
            person = event["volunteer"]
            self.gone.pop(person["id"], None)
            self.people[person["id"]] = person
            self.unwanted = {(v, s) for v, s in self.unwanted if v != person["id"]}
        elif kind == "left":
            if event["volunteer"] in self.people:
                self.gone[event["volunteer"]] = self.people.pop(event["volunteer"])
        elif kind == "request":
            self.cases[event["request"]["id"]] = Case(event["request"], self.now)
        elif kind == "changed":
            case = self.cases[event["request"]["id"]]
            case.request, case.posted_at = event["request"], self.now
            case.held = case.escalated = case.judged = False
            case.proposed.clear()
        elif kind == "cancelled":
            case = self.cases[event["request"]]
            case.cancelled = True
            case.undone |= case.running
            case.running.clear()
        elif kind == "held":
            self.cases[event["request"]].held = True
        elif kind in ("released", "finished"):
            case = self.cases[event["request"]]
            case.running.remove(event["volunteer"])
            (case.undone if kind == "released" else case.finished).add(event["volunteer"])
        elif kind == "taken":
            return self._match(self.cases[event["request"]], event["volunteer"])
        elif kind == "application":
            return self._application(self.cases[event["request"]], event["volunteer"])
        elif kind == "response":
            return self._response(self.puts[event["proposal"]], event)
        return []

    def _match(self, case: Case, volunteer: str) -> list[tuple[str, str]]:
        for put in self.puts.values():
            if (put.request, put.volunteer) == (case.request["id"], volunteer) and self._is_open(put):
                put.state = "settled"
        case.running.add(volunteer)
        case.undone.discard(volunteer)
        return [(case.request["id"], volunteer)]

    def _application(self, case: Case, volunteer: str) -> list[tuple[str, str]]:
        barred = volunteer in case.running | case.finished | case.undone
        if case.cancelled or barred or case.free <= 0 or self.now >= case.by or volunteer not in self.people:
            return []
        return self._match(case, volunteer) if self._one_to_six(volunteer, case) else []

    def _response(self, put: Put, event: Json) -> list[tuple[str, str]]:
        case, was_open, was = self.cases[put.request], self._is_open(put), put.state
        put.is_answered = True
        if put.state == "open":
            put.state = "answered"
        if event["answer"] == "declined":
            if event.get("reason") == "not_this_kind":
                self.unwanted.add((put.volunteer, put.skill))
            return []
        if put.volunteer in case.running | case.finished:
            return []
        may_still = not case.cancelled and case.free > 0
        if may_still and not was_open:
            may_still = self.now < case.by and put.volunteer in self.people and put.volunteer not in case.undone
            may_still = may_still and self._one_to_six(put.volunteer, case)
        if may_still:
            return self._match(case, put.volunteer)
        is_regret = not case.cancelled and case.free <= 0 and (was_open or was == "withdrawn")
        self.count["regrets" if is_regret else "late_yeses"] += 1
        return []

    # What the engine does.

    def _check_withdrawn(self, event: Json, ids: list[str], before: dict[str, Put]) -> None:
        assert len(set(ids)) == len(ids), "withdrawn twice"
        still = {key for key, put in before.items() if put.state == "open"}
        assert set(ids) <= still, "withdrawn but not open"
        must = set()
        for key in still:
            put = self.puts[key]
            case, person = self.cases[put.request], self.people.get(put.volunteer)
            touched = event["event"] == "changed" and event["request"]["id"] == put.request
            touched |= event["event"] == "volunteer" and event["volunteer"]["id"] == put.volunteer
            if (
                case.cancelled
                or case.free <= 0
                or person is None
                or (touched and not all(self._passes(rule, person, case) for rule in REASONS[:8]))
            ):
                must.add(key)
        assert must <= set(ids), f"should have been withdrawn: {must - set(ids)}"
        for key in ids:
            self.puts[key].state = "withdrawn"
        if event["event"] == "volunteer":
            person = event["volunteer"]
            assert self._open_of(person["id"]) == 0 or self._load(person["id"]) <= person["capacity"], "over capacity"
        self.count["withdrawn"] += len(ids)

    def _check_escalation(self, given: Json) -> None:
        assert set(given) == {"request", "reason", "nearest"}
        case = self.cases[given["request"]]
        assert not case.escalated, "escalated twice"
        is_settled = case.held or case.cancelled or case.free <= 0
        assert not is_settled, "no need to escalate"
        assert given["reason"] == self._reason(case), f"reason {given['reason']}, not {self._reason(case)}"
        expected = self._nearest(case)
        assert len(given["nearest"]) == len(expected), f"nearest {given['nearest']}, not {expected}"
        for miss, (relax, by, volunteer) in zip(given["nearest"], expected, strict=True):
            found = (RELAXED.index(miss["relax"]), miss["volunteer"])
            assert found == (relax, volunteer), f"nearest {given['nearest']}, not {expected}"
            shown = at(miss["by"]) if miss["relax"] == "paused_until" else miss["by"]
            assert shown == by or (isinstance(by, float) and abs(shown - by) < 1e-6), f"by {shown}, not {by}"
        self.count["escalations"] += 1
        third = (case.by - case.posted_at) / 3
        due = max(case.by - timedelta(hours=48), case.posted_at + 2 * third)
        fresh = [v for v in self.people.values() if self._fits(v, case)]
        if self.now < due and any(self._is_new(v, case) for v in fresh):
            self.count["premature"] += 1
        case.escalated = True

    def _check_proposal(self, given: Json) -> None:
        assert set(given) == {"id", "request", "volunteer", "expires_at", "reasons"}
        assert given["id"] not in self.puts, "id used twice"
        assert given["reasons"], "reasons"
        assert all(isinstance(reason, str) and reason for reason in given["reasons"]), "reasons"
        case, person = self.cases[given["request"]], self.people[given["volunteer"]]
        is_shut = case.cancelled or case.held or case.free <= 0 or self.now >= case.by
        assert not is_shut, "request not open"
        for rule in REASONS:
            assert self._passes(rule, person, case), f"{rule}: {given}"
        assert 8 <= self.now.astimezone(AMSTERDAM).hour < 21, "rule 8"
        until = at(given["expires_at"])
        assert self.now < until <= case.by, "expires_at"
        self.puts[given["id"]] = Put(given["request"], given["volunteer"], case.request["skill"], until)
        self.asked.setdefault(given["volunteer"], []).append(self.now)
        case.proposed.add(given["volunteer"])
        self.count["proposals"] += 1

    # The rules.

    def _is_open(self, put: Put) -> bool:
        return put.state == "open" and self.now < put.expires_at

    def _open_of(self, volunteer: str) -> int:
        return sum(put.volunteer == volunteer and self._is_open(put) for put in self.puts.values())

    def _tasks(self, volunteer: str) -> int:
        return sum(volunteer in case.running for case in self.cases.values())

    def _load(self, volunteer: str) -> int:
        return self._tasks(volunteer) + self._open_of(volunteer)

    def _week(self, volunteer: str) -> int:
        since = self.now - timedelta(hours=168)
        return sum(since < instant <= self.now for instant in self.asked.get(volunteer, []))

    def _needed(self, request: Json) -> set[str]:
        return set(request.get("requires", [])) | self.required[request["skill"]]

    def _age(self, person: Json) -> int:
        born = person.get("born")
        return 0 if born is None else self.now.astimezone(AMSTERDAM).year - int(born)

    def _is_new(self, person: Json, case: Case) -> bool:
        mine = person["id"]
        open_pair = any(
            (put.request, put.volunteer) == (case.request["id"], mine) and self._is_open(put)
            for put in self.puts.values()
        )
        seen = case.running | case.finished | case.undone | case.proposed
        return mine not in seen and not open_pair and (mine, case.request["skill"]) not in self.unwanted

    def _passes(self, rule: str, person: Json, case: Case) -> bool:
        request, mine = case.request, person["id"]
        match rule:
            case "no_skill":
                return request["skill"] in person["skills"]
            case "no_qualification":
                return self._needed(request) <= set(person.get("qualifications", []))
            case "out_of_range":
                return km_between(person, request) <= person["max_km"] + 1e-9
            case "no_time":
                return longest(person, request, self.now) >= timedelta(minutes=request["minutes"])
            case "no_language":
                wanted = request.get("languages", [])
                return not wanted or bool(set(wanted) & set(person.get("languages", [])))
            case "min_age":
                return request.get("min_age", 0) <= 0 or self._age(person) >= request["min_age"]
            case "avoided":
                return request["requester"] not in person.get("avoid", []) and mine not in request.get("avoid", [])
            case "paused":
                until = person.get("paused_until")
                return until is None or self.now >= at(until)
            case "all_busy":
                return self._load(mine) < person["capacity"]
            case "all_asked":
                return self._week(mine) < person["max_proposals_per_week"] and self._is_new(person, case)
        raise AssertionError(rule)

    def _one_to_six(self, volunteer: str, case: Case) -> bool:
        person = self.people[volunteer]
        own = sum(
            (put.request, put.volunteer) == (case.request["id"], volunteer) and self._is_open(put)
            for put in self.puts.values()
        )
        return self._fits(person, case) and self._load(volunteer) - own < person["capacity"]

    def _fits(self, person: Json, case: Case) -> bool:
        """Rules 1 to 5."""
        return all(self._passes(rule, person, case) for rule in REASONS[:8])

    def _ever(self, person: Json, case: Case) -> bool:
        until = person.get("paused_until")
        is_back = until is None or at(until) < case.by or self.now >= at(until)
        return is_back and all(self._passes(rule, person, case) for rule in REASONS[:7])

    def _reason(self, case: Case) -> str:
        standing = list(self.people.values())
        if any(all(self._passes(rule, person, case) for rule in REASONS) for person in self.gone.values()):
            return "no_answer_in_time"
        for rule in REASONS:
            standing = [person for person in standing if self._passes(rule, person, case)]
            if not standing:
                return rule
        return "no_answer_in_time"

    def _nearest(self, case: Case) -> list[tuple[int, Any, str]]:
        found = [miss for person in self.people.values() if (miss := self._miss(person, case)) is not None]
        return sorted(found, key=lambda miss: (miss[0], miss[1], miss[2]))[:3]

    def _miss(self, person: Json, case: Case) -> tuple[int, Any, str] | None:
        broken = [rule for rule in REASONS[:9] if not self._passes(rule, person, case)]
        if self._week(person["id"]) >= person["max_proposals_per_week"]:
            broken.append("week")
        if len(broken) != 1 or not self._is_new(person, case):
            return None
        relaxed = self._relax(broken[0], person, case)
        return None if relaxed is None else (RELAXED.index(relaxed[0]), relaxed[1], person["id"])

    def _relax(self, rule: str, person: Json, case: Case) -> tuple[str, Any] | None:
        request = case.request
        match rule:
            case "out_of_range":
                return "max_km", km_between(person, request) - person["max_km"]
            case "no_time":
                there_is = longest(person, request, self.now) // timedelta(minutes=1)
                if there_is >= 1:
                    return "minutes", request["minutes"] - there_is
                move = least_move(person, request, self.now)
                return None if move is None else ("window", move)
            case "no_qualification":
                missing = self._needed(request) - set(person.get("qualifications", []))
                return ("qualification", missing.pop()) if len(missing) == 1 else None
            case "no_language":
                return "language", min(request["languages"])
            case "min_age":
                return "min_age", request["min_age"] - self._age(person)
            case "all_busy":
                return "capacity", self._load(person["id"]) - person["capacity"] + 1
            case "week":
                return "max_proposals_per_week", self._week(person["id"]) - person["max_proposals_per_week"] + 1
            case "paused":
                return "paused_until", at(person["paused_until"])
        return None
