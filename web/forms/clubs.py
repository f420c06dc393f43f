"""What organisations fill in: their page, an invitation, a vacancy with its shifts, an activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from marketplace.asks import Span
from marketplace.clubs.activities import NewActivity
from marketplace.clubs.founding import Profile
from marketplace.clubs.vacancies import MOST_QUESTIONS, MOST_SHIFTS, NewShift, NewVacancy
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import MemberRole
from web.forms.reading import (
    Form,
    is_ticked,
    local_instant,
    read_day,
    read_line,
    read_many,
    read_minute,
    read_place,
    read_text,
    read_week,
    read_whole,
)

ONCE: Final = "eenmalig"
EVERY_WEEK: Final = "elke-week"
MINUTES: Final = (30, 60, 90, 120, 180, 240)
FIRST_ROWS: Final = 3
_GEOCODER: Final = EmbeddedGeocoder()
_PROFILE: Final = ("name", "website", "reached_by", "postcode", "contact")
_LINES: Final = (
    *("title", "skill", "kind", "postcode", "street", "house_number", "slots", "minutes", "hours_per_week"),
    *("min_age", "choice", "copied_from"),
    *(f"question_{number}" for number in range(1, MOST_QUESTIONS + 1)),
)
# What must stand there anyhow: field → the code of the problem where it does not.
_PROFILE_NEEDS: Final = {"name": "organisation_name_missing", "about": "organisation_about_missing"}
_VACANCY_NEEDS: Final = {
    "title": "vacancy_title_missing",
    "text": "vacancy_text_missing",
    "skill": "skill_missing",
}
_OF_SHIFT: Final = ("day", "from", "until", "people")
_ACTIVITY: Final = ("title", "venue", "day", "from", "until", "places")


@dataclass(frozen=True)
class ShiftFields:
    """One row of the form: a shift, as it was typed."""

    number: int
    day: str = ""
    start: str = ""
    until: str = ""
    people: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.day or self.start or self.until)


def keep_profile(form: Form) -> dict[str, str]:
    """What stands in the fields of an organisation's page."""
    return {**{name: read_line(form, name) for name in _PROFILE}, "about": read_text(form, "about")}


def read_profile(typed: Mapping[str, Any]) -> Profile:
    """The page of an organisation. Raises InvalidInput where the postcode is none, with what else is left out."""
    place, problems = _read_place(typed)
    if place is None:
        raise InvalidInput(_left_out(typed, _PROFILE_NEEDS) | problems)
    return Profile(
        name=read_line(typed, "name"),
        about=read_text(typed, "about"),
        place=place,
        website=read_line(typed, "website"),
        reached_by=read_line(typed, "reached_by"),
    )


def read_role(form: Form) -> MemberRole:
    """Which role was chosen. Raises InvalidInput."""
    chosen = read_line(form, "role")
    if chosen not in {role.value for role in MemberRole}:
        raise InvalidInput({"role": "role_missing"})
    return MemberRole(chosen)


# --- a vacancy -----------------------------------------------------------------------------------------------------


def keep_vacancy(form: Form) -> dict[str, Any]:
    """What stands in the fields of a vacancy, to be shown again."""
    rows = read_rows(form)
    return {
        **{name: read_line(form, name) for name in _LINES},
        "text": read_text(form, "text"),
        "week": read_many(form, "week"),
        **{
            f"shift_{row.number}_{name}": read_line(form, f"shift_{row.number}_{name}")
            for row in rows
            for name in _OF_SHIFT
        },
        "rows": str(len(rows)),
    }


def read_rows(typed: Mapping[str, Any]) -> list[ShiftFields]:
    """The rows of shifts that the form has: three at first, and one more for every press of the button."""
    count = min(max(read_whole(read_line(typed, "rows")) or FIRST_ROWS, 1), MOST_SHIFTS)
    return [
        ShiftFields(number, *(read_line(typed, f"shift_{number}_{name}") for name in _OF_SHIFT))
        for number in range(1, count + 1)
    ]


def with_another_row(typed: dict[str, Any]) -> dict[str, Any]:
    """The same form with room for one more shift."""
    return {**typed, "rows": str(min(len(read_rows(typed)) + 1, MOST_SHIFTS))}


