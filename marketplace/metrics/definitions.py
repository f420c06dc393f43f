"""What the figures mean. Everything that is counted anywhere is defined here, in words and as a type.

A **match** is a slot of a request and a person who both said yes; its moment is the last yes. Whether it was made
without a person in between is decided by events, not by intent: see `Ruling`. The policy paper *Het Nieuwe Welzijn*
names 79 % for 2019 without defining it; these definitions are ours, and in doubt they count against us.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from marketplace.metrics.intervals import wilson
from marketplace.models import ActingAs, EventKind
from marketplace.policies import AMSTERDAM, local_midnight

# "Matches made without personal mediation, 2019", the policy paper; how it was counted is not said.
REFERENCE_SHARE: Final = 0.79
REFERENCE_YEAR: Final = 2019
PROVISIONAL_DAYS: Final = 3
# Raised whenever a definition changes, so that figures of two reports can be told apart.
DEFINITIONS_VERSION: Final = 1
UNKNOWN: Final = "unknown"
NOBODY: Final = "none"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event, as far as the figures need it. Happenings are ordered by instant, then by ``seq``."""

    seq: int
    at: datetime
    kind: EventKind
    acting_as: ActingAs
    request_id: UUID
    slot_number: int | None = None
    match_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[datetime, int]:
        return self.at, self.seq


class Because(StrEnum):
    """What a staff member did by which a match counts as mediated."""

    PROPOSED = "staff proposed a person"
    CHOSE = "staff chose a person"
    REFUSED = "staff refused a person"
    REMOVED = "staff removed a person"
    MOVED = "staff moved a ride by hand"
    COUPLED = "staff coupled two people"
    CONTACT = "staff had contact about who would help"
    CHANGED = "staff changed the request after it was escalated"


@dataclass(frozen=True, slots=True)
class Reason:
    """One act by which a match counts as mediated."""

    because: Because
    kind: EventKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a match was mediated, whether staff assisted, and the acts that made it mediated, in order.

    **Mediated**: since the slot last became free and before the last yes, a staff member acting as staff
    (a) proposed, chose, refused or removed a person for it, (b) logged contact with a possible helper or the
    requester about *who* would help, or (c) changed, widened, split or reopened the request after it was escalated.
    Everything else is **unmediated**. A coordinator who offers as a volunteer acts as a volunteer.

    **Assisted**: staff lent a hand or a voice without deciding anything: they typed in what somebody told them,
    corrected the request before it was escalated, or read the engine's proposal out on the telephone.
    """

    mediated: bool
    assisted: bool
    because: tuple[Reason, ...] = ()


class Row(StrEnum):
    """Rides are counted apart: a ride a day would swamp the rest. The marketplace row stands beside the 79 %."""

    MARKETPLACE = "marketplace"
    RIDES = "rides"
    BOTH = "both"


class Cut(StrEnum):
    """By what the figures are divided. All but the origin are facts of the request when it was posted.

    MONTH is the Amsterdam month of the last yes for matches, and of posting for slots. ORIGIN is how a match began;
    a slot without a standing match has the origin ``none``.
    """

    MONTH = "month"
    WORK_AREA = "work_area"
    NEIGHBOURHOOD = "neighbourhood"
    ASKER = "asker"
    CHANNEL = "channel"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Amsterdam, both included; the first and the last may last 23 or 25 hours."""

    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if self.to_on < self.from_on:
            raise ValueError(f"the period ends on {self.to_on}, before it begins on {self.from_on}")

    @property
    def begins_at(self) -> datetime:
        return _midnight(self.from_on)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return _midnight(self.to_on + timedelta(days=1))

    @property
    def final_at(self) -> datetime:
        """From when the period's figures are no longer **provisional**: three local days after its end.

        Objection times may run for 24 hours after the last yes, and corrections take people a day or two.
        """
        return local_midnight(self.to_on + timedelta(days=1 + PROVISIONAL_DAYS)).astimezone(UTC)

    def holds(self, at: datetime) -> bool:
        return self.begins_at <= at < self.ends_at

    def months(self) -> "tuple[Period, ...]":
        """The calendar months of the period, the first and the last cut off where it begins and ends."""
        found, first = [], self.from_on
        while first <= self.to_on:
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            found.append(Period(first, min(self.to_on, following - timedelta(days=1))))
            first = following
        return tuple(found)


