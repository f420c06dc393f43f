"""Who a coordinator could ask for a request, and which cases stand on which pile."""

from datetime import timedelta

import pytest

from marketplace import candidacy, coordination
from marketplace.models import Origin, StaffRoleKind
from marketplace.queries import board
from marketplace.queries.board import Board, Pile
from matching.rules import Rule
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    local,
    place,
)
from tests.support.clock import NOW

DAY = timedelta(days=1)


# --- who could be asked ----------------------------------------------------------------------------------------------


def test_those_who_fit_come_first_and_then_those_for_whom_one_thing_gives_way(sessions):
    with sessions.begin() as session:
        request = a_request(session, languages=("nl",))
        two_things = a_volunteer(session, "Twee", at=place("4849AB"), languages=("pl",))
        a_volunteer(session, "Anders", skills=("home.groceries",))
        language = a_volunteer(session, "Taal", languages=("pl",))
        farther = a_volunteer(session, "Ver", at=place("4849AB"))
        near = a_volunteer(session, "Dichtbij", at=place("4902AB"))
        here = a_volunteer(session, "Hier")
        where = {"municipality_id": request.municipality_id, "request_id": request.id}
        listed = candidacy.list_candidates(session, **where, now=NOW)
    assert [candidate.helper.offer_id for candidate in listed.found] == [here.id, near.id, farther.id, language.id]
    assert (listed.fitting, round(listed.within_km, 1)) == (2, 1.0)
    assert two_things.id not in {candidate.helper.offer_id for candidate in listed.found}
    assert [candidate.misfits for candidate in listed.found[2:]] == [(Rule.DISTANCE,), (Rule.LANGUAGE,)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("fat", ["Fatima"]), ("Fatma", ["Fatima"]), ("DOMMEL", ["Fatima"]), ("dors", ["Piet"]), ("xyzzy", []), ("", None)],
)
def test_people_are_found_by_name_or_neighbourhood(sessions, typed, found):
    with sessions.begin() as session:
        request = a_request(session)
        a_volunteer(session, "Piet", at=place("4849AB"))
        a_volunteer(session, "Fatima", at=place("4907AB"), skills=("home.groceries",))
        where = {"municipality_id": request.municipality_id, "request_id": request.id}
        listed = candidacy.search_candidates(session, **where, wanted=typed, now=NOW)
    names = [candidate.helper.first_name for candidate in listed.found]
    assert names == found if found is not None else set(names) == {"Piet", "Fatima"}


def test_of_a_request_that_has_ended_nobody_is_listed(sessions):
    with sessions.begin() as session:
        carla, request, piet = a_coordinator(session), a_request(session), a_volunteer(session)
        coordination.close(session, request_id=request.id, reason="referred", text="", actor=carla, now=NOW)
        where = {"municipality_id": request.municipality_id, "request_id": request.id}
        assert candidacy.list_candidates(session, **where, now=NOW).found == ()
        assert candidacy.search_candidates(session, **where, wanted="Piet", now=NOW).found == ()
        assert candidacy.describe_candidate(session, **where, offer_id=piet.id, now=NOW) is None


def test_when_somebody_was_last_asked_does_not_count_their_own_offers(sessions):
    with sessions.begin() as session:
        asked, applied = a_volunteer(session, "Piet"), a_volunteer(session, "Kees")
        request = a_request(session, slots=2)
        a_proposal(session, request, asked, now=NOW - DAY)
        a_proposal(session, request, applied, origin=Origin.APPLICATION)
        rows = board.list_helpers(session, [asked.id, applied.id])
    assert (rows[asked.id].last_asked_at, rows[applied.id].last_asked_at) == (NOW - DAY, None)


# --- the board -------------------------------------------------------------------------------------------------------


def test_each_pile_holds_what_it_says(sessions):
    with sessions.begin() as session:
        carla, lead = a_coordinator(session, "Carla"), a_coordinator(session, "Trudy", kind=StaffRoleKind.TEAM_LEAD)
        riet = a_person(session, "Riet")
        mine, hers, engines, ended, filled = (a_request(session, requester=riet) for _ in range(5))
        coordination.take(session, request_id=mine.id, actor=carla, now=NOW)
        coordination.take(session, request_id=hers.id, actor=lead, now=NOW)
        coordination.close(session, request_id=ended.id, reason="referred", text="", actor=carla, now=NOW)
        a_match(session, filled, a_volunteer(session))
        where = mine.municipality_id
        seen = Board(session, municipality_id=where, person_id=carla.person_id, day_began_at=local(2026, 3, 3))
        piles = {pile: {row.request_id for row in seen.list_rows(pile, limit=10)} for pile in Pile}
        counts = seen.count()
    assert piles == {
        Pile.MINE: {mine.id},
        Pile.EVERYBODYS: {mine.id, hers.id},
        Pile.TEAM: {hers.id},
        Pile.OPEN: {mine.id, hers.id, engines.id},
        Pile.ENDED: {ended.id},
    }
    assert counts == {pile: len(found) for pile, found in piles.items()}
