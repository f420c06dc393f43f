"""Volunteers, requests and markets with the boring part filled in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from matching.problem import Market, OpenProposal, Request, Skill, SkillTable, Volunteer, WeeklySlot, Window

# Tuesday 3 March 2026, 10:00 in Oosterhout.
NOW: Final = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
HERE: Final = (51.645, 4.861)
DEGREE_PER_KM: Final = 1 / 111.195  # of latitude
ALWAYS: Final = tuple(WeeklySlot(day, 0, 1440) for day in range(7))

SKILLS: Final = SkillTable(
    [
        Skill("garden", "house_garden_kitchen", "Tuin", "Garden"),
        Skill("coffee", "meeting_company", "Koffie", "Coffee"),
        Skill("ride", "transport", "Rit", "Ride", frozenset({"car", "licence"})),
    ]
)


def a_volunteer(id: str = "v1", *, km: float = 0.0, **changes: Any) -> Volunteer:
    """Somebody who lives `km` north of the centre and can do everything at any time."""
    given: dict[str, Any] = {
        "lat": HERE[0] + km * DEGREE_PER_KM,
        "lon": HERE[1],
        "max_km": 5.0,
        "skills": frozenset({"garden", "coffee", "ride"}),
        "available": ALWAYS,
        "capacity": 2,
        "max_proposals_per_week": 2,
    }
    return Volunteer(id, **(given | changes))


def a_request(id: str = "r1", **changes: Any) -> Request:
    """An hour of gardening in the centre, some Thursday soon; nine days to respond."""
    given: dict[str, Any] = {
        "requester": "p1",
        "lat": HERE[0],
        "lon": HERE[1],
        "skill": "garden",
        "slots": 1,
        "minutes": 60,
        "respond_by": NOW + timedelta(days=9),
        "windows": (Window(NOW + timedelta(days=10), NOW + timedelta(days=10, hours=4)),),
    }
    return Request(id, **(given | changes))


def a_market(
    volunteers: Iterable[Volunteer] = (), requests: Iterable[Request] = (), *, posted_at: Any = None, **facts: Any
) -> Market:
    """Everything posted at NOW unless said otherwise."""
    by_id = {request.id: request for request in requests}
    return Market(
        skills=SKILLS,
        volunteers={volunteer.id: volunteer for volunteer in volunteers},
        requests=by_id,
        posted_at=posted_at if posted_at is not None else dict.fromkeys(by_id, NOW),
        **facts,
    )


def an_open_proposal(request: str = "r1", volunteer: str = "v1", *, hours: float = 24) -> OpenProposal:
    return OpenProposal(request, volunteer, NOW + timedelta(hours=hours))


def a_random_market(rng: Random, *, volunteers: int, requests: int, now: datetime = NOW) -> Market:
    """A market in which every rule bites now and then."""
    people = [a_random_volunteer(rng, f"v{n}", now) for n in range(volunteers)]
    asked = [a_random_request(rng, f"r{n}", now) for n in range(requests)]
    pairs = [(request.id, person.id) for request in asked for person in people]

    def some(share: float) -> frozenset[tuple[str, str]]:
        return frozenset(pair for pair in pairs if rng.random() < share)

    running, finished = some(0.03), some(0.01)
    opened = tuple(
        OpenProposal(request, person, now + timedelta(hours=rng.choice([-1, 0, 3, 20])))
        for request, person in sorted(some(0.03) - running - finished)
    )
    return a_market(
        people,
        asked,
        posted_at={request.id: now - timedelta(hours=rng.randrange(0, 200)) for request in asked},
        held=frozenset(request.id for request in asked if rng.random() < 0.1),
        escalated=frozenset(request.id for request in asked if rng.random() < 0.2),
        running=running,
        finished=finished,
        matched_before=some(0.02),
        open_proposals=opened,
        proposed=some(0.04),
        asked_at={
            person.id: tuple(
                now - timedelta(hours=rng.choice([0, 1, 100, 167, 168, 169])) for _ in range(rng.randrange(3))
            )
            for person in people
        },
        unwanted=frozenset((person.id, rng.choice(list(SKILLS))) for person in people if rng.random() < 0.1),
    )


def a_random_volunteer(rng: Random, id: str, now: datetime) -> Volunteer:
    slots = [a_random_slot(rng) for _ in range(rng.randrange(7))]
    return Volunteer(
        id,
        lat=HERE[0] + rng.uniform(-4, 4) * DEGREE_PER_KM,
        lon=HERE[1] + rng.uniform(-6, 6) * DEGREE_PER_KM,
        max_km=rng.choice([1.0, 3.0, 6.0, 15.0]),
        skills=frozenset(rng.sample(list(SKILLS), rng.randrange(1, 4))),
        available=tuple(slots),
        capacity=rng.randrange(4),
        max_proposals_per_week=rng.randrange(4),
        qualifications=frozenset(q for q in ("car", "licence", "vog") if rng.random() < 0.8),
        languages=frozenset(language for language in ("nl", "en", "pl") if rng.random() < 0.6),
        born=rng.choice([None, 1950, 1990, 2007, 2008, 2009]),
        paused_until=rng.choice([None, None, None, now, now - timedelta(1), now + timedelta(days=rng.randrange(12))]),
        avoid=frozenset({f"p{rng.randrange(8)}"}) if rng.random() < 0.2 else frozenset(),
    )


def a_random_request(rng: Random, id: str, now: datetime) -> Request:
    windows = []
    for _ in range(rng.randrange(3)):
        start = now + timedelta(hours=rng.randrange(-10, 24 * 9), minutes=rng.randrange(60), seconds=rng.randrange(60))
        windows.append(Window(start, start + timedelta(minutes=rng.choice([30, 90, 240, 1500, 4000]))))
    weekly = [a_random_slot(rng) for _ in range(rng.randrange(3))]
    return Request(
        id,
        requester=f"p{rng.randrange(8)}",
        lat=HERE[0] + rng.uniform(-4, 4) * DEGREE_PER_KM,
        lon=HERE[1] + rng.uniform(-6, 6) * DEGREE_PER_KM,
        skill=rng.choice(list(SKILLS)),
        slots=rng.randrange(1, 4),
        minutes=rng.choice([15, 60, 120, 200]),
        respond_by=now + timedelta(hours=rng.choice([-1, 0, 5, 40, 100, 240])),
        windows=tuple(windows),
        weekly=tuple(weekly or ([a_random_slot(rng)] if not windows else [])),
        requires=frozenset({"vog"}) if rng.random() < 0.2 else frozenset(),
        languages=frozenset(rng.sample(["nl", "en", "pl", "ar"], rng.randrange(1, 3)))
        if rng.random() < 0.4
        else frozenset(),
        min_age=rng.choice([0, 0, 18]),
        avoid=frozenset({f"v{rng.randrange(20)}"}) if rng.random() < 0.2 else frozenset(),
    )


def a_random_slot(rng: Random) -> WeeklySlot:
    start = rng.choice([0, 60, 120, 150, 540, 600, 720, 1080, 1320])
    return WeeklySlot(rng.randrange(7), start, min(1440, start + rng.choice([30, 60, 180, 240, 1000])))
