"""What somebody fills in to ask or to offer, checked before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.errors import InvalidInput
from marketplace.geocoding import Place
from marketplace.models import AskerKind, Channel, Rhythm
from marketplace.rhythms import instant_of, is_of
from marketplace.textguard import Private, find_private

RIDE: Final = "transport.automaatje"
MAX_TEXT: Final = 1000
MAX_CARE_NOTE: Final = 500
# A buddy is asked of the buddy coordinator, never of the engine.
BUDDIES: Final = frozenset({"company.buddy", "company.family"})
MAX_SLOTS: Final = 20
MAX_MINUTES: Final = 12 * 60
MAX_AHEAD: Final = timedelta(days=366)
# A series never goes on without anybody looking: a year at most.
LONGEST_SERIES: Final = timedelta(days=366)
MOST_IN_CIRCLE: Final = 8
MINUTES_A_DAY: Final = 24 * 60


@dataclass(frozen=True)
class WeekPiece:
    """A piece of every week in local time; weekday 0 is Monday, minutes since midnight."""

    weekday: int
    start_minute: int
    end_minute: int
    # Help that returns in this rhythm; None is once, or of an offer.
    rhythm: Rhythm | None = None


@dataclass(frozen=True)
class Span:
    """A dated time, aware instants."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Destination:
    """Where a ride goes, and whether the driver waits and brings the passenger back."""

    name: str
    place: Place
    returns: bool
    wait_minutes: int = 0

    def as_json(self) -> dict[str, Any]:
        """The form in which a request keeps it."""
        return {
            "name": self.name,
            "postcode": self.place.postcode,
            "neighbourhood": self.place.neighbourhood,
            "latitude": self.place.latitude,
            "longitude": self.place.longitude,
            "returns": self.returns,
            "wait_minutes": self.wait_minutes,
        }


@dataclass(frozen=True)
class NewSeries:
    """Help that returns: from a day on, that day's weekday at a local time, until a day at which it is looked at again.

    ``slots`` of the request above 1 make it a circle, whose helpers take turns.
    """

    rhythm: Rhythm
    first_on: date
    start_minute: int
    last_on: date
    is_reviewed: bool = True


@dataclass(frozen=True)
class NewRequest:
    """A request as it was asked, places and times already read."""

    skill_code: str
    text: str
    place: Place
    minutes: int
    windows: tuple[Span, ...] = ()
    weekly: tuple[WeekPiece, ...] = ()
    slots: int = 1
    street: str = ""
    house_number: str = ""
    is_at_home: bool = True
    destination: Destination | None = None
    respond_by: datetime | None = None
    languages: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    min_age: int = 0
    is_chosen_by_requester: bool = False
    asker_kind: AskerKind = AskerKind.PRIVATE
    organisation_name: str = ""
    # Where they act for an organisation that is known here.
    organisation_id: UUID | None = None
    channel: Channel = Channel.WEB
    preferred_offer_id: UUID | None = None
    # Read by nobody but who helps, and those who work here.
    care_note: str = ""
    series: NewSeries | None = None

    @property
    def first_appointment_at(self) -> datetime | None:
        """When the first dated time begins."""
        if self.series is not None:
            return instant_of(self.series.first_on, self.series.start_minute)
        return min((span.starts_at for span in self.windows), default=None)


@dataclass(frozen=True)
class NewOffer:
    """What a volunteer offers."""

    skill_codes: frozenset[str]
    place: Place
    availability: tuple[WeekPiece, ...]
    reach_km: float = 5.0
    capacity: int = 2
    asked_per_week: int = 2
    languages: tuple[str, ...] = ("nl",)
    sentence: str = ""
    is_public: bool = False


def check_request(asked: NewRequest, *, skills: Mapping[str, Any], now: datetime, municipality: str) -> None:
    """Raises InvalidInput with every problem at once: field → code."""
    problems = {
        **_check_what(asked, skills, municipality),
        **_check_when(asked, now),
    }
    if problems:
        raise InvalidInput(problems)


def check_offer(offered: NewOffer, *, skills: Mapping[str, Any], engaged: int = 0) -> None:
    """Raises InvalidInput with every problem at once: field → code."""
    problems = {
        "skills": "skills_missing" if not offered.skill_codes else _unknown(offered.skill_codes, skills),
        "availability": "" if offered.availability else "availability_missing",
        "reach_km": "" if 0 < offered.reach_km <= 50 else "reach_range",
        "capacity": _capacity(offered.capacity, engaged),
        "asked_per_week": "" if 1 <= offered.asked_per_week <= 7 else "asked_range",
        "sentence": check_public("sentence", offered.sentence, longest=200),
    }
    if problems := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(problems)


