"""Ways of asking to compare with: nobody is asked, the nearest one by one, several at once."""

from datetime import datetime
from typing import Final

import numpy as np

from matching.acceptance import Habits
from matching.asking import AskingPolicy, FinderOf, PlannedProposal, Round, decide, list_withdrawals, next_wake
from matching.candidates import Screen
from matching.ledger import Engine
from matching.problem import Market, SkillTable
from matching.rules import is_asking
from matching.scoring import PairScore


class NearestFirst:
    """Ask the nearest who may be asked, so many at once for each free slot, and wait until their time is over."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once

    def __call__(
        self,
        market: Market,
        now: datetime,
        policy: AskingPolicy,
        *,
        habits: Habits | None = None,
        finder: FinderOf = Screen,
    ) -> Round:
        """A round of it; withdrawals as for every way of asking, and nothing is escalated."""
        withdrawn = list_withdrawals(market, now)
        plans: list[PlannedProposal] = []
        if policy.hours.include(now) and self._at_once:
            found = finder(market, now)
            asked: dict[str, int] = {}
            for request in market.requests.values():
                seats = self._at_once * market.free_slots(request) - len(market.open_for_request(request.id, now))
                if seats <= 0 or not is_asking(market, request, now):
                    continue
                candidates = found.candidates([request])
                for at in np.argsort(candidates.distance_km, kind="stable").tolist():
                    volunteer = market.volunteers[candidates.volunteers[candidates.volunteer[at]]]
                    extra = asked.get(volunteer.id, 0)
                    engaged, lately = market.engaged(volunteer.id, now), market.asked_lately(volunteer.id, now)
                    if engaged + extra >= volunteer.capacity or lately + extra >= volunteer.max_proposals_per_week:
                        continue
                    asked[volunteer.id] = extra + 1
                    expires_at = policy.expires_at(market.posted_at[request.id], request.respond_by, now)
                    plans.append(PlannedProposal(request.id, volunteer.id, expires_at, PairScore(), 0.5, ()))
                    seats -= 1
                    if seats == 0:
                        break
        return Round(tuple(p.pair for p in withdrawn), (), tuple(plans), next_wake(market, now, policy))


def make_player(name: str, skills: SkillTable, policy: AskingPolicy | None = None) -> Engine:
    """A way of asking by name."""
    chosen = policy or AskingPolicy(solver="flow")
    if name == "engine":
        return Engine(skills, chosen, decide=decide)
    return Engine(skills, chosen, decide=NearestFirst(AT_ONCE[name]))


AT_ONCE: Final = {"browsing": 0, "nearest": 1, "five": 5}
