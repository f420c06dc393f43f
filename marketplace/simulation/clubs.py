"""Organisations for the made-up city: with shifts, a waiting list, a choice to make, an activity, and one to look at.

On top of the requests that the city asks itself come `REQUESTS`, by people of their own.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from marketplace import responses
from marketplace.asks import Span, WeekPiece
from marketplace.clubs import activities, applying, founding, vacancies
from marketplace.clubs.activities import NewActivity
from marketplace.clubs.founding import Profile
from marketplace.clubs.vacancies import NewShift, NewVacancy
from marketplace.errors import DoesNotFit, NoRoom, NotFound, ShiftsOverlap, SlotTaken
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import HelpRequest, Municipality, Organisation, Person, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, local_midnight
from marketplace.queries import crowd, organisations
from marketplace.queries import vacancies as queries

# Three shifts, one every week, one day of a camp.
REQUESTS: Final = 5
# Name, what it does, postcode, site, who owns it.
CLUBS: Final = (
    (
        "VV De Warande",
        "Voetbal voor jong en oud. Wij hebben veertig teams en een kantine die draait op vrijwilligers.",
        "4904AA",
        "vvdewarande.example",
        "Frans",
    ),
    (
        "Buurthuis De Bunthoef",
        "Hier eet, kookt, kaart en zingt de buurt samen. Iedereen is welkom, ook zonder afspraak.",
        "4907AA",
        "debunthoef.example",
        "Saskia",
    ),
    ("Scouting Den Hout", "Elke zaterdag naar buiten met kinderen van vijf tot achttien.", "4911AA", "", "Bram"),
)
# Who owns the first of them, which has somebody to choose, shifts and a waiting list.
OWNER: Final = "frans@vvdewarande.example"


def found_clubs(session: Session, municipality: Municipality, *, now: datetime) -> None:
    """Two organisations on the list and one that staff still have to see, with what they seek and do."""
    begin = now - timedelta(days=20)
    football, house, scouts = (_found(session, club, municipality, begin) for club in CLUBS)
    lead = crowd.find_staff(session, municipality.id, StaffRoleKind.TEAM_LEAD)
    assert lead is not None
    actor = Actor(lead.id, lead.first_name, frozenset({(municipality.id, StaffRoleKind.TEAM_LEAD)}))
    for one in (football, house):
        founding.confirm(session, organisation_id=one.id, actor=actor, now=begin + timedelta(hours=4))
    _tournament(session, football, municipality, now)
    _sunday_coffee(session, house, municipality, now)
    _camp(session, scouts, municipality, now)
    activities.make(
        session,
        NewActivity(
            "Samen eten op vrijdag",
            "Drie gangen, vers gekookt door de buurt. Komt u alleen? Dan zit u snel aan een volle tafel.",
            "Buurthuis De Bunthoef",
            _at(now, 4, 17),
            _at(now, 4, 20),
            24,
        ),
        organisation_id=house.id,
        actor=_owner(session, house),
        now=now - timedelta(days=2),
    )


def _found(session: Session, club: tuple[str, ...], municipality: Municipality, now: datetime) -> Organisation:
    name, about, postcode, website, owner = club
    person = Person(
        first_name=owner,
        last_name="van den Broek",
        email=f"{owner.lower()}@{name.lower().replace(' ', '')}.example",
        telephone="06 00 00 00 00",
        birth_year=1968,
        created_at=now,
    )
    session.add(person)
    session.flush()
    profile = Profile(name, about, _place(postcode, municipality), website)
    return founding.found(session, profile, municipality=municipality, actor=Actor(person.id, owner), now=now)


def _tournament(session: Session, club: Organisation, municipality: Municipality, now: datetime) -> None:
    """Three shifts; the first is full, and somebody waits for a place in it."""
    shifts = tuple(
        NewShift(Span(_at(now, 11, start), _at(now, 11, start + 3)), slots)
        for start, slots in ((9, 1), (12, 3), (15, 3))
    )
    vacancy = vacancies.post(
        session,
        NewVacancy(
            "Helpen in de kantine bij het voorjaarstoernooi",
            "U schenkt koffie en limonade, en bakt tosti's. Wij werken u rustig in.",
            "club.hospitality",
            _place(club.postcode, municipality),
            shifts=shifts,
            copied_from_id=None,
        ),
        organisation_id=club.id,
        municipality=municipality,
        actor=_owner(session, club),
        now=now - timedelta(days=1, hours=2),
    )
    first = session.get_one(HelpRequest, queries.list_shifts(session, [vacancy.id])[vacancy.id][0].request_id)
    _fill_and_wait(session, first, now - timedelta(hours=20))


def _sunday_coffee(session: Session, house: Organisation, municipality: Municipality, now: datetime) -> None:
    """Every week; the house chooses, and asks something first."""
    vacancy = vacancies.post(
        session,
        NewVacancy(
            "Gastvrouw of gastheer op zondagmiddag",
            "U ontvangt mensen met koffie, en maakt een praatje met wie alleen komt.",
            "club.hospitality",
            _place(house.postcode, municipality),
            weekly=(WeekPiece(6, 13 * 60, 17 * 60),),
            slots=2,
            minutes=180,
            hours_per_week=3,
            questions=("Hoe vaak in de maand kunt u?",),
            is_chosen_by_requester=True,
        ),
        organisation_id=house.id,
        municipality=municipality,
        actor=_owner(session, house),
        now=now - timedelta(hours=22),
    )
    (row,) = queries.list_shifts(session, [vacancy.id])[vacancy.id]
    for offer_id, person_id in organisations.list_offers_with(session, municipality.id, "club.hospitality"):
        applicant = Actor(person_id)
        moment = now - timedelta(hours=5)
        try:
            with session.begin_nested():
                applying.save_answers(
                    session, vacancy_id=vacancy.id, answers=["Twee keer, vaker mag ook."], actor=applicant, now=moment
                )
                responses.apply(session, request_id=row.request_id, actor=applicant, now=moment)
        except (DoesNotFit, NoRoom, NotFound, SlotTaken):
            continue
        assert offer_id is not None
        return


def _camp(session: Session, scouts: Organisation, municipality: Municipality, now: datetime) -> None:
    """Of an organisation that staff have not seen yet: it works, and stands on no list."""
    vacancies.post(
        session,
        NewVacancy(
            "Koken op het zomerkamp",
            "Pannenkoeken voor veertig kinderen. U doet het met zijn drieën.",
            "home.cooking",
            _place(scouts.postcode, municipality),
            shifts=(NewShift(Span(_at(now, 60, 14), _at(now, 60, 20)), 3),),
            min_age=18,
        ),
        organisation_id=scouts.id,
        municipality=municipality,
        actor=_owner(session, scouts),
        now=now - timedelta(hours=7),
    )


def _fill_and_wait(session: Session, request: HelpRequest, now: datetime) -> None:
    """The first who fits takes the place, the next two wait; one of them also at the last moment."""
    waiting = 0
    is_taken = False
    for _, person_id in organisations.list_offers_with(session, request.municipality_id, request.skill_code):
        actor = Actor(person_id)
        try:
            with session.begin_nested():
                if is_taken:
                    applying.join_list(session, request_id=request.id, is_sure=waiting == 0, actor=actor, now=now)
                    waiting += 1
                else:
                    responses.apply(session, request_id=request.id, actor=actor, now=now)
                    is_taken = True
        except (DoesNotFit, NoRoom, NotFound, ShiftsOverlap, SlotTaken):
            continue
        if waiting == 2:
            return


def _owner(session: Session, organisation: Organisation) -> Actor:
    assert organisation.contact_id is not None
    return Actor(organisation.contact_id, organisations=frozenset({organisation.id}))


def _place(postcode: str, municipality: Municipality) -> Place:
    found = EmbeddedGeocoder().find(postcode)
    assert found is not None
    assert found.municipality == municipality.name
    return found


def _at(now: datetime, days: int, hour: int) -> datetime:
    day = now.astimezone(AMSTERDAM).date() + timedelta(days=days)
    return local_midnight(day).astimezone(AMSTERDAM).replace(hour=hour)
