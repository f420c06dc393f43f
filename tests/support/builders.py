"""People, offers, requests and what is between them, with the boring part filled in.

Each takes the session first and anything that matters to the test by keyword; the rest is as in any ordinary case.
Requests and offers are made by the use cases themselves, so their events and due rows are there as in life. Who asks
or helps lives in Oosterhout, at one point (`place`): distances are 0 unless a test says otherwise.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from sqlmodel import Session, SQLModel, select

from marketplace import history, offering, posting, responses
from marketplace.asks import BUDDIES, NewOffer, NewRequest, Span, WeekPiece
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import (
    ActingAs,
    BarredPair,
    Duty,
    EventKind,
    HelpRequest,
    Match,
    Municipality,
    Offer,
    Origin,
    Person,
    Proposal,
    QualificationSeen,
    Relation,
    StaffRole,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.posting import Representative
from marketplace.queries import matches, people, signing
from tests.support.clock import AMSTERDAM, NOW

# Every day from eight to nine in the evening; whoever has time then can be asked for anything.
ALL_WEEK: Final = tuple(WeekPiece(weekday, 8 * 60, 21 * 60) for weekday in range(7))
LONG_AGO: Final = NOW - timedelta(days=400)

Row = TypeVar("Row", bound=SQLModel)

_geocoder = EmbeddedGeocoder()
_numbers = count(1)


def the_municipality(session: Session) -> Municipality:
    """Oosterhout, which the migrations put there."""
    return people.get_municipality(session, "oosterhout")


def another_municipality(session: Session, slug: str = "breda") -> Municipality:
    """A second municipality on the same installation."""
    found = session.exec(select(Municipality).where(Municipality.slug == slug)).first()
    if found is None:
        found = _add(
            session,
            Municipality(
                slug=slug, name=slug.title(), organisation="Anderen", telephone="076 000 00 00", created_at=LONG_AGO
            ),
        )
    return found


def place(postcode: str = "4901AB") -> Place:
    """Where a postcode lies; 4901 is the centre, 4907 Dommelbergen, 4849 Dorst."""
    found = _geocoder.find(postcode)
    assert found is not None, f"the embedded table has no {postcode}"
    return found


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the clock on the wall in Oosterhout."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


# --- people ------------------------------------------------------------------------------------------------------


def a_person(session: Session, first_name: str = "Anna", **overrides: Any) -> Person:
    """Somebody with a name, an address and a telephone number that nobody else has."""
    number = next(_numbers)
    fields = {
        "first_name": first_name,
        "last_name": "Jansen",
        "email": f"{first_name.lower()}{number}@voorbeeld.nl",
        "telephone": f"06 {number:08d}",
        "birth_year": 1960,
        "created_at": LONG_AGO,
    }
    return _add(session, Person(**{**fields, **overrides}))


def actor_for(session: Session, person: Person | UUID, *, now: datetime = NOW) -> Actor:
    """The person acting, with the roles they hold at that moment."""
    known = people.get_person(session, person) if isinstance(person, UUID) else person
    return Actor(known.id, known.first_name, signing.list_roles(session, known.id, at=now))


def a_role(
    session: Session,
    person: Person,
    kind: StaffRoleKind = StaffRoleKind.COORDINATOR,
    *,
    municipality: Municipality | None = None,
    from_at: datetime = LONG_AGO,
    until_at: datetime | None = None,
) -> StaffRole:
    """What somebody does for the organisation."""
    where = municipality or the_municipality(session)
    return _add(
        session,
        StaffRole(municipality_id=where.id, person_id=person.id, kind=kind, from_at=from_at, until_at=until_at),
    )


def a_coordinator(
    session: Session,
    first_name: str = "Carla",
    *,
    kind: StaffRoleKind = StaffRoleKind.COORDINATOR,
    municipality: Municipality | None = None,
    from_at: datetime = LONG_AGO,
) -> Actor:
    """A member of staff, ready to act; `.person_id` is who it is."""
    person = a_person(session, first_name)
    a_role(session, person, kind, municipality=municipality, from_at=from_at)
    # Roles count from `from_at`, which may lie after now for somebody who is still to begin.
    return actor_for(session, person, now=max(NOW, from_at))


def a_team_lead(session: Session, first_name: str = "Trudy", **more: Any) -> Actor:
    """Who gets what nobody else does."""
    return a_coordinator(session, first_name, kind=StaffRoleKind.TEAM_LEAD, **more)


def on_duty(
    session: Session,
    who: Actor | Person,
    *,
    area: str | None = None,
    from_at: datetime = NOW - timedelta(days=1),
    until_at: datetime = NOW + timedelta(days=30),
) -> Duty:
    """A line of the duty roster: an area (4-digit postcode), or the whole municipality."""
    person_id = who.person_id if isinstance(who, Actor) else who.id
    duty = Duty(
        municipality_id=the_municipality(session).id,
        person_id=person_id,
        area=area,
        from_at=from_at,
        until_at=until_at,
    )
    return _add(session, duty)


def a_barred_pair(session: Session, one: UUID, other: UUID) -> BarredPair:
    """Two people who are never brought together."""
    where = the_municipality(session).id
    return _add(session, BarredPair(person_id=one, other_id=other, municipality_id=where, barred_at=LONG_AGO))


# --- offers and requests -----------------------------------------------------------------------------------------


def a_volunteer(
    session: Session,
    first_name: str = "Piet",
    *,
    skills: Iterable[str] = ("garden.hedge",),
    seen: Iterable[str] = (),
    person: Person | None = None,
    municipality: Municipality | None = None,
    at: Place | None = None,
    now: datetime = LONG_AGO,
    birth_year: int | None = 1960,
    **overrides: Any,
) -> Offer:
    """Somebody who helps, all week, in the centre. `seen`: certificates seen; overrides are fields of NewOffer."""
    person = person or a_person(session, first_name, birth_year=birth_year)
    fields: dict[str, Any] = {
        "skill_codes": frozenset(skills),
        "place": at or place(),
        "availability": ALL_WEEK,
        "sentence": "Ik help graag in de buurt.",
    }
    offered = NewOffer(**{**fields, **overrides})
    where = municipality or the_municipality(session)
    offer = offering.save_offer(
        session, offered, municipality=where, actor=Actor(person.id, person.first_name), now=now
    )
    for code in seen:
        _add(session, _seen(where.id, person.id, code))
    return offer


def a_request(
    session: Session,
    *,
    requester: Person | None = None,
    by: Actor | None = None,
    municipality: Municipality | None = None,
    skill: str = "garden.hedge",
    at: Place | None = None,
    now: datetime = NOW,
    **overrides: Any,
) -> HelpRequest:
    """A hedge to be cut, any day, in the centre, posted at `now`; overrides are fields of NewRequest."""
    requester = requester or a_person(session, "Riet")
    fields: dict[str, Any] = {
        "skill_code": "company.coffee" if skill in BUDDIES else skill,
        "text": "De heg is te hoog geworden. Wie helpt mij met knippen?",
        "place": at or place(),
        "minutes": 120,
        "weekly": () if overrides.get("windows") else ALL_WEEK,
    }
    asked = NewRequest(**{**fields, **overrides})
    request = posting.post_request(
        session,
        asked,
        municipality=municipality or the_municipality(session),
        requester_id=requester.id,
        actor=by or Actor(requester.id, requester.first_name),
        now=now,
    )
    if skill in BUDDIES:  # one from before these were asked of the buddy coordinator
        request.skill_code = skill
        session.add(request)
        session.flush()
    return request


def a_request_for(session: Session, requester: Person, by: Person, *, now: datetime = NOW) -> HelpRequest:
    """A hedge to be cut, asked by a family carer in somebody's name."""
    return posting.post_request(
        session,
        NewRequest("garden.hedge", "De heg is te hoog geworden.", place(), 120, weekly=ALL_WEEK),
        municipality=the_municipality(session),
        requester_id=requester.id,
        actor=Actor(by.id, by.first_name),
        now=now,
        representative=Representative(by.id, Relation.FAMILY_CARER),
    )