# A report asks of every match and slot whether it fell in the period.
@lru_cache(maxsize=256)
def _midnight(day: date) -> datetime:
    return local_midnight(day).astimezone(UTC)


def month_of(at: datetime) -> str:
    """The month in Amsterdam of an instant, as "2026-03"."""
    return f"{at.astimezone(AMSTERDAM):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Share:
    """A number of a number, and the 95 % Wilson interval of their quotient; None where there is nothing to divide."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is not a share")

    @property
    def share(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a request was when it was posted, for the cuts. ``posted_at`` None: posted outside our history."""

    posted_at: datetime | None = None
    work_area: str = UNKNOWN
    neighbourhood: str = UNKNOWN
    asker: str = UNKNOWN
    channel: str = UNKNOWN
    is_ride: bool = False


class MatchEnd(StrEnum):
    """How a match that stood came undone."""

    BY_REQUESTER = "requester"
    BY_VOLUNTEER = "volunteer"
    BY_STAFF = "staff"


@dataclass(frozen=True, slots=True)
class MatchMade:
    """One match. It **counts** once its objection time passed without objection.

    That is at the requester's "prima" or at ``objection_until``, whichever comes first. A match that was cancelled
    later, or before by somebody who did not object, still counts: two people had found each other.
    """

    match_id: UUID
    made_at: datetime
    origin: str
    ruling: Ruling
    objection_until: datetime
    is_confirmed: bool = False
    is_objected: bool = False
    end: MatchEnd | None = None

    def counts(self, as_of: datetime) -> bool:
        return not self.is_objected and (self.is_confirmed or self.objection_until <= as_of)


class SlotOutcome(StrEnum):
    """What became of a slot that was asked.

    WITHDRAWN by the requester: apart, in no rate. STILL_RUNNING: the request's respond-by has not passed, so nothing
    can be said yet. The others count: UNMEDIATED and MEDIATED by the slot's last standing match, EMPTY where there
    is none, which includes what staff closed.
    """

    UNMEDIATED = "unmediated"
    MEDIATED = "mediated"
    EMPTY = "empty"
    WITHDRAWN = "withdrawn"
    STILL_RUNNING = "still_running"


@dataclass(frozen=True, slots=True)
class SlotAsked:
    """One slot that was ever asked. ``match_id`` is its last match, while that stands."""

    number: int
    outcome: SlotOutcome
    match_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one request, as of an instant."""

    request_id: UUID
    facts: Facts
    matches: tuple[MatchMade, ...]
    slots: tuple[SlotAsked, ...]
    proposed_at: tuple[datetime, ...]
    is_escalated: bool

    def find_match(self, match_id: UUID | None) -> MatchMade | None:
        return next((match for match in self.matches if match.match_id == match_id), None)


@dataclass(frozen=True, slots=True)
class Fill:
    """**Unmediated fill rate**: slots whose last standing match is unmediated ÷ slots ever asked.

    Of the requests posted in the period whose respond-by has passed; withdrawals by the requester are left out and
    counted in ``withdrawn``, slots of requests whose respond-by is still to come in ``still_running``.
    """

    rate: Share
    withdrawn: int
    still_running: int

    @property
    def asked(self) -> int:
        return self.rate.denominator + self.withdrawn + self.still_running


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted beside the rates.

    The first seven are about the matches whose last yes fell in the period: ``made`` is all of them, ``awaiting``
    those whose objection time still runs, ``objected`` those the requester objected to (void), ``cancelled_by_…``
    and ``removed_by_staff`` those that came undone otherwise, ``assisted`` those that count, are unmediated and had
    staff's hand or voice. ``proposals`` were sent in the period, whatever came of them. ``requests_posted`` in the
    period, and ``requests_escalated`` of these, ever.
    """

    made: int
    awaiting: int
    objected: int
    cancelled_by_requester: int
    cancelled_by_volunteer: int
    removed_by_staff: int
    assisted: int
    proposals: int
    requests_posted: int
    requests_escalated: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cut. **Unmediated-match rate** (``matches``) = unmediated ÷ all matches that count."""

    key: str
    matches: Share
    fill: Fill
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The two rates of one row, never one without the other, what is counted beside them, and the cuts."""

    matches: Share
    fill: Fill
    counts: Counts
    cuts: Mapping[Cut, tuple[Line, ...]]
