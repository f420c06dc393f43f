"""Fills an empty database with a made-up city and a past of two months, through the real use cases."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import concerns, handovers, offering, posting, responses, workbench
from marketplace.database import Sessions
from marketplace.errors import DoesNotFit
from marketplace.models import (
    Channel,
    ConcernKind,
    Duty,
    Municipality,
    Person,
    QualificationSeen,
    StaffRole,
    StaffRoleKind,
)
from marketplace.models.columns import ids_drawn_from
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, local_midnight
from marketplace.queries import crowd, offers, people
from marketplace.queries.concerns import list_people_helped_by as helped_by
from marketplace.queries.teams import list_open_cases_of
from marketplace.queries.workbench import list_work
from marketplace.simulation import buddies, clubs, returning, riding, talk, together, young
from marketplace.simulation.buddies import BuddySize
from marketplace.simulation.city import Asker, City, Helper, Somebody, speaking_only
from marketplace.simulation.crowd import Habits, Stage
from marketplace.simulation.riding import RideSize

SEED: Final = 2019
SHARE_PRIVATE: Final = 540 / (540 + 440)  # requests of the first half of 2020
STAFF: Final = (
    ("Anke", "Verhoeven", StaffRoleKind.COORDINATOR),
    ("Youssef", "El Amrani", StaffRoleKind.COORDINATOR),
    ("Marieke", "van Dongen", StaffRoleKind.TEAM_LEAD),
    ("Gerard", "Kools", StaffRoleKind.RIDE_PLANNER),
    ("Lotte", "de Bruijn", StaffRoleKind.READER),
    ("Nadia", "Benali", StaffRoleKind.CONCERN_HANDLER),
    ("Bo", "Smulders", StaffRoleKind.BUDDY_COORDINATOR),
)


FOREIGN: Final = (
    ("pl", "Ik spreek alleen Pools."),
    ("tr", "Ik spreek alleen Turks."),
    ("ar", "Ik spreek alleen Arabisch."),
)


@dataclass(frozen=True)
class Size:
    """How large the made-up city is: by default the volunteers and requests of the first half of 2020."""

    volunteers: int = 1476
    requests: int = 540 + 440
    days: int = 182
    residents_choosing: float = 0.06
    last_day_requests: int = 15
    # Of these, so many by private people who speak no language that anybody here does: a coordinator has to look.
    last_day_foreign: int = 6
    browses_per_day: float = 20.0
    rides: RideSize = field(default_factory=lambda: RideSize(drivers=16, passengers=50, rides_a_day=14))
    buddies: BuddySize = field(default_factory=BuddySize)


SIZES: Final = {
    "small": Size(
        volunteers=150,
        requests=100,
        days=61,
        browses_per_day=4.0,
        last_day_foreign=2,
        rides=RideSize(),
        buddies=BuddySize(16),
    ),
    "full": Size(),
}


@dataclass(frozen=True)
class SignInAs:
    """Somebody of the demo to sign in as."""

    role: str
    first_name: str
    email: str


def fill(
    sessions: Sessions,
    *,
    municipality_slug: str,
    now: datetime,
    seed: int = SEED,
    size: Size | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[SignInAs, ...]:
    """Play a past that ends now. The same seed and moment give the same city."""
    size = size or SIZES["small"]
    with ids_drawn_from(Random(seed)), _collecting_seldom():
        municipality_id = _play(sessions, municipality_slug, now, seed, size, progress)
    with sessions.begin() as session:
        return list_sign_ins(session, municipality_id)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A city is millions of small objects that go by themselves; looking through them for cycles took an eighth."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _play(
    sessions: Sessions, slug: str, now: datetime, seed: int, size: Size, progress: Callable[[float], None]
) -> UUID:
    with sessions.begin() as session:
        municipality = people.get_municipality(session, slug)
        begin = now - timedelta(days=size.days)
        city = City(seed, municipality=municipality.name, today=now.astimezone(AMSTERDAM).date())
        _employ(session, municipality.id, begin, size.days)
    habits = Habits(browses_per_day=size.browses_per_day)
    stage = Stage(sessions, Random(seed), municipality.id, begin, habits)
    _plan_people(stage, city, municipality, size, begin)
    for step in range(1, 101):
        stage.play(begin + (now - begin) * step / 100)
        progress(step / 100)
    with sessions.read() as session:
        planner = crowd.find_staff(session, municipality.id, StaffRoleKind.RIDE_PLANNER)
    assert planner is not None
    riding.live(sessions, city, municipality=municipality, seer_id=planner.id, size=size.rides, seed=seed, now=now)
    with sessions.begin() as session:
        together.live(session, people.get_municipality(session, slug), now=now)
    with sessions.begin() as session:
        young.live(session, city, people.get_municipality(session, slug), now=now)
    with sessions.begin() as session:
        _worry(session, municipality.id, now)
        _hand_over(session, municipality.id, now)
        bo = crowd.find_staff(session, municipality.id, StaffRoleKind.BUDDY_COORDINATOR)
        assert bo is not None
        buddies.live(
            session,
            city,
            municipality=municipality,
            coordinator_id=bo.id,
            size=size.buddies,
            seed=seed,
            now=now,
        )
        _call_back(session, municipality.id, now)
        talk.talk(session, municipality.id, now)
    with sessions.begin() as session:
        returning.live(session, city, municipality=municipality, now=now)
    with sessions.begin() as session:
        clubs.found_clubs(session, people.get_municipality(session, slug), now=now)
    with sessions.begin() as session:
        crowd.tick_off_rounds(session, now)
        # The last day's mails are still to be sent, so that the postbox has something to open.
        crowd.tick_off_messages(session, now - timedelta(hours=20))
    return municipality.id


def _call_back(session: Session, municipality_id: UUID, now: datetime) -> None:
    """A coordinator called whoever objected, or found no date, within the working day; what is newer still waits."""
    coordinator = crowd.find_coordinator(session, municipality_id)
    assert coordinator is not None
    actor = Actor(coordinator.id, roles=frozenset({(municipality_id, StaffRoleKind.COORDINATOR)}))
    for item in list_work(session, municipality_id, now=now):
        if item.kind in workbench.ENDS_BY_HAND and item.next_at <= now:
            workbench.finish(
                session, item.kind, item.about_id, municipality_id=municipality_id, actor=actor, now=item.next_at
            )


def list_sign_ins(session: Session, municipality_id: UUID) -> tuple[SignInAs, ...]:
    """One person per role, to sign in as by e-mail link."""
    found = [
        ("inwoner", crowd.find_requester(session, municipality_id, is_organisation=False)),
        ("vrijwilliger", crowd.find_volunteer(session, municipality_id)),
        ("jonge helper", crowd.find_by_email(session, young.SAM)),
        ("chauffeur", crowd.find_driver(session, municipality_id)),
        ("hulp elke week", crowd.find_helped_again(session, municipality_id)),
        *zip(("afspraak", "afspraak (vrijwilliger)"), crowd.find_two_who_write(session, municipality_id), strict=False),
        *zip(("buddy gevraagd", "buddy"), crowd.find_two_underway(session, municipality_id), strict=False),
        ("tuindag", crowd.find_by_email(session, together.LEADER)),
        ("organisatie", crowd.find_by_email(session, clubs.OWNER)),
        ("bemiddelaar", crowd.find_coordinator(session, municipality_id)),
        ("teamleider", crowd.find_staff(session, municipality_id, StaffRoleKind.TEAM_LEAD)),
        ("ritplanner", crowd.find_staff(session, municipality_id, StaffRoleKind.RIDE_PLANNER)),
        ("buddycoördinator", crowd.find_staff(session, municipality_id, StaffRoleKind.BUDDY_COORDINATOR)),
        ("signalen", crowd.find_staff(session, municipality_id, StaffRoleKind.CONCERN_HANDLER)),
        ("gemeente", crowd.find_staff(session, municipality_id, StaffRoleKind.READER)),
    ]
    return tuple(SignInAs(role, person.first_name, person.email) for role, person in found if person and person.email)


def is_filled(session: Session) -> bool:
    """Whether there is anybody here already."""
    return people.count_staff(session) > 0


def _employ(session: Session, municipality_id: UUID, begin: datetime, days: int) -> None:
    """The staff, and who is on duty: two coordinators in turn, every working day; Friday's through the weekend."""
    hired = []
    for first_name, last_name, kind in STAFF:
        person = Person(
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name}@surplus.example".lower(),
            created_at=begin,
        )
        session.add(person)
        session.flush()
        session.add(StaffRole(municipality_id=municipality_id, person_id=person.id, kind=kind, from_at=begin))
        hired.append(person.id)
    first_day = begin.astimezone(AMSTERDAM).date()
    for offset in range(days + 60):
        day = first_day + timedelta(days=offset)
        if day.weekday() < 5:
            starts_at = local_midnight(day)
            session.add(
                Duty(
                    municipality_id=municipality_id,
                    person_id=hired[day.toordinal() % 2],
                    from_at=starts_at,
                    until_at=local_midnight(day + timedelta(days=3 if day.weekday() == 4 else 1)),
                )
            )


