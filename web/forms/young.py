"""What somebody under eighteen types: the day they were born, and how a parent is reached."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from marketplace.young.parents import Child, Parent
from web.forms.reading import Form, read_day, read_line

_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_TELEPHONE: Final = re.compile(r"(\+|00)?[0-9]{9,13}")
_HOURS: Final = re.compile(r"[0-9]{1,2}([.,][0-9]{1,2})?")
IS_YOUNG: Final = "is_young"
BORN_ON: Final = "born_on"
# Kept with what was typed, so that the mail after the yes speaks of the yes.
ASKED_PARENT: Final = "asked_parent"


def read_born_on(typed: Form) -> date | None:
    """A day of birth; None where there is none."""
    return read_day(read_line(typed, BORN_ON))


def kept_born_on(answers: Mapping[str, Any]) -> date | None:
    """The day of birth as it was kept with the other answers."""
    kept = str(answers.get(BORN_ON) or "")
    return date.fromisoformat(kept) if kept else None


def read_parent(typed: Form) -> tuple[Parent, dict[str, str]]:
    """Who is to agree, and what is wrong with how it was typed."""
    parent = Parent(
        name=read_line(typed, "parent_name")[:60],
        email=read_line(typed, "parent_email").lower(),
        telephone=read_line(typed, "parent_telephone")[:20],
    )
    problems = {}
    if parent.email and not (len(parent.email) <= 254 and _EMAIL.fullmatch(parent.email)):
        problems["parent_email"] = "email_form"
    if parent.telephone and not _TELEPHONE.fullmatch(re.sub(r"[\s()\-]", "", parent.telephone)):
        problems["parent_telephone"] = "telephone_form"
    return parent, problems


def read_service_minutes(typed: str) -> int:
    """ "2" or "1,5" hours as minutes; 0 for anything else."""
    try:
        return round(float(typed.replace(",", ".")) * 60) if _HOURS.fullmatch(typed) else 0
    except ValueError:
        return 0


def child_of(answers: Mapping[str, Any], born_on: date) -> Child:
    """Who wants to help, as they typed it."""
    return Child(
        name=str(answers.get("first_name") or ""),
        email=str(answers.get("email") or ""),
        telephone=str(answers.get("telephone") or ""),
        born_on=born_on,
    )
