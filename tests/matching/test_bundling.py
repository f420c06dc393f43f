"""Which gardens belong together for a group: against every possibility, and what must always hold."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.bundling import Bundle, Garden, Group, best_bundle, bundle_all, walking_km

HERE = (51.645, 4.86)


@st.composite
def some_gardens(draw, most=7):
    """A few gardens within a kilometre or two, so that some are near each other and some are not."""
    count = draw(st.integers(0, most))
    return [
        Garden(
            f"g{number}",
            HERE[0] + draw(st.integers(0, 4)) * 0.003,
            HERE[1] + draw(st.integers(0, 4)) * 0.004,
            draw(st.sampled_from([30, 60, 60, 90, 120])),
            draw(st.none() | st.frozensets(st.integers(1, 4), max_size=3)),
        )
        for number in range(count)
    ]


groups = st.builds(
    Group,
    walk_km=st.sampled_from([0.0, 0.4, 0.9, 2.5]),
    minutes=st.sampled_from([60, 150, 240, 600]),
    at_least=st.sampled_from([1, 2, 3]),
    at_most=st.sampled_from([3, 4, 12]),
)


def has_a_day(gardens):
    """Whether one day suits all of them; who said nothing of days can on every day."""
    said = [one.days for one in gardens if one.days is not None]
    return not said or any(all(day in days for days in said) for day in range(1, 5))


def every_bundle(gardens, group):
    """Each centre with each set of others that may be, ranked by what is promised."""
    for centre in gardens:
        others = [one for one in gardens if one is not centre and walking_km(centre, one) <= group.walk_km]
        for size in range(len(others) + 1):
            for chosen in combinations(others, size):
                minutes = centre.minutes + sum(one.minutes for one in chosen)
                may = minutes <= group.minutes and group.at_least <= size + 1 <= group.at_most
                if may and has_a_day([centre, *chosen]):
                    walks = sum(walking_km(centre, one) for one in chosen)
                    yield -(size + 1), minutes, round(walks, 9)


def rank_of(bundle: Bundle):
    walks = sum(walking_km(bundle.centre, one) for one in bundle.gardens)
    return -len(bundle.gardens), bundle.minutes, round(walks, 9)


@given(some_gardens(), groups)
def test_the_best_bundle_is_the_best_of_all_that_could_be(gardens, group):
    best = best_bundle(gardens, group)
    possible = min(every_bundle(gardens, group), default=None)
    assert (rank_of(best) if best else None) == possible


@given(some_gardens(most=14), groups)
def test_every_bundle_can_be_walked_and_done_and_no_garden_is_in_two(gardens, group):
    bundles = bundle_all(gardens, group)
    named = [garden.id for bundle in bundles for garden in bundle.gardens]
    assert len(named) == len(set(named))
    for bundle in bundles:
        assert bundle.minutes == sum(garden.minutes for garden in bundle.gardens) <= group.minutes
        assert group.at_least <= len(bundle.gardens) <= group.at_most
        walks = [walking_km(bundle.centre, garden) for garden in bundle.gardens]
        assert walks == sorted(walks)
        assert bundle.walk_km == max(walks) <= group.walk_km
        assert bundle.days is None or bundle.days
        for garden in bundle.gardens:
            assert garden.days is None or set(bundle.days) <= garden.days


@given(some_gardens(most=10), groups, st.randoms(use_true_random=False))
def test_the_order_in_which_gardens_come_changes_nothing(gardens, group, random):
    shuffled = list(gardens)
    random.shuffle(shuffled)
    assert bundle_all(gardens, group) == bundle_all(shuffled, group)


def test_what_is_left_after_the_bundles_makes_no_other():
    near = [Garden(f"a{n}", *HERE, 60) for n in range(5)]
    far = [Garden(f"b{n}", HERE[0] + 0.2, HERE[1], 60) for n in range(2)]
    bundles = bundle_all([*near, *far], Group(walk_km=1.0, minutes=180))
    assert [len(bundle.gardens) for bundle in bundles] == [3]


@pytest.mark.parametrize("wrong", [{"walk_km": -1.0}, {"minutes": 0}, {"at_least": 0}, {"at_least": 5, "at_most": 4}])
def test_a_group_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="Group"):
        Group(**({"walk_km": 1.0, "minutes": 60} | wrong))