def check_public(field: str, text: str, *, longest: int) -> str:
    """What is wrong with a text that everybody can read: the code of a problem, or nothing."""
    if len(text) > longest:
        return f"{field}_long"
    kind = find_private(text)
    return private_code(field, kind) if kind else ""


def private_code(field: str, kind: Private) -> str:
    """The code of the problem that a public text holds something private."""
    return f"{field}_private_{kind.value}"


def _unknown(codes: frozenset[str], skills: Mapping[str, Any]) -> str:
    return "" if codes <= set(skills) else "skills_unknown"


def _capacity(capacity: int, engaged: int) -> str:
    if not 1 <= capacity <= 10:
        return "capacity_range"
    return "capacity_below_engaged" if capacity < engaged else ""


def _check_what(asked: NewRequest, skills: Mapping[str, Any], municipality: str) -> dict[str, str]:
    problems = {
        "skill": _skill(asked, skills),
        "text": "text_missing" if not asked.text.strip() else check_public("text", asked.text, longest=MAX_TEXT),
        "postcode": "" if asked.place.municipality == municipality else "postcode_elsewhere",
        "care_note": "" if len(asked.care_note) <= MAX_CARE_NOTE else "care_note_long",
        "slots": "" if 1 <= asked.slots <= MAX_SLOTS else "slots_range",
        "minutes": "" if 0 < asked.minutes <= MAX_MINUTES else "minutes_range",
        "min_age": "" if 0 <= asked.min_age <= 99 else "min_age_range",
        "organisation_name": _organisation(asked),
        "destination": "destination_missing" if asked.skill_code == RIDE and asked.destination is None else "",
    }
    return {field: code for field, code in problems.items() if code}


def _skill(asked: NewRequest, skills: Mapping[str, Any]) -> str:
    if asked.skill_code not in skills:
        return "skill_missing"
    return "skill_buddy" if asked.skill_code in BUDDIES else ""


def _organisation(asked: NewRequest) -> str:
    is_nameless = asked.asker_kind is AskerKind.ORGANISATION and not asked.organisation_name.strip()
    return "organisation_name_missing" if is_nameless else ""


def _check_when(asked: NewRequest, now: datetime) -> dict[str, str]:
    if asked.series is not None:
        return _check_series(asked, asked.series, now)
    if not asked.windows and not asked.weekly:
        return {"when": "when_missing"}
    if any(span.ends_at <= span.starts_at for span in asked.windows):
        return {"when": "when_order"}
    if any(span.starts_at <= now for span in asked.windows):
        return {"when": "when_past"}
    if any(span.starts_at > now + MAX_AHEAD for span in asked.windows):
        return {"when": "when_far"}
    if not _is_long_enough(asked):
        return {"when": "when_short"}
    if asked.respond_by is not None and not now < asked.respond_by <= now + MAX_AHEAD:
        return {"respond_by": "respond_by_past"}
    return {}


def _check_series(asked: NewRequest, series: NewSeries, now: datetime) -> dict[str, str]:
    first_at = instant_of(series.first_on, series.start_minute)
    if not 0 <= series.start_minute < series.start_minute + asked.minutes <= MINUTES_A_DAY:
        return {"when": "series_day"}
    if first_at <= now:
        return {"when": "when_past"}
    if first_at > now + MAX_AHEAD:
        return {"when": "when_far"}
    if series.last_on < series.first_on:
        return {"last_on": "series_order"}
    if series.last_on > series.first_on + LONGEST_SERIES:
        return {"last_on": "series_far"}
    if not is_of(series.rhythm, series.first_on, first_on=series.first_on):
        return {"when": "series_rhythm"}
    return {"slots": "series_circle"} if asked.slots > MOST_IN_CIRCLE else {}


def _is_long_enough(asked: NewRequest) -> bool:
    needed = timedelta(minutes=asked.minutes)
    return any(span.ends_at - span.starts_at >= needed for span in asked.windows) or any(
        piece.end_minute - piece.start_minute >= asked.minutes for piece in asked.weekly
    )
