"""Who is known here already, and what they allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from marketplace.models import ConsentEntry, ConsentKind, Driver, HelpRequest, Offer, Person, Ride


@dataclass(frozen=True)
class KnownPerson:
    """Somebody as the desk looks for them; the address is that of letters."""

    id: UUID
    first_name: str
    last_name: str
    telephone: str
    postcode: str
    street: str
    house_number: str
    has_email: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def list_known_people(session: Session, municipality_id: UUID) -> Sequence[KnownPerson]:
    """Who ever asked, was asked for, offered or agreed to something in one municipality; staff see no others."""
    places = (
        select(HelpRequest.requester_id).where(HelpRequest.municipality_id == municipality_id),
        select(HelpRequest.representative_id).where(
            HelpRequest.municipality_id == municipality_id, col(HelpRequest.representative_id).is_not(None)
        ),
        select(Offer.person_id).where(Offer.municipality_id == municipality_id),
        select(ConsentEntry.person_id).where(ConsentEntry.municipality_id == municipality_id),
        select(Ride.passenger_id).where(Ride.municipality_id == municipality_id),
        select(Ride.representative_id).where(
            Ride.municipality_id == municipality_id, col(Ride.representative_id).is_not(None)
        ),
        select(Driver.person_id).where(Driver.municipality_id == municipality_id),
    )
    query = select(  # type: ignore[call-overload]
        Person.id,
        Person.first_name,
        Person.last_name,
        Person.telephone,
        Person.postcode,
        Person.street,
        Person.house_number,
        Person.email,
    ).where(
        col(Person.erased_at).is_(None),
        col(Person.merged_into_id).is_(None),
        or_(*(col(Person.id).in_(place) for place in places)),
    )
    rows = session.exec(query.order_by(col(Person.last_name), col(Person.first_name), col(Person.id)))
    return [
        KnownPerson(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            telephone=row.telephone or "",
            postcode=row.postcode,
            street=row.street,
            house_number=row.house_number,
            has_email=row.email is not None,
        )
        for row in rows
    ]


def find_represented(session: Session, representative_id: UUID, first_name: str, last_name: str) -> Person | None:
    """Whom this person asked help for before, by the same name."""
    asked_for = select(HelpRequest.requester_id).where(HelpRequest.representative_id == representative_id)
    query = select(Person).where(
        col(Person.id).in_(asked_for),
        Person.first_name == first_name,
        Person.last_name == last_name,
        col(Person.erased_at).is_(None),
    )
    return session.exec(query.limit(1)).first()


def find_just_entered(session: Session, *, entered_by_id: UUID, text: str, since: datetime) -> UUID | None:
    """The request that this member of staff typed in a moment ago with the same words: a button pressed twice."""
    query = select(HelpRequest.id).where(
        HelpRequest.entered_by_id == entered_by_id, HelpRequest.text == text, col(HelpRequest.posted_at) >= since
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at).desc()).limit(1)).first()


def find_last_address(session: Session, person_id: UUID, municipality_id: UUID) -> HelpRequest | None:
    """The last request of somebody at their home in this municipality: where they live, as far as we know."""
    query = select(HelpRequest).where(
        HelpRequest.requester_id == person_id,
        HelpRequest.municipality_id == municipality_id,
        col(HelpRequest.is_at_home).is_(True),
        HelpRequest.street != "",
    )
    return session.exec(query.order_by(col(HelpRequest.posted_at).desc()).limit(1)).first()


def find_newest_consent(
    session: Session, kind: ConsentKind, *, municipality_id: UUID, person_id: UUID
) -> ConsentEntry | None:
    """The last word of somebody on one kind of consent; of two at one moment the no."""
    query = select(ConsentEntry).where(
        ConsentEntry.person_id == person_id,
        ConsentEntry.municipality_id == municipality_id,
        ConsentEntry.kind == kind,
    )
    return session.exec(query.order_by(col(ConsentEntry.at).desc(), col(ConsentEntry.is_given)).limit(1)).first()
