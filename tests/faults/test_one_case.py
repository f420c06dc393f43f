"""Two coordinators reach for the same case in the same instant: one has it, the other hears who."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from marketplace import coordination, matches, ownership, workbench
from marketplace.errors import CaseHeld, MarketplaceError, Overtaken
from marketplace.models import EventKind, Match, Slot, SlotStatus, WorkKind
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import workbench as work
from tests.support import builders, proof, rows
from tests.support.clock import NOW

RACES: Final = proof.count(20, 500)
# A busy SQLite file says so; the page would say "try again", and so does the test.
TRIES: Final = 20


def press(sessions: Any, act: Callable[..., Any], barrier: Barrier) -> object:
    """One unit, as a page would run it, begun at the same instant as the other's; what it came to."""
    barrier.wait()
    for _ in range(TRIES):
        try:
            with sessions.begin() as session:
                act(session, now=NOW)
        except OperationalError:
            continue
        except MarketplaceError as refused:
            return refused
        return "done"
    raise AssertionError("the database stayed busy")


def race(sessions: Any, *acts: Callable[..., Any]) -> list[object]:
    barrier = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: press(sessions, act, barrier), acts))


def take_work(session: Any, *, about_id: UUID, municipality_id: UUID, actor: Actor, now: datetime) -> None:
    workbench.take(session, WorkKind.OBJECTION, about_id, municipality_id=municipality_id, actor=actor, now=now)


@pytest.mark.races
def test_one_has_the_case_and_the_other_hears_who(sessions, database_kind):
    with sessions.begin() as session:
        carla, els = builders.a_coordinator(session, "Carla"), builders.a_coordinator(session, "Els")
        piet, kees = (builders.a_volunteer(session, name, capacity=10) for name in ("Piet", "Kees"))
    told = Counter()
    for _ in range(RACES):
        with sessions.begin() as session:
            case = builders.a_request(session)
            ownership.escalate(session, case, reason="no_skill", nearest=[], now=NOW)
        came = race(sessions, *(partial(coordination.take, request_id=case.id, actor=who) for who in (carla, els)))
        refused = [one for one in came if isinstance(one, CaseHeld)]
        assert len(refused) == 1, came
        with sessions.read() as session:
            owner = requests.get_request(session, case.id).owner_id
            assert refused[0].holder_id == owner
            assert rows.events(session, case.id).count(EventKind.CASE_TAKEN) == 1
        came = race(
            sessions,
            partial(coordination.couple, request_id=case.id, offer_id=piet.id, actor=carla),
            partial(coordination.couple, request_id=case.id, offer_id=kees.id, actor=els),
        )
        assert sorted(isinstance(one, MarketplaceError) for one in came) == [False, True], came
        told[type(next(one for one in came if isinstance(one, MarketplaceError))).__name__] += 1
        with sessions.begin() as session:
            made = [one for one in session.exec(rows.all_of(Match)) if one.request_id == case.id]
            assert len(made) == 1
            assert session.get_one(Slot, (case.id, 1)).status is SlotStatus.TAKEN
            matches.cancel(session, match_id=made[0].id, actor=Actor(case.requester_id), now=NOW)
    proof.record(f"one_case_{database_kind}", {"races": RACES, "owners_each": 1, "matches_each": 1, "refused": told})


@pytest.mark.races
def test_of_two_who_take_other_work_one_has_it(sessions, database_kind):
    with sessions.begin() as session:
        carla, els = builders.a_coordinator(session, "Carla"), builders.a_coordinator(session, "Els")
        where = builders.the_municipality(session).id
    for _ in range(RACES):
        with sessions.begin() as session:
            offer = builders.a_volunteer(session)
            match = builders.a_match(session, builders.a_request(session), offer)
            asker = requests.get_request(session, match.request_id).requester_id
            matches.object_to(session, match_id=match.id, actor=Actor(asker), now=NOW)
        acts = [partial(take_work, about_id=match.id, municipality_id=where, actor=who) for who in (carla, els)]
        came = race(sessions, *acts)
        assert sum(isinstance(one, Overtaken) for one in came) == 1, came
        with sessions.begin() as session:
            hold = work.lock_hold(session, WorkKind.OBJECTION, match.id)
            assert hold.owner_id in (carla.person_id, els.person_id)
            workbench.finish(
                session,
                WorkKind.OBJECTION,
                match.id,
                municipality_id=where,
                actor=carla if hold.owner_id == carla.person_id else els,
                now=NOW,
            )
    proof.record(f"one_piece_of_work_{database_kind}", {"races": RACES, "owners_each": 1})
