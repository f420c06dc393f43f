"""What `bench.simulation` measured, as a page and a picture: every figure and every verdict is worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from bench._measure import circumstances
from bench._pictures import Series, plot
from marketplace.simulation.study import NOT_VARIED, OTHERWISE, Estimate, Figures, estimate, summary
from marketplace.simulation.worlds import Assumptions
from matching.asking import AskingPolicy

COLUMNS: Final = ("filled", "proposals", "regrets", "late_yeses", "withdrawn", "median_h", "by_offer")
HEADS: Final = ("filled", "proposals", "regrets", "late yeses", "withdrawn", "median h", "by offer")
EMPTY: Final = ("not_asked", "in_vain", "barred", "nobody")
FEW: Final = ("filled", "proposals", "regrets", "median_h")
SHARES: Final = {"filled", "by_offer", *EMPTY}


@dataclass(frozen=True)
class Aim:
    """What was wanted of the engine before it was measured: `aim`, and the least that would do."""

    column: str
    name: str
    aim: float
    least: float
    is_more_better: bool = False


AIMS: Final = (
    Aim("filled", "slots filled", 0.97, 0.95, is_more_better=True),
    Aim("proposals", "proposals per match", 2.0, 2.4),
    Aim("regrets", "regrets per match", 0.05, 0.09),
    Aim("median_h", "median hours to a match", 10.0, 16.0),
)


@dataclass
class Measured:
    """What was played so far; `curve` is by points, `changed` by the name of what is otherwise, then by way."""

    given: Assumptions
    policy: AskingPolicy
    seeds: Sequence[int]
    priced: int
    others: int
    bothers: tuple[float, ...]
    base: dict[str, list[Figures]] = field(default_factory=dict)
    curve: dict[float, list[Figures]] = field(default_factory=dict)
    changed: dict[str, dict[str, list[Figures]]] = field(default_factory=dict)

    def prices(self) -> dict[float, list[Figures]]:
        """The engine at every price played so far, on the same seeds."""
        own = {self.policy.bother_points: self.base["engine"][: self.priced]}
        return dict(sorted((self.curve | own).items()))


def write_page(found: Measured) -> str:
    """The whole page, of whatever was played."""
    parts = [_opening(found), _ways(found), _aims(found), _empty_slots(found), _prices(found), _otherwise(found)]
    return "\n".join(part for part in [*parts, *_missing(found), _assumed(found)] if part)


def _opening(found: Measured) -> str:
    given, seeds = found.given, found.seeds
    browsing = summary(found.base["browsing"])["filled"]
    return f"""# Asking, simulated

Written by `python -m bench.simulation --write`. {circumstances("numpy", "scipy", "ortools")}

**Everything here is made up**: the people, the requests and every habit below. The figures compare ways of asking in
the same invented cities; they predict nothing about a real one. The crowd was chosen so that browsing alone fills about
79 % of the slots (here {_cell("filled", browsing)}): the share that the municipality's policy paper names for 2019
without defining it. The paper's is a share of the matches, this one of the slots asked, an *unmediated fill rate*:
nobody couples here, so that every match is unmediated. Were coordinators to fill every other slot, the two shares would
be the same; were they to fill fewer, that of the matches would be the higher.

