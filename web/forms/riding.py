"""Asking for a ride, step by step: what is kept of each form, and how all of it together becomes a ride.

As with help (see `web.forms.asking`), answers are kept as they were typed and read again at each use.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from marketplace import known_places, trips
from marketplace.errors import InvalidInput, NotFound
from marketplace.geocoding import EmbeddedGeocoder, Geocoder
from marketplace.intake import Described
from marketplace.models import Channel, ReturnMode, Timing
from marketplace.trips import NewRide, Stop
from web.forms.asking import check_who, keep_who
from web.forms.reading import Form, is_ticked, read_day, read_line, read_many, read_minute, read_place, read_whole

T = TypeVar("T")
Answers = Mapping[str, Any]
GEOCODER: Final[Geocoder] = EmbeddedGeocoder()
ELSEWHERE: Final = "anders"
WEEKLY: Final = "elke-week"
TIMINGS: Final[Mapping[str, Timing]] = {"er-zijn": Timing.ARRIVE_BY, "ophalen": Timing.FETCH_AT}
BACKS: Final[Mapping[str, ReturnMode]] = {
    "nee": ReturnMode.NONE,
    "wachten": ReturnMode.WAIT,
    "later": ReturnMode.LATER,
}
WAITING: Final = (15, 30, 45, 60, 90, 120)


class Step(StrEnum):
    """The questions in their order; the value is the end of the address."""

    TO = "naar"
    FROM = "van"
    WHEN = "wanneer"
    BACK = "terug"
    ALONG = "mee"
    OFTEN = "vaker"
    WHO = "wie"
    CHECK = "klopt-dit"


# Of which form a problem of `trips.check_ride` is, and at which field.
_FIELDS: Final[Mapping[str, tuple[Step, str]]] = {
    "origin": (Step.FROM, "postcode"),
    "destination": (Step.FROM, "postcode"),
    "day": (Step.WHEN, "date"),
    "wanted_minute": (Step.WHEN, "at"),
    "return_minute": (Step.BACK, "back_at"),
    "companions": (Step.ALONG, "companions"),
    "needs": (Step.ALONG, "needs"),
    "remark": (Step.ALONG, "remark"),
    "weekdays": (Step.OFTEN, "weekdays"),
    "until": (Step.OFTEN, "until"),
}
_LINES: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.TO: ("to", "to_name", "to_postcode", "to_house_number"),
    Step.FROM: ("postcode", "house_number", "street"),
    Step.WHEN: ("date", "timing", "at"),
    Step.BACK: ("back", "wait_minutes", "back_at"),
    Step.ALONG: ("companions", "remark"),
    Step.OFTEN: ("often", "until"),
}
_TICKS: Final[Mapping[Step, tuple[str, ...]]] = {Step.ALONG: ("needs_help", "may_share")}
_MANY: Final[Mapping[Step, tuple[str, ...]]] = {Step.ALONG: ("needs",), Step.OFTEN: ("weekdays",)}


def keep(step: Step, form: Form) -> dict[str, Any]:
    """What is kept of the form of a step."""
    if step is Step.WHO:
        return keep_who(form)
    return {
        **{name: read_line(form, name) for name in _LINES.get(step, ())},
        **{name: is_ticked(form, name) for name in _TICKS.get(step, ())},
        **{name: read_many(form, name) for name in _MANY.get(step, ())},
    }


# --- what it means -----------------------------------------------------------------------------------------------


def read_to(answers: Answers) -> Stop:
    """Where it goes. Raises InvalidInput."""
    chosen = _line(answers, "to")
    if chosen != ELSEWHERE:
        try:
            return known_places.stop_at(chosen, GEOCODER)
        except NotFound:
            raise InvalidInput({"to": "to_missing"}) from None
    name, number = _line(answers, "to_name"), _line(answers, "to_house_number")
    problems = _problems(
        to_name="destination_missing" if not name else "destination_long" * (len(name) > 80),
        to_house_number="house_number_long" * (len(number) > 10),
    )
    place = _try(read_to_place, answers, problems=problems)
    if problems or place is None:
        raise InvalidInput(problems)
    return Stop.at(place, name=name, house_number=number)


def read_to_place(answers: Answers) -> Any:
    """The point of a place that we do not know by name. Raises InvalidInput."""
    try:
        return read_place(_line(answers, "to_postcode"), GEOCODER, field="to_postcode")
    except InvalidInput as refused:
        code = refused.problems["to_postcode"]
        missing = "destination_postcode_missing" if code == "to_postcode_missing" else code
        raise InvalidInput({"to_postcode": missing}) from refused


def read_from(answers: Answers) -> Stop:
    """Where it begins. Raises InvalidInput with every problem at once."""
    street, number = _line(answers, "street"), _line(answers, "house_number")
    problems = _problems(
        house_number="house_number_missing" if not number else "house_number_long" * (len(number) > 10),
        street="street_missing" if not street else "street_long" * (len(street) > 80),
    )
    place = _try(read_place, _line(answers, "postcode"), GEOCODER, problems=problems)
    if problems or place is None:
        raise InvalidInput(problems)
    return Stop.at(place, street=street, house_number=number)


def read_when(answers: Answers) -> dict[str, Any]:
    """The day and the one time that is known. Raises InvalidInput with every problem at once."""
    day, minute = read_day(_line(answers, "date")), read_minute(_line(answers, "at"))
    timing = TIMINGS.get(_line(answers, "timing"))
    problems = _problems(
        date="date_missing" * (day is None),
        timing="timing_missing" * (timing is None),
        at="ride_time_missing" * (minute is None),
    )
    if problems:
        raise InvalidInput(problems)
    return {"day": day, "wanted_minute": minute, "timing": timing}


def read_back(answers: Answers) -> dict[str, Any]:
    """Whether and how it goes back. Raises InvalidInput."""
    mode = BACKS.get(_line(answers, "back"))
    wait, back = read_whole(_line(answers, "wait_minutes")) or 0, read_minute(_line(answers, "back_at"))
    problems = _problems(
        back="returns_missing" * (mode is None),
        wait_minutes="wait_missing" * (mode is ReturnMode.WAIT and not wait),
        back_at="back_at_missing" * (mode is ReturnMode.LATER and back is None),
    )
    if problems:
        raise InvalidInput(problems)
    return {
        "return_mode": mode,
        "wait_minutes": wait if mode is ReturnMode.WAIT else 0,
        "return_minute": back if mode is ReturnMode.LATER else None,
    }


def read_along(answers: Answers) -> dict[str, Any]:
    """Who and what comes along. Raises InvalidInput."""
    companions = read_whole(_line(answers, "companions"))
    if companions is None:
        raise InvalidInput({"companions": "ride_persons"})
    return {
        "companions": companions,
        "needs": tuple(need for need in trips.NEEDS if need in (answers.get("needs") or ())),
        "needs_help": bool(answers.get("needs_help")),
        "may_share": bool(answers.get("may_share")),
        "remark": _line(answers, "remark"),
    }


def read_often(answers: Answers) -> dict[str, Any]:
    """Once, or every week until a day; the day of the first ride is always one of its days. Raises InvalidInput."""
    often = _line(answers, "often")
    if often not in ("eenmaal", WEEKLY):
        raise InvalidInput({"often": "often_missing"})
    if often != WEEKLY:
        return {}
    until, first = read_day(_line(answers, "until")), read_day(_line(answers, "date"))
    ticked = {read_whole(one) for one in answers.get("weekdays") or ()}
    days = tuple(day for day in range(7) if day in ticked or (first is not None and day == first.weekday()))
    if until is None:
        raise InvalidInput({"until": "until_day_missing"})
    return {"weekdays": days, "until": until}


# --- all of it together ------------------------------------------------------------------------------------------


def read_ride(answers: Answers, *, channel: Channel = Channel.WEB) -> NewRide:
    """The ride that these answers ask. Raises InvalidInput with every problem of its forms at once."""
    problems: dict[str, str] = {}
    destination = _try(read_to, answers, problems=problems)
    origin = _try(read_from, answers, problems=problems)
    parts = [_try(read, answers, problems=problems) for read in (read_when, read_back, read_along, read_often)]
    if problems or origin is None or destination is None:
        raise InvalidInput(problems)
    facts = {name: value for part in parts for name, value in (part or {}).items()}
    return NewRide(origin, destination, **facts, channel=channel, accepts_doubt=bool(answers.get("doubt")))


def describe_other(name: str, telephone: str, origin: Stop) -> Described:
    """Whom somebody asks for: they live where they are fetched."""
    return Described(name, telephone, origin.postcode, origin.street, origin.house_number)


def check_step(step: Step, answers: Answers, *, municipality: str, now: datetime, is_known: bool) -> dict[str, str]:
    """Every problem of one step: what the form itself can tell, then what the marketplace says of it."""
    problems: dict[str, str] = {}
    readers: dict[Step, Callable[[], Any]] = {
        Step.TO: lambda: read_to(answers),
        Step.FROM: lambda: read_from(answers),
        Step.WHEN: lambda: read_when(answers),
        Step.BACK: lambda: read_back(answers),
        Step.ALONG: lambda: read_along(answers),
        Step.OFTEN: lambda: read_often(answers),
    }
    if step is Step.WHO:
        return check_who(answers, is_known=is_known)
    if step is not Step.CHECK:
        _try(readers[step], problems=problems)
    return problems or _check_together(step, answers, municipality, now)


def on_forms(problems: Mapping[str, str]) -> dict[str, str]:
    """What the marketplace refused, for the last page, on which no field stands."""
    return {"": next(iter(problems.values()))} if problems else {}


def at_fields(problems: Mapping[str, str]) -> dict[str, str]:
    """Each problem of `trips.check_ride` at the field of the forms that it is about; others stay where they are."""
    return {_FIELDS[name][1] if name in _FIELDS else name: code for name, code in problems.items()}


def first_open_step(answers: Answers, *, municipality: str, now: datetime, is_known: bool) -> Step | None:
    """The first question that is not answered yet, or no longer well; None where all are."""
    for step in Step:
        if step is not Step.CHECK and check_step(step, answers, municipality=municipality, now=now, is_known=is_known):
            return step
    return None


def _check_together(step: Step, answers: Answers, municipality: str, now: datetime) -> dict[str, str]:
    """What the marketplace says, as far as it is about this step; the questions that follow count as answered."""
    asked = _so_far(answers)
    if asked is None:
        return {}
    try:
        trips.check_ride(asked, now=now, municipality=municipality)
    except InvalidInput as refused:
        found = {_FIELDS[field]: code for field, code in refused.problems.items()}
        return {field: code for (of, field), code in found.items() if of is step}
    return {}


def _so_far(answers: Answers) -> NewRide | None:
    """The ride as far as it is told; None before its places are. To be late is no mistake: the last page tells."""
    origin, destination = _try(read_from, answers, problems={}), _try(read_to, answers, problems={})
    when = _try(read_when, answers, problems={})
    if origin is None or destination is None:
        return None
    facts = when or {"day": date.max.replace(year=2199), "wanted_minute": 0, "timing": Timing.FETCH_AT}
    for read in (read_back, read_along, read_often):
        facts |= _try(read, answers, problems={}) or {}
    return NewRide(origin, destination, **facts, accepts_doubt=True)


def _line(answers: Answers, name: str) -> str:
    return str(answers.get(name) or "")


def _problems(**codes: str) -> dict[str, str]:
    return {field: code for field, code in codes.items() if code}


def _try(read: Callable[..., T], *arguments: Any, problems: dict[str, str]) -> T | None:
    try:
        return read(*arguments)
    except InvalidInput as refused:
        problems |= refused.problems
        return None
