"""The best plan of a model and the proof: column generation, enumeration within the gap, and a whole-number choice.

The value of the linear programme over all duties (`relaxing`) is a bound, and diving from it makes a good plan. Every
duty of a better plan than the best known one costs, at its prices, no more than the gap between the two; so all of
these are listed, and the choice among them is the optimum (Baldacci, Christofides & Mingozzi 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Final

from transport.choosing import Choosing
from transport.diving import dive
from transport.hints import Hint
from transport.master import Column, Weights
from transport.model import Model
from transport.problem import Deadline
from transport.programme import Ties
from transport.recombining import Recombining
from transport.relaxing import SLACK, Relaxation
from transport.tours import Route, duty_min, preferred_drives

FIRST_GAP: Final = 0.003  # of the metres; on most days the optimum is that near to the linear programme
GUESS_GROWS: Final = 2.0
LAST_GUESS: Final = 0.04  # the next one is every duty there is
RELAX_SHARE: Final = 0.5  # of the time, before a plan is made of what there is
DIVE_SHARE: Final = 0.6  # of what is then left, at most, goes into that plan
COUNTED: Final = 0.2  # of an unserved ride, between value and bound
TO_THE_END: Final = 4  # times as long as it takes to count, with a plan made on the way, and something to spare
LIST_SHARE: Final = 0.25  # of the time left, for listing what a larger day's plan is made of
CLOSING_SHARE: Final = 0.02  # of it, for what comes after plan and bound
ENOUGH: Final = 60_000  # duties; no bound goes further than the gap within which they are listed
NEARLY: Final = 0.8  # of them
MOST_LISTED: Final = 200_000
LISTED_POWER: Final = 2.75  # of the gap, with which their number grows, more or less
MOST_GROWTH: Final = 2.0  # of the gap, from one list to the next
TIES_S: Final = 1.0  # at most, once nothing but ties is left


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a model.

    routes : better than what was known, or None; value : theirs, or of what was known
    bound : on the value of any plan of this model; is_settled : whether no better plan is left (it is the value)
    hints : what the linear programme would do
    """

    routes: tuple[Route, ...] | None
    value: float
    bound: float
    is_settled: bool
    hints: tuple[Hint, ...] = ()


def _settle_ties(
    relaxation: Relaxation,
    routes: Sequence[Route],
    value: float,
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
) -> None:
    """Of the plans that are as good, one with more drives by preferred drivers, then with briefer duties."""
    model, base = relaxation.model, relaxation.weights.unserved * relaxation.master.fewest
    columns = relaxation.list_within(value - relaxation.bound, deadline)
    if columns is None or value - base >= relaxation.weights.unserved:
        return
    preferred_min = sum(shift.end - shift.start for shift in model.shifts) + 1
    made = relaxation.routes(columns)
    ties = Ties([float(_second(route, model, preferred_min)) for route in made], value - base)
    known = float(sum(_second(route, model, preferred_min) for route in routes))
    choosing = Choosing(model, relaxation.weights, columns, relaxation.master.fewest, deadline, ties)
    choice = choosing.best(known)
    if choice.columns is not None:
        offer(relaxation.routes(choice.columns))


def _second(route: Route, model: Model, preferred_min: int) -> int:
    """Minutes of the duty, less a great many for each drive by a preferred driver."""
    return duty_min(route, model.day.minutes) - preferred_min * preferred_drives([route], model.legs, model.day)


def _dive(
    relaxation: Relaxation, best: Outcome, deadline: Deadline, offer: Callable[[Sequence[Route]], object]
) -> Outcome:
    routes = dive(relaxation, deadline)
    value = value_of(routes, relaxation.model, relaxation.weights)
    if value >= best.value:
        return best
    offer(routes)
    return replace(best, routes=routes, value=value)


def value_of(routes: Sequence[Route], model: Model, weights: Weights) -> float:
    """The weighted value of routes made of this model's legs."""
    driven = {index for route in routes for index in route.legs}
    value = 0.0
    for ride, legs in model.legs_of_ride.items():
        if not driven.issuperset(legs):
            value += weights.unserved + weights.broken * model.promises_of_ride[ride]
    for route in routes:
        places = [route.shift.home, *(place for task in route.tasks for place in (task.start, task.end))]
        places.append(route.shift.home)
        value += sum(int(model.day.metres[a, b]) for a, b in zip(places[::2], places[1::2], strict=True))
        value += weights.broken * sum(task.broken for task in route.tasks)
    return value


def solve(
    model: Model,
    weights: Weights,
    known: Sequence[Route],
    known_value: float,
    deadline: Deadline,
    *,
    offer: Callable[[Sequence[Route]], object],
    on_bound: Callable[[float], None],
    is_large: bool = False,
    with_ties: bool = True,
) -> Outcome:
    """The best plan of the model below a known value, and its proof, as far as the deadline lets it.

    `offer` hears of each plan found on the way, `on_bound` of each bound on the weighted value. Of a large model
    plan and bound are brought closer to each other, as its optimum can't be hoped for.
    """
    began = deadline.left()
    relaxation = Relaxation(model, weights, deadline)
    relaxation.know(known)
    best = Outcome(None, known_value, -inf, is_settled=False)
    has_counted = relaxation.relax(deadline.sooner(RELAX_SHARE * max(0.0, began)), on_bound, partial(_counts, weights))
    left = deadline.left()
    dive_s = 0.0
    if not has_counted or TO_THE_END * (began - left) > left:
        best = _dive(relaxation, best, deadline.sooner(DIVE_SHARE * left), offer)
        dive_s = left - deadline.left()
    is_relaxed = relaxation.relax(deadline.before(2 * dive_s), on_bound)
    if deadline.is_past():
        return replace(best, bound=relaxation.bound)
    best = replace(_dive(relaxation, best, deadline, offer), hints=relaxation.hints())
    if not is_relaxed:
        return replace(best, bound=relaxation.bound)
    if is_large:
        return _approach(relaxation, best, tuple(known), deadline, offer, on_bound)
    best = _close(relaxation, best, deadline, offer, on_bound)
    if best.is_settled and with_ties:
        _settle_ties(relaxation, best.routes or tuple(known), best.value, deadline.sooner(TIES_S), offer)
    return best


