"""What is learnt from every answer and silence: who answers, who says yes, how quickly, and what comes by itself."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from matching.acceptance import AcceptancePrior, Ask, Habits, Listing
from matching.habits_fit import KNOTS_H, Sample, Stay, fit_population
from tests.matching.builders import NOW, SKILLS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PRIOR = AcceptancePrior()


def an_ask(volunteer: str = "v1", *, days_ago: float = 3, request: str = "old", **changes: Any) -> Ask:
    return Ask(request, volunteer, changes.pop("skill", "garden"), 1.0, 0, NOW - days_ago * DAY, **changes)


def answered(volunteer: str = "v1", *, days_ago: float = 3, after_h: float = 2, **changes: Any) -> Ask:
    given = {"answer": "accepted", "answered_at": NOW - days_ago * DAY + after_h * HOUR} | changes
    return an_ask(volunteer, days_ago=days_ago, request=f"r{days_ago}", **given)


def knowing(*asks: Ask) -> Habits:
    return Habits(SKILLS, PRIOR, asks)


def test_of_somebody_unknown_the_prior_is_all_that_is_known() -> None:
    habits = knowing()
    assert habits.answers("v1", NOW) == pytest.approx(PRIOR.answer_share)
    assert habits.says_yes("v1", "garden", 0.0, NOW) == pytest.approx(PRIOR.yes_share)


def test_further_away_and_asked_more_often_is_less_likely() -> None:
    habits = knowing()
    assert habits.says_yes("v1", "garden", 4.0, NOW) < habits.says_yes("v1", "garden", 1.0, NOW)
    assert habits.answers("v1", NOW, lately=2) < habits.answers("v1", NOW)


def test_a_silence_says_more_the_longer_it_lasts_and_less_the_longer_ago() -> None:
    unknown = knowing().answers("v1", NOW)
    chances = [knowing(an_ask(days_ago=days)).answers("v1", NOW) for days in (0.05, 0.5, 3)]
    assert unknown > chances[0] > chances[1] > chances[2]
    assert knowing(an_ask(days_ago=300)).answers("v1", NOW) > chances[2]


def test_who_was_called_back_soon_was_hardly_silent() -> None:
    called_back = an_ask(withdrawn_at=NOW - 3 * DAY + HOUR / 4)
    assert knowing(called_back).answers("v1", NOW) > knowing(an_ask()).answers("v1", NOW)


def test_an_answer_whatever_it_is_and_an_offer_are_signs_of_life() -> None:
    unknown = knowing().answers("v1", NOW)
    no = answered(answer="declined", reason="not_now")
    own = answered(is_own=True, after_h=0)
    assert min(knowing(ask).answers("v1", NOW) for ask in (no, own)) > unknown


def test_taste_is_learnt_most_for_the_same_kind_and_a_reason_says_how_much() -> None:
    shared = knowing().says_yes("v1", "garden", 1.0, NOW)
    not_this = knowing(answered(answer="declined", reason="other"))
    elsewhere = knowing(answered(answer="declined", reason="other", skill="coffee"))
    not_now = knowing(answered(answer="declined", reason="not_now"))
    # Of today, so that what all share, which is fitted at midnight, is the same: there every no counts.
    paused = knowing(answered(answer="declined", reason="pause", days_ago=0.3))
    chances = [habits.says_yes("v1", "garden", 1.0, NOW) for habits in (not_this, not_now, elsewhere)]
    assert chances == sorted(chances)
    assert chances[2] < shared
    assert paused.says_yes("v1", "garden", 1.0, NOW) == pytest.approx(shared)


def test_what_was_refused_as_too_far_is_too_far_again() -> None:
    habits = knowing(answered(answer="declined", reason="too_far"))
    assert habits.says_yes("v1", "garden", 1.1, NOW) < 0.5 * habits.says_yes("v1", "garden", 0.5, NOW)


def test_the_chance_that_a_yes_still_comes_falls_while_it_does_not() -> None:
    fresh = [an_ask(days_ago=hours / 24) for hours in (0, 2, 8, 30, 200)]
    chances = [knowing(ask).still_says_yes(ask, NOW) for ask in fresh]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == pytest.approx(0, abs=1e-9)


def test_somebody_quick_is_expected_to_be_quick_again() -> None:
    asks = [answered("quick", days_ago=n, after_h=0.5) for n in range(2, 8)]
    asks += [answered("slow", days_ago=n, after_h=30) for n in range(2, 8)]
    quick, slow, unknown = knowing(*asks).soon_shares(["quick", "slow", "v9"], 8.0, NOW)
    assert quick > unknown > slow


def test_offers_by_themselves_are_learnt_per_kind() -> None:
    habits = knowing()
    before = habits.no_offer_within("garden", 6, 0, NOW)
    for n in range(20):
        listed = Listing("garden", NOW - 5 * DAY, NOW - 5 * DAY + 3 * HOUR, by_offer=True)
        habits.note_listing(f"g{n}", listed)
        habits.note_listing(f"c{n}", replace(listed, skill="coffee", by_offer=False, until=None))
    tomorrow = NOW + DAY  # what all share is fitted at midnight
    assert habits.no_offer_within("garden", 6, 0, tomorrow) < before < habits.no_offer_within("coffee", 6, 0, tomorrow)


def test_what_drew_no_offer_for_long_is_not_expected_to_draw_one_soon() -> None:
    habits = knowing()
    chances = [habits.no_offer_within("garden", 6, listed_h, NOW) for listed_h in (0, 24, 500)]
    assert chances == sorted(chances)
    assert chances[2] > 0.98


def test_the_same_facts_give_the_same_chances_in_whatever_order_they_became_known() -> None:
    asks = [answered(f"v{n % 5}", days_ago=n + 1) for n in range(12)] + [an_ask(f"v{n}", days_ago=4) for n in range(5)]
    lived = knowing(*(replace(ask, answer=None, answered_at=None) for ask in asks))
    for ask in reversed(asks):
        lived.note(ask)
    read = knowing(*asks)
    for n in range(6):
        assert lived.answers(f"v{n}", NOW) == pytest.approx(read.answers(f"v{n}", NOW), abs=1e-12)


def samples(rng: Random, people: int, asks: int, *, active: float, yes_near: float) -> list[Sample]:
    """A crowd of which a part always answers and the rest never does; half as many odds of a yes for each 6 km."""
    made = []
    for n in range(people):
        is_active = rng.random() < active
        for _ in range(asks):
            km = rng.uniform(0, 12)
            odds = yes_near / (1 - yes_near) * 2 ** (-km / 6)
            answer = None
            if is_active:
                answer = "accepted" if rng.random() < odds / (1 + odds) else "declined"
            made.append(Sample(f"v{n}", "garden", km, 0, answer, 5.0 if answer else None, np.inf, False))  # type: ignore[arg-type]
    return made


def test_what_a_crowd_shares_is_found_again() -> None:
    fitted = fit_population(PRIOR, SKILLS, samples(Random(1), 400, 4, active=0.5, yes_near=0.7))
    share = fitted.answer_alpha / (fitted.answer_alpha + fitted.answer_beta)
    assert share == pytest.approx(0.5, abs=0.06)
    assert fitted.answer_alpha + fitted.answer_beta < 1.0  # all or nothing
    near, far = (1 / (1 + np.exp(-fitted.yes_log_odds("garden", km, 0))) for km in (0.0, 12.0))
    assert near == pytest.approx(0.7, abs=0.06)
    assert far == pytest.approx(0.7 / 0.3 / 4 / (1 + 0.7 / 0.3 / 4), abs=0.08)


def test_for_what_all_share_a_no_is_a_no_whatever_the_reason() -> None:
    """Of those who answered, three in five said yes; the others "not now", which says little of each of them."""
    asks = [
        answered(f"v{n}", days_ago=5 + n / 500, answer="accepted" if n % 5 < 3 else "declined", reason="not_now")
        for n in range(500)
    ]
    assert knowing(*asks).says_yes("somebody else", "garden", 1.0, NOW) == pytest.approx(0.6, abs=0.03)


def quiet_samples(rng: Random, people: int) -> list[Sample]:
    """Half of a crowd is there. Of those, all who are not asked within a week or so have offered by themselves: who is
    asked first thing after many weeks of quiet is seldom there."""
    made = []
    for n in range(people):
        weeks = rng.uniform(0, 6)
        is_there = rng.random() < 0.5 * 2**-weeks / (0.5 * 2**-weeks + 0.5)
        answer = "accepted" if is_there else None
        made.append(
            Sample(f"v{n}", "garden", 1.0, 0, answer, 5.0 if answer else None, np.inf, False, weeks)  # type: ignore[arg-type]
        )
    return made


def test_how_much_quiet_says_is_found_again() -> None:
    silent = fit_population(PRIOR, SKILLS, quiet_samples(Random(2), 600))
    for weeks in (0.5, 3.0, 5.5):
        thought = silent.answer_alpha / (silent.answer_alpha + silent.answer_beta + silent.quiet_week_silence * weeks)
        assert thought == pytest.approx(2**-weeks / (2**-weeks + 1), abs=0.09)
    all_there = [replace(sample, answer="accepted", delay_h=5.0) for sample in quiet_samples(Random(2), 600)]
    busy = fit_population(PRIOR, SKILLS, all_there)
    assert busy.quiet_week_silence < silent.quiet_week_silence


def test_who_stands_on_the_list_for_long_and_offers_nothing_is_less_likely_there() -> None:
    habits = knowing(answered("offered", is_own=True, after_h=0), answered("asked", days_ago=40))
    for who in ("offered", "asked", "long", "new"):
        habits.note_known(who, NOW - (0 if who == "new" else 41) * DAY)
    unknown = habits.answers("never noted", NOW)
    assert habits.answers("long", NOW) < habits.answers("new", NOW) == pytest.approx(unknown)
    assert habits.answers("offered", NOW) > unknown, "an offer says enough"
    assert habits.answers("asked", NOW) > unknown, "asked within a day, there was no time to be quiet"


def test_with_nothing_seen_the_fit_is_the_prior() -> None:
    fitted = fit_population(PRIOR, SKILLS, [])
    assert fitted.answer_alpha == pytest.approx(PRIOR.answer_share * PRIOR.answer_strength)
    assert fitted.delay_shares.sum() == pytest.approx(1)
    assert fitted.answered_within(KNOTS_H[-1]) == pytest.approx(1)
    assert fitted.offers_per_hour["garden"] == pytest.approx(1 / PRIOR.offer_every_h)


def test_a_rate_of_offers_is_counted_over_the_hours_on_the_list() -> None:
    stays = [Stay("garden", 10.0, True)] * 300 + [Stay("coffee", 100.0, False)] * 300
    rates = fit_population(PRIOR, SKILLS, [], stays).offers_per_hour
    assert rates["garden"] == pytest.approx(0.1, rel=0.1)
    assert rates["coffee"] < 0.001


def test_nothing_about_a_person_but_what_they_did_is_looked_at() -> None:
    """No age, name, language or gender: an ask holds none, and chances are asked by id."""
    assert set(Ask.__dataclass_fields__).isdisjoint({"born", "name", "languages", "gender", "avoid"})
