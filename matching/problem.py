"""The values that matching works on: volunteers, requests, and the market as known at one moment.

Shapes and units are checked once, here, in the constructors; a ValueError names the field.
Every instant is aware and kept in UTC: two datetimes that share a zone are subtracted by wall clock in
Python, which is an hour off across a clock change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import isfinite
from typing import Final
from zoneinfo import ZoneInfo

from matching.skills import Skill, SkillTable, read_skills

__all__ = [
    "LOCAL",
    "Market",
    "OpenProposal",
    "Pair",
    "Request",
    "Skill",
    "SkillTable",
    "Volunteer",
    "WeeklySlot",
    "Window",
    "as_utc",
    "read_skills",
]

LOCAL: Final = ZoneInfo("Europe/Amsterdam")
MINUTES_PER_DAY: Final = 24 * 60
PROPOSAL_MEMORY: Final = timedelta(hours=168)  # the week over which proposals to one volunteer are counted

Pair = tuple[str, str]  # (request id, volunteer id)


def as_utc(name: str, instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError, naming the field, for a datetime without an offset."""
    if instant.utcoffset() is None:
        raise ValueError(f"{name} must be an instant with an offset, not {instant!r}")
    return instant.astimezone(UTC)


def _check_id(name: str, value: str) -> None:
    if not value:
        raise ValueError(f"{name} must be a non-empty string, not {value!r}")


def _check_whole(name: str, value: int, low: int, high: int | None = None) -> None:
    if value % 1 != 0 or value < low or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name} must be a whole number {bounds}, not {value!r}")


def _check_number(name: str, value: float, low: float, high: float | None = None) -> None:
    if not isfinite(value) or value < low or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name} must be a number {bounds}, not {value!r}")


def _check_point(lat: float, lon: float) -> None:
    _check_number("lat", lat, -90, 90)
    _check_number("lon", lon, -180, 180)


@dataclass(frozen=True, slots=True)
class WeeklySlot:
    """A part of every week, in local wall-clock minutes since midnight; 1440 is the end of the day."""

    weekday: int
    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        _check_whole("weekday", self.weekday, 0, 6)
        _check_whole("start_minute", self.start_minute, 0, MINUTES_PER_DAY - 1)
        _check_whole("end_minute", self.end_minute, 1, MINUTES_PER_DAY)
        if self.end_minute <= self.start_minute:
            raise ValueError(f"end_minute must come after start_minute, not {self.end_minute}")


@dataclass(frozen=True, slots=True)
class Window:
    """A dated stretch of time in which the help may take place, start included and end not."""

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start_at", as_utc("start_at", self.start_at))
        object.__setattr__(self, "end_at", as_utc("end_at", self.end_at))
        if self.end_at <= self.start_at:
            raise ValueError(f"end_at must come after start_at, not {self.end_at.isoformat()}")


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who offers help, with the limits they set themselves.

    `max_km` is over the great circle; `capacity` is tasks at once; `born` is a year; `avoid` names requesters.
    """

    id: str
    lat: float
    lon: float
    max_km: float
    skills: frozenset[str]
    available: tuple[WeeklySlot, ...]
    capacity: int = 2
    max_proposals_per_week: int = 2
    qualifications: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    born: int | None = None
    paused_until: datetime | None = None
    avoid: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check_id("id", self.id)
        _check_point(self.lat, self.lon)
        _check_number("max_km", self.max_km, 0)
        _check_whole("capacity", self.capacity, 0)
        _check_whole("max_proposals_per_week", self.max_proposals_per_week, 0)
        if self.born is not None:
            _check_whole("born", self.born, 1, 9999)
        if self.paused_until is not None:
            object.__setattr__(self, "paused_until", as_utc("paused_until", self.paused_until))


@dataclass(frozen=True, slots=True)
class Request:
    """One hulpvraag as the engine sees it: `slots` people, `minutes` elapsed minutes on end, somewhere in
    `windows` (dated) or `weekly` (recurring); `avoid` names volunteers."""

    id: str
    requester: str
    lat: float
    lon: float
    skill: str
    slots: int
    minutes: int
    respond_by: datetime
    windows: tuple[Window, ...] = ()
    weekly: tuple[WeeklySlot, ...] = ()
    requires: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    min_age: int = 0
    avoid: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("id", "requester", "skill"):
            _check_id(name, getattr(self, name))
        _check_point(self.lat, self.lon)
        _check_whole("slots", self.slots, 1)
        _check_whole("minutes", self.minutes, 1)
        _check_whole("min_age", self.min_age, 0)
        object.__setattr__(self, "respond_by", as_utc("respond_by", self.respond_by))
        if not self.windows and not self.weekly:
            raise ValueError("windows and weekly must not both be empty")


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A volunteer who has been asked and has not answered; open while now < expires_at.

    `is_of_old` where the request has changed since: once it is over, the pair may be asked again. `is_elsewhere` where
    the request is not in this market and others decide on it: the volunteer is being asked, and that is all.
    """

    request: str
    volunteer: str
    expires_at: datetime
    is_of_old: bool = False
    is_elsewhere: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "expires_at", as_utc("expires_at", self.expires_at))

    @property
    def pair(self) -> Pair:
        return self.request, self.volunteer


