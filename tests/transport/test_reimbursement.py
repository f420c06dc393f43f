"""What a driver gets back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.geography import KM_PER_DEGREE
from transport.reimbursement import (
    Reimbursement,
    ReimbursementPolicy,
    Tariff,
    reimburse_metres,
    reimburse_ride,
    split_over_rides,
)
from transport.travel import GreatCircleTravel, Place

POLICY = ReimbursementPolicy()
HOME, ORIGIN, HOSPITAL = (Place(name, km / KM_PER_DEGREE, 0.0) for name, km in (("home", 0), ("from", 2), ("to", 10)))
metres = GreatCircleTravel(detour=1.0).metres


@pytest.mark.parametrize(
    ("is_return", "expected"),
    [
        pytest.param(False, Reimbursement(20_000, 600), id="home-2-8-and-10-home"),
        pytest.param(True, Reimbursement(20_000, 600), id="home-2-8-8-and-2-home"),
    ],
)
def test_a_ride_is_counted_from_the_drivers_home_and_back(is_return: bool, expected: Reimbursement) -> None:
    made = reimburse_ride(metres, home=HOME, origin=ORIGIN, destination=HOSPITAL, is_return=is_return, policy=POLICY)
    assert made == expected


def test_bringing_somebody_back_may_be_further() -> None:
    """Home lies beyond the hospital: the way back to the passenger's house counts, and home from there."""
    home = Place("far", 12 / KM_PER_DEGREE, 0.0)
    one_way = reimburse_ride(metres, home=home, origin=ORIGIN, destination=HOSPITAL, is_return=False, policy=POLICY)
    back = reimburse_ride(metres, home=home, origin=ORIGIN, destination=HOSPITAL, is_return=True, policy=POLICY)
    assert (one_way.metres, back.metres) == (20_000, 36_000)
    assert back.cents == 1080


@pytest.mark.parametrize(
    ("length_m", "cents"),
    [(0, 0), (16, 0), (17, 1), (49, 1), (50, 2), (1000, 30), (21_340, 640), (21_350, 641)],
)
def test_cents_are_rounded_once_half_up(length_m: int, cents: int) -> None:
    """50 metres are one and a half cents: two."""
    assert reimburse_metres(length_m, POLICY).cents == cents


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_further_is_never_less(a: int, b: int) -> None:
    shorter, longer = sorted((a, b))
    assert reimburse_metres(shorter, POLICY).cents <= reimburse_metres(longer, POLICY).cents
    assert abs(reimburse_metres(a, POLICY).cents * 1000 - a * 30) <= 500


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="metres"):
        reimburse_metres(-1, POLICY)
    with pytest.raises(ValueError, match="cents_per_km"):
        ReimbursementPolicy(cents_per_km=-1)


TARIFF = Tariff(((date(2026, 1, 1), ReimbursementPolicy(30)), (date(2026, 7, 1), ReimbursementPolicy(33))))


@pytest.mark.parametrize(
    ("day", "cents"), [(date(2026, 1, 1), 30), (date(2026, 6, 30), 30), (date(2026, 7, 1), 33), (date(2030, 1, 1), 33)]
)
def test_a_ride_is_paid_by_the_tariff_of_its_day(day, cents):
    assert TARIFF.policy_on(day).cents_per_km == cents


def test_a_tariff_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="2025-12-31"):
        TARIFF.policy_on(date(2025, 12, 31))
    for wrong in ((), (TARIFF.from_on[1], TARIFF.from_on[0])):
        with pytest.raises(ValueError, match="from_on"):
            Tariff(wrong)


@pytest.mark.parametrize(
    ("cents", "alone", "shares"),
    [
        (600, [20_000, 10_000], (400, 200)),
        (100, [1, 1, 1], (34, 33, 33)),
        (5, [0, 0], (3, 2)),
        (7, [0, 10], (0, 7)),
    ],
)
def test_a_duty_is_split_over_its_rides(cents, alone, shares):
    assert split_over_rides(cents, alone) == shares


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_no_cent_is_lost_or_made_by_splitting(cents, alone):
    shares = split_over_rides(cents, alone)
    assert sum(shares) == cents
    if any(alone):
        assert all(
            abs(share * sum(alone) - cents * part) < sum(alone) for share, part in zip(shares, alone, strict=True)
        )


def test_splitting_what_cannot_be_is_refused():
    for cents, alone in ((-1, [1]), (1, []), (1, [-1])):
        with pytest.raises(ValueError, match="alone_metres"):
            split_over_rides(cents, alone)
