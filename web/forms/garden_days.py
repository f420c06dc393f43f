"""A garden day as somebody fills it in: the group, the day and its hours, and which gardens."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from marketplace.errors import InvalidInput
from marketplace.together.garden_days import GARDEN_DAYS, MOST_PEOPLE, NewGardenDay
from web.forms.reading import Form, local_instant, read_day, read_id, read_line, read_many, read_minute, read_whole

FIELDS: Final = ("group_name", "organisation", "people", "date", "from", "until")


def read_size(typed: Mapping[str, Any]) -> tuple[int, int]:
    """How many people come for how many hours; the usual where that was not said well."""
    people, hours = read_whole(read_line(typed, "mensen")), read_whole(read_line(typed, "uren"))
    return (
        people if people is not None and 1 <= people <= MOST_PEOPLE else GARDEN_DAYS.usual_people,
        hours if hours is not None and 1 <= hours <= 10 else GARDEN_DAYS.usual_hours,
    )


def read_gardens(typed: Mapping[str, Any]) -> tuple[UUID, ...]:
    """The gardens that were ticked, each once."""
    found = (read_id(one) for one in read_many(typed, "tuin"))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def keep_plan(form: Form) -> dict[str, Any]:
    """What was typed, to be shown again."""
    return {**{name: read_line(form, name) for name in FIELDS}, "tuin": read_many(form, "tuin")}


def read_plan(typed: Mapping[str, Any]) -> NewGardenDay:
    """The day. Raises InvalidInput with every problem at once."""
    day = read_day(str(typed["date"]))
    first, last = read_minute(str(typed["from"])), read_minute(str(typed["until"]))
    people = read_whole(str(typed["people"]))
    missing = {"date": day is None, "from": first is None, "until": last is None}
    problems = {name: f"{name}_missing" for name, is_missing in missing.items() if is_missing}
    organisation_id = read_id(str(typed["organisation"]))
    if not typed["group_name"] and organisation_id is None:
        problems["group_name"] = "group_name"
    if people is None:
        problems["people"] = "people_range"
    if problems or day is None or first is None or last is None or people is None:
        raise InvalidInput(problems)
    return NewGardenDay(
        group_name=str(typed["group_name"]),
        people=people,
        starts_at=local_instant(day, first),
        ends_at=local_instant(day, last),
        request_ids=read_gardens(typed),
        organisation_id=organisation_id,
    )
