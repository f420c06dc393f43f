"""Nothing leaks about a garden day: a word in every field of whose garden it is and who leads, in every state."""

from datetime import timedelta

import pytest

from marketplace import matches
from marketplace.models import Match
from marketplace.permissions import Actor
from marketplace.together import garden_days
from tests.marketplace.together.garden_builders import DAY, ENDS, a_garden_day, a_leader, says
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_request
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")

HERS = {"kanarieachternaam", "06 73000001", "kanariemail@voorbeeld.nl", "Kanariestraat"}
HIS = {"kanarieleider", "06 74000001", "kanarieleider@voorbeeld.nl"}
# What the leader sees of whose garden it is, in each state: her number, which she shares, and where it is.
STATES = {
    "asked": set(),
    "agreed": set(),
    "confirmed": {"06 73000001", "Kanariestraat"},
    "done": {"06 73000001", "Kanariestraat"},
    "long ago": set(),
    "called off": set(),
}


@pytest.fixture
def scene(sessions, clock, request):
    """Three gardens and a leader; the first garden came as far as the state says."""
    state = request.param
    with sessions.begin() as session:
        riet = a_person(
            session,
            "Riet",
            last_name="kanarieachternaam",
            telephone="06 73000001",
            email="kanariemail@voorbeeld.nl",
            share_email=False,
        )
        gardens = [
            a_request(session, requester=one, street="Kanariestraat" if one is riet else "Elders", house_number="7")
            for one in (riet, a_person(session, "Bep"), a_person(session, "Cor"))
        ]
        lies = a_person(
            session, "Lies", last_name="kanarieleider", telephone="06 74000001", email="kanarieleider@voorbeeld.nl"
        )
        leader = a_leader(session, person=lies)
        day, lead = a_garden_day(session, gardens, leader), Actor(lies.id)
        if state != "asked":
            says(session, day, gardens[0])
        if state in ("confirmed", "done", "long ago"):
            clock.set(NOW + timedelta(days=2))
            matches.confirm_overdue(session, clock())
            garden_days.look_after(session, clock())
        if state in ("done", "long ago"):
            clock.set(ENDS)
            garden_days.report(session, day_id=day.id, done={gardens[0].id}, actor=lead, now=ENDS)
        if state == "long ago":
            clock.set(DAY + timedelta(days=16))
        if state == "called off":
            garden_days.call_off(session, day_id=day.id, actor=lead, now=NOW)
        people = {"riet": riet.id, "lies": lies.id, "bep": gardens[1].requester_id}
        people |= {"sjaak": a_person(session, "Sjaak").id, "carla": a_coordinator(session).person_id}
        paths = [
            *("/", "/samen", "/samen/tuindagen", "/samen/weekblad", "/nu?postcode=4901AB", "/mijn", "/werk/tuindagen"),
            *(f"/mijn/tuindagen/{day.id}", f"/mijn/tuindagen/{day.id}/bladen", f"/werk/tuindagen/{day.id}"),
            *(f"/mijn/tuindagen/{day.id}/{one.id}" for one in gardens[:2]),
            *(f"/nu/{one.id}" for one in gardens[:1]),
        ]
    return state, people, paths


@pytest.mark.parametrize("scene", STATES, indirect=True)
def test_nothing_of_a_garden_day_is_seen_by_who_may_not_see_it(page, sessions, sign_in, scene):
    state, people, paths = scene
    seen = {}
    for who in ("nobody", "sjaak", "bep", "riet", "lies", "carla"):
        visitor = page.another()
        if who != "nobody":
            sign_in(visitor, people[who])
        found = "\n".join(visitor.send("GET", path).text for path in paths)
        seen[who] = {word for word in HERS | HIS if word in found}
    assert seen["lies"] & HERS == STATES[state]
    for who in ("nobody", "sjaak", "bep"):
        assert seen[who] == set(), who
    assert seen["carla"] == set()  # kinds and neighbourhoods: for more the case is opened, which is logged
    assert seen["riet"] & HIS == set()  # how they reach each other stands on the page of their match
    with sessions.read() as session:
        assert len(session.exec(rows.all_of(Match)).all()) == (0 if state == "asked" else 1)