def _plan_people(stage: Stage, city: City, municipality: Municipality, size: Size, begin: datetime) -> None:
    draw = stage.random
    for number in range(size.volunteers):
        # Two thirds are there in the first three days, the others come along the way.
        span = timedelta(days=3) if number < size.volunteers * 2 / 3 else timedelta(days=size.days)
        helper = city.draw_helper(begin + span * draw.random())
        stage.plan(helper.since, lambda s, now, helper=helper: _enrol(s, stage, helper, municipality, now))  # type: ignore[misc]
    n_private = round(size.requests * SHARE_PRIVATE)
    are_private = [number < n_private for number in range(size.requests)]
    draw.shuffle(are_private)
    foreign = size.last_day_foreign
    for number, is_private in enumerate(are_private):
        asker = city.draw_asker(_draw_posting(draw, number, size, begin), is_private=is_private)
        if is_private and number >= size.requests - size.last_day_requests and foreign:
            foreign, asker = foreign - 1, speaking_only(asker, *FOREIGN[foreign % len(FOREIGN)])
        stage.plan(
            asker.at,
            lambda s, now, asker=asker: _ask(s, stage, asker, municipality, size, now),  # type: ignore[misc]
        )


def _draw_posting(draw: Random, number: int, size: Size, begin: datetime) -> datetime:
    """By day, spread over the whole time; the last ones in the last day, so that there is something to look at."""
    end = begin + timedelta(days=size.days)
    if number >= size.requests - size.last_day_requests:
        return end - timedelta(hours=draw.uniform(0.5, 26))
    moment = begin + timedelta(days=2) + timedelta(days=size.days - 4) * draw.random()
    return moment.astimezone(AMSTERDAM).replace(hour=draw.randint(8, 21), minute=draw.randint(0, 59))


