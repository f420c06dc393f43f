"""A round reads only who lives near enough: whom it asks, and what it says where nobody fits, stays what it was."""

from dataclasses import replace
from datetime import timedelta
from math import asin, atan2, cos, degrees, pi, radians, sin
from random import Random
from uuid import UUID

import pytest

from marketplace import matchmaking, posting
from marketplace.models import HelpRequest, Municipality, Offer, ProposalStatus
from marketplace.permissions import Actor
from marketplace.policies import ASKING
from marketplace.queries import market, matches
from matching import asking
from matching.geography import EARTH_RADIUS_KM, haversine_km, is_within
from tests.support import proof
from tests.support.builders import (
    a_person,
    a_proposal,
    a_request,
    a_team_lead,
    a_volunteer,
    another_municipality,
    place,
)
from tests.support.clock import NOW

SKILLS = ("garden.hedge", "home.groceries")
REACHES = (0.5, 2.0, 5.0, 14.9, 15.0, 15.1, 50.0, 501.0)
ANYWHERE = tuple((lat, lon) for lat in (0.0, 51.6, -40.0, 64.0, 85.0) for lon in (4.8, -149.0, 179.99))


@pytest.fixture(autouse=True)
def as_in_a_large_country(monkeypatch):
    """Where there are few people at all, nobody is left out for living far away."""
    monkeypatch.setattr(market, "FEW_OFFERS", 0)


def ahead(lat: float, lon: float, km: float, bearing: float) -> tuple[float, float]:
    """Where one arrives after so many kilometres over the great circle."""
    far, start = km / EARTH_RADIUS_KM, radians(lat)
    to_lat = asin(max(-1.0, min(1.0, sin(start) * cos(far) + cos(start) * sin(far) * cos(bearing))))
    east = sin(bearing) * sin(far) * cos(start), cos(far) - sin(start) * sin(to_lat)
    to_lon = lon + degrees(atan2(*east))
    return degrees(to_lat), (to_lon + 180) % 360 - 180


def move(session, row: Offer | HelpRequest, where: tuple[float, float]) -> None:
    row.latitude, row.longitude = where
    session.add(row)


@pytest.mark.parametrize("centre", ANYWHERE)
def test_nobody_within_their_own_reach_is_left_out(sessions, centre):
    """People at the very edge of their reach, just within and just outside it, in every direction, anywhere."""
    rng = Random(str(centre))
    with sessions.begin() as session:
        asked = [a_request(session, skill=skill) for skill in SKILLS]
        for request in asked:
            move(session, request, ahead(*centre, rng.uniform(0, 8), rng.uniform(0, 2 * pi)))
        for _ in range(proof.count(24, 400)):
            offer = a_volunteer(session, skills=(rng.choice(SKILLS),))
            offer.reach_km = rng.choice(REACHES)
            home = rng.choice(asked)
            km = offer.reach_km * rng.choice((0.3, 1 - 1e-7, 1.0, 1 + 1e-7, 1.2, 3.0))
            move(session, offer, ahead(home.latitude, home.longitude, km, rng.uniform(0, 2 * pi)))
        session.flush()
        ids = [request.id for request in asked]
        where = {"municipality_id": asked[0].municipality_id, "now": NOW, "request_ids": ids}
        everybody = market.read_market(session, **where)
        near = market.read_market(session, **where, only_near=True)
        wider = market.read_market(session, **where, only_near=True, beyond_km=10.0)
    needed = {
        v.id
        for v in everybody.volunteers.values()
        for r in everybody.requests.values()
        if r.skill in v.skills and is_within(haversine_km(v.lat, v.lon, r.lat, r.lon), v.max_km)
    }
    assert needed <= near.volunteers.keys() <= wider.volunteers.keys() <= everybody.volunteers.keys()
    assert all(near.volunteers[v] == everybody.volunteers[v] for v in near.volunteers)
    assert needed


