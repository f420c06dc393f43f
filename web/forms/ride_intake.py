"""What staff type while somebody asks for a ride by telephone: one screen, kept as typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.errors import InvalidInput
from marketplace.intake import Described
from marketplace.models import Channel, ContactBy
from marketplace.trips import NewRide
from web.forms import intake, riding
from web.forms.reading import Form, is_ticked, read_line, read_many

_LINES: Final = (
    *("person", "name", "telephone", "address", "contact_by"),
    *("to", "to_name", "to_postcode", "to_house_number", "from_address"),
    *("date", "timing", "at", "back", "wait_minutes", "back_at", "companions", "remark", "often", "until"),
)
_TICKS: Final = ("needs_help", "may_share", "doubt")


@dataclass(frozen=True)
class TakenRide:
    """What was typed, read: who rides, how they hear from us, and what is asked."""

    described: Described
    contact_by: ContactBy
    asked: NewRide


def keep(form: Form) -> dict[str, Any]:
    """What stands in the fields, to be shown again."""
    return {
        **{name: read_line(form, name) for name in _LINES},
        **{name: is_ticked(form, name) for name in _TICKS},
        **{name: read_many(form, name) for name in ("needs", "weekdays")},
    }


def read(typed: Mapping[str, Any], *, channel: Channel) -> TakenRide:
    """All of it. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    described = intake.describe(typed)
    contact_by = intake.WAYS.get(str(typed.get("contact_by") or ""), ContactBy.TELEPHONE)
    problems |= intake.check_who(described, contact_by, is_known=intake.chosen_person(typed) is not None)
    start = intake.describe({"address": typed.get("from_address")}) if typed.get("from_address") else described
    field = "from_address" if typed.get("from_address") else "address"
    answers = {
        **typed,
        "postcode": start.postcode,
        "street": start.street,
        "house_number": start.house_number,
        "companions": typed.get("companions") or "0",
        "back": typed.get("back") or "nee",
        "often": typed.get("often") or "eenmaal",
    }
    asked = None
    try:
        asked = riding.read_ride(answers, channel=channel)
    except InvalidInput as refused:
        for name, code in refused.problems.items():
            if name in ("postcode", "street", "house_number"):
                problems.setdefault(field, "address_missing" if name != "postcode" else code)
            else:
                problems[name] = code
    if problems or asked is None:
        raise InvalidInput(problems)
    return TakenRide(described, contact_by, asked)


def on_screen(problems: Mapping[str, str], typed: Mapping[str, Any]) -> dict[str, str]:
    """What the marketplace refused, at the field of this screen."""
    start = "from_address" if typed.get("from_address") else "address"
    return {start if name == "postcode" else name: code for name, code in riding.at_fields(problems).items()}
