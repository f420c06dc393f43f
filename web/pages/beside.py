"""What stands beside a request, or on somebody's own page: activities nearby, and garden days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from marketplace.models import GardenStatus, HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import garden_days
from marketplace.queries.mine import MatchRow
from web.pages.garden_days import OWN, list_own, own_garden
from web.pages.social_map import Suggested, suggest_beside


@dataclass(frozen=True)
class Beside:
    """Activities that may do as well, and the group that would do this garden; both may be empty."""

    suggested: tuple[Suggested, ...] = ()
    garden_group: str = ""
    garden_href: str = ""
    is_garden_asked: bool = False


def find_beside(session: Session, request: HelpRequest, *, now: datetime) -> Beside:
    """Beside the search, never instead of it."""
    if request.ended_at is not None:
        return Beside()
    found = garden_days.find_asked(session, request.id)
    if found is None:
        return Beside(suggest_beside(session, request, now=now))
    garden, day = found
    return Beside((), day.group_name, f"{OWN}/{day.id}/{request.id}", garden.status is GardenStatus.ASKED)


def with_garden_days(session: Session, page: Any, running: Sequence[MatchRow], actor: Actor, now: datetime) -> Any:
    """A person's own page, with the garden days that wait for them, that they lead, or that their garden is part of.

    Each garden of a day is a match; who leads the day sees the day, and whose garden it is reads when the group comes.
    """
    waits, planned = list_own(session, actor, now=now)
    days = garden_days.find_days_of_matches(session, [row.match_id for row in running])
    parts = {f"/koppelingen/{row.match_id}" for row in running if row.match_id in days}
    coming = tuple(
        own_garden(row.match_id, row.skill_label, days[row.match_id], now=now)
        for row in running
        if row.match_id in days and not row.is_volunteer
    )
    return replace(
        page,
        now_for_you=(*waits, *(one for one in page.now_for_you if one.href not in parts)),
        appointments=(*planned, *coming, *(one for one in page.appointments if one.href not in parts)),
    )
