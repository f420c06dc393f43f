"""Returns that must wait for the way out: minutes at which to part the two, branched on until none is violated.

Without that rule duties are independent, and `exact` solves them. Where its plan has a return board too early, two
cases remain: the way out has ended by some minute, or the return boards after it. Each only narrows windows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from transport.exact import solve
from transport.master import Weights
from transport.model import Model, coupled
from transport.problem import Deadline
from transport.tasks import Leg
from transport.tours import Route, arranged, ways

Offer = Callable[[Sequence[Route]], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """The way out has ended by the minute (`is_out`), or else the return boards after it."""

    ride: int
    minute: int
    is_out: bool


def parted(legs: Sequence[Leg], parts: Sequence[Part]) -> list[Leg]:
    """Legs with windows narrowed by what was decided."""
    found = list(legs)
    for at, leg in enumerate(legs):
        for part in parts:
            if part.ride != leg.ride:
                continue
            now = found[at]
            if part.is_out and not leg.is_return:
                found[at] = now.within(now.window, min(now.finish_by, part.minute))
            elif not part.is_out and leg.is_return:
                found[at] = now.within((max(now.window[0], part.minute + 1), now.window[1]), now.finish_by)
    return found


def first_violated(routes: Sequence[Route], legs: Sequence[Leg], model: Model) -> Part | None:
    """Where to branch: halfway between the end of a way out and its return that boards before it, each as planned."""
    minutes = ways(routes, legs, model.day)
    worst: tuple[int, Part] | None = None
    for out, back in coupled(legs):
        if out not in minutes or back not in minutes:
            continue
        ended, boards = minutes[out][1], minutes[back][0]
        if boards < ended and (worst is None or ended - boards > worst[0]):
            worst = ended - boards, Part(legs[out].ride, (ended + boards) // 2, is_out=True)
    return None if worst is None else worst[1]


class Ordering:
    """Best-first search over parts. `build` makes the model of some legs; `offer` takes routes or refuses them."""

    def __init__(
        self,
        legs: Sequence[Leg],
        build: Callable[[Sequence[Leg]], Model],
        offer: Offer,
        on_bound: Callable[[float], None],
        deadline: Deadline,
    ) -> None:
        self.legs, self.build, self.offer, self.on_bound, self.deadline = legs, build, offer, on_bound, deadline

    def run(self, root: Model, weights: Weights, known: Sequence[Route], known_value: float) -> None:
        """Until the best plan is proven, or the deadline. `known` is a plan that keeps the order, worth known_value."""
        best, best_value = tuple(known), known_value
        number = 0
        waiting: list[tuple[float, int, tuple[Part, ...]]] = [(-inf, 0, ())]
        while waiting and not self.deadline.is_past():
            bound, _, parts = waiting[0]
            if bound >= best_value:
                break
            heapq.heappop(waiting)
            legs = parted(self.legs, parts) if parts else self.legs
            model = self.build(legs) if parts else root
            least_elsewhere = min([best_value, *(entry[0] for entry in waiting)])

            def tell(value: float, elsewhere: float = least_elsewhere) -> None:
                self.on_bound(min(value, elsewhere))

            outcome = solve(model, weights, best, best_value, self.deadline, offer=self.offer, on_bound=tell)
            if not outcome.is_settled:
                return
            if outcome.routes is not None:
                if arranged(outcome.routes, self.legs, model.day) is not None:
                    best, best_value = outcome.routes, outcome.value
                else:
                    part = first_violated(outcome.routes, legs, model)
                    if part is None:
                        return
                    for is_out in (True, False):
                        number += 1
                        child = (*parts, Part(part.ride, part.minute, is_out))
                        heapq.heappush(waiting, (outcome.bound, number, child))
            self.on_bound(min([best_value, *(entry[0] for entry in waiting)]))
        if not waiting or waiting[0][0] >= best_value:
            self.on_bound(best_value)
