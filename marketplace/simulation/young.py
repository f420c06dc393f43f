"""Young helpers in the made-up city, by the real use cases: Sam helps with a parent's yes, Noor waits for hers."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from marketplace import drafts, offering, responses
from marketplace.asks import NewOffer, WeekPiece
from marketplace.errors import DoesNotFit, NoRoom, SlotTaken
from marketplace.models import DraftKind, HelpRequest, Municipality, ParentalConsent, Person, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import crowd, people, requests
from marketplace.responses import Outcome
from marketplace.simulation.city import City
from marketplace.young import parents, serving
from marketplace.young.parents import Child, Parent

# What this adds on top of the city: one offer, and nobody's request.
OFFERS: Final = 1
SAM: Final = "sam.dekker@voorbeeld.example"
_GOAL_H: Final = 80


def live(session: Session, city: City, municipality: Municipality, *, now: datetime) -> None:
    """A child of fourteen who helps in public and waits for a coordinator at a home; another who waits for a parent."""
    begun = now - timedelta(days=20)
    today = city.today
    sam = _join(session, city, municipality, _born(today, years=14, days=60), begun)
    _ask(session, municipality, "Noor", "noor.smits@voorbeeld.example", _born(today, years=13, days=90),
         Parent("Karim", telephone="06 - 00 98 01 00"), now - timedelta(days=2))  # fmt: skip
    _help(session, sam, now - timedelta(hours=30))
    _serve(session, sam, municipality, now)


def _born(today: date, *, years: int, days: int) -> date:
    """Of that age since so many days."""
    reached = today - timedelta(days=days)
    return date(reached.year - years, reached.month, min(reached.day, 28))


def _ask(
    session: Session,
    municipality: Municipality,
    name: str,
    email: str,
    born_on: date,
    parent: Parent,
    at: datetime,
) -> ParentalConsent:
    child = Child(name, email, "06 - 00 99 01 00", born_on)
    answers = {"first_name": child.name, "email": child.email, "telephone": child.telephone}
    draft, _ = drafts.begin(session, DraftKind.OFFER, municipality_id=municipality.id, now=at, answers=answers)
    return parents.ask(session, child, parent, municipality_id=municipality.id, draft_id=draft.id, now=at)


def _join(session: Session, city: City, municipality: Municipality, born_on: date, at: datetime) -> Person:
    """The parent said yes the same evening, and Sam opened the mail."""
    parent = Parent("Marja", "marja.dekker@voorbeeld.example")
    consent = _ask(session, municipality, "Sam", SAM, born_on, parent, at)
    at += timedelta(hours=3)
    parents.give(session, consent_id=consent.id, now=at)
    sam = Person(first_name="Sam", last_name="Dekker", email=SAM, telephone="06 - 00 99 00 00", created_at=at)
    session.add(sam)
    session.flush()
    assert consent.draft_id is not None
    parents.join(session, draft_id=consent.draft_id, person=sam, born_on=born_on, now=at)
    offered = NewOffer(
        skill_codes=frozenset(
            {"home.pets", "garden.weeding", "club.events", "club.green", "club.activities", "home.groceries",
             "company.games", "club.hospitality", "digital.devices"}
        ),
        place=city.draw_place(),
        availability=tuple(WeekPiece(weekday, 8 * 60, 21 * 60) for weekday in range(7)),
        reach_km=20.0,
        capacity=3,
        sentence="Ik ben gek op honden.",
    )  # fmt: skip
    offering.save_offer(session, offered, municipality=municipality, actor=Actor(sam.id, "Sam"), now=at)
    return sam


def _help(session: Session, sam: Person, now: datetime) -> None:
    """Sam offers on two requests: one anywhere else counts at once, one at a home waits for a coordinator."""
    found: set[bool] = set()
    for row in crowd.list_open(session, now):
        request = requests.get_request(session, row.id)
        if request.is_at_home not in found and _apply(session, request, sam, now):
            found.add(request.is_at_home)
        if len(found) == 2:
            return


def _apply(session: Session, request: HelpRequest, sam: Person, now: datetime) -> bool:
    try:
        with session.begin_nested():
            given = responses.apply(session, request_id=request.id, actor=Actor(sam.id, "Sam"), now=now)
    except (DoesNotFit, NoRoom, SlotTaken):
        return False
    return given.outcome in (Outcome.MATCHED, Outcome.LOOKED_AT)


def _serve(session: Session, sam: Person, municipality: Municipality, now: datetime) -> None:
    """Twelve hours of eighty, most of them confirmed, and a certificate of them."""
    me, today = Actor(sam.id, "Sam"), now.date()
    period = serving.begin(
        session,
        goal_hours=_GOAL_H,
        starts_on=today - timedelta(days=18),
        municipality_id=municipality.id,
        actor=me,
        now=now - timedelta(days=18),
    )
    for number, what in enumerate(("Bar gedraaid", "Kamp opgeruimd", "Speurtocht uitgezet")):
        hours = serving.log(
            session,
            on_day=today - timedelta(days=3 + number),
            minutes=240,
            what=what,
            organisation="Scouting",
            email="leiding@voorbeeld.example",
            actor=me,
            now=now - timedelta(days=2),
        )
        if number < 2:
            serving.answer(session, hours_id=hours.id, is_right=True, now=now - timedelta(days=1))
    staff = crowd.find_staff(session, municipality.id, StaffRoleKind.TEAM_LEAD)
    assert staff is not None
    lead = Actor(staff.id, roles=frozenset({(municipality.id, StaffRoleKind.TEAM_LEAD)}))
    serving.sign(
        session, period_id=period.id, municipality_id=municipality.id, actor=lead, now=now - timedelta(hours=2)
    )
    people.get_person(session, sam.id).active_at = now - timedelta(hours=2)
