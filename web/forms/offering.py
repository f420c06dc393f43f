"""The form of an offer: what a volunteer typed, kept as it was, and read into what `offering` takes."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from marketplace.asks import NewOffer, check_public
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Geocoder, Place, show_postcode
from marketplace.policies import AMSTERDAM, local_midnight
from matching.problem import SkillTable
from web.forms.reading import (
    WHOLE_WEEK,
    Form,
    is_ticked,
    read_day,
    read_line,
    read_many,
    read_place,
    read_text,
    read_week,
    read_whole,
    ticks_of,
)
from web.labels.skills import WORK_AREAS

# What is ticked before somebody says anything: taking away is quicker than ticking, and Sunday is a day of rest.
USUAL_WEEK: Final = tuple(one for one in WHOLE_WEEK if not one.startswith("7-") and one != "6-evening")
LONGEST_PAUSE: Final = timedelta(days=366)
LANGUAGE_CODES: Final = frozenset({"nl", "en", "ar", "tr", "pl", "uk", "de", "fr", "es", "ti", "fa"})

Answers = dict[str, str | list[str]]

_LINES: Final = ("postcode", "reach_km", "capacity", "asked_per_week", "sentence", "any_time", "is_public", "is_young")
_CONTACT: Final = ("first_name", "email", "telephone")
_TELEPHONE: Final = re.compile(r"(\+|00)?[0-9]{9,13}")
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_REACH: Final = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")

DEFAULTS: Final[Mapping[str, str | list[str]]] = {
    "reach_km": "5",
    "capacity": "2",
    "asked_per_week": "2",
    "when": list(USUAL_WEEK),
    "languages": ["nl"],
}


def skills_field(work_area: str) -> str:
    """The name of the chips of one work area."""
    return f"skills_{work_area}"


def keep_answers(typed: Form) -> Answers:
    """What was typed, of the fields that the form has, so that it can be shown again or kept as a draft."""
    several = ("when", "languages", *map(skills_field, WORK_AREAS))
    answers: Answers = {name: read_line(typed, name) for name in (*_LINES, *_CONTACT)}
    answers.update({name: read_many(typed, name)[:60] for name in several})
    return answers


def read_offer(answers: Mapping[str, Any], geocoder: Geocoder | None = None) -> NewOffer:
    """What somebody offers. Raises InvalidInput with every problem at once: field → code."""
    problems: dict[str, str] = {}
    place = _read_place(answers, geocoder or EmbeddedGeocoder(), problems)
    codes = frozenset(code for area in WORK_AREAS for code in read_many(answers, skills_field(area)))
    week = read_week(WHOLE_WEEK if is_ticked(answers, "any_time") else read_many(answers, "when"))
    languages = tuple(code for code in read_many(answers, "languages") if code in LANGUAGE_CODES)
    sentence = read_line(answers, "sentence")
    reach_km = read_text(answers, "reach_km")
    checks = {
        "skills": "" if codes else "skills_missing",
        "reach_km": "" if _REACH.fullmatch(reach_km) else "reach_range",
        "availability": "" if week else "availability_missing",
        "capacity": "" if read_whole(read_text(answers, "capacity")) else "capacity_range",
        "asked_per_week": "" if read_whole(read_text(answers, "asked_per_week")) else "asked_range",
        "sentence": check_public("sentence", sentence, longest=200),
        "languages": "" if languages else "languages_missing",
    }
    problems.update({field: code for field, code in checks.items() if code})
    if problems or place is None:
        raise InvalidInput(problems)
    return NewOffer(
        skill_codes=codes,
        place=place,
        availability=week,
        reach_km=float(reach_km.replace(",", ".")),
        capacity=int(read_text(answers, "capacity")),
        asked_per_week=int(read_text(answers, "asked_per_week")),
        languages=languages,
        sentence=sentence,
        is_public=is_ticked(answers, "is_public"),
    )


def find_contact_problems(answers: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with how somebody says they can be reached: field → code."""
    first_name, email, telephone = (read_line(answers, name) for name in _CONTACT)
    is_telephone = len(telephone) <= 20 and _TELEPHONE.fullmatch(re.sub(r"[\s()\-]", "", telephone))
    problems = {
        "first_name": "" if first_name else "first_name_missing",
        "email": "" if len(email) <= 254 and _EMAIL.fullmatch(email) else "email_form",
        "telephone": "" if is_telephone else "telephone_form",
    }
    if len(first_name) > 60:
        problems["first_name"] = "first_name_long"
    return {field: code for field, code in problems.items() if code}


def read_pause(typed: Form, *, now: datetime) -> datetime:
    """The midnight at which a pause ends. Raises InvalidInput on ``pause_until``."""
    until, today = read_day(read_line(typed, "pause_until")), now.astimezone(AMSTERDAM).date()
    if until is None:
        raise InvalidInput({"pause_until": "date_missing"})
    if until <= today:
        raise InvalidInput({"pause_until": "pause_past"})
    if until > today + LONGEST_PAUSE:
        raise InvalidInput({"pause_until": "when_far"})
    return local_midnight(until)


def usual_pause(now: datetime) -> date:
    """Two weeks: long enough for a holiday, short enough not to be forgotten."""
    return now.astimezone(AMSTERDAM).date() + timedelta(days=14)


def write_answers(offered: NewOffer, skills: SkillTable) -> Answers:
    """An offer as its form would have had it, to be changed in the same form."""
    answers: Answers = {
        "postcode": show_postcode(offered.place.postcode),
        "reach_km": f"{offered.reach_km:g}",
        "capacity": str(offered.capacity),
        # Who came for one thing is asked nothing (0), and may say otherwise here.
        "asked_per_week": str(offered.asked_per_week or DEFAULTS["asked_per_week"]),
        "sentence": offered.sentence,
        "is_public": "ja" if offered.is_public else "",
        "any_time": "",
        "languages": list(offered.languages),
        "when": ticks_of(offered.availability),
    }
    for area in WORK_AREAS:
        answers[skills_field(area)] = sorted(code for code in offered.skill_codes if skills[code].work_area == area)
    return answers


def _read_place(answers: Mapping[str, Any], geocoder: Geocoder, problems: dict[str, str]) -> Place | None:
    try:
        return read_place(read_line(answers, "postcode"), geocoder)
    except InvalidInput as refused:
        problems.update(refused.problems)
        return None