def _make_person(session: Session, who: Somebody, now: datetime) -> Person:
    person = Person(**vars(who), created_at=now)
    session.add(person)
    session.flush()
    return person


def _enrol(session: Session, stage: Stage, helper: Helper, municipality: Municipality, now: datetime) -> None:
    person = _make_person(session, helper.who, now)
    offering.save_offer(session, helper.offers, municipality=municipality, actor=Actor(person.id), now=now)
    seer = crowd.find_staff(session, municipality.id, StaffRoleKind.TEAM_LEAD) if helper.papers else None
    for code in helper.papers:
        assert seer is not None
        session.add(
            QualificationSeen(
                municipality_id=municipality.id,
                person_id=person.id,
                code=code,
                seen_on=now.astimezone(AMSTERDAM).date(),
                seen_by_id=seer.id,
            )
        )
    stage.temper[person.id] = (helper.answers, helper.agrees)
    stage.skills_of[person.id] = helper.offers.skill_codes


def _ask(session: Session, stage: Stage, asker: Asker, municipality: Municipality, size: Size, now: datetime) -> None:
    person = _make_person(session, asker.who, now)
    actor = Actor(person.id, person.first_name)
    if asker.asks.channel is not Channel.WEB:
        typist = crowd.find_staff(session, municipality.id, StaffRoleKind.COORDINATOR)
        assert typist is not None
        actor = Actor(typist.id, roles=frozenset({(municipality.id, StaffRoleKind.COORDINATOR)}))
    request = posting.post_request(
        session, asker.asks, municipality=municipality, requester_id=person.id, actor=actor, now=now
    )
    if stage.random.random() < size.residents_choosing:
        _ask_somebody_listed(session, stage, request.id, asker, Actor(person.id), municipality, now)


def _worry(session: Session, municipality_id: UUID, now: datetime) -> None:
    """Somebody who helps passes on a worry, so that those who handle worries have one to look at."""
    who = crowd.find_volunteer(session, municipality_id)
    assert who is not None
    helped = helped_by(session, who.id, municipality_id, now=now)
    worry = concerns.Worry(
        about_id=helped[0][0] if helped else None,
        about_words="" if helped else "De meneer op de hoek bij de bakker",
        kind=ConcernKind.ALONE,
        text="Er komt bijna niemand langs. De gordijnen bleven dicht, en er lag oud brood op tafel.",
        is_told=True,
    )
    concerns.raise_concern(
        session, worry, municipality_id=municipality_id, actor=Actor(who.id), now=now - timedelta(hours=3)
    )


def _hand_over(session: Session, municipality_id: UUID, now: datetime) -> None:
    """A case on its way to another organisation, so that there is one to look at; where somebody has a case."""
    for kind in (StaffRoleKind.COORDINATOR, StaffRoleKind.TEAM_LEAD):
        who = crowd.find_staff(session, municipality_id, kind)
        owned = list_open_cases_of(session, municipality_id, who.id) if who else ()
        if who is None or not owned:
            continue
        parcel = handovers.Parcel(
            organisation="Sociaal Team",
            email="balie@sociaalteam.example",
            story="Er zijn thuis meer zorgen dan waar een vrijwilliger bij kan helpen. Kijkt u mee?",
            with_contact=True,
        )
        actor = Actor(who.id, who.first_name, frozenset({(municipality_id, kind)}))
        handovers.prepare(
            session, request_id=owned[-1], parcel=parcel, agreed_by=None, actor=actor, now=now - timedelta(hours=2)
        )
        return


def _ask_somebody_listed(
    session: Session,
    stage: Stage,
    request_id: UUID,
    asker: Asker,
    requester: Actor,
    municipality: Municipality,
    now: datetime,
) -> None:
    listed = offers.list_public_offers(session, municipality_id=municipality.id, now=now)
    fitting = [
        offer.id for offer in listed if asker.asks.skill_code in stage.skills_of.get(offer.person_id, frozenset())
    ]
    for offer_id in fitting[:3]:
        try:
            with session.begin_nested():
                responses.ask_volunteer(session, request_id=request_id, offer_id=offer_id, actor=requester, now=now)
        except DoesNotFit:
            continue
        return
