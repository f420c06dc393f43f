"""Somebody who may be here twice: who it could be, and what was made one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import intake
from marketplace.geocoding import show_postcode
from marketplace.intake import Described
from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import board, merging
from web.pages.coordinating import HOME, since


@dataclass(frozen=True)
class Double:
    """A second file that may be of the same person."""

    person_id: str
    name: str
    where: str
    likeness: str


@dataclass(frozen=True)
class Merged:
    """A file that became part of this one."""

    merge_id: str
    text: str


@dataclass(frozen=True)
class DoublePage:
    """One person, and who else it may be."""

    title: str
    facts: tuple[tuple[str, str], ...]
    doubles: tuple[Double, ...]
    merged: tuple[Merged, ...]
    action: str
    undo: str
    errors: Mapping[str, str]
    back: str = HOME


def build_doubles(
    session: Session,
    person: Person,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    errors: Mapping[str, str] | None = None,
) -> DoublePage:
    """The page; those who are shown are logged as looked at."""
    name = f"{person.first_name} {person.last_name}".strip()
    described = Described(
        name=name,
        telephone=person.telephone or "",
        postcode=person.postcode,
        street=person.street,
        house_number=person.house_number,
    )
    found = intake.look_for(session, described, municipality_id=municipality_id, actor=actor, now=now)
    here = f"{HOME}/personen/{person.id}/dubbel"
    return DoublePage(
        title=f"Staat {person.first_name} er twee keer in?",
        facts=_facts(name, person.telephone or "", person.street, person.house_number, person.postcode),
        doubles=tuple(
            Double(
                str(one.person.id),
                one.person.name,
                _where(one.person.street, one.person.house_number, one.person.postcode, one.person.telephone),
                "Lijkt heel erg" if one.is_same else "Lijkt",
            )
            for one in found
            if one.person.id != person.id
        ),
        merged=_merged(session, person.id, now),
        action=here,
        undo=f"{here}/uit-elkaar",
        errors=errors or {},
    )


def _merged(session: Session, person_id: UUID, now: datetime) -> tuple[Merged, ...]:
    done: Sequence[tuple[str, str, datetime]] = [
        (str(one.id), board.find_first_name(session, one.gone_id), one.at)
        for one in merging.list_merges(session, person_id)
    ]
    return tuple(Merged(merge_id, f"{name}, samengevoegd {since(at, now=now)}") for merge_id, name, at in done)


def _facts(name: str, telephone: str, street: str, number: str, postcode: str) -> tuple[tuple[str, str], ...]:
    lines = (("Naam", name), ("Telefoon", telephone), ("Adres", _where(street, number, postcode, "")))
    return tuple(line for line in lines if line[1])


def _where(street: str, number: str, postcode: str, telephone: str) -> str:
    parts = (f"{street} {number}".strip(), show_postcode(postcode) if postcode else "", telephone)
    return ", ".join(part for part in parts if part)
