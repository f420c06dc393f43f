""" "Ik wil nu iets doen": where somebody is, what they like, and at the end only who they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from marketplace.errors import InvalidInput
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.people import tidy_telephone
from web.forms.reading import Form, is_ticked, read_line, read_many, read_place
from web.labels.together import LIKE_OF, LIKES

_TELEPHONE: Final = re.compile(r"(\+|00)?[0-9]{9,13}")
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")


@dataclass(frozen=True)
class Wish:
    """Where, and what somebody likes (names of `together.tasks.LIKES`)."""

    postcode: str
    likes: tuple[str, ...]

    def href(self, path: str = "/nu") -> str:
        """The address that asks the same."""
        query = [("postcode", self.postcode), *(("leuk", LIKES[like][0]) for like in self.likes)]
        return f"{path}?{urlencode([pair for pair in query if pair[1]])}" if self.postcode else path


def read_wish(typed: Mapping[str, Any], many: list[str] | None = None) -> Wish:
    """What was asked; a like that does not exist is none."""
    ticked = many if many is not None else read_many(typed, "leuk")
    likes = tuple(dict.fromkeys(LIKE_OF[one] for one in ticked if one in LIKE_OF))
    return Wish(read_line(typed, "postcode")[:10], likes)


def read_where(wish: Wish) -> Place:
    """The place. Raises InvalidInput."""
    return read_place(wish.postcode, EmbeddedGeocoder())


@dataclass(frozen=True)
class Who:
    """Who wants to do it: by e-mail, else by telephone."""

    first_name: str
    email: str
    telephone: str


def read_who(form: Form) -> Who:
    """One of the two is enough. Who is under sixteen joins with a parent. Raises InvalidInput with every problem."""
    who = Who(
        read_line(form, "first_name"),
        read_line(form, "email").lower(),
        tidy_telephone(read_line(form, "telephone")),
    )
    has_email, has_telephone = bool(_EMAIL.fullmatch(who.email)), bool(_TELEPHONE.fullmatch(_bare(who.telephone)))
    problems = {
        "first_name": "" if who.first_name else "first_name_missing",
        "email": "" if has_email or not who.email else "email_form",
        "telephone": "" if has_telephone or not who.telephone else "telephone_form",
    }
    if len(who.first_name) > 60:
        problems["first_name"] = "first_name_long"
    if not is_ticked(form, "is_sixteen"):
        problems["is_sixteen"] = "sixteen_missing"
    if not who.email and not who.telephone:
        problems["email"] = "reach_missing"
    if found := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(found)
    return who


def read_email(form: Form) -> str:
    """An address to write to once. Raises InvalidInput."""
    email = read_line(form, "email").lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise InvalidInput({"email": "email_form"})
    return email


def _bare(telephone: str) -> str:
    return re.sub(r"[\s()\-.]", "", telephone)
