"""The page of one's own details: what is shared, and how one wants to hear from us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlmodel import Session

from marketplace.models import ContactBy, Person
from marketplace.people import Details
from marketplace.permissions import Actor
from marketplace.queries.people import get_person
from marketplace.talk import wishing
from marketplace.telephones import is_mobile
from web.forms.details import write_details
from web.labels.talk import DIGESTS

Choice = tuple[str, str, str]
_CHANNELS: Final[Mapping[ContactBy, tuple[str, str]]] = {
    ContactBy.EMAIL: ("Per e-mail", ""),
    ContactBy.SMS: ("Per sms", "Een kort bericht met een link."),
    ContactBy.TELEPHONE: ("Bel mij", "Wij bellen u op werkdagen."),
    ContactBy.LETTER: ("Per brief", "Is er haast? Dan bellen wij."),
}


@dataclass(frozen=True)
class DetailsPage:
    """One's own details as they were typed, and how one wants to hear from us."""

    typed: Details
    email: str
    channels: tuple[Choice, ...]
    digests: tuple[Choice, ...]
    wishes: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Mijn gegevens"


def read_details_page(
    session: Session,
    actor: Actor,
    *,
    typed: Details | None = None,
    typed_wishes: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> DetailsPage:
    """Both forms, each with what was typed where it came back."""
    person = get_person(session, actor.person_id)
    return DetailsPage(
        typed=typed or write_details(person),
        email=person.email or "",
        channels=tuple((kind.value, *words) for kind, words in _CHANNELS.items() if _is_possible(person, kind)),
        digests=tuple((kind.value, *words) for kind, words in DIGESTS.items()) if person.email else (),
        wishes=typed_wishes if typed_wishes is not None else _as_typed(wishing.read_wishes(session, person.id)),
        errors=errors or {},
    )


def _is_possible(person: Person, kind: ContactBy) -> bool:
    """Only ways that there are."""
    return {
        ContactBy.EMAIL: bool(person.email),
        ContactBy.SMS: bool(person.telephone and is_mobile(person.telephone)),
        ContactBy.TELEPHONE: bool(person.telephone),
        ContactBy.LETTER: bool(person.postcode and person.street),
    }[kind]


def _as_typed(wishes: wishing.Wishes) -> dict[str, str]:
    return {
        "contact_by": wishes.contact_by.value,
        "digest": wishes.digest.value,
        "quiet_from": _clock(wishes.quiet_from_minute),
        "quiet_until": _clock(wishes.quiet_until_minute),
    }


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
