"""What one of the two of a match is shown of the other, in whatever way it reaches them."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from marketplace import permissions, visibility
from marketplace.errors import NotFound
from marketplace.models import HelpRequest, Match
from marketplace.permissions import Actor
from marketplace.policies import ContactPolicy
from marketplace.queries import people
from marketplace.visibility import Shown

CONTACT: Final = ContactPolicy()


def other_side(session: Session, match: Match, request: HelpRequest, *, actor: Actor, now: datetime) -> Shown:
    """Who asks, for who helps; who helps, for who asks or asked in their name. Raises NotFound for anybody else."""
    if not permissions.is_party(actor, match, request):
        raise NotFound(f"match {match.id}")
    situation = permissions.situation_in(actor, match, request, now=now, policy=CONTACT)
    if actor.person_id == match.person_id:
        return visibility.show_asker(people.get_person(session, request.requester_id), request, situation)
    return visibility.show_helper(people.get_person(session, match.person_id), situation)