@dataclass(frozen=True)
class Market:
    """Everything that is known at one moment, as references to values that do not change.

    Parameters
    ----------
    skills
        The skill table; every skill named by a request must be in it.
    volunteers, requests
        By id: everybody registered, and every request posted and not cancelled. A request whose slots are all
        taken, or whose respond-by has passed, may be left out or in.
    posted_at
        For each request, when its present version was posted.
    held, escalated
        Requests that a coordinator has taken; requests whose present version was escalated.
    running, finished
        (request, volunteer) pairs of matches that run, and of those that ended well. Both take a slot, running
        ones also the volunteer's capacity. Requests and volunteers that are not listed may be named here.
    matched_before
        Pairs ever matched. Those in `running` and `finished` need not be repeated; what is in neither was undone.
    open_proposals
        Proposals without an answer. Those past their `expires_at` do no harm: nothing announces that end.
    proposed
        Pairs proposed since the request's last change. Those in `open_proposals` need not be repeated.
    asked_at
        For each volunteer, when proposals were made to them, withdrawn ones included; at least the last 168 hours.
    unwanted
        (volunteer, skill) pairs answered with "not this kind of task".
    left
        Volunteers who went for good; only the reason of an escalation looks at them.
    experienced
        Volunteers who once had a match; those in the pairs above need not be repeated.
    """

    skills: SkillTable
    volunteers: Mapping[str, Volunteer]
    requests: Mapping[str, Request]
    posted_at: Mapping[str, datetime]
    held: frozenset[str] = frozenset()
    escalated: frozenset[str] = frozenset()
    running: frozenset[Pair] = frozenset()
    finished: frozenset[Pair] = frozenset()
    matched_before: frozenset[Pair] = frozenset()
    open_proposals: tuple[OpenProposal, ...] = ()
    proposed: frozenset[Pair] = frozenset()
    asked_at: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    unwanted: frozenset[tuple[str, str]] = frozenset()
    left: Mapping[str, Volunteer] = field(default_factory=dict)
    experienced: Set[str] = frozenset()

    def __post_init__(self) -> None:
        missing = self.requests.keys() - self.posted_at.keys()
        if missing:
            raise ValueError(f"posted_at lacks request {min(missing)!r}")
        posted_at = {request: as_utc("posted_at", instant) for request, instant in self.posted_at.items()}
        object.__setattr__(self, "posted_at", posted_at)
        for request in self.requests.values():
            if request.skill not in self.skills:
                raise ValueError(f"skill {request.skill!r} of request {request.id!r} is not in the skill table")

    def free_slots(self, request: Request) -> int:
        """Slots of the request that nobody has."""
        free = request.slots - self._taken.get(request.id, 0)
        return free if free > 0 else 0

    def open_for_request(self, request_id: str, now: datetime) -> tuple[OpenProposal, ...]:
        """The proposals of this request that can still be answered in time."""
        return tuple(p for p in self._open_by_request.get(request_id, ()) if now < p.expires_at)

    def open_to_volunteer(self, volunteer_id: str, now: datetime) -> tuple[OpenProposal, ...]:
        """The proposals that this volunteer can still answer in time."""
        proposals = self._open_by_volunteer.get(volunteer_id)
        # Asked for hundreds of people, most of whom nobody asks.
        return tuple(p for p in proposals if now < p.expires_at) if proposals else ()

    def tasks(self, volunteer_id: str) -> int:
        """How many matches of this volunteer run."""
        return self._running_by_volunteer.get(volunteer_id, 0)

    def engaged(self, volunteer_id: str, now: datetime) -> int:
        """Running matches and open proposals of this volunteer together."""
        return self.tasks(volunteer_id) + len(self.open_to_volunteer(volunteer_id, now))

    def asked_lately(self, volunteer_id: str, now: datetime) -> int:
        """Proposals to this volunteer in (now − 168 h, now]."""
        asked = self.asked_at.get(volunteer_id)
        if not asked:
            return 0
        since = now - PROPOSAL_MEMORY
        return sum(1 for instant in asked if since < instant <= now)

    def was_asked(self, pair: Pair) -> bool:
        """Whether this volunteer was asked for this request since it last changed."""
        return pair in self.proposed or pair in self._open_pairs

    def was_matched(self, pair: Pair) -> bool:
        """Whether the two were ever coupled for this request, undone or not."""
        return pair in self.running or pair in self.finished or pair in self.matched_before

    def met(self, request_id: str) -> Set[str]:
        """The volunteers who were asked for this request since it last changed, or ever matched."""
        return self._met.get(request_id, frozenset())

    def required(self, request: Request) -> frozenset[str]:
        """Every qualification that the request itself or its skill asks for."""
        of_skill = self.skills[request.skill].requires
        return request.requires | of_skill if request.requires else of_skill

    def is_newcomer(self, volunteer_id: str) -> bool:
        """Whether this volunteer has never had a match here."""
        return self.are_newcomers((volunteer_id,))[0]

    def are_newcomers(self, volunteer_ids: Iterable[str]) -> list[bool]:
        """The same of each of many."""
        experienced, matched = self.experienced, self._ever_matched_volunteers
        return [volunteer not in experienced and volunteer not in matched for volunteer in volunteer_ids]

    @cached_property
    def engaged_volunteers(self) -> Set[str]:
        """Those who may have a match that runs or a proposal that is open; nobody else has."""
        return self._running_by_volunteer.keys() | self._open_by_volunteer.keys()

    @cached_property
    def _met(self) -> Mapping[str, set[str]]:
        grouped: defaultdict[str, set[str]] = defaultdict(set)
        for pairs in (self.running, self.finished, self.matched_before, self.proposed, self._open_pairs):
            for request, volunteer in pairs:
                grouped[request].add(volunteer)
        return grouped

    @cached_property
    def _taken(self) -> Mapping[str, int]:
        return Counter(request for request, _ in self.running | self.finished)

    @cached_property
    def _running_by_volunteer(self) -> Mapping[str, int]:
        return Counter(volunteer for _, volunteer in self.running)

    @cached_property
    def _ever_matched_volunteers(self) -> frozenset[str]:
        return frozenset(volunteer for _, volunteer in self.running | self.finished | self.matched_before)

    @cached_property
    def _open_pairs(self) -> frozenset[Pair]:
        return frozenset(proposal.pair for proposal in self.open_proposals)

    @cached_property
    def _open_by_request(self) -> Mapping[str, list[OpenProposal]]:
        grouped: defaultdict[str, list[OpenProposal]] = defaultdict(list)
        for proposal in self.open_proposals:
            grouped[proposal.request].append(proposal)
        return grouped

    @cached_property
    def _open_by_volunteer(self) -> Mapping[str, list[OpenProposal]]:
        grouped: defaultdict[str, list[OpenProposal]] = defaultdict(list)
        for proposal in self.open_proposals:
            grouped[proposal.volunteer].append(proposal)
        return grouped
