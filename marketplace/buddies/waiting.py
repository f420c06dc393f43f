"""How long the list is, honestly: from how many really began lately, as an interval; or that it is not known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scipy.special import fdtri
from sqlmodel import Session

from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.models import Trajectory
from marketplace.queries import buddies as queries

# Eight of ten people wait no shorter than the one and no longer than the other.
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Wait:
    """A place on the list and the weeks that it may take; None where too few began to say so."""

    place: int
    of: int
    low_weeks: float | None = None
    high_weeks: float | None = None


def expect(place: int, started: int, days: float, *, policy: BuddyPolicy = BUDDY) -> tuple[float, float] | None:
    """Between how many weeks somebody at a place (1 is the first) has a buddy, with 80 % probability.

    Beginnings come as a Poisson process whose rate is not known but from ``started`` of them in ``days``; with
    Jeffreys' prior the rate has the gamma distribution (started + 1/2, days), and the time to the place-th beginning,
    in units of days · place / (started + 1/2), the F distribution of 2 · place and 2 · started + 1 degrees of freedom.
    None below ``policy.least_started``. Raises ValueError for a place below 1 or no days.
    """
    if place < 1 or days <= 0:
        raise ValueError("a place counts from 1, and a rate needs days")
    if started < policy.least_started:
        return None
    unit = days / 7 * place / (started + 0.5)
    low, high = (float(unit * fdtri(2 * place, 2 * started + 1, chance)) for chance in (_LOW, _HIGH))
    return low, high


def read_wait(session: Session, trajectory: Trajectory, *, now: datetime, policy: BuddyPolicy = BUDDY) -> Wait | None:
    """Where a trajectory stands on the list; None where it does not wait."""
    waiting = queries.list_waiting(session, trajectory.municipality_id, trajectory.skill_code)
    if trajectory.id not in waiting:
        return None
    place = list(waiting).index(trajectory.id) + 1
    found = expected(session, trajectory.municipality_id, trajectory.skill_code, place, now=now, policy=policy)
    return Wait(place, len(waiting), *(found or (None, None)))


def expected(
    session: Session,
    municipality_id: UUID,
    skill_code: str,
    place: int,
    *,
    now: datetime,
    policy: BuddyPolicy = BUDDY,
) -> tuple[float, float] | None:
    """The weeks for a place on the list, from what began here in the last year, or since it exists."""
    since = now - timedelta(days=policy.started_days)
    first = queries.find_first_asked_at(session, municipality_id, skill_code)
    if first is None or first >= now:
        return None
    began = max(since, first)
    started = queries.count_started(session, municipality_id, skill_code, since=began, now=now)
    return expect(place, started, (now - began).total_seconds() / 86400, policy=policy)
