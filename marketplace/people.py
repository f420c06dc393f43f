"""A person's own details: what they are called, how they can be reached, and what of that is shared."""

import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from marketplace.errors import InvalidInput
from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import people

LONGEST_FIRST_NAME: Final = 60
LONGEST_LAST_NAME: Final = 80
_TELEPHONE: Final = re.compile(r"(\+|00)?[0-9]{9,14}")
_SEPARATORS: Final = re.compile(r"[\s().\-/]+")


@dataclass(frozen=True)
class Details:
    """What somebody tells about themselves; the telephone number as they typed it."""

    first_name: str
    last_name: str
    telephone: str = ""
    share_telephone: bool = True
    share_email: bool = False


def check_details(details: Details, *, has_email: bool = True) -> dict[str, str]:
    """Every problem at once: field → code. A way to reach each other must be left."""
    is_shared = details.share_telephone or (details.share_email and has_email)
    problems = {
        "first_name": _name(details.first_name, "first_name", LONGEST_FIRST_NAME),
        "last_name": _name(details.last_name, "last_name", LONGEST_LAST_NAME),
        "telephone": _telephone(details.telephone, is_needed=details.share_telephone),
        "share_telephone": "" if is_shared else "share_missing",
    }
    return {field: code for field, code in problems.items() if code}


def update_details(session: Session, *, actor: Actor, details: Details) -> Person:
    """Change the actor's own details. Raises InvalidInput with every problem at once."""
    person = people.get_person(session, actor.person_id)
    if problems := check_details(details, has_email=person.email is not None):
        raise InvalidInput(problems)
    person.first_name, person.last_name = details.first_name.strip(), details.last_name.strip()
    person.telephone = tidy_telephone(details.telephone) or None
    person.share_telephone = details.share_telephone
    person.share_email = details.share_email and person.email is not None
    session.add(person)
    session.flush()
    return person


def tidy_telephone(typed: str) -> str:
    """A number as people write it, with single spaces: ``06 12345678``; the digits are as they were typed."""
    return " ".join(typed.split())[:20].strip()


def _name(typed: str, field: str, longest: int) -> str:
    if not typed.strip():
        return f"{field}_missing"
    return f"{field}_long" if len(typed.strip()) > longest else ""


def _telephone(typed: str, *, is_needed: bool) -> str:
    if not typed.strip():
        return "telephone_missing" if is_needed else ""
    is_number = _TELEPHONE.fullmatch(_SEPARATORS.sub("", typed)) is not None
    return "" if is_number and len(" ".join(typed.split())) <= 20 else "telephone_form"
