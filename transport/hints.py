"""What the linear programme would rather do than a plan: where to look for a better one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.geography import FloatArray

AGAIN: Final = 0.5  # how much less often a shift is begun with after it brought nothing


@dataclass(frozen=True, slots=True)
class Hint:
    """A duty of the linear programme: position of the shift, its legs, and how much of it there is."""

    shift: int
    legs: tuple[int, ...]
    share: float


class Hints:
    """Shifts that belong together because the linear programme moves rides between them."""

    def __init__(self, hints: Sequence[Hint]) -> None:
        self._hints = hints
        self._shares: dict[tuple[int, int], float] = {}
        for hint in hints:
            for leg in hint.legs:
                self._shares[leg, hint.shift] = self._shares.get((leg, hint.shift), 0.0) + hint.share
        self._fruitless: dict[int, int] = {}

    def around(self, shift_of_leg: Mapping[int, int], most: int, rng: np.random.Generator) -> tuple[list[int], int]:
        """Up to `most` shifts, the first one where plan and programme disagree, the others linked to it. Also that
        first one. `shift_of_leg` is the plan."""
        away: dict[int, float] = {}
        for leg, shift in shift_of_leg.items():
            away[shift] = away.get(shift, 0.0) + 1 - min(1.0, self._shares.get((leg, shift), 0.0))
        shifts = list(away)
        weight: FloatArray = np.array([(away[at] + 1e-3) * AGAIN ** self._fruitless.get(at, 0) for at in shifts])
        first = int(rng.choice(shifts, p=weight / weight.sum()))
        links = self._links(shift_of_leg)
        inside, border = [first], dict(links.get(first, {}))
        while len(inside) < most and border:
            shift = max(border, key=lambda at: border[at] * rng.uniform(0.5, 1.5))
            inside.append(shift)
            del border[shift]
            for other, share in links[shift].items():
                if other not in inside:
                    border[other] = border.get(other, 0.0) + share
        return inside, first

    def legs_of(self, shifts: Sequence[int]) -> set[int]:
        """Legs that the programme has these shifts drive, in part at least."""
        chosen = set(shifts)
        return {leg for hint in self._hints if hint.shift in chosen for leg in hint.legs}

    def learn(self, first: int, *, is_better: bool) -> None:
        """What became of beginning with this shift."""
        if is_better:
            self._fruitless.clear()
        else:
            self._fruitless[first] = self._fruitless.get(first, 0) + 1

    def _links(self, shift_of_leg: Mapping[int, int]) -> dict[int, dict[int, float]]:
        links: dict[int, dict[int, float]] = {}
        for hint in self._hints:
            group = {hint.shift, *(shift_of_leg[leg] for leg in hint.legs if leg in shift_of_leg)}
            for one in group:
                for other in group - {one}:
                    of = links.setdefault(one, {})
                    of[other] = of.get(other, 0.0) + hint.share
        return links