A city has {given.volunteers} volunteers and {given.requests_per_week:.1f} requests a week, as in the first half of
2020, and plays {given.weeks} weeks; in the last {2 * given.respond_days:g} days nothing is posted, so that every
request runs out. Nothing is known of anybody at the start: the engine learns as it goes. Each row is the mean over
{len(seeds)} seeds ({seeds[0]} to {seeds[-1]}) with its 95 % interval (Student's t over seeds); the policy's weights
were chosen on other seeds. All ways meet the same people: what somebody would answer to a request depends on the seed,
the two of them and nothing else. A slot counts as filled where somebody has it when the time to respond is over. Counts
are per match, hours from posting.
"""


def _ways(found: Measured) -> str:
    rows = "".join(_row(way, summary(played)) for way, played in found.base.items())
    gap = {column: _gap(found.base["engine"], found.base["nearest"], column) for column in COLUMNS}
    return f"""{_head("way of asking", HEADS)}{rows}{_row("engine less nearest", gap)}
*Nearest* asks the nearest person who may be asked, one for each free slot, until their time is over; *five* does so
with five at once. All keep every rule of asking. The last row is the difference, seed by seed; where its interval holds
0, the two cannot be told apart.

![Slots filled against proposals per match](simulation.svg)
"""


def _gap(ours: list[Figures], theirs: list[Figures], column: str) -> Estimate:
    """The difference, seed by seed."""
    return estimate([getattr(one, column) - getattr(other, column) for one, other in zip(ours, theirs, strict=True)])


def _aims(found: Measured) -> str:
    of = summary(found.base["engine"])
    rows = ""
    for one in AIMS:
        value = of[one.column]
        cells = (
            *(_plain(one.column, bound) for bound in (one.aim, one.least)),
            _cell(one.column, value),
            *(_verdict(value, bound, one) for bound in (one.aim, one.least)),
        )
        rows += f"| {one.name} | {' | '.join(cells)} |\n"
    short = [one for one in AIMS if not _is_met(of[one.column].mean, one.aim, one)]
    below = [one for one in AIMS if not _is_met(of[one.column].mean, one.least, one)]
    return f"""## Against what was aimed at

{_head("the engine", ("aim", "least", "measured", "aim reached", "least reached"))}{rows}
By its means the engine reaches {len(AIMS) - len(short)} of the {len(AIMS)} aims{_by_how_much(short, of, "aim")}, and \
{len(AIMS) - len(below)} of the {len(AIMS)} least values{_by_how_much(below, of, "least")}. *Probably* and *probably \
not*: the interval has the value in it.
"""


def _is_met(mean: float, bound: float, one: Aim) -> bool:
    return mean >= bound if one.is_more_better else mean <= bound


def _verdict(value: Estimate, bound: float, one: Aim) -> str:
    is_sure, is_met = abs(value.mean - bound) > value.half, _is_met(value.mean, bound, one)
    return ("yes" if is_met else "no") if is_sure else ("probably" if is_met else "probably not")


def _by_how_much(missed: list[Aim], of: dict[str, Estimate], bound: str) -> str:
    if not missed:
        return ""
    parts = [f"{one.name} by {abs(of[one.column].mean / getattr(one, bound) - 1):.0%}" for one in missed]
    return f" (missed: {', '.join(parts)} of it)"


def _empty_slots(found: Measured) -> str:
    rows = ""
    for way, played in found.base.items():
        left = estimate([1 - one.filled for one in played])
        could = estimate([1 - one.nobody for one in played])
        of = summary(played)
        cells = [left, *(of[column] for column in EMPTY), could]
        rows += f"| {way} | {' | '.join(_cell('filled', cell) for cell in cells)} |\n"
    heads = ("left empty", "not asked", "asked in vain", "could not be asked", "nobody willing", "could be filled")
    return f"""## Why slots stay empty

What the world knows and no way of asking is told, in shares of all slots. *Willing* is who fits, has none of the
request's slots when the time to respond is over, and would have said yes had they been asked while awake, or had a slot
and gave it back. Each willing person accounts for at most one slot, in the order of the columns: in doubt it counts
against the way of asking. The four classes are exhaustive and do not overlap; they add up to what was left empty.

{_head("way of asking", heads)}{rows}
- *Not asked*: somebody willing was never asked, though at some moment the rules allowed it.
- *Asked in vain*: somebody willing was asked, or had the slot: they were away, busy when they answered, too late, or
  gave it back.
- *Could not be asked*: somebody willing was never asked and at no moment might have been: no room, asked enough that
  week, or once said "not this kind of help".
- *Nobody willing*: of those who fit nobody is left who would have said yes.

*Could be filled* is all but the last class: an upper bound for this way of asking, not a promise, as one person may be
willing for two requests and have room for one. It differs a little between ways: who finds a slot on the list may be
somebody who would not have answered a question.
"""


def _prices(found: Measured) -> str:
    if not found.curve:
        return ""
    rows = ""
    for bother, played in found.prices().items():
        name = f"{bother:g} points" + (" (the policy)" if bother == found.policy.bother_points else "")
        rows += _row(name, summary(played))
    return f"""## The price of bothering somebody

The whole trade-off follows from one number, the points that asking somebody costs: seeds {found.seeds[0]} to
{found.seeds[found.priced - 1]} for each price.

{_head("asking somebody costs", HEADS)}{rows}"""


def _otherwise(found: Measured) -> str:
    if not found.changed:
        return ""
    as_assumed = {way: played[: found.others] for way, played in found.base.items()}
    rows = ""
    for name, played in {"as assumed": as_assumed, **found.changed}.items():
        browsing, ours = summary(played["browsing"]), summary(played["engine"])
        gap = _gap(played["engine"], as_assumed["engine"], "filled")
        cells = [_cell("filled", cell) for cell in (browsing["filled"], ours["filled"], gap)]
        cells += [_cell(column, ours[column]) for column in FEW[1:]]
        rows += f"| {name} | {' | '.join(cells)} |\n"
    worst = min(found.changed, key=lambda name: summary(found.changed[name]["engine"])["filled"].mean)
    least = {one.column: one for one in AIMS}
    below = [
        name
        for name, played in found.changed.items()
        if not all(_is_met(summary(played["engine"])[c].mean, least[c].least, least[c]) for c in FEW)
    ]
    heads = ("browsing fills", "engine fills", "than as assumed", "proposals", "regrets", "median h")
    return f"""## If the assumptions are wrong

One assumption at a time is made a good deal worse or better, on seeds {found.seeds[0]} to
{found.seeds[found.others - 1]}; the same policy, nothing tuned again. First what browsing alone would fill; *than
as assumed* is how much more or less the engine fills on the same seeds.

{_head("assumption", heads)}{rows}
The engine fills least with *{worst}*. By their means {len(found.changed) - len(below)} of these {len(found.changed)}
other worlds keep all four least values{"" if not below else "; not so: " + ", ".join(f"*{name}*" for name in below)}.
"""


def _missing(found: Measured) -> list[str]:
    prices = [f"{bother:g} points" for bother in found.bothers if bother not in found.prices()]
    worlds = [name for name, _ in OTHERWISE if name not in found.changed]
    left = {"other prices of asking": prices, "other assumptions": worlds}
    lines = "".join(f"- {about}: {', '.join(names)}\n" for about, names in left.items() if names)
    if not lines:
        return []
    return [f"## Not measured yet\n\nThe run was stopped before it came to these, or still goes on:\n\n{lines}"]


def _assumed(found: Measured) -> str:
    rows = ""
    for name, value in asdict(found.given).items():
        tried = ", ".join(f"{changes[name]:g}" for _, changes in OTHERWISE if name in changes)
        rows += f"| `{name}` | {value:g} | {tried or NOT_VARIED[name]} |\n"
    return f"""## What was assumed

{_head("assumption", ("value", "tried instead"))}{rows}
Defined, with units, in `marketplace/simulation/worlds.py`.
"""


def _head(first: str, heads: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}\n"


def _row(name: str, of: dict[str, Estimate]) -> str:
    return f"| {name} | {' | '.join(_cell(column, of[column]) for column in COLUMNS)} |\n"


def _cell(column: str, value: Estimate) -> str:
    if column in SHARES:
        return f"{value.mean:.1%} ± {value.half * 100:.1f}"
    digits = 3 if column == "regrets" else 2
    return f"{value.mean:.{digits}f} ± {value.half:.{digits}f}"


def _plain(column: str, value: float) -> str:
    return f"{value:.0%}" if column in SHARES else f"{value:g}"


def picture(found: Measured) -> str:
    """Ways of asking as spots, the engine at every price as a line."""

    def spot(played: list[Figures]) -> tuple[float, float]:
        of = summary(played)
        return of["proposals"].mean, of["filled"].mean

    series = [
        Series(way, [spot(played)], half=[summary(played)["filled"].half], colour=colour)
        for (way, played), colour in zip(found.base.items(), ("#555", "#8a4b00", "#a3123a", "#1d4f91"), strict=True)
    ]
    if found.curve:
        line = [spot(played) for _, played in sorted(found.prices().items(), reverse=True)]
        series.insert(0, Series("engine, other prices", line, is_line=True, colour="#6b9bd1"))
    title = "Slots filled against proposals per match, for each way of asking and each price of asking"
    return plot(title, "proposals per match", "slots filled", series, percent=True)
