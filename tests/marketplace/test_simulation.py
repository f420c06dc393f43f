"""The made-up market: fair to every way of asking, out of sight of those who play in it."""

import math
from dataclasses import fields, replace

import pytest

from marketplace.simulation import study
from marketplace.simulation.players import make_player
from marketplace.simulation.playing import play
from marketplace.simulation.worlds import Assumptions, make_world, reaction, visits
from matching.problem import Volunteer
from matching.skills import read_skills

SKILLS = read_skills()
SMALL = Assumptions(volunteers=250, requests_per_week=9, weeks=5)


def test_the_same_seed_is_the_same_world_and_another_is_not() -> None:
    assert make_world(3, SKILLS, SMALL) == make_world(3, SKILLS, SMALL)
    assert make_world(3, SKILLS, SMALL).requests != make_world(4, SKILLS, SMALL).requests


def test_what_somebody_would_answer_does_not_depend_on_who_asks_or_when() -> None:
    world = make_world(1, SKILLS, SMALL)
    person, (_, request) = next(iter(world.people.values())), world.requests[0]
    assert reaction(world, person, request, 2.0) == reaction(world, person, request, 2.0)
    assert visits(world, person) == visits(world, person)


def test_the_engine_is_told_nothing_of_habits() -> None:
    """What it gets of a person is the volunteer, and a volunteer has no field for any habit."""
    told = set(Volunteer.__dataclass_fields__)
    assert told.isdisjoint({"answers", "mood", "delay_h", "visits_per_week", "asleep"})


def test_a_world_is_played_to_its_end_by_every_way_of_asking() -> None:
    world = make_world(2, SKILLS, SMALL)
    tallies = {way: play(world, make_player(way, SKILLS), SKILLS) for way in study.WAYS}
    assert len({tally.slots for tally in tallies.values()}) == 1
    assert tallies["browsing"].proposals == 0
    assert tallies["browsing"].matched < tallies["engine"].matched <= tallies["engine"].slots
    assert tallies["engine"].proposals < tallies["five"].proposals
    for tally in tallies.values():
        assert tally.matched + len(tally.empty) == tally.slots


def test_the_same_world_is_played_the_same_twice() -> None:
    plays = [play(make_world(5, SKILLS, SMALL), make_player("engine", SKILLS), SKILLS) for _ in range(2)]
    assert plays[0] == plays[1]


def test_an_estimate_has_an_interval_only_where_there_are_two() -> None:
    assert study.estimate([0.5]).half == math.inf
    found = study.estimate([0.4, 0.6])
    assert found.mean == pytest.approx(0.5)
    assert found.half == pytest.approx(12.706 * 0.1, abs=1e-3)  # Student's t with one degree of freedom


def test_assumptions_are_changed_by_name() -> None:
    assert study.otherwise(SMALL, {"volunteers": 100}) == replace(SMALL, volunteers=100)
    for _, changes in study.OTHERWISE:
        assert study.otherwise(Assumptions(), changes) != Assumptions()


def test_every_assumption_is_varied_or_named_as_not_varied() -> None:
    """A new assumption must be tried otherwise, or say why not; and what is tried is one thing at a time."""
    varied = {name for _, changes in study.OTHERWISE for name in changes}
    assert varied | study.NOT_VARIED.keys() == {field.name for field in fields(Assumptions)}
    assert varied.isdisjoint(study.NOT_VARIED)
    assert all(len(changes) == 1 for _, changes in study.OTHERWISE)
    assert len({name for name, _ in study.OTHERWISE}) == len(study.OTHERWISE)