def _approach(
    relaxation: Relaxation,
    best: Outcome,
    known: tuple[Route, ...],
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
    on_bound: Callable[[float], None],
) -> Outcome:
    """Recombines the duties listed near the bound to a better plan, while another thread raises the bound by branching
    over them: the solver lets go of the interpreter, so that two cores do both at once."""
    weights, fewest = relaxation.weights, relaxation.master.fewest
    base = weights.unserved * fewest
    left = max(0.0, deadline.left())
    best = replace(best, bound=relaxation.bound)
    # A plan that leaves out more than it should is none to begin with.
    most = min(best.value, base + weights.most_below)
    begin = (best.routes or known) if best.value <= most else ()
    gap, columns = _near(relaxation, most - relaxation.bound, deadline.sooner(LIST_SHARE * left))
    if columns is None:
        return best
    soon = deadline.before(CLOSING_SHARE * left)
    choosing = Choosing(relaxation.model, weights, columns, fewest, soon)
    recombining = Recombining(relaxation, columns, offer)
    values = [most]

    def bound() -> float:
        return max(relaxation.bound, min(choosing.lowest + base, relaxation.bound + gap, values[-1]))

    def is_over(value: float) -> bool:
        values.append(value + base)
        choosing.known = min(choosing.known, value)
        on_bound(bound())
        return bound() >= values[-1] - SLACK

    with ThreadPoolExecutor(1) as executor:
        cutoff = min(most, relaxation.bound + gap + 1) - base
        raising = executor.submit(choosing.best, cutoff, lowest_first=True)
        routes = recombining.run(begin, soon, is_over)
        if not routes:
            choosing.deadline = deadline.sooner(0)  # no bound is worth waiting for: parts are priced next
        choice = raising.result()
    value = value_of(routes, relaxation.model, weights)
    if value < best.value:
        best = replace(best, routes=routes, value=value)
    if choice.columns is not None and choice.value + base < best.value - SLACK:
        best = replace(best, routes=relaxation.routes(choice.columns), value=choice.value + base)
        offer(best.routes or ())
    values.append(best.value)
    on_bound(bound())
    return replace(best, bound=bound())


def _near(relaxation: Relaxation, most: float, deadline: Deadline) -> tuple[float, list[Column] | None]:
    """About enough duties, those within a gap no more than `most`; and that gap."""
    gap = min(FIRST_GAP * (relaxation.bound % relaxation.weights.unserved), most)
    columns = relaxation.list_within(gap, deadline, MOST_LISTED)
    while columns is not None and gap < most and len(columns) < NEARLY * ENOUGH:
        growth = min(MOST_GROWTH, (ENOUGH / max(1, len(columns))) ** (1 / LISTED_POWER))
        wider = min(growth * gap, most)
        more = relaxation.list_within(wider, deadline, MOST_LISTED)
        if more is None:
            break
        gap, columns = wider, more
    return gap, columns


def _counts(weights: Weights, value: float, bound: float) -> bool:
    """Whether little but metres is left to be settled: from here on a good plan can be made."""
    return value - bound <= COUNTED * weights.unserved


def _close(
    relaxation: Relaxation,
    best: Outcome,
    deadline: Deadline,
    offer: Callable[[Sequence[Route]], object],
    on_bound: Callable[[float], None],
) -> Outcome:
    """Lists the duties within a guessed gap and chooses, until the guess was large enough."""
    weights, master = relaxation.weights, relaxation.master
    guess, bound = FIRST_GAP, relaxation.bound
    while best.value - bound > SLACK:
        base = weights.unserved * master.fewest
        most = base + weights.most_below - relaxation.bound  # no plan with so few unserved is further away
        guessed = max(guess * (relaxation.bound - base), 10.0) if guess < LAST_GUESS else most
        gap = min(best.value - relaxation.bound, guessed)
        columns = relaxation.list_within(gap, deadline)
        if columns is None:
            return replace(best, bound=bound)
        choosing = Choosing(relaxation.model, weights, columns, master.fewest, deadline)
        choice = choosing.best(min(best.value, relaxation.bound + gap + 1) - base, lowest_first=guess > FIRST_GAP)
        if choice.columns is not None and choice.value + base < best.value - SLACK:
            best = replace(best, routes=relaxation.routes(choice.columns), value=choice.value + base)
            offer(best.routes or ())
        # No plan of these duties is below the choice's bound, and no other one below the gap.
        bound = max(bound, min(choice.bound + base, relaxation.bound + gap, best.value))
        on_bound(bound)
        if not choice.is_proven:
            return replace(best, bound=bound)
        guess *= GUESS_GROWS
        if gap >= most and best.value >= base + weights.unserved:
            # All plans that leave out no more were among the choices, and there are none.
            master.require_unserved(master.fewest + 1)
            guess = FIRST_GAP
            if not relaxation.relax(deadline, on_bound):
                return replace(best, bound=max(bound, relaxation.bound))
            bound = max(bound, relaxation.bound)
    return replace(best, bound=best.value, is_settled=True)
