"""Taking in what somebody tells by telephone, at a desk, or about somebody else: who is it, and do we know them?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz, utils
from sqlmodel import Session

from marketplace import consent, file_looks, permissions
from marketplace.errors import NotFound
from marketplace.models import Channel, ConsentKind, ContactBy, Person
from marketplace.permissions import Actor
from marketplace.queries import intake, people
from marketplace.queries.intake import KnownPerson

JUST_NOW: Final = timedelta(minutes=15)
MOST_FOUND: Final = 5


@dataclass(frozen=True)
class LikenessPolicy:
    """When somebody is shown as perhaps the same, and when they very probably are; scores run from 0 to 100."""

    shown_from: float = 70
    same_name_from: float = 88
    # With one telephone number or one front door less likeness of the name is enough: Riet, or M. de Wit.
    same_at_one_address_from: float = 60


LIKENESS: Final = LikenessPolicy()


@dataclass(frozen=True)
class Described:
    """Somebody as they were described; whatever is not known is empty. ``postcode`` normalised: 4901AB."""

    name: str = ""
    telephone: str = ""
    postcode: str = ""
    street: str = ""
    house_number: str = ""

    @property
    def first_name(self) -> str:
        """What they are called; everything after it is the last name."""
        return self.name.split(" ")[0] if self.name else ""

    @property
    def last_name(self) -> str:
        return self.name.partition(" ")[2].strip()


@dataclass(frozen=True)
class Found:
    """Somebody we know who may be meant."""

    person: KnownPerson
    score: float
    is_same: bool


def find_people(
    session: Session, described: Described, *, municipality_id: UUID, actor: Actor, most: int = MOST_FOUND
) -> tuple[Found, ...]:
    """Who of this municipality may be meant, the likeliest first. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    return rank(intake.list_known_people(session, municipality_id), described, most=most)


def look_for(
    session: Session, described: Described, *, municipality_id: UUID, actor: Actor, now: datetime
) -> tuple[Found, ...]:
    """Those who may be meant, to be shown: who is on the screen can read afterwards who looked. Raises NotAllowed."""
    found = find_people(session, described, municipality_id=municipality_id, actor=actor)
    for one in found:
        file_looks.record(
            session,
            municipality_id=municipality_id,
            staff_id=actor.person_id,
            person_id=one.person.id,
            action=file_looks.INTAKE,
            reason="",
            now=now,
        )
    return found


def rank(known: Iterable[KnownPerson], described: Described, *, most: int = MOST_FOUND) -> tuple[Found, ...]:
    """Those who are like the description in name, telephone number or postcode. Pure."""
    found = [_compare(person, described) for person in known]
    near = [one for one in found if one.score >= LIKENESS.shown_from]
    return tuple(sorted(near, key=lambda one: (-one.score, one.person.last_name, one.person.first_name))[:most])


def register(
    session: Session,
    described: Described,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    contact_by: ContactBy = ContactBy.TELEPHONE,
) -> Person:
    """Make somebody known who has no e-mail address: told by telephone or letter. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    return _make_known(session, described, contact_by, now)


def register_represented(session: Session, described: Described, *, actor: Actor, now: datetime) -> Person:
    """Whom somebody asks for: the person they asked for before under that name, else somebody new.

    Never anybody else we know: asking for somebody must not give a hold on a person who has a page of their own.
    """
    before = intake.find_represented(session, actor.person_id, described.first_name, described.last_name)
    if before is None:
        return _make_known(session, described, ContactBy.TELEPHONE, now)
    _complete(before, described)
    session.add(before)
    return before


def choose_known(
    session: Session, person_id: UUID, described: Described, *, municipality_id: UUID, actor: Actor
) -> Person:
    """The person whom staff picked; what was not known of them yet is filled in. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    if person_id not in {person.id for person in intake.list_known_people(session, municipality_id)}:
        raise NotFound(f"person {person_id}")
    person = people.get_person(session, person_id)
    _complete(person, described)
    session.add(person)
    return person


def agree(
    session: Session, person_id: UUID, *, municipality_id: UUID, channel: Channel, actor: Actor, now: datetime
) -> None:
    """They said yes to what was read out to them; every time it is asked it is written down."""
    consent.give(
        session,
        ConsentKind.TERMS,
        municipality_id=municipality_id,
        person_id=person_id,
        channel=channel,
        recorded_by_id=actor.person_id,
        now=now,
    )


def find_just_entered(session: Session, text: str, *, actor: Actor, now: datetime) -> UUID | None:
    """What this person typed in a moment ago with the same words: the button was pressed twice."""
    return intake.find_just_entered(session, entered_by_id=actor.person_id, text=text, since=now - JUST_NOW)


def digits_of(telephone: str) -> str:
    """A number to compare with: 06, +31 6 and 0031 6 are one."""
    digits = re.sub(r"[^0-9]", "", telephone)
    for prefix in ("0031", "31"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 9:
            return "0" + digits.removeprefix(prefix)
    return digits


def _compare(person: KnownPerson, described: Described) -> Found:
    name = _likeness(described.name, person.name)
    typed = digits_of(described.telephone)
    has_number = len(typed) >= 6 and digits_of(person.telephone).endswith(typed)
    is_near = bool(described.postcode) and described.postcode == person.postcode
    is_door = is_near and bool(person.house_number) and described.house_number == person.house_number
    is_same = (
        (has_number and (not described.name or name >= LIKENESS.same_at_one_address_from))
        or (is_door and name >= LIKENESS.same_at_one_address_from)
        or (is_near and name >= LIKENESS.same_name_from)
    )
    score = max(name + (10 if is_near else 0), 100.0 if has_number else 0.0, 75.0 if is_door else 0.0)
    return Found(person, min(score, 110.0), is_same)


def _likeness(typed: str, name: str) -> float:
    """How alike two names are; a part of a name is as good as the whole, so that typing two letters finds somebody."""
    if len(typed.strip()) < 2:
        return 0.0
    return max(
        fuzz.token_set_ratio(typed, name, processor=utils.default_process),
        0.95 * fuzz.partial_ratio(typed, name, processor=utils.default_process),
    )


def _make_known(session: Session, described: Described, contact_by: ContactBy, now: datetime) -> Person:
    person = Person(
        first_name=described.first_name[:60],
        last_name=described.last_name[:80],
        telephone=described.telephone or None,
        share_telephone=bool(described.telephone),
        contact_by=contact_by if described.telephone else ContactBy.LETTER,
        postcode=described.postcode,
        street=described.street,
        house_number=described.house_number,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def _complete(person: Person, described: Described) -> None:
    person.telephone = person.telephone or described.telephone or None
    if not (person.postcode and person.street) and described.postcode and described.street:
        person.postcode, person.street = described.postcode, described.street
        person.house_number = described.house_number
