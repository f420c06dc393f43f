"""Going to an activity: with somebody who comes along the first time, or instead of a volunteer."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.asks import NewRequest, Span
from marketplace.errors import InvalidInput
from marketplace.geocoding import Geocoder
from marketplace.models import ActivityKind, ActivityLink, ActivityLinkKind, HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.timetables import Sitting

GOES_THERE: Final = "goes_there"
# Who likes this anyway comes along best; everything else is going somewhere together.
_KINDS: Final = {
    ActivityKind.MOVING: "company.sport",
    ActivityKind.OUTDOORS: "company.walking",
    ActivityKind.GAMES: "company.games",
}
LONGEST_MINUTES: Final = 180


def asked_for(facts: ActivityFacts, sitting: Sitting, *, geocoder: Geocoder, now: datetime) -> NewRequest:
    """The request of somebody who wants company the first time: then, and there. Raises InvalidInput.

    The two meet at the place, so that nobody's address is needed; the engine fills it as any other.
    """
    point = geocoder.find(facts.place.postcode) if facts.place.postcode else None
    if point is None:
        raise InvalidInput({"activity": "place_unknown"})
    if sitting.starts_at <= now:
        raise InvalidInput({"activity": "when_past"})
    minutes = int((sitting.ends_at - sitting.starts_at).total_seconds() // 60)
    return NewRequest(
        skill_code=_KINDS.get(facts.activity.kind, "company.culture"),
        text=f"Ik ga voor het eerst naar {facts.activity.title} bij {facts.place.name}. Wie gaat er met mij mee?",
        place=point,
        minutes=min(minutes, LONGEST_MINUTES),
        windows=(Span(sitting.starts_at, sitting.ends_at),),
        street=facts.place.street,
        is_at_home=False,
    )


def note(
    session: Session,
    request: HelpRequest,
    kind: ActivityLinkKind,
    *,
    activity_id: UUID,
    starts_at: datetime,
    actor: Actor,
    now: datetime,
) -> ActivityLink:
    """A request has to do with an activity; said twice, once is kept. Raises NotAllowed, NotFound."""
    permissions.require(permissions.is_requester(actor, request))
    social_map.get_activity(session, activity_id, request.municipality_id)
    known = social_map.find_link(session, request.id, kind)
    if known is not None:
        return known
    link = ActivityLink(
        request_id=request.id,
        kind=kind,
        activity_id=activity_id,
        municipality_id=request.municipality_id,
        starts_at=starts_at,
        at=now,
    )
    session.add(link)
    session.flush()
    return link
