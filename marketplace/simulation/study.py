"""Many worlds, each played by every way of asking: figures with the interval that the seeds give."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from math import sqrt
from statistics import fmean, median, stdev
from typing import Final

from scipy.stats import t as student

from marketplace.simulation.empty_slots import Why
from marketplace.simulation.players import make_player
from marketplace.simulation.playing import Tally, play
from marketplace.simulation.worlds import Assumptions, make_world
from matching.asking import AskingPolicy
from matching.skills import SkillTable, read_skills

WAYS: Final = ("browsing", "nearest", "five", "engine")


@dataclass(frozen=True)
class Figures:
    """What one way of asking made of one world. Shares of the slots; counts per match; hours from posting.

    The last four are the slots left empty, by why (`empty_slots.Why`): with `filled` they are 1.
    """

    filled: float
    proposals: float
    regrets: float
    late_yeses: float
    withdrawn: float
    median_h: float
    by_offer: float
    most_asked: float
    not_asked: float
    in_vain: float
    barred: float
    nobody: float


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds and the half width of its 95 % interval (Student's t)."""

    mean: float
    half: float


def figures(tally: Tally) -> Figures:
    """A tally as shares and counts per match."""
    matched = max(1, tally.matched)
    empty = Counter(why for _, why in tally.empty)
    return Figures(
        filled=tally.matched / tally.slots,
        proposals=tally.proposals / matched,
        regrets=tally.regrets / matched,
        late_yeses=tally.late_yeses / matched,
        withdrawn=tally.withdrawn / matched,
        median_h=median(tally.hours),
        by_offer=tally.by_offer / matched,
        most_asked=float(max(tally.asked.values(), default=0)),
        not_asked=empty[Why.NOT_ASKED] / tally.slots,
        in_vain=empty[Why.IN_VAIN] / tally.slots,
        barred=empty[Why.BARRED] / tally.slots,
        nobody=empty[Why.NOBODY] / tally.slots,
    )


@cache
def _skills() -> SkillTable:
    return read_skills()


def play_one(way: str, seed: int, assumptions: Assumptions, policy: AskingPolicy) -> Tally:
    """One world played one way."""
    world = make_world(seed, _skills(), assumptions)
    return play(world, make_player(way, _skills(), policy), _skills())


def study(
    ways: Sequence[str],
    seeds: Iterable[int],
    assumptions: Assumptions,
    policy: AskingPolicy,
    executor: Executor,
    told: Callable[[str], None] = lambda line: None,
) -> dict[str, list[Figures]]:
    """Every way on every seed: the same worlds for all."""
    chosen = list(seeds)
    running = {way: [executor.submit(play_one, way, seed, assumptions, policy) for seed in chosen] for way in ways}
    found = {}
    for way, plays in running.items():
        found[way] = [figures(playing.result()) for playing in plays]
        told(f"{way}: {describe(summary(found[way]))}")
    return found


def summary(found: Sequence[Figures]) -> dict[str, Estimate]:
    """Each figure over the seeds."""
    return {field.name: estimate([getattr(one, field.name) for one in found]) for field in fields(Figures)}


def estimate(values: Sequence[float]) -> Estimate:
    """The mean, and how far from it the truth lies with 95 % confidence; nothing is known of one value alone."""
    if len(values) < 2:
        return Estimate(fmean(values), float("inf"))
    half = float(student.ppf(0.975, len(values) - 1)) * stdev(values) / sqrt(len(values))
    return Estimate(fmean(values), half)


def describe(one: dict[str, Estimate]) -> str:
    """One line for people."""
    filled, asked, regrets, hours = (one[name] for name in ("filled", "proposals", "regrets", "median_h"))
    return (
        f"{filled.mean:.1%} ± {filled.half:.1%} filled, {asked.mean:.2f} ± {asked.half:.2f} proposals and "
        f"{regrets.mean:.3f} ± {regrets.half:.3f} regrets a match, median {hours.mean:.1f} ± {hours.half:.1f} h"
    )


# Each assumption, made a good deal worse or better.
OTHERWISE: Final[tuple[tuple[str, dict[str, float]], ...]] = (
    ("a quarter fewer volunteers", {"volunteers": 1107}),
    ("half as many requests again", {"requests_per_week": 1.5 * 980 / 26}),
    ("half of all have long gone quiet", {"long_dormant_share": 0.5}),
    ("one in five has long gone quiet", {"long_dormant_share": 0.2}),
    ("people go quiet twice as often", {"awake_days": 60.0}),
    ("who goes quiet stays so twice as long", {"asleep_days": 60.0}),
    ("fewer questions are answered", {"answer_mean": 0.6}),
    ("nearly everybody always or never answers", {"answer_spread": 1.5}),
    ("a yes is less likely", {"yes_log_odds": 0.3}),
    ("tastes differ twice as much", {"taste_sd": 2.0}),
    ("moods differ twice as much", {"mood_sd": 1.0}),
    ("distance deters three times as much", {"per_km": -0.36}),
    ("answers take twice as long", {"delay_median_h": 16.0}),
    ("answers take half as long", {"delay_median_h": 4.0}),
    ("how long they take differs more", {"delay_sd": 1.5}),
    ("nobody answers what was withdrawn", {"answers_after_withdrawal": 0.0}),
    ("everybody answers what was withdrawn", {"answers_after_withdrawal": 1.0}),
    ("half never look at the list", {"browsing_share": 0.5}),
    ("all look at the list half as often", {"visits_per_week": 0.4}),
    ("all look at the list twice as often", {"visits_per_week": 1.6}),
    ("who looks offers half as readily", {"browse_keenness": 0.21}),
    ("half as many do the garden", {"scarce_supply": 0.4}),
    ("supply and demand differ more", {"mismatch": 0.8}),
    ("one match in ten is given back", {"released_share": 0.1}),
    ("a third of all join on the way", {"joining_share": 0.33}),
    ("tasks last twice as long", {"task_days": 30.0}),
    ("four days to respond", {"respond_days": 4.0}),
)
# The others, and why not.
NOT_VARIED: Final = {"weeks": "how long is played, not what anybody is like"}


def otherwise(given: Assumptions, changes: dict[str, float]) -> Assumptions:
    """The assumptions with some of them changed."""
    return replace(given, **{name: type(asdict(given)[name])(value) for name, value in changes.items()})
