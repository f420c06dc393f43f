"""What a coordinator sends from a case. A case has several forms, so every field carries the name of its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.coordination import Widening
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Relaxation
from web.forms.reading import is_ticked, read_text, read_whole
from web.labels.problems import SENTENCES

_SENTENCES: Final[Mapping[str, str]] = {
    "note_missing": "Schrijf op wat u wilt bewaren.",
    "note_long": "Maak uw tekst korter. Er passen 2000 tekens in.",
    "minutes_not_fewer": "Vul een aantal minuten in dat niet groter is dan nu.",
    "extra_days_range": "Vul een aantal dagen in van 1 tot en met 60.",
    "reason_missing": "Kies waarom u de zoektocht sluit.",
    "respond_by_over": "De zoektijd is voorbij. Verruim de vraag, of koppel zelf iemand.",
    "refer_missing": "Vul in naar wie u verwijst.",
    "other_missing": "Kies de andere vraag van deze hulpvrager.",
    "other_same": "Kies de andere vraag van deze hulpvrager.",
    "other_differs": "Deze twee vragen zijn niet van dezelfde soort, of niet van dezelfde persoon.",
    "relaxation_gone": "Dit zou nu niemand meer helpen. Kijk wat er nu staat.",
    "relaxation_open": "Er is al een vraag aan de hulpvrager. Wacht op het antwoord.",
    "outcome_unknown": "Kies hoe het ging.",
    "slots_left": "Laat minstens één plek bij deze vraag.",
    "agreed_missing": "Zet een vinkje als u beiden hebt gesproken. Zeggen ze niet allebei ja? Ga dan terug.",
}
_UNKNOWN: Final = "Kijk dit nog eens na."
# Which field of the page a field of a use case is, for each form.
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "note": {"text": "note_text"},
    "contact": {"text": "contact_text"},
    "widen": {"minutes": "widen_minutes", "extra_days": "widen_extra_days"},
    "close": {"reason": "close_reason", "text": "close_text"},
    "remove": {"text": "remove_text"},
    "couple": {"agreed": "agreed"},
    "refer": {"to": "refer_to"},
    "split": {"text": "split_text", "skill": "split_skill", "minutes": "split_minutes", "slots": "split_slots"},
    "merge": {"other": "merge_other"},
    "relax": {"relaxation": ""},
    # One button, so there is no field to point at.
    "give_back": {"give_back": ""},
}


@dataclass(frozen=True)
class SentForm:
    """A form that could not be taken: which one, what was typed and what is wrong, by the fields of the page."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed in a field; ``otherwise`` where this form was not sent."""
        return self.values.get(name, otherwise)

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return self.errors.get(name, "")

    def is_open(self, name: str) -> bool:
        """Whether this is the form that was sent."""
        return self.name == name


NOTHING_SENT: Final = SentForm()


def refused_form(name: str, form: Mapping[str, Any], wrong: InvalidInput) -> SentForm:
    """The form to show again, with everything that was typed."""
    fields = _FIELDS[name]
    errors = {
        fields.get(where, ""): _SENTENCES.get(code) or SENTENCES.get(code, _UNKNOWN)
        for where, code in wrong.problems.items()
    }
    return SentForm(name, {key: read_text(form, key) for key in form}, errors)


def read_part(form: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes a request of its own; what is no number is out of every range."""
    slots = read_whole(read_text(form, "split_slots") or "0")
    return {
        "text": read_text(form, "split_text"),
        "skill_code": read_text(form, "split_skill"),
        "minutes": read_whole(read_text(form, "split_minutes")) or 0,
        "slots": -1 if slots is None else slots,
    }


def read_relaxation(form: Mapping[str, Any]) -> tuple[Relaxation, int]:
    """What might give way, as the button says it. Raises NotFound for what no button says."""
    kind, amount = read_text(form, "kind"), read_whole(read_text(form, "amount"))
    if kind not in set(Relaxation) or amount is None:
        raise NotFound("relaxation")
    return Relaxation(kind), amount


def read_widening(form: Mapping[str, Any]) -> Widening:
    """How the request becomes wider. Raises InvalidInput."""
    minutes, days = read_text(form, "widen_minutes"), read_text(form, "widen_extra_days")
    fewer, extra = read_whole(minutes), read_whole(days)
    problems = {
        "minutes": "minutes_not_fewer" if minutes and not fewer else "",
        "extra_days": "" if extra is not None else "extra_days_range",
    }
    if found := {name: code for name, code in problems.items() if code}:
        raise InvalidInput(found)
    return Widening(
        minutes=fewer,
        is_any_time=is_ticked(form, "widen_any_time"),
        is_any_language=is_ticked(form, "widen_any_language"),
        extra_days=extra or 0,
    )