def read_vacancy(typed: Mapping[str, Any]) -> NewVacancy:
    """The vacancy that this tells. Raises InvalidInput with every problem at once; of a row, its field is shift_1…"""
    place, problems = _read_place(typed)
    kind = read_line(typed, "kind")
    if kind not in (ONCE, EVERY_WEEK):
        problems["kind"] = "kind_missing"
    shifts = _read_shifts(typed, problems) if kind == ONCE else ()
    week = read_week(read_many(typed, "week")) if kind == EVERY_WEEK else ()
    minutes, hours = read_whole(read_line(typed, "minutes")), read_whole(read_line(typed, "hours_per_week"))
    if kind == EVERY_WEEK:
        problems |= {"week": "when_missing"} if not week else {}
        problems |= {"minutes": "length_missing"} if minutes not in MINUTES else {}
        problems |= {"hours_per_week": "hours_per_week_range"} if not hours or not 1 <= hours <= 40 else {}
    if place is None or problems:
        raise InvalidInput(_left_out(typed, _VACANCY_NEEDS) | problems)
    return NewVacancy(
        title=read_line(typed, "title"),
        text=read_text(typed, "text"),
        skill_code=read_line(typed, "skill"),
        place=place,
        shifts=shifts,
        weekly=week,
        slots=read_whole(read_line(typed, "slots")) or 0,
        minutes=minutes or 0,
        hours_per_week=(hours or 0) if kind == EVERY_WEEK else 0,
        street=read_line(typed, "street"),
        house_number=read_line(typed, "house_number"),
        questions=read_questions(typed),
        is_chosen_by_requester=read_line(typed, "choice") == "kiezen",
        min_age=read_whole(read_line(typed, "min_age")) or 0,
        copied_from_id=_id(typed),
    )


def read_questions(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions to who offers, empty ones left out."""
    asked = (read_line(typed, f"question_{number}") for number in range(1, MOST_QUESTIONS + 1))
    return tuple(question for question in asked if question)


def _left_out(typed: Mapping[str, Any], needed: Mapping[str, str]) -> dict[str, str]:
    """What is empty, so that nobody hears of it only after mending the rest."""
    return {name: code for name, code in needed.items() if not read_line(typed, name)}


def _read_place(typed: Mapping[str, Any]) -> tuple[Place | None, dict[str, str]]:
    try:
        return read_place(read_line(typed, "postcode"), _GEOCODER), {}
    except InvalidInput as refused:
        return None, dict(refused.problems)


def _id(typed: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(read_line(typed, "copied_from"))
    except ValueError:
        return None


def _read_shifts(typed: Mapping[str, Any], problems: dict[str, str]) -> tuple[NewShift, ...]:
    found = []
    for row in read_rows(typed):
        if row.is_empty:
            continue
        day, start, until = read_day(row.day), read_minute(row.start), read_minute(row.until)
        people = read_whole(row.people)
        if day is None or start is None or until is None or not people:
            problems[f"shift_{row.number}"] = "shift_incomplete"
        else:
            found.append(NewShift(Span(local_instant(day, start), local_instant(day, until)), people))
    if not found and not problems:
        problems["shift_1"] = "shifts_missing"
    return tuple(found)


# --- offering for it -----------------------------------------------------------------------------------------------


def read_answers(form: Form, count: int) -> list[str]:
    """What was answered to the questions of a vacancy."""
    return [read_text(form, f"question_{number}") for number in range(1, count + 1)]


def is_sure(form: Form) -> bool:
    """Whether somebody who waits may be placed without being asked again."""
    return is_ticked(form, "sure")


# --- an activity ---------------------------------------------------------------------------------------------------


def keep_activity(form: Form) -> dict[str, str]:
    """What stands in the fields of an activity."""
    return {**{name: read_line(form, name) for name in _ACTIVITY}, "text": read_text(form, "text")}


def read_activity(typed: Mapping[str, str]) -> NewActivity:
    """The activity that this tells; what is no day or time is None."""
    day = read_day(read_line(typed, "day"))
    return NewActivity(
        title=read_line(typed, "title"),
        text=read_text(typed, "text"),
        venue=read_line(typed, "venue"),
        starts_at=_at(day, read_line(typed, "from")),
        ends_at=_at(day, read_line(typed, "until")),
        places=read_whole(read_line(typed, "places")) or 0,
    )


def _at(day: Any, typed: str) -> datetime | None:
    minute = read_minute(typed)
    return None if day is None or minute is None else local_instant(day, minute)


def place_of(postcode: str) -> Place:
    """The place of a postcode that was taken before."""
    return read_place(postcode, _GEOCODER)
