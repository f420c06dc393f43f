"""Asking for a buddy: what one is, and one form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session

from marketplace.permissions import Actor
from marketplace.queries import people
from web.labels import buddies as words
from web.labels.problems import sentences_of

ADDRESS: Final = "/maatje"
Choice = tuple[str, str]


@dataclass(frozen=True)
class AskPage:
    """The form; who is known is not asked who they are."""

    kinds: tuple[Choice, ...]
    relations: tuple[Choice, ...]
    is_known: bool
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Een buddy vragen"


def read_ask_page(
    session: Session,
    visitor: Actor | None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> AskPage:
    """The form as it stands."""
    person = people.get_person(session, visitor.person_id) if visitor else None
    before = {"postcode": person.postcode if person else "", "for_whom": "mij", "kind": words.BUDDY}
    return AskPage(
        kinds=tuple(words.KINDS.items()),
        relations=tuple((relation.value, text) for relation, text in words.ASKERS.items()),
        is_known=visitor is not None,
        typed={**before, **(typed or {})},
        errors=sentences_of(dict(problems or {})),
    )
