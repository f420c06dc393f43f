"""What a coordinator types while somebody talks: ten fields, and one for help elsewhere; kept as typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.asks import RIDE, NewRequest, Span, WeekPiece
from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Geocoder, Place, normalise_postcode
from marketplace.intake import Described
from marketplace.models import Channel, ContactBy
from marketplace.people import Details, check_details, tidy_telephone
from marketplace.policies import AMSTERDAM
from matching.skills import SkillTable
from matching.text import guess_skills
from web.forms.asking import read_what
from web.forms.reading import (
    WHOLE_WEEK,
    Form,
    local_instant,
    read_day,
    read_id,
    read_line,
    read_many,
    read_text,
    read_week,
    read_whole,
)
from web.forms.series import read_series
from web.labels.problems import SENTENCES

GEOCODER: Final[Geocoder] = EmbeddedGeocoder()
NEW: Final = "nieuw"
CHANNELS: Final[Mapping[str, Channel]] = {"telefoon": Channel.TELEPHONE, "balie": Channel.DESK}
WAYS: Final[Mapping[str, ContactBy]] = {"bellen": ContactBy.TELEPHONE, "brief": ContactBy.LETTER}
_LINES: Final = (
    *("person", "name", "telephone", "address", "contact_by", "skill", "date", "minutes", "slots"),
    "help_address",
    *("rhythm", "at", "months"),
)
_WORKDAY: Final = (9 * 60, 18 * 60)
_POSTCODE: Final = re.compile(r"\b[1-9][0-9]{3}\s*[A-Za-z]{2}\b")
_DOOR: Final = re.compile(r"(?P<street>.*\D)\s+(?P<number>[0-9]+\s*[A-Za-z0-9\-]{0,5})")
# What is put another way for who types it in for somebody else.
_OWN: Final[Mapping[str, str]] = {
    "name_missing": "Vul een naam in, of kies iemand die wij kennen.",
    "reach_missing": "Vul een telefoonnummer in, of kies voor een brief.",
    "address_missing": "Vul straat, huisnummer en postcode in, bijvoorbeeld Dorpstraat 12, 4901 AB.",
    "postcode_missing": "Zet de postcode bij het adres, bijvoorbeeld Dorpstraat 12, 4901 AB.",
    "door_missing": "Zet straat en huisnummer vóór de postcode, bijvoorbeeld Dorpstraat 12, 4901 AB.",
    "skill_unclear": "Kies wat voor hulp het is. Uit de tekst is het niet op te maken.",
    "ride_notice": "Dit is korter dan twee werkdagen tevoren. Weten zij dat het misschien niet lukt? Kruis dat aan.",
    "skill_is_ride": "Dit is een rit. Neem die aan bij “Nieuwe rit”.",
    "date_form": "Vul een datum in, bijvoorbeeld 3-3-2026. Of laat dit leeg.",
    "person_same": "Kijk of dit dezelfde persoon is. Kies iemand uit de lijst, of zeg dat het iemand anders is.",
    "channel_missing": "Kies of het aan de telefoon of aan de balie was.",
    "person_gone": "Deze persoon kennen wij niet meer. Zoek opnieuw.",
}


@dataclass(frozen=True)
class Taken:
    """What was typed, read: who it is about, how they hear from us, and what is asked."""

    described: Described
    contact_by: ContactBy
    asked: NewRequest


def keep(form: Form) -> dict[str, Any]:
    """What stands in the fields, to be shown again."""
    return {name: read_line(form, name) for name in _LINES} | {
        "text": read_text(form, "text"),
        "when": read_many(form, "when"),
    }


def chosen_person(typed: Mapping[str, Any]) -> UUID | None:
    """Whom the coordinator picked of those we know."""
    return read_id(str(typed.get("person") or ""))


def describe(typed: Mapping[str, Any]) -> Described:
    """As much as can be read, for looking whom it may be; never refuses."""
    address = str(typed.get("address") or "")
    found = _POSTCODE.search(address)
    door = _DOOR.search(_without_postcode(address))
    return Described(
        name=str(typed.get("name") or ""),
        telephone=tidy_telephone(str(typed.get("telephone") or "")),
        postcode=normalise_postcode(found[0]) if found else "",
        street=door["street"].strip(" ,") if door else "",
        house_number=door["number"].replace(" ", "") if door else "",
    )


def read(typed: Mapping[str, Any], *, channel: Channel, skills: SkillTable, now: datetime) -> Taken:
    """All of it. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    described = describe(typed)
    elsewhere = describe({"address": typed.get("help_address")}) if typed.get("help_address") else None
    is_known = chosen_person(typed) is not None
    contact_by = WAYS.get(str(typed.get("contact_by") or ""), ContactBy.TELEPHONE)
    problems |= check_who(described, contact_by, is_known=is_known)
    text = _text(typed, problems)
    skill = _skill(typed, text, skills, problems)
    if skill == RIDE:
        problems["skill"] = "skill_is_ride"
    is_elsewhere = elsewhere is not None
    where = elsewhere if elsewhere is not None and is_elsewhere else described
    place = _place(typed, where, "help_address" if is_elsewhere else "address", problems)
    times = _usual(typed, now, problems)
    if problems or place is None:
        raise InvalidInput(problems)
    asked = NewRequest(
        skill_code=skill,
        text=text,
        place=place,
        **times,
        street=where.street,
        house_number=where.house_number,
        is_at_home=not is_elsewhere,
        channel=channel,
    )
    return Taken(described, contact_by, asked)