def a_town(session, rng: Random) -> list[HelpRequest]:
    """A town in which some requests fit nobody, some people are being asked, and some are asked by another town."""
    a_team_lead(session)
    elsewhere = another_municipality(session)
    people = []
    for n in range(14):
        offer = a_volunteer(
            session,
            f"Helper{n}",
            skills=rng.sample(SKILLS, rng.randrange(1, 3)),
            reach_km=rng.choice((1.0, 3.0, 8.0)),
            capacity=rng.choice((1, 2)),
            languages=rng.choice((("nl",), ("pl",))),
        )
        move(session, offer, ahead(51.645, 4.861, rng.uniform(0, 30), rng.uniform(0, 2 * pi)))
        people.append(offer)
    found = []
    for n in range(5):
        request = a_request(
            session,
            requester=a_person(session, f"Asker{n}"),
            skill=rng.choice((*SKILLS, "company.coffee")),
            languages=rng.choice(((), ("nl",))),
            respond_by=NOW + timedelta(hours=rng.choice((30, 90))),
            now=NOW - timedelta(hours=rng.choice((0, 20, 60))),
        )
        move(session, request, ahead(51.645, 4.861, rng.uniform(0, 6), rng.uniform(0, 2 * pi)))
        found.append(request)
    asker, there = a_person(session, "Verder"), elsewhere_at(elsewhere)
    other = a_request(session, requester=asker, municipality=elsewhere, slots=4, at=there)
    for offer in rng.sample(people, 4):
        a_proposal(session, other, offer)
    for offer in rng.sample(people, 2):
        a_proposal(session, rng.choice(found), offer, now=NOW - timedelta(hours=3))
    session.flush()
    return found


def elsewhere_at(municipality: Municipality):
    return replace(place(), municipality=municipality.name)


def test_a_round_decides_as_one_that_reads_everybody(sessions):
    """Whom it asks, what it withdraws, what it hands over, why, and who almost fits."""
    told = {"proposals": 0, "escalations": 0, "near misses": 0}
    for seed in range(proof.count(6, 60)):
        rng = Random(seed)
        with sessions.begin() as session:
            found = a_town(session, rng)
            ids, where = [request.id for request in found], found[0].municipality_id
            whole = market.read_market(session, municipality_id=where, now=NOW, request_ids=ids)
            learnt = matchmaking.learn(session, municipality_id=where, now=NOW)
        expected = asking.decide(whole, NOW, ASKING, habits=learnt)
        made = matchmaking.run_round(sessions, municipality_id=where, now=NOW)
        ours = {str(id_) for id_ in ids}
        assert [plan for plan in made.proposals if plan.request in ours] == list(expected.proposals)
        assert made.withdrawals == expected.withdrawals
        assert made.escalations == expected.escalations
        told["proposals"] += len(made.proposals)
        told["escalations"] += len(made.escalations)
        told["near misses"] += sum(len(one.nearest) for one in made.escalations)
        with sessions.begin() as session:  # an empty town again
            for request in found:
                posting.withdraw_request(session, request_id=request.id, actor=Actor(request.requester_id), now=NOW)
            for offer_id in whole.volunteers:
                gone = session.get_one(Offer, UUID(offer_id))
                gone.left_at = NOW
                session.add(gone)
    assert all(told.values()), told


def test_who_is_being_asked_by_another_town_is_full_and_somebody_else_is_asked(sessions):
    """Piet takes one thing at a time. The round does not choose him again and again, to find that he is full."""
    with sessions.begin() as session:
        elsewhere = another_municipality(session)
        bep, there = a_person(session, "Bep"), elsewhere_at(elsewhere)
        other = a_request(session, requester=bep, municipality=elsewhere, at=there)
        piet = a_volunteer(session, "Piet", capacity=1)
        a_proposal(session, other, piet)
        kees = a_volunteer(session, "Kees", at=place("4849AB"), reach_km=8.0)
        request = a_request(session)
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.read() as session:
        assert [row.offer_id for row in matches.list_live_proposals(session, request.id)] == [kees.id]
        (still,) = matches.list_live_proposals(session, other.id)
        assert (still.offer_id, still.status) == (piet.id, ProposalStatus.OPEN)