def a_window(hours_ahead: float = 72, length_h: float = 3, *, now: datetime = NOW) -> Span:
    """A dated time, so many hours from now."""
    starts_at = now + timedelta(hours=hours_ahead)
    return Span(starts_at, starts_at + timedelta(hours=length_h))


# --- between the two ---------------------------------------------------------------------------------------------


def a_proposal(
    session: Session,
    request: HelpRequest,
    offer: Offer,
    *,
    origin: Origin = Origin.ENGINE,
    now: datetime = NOW,
    expires_at: datetime | None = None,
) -> Proposal:
    """The engine asked this volunteer, who has not answered yet."""
    proposal = _add(
        session,
        Proposal(
            municipality_id=request.municipality_id,
            volunteer_municipality_id=offer.municipality_id,
            request_id=request.id,
            offer_id=offer.id,
            person_id=offer.person_id,
            origin=origin,
            proposed_at=now,
            expires_at=expires_at or now + timedelta(hours=24),
            reasons=[{"code": "skill", "amount": request.skill_code}, {"code": "distance", "amount": 0.0}],
            score={},
            distance_km=0.0,
        ),
    )
    acting = ActingAs.ENGINE if origin is Origin.ENGINE else ActingAs.STAFF
    history.about_proposal(session, EventKind.PROPOSED, proposal, at=now, acting_as=acting)
    return proposal


def a_match(session: Session, request: HelpRequest, offer: Offer, *, now: datetime = NOW, **more: Any) -> Match:
    """The volunteer was asked and said yes; the requester may still object."""
    proposal = a_proposal(session, request, offer, now=now, **more)
    answer = responses.accept(session, proposal_id=proposal.id, actor=Actor(offer.person_id), now=now)
    assert answer.match_id is not None, "the yes could not be honoured"
    return matches.get_match(session, answer.match_id)


def _seen(municipality_id: UUID, person_id: UUID, code: str) -> QualificationSeen:
    return QualificationSeen(
        id=uuid4(),
        municipality_id=municipality_id,
        person_id=person_id,
        code=code,
        seen_on=date(2025, 1, 1),
        seen_by_id=person_id,
    )


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