def sentence_of(code: str) -> str:
    """What is wrong, and what to do."""
    return _OWN.get(code) or SENTENCES.get(code) or "Kijk dit nog eens na."


def check_who(described: Described, contact_by: ContactBy, *, is_known: bool) -> dict[str, str]:
    """Every problem of a name and a way to be told; who was picked of those we know needs neither."""
    details = Details(described.first_name or "-", described.last_name or "-", described.telephone)
    found = check_details(details)
    problems = {"telephone": "telephone_form"} if found.get("telephone") == "telephone_form" else {}
    if not described.name and not is_known:
        problems["name"] = "name_missing"
    if found.get("first_name") or found.get("last_name"):
        problems["name"] = found.get("first_name") or found["last_name"]
    if not described.telephone and not is_known and contact_by is ContactBy.TELEPHONE:
        problems["telephone"] = "reach_missing"
    return problems


def _place(typed: Mapping[str, Any], where: Described, field: str, problems: dict[str, str]) -> Place | None:
    if not str(typed.get(field) or ""):
        problems[field] = "address_missing"
    elif not where.postcode:
        problems[field] = "postcode_missing"
    elif not (where.street and where.house_number):
        problems[field] = "door_missing"
    elif len(where.street) > 80 or len(where.house_number) > 10:
        problems[field] = "street_long"
    else:
        place = GEOCODER.find(where.postcode)
        if place is None:
            problems[field] = "postcode_unknown"
        return place
    return None


def _usual(typed: Mapping[str, Any], now: datetime, problems: dict[str, str]) -> dict[str, Any]:
    """When, how long and with how many."""
    minutes, slots = (read_whole(str(typed.get(name) or "")) or 0 for name in ("minutes", "slots"))
    if typed.get("rhythm"):
        series = read_series(typed, problems, day="date", at="at")
        return {"minutes": minutes, "slots": slots, "series": series}
    windows, weekly = _when(typed, now, problems)
    return {"windows": windows, "weekly": weekly, "minutes": minutes, "slots": slots}


def _text(typed: Mapping[str, Any], problems: dict[str, str]) -> str:
    try:
        return read_what(typed)
    except InvalidInput as refused:
        problems |= refused.problems
        return ""


def _skill(typed: Mapping[str, Any], text: str, skills: SkillTable, problems: dict[str, str]) -> str:
    """The kind that was chosen; left open, the text is read for it."""
    code = str(typed.get("skill") or "")
    if not code:
        guesses = guess_skills(text, skills, limit=1)
        code = guesses[0].code if guesses else ""
    if code not in skills:
        problems["skill"] = "skill_unclear"
    return code


def _when(
    typed: Mapping[str, Any], now: datetime, problems: dict[str, str]
) -> tuple[tuple[Span, ...], tuple[WeekPiece, ...]]:
    """A day, with the parts of it that were ticked; or parts of the week; nothing at all is any moment."""
    ticked = typed.get("when") or ()
    if not (written := str(typed.get("date") or "")):
        return (), read_week(ticked or WHOLE_WEEK)
    day = read_day(written)
    if day is None:
        problems["date"] = "date_form"
        return (), ()
    parts = [(one.start_minute, one.end_minute) for one in read_week(ticked) if one.weekday == day.weekday()]
    spans = tuple(Span(local_instant(day, start), local_instant(day, end)) for start, end in parts or [_WORKDAY])
    # Somebody who calls at noon for today means from now on.
    next_hour = now.astimezone(AMSTERDAM).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    coming = tuple(Span(max(span.starts_at, next_hour), span.ends_at) for span in spans if span.ends_at > next_hour)
    if not coming:
        problems["date"] = "when_past"
    return coming, ()


def _without_postcode(address: str) -> str:
    return _POSTCODE.sub(" ", address).strip(" ,")
