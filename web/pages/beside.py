"""What stands beside a request, or on somebody's own page: activities nearby, and garden days."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from marketplace.models import GardenStatus, HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import garden_days
from web.pages.garden_days import OWN, list_own
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


def with_garden_days(session: Session, page: Any, actor: Actor, now: datetime) -> Any:
    """A person's own page, with the garden days that wait for them or that they lead."""
    waits, planned = list_own(session, actor, now=now)
    return replace(page, now_for_you=(*waits, *page.now_for_you), appointments=(*planned, *page.appointments))
