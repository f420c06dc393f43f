"""Who could be this resident's buddy, and why: only people whose certificate and training were seen and still hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from marketplace.buddies.agenda import holds_on
from marketplace.buddies.policies import BUDDY, PAPERS, BuddyPolicy
from marketplace.models import Trajectory
from marketplace.policies import AMSTERDAM
from marketplace.queries import buddies as queries
from marketplace.queries import buddy_candidates as rows
from marketplace.queries.buddies import Paper
from marketplace.queries.buddy_candidates import HelperRow
from matching.geography import haversine_km


class Why(StrEnum):
    """What speaks for somebody, or against; the amount says how much."""

    NEAR = "near"
    # Further away than they go, but a coordinator may ask.
    BEYOND_REACH = "beyond_reach"
    LANGUAGE = "language"
    EXPERIENCED = "experienced"
    FIRST_TIME = "first_time"
    # Was a buddy until a short while ago: may like a rest.
    JUST_ENDED = "just_ended"
    PAPER_ENDS = "paper_ends"


@dataclass(frozen=True)
class Candidate:
    """A trained volunteer who is free, and the reasons in the order of their weight."""

    helper: HelperRow
    km: float
    reasons: tuple[tuple[Why, str], ...]
    points: float


# Points of each reason; a kilometre costs one.
_LANGUAGE, _EXPERIENCED, _JUST_ENDED, _PAPER_ENDS, _BEYOND = 4.0, 1.5, 3.0, 2.0, 5.0
_REST_DAYS = 60


def list_candidates(
    session: Session, trajectory: Trajectory, *, now: datetime, policy: BuddyPolicy = BUDDY
) -> list[Candidate]:
    """Everybody who could be introduced today, the likeliest first."""
    return _rank(session, trajectory, rows.list_helpers(session, trajectory, beyond_km=policy.look_km, now=now), now)


def find_candidate(session: Session, trajectory: Trajectory, offer_id: UUID, *, now: datetime) -> Candidate | None:
    """One volunteer as a candidate, wherever they live; None who may not be introduced."""
    helpers = rows.list_helpers(session, trajectory, beyond_km=0, now=now, offer_id=offer_id)
    return next(iter(_rank(session, trajectory, helpers, now)), None)


def _rank(session: Session, trajectory: Trajectory, helpers: Sequence[HelperRow], now: datetime) -> list[Candidate]:
    today = now.astimezone(AMSTERDAM).date()
    ids = [helper.person_id for helper in helpers]
    papers = queries.list_papers(session, trajectory.municipality_id, ids)
    finished, ended = rows.count_finished(session, ids), rows.list_last_ended(session, ids)
    found = [
        _weigh(
            trajectory,
            helper,
            papers[helper.person_id],
            finished.get(helper.person_id, 0),
            ended.get(helper.person_id),
            now,
            today,
        )
        for helper in helpers
        if holds_on(papers[helper.person_id], today)
    ]
    return sorted(found, key=lambda one: (-one.points, one.helper.first_name, str(one.helper.offer_id)))


def _weigh(
    trajectory: Trajectory,
    helper: HelperRow,
    papers: dict[str, Paper],
    finished: int,
    ended: datetime | None,
    now: datetime,
    today: date,
) -> Candidate:
    km = haversine_km(trajectory.latitude, trajectory.longitude, helper.latitude, helper.longitude)
    points, reasons = -km, [(Why.NEAR if km <= helper.reach_km else Why.BEYOND_REACH, f"{km:.1f}")]
    points -= _BEYOND * (km > helper.reach_km)
    # Dutch everybody speaks; another language in common weighs.
    if shared := sorted(set(trajectory.languages) & set(helper.languages) - {"nl"}):
        points += _LANGUAGE
        reasons.append((Why.LANGUAGE, shared[0]))
    if finished:
        points += _EXPERIENCED
        reasons.append((Why.EXPERIENCED, str(finished)))
    else:
        reasons.append((Why.FIRST_TIME, ""))
    if ended is not None and (now - ended).days < _REST_DAYS:
        points -= _JUST_ENDED
        reasons.append((Why.JUST_ENDED, ended.isoformat()))
    ends = [papers[code].until for code in PAPERS]
    first = min((end for end in ends if end is not None), default=None)
    if first is not None and (first - today).days < BUDDY.period_weeks * 7:
        points -= _PAPER_ENDS
        reasons.append((Why.PAPER_ENDS, first.isoformat()))
    return Candidate(helper, km, tuple(reasons), round(points, 6))
